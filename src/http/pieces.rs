//! A large page, written while it is sent, beside the worker that sends it: it is never in memory whole.

use std::io::{self, ErrorKind};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use tokio::time::Instant;

use super::beside::Beside;
use super::coding::Encoder;
use super::page::ShownPage;
use crate::formats::Writer;

/// Features in a piece: some 200 kB, so that others get their turn between two of them.
const FEATURES: usize = 100;

/// After so long no further piece of a page is written: 20 MB in that time are 34 kB a second.
const LONGEST: Duration = Duration::from_mins(10);

/// The body that a page becomes.
pub(super) fn pieces(
    page: ShownPage,
    encoder: Encoder,
    beside: Beside,
) -> impl Stream<Item = io::Result<Bytes>> {
    pieces_until(Instant::now() + LONGEST, page, encoder, beside)
}

fn pieces_until(
    until: Instant,
    page: ShownPage,
    encoder: Encoder,
    beside: Beside,
) -> impl Stream<Item = io::Result<Bytes>> {
    let making = Making {
        page,
        written: 0,
        encoder,
    };
    try_unfold(Some(making), move |making| {
        let beside = beside.clone();
        async move {
            let Some(making) = making else {
                return Ok(None);
            };
            if Instant::now() >= until {
                return Err(ErrorKind::TimedOut.into());
            }
            let write = move || {
                let began = Instant::now();
                (making.write(), began.elapsed())
            };
            let written = beside.run_until(until, write).await;
            let (piece, worked) =
                written.map_err(|problem| io::Error::other(problem.to_string()))?;
            let (coded, rest) = piece?;
            if rest.is_some() {
                beside.make_way(worked).await;
            }
            Ok(Some((coded.into(), rest)))
        }
    })
}

/// A page in the making.
struct Making {
    page: ShownPage,
    written: usize,
    encoder: Encoder,
}

impl Making {
    /// Writes the next piece; gives what came out of the encoder, and itself unless that was the last.
    fn write(mut self) -> io::Result<(Vec<u8>, Option<Making>)> {
        let ShownPage { snapshot, page, .. } = &self.page;
        let from = self.written;
        let to = page.len().min(from + FEATURES);
        let mut out = Vec::new();
        let showing = self.page.showing();
        let mut writer = Writer::new(self.page.form, &showing);
        if from == 0 {
            writer.begin(&mut out);
        }
        for (place, (feature, fit)) in (from..).zip(snapshot.features_in(page, from..to)) {
            writer.feature(&mut out, place == 0, feature, fit);
        }
        if to == page.len() {
            writer.end(&mut out, &self.page.around());
            return Ok((self.encoder.finish(&out)?, None));
        }
        let coded = self.encoder.push(&out)?;
        self.written = to;
        Ok((coded, Some(self)))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;
    use std::pin::pin;

    use actix_web::rt::System;
    use futures_util::StreamExt;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::domain::{Audience, Collection, Crs, Languages};
    use crate::formats::Form;
    use crate::http::coding::Coding;
    use crate::query::{Parameters, Query};

    fn empty() -> ShownPage {
        let snapshot = Catalogue::default().snapshot(Audience::Public);
        let query = Query::parse(
            Collection::Sites,
            Audience::Public,
            &mut Parameters::parse(""),
        );
        ShownPage {
            form: Form::Geojson,
            page: snapshot.search(Collection::Sites, &query),
            snapshot,
            languages: Languages::default(),
            selection: None,
            crs: Crs::default(),
            links: vec![],
        }
    }

    fn all(until: Instant) -> Vec<io::Result<Bytes>> {
        let encoder = Encoder::new(Coding::Identity);
        let beside = Beside::of(NonZero::<usize>::MIN);
        System::new().block_on(pin!(pieces_until(until, empty(), encoder, beside)).collect())
    }

    #[test]
    fn a_page_that_is_not_taken_in_time_ends_in_an_error() {
        let now = Instant::now();
        let in_time = all(now + LONGEST);
        let [Ok(whole)] = in_time.as_slice() else {
            panic!("{in_time:?}");
        };
        assert!(whole.ends_with(b"}"));
        let late = all(now);
        assert!(
            matches!(late.as_slice(), [Err(error)] if error.kind() == ErrorKind::TimedOut),
            "{late:?}"
        );
    }
}
