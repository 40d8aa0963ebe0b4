//! Distinct texts in order, each with the numbers of what has it: those of all that begin alike stand together.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Texts in the order of code points, and numbers of each.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Lexicon {
    /// All of them, one after the other, and where each ends.
    text: Box<str>,
    ends: Box<[u32]>,
    /// The numbers of all of them, in the same order, and where those of each end.
    numbers: Box<[u32]>,
    number_ends: Box<[u32]>,
}

impl Lexicon {
    /// The numbers of a text; none if it is not there.
    pub(super) fn having(&self, text: &str) -> &[u32] {
        let place = self.first_from(0, |one| one < text);
        if place < self.ends.len() && self.get(place) == text {
            self.numbers(place..place + 1)
        } else {
            &[]
        }
    }

    /// The numbers of the texts that begin with something, itself among them; a number may be there several times.
    pub(super) fn beginning(&self, with: &str) -> &[u32] {
        let first = self.first_from(0, |one| one < with);
        let end = self.first_from(first, |one| one.starts_with(with));
        self.numbers(first..end)
    }

    /// The numbers of the text at a place.
    pub(super) fn at(&self, place: u32) -> &[u32] {
        let place = place as usize;
        self.numbers(place..place + 1)
    }

    /// The texts, by place.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|place| self.get(place))
    }

    fn get(&self, place: usize) -> &str {
        &self.text[range(&self.ends, place..place + 1)]
    }

    fn numbers(&self, places: Range<usize>) -> &[u32] {
        &self.numbers[range(&self.number_ends, places)]
    }

    /// The first place from `first` on where something holds no more, which it does up to there.
    fn first_from(&self, first: usize, holds: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (first, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if holds(self.get(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// From the beginning of the first place to the end of the last.
fn range(ends: &[u32], places: Range<usize>) -> Range<usize> {
    let end = |before: usize| {
        before
            .checked_sub(1)
            .map_or(0, |place| ends[place] as usize)
    };
    end(places.start)..end(places.end)
}

/// A lexicon in the making.
#[derive(Debug, Default)]
pub(super) struct LexiconBuilder {
    places: HashMap<Box<str>, u32>,
    /// Place and number.
    pairs: Vec<(u32, u32)>,
}

impl LexiconBuilder {
    /// Gives a text a number, which it may have already.
    pub(super) fn push(&mut self, text: &str, number: u32) {
        let next = narrow(self.places.len());
        let place = self.places.get(text).copied().unwrap_or(next);
        if place == next {
            self.places.insert(text.into(), place);
        }
        self.pairs.push((place, number));
    }

    /// The lexicon.
    pub(super) fn finish(mut self) -> Lexicon {
        let mut texts: Vec<(Box<str>, u32)> = self.places.into_iter().collect();
        texts.sort_unstable();
        let mut moved = vec![0; texts.len()];
        for (new, (_, old)) in (0..).zip(&texts) {
            moved[*old as usize] = new;
        }
        for (place, _) in &mut self.pairs {
            *place = moved[*place as usize];
        }
        self.pairs.sort_unstable();
        self.pairs.dedup();
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(texts.len()));
        for (one, _) in &texts {
            text.push_str(one);
            ends.push(narrow(text.len()));
        }
        let of_each = self.pairs.chunk_by(|(a, _), (b, _)| a == b);
        let mut end = 0;
        let number_ends = of_each.map(|pairs| {
            end += narrow(pairs.len());
            end
        });
        Lexicon {
            number_ends: number_ends.collect(),
            text: text.into(),
            ends: ends.into(),
            numbers: self.pairs.into_iter().map(|(_, number)| number).collect(),
        }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("names take less than 4 GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_numbers_and_those_that_begin_alike_stand_together() {
        let mut builder = LexiconBuilder::default();
        for (text, number) in [
            ("շուշի", 3),
            ("agdam", 1),
            ("agdam", 2),
            ("agdam", 1),
            ("agdere", 2),
            ("ag", 0),
            ("ah", 9),
        ] {
            builder.push(text, number);
        }
        let lexicon = builder.finish();
        for (text, having, beginning) in [
            ("agdam", &[1, 2][..], &[1, 2][..]),
            ("ag", &[0], &[0, 1, 2, 2]),
            ("a", &[], &[0, 1, 2, 2, 9]),
            ("agdams", &[], &[]),
            ("շ", &[], &[3]),
            ("շուշի", &[3], &[3]),
            ("", &[], &[0, 1, 2, 2, 9, 3]),
            ("z", &[], &[]),
        ] {
            assert_eq!(lexicon.having(text), having, "{text}");
            assert_eq!(lexicon.beginning(text), beginning, "{text}");
        }
        assert!(lexicon.iter().eq(["ag", "agdam", "agdere", "ah", "շուշի"]));
        let none = LexiconBuilder::default().finish();
        assert!(none.having("").is_empty() && none.beginning("").is_empty());
    }
}
