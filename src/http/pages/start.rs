//! The start page: what this is, where to search, and what there is.

use serde_json::json;

use super::frame::Frame;
use super::templates::render;
use crate::catalogue::Snapshot;
use crate::domain::Collection;

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

/// The start page, with the numbers of a snapshot.
pub(super) fn page(snapshot: &Snapshot, frame: &Frame<'_>) -> Result<String, minijinja::Error> {
    let collections = COLLECTIONS.map(|(collection, title, about)| {
        json!({
            "path": format!("/collections/{collection}/items"),
            "title": super::texts::say(frame.lang, title, &[]),
            "about": super::texts::say(frame.lang, about, &[]),
            "number": snapshot.count(collection),
        })
    });
    let page = json!({
        "collections": collections,
        "search": frame.addresses().of_form("/collections/sites/items"),
        "asked_lang": frame.addresses().lang(),
    });
    render("start.html", frame, page)
}
