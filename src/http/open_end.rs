//! A body of a request that nobody reads, held until its answer is sent.
//!
//! The server waits for the end of a chunked body that was let go, for as long as its sender likes. One that is still
//! held when the answer ends is not waited for: the connection is closed.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::web::Bytes;

/// The body of an answer, and that of the request.
pub(super) struct Holding {
    pub(super) answer: BoxBody,
    #[expect(dead_code, reason = "it is there to be dropped late")]
    pub(super) unread: Payload,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().answer).poll_next(context)
    }
}
