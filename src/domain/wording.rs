//! Words that take a side (vocabularies 5): found in free texts, so that a reviewer looks at them. They refuse nothing.
//!
//! They are read from `seed/wording.csv`, compiled in: each kind has entries in all five languages, so that none is
//! watched more closely than another. `stem` is one word or several that follow each other, whole, or with `*` where
//! they may go on; `note` says why an entry is narrower than it could be. Reviewers who are shown harmless words soon
//! look at none: so of "occupied" and "returned" only what is said of lands is found, not a house that is occupied by a
//! school, nor a roof that is returned to its place.

use std::sync::LazyLock;

use serde_json::Value;
use unicode_normalization::char::is_combining_mark;

use super::name_key::fold;
use super::{Fault, Lang};

/// One or more words of a text that take a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadedWord<'a> {
    /// What kind it is, as the list calls it.
    pub kind: &'static str,
    /// As it stands in the text.
    pub words: &'a str,
}

/// What of a text takes a side, in its order; where two entries fit, the longer one counts.
///
/// Upper and lower case, accents and apostrophes do not matter, nor which letters an inflected form ends with. A text of
/// unknown language (`und`) is taken for English; of languages without a list nothing is found.
///
/// ```
/// use heritage_registry::domain::{Lang, loaded_words};
/// let found = loaded_words("Храм на оккупированной земле", &Lang::parse("ru").unwrap());
/// assert_eq!((found[0].kind, found[0].words), ("occupied", "оккупированной"));
/// assert!(loaded_words("A house occupied by a school", &Lang::parse("en").unwrap()).is_empty());
/// ```
pub fn loaded_words<'a>(text: &'a str, lang: &Lang) -> Vec<LoadedWord<'a>> {
    let lang = match lang.as_str().split('-').next().unwrap_or_default() {
        "und" => "en",
        "hyw" => "hy",
        lang => lang,
    };
    let words = words(text);
    let (mut found, mut rest) = (Vec::new(), &words[..]);
    while let [_, after @ ..] = rest {
        let entries = ENTRIES.iter().filter(|entry| entry.lang == lang);
        let longest = entries
            .filter(|entry| entry.begins(rest))
            .max_by_key(|entry| entry.length());
        if let Some(entry) = longest {
            let (these, after) = rest.split_at(entry.words.len());
            found.push(LoadedWord {
                kind: &entry.kind,
                words: &text[these[0].start..these[these.len() - 1].end],
            });
            rest = after;
        } else {
            rest = after;
        }
    }
    found
}

/// Members of a document that are not judged: attested names are as they are, titles are quotations, and who is said to
/// have done something is the claim of others.
const NOT_JUDGED: [&str; 3] = ["names", "sources", "attributions"];

/// Members that are a text without a language.
const PLAIN: [&str; 2] = ["location_note", "public_label"];

/// The texts of a kept document that take a side, each at its JSON Pointer in the feature that it becomes.
pub fn loaded_texts(document: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    judge(document, "/properties", &mut faults);
    faults
}

fn judge(value: &Value, place: &str, faults: &mut Vec<Fault>) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let (Some(words), Some(lang)) = (text("text"), text("lang")) {
                note(words, lang, format!("{place}/text"), faults);
                return;
            }
            for (name, member) in members {
                match member {
                    _ if NOT_JUDGED.contains(&name.as_str()) => {}
                    Value::String(words) if PLAIN.contains(&name.as_str()) => {
                        note(words, "und", format!("{place}/{name}"), faults);
                    }
                    member => judge(member, &format!("{place}/{name}"), faults),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                judge(item, &format!("{place}/{index}"), faults);
            }
        }
        _ => {}
    }
}

fn note(text: &str, lang: &str, place: String, faults: &mut Vec<Fault>) {
    let Ok(lang) = Lang::parse(lang) else { return };
    let found = loaded_words(text, &lang);
    if !found.is_empty() {
        let words = found.iter().map(|one| format!("\"{}\"", one.words));
        let words: Vec<_> = words.collect();
        let detail = format!(
            "says {}, which takes a side: say what was seen, and when",
            words.join(", ")
        );
        faults.push(Fault::other(place, detail));
    }
}

/// A line of the list.
#[derive(Debug)]
struct Entry {
    kind: String,
    lang: String,
    words: Vec<Stem>,
}

/// A word, folded.
#[derive(Debug)]
struct Stem {
    letters: String,
    /// Whether it may go on.
    is_open: bool,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut file = csv::Reader::from_reader(include_bytes!("../../seed/wording.csv").as_slice());
    let lines = file.deserialize();
    let lines = lines.map(|line| line.expect("a test reads the list"));
    lines
        .map(
            |(kind, lang, stem, _): (String, String, String, String)| Entry {
                kind,
                lang,
                words: stem.split(' ').map(Stem::of).collect(),
            },
        )
        .collect()
});

impl Entry {
    fn begins(&self, words: &[Word]) -> bool {
        let mut pairs = self.words.iter().zip(words);
        self.words.len() <= words.len() && pairs.all(|(stem, word)| stem.fits(&word.letters))
    }

