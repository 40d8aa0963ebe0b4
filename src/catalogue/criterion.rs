//! A part of a question: how many rows of a segment pass it, which they are, and whether one row does.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::near::Ruler;
use super::row::Rows;
use super::segment::Segment;
use super::spatial::Spatial;
use super::tree::{Asked, Rect, inside, meet};
use crate::domain::{Metres, Window};

/// What a row has to be.
pub(super) enum Criterion<'a> {
    /// Any.
    Any,
    /// One of these.
    Set(Cow<'a, RoaringBitmap>),
    /// One of these, ascending.
    List(&'a [u32]),
    /// In a box; or, where that is allowed, without a geometry.
    Box {
        window: Window,
        asked: Vec<Asked>,
        or_nowhere: bool,
    },
    /// Within an interval, or without a time.
    Time(Rect),
    /// With a geometry.
    Located,
    /// With a geometry, no farther than a radius.
    Near(Ruler<'a>, Metres),
    /// With a geometry for which a spatial condition is true.
    Spatial(Spatial<'a>),
    /// For which a condition is true, which is found by looking at the row.
    Condition(Rows<'a>),
}

impl Criterion<'_> {
    /// No more rows than these pass, dead ones too: as many as the boxes tell, without looking at shapes or measuring.
    pub(super) fn at_most(&self, segment: &Segment) -> usize {
        match self {
            Criterion::Any | Criterion::Condition(..) => segment.ids.len(),
            Criterion::Set(rows) => usize::try_from(rows.len()).expect("rows are in memory"),
            Criterion::List(rows) => rows.len(),
            Criterion::Box {
                asked, or_nowhere, ..
            } => {
                let located = asked.iter().map(|one| segment.places.count(*one, |_| true));
                located.sum::<usize>() + nowhere(segment, *or_nowhere).len()
            }
            Criterion::Time(asked) => {
                segment.times.without().len() + segment.times.count(*asked, |_| true)
            }
            Criterion::Located => segment.places.len(),
            Criterion::Near(ruler, radius) => ruler.at_most_within(*radius),
            Criterion::Spatial(spatial) => spatial.at_most(segment),
        }
    }

    /// How many rows pass, dead ones too.
    pub(super) fn count(&self, segment: &Segment) -> usize {
        match self {
            Criterion::Box {
                window,
                asked,
                or_nowhere,
            } => match asked.as_slice() {
                [one] => {
                    let is_met = |row| segment.meets(row, window);
                    segment.places.count(*one, is_met) + nowhere(segment, *or_nowhere).len()
                }
                // A shape may reach into both parts.
                _ => self.rows(segment).len(),
            },
            Criterion::Near(ruler, radius) => {
                let mut count = 0;
                ruler.within(*radius, |rows| count += rows.len());
                count
            }
            Criterion::Spatial(spatial) => spatial.count(segment),
            Criterion::Condition(..) => self.rows(segment).len(),
            // The others have neither shapes nor distances.
            _ => self.at_most(segment),
        }
    }

    /// The rows that pass, dead ones too, ascending.
    pub(super) fn rows(&self, segment: &Segment) -> Vec<u32> {
        let all = || 0..segment.len();
        let mut rows: Vec<u32> = match self {
            Criterion::Any => return all().collect(),
            Criterion::Set(rows) => return rows.iter().collect(),
            Criterion::List(rows) => return rows.to_vec(),
            Criterion::Located => return all().filter(|row| segment.is_located(*row)).collect(),
            Criterion::Box {
                window,
                asked,
                or_nowhere,
            } => {
                let is_met = |row| segment.meets(row, window);
                let found = |one: &Asked| segment.places.rows(*one, is_met);
                let mut rows: Vec<u32> = asked.iter().flat_map(found).collect();
                rows.extend(nowhere(segment, *or_nowhere));
                rows
            }
            Criterion::Time(asked) => {
                let mut rows = segment.times.rows(*asked, |_| true);
                rows.extend(segment.times.without());
                rows
            }
            Criterion::Near(ruler, radius) => {
                let mut found = Vec::new();
                ruler.within(*radius, |rows| found.extend_from_slice(rows));
                found
            }
            Criterion::Spatial(spatial) => spatial.rows(segment),
            Criterion::Condition(rows) => return all().filter(|row| rows.hold(*row)).collect(),
        };
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Gets ready to be asked about so many rows.
    pub(super) fn expect(&self, rows: usize, segment: &Segment) {
        if let Criterion::Spatial(spatial) = self {
            spatial.expect(rows, segment);
        }
    }

    /// Whether a row passes.
    pub(super) fn holds(&self, segment: &Segment, row: u32) -> bool {
        match self {
            Criterion::Any => true,
            Criterion::Set(rows) => rows.contains(row),
            Criterion::List(rows) => rows.binary_search(&row).is_ok(),
            Criterion::Box {
                window,
                asked,
                or_nowhere,
            } => match segment.places.of(row) {
                None => *or_nowhere,
                Some(rect) => {
                    asked.iter().any(|one| inside(rect, one.within))
                        || asked.iter().any(|one| meet(rect, one.around))
                            && segment.meets(row, window)
                }
            },
            Criterion::Time(asked) => segment.times.of(row).is_none_or(|span| meet(span, *asked)),
            Criterion::Located => segment.is_located(row),
            Criterion::Near(ruler, radius) => {
                segment.is_located(row) && ruler.measure(row) <= *radius
            }
            Criterion::Spatial(spatial) => spatial.holds(segment, row),
            Criterion::Condition(rows) => rows.hold(row),
        }
    }
}

/// The rows without a geometry, where those pass too.
fn nowhere(segment: &Segment, they_pass: bool) -> &[u32] {
    if they_pass {
        segment.places.without()
    } else {
        &[]
    }
}
