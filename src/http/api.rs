//! The API definition (OpenAPI 3.0.3): prose, schemas and examples are written by hand in `openapi/openapi.yaml`; paths
//! for each collection, what is named like a property, enumerations and limits come from the tables.
//!
//! Start at [`definition`].

use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use super::asked::no_parameters;
use super::call::Call;
use super::collections::about;
use super::negotiate::{JSON, OPENAPI};
use super::{Problem, respond};
use crate::domain::{Audience, Collection, Concept, Crs, Kind, Property, properties};
use crate::formats::{FORMATS, Format};
use crate::query::{
    FILTER_LANGS, LIMIT_DEFAULT, LIMIT_MAX, OFFSET_MAX, RADIUS_MAX_M, has_names, parameter_names,
};

/// What a human wrote.
static WRITTEN: LazyLock<Value> = LazyLock::new(|| {
    let yaml = include_str!("../../openapi/openapi.yaml");
    serde_yaml_ng::from_str(yaml).expect("a test reads it")
});

/// `GET /api`.
pub(super) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    no_parameters(&call.request, &[OPENAPI])?;
    let definition = definition(call.reader.audience(), &call.base_url);
    respond::openapi(&definition, &call).await
}

/// What the registry says of itself: its title, and the first paragraph of its description.
pub(super) fn of_itself() -> (&'static str, &'static str) {
    let info = |member| WRITTEN["info"][member].as_str().expect("a test reads it");
    let description = info("description");
    (
        info("title"),
        description
            .split_once("\n\n")
            .map_or(description, |(first, _)| first),
    )
}

/// The licence of all that does not name another: what it is called, and where it stands.
pub(super) fn licence() -> (&'static str, &'static str) {
    let licence = |member| WRITTEN["info"]["license"][member].as_str();
    let said = |member| licence(member).expect("a test reads it");
    (said("name"), said("url"))
}

