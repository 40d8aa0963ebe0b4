//! The JSON Schemas of what is read: of the logical feature (OGC API - Features Part 5), of what can be asked for and
//! sorted by (Parts 3 and 8), and of the feature in GeoJSON.
//!
//! Made of the table of properties, and where a value has structure, of what the readers say they take. In a schema of
//! a value stands one type and never `null`, which counts as missing: QGIS 3.44 and GDAL 3.7 read no list of types.

use serde_json::{Map, Value, json};

use super::reading::{Member, Members};
use super::{
    Audience, Body, Collection, Crs84, Draft, Extra, Geometry, Kind, Layer, Property, numbered,
    returned,
};

/// Who a schema is for.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// What they may be shown.
    pub audience: Audience,
    /// Whether they may send anything: then what is sent and never shown is described to them, too.
    pub sends: bool,
    /// The language of labels.
    pub lang: &'a str,
}

/// A feature as it is read and sent, independent of its form: the properties, `id` and the geometry.
pub fn feature_schema(layer: Layer, reader: For<'_>) -> Value {
    match layer {
        Layer::Ours(collection) => record_schema(collection, reader),
        Layer::Extra(extra) => extra_schema(extra, reader),
    }
}

/// A feature of a file: nothing of it can be sent.
fn extra_schema(extra: &'static Extra, reader: For<'_>) -> Value {
    let layer = Layer::Extra(extra);
    let mut properties = Map::new();
    for (number, property) in returned(layer, reader.audience) {
        let mut schema = value_schema(layer, property, reader.lang);
        schema["x-ogc-propertySeq"] = place(number).into();
        schema["readOnly"] = true.into();
        properties.insert(property.name.to_owned(), schema);
    }
    let mut geometry = geometry(layer);
    geometry["readOnly"] = true.into();
    properties.insert(layer.geometry_name().to_owned(), geometry);
    // A property of the file may have this name, and then it is that which is described.
    properties.entry("id").or_insert_with(|| id(layer));
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn record_schema(collection: Collection, reader: For<'_>) -> Value {
    let taken = Body::Create.members(collection);
    let mut properties = Map::new();
    properties.insert("id".to_owned(), id(collection.into()));
    let mut geometry = geometry(collection.into());
    if Draft::taken(collection).get("geometry").is_none() {
        geometry["readOnly"] = true.into();
    }
    properties.insert("geometry".to_owned(), geometry);
    let mut required = vec!["id"];
    for (number, property) in returned(collection, reader.audience) {
        let mut schema = returned_schema(collection.into(), property, reader);
        schema["x-ogc-propertySeq"] = place(number).into();
        if !is_settable(collection, property.name) {
            schema["readOnly"] = true.into();
        } else if is_required(&taken, property.name) && property.is_always_shown(reader.audience) {
            required.push(property.name);
        }
        properties.insert(property.name.to_owned(), schema);
    }
    if reader.sends {
        let last = numbered(collection, Audience::Trusted).count();
        let others = taken
            .all
            .iter()
            .filter(|member| !properties.contains_key(member.name));
        let others: Vec<_> = others
            .enumerate()
            .map(|(index, member)| (member.name, never_shown(collection, member, last + index)))
            .collect();
        for (name, schema) in others {
            properties.insert(name.to_owned(), schema);
            required.extend(is_required(&taken, name).then_some(name));
        }
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// What features can be asked for: the geometry, and each simple property.
pub fn queryables(layer: Layer, reader: For<'_>) -> Value {
    let mut properties = Map::new();
    properties.insert(layer.geometry_name().to_owned(), geometry(layer));
    for (number, property) in numbered(layer, reader.audience) {
        if !property.kind.is_simple() {
            continue;
        }
        let mut schema = value_schema(layer, property, reader.lang);
        let told = schema["description"].as_str();
        // A property of a file may be called like a parameter that it is not.
        if layer.ours().is_some() {
            let asked = format!("As a parameter: {}.", property.kind.found_if());
            let both = told.map_or(asked.clone(), |told| format!("{told} {asked}"));
            schema["description"] = both.into();
        }
        schema["x-ogc-propertySeq"] = place(number).into();
        properties.insert(property.name.to_owned(), schema);
    }
    closed(properties)
}

/// What features can be sorted by.
pub fn sortables(layer: Layer, reader: For<'_>) -> Value {
    let mut properties = Map::new();
    for (number, property) in numbered(layer, reader.audience) {
        if property.kind.is_sortable() {
            let mut schema = value_schema(layer, property, reader.lang);
            schema["x-ogc-propertySeq"] = place(number).into();
            properties.insert(property.name.to_owned(), schema);
        }
    }
    closed(properties)
}

/// A feature of a layer as GeoJSON has it (RFC 7946). GDAL 3.7 makes its fields of it.
pub fn geojson_schema(layer: Layer, reader: For<'_>) -> Value {
    let shown = returned(layer, reader.audience);
    let properties: Map<_, _> = shown
        .map(|(_, property)| {
            let schema = returned_schema(layer, property, reader);
            (property.name.to_owned(), schema)
        })
        .collect();
    json!({
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": id_type(layer),
            "geometry": { "anyOf": [{ "type": "null" }, Crs84::<Geometry>::schema(&Crs84::TYPES)] },
            "properties": { "type": "object", "properties": properties },
            "links": { "type": "array", "items": { "type": "object" } },
        },
    })
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// `id` and `geometry` come first.
fn place(number: usize) -> usize {
    number + 3
}

fn id(layer: Layer) -> Value {
    let mut schema = id_type(layer);
    schema["title"] = "Id".into();
    schema["readOnly"] = true.into();
    schema["x-ogc-role"] = "id".into();
    schema["x-ogc-propertySeq"] = 1.into();
    schema
}

fn id_type(layer: Layer) -> Value {
    match layer {
        Layer::Ours(_) => json!({ "type": "string", "format": "uuid" }),
        Layer::Extra(extra) if extra.has_numbers() => json!({ "type": "integer" }),
        Layer::Extra(_) => json!({ "type": "string" }),
    }
}

/// Spatial properties have a format and no type (Part 3, class Queryables).
fn geometry(layer: Layer) -> Value {
    let format = match layer {
        Layer::Ours(Collection::ConditionReports | Collection::Sites) | Layer::Extra(_) => {
            "geometry-any"
        }
        Layer::Ours(Collection::Organizations) => "geometry-point",
        Layer::Ours(Collection::Regions) => "geometry-polygon-or-multipolygon",
    };
    json!({
        "title": "Geometry",
        "format": format,
        "x-ogc-role": "primary-geometry",
        "x-ogc-propertySeq": 2,
    })
}

fn is_settable(collection: Collection, name: &str) -> bool {
    Draft::taken(collection).get(name).is_some() && !Draft::fixed(collection).contains(&name)
}

fn is_required(taken: &Members, name: &str) -> bool {
    taken.get(name).is_some_and(|member| member.is_required)
}

/// What is sent and not shown to this reader; of its own submission, an organization is shown all but what nobody is.
fn never_shown(collection: Collection, member: &Member, number: usize) -> Value {
    let mut schema = member.shape.schema();
    add_unit(&mut schema, member.name);
    schema["x-ogc-propertySeq"] = place(number).into();
    let mut shown = returned(collection, Audience::Trusted);
    match shown.find(|(_, property)| property.name == member.name) {
        Some((_, property)) => schema["title"] = property.title.into(),
        None => schema["writeOnly"] = true.into(),
    }
    schema
}

/// A property that features show.
fn returned_schema(layer: Layer, property: &Property, reader: For<'_>) -> Value {
    let mut schema = value_schema(layer, property, reader.lang);
    let taken = layer
        .ours()
        .and_then(|ours| Draft::taken(ours).get(property.name));
    if let Some(member) = taken.filter(|_| !property.kind.is_simple()) {
        let mut structure = member.shape.schema();
        if reader.audience == Audience::Public {
            // Of what is not exact, the public is not shown all members.
            let_be_missing(&mut structure);
        }
        for (keyword, rule) in structure.as_object().into_iter().flatten() {
            schema[keyword] = rule.clone();
        }
    }
    schema
}

fn let_be_missing(schema: &mut Value) {
    if let Some(keywords) = schema.as_object_mut() {
        for keyword in ["required", "allOf", "minItems"] {
            keywords.remove(keyword);
        }
        for keyword in ["items", "properties"] {
            if let Some(below) = keywords.get_mut(keyword) {
                let_be_missing(below);
            }
        }
    }
}

/// The values of a property, with what people call it.
fn value_schema(layer: Layer, property: &Property, lang: &str) -> Value {
    let kind = property.kind;
    let one = kind.schema(lang);
    let mut schema = if kind.is_list() {
        json!({ "type": "array", "items": one })
    } else {
        one
    };
    schema["title"] = property.title.into();
    if let Some(description) = kind.description() {
        schema["description"] = description.into();
    }
    if let Kind::Id(of) | Kind::Ids(of) = kind {
        schema["x-ogc-role"] = "reference".into();
        schema["x-ogc-collectionId"] = of.id().into();
    }
    // A report is asked for by `datetime` as it was observed.
    let role = match (layer.ours(), property.name) {
        (Some(Collection::ConditionReports), "observed_start") => Some("primary-interval-start"),
        (Some(Collection::ConditionReports), "observed_end") => Some("primary-interval-end"),
        _ => None,
    };
    if let Some(role) = role {
        schema["x-ogc-role"] = role.into();
    }
    if layer.ours().is_some() {
        add_unit(&mut schema, property.name);
    }
    schema
}

/// Names of ours say what is in metres.
fn add_unit(schema: &mut Value, name: &str) {
    if name.ends_with("_m") {
        schema["x-ogc-unit"] = "m".into();
    }
}
