//! The examples of CQL2 (21-065r2): each in text, and most of them in JSON.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use heritage_registry::query::cql2::{Node, parse_json, parse_text};

#[test]
fn every_example_is_read_and_its_two_forms_are_one_tree() {
    let texts = examples("text", "txt");
    let jsons = examples("json", "json");
    let mut twins = BTreeSet::new();
    for (name, text) in &texts {
        let tree = parse_text(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        // Some texts are the same filter written in another way.
        let base = name.split("-alt").next().unwrap();
        let (_, json) = jsons
            .iter()
            .find(|(json, _)| json == base)
            .unwrap_or_else(|| panic!("{name} has no twin"));
        let twin = parse_json(json).unwrap_or_else(|error| panic!("{base}: {error}\n{json}"));
        assert_eq!(tree, twin, "{name}");
        assert_eq!(parse_text(&tree.to_text()).as_ref(), Ok(&tree), "{name}");
        assert_eq!(parse_json(&tree.to_json().to_string()), Ok(tree), "{name}");
        twins.insert(base);
    }
    assert_eq!((texts.len(), twins.len(), jsons.len()), (69, 65, 65));
}

#[test]
fn the_json_of_an_example_is_written_as_it_was() {
    for (name, json) in examples("json", "json") {
        let tree: Node = parse_json(&json).unwrap();
        let written = tree.to_json();
        let was: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(plain(&written), plain(&was), "{name}");
    }
}

/// With each number as one kind: coordinates are written with a point.
fn plain(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect()
        }
        other => other.clone(),
    }
}

/// The files of a folder, by their names without the ending.
fn examples(folder: &str, ending: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/standards/cql2-examples")
        .join(folder);
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut examples: Vec<_> = paths
        .map(|path| {
            assert_eq!(path.extension().unwrap(), ending);
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    examples.sort();
    examples
}
