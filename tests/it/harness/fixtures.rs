//! Small, real places of more than one community, in the form in which people send them.

use heritage_registry::domain::{
    Draft, Id, Organization, OrganizationDraft, RegionDraft, ReportDraft, SiteDraft, read,
};
use heritage_registry::registry::Item;
use serde_json::{Value, json};
use uuid::Uuid;

/// Something to bring in.
pub enum Fixture {
    Site(Site),
    Report(Report),
    Region(Value),
    Organization(Value),
}

impl Fixture {
    /// With a member.
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Fixture {
        let body = match &mut self {
            Fixture::Site(Site(body))
            | Fixture::Report(Report(body))
            | Fixture::Region(body)
            | Fixture::Organization(body) => body,
        };
        body[member] = value.into();
        self
    }

    pub fn item(self, id: Uuid, registry: Id<Organization>) -> Item {
        let draft = match self {
            Fixture::Site(site) => Draft::Site(Box::new(site.draft())),
            Fixture::Report(Report(mut body)) => {
                if body["organization_id"].is_null() {
                    body["organization_id"] = registry.to_string().into();
                }
                Draft::Report(Box::new(read(&body, "", ReportDraft::read).unwrap()))
            }
            Fixture::Region(body) => {
                Draft::Region(Box::new(read(&body, "", RegionDraft::read).unwrap()))
            }
            Fixture::Organization(body) => {
                Draft::Organization(Box::new(read(&body, "", OrganizationDraft::read).unwrap()))
            }
        };
        Item {
            place: "fixture".to_owned(),
            id,
            draft,
        }
    }
}

/// A site; by default Gandzasar, in the place where guidebooks show it.
#[derive(Clone)]
pub struct Site(pub Value);

/// A site with the names it has in four languages, and a description.
pub fn a_site() -> Site {
    Site(json!({
        "names": [
            {"text": "Gəncəsər monastırı", "lang": "az", "kind": "vernacular", "src": ["book"]},
            {"text": "Gandzasar Monastery", "lang": "en", "kind": "translation", "src": ["book"]},
            {"text": "Գանձասար", "lang": "hy", "kind": "vernacular", "src": ["book"]},
            {"text": "Гандзасар", "lang": "ru", "kind": "vernacular", "src": ["book"]},
        ],
        "site_type": "monastery",
        "associations": [{"tradition": "armenian_apostolic", "role": "user", "certainty": "certain", "src": ["book"]}],
        "descriptions": [{"text": "A monastery above a village.", "lang": "en", "src": ["book"]}],
        "dating": [{"kind": "construction", "edtf": "1216/1238", "certainty": "certain", "src": ["book"]}],
        "geometry": {"type": "Point", "coordinates": [46.5318, 40.0573]},
        "location_accuracy_m": 50,
        "location_method": "dataset",
        "location_note": "The point of the guidebook.",
        "location_src": ["book"],
        "location_sensitivity": "exact",
        "sources": [{"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "Its publisher"}],
    }))
}

impl Site {
    pub fn at(mut self, lon: f64, lat: f64) -> Site {
        self.0["geometry"] = json!({"type": "Point", "coordinates": [lon, lat]});
        self
    }

    pub fn nowhere(mut self) -> Site {
        for member in ["geometry", "location_accuracy_m", "location_method"] {
            self.0.as_object_mut().unwrap().remove(member);
        }
        self
    }

    pub fn shaped(mut self, geometry: Value) -> Site {
        self.0["geometry"] = geometry;
        self
    }

    pub fn restricted(self) -> Site {
        self.hidden("restricted")
    }

    pub fn generalised(self) -> Site {
        self.hidden("generalised")
    }

    fn hidden(mut self, sensitivity: &str) -> Site {
        self.0["location_sensitivity"] = sensitivity.into();
        self.0["location_sensitivity_reason"] = "Unguarded.".into();
        self
    }

    /// One name and no other.
    pub fn named(mut self, text: &str, lang: &str) -> Site {
        self.0["names"] =
            json!([{"text": text, "lang": lang, "kind": "vernacular", "src": ["book"]}]);
        self
    }

    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Site {
        self.0[member] = value.into();
        self
    }

    pub fn draft(&self) -> SiteDraft {
        read(&self.0, "", SiteDraft::read).unwrap()
    }
}

impl From<Site> for Fixture {
    fn from(site: Site) -> Fixture {
        Fixture::Site(site)
    }
}

/// A report.
#[derive(Clone)]
pub struct Report(pub Value);

/// A report of a visit to a site, which found it in a fair condition.
pub fn a_report(site: Uuid) -> Report {
    Report(json!({
        "site_id": site.to_string(),
        "observed_on": "2024-05-03",
        "method": "field_visit",
        "condition": "fair",
        "damage_severity": "slight",
        "confidence": "certain",
        "summary": [{"text": "Some tiles of the roof are missing.", "lang": "en"}],
    }))
}

impl Report {
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Report {
        self.0[member] = value.into();
        self
    }
}

impl From<Report> for Fixture {
    fn from(report: Report) -> Fixture {
        Fixture::Report(report)
    }
}

/// A region of half a degree around a point.
pub fn a_region(code: &str, lon: f64, lat: f64) -> Fixture {
    let (west, south, east, north) = (lon - 0.25, lat - 0.25, lon + 0.25, lat + 0.25);
    Fixture::Region(json!({
        "code": code,
        "names": [{"text": "Qarabağ", "lang": "az", "kind": "vernacular", "src": ["map"]}, {"text": "Ղարաբաղ", "lang": "hy", "kind": "vernacular", "src": ["map"]}],
        "kind": "working_area",
        "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]},
        "src": ["map"],
        "sources": [{"key": "map", "kind": "map", "title": [{"text": "A map", "lang": "en"}], "publisher": "Its publisher"}],
    }))
}

/// A listed organization.
pub fn an_organization(name: &str) -> Fixture {
    Fixture::Organization(
        json!({"names": [{"text": name, "lang": "en"}], "kind": "ngo", "listed": true}),
    )
}

/// An organization that the public may not know of.
pub fn an_unlisted_organization(name: &str) -> Fixture {
    Fixture::Organization(
        json!({"names": [{"text": name, "lang": "en"}], "kind": "other", "listed": false}),
    )
}
