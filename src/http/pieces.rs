//! Bodies in pieces: a large page is written while it is sent, and never in memory whole; what is there already is handed
//! over slice by slice.

use std::convert::Infallible;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use uuid::Uuid;

use super::coding::{BR_QUALITY, Coding};
use crate::catalogue::{Found, Page, Snapshot};
use crate::domain::{Collection, Instant, Languages, Metres};
use crate::formats::geojson::{self, Around};
use crate::formats::{Link, Showing};
use crate::query::Selection;

/// Features in a piece: half a megabyte, so that others get their turn between two of them.
const FEATURES: usize = 200;

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

/// A page in the making.
pub(super) struct Pieces {
    snapshot: Arc<Snapshot>,
    collection: Collection,
    languages: Languages,
    selection: Option<Selection>,
    links: Vec<Link>,
    changed_at: Option<Instant>,
    matched: usize,
    /// What is on the page: found again by its id in the same snapshot.
    hits: Vec<(Uuid, Option<Metres>)>,
    written: usize,
    encoder: Option<Encoder>,
}

/// What the pieces go through.
enum Encoder {
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Gzip(GzEncoder<Vec<u8>>),
    Br(Box<CompressorWriter<Vec<u8>>>),
    Identity(Vec<u8>),
}

impl Pieces {
    /// The pieces of a page for a reader.
    pub(super) fn new(snapshot: Arc<Snapshot>, page: &Page<'_>, about: PageOf<'_>) -> Pieces {
        let hits = page.hits.iter().map(|hit| (hit.feature.id, hit.distance));
        Pieces {
            collection: about.collection,
            languages: about.languages.clone(),
            selection: about.selection.cloned(),
            links: about.links,
            changed_at: snapshot.changed_at(),
            matched: page.matched,
            hits: hits.collect(),
            written: 0,
            encoder: Some(Encoder::new(about.coding)),
            snapshot,
        }
    }

    /// The next piece as GeoJSON; whether it is the last.
    fn write(&mut self) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        if self.written == 0 {
            geojson::begin(&mut out);
        }
        let (audience, selection) = (self.snapshot.audience(), self.selection.as_ref());
        let showing = Showing::new(self.collection, audience, &self.languages, selection);
        let mut writer = geojson::Writer::new(&showing);
        let to = self.hits.len().min(self.written + FEATURES);
        for (id, distance) in &self.hits[self.written..to] {
            if out.last() == Some(&b'}') || self.written > 0 && out.is_empty() {
                out.push(b',');
            }
            // It was on the page of this very snapshot.
            if let Found::Here(feature) = self.snapshot.find(self.collection.record(*id)) {
                writer.feature(&mut out, feature, *distance, &[]);
            }
        }
        self.written = to;
        let is_last = to == self.hits.len();
        if is_last {
            let around = Around {
                links: &self.links,
                changed_at: self.changed_at,
                matched: self.matched,
                returned: self.hits.len(),
            };
            geojson::end(&mut out, &around);
        }
        (out, is_last)
    }
}

/// What a page is of, and for whom.
pub(super) struct PageOf<'a> {
    pub(super) collection: Collection,
    pub(super) languages: &'a Languages,
    pub(super) selection: Option<&'a Selection>,
    pub(super) links: Vec<Link>,
    pub(super) coding: Coding,
}

impl MessageBody for Pieces {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        // An encoder keeps what it was given until it is enough for a block; an empty chunk would end the body.
        while let Some(mut encoder) = this.encoder.take() {
            let (piece, is_last) = this.write();
            let coded = if is_last {
                encoder.finish(&piece)
            } else {
                let coded = encoder.push(&piece);
                this.encoder = Some(encoder);
                coded
            };
            match coded {
                Ok(coded) if coded.is_empty() => {}
                coded => return Poll::Ready(Some(coded.map(Bytes::from))),
            }
        }
        Poll::Ready(None)
    }
}

impl Encoder {
    fn new(coding: Coding) -> Encoder {
        match coding {
            Coding::Zstd => zstd::stream::write::Encoder::new(Vec::new(), 1)
                .map_or_else(|_| Encoder::Identity(Vec::new()), Encoder::Zstd),
            Coding::Gzip => Encoder::Gzip(GzEncoder::new(Vec::new(), Compression::fast())),
            Coding::Br => {
                let writer = CompressorWriter::new(Vec::new(), 1 << 16, BR_QUALITY.into(), 20);
                Encoder::Br(Box::new(writer))
            }
            Coding::Identity => Encoder::Identity(Vec::new()),
        }
    }

    /// What comes out when this goes in.
    fn push(&mut self, piece: &[u8]) -> std::io::Result<Vec<u8>> {
        let out = match self {
            Encoder::Zstd(encoder) => {
                encoder.write_all(piece)?;
                encoder.get_mut()
            }
            Encoder::Gzip(encoder) => {
                encoder.write_all(piece)?;
                encoder.get_mut()
            }
            Encoder::Br(encoder) => {
                encoder.write_all(piece)?;
                encoder.get_mut()
            }
            Encoder::Identity(out) => {
                out.extend_from_slice(piece);
                out
            }
        };
        Ok(std::mem::take(out))
    }

    /// What comes out when this goes in and nothing more.
    fn finish(mut self, piece: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut out = self.push(piece)?;
        out.extend(match self {
            Encoder::Zstd(encoder) => encoder.finish()?,
            Encoder::Gzip(encoder) => encoder.finish()?,
            Encoder::Br(encoder) => encoder.into_inner(),
            Encoder::Identity(rest) => rest,
        });
        Ok(out)
    }
}
