//! The rows of a segment in the order of a page, from a cursor on.

use std::cmp::Ordering;

use super::column::{Column, Having, NO_RANK, order};
use super::near::{ByDistance, Centre};
use super::plan::{Found, Plan};
use super::segment::Segment;
use crate::domain::Value;
use crate::query::{Key, Query, Side, SortKey};

/// A row that answers, and how far it is where that is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) row: u32,
    pub(super) distance: Option<f64>,
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
    distance: Option<f64>,
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
        let by_distance = query.by_distance();
        let keys = query.sort.iter().zip(&key.values);
        Cursor {
            ranks: keys.map(rank).collect(),
            distance: match key.values.first() {
                Some(Value::Number(metres)) if by_distance => Some(*metres),
                _ => None,
            },
            row: match segment.ids.binary_search(&key.id) {
                Ok(row) => (narrow(row), true),
                Err(row) => (narrow(row), false),
            },
        }
    }

    /// How a place stands to the cursor.
    fn compare(&self, plan: &Plan<'_>, query: &Query, place: Place) -> Ordering {
        let by_distance = compare_distances(place.distance, self.distance);
        let by_values = query.sort.iter().zip(&self.ranks).map(|(sort, cursor)| {
            let column = plan.segment.column(sort.column.number);
            let rank = column.map_or(NO_RANK, |column| column.rank(place.row));
            compare_rank(rank, *cursor, sort.descending)
        });
        by_values
            .fold(by_distance, Ordering::then)
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
    let by_distance = compare_distances(place_a.distance, place_b.distance);
    by_values.fold(by_distance, Ordering::then)
}

/// Either both are measured or none is.
fn compare_distances(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => Ordering::Equal,
    }
}

