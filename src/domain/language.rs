//! Languages of names and texts, scripts, and the languages a reader reads.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{FaultKind, Node, Spelling, Wrong, shortened};

/// A language tag (BCP 47): `hy`, `az-Cyrl`, `xcl`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(String);

/// How a tag is spelled, but for how long it may be.
static TAG: Spelling = Spelling::new(
    "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
    FaultKind::Misspelled,
    "a language tag",
);

/// The longest tag.
const TAG_MAX: usize = 35;

impl Lang {
    /// A primary subtag of two or three letters, then subtags of one to eight letters and digits; case is put right.
    pub fn parse(text: &str) -> Result<Lang, Wrong> {
        if text.len() > TAG_MAX || !TAG.fits(text) {
            return Err(Wrong(format!(
                "\"{text}\" is not a language tag: write for example hy, az, az-Cyrl, ru, en, xcl, or und where it is not known",
                text = shortened(text)
            )));
        }
        let mut subtags = text.split('-');
        let mut tag = subtags.next().unwrap_or_default().to_ascii_lowercase();
        for subtag in subtags {
            tag.push('-');
            tag.push_str(&match subtag.len() {
                4 if subtag.bytes().all(|b| b.is_ascii_alphabetic()) => {
                    subtag[..1].to_ascii_uppercase() + &subtag[1..].to_ascii_lowercase()
                }
                2 => subtag.to_ascii_uppercase(),
                _ => subtag.to_ascii_lowercase(),
            });
        }
        Ok(Lang(tag))
    }

    /// The schema of a tag.
    pub(super) fn schema() -> Value {
        json!({ "type": "string", "pattern": TAG.pattern, "maxLength": TAG_MAX })
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a reader of this language reads texts in `lang` (RFC 4647, 3.4): it is the same, or the reader's is it in
    /// whatever region.
    pub fn takes(&self, lang: &str) -> bool {
        self.0 == lang || self.is(lang)
    }

    /// Whether it is that language, in whatever region: `hy-AM` is `hy`, and `az-Cyrl` is not `az`.
    pub fn is(&self, lang: &str) -> bool {
        let rest = self.0.strip_prefix(lang);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) && self.script().is_none()
    }

    /// The script that the tag names, if it does.
    pub fn script(&self) -> Option<Script> {
        self.0
            .split('-')
            .skip(1)
            .find_map(|subtag| Script::ALL.into_iter().find(|script| script.id() == subtag))
    }

    /// The script that the language is usually written in; Latin for those not listed.
    pub fn usual_script(&self) -> Script {
        self.script()
            .unwrap_or(match self.0.split('-').next().unwrap_or_default() {
                "hy" | "hyw" | "xcl" => Script::Armn,
                "ru" => Script::Cyrl,
                "fa" | "ar" | "ota" | "azb" => Script::Arab,
                "ka" => Script::Geor,
                _ => Script::Latn,
            })
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A script (ISO 15924) in which names of the region are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Caucasian Albanian.
    Aghb,
    /// Arabic.
    Arab,
    /// Armenian.
    Armn,
    /// Cyrillic.
    Cyrl,
    /// Georgian.
    Geor,
    /// Greek.
    Grek,
    /// Hebrew.
    Hebr,
    /// Latin.
    Latn,
    /// Syriac.
    Syrc,
}

impl Script {
    /// All of them.
    pub const ALL: [Script; 9] = [
        Script::Aghb,
        Script::Arab,
        Script::Armn,
        Script::Cyrl,
        Script::Geor,
        Script::Grek,
        Script::Hebr,
        Script::Latn,
        Script::Syrc,
    ];

    /// The code.
    pub const fn id(self) -> &'static str {
        match self {
            Script::Aghb => "Aghb",
            Script::Arab => "Arab",
            Script::Armn => "Armn",
            Script::Cyrl => "Cyrl",
            Script::Geor => "Geor",
            Script::Grek => "Grek",
            Script::Hebr => "Hebr",
            Script::Latn => "Latn",
            Script::Syrc => "Syrc",
        }
    }

    /// The one script of a text. Digits, punctuation and marks belong to none; Roman numerals (`III`) go with any.
    ///
    /// ```
    /// use heritage_registry::domain::Script;
    /// assert_eq!(Script::of("Շուշի"), Ok(Script::Armn));
    /// assert!(Script::of("Шуша Şuşa").is_err());
    /// ```
    pub fn of(text: &str) -> Result<Script, Wrong> {
        let is_numeral =
            |word: &str| !word.is_empty() && word.chars().all(|c| "IVXLCDM".contains(c));
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let mut found = None;
        for c in words
            .iter()
            .filter(|word| !is_numeral(word))
            .flat_map(|word| word.chars())
        {
            match (Script::of_char(c), found) {
                (Some(script), None) => found = Some(script),
                (Some(script), Some(before)) if script != before => {
                    return Err(Wrong(format!(
                        "\"{text}\" mixes the scripts {} and {}: write one name per script",
                        before.id(),
                        script.id(),
                        text = shortened(text)
                    )));
                }
                _ => {}
            }
        }
        match found {
            Some(script) => Ok(script),
            None if words.iter().any(|word| is_numeral(word)) => Ok(Script::Latn),
            None => Err(Wrong(format!(
                "\"{text}\" has no letter of a script that names are written in here",
                text = shortened(text)
            ))),
        }
    }

