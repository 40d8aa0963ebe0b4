//! The rows of a segment in the order of a page, from a cursor on.

use std::cmp::Ordering;

use super::column::{Column, Having, NO_RANK, order};
use super::near::ByDistance;
use super::plan::{Answering, Leading, Plan};
use super::segment::Segment;
use crate::domain::{Centre, Value};
use crate::query::{Key, Query, Side, SortKey};

/// A row that answers, and the number that leads in the order, where one does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) row: u32,
    pub(super) number: Option<f64>,
}

/// Which places of an order are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// On which side of the cursor.
    pub(super) side: Side,
    /// Whether the place of the cursor itself counts.
    pub(super) with_cursor: bool,
    /// How many, at most.
    pub(super) most: usize,
}

/// Where a cursor stands among the rows of a segment, so that rows are compared with it by numbers alone.
struct Cursor {
    /// For each sort key the first place of a value that is not before the cursor's, and whether that is the same value.
    ranks: Vec<(u32, bool)>,
    number: Option<f64>,
    /// The first row whose id is not before the cursor's, and whether that is the same id.
    row: (u32, bool),
}

impl Cursor {
    fn new(segment: &Segment, query: &Query, key: &Key) -> Cursor {
        let rank = |(sort, value): (&SortKey, &Value)| match segment.column(sort.column.number) {
            _ if value.is_null() => (NO_RANK, true),
            None => (0, false),
            Some(column) => match column.find(value) {
                Ok(rank) => (rank, true),
                Err(rank) => (rank, false),
            },
        };
        let keys = query.sort.iter().zip(&key.values);
        Cursor {
            ranks: keys.map(rank).collect(),
            number: match (query.lead(), key.values.first()) {
                (Some(_), Some(Value::Number(number))) => Some(*number),
                _ => None,
            },
            row: match segment.ids.binary_search(&key.id) {
                Ok(row) => (narrow(row), true),
                Err(row) => (narrow(row), false),
            },
        }
    }

    /// How a place stands to the cursor.
    fn compare(&self, segment: &Segment, query: &Query, place: Place) -> Ordering {
        let by_number = compare_numbers(place.number, self.number);
        let by_values = query.sort.iter().zip(&self.ranks).map(|(sort, cursor)| {
            let column = segment.column(sort.column.number);
            let rank = column.map_or(NO_RANK, |column| column.rank(place.row));
            compare_rank(rank, *cursor, sort.descending)
        });
        by_values
            .fold(by_number, Ordering::then)
            .then_with(|| compare_to(place.row, self.row))
    }
}

/// A number against the first that is not before something, and whether it is that.
fn compare_to(number: u32, (first, is_it): (u32, bool)) -> Ordering {
    match number.cmp(&first) {
        Ordering::Equal if !is_it => Ordering::Greater,
        other => other,
    }
}

/// Nulls come last in either direction.
fn compare_rank(rank: u32, cursor: (u32, bool), descending: bool) -> Ordering {
    let ascending = compare_to(rank, cursor);
    if descending && rank != NO_RANK && cursor.0 != NO_RANK {
        ascending.reverse()
    } else {
        ascending
    }
}

fn narrow(row: usize) -> u32 {
    u32::try_from(row).expect("rows are numbered in 32 bits")
}

/// The order of two places of segments; equal where only their ids tell which is first.
pub(super) fn compare(
    query: &Query,
    (a, place_a): (&Segment, Place),
    (b, place_b): (&Segment, Place),
) -> Ordering {
    let by_values = query.sort.iter().map(|key| {
        let number = key.column.number;
        order(
            (a.column(number), place_a.row),
            (b.column(number), place_b.row),
            key.descending,
        )
    });
    let by_number = compare_numbers(place_a.number, place_b.number);
    by_values.fold(by_number, Ordering::then)
}

/// Either both have one or none has.
fn compare_numbers(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => Ordering::Equal,
    }
}

/// The first places on a side of the cursor of a question, the nearest to it first; of all places, if it has none.
pub(super) fn first_places(plan: &Plan<'_>, query: &Query, wanted: Wanted) -> Vec<Place> {
    if plan.matched() == 0 || wanted.most == 0 {
        return Vec::new();
    }
    let key = query.page.as_ref();
    let walk = Walk {
        plan,
        query,
        cursor: key.map(|key| Cursor::new(plan.segment, query, key)),
        wanted,
    };
    match (&plan.found, query.sort.first()) {
        (Answering::Rows(rows), _) if !walk.is_cheaper_to_open(rows.len()) => walk.sorted(rows),
        _ if query.by_distance() => walk.by_distance(),
        (_, None) => walk.by_id(),
        (_, Some(first)) => walk.by_column(*first),
    }
}

