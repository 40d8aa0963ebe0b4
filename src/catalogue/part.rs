//! A part of a collection: a segment, and the rows of it that have died.

use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::plane::{days_of, extent_of};
use super::segment::Segment;
use super::tree::{Tree, union};
use crate::domain::{Bbox, Day};

/// A segment, and which of its rows live no more: newer ones are elsewhere, or none.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) segment: Arc<Segment>,
    pub(super) dead: RoaringBitmap,
    extent: OnceLock<Extent>,
}

/// Where the features of a collection are, and when they were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// The smallest box around all geometries.
    pub bbox: Option<Bbox>,
    /// The first and last day of all times; open where a time is.
    pub days: Option<(Option<Day>, Option<Day>)>,
}

impl Part {
    pub(super) fn new(segment: Arc<Segment>, dead: RoaringBitmap) -> Part {
        Part {
            segment,
            dead,
            extent: OnceLock::new(),
        }
    }

    /// How many rows live.
    pub(super) fn living(&self) -> usize {
        let dead = usize::try_from(self.dead.len()).expect("rows are in memory");
        self.segment.ids.len() - dead
    }

    /// Where the living rows are: of the whole tree, unless some are dead, which must not be told of.
    pub(super) fn extent(&self) -> Extent {
        *self.extent.get_or_init(|| {
            let lives = |row: u32| !self.dead.contains(row);
            let around = |tree: &Tree| {
                if self.dead.is_empty() {
                    return tree.around();
                }
                let living = tree.iter().filter(|(_, row)| lives(*row));
                living.map(|(rect, _)| rect).reduce(union)
            };
            Extent {
                bbox: around(&self.segment.places).map(extent_of),
                days: around(&self.segment.times).map(days_of),
            }
        })
    }
}
