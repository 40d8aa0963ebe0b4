//! The rows of a segment for which a condition is true, or false, found without looking at each: from the values of one
//! property, of which there are fewer than rows, and from those sets joined.

use std::borrow::Cow;
use std::ops::Range;

use roaring::RoaringBitmap;

use super::column::{Column, Having, NO_RANK};
use super::deadline::Deadline;
use super::segment::Segment;
use crate::domain::{Geometry, Value};
use crate::query::cql2::{ArrayOp, ComparisonOp, Datum, Term, Values};

/// Finds the rows of a segment for which conditions are true or false.
#[derive(Clone, Copy)]
pub(super) struct Truth<'a> {
    pub(super) segment: &'a Segment,
    pub(super) deadline: &'a Deadline,
    /// Properties with more distinct values are left to whoever looks at rows.
    pub(super) most_values: u32,
}

impl Truth<'_> {
    /// The rows for which a condition comes to `wanted`, dead ones too; `None` if each has to be looked at.
    pub(super) fn rows(self, term: &Term, wanted: bool) -> Option<RoaringBitmap> {
        match term {
            Term::Value(value) => Some(match value.truth() {
                Some(is) if is == wanted => self.all(),
                _ => RoaringBitmap::new(),
            }),
            // All must be true for AND to be; one is enough for it to be false.
            Term::And(terms) => self.joined(terms, wanted, !wanted),
            Term::Or(terms) => self.joined(terms, wanted, wanted),
            Term::Not(term) => self.rows(term, !wanted),
            Term::IsNull(of) => match &**of {
                Term::Geometry => {
                    let without = self.segment.places.without().iter().copied();
                    let without = RoaringBitmap::from_sorted_iter(without);
                    let without = without.expect("they are ascending");
                    Some(self.or_others(without, wanted))
                }
                Term::Property(number) => {
                    let without = self.all() - self.with_value(*number);
                    Some(self.or_others(without, wanted))
                }
                _ => self.by_value(term, wanted),
            },
            Term::Lists(op, pair) => self.of_lists(*op, pair, wanted),
            Term::Some(number, term) => self.of_element(*number, term, wanted),
            _ => self.by_value(term, wanted),
        }
    }

    /// The rows that are in all the sets of some conditions, or in one of them.
    fn joined(self, terms: &[Term], wanted: bool, is_union: bool) -> Option<RoaringBitmap> {
        let mut sets = terms.iter().map(|term| self.rows(term, wanted));
        let first = sets.next()??;
        sets.try_fold(first, |all, one| {
            Some(if is_union { all | one? } else { all & one? })
        })
    }

    fn all(self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..self.segment.len());
        all
    }

    /// A set, or all the others.
    fn or_others(self, set: RoaringBitmap, is_set: bool) -> RoaringBitmap {
        if is_set { set } else { self.all() - set }
    }

    /// The rows that have a value of a property.
    fn with_value(self, number: usize) -> RoaringBitmap {
        match self.segment.column(number) {
            None => RoaringBitmap::new(),
            Some(column) if column.has_lists() => union(column, 0..column.len()),
            Some(column) => {
                let rows = (0..self.segment.len()).filter(|row| column.rank(*row) != NO_RANK);
                RoaringBitmap::from_sorted_iter(rows).expect("they are ascending")
            }
        }
    }

    /// Of a condition about one property with one value: what it is for each of the values.
    fn by_value(self, term: &Term, wanted: bool) -> Option<RoaringBitmap> {
        let number = only_property(term)?;
        let Some(column) = self.segment.column(number) else {
            let is_wanted = term.holds(&One(&Datum::Null)) == Some(wanted);
            return Some(if is_wanted {
                self.all()
            } else {
                RoaringBitmap::new()
            });
        };
        if column.has_lists() {
            return None;
        }
        if wanted && let Some(rows) = by_order(column, term) {
            return Some(rows);
        }
        if column.len() > self.most_values {
            return None;
        }
        let mut found = self.union_of(column, |value| term.holds(&One(value)) == Some(wanted));
        if term.holds(&One(&Datum::Null)) == Some(wanted) {
            found |= self.all() - self.with_value(number);
        }
        Some(found)
    }

    /// Of a condition about one value of a list: what it is for each.
    fn of_element(self, number: usize, term: &Term, wanted: bool) -> Option<RoaringBitmap> {
        if !is_about_element(term, number) {
            return None;
        }
        let holds = |value: &Datum<'_>| term.holds_for(&One(&Datum::Null), number, value);
        let with = self.with_value(number);
        let without = if holds(&Datum::Null) == Some(wanted) {
            self.all() - &with
        } else {
            RoaringBitmap::new()
        };
        let Some(column) = self.segment.column(number) else {
            return Some(without);
        };
        let yes = self.union_of(column, |value| holds(value) == Some(true));
        if wanted {
            return Some(yes | without);
        }
        let unknown = self.union_of(column, |value| holds(value).is_none());
        Some((with - yes - unknown) | without)
    }

    /// Of a condition about a list and one that is written out.
    fn of_lists(self, op: ArrayOp, terms: &[Term; 2], wanted: bool) -> Option<RoaringBitmap> {
        let (number, items, op) = match terms {
            [Term::Property(number), Term::Array(items)] => (*number, items, op),
            [Term::Array(items), Term::Property(number)] => (*number, items, op.turned()),
            _ => return None,
        };
        let items: Option<Vec<&Datum<'_>>> = items
            .iter()
            .map(|item| match item {
                Term::Value(value) => Some(value),
                _ => None,
            })
            .collect();
        let items = items?;
        let Some(column) = self.segment.column(number) else {
            return Some(RoaringBitmap::new());
        };
        let with = self.with_value(number);
        let same = |one: &Datum<'_>, other: &Datum<'_>| {
            one.compares(ComparisonOp::Eq, other) == Some(true)
        };
        let having = |item: &Datum<'_>| self.union_of(column, |value| same(value, item));
        let contains = || {
            items
                .iter()
                .fold(with.clone(), |all, item| all & having(item))
        };
        let contained = || {
            let is_other = |value: &Datum<'_>| !items.iter().any(|item| same(value, item));
            &with - self.union_of(column, is_other)
        };
        let yes = match op {
            ArrayOp::Contains => contains(),
            ArrayOp::ContainedBy => contained(),
            ArrayOp::Equals => contains() & contained(),
            ArrayOp::Overlaps => items
                .iter()
                .fold(RoaringBitmap::new(), |all, item| all | having(item)),
        };
        Some(if wanted { yes } else { with - yes })
    }

    /// The rows of those values of a column that pass.
    fn union_of(self, column: &Column, passes: impl Fn(&Datum<'_>) -> bool) -> RoaringBitmap {
        let ranks = (0..column.len())
            .filter(|rank| self.deadline.is_ahead() && passes(&Datum::of(column.value(*rank))));
        union(column, ranks)
    }
}

