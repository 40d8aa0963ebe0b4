//! What of a feature depends on the reader: the label, and the order of names. The same in every format.

use super::geojson::NULL;
use super::packed::Packed;
use super::written::{Label, NamesAt, ValueForm, Written, names, read_label};
use crate::domain::{Languages, NameHead, NameOrder, label};

/// Chooses for one reader, feature by feature. What it needs on the way is kept, so that no feature allocates.
#[derive(Debug)]
pub(super) struct Choosing<'a> {
    languages: &'a Languages,
    /// The names that were read last: those that label a site are mostly those that it lists.
    names: &'a [u8],
    heads: Vec<NameHead<'a>>,
    order: NameOrder<'a>,
    texts: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Choosing<'a> {
    pub(super) fn new(languages: &'a Languages) -> Choosing<'a> {
        Choosing {
            languages,
            names: &[],
            heads: Vec::new(),
            order: NameOrder::default(),
            texts: Vec::new(),
        }
    }

    /// A list of names in the order of the reader: the text of each, and all of it, as JSON.
    pub(super) fn names(
        &mut self,
        written: Written<'a>,
        payload: &'a [u8],
    ) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.read(payload);
        let order = self.order.of(&self.heads, written.id, self.languages);
        order.iter().map(|place| self.texts[*place])
    }

    fn read(&mut self, payload: &'a [u8]) {
        if std::ptr::eq(self.names, payload) {
            return;
        }
        self.names = payload;
        self.heads.clear();
        self.texts.clear();
        for name in names(payload) {
            self.heads.push(name.head);
            self.texts.push((name.text, name.json));
        }
    }

    /// The label of a feature, as JSON, and the language it is in where that is known.
    pub(super) fn label(
        &mut self,
        written: Written<'a>,
        payload: &'a [u8],
    ) -> (&'a [u8], Option<&'a str>) {
        let languages = self.languages;
        match read_label(payload) {
            Label::Text(text) => (text, None),
            Label::Languages(labels) => {
                let of = |wanted: &str| each(labels).find(|(lang, _)| *lang == wanted);
                let spoken = languages.iter().find_map(|lang| of(lang.as_str()));
                let (lang, label) = spoken.or_else(|| of("en")).expect("English is among them");
                (label, Some(lang))
            }
            Label::Names { names, unread } => {
                let payload = match names {
                    NamesAt::Here(payload) => payload,
                    NamesAt::Property(number) => {
                        let mut values = written.values();
                        let names = values.find(|(one, ..)| *one == number);
                        names.map_or(&[][..], |(_, _, payload)| payload)
                    }
                };
                self.read(payload);
                let place = label(&self.heads, unread, languages)
                    .expect("a feature has this title only if it has a label");
                (self.texts[place].0, Some(self.heads[place].lang))
            }
        }
    }

    /// The label of a feature, as JSON; and of a text that is one of its names the language, where that is known: that
    /// which stands first in the list of names, if several languages have the same.
    pub(super) fn label_and_lang(
        &mut self,
        written: Written<'a>,
        text: &str,
    ) -> (&'a [u8], Option<&'a str>) {
        let mut values = written.values();
        let Some((_, _, payload)) = values.find(|(_, form, _)| *form == ValueForm::Label) else {
            return (NULL, None);
        };
        let (label, _) = self.label(written, payload);
        let Label::Names { .. } = read_label(payload) else {
            return (label, None);
        };
        let wanted = serde_json::to_vec(text).expect("a text is plain data");
        let order = self.order.of(&self.heads, written.id, self.languages);
        let mut order = order.iter();
        let place = order.find(|place| self.texts[**place].0 == wanted);
        (label, place.map(|place| self.heads[*place].lang))
    }

    /// The language of the label, where that is known.
    pub(super) fn label_lang(&mut self, written: Written<'a>) -> Option<&'a str> {
        let mut values = written.values();
        let (_, _, payload) = values.find(|(_, form, _)| *form == ValueForm::Label)?;
        self.label(written, payload).1
    }
}

fn each(mut labels: Packed<'_>) -> impl Iterator<Item = (&str, &[u8])> {
    std::iter::from_fn(move || (!labels.is_empty()).then(|| (labels.text(), labels.sized())))
}
