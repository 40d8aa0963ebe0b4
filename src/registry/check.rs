//! What is wrong with drafts that no draft alone can show: what they name is not there, stands twice, or is not theirs to say.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::slice::from_ref;

use serde_json::Value;
use uuid::Uuid;

use super::named::{member_at, named_by, named_in};
use super::{Current, Error, Item, Registry, Rules};
use crate::domain::{
    Actor, Attachment, Bbox, Collection, Deed, Document, Draft, Entity, Fault, FaultKind, Faults,
    Id, LonLat, RecordRef, Site, SiteDetails, State, shortened,
};

/// The kind of a relation by which a site is a part of another.
const PART_OF: &str = "part_of";

/// So many sites are looked at on the way from a part to the whole.
const MOST_PARTS: usize = 100;

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
        self.check_all(actor, state, items, &[], &[])
    }

    /// The same of what somebody made of a record, without the members that they `left` as they were: those may name what
    /// a reviewer added, or what was hidden since, and whoever may not know of that is neither told nor stopped by it.
    pub(super) fn check_edited(
        &self,
        actor: &Actor,
        state: State,
        item: &Item,
        left: &[&str],
    ) -> Result<Vec<RecordRef>, Error> {
        self.check_all(actor, state, from_ref(item), &[], left)
    }

    /// The same of items beside which others came that have faults of their own: to name one of those is none.
    pub(super) fn check_beside(
        &self,
        actor: &Actor,
        state: State,
        items: &[Item],
        faulty: &[RecordRef],
    ) -> Result<Vec<RecordRef>, Error> {
        self.check_all(actor, state, items, faulty, &[])
    }

    fn check_all(
        &self,
        actor: &Actor,
        state: State,
        items: &[Item],
        faulty: &[RecordRef],
        left: &[&str],
    ) -> Result<Vec<RecordRef>, Error> {
        let all = items.iter().map(Item::record).chain(faulty.iter().copied());
        let among: HashSet<RecordRef> = all.collect();
        let named: Vec<(&Item, String, RecordRef)> = items
            .iter()
            .flat_map(|item| {
                named_by(&item.draft)
                    .into_iter()
                    .filter(|(at, _)| !left.contains(&member_at(at)))
                    .map(move |(at, one)| (item, at, one))
            })
            .collect();
        let others: BTreeSet<RecordRef> = named
            .iter()
            .map(|(.., named)| *named)
            .filter(|named| !among.contains(named))
            .collect();
        let open = self.open_to(actor, others)?;
        let mut faults = doubles(items);
        for (item, member, named) in named {
            let place = format!("{}{member}", item.place);
            // Their own proposal need not be published for what waits with it.
            let may_be_named = |is_published: &bool| *is_published || state.waits();
            if named == item.record() {
                let detail = "is the record itself: name another one".to_owned();
                faults.push(Fault {
                    place,
                    kind: FaultKind::Itself,
                    detail,
                });
            } else if !among.contains(&named) && !open.get(&named).is_some_and(may_be_named) {
                faults.push(no_such(place, named));
            }
        }
        faults.extend(self.rings(actor, items)?);
        faults.extend(self.unknown_codes(items)?);
        faults.retain(|fault| !left.contains(&member_at(&fault.place)));
        Faults::check(faults)?;
        let published = open.into_iter().filter(|(_, is_published)| *is_published);
        Ok(published.map(|(record, _)| record).collect())
    }

    /// The faults of naming what is not there, of something that cannot be read as a draft: `members` are what is sent, but
    /// for those that are `left` as they were.
    pub(super) fn unknown_in(
        &self,
        actor: &Actor,
        state: State,
        collection: Collection,
        members: &Value,
        left: &[&str],
    ) -> Result<Vec<Fault>, Error> {
        let mut named = named_in(collection, members);
        named.retain(|(place, _)| !left.contains(&member_at(place)));
        let open = self.open_to(actor, named.iter().map(|(_, one)| *one).collect())?;
        let unknown = named.into_iter().filter(|(_, one)| {
            let is_published = open.get(one);
            !is_published.is_some_and(|is_published| *is_published || state.waits())
        });
        Ok(unknown.map(|(place, one)| no_such(place, one)).collect())
    }

    /// Of records that somebody names, those that they may know of, and whether each is published.
    fn open_to(
        &self,
        actor: &Actor,
        named: BTreeSet<RecordRef>,
    ) -> Result<BTreeMap<RecordRef, bool>, Error> {
        let published = self.store.published(&named)?;
        let is_trusted = actor.may(Deed::ReadTrusted).is_ok();
        let mut open = BTreeMap::new();
        let mut unsure = Vec::new();
        for record in named {
            if is_trusted && published.contains(&record) {
                open.insert(record, true);
            } else {
                unsure.push(record);
            }
        }
        if !unsure.is_empty() {
            let holdings = self.store.holdings(&unsure)?;
            let theirs = unsure
                .into_iter()
                .filter(|one| holdings.is_open_to(*one, actor));
            open.extend(theirs.map(|record| (record, published.contains(&record))));
        }
        Ok(open)
    }

    /// Codes of regions that no region has: nobody could ask for what has one.
    fn unknown_codes(&self, items: &[Item]) -> Result<Vec<Fault>, Error> {
        let given: Vec<(&Item, &str, &str)> = items
            .iter()
            .filter_map(|item| match &item.draft {
                Draft::Site(site) => {
                    let code = site.location.public_region_code.as_deref()?;
                    Some((item, "public_region_code", code))
                }
                Draft::Region(region) => Some((item, "part_of", region.part_of.as_deref()?)),
                Draft::Report(_) | Draft::Organization(_) => None,
            })
            .collect();
        let among = items.iter().filter_map(|item| match &item.draft {
            Draft::Region(region) => Some(region.code.as_str()),
            _ => None,
        });
        let mut known: BTreeSet<String> = among.map(str::to_owned).collect();
        known.extend(
            self.store
                .region_codes(given.iter().map(|(.., code)| *code).collect())?,
        );
        let unknown = given
            .into_iter()
            .filter(|(.., code)| !known.contains(*code));
        Ok(unknown
            .map(|(item, member, code)| Fault {
                place: format!("{}/{member}", item.place),
                kind: FaultKind::NoSuch(Collection::Regions),
                detail: format!(
                    "there is no region \"{code}\": /collections/regions/items lists their codes",
                    code = shortened(code)
                ),
            })
            .collect())
    }

    /// What a kept site is a part of, as whoever asks knows it: those who decide on it, as it is; its organization, while it is a
    /// proposal, as they sent it; anybody, once it was published, since it names nothing then that is not.
    fn wholes_of(&self, actor: &Actor, entity: &Entity) -> Result<Vec<Id<Site>>, Error> {
        let document = Current::parse(entity)?.document;
        let is_open = entity.published_at.is_some();
        if is_open || actor.may(Deed::edit(Collection::Sites)).is_ok() {
            let site = document.site();
            return Ok(site.map(|site| parts_of(&site.details)).unwrap_or_default());
        }
        if document.submitter() != Some(actor.account.organization) {
            return Ok(vec![]);
        }
        let sent = self.sent(entity)?;
        let relations = sent.get("relations").and_then(Value::as_array);
        let wholes = relations.into_iter().flatten();
        let wholes = wholes.filter(|one| one["kind"] == PART_OF);
        let ids = wholes.filter_map(|one| one["site_id"].as_str()?.parse().ok());
        Ok(ids.map(Id::new).collect())
    }

    /// Sites that would be a part of themselves, by way of others, as far as whoever sends them knows of what those are a part:
    /// whoever decides on them is told of the rest.
    fn rings(&self, actor: &Actor, items: &[Item]) -> Result<Vec<Fault>, Error> {
        let wholes = |draft: &Draft| match draft {
            Draft::Site(site) => parts_of(&site.details),
            _ => vec![],
        };
        let among: HashMap<Uuid, Vec<Id<Site>>> = items
            .iter()
            .map(|item| (item.id, wholes(&item.draft)))
            .filter(|(_, wholes)| !wholes.is_empty())
            .collect();
        let mut faults = Vec::new();
        for item in items {
            let Draft::Site(site) = &item.draft else {
                continue;
            };
            let relations = site.details.relations.iter().enumerate();
            for (index, relation) in relations.filter(|(_, one)| one.kind == PART_OF) {
                if self.is_within(actor, relation.site_id, Id::new(item.id), &among)? {
                    faults.push(Fault {
                        place: format!("{}/relations/{index}/site_id", item.place),
                        kind: FaultKind::Other,
                        detail: "is itself a part of this one: nothing is a part of its part"
                            .to_owned(),
                    });
                }
            }
        }
        Ok(faults)
    }

    /// Whether a site is a part of another, by way of others; `among` says of what the sites that come with it are a part.
    fn is_within(
        &self,
        actor: &Actor,
        site: Id<Site>,
        whole: Id<Site>,
        among: &HashMap<Uuid, Vec<Id<Site>>>,
    ) -> Result<bool, Error> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![site]);
        while let Some(site) = next.pop() {
            if site == whole {
                return Ok(true);
            }
            if !seen.insert(site) || seen.len() > MOST_PARTS {
                continue;
            }
            if let Some(wholes) = among.get(&site.uuid()) {
                next.extend(wholes);
            } else if let Some(entity) = self.store.find(Collection::Sites.record(site.uuid()))? {
                next.extend(self.wholes_of(actor, &entity)?);
            }
        }
        Ok(false)
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
                let unknown = unknown_attachments(&report.attachments, known);
                let phone = report.observed_at();
                let exchanged = phone.and_then(|at| self.rules.exchanged(at, "/observed_position"));
                exchanged.into_iter().chain(unknown).collect()
            }
            Draft::Site(site) => {
                let before = before.and_then(Document::site);
                let is_reviewer = actor.may(Deed::Review).is_ok();
                let reserved = site.reserved(before).into_iter().filter(|_| !is_reviewer);
                let mut faults: Vec<Fault> = reserved
                    .map(|name| Fault {
                        place: format!("/{name}"),
                        kind: FaultKind::Other,
                        detail: "is for reviewers to say: leave it as it is".to_owned(),
                    })
                    .collect();
                let geometry = site.location.geometry.as_ref();
                let at = geometry.map(|geometry| geometry.surface_point());
                faults.extend(at.and_then(|at| self.rules.exchanged(at, "/geometry")));
                let known = before.map(|site| site.details.attachments.as_slice());
                faults.extend(unknown_attachments(&site.details.attachments, known));
                faults
            }
            Draft::Organization(_) | Draft::Region(_) => vec![],
        }
    }
}

/// The fault of naming a record that is not there, or not for whoever names it.
fn no_such(place: String, named: RecordRef) -> Fault {
    Fault {
        place,
        kind: FaultKind::NoSuch(named.collection),
        detail: format!("nothing is known of {named}: it has to be there first"),
    }
}

/// The sites that a site is a part of.
fn parts_of(details: &SiteDetails) -> Vec<Id<Site>> {
    let relations = details.relations.iter();
    let wholes = relations.filter(|one| one.kind == PART_OF);
    wholes.map(|one| one.site_id).collect()
}

impl Rules {
    /// The fault of a place outside the working area that would be inside with longitude and latitude exchanged.
    pub(super) fn exchanged(&self, at: LonLat, place: &str) -> Option<Fault> {
        let area: Bbox = self.working_area;
        let other = LonLat::new(at.lat(), at.lon()).ok()?;
        (!area.contains(at) && area.contains(other)).then(|| Fault {
            place: place.to_owned(),
            kind: FaultKind::Exchanged,
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
        kind: FaultKind::Other,
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
                kind: FaultKind::Other,
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
