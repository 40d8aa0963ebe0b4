//! Features without structure, for formats that know no lists and no objects: tiles.
//!
//! Lists are joined as in a table. Names, texts in several languages and objects are left out: of the names of a feature
//! there is the label, and everything else stands at its address.

use std::borrow::Cow;

use super::Showing;
use super::cell::as_one;
use super::choosing::Choosing;
use super::table::{string, text};
use super::written::{GEOMETRY, ValueForm, Written};
use crate::domain::{Audience, Geometry, MaybeRead, Scalar, read_geojson, returned};

/// What features are called by here, whatever they are in the registry: the id as it is shown.
const ID: &str = "id";

/// Says what features have for one reader, one feature after the other.
#[derive(Debug)]
pub struct Flat<'a> {
    showing: &'a Showing<'a>,
    choosing: Choosing<'a>,
    /// By number, the name of each property that is said.
    names: Vec<Option<&'static str>>,
    /// A file may have a property of that name, and then it is that which is said.
    has_own_id: bool,
}

impl<'a> Flat<'a> {
    /// For the reader and the collection of `showing`.
    pub fn new(showing: &'a Showing<'a>) -> Flat<'a> {
        let mut names = vec![None; showing.nulls.places.len()];
        for (number, property) in returned(showing.layer, Audience::Trusted) {
            if property.kind.is_flat() && showing.nulls.places[number].is_some() {
                names[number] = Some(property.name);
            }
        }
        Flat {
            showing,
            choosing: Choosing::new(showing.languages),
            has_own_id: names.contains(&Some(ID)),
            names,
        }
    }

    /// The id of a feature, as it is shown.
    pub fn id(&self, written: Written<'_>) -> String {
        self.showing.id(written).to_string()
    }

    /// What a feature with that id has, in the order of the table; nothing of what has no value.
    pub fn values(
        &mut self,
        written: Written<'a>,
        id: String,
    ) -> impl Iterator<Item = (&'static str, MaybeRead<'a>)> {
        let id = (!self.has_own_id).then(|| (ID, Scalar::Text(id.into()).into()));
        let values = written.values().filter_map(move |(number, form, payload)| {
            let name = self.names[usize::from(number)]?;
            let value = match form {
                ValueForm::Json => MaybeRead::Written(payload, json),
                ValueForm::Label => {
                    let (label, _) = self.choosing.label(written, payload);
                    MaybeRead::Written(label, json)
                }
                ValueForm::LabelLang => {
                    let lang = self.choosing.label_lang(written)?;
                    Scalar::Text(lang.into()).into()
                }
                ValueForm::Names => return None,
            };
            Some((name, value))
        });
        id.into_iter().chain(values)
    }
}

/// The geometry of a feature, as it is shown.
pub fn geometry(written: Written<'_>) -> Option<Geometry> {
    let (number, _, payload) = written.values().next()?;
    if number != GEOMETRY {
        return None;
    }
    let written = &mut serde_json::Deserializer::from_slice(payload);
    read_geojson(written).ok().flatten()
}

/// A value that is kept as JSON.
fn json(payload: &[u8]) -> Option<Scalar<'_>> {
    Some(match payload.first()? {
        b'"' => Scalar::Text(string(payload)),
        b'[' => Scalar::Text(list(payload)),
        b't' => Scalar::Boolean(true),
        b'f' => Scalar::Boolean(false),
        _ => {
            let number = text(payload);
            match number.parse() {
                Ok(whole) => Scalar::Integer(whole),
                Err(_) => Scalar::Number(number.parse().ok()?),
            }
        }
    })
}

fn list(payload: &[u8]) -> Cow<'_, str> {
    match serde_json::from_slice::<Vec<Cow<'_, str>>>(payload) {
        Ok(texts) => {
            let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
            as_one(&texts).into()
        }
        Err(_) => text(payload).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_scalars() {
        for (given, expected) in [
            (r#""a \"b\"""#, Scalar::Text(r#"a "b""#.into())),
            (r#"["a","=1"]"#, Scalar::Text("a|=1".into())),
            (r#"["a|b"]"#, Scalar::Text(r#"["a|b"]"#.into())),
            ("[]", Scalar::Text("".into())),
            ("-499", Scalar::Integer(-499)),
            ("0.5", Scalar::Number(0.5)),
            ("5.0", Scalar::Number(5.0)),
            ("true", Scalar::Boolean(true)),
            ("false", Scalar::Boolean(false)),
        ] {
            assert_eq!(json(given.as_bytes()), Some(expected), "{given}");
        }
    }
}