/// The definition for an audience: it names no property that they may not be shown.
fn definition(audience: Audience, base_url: &str) -> Value {
    let mut definition = WRITTEN.clone();
    definition["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    definition["servers"] = json!([{ "url": base_url }]);

    let parameters = &mut definition["components"]["parameters"];
    parameters["limit"]["schema"]["maximum"] = LIMIT_MAX.into();
    parameters["limit"]["schema"]["default"] = LIMIT_DEFAULT.into();
    parameters["offset"]["schema"]["maximum"] = OFFSET_MAX.into();
    parameters["radius"]["schema"]["maximum"] = RADIUS_MAX_M.into();
    parameters["crs"]["schema"]["enum"] = Crs::given().map(Crs::uri).collect();
    parameters["bbox-crs"]["schema"]["enum"] = Crs::ALL.into_iter().map(Crs::uri).collect();
    parameters["f"]["schema"]["enum"] = format_names(FORMATS);
    parameters["filter-crs"]["schema"]["enum"] = Crs::ALL.into_iter().map(Crs::uri).collect();
    parameters["filter-crs"]["schema"]["default"] = Crs::Crs84.uri().into();
    parameters["filter-lang"]["schema"]["enum"] = json!(FILTER_LANGS);
    parameters["filter-lang"]["schema"]["default"] = FILTER_LANGS[0].into();
    parameters["formatOfDocument"]["schema"]["enum"] = format_names(&[JSON]);

    repeat_for_each_collection(&mut definition["paths"]);
    repeat_for_each_collection(&mut definition["components"]["schemas"]);
    for collection in Collection::ALL {
        let properties = properties(collection, audience);
        let items = &mut definition["paths"][format!("/collections/{collection}/items")];
        fill_parameters(&mut items["get"]["parameters"], collection, &properties);
        let taken = items["get"]["parameters"].clone();
        let question = question(&taken, &definition["components"]["parameters"]);
        definition["components"]["schemas"][format!("{collection}.question")]["properties"] =
            question;
        let item =
            &mut definition["paths"][format!("/collections/{collection}/items/{{featureId}}")];
        fill_choices(&mut item["get"]["parameters"], &properties);
        let schemas = &mut definition["components"]["schemas"];
        let feature = &mut schemas[format!("{collection}.feature")];
        let members = &mut feature["properties"]["properties"]["properties"];
        if !has_names(collection)
            && let Some(members) = members.as_object_mut()
        {
            members.remove("match_tier");
        }
        let returned = properties.iter().filter(|property| property.is_returned);
        for property in returned {
            members[property.name] = member(property);
        }
        let (name, description) = about(collection);
        list(&mut definition["tags"]).push(json!({ "name": name, "description": description }));
    }
    definition
}

fn format_names(formats: &[Format]) -> Value {
    let names = formats.iter().flat_map(|format| format.names).copied();
    names.collect()
}

const COLLECTION_ID: &str = "{collectionId}";
const COLLECTION_TITLE: &str = "{collectionTitle}";

/// Writes every member that has `{collectionId}` in its name once for each collection.
fn repeat_for_each_collection(members: &mut Value) {
    let written = members.as_object().cloned().unwrap_or_default();
    let (repeated, once): (Vec<_>, Vec<_>) = written
        .into_iter()
        .partition(|(name, _)| name.contains(COLLECTION_ID));
    let of_each = Collection::ALL.into_iter().flat_map(|collection| {
        repeated
            .iter()
            .map(move |(name, member)| (of(collection, name), of_whole(collection, member)))
    });
    *members = once
        .into_iter()
        .chain(of_each)
        .collect::<Map<_, _>>()
        .into();
}

fn of(collection: Collection, text: &str) -> String {
    text.replace(COLLECTION_ID, collection.id())
        .replace(COLLECTION_TITLE, about(collection).0)
}

fn of_whole(collection: Collection, written: &Value) -> Value {
    match written {
        Value::String(text) => of(collection, text).into(),
        Value::Array(items) => items
            .iter()
            .map(|item| of_whole(collection, item))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (of(collection, name), of_whole(collection, member)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Makes the parameters of `items` those of a collection: leaves out what it does not take, says what it can be sorted
/// by and which properties it has, and adds a parameter for each simple one.
fn fill_parameters(written: &mut Value, collection: Collection, properties: &[&Property]) {
    let taken = parameter_names(collection);
    let parameters = list(written);
    parameters.retain(|parameter| name_of(parameter).is_some_and(|name| taken.contains(&name)));
    let simple = properties
        .iter()
        .filter(|property| property.kind.is_simple());
    parameters.extend(simple.map(|property| filter(property)));
    fill_choices(written, properties);
}

/// Says what can be chosen of these properties where that can be: to sort by, and to be given.
fn fill_choices(written: &mut Value, properties: &[&Property]) {
    for parameter in list(written).iter_mut() {
        let choices: Vec<String> = match name_of(parameter) {
            Some("sortby") => properties
                .iter()
                .filter(|property| property.kind.is_sortable())
                .flat_map(|property| [property.name.to_owned(), format!("-{}", property.name)])
                .collect(),
            Some("properties") => ["geometry"]
                .into_iter()
                .chain(
                    properties
                        .iter()
                        .filter(|property| property.is_returned)
                        .map(|property| property.name),
                )
                .map(str::to_owned)
                .collect(),
            _ => continue,
        };
        parameter["schema"]["items"]["enum"] = choices.into();
    }
}

/// The parameters of `items` as members of an object.
fn question(taken: &Value, shared: &Value) -> Value {
    let taken = taken.as_array().into_iter().flatten();
    let members = taken.filter_map(|parameter| {
        let name = name_of(parameter)?;
        let schema = match (name, parameter.get("schema")) {
            ("filter", _) => json!({
                "oneOf": [{ "type": "string" }, { "type": "object" }, { "type": "boolean" }],
            }),
            (_, Some(schema)) => schema.clone(),
            (_, None) => shared[name]["schema"].clone(),
        };
        Some((name.to_owned(), schema))
    });
    members.collect::<Map<_, _>>().into()
}

/// The name of a parameter of `items`: the key of a shared one is its name.
fn name_of(parameter: &Value) -> Option<&str> {
    match parameter["$ref"].as_str() {
        Some(shared) => shared.rsplit('/').next(),
        None => parameter["name"].as_str(),
    }
}

/// The list written at a place.
fn list(written: &mut Value) -> &mut Vec<Value> {
    written
        .as_array_mut()
        .expect("a test makes every document there is")
}

/// The parameter named like a simple property.
fn filter(property: &Property) -> Value {
    let description = format!("{}: {}.", property.title, property.kind.found_if());
    json!({
        "name": property.name,
        "in": "query",
        "required": false,
        "style": "form",
        "explode": false,
        "description": description,
        "schema": value(property.kind),
    })
}

/// The member of a feature's properties.
fn member(property: &Property) -> Value {
    let value = value(property.kind);
    let mut member = if property.kind.is_list() {
        json!({ "type": "array", "items": value })
    } else {
        value
    };
    member["title"] = property.title.into();
    member["nullable"] = true.into();
    // `nullable` alone does not add null to an `enum` (OpenAPI 3.0.3, 4.7.24).
    if let Some(choices) = member.get_mut("enum").and_then(Value::as_array_mut) {
        choices.push(Value::Null);
    }
    member
}

/// One value of a type.
fn value(kind: Kind) -> Value {
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
        Kind::Names => json!({ "$ref": "#/components/schemas/text" }),
        Kind::Object | Kind::Objects => json!({ "type": "object" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_and_nothing_of_it_is_left_to_fill_in() {
        for audience in [Audience::Public, Audience::Trusted] {
            let text = definition(audience, "https://registry.example.org").to_string();
            for hole in [COLLECTION_ID, COLLECTION_TITLE, "{collection"] {
                assert!(!text.contains(hole), "{audience:?}: {hole}");
            }
        }
    }

    #[test]
    fn what_a_collection_does_not_take_is_not_among_its_parameters() {
        let definition = definition(Audience::Public, "");
        let has_region = |collection| {
            let path = format!("/collections/{collection}/items");
            let parameters = definition["paths"][path]["get"]["parameters"].as_array();
            parameters
                .unwrap()
                .iter()
                .any(|parameter| name_of(parameter) == Some("region"))
        };
        assert!(has_region(Collection::Sites));
        assert!(!has_region(Collection::Organizations));
    }
}
