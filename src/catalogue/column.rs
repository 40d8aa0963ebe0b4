//! A property as an index: its distinct values in order, and the rows that have each.
//!
//! A value asked for is found by halving, and its rows are there; an order is read off from one value to the next. What
//! has few values keeps a bitmap for each, with those of broader concepts ready; what has many keeps its rows sorted.

use std::cmp::Ordering;
use std::collections::HashMap;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use crate::domain::{Concept, Value};

/// Up to so many distinct values each have a bitmap.
const FEW: usize = 256;

/// The number of a row without a value.
pub(super) const NO_RANK: u32 = u32::MAX;

/// The index of one property over the rows of a segment.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Column {
    /// Distinct, ascending.
    #[serde(with = "super::values")]
    values: Box<[Value]>,
    /// For each row the place of its value; empty if rows have several.
    ranks: Ranks,
    rows: Rows,
    /// The rows of concepts that have narrower ones among the values: their own and those.
    #[serde(skip)]
    broader: Vec<(Concept, RoaringBitmap)>,
}

/// The place of the value of each row, as small as they fit; the highest number is none.
#[derive(Debug, Serialize, Deserialize)]
enum Ranks {
    Byte(Box<[u8]>),
    Short(Box<[u16]>),
    Long(Box<[u32]>),
}

/// The rows of each value, ascending.
#[derive(Debug, Serialize, Deserialize)]
enum Rows {
    Few(Vec<RoaringBitmap>),
    /// All rows, value after value, and where those of each begin; one more at the end.
    Many {
        rows: Box<[u32]>,
        starts: Box<[u32]>,
    },
}

/// The rows that have what was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Having<'a> {
    Set(&'a RoaringBitmap),
    List(&'a [u32]),
}

impl<'a> Having<'a> {
    /// The rows, ascending.
    pub(super) fn iter(self) -> Box<dyn Iterator<Item = u32> + 'a> {
        match self {
            Having::Set(rows) => Box::new(rows.iter()),
            Having::List(rows) => Box::new(rows.iter().copied()),
        }
    }
}

impl Column {
    /// The rows with a value, or with a concept that is narrower; `None` if there are none.
    pub(super) fn having(&self, value: &Value) -> Option<Having<'_>> {
        if let Value::Concept(wanted) = value
            && let Some((_, rows)) = self.broader.iter().find(|(concept, _)| concept == wanted)
        {
            return Some(Having::Set(rows));
        }
        let rank = self.find(value).ok()?;
        Some(self.rows_of(rank))
    }

    /// The place of a value, or where it would be.
    pub(super) fn find(&self, value: &Value) -> Result<u32, u32> {
        let found = self.values.binary_search_by(|one| one.order(value));
        let narrow = |place: usize| u32::try_from(place).expect("there are fewer values than rows");
        found.map(narrow).map_err(narrow)
    }

    /// How many distinct values there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.values.len()).expect("there are fewer values than rows")
    }

    /// The value at a place.
    pub(super) fn value(&self, rank: u32) -> &Value {
        &self.values[rank as usize]
    }

    /// The rows with the value at a place.
    pub(super) fn rows_of(&self, rank: u32) -> Having<'_> {
        let rank = rank as usize;
        match &self.rows {
            Rows::Few(sets) => Having::Set(&sets[rank]),
            Rows::Many { rows, starts } => {
                Having::List(&rows[starts[rank] as usize..starts[rank + 1] as usize])
            }
        }
    }

    /// The place of the value of a row, of which there is at most one; [`NO_RANK`] if it has none.
    pub(super) fn rank(&self, row: u32) -> u32 {
        fn widened<T: Copy + Into<u32> + PartialEq>(ranks: &[T], none: T, row: u32) -> u32 {
            let rank = ranks.get(row as usize).copied();
            rank.filter(|rank| *rank != none)
                .map_or(NO_RANK, Into::into)
        }
        match &self.ranks {
            Ranks::Byte(ranks) => widened(ranks, u8::MAX, row),
            Ranks::Short(ranks) => widened(ranks, u16::MAX, row),
            Ranks::Long(ranks) => widened(ranks, u32::MAX, row),
        }
    }

    /// The value of a row, of which there is at most one.
    pub(super) fn of(&self, row: u32) -> &Value {
        let rank = self.rank(row);
        if rank == NO_RANK {
            &Value::Null
        } else {
            self.value(rank)
        }
    }
}

