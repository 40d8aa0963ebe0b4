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
use super::criterion::Criterion;
use super::deadline::Deadline;
use super::named::Named;
use super::near::Ruler;
use super::plane::{asked_of_window, rect_of_times};
use super::row::Rows;
use super::segment::Segment;
use super::spatial::Spatial;
use super::tree::inside;
use super::truth::Truth;
use crate::domain::Window;
use crate::query::cql2::Term;
use crate::query::{Lead, Query};

/// Which rows of a segment answer a question.
pub(super) struct Plan<'a> {
    pub(super) segment: &'a Segment,
    dead: &'a RoaringBitmap,
    /// The rows that have the name that is asked for.
    pub(super) named: Option<&'a Named>,
    /// What leads in the order, if it is no property.
    pub(super) leading: Option<Leading<'a>>,
    pub(super) found: Answering<'a>,
}

/// What numbers the rows by which they are ordered before their ids.
pub(super) enum Leading<'a> {
    Distance(Ruler<'a>),
    Tier(&'a Named),
}

impl Leading<'_> {
    /// The number of a row that answers.
    pub(super) fn number(&self, row: u32) -> f64 {
        match self {
            Leading::Distance(ruler) => ruler.measure(row).get(),
            Leading::Tier(named) => named.tier(row).number().into(),
        }
    }
}

/// What a question means in a segment beyond what it says itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meant<'a> {
    /// The code of the region, and the number of the property that has such codes.
    pub(super) region: Option<(&'a str, usize)>,
    /// The rows that have the name.
    pub(super) named: Option<&'a Named>,
}

/// What is known of the rows that answer.
pub(super) enum Answering<'a> {
    /// The living rows that pass: so many that there is no use in gathering them.
    Counted {
        criterion: Criterion<'a>,
        matched: usize,
    },
    /// These, ascending.
    Rows(Vec<u32>),
}

/// Which rows answer.
pub(super) enum Passing<'p> {
    /// All that live and have a place.
    All,
    /// These, ascending.
    Rows(Cow<'p, [u32]>),
}

impl<'a> Plan<'a> {
    /// Finds out how many rows of a segment answer, and which if they are few. `most` is how many of them are wanted.
    pub(super) fn new(
        segment: &'a Segment,
        dead: &'a RoaringBitmap,
        query: &'a Query,
        meant: Meant<'a>,
        most: usize,
        deadline: &'a Deadline,
    ) -> Plan<'a> {
        let leading = match query.lead() {
            Some(Lead::Distance) => {
                let near = query.near.map(|near| Ruler::new(segment, near.centre));
                near.map(Leading::Distance)
            }
            Some(Lead::Tier) => meant.named.map(Leading::Tier),
            None => None,
        };
        // There is no walk in the order of tiers.
        let is_gathered = most > 0 && matches!(leading, Some(Leading::Tier(_)));
        let found = match criteria(segment, query, meant, deadline) {
            None => Answering::Rows(Vec::new()),
            Some(criteria) if criteria.len() > 1 => pass_all(segment, dead, criteria),
            Some(mut criteria) => {
                let criterion = criteria.pop().unwrap_or(Criterion::Any);
                if is_gathered {
                    Answering::Rows(gather(segment, dead, &criterion, &[]))
                } else {
                    pass_one(segment, dead, criterion, most)
                }
            }
        };
        Plan {
            segment,
            dead,
            named: meant.named,
            leading,
            found,
        }
    }

    /// How many rows answer.
    pub(super) fn matched(&self) -> usize {
        match &self.found {
            Answering::Counted { matched, .. } => *matched,
            Answering::Rows(rows) => rows.len(),
        }
    }

    /// The rows that answer and have a place, where the question asks for such.
    pub(super) fn passing(&self) -> Passing<'_> {
        match &self.found {
            Answering::Counted {
                criterion: Criterion::Located,
                ..
            } => Passing::All,
            _ => Passing::Rows(self.rows()),
        }
    }

    /// The rows that answer, ascending.
    pub(super) fn rows(&self) -> Cow<'_, [u32]> {
        match &self.found {
            Answering::Counted { criterion, .. } => {
                Cow::Owned(gather(self.segment, self.dead, criterion, &[]))
            }
            Answering::Rows(rows) => Cow::Borrowed(rows),
        }
    }

    /// Whether a row is none of the dead.
    pub(super) fn lives(&self, row: u32) -> bool {
        !self.dead.contains(row)
    }

    /// Whether a row answers.
    pub(super) fn holds(&self, row: u32) -> bool {
        match &self.found {
            Answering::Counted { criterion, .. } => {
                !self.dead.contains(row) && criterion.holds(self.segment, row)
            }
            Answering::Rows(rows) => rows.binary_search(&row).is_ok(),
        }
    }
}

