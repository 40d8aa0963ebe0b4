//! The collections (OGC API - Features Part 1, 7.13 and 7.14). List and single answer come from one function.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::asked::no_parameters;
use super::call::Call;
use super::negotiate::{DOCUMENT, JSON, SCHEMA};
use super::tile_request::Of;
use super::{Problem, api, respond, schemas, tilesets};
use crate::catalogue::{Extent, Snapshot};
use crate::domain::{Collection, Crs, Day, Instant, Layer};
use crate::formats::{FORMATS, GEOJSON, Link, Posted};

/// `GET /collections`.
pub(super) async fn list(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let snapshot = call.snapshot();
    let collections: Vec<_> = snapshot
        .layers()
        .map(|layer| describe(layer, &snapshot, &call))
        .collect();
    let links = call.forms("/collections", JSON, "The collections");
    respond::document(
        format,
        &json!({ "links": links, "crs": given(), "collections": collections }),
        changed_at(snapshot.layers(), &snapshot),
        &call,
    )
    .await
}

/// `GET /collections/{collection}`.
pub(super) async fn show(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let snapshot = call.snapshot();
    respond::document(
        format,
        &describe(layer, &snapshot, &call),
        changed_at([layer], &snapshot),
        &call,
    )
    .await
}

/// When what is told of layers last changed: of a file, nobody knows.
fn changed_at(layers: impl IntoIterator<Item = Layer>, snapshot: &Snapshot) -> Option<Instant> {
    let mut layers = layers.into_iter();
    let are_ours = layers.all(|layer| layer.ours().is_some());
    snapshot.changed_at().filter(|_| are_ours)
}

/// Title and description of a layer.
pub(super) fn about(layer: impl Into<Layer>) -> (&'static str, &'static str) {
    let collection = match layer.into() {
        Layer::Ours(collection) => collection,
        Layer::Extra(extra) if extra.description().is_empty() => {
            return (extra.title(), OF_A_FILE);
        }
        Layer::Extra(extra) => return (extra.title(), extra.description()),
    };
    match collection {
        Collection::ConditionReports => (
            "Condition reports",
            "What somebody observed at a site, when, by which method, and how sure they are.",
        ),
        Collection::Organizations => (
            "Organizations",
            "Who looks after sites, observes them, lists them or pays for works.",
        ),
        Collection::Regions => (
            "Regions",
            "Divisions used by somebody at some time, overlapping and side by side; none is the one.",
        ),
        Collection::Sites => (
            "Sites",
            "Cultural and religious sites of every community, with all their names and their condition.",
        ),
    }
}

/// What is said of a file that says nothing of itself.
const OF_A_FILE: &str = "Read from a file, and no part of the record.";

fn describe(layer: Layer, snapshot: &Snapshot, call: &Call) -> Value {
    let (title, description) = about(layer);
    let path = format!("/collections/{layer}");
    let mut links = call.forms(&path, JSON, title);
    links.push(call.link(&format!("{path}/items"), "items", GEOJSON, title));
    // What is given unasked needs no `f`.
    links.extend(FORMATS[1..].iter().map(|format| {
        let (name, title) = (format.names[0], format!("{title} as {}", format.title));
        call.link(&format!("{path}/items?f={name}"), "items", *format, &title)
    }));
    links.extend([
        call.link(
            &format!("{path}/schema"),
            SCHEMA_REL,
            SCHEMA,
            "What a feature is",
        ),
        call.link(
            &format!("{path}/schema?type={}", schemas::GEOJSON),
            "describedby",
            SCHEMA,
            "What a feature is in GeoJSON",
        ),
        Link {
            posted: Some(Posted::any()),
            ..call.link(
                &format!("{path}/search"),
                "search",
                GEOJSON,
                "The same for questions that are too long for an address",
            )
        },
        queryables_link(layer, call),
        call.link(
            &format!("{path}/sortables"),
            SORTABLES_REL,
            SCHEMA,
            "What features can be sorted by",
        ),
        tilesets::link(Of::One(layer), call),
    ]);
    // Of a file, nobody here knows under which it is.
    links.extend(layer.ours().map(|_| licence_link()));
    json!({
        "id": layer.id(),
        "title": title,
        "description": description,
        "itemType": "feature",
        "itemCount": snapshot.count(layer),
        "crs": given(),
        "storageCrs": Crs::default().uri(),
        "keywords": layer.ours().map_or(&[][..], keywords),
        "extent": extent(snapshot.extent(layer)),
        "links": links,
    })
}

/// The systems that all collections are given in, the default first (Features Part 2, 6.2.1). Each collection lists them
/// itself: a reference to this list is read by fewer clients.
fn given() -> Vec<String> {
    Crs::given().map(Crs::uri).collect()
}

const SCHEMA_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/schema";
const SORTABLES_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/sortables";

/// The link to what the features of a collection can be asked for.
pub(super) fn queryables_link(layer: Layer, call: &Call) -> Link {
    let path = format!("/collections/{layer}/queryables");
    let rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
    call.link(&path, rel, SCHEMA, "What features can be asked for")
}

/// The link to the licence of all that does not name another.
pub(super) fn licence_link() -> Link {
    let (name, at) = api::licence();
    Link {
        href: at.to_owned(),
        rel: "license",
        media_type: "text/html",
        title: name.to_owned(),
        posted: None,
    }
}

/// What a collection is about, in words that people search for.
const fn keywords(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::ConditionReports => &[
            "cultural heritage",
            "condition",
            "damage",
            "risk",
            "monitoring",
        ],
        Collection::Organizations => &["cultural heritage", "organizations"],
        Collection::Regions => &["regions", "boundaries"],
        Collection::Sites => &[
            "cultural heritage",
            "religious sites",
            "place names",
            "condition",
        ],
    }
}

fn extent(extent: Extent) -> Value {
    let mut members = serde_json::Map::new();
    if let Some(bbox) = extent.bbox {
        let spatial = json!({
            "bbox": [[bbox.west(), bbox.south(), bbox.east(), bbox.north()]],
            "crs": Crs::default().uri(),
        });
        members.insert("spatial".to_owned(), spatial);
    }
    if let Some((first, last)) = extent.days {
        let temporal = json!({
            "interval": [[first.and_then(|day| moment(day, "00:00:00Z")), last.and_then(|day| moment(day, "23:59:59Z"))]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        });
        members.insert("temporal".to_owned(), temporal);
    }
    members.into()
}

/// RFC 3339 knows the years 0000 to 9999; what lies outside is open.
fn moment(day: Day, time: &str) -> Option<String> {
    (0..=9999)
        .contains(&day.year())
        .then(|| format!("{day}T{time}"))
}
