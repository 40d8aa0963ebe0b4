//! A row of a segment, as a filter asks about it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::time::Duration;

use geo::Point;

use super::column::{Column, Having};
use super::deadline::Deadline;
use super::segment::Segment;
use crate::domain::{Cell, Geometry, LonLat};
use crate::query::cql2::{Datum, Term, Values};

/// A segment, and for the lists that a filter looks at the values of each row: a column only knows the rows of each value.
pub(super) struct Rows<'a> {
    segment: &'a Segment,
    term: &'a Term,
    deadline: &'a Deadline,
    lists: OnceCell<BTreeMap<usize, Vec<Vec<u32>>>>,
}

/// One row.
struct Row<'r, 'a> {
    rows: &'r Rows<'a>,
    row: u32,
}

impl<'a> Rows<'a> {
    pub(super) fn new(segment: &'a Segment, term: &'a Term, deadline: &'a Deadline) -> Rows<'a> {
        Rows {
            segment,
            term,
            deadline,
            lists: OnceCell::new(),
        }
    }

    /// Whether the condition is true for a row; once the deadline has passed, for none.
    pub(super) fn hold(&self, row: u32) -> bool {
        self.deadline.is_ahead() && self.term.holds(&Row { rows: self, row }) == Some(true)
    }

    /// The cell that stands in place of the geometry of a row, if it is one.
    pub(super) fn cell(&self, row: u32) -> Option<Cell> {
        Cell::of(self.segment.shape(row)?)
    }

    /// The places of the values of a row that has several.
    fn ranks(&self, number: usize, row: u32) -> &[u32] {
        let lists = self.lists.get_or_init(|| {
            let mut numbers = Vec::new();
            properties(self.term, &mut numbers);
            let columns = numbers.into_iter().filter_map(|number| {
                let column = self.segment.column(number)?;
                Some((
                    number,
                    by_row(
                        column.has_lists().then_some(column)?,
                        self.segment.ids.len(),
                    ),
                ))
            });
            columns.collect()
        });
        lists.get(&number).map_or(&[], |rows| &rows[row as usize])
    }
}

fn by_row(column: &Column, rows: usize) -> Vec<Vec<u32>> {
    let mut lists = vec![vec![]; rows];
    for rank in 0..column.len() {
        let mut add = |row: u32| lists[row as usize].push(rank);
        match column.rows_of(rank) {
            Having::Set(rows) => rows.iter().for_each(&mut add),
            Having::List(rows) => rows.iter().copied().for_each(&mut add),
        }
    }
    lists
}

/// The properties that a filter looks at.
fn properties(term: &Term, found: &mut Vec<usize>) {
    if let Term::Property(number) | Term::Element(number) | Term::Some(number, _) = term {
        found.push(*number);
    }
    for part in term.parts() {
        properties(part, found);
    }
}

impl Values for Row<'_, '_> {
    fn value(&self, number: usize) -> Datum<'_> {
        let Some(column) = self.rows.segment.column(number) else {
            return Datum::Null;
        };
        if !column.has_lists() {
            return Datum::of(column.of(self.row));
        }
        let ranks = self.rows.ranks(number, self.row).iter();
        let values: Vec<_> = ranks.map(|rank| Datum::of(column.value(*rank))).collect();
        if values.is_empty() {
            Datum::Null
        } else {
            Datum::List(values)
        }
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        self.rows.segment.geometry(self.row)
    }

    fn grants(&self, work: Duration) -> bool {
        self.rows.deadline.grants(work)
    }
}

impl Segment {
    /// The geometry of a row.
    pub(super) fn geometry(&self, row: u32) -> Option<Cow<'_, Geometry>> {
        if let Some(shape) = self.shape(row) {
            return Some(Cow::Borrowed(shape.as_geo()));
        }
        let [lon, lat, ..] = self.places.of(row)?;
        let at = LonLat::of_units(lon, lat);
        Some(Cow::Owned(Point::new(at.lon(), at.lat()).into()))
    }
}
