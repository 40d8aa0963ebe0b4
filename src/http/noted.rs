//! Each request is noted: in the numbers for the operator, and, once its answer has ended, as one line of the log, for
//! whoever asks for it.
//!
//! Of a request it says what the table of routes says: no path with what was asked for in it, no query, no header, no
//! address. Even that somebody asked for an id that is hidden would be a hint.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};

use super::State;
use super::metrics::{Asked, Metrics};
use super::routes::RouteNumber;

/// The target of the lines: `RUST_LOG=warn,heritage_registry::request=info` shows them.
const TARGET: &str = concat!(env!("CARGO_CRATE_NAME"), "::request");

/// Answers, and notes it.
pub(super) async fn note(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let (began, method) = (Instant::now(), request.method().clone());
    let state = request.app_data::<Data<State>>();
    let state = state.expect("every server is given its state").clone();
    let in_flight = InFlight::begin(&state.metrics);
    let answer = next.call(request).await?.map_into_boxed_body();
    let route = answer.request().app_data::<RouteNumber>();
    let noted = Noted {
        asked: Asked::new(route.map(|route| route.0), &method),
        status: answer.status(),
        duration: began.elapsed(),
        bytes: 0,
        _in_flight: in_flight,
    };
    state
        .metrics
        .note_answer(noted.asked, noted.status, noted.duration);
    Ok(answer.map_body(|_, body| Sent { body, noted }))
}

/// A request that has come; it is over when this is dropped.
struct InFlight(Arc<Metrics>);

impl InFlight {
    fn begin(metrics: &Arc<Metrics>) -> InFlight {
        metrics.begin();
        InFlight(metrics.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// What is noted of a request, and said when this is dropped.
struct Noted {
    asked: Asked,
    status: StatusCode,
    /// Until the answer began: how long it is taken for is its reader's matter.
    duration: Duration,
    /// How many bytes of the body were taken to be sent.
    bytes: u64,
    _in_flight: InFlight,
}

impl Drop for Noted {
    fn drop(&mut self) {
        let Noted {
            asked,
            status,
            duration,
            bytes,
            ..
        } = *self;
        tracing::info!(
            target: TARGET,
            method = asked.method(),
            route = asked.route(),
            status = status.as_u16(),
            duration_ms = milliseconds(duration),
            bytes,
            "answered"
        );
    }
}

/// With their thousandths.
fn milliseconds(duration: Duration) -> f64 {
    // More than an hour is not told apart.
    f64::from(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}

/// The body of an answer, with what is noted of its request.
struct Sent {
    body: BoxBody,
    noted: Noted,
}

impl MessageBody for Sent {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_next(context);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            this.noted.bytes += piece.len() as u64;
        }
        polled
    }
}
