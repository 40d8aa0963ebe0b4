//! One question, however it is asked: as box and values, as CQL2 in text and in JSON, in every CRS, in an address and in a
//! body, it finds the same.

use std::f64::consts::PI;

use actix_web::test::TestRequest;
use heritage_registry::domain::{Audience, Collection, Crs, Kind, properties};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, App};

/// A property with a value that occurs.
#[derive(Clone, Debug)]
struct Equality {
    name: &'static str,
    value: Value,
    kind: Kind,
}

impl Equality {
    /// As the value of a parameter.
    fn plain(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    fn in_text(&self) -> String {
        let (name, plain) = (self.name, self.plain());
        match (self.kind, &self.value) {
            (Kind::Day, _) => format!("{name} = DATE('{plain}')"),
            (Kind::Instant, _) => format!("{name} = TIMESTAMP('{plain}')"),
            (_, Value::String(_)) => format!("{name} = '{}'", plain.replace('\'', "''")),
            _ => format!("{name} = {plain}"),
        }
    }

    fn in_json(&self) -> Value {
        let value = match self.kind {
            Kind::Day => json!({ "date": self.value }),
            Kind::Instant => json!({ "timestamp": self.value }),
            _ => self.value.clone(),
        };
        json!({"op": "=", "args": [{"property": self.name}, value]})
    }
}

/// Every value of every simple property that a feature of the collection shows.
fn values(app: &App, collection: Collection) -> Vec<Equality> {
    let all = app
        .anonymous()
        .get(&format!("/collections/{collection}/items?limit=10000"))
        .features();
    let mut found: Vec<Equality> = vec![];
    for property in properties(collection, Audience::Public) {
        if !property.kind.is_simple() {
            continue;
        }
        let mut occur: Vec<Value> = vec![];
        for feature in &all {
            match &feature["properties"][property.name] {
                Value::Array(items) => occur.extend(items.iter().cloned()),
                Value::Null | Value::Object(_) => {}
                one => occur.push(one.clone()),
            }
        }
        // Concepts that have narrower ones.
        if property.name == "site_type" {
            occur.extend(["religious_place", "funerary_place"].map(Value::from));
        }
        occur.sort_by_key(Value::to_string);
        occur.dedup();
        found.extend(occur.into_iter().map(|value| Equality {
            name: property.name,
            value,
            kind: property.kind,
        }));
    }
    found
}

fn found(answer: Answer) -> (Vec<Uuid>, Value) {
    let answer = answer.expect(200);
    (answer.ids(), answer.json()["numberMatched"].clone())
}

fn get(app: &App, collection: Collection, pairs: &[(&str, String)]) -> (Vec<Uuid>, Value) {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    let path = format!(
        "/collections/{collection}/items?limit=10000&properties=licence&{}",
        pairs.join("&")
    );
    found(app.anonymous().get(&path))
}

fn post(app: &App, collection: Collection, mut body: Value) -> (Vec<Uuid>, Value) {
    body["limit"] = 10_000.into();
    body["properties"] = json!(["licence"]);
    let request = TestRequest::post().set_json(&body);
    let path = format!("/collections/{collection}/search");
    found(app.anonymous().send(request, &path))
}

fn list(numbers: [f64; 4]) -> String {
    numbers.map(|number| number.to_string()).join(",")
}

/// Asks in every way for what meets a box of a CRS and has some values; all find the same.
fn in_every_way(
    app: &App,
    collection: Collection,
    crs: &str,
    bbox: [f64; 4],
    equalities: &[Equality],
) -> Result<(Vec<Uuid>, Value), TestCaseError> {
    let plain = equalities.iter().map(|one| (one.name, one.plain()));
    let mut pairs: Vec<(&str, String)> = plain.collect();
    pairs.extend([
        ("located", "true".to_owned()),
        ("bbox", list(bbox)),
        ("bbox-crs", crs.to_owned()),
    ]);
    let expected = get(app, collection, &pairs);

    let mut texts = vec![format!("S_INTERSECTS(geometry, BBOX({}))", list(bbox))];
    texts.extend(equalities.iter().map(Equality::in_text));
    let text = texts.join(" AND ");
    let mut trees =
        vec![json!({"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": bbox}]})];
    trees.extend(equalities.iter().map(Equality::in_json));
    let tree = match trees.as_slice() {
        [one] => one.clone(),
        _ => json!({"op": "and", "args": trees}),
    };
    let filter_crs = || ("filter-crs", crs.to_owned());
    let by_text = get(app, collection, &[("filter", text.clone()), filter_crs()]);
    prop_assert_eq!(&by_text, &expected, "{}", text);
    let lang = ("filter-lang", "cql2-json".to_owned());
    let by_tree = get(
        app,
        collection,
        &[("filter", tree.to_string()), lang, filter_crs()],
    );
    prop_assert_eq!(&by_tree, &expected, "{}", tree);

    let mut body = json!({"located": true, "bbox": bbox, "bbox-crs": crs});
    for one in equalities {
        body[one.name] = one.value.clone();
    }
    prop_assert_eq!(&post(app, collection, body.clone()), &expected, "{}", body);
    for filter in [tree.clone(), text.clone().into()] {
        let body = json!({"filter": filter, "filter-crs": crs});
        prop_assert_eq!(&post(app, collection, body), &expected, "{}", text);
    }
    Ok(expected)
}

