//! The schemas of the API definition that come from the tables: what features are, and what is sent of them.

use serde_json::{Map, Value, json};

use super::dialect::in_3_0;
use crate::domain::{Audience, Body, Collection, Concept, Kind, Layer, Property, properties};
use crate::query::has_names;

/// Makes the schemas of a collection those of its features as they are shown to `meets`, and says what is sent to those
/// who are shown all of them.
pub(super) fn fill_schemas(schemas: &mut Value, layer: Layer, meets: Audience) {
    let feature = &mut schemas[format!("{layer}.feature")];
    if let Layer::Extra(_) = layer {
        feature["properties"]["id"] = id_of_extra(layer);
    }
    let members = &mut feature["properties"]["properties"]["properties"];
    if !has_names(layer)
        && let Some(members) = members.as_object_mut()
    {
        members.remove("match_tier");
    }
    let sent = layer
        .ours()
        .map(|collection| Body::Replace.schema(collection));
    let sent = sent.unwrap_or_default();
    let met = properties(layer, meets);
    let all = properties(layer, Audience::Trusted).into_iter();
    let hidden: Vec<_> = all
        .map(|property| property.name)
        .filter(|name| !met.iter().any(|property| property.name == *name))
        .collect();
    for property in met.into_iter().filter(|property| property.is_returned) {
        let sent = &sent["properties"]["properties"]["properties"][property.name];
        members[property.name] = member(property, sent, &hidden);
    }
    if let (Audience::Trusted, Layer::Ours(collection)) = (meets, layer) {
        for body in Body::ALL {
            let schema = &mut schemas[format!("{collection}.{}", body.id())];
            *schema = taken(body, collection, schema["description"].take());
        }
    }
}

/// What a collection takes, under what is written of it.
fn taken(body: Body, collection: Collection, description: Value) -> Value {
    let mut schema = body.schema(collection);
    in_3_0(&mut schema);
    schema["description"] = description;
    schema
}

fn id_of_extra(layer: Layer) -> Value {
    match layer {
        Layer::Extra(extra) if extra.has_numbers() => json!({ "type": "integer" }),
        _ => json!({ "type": "string" }),
    }
}

/// The member of a feature's properties. What it is made of is what is `sent` of it, but for what is hidden.
fn member(property: &Property, sent: &Value, hidden: &[&str]) -> Value {
    let value = match property.kind {
        Kind::Names | Kind::Objects if sent.is_object() => as_read(&sent["items"], hidden),
        Kind::Object if sent.is_object() => as_read(sent, hidden),
        kind => value(kind),
    };
    let mut member = if property.kind.is_list() {
        json!({ "type": "array", "items": value })
    } else {
        value
    };
    member["title"] = property.title.into();
    or_null(member)
}

/// A schema that takes null too.
pub(super) fn or_null(mut schema: Value) -> Value {
    schema["nullable"] = true.into();
    // `nullable` alone does not add null to an `enum` (OpenAPI 3.0.3, 4.7.24).
    if let Some(choices) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        choices.push(Value::Null);
    }
    schema
}

/// The schema of what is sent as that of what is read: what it is made of, without what only a writer has to know, and
/// without members that are called like a hidden property, since they tell the same.
fn as_read(sent: &Value, hidden: &[&str]) -> Value {
    let mut read = Map::new();
    for (keyword, rule) in sent.as_object().into_iter().flatten() {
        let rule = match keyword.as_str() {
            "type" | "enum" => rule.clone(),
            "items" => as_read(rule, hidden),
            "properties" => rule
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(name, _)| !hidden.contains(&name.as_str()))
                .map(|(name, member)| (name.clone(), as_read(member, hidden)))
                .collect::<Map<_, _>>()
                .into(),
            _ => continue,
        };
        read.insert(keyword.clone(), rule);
    }
    let mut read = read.into();
    in_3_0(&mut read);
    read
}

/// One value of a type.
pub(super) fn value(kind: Kind) -> Value {
    match kind {
        Kind::Id(_) | Kind::Ids(_) => json!({ "type": "string", "format": "uuid" }),
        Kind::Concept(scheme) | Kind::Concepts(scheme) => {
            let concepts: Vec<_> = scheme.concepts().map(Concept::id).collect();
            json!({ "type": "string", "enum": concepts })
        }
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Text | Kind::Texts | Kind::Label => json!({ "type": "string" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Instant => json!({ "type": "string", "format": "date-time" }),
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::Edtf => json!({
            "type": "string",
            "description": "A date or interval (ISO 8601-2, EDTF level 1).",
            "example": "2023-10/2024-06",
        }),
        Kind::Names | Kind::Object | Kind::Objects => json!({ "type": "object" }),
    }
}
