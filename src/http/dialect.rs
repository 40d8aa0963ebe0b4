//! Schemas from one dialect to another: the one of OpenAPI 3.0, in which the definition is written, and JSON Schema
//! (draft 2020-12), which is that of OpenAPI 3.1 and of what the readers of bodies say they take.

use serde_json::{Map, Value, json};

/// The dialect of the schemas of a definition in OpenAPI 3.1.
const DIALECT: &str = "https://spec.openapis.org/oas/3.1/dialect/base";

/// A definition in OpenAPI 3.0 as one in OpenAPI 3.1.
pub fn definition_in_3_1(mut definition: Value) -> Value {
    definition["openapi"] = "3.1.0".into();
    definition["jsonSchemaDialect"] = DIALECT.into();
    if let Some(schemas) = definition["components"]["schemas"].as_object_mut() {
        schemas.values_mut().for_each(in_2020_12);
    }
    within(&mut definition);
    definition
}

/// Every schema of parameters, headers and bodies below a place.
fn within(at: &mut Value) {
    match at {
        Value::Array(items) => items.iter_mut().for_each(within),
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    "schema" => in_2020_12(member),
                    // An example is what it is, and the schemas that have names are done.
                    "example" | "examples" | "schemas" => {}
                    _ => within(member),
                }
            }
        }
        _ => {}
    }
}

/// A schema of OpenAPI 3.0.3 in JSON Schema.
fn in_2020_12(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    below(keywords, in_2020_12);
    // Without a type, null is taken in both (OpenAPI 3.0.3, 4.7.24).
    if keywords.remove("nullable") == Some(true.into())
        && let Some(kind) = keywords.get_mut("type")
    {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(example) = keywords.remove("example") {
        keywords.insert("examples".to_owned(), json!([example]));
    }
    for (limit, exclusive) in LIMITS {
        if keywords.remove(exclusive) == Some(true.into())
            && let Some(limit) = keywords.remove(limit)
        {
            keywords.insert(exclusive.to_owned(), limit);
        }
    }
}

/// A limit, and what says that it does not belong to the range itself.
const LIMITS: [(&str, &str); 2] = [
    ("minimum", "exclusiveMinimum"),
    ("maximum", "exclusiveMaximum"),
];

/// A schema of JSON Schema in OpenAPI 3.0.3: it refuses nothing else.
///
/// `prefixItems` is left out, since 3.0 cannot tell the items of a list apart.
pub(super) fn in_3_0(schema: &mut Value) {
    match schema {
        Value::Bool(false) => *schema = json!({ "not": {} }),
        Value::Bool(true) => *schema = json!({}),
        Value::Object(keywords) => object_in_3_0(keywords),
        _ => {}
    }
}

fn object_in_3_0(keywords: &mut Map<String, Value>) {
    for condition in ["if", "then", "else"] {
        keywords.entry(condition).and_modify(in_3_0);
    }
    below(keywords, in_3_0);
    keywords.remove("prefixItems");
    if let Some([kind, Value::String(null)]) = keywords
        .get("type")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        && null == "null"
    {
        let kind = kind.clone();
        keywords.insert("type".to_owned(), kind);
        keywords.insert("nullable".to_owned(), true.into());
    }
    for (limit, exclusive) in LIMITS {
        if let Some(number) = keywords.get(exclusive).filter(|value| value.is_number()) {
            let number = number.clone();
            keywords.insert(limit.to_owned(), number);
            keywords.insert(exclusive.to_owned(), true.into());
        }
    }
    let mut also = Vec::new();
    if let Some(names) = keywords.remove("propertyNames") {
        let names = names["enum"].as_array().cloned().unwrap_or_default();
        let names = names.iter().filter_map(Value::as_str);
        let known: Map<_, _> = names.map(|name| (name.to_owned(), json!({}))).collect();
        also.push(json!({ "properties": known, "additionalProperties": false }));
    }
    if let Some(condition) = keywords.remove("if") {
        if let Some(then) = keywords.remove("then") {
            also.push(json!({ "anyOf": [{ "not": condition }, then] }));
        }
        if let Some(otherwise) = keywords.remove("else") {
            also.push(json!({ "anyOf": [condition, otherwise] }));
        }
    }
    if also.is_empty() {
        return;
    }
    match keywords.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(all) => all.append(&mut also),
        other => unreachable!("allOf is a list, not {other}"),
    }
}

