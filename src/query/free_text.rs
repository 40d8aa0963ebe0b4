//! `q`: a name, or what somebody remembers of one.

use crate::domain::{NameWord, Tier, Weight, Wrong, shortened};

/// The most characters of it.
const TEXT_MAX: usize = 200;
/// The most words of it.
const WORDS_MAX: usize = 10;

/// The words that a feature must have among its names.
#[derive(Clone, Debug)]
pub struct FreeText {
    words: Vec<NameWord>,
    weights: Vec<Weight>,
    is_being_typed: bool,
}

impl FreeText {
    /// All of its words are whole. A comma parts words as a space does.
    ///
    /// ```
    /// use heritage_registry::query::FreeText;
    /// assert_eq!(FreeText::parse("Dagh Tumas")?.words().len(), 2);
    /// assert!(FreeText::parse("—").is_err());
    /// # Ok::<_, heritage_registry::domain::Wrong>(())
    /// ```
    pub fn parse(text: &str) -> Result<FreeText, Wrong> {
        FreeText::of(text, false)
    }

    /// The last of its words is being typed, and may be the beginning of one.
    pub fn parse_typed(text: &str) -> Result<FreeText, Wrong> {
        FreeText::of(text, true)
    }

    fn of(text: &str, is_being_typed: bool) -> Result<FreeText, Wrong> {
        if text.chars().any(char::is_control) {
            return Err(Wrong(
                "q is a name on one line, without tabs and other control characters".to_owned(),
            ));
        }
        let (length, words) = (text.chars().count(), NameWord::all_of(text));
        if length > TEXT_MAX || words.len() > WORDS_MAX {
            let found = words.len();
            return Err(Wrong(format!(
                "q has at most {TEXT_MAX} characters and {WORDS_MAX} words, not {length} and {found}"
            )));
        }
        if words.is_empty() {
            return Err(Wrong(format!(
                "q is a name or some words of one, not \"{text}\"",
                text = shortened(text)
            )));
        }
        Ok(FreeText {
            weights: weights(&words),
            words,
            is_being_typed,
        })
    }

    /// The words in their order, of which there is at least one.
    pub fn words(&self) -> &[NameWord] {
        &self.words
    }

    /// How much each of them counts beside the others; at least one has to be there.
    pub fn weights(&self) -> &[Weight] {
        &self.weights
    }

    /// Whether the word at a place may be the beginning of one, and no generic word yet.
    pub fn is_open(&self, place: usize) -> bool {
        self.is_being_typed && place + 1 == self.words.len()
    }

    /// How well a name may fit it, the best first. One letter that is being typed is so little that only letters are
    /// compared.
    pub fn tiers(&self) -> &'static [Tier] {
        let letters = self.words[0].letters().chars().take(2).count();
        if self.is_being_typed && self.words.len() == 1 && letters == 1 {
            &[Tier::Letters, Tier::Beginning]
        } else {
            &Tier::ALL
        }
    }
}

/// The weight of each word; where all of them are little, none is less than the others.
fn weights(words: &[NameWord]) -> Vec<Weight> {
    let mut weights: Vec<Weight> = words.iter().map(NameWord::weight).collect();
    if !weights.contains(&Weight::Full) {
        let most = if weights.contains(&Weight::Little) {
            Weight::Little
        } else {
            Weight::None
        };
        for weight in weights.iter_mut().filter(|weight| **weight == most) {
            *weight = Weight::Full;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "a".repeat(201);
        for (text, wrong) in [
            ("", "q is a name or some words of one, not \"\""),
            (" ’-", "q is a name or some words of one, not \" ’-\""),
            (
                "Shushi\u{0}",
                "q is a name on one line, without tabs and other control characters",
            ),
            (
                "a b c d e f g h i j k",
                "q has at most 200 characters and 10 words, not 21 and 11",
            ),
            (
                &long,
                "q has at most 200 characters and 10 words, not 201 and 1",
            ),
        ] {
            assert_eq!(FreeText::parse(text).unwrap_err().0, wrong, "{text}");
        }
        assert!(FreeText::parse(&long[1..]).is_ok());
        assert!(FreeText::parse("a b c d e f g h i j").is_ok());
    }

    #[test]
    fn generic_words_count_little_only_beside_others() {
        for (text, weights) in [
            (
                "Church of Gandzasar",
                [Weight::Little, Weight::None, Weight::Full],
            ),
            ("church of the", [Weight::Full, Weight::None, Weight::None]),
            ("of the of", [Weight::Full; 3]),
            (
                "upper of mosque",
                [Weight::Full, Weight::None, Weight::Little],
            ),
        ] {
            assert_eq!(FreeText::parse(text).unwrap().weights(), weights, "{text}");
        }
    }
}
