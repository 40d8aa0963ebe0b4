//! What is wrong with drafts that no draft alone can show: what they name is not there, stands twice, or is not theirs to say.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::{Error, Item, Registry, Rules};
use crate::domain::{
    Actor, Attachment, Bbox, Collection, Deed, Document, Draft, Fault, Faults, Id, LonLat,
    Organization, RecordRef, Site, State,
};

impl Registry {
    /// Every fault of a list of items that one item alone cannot show. Gives what they rest on: what they name, and is
    /// not among them.
    ///
    /// What is to be published names what is published; what somebody submits, what they may know of.
    pub(super) fn check(
        &self,
        actor: &Actor,
        state: State,
        items: &[Item],
    ) -> Result<Vec<RecordRef>, Error> {
        let (mut faults, mut rests_on) = (doubles(items), BTreeSet::new());
        let among: HashSet<RecordRef> = items.iter().map(Item::record).collect();
        for item in items {
            for (member, named) in named_by(&item.draft) {
                let place = format!("{}{member}", item.place);
                if named == item.record() {
                    let detail = "is the record itself: name another one".to_owned();
                    faults.push(Fault { place, detail });
                    continue;
                }
                if among.contains(&named) || rests_on.contains(&named) {
                    continue;
                }
                match (self.is_published(named)?, self.may_name(actor, named)?) {
                    (true, true) => drop(rests_on.insert(named)),
                    // Their own proposal, which need not be published for what waits with it.
                    (false, true) if state.waits() => {}
                    _ => {
                        let detail = format!("there is no {named}: it has to be there first");
                        faults.push(Fault { place, detail });
                    }
                }
            }
        }
        Faults::check(faults)?;
        Ok(rests_on.into_iter().collect())
    }

    /// Whether somebody may know of a record that they name.
    fn may_name(&self, actor: &Actor, named: RecordRef) -> Result<bool, Error> {
        if actor.may(Deed::ReadTrusted).is_ok() && self.is_published(named)? {
            return Ok(true);
        }
        Ok(self.store.holdings(&[named])?.is_open_to(named, actor))
    }

    /// What somebody who sends `draft` may not say, and what of it cannot be right; `before` is what it replaces.
    pub(super) fn unfit(
        &self,
        actor: &Actor,
        draft: &Draft,
        before: Option<&Document>,
    ) -> Vec<Fault> {
        match draft {
            Draft::Report(report) => {
                let known = before.and_then(Document::report);
                let known = known.map(|report| report.details.attachments.as_slice());
                let too_late = report.too_late(self.clock.now().day());
                let unknown = unknown_attachments(&report.attachments, known);
                too_late.into_iter().chain(unknown).collect()
            }
            Draft::Site(site) => {
                let before = before.and_then(Document::site);
                let is_reviewer = actor.may(Deed::Review).is_ok();
                let reserved = site.reserved(before).into_iter().filter(|_| !is_reviewer);
                let mut faults: Vec<Fault> = reserved
                    .map(|name| Fault {
                        place: format!("/{name}"),
                        detail: "is for reviewers to say: leave it as it is".to_owned(),
                    })
                    .collect();
                let geometry = site.location.geometry.as_ref();
                let at = geometry.map(|geometry| geometry.surface_point());
                faults.extend(at.and_then(|at| self.rules.exchanged(at)));
                let known = before.map(|site| site.details.attachments.as_slice());
                faults.extend(unknown_attachments(&site.details.attachments, known));
                faults
            }
            Draft::Organization(_) | Draft::Region(_) => vec![],
        }
    }
}

/// What is missing of a submission, beside what every record has to have.
pub(super) fn incomplete(draft: &Draft) -> Vec<Fault> {
    match draft {
        Draft::Report(report) => report.incomplete(),
        Draft::Site(_) | Draft::Organization(_) | Draft::Region(_) => vec![],
    }
}

impl Rules {
    /// The fault of a place outside the working area that would be inside with longitude and latitude exchanged.
    fn exchanged(&self, at: LonLat) -> Option<Fault> {
        let area: Bbox = self.working_area;
        let other = LonLat::new(at.lat(), at.lon()).ok()?;
        (!area.contains(at) && area.contains(other)).then(|| Fault {
            place: "/geometry".to_owned(),
            detail: format!(
                "is at longitude {} and latitude {}, far from all sites, and would be among them the other way round: write longitude first",
                at.lon(),
                at.lat()
            ),
        })
    }
}

/// Photos and documents that are nowhere: none are kept yet.
fn unknown_attachments(
    named: &[Id<Attachment>],
    known: Option<&[Id<Attachment>]>,
) -> impl Iterator<Item = Fault> {
    let is_known = move |id: &Id<Attachment>| known.is_some_and(|known| known.contains(id));
    let unknown = named
        .iter()
        .enumerate()
        .filter(move |(_, id)| !is_known(id));
    unknown.map(|(index, id)| Fault {
        place: format!("/attachments/{index}"),
        detail: format!("there is no attachment {id}: photos are not kept yet"),
    })
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
