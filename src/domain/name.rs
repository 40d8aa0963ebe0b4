//! Names of places: every attested one, side by side, and the only two rules that choose among them (vocabularies 1.2).

use serde::Serialize;
use uuid::Uuid;

use super::{Concept, Edtf, Lang, LangText, Languages, Node, Scheme, Script, Sources};

/// A name of a site or a region.
#[derive(Clone, Debug, Serialize)]
pub struct SiteName {
    /// 1 to 200 characters in one script; one name, no alternatives in brackets.
    pub text: String,
    /// The language it is in.
    pub lang: Lang,
    /// The script it is written in, read off the text.
    pub script: Script,
    /// What kind of name it is.
    pub kind: Concept,
    /// By which scheme it was romanised, for transliterations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transliteration_scheme: Option<String>,
    /// When it was in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<Edtf>,
    /// Who made it official.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Where it was read.
    pub src: Vec<String>,
}

const TRANSLITERATION_SCHEMES: [&str; 6] = [
    "iso-9985",
    "hubschmann-meillet",
    "bgn-pcgn",
    "ala-lc",
    "gost",
    "other",
];

impl SiteName {
    /// One name. A `script` that was sent must be the text's own.
    pub fn read(node: &Node<'_>, sources: &Sources) -> Option<SiteName> {
        let fields = node.fields()?;
        let text = fields.required("text", read_name);
        let lang = fields.required("lang", |node| node.check(Lang::parse(node.raw_text()?)));
        let script = text
            .as_ref()
            .and_then(|text| fields.required("text", |node| node.check(Script::of(text))));
        let kind = fields.required("kind", |node| node.concept(Scheme::NameKind));
        fields.optional("script", |node| {
            let sent = node.raw_text()?;
            let right = script.is_none_or(|script| script.id() == sent);
            if right {
                Some(())
            } else {
                node.fault(format!(
                    "is \"{sent}\", but the text is in {}: leave it out",
                    script?.id()
                ))
            }
        });
        if let (Some(lang), Some(script)) = (&lang, script)
            && lang.script().is_some_and(|named| named != script)
        {
            fields.fault(
                "lang",
                format!(
                    "\"{lang}\" names another script than the text's, {}",
                    script.id()
                ),
            );
        }
        let transliteration_scheme = fields.optional("transliteration_scheme", |node| {
            let scheme = node.raw_text()?;
            if TRANSLITERATION_SCHEMES.contains(&scheme)
                && kind.is_none_or(|kind| kind.id() == "transliteration")
            {
                return Some(scheme.to_owned());
            }
            node.fault(format!(
                "goes with the kind transliteration, and is one of {}",
                TRANSLITERATION_SCHEMES.join(", ")
            ))
        });
        let valid = fields.optional("valid", Node::edtf);
        let authority = fields.text("authority");
        let src = sources.cited(&fields);
        Some(SiteName {
            text: text?,
            lang: lang?,
            script: script?,
            kind: kind?,
            transliteration_scheme,
            valid,
            authority,
            src,
        })
    }
}

fn read_name(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    if text.chars().count() > 200 {
        return node.fault("is longer than 200 characters: a name is not a description");
    }
    if text.contains(['/', '(', ')', '[', ']', '\n']) {
        return node.fault(format!(
            "\"{text}\" holds alternatives: write one name per entry"
        ));
    }
    Some(text)
}

/// A name as it is shown: what the two rules need to know of it, and its JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownName {
    /// The name.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// Its script.
    pub script: Option<Script>,
    /// Its kind; names of organizations have none, and count as in local use.
    pub kind: Option<Concept>,
    /// The entry as readers get it.
    pub json: serde_json::Value,
}

impl From<&SiteName> for ShownName {
    fn from(name: &SiteName) -> Self {
        ShownName {
            text: name.text.clone(),
            lang: name.lang.clone(),
            script: Some(name.script),
            kind: Some(name.kind),
            json: serde_json::to_value(name).expect("names are plain data"),
        }
    }
}

impl From<&LangText> for ShownName {
    fn from(text: &LangText) -> Self {
        ShownName {
            text: text.text.clone(),
            lang: text.lang.clone(),
            script: Script::of(&text.text).ok(),
            kind: None,
            json: serde_json::to_value(text).expect("texts are plain data"),
        }
    }
}

/// The order of kinds within one language. `descriptive` names (often the village's) come last, `misspelling` never.
const KINDS: [&str; 6] = [
    "vernacular",
    "official",
    "religious",
    "historical",
    "translation",
    "transliteration",
];

impl ShownName {
    fn kind(&self) -> &str {
        self.kind.map_or("vernacular", Concept::id)
    }
}

/// The one name that is shown as the label, chosen by the reader's languages and nothing else.
///
/// In order: the best name in the first of the reader's languages that has one; a transliteration into the reader's
/// script; English; the first of the others in the order of [`in_order`]. A descriptive name only where there is no
/// other at all. `None` if there is no name but misspellings.
pub fn label<'a>(names: &'a [ShownName], id: Uuid, languages: &Languages) -> Option<&'a ShownName> {
    let of_kinds = |kinds: &[&str]| {
        names
            .iter()
            .filter(|name| kinds.contains(&name.kind()))
            .collect::<Vec<_>>()
    };
    let mut candidates = of_kinds(&KINDS);
    if candidates.is_empty() {
        candidates = of_kinds(&["descriptive"]);
    }
    let best = |fits: &dyn Fn(&ShownName) -> bool| {
        let order = |name: &&ShownName| {
            (
                KINDS.iter().position(|kind| *kind == name.kind()),
                name.text.clone(),
            )
        };
        candidates
            .iter()
            .copied()
            .filter(|name| fits(name))
            .min_by_key(order)
    };
    let in_languages = languages.iter().find_map(|lang| {
        let wanted = Languages::new(vec![lang.clone()]);
        best(&|name| wanted.place(&name.lang).is_some())
    });
    let script = languages.first().map(Lang::usual_script);
    in_languages
        .or_else(|| {
            best(&|name| {
                name.kind() == "transliteration" && name.script.is_some() && name.script == script
            })
        })
        .or_else(|| best(&|name| name.lang.as_str() == "en"))
        .or_else(|| {
            let rest: Vec<ShownName> = candidates.iter().copied().cloned().collect();
            let first = in_order(&rest, id, languages)
                .first()
                .map(|name| name.lang.clone())?;
            best(&|name| name.lang == first)
        })
}