/// A walk from a cursor through the rows of a segment that answer a question.
struct Walk<'a, 's> {
    plan: &'a Plan<'s>,
    query: &'a Query,
    cursor: Option<Cursor>,
    wanted: Wanted,
}

impl Walk<'_, '_> {
    /// Whether a page is found sooner by opening the nearest nodes than by measuring all rows that answer: of the rows
    /// opened, one in `all / found` answers, and measuring one is taken to cost as much as opening ten.
    fn is_cheaper_to_open(&self, found: usize) -> bool {
        let all = self.plan.segment.ids.len();
        self.query.by_distance() && self.wanted.most * all < found * found * 10
    }

    fn sorted(&self, rows: &[u32]) -> Vec<Place> {
        let places = rows.iter().map(|row| self.place(*row));
        let mut places = places.filter(|place| self.is_wanted(*place)).collect();
        self.keep_first(self.wanted.most, &mut places);
        places
    }

    fn by_distance(&self) -> Vec<Place> {
        let (plan, side) = (self.plan, self.wanted.side);
        let Some(Leading::Distance(ruler)) = &plan.leading else {
            unreachable!("the order is by distance");
        };
        let near = self.query.near.expect("the order is by distance");
        let from = self.cursor.as_ref().and_then(|cursor| cursor.number);
        let rows = ByDistance::new(
            &plan.segment.places,
            Centre::new(near.centre),
            side,
            from,
            |row| ruler.measure(row),
            |row| plan.holds(row),
        );
        let places = rows.map(|(row, metres)| Place {
            row,
            number: Some(metres),
        });
        self.first(places)
    }

    fn by_id(&self) -> Vec<Place> {
        let all = self.plan.segment.len();
        let from = self.cursor.as_ref().map(|cursor| cursor.row.0);
        match self.wanted.side {
            Side::After => self.first(self.answering(from.unwrap_or(0)..all)),
            Side::Before => {
                let to = from.map_or(all, |row| (row + 1).min(all));
                self.first(self.answering((0..to).rev()))
            }
        }
    }

    /// Walks the values of the first sort key, from that of the cursor on; the rows of each value are ordered by the rest.
    fn by_column(&self, first: SortKey) -> Vec<Place> {
        let Wanted { side, most, .. } = self.wanted;
        let column = self.plan.segment.column(first.column.number);
        let mut found = Vec::new();
        for step in self.steps(first, column.map_or(0, Column::len)) {
            let rows = rows_at(step, column, first.descending, self.plan.segment.len());
            let rows: Box<dyn Iterator<Item = u32>> = match side {
                Side::After => rows,
                Side::Before => Box::new(rows.rev()),
            };
            let group = self.answering(rows).filter(|place| self.is_wanted(*place));
            let left = most - found.len();
            // Rows of one value are in order, so that with one sort key the first that answer are those of the page.
            let enough = if self.query.sort.len() > 1 {
                usize::MAX
            } else {
                left
            };
            let mut group = group.take(enough).collect();
            self.keep_first(left, &mut group);
            found.append(&mut group);
            if found.len() == most {
                break;
            }
        }
        found
    }

    /// The places of values in the order of the page, from that of the cursor on; after the last of `values` comes that of
    /// no value.
    fn steps(&self, first: SortKey, values: u32) -> Box<dyn Iterator<Item = u32>> {
        let from = self.cursor.as_ref().map(|cursor| {
            let (rank, is_it) = cursor.ranks[0];
            match rank {
                NO_RANK => values,
                rank if first.descending => values - (rank + u32::from(is_it)).min(values),
                rank => rank,
            }
        });
        match self.wanted.side {
            Side::After => Box::new(from.unwrap_or(0)..=values),
            Side::Before => Box::new((0..=from.unwrap_or(values)).rev()),
        }
    }

    /// The places of those rows that answer.
    fn answering(&self, rows: impl Iterator<Item = u32>) -> impl Iterator<Item = Place> {
        let rows = rows.filter(|row| self.plan.holds(*row));
        rows.map(|row| self.place(row))
    }

