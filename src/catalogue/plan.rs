//! Which rows of a segment answer a question, and how that is found out.
//!
//! 1. Each part of the question is a [`Criterion`] that knows how many rows pass it, which they are, and whether one row
//!    does.
//! 2. Property values that have bitmaps are joined first, into one criterion.
//! 3. No criterion at all: all rows. One: its number is the answer's, and its rows are not gathered unless they are few.
//! 4. Several: the criterion that fewest seem to pass, by boxes alone, gives its rows, and the others are asked about each.
//! 5. So a box around everything is counted by its nodes, and a page of it is found by walking the order of the page and
//!    asking of each row whether it lies in the box, which the first ones do.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::column::Having;
use super::near::Ruler;
use super::plane::{rect_of_times, rects_of_bbox};
use super::segment::Segment;
use super::tree::{Rect, inside, meet};
use crate::domain::{Bbox, Metres};
use crate::query::Query;

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
        bbox: Bbox,
        rects: Vec<Rect>,
        or_nowhere: bool,
    },
    /// Within an interval, or without a time.
    Time(Rect),
    /// With a geometry.
    Located,
    /// With a geometry, no farther than a radius.
    Near(Ruler<'a>, Metres),
}

/// Which rows of a segment answer a question.
pub(super) struct Plan<'a> {
    pub(super) segment: &'a Segment,
    dead: &'a RoaringBitmap,
    /// Where the order is by distance.
    pub(super) ruler: Option<Ruler<'a>>,
    pub(super) found: Found<'a>,
}

/// What is known of the rows that answer.
pub(super) enum Found<'a> {
    /// The living rows that pass: so many that there is no use in gathering them.
    Counted {
        criterion: Criterion<'a>,
        matched: usize,
    },
    /// These, ascending.
    Rows(Vec<u32>),
}

impl<'a> Plan<'a> {
    /// Finds out how many rows of a segment answer, and which if they are few. `most` is how many of them are wanted.
    pub(super) fn new(
        segment: &'a Segment,
        dead: &'a RoaringBitmap,
        query: &Query,
        region: Option<(&str, usize)>,
        most: usize,
    ) -> Plan<'a> {
        let found = match criteria(segment, query, region) {
            None => Found::Rows(Vec::new()),
            Some(criteria) if criteria.len() > 1 => pass_all(segment, dead, criteria),
            Some(mut criteria) => {
                let criterion = criteria.pop().unwrap_or(Criterion::Any);
                pass_one(segment, dead, criterion, most)
            }
        };
        let near = query.near.filter(|_| query.by_distance());
        Plan {
            segment,
            dead,
            ruler: near.map(|near| Ruler::new(segment, near.centre)),
            found,
        }
    }

    /// How many rows answer.
    pub(super) fn matched(&self) -> usize {
        match &self.found {
            Found::Counted { matched, .. } => *matched,
            Found::Rows(rows) => rows.len(),
        }
    }

    /// Whether a row answers.
    pub(super) fn holds(&self, row: u32) -> bool {
        match &self.found {
            Found::Counted { criterion, .. } => {
                !self.dead.contains(row) && criterion.holds(self.segment, row)
            }
            Found::Rows(rows) => rows.binary_search(&row).is_ok(),
        }
    }
}

/// The living rows that pass one criterion: gathered, or only counted.
fn pass_one<'a>(
    segment: &Segment,
    dead: &RoaringBitmap,
    criterion: Criterion<'a>,
    most: usize,
) -> Found<'a> {
    let count = criterion.count(segment);
    if is_cheaper_to_gather(count, most, segment.ids.len()) {
        return Found::Rows(gather(segment, dead, &criterion, &[]));
    }
    // The dead still stand in the indexes; they are few, so each is asked about.
    let dead = dead.iter().filter(|row| criterion.holds(segment, *row));
    Found::Counted {
        matched: count - dead.count(),
        criterion,
    }
}