/// All names, in the one order in which lists of names are shown: the reader's languages, English and
/// transliterations, then the other languages in an order rotated by the record's id, so that none comes first for ever.
pub fn in_order<'a>(names: &'a [ShownName], id: Uuid, languages: &Languages) -> Vec<&'a ShownName> {
    let is_common =
        |name: &ShownName| name.lang.as_str() == "en" || name.kind() == "transliteration";
    let mut others: Vec<&Lang> = names
        .iter()
        .filter(|name| languages.place(&name.lang).is_none() && !is_common(name))
        .map(|name| &name.lang)
        .collect();
    others.sort_unstable();
    others.dedup();
    if !others.is_empty() {
        // Ids are random, so the remainder is as good as a hash.
        let turn = id.as_u128() % others.len() as u128;
        others.rotate_left(usize::try_from(turn).expect("less than the number of languages"));
    }
    let tier = |name: &ShownName| match languages.place(&name.lang) {
        Some(place) => (0, place),
        None if is_common(name) => (1, 0),
        None => (
            2,
            others
                .iter()
                .position(|lang| **lang == name.lang)
                .unwrap_or_default(),
        ),
    };
    let mut ordered: Vec<&ShownName> = names.iter().collect();
    ordered.sort_by_key(|name| tier(name));
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str, lang: &str, kind: &str) -> ShownName {
        ShownName {
            text: text.to_owned(),
            lang: Lang::parse(lang).unwrap(),
            script: Script::of(text).ok(),
            kind: Some(Scheme::NameKind.find(kind).unwrap()),
            json: text.into(),
        }
    }

    fn reads(langs: &[&str]) -> Languages {
        Languages::new(langs.iter().map(|lang| Lang::parse(lang).unwrap()))
    }

    fn shushi() -> Vec<ShownName> {
        vec![
            name("Şuşa qalası", "az", "vernacular"),
            name("Shusha fortress", "en", "translation"),
            name("Šowši", "hy", "transliteration"),
            name("Շուշիի բերդ", "hy", "vernacular"),
            name("Շուշու ամրոց", "hy", "historical"),
            name("Шушинская крепость", "ru", "vernacular"),
            name("Şuşi", "tr", "misspelling"),
        ]
    }

    #[test]
    fn the_label_is_in_the_readers_language_by_kind_then_text() {
        for (langs, text) in [
            (&["hy"][..], "Շուշիի բերդ"),
            (&["az"], "Şuşa qalası"),
            (&["ru", "hy"], "Шушинская крепость"),
            (&["ka", "az"], "Şuşa qalası"),
            (&["hy-AM"], "Շուշիի բերդ"),
            (&["fr"], "Šowši"),
            (&["ka"], "Shusha fortress"),
            (&[], "Shusha fortress"),
        ] {
            let names = shushi();
            assert_eq!(
                label(&names, Uuid::nil(), &reads(langs)).unwrap().text,
                text,
                "{langs:?}"
            );
        }
    }

    #[test]
    fn a_village_name_is_the_label_only_where_there_is_no_other() {
        let mut names = vec![
            name("Tuğ", "az", "descriptive"),
            name("Togh monastery", "en", "translation"),
        ];
        assert_eq!(
            label(&names, Uuid::nil(), &reads(&["az"])).unwrap().text,
            "Togh monastery"
        );
        names.pop();
        assert_eq!(
            label(&names, Uuid::nil(), &reads(&["hy"])).unwrap().text,
            "Tuğ"
        );
        assert_eq!(
            label(
                &[name("Tug", "az", "misspelling")],
                Uuid::nil(),
                &reads(&["az"])
            ),
            None
        );
    }

    #[test]
    fn no_language_comes_first_for_every_record() {
        let names = [
            name("Şuşa", "az", "vernacular"),
            name("Շուշի", "hy", "vernacular"),
            name("Шуша", "ru", "vernacular"),
        ];
        let first = |id| {
            in_order(&names, Uuid::from_u128(id), &reads(&[]))[0]
                .lang
                .to_string()
        };
        assert_eq!(
            [first(0), first(1), first(2), first(3)],
            ["az", "hy", "ru", "az"]
        );
        assert_eq!(
            label(&names, Uuid::from_u128(1), &reads(&["ka"]))
                .unwrap()
                .text,
            "Շուշի"
        );
    }

    #[test]
    fn lists_begin_with_the_readers_languages_then_english_and_transliterations() {
        let names = shushi();
        let texts: Vec<_> = in_order(&names, Uuid::nil(), &reads(&["ru"]))
            .iter()
            .map(|name| name.text.as_str())
            .collect();
        assert_eq!(
            texts[..3],
            ["Шушинская крепость", "Shusha fortress", "Šowši"]
        );
        assert_eq!(texts.len(), names.len());
    }
}
