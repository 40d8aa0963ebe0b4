//! Entries of the lists that documents hold: by what two of them are the same, and which sources they cite.

use std::collections::BTreeMap;

use serde_json::Value;

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

/// Whether two entries of a list are the same, whatever else each of them says.
pub(super) fn is_same(list: &str, one: &Value, other: &Value) -> bool {
    let by = same_by(list);
    if by.is_empty() || !one.is_object() || !other.is_object() {
        return one == other;
    }
    by.iter().all(|name| one.get(name) == other.get(name))
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

/// A key that no source has: the same, or with a number after it.
pub(super) fn free_key(sources: &[Value], key: &str) -> String {
    let is_free = |key: &String| !sources.iter().any(|one| one["key"] == **key);
    let stem: String = key.chars().take(28).collect();
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    std::iter::once(key.to_owned())
        .chain(numbered)
        .find(is_free)
        .expect("there are more numbers than sources")
}
