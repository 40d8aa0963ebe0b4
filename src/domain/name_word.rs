//! The words of a name, and how well a word that is looked for fits one of them (vocabularies 4).
//!
//! What a name is compared by is its letters, then its sounds ([`super::NameKey`]); no language has rules of its own.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::name_key::{DROPPED, Generic, fold, key, push_all, skeleton};

/// How well a word that is looked for fits a word of a name; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// They have the same letters, in upper or lower case; or both are generic and say the same.
    Letters,
    /// The word of the name begins with its letters.
    Beginning,
    /// They have the same key; or that of the name's word begins with it, and it has at least four sounds.
    Key,
    /// Their keys without vowels are the same, and have at least three sounds.
    Skeleton,
    /// Their keys have at least five sounds each and differ in one: put in, left out, or another. What lacks a word that
    /// counts little ([`Weight::Little`]) is of this tier, too.
    OneEdit,
}

impl Tier {
    /// All of them, the best first.
    pub const ALL: [Tier; 5] = [
        Tier::Letters,
        Tier::Beginning,
        Tier::Key,
        Tier::Skeleton,
        Tier::OneEdit,
    ];

    /// 1 for the best, 5 for the last.
    ///
    /// ```
    /// use heritage_registry::domain::Tier;
    /// assert_eq!(Tier::ALL.map(Tier::number), [1, 2, 3, 4, 5]);
    /// ```
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// How much it counts that a name has a word that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It must have it.
    Full,
    /// It should have it, as "church": without it a name is of the last tier, if it has the others.
    Little,
    /// It need not, as "of".
    None,
}

/// The most kinds of generic words that there can be.
pub const GENERIC_KINDS: usize = Generic::Particle as usize + 1;

/// A word of a name, or two that are written as one.
///
/// ```
/// use heritage_registry::domain::NameWord;
/// let [dadi, vank] = &NameWord::all_of("Դադի վանք")[..] else { unreachable!() };
/// assert_eq!((dadi.letters(), vank.key()), ("դադի", "VANK"));
/// assert_eq!(dadi.joined(vank).key(), "TATIVANK");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameWord {
    letters: String,
    key: String,
    generic: Option<Generic>,
}

impl NameWord {
    /// The words of a text, in their order: runs of letters and digits, with the marks that stand within words.
    pub fn all_of(text: &str) -> Vec<NameWord> {
        let text: String = text.nfc().collect();
        let is_within =
            |c: char| c.is_alphanumeric() || is_combining_mark(c) || DROPPED.contains(c);
        let words = text.split(|c| !is_within(c));
        words.filter_map(NameWord::of).collect()
    }

    /// `None` of marks alone.
    fn of(word: &str) -> Option<NameWord> {
        if !word.contains(char::is_alphanumeric) {
            return None;
        }
        let folded = fold(word);
        let mut sounds = String::new();
        // A sign that stands for several words, as ½, is one here.
        for part in folded.split(|c: char| !c.is_alphanumeric()) {
            push_all(&mut sounds, &key(part));
        }
        Some(NameWord {
            generic: Generic::of(&folded, &sounds),
            letters: letters(word),
            key: sounds,
        })
    }

    /// Its letters, digits and marks in normal form C, in one case; `İ I ı i` are one letter, since which of them are the
    /// same differs from language to language. Apostrophes and what cannot be seen are no letters.
    pub fn letters(&self) -> &str {
        &self.letters
    }

    /// Its sounds, as in [`super::NameKey::words`]; empty if it has none.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The sounds of a key that are no vowels, if there are at least three.
    pub fn skeleton_of(key: &str) -> Option<String> {
        let bones: String = skeleton(key).collect();
        (bones.chars().count() >= 3).then_some(bones)
    }

    /// It and the next one, written as one word. The sounds are those of both: no letter of the one changes the other.
    #[must_use]
    pub fn joined(&self, next: &NameWord) -> NameWord {
        let mut key = self.key.clone();
        push_all(&mut key, &next.key);
        NameWord {
            letters: format!("{}{}", self.letters, next.letters),
            key,
            generic: None,
        }
    }