impl Plan<'_> {
    /// The first places on a side of a cursor, the nearest to it first; of all places, if there is no cursor.
    pub(super) fn take(&self, query: &Query, key: Option<&Key>, wanted: Wanted) -> Vec<Place> {
        let Wanted {
            side,
            with_cursor,
            most,
        } = wanted;
        if self.matched == 0 || most == 0 {
            return Vec::new();
        }
        let cursor = key.map(|key| Cursor::new(self.segment, query, key));
        let is_beyond = |place: Place| {
            let compared = cursor
                .as_ref()
                .map(|cursor| side.turn(cursor.compare(self, query, place)));
            match compared {
                None | Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => with_cursor,
                Some(Ordering::Less) => false,
            }
        };
        match (self.found(), query.sort.first()) {
            (Found::Rows(rows), _) if !self.is_cheaper_to_open(query, rows.len(), most) => {
                let places = rows.iter().map(|row| self.place(*row));
                let mut places: Vec<Place> = places.filter(|place| is_beyond(*place)).collect();
                self.keep_first(query, side, most, &mut places);
                places
            }
            _ if query.by_distance() => {
                self.by_distance(query, cursor.as_ref(), side, is_beyond, most)
            }
            (_, None) => self.by_id(cursor.as_ref(), side, is_beyond, most),
            (_, Some(first)) => {
                self.by_column(query, *first, cursor.as_ref(), side, is_beyond, most)
            }
        }
    }

    /// The place of a row that answers; it is measured only where the order needs it.
    fn place(&self, row: u32) -> Place {
        let ruler = self.ruler.as_ref();
        Place {
            row,
            distance: ruler.map(|ruler| ruler.measure(row).get()),
        }
    }

    /// Whether a page is found sooner by opening the nearest nodes than by measuring all rows that answer: of the rows
    /// opened, one in `all / found` answers, and measuring one is taken to cost as much as opening ten.
    fn is_cheaper_to_open(&self, query: &Query, found: usize, most: usize) -> bool {
        query.by_distance() && most * self.segment.ids.len() < found * found * 10
    }

    /// Keeps the first of a page, in its order.
    fn keep_first(&self, query: &Query, side: Side, most: usize, places: &mut Vec<Place>) {
        let compare = |a: &Place, b: &Place| side.turn(self.compare(query, *a, *b));
        if places.len() > most {
            places.select_nth_unstable_by(most - 1, compare);
            places.truncate(most);
        }
        places.sort_unstable_by(compare);
    }

    fn compare(&self, query: &Query, a: Place, b: Place) -> Ordering {
        let (a_here, b_here) = ((self.segment, a), (self.segment, b));
        compare(query, a_here, b_here).then_with(|| a.row.cmp(&b.row))
    }

    fn by_distance(
        &self,
        query: &Query,
        cursor: Option<&Cursor>,
        side: Side,
        is_beyond: impl Fn(Place) -> bool,
        most: usize,
    ) -> Vec<Place> {
        let ruler = self.ruler.as_ref().expect("the order is by distance");
        let centre = query.near.expect("the order is by distance").centre;
        let from = cursor.and_then(|cursor| cursor.distance);
        let measure = |row| ruler.measure(row);
        let tree = &self.segment.places;
        let rows = ByDistance::new(tree, Centre::new(centre), side, from, measure, |row| {
            self.holds(row)
        });
        rows.map(|(row, metres)| Place {
            row,
            distance: Some(metres),
        })
        .filter(|place| is_beyond(*place))
        .take(most)
        .collect()
    }

    fn by_id(
        &self,
        cursor: Option<&Cursor>,
        side: Side,
        is_beyond: impl Fn(Place) -> bool,
        most: usize,
    ) -> Vec<Place> {
        let all = 0..self.segment.len();
        let from = cursor.map(|cursor| cursor.row.0);
        let places = |rows: &mut dyn Iterator<Item = u32>| {
            let places = rows
                .filter(|row| self.holds(*row))
                .map(|row| self.place(row));
            places
                .filter(|place| is_beyond(*place))
                .take(most)
                .collect()
        };
        match side {
            Side::After => places(&mut (from.unwrap_or(0)..all.end)),
            Side::Before => {
                places(&mut (0..from.map_or(all.end, |row| (row + 1).min(all.end))).rev())
            }
        }
    }

    /// Walks the values of the first sort key, from that of the cursor on; the rows of each value are ordered by the rest.
    fn by_column(
        &self,
        query: &Query,
        first: SortKey,
        cursor: Option<&Cursor>,
        side: Side,
        is_beyond: impl Fn(Place) -> bool,
        most: usize,
    ) -> Vec<Place> {
        let column = self.segment.column(first.column.number);
        let values = column.map_or(0, Column::len);
        // Places among the values in the order of the page: then `values` stands for no value.
        let from = cursor.map(|cursor| {
            let (rank, is_it) = cursor.ranks[0];
            match rank {
                NO_RANK => values,
                rank if first.descending => values - (rank + u32::from(is_it)).min(values),
                rank => rank,
            }
        });
        let steps: Box<dyn Iterator<Item = u32>> = match side {
            Side::After => Box::new(from.unwrap_or(0)..=values),
            Side::Before => Box::new((0..=from.unwrap_or(values)).rev()),
        };
        // Within a value rows are in order, so that with one sort key the first that answer are those of the page.
        let enough = |found: usize| {
            if query.sort.len() > 1 {
                usize::MAX
            } else {
                most - found
            }
        };
        let mut found = Vec::new();
        for step in steps {
            let answers = |row: &u32| {
                self.holds(*row)
                    && is_beyond(Place {
                        row: *row,
                        distance: None,
                    })
            };
            let rows = rows_at(step, column, first.descending, self.segment.len());
            let rows: Box<dyn Iterator<Item = u32>> = match side {
                Side::After => rows,
                Side::Before => Box::new(rows.rev()),
            };
            let group = rows.filter(answers).take(enough(found.len()));
            let mut group: Vec<Place> = group.map(|row| self.place(row)).collect();
            self.keep_first(query, side, most - found.len(), &mut group);
            found.append(&mut group);
            if found.len() == most {
                break;
            }
        }
        found
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
