//! The start page: the map, the form that says what it shows, and the list of the same sites, for whoever has no map.

use serde_json::{Value, json};

use super::atlas::{atlas, extent};
use super::filters;
use super::frame::Frame;
use super::list::way;
use super::lookup::Lookup;
use super::templates::render;
use super::{assets, linked_data, texts};
use crate::catalogue::Page;
use crate::config::MapStyle;
use crate::domain::{Collection, Concept, Scheme};
use crate::formats::Link;
use crate::http::layer::{path_of_item, step};
use crate::http::map;
use crate::query::Selection;
use crate::tiles::Sign;

/// What each collection is called and holds.
const COLLECTIONS: [(Collection, &str, &str); 4] = [
    (Collection::Sites, "frame.sites", "start.sites"),
    (
        Collection::ConditionReports,
        "frame.reports",
        "start.reports",
    ),
    (
        Collection::Organizations,
        "frame.organizations",
        "start.organizations",
    ),
    (Collection::Regions, "frame.regions", "start.regions"),
];

/// What is said of each site beside the map.
const SHOWN: &str = "label,label_lang,site_type,condition,condition_observed_on,condition_method,geometry_kind,location_accuracy_m,geometry";

/// The start page with the sites that were asked for; `links` are those of the answer, and `below` is what lies below the sites
/// if it is not our own.
pub(super) fn page(
    page: &Page,
    links: &[Link],
    below: Option<&MapStyle>,
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> Result<String, minijinja::Error> {
    let selection = Selection::parse(page.layer(), lookup.snapshot.audience(), SHOWN).ok();
    let sites = lookup.snapshot.features(page).map(|(written, fit)| {
        let site = lookup.read(page.layer(), written, selection.as_ref());
        let id = step(page.layer(), written.id);
        let mut row = of_site(&site, &id);
        row["distance"] = json!(fit.distance.map(|metres| metres.get()));
        row
    });
    let collections = COLLECTIONS.map(|(collection, title, about)| {
        json!({
            "path": format!("/collections/{collection}/items"),
            "title": texts::say(frame.lang, title, &[]),
            "about": texts::say(frame.lang, about, &[]),
            "number": lookup.snapshot.count(collection),
        })
    });
    let of_list = |href: String| href.replacen("/collections/sites/items", "/", 1);
    render(
        "start.html",
        frame,
        json!({
            "form": filters::of(Collection::Sites, "/", lookup, frame),
            "matched": page.matched,
            "sites": sites.collect::<Vec<_>>(),
            "next": way("next", links, frame).map(of_list),
            "prev": way("prev", links, frame).map(of_list),
            "json_type": "application/geo+json",
            "json_href": frame.here_at("/collections/sites/items", &["f"], &[("f", "json")]),
            "collections": collections,
            "map": of_map(below, lookup, frame),
            "legend": legend(frame.lang),
        }),
    )
}

/// A site as the list beside the map has it.
fn of_site(site: &Value, id: &str) -> Value {
    let said = &site["properties"];
    let site_type = said["site_type"]
        .as_str()
        .and_then(|id| Scheme::SiteType.find(id));
    let condition = said["condition"].as_str();
    let shade = map::Shade::of(condition.unwrap_or_default());
    json!({
        "id": id,
        "path": path_of_item(Collection::Sites, id),
        "label": said["label"],
        "label_lang": said["label_lang"],
        "site_type": said["site_type"],
        "sign": site_type.map(|one| map::sign_of(one).id()),
        "condition": said["condition"],
        "colour": shade.colour,
        "on": shade.on,
        "mark": shade.mark,
        "observed_on": said["condition_observed_on"],
        "method": said["condition_method"],
        "is_near": map::is_near(said),
        "extent": linked_data::bounds(&site["geometry"]["coordinates"]),
    })
}

/// What the script of the map is told.
fn of_map(below: Option<&MapStyle>, lookup: &Lookup<'_>, frame: &Frame<'_>) -> Value {
    let addresses = frame.addresses();
    json!({
        "script": addresses.of_form(&assets::MAP.path()),
        "atlas": atlas(below, frame),
        "tiles": addresses.of_form("/collections/sites/tiles/WebMercatorQuad"),
        "sites": addresses.of_form(&path_of_item(Collection::Sites, "")),
        "languages": frame.languages(),
        "near": map::NEAR,
        "extent": extent(lookup),
        "words": words(frame.lang).to_string(),
    })
}

/// What the map says in words.
fn words(lang: &str) -> Value {
    let types = Scheme::SiteType.concepts();
    let types = types.map(|one| (one.id().to_owned(), one.label(lang).into()));
    let said = |key: &str| texts::say(lang, key, &[]);
    json!({
        "types": Value::Object(types.collect()),
        "near_here": said("map.near_here"),
        "failed": said("map.failed"),
        "in_view": said("map.in_view"),
        "today": said("map.today"),
    })
}

/// What signs, colours and marks say.
fn legend(lang: &str) -> Value {
    let shapes = map::broadest().filter(|(kind, _)| kind.id() != "unknown_site");
    let shapes = shapes.map(|(kind, sign)| json!({ "sign": sign.id(), "text": kind.label(lang) }));
    let shades = map::SHADES.iter().map(|shade| {
        let condition = Scheme::Condition.find(shade.id);
        json!({
            "colour": shade.colour,
            "on": shade.on,
            "mark": shade.mark,
            "text": condition.map(|one: Concept| one.label(lang)),
        })
    });
    json!({
        "shapes": shapes.collect::<Vec<_>>(),
        "shades": shades.collect::<Vec<_>>(),
        "outlines": Sign::ALL.map(|sign| json!({ "id": sign.id(), "points": map::corners(sign) })),
    })
}