/// The living rows that pass several criteria, gathered from those that pass the one that seems to be passed by the fewest.
fn pass_all<'a>(
    segment: &Segment,
    dead: &RoaringBitmap,
    mut criteria: Vec<Criterion<'a>>,
) -> Found<'a> {
    let fewest = (0..criteria.len()).min_by_key(|place| criteria[*place].at_most(segment));
    let fewest = criteria.remove(fewest.expect("there are several"));
    Found::Rows(gather(segment, dead, &fewest, &criteria))
}

/// The living rows that pass a criterion and the others, ascending.
fn gather(
    segment: &Segment,
    dead: &RoaringBitmap,
    criterion: &Criterion<'_>,
    others: &[Criterion<'_>],
) -> Vec<u32> {
    let mut rows = criterion.rows(segment);
    rows.retain(|row| {
        !dead.contains(*row) && others.iter().all(|other| other.holds(segment, *row))
    });
    rows
}

/// Whether it is cheaper to gather all of `likely` rows than to walk an order of `all` rows until it gave `most` of them.
///
/// Of the rows of an order, one in `all / likely` answers; to gather a row and to sort it is taken to cost twice as much
/// as to ask about one.
fn is_cheaper_to_gather(likely: usize, most: usize, all: usize) -> bool {
    likely.saturating_mul(likely).saturating_mul(2) <= most.saturating_mul(all)
}

/// The criteria of a question; `None` if no row can pass.
fn criteria<'a>(
    segment: &'a Segment,
    query: &Query,
    region: Option<(&str, usize)>,
) -> Option<Vec<Criterion<'a>>> {
    let mut set: Option<Cow<'a, RoaringBitmap>> = None;
    let mut criteria = Vec::new();
    let mut having = |having: Having<'a>| match having {
        Having::List(rows) => criteria.push(Criterion::List(rows)),
        Having::Set(rows) => {
            set = Some(match set.take() {
                None => Cow::Borrowed(rows),
                Some(others) => Cow::Owned(others.as_ref() & rows),
            });
        }
    };
    for filter in &query.filters {
        having(segment.column(filter.column.number)?.having(filter)?);
    }
    if let Some((code, number)) = region {
        let column = segment.column(number)?;
        let rank = column.find(&code.into()).ok()?;
        having(column.rows_of(rank));
    }
    criteria.extend(set.map(Criterion::Set));

    let has_radius = query.near.is_some_and(|near| near.radius.is_some());
    let is_located = query.located || query.near.is_some();
    if let Some(bbox) = query.bbox {
        criteria.extend(box_criterion(segment, bbox, is_located));
    } else if is_located && !has_radius {
        criteria.push(Criterion::Located);
    }
    if let Some(times) = query.datetime {
        let asked = rect_of_times(times);
        let is_all = segment.times.around().is_none_or(|all| inside(all, asked));
        if !is_all {
            criteria.push(Criterion::Time(asked));
        }
    }
    if let Some(near) = query.near
        && let Some(radius) = near.radius
    {
        criteria.push(Criterion::Near(Ruler::new(segment, near.centre), radius));
    }
    Some(criteria)
}

/// The criterion of a box; of one around everything, what is left of it.
fn box_criterion<'a>(segment: &Segment, bbox: Bbox, is_located: bool) -> Option<Criterion<'a>> {
    let rects = rects_of_bbox(bbox);
    let all = segment.places.around();
    let is_around = all.is_some_and(|all| rects.iter().any(|rect| inside(all, *rect)));
    if is_around {
        return is_located.then_some(Criterion::Located);
    }
    Some(Criterion::Box {
        bbox,
        rects,
        or_nowhere: !is_located,
    })
}

