//! What is written in two parts is what would be written in one.

use std::fmt::Write;
use std::sync::Arc;

use heritage_registry::domain::{
    Audience, Collection, Concept, Feature, Holdings, Lang, Languages, Metres, NameOrder, Property,
    Tier, Title, Value, heads, label, label_of_others, returned,
};
use heritage_registry::formats::{Block, Fit, Showing, geojson};
use heritage_registry::query::{Parameters, Query, Selection};
use serde::Serialize;

use crate::harness::Engine;

/// A feature as GeoJSON, the straightforward way: everything by `serde_json`, at once.
pub(crate) fn plain(
    feature: &Feature,
    audience: Audience,
    languages: &Languages,
    selection: Option<&Selection>,
    fit: Fit,
) -> String {
    let mut out = format!(r#"{{"type":"Feature","id":"{}","geometry":"#, feature.id);
    match &feature.geometry {
        Some(geometry) if selection.is_none_or(|selection| selection.geometry) => {
            geometry.write_geojson(&mut out);
        }
        _ => out.push_str("null"),
    }
    let wanted = returned(feature.layer, audience)
        .filter(|(number, _)| selection.is_none_or(|selection| selection.columns.contains(number)));
    let mut members: Vec<String> = wanted
        .map(|(number, Property { name, .. })| {
            format!(
                "\"{name}\":{}",
                value(&feature.values[number], feature, languages)
            )
        })
        .collect();
    if let Some(distance) = fit.distance {
        members.push(format!(
            "\"distance_m\":{}",
            json(&((distance.get() * 10.0).round() / 10.0))
        ));
    }
    if let Some(tier) = fit.tier {
        members.push(format!("\"match_tier\":{}", tier.number()));
    }
    write!(out, r#","properties":{{{}}}}}"#, members.join(",")).unwrap();
    out
}

fn value(value: &Value, feature: &Feature, languages: &Languages) -> String {
    match value {
        Value::Null => json(&()),
        Value::Text(text) => json(text),
        Value::Concept(concept) => json(concept),
        Value::Integer(number) => json(number),
        Value::Number(number) => json(number),
        Value::Boolean(is) => json(is),
        Value::Instant(instant) => json(instant),
        Value::Edtf(edtf) => json(edtf.as_str()),
        Value::Texts(texts) => json(texts),
        Value::Concepts(concepts) => json(concepts),
        Value::Json(value) => json(value),
        Value::Names(names) => {
            let (mut order, heads) = (NameOrder::default(), heads(names));
            let places = order.of(&heads, feature.id, languages).iter();
            json(&places.map(|place| &names[*place].json).collect::<Vec<_>>())
        }
        Value::Label => json(&shown_label(feature, languages).map(|(text, _)| text)),
        Value::LabelLang => json(&shown_label(feature, languages).and_then(|(_, lang)| lang)),
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

fn shown_label(feature: &Feature, languages: &Languages) -> Option<(String, Option<String>)> {
    let of_concept = |concept: &Concept| {
        let of = |lang: &str| Some((concept.labelled(lang)?.to_owned(), Some(lang.to_owned())));
        let spoken = languages.iter().find_map(|lang| of(lang.as_str()));
        spoken.or_else(|| of("en")).unwrap()
    };
    match &feature.title {
        Title::Names(names, concept) => {
            let heads = heads(names);
            match label(&heads, label_of_others(&heads, feature.id), languages) {
                Some(place) => Some((
                    names[place].text.clone(),
                    Some(names[place].lang.to_string()),
                )),
                None => concept.as_ref().map(of_concept),
            }
        }
        Title::Text(text) => Some((text.clone(), None)),
        Title::Concept(concept) => Some(of_concept(concept)),
        Title::None => None,
    }
}

fn selection(text: &str) -> Option<Selection> {
    let mut parameters = Parameters::parse(text);
    Query::parse(Collection::Sites, Audience::Public, &mut parameters).selection
}

#[test]
fn a_feature_written_in_two_parts_is_as_if_written_at_once() {
    let app = Engine::Sqlite.seeded();
    let mut holdings = Holdings::default();
    for entity in app.0.store.entities().unwrap().0 {
        holdings.fill(entity).unwrap();
    }
    let languages = ["", "hy", "az,ru", "ru-RU,hy", "fr", "ka", "az-Cyrl,en"]
        .map(|langs| Languages::new(langs.split(',').filter_map(|lang| Lang::parse(lang).ok())));
    let selections = [
        "",
        "properties=label,geometry",
        "properties=names,condition",
    ]
    .map(selection);
    let mut seen = 0;
    let mut block = Block::default();
    for entity in holdings.entities() {
        for audience in Audience::ALL {
            let Some(mut feature) = holdings.feature(entity.record(), audience) else {
                continue;
            };
            // Not the first of its block, so that some of its values stand elsewhere.
            let place = block.write(&feature);
            let written = block.read(feature.id, place);
            let collection = feature.layer.ours().unwrap();
            for languages in &languages {
                for selection in &selections {
                    let selection = selection
                        .as_ref()
                        .filter(|_| collection == Collection::Sites);
                    for (distance, tier) in [
                        (None, None),
                        (Metres::new(0.0), None),
                        (Metres::new(1234.56), Some(Tier::Key)),
                        (None, Some(Tier::Letters)),
                    ] {
                        let fit = Fit { distance, tier };
                        let showing = Showing::new(collection, audience, languages, selection);
                        let mut out = Vec::new();
                        geojson::Writer::new(&showing).feature(&mut out, written, fit, &[]);
                        assert_eq!(
                            String::from_utf8(out).unwrap(),
                            plain(&feature, audience, languages, selection, fit)
                        );
                        seen += 1;
                    }
                }
            }
            // Without a name that may be a label, it is the type.
            if let Title::Names(names, Some(_)) = &mut feature.title {
                *names = Arc::from([]);
                let place = block.write(&feature);
                let showing = Showing::new(collection, audience, &languages[1], None);
                let mut out = Vec::new();
                let written = block.read(feature.id, place);
                geojson::Writer::new(&showing).feature(&mut out, written, Fit::default(), &[]);
                let expected = plain(&feature, audience, &languages[1], None, Fit::default());
                assert_eq!(String::from_utf8(out).unwrap(), expected);
            }
        }
    }
    assert!(seen > 10_000, "{seen}");
}

#[test]
fn the_digest_is_of_what_the_public_may_see_and_of_all_of_it() {
    let app = Engine::Sqlite.seeded();
    let mut holdings = Holdings::default();
    for entity in app.0.store.entities().unwrap().0 {
        holdings.fill(entity).unwrap();
    }
    let digest = |feature: &Feature| {
        let mut block = Block::default();
        let place = block.write(feature);
        let written = block.read(feature.id, place);
        (written.digest().to_vec(), written.digest_of_all())
    };
    for entity in holdings.entities() {
        let Some(feature) = holdings.feature(entity.record(), Audience::Trusted) else {
            continue;
        };
        let before = digest(&feature);
        for (number, property) in returned(feature.layer, Audience::Trusted) {
            let mut other = feature.clone();
            other.values[number] = match &feature.values[number] {
                // These say what the title is, which is changed below.
                Value::Label | Value::LabelLang => continue,
                Value::Null => Value::Boolean(true),
                _ => Value::Null,
            };
            let name = property.name;
            let after = digest(&other);
            assert_eq!(after.0 != before.0, property.is_public(), "{name}");
            assert_ne!(after.1, before.1, "{name}");
        }
        let title = Title::Text("Another".to_owned());
        if feature.title != Title::None {
            assert_ne!(
                digest(&Feature {
                    title,
                    ..feature.clone()
                }),
                before
            );
        }
        if feature.geometry.is_some() {
            assert_ne!(
                digest(&Feature {
                    geometry: None,
                    ..feature.clone()
                }),
                before
            );
        }
    }
}