/// The rows of some values of a column.
fn union(column: &Column, ranks: impl Iterator<Item = u32>) -> RoaringBitmap {
    let mut all = RoaringBitmap::new();
    let mut few = Vec::new();
    for rank in ranks {
        match column.rows_of(rank) {
            Having::Set(rows) => all |= rows,
            Having::List(rows) => few.extend_from_slice(rows),
        }
    }
    few.sort_unstable();
    few.dedup();
    all | RoaringBitmap::from_sorted_iter(few).expect("they were sorted")
}

/// The rows found by halving: what is equal to a value, or before or after it. `None` of other conditions.
fn by_order(column: &Column, term: &Term) -> Option<RoaringBitmap> {
    let (op, value) = match term {
        Term::Comparison(op, pair) => match &**pair {
            [Term::Property(_), Term::Value(value)] => (*op, value),
            [Term::Value(value), Term::Property(_)] => (op.turned(), value),
            _ => return None,
        },
        _ => return None,
    };
    let first = column.value(0);
    if let (Value::Concept(_), Datum::Branch(wanted), ComparisonOp::Eq) = (first, value, op) {
        let having = column.having(&Value::Concept(*wanted));
        return Some(match having {
            None => RoaringBitmap::new(),
            Some(Having::Set(rows)) => rows.clone(),
            Some(Having::List(rows)) => rows.iter().copied().collect(),
        });
    }
    let value = match (first, value) {
        (Value::Text(_), Datum::Text(text)) => Value::Text(text.clone().into_owned()),
        (Value::Integer(_), Datum::Integer(wanted)) => Value::Integer(*wanted),
        (Value::Number(_), Datum::Number(wanted)) => Value::Number(*wanted),
        _ => return None,
    };
    let (from, to) = match column.find(&value) {
        Ok(rank) => (rank, rank + 1),
        Err(rank) => (rank, rank),
    };
    let ranks: Range<u32> = match op {
        ComparisonOp::Eq => from..to,
        ComparisonOp::Lt => 0..from,
        ComparisonOp::Le => 0..to,
        ComparisonOp::Gt => to..column.len(),
        ComparisonOp::Ge => from..column.len(),
        ComparisonOp::Ne => return None,
    };
    Some(union(column, ranks))
}

/// The property that a condition is about, if it is about one and nothing else of a feature.
fn only_property(term: &Term) -> Option<usize> {
    fn gather(term: &Term, found: &mut Vec<usize>) -> bool {
        match term {
            Term::Geometry | Term::Element(_) | Term::Some(..) => false,
            Term::Property(number) => {
                found.push(*number);
                true
            }
            other => other.parts().into_iter().all(|part| gather(part, found)),
        }
    }
    let mut found = Vec::new();
    let is_plain = gather(term, &mut found);
    let first = *found.first()?;
    (is_plain && found.iter().all(|number| *number == first)).then_some(first)
}

/// Whether a condition is about one value of a list and nothing else of a feature.
fn is_about_element(term: &Term, wanted: usize) -> bool {
    match term {
        Term::Geometry | Term::Property(_) | Term::Some(..) => false,
        Term::Element(number) => *number == wanted,
        other => other
            .parts()
            .into_iter()
            .all(|part| is_about_element(part, wanted)),
    }
}

/// A feature of which one value is known.
struct One<'a>(&'a Datum<'a>);

impl Values for One<'_> {
    fn value(&self, _: usize) -> Datum<'_> {
        self.0.clone()
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        None
    }
}
