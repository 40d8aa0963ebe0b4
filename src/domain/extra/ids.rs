//! How the features of a file are called, by the file and by the house.
//!
//! The house orders features by ids of its own kind, so each id of a file stands for one: numbers in their order, texts in
//! that of code points.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use uuid::Uuid;

use super::RowDraft;

/// The ids of a layer.
#[derive(Debug)]
pub(super) enum Ids {
    /// Whole numbers.
    Numbers,
    /// Texts, ascending: the house calls each by its place.
    Texts(Vec<String>),
}

/// The id of a feature, as addresses and documents have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownId<'a> {
    /// That of a record of ours.
    Uuid(Uuid),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(&'a str),
}

/// What the house calls the number 0: numbers below it come before.
const ZERO: u128 = 1 << 127;

fn of_number(number: i64) -> Uuid {
    Uuid::from_u128(ZERO.wrapping_add_signed(number.into()))
}

fn of_place(place: usize) -> Uuid {
    Uuid::from_u128(place as u128)
}

impl Ids {
    /// The ids of features, and what the house calls each.
    pub(super) fn of(rows: &[RowDraft]) -> (Ids, Vec<Uuid>) {
        let given = || rows.iter().map(|row| &row.id);
        if let Some(numbers) = distinct(given().map(Json::as_i64)) {
            let uuids = numbers.into_iter().map(of_number).collect();
            return (Ids::Numbers, uuids);
        }
        if let Some(texts) = distinct(given().map(|id| id.as_str().filter(|id| is_usable(id)))) {
            let ordered: BTreeSet<&str> = texts.iter().copied().collect();
            let ordered: Vec<String> = ordered.into_iter().map(str::to_owned).collect();
            let place = |text: &str| ordered.binary_search_by(|one| one.as_str().cmp(text));
            let places = texts
                .into_iter()
                .map(|text| place(text).unwrap_or_default());
            let uuids = places.map(of_place).collect();
            return (Ids::Texts(ordered), uuids);
        }
        let numbers = (1..).take(rows.len()).map(of_number);
        (Ids::Numbers, numbers.collect())
    }

    pub(super) fn are_numbers(&self) -> bool {
        matches!(self, Ids::Numbers)
    }

    /// The id of what the house calls `id`, one of those made here.
    pub(super) fn shown(&self, id: Uuid) -> ShownId<'_> {
        let number = id.as_u128();
        match self {
            Ids::Numbers => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_possible_wrap,
                    reason = "it was made of a number of 64 bits"
                )]
                let number = number.wrapping_sub(ZERO) as i128 as i64;
                ShownId::Number(number)
            }
            Ids::Texts(all) => {
                let place = usize::try_from(number).unwrap_or(usize::MAX);
                ShownId::Text(all.get(place).map_or("", String::as_str))
            }
        }
    }

    /// What the house calls the feature with that id, if there may be one.
    pub(super) fn find(&self, shown: &str) -> Option<Uuid> {
        match self {
            Ids::Numbers => {
                let number: i64 = shown.parse().ok()?;
                // As it is written, and in no other way: no sign, no zeros before it.
                (number.to_string() == shown).then(|| of_number(number))
            }
            Ids::Texts(all) => {
                let found = all.binary_search_by(|one| one.as_str().cmp(shown));
                found.ok().map(of_place)
            }
        }
    }
}

/// All of them, if each is there and no two are the same.
fn distinct<T: Copy + Ord>(given: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let all: Vec<T> = given.collect::<Option<_>>()?;
    let different: BTreeSet<T> = all.iter().copied().collect();
    (different.len() == all.len()).then_some(all)
}

/// Whether a text can be the last step of an address: clients go up at dots.
fn is_usable(id: &str) -> bool {
    !["", ".", ".."].contains(&id)
}

impl fmt::Display for ShownId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShownId::Uuid(id) => id.fmt(f),
            ShownId::Number(number) => number.fmt(f),
            ShownId::Text(text) => text.fmt(f),
        }
    }
}

impl Serialize for ShownId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ShownId::Uuid(id) => serializer.collect_str(id),
            ShownId::Number(number) => serializer.serialize_i64(*number),
            ShownId::Text(text) => serializer.serialize_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn shown(ids: &Json) -> Vec<String> {
        let rows: Vec<RowDraft> = ids.as_array().unwrap().iter().map(row).collect();
        let (ids, mut uuids) = Ids::of(&rows);
        uuids.sort_unstable();
        let shown = uuids.iter().map(|id| json!(ids.shown(*id)).to_string());
        shown.collect()
    }

    fn row(id: &Json) -> RowDraft {
        RowDraft {
            id: id.clone(),
            geometry: None,
            values: vec![],
        }
    }

    #[test]
    fn ids_stay_if_all_are_different_numbers_or_texts_and_else_rows_are_numbered() {
        for (given, expected) in [
            (json!([7, -3, 0]), vec!["-3", "0", "7"]),
            (json!(["b", "a", "ա"]), vec!["\"a\"", "\"b\"", "\"ա\""]),
            (json!(["7", "07"]), vec!["\"07\"", "\"7\""]),
            (json!([7, 7]), vec!["1", "2"]),
            (json!(["a", "a"]), vec!["1", "2"]),
            (json!([7, "a"]), vec!["1", "2"]),
            (json!([7, null]), vec!["1", "2"]),
            (json!([1.5, 2]), vec!["1", "2"]),
            (json!(["a", ""]), vec!["1", "2"]),
            (json!(["a", ".."]), vec!["1", "2"]),
            (json!([]), vec![]),
        ] {
            assert_eq!(shown(&given), expected, "{given}");
        }
    }

    #[test]
    fn a_number_is_found_as_it_is_written_alone() {
        let (ids, uuids) = Ids::of(&[row(&json!(7))]);
        assert_eq!(ids.find("7"), Some(uuids[0]));
        for text in ["+7", "07", "7.0", " 7", "seven", ""] {
            assert_eq!(ids.find(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_found_and_the_order_stays(
            numbers in prop::collection::btree_set(any::<i64>(), 1..9),
            texts in prop::collection::btree_set("\\PC{1,5}", 1..9),
        ) {
            let numbers = numbers.into_iter().map(|one| json!(one)).collect::<Vec<_>>();
            let texts = texts.into_iter().filter(|one| is_usable(one));
            let texts = texts.map(|one| json!(one)).collect::<Vec<_>>();
            for given in [numbers, texts] {
                let rows: Vec<_> = given.iter().map(row).collect();
                let (ids, uuids) = Ids::of(&rows);
                prop_assert!(uuids.is_sorted());
                for (id, given) in uuids.iter().zip(given) {
                    let shown = ids.shown(*id);
                    prop_assert_eq!(json!(shown), given);
                    prop_assert_eq!(ids.find(&shown.to_string()), Some(*id));
                }
            }
        }
    }
}
