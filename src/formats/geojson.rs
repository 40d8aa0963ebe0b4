//! GeoJSON (RFC 7946), with the members that OGC API - Features adds to it.
//!
//! Members keep the order of the table of properties: desktop clients learn their columns from it.

use std::fmt::Write;

use serde::Serialize;

use super::{Link, Showing};
use crate::catalogue::{Hit, Page};
use crate::domain::{Feature, Instant, Languages, Metres, Title, Value, in_order, label};

/// A page as a `FeatureCollection`. `changed_at` is when anything of what the reader may see last changed.
pub fn collection(
    page: &Page<'_>,
    showing: &Showing<'_>,
    links: &[Link],
    changed_at: Option<Instant>,
) -> String {
    let mut out = String::from(r#"{"type":"FeatureCollection","features":["#);
    for (index, Hit { feature, distance }) in page.hits.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_feature(&mut out, feature, *distance, showing, &[]);
    }
    out.push_str(r#"],"links":"#);
    push(&mut out, links);
    if let Some(changed_at) = changed_at {
        out.push_str(r#","timeStamp":"#);
        push(&mut out, &changed_at);
    }
    write!(
        out,
        r#","numberMatched":{},"numberReturned":{}}}"#,
        page.matched,
        page.hits.len()
    )
    .expect("a String takes everything");
    out
}

/// One feature with its links.
pub fn feature(feature: &Feature, showing: &Showing<'_>, links: &[Link]) -> String {
    let mut out = String::new();
    write_feature(&mut out, feature, None, showing, links);
    out
}

fn write_feature(
    out: &mut String,
    feature: &Feature,
    distance: Option<Metres>,
    showing: &Showing<'_>,
    links: &[Link],
) {
    out.push_str(r#"{"type":"Feature","id":"#);
    push(out, &feature.record.id);
    out.push_str(r#","geometry":"#);
    match feature
        .geometry
        .as_ref()
        .filter(|_| showing.selection.is_none_or(|selection| selection.geometry))
    {
        Some(geometry) => geometry.write_geojson(out),
        None => out.push_str("null"),
    }
    out.push_str(r#","properties":{"#);
    let is_wanted = |index: &usize| {
        showing
            .selection
            .is_none_or(|selection| selection.columns.contains(index))
    };
    let mut first = true;
    for (index, property) in showing
        .properties
        .iter()
        .enumerate()
        .filter(|(index, _)| is_wanted(index))
    {
        push_name(out, property.name, &mut first);
        write_value(out, &feature.values[index], feature, showing.languages);
    }
    if let Some(distance) = distance {
        push_name(out, "distance_m", &mut first);
        // A decimetre: no place here is known better.
        push(out, &((distance.get() * 10.0).round() / 10.0));
    }
    out.push('}');
    if !links.is_empty() {
        out.push_str(r#","links":"#);
        push(out, links);
    }
    out.push('}');
}

fn push_name(out: &mut String, name: &str, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(',');
    }
    push(out, name);
    out.push(':');
}

fn write_value(out: &mut String, value: &Value, feature: &Feature, languages: &Languages) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Text(text) => push(out, text),
        Value::Concept(concept) => push(out, concept),
        Value::Integer(number) => push(out, number),
        Value::Number(number) => push(out, number),
        Value::Boolean(is) => push(out, is),
        Value::Instant(instant) => push(out, instant),
        Value::Edtf(edtf) => push(out, edtf.as_str()),
        Value::Texts(texts) => push(out, texts),
        Value::Concepts(concepts) => push(out, concepts),
        Value::Names(names) => {
            let ordered: Vec<_> = in_order(names, feature.record.id, languages)
                .iter()
                .map(|name| &name.json)
                .collect();
            push(out, &ordered);
        }
        Value::Label => push(out, &shown_label(feature, languages).map(|(text, _)| text)),
        Value::LabelLang => push(
            out,
            &shown_label(feature, languages).and_then(|(_, lang)| lang),
        ),
        Value::Json(json) => push(out, json),
    }
}

/// The label of a feature for a reader, and the language it is in where that is known.
fn shown_label<'a>(
    feature: &'a Feature,
    languages: &Languages,
) -> Option<(&'a str, Option<String>)> {
    let of_concept = |concept: crate::domain::Concept| {
        let labelled = languages
            .iter()
            .find_map(|lang| Some((concept.labelled(lang.as_str())?, lang.to_string())));
        let (text, lang) = labelled.unwrap_or_else(|| (concept.label("en"), "en".to_owned()));
        (text, Some(lang))
    };
    match &feature.title {
        Title::Names(names, concept) => match label(names, feature.record.id, languages) {
            Some(name) => Some((name.text.as_str(), Some(name.lang.to_string()))),
            None => concept.map(of_concept),
        },
        Title::Text(text) => Some((text, None)),
        Title::Concept(concept) => Some(of_concept(*concept)),
        Title::None => None,
    }
}

fn push<T: Serialize + ?Sized>(out: &mut String, value: &T) {
    out.push_str(&serde_json::to_string(value).expect("features are plain data"));
}
