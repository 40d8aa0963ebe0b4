//! Names of places: every attested one, side by side, and the only two rules that choose among them (vocabularies 1.2).

use serde::Serialize;
use uuid::Uuid;

use super::reading::Test::{Missing, Other};
use super::{
    Concept, Edtf, FaultKind, Json, Lang, LangText, Languages, Node, Scheme, Script, Sources,
    Spelling,
};

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
        let text = fields.required("text", |node| node.text_spelled(&NAME));
        let lang = fields.required("lang", Node::lang);
        let script = text.as_ref().and_then(|text| {
            fields.required("text", |node| {
                node.check(FaultKind::Scripts, Script::of(text))
            })
        });
        let kind = fields.required("kind", |node| node.concept(Scheme::NameKind));
        fields.optional("script", |node| {
            let sent = node.one_of(&Script::ALL.map(Script::id))?;
            let right = script.is_none_or(|script| script.id() == sent);
            if right {
                Some(())
            } else {
                node.fault(
                    FaultKind::Other,
                    format!(
                        "is \"{sent}\", but the text is in {}: leave it out",
                        script?.id()
                    ),
                )
            }
        });
        if let (Some(lang), Some(script)) = (&lang, script)
            && lang.script().is_some_and(|named| named != script)
        {
            fields.fault(
                "lang",
                FaultKind::Scripts,
                format!(
                    "\"{lang}\" names another script than the text's, {}",
                    script.id()
                ),
            );
        }
        let transliteration_scheme = fields.optional("transliteration_scheme", |node| {
            node.one_of(&TRANSLITERATION_SCHEMES)
        });
        fields.demand(
            &[Other("kind", Scheme::NameKind, &["transliteration"])],
            &[Missing("transliteration_scheme")],
            "goes with the kind transliteration only",
        );
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

/// Not a description, and no alternatives beside one another.
static NAME: Spelling = Spelling::new(
    r"^\s*[^\s/()\[\]\u061c\u200e\u200f\ufe0e\ufe0f]([^/()\[\]\n\u061c\u200e\u200f\ufe0e\ufe0f]{0,198}[^\s/()\[\]\u061c\u200e\u200f\ufe0e\ufe0f])?\s*$",
    FaultKind::Name { most: 200 },
    "one name: up to 200 characters in a line, without / ( ) [ ] and marks of direction; write one name per entry",
);

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
    pub json: Json,
}

