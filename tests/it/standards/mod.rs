//! The standards: for every conformance class that is declared a test that is named after it, and the links between all
//! resources. What a class demands is tested whole here, over HTTP, however much of it other tests look at, too.

mod common;
mod cql2;
mod cql2_data;
mod cql2_examples;
mod crs;
mod features;
mod links;
mod one_question;
mod schemas;
mod sorting;
mod tiles;
mod writing;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use heritage_registry::http::CONFORMANCE;
use serde_json::Value;

use crate::harness::Answer;

/// `http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas` is tested by `ogcapi_features_5_conf_schemas`.
fn name_of(class: &str) -> String {
    let (_, path) = class.split_once("/spec/").unwrap();
    let mut steps: Vec<&str> = path.split('/').collect();
    steps.remove(1);
    steps.join("_").replace('-', "_")
}

/// The names of the tests in this folder that run on both engines.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/standards");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for start in ["on_each_engine!(", "over_the_seed!("] {
            let bodies = text.split(start).skip(1);
            let named = bodies.filter_map(|body| body.trim_start().split(',').next());
            names.extend(named.map(str::to_owned));
        }
    }
    names
}

#[test]
fn every_class_that_is_declared_has_a_test_named_after_it() {
    let tests = tests();
    let without: Vec<_> = CONFORMANCE
        .iter()
        .filter(|class| !tests.contains(&name_of(class)))
        .collect();
    assert!(without.is_empty(), "{without:#?}");
    let declared: BTreeSet<String> = CONFORMANCE.iter().map(|class| name_of(class)).collect();
    assert_eq!(declared.len(), CONFORMANCE.len(), "each once");
    let of_classes = tests.iter().filter(|name| name.contains("_conf_"));
    let undeclared: Vec<_> = of_classes
        .filter(|name| !declared.contains(*name))
        .collect();
    assert!(undeclared.is_empty(), "{undeclared:#?}");
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The links of a document with that relation: each with its address and its type.
fn linked(document: &Value, rel: &str) -> Vec<(String, String)> {
    let found = items(&document["links"]).filter(|link| link["rel"] == rel);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    found
        .map(|link| (text(&link["href"]), text(&link["type"])))
        .collect()
}

/// The only one; of API definitions the first, which is what clients take.
fn link(document: &Value, rel: &str) -> (String, String) {
    let mut all = linked(document, rel);
    let is_only = all.len() == 1 || (all.len() == 2 && rel == "service-desc");
    assert!(is_only, "{rel}: {document}");
    all.remove(0)
}

/// The names of the parameters that are refused.
fn refused(answer: Answer) -> Vec<String> {
    let faults = answer.expect(400).faults();
    let name = |fault: &String| fault.split(':').next().unwrap().to_owned();
    faults.iter().map(name).collect()
}
