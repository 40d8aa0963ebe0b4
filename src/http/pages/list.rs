//! The page of a list of features: a form to ask with, what was found, and the way to the rest of it.

use serde_json::{Map, Value, json};

use super::filters;
use super::frame::Frame;
use super::lookup::Lookup;
use super::templates::render;
use crate::catalogue::Page;
use crate::domain::{Collection, Layer, returned};
use crate::formats::Link;
use crate::http::layer::{path_of_item, step};
use crate::query::Selection;

/// The properties that a row shows.
const fn shown_of(collection: Collection) -> &'static str {
    match collection {
        Collection::ConditionReports => {
            "site_id,observed_on,method,condition,damage_severity,confidence,status"
        }
        Collection::Organizations => "label,label_lang,kind,url,status",
        Collection::Regions => "label,label_lang,code,kind,authority,valid",
        Collection::Sites => {
            "label,label_lang,site_type,condition,condition_observed_on,condition_method,traditions_disputed,geometry_kind"
        }
    }
}

/// Of a file, so many properties are shown.
const OF_A_FILE: usize = 6;

/// The page of a list; `links` are those of the answer, and `add` is where whoever may adds one.
pub(super) fn page(
    page: &Page,
    title: &str,
    links: &[Link],
    add: Option<&str>,
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> Result<String, minijinja::Error> {
    let (layer, addresses) = (page.layer(), frame.addresses());
    let audience = lookup.snapshot.audience();
    let names = match layer {
        Layer::Ours(collection) => shown_of(collection).to_owned(),
        Layer::Extra(_) => {
            let names = returned(layer, audience).map(|(_, property)| property.name);
            names.take(OF_A_FILE).collect::<Vec<_>>().join(",")
        }
    };
    let selection = Selection::parse(layer, audience, &names).ok();
    let rows = lookup.snapshot.features(page).map(|(written, fit)| {
        let feature = lookup.read(layer, written, selection.as_ref());
        let path = path_of_item(layer, step(layer, written.id));
        let mut row = feature["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        if let Some(site) = row.get("site_id").and_then(Value::as_str) {
            let label = lookup.label(Collection::Sites, site);
            row.insert("site".to_owned(), label.unwrap_or_default());
        }
        row.insert("path".to_owned(), path.into());
        row.insert("id".to_owned(), feature["id"].clone());
        let distance = fit.distance.map(|metres| metres.get());
        row.insert("distance".to_owned(), json!(distance));
        Value::Object(row)
    });
    let rows: Vec<Value> = rows.collect();
    let download = |name: &str| {
        let path = frame.here(&["f", "cursor", "offset"], &[("f", name)]);
        addresses.to(&path)
    };
    let columns: Vec<&str> = names.split(',').collect();
    render(
        "list.html",
        frame,
        json!({
            "title": title,
            "add": add,
            "collection": layer.id(),
            "is_ours": layer.ours().is_some(),
            "columns": columns,
            "matched": page.matched,
            "rows": rows,
            "form": layer.ours().map_or(Value::Null, |collection| filters::of(collection, &format!("/collections/{collection}/items"), lookup, frame)),
            "next": way("next", links, frame),
            "prev": way("prev", links, frame),
            "geojson": download("json"),
            "csv": download("csv"),
            "json_type": "application/geo+json",
            "about": addresses.to(&format!("/collections/{layer}")),
        }),
    )
}

/// Where a link of the answer leads from its page.
pub(super) fn way(rel: &str, links: &[Link], frame: &Frame<'_>) -> Option<String> {
    let link = links.iter().find(|link| link.rel == rel);
    link.map(|link| frame.addresses().to(&without_form(&link.href, frame)))
}

/// A link without the form that no address named: browsers say by `Accept` that they want pages.
fn without_form(href: &str, frame: &Frame<'_>) -> String {
    let is_named = frame.query().split('&').any(|pair| pair.starts_with("f="));
    if is_named {
        return href.to_owned();
    }
    href.replace("&f=html", "").replace("?f=html&", "?")
}

/// The page of a feature of a file: its properties, as they are.
pub(super) fn page_of_file(
    layer: Layer,
    title: &str,
    mut feature: Value,
    frame: &Frame<'_>,
) -> Result<String, minijinja::Error> {
    let none = Map::new();
    let properties = feature["properties"].take();
    let members = properties.as_object().unwrap_or(&none);
    let document = json!({
        "title": title,
        "links": [],
        "properties": members,
        "geometry": feature["geometry"]["type"],
        "collection": layer.id(),
    });
    super::document::page("", &document, frame)
}
