//! What scripts that draw a map are told: where the library is, and how the map looks.

use serde::Serialize;
use serde_json::{Value, json};

use super::assets;
use super::frame::Frame;
use super::lookup::Lookup;
use super::texts::say;
use crate::config::MapStyle;
use crate::domain::Collection;

/// What every page with a map tells its script.
#[derive(Debug, Serialize)]
pub(super) struct Atlas {
    /// Where the script is that draws maps.
    script: String,
    /// Where the library is, with what runs beside the page, its style sheet, and what sets letters from right to left.
    library: String,
    worker: String,
    sheet: String,
    right_to_left: String,
    /// Where it says how the map looks.
    style: String,
    /// What lies below the sites if it is not our own.
    below: Option<String>,
    /// What the library says, as the JSON that it reads.
    locale: String,
}

/// That of a page; `below` is what lies below the sites if it is not our own.
pub(super) fn atlas(below: Option<&MapStyle>, frame: &Frame<'_>) -> Atlas {
    let addresses = frame.addresses();
    let said = |key: &str| say(frame.lang, key, &[]);
    // The names that the library has for them.
    let locale = json!({
        "Map.Title": said("map.title"),
        "NavigationControl.ZoomIn": said("map.zoom_in"),
        "NavigationControl.ZoomOut": said("map.zoom_out"),
        "AttributionControl.ToggleAttribution": said("map.credits"),
        "Popup.Close": said("map.close"),
        "CooperativeGesturesHandler.MobileHelpText": said("map.two_fingers"),
    });
    Atlas {
        script: addresses.of_form(&assets::ATLAS.path()),
        library: addresses.of_form(&assets::MAPLIBRE.path()),
        worker: addresses.of_form(&assets::MAPLIBRE_WORKER.path()),
        sheet: addresses.of_form(&assets::MAPLIBRE_SHEET.path()),
        right_to_left: addresses.of_form(&assets::RTL_TEXT.path()),
        style: addresses.to(&format!("/styles/sites?lang={}", frame.languages())),
        below: below.map(|style| style.url.clone()),
        locale: locale.to_string(),
    }
}

/// What a form tells the script by which a site is placed on a map: always on our own, since the hosts of another would learn
/// around which place somebody is about to propose a site.
pub(in crate::http) fn to_place_on(lookup: &Lookup<'_>, frame: &Frame<'_>) -> Value {
    json!({
        "script": frame.addresses().of_form(&assets::PLACE.path()),
        "atlas": atlas(None, frame),
        "extent": extent(lookup),
    })
}

/// Where sites are, as the script takes it.
pub(super) fn extent(lookup: &Lookup<'_>) -> Option<String> {
    let extent = lookup.snapshot.extent(Collection::Sites).bbox;
    extent.map(|one| {
        format!(
            "{},{},{},{}",
            one.west(),
            one.south(),
            one.east(),
            one.north()
        )
    })
}
