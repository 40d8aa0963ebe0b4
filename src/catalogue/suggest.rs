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

impl Suggestion<'_> {
    fn order(&self) -> (Tier, &str, Uuid) {
        (self.tier, self.text, self.record.id)
    }
}

impl Snapshot {
    /// Whether the names of some collections are in order already: else the first question puts them so, which takes
    /// seconds where there are a million.
    pub fn has_names_in_order(&self, collections: &[Collection]) -> bool {
        let mut parts = collections.iter().flat_map(|one| self.parts(*one));
        parts.all(|part| part.segment.has_names_in_order())
    }

    /// At most so many names that fit a text, one for each record: the best fitting first, then by code point, then by id.
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
                rows: HashSet::new(),
                found: Vec::new(),
            })
            .collect();
        let tiers = if text.is_one_letter() { 2 } else { 5 };
        for tier in &Tier::ALL[..tiers] {
            let mut found = 0;
            for list in &mut lists {
                found += list.widen(*tier, most.max(ENOUGH));
            }
            if found >= ENOUGH {
                break;
            }
        }
        let mut found: Vec<Suggestion<'_>> =
            lists.into_iter().flat_map(|list| list.found).collect();
        found.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
        found.truncate(most);
        found
    }
}

/// The suggestions of a part, in order.
struct List<'a, 't> {
    collection: Collection,
    part: &'a Part,
    column: usize,
    search: Search<'t>,
    /// The names that were looked at.
    names: RoaringBitmap,
    /// The rows that have one.
    rows: HashSet<u32>,
    found: Vec<Suggestion<'a>>,
}

impl List<'_, '_> {
    /// Adds the names of a tier, as long as there are fewer than `most`; gives how many there are.
    fn widen(&mut self, tier: Tier, most: usize) -> usize {
        let Some(column) = self.part.segment.column(self.column) else {
            return 0;
        };
        self.search.widen(tier, |_, names| set(names));
        let passing = self.search.passing(tier);
        for name in &passing - &self.names {
            if self.found.len() >= most {
                break;
            }
            let Value::Text(text) = column.value(name) else {
                continue;
            };
            for row in column.rows_of(name).iter() {
                if self.found.len() < most && !self.part.dead.contains(row) && self.rows.insert(row)
                {
                    let feature = self.part.segment.written(row);
                    self.found.push(Suggestion {
                        tier,
                        text,
                        record: self.collection.record(feature.id),
                        feature,
                    });
                }
            }
        }
        self.names = passing;
        self.found.len()
    }
}
