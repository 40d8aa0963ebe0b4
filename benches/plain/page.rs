//! The answer from rows: the texts put together as they are, or each parsed and written again.
//!
//! A program that keeps documents does the second, since it has links, languages or permissions to put in; the first is
//! the best that can be done with a database, for readers who are all alike.

use std::fmt::{self, Write};

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How features come out of their texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// As they are kept.
    Text,
    /// Through `serde`.
    Serde,
}

/// A page of features, each with its distance if that was asked; the bytes are those of ours.
pub fn page(
    features: &[(String, Option<f64>)],
    matched: usize,
    stamp: &str,
    writing: Writing,
) -> Vec<u8> {
    match writing {
        Writing::Text => joined(features, matched, stamp),
        Writing::Serde => written(features, matched, stamp),
    }
}

/// One feature.
pub fn item(feature: String, writing: Writing) -> Vec<u8> {
    match writing {
        Writing::Text => feature.into_bytes(),
        Writing::Serde => serde_json::to_vec(&parsed(&feature, None)).expect("it was JSON"),
    }
}

fn joined(features: &[(String, Option<f64>)], matched: usize, stamp: &str) -> Vec<u8> {
    let size: usize = features.iter().map(|(text, _)| text.len() + 30).sum();
    let mut out = String::with_capacity(size + 200);
    out.push_str(r#"{"type":"FeatureCollection","features":["#);
    for (index, (feature, distance)) in features.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match distance {
            None => out.push_str(feature),
            Some(distance) => {
                out.push_str(&feature[..feature.len() - 2]);
                let distance = rounded(*distance);
                write!(out, r#","distance_m":{distance:?}}}}}"#)
                    .expect("a String takes everything");
            }
        }
    }
    write!(
        out,
        r#"],"links":[],"timeStamp":"{stamp}","numberMatched":{matched},"numberReturned":{}}}"#,
        features.len()
    )
    .expect("a String takes everything");
    out.into_bytes()
}

fn written(features: &[(String, Option<f64>)], matched: usize, stamp: &str) -> Vec<u8> {
    let features: Vec<Feature> = features
        .iter()
        .map(|(text, distance)| parsed(text, *distance))
        .collect();
    let page = Page {
        kind: "FeatureCollection",
        links: [],
        stamp,
        matched,
        returned: features.len(),
        features,
    };
    serde_json::to_vec(&page).expect("it was JSON")
}

fn parsed(text: &str, distance: Option<f64>) -> Feature {
    let mut feature: Feature = serde_json::from_str(text).expect("what is kept is a feature");
    if let Some(distance) = distance {
        let distance = Any::Number(rounded(distance));
        feature
            .properties
            .0
            .push(("distance_m".to_owned(), distance));
    }
    feature
}

fn rounded(metres: f64) -> f64 {
    (metres * 10.0).round() / 10.0
}

#[derive(Serialize)]
struct Page<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature>,
    links: [(); 0],
    #[serde(rename = "timeStamp")]
    stamp: &'a str,
    #[serde(rename = "numberMatched")]
    matched: usize,
    #[serde(rename = "numberReturned")]
    returned: usize,
}

#[derive(Deserialize, Serialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    geometry: Option<Members>,
    properties: Members,
}

/// An object whose members keep their order.
#[derive(Deserialize)]
#[serde(transparent)]
struct Members(#[serde(deserialize_with = "members")] Vec<(String, Any)>);

/// Any JSON. `serde_json::Value` would sort members by their names.
#[derive(Serialize)]
#[serde(untagged)]
enum Any {
    Object(Members),
    List(Vec<Any>),
    Text(String),
    Whole(i64),
    Number(f64),
    Boolean(bool),
    Null,
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn members<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Any)>, D::Error> {
    match Any::deserialize(deserializer)? {
        Any::Object(members) => Ok(members.0),
        _ => Err(D::Error::custom("not an object")),
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Any, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Any, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Any::Object(Members(members)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Any, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Any::List(all))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Any, E> {
        Ok(Any::Text(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Any, E> {
        Ok(Any::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Any, E> {
        i64::try_from(number).map(Any::Whole).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Any, E> {
        Ok(Any::Number(number))
    }

    fn visit_bool<E: Error>(self, is: bool) -> Result<Any, E> {
        Ok(Any::Boolean(is))
    }

    fn visit_unit<E: Error>(self) -> Result<Any, E> {
        Ok(Any::Null)
    }
}