/// A column in the making.
#[derive(Debug, Default)]
pub(super) struct ColumnBuilder {
    values: Vec<Value>,
    places: HashMap<Key, u32>,
    /// Row and place of its value, in whatever order.
    pairs: Vec<(u32, u32)>,
    has_lists: bool,
}

/// A value as what it is found by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(i64),
    Fraction(u64),
    Text(String),
    Concept(Concept),
}

impl ColumnBuilder {
    /// Adds what a row has of the property.
    pub(super) fn push(&mut self, row: u32, value: &Value) {
        match value {
            Value::Texts(texts) => {
                self.has_lists = true;
                for text in texts {
                    self.push_one(row, &Value::Text(text.clone()));
                }
            }
            Value::Concepts(concepts) => {
                self.has_lists = true;
                for concept in concepts {
                    self.push_one(row, &Value::Concept(*concept));
                }
            }
            one => self.push_one(row, one),
        }
    }

    fn push_one(&mut self, row: u32, value: &Value) {
        let key = match value {
            Value::Integer(number) => Key::Number(*number),
            Value::Instant(instant) => Key::Number(instant.micros()),
            Value::Boolean(is) => Key::Number((*is).into()),
            Value::Number(number) => Key::Fraction(number.to_bits()),
            Value::Text(text) => Key::Text(text.clone()),
            Value::Edtf(edtf) => Key::Text(edtf.as_str().to_owned()),
            Value::Concept(concept) => Key::Concept(*concept),
            // Nobody asks for the rest.
            _ => return,
        };
        let next = self.values.len();
        let place = *self.places.entry(key).or_insert_with(|| {
            self.values.push(value.clone());
            u32::try_from(next).expect("there are fewer values than rows")
        });
        self.pairs.push((row, place));
    }

    /// Adds the rows of another column: `rows` tells the new number of each.
    pub(super) fn take_in(&mut self, column: &Column, rows: &[Option<u32>]) {
        self.has_lists |= column.has_lists();
        for rank in 0..column.len() {
            let before = self.pairs.len();
            let mut add = |old: u32| {
                if let Some(new) = rows[old as usize] {
                    self.pairs.push((new, 0));
                }
            };
            match column.rows_of(rank) {
                Having::Set(set) => set.iter().for_each(&mut add),
                Having::List(list) => list.iter().copied().for_each(&mut add),
            }
            if self.pairs.len() > before {
                // One look at the value for all its rows.
                let (row, _) = self.pairs.pop().expect("there is one more");
                self.push_one(row, column.value(rank));
                let (_, place) = *self.pairs.last().expect("it was just added");
                self.pairs[before..]
                    .iter_mut()
                    .for_each(|pair| pair.1 = place);
            }
        }
    }

    /// The column of a segment with that many rows; `None` if none has a value.
    pub(super) fn finish(mut self, rows: usize) -> Option<Column> {
        if self.pairs.is_empty() {
            return None;
        }
        let mut order: Vec<u32> = (0..).take(self.values.len()).collect();
        order.sort_by(|a, b| self.values[*a as usize].order(&self.values[*b as usize]));
        let mut ranks = vec![0; order.len()];
        for (rank, place) in (0..).zip(&order) {
            ranks[*place as usize] = rank;
        }
        for (_, place) in &mut self.pairs {
            *place = ranks[*place as usize];
        }
        let values: Box<[Value]> = order
            .iter()
            .map(|place| std::mem::replace(&mut self.values[*place as usize], Value::Null))
            .collect();
        let column = Column {
            ranks: if self.has_lists {
                Ranks::default()
            } else {
                Ranks::of(rows, values.len(), &self.pairs)
            },
            rows: Rows::of(values.len(), self.pairs),
            values,
            broader: Vec::new(),
        };
        Some(column.with_broader())
    }
}