impl From<&SiteName> for ShownName {
    fn from(name: &SiteName) -> Self {
        ShownName {
            text: name.text.clone(),
            lang: name.lang.clone(),
            script: Some(name.script),
            kind: Some(name.kind),
            json: Json::of(name),
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
            json: Json::of(text),
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

/// What the two rules look at of a name, and all that they look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameHead<'a> {
    /// The tag of its language.
    pub lang: &'a str,
    /// Its script.
    pub script: Option<Script>,
    /// Whether it is a transliteration.
    pub is_transliteration: bool,
    /// Its place among the names of the record that may be labels, by kind and then by text; `None` if it may not be one.
    pub rank: Option<u16>,
}

/// The heads of the names of a record, in their order.
pub fn heads(names: &[ShownName]) -> Vec<NameHead<'_>> {
    fn kind(name: &ShownName) -> &str {
        name.kind.map_or("vernacular", Concept::id)
    }
    let of_kinds = |kinds: &[&str]| -> Vec<(usize, &str, usize)> {
        let all = names.iter().enumerate();
        all.filter_map(|(place, name)| {
            let order = kinds.iter().position(|one| *one == kind(name))?;
            Some((order, name.text.as_str(), place))
        })
        .collect()
    };
    let mut labels = of_kinds(&KINDS);
    if labels.is_empty() {
        // A village's name, only where there is no other at all.
        labels = of_kinds(&["descriptive"]);
    }
    labels.sort_unstable();
    let mut ranks = vec![None; names.len()];
    for (rank, (_, _, place)) in labels.into_iter().enumerate() {
        ranks[place] = u16::try_from(rank).ok();
    }
    let heads = names.iter().zip(ranks).map(|(name, rank)| NameHead {
        lang: name.lang.as_str(),
        script: name.script,
        is_transliteration: kind(name) == "transliteration",
        rank,
    });
    heads.collect()
}

/// The place of the one name that is shown as the label, chosen by the reader's languages and nothing else.
///
/// In order: the best name in the first of the reader's languages that has one; a transliteration into the reader's
/// script; English; the first of the others in the order of [`NameOrder`]. The last two are the same for every reader
/// that they are for: `unread` is what [`label_of_others`] gave. `None` if there is no name but misspellings.
pub fn label(
    heads: &[NameHead<'_>],
    unread: Option<usize>,
    languages: &Languages,
) -> Option<usize> {
    let script = languages.first().map(Lang::usual_script);
    languages
        .iter()
        .find_map(|lang| best(heads, |head| lang.takes(head.lang)))
        .or_else(|| {
            best(heads, |head| {
                head.is_transliteration && head.script.is_some() && head.script == script
            })
        })
        .or(unread)
}

/// The place of the label for those who read none of the languages: English, else the first in order.
pub fn label_of_others(heads: &[NameHead<'_>], id: Uuid) -> Option<usize> {
    let in_english = best(heads, |head| head.lang == "en");
    in_english.or_else(|| {
        let mut candidates = heads.to_vec();
        candidates.retain(|head| head.rank.is_some());
        let mut order = NameOrder::default();
        let first = *order.of(&candidates, id, &Languages::default()).first()?;
        best(heads, |head| head.lang == candidates[first].lang)
    })
}

fn best(heads: &[NameHead<'_>], fits: impl Fn(&NameHead<'_>) -> bool) -> Option<usize> {
    let labels = heads
        .iter()
        .enumerate()
        .filter(|(_, head)| head.rank.is_some() && fits(head));
    labels
        .min_by_key(|(_, head)| head.rank)
        .map(|(place, _)| place)
}

/// The one order in which lists of names are shown: the reader's languages, English and transliterations, then the other
/// languages in an order rotated by the record's id, so that none comes first for ever.
///
/// Kept from one list to the next, so that none allocates.
#[derive(Debug, Default)]
pub struct NameOrder<'a> {
    others: Vec<&'a str>,
    tiers: Vec<((u8, usize), usize)>,
    places: Vec<usize>,
}

impl<'a> NameOrder<'a> {
    /// The places of all names of a record, in order.
    pub fn of(&mut self, heads: &[NameHead<'a>], id: Uuid, languages: &Languages) -> &[usize] {
        let is_common = |head: &NameHead<'_>| head.lang == "en" || head.is_transliteration;
        let of_reader = |head: &NameHead<'_>| languages.place(head.lang);
        let others = heads
            .iter()
            .filter(|head| !is_common(head) && of_reader(head).is_none());
        self.others.clear();
        self.others.extend(others.map(|head| head.lang));
        self.others.sort_unstable();
        self.others.dedup();
        if !self.others.is_empty() {
            // Ids are random, so the remainder is as good as a hash.
            let turn = id.as_u128() % self.others.len() as u128;
            self.others
                .rotate_left(usize::try_from(turn).expect("less than the number of languages"));
        }
        let tier = |head: &NameHead<'_>| match of_reader(head) {
            Some(place) => (0, place),
            None if is_common(head) => (1, 0),
            None => {
                let place = self.others.iter().position(|lang| *lang == head.lang);
                (2, place.unwrap_or_default())
            }
        };
        self.tiers.clear();
        self.tiers
            .extend(heads.iter().map(tier).zip(0..heads.len()));
        // Within a tier as they are recorded.
        self.tiers.sort_unstable();
        self.places.clear();
        self.places
            .extend(self.tiers.iter().map(|(_, place)| *place));
        &self.places
    }
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
            json: Json::of(text),
        }
    }

    fn reads(langs: &[&str]) -> Languages {
        Languages::new(langs.iter().map(|lang| Lang::parse(lang).unwrap()))
    }

    fn label<'a>(names: &'a [ShownName], id: Uuid, languages: &Languages) -> Option<&'a ShownName> {
        let heads = heads(names);
        super::label(&heads, label_of_others(&heads, id), languages).map(|place| &names[place])
    }

    fn in_order<'a>(names: &'a [ShownName], id: Uuid, languages: &Languages) -> Vec<&'a ShownName> {
        let heads = heads(names);
        let mut order = NameOrder::default();
        let places = order.of(&heads, id, languages);
        places.iter().map(|place| &names[*place]).collect()
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
        let first = |id: u128| {
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