    fn of_char(c: char) -> Option<Script> {
        let script = match u32::from(c) {
            0x41..=0x5A
            | 0x61..=0x7A
            | 0xAA
            | 0xBA
            | 0xC0..=0x24F
            | 0x250..=0x2AF
            | 0x1E00..=0x1EFF => Script::Latn,
            0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Grek,
            0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Script::Cyrl,
            0x531..=0x58F | 0xFB13..=0xFB17 => Script::Armn,
            0x590..=0x5FF | 0xFB1D..=0xFB4F => Script::Hebr,
            0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => {
                Script::Arab
            }
            0x700..=0x74F => Script::Syrc,
            0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2F => Script::Geor,
            0x10530..=0x1056F => Script::Aghb,
            _ => return None,
        };
        c.is_alphabetic().then_some(script)
    }
}

impl Serialize for Script {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// A text and the language it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LangText {
    /// The text, NFC.
    pub text: String,
    /// Its language.
    pub lang: Lang,
}

impl LangText {
    /// One `{text, lang}`.
    pub fn read(node: &Node<'_>) -> Option<LangText> {
        let fields = node.fields()?;
        let text = fields.required("text", Node::text);
        let lang = fields.required("lang", Node::lang);
        Some(LangText {
            text: text?,
            lang: lang?,
        })
    }

    /// A list of them, at most one in each language.
    pub fn read_list(node: &Node<'_>) -> Option<Vec<LangText>> {
        let texts = node.list(LangText::read)?;
        once_each(node, texts.iter().map(|text| &text.lang));
        Some(texts)
    }
}

/// Notes a fault for a language that stands more than once.
pub(super) fn once_each<'a>(node: &Node<'_>, langs: impl Iterator<Item = &'a Lang>) {
    let mut seen: Vec<&Lang> = Vec::new();
    for lang in langs {
        if seen.contains(&lang) {
            node.fault::<()>(
                FaultKind::TwiceInLanguage(lang.to_string()),
                format!("has two texts in \"{lang}\": join them, at most one in each language"),
            );
        }
        seen.push(lang);
    }
}

/// The languages of a reader, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages(Vec<Lang>);

impl Languages {
    /// From a list, best first. Each counts once, and none beyond the sixteenth: every label of an answer is chosen
    /// by walking them.
    pub fn new(langs: impl IntoIterator<Item = Lang>) -> Self {
        let mut distinct: Vec<Lang> = Vec::new();
        for lang in langs {
            if distinct.len() == Self::MOST {
                break;
            }
            if !distinct.contains(&lang) {
                distinct.push(lang);
            }
        }
        Languages(distinct)
    }

    /// More languages than anybody reads.
    const MOST: usize = 16;

    /// The best.
    pub fn first(&self) -> Option<&Lang> {
        self.0.first()
    }

    /// Where `lang` stands among them: the reader's `hy-AM` takes `hy` (RFC 4647 lookup), and `az` does not take
    /// `az-Cyrl`, which its reader may not be able to read.
    pub fn place(&self, lang: &str) -> Option<usize> {
        self.0.iter().position(|wanted| wanted.takes(lang))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Lang> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_put_into_their_usual_case() {
        for (text, tag) in [
            ("hy", "hy"),
            ("AZ-cyrl", "az-Cyrl"),
            ("fr-fr", "fr-FR"),
            ("xag", "xag"),
            ("sl-rozaj", "sl-rozaj"),
        ] {
            assert_eq!(Lang::parse(text).unwrap().as_str(), tag);
        }
        for text in ["", "a", "armenian", "hy_AM", "hy-", "12", "hy-waytoolong9"] {
            assert!(Lang::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_has_one_script() {
        for (text, script) in [
            ("Şuşa qalası", Script::Latn),
            ("Ҝөвһәр аға", Script::Cyrl),
            ("Ղազանչեցոց", Script::Armn),
            ("شوشا", Script::Arab),
            ("XII դարի խաչքար", Script::Armn),
            ("შუშა", Script::Geor),
            ("III", Script::Latn),
        ] {
            assert_eq!(Script::of(text), Ok(script), "{text}");
        }
        assert!(Script::of("123").is_err());
    }

    #[test]
    fn a_reader_has_a_bounded_number_of_languages() {
        let letter = |n: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[n % 26]);
        let tag = |n: usize| Lang::parse(&format!("q{}{}", letter(n / 26), letter(n)));
        let many = Languages::new((0..400).map(|n| tag(n % 200).unwrap()));
        assert_eq!(many.iter().count(), 16);
        let same = Languages::new((0..400).map(|_| tag(0).unwrap()));
        assert_eq!(same.iter().count(), 1);
    }

    #[test]
    fn a_reader_of_a_regional_tag_reads_the_language() {
        let lang = |text| Lang::parse(text).unwrap();
        let languages = Languages::new(vec![lang("hy-AM"), lang("az")]);
        assert_eq!(languages.place("hy"), Some(0));
        assert_eq!(languages.place("az"), Some(1));
        assert_eq!(languages.place("az-Cyrl"), None);
    }
}
