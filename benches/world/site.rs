//! One made-up site and its reports, as somebody would send them.
//!
//! Types, traditions and conditions are drawn alike and apart: no tradition goes with a type, a place or a condition.

use heritage_registry::domain::{Concept, Scheme};
use serde_json::{Value, json};

use super::names::{Word, names};
use super::{Places, Random};

/// Kinds of sites, of every group of the vocabulary.
const TYPES: [&str; 24] = [
    "archaeological_site",
    "bathhouse",
    "bridge",
    "caravanserai",
    "cave",
    "cemetery",
    "church",
    "fortress",
    "house",
    "khachkar",
    "kurgan",
    "mausoleum",
    "mill",
    "monastery",
    "mosque",
    "museum",
    "palace",
    "ram_stone",
    "school",
    "shrine",
    "spring_fountain",
    "synagogue",
    "tower",
    "war_memorial",
];

/// Traditions that narrow no other: those that only group are no claim.
fn traditions() -> Vec<&'static str> {
    let all: Vec<Concept> = Scheme::Tradition.concepts().collect();
    let groups = |concept: &Concept| all.iter().any(|one| one.broader() == Some(*concept));
    let own = all.iter().filter(|concept| !groups(concept));
    own.map(|concept| concept.id()).collect()
}

/// A site.
pub fn site(random: &mut Random, places: &Places, earlier: Option<String>) -> Value {
    let type_id = random.one(&TYPES);
    let site_type = Scheme::SiteType
        .find(type_id)
        .expect("the vocabulary has the types named here");
    let sources: &[&str] = if random.percent(20) {
        &["survey", "list"]
    } else {
        &["survey"]
    };
    let mut site = json!({
        "names": names(random, site_type, sources),
        "site_type": type_id,
        "associations": associations(random, sources),
        "descriptions": [description(random, type_id)],
        "dating": [dating(random)],
        "location_sensitivity": "exact",
        "sources": sources.iter().map(|key| source(random, key)).collect::<Vec<_>>(),
    });
    if random.percent(98) {
        locate(random, places, &mut site);
    }
    hide_some(random, places, &mut site);
    if random.percent(10) {
        site["designations"] = json!([{"kind": "state_register", "register": "List of monuments", "reference": random.between(100, 9999).to_string(), "level": "local", "src": ["survey"]}]);
    }
    if random.percent(10) {
        site["identifiers"] = json!([{"scheme": "wikidata", "value": format!("Q{}", random.between(1_000_000_000, 9_999_999_999_999)), "match": "exact"}]);
    }
    if random.percent(3) {
        let organization = &places.organizations[random.below(places.organizations.len())];
        site["organizations"] =
            json!([{"organization_id": organization, "role": "monitor", "src": ["survey"]}]);
    }
    if let Some(other) = earlier.filter(|_| random.percent(1)) {
        site["relations"] = json!([{"kind": "see_also", "site_id": other}]);
    }
    site
}

fn locate(random: &mut Random, places: &Places, site: &mut Value) {
    let at = places.near_a_real_one(random);
    site["geometry"] = json!({"type": "Point", "coordinates": at});
    site["location_accuracy_m"] = [50, 100, 150, 300, 1500, 2500][random.below(6)].into();
    site["location_method"] = random
        .one(&["dataset", "description", "place_centroid"])
        .into();
    site["location_src"] = json!(["survey"]);
}

/// One site in twenty is shown as a cell, one in fifty not at all; of those, every other one is listed by region.
fn hide_some(random: &mut Random, places: &Places, site: &mut Value) {
    let hidden = match random.below(100) {
        0..5 => "generalised",
        5..7 => "restricted",
        _ => return,
    };
    site["location_sensitivity"] = hidden.into();
    site["location_sensitivity_reason"] = "Unguarded.".into();
    if hidden == "restricted" && random.percent(50) {
        site["public_listing"] = true.into();
        site["public_region_code"] = places.regions[random.below(places.regions.len())]
            .as_str()
            .into();
    }
    if random.percent(50) {
        site["public_fields"] = json!(["names", "associations", "sources"]);
    }
}

fn associations(random: &mut Random, sources: &[&str]) -> Vec<Value> {
    let count = if random.percent(25) { 2 } else { 1 };
    let traditions = random.shuffled(&traditions());
    let claim = |tradition: &&str| {
        let mut claim = json!({
            "tradition": tradition,
            "role": random.one(&["builder", "patron", "reveres", "user"]),
            "certainty": random.one(&["certain", "probable", "possible"]),
            "src": [random.one(sources)],
        });
        if count == 2 && random.percent(30) {
            claim["claimed_by"] = "A regional survey".into();
        }
        claim
    };
    traditions.iter().take(count).map(claim).collect()
}

fn description(random: &mut Random, type_id: &str) -> Value {
    let what = type_id.replace('_', " ");
    let village = Word::new(random).latin();
    let place = random.one(&[
        "on the slope above",
        "at the edge of",
        "in the old quarter of",
        "near the road to",
    ]);
    let state = random.one(&[
        "",
        " It was repaired more than once.",
        " An inscription names nobody.",
    ]);
    json!({"text": format!("A {what} {place} {village}.{state}"), "lang": "en", "src": ["survey"]})
}

/// A construction, as it is usually known: to the century, to some years, to the year, or to the epoch.
fn dating(random: &mut Random) -> Value {
    let year = random.between(500, 1980);
    let edtf = match random.below(20) {
        0..8 => format!("{:02}XX", year / 100),
        8..13 => format!("{year:04}~/{:04}~", year + 20 * random.between(1, 10)),
        13..18 => format!("{year:04}"),
        18 => format!("{year:04}/{:04}", year + 4),
        _ => {
            return json!({"kind": "construction", "period": random.one(&["late_medieval", "early_modern", "early_iron"]), "certainty": "possible", "src": ["survey"]});
        }
    };
    json!({"kind": "construction", "edtf": edtf, "certainty": random.one(&["certain", "probable", "possible"]), "src": ["survey"]})
}

fn source(random: &mut Random, key: &str) -> Value {
    let title = format!("{} survey of monuments", Word::new(random).latin());
    let number = random.between(100, 99_999);
    json!({
        "key": key,
        "kind": random.one(&["publication", "web", "archive"]),
        "title": [{"text": title, "lang": "en"}],
        "issued": random.between(1960, 2025).to_string(),
        "url": format!("https://example.org/surveys/{number}"),
    })
}

/// A report of a visit to a site, or of its image.
pub fn report(random: &mut Random, places: &Places, site: &str) -> Value {
    let organization = &places.organizations[random.below(places.organizations.len())];
    let conditions: Vec<&str> = Scheme::Condition
        .concepts()
        .map(|concept| concept.id())
        .collect();
    json!({
        "site_id": site,
        "organization_id": organization,
        "organization_public": random.percent(80),
        "observed_on": format!("{}-{:02}-{:02}", random.between(2019, 2026), random.between(1, 11), random.between(1, 28)),
        "method": random.one(&["field_visit", "satellite_imagery"]),
        "condition": random.one(&conditions),
        "damage_severity": random.one(&["none_visible", "slight", "moderate", "severe"]),
        "confidence": random.one(&["certain", "probable"]),
        "summary": [{"text": format!("Seen from {}; {}.", Word::new(random).latin(), random.one(&["the roof is open", "grass covers the stones", "work has begun"])), "lang": "en"}],
    })
}