    /// What it says, if it is generic: the same number as words that say the same in another language.
    pub fn generic(&self) -> Option<usize> {
        self.generic.map(|generic| generic as usize)
    }

    /// How much it counts beside others. What tells an upper from a lower village is not little.
    pub fn weight(&self) -> Weight {
        match self.generic {
            None | Some(Generic::Upper | Generic::Lower) => Weight::Full,
            Some(Generic::Particle) => Weight::None,
            Some(_) => Weight::Little,
        }
    }
}

/// A word in normal form C and one case, without what is no letter.
fn letters(word: &str) -> String {
    let lower = word.chars().flat_map(char::to_lowercase);
    // Up and down again, since ß, ı and ς are in lower case already.
    let folded = lower
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric() || !DROPPED.contains(*c));
    let mut letters = String::with_capacity(word.len());
    for c in folded.nfc() {
        // The dot of İ, which stays where it comes down.
        if !(c == '\u{307}' && letters.ends_with('i')) {
            letters.push(c);
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<String> {
        let words = NameWord::all_of(text).into_iter();
        words.map(|word| word.letters).collect()
    }

    #[test]
    fn letters_are_the_same_in_either_case_and_however_they_are_composed() {
        for (a, b) in [
            ("Շուշի", "ՇՈՒՇԻ"),
            ("Երևան", "ԵՐԵՒԱՆ"),
            ("Straße", "STRASSE"),
            ("Ağdam", "AG\u{306}DAM"),
            ("Łazančʿecʿocʿ", "łazanc\u{30c}ʿecʿocʿ"),
            // None of them is taken for a letter of one language.
            ("Azıx", "AZIX"),
            ("Azıx", "azix"),
            ("İncə", "INCƏ"),
            ("İncə", "ıncə"),
            ("I\u{307}ncə", "incə"),
            // No letters.
            ("Dadivank’", "'Dadivank'"),
            ("Տի՛գրանակերտ", "Տիգրանակերտ"),
            ("Gan\u{ad}dza\u{200b}sar", "Gandzasar"),
            ("پناه\u{200c}آباد", "پناهآباد"),
        ] {
            assert_eq!(of(a), of(b), "{a}, {b}");
        }
        for (a, b) in [
            ("Arcʿax", "Arcax"),
            ("Füzuli", "Fuzuli"),
            ("Ağdam", "Agdam"),
            ("Шуша", "Şuşa"),
        ] {
            assert_ne!(of(a), of(b), "{a}, {b}");
        }
    }

    #[test]
    fn words_end_at_what_is_no_letter() {
        for (text, words) in [
            ("Говхар-ага", &["говхар", "ага"][..]),
            ("St. Hakob, 11", &["st", "hakob", "11"]),
            ("l’église", &["léglise"]),
            (" — ’ ", &[]),
            ("", &[]),
        ] {
            assert_eq!(of(text), words, "{text}");
        }
    }

    #[test]
    fn a_word_weighs_by_what_it_says() {
        for (text, weight) in [
            ("Gandzasar", Weight::Full),
            ("վանք", Weight::Little),
            ("церковь", Weight::Little),
            ("məscidi", Weight::Little),
            ("böyük", Weight::Little),
            ("yuxarı", Weight::Full),
            ("нижний", Weight::Full),
            ("of", Weight::None),
        ] {
            assert_eq!(NameWord::all_of(text)[0].weight(), weight, "{text}");
        }
        let says = |text| NameWord::all_of(text)[0].generic();
        assert_eq!(says("məscid"), says("мечеть"));
        assert_ne!(says("məscid"), says("церковь"));
        assert!(Some(GENERIC_KINDS) > says("the"));
    }

    proptest! {
        #[test]
        fn the_letters_of_a_word_do_not_depend_on_composition_or_case(text in any::<String>()) {
            let words = of(&text);
            prop_assert!(words.iter().all(|word| !word.is_empty()));
            prop_assert_eq!(&of(&text.nfd().collect::<String>()), &words);
            prop_assert_eq!(&of(&words.join(" ")), &words);
        }
    }
}
