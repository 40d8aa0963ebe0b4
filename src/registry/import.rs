//! Bringing in many records at once, as published: all of them or none, with every fault at its place.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::{Error, Registry, write};
use crate::domain::{
    Actor, Collection, Committed, Deed, Draft, Entity, Fault, Faults, Handling, Id, Organization,
    RecordRef, Region, Report, Site, State, Write,
};
use crate::store::Run;

/// A record to bring in.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it stands in what was sent, for the faults.
    pub place: String,
    /// The id it is to have.
    pub id: Uuid,
    /// What it says.
    pub draft: Draft,
}

impl Item {
    /// The record that it becomes.
    pub fn record(&self) -> RecordRef {
        let collection = self.draft.collection();
        RecordRef {
            collection,
            id: self.id,
        }
    }

    fn into_write(self) -> Write {
        let record = self.record();
        write(
            record,
            None,
            State::Published,
            &document(record, self.draft, None),
        )
    }
}

/// The document that a draft becomes; `before` is the site that it replaces.
pub(super) fn document(record: RecordRef, draft: Draft, before: Option<&Site>) -> Value {
    match draft {
        Draft::Organization(details) => Organization {
            id: Id::new(record.id),
            details: *details,
        }
        .document(),
        Draft::Region(details) => Region {
            id: Id::new(record.id),
            details: *details,
        }
        .document(),
        Draft::Site(draft) => Site::accept(Id::new(record.id), *draft, before).document(),
        Draft::Report(details) => Report {
            id: Id::new(record.id),
            details: *details,
            handling: Handling::default(),
        }
        .document(),
    }
}

impl Registry {
    /// Brings in `items` as published, in one run. What they name must be among them or there already.
    pub fn import(&self, actor: &Actor, items: Vec<Item>) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::Import)?;
        let rests_on = self.check(&items)?;
        self.run(Run {
            writes: writes(items),
            rests_on,
            ..self.command_of(actor)
        })
    }

    /// Every fault of a list of items that one item alone cannot show. Gives what they rest on: what they name, and is
    /// not among them.
    pub(super) fn check(&self, items: &[Item]) -> Result<Vec<RecordRef>, Error> {
        let (mut faults, mut rests_on) = (doubles(items), BTreeSet::new());
        let among: HashSet<RecordRef> = items.iter().map(Item::record).collect();
        for item in items {
            for (member, named) in named_by(&item.draft) {
                if named == item.record() {
                    faults.push(Fault {
                        place: format!("{}{member}", item.place),
                        detail: "is the record itself: name another one".to_owned(),
                    });
                    continue;
                }
                if among.contains(&named) || rests_on.contains(&named) {
                    continue;
                }
                if self.is_published(named)? {
                    rests_on.insert(named);
                } else {
                    let detail = format!("there is no {named}: bring it in first, or with it");
                    faults.push(Fault {
                        place: format!("{}{member}", item.place),
                        detail,
                    });
                }
            }
        }
        Faults::check(faults)?;
        Ok(rests_on.into_iter().collect())
    }
}

/// The writes of an import, in an order in which each finds what it names: organizations, regions, sites, reports.
pub(super) fn writes(mut items: Vec<Item>) -> Vec<Write> {
    items.sort_by_key(|item| match item.draft {
        Draft::Organization(_) => 0,
        Draft::Region(_) => 1,
        Draft::Site(_) => 2,
        Draft::Report(_) => 3,
    });
    items.into_iter().map(Item::into_write).collect()
}

/// Ids, and codes of regions, that stand twice.
fn doubles(items: &[Item]) -> Vec<Fault> {
    let mut ids: HashMap<Uuid, &str> = HashMap::new();
    let mut codes: HashMap<&str, &str> = HashMap::new();
    let mut faults = Vec::new();
    let mut note = |place: &str, member: &str, what: &str, before: Option<&str>| {
        if let Some(before) = before {
            let detail = format!("{what} stands already at {before}: each has its own");
            faults.push(Fault {
                place: format!("{place}{member}"),
                detail,
            });
        }
    };
    for item in items {
        note(
            &item.place,
            "/id",
            &format!("the id {}", item.id),
            ids.insert(item.id, &item.place),
        );
        if let Draft::Region(region) = &item.draft {
            note(
                &item.place,
                "/code",
                &format!("the code {}", region.code),
                codes.insert(&region.code, &item.place),
            );
        }
    }
    faults
}

/// What a draft names, and in which member.
fn named_by(draft: &Draft) -> Vec<(String, RecordRef)> {
    let organization = |id: Id<Organization>| Collection::Organizations.record(id.uuid());
    let site = |id: Id<Site>| Collection::Sites.record(id.uuid());
    match draft {
        Draft::Organization(_) | Draft::Region(_) => vec![],
        Draft::Report(report) => {
            let site = report.site_id.map(|id| ("/site_id".to_owned(), site(id)));
            let observed = (
                "/organization_id".to_owned(),
                organization(report.organization_id),
            );
            site.into_iter().chain([observed]).collect()
        }
        Draft::Site(draft) => {
            let details = &draft.details;
            let organizations = details.organizations.iter().enumerate();
            let related = details.relations.iter().enumerate();
            organizations
                .map(|(index, role)| {
                    (
                        format!("/organizations/{index}/organization_id"),
                        organization(role.organization_id),
                    )
                })
                .chain(related.map(|(index, relation)| {
                    (
                        format!("/relations/{index}/site_id"),
                        site(relation.site_id),
                    )
                }))
                .collect()
        }
    }
}
