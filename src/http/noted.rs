//! Each request is noted, once its answer has ended: one line of the log, for whoever asks for it.
//!
//! Of a request it says what the table of routes says: no path with what was asked for in it, no query, no header, no
//! address. Even that somebody asked for an id that is hidden would be a hint.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;

use super::routes::RouteNumber;

/// The target of the lines: `RUST_LOG=warn,heritage_registry::request=info` shows them.
const TARGET: &str = concat!(env!("CARGO_CRATE_NAME"), "::request");

/// What is said of addresses and methods that no route has: what they are is the client's own text.
const OTHER: &str = "other";

/// The methods that are told by name.
static METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// Answers, and notes it.
pub(super) async fn note(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let method = METHODS.iter().find(|one| *one == request.method());
    let method = method.map_or(OTHER, |one| one.as_str());
    let answer = next.call(request).await?.map_into_boxed_body();
    let route = answer.request().app_data::<RouteNumber>();
    let noted = Noted {
        method,
        route: route.map_or(OTHER, |route| route.pattern()),
        status: answer.status(),
        duration: began.elapsed(),
        bytes: 0,
    };
    Ok(answer.map_body(|_, body| Sent { body, noted }))
}

/// What is noted of a request, and said when this is dropped.
struct Noted {
    method: &'static str,
    route: &'static str,
    status: StatusCode,
    /// Until the answer began: how long it is taken for is its reader's matter.
    duration: Duration,
    /// How many bytes of the body were taken to be sent.
    bytes: u64,
}

impl Drop for Noted {
    fn drop(&mut self) {
        let duration_ms = milliseconds(self.duration);
        let Noted {
            method,
            route,
            bytes,
            ..
        } = *self;
        let status = self.status.as_u16();
        tracing::info!(target: TARGET, method, route, status, duration_ms, bytes, "answered");
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
