//! A connection whose other end has to keep up: who takes next to nothing of an answer, or does not come to the end of a
//! request, is let go, with the memory that it holds.
//!
//! Time that passes while a reader takes nothing is a debt, and each byte that is taken pays some of it back. So it makes
//! no difference whether a reader stands still, or takes a few bytes now and then to look alive. A request has its time
//! from its first byte to the first byte of its answer, in whatever pieces it comes.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How slow the other end may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// The debt of a reader that is too much.
    pub(super) debt: Duration,
    /// The time that a byte pays back.
    pub(super) a_byte: Duration,
    /// The time from the first byte of a request to the first byte of its answer.
    pub(super) request: Duration,
}

/// A reader has a minute, and then takes 2,000 bytes a second: a phone at the edge of its network takes several times as
/// much. A request has longer than its body and its turn may take together (`body.rs`, `beside.rs`).
pub(super) const PATIENCE: Patience = Patience {
    debt: Duration::from_mins(1),
    a_byte: Duration::from_micros(500),
    request: Duration::from_mins(4),
};

/// What a reader owes.
#[derive(Debug, Default)]
struct Debt {
    before: Duration,
    waiting_since: Option<Instant>,
}

impl Debt {
    /// Something waits to be taken. Gives the instant at which the debt is too much, unless something is taken until then.
    fn wait(&mut self, now: Instant, patience: Patience) -> Instant {
        let since = *self.waiting_since.get_or_insert(now);
        since + patience.debt.saturating_sub(self.before)
    }

    /// So many bytes were taken.
    fn pay(&mut self, bytes: usize, now: Instant, patience: Patience) {
        let waited = self
            .waiting_since
            .take()
            .map_or(Duration::ZERO, |since| now - since);
        let paid = patience
            .a_byte
            .saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX));
        self.before = (self.before + waited).saturating_sub(paid);
    }
}

/// A connection, and what its reader owes.
pub(super) struct Paced<S> {
    connection: S,
    patience: Patience,
    debt: Debt,
    /// When the debt is too much; there while something waits to be taken.
    end: Option<Alarm>,
    /// When the request had its time; there from its first byte to the first of its answer.
    request_end: Option<Alarm>,
}

/// Wakes a connection at an instant.
type Alarm = Pin<Box<Sleep>>;

/// Whether it is over; else the connection is woken when it is.
fn poll_end<T>(end: &mut Alarm, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
    let end = end.as_mut().poll(cx);
    end.map(|()| Err(ErrorKind::TimedOut.into()))
}

impl<S> Paced<S> {
    pub(super) fn new(connection: S, patience: Patience) -> Paced<S> {
        Paced {
            connection,
            patience,
            debt: Debt::default(),
            end: None,
            request_end: None,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.connection).poll_write(cx, bytes) {
            Poll::Ready(Ok(taken)) => {
                this.debt.pay(taken, Instant::now(), this.patience);
                this.end = None;
                this.request_end = None;
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let at = this.debt.wait(Instant::now(), this.patience);
                let end = this.end.get_or_insert_with(|| Box::pin(sleep_until(at)));
                poll_end(end, cx)
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        match Pin::new(&mut this.connection).poll_read(cx, into) {
            Poll::Ready(Ok(())) => {
                if into.filled().len() > before {
                    let at = Instant::now() + this.patience.request;
                    this.request_end
                        .get_or_insert_with(|| Box::pin(sleep_until(at)));
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => match &mut this.request_end {
                Some(end) => poll_end(end, cx),
                None => Poll::Pending,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;
    use std::net::TcpListener;

    use actix_web::rt::System;
    use actix_web::rt::net::TcpStream;

    use super::*;

    #[test]
    fn a_few_bytes_now_and_then_only_put_off_the_end() {
        let second = Duration::from_secs(1);
        let patience = Patience {
            debt: 10 * second,
            a_byte: Duration::from_millis(1),
            ..PATIENCE
        };
        let start = Instant::now();
        let mut debt = Debt::default();
        assert_eq!(debt.wait(start, patience), start + 10 * second);
        // Asking again while the same is waited for moves nothing.
        assert_eq!(debt.wait(start + second, patience), start + 10 * second);
        debt.pay(1000, start + 4 * second, patience);
        assert_eq!(debt.wait(start + 5 * second, patience), start + 12 * second);
        debt.pay(1, start + 11 * second, patience);
        let end = debt.wait(start + 11 * second, patience);
        assert_eq!(end, start + 12 * second + Duration::from_millis(1));
        // Who takes more than is owed has no credit from it.
        debt.pay(1_000_000, start + 11 * second, patience);
        assert_eq!(
            debt.wait(start + 11 * second, patience),
            start + 21 * second
        );
    }

    /// A connection with little patience, and its other end.
    fn connected(patience: Patience) -> (Paced<TcpStream>, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let other_end = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (connection, _) = listener.accept().unwrap();
        connection.set_nonblocking(true).unwrap();
        let connection = TcpStream::from_std(connection).unwrap();
        (Paced::new(connection, patience), other_end)
    }

    #[test]
    fn a_reader_that_takes_nothing_is_let_go() {
        System::new().block_on(async {
            let (mut paced, _reader) = connected(Patience {
                debt: Duration::from_millis(20),
                ..PATIENCE
            });
            let piece = vec![0; 1 << 16];
            let error = loop {
                let write = |cx: &mut Context<'_>| Pin::new(&mut paced).poll_write(cx, &piece);
                if let Err(error) = poll_fn(write).await {
                    break error;
                }
            };
            assert_eq!(error.kind(), ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_request_that_comes_to_no_end_is_let_go_and_one_that_is_answered_starts_anew() {
        System::new().block_on(async {
            let (mut paced, mut client) = connected(Patience {
                request: Duration::from_millis(20),
                ..PATIENCE
            });
            let mut space = [0; 8];
            let mut read = async |paced: &mut Paced<TcpStream>| {
                let mut into = ReadBuf::new(&mut space);
                poll_fn(|cx| Pin::new(&mut *paced).poll_read(cx, &mut into)).await
            };
            client.write_all(b"G").unwrap();
            read(&mut paced).await.unwrap();
            poll_fn(|cx| Pin::new(&mut paced).poll_write(cx, b"H"))
                .await
                .unwrap();
            assert!(
                paced.request_end.is_none(),
                "an idle connection has no request"
            );
            client.write_all(b"G").unwrap();
            read(&mut paced).await.unwrap();
            let error = read(&mut paced).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
        });
    }
}
