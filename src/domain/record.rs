//! Which record, and what its document says: parsed whole, or only what constrains other records.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::reading::read;
use super::{Collection, Entity, Fault, Faults, Id, Organization, Region, Report, Site, Version};

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

impl Site {
    /// The site of a kept version.
    pub fn kept(entity: &Entity) -> Result<Site, Corrupt> {
        match Document::read(entity)? {
            Document::Site(site) => Ok(Arc::unwrap_or_clone(site)),
            Document::Report(_) | Document::Organization(_) | Document::Region(_) => {
                let detail = "is not a site".to_owned();
                let faults = Faults(vec![Fault {
                    place: String::new(),
                    detail,
                }]);
                Err(Corrupt {
                    record: entity.record(),
                    version: entity.version,
                    faults,
                })
            }
        }
    }
}

/// A kept document, parsed.
#[derive(Clone, Debug)]
pub(super) enum Document {
    Site(Arc<Site>),
    Report(Arc<Report>),
    Organization(Arc<Organization>),
    Region(Arc<Region>),
}

impl Document {
    pub(super) fn read(entity: &Entity) -> Result<Document, Corrupt> {
        let corrupt = |faults| Corrupt {
            record: entity.record(),
            version: entity.version,
            faults,
        };
        let value: serde_json::Value =
            serde_json::from_str(entity.document.get()).map_err(|error| {
                corrupt(Faults(vec![Fault {
                    place: String::new(),
                    detail: format!("is not JSON: {error}"),
                }]))
            })?;
        let id = entity.id;
        let document = match entity.collection {
            Collection::Sites => read(&value, "", |node| Site::read(Id::new(id), node))
                .map(Arc::new)
                .map(Document::Site),
            Collection::ConditionReports => {
                read(&value, "", |node| Report::read(Id::new(id), node))
                    .map(Arc::new)
                    .map(Document::Report)
            }
            Collection::Organizations => {
                read(&value, "", |node| Organization::read(Id::new(id), node))
                    .map(Arc::new)
                    .map(Document::Organization)
            }
            Collection::Regions => read(&value, "", |node| Region::read(Id::new(id), node))
                .map(Arc::new)
                .map(Document::Region),
        };
        document.map_err(corrupt)
    }
}

/// What a document says about other records: for the columns that constrain it, and to find what its view rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The site that a report is about.
    pub site: Option<Uuid>,
    /// The organization that a report comes from.
    pub organization: Option<Uuid>,
    /// The code of a region.
    pub code: Option<String>,
    /// The organizations and the related sites that it names, each once.
    pub named: Vec<Uuid>,
}

impl Links {
    /// Reads them off a document; what is not there, or not readable, is `None`.
    pub fn of(collection: Collection, document: &RawValue) -> Links {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Members {
            site_id: Option<Uuid>,
            organization_id: Option<Uuid>,
            proposed_by_organization_id: Option<Uuid>,
            code: Option<String>,
            organizations: Vec<Role>,
            relations: Vec<Relation>,
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
                Links {
                    named: named.into_iter().collect(),
                    ..Links::default()
                }
            }
            Collection::Organizations => Links::default(),
        }
    }
}
