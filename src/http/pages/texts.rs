//! Texts of pages, in five languages: one file each in `texts/`, compiled in, that a translator can edit.
//!
//! What is not there in a language is said in English, never in a neighbouring language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The languages of pages, in the order in which they are offered: that of their codes.
pub(in crate::http) const LANGUAGES: [&str; 5] = ["az", "en", "fr", "hy", "ru"];

const FILES: [&str; 5] = [
    include_str!("texts/az.yaml"),
    include_str!("texts/en.yaml"),
    include_str!("texts/fr.yaml"),
    include_str!("texts/hy.yaml"),
    include_str!("texts/ru.yaml"),
];

/// A text, or the forms of one that depends on a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Counted(BTreeMap<String, String>),
}

/// The texts of a language, by page and name.
type Texts = BTreeMap<String, BTreeMap<String, Text>>;

static TEXTS: LazyLock<[Texts; 5]> = LazyLock::new(|| {
    FILES.map(|file| serde_yaml_ng::from_str(file).expect("a test reads every file"))
});

/// The text of a key, `page.name`, with its holes filled in; of several forms that which `number` wants.
///
/// A key that is in no file is said as it stands: a test finds it.
pub(in crate::http) fn say(lang: &str, key: &str, holes: &[(&str, String)]) -> String {
    let text = find(lang, key).or_else(|| find("en", key));
    let number = holes.iter().find(|(name, _)| *name == "number");
    let number = number.and_then(|(_, number)| number.parse().ok());
    let mut said = match text {
        None => return key.to_owned(),
        Some(Text::Plain(text)) => text.clone(),
        Some(Text::Counted(forms)) => {
            let form = forms.get(form(lang, number.unwrap_or(0)));
            let form = form.or_else(|| forms.get("other"));
            form.cloned().unwrap_or_default()
        }
    };
    for (name, value) in holes {
        said = said.replace(&format!("{{{name}}}"), value);
    }
    said
}

/// Whether a text has that key.
pub(super) fn has(key: &str) -> bool {
    find("en", key).is_some()
}

fn find(lang: &str, key: &str) -> Option<&'static Text> {
    let place = LANGUAGES.iter().position(|known| *known == lang)?;
    let (page, name) = key.split_once('.')?;
    TEXTS[place].get(page)?.get(name)
}

