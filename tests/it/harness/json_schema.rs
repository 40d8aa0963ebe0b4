//! What a JSON Schema (draft 2020-12) refuses of a value, and where.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Something that a schema refuses: where it is in the value, and what the schema wants there.
#[derive(Debug)]
pub struct Refusal {
    pub pointer: String,
    pub wanted: String,
}

/// Says nothing of a value.
const NOTES: [&str; 11] = [
    "$schema",
    "$id",
    "title",
    "description",
    "default",
    "examples",
    "readOnly",
    "writeOnly",
    "deprecated",
    "then",
    "else",
];

/// What `schema` refuses of a value. Its references lead into `root`. A missing member and one that is not taken have their
/// own pointers; a keyword that nobody wrote a check for fails the test.
pub fn refused(schema: &Value, value: &Value, root: &Value) -> Vec<Refusal> {
    let mut check = Check {
        root,
        at: String::new(),
        found: vec![],
    };
    check.schema(schema, value);
    check.found
}

struct Check<'a> {
    root: &'a Value,
    at: String,
    found: Vec<Refusal>,
}

impl<'a> Check<'a> {
    fn schema(&mut self, schema: &'a Value, value: &Value) {
        match schema {
            Value::Bool(false) => self.refuse("nothing is taken here"),
            Value::Object(keywords) => {
                for (keyword, rule) in keywords {
                    self.keyword(keywords, keyword, rule, value);
                }
            }
            _ => {}
        }
    }

    fn refuse(&mut self, wanted: impl Into<String>) {
        self.found.push(Refusal {
            pointer: self.at.clone(),
            wanted: wanted.into(),
        });
    }

    /// The same one step further in.
    fn below(&mut self, step: &str, check: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at
            .push_str(&step.replace('~', "~0").replace('/', "~1"));
        check(self);
        self.at.truncate(length);
    }

    fn is_fine(&self, schema: &'a Value, value: &Value) -> bool {
        refused(schema, value, self.root).is_empty()
    }

    fn keyword(
        &mut self,
        keywords: &'a Map<String, Value>,
        keyword: &str,
        rule: &'a Value,
        value: &Value,
    ) {
        let members = || value.as_object().into_iter().flatten();
        let items = || value.as_array().into_iter().flatten();
        match keyword {
            keyword if NOTES.contains(&keyword) || keyword == "prefixItems" => {}
            // Of the standard (OGC API - Features Part 5), for those who show it.
            own if own.starts_with("x-ogc-") => {}
            "$ref" => {
                let reference = rule.as_str().unwrap();
                let found = self.root.pointer(reference.strip_prefix('#').unwrap());
                self.schema(
                    found.unwrap_or_else(|| panic!("{reference} leads nowhere")),
                    value,
                );
            }
            "properties" => {
                for (name, value) in members() {
                    if let Some(schema) = rule.get(name) {
                        self.below(name, |inner| inner.schema(schema, value));
                    }
                }
            }
            "additionalProperties" => {
                let known = keywords.get("properties");
                for (name, value) in members() {
                    if known.and_then(|known| known.get(name)).is_none() {
                        self.below(name, |inner| inner.schema(rule, value));
                    }
                }
            }
            "required" if value.is_object() => {
                for name in list(rule).filter_map(Value::as_str) {
                    if value.get(name).is_none() {
                        self.below(name, |inner| inner.refuse("it is required"));
                    }
                }
            }
            "items" => {
                let first = keywords.get("prefixItems").and_then(Value::as_array);
                for (index, item) in items().enumerate() {
                    let schema = first.and_then(|first| first.get(index)).unwrap_or(rule);
                    self.below(&index.to_string(), |inner| inner.schema(schema, item));
                }
            }
            "allOf" => list(rule).for_each(|schema| self.schema(schema, value)),
            "anyOf" if !list(rule).any(|schema| self.is_fine(schema, value)) => {
                self.none_of(rule, value);
            }
            "oneOf" => {
                let fine = list(rule).filter(|schema| self.is_fine(schema, value));
                match fine.count() {
                    0 => self.none_of(rule, value),
                    1 => {}
                    _ => self.refuse("it fits several, and is to fit one"),
                }
            }
            "if" => {
                let next = if self.is_fine(rule, value) {
                    "then"
                } else {
                    "else"
                };
                if let Some(schema) = keywords.get(next) {
                    self.schema(schema, value);
                }
            }
            "not" if self.is_fine(rule, value) => self.refuse(format!("not {rule}")),
            "propertyNames" if !members().all(|(name, _)| self.is_fine(rule, &json!(name))) => {
                self.refuse(format!("members called {rule}"));
            }
            "required" | "anyOf" | "not" | "propertyNames" => {}
            keyword if !holds(keyword, rule, value) => {
                self.refuse(format!("{keyword} is {rule}, and it is {}", short(value)));
            }
            _ => {}
        }
    }

