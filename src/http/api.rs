//! The API definition (OpenAPI 3.0.3): prose, schemas and examples are written by hand in `openapi/openapi.yaml`; paths
//! for each collection, what is named like a property, what may be sent, enumerations and limits come from the tables.
//! The same in OpenAPI 3.1 (`dialect.rs`) and as a page (`documentation.rs`) is made of it.
//!
//! Start at [`definition`].

use std::collections::HashSet;
use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use super::api_pages::fill_pages;
use super::api_schemas::{fill_schemas, or_null, value};
use super::asked::no_parameters;
use super::call::Call;
use super::collections::about;
use super::dialect::definition_in_3_1;
use super::layer::path_of_item;
use super::negotiate::{
    DOCUMENT, HTML, JSON, LINKED_DOCUMENT, MVT, OF_FEATURES, OPENAPI, OPENAPI_3_1, TILEJSON,
};
use super::{Problem, documentation, respond, schemas};
use crate::config::Contact;
use crate::domain::{
    Audience, Body, Collection, Crs, Deed, Layer, Property, Reader, Scheme, properties,
};
use crate::formats::{FORMATS, Format, GEOJSON};
use crate::query::{
    FILTER_LANGS, LIMIT_DEFAULT, LIMIT_MAX, OFFSET_MAX, RADIUS_MAX_M, is_parameter, parameter_names,
};

/// What a human wrote.
static WRITTEN: LazyLock<Value> = LazyLock::new(|| {
    let yaml = include_str!("../../openapi/openapi.yaml");
    serde_yaml_ng::from_str(yaml).expect("a test reads it")
});

/// The forms of the definition, the one that clients look for first.
const FORMS: &[Format] = &[OPENAPI, OPENAPI_3_1, HTML];

/// `GET /api`.
pub(super) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, FORMS)?;
    let reader = &call.reader;
    let layers: Vec<Layer> = call.snapshot().layers().collect();
    let mut definition = definition(reader.audience(), meets(reader), &call.base_url, &layers);
    match &call.state.contact {
        Some(Contact::Mail(address)) => definition["info"]["contact"]["email"] = json!(address),
        Some(Contact::Page(url)) => definition["info"]["contact"]["url"] = json!(url),
        None => {}
    }
    if format == HTML {
        return respond::html(documentation::page(&definition), &call).await;
    }
    let definition = match format {
        OPENAPI_3_1 => definition_in_3_1(definition),
        _ => definition,
    };
    respond::text(format, definition.to_string(), None, &call).await
}