/// The living rows that pass one criterion: gathered, or only counted.
fn pass_one<'a>(
    segment: &Segment,
    dead: &RoaringBitmap,
    criterion: Criterion<'a>,
    most: usize,
) -> Answering<'a> {
    if let Criterion::Condition(..) = criterion {
        return Answering::Rows(gather(segment, dead, &criterion, &[]));
    }
    let count = criterion.count(segment);
    if is_cheaper_to_gather(count, most, segment.ids.len()) {
        return Answering::Rows(gather(segment, dead, &criterion, &[]));
    }
    // The dead still stand in the indexes; they are few, so each is asked about.
    let dead = dead.iter().filter(|row| criterion.holds(segment, *row));
    Answering::Counted {
        matched: count - dead.count(),
        criterion,
    }
}

/// The living rows that pass several criteria, gathered from those that pass the one that seems to be passed by the fewest.
fn pass_all<'a>(
    segment: &Segment,
    dead: &RoaringBitmap,
    mut criteria: Vec<Criterion<'a>>,
) -> Answering<'a> {
    let fewest = (0..criteria.len()).min_by_key(|place| criteria[*place].at_most(segment));
    let fewest = criteria.remove(fewest.expect("there are several"));
    Answering::Rows(gather(segment, dead, &fewest, &criteria))
}

/// The living rows that pass a criterion and the others, ascending.
fn gather(
    segment: &Segment,
    dead: &RoaringBitmap,
    criterion: &Criterion<'_>,
    others: &[Criterion<'_>],
) -> Vec<u32> {
    let mut rows = criterion.rows(segment);
    for other in others {
        other.expect(rows.len(), segment);
    }
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
    query: &'a Query,
    meant: Meant<'a>,
    deadline: &'a Deadline,
) -> Option<Vec<Criterion<'a>>> {
    let mut sets = Sets::default();
    for equality in &query.equalities {
        let column = segment.column(equality.column.number)?;
        sets.add(column.having(&equality.value)?);
    }
    if let Some(named) = meant.named {
        sets.add(Having::Set(named.rows()));
    }
    if let Some((code, number)) = meant.region {
        let column = segment.column(number)?;
        let rank = column.find(&code.into()).ok()?;
        sets.add(column.rows_of(rank));
    }
    let mut criteria = Vec::new();
    let mut asked_of_rows = Vec::new();
    for condition in query.condition.iter().flat_map(|all| conditions(all)) {
        let truth = Truth {
            segment,
            deadline,
            most_values: FEW_VALUES,
        };
        if let Some(rows) = truth.rows(condition, true) {
            sets.join(rows);
        } else if let Some(spatial) = Spatial::new(segment, condition, deadline) {
            criteria.push(Criterion::Spatial(spatial));
        } else {
            asked_of_rows.push(condition);
        }
    }
    criteria.extend(sets.criteria());
    criteria.extend(of_parameters(segment, query));
    if let [condition] = asked_of_rows[..]
        && criteria.is_empty()
    {
        // All rows would be looked at: there are no more values than those.
        let truth = Truth {
            segment,
            deadline,
            most_values: u32::MAX,
        };
        if let Some(rows) = truth.rows(condition, true) {
            return Some(vec![Criterion::Set(Cow::Owned(rows))]);
        }
    }
    let rows = |condition| Criterion::Condition(Rows::new(segment, condition, deadline));
    criteria.extend(asked_of_rows.into_iter().map(rows));
    Some(criteria)
}

