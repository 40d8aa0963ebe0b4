//! A feature with its values already written as JSON: all but what depends on the reader, the label and the order of names.
//!
//! Only values that say something are kept, each with the number of its property; the names of properties and the nulls
//! between them are the same for all features, and stand in [`super::Showing`] once. So a site takes less than its GeoJSON by a third.
//! Start at [`values_of`], then [`Written::values`].

use std::ops::Range;

use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::packed::{Packed, pack, pack_bytes};
use crate::domain::{
    Audience, Concept, Feature, LABEL_LANGUAGES, NameHead, Script, ShownName, Title, Value, heads,
    label_of_others, returned,
};

/// Where a geometry stands among the values.
pub(super) const GEOMETRY: u8 = u8::MAX;

/// In which form a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueForm {
    /// As JSON.
    Json,
    /// Names, each by itself.
    Names,
    /// What the label is chosen from.
    Label,
    /// The language of the label, which the label tells.
    LabelLang,
}

impl ValueForm {
    const ALL: [ValueForm; 4] = [
        ValueForm::Json,
        ValueForm::Names,
        ValueForm::Label,
        ValueForm::LabelLang,
    ];

    /// The head of a value: how long it is, and whether it stands elsewhere in the block.
    pub(super) fn pack(self, out: &mut Vec<u8>, length: usize, is_elsewhere: bool) {
        pack(
            out,
            (length << 3) | ((self as usize) << 1) | usize::from(is_elsewhere),
        );
    }

    fn unpack(from: &mut Packed<'_>) -> (ValueForm, usize, bool) {
        let head = from.number();
        (ValueForm::ALL[(head >> 1) & 3], head >> 3, head & 1 == 1)
    }

    fn of(value: &Value) -> ValueForm {
        match value {
            Value::Names(_) => ValueForm::Names,
            Value::Label => ValueForm::Label,
            Value::LabelLang => ValueForm::LabelLang,
            _ => ValueForm::Json,
        }
    }
}

/// What the label of a feature is chosen from.
pub(super) enum Label<'a> {
    /// From names: those of the property with that number, or its own.
    Names {
        names: NamesAt<'a>,
        unread: Option<usize>,
    },
    /// A text, as JSON.
    Text(&'a [u8]),
    /// The text in each language, as JSON.
    Languages(Packed<'a>),
}

/// Where the names are.
pub(super) enum NamesAt<'a> {
    Property(u8),
    Here(&'a [u8]),
}

/// A name: what the rules look at, its text and itself, as JSON.
pub(super) struct Name<'a> {
    pub(super) head: NameHead<'a>,
    pub(super) text: &'a [u8],
    pub(super) json: &'a [u8],
}

/// A written feature, in its block.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Its id.
    pub id: Uuid,
    block: &'a [u8],
    row: &'a [u8],
}

/// Bytes of a digest.
const DIGEST: usize = 16;

/// What is kept of a feature.
pub(super) struct Values {
    pub(super) digest: [u8; DIGEST],
    pub(super) payloads: Vec<(u8, ValueForm, Vec<u8>)>,
}

/// What is kept of a feature, and the hash of what of it is for the public.
///
/// The values of a feature that the trusted see may hold what is not for the public; the digest leaves that out, so
/// that it stays the same when only that changes.
pub(super) fn values_of(feature: &Feature) -> Values {
    let mut payloads = Vec::new();
    let mut for_all = Sha256::new();
    if let Some(geometry) = &feature.geometry {
        let mut text = String::new();
        geometry.write_geojson(&mut text);
        hash(&mut for_all, GEOMETRY, text.as_bytes());
        payloads.push((GEOMETRY, ValueForm::Json, text.into_bytes()));
    }
    for (number, property) in returned(feature.layer, Audience::Trusted) {
        let value = feature.values.get(number);
        if let Some((value, payload)) = value.and_then(|one| Some((one, payload(one, feature)?))) {
            let number = u8::try_from(number).expect("a test counts the properties");
            if property.is_public() {
                hash(&mut for_all, number, &payload);
            }
            payloads.push((number, ValueForm::of(value), payload));
        }
    }
    Values {
        digest: short(for_all),
        payloads,
    }
}

fn hash(hasher: &mut Sha256, number: u8, payload: &[u8]) {
    hasher.update([number]);
    hasher.update(payload.len().to_le_bytes());
    hasher.update(payload);
}

fn short(hasher: Sha256) -> [u8; DIGEST] {
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&hasher.finalize()[..DIGEST]);
    digest
}

/// What is kept of a value; `None` of what says nothing.
fn payload(value: &Value, feature: &Feature) -> Option<Vec<u8>> {
    Some(match value {
        Value::Null => return None,
        Value::Text(text) => to_json(text),
        Value::Concept(concept) => to_json(concept),
        Value::Integer(number) => to_json(number),
        Value::Number(number) => to_json(number),
        Value::Boolean(is) => to_json(is),
        Value::Instant(instant) => to_json(instant),
        Value::Edtf(edtf) => to_json(edtf.as_str()),
        Value::Texts(texts) => to_json(texts),
        Value::Concepts(concepts) => to_json(concepts),
        Value::Json(json) => json.as_str().as_bytes().to_vec(),
        Value::Names(names) => packed_names(names),
        Value::Label => label(feature)?,
        Value::LabelLang if feature.title == Title::None => return None,
        Value::LabelLang => Vec::new(),
    })
}

fn to_json<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("features are plain data")
}