/// What a reader meets features as: of what their own organization submits, whoever may submit is shown everything.
fn meets(reader: &Reader) -> Audience {
    match reader.actor() {
        Some(actor) if actor.may(Deed::Submit).is_ok() => Audience::Trusted,
        _ => reader.audience(),
    }
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

/// The definition of these layers for somebody who asks as `audience`, and may meet features as they are shown to `meets`: it names no
/// property that they may not be shown. What may be sent is told to those alone who are shown all of it.
pub fn definition(audience: Audience, meets: Audience, base_url: &str, layers: &[Layer]) -> Value {
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
    parameters["f"]["schema"]["enum"] = format_names(&OF_FEATURES);
    parameters["formatOfFeatures"]["schema"]["enum"] = format_names(FORMATS);
    parameters["formatOfPage"]["schema"]["enum"] = format_names(DOCUMENT);
    parameters["filter-crs"]["schema"]["enum"] = Crs::ALL.into_iter().map(Crs::uri).collect();
    parameters["filter-crs"]["schema"]["default"] = Crs::Crs84.uri().into();
    parameters["filter-lang"]["schema"]["enum"] = json!(FILTER_LANGS);
    parameters["filter-lang"]["schema"]["default"] = FILTER_LANGS[0].into();
    parameters["formatOfDocument"]["schema"]["enum"] = format_names(&[JSON]);
    parameters["formatOfClusters"]["schema"]["enum"] = format_names(&[GEOJSON, HTML]);
    parameters["formatOfVocabulary"]["schema"]["enum"] = format_names(LINKED_DOCUMENT);
    parameters["scheme"]["schema"]["enum"] = Scheme::ALL.iter().map(|one| one.id()).collect();
    parameters["formatOfTile"]["schema"]["enum"] = format_names(&[MVT]);
    parameters["formatOfTileset"]["schema"]["enum"] = format_names(&[JSON, HTML, TILEJSON]);
    parameters["collections"]["schema"]["items"]["enum"] =
        layers.iter().map(|layer| layer.id()).collect();
    parameters["formatOfDefinition"]["schema"]["enum"] = format_names(FORMS);

    repeat_for_each(layers, &mut definition["paths"]);
    repeat_for_each(layers, &mut definition["components"]["schemas"]);
    for layer in layers.iter().copied() {
        let asked = properties(layer, audience);
        let items = &mut definition["paths"][format!("/collections/{layer}/items")];
        fill_parameters(&mut items["get"]["parameters"], layer, &asked);
        let taken = items["get"]["parameters"].clone();
        let question = question(&taken, &definition["components"]["parameters"]);
        definition["components"]["schemas"][format!("{layer}.question")]["properties"] = question;
        let of_maps = OF_TILES.into_iter().chain(["/clusters"]);
        for path in of_maps.map(|path| format!("/collections/{layer}{path}")) {
            let parameters = &mut definition["paths"][path]["get"]["parameters"];
            fill_filters(parameters, &[layer], audience);
            fill_choices(parameters, layer, &asked);
        }
        let item = &mut definition["paths"][path_of_item(layer, "{featureId}")];
        fill_choices(&mut item["get"]["parameters"], layer, &asked);
        fill_schemas(&mut definition["components"]["schemas"], layer, meets);
        let (_, description) = about(layer);
        let tag = json!({ "name": title(layer), "description": description });
        list(&mut definition["tags"]).push(tag);
    }
    for path in OF_TILES {
        let parameters = &mut definition["paths"][path]["get"]["parameters"];
        fill_filters(parameters, layers, audience);
        if let Some(first) = layers.first() {
            let all = layers.iter().flat_map(|layer| properties(*layer, audience));
            let mut named = HashSet::new();
            let all: Vec<_> = all.filter(|property| named.insert(property.name)).collect();
            fill_choices(parameters, *first, &all);
        }
    }
    let counted = &mut definition["paths"]["/statistics"]["get"]["parameters"];
    fill_filters(counted, &[Collection::Sites.into()], audience);
    fill_pages(&mut definition);
    definition
}

fn format_names(formats: &[Format]) -> Value {
    let names = formats.iter().flat_map(|format| format.names).copied();
    names.collect()
}

/// The paths of tiles of one layer, or of all, that take what items take.
const OF_TILES: [&str; 3] = [
    "/tiles/{tileMatrixSetId}",
    "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    "/tiles/WebMercatorQuad/xyz/{z}/{x}/{y}",
];

const COLLECTION_ID: &str = "{collectionId}";
const COLLECTION_TITLE: &str = "{collectionTitle}";
const GEOMETRY_NAME: &str = "{geometryName}";

/// Writes every member that has `{collectionId}` in its name once for each layer.
fn repeat_for_each(layers: &[Layer], members: &mut Value) {
    let written = members.as_object().cloned().unwrap_or_default();
    let (repeated, once): (Vec<_>, Vec<_>) = written
        .into_iter()
        .partition(|(name, _)| name.contains(COLLECTION_ID));
    let of_each = layers.iter().copied().flat_map(|layer| {
        let taken = repeated
            .iter()
            .filter_map(move |(name, member)| match layer {
                Layer::Ours(_) => Some((name, member.clone())),
                Layer::Extra(_) => Some((name, to_read(name, member)?)),
            });
        taken.map(move |(name, member)| (of(layer, name), of_whole(layer, &member)))
    });
    *members = once
        .into_iter()
        .chain(of_each)
        .collect::<Map<_, _>>()
        .into();
}

/// What a layer of a file has of a member: schemas whole, but for those of what is sent, and of paths those that have no past and no state, to be read.
fn to_read(name: &str, member: &Value) -> Option<Value> {
    const PATHS: [(&str, &str); 12] = [
        ("", "get"),
        ("/clusters", "get"),
        ("/items", "get"),
        ("/items/{featureId}", "get"),
        ("/queryables", "get"),
        ("/schema", "get"),
        ("/search", "post"),
        ("/sortables", "get"),
        ("/tiles", "get"),
        (OF_TILES[0], "get"),
        (OF_TILES[1], "get"),
        (OF_TILES[2], "get"),
    ];
    if name.starts_with("/desk/") {
        return None;
    }
    let Some(path) = name.strip_prefix(&format!("/collections/{COLLECTION_ID}")) else {
        let (_, of) = name.split_once('.').unwrap_or_default();
        let is_sent = Body::ALL.iter().any(|body| of.starts_with(body.id()));
        return (!is_sent).then(|| member.clone());
    };
    let (_, method) = PATHS.into_iter().find(|(one, _)| *one == path)?;
    let mut taken = member[method].clone();
    if let Some(parameters) = taken["parameters"].as_array_mut() {
        parameters.retain(|one| name_of(one) != Some("as_of"));
        for parameter in parameters {
            match name_of(parameter) {
                Some("type") => parameter["schema"]["enum"] = json!([schemas::GEOJSON]),
                // As text: which id is a number, the schema of the feature says.
                Some("featureId") => {
                    *parameter = json!({
                        "name": "featureId",
                        "in": "path",
                        "required": true,
                        "style": "simple",
                        "explode": false,
                        "description": "The id of a feature, as its file has it.",
                        "schema": { "type": "string" },
                    });
                }
                _ => {}
            }
        }
    }
    if let Some(headers) = taken["responses"]["200"]["headers"].as_object_mut() {
        headers.remove("Last-Modified");
    }
    Some(json!({ method: taken }))
}

/// What a layer is called here, each differently: files may have one title.
fn title(layer: Layer) -> String {
    let (title, _) = about(layer);
    match layer {
        Layer::Ours(_) => title.to_owned(),
        Layer::Extra(_) => format!("{title} ({layer})"),
    }
}

fn of(layer: Layer, text: &str) -> String {
    text.replace(COLLECTION_ID, layer.id())
        .replace(GEOMETRY_NAME, layer.geometry_name())
        .replace(COLLECTION_TITLE, &title(layer))
}

fn of_whole(layer: Layer, written: &Value) -> Value {
    match written {
        Value::String(text) => of(layer, text).into(),
        Value::Array(items) => items.iter().map(|item| of_whole(layer, item)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (of(layer, name), of_whole(layer, member)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Makes the parameters of `items` those of a layer: leaves out what it does not take, says what it can be sorted
/// by and which properties it has, and adds a parameter for each simple one.
fn fill_parameters(written: &mut Value, layer: Layer, properties: &[&Property]) {
    let taken = parameter_names(layer);
    let parameters = list(written);
    parameters.retain(|parameter| name_of(parameter).is_some_and(|name| taken.contains(&name)));
    let simple = properties
        .iter()
        .filter(|property| is_parameter(layer, property));
    parameters.extend(simple.map(|property| filter(property)));
    fill_choices(written, layer, properties);
}

/// Makes the parameters of tiles those of the layers that may be in them: leaves out what none takes, and adds one for each
/// simple property. Of a name that means different things in two, any text is said to be taken.
fn fill_filters(written: &mut Value, layers: &[Layer], audience: Audience) {
    let parameters = list(written);
    let is_taken = |name: &str| {
        let mut taken = layers.iter().flat_map(|layer| parameter_names(*layer));
        !["as_of", "q", "region"].contains(&name) || taken.any(|one| one == name)
    };
    parameters.retain(|parameter| name_of(parameter).is_some_and(is_taken));
    let of_tiles = parameters.len();
    for layer in layers.iter().copied() {
        let all = properties(layer, audience).into_iter();
        for property in all.filter(|property| is_parameter(layer, property)) {
            let known = parameters
                .iter()
                .position(|one| name_of(one) == Some(property.name));
            match known {
                None => parameters.push(filter(property)),
                Some(place) if place < of_tiles => {}
                Some(place) if parameters[place]["schema"] == value(property.kind) => {}
                Some(place) => parameters[place]["schema"] = json!({ "type": "string" }),
            }
        }
    }
}

/// Says what can be chosen of these properties where that can be: to sort by, and to be given.
fn fill_choices(written: &mut Value, layer: Layer, properties: &[&Property]) {
    for parameter in list(written).iter_mut() {
        let choices: Vec<String> = match name_of(parameter) {
            Some("sortby") => properties
                .iter()
                .filter(|property| property.kind.is_sortable())
                .flat_map(|property| [property.name.to_owned(), format!("-{}", property.name)])
                .collect(),
            Some("properties") => [layer.geometry_name()]
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

/// The parameters of `items` as members of an object; null is as if it were not there.
fn question(taken: &Value, shared: &Value) -> Value {
    let taken = taken.as_array().into_iter().flatten();
    let members = taken.filter_map(|parameter| {
        let name = name_of(parameter)?;
        let schema = match (name, parameter.get("schema")) {
            // Pages are at addresses.
            ("f", _) => shared["formatOfFeatures"]["schema"].clone(),
            ("filter", _) => json!({
                "anyOf": [{ "type": "string" }, { "type": "object" }, { "type": "boolean" }],
            }),
            (_, Some(schema)) => schema.clone(),
            (_, None) => shared[name]["schema"].clone(),
        };
        // Everything may be a text, too, as in an address.
        let schema = match schema["type"].as_str() {
            Some("string") => or_null(schema),
            Some(_) => json!({ "anyOf": [or_null(schema), { "type": "string" }] }),
            None => schema,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> [Layer; 4] {
        Collection::ALL.map(Layer::Ours)
    }

    #[test]
    fn what_is_written_reads_and_nothing_of_it_is_left_to_fill_in() {
        for audience in [Audience::Public, Audience::Trusted] {
            let base_url = "https://registry.example.org";
            let text = definition(audience, audience, base_url, &ours()).to_string();
            for hole in ["{collection", GEOMETRY_NAME] {
                assert!(!text.contains(hole), "{audience:?}: {hole}");
            }
        }
    }

    #[test]
    fn what_a_collection_does_not_take_is_not_among_its_parameters() {
        let definition = definition(Audience::Public, Audience::Public, "", &ours());
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
