//! Bodies in pieces: a large page is written while it is sent, and never in memory whole; what is there already is handed
//! over slice by slice.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use tokio::time::Instant;

use super::Problem;
use super::beside::Beside;
use super::coding::{Coding, Encoder};
use crate::catalogue::{Page, Snapshot};
use crate::domain::Languages;
use crate::formats::geojson::{self, Around};
use crate::formats::{Link, Showing};
use crate::query::Selection;

/// Features in a piece: some 200 kB, so that others get their turn between two of them.
const FEATURES: usize = 100;

/// A page has to be taken within this: 20 MB at 34 kB a second.
const LONGEST: Duration = Duration::from_mins(10);

/// The server copies what it is given into a buffer of its own before it sends it. This much of it stays in the cache of a
/// processor.
const SLICE: usize = 1 << 16;

/// A body that is there, handed over slice by slice.
pub(super) struct Sliced(pub(super) Bytes);

impl MessageBody for Sliced {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0.len() as u64)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let rest = &mut self.get_mut().0;
        if rest.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(rest.split_to(rest.len().min(SLICE)))))
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        Ok(self.0)
    }
}

/// A page of a snapshot, and for whom it is written.
pub(super) struct Shown {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) page: Page,
    pub(super) languages: Languages,
    pub(super) selection: Option<Selection>,
    pub(super) links: Vec<Link>,
}

impl Shown {
    pub(super) fn showing(&self) -> Showing<'_> {
        let (collection, audience) = (self.page.collection(), self.snapshot.audience());
        Showing::new(
            collection,
            audience,
            &self.languages,
            self.selection.as_ref(),
        )
    }

    pub(super) fn around(&self) -> Around<'_> {
        Around {
            links: &self.links,
            changed_at: self.snapshot.changed_at(),
            matched: self.page.matched,
            returned: self.page.len(),
        }
    }
}

/// A page in the making: what is written of it goes through the encoder.
struct Making {
    shown: Shown,
    written: usize,
    encoder: Encoder,
}

impl Making {
    /// Writes the next piece; gives what came out of the encoder, and itself unless that was the last.
    fn write(mut self) -> io::Result<(Vec<u8>, Option<Making>)> {
        let mut out = Vec::new();
        if self.written == 0 {
            geojson::begin(&mut out);
        }
        let (shown, from) = (&self.shown, self.written);
        let showing = shown.showing();
        let mut writer = geojson::Writer::new(&showing);
        let features = shown.snapshot.features(&shown.page).enumerate();
        for (index, (feature, distance)) in features.skip(from).take(FEATURES) {
            if index > 0 {
                out.push(b',');
            }
            writer.feature(&mut out, feature, distance, &[]);
        }
        let to = shown.page.len().min(from + FEATURES);
        if to == shown.page.len() {
            geojson::end(&mut out, &shown.around());
            return Ok((self.encoder.finish(&out)?, None));
        }
        let coded = self.encoder.push(&out)?;
        self.written = to;
        Ok((coded, Some(self)))
    }
}

/// A page that is written piece by piece, beside the worker that sends it.
pub(super) struct Pieces {
    beside: Beside,
    until: Instant,
    state: State,
}

enum State {
    Waiting(Box<Making>),
    Writing(Pin<Box<dyn Future<Output = Written>>>),
    Done,
}

type Written = Result<io::Result<(Vec<u8>, Option<Making>)>, Problem>;

impl Pieces {
    pub(super) fn new(shown: Shown, coding: Coding, beside: &Beside) -> Pieces {
        Pieces {
            beside: beside.clone(),
            until: Instant::now() + LONGEST,
            state: State::Waiting(Box::new(Making {
                shown,
                written: 0,
                encoder: Encoder::new(coding),
            })),
        }
    }
}

impl MessageBody for Pieces {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        loop {
            match std::mem::replace(&mut this.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Waiting(_) if Instant::now() > this.until => {
                    return Poll::Ready(Some(Err(ErrorKind::TimedOut.into())));
                }
                State::Waiting(making) => {
                    let beside = this.beside.clone();
                    let writing = async move { beside.run(move || making.write()).await };
                    this.state = State::Writing(Box::pin(writing));
                }
                State::Writing(mut writing) => {
                    let Poll::Ready(written) = writing.as_mut().poll(context) else {
                        this.state = State::Writing(writing);
                        return Poll::Pending;
                    };
                    let written = written.map_err(|problem| io::Error::other(problem.to_string()));
                    let (coded, rest) = match written.and_then(|written| written) {
                        Ok(written) => written,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    if let Some(making) = rest {
                        this.state = State::Waiting(Box::new(making));
                    }
                    // An encoder keeps what it was given until it is enough for a block; an empty chunk would end the body.
                    if !coded.is_empty() {
                        return Poll::Ready(Some(Ok(coded.into())));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::num::NonZero;

    use actix_web::rt::System;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::domain::{Audience, Collection};
    use crate::query::{Parameters, Query};

    fn pieces() -> Pieces {
        let snapshot = Catalogue::default().snapshot(Audience::Public);
        let query = Query::parse(
            Collection::Sites,
            Audience::Public,
            &mut Parameters::parse(""),
        );
        let shown = Shown {
            page: snapshot.search(Collection::Sites, &query),
            snapshot,
            languages: Languages::default(),
            selection: None,
            links: vec![],
        };
        Pieces::new(shown, Coding::Identity, &Beside::of(NonZero::<usize>::MIN))
    }

    fn next(pieces: &mut Pieces) -> Option<io::Result<Bytes>> {
        System::new().block_on(poll_fn(|context| Pin::new(&mut *pieces).poll_next(context)))
    }

    #[test]
    fn a_page_that_is_not_taken_in_time_ends_in_an_error() {
        let mut page = pieces();
        assert!(next(&mut page).unwrap().unwrap().ends_with(b"}"));
        assert!(next(&mut page).is_none());
        let mut late = pieces();
        late.until = Instant::now();
        assert_eq!(
            next(&mut late).unwrap().unwrap_err().kind(),
            ErrorKind::TimedOut
        );
        assert!(next(&mut late).is_none());
    }
}