impl Column {
    /// Whether a row may have several values.
    pub(super) fn has_lists(&self) -> bool {
        matches!(&self.ranks, Ranks::Byte(ranks) if ranks.is_empty())
    }

    /// With the rows of broader concepts, which follow from the rest.
    pub(super) fn with_broader(mut self) -> Column {
        let concepts = self.values.iter().filter_map(|value| match value {
            Value::Concept(concept) => Some(*concept),
            _ => None,
        });
        let mut sets: HashMap<Concept, Vec<u32>> = HashMap::new();
        for (rank, concept) in (0..).zip(concepts) {
            let mut at = Some(concept);
            while let Some(wider) = at {
                sets.entry(wider).or_default().push(rank);
                at = wider.broader();
            }
        }
        // One that only holds itself is found among the values.
        sets.retain(|concept, ranks| {
            ranks.len() > 1
                || self
                    .value(ranks[0])
                    .order(&Value::Concept(*concept))
                    .is_ne()
        });
        self.broader = sets
            .into_iter()
            .map(|(concept, ranks)| {
                let mut all = RoaringBitmap::new();
                for rank in ranks {
                    match self.rows_of(rank) {
                        Having::Set(rows) => all |= rows,
                        Having::List(rows) => all.extend(rows),
                    }
                }
                (concept, all)
            })
            .collect();
        self
    }
}

impl Default for Ranks {
    fn default() -> Self {
        Ranks::Byte(Box::default())
    }
}

impl Default for Rows {
    fn default() -> Self {
        Rows::Few(Vec::new())
    }
}

impl Ranks {
    fn of(rows: usize, values: usize, pairs: &[(u32, u32)]) -> Ranks {
        fn narrowed<T>(none: T, rows: usize, pairs: &[(u32, u32)]) -> Box<[T]>
        where
            T: Clone + TryFrom<u32>,
        {
            let mut ranks = vec![none; rows];
            for (row, rank) in pairs {
                ranks[*row as usize] = T::try_from(*rank).ok().expect("the values were counted");
            }
            ranks.into()
        }
        if u8::try_from(values).is_ok() {
            Ranks::Byte(narrowed(u8::MAX, rows, pairs))
        } else if u16::try_from(values).is_ok() {
            Ranks::Short(narrowed(u16::MAX, rows, pairs))
        } else {
            Ranks::Long(narrowed(u32::MAX, rows, pairs))
        }
    }
}

impl Rows {
    fn of(values: usize, mut pairs: Vec<(u32, u32)>) -> Rows {
        pairs.sort_unstable_by_key(|(row, rank)| (*rank, *row));
        // A list may hold a value twice.
        pairs.dedup();
        let of_rank = pairs.chunk_by(|(_, a), (_, b)| a == b);
        if values <= FEW {
            let sets = of_rank.map(|pairs| {
                let mut set = RoaringBitmap::from_sorted_iter(pairs.iter().map(|(row, _)| *row))
                    .expect("they were sorted");
                set.optimize();
                set
            });
            return Rows::Few(sets.collect());
        }
        let mut starts = vec![0];
        for pairs in of_rank {
            let before: u32 = starts[starts.len() - 1];
            starts.push(before + u32::try_from(pairs.len()).expect("rows are numbered in 32 bits"));
        }
        Rows::Many {
            rows: pairs.into_iter().map(|(row, _)| row).collect(),
            starts: starts.into(),
        }
    }
}

