//! Which record, and what its document says: parsed whole, or only what constrains other records.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::reading::read_kept;
use super::{
    Collection, Draft, Entity, Fault, FaultKind, Faults, Handling, Id, Organization, Region,
    Report, Site, State, Version,
};

/// Names a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Its collection.
    pub collection: Collection,
    /// Its id.
    pub id: Uuid,
}

impl Collection {
    /// The record of this collection with that id.
    pub const fn record(self, id: Uuid) -> RecordRef {
        RecordRef {
            collection: self,
            id,
        }
    }
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.collection, self.id)
    }
}

/// A kept document does not parse.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{record} version {version}: {faults}")]
pub struct Corrupt {
    /// The record.
    pub record: RecordRef,
    /// The version of the document.
    pub version: Version,
    /// What is wrong with it.
    pub faults: Faults,
}

/// A kept document, parsed.
#[derive(Clone, Debug)]
pub enum Document {
    /// Of a site.
    Site(Arc<Site>),
    /// Of a condition report.
    Report(Arc<Report>),
    /// Of an organization.
    Organization(Arc<Organization>),
    /// Of a region.
    Region(Arc<Region>),
}

impl Document {
    /// The document of a kept version.
    pub fn read(entity: &Entity) -> Result<Document, Corrupt> {
        let corrupt = |faults| Corrupt {
            record: entity.record(),
            version: entity.version,
            faults,
        };
        let value: Value = serde_json::from_str(entity.document.get()).map_err(|error| {
            corrupt(Faults(vec![Fault {
                place: String::new(),
                kind: FaultKind::Other,
                detail: format!("is not JSON: {error}"),
            }]))
        })?;
        let id = entity.id;
        let document = match entity.collection {
            Collection::Sites => read_kept(&value, |node| Site::read(Id::new(id), node))
                .map(Arc::new)
                .map(Document::Site),
            Collection::ConditionReports => {
                read_kept(&value, |node| Report::read(Id::new(id), node))
                    .map(Arc::new)
                    .map(Document::Report)
            }
            Collection::Organizations => {
                read_kept(&value, |node| Organization::read(Id::new(id), node))
                    .map(Arc::new)
                    .map(Document::Organization)
            }
            Collection::Regions => read_kept(&value, |node| Region::read(Id::new(id), node))
                .map(Arc::new)
                .map(Document::Region),
        };
        document.map_err(corrupt)
    }

    /// The document that a draft becomes; `before` is the one that it replaces, which decides what is not the draft's to say.
    pub fn accept(id: Uuid, draft: Draft, before: Option<&Document>) -> Document {
        let handling = before.map(Document::handling).cloned().unwrap_or_default();
        match draft {
            Draft::Organization(details) => Document::Organization(Arc::new(Organization {
                id: Id::new(id),
                details: *details,
                handling,
            })),
            Draft::Region(details) => Document::Region(Arc::new(Region {
                id: Id::new(id),
                details: *details,
                handling,
            })),
            Draft::Site(draft) => {
                let before = before.and_then(Document::site);
                Document::Site(Arc::new(Site::accept(Id::new(id), *draft, before)))
            }
            Draft::Report(details) => Document::Report(Arc::new(Report {
                id: Id::new(id),
                details: *details,
                handling,
            })),
        }
    }

    /// All of it, as it is kept.
    pub fn value(&self) -> Value {
        match self {
            Document::Site(site) => site.document(),
            Document::Report(report) => report.document(),
            Document::Organization(organization) => organization.document(),
            Document::Region(region) => region.document(),
        }
    }

    /// The site that it is.
    pub fn site(&self) -> Option<&Site> {
        match self {
            Document::Site(site) => Some(site),
            _ => None,
        }
    }

    /// The report that it is.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Document::Report(report) => Some(report),
            _ => None,
        }
    }

    /// The organization that submitted it.
    pub fn submitter(&self) -> Option<Id<Organization>> {
        match self {
            Document::Site(site) => site.proposed_by,
            Document::Report(report) => Some(report.details.organization_id),
            Document::Organization(_) | Document::Region(_) => None,
        }
    }

    /// How it came, and what was decided.
    pub fn handling(&self) -> &Handling {
        match self {
            Document::Site(site) => &site.handling,
            Document::Report(report) => &report.handling,
            Document::Organization(organization) => &organization.handling,
            Document::Region(region) => &region.handling,
        }
    }

    /// The same, to be changed.
    pub fn handling_mut(&mut self) -> &mut Handling {
        match self {
            Document::Site(site) => &mut Arc::make_mut(site).handling,
            Document::Report(report) => &mut Arc::make_mut(report).handling,
            Document::Organization(organization) => &mut Arc::make_mut(organization).handling,
            Document::Region(region) => &mut Arc::make_mut(region).handling,
        }
    }
}