fn packed_names(names: &[ShownName]) -> Vec<u8> {
    let mut out = Vec::new();
    for (head, name) in heads(names).iter().zip(names) {
        pack_bytes(&mut out, head.lang.as_bytes());
        pack(
            &mut out,
            head.script.map_or(0, |script| script as usize + 1),
        );
        pack(&mut out, head.is_transliteration.into());
        pack(&mut out, head.rank.map_or(0, |rank| usize::from(rank) + 1));
        // The text is kept once, within the rest. A quotation mark within a text is escaped, so this is the member.
        let (text, all) = (to_json(&name.text), name.json.as_str().as_bytes());
        let member = [br#""text":"#, text.as_slice()].concat();
        let at = all.windows(member.len()).position(|part| part == member);
        let at = at.expect("a name holds its text");
        pack(&mut out, at + member.len() - text.len());
        pack(&mut out, text.len());
        pack_bytes(&mut out, all);
    }
    out
}

const FROM_PROPERTY: usize = 0;
const FROM_NAMES: usize = 1;
const FROM_TEXT: usize = 2;
const FROM_LANGUAGES: usize = 3;

fn label(feature: &Feature) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match &feature.title {
        Title::Names(names, concept) => {
            let Some(unread) = label_of_others(&heads(names), feature.id) else {
                return concept.map(labels);
            };
            // A site's title is its names, which are kept with their property.
            let is_them = |value: &Value| matches!(value, Value::Names(all) if all == names);
            let property = feature.values.iter().position(is_them);
            pack(&mut out, property.map_or(FROM_NAMES, |_| FROM_PROPERTY));
            pack(&mut out, unread);
            if let Some(number) = property {
                pack(&mut out, number);
            } else {
                out.extend(packed_names(names));
            }
        }
        Title::Text(text) => {
            pack(&mut out, FROM_TEXT);
            out.extend(to_json(text));
        }
        Title::Concept(concept) => return Some(labels(*concept)),
        Title::None => return None,
    }
    Some(out)
}

/// The labels of a concept, English first, which is for those whose language has none.
fn labels(concept: Concept) -> Vec<u8> {
    let mut out = Vec::new();
    pack(&mut out, FROM_LANGUAGES);
    let others = LABEL_LANGUAGES.into_iter().filter(|lang| *lang != "en");
    for lang in std::iter::once("en").chain(others) {
        if let Some(label) = concept
            .labelled(lang)
            .or((lang == "en").then(|| concept.id()))
        {
            pack_bytes(&mut out, lang.as_bytes());
            pack_bytes(&mut out, &to_json(label));
        }
    }
    out
}

impl<'a> Written<'a> {
    /// The feature with that id that stands at `place` of a block.
    pub fn new(id: Uuid, block: &'a [u8], place: Range<usize>) -> Written<'a> {
        let row = &block[place];
        Written { id, block, row }
    }

    /// A hash of all of it that is for the public, and of nothing else: SHA-256, cut to 128 bits.
    pub fn digest(self) -> &'a [u8] {
        &self.row[..DIGEST]
    }

    /// The same of all of it, for those who see all of it. Made anew each time.
    pub fn digest_of_all(self) -> [u8; DIGEST] {
        let mut hasher = Sha256::new();
        for (number, _, payload) in self.values() {
            hash(&mut hasher, number, payload);
        }
        short(hasher)
    }

    /// The values that say something, by number; the geometry first.
    pub(super) fn values(self) -> impl Iterator<Item = (u8, ValueForm, &'a [u8])> {
        let (block, mut rest) = (self.block, Packed(&self.row[DIGEST..]));
        std::iter::from_fn(move || {
            let number = rest.byte()?;
            let (form, length, is_elsewhere) = ValueForm::unpack(&mut rest);
            let payload = if is_elsewhere {
                let from = rest.number();
                &block[from..from + length]
            } else {
                rest.bytes(length)
            };
            Some((number, form, payload))
        })
    }
}

/// The names kept in a value.
pub(super) fn names(payload: &[u8]) -> impl Iterator<Item = Name<'_>> {
    let mut rest = Packed(payload);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let lang = rest.text();
        let script = rest.number().checked_sub(1).map(|place| Script::ALL[place]);
        let is_transliteration = rest.number() == 1;
        let rank = rest.number().checked_sub(1);
        let (at, length) = (rest.number(), rest.number());
        let json = rest.sized();
        Some(Name {
            head: NameHead {
                lang,
                script,
                is_transliteration,
                rank: rank.and_then(|rank| u16::try_from(rank).ok()),
            },
            text: &json[at..at + length],
            json,
        })
    })
}

/// What a label is chosen from.
pub(super) fn read_label(payload: &[u8]) -> Label<'_> {
    let mut rest = Packed(payload);
    match rest.number() {
        FROM_TEXT => Label::Text(rest.0),
        FROM_LANGUAGES => Label::Languages(rest),
        form => {
            let unread = Some(rest.number());
            let names = if form == FROM_PROPERTY {
                NamesAt::Property(
                    u8::try_from(rest.number()).expect("a test counts the properties"),
                )
            } else {
                NamesAt::Here(rest.0)
            };
            Label::Names { names, unread }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Collection, numbered};

    #[test]
    fn every_property_has_a_number_below_that_of_the_geometry() {
        for collection in Collection::ALL {
            assert!(numbered(collection, Audience::Trusted).count() < usize::from(GEOMETRY));
        }
    }
}
