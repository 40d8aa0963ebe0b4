//! Made-up names: words of syllables, written in the four scripts that the real names are written in.
//!
//! No real place and no community is in them; what the languages have of their own is the word for the kind of site.

use heritage_registry::domain::Concept;
use serde_json::{Value, json};

use super::Random;

/// A syllable in Latin, Armenian, Cyrillic and Arabic letters.
const SYLLABLES: [[&str; 4]; 20] = [
    ["da", "դա", "да", "دا"],
    ["mu", "մու", "му", "مو"],
    ["ra", "րա", "ра", "را"],
    ["ke", "կե", "ке", "که"],
    ["li", "լի", "ли", "لی"],
    ["no", "նո", "но", "نو"],
    ["sa", "սա", "са", "سا"],
    ["ti", "տի", "ти", "تی"],
    ["va", "վա", "ва", "وا"],
    ["zo", "զո", "зо", "زو"],
    ["ba", "բա", "ба", "با"],
    ["gi", "գի", "ги", "گی"],
    ["hu", "հու", "ху", "هو"],
    ["pe", "պե", "пе", "په"],
    ["sho", "շո", "шо", "شو"],
    ["cha", "չա", "ча", "چا"],
    ["lar", "լար", "лар", "لار"],
    ["min", "մին", "мин", "مین"],
    ["dur", "դուր", "дур", "دور"],
    ["san", "սան", "сан", "سان"],
];

/// The languages that sites have names in, and the script of each among [`SYLLABLES`].
const LANGUAGES: [(&str, usize); 5] = [("az", 0), ("en", 0), ("fa", 3), ("hy", 1), ("ru", 2)];

/// A word, as the syllables that it is made of.
pub struct Word(Vec<usize>);

impl Word {
    /// A word of two to four syllables.
    pub fn new(random: &mut Random) -> Word {
        let syllables = random.between(2, 4);
        Word(
            (0..syllables)
                .map(|_| random.below(SYLLABLES.len()))
                .collect(),
        )
    }

    /// In Latin letters.
    pub fn latin(&self) -> String {
        self.written(0)
    }

    fn written(&self, script: usize) -> String {
        let word: String = self.0.iter().map(|at| SYLLABLES[*at][script]).collect();
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }
}

/// The names of a site: two to six, in languages that chance chooses, none before the others.
pub fn names(random: &mut Random, site_type: Concept, sources: &[&str]) -> Vec<Value> {
    let (word, other) = (Word::new(random), Word::new(random));
    let count = [2, 2, 2, 2, 3, 3, 3, 4, 4, 5][random.below(10)];
    let languages = random.shuffled(&LANGUAGES);
    let mut names: Vec<Value> = languages
        .iter()
        .take(count)
        .map(|(lang, script)| {
            let kind = random.one(&["vernacular", "vernacular", "official", "translation"]);
            name(
                random,
                &word.written(*script),
                lang,
                site_type,
                kind,
                sources,
            )
        })
        .collect();
    if random.percent(10) {
        let (lang, script) = languages[0];
        let text = other.written(script);
        names.push(name(random, &text, lang, site_type, "historical", sources));
    }
    names
}

fn name(
    random: &mut Random,
    word: &str,
    lang: &str,
    site_type: Concept,
    kind: &str,
    sources: &[&str],
) -> Value {
    // The vocabulary has no Persian; there a name is the word alone, as many real ones are.
    let what = site_type.labelled(lang).map(first_of);
    let text = match what {
        Some(what) if random.percent(70) => format!("{word} {}", what.to_lowercase()),
        _ => word.to_owned(),
    };
    json!({"text": text, "lang": lang, "kind": kind, "src": [random.one(sources)]})
}

/// `Shrine` of `Shrine (pir, ojaq)`: a name holds no alternatives.
fn first_of(label: &str) -> &str {
    label.split(['(', ',', '/']).next().unwrap_or(label).trim()
}