    fn length(&self) -> usize {
        self.words.iter().map(|stem| stem.letters.len()).sum()
    }
}

impl Stem {
    fn of(text: &str) -> Stem {
        let stem = text.strip_suffix('*');
        Stem {
            letters: letters(stem.unwrap_or(text)),
            is_open: stem.is_some(),
        }
    }

    fn fits(&self, word: &str) -> bool {
        let rest = word.strip_prefix(&self.letters);
        rest.is_some_and(|rest| self.is_open || rest.is_empty())
    }
}

/// A word of a text: from where to where, and folded.
struct Word {
    start: usize,
    end: usize,
    letters: String,
}

/// What stands inside a word and is no letter of it: the Armenian marks of tone, and what cannot be seen. An apostrophe
/// ends a word: `l’agresseur`.
const INSIDE: &str = "՛՜՞\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}";

fn words(text: &str) -> Vec<Word> {
    let is_inside = |c: char| c.is_alphanumeric() || is_combining_mark(c) || INSIDE.contains(c);
    let pieces = text.split(|c| !is_inside(c));
    let mut words = Vec::new();
    let mut start = 0;
    for piece in pieces {
        let end = start + piece.len();
        if !piece.is_empty() {
            words.push(Word {
                start,
                end,
                letters: letters(piece),
            });
        }
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    words
}

/// Folded, and without the dots that are lost or won where I, İ or Ё is written: `QAYIDIŞ` comes down as `qayidiş`.
fn letters(word: &str) -> String {
    fold(word).replace('ı', "i").replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::domain::LABEL_LANGUAGES;

    fn found<'a>(lang: &str, text: &'a str) -> Vec<(&'static str, &'a str)> {
        let found = loaded_words(text, &Lang::parse(lang).unwrap());
        found.iter().map(|one| (one.kind, one.words)).collect()
    }

    #[test]
    fn every_kind_is_watched_in_every_language() {
        let kinds: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds.len(), 14);
        for kind in kinds {
            for lang in LABEL_LANGUAGES {
                let mut entries = ENTRIES.iter();
                assert!(
                    entries.any(|entry| entry.kind == kind && entry.lang == lang),
                    "{kind} has no entry in {lang}"
                );
            }
        }
        let langs: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.lang.as_str()).collect();
        assert!(
            langs.into_iter().eq(LABEL_LANGUAGES),
            "a language is only watched in some kinds"
        );
    }

    #[test]
    fn every_entry_stands_once_in_its_place_and_finds_itself() {
        let lines: Vec<&str> = include_str!("../../seed/wording.csv").lines().collect();
        let keys = lines[1..].iter().map(|line| {
            let cells: Vec<_> = line.splitn(4, ',').collect();
            (cells[0], cells[1], cells[2])
        });
        let keys: Vec<_> = keys.collect();
        assert_eq!(keys.len(), ENTRIES.len());
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
        for (kind, lang, stem) in keys {
            let text = stem.replace('*', "");
            assert_eq!(found(lang, &text), [(kind, text.as_str())], "{stem}");
            let upper = text.to_uppercase();
            assert_eq!(found(lang, &upper), [(kind, upper.as_str())], "{stem}");
        }
    }

    #[test]
    fn inflected_forms_are_found_as_they_stand() {
        for (lang, text, kind, words) in [
            ("en", "a Liberator’s statue", "liberated", "Liberator"),
            ("en", "the so-called museum", "so_called", "so-called"),
            (
                "en-GB",
                "OCCUPIED TERRITORIES",
                "occupied",
                "OCCUPIED TERRITORIES",
            ),
            ("und", "the work of vandals", "vandals", "vandals"),
            ("az", "İŞĞALDAN sonra", "occupied", "İŞĞALDAN"),
            ("az", "işğalçıların izi", "occupiers", "işğalçıların"),
            ("az", "Azad edilmiş ərazilər", "liberated", "Azad edilmiş"),
            ("az", "BÖYÜK QAYIDIŞ", "returned", "BÖYÜK QAYIDIŞ"),
            ("az", "ata-babalarımız", "ancestral", "ata-babalarımız"),
            (
                "az",
                "separatçıların bayrağı",
                "separatist",
                "separatçıların",
            ),
            ("hy", "բռնազավթված գյուղում", "occupied", "բռնազավթված"),
            ("hy", "Օկուպացիայից հետո", "occupied", "Օկուպացիայից"),
            ("hy", "ԲԱՐԲԱՐՈՍՆԵՐԻ ձեռքով", "barbaric", "ԲԱՐԲԱՐՈՍՆԵՐԻ"),
            ("hy", "բարբարոսնե՛ր", "barbaric", "բարբարոսնե՛ր"),
            ("hyw", "ցեղասպանութեան", "genocide", "ցեղասպանութեան"),
            (
                "hy",
                "այսպես կոչված թանգարանը",
                "so_called",
                "այսպես կոչված",
            ),
            ("ru", "до Освобождения", "liberated", "Освобождения"),
            ("ru", "освобожденная земля", "liberated", "освобожденная"),
            ("ru", "освобождённая земля", "liberated", "освобождённая"),
            ("ru", "ИСКОННЫХ ЗЕМЕЛЬ", "ancestral", "ИСКОННЫХ"),
            ("ru", "следы вандалами", "vandals", "вандалами"),
            ("fr", "L’AGRESSEUR", "aggressor", "AGRESSEUR"),
            ("fr", "les terres libérées", "liberated", "libérées"),
            ("fr", "LES TERRES LIBEREES", "liberated", "LIBEREES"),
            (
                "fr",
                "les forces d'occupation",
                "occupiers",
                "forces d'occupation",
            ),
            (
                "fr",
                "libe\u{301}re\u{301}e",
                "liberated",
                "libe\u{301}re\u{301}e",
            ),
        ] {
            assert_eq!(found(lang, text), [(kind, words)], "{lang}: {text}");
        }
        assert_eq!(
            found("en", "Vandals destroyed by the Armenians, so called."),
            [
                ("vandals", "Vandals"),
                ("destroyed_by_armenians", "destroyed by the Armenians"),
                ("so_called", "so called"),
            ]
        );
    }

    #[test]
    fn who_is_said_to_have_destroyed_is_found_on_every_side() {
        for (lang, armenians, azerbaijanis) in [
            (
                "az",
                "ermənilər tərəfindən dağıdılıb",
                "azərbaycanlılar tərəfindən dağıdılıb",
            ),
            (
                "en",
                "destroyed by Armenian forces",
                "destroyed by Azerbaijani forces",
            ),
            (
                "fr",
                "détruite par les Arméniens",
                "détruite par les Azerbaïdjanais",
            ),
            (
                "hy",
                "հայերի կողմից ավերվել է",
                "ադրբեջանցիների կողմից ավերվել է",
            ),
            ("ru", "разрушена армянами", "разрушена азербайджанцами"),
        ] {
            assert_eq!(found(lang, armenians)[0].0, "destroyed_by_armenians");
            assert_eq!(found(lang, azerbaijanis)[0].0, "destroyed_by_azerbaijanis");
        }
    }

    #[test]
    fn harmless_words_are_not_found() {
        for (lang, text) in [
            (
                "en",
                "The roof was returned to its place; the house is occupied by a school.",
            ),
            (
                "en",
                "Saint Barbara, with vandalism and aggressive plants. Liberal care.",
            ),
            (
                "en",
                "The chapel was destroyed by an earthquake; built by Armenian masters.",
            ),
            (
                "az",
                "Damın yerinə qaytarılması; vəhşi bitkilər, azad sahə, vandalizm.",
            ),
            (
                "az",
                "Bina məktəb tərəfindən tutulub, azərbaycanlılar tərəfindən təmir edilib.",
            ),
            (
                "hy",
                "Գրավիչ գրավոր հուշարձան, զբաղեցված դպրոցով։ Ազատ մուտք։ Հայերեն։",
            ),
            ("hy", "Տանիքը վերադարձված է իր տեղը, վանդալիզմի հետքեր։"),
            (
                "ru",
                "Церковь Святой Варвары освобождена от снега, здание занято школой.",
            ),
            (
                "ru",
                "Разрушенная армянская церковь. Агрессивная среда, вандализм.",
            ),
            ("ru", "Камни возвращены на место."),
            (
                "fr",
                "Sainte Barbe, la liberté, le bâtiment occupé par une école, vandalisme.",
            ),
            (
                "fr",
                "Le relief a été rendu au musée; les occupants de la maison.",
            ),
            ("de", "Genocide, occupied territories"),
            ("az-Cyrl", "ишғал"),
            ("fr", "occupied territories"),
            ("en", ""),
        ] {
            assert_eq!(found(lang, text), [], "{lang}: {text}");
        }
    }

    #[test]
    fn texts_are_judged_and_not_names_titles_and_claims_of_others() {
        let loaded =
            |lang| json!([{ "text": "fine", "lang": "hy" }, { "text": "Genocide", "lang": lang }]);
        let document = json!({
            "names": loaded("en"),
            "descriptions": [{ "text": "GÉNOCIDE", "lang": "fr", "src": ["k"] }],
            "location_note": "on occupied land, by vandals",
            "note_internal": "genocide",
            "dating": [{ "note": loaded("en") }],
            "damages": [
                { "note": loaded("und") },
                { "note": loaded("de"), "attributions": [{ "actor_text": "vandals", "note": loaded("en") }] },
            ],
            "sources": [{ "key": "k", "title": loaded("en") }],
            "summary": [{ "text": "The dome is absent.", "lang": "en" }],
        });
        let mut faults = loaded_texts(&document);
        faults.sort_by(|one, other| one.place.cmp(&other.place));
        let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "/properties/damages/0/note/1/text",
                "/properties/dating/0/note/1/text",
                "/properties/descriptions/0/text",
                "/properties/location_note",
            ]
        );
        assert_eq!(
            faults[3].detail,
            "says \"occupied land\", \"vandals\", which takes a side: say what was seen, and when"
        );
    }
}