    /// Of schemas that all refuse a value, what the one says that takes most of it: one that refuses it as a whole is further off.
    fn none_of(&mut self, schemas: &'a Value, value: &Value) {
        let of_each = list(schemas).map(|schema| refused(schema, value, self.root));
        let distance = |refused: &Vec<Refusal>| {
            let is_another = refused.iter().any(|one| one.pointer.is_empty());
            (is_another, refused.len())
        };
        let nearest = of_each.min_by_key(distance).unwrap_or_default();
        let wanted = nearest
            .iter()
            .map(|refusal| format!("{}: {}", refusal.pointer, refusal.wanted));
        let wanted: Vec<_> = wanted.collect();
        self.refuse(format!(
            "one of several; of the nearest {}",
            wanted.join("; ")
        ));
    }
}

/// Whether a value is as one keyword says that looks at nothing within it but its length.
fn holds(keyword: &str, rule: &Value, value: &Value) -> bool {
    let text = value.as_str();
    let length = value.as_array().map(|items| items.len() as u64);
    let number = value.as_f64().zip(rule.as_f64());
    let characters = || text.map(|text| text.chars().count() as u64);
    match keyword {
        "type" => std::iter::once(rule).chain(list(rule)).any(|kind| {
            kind == kind_of(value) || (kind == "integer" && (value.is_i64() || value.is_u64()))
        }),
        "enum" => list(rule).any(|one| one == value),
        "const" => rule == value,
        "pattern" => text.is_none_or(|text| is_match(rule.as_str().unwrap(), text)),
        "format" => text.is_none_or(|text| has_format(rule.as_str().unwrap(), text)),
        "maxLength" => characters().is_none_or(|length| Some(length) <= rule.as_u64()),
        "minLength" => characters().is_none_or(|length| Some(length) >= rule.as_u64()),
        "minItems" => length.is_none_or(|length| Some(length) >= rule.as_u64()),
        "maxItems" => length.is_none_or(|length| Some(length) <= rule.as_u64()),
        "minimum" => number.is_none_or(|(number, least)| number >= least),
        "maximum" => number.is_none_or(|(number, most)| number <= most),
        "exclusiveMinimum" => number.is_none_or(|(number, least)| number > least),
        "exclusiveMaximum" => number.is_none_or(|(number, most)| number < most),
        other => panic!("no check is written for {other}"),
    }
}