/// The order of two rows by a column of each of their segments, nulls last in either direction.
pub(super) fn order(
    (a, row_a): (Option<&Column>, u32),
    (b, row_b): (Option<&Column>, u32),
    descending: bool,
) -> Ordering {
    let of = |column: Option<&'_ Column>, row| column.map_or(NO_RANK, |column| column.rank(row));
    let (rank_a, rank_b) = (of(a, row_a), of(b, row_b));
    match (a, b) {
        (Some(a), Some(b)) if rank_a != NO_RANK && rank_b != NO_RANK => {
            let ascending = if std::ptr::eq(a, b) {
                rank_a.cmp(&rank_b)
            } else {
                a.value(rank_a).order(b.value(rank_b))
            };
            if descending {
                ascending.reverse()
            } else {
                ascending
            }
        }
        _ => (rank_a == NO_RANK).cmp(&(rank_b == NO_RANK)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scheme;

    fn rows(having: Option<Having<'_>>) -> Vec<u32> {
        match having {
            None => vec![],
            Some(Having::Set(rows)) => rows.iter().collect(),
            Some(Having::List(rows)) => rows.to_vec(),
        }
    }

    fn find(column: &Column, value: Value) -> Vec<u32> {
        rows(column.find(&value).ok().map(|rank| column.rows_of(rank)))
    }

    #[test]
    fn few_values_and_many_are_found_alike_and_after_a_merge_too() {
        for distinct in [3, 255, 256, 257, 70_000] {
            let mut builder = ColumnBuilder::default();
            for row in (0..140_000_u32).filter(|row| row % 7 != 0) {
                builder.push(row, &Value::Integer(i64::from(row * 31 % distinct)));
            }
            let column = builder.finish(140_000).unwrap();
            // Every second row goes, and the others move together.
            let moved: Vec<_> = (0..140_000)
                .map(|row| (row % 2 == 0).then_some(row / 2))
                .collect();
            let mut builder = ColumnBuilder::default();
            builder.take_in(&column, &moved);
            let half = builder.finish(70_000).unwrap();
            for wanted in [0, 1, 2, distinct - 1, distinct] {
                let value = Value::Integer(wanted.into());
                let expected: Vec<u32> = (0..140_000)
                    .filter(|row| row % 7 != 0 && row * 31 % distinct == wanted)
                    .collect();
                assert_eq!(
                    find(&column, value.clone()),
                    expected,
                    "{wanted} of {distinct}"
                );
                let expected: Vec<u32> = expected
                    .iter()
                    .filter(|row| *row % 2 == 0)
                    .map(|row| row / 2)
                    .collect();
                assert_eq!(find(&half, value), expected, "{wanted} of {distinct}");
            }
            assert_eq!(column.rank(7), NO_RANK);
            assert_eq!(column.of(8), &Value::Integer(i64::from(8 * 31 % distinct)));
            assert_eq!(half.of(4), &Value::Integer(i64::from(8 * 31 % distinct)));
        }
    }

    #[test]
    fn a_concept_has_the_rows_of_its_narrower_ones() {
        let concept = |id: &str| Scheme::SiteType.find(id).unwrap();
        let mut builder = ColumnBuilder::default();
        for (row, id) in (0..).zip(["chapel", "monastery", "bridge", "religious_place"]) {
            builder.push(row, &Value::Concept(concept(id)));
        }
        let column = builder.finish(4).unwrap();
        let within = |id: &str| {
            let wanted = concept(id);
            let expected: Vec<u32> = (0..4)
                .filter(
                    |row| matches!(column.of(*row), Value::Concept(one) if one.is_within(wanted)),
                )
                .collect();
            let broader = column.broader.iter().find(|(one, _)| *one == wanted);
            let found = broader.map_or_else(
                || find(&column, Value::Concept(wanted)),
                |(_, rows)| rows.iter().collect(),
            );
            assert_eq!(found, expected, "{id}");
            found.len()
        };
        assert!(within("religious_place") >= 2);
        assert_eq!(within("chapel"), 1);
        for concept in Scheme::SiteType.concepts() {
            within(concept.id());
        }
    }
}
