//! The names of a segment by their words: by letters, by sounds, and by the sounds that are no vowels.
//!
//! It follows from the column of names, whose places are the numbers here, and is made when it is first asked for, or
//! before by whoever has the time ([`super::Catalogue::prepare`]): of 100,000 names that takes a second, and 35 MB. What is
//! made is kept for the next start.

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::lexicon::{Lexicon, LexiconBuilder};
use crate::domain::{GENERIC_KINDS, NameWord, Tier, Value};

/// So many sounds are enough for the beginning of a key.
const BEGINNING: usize = 4;
/// And so many while they are being typed.
const TYPED: usize = 3;
/// Keys that may differ in a sound have at least so many.
const EDITED: usize = 5;

/// Names by their words. Two words that stand beside each other are one besides.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Names {
    /// The names with each word.
    letters: Lexicon,
    /// The names with each key.
    keys: Lexicon,
    /// The places of the keys with each skeleton.
    skeletons: Lexicon,
    /// The names with a generic word of each kind.
    generic: [Vec<u32>; GENERIC_KINDS],
    /// What the keys are made of.
    sounds: Vec<char>,
}

/// What is looked for among words: a whole one, or one that is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    Whole,
    Open,
}

impl Names {
    /// Those that are the values of a column.
    pub(super) fn of(column: &Column) -> Names {
        let (mut letters, mut keys) = (LexiconBuilder::default(), LexiconBuilder::default());
        let mut generic = [const { Vec::new() }; GENERIC_KINDS];
        for name in 0..column.len() {
            let Value::Text(text) = column.value(name) else {
                continue;
            };
            let words = NameWord::all_of(text);
            let joined = words.windows(2).map(|pair| pair[0].joined(&pair[1]));
            let joined: Vec<NameWord> = joined.collect();
            for word in words.iter().chain(&joined) {
                letters.push(word.letters(), name);
                if !word.key().is_empty() {
                    keys.push(word.key(), name);
                }
                if let Some(kind) = word.generic() {
                    generic[kind].push(name);
                }
            }
        }
        let keys = keys.finish();
        let mut skeletons = LexiconBuilder::default();
        let mut sounds = Vec::new();
        for (place, key) in (0..).zip(keys.iter()) {
            if let Some(skeleton) = NameWord::skeleton_of(key) {
                skeletons.push(&skeleton, place);
            }
            for sound in key.chars() {
                if !sounds.contains(&sound) {
                    sounds.push(sound);
                }
            }
        }
        Names {
            letters: letters.finish(),
            keys,
            skeletons: skeletons.finish(),
            generic,
            sounds,
        }
    }

    /// Adds the names with a word that fits the one sought in a tier. Those of better tiers may be among them or not.
    pub(super) fn find(&self, word: &NameWord, sought: Sought, tier: Tier, found: &mut Vec<u32>) {
        let is_open = sought == Sought::Open;
        let sounds = word.key().chars().count();
        match tier {
            Tier::Letters => {
                found.extend(self.letters.having(word.letters()));
                if let Some(kind) = word.generic().filter(|_| !is_open) {
                    found.extend(&self.generic[kind]);
                }
            }
            Tier::Beginning => found.extend(self.letters.beginning(word.letters())),
            Tier::Key if sounds >= BEGINNING || is_open && sounds >= TYPED => {
                found.extend(self.keys.beginning(word.key()));
            }
            Tier::Key => found.extend(self.keys.having(word.key())),
            Tier::Skeleton => {
                let Some(skeleton) = NameWord::skeleton_of(word.key()) else {
                    return;
                };
                let keys = if is_open {
                    self.skeletons.beginning(&skeleton)
                } else {
                    self.skeletons.having(&skeleton)
                };
                found.extend(keys.iter().flat_map(|key| self.keys.at(*key)));
            }
            Tier::OneEdit if sounds >= EDITED => self.edits(word.key(), |key| {
                found.extend(if is_open {
                    self.keys.beginning(key)
                } else {
                    self.keys.having(key)
                });
            }),
            Tier::OneEdit => {}
        }
    }

    /// Every key that differs in one sound, and is long enough: each is looked up, since there are fewer of them than
    /// there are keys.
    fn edits(&self, key: &str, mut each: impl FnMut(&str)) {
        let ends = key
            .char_indices()
            .map(|(at, sound)| (at, at + sound.len_utf8()));
        let sounds = key.chars().count();
        let mut other = String::with_capacity(key.len() + 4);
        for (at, end) in ends.chain([(key.len(), key.len())]) {
            let (before, after) = (&key[..at], &key[end..]);
            let mut put = |sound: Option<char>, after: &str| {
                other.clear();
                other.push_str(before);
                other.extend(sound);
                other.push_str(after);
                each(&other);
            };
            if end > at && sounds > EDITED {
                put(None, after);
            }
            for sound in &self.sounds {
                put(Some(*sound), &key[at..]);
                if end > at {
                    put(Some(*sound), after);
                }
            }
        }
    }
}