/// Easting and northing of pseudo-Mercator, in metres.
fn mercator([lon, lat]: [f64; 2]) -> [f64; 2] {
    let radius = 6_378_137.0;
    let north = (PI / 4.0 + lat.to_radians() / 2.0).tan().ln();
    [radius * lon.to_radians(), radius * north]
}

over_the_seed!(
    the_same_question_finds_the_same_however_it_is_asked,
    |app| {
        let worlds = [
            Collection::Sites,
            Collection::ConditionReports,
            Collection::Regions,
        ]
        .map(|collection| (collection, values(app, collection)));
        assert!(worlds.iter().all(|(_, values)| values.len() > 10));
        let side = || (0.0..1.0, 0.02..0.9_f64);
        let cases = (
            side(),
            side(),
            any::<Index>(),
            prop::collection::vec(any::<Index>(), 0..3),
        );
        let config = Config {
            cases: 48,
            failure_persistence: None,
            ..Config::default()
        };
        let not_empty = std::cell::Cell::new(0);
        let law =
            |((x, width), (y, height), of, which): ((f64, f64), (f64, f64), Index, Vec<Index>)| {
                let (collection, values) = &worlds[of.index(worlds.len())];
                let mut equalities: Vec<Equality> = which
                    .iter()
                    .map(|one| values[one.index(values.len())].clone())
                    .collect();
                equalities.dedup_by_key(|one| one.name);
                let around = |low: f64, high: f64, at: f64, size: f64| {
                    let from = low + (high - low) * at;
                    [from, from + (high - low) * size]
                };
                let ([west, east], [south, north]) =
                    (around(45.5, 47.5, x, width), around(38.8, 40.8, y, height));
                let ask = |crs: &str, bbox| in_every_way(app, *collection, crs, bbox, &equalities);
                let expected = ask(&Crs::Crs84.uri(), [west, south, east, north])?;
                prop_assert_eq!(
                    &ask(&Crs::Epsg4326.uri(), [south, west, north, east])?,
                    &expected
                );
                let ([left, low], [right, high]) =
                    (mercator([west, south]), mercator([east, north]));
                prop_assert_eq!(
                    &ask(&Crs::Epsg3857.uri(), [left, low, right, high])?,
                    &expected
                );
                // What is a box on these is none in degrees: it is asked for in every way, too.
                let ([left, right], [low, high]) = (
                    around(540_000.0, 720_000.0, x, width),
                    around(4_290_000.0, 4_520_000.0, y, height),
                );
                ask(&Crs::Epsg32638.uri(), [left, low, right, high])?;
                ask(&Crs::Epsg28408.uri(), [low, left + 8e6, high, right + 8e6])?;
                if !expected.0.is_empty() {
                    not_empty.update(|count| count + 1);
                }
                Ok(())
            };
        TestRunner::new(config).run(&cases, law).unwrap();
        assert!(not_empty.get() > 5, "{}", not_empty.get());
    }
);