/// What a document says about other records: for the columns that constrain it, and to find what its view rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The site that a report is about.
    pub site: Option<Uuid>,
    /// The organization that a report comes from.
    pub organization: Option<Uuid>,
    /// The organization that submitted a report or a site.
    pub submitter: Option<Uuid>,
    /// The ids of a site elsewhere that fit exactly: scheme and value.
    pub identifiers: Vec<(String, String)>,
    /// Whether its organization asks for it to be withdrawn.
    pub asks: bool,
    /// The code of a region.
    pub code: Option<String>,
    /// The organizations and the related sites that it names, each once.
    pub named: Vec<Uuid>,
}

impl Links {
    /// Those that bind a version in a state: what a phone sent is kept as it came, so it binds nothing, since its site may be a
    /// slip of the finger.
    pub fn binding(state: State, collection: Collection, document: &RawValue) -> Links {
        match state {
            State::Received => Links::default(),
            _ => Links::of(collection, document),
        }
    }

    /// Reads them off a document; what is not there, or not readable, is `None`.
    pub fn of(collection: Collection, document: &RawValue) -> Links {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Members {
            site_id: Option<Uuid>,
            organization_id: Option<Uuid>,
            proposed_by_organization_id: Option<Uuid>,
            code: Option<String>,
            withdrawal_asked: Option<String>,
            organizations: Vec<Role>,
            relations: Vec<Relation>,
            identifiers: Vec<Identifier>,
        }
        #[derive(serde::Deserialize)]
        struct Identifier {
            scheme: String,
            value: String,
            r#match: String,
        }
        #[derive(serde::Deserialize)]
        struct Role {
            organization_id: Uuid,
        }
        #[derive(serde::Deserialize)]
        struct Relation {
            site_id: Uuid,
        }
        let members: Members = serde_json::from_str(document.get()).unwrap_or_default();
        match collection {
            Collection::ConditionReports => Links {
                site: members.site_id,
                organization: members.organization_id,
                submitter: members.organization_id,
                asks: members.withdrawal_asked.is_some(),
                named: members.organization_id.into_iter().collect(),
                ..Links::default()
            },
            Collection::Regions => Links {
                code: members.code,
                ..Links::default()
            },
            Collection::Sites => {
                let roles = members.organizations.iter();
                let relations = members.relations.iter();
                let named: BTreeSet<Uuid> = roles
                    .map(|role| role.organization_id)
                    .chain(relations.map(|relation| relation.site_id))
                    .chain(members.proposed_by_organization_id)
                    .collect();
                let exact = members.identifiers.into_iter();
                let exact = exact.filter(|one| one.r#match == "exact");
                let exact: BTreeSet<_> = exact.map(|one| (one.scheme, one.value)).collect();
                Links {
                    identifiers: exact.into_iter().collect(),
                    submitter: members.proposed_by_organization_id,
                    named: named.into_iter().collect(),
                    ..Links::default()
                }
            }
            Collection::Organizations => Links::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Instant, Seq, SiteDraft, State, read};

    #[test]
    fn what_was_taken_once_is_read_again_though_it_would_not_be_taken_now() {
        let site = |name: &str| {
            json!({
                "names": [{"text": name, "lang": "az", "kind": "vernacular", "src": ["book"]}],
                "site_type": "mosque",
                "location_sensitivity": "exact",
                "sources": [{"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "A"}],
            })
        };
        let read_again = |name: &str| {
            let at = Instant::of_micros(0).unwrap();
            Document::read(&Entity {
                collection: Collection::Sites,
                id: Uuid::from_u128(1),
                version: Version(1),
                seq: Seq(1),
                state: State::Published,
                created_at: at,
                updated_at: at,
                published_at: Some(at),
                public_at: Some(at),
                public_since: Some(at),
                document: serde_json::value::to_raw_value(&site(name)).unwrap(),
            })
        };
        for name in ["Şu\u{200b}şa", "Şuşa\u{200f}"] {
            let Faults(faults) = read(&site(name), "", SiteDraft::read).unwrap_err();
            assert_eq!(faults.len(), 1, "{faults:?}");
            let document = read_again(name).unwrap();
            assert_eq!(document.site().unwrap().details.names[0].text, name);
        }
        // What was never taken is corrupt.
        assert!(read_again("").is_err());
    }
}