    /// The place of a row that answers; it is measured only where the order needs it.
    fn place(&self, row: u32) -> Place {
        let leading = self.plan.leading.as_ref();
        Place {
            row,
            number: leading.map(|leading| leading.number(row)),
        }
    }

    /// Whether a place is on the wanted side of the cursor.
    fn is_wanted(&self, place: Place) -> bool {
        let Some(cursor) = &self.cursor else {
            return true;
        };
        let order = cursor.compare(self.plan.segment, self.query, place);
        match self.wanted.side.turn(order) {
            Ordering::Less => false,
            Ordering::Equal => self.wanted.with_cursor,
            Ordering::Greater => true,
        }
    }

    /// The first that are wanted of places in order.
    fn first(&self, places: impl Iterator<Item = Place>) -> Vec<Place> {
        let wanted = places.filter(|place| self.is_wanted(*place));
        wanted.take(self.wanted.most).collect()
    }

    /// Keeps the first `most`, in the order of the page.
    fn keep_first(&self, most: usize, places: &mut Vec<Place>) {
        let segment = self.plan.segment;
        let compare = |a: &Place, b: &Place| {
            let order = compare(self.query, (segment, *a), (segment, *b));
            let side = self.wanted.side;
            side.turn(order.then_with(|| a.row.cmp(&b.row)))
        };
        if places.len() > most {
            places.select_nth_unstable_by(most - 1, compare);
            places.truncate(most);
        }
        places.sort_unstable_by(compare);
    }
}

/// The rows at a step through the values of a column, ascending; after the last value come the rows without one.
fn rows_at(
    step: u32,
    column: Option<&Column>,
    descending: bool,
    rows: u32,
) -> Box<dyn DoubleEndedIterator<Item = u32> + '_> {
    match column {
        Some(column) if step < column.len() => {
            let rank = if descending {
                column.len() - 1 - step
            } else {
                step
            };
            match column.rows_of(rank) {
                Having::Set(rows) => Box::new(rows.iter()),
                Having::List(rows) => Box::new(rows.iter().copied()),
            }
        }
        _ => Box::new(
            (0..rows).filter(move |row| column.is_none_or(|column| column.rank(*row) == NO_RANK)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::catalogue::deadline::Deadline;
    use crate::catalogue::sample::{self, SAMPLE, answers, meant, queries};
    use crate::domain::Metres;

    /// The places that are wanted, found by sorting all.
    fn scanned(query: &Query, wanted: Wanted) -> Vec<Place> {
        let rows = (0..).zip(&SAMPLE.features);
        let rows = rows
            .filter(|(row, feature)| !SAMPLE.dead.contains(*row) && answers(feature, query))
            .map(|(row, feature)| (row, feature, sample::order_values(feature, query)));
        let mut rows: Vec<_> = rows.collect();
        // Rows are in the order of ids already, and the sort is stable.
        rows.sort_by(|(.., a), (.., b)| sample::compare(a, b, query));
        if wanted.side == Side::Before {
            rows.reverse();
        }
        rows.retain(|(_, feature, values)| {
            query.page.as_ref().is_none_or(|key| {
                let order =
                    sample::compare(values, &key.values, query).then(feature.id.cmp(&key.id));
                match wanted.side {
                    Side::After if !wanted.with_cursor => order.is_gt(),
                    Side::After => order.is_ge(),
                    Side::Before if !wanted.with_cursor => order.is_lt(),
                    Side::Before => order.is_le(),
                }
            })
        });
        let by_distance = query.by_distance();
        let places = rows
            .iter()
            .take(wanted.most)
            .map(|(row, feature, _)| Place {
                row: *row,
                number: sample::distance(feature, query)
                    .filter(|_| by_distance)
                    .map(Metres::get),
            });
        places.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(2), ..ProptestConfig::default() })]

        #[test]
        fn the_first_places_are_those_that_sorting_everything_gives(
            query in queries(),
            (is_after, with_cursor) in any::<(bool, bool)>(),
            most in prop_oneof![0..3_usize, 3..200_usize, Just(5000)],
        ) {
            let side = if is_after { Side::After } else { Side::Before };
            let wanted = Wanted { side, with_cursor, most };
            let (meant, ever) = (meant(&query), Deadline::default());
            let plan = Plan::new(&SAMPLE.segment, &SAMPLE.dead, &query, meant, most, &ever);
            prop_assert_eq!(first_places(&plan, &query, wanted), scanned(&query, wanted));
        }
    }
}
