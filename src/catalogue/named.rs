//! Which rows have a name that is looked for, and how well it fits (vocabularies 4).
//!
//! Each word of the text fits some names in each tier. A record is found in the first tier in which its names have all
//! words: so its tier is that of its worst word, of each the best fit. Two words that stand beside each other may be one
//! in a name, and the other way round. All parts of a collection are looked at together, tier after tier, until enough
//! is found; what else is asked plays no part, so that it alters the meaning of nothing.

use roaring::RoaringBitmap;

use super::column::{Column, Having};
use super::names::{Names, Sought};
use super::part::Part;
use crate::domain::{NameWord, Tier, Weight};
use crate::query::FreeText;

/// A tier is looked at if those before gave fewer than so many records.
pub(super) const ENOUGH: usize = 10;

/// The rows of a part that have the name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// For each tier that was looked at, its rows and those of better ones.
    tiers: Vec<(Tier, RoaringBitmap)>,
}

impl Named {
    /// The living rows of each part that have the name.
    pub(super) fn of(parts: &[&Part], column: usize, text: &FreeText) -> Vec<Named> {
        let mut searches: Vec<Search<'_>> = parts
            .iter()
            .map(|part| Search::new(part, column, text))
            .collect();
        let mut named: Vec<Named> = parts.iter().map(|_| Named::default()).collect();
        for tier in Tier::ALL {
            let mut found = 0;
            for (search, named) in searches.iter_mut().zip(&mut named) {
                search.widen(tier, |search, names| search.rows(names));
                let rows = search.passing(tier) - search.dead();
                found += usize::try_from(rows.len()).expect("rows are in memory");
                named.tiers.push((tier, rows));
            }
            if found >= ENOUGH {
                break;
            }
        }
        named
    }

    /// All of them.
    pub(super) fn rows(&self) -> &RoaringBitmap {
        let last = self.tiers.last();
        &last.expect("the first tier is always looked at").1
    }

    /// The tier of one of them.
    pub(super) fn tier(&self, row: u32) -> Tier {
        let mut tiers = self.tiers.iter();
        let tier = tiers.find(|(_, rows)| rows.contains(row));
        tier.map(|(tier, _)| *tier)
            .expect("it is one of the rows that have the name")
    }
}

/// What fits the words of a text in a part, tier after tier: sets of names, or of rows.
pub(super) struct Search<'a> {
    part: &'a Part,
    names: Option<(&'a Names, &'a Column)>,
    text: &'a FreeText,
    /// What fits each word, and each that is made of it and the next one, so far.
    words: Vec<RoaringBitmap>,
    joined: Vec<RoaringBitmap>,
}

impl<'a> Search<'a> {
    pub(super) fn new(part: &'a Part, column: usize, text: &'a FreeText) -> Search<'a> {
        let count = text.words().len();
        Search {
            part,
            names: part.segment.names(column).zip(part.segment.column(column)),
            text,
            words: vec![RoaringBitmap::new(); count],
            joined: vec![RoaringBitmap::new(); count - 1],
        }
    }

    /// Adds what fits in a tier; `of` makes of names what the sets are of.
    pub(super) fn widen(
        &mut self,
        tier: Tier,
        of: impl Fn(&Search<'a>, Vec<u32>) -> RoaringBitmap,
    ) {
        let Some((names, _)) = self.names else {
            return;
        };
        let words = self.text.words();
        let sought = |place| {
            if self.text.is_open(place) {
                Sought::Open
            } else {
                Sought::Whole
            }
        };
        for (place, word) in words.iter().enumerate() {
            let mut found = Vec::new();
            names.find(word, sought(place), tier, &mut found);
            let found = of(self, found);
            self.words[place] |= found;
        }
        // With a word that many names have, most of it is the same: another sound makes another name of the rest.
        let is_too_far = |pair: &[NameWord]| {
            tier == Tier::OneEdit && pair.iter().any(|word| word.generic().is_some())
        };
        for (place, pair) in words.windows(2).enumerate() {
            if is_too_far(pair) {
                continue;
            }
            let mut found = Vec::new();
            let word = pair[0].joined(&pair[1]);
            names.find(&word, sought(place + 1), tier, &mut found);
            let found = of(self, found);
            self.joined[place] |= found;
        }
    }

    /// What has all words, if those up to a tier were looked at.
    pub(super) fn passing(&self, tier: Tier) -> RoaringBitmap {
        // What has the words so far, without and with the last of them; `None` is everything.
        let (mut before, mut so_far): (Option<RoaringBitmap>, Option<RoaringBitmap>) = (None, None);
        for (place, weight) in self.text.weights().iter().enumerate() {
            let is_needed = match weight {
                Weight::Full => true,
                Weight::Little => tier != Tier::OneEdit,
                Weight::None => false,
            };
            let with_word = if is_needed {
                Some(both(so_far.as_ref(), &self.words[place]))
            } else {
                so_far.clone()
            };
            let as_one = place
                .checked_sub(1)
                .map(|first| both(before.as_ref(), &self.joined[first]));
            before = so_far;
            so_far = match (with_word, as_one) {
                (Some(one), Some(other)) => Some(one | other),
                (with_word, _) => with_word,
            };
        }
        so_far.expect("one word is needed")
    }

    /// The rows with some names.
    pub(super) fn rows(&self, names: Vec<u32>) -> RoaringBitmap {
        let Some((_, column)) = self.names else {
            return RoaringBitmap::new();
        };
        let mut rows = Vec::with_capacity(names.len());
        for name in names {
            match column.rows_of(name) {
                Having::Set(set) => rows.extend(set),
                Having::List(list) => rows.extend_from_slice(list),
            }
        }
        set(rows)
    }

    pub(super) fn dead(&self) -> &'a RoaringBitmap {
        &self.part.dead
    }
}

/// Fewer numbers than these are sorted.
const FEW: usize = 1000;

/// Numbers as a set. Many become bits first: of 300,000 that takes 0.2 ms, and sorting them a hundred times that.
pub(super) fn set(mut numbers: Vec<u32>) -> RoaringBitmap {
    if numbers.len() < FEW {
        numbers.sort_unstable();
        numbers.dedup();
        return RoaringBitmap::from_sorted_iter(numbers).expect("they were sorted");
    }
    let last = numbers.iter().max().copied().unwrap_or_default();
    let mut bits = vec![0_u8; last as usize / 8 + 1];
    for number in numbers {
        bits[number as usize / 8] |= 1 << (number % 8);
    }
    RoaringBitmap::from_lsb0_bytes(0, &bits)
}

fn both(all: Option<&RoaringBitmap>, some: &RoaringBitmap) -> RoaringBitmap {
    all.map_or_else(|| some.clone(), |all| all & some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_numbers_and_many_become_the_set_that_they_are() {
        for count in [0, 1, 7, 999, 1000, 5000] {
            let numbers: Vec<u32> = (0..count).map(|n| n * 7919 % 70_001).collect();
            let twice = [&numbers[..], &numbers].concat();
            assert_eq!(set(twice), numbers.iter().copied().collect(), "{count}");
        }
    }
}