/// Changes every schema within a schema.
fn below(keywords: &mut Map<String, Value>, change: fn(&mut Value)) {
    for (keyword, rule) in keywords {
        match (keyword.as_str(), rule) {
            ("properties", Value::Object(members)) => members.values_mut().for_each(change),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(change);
            }
            ("items" | "not", rule) => change(rule),
            // Only there a `false` is the same in both.
            ("additionalProperties", rule) if rule.is_object() => change(rule),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_of_3_0_is_written_in_json_schema() {
        for (written, expected) in [
            (
                json!({"type": "string", "nullable": true, "example": "a"}),
                json!({"type": ["string", "null"], "examples": ["a"]}),
            ),
            (json!({"nullable": true}), json!({})),
            (
                json!({"type": "string", "nullable": false}),
                json!({"type": "string"}),
            ),
            (
                json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 9}),
                json!({"type": "number", "exclusiveMinimum": 0, "maximum": 9}),
            ),
            (
                json!({"maximum": 9, "exclusiveMaximum": false}),
                json!({"maximum": 9}),
            ),
            // A property may be called like a keyword.
            (
                json!({"properties": {"nullable": {"type": "array", "items": {"type": "string", "nullable": true}}}}),
                json!({"properties": {"nullable": {"type": "array", "items": {"type": ["string", "null"]}}}}),
            ),
            (
                json!({"enum": [{"nullable": true}], "anyOf": [{"not": {"type": "string", "nullable": true}}]}),
                json!({"enum": [{"nullable": true}], "anyOf": [{"not": {"type": ["string", "null"]}}]}),
            ),
            (
                json!({"additionalProperties": {"type": "string", "nullable": true}}),
                json!({"additionalProperties": {"type": ["string", "null"]}}),
            ),
        ] {
            let mut schema = written.clone();
            in_2020_12(&mut schema);
            assert_eq!(schema, expected, "{written}");
        }
    }

    #[test]
    fn a_json_schema_is_written_in_3_0() {
        for (written, expected) in [
            (
                json!({"type": ["string", "null"]}),
                json!({"type": "string", "nullable": true}),
            ),
            (
                json!({"properties": {"crs": false, "any": true}, "additionalProperties": false}),
                json!({"properties": {"crs": {"not": {}}, "any": {}}, "additionalProperties": false}),
            ),
            (
                json!({"exclusiveMinimum": 0}),
                json!({"minimum": 0, "exclusiveMinimum": true}),
            ),
            (
                json!({"items": {"type": "number"}, "prefixItems": [{"minimum": 1}]}),
                json!({"items": {"type": "number"}}),
            ),
            (
                json!({"propertyNames": {"enum": ["type", "id"]}}),
                json!({"allOf": [{"properties": {"type": {}, "id": {}}, "additionalProperties": false}]}),
            ),
            (
                json!({"if": {"type": ["string", "null"]}, "then": {"a": 1}, "else": {"a": 2}, "allOf": [{"a": 3}]}),
                json!({"allOf": [
                    {"a": 3},
                    {"anyOf": [{"not": {"type": "string", "nullable": true}}, {"a": 1}]},
                    {"anyOf": [{"type": "string", "nullable": true}, {"a": 2}]},
                ]}),
            ),
        ] {
            let mut schema = written.clone();
            in_3_0(&mut schema);
            assert_eq!(schema, expected, "{written}");
        }
    }

    #[test]
    fn every_schema_of_a_definition_is_written_anew_and_no_example() {
        let definition = json!({
            "openapi": "3.0.3",
            "paths": {"/": {"get": {
                "parameters": [{"name": "a", "schema": {"type": "string", "nullable": true}, "example": "a"}],
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"type": "string", "nullable": true},
                    "example": {"schema": {"nullable": true}},
                }}}},
            }}},
            "components": {"schemas": {"schema": {"type": "string", "nullable": true}}},
        });
        assert_eq!(
            definition_in_3_1(definition),
            json!({
                "openapi": "3.1.0",
                "jsonSchemaDialect": DIALECT,
                "paths": {"/": {"get": {
                    "parameters": [{"name": "a", "schema": {"type": ["string", "null"]}, "example": "a"}],
                    "responses": {"200": {"content": {"application/json": {
                        "schema": {"type": ["string", "null"]},
                        "example": {"schema": {"nullable": true}},
                    }}}},
                }}},
                "components": {"schemas": {"schema": {"type": ["string", "null"]}}},
            })
        );
    }
}