fn has_format(format: &str, text: &str) -> bool {
    let digits = |pattern: &str| is_match(pattern, text);
    match format {
        "uuid" => text.len() == 36 && text.parse::<Uuid>().is_ok(),
        "date" => digits(r"^\d{4}-\d\d-\d\d$"),
        "date-time" => digits(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"),
        "uri" => digits(r"^[a-z][a-z0-9+.-]*:\S+$"),
        // No pattern says what a date of EDTF is, and what a geometry is is said elsewhere.
        "edtf" | "interval-iso8601" => true,
        geometry if geometry.starts_with("geometry-") => true,
        other => panic!("no check is written for the format {other}"),
    }
}

/// Whether a text matches a pattern. Each pattern is met thousands of times, and compiled once.
fn is_match(pattern: &str, text: &str) -> bool {
    thread_local!(static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default());
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return regex.is_match(text);
        }
        let regex = Regex::new(pattern).unwrap();
        let is_match = regex.is_match(text);
        compiled.insert(pattern.to_owned(), regex);
        is_match
    })
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn the_checker_of_schemas_sees_what_is_wrong() {
    let root = json!({"schemas": {"record": {
        "type": "object",
        "required": ["id"],
        "additionalProperties": false,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "kind": {"type": ["string", "null"], "enum": ["a", "b", null]},
            "at": {"type": "string", "format": "date-time"},
            "count": {"type": "integer", "minimum": 0, "maximum": 9},
            "size": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 9},
            "name": {"type": "string", "pattern": "^x", "minLength": 2, "maxLength": 3},
            "pair": {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": [{"maximum": 1}], "items": {"type": "number"}},
            "some": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"not": {"type": ["array", "string"]}}]},
            "no": false,
            "open": {"additionalProperties": {"type": "string"}, "propertyNames": {"enum": ["a", "b"]}},
            "one": {"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}, {"enum": ["b"]}]},
            "if": {"if": {"type": "string"}, "then": {"const": "a"}, "else": {"enum": [1]}},
        },
    }}});
    let schema = json!({"allOf": [{"$ref": "#/schemas/record"}]});
    let id = "078f84d6-717d-4c21-b0b9-eefb0853a8f3";
    for (member, refused) in [
        (json!({"kind": null, "count": 0, "pair": [1, 2.5]}), vec![]),
        (
            json!({"at": "2023-10-01T00:00:00.5Z", "size": 8.5, "name": "xyz"}),
            vec![],
        ),
        (
            json!({"some": ["a"], "open": {"a": "b"}, "if": "a"}),
            vec![],
        ),
        (json!({"some": 5, "if": 1, "one": "a"}), vec![]),
        (json!({"one": "b"}), vec!["/one"]),
        (json!({"one": "c"}), vec!["/one"]),
        (json!({"id": null}), vec!["/id"]),
        (json!({"id": "7"}), vec!["/id"]),
        (json!({"kind": "c"}), vec!["/kind"]),
        (json!({"at": "2023-10-01"}), vec!["/at"]),
        (json!({"count": -1}), vec!["/count"]),
        (json!({"count": 10}), vec!["/count"]),
        (json!({"count": 1.5}), vec!["/count"]),
        (json!({"size": 0}), vec!["/size"]),
        (json!({"size": 9}), vec!["/size"]),
        (json!({"name": "y"}), vec!["/name", "/name"]),
        (json!({"name": "xxxx"}), vec!["/name"]),
        (json!({"pair": [1]}), vec!["/pair"]),
        (json!({"pair": [2, 3, 4]}), vec!["/pair", "/pair/0"]),
        (json!({"pair": [1, true]}), vec!["/pair/1"]),
        (json!({"some": ["a", 5]}), vec!["/some"]),
        (json!({"some": "a"}), vec!["/some"]),
        (json!({"no": 1, "other": 1}), vec!["/no", "/other"]),
        (json!({"open": {"a": 1}}), vec!["/open/a"]),
        (json!({"open": {"c/d": "e"}}), vec!["/open"]),
        (json!({"if": "b"}), vec!["/if"]),
        (json!({"if": 2}), vec!["/if"]),
    ] {
        let mut value = json!({ "id": id });
        for (name, member) in member.as_object().unwrap() {
            value[name] = member.clone();
        }
        let mut found = self::refused(&schema, &value, &root);
        found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        let pointers: Vec<&str> = found.iter().map(|one| one.pointer.as_str()).collect();
        assert_eq!(pointers, refused, "{value}: {found:#?}");
    }
    let missing = self::refused(&schema, &json!({}), &root);
    assert_eq!((missing.len(), missing[0].pointer.as_str()), (1, "/id"));
    assert_eq!(self::refused(&schema, &json!([]), &root).len(), 1);
}
