//! Names for somebody who is typing one.

use std::collections::HashSet;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::Snapshot;
use super::named::{ENOUGH, Search, set};
use super::part::Part;
use super::snapshot::names_column;
use crate::domain::{Collection, RecordRef, Tier, Value};
use crate::formats::Written;
use crate::query::FreeText;

/// A name that may be meant, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Suggestion<'a> {
    /// How well it fits.
    pub tier: Tier,
    /// The name as it is written.
    pub text: &'a str,
    /// What has the name.
    pub record: RecordRef,
    /// The same, as this audience sees it.
    pub feature: Written<'a>,
}

/// So many names of a part are looked at in a tier; of more, as many that stand evenly among them.
const LOOKED_AT: u64 = 2_000;

impl Suggestion<'_> {
    /// What decides between records. No text is compared: by code point one script would always come before another, and
    /// where the list ends, the last would never be seen.
    fn order(&self) -> (Tier, usize, Uuid) {
        let words = self.text.split_whitespace().count();
        (self.tier, words, self.record.id)
    }
}

/// One name of each record, in order. Of names that fit a record equally well its id chooses, so that no script does.
fn one_of_each(mut found: Vec<Suggestion<'_>>) -> Vec<Suggestion<'_>> {
    found.sort_unstable_by(|a, b| a.order().cmp(&b.order()).then(a.text.cmp(b.text)));
    let mut records = HashSet::new();
    let equal = found.chunk_by(|a, b| a.order() == b.order());
    equal
        .map(|names| {
            // Ids are random, so the remainder is as good as a hash.
            let turn = names[0].record.id.as_u128() % names.len() as u128;
            names[usize::try_from(turn).expect("less than the number of names")]
        })
        .filter(|one| records.insert(one.record))
        .collect()
}

impl Snapshot {
    /// Whether the names of some collections are in order already: else the first question puts them so, which takes
    /// seconds where there are a million.
    pub fn has_names_in_order(&self, collections: &[Collection]) -> bool {
        let mut parts = collections.iter().flat_map(|one| self.parts(*one));
        parts.all(|part| part.segment.has_names_in_order())
    }

    /// At most so many names that fit a text, one for each record: the best fitting first, then those of fewer words, then
    /// by id.
    ///
    /// One name has to have all words of the text, unlike in [`Snapshot::search`]. Tiers are looked at for all the
    /// collections together, as there for one.
    pub fn suggest(
        &self,
        collections: &[Collection],
        text: &FreeText,
        most: usize,
    ) -> Vec<Suggestion<'_>> {
        let parts = collections.iter().flat_map(|collection| {
            let column = names_column(*collection);
            let parts = self.parts(*collection);
            parts.filter_map(move |part| Some((*collection, part, column?)))
        });
        let mut lists: Vec<List<'_, '_>> = parts
            .map(|(collection, part, column)| List {
                collection,
                part,
                column,
                search: Search::new(part, column, text),
                names: RoaringBitmap::new(),
                rows: RoaringBitmap::new(),
                found: Vec::new(),
            })
            .collect();
        for tier in text.tiers() {
            let mut found = 0;
            for list in &mut lists {
                found += list.widen(*tier, most);
            }
            if found >= ENOUGH {
                break;
            }
        }
        let mut found = one_of_each(lists.into_iter().flat_map(|list| list.found).collect());
        found.truncate(most);
        found
    }
}

/// The suggestions of a part.
struct List<'a, 't> {
    collection: Collection,
    part: &'a Part,
    column: usize,
    search: Search<'t>,
    /// The names that were looked at.
    names: RoaringBitmap,
    /// The rows that have one.
    rows: RoaringBitmap,
    found: Vec<Suggestion<'a>>,
}

impl List<'_, '_> {
    /// Adds the names of a tier, each with at most so many of the records that have it; gives how many records there are.
    fn widen(&mut self, tier: Tier, most: usize) -> usize {
        let Some(column) = self.part.segment.column(self.column) else {
            return 0;
        };
        self.search.widen(tier, |_, names| set(names));
        let passing = self.search.passing(tier);
        let new = &passing - &self.names;
        let step = usize::try_from(new.len() / LOOKED_AT).expect("names are in memory") + 1;
        for name in new.iter().step_by(step) {
            let Value::Text(text) = column.value(name) else {
                continue;
            };
            let rows = column.rows_of(name);
            let living = rows.iter().filter(|row| !self.part.dead.contains(*row));
            for row in living.take(most) {
                self.rows.insert(row);
                let feature = self.part.segment.written(row);
                self.found.push(Suggestion {
                    tier,
                    text,
                    record: self.collection.record(feature.id),
                    feature,
                });
            }
        }
        self.names = passing;
        usize::try_from(self.rows.len()).expect("rows are in memory")
    }
}