/// The form of a text that a whole number wants (CLDR, cardinal rules).
fn form(lang: &str, number: u64) -> &'static str {
    match (lang, number % 10, number % 100) {
        ("ru", 1, tens) if tens != 11 => "one",
        ("ru", 2..=4, tens) if !(12..=14).contains(&tens) => "few",
        ("ru", ..) => "many",
        ("fr" | "hy", ..) if number < 2 => "one",
        _ if number == 1 => "one",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::domain::{Lang, Scheme, loaded_words};
    use crate::http::kind::Kind;

    /// Every text of a language: its key, the name of its form, and itself.
    fn all(place: usize) -> Vec<(String, String, &'static str)> {
        let mut all = Vec::new();
        for (page, texts) in &TEXTS[place] {
            for (name, text) in texts {
                let key = format!("{page}.{name}");
                match text {
                    Text::Plain(text) => all.push((key, String::new(), text.as_str())),
                    Text::Counted(forms) => all.extend(
                        forms
                            .iter()
                            .map(|(form, text)| (key.clone(), form.clone(), text.as_str())),
                    ),
                }
            }
        }
        all
    }

    fn keys(place: usize) -> BTreeSet<String> {
        all(place).into_iter().map(|(key, ..)| key).collect()
    }

    fn holes(text: &str) -> BTreeSet<&str> {
        let pieces = text.split('{').skip(1);
        pieces.filter_map(|piece| piece.split('}').next()).collect()
    }

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        let english: BTreeSet<_> = all(1)
            .into_iter()
            .flat_map(|(key, _, text)| holes(text).into_iter().map(move |hole| (key.clone(), hole)))
            .collect();
        for (place, lang) in LANGUAGES.iter().enumerate() {
            assert_eq!(keys(place), keys(1), "{lang}");
            let own: BTreeSet<_> = all(place)
                .into_iter()
                .flat_map(|(key, _, text)| {
                    holes(text).into_iter().map(move |hole| (key.clone(), hole))
                })
                .collect();
            assert_eq!(own, english, "{lang}");
            for (key, form, text) in all(place) {
                assert!(!text.trim().is_empty(), "{lang} {key} {form}");
            }
            for (key, forms) in TEXTS[place].iter().flat_map(|(page, texts)| {
                texts.iter().filter_map(move |(name, text)| match text {
                    Text::Counted(forms) => Some((format!("{page}.{name}"), forms)),
                    Text::Plain(_) => None,
                })
            }) {
                for number in 0..200 {
                    assert!(
                        forms.contains_key(super::form(lang, number)),
                        "{lang} {key}"
                    );
                }
            }
        }
    }

    /// What templates and code of pages say: whole keys, and beginnings of keys that go on with an id.
    fn named() -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![root.join("src/http/pages"), root.join("src/http/desk")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let ending = path.extension().and_then(|ending| ending.to_str());
                match ending {
                    None => folders.push(path),
                    Some("rs" | "html") => {
                        let text = fs::read_to_string(&path).unwrap();
                        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
                        named.extend(code.split(['"', '\'']).map(str::to_owned));
                    }
                    Some(_) => {}
                }
            }
        }
        named
    }

    #[test]
    fn every_text_is_used_and_what_is_used_is_there() {
        let (keys, named) = (keys(1), named());
        let pages: BTreeSet<&str> = TEXTS[1].keys().map(String::as_str).collect();
        let begins = |key: &str| {
            let (page, _) = key.split_once('.').unwrap();
            named.contains(&format!("{page}."))
        };
        let unused: Vec<_> = keys
            .iter()
            .filter(|key| !named.contains(*key) && !begins(key))
            .collect();
        assert!(unused.is_empty(), "no page says {unused:#?}");
        let is_key = |text: &str| {
            let (page, name) = text.split_once('.').unwrap_or_default();
            let is_name = |name: &str| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            };
            pages.contains(page) && is_name(name) && !["css", "html", "js"].contains(&name)
        };
        let missing: Vec<_> = named
            .iter()
            .filter(|text| is_key(text) && !keys.contains(*text))
            .collect();
        assert!(missing.is_empty(), "no file has {missing:#?}");
    }

    /// A key that ends with an id: its page has that of each, and no others.
    #[test]
    fn what_is_said_of_ids_is_said_of_each() {
        let ids = |all: Vec<&str>| -> BTreeSet<String> {
            all.into_iter().map(|id| id.replace('-', "_")).collect()
        };
        let schemes = Scheme::ALL.iter().map(|scheme| scheme.id());
        let conditions = Scheme::Condition.concepts().map(|one| one.id());
        let kinds = Kind::ALL.into_iter().map(|kind| kind.about().1);
        for (page, expected) in [
            ("vocabulary_names", ids(schemes.collect())),
            ("condition_notes", ids(conditions.collect())),
            ("organization_status", ids(vec!["active", "inactive"])),
            ("problem_kinds", ids(kinds.collect())),
        ] {
            let said: BTreeSet<String> = TEXTS[1][page].keys().cloned().collect();
            assert_eq!(said, expected, "{page}");
        }
    }

    #[test]
    fn no_text_takes_a_side() {
        for (place, lang) in LANGUAGES.iter().enumerate() {
            for (key, _, text) in all(place) {
                let found = loaded_words(text, &Lang::parse(lang).unwrap());
                assert!(found.is_empty(), "{lang} {key}: {found:?}");
            }
        }
    }

    #[test]
    fn a_number_chooses_the_form() {
        for (lang, number, expected) in [
            ("en", 1, "1 record"),
            ("en", 0, "0 records"),
            ("fr", 0, "0 fiche"),
            ("fr", 2, "2 fiches"),
            ("ru", 1, "1 запись"),
            ("ru", 21, "21 запись"),
            ("ru", 11, "11 записей"),
            ("ru", 3, "3 записи"),
            ("ru", 13, "13 записей"),
            ("ru", 201, "201 запись"),
        ] {
            let said = say(lang, "list.found", &[("number", number.to_string())]);
            assert_eq!(said, expected, "{lang} {number}");
        }
    }

    #[test]
    fn what_a_language_does_not_say_is_said_in_english() {
        assert_eq!(say("ka", "frame.sites", &[]), say("en", "frame.sites", &[]));
    }
}