/// What is known by sets of rows: bitmaps are joined, lists stand for themselves.
#[derive(Default)]
struct Sets<'a> {
    joined: Option<Cow<'a, RoaringBitmap>>,
    lists: Vec<&'a [u32]>,
}

impl<'a> Sets<'a> {
    fn add(&mut self, having: Having<'a>) {
        match having {
            Having::List(rows) => self.lists.push(rows),
            Having::Set(rows) => {
                self.joined = Some(match self.joined.take() {
                    None => Cow::Borrowed(rows),
                    Some(others) => Cow::Owned(others.as_ref() & rows),
                });
            }
        }
    }

    fn join(&mut self, rows: RoaringBitmap) {
        self.joined = Some(Cow::Owned(match self.joined.take() {
            None => rows,
            Some(others) => rows & others.as_ref(),
        }));
    }

    fn criteria(self) -> impl Iterator<Item = Criterion<'a>> {
        let lists = self.lists.into_iter().map(Criterion::List);
        lists.chain(self.joined.map(Criterion::Set))
    }
}

/// The criteria of place and time.
fn of_parameters<'a>(segment: &'a Segment, query: &Query) -> Vec<Criterion<'a>> {
    let mut criteria = Vec::new();
    let has_radius = query.near.is_some_and(|near| near.radius.is_some());
    let is_located = query.located || query.near.is_some();
    if let Some(window) = &query.bbox {
        criteria.extend(box_criterion(segment, window, is_located));
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
    criteria
}

/// Up to so many distinct values, a condition is worked out for each before rows are looked at.
const FEW_VALUES: u32 = 4096;

/// The conditions that must all be true for a filter to be.
fn conditions(filter: &Term) -> Vec<&Term> {
    match filter {
        Term::And(terms) => terms.iter().flat_map(conditions).collect(),
        other => vec![other],
    }
}

/// The criterion of a box; of one around everything, what is left of it.
fn box_criterion<'a>(
    segment: &Segment,
    window: &Window,
    is_located: bool,
) -> Option<Criterion<'a>> {
    let asked = asked_of_window(window);
    let all = segment.places.around();
    let is_around = all.is_some_and(|all| asked.iter().any(|one| inside(all, one.within)));
    if is_around {
        return is_located.then_some(Criterion::Located);
    }
    Some(Criterion::Box {
        window: window.clone(),
        asked,
        or_nowhere: !is_located,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::catalogue::sample::{SAMPLE, answers, meant, queries};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn a_plan_holds_the_living_rows_that_answer_and_knows_how_many_there_are(
            query in queries(),
            most in prop_oneof![Just(0), 1..200_usize, Just(5000)],
        ) {
            let (sample, ever) = (&*SAMPLE, Deadline::default());
            let meant = meant(&query);
            let expected: Vec<u32> = (0..)
                .zip(&sample.features)
                .filter(|(row, feature)| !sample.dead.contains(*row) && answers(feature, &query))
                .map(|(row, _)| row)
                .collect();
            let plan = Plan::new(&sample.segment, &sample.dead, &query, meant, most, &ever);
            let held: Vec<u32> = (0..sample.segment.len()).filter(|row| plan.holds(*row)).collect();
            prop_assert_eq!(&held, &expected);
            prop_assert_eq!(plan.matched(), expected.len());
        }

        #[test]
        fn a_criterion_counts_its_rows_and_at_most_some_more(query in queries()) {
            let (segment, ever) = (&SAMPLE.segment, Deadline::default());
            let meant = meant(&query);
            for criterion in criteria(segment, &query, meant, &ever).into_iter().flatten() {
                let count = criterion.count(segment);
                prop_assert_eq!(count, criterion.rows(segment).len());
                prop_assert!(count <= criterion.at_most(segment));
            }
        }
    }
}