impl Criterion<'_> {
    /// No more rows than these pass, dead ones too: as many as the boxes tell, without looking at shapes or measuring.
    fn at_most(&self, segment: &Segment) -> usize {
        match self {
            Criterion::Any => segment.ids.len(),
            Criterion::Set(rows) => usize::try_from(rows.len()).expect("rows are in memory"),
            Criterion::List(rows) => rows.len(),
            Criterion::Box {
                rects, or_nowhere, ..
            } => {
                let located = rects
                    .iter()
                    .map(|rect| segment.places.count(*rect, |_| true));
                located.sum::<usize>() + nowhere(segment, *or_nowhere).len()
            }
            Criterion::Time(asked) => {
                segment.times.without().len() + segment.times.count(*asked, |_| true)
            }
            Criterion::Located => segment.places.len(),
            Criterion::Near(ruler, radius) => ruler.at_most_within(*radius),
        }
    }

    /// How many rows pass, dead ones too.
    fn count(&self, segment: &Segment) -> usize {
        match self {
            Criterion::Box {
                bbox,
                rects,
                or_nowhere,
            } => match rects.as_slice() {
                [one] => {
                    let is_met = |row| segment.shape_meets(row, bbox);
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
            // The others have neither shapes nor distances.
            _ => self.at_most(segment),
        }
    }

    /// The rows that pass, dead ones too, ascending.
    fn rows(&self, segment: &Segment) -> Vec<u32> {
        let all = || 0..segment.len();
        let mut rows: Vec<u32> = match self {
            Criterion::Any => return all().collect(),
            Criterion::Set(rows) => return rows.iter().collect(),
            Criterion::List(rows) => return rows.to_vec(),
            Criterion::Located => return all().filter(|row| segment.is_located(*row)).collect(),
            Criterion::Box {
                bbox,
                rects,
                or_nowhere,
            } => {
                let is_met = |row| segment.shape_meets(row, bbox);
                let found = |rect: &Rect| segment.places.rows(*rect, is_met);
                let mut rows: Vec<u32> = rects.iter().flat_map(found).collect();
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
        };
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Whether a row passes.
    fn holds(&self, segment: &Segment, row: u32) -> bool {
        match self {
            Criterion::Any => true,
            Criterion::Set(rows) => rows.contains(row),
            Criterion::List(rows) => rows.binary_search(&row).is_ok(),
            Criterion::Box {
                bbox,
                rects,
                or_nowhere,
            } => match segment.places.of(row) {
                None => *or_nowhere,
                Some(rect) => {
                    rects.iter().any(|asked| inside(rect, *asked))
                        || rects.iter().any(|asked| meet(rect, *asked))
                            && segment.shape_meets(row, bbox)
                }
            },
            Criterion::Time(asked) => segment.times.of(row).is_none_or(|span| meet(span, *asked)),
            Criterion::Located => segment.is_located(row),
            Criterion::Near(ruler, radius) => {
                segment.is_located(row) && ruler.measure(row) <= *radius
            }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::catalogue::sample::{SAMPLE, answers, queries, region_column};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn a_plan_holds_the_living_rows_that_answer_and_knows_how_many_there_are(
            query in queries(),
            most in prop_oneof![Just(0), 1..200_usize, Just(5000)],
        ) {
            let sample = &*SAMPLE;
            let region = query.region.as_deref().map(|code| (code, region_column()));
            let expected: Vec<u32> = (0..)
                .zip(&sample.features)
                .filter(|(row, feature)| !sample.dead.contains(*row) && answers(feature, &query))
                .map(|(row, _)| row)
                .collect();
            let plan = Plan::new(&sample.segment, &sample.dead, &query, region, most);
            let held: Vec<u32> = (0..sample.segment.len()).filter(|row| plan.holds(*row)).collect();
            prop_assert_eq!(&held, &expected);
            prop_assert_eq!(plan.matched(), expected.len());
        }

        #[test]
        fn a_criterion_counts_its_rows_and_at_most_some_more(query in queries()) {
            let segment = &SAMPLE.segment;
            let region = query.region.as_deref().map(|code| (code, region_column()));
            for criterion in criteria(segment, &query, region).into_iter().flatten() {
                let count = criterion.count(segment);
                prop_assert_eq!(count, criterion.rows(segment).len());
                prop_assert!(count <= criterion.at_most(segment));
            }
        }
    }
}
