//! A page of an answer: where its features stand in the snapshot that was asked.

use std::ops::Range;

use super::snapshot::Snapshot;
use crate::domain::Layer;
use crate::formats::{Fit, Written};
use crate::query::Key;

/// One page of an answer: where its features stand in the snapshot that was asked ([`Snapshot::features`]).
#[derive(Debug)]
pub struct Page {
    pub(super) layer: Layer,
    pub(super) hits: Vec<Hit>,
    /// How many features answer the question on all pages together.
    pub matched: usize,
    /// Where the next page begins.
    pub next: Option<Key>,
    /// Where the page before ends.
    pub prev: Option<Key>,
}

/// A feature of a page: a row of one of the parts, and how it fits the question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) part: u32,
    pub(super) row: u32,
    pub(super) fit: Fit,
}

impl Page {
    /// What it is a page of.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// How many features are on the page; none if only their number was asked for.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Whether no feature is on the page.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }
}

impl Snapshot {
    /// The features of a page of this snapshot, in order, each with how it fits the question.
    pub fn features<'a>(
        &'a self,
        page: &'a Page,
    ) -> impl ExactSizeIterator<Item = (Written<'a>, Fit)> {
        self.features_in(page, 0..page.len())
    }

    /// The same of some places of the page.
    pub fn features_in<'a>(
        &'a self,
        page: &'a Page,
        places: Range<usize>,
    ) -> impl ExactSizeIterator<Item = (Written<'a>, Fit)> {
        let parts = self.all_parts(page.layer);
        page.hits[places].iter().map(|hit| {
            let part = &parts[hit.part as usize];
            (part.segment.written(hit.row), hit.fit)
        })
    }
}
