//! Entries of the lists that documents hold: by what two of them are the same, and which sources they cite.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Characters of the key of a source at most.
const KEY_MAX: usize = 32;

/// Lists of texts of which there is one in each language at most.
const PROSE: [&str; 7] = [
    "descriptions",
    "directions",
    "hazard_note",
    "note",
    "note_trusted",
    "summary",
    "title",
];

/// Whether a list has one text in each language at most.
pub(super) fn is_prose(list: &str) -> bool {
    PROSE.contains(&list)
}

/// The members by which two entries of a list are the same; none where only all of them together are.
fn same_by(list: &str) -> &'static [&'static str] {
    match list {
        "names" => &["text", "lang"],
        "associations" => &["tradition", "role", "certainty", "claimed_by"],
        "designations" => &["kind", "register", "authority", "reference"],
        "identifiers" => &["scheme", "value"],
        "organizations" => &["organization_id", "role"],
        "relations" => &["kind", "site_id"],
        "sources" => &["key"],
        "damages" => &["component", "type"],
        "threats" => &["cause"],
        "works" => &["kind"],
        _ if is_prose(list) => &["lang"],
        _ => &[],
    }
}

/// What of an entry of a list tells it from others, whatever else it says: entries of which this is equal are the same.
pub(super) fn identity(list: &str, entry: &Value) -> String {
    let by = same_by(list);
    if by.is_empty() || !entry.is_object() {
        return entry.to_string();
    }
    let by = by.iter().map(|name| entry[*name].clone());
    Value::Array(by.collect()).to_string()
}

/// Whether a member lists keys of sources.
fn cites(member: &str) -> bool {
    member == "src" || member == "location_src"
}

/// The keys that any part cites.
pub fn citations(json: &Value, cited: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Array(keys) if cites(name) => {
                        cited.extend(
                            keys.iter()
                                .filter_map(|key| key.as_str())
                                .map(str::to_owned),
                        );
                    }
                    other => citations(other, cited),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| citations(item, cited)),
        _ => {}
    }
}

/// Lets every citation name the new keys.
pub(super) fn cite(json: &mut Value, keys: &BTreeMap<String, String>) {
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Array(cited) if cites(name) => {
                        for key in cited {
                            let new_key = key.as_str().and_then(|key| keys.get(key));
                            if let Some(new_key) = new_key {
                                *key = new_key.clone().into();
                            }
                        }
                    }
                    other => cite(other, keys),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| cite(item, keys)),
        _ => {}
    }
}

/// The keys of a list of sources.
pub(super) fn keys_of(sources: &[Value]) -> BTreeSet<String> {
    let keys = sources.iter().filter_map(|source| source["key"].as_str());
    keys.map(str::to_owned).collect()
}

/// A key that is not taken: the same, or with a number after it.
pub(super) fn free_key(taken: &BTreeSet<String>, key: &str) -> String {
    let numbered = (2..).map(|number: usize| {
        let end = format!("-{number}");
        let stem: String = key.chars().take(KEY_MAX - end.len()).collect();
        stem + &end
    });
    std::iter::once(key.to_owned())
        .chain(numbered)
        .find(|key| !taken.contains(key))
        .expect("there are more numbers than sources")
}
