//! What is submitted and not in the catalogue, as those read it who may: its organization, and who decides on it.

use std::collections::HashSet;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Current, Error, Registry};
use crate::domain::{
    AS_SENT, Account, Actor, Audience, Collection, Deed, Document, Draft, Entity, Feature,
    Holdings, Id, Instant, RecordRef, State, laid_over,
};
use crate::store;

/// A submission as somebody reads it.
#[derive(Debug)]
pub struct Shown {
    /// The version that it is.
    pub entity: Entity,
    /// Its document, which is not theirs to see.
    pub document: Document,
    /// What they see of it beside the catalogue: nothing of what is or was published, and of organizations and regions.
    pub feature: Option<Feature>,
}

impl Registry {
    /// Of records that are not in the catalogue, those that the actor decides on; and what their own organization submitted.
    pub fn seen(&self, actor: &Actor, records: &[RecordRef]) -> Result<Vec<Shown>, Error> {
        let holdings = self.store.holdings(records)?;
        let mut seen = Vec::new();
        for record in records {
            let Some(entity) = holdings.get(*record) else {
                continue;
            };
            let Current { entity, document } = Current::parse(entity)?;
            let decides = actor.may(Deed::edit(record.collection)).is_ok();
            let is_own = document.submitter() == Some(actor.account.organization);
            // What was published and is not stays gone for everybody; it can still be decided on.
            let is_out = entity.state == State::Withdrawn && entity.published_at.is_some();
            let feature = if decides {
                let feature = holdings.submission(*record, Audience::Trusted);
                feature.filter(|_| !is_out)
            } else if is_own && actor.may(Deed::Submit).is_ok() {
                self.as_submitted(&entity, &holdings)?
            } else {
                continue;
            };
            seen.push(Shown {
                entity,
                document,
                feature,
            });
        }
        Ok(seen)
    }

    /// A submission as its organization reads it: what that sent itself, since what a reviewer adds may be a secret; and
    /// nothing of it once it was published, when they read what everybody does.
    fn as_submitted(&self, entity: &Entity, holdings: &Holdings) -> Result<Option<Feature>, Error> {
        if entity.published_at.is_some() {
            return Ok(None);
        }
        let handling = Current::parse(entity)?.document.handling().clone();
        let sent = Entity {
            document: raw_of(&self.sent(entity)?),
            ..entity.clone()
        };
        // What they sent may rest on what a reviewer added, as a source: then there is nothing that is theirs alone.
        let Ok(mut document) = Document::read(&sent) else {
            return Ok(None);
        };
        *document.handling_mut() = handling;
        let mut holdings = holdings.clone();
        let sent = Entity {
            document: super::raw(&document),
            ..sent
        };
        holdings.fill(sent).map_err(store::Error::from)?;
        Ok(holdings.submission(entity.record(), Audience::Public))
    }

    /// What the organization that submitted a record made of it: its first version, and of each later one that is its own what
    /// it was shown of that, or what it changed. Such a version holds what a reviewer added before, since it is laid over that.
    /// Those of its people who decide on such records see all of it, so what they made of that is no less a secret.
    pub(super) fn sent(&self, entity: &Entity) -> Result<Map<String, Value>, Error> {
        let organization = Current::parse(entity)?.document.submitter();
        let accounts = self.store.accounts()?.into_iter();
        let own: HashSet<Id<Account>> = accounts
            .map(|listed| listed.account)
            .filter(|account| Some(account.organization) == organization)
            .filter(|account| !account.role.may(Deed::edit(entity.collection)))
            .map(|account| account.id)
            .collect();
        let (mut sent, mut before) = (Map::new(), Map::new());
        for change in self.store.versions(entity.record())? {
            let after = members_of(&change.document);
            // The first is theirs, also where somebody else sent it for them.
            if before.is_empty() || own.contains(&change.actor) {
                sent = of_own_version(entity.collection, sent, &before, &after);
            }
            before = after;
        }
        Ok(sent)
    }

    /// The site that a site was merged into, and where that went since.
    pub fn merged_into(&self, record: RecordRef) -> Result<Option<RecordRef>, Error> {
        let mut at = None;
        let mut next = record;
        // A chain is as long as there were merges one after the other; no ring can come about, but for a mistake.
        for _ in 0..LONGEST_CHAIN {
            let Some(entity) = self
                .store
                .find(next)?
                .filter(|one| one.state == State::Merged)
            else {
                break;
            };
            let document = Document::read(&entity).map_err(store::Error::from)?;
            let Some(into) = document.site().and_then(|site| site.merged_into) else {
                break;
            };
            next = Collection::Sites.record(into.uuid());
            at = Some(next);
        }
        Ok(at)
    }
}

/// What an organization makes of a record by a version of its own, where `sent` is what it made of it before.
fn of_own_version(
    collection: Collection,
    sent: Map<String, Value>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Map<String, Value> {
    let mut made = sent.clone();
    for name in before.keys().chain(after.keys()) {
        match after.get(name) {
            one if one == before.get(name) => {}
            Some(value) => drop(made.insert(name.clone(), value.clone())),
            None => drop(made.remove(name)),
        }
    }
    made.remove(AS_SENT);
    let changed = laid_over(collection, before, after, &sent);
    for name in Draft::members(collection) {
        made.remove(name);
    }
    made.extend(changed);
    if let Some(Value::Object(as_sent)) = after.get(AS_SENT) {
        for name in Draft::shown(collection) {
            made.remove(name);
        }
        made.extend(as_sent.clone());
    }
    made
}

pub(super) fn raw_of(members: &Map<String, Value>) -> Box<RawValue> {
    serde_json::value::to_raw_value(members).expect("members are plain data")
}

/// The members of a kept document.
fn members_of(document: &RawValue) -> Map<String, Value> {
    serde_json::from_str(document.get()).unwrap_or_default()
}

/// So many merges one after the other are followed.
const LONGEST_CHAIN: usize = 16;

/// Which of its submissions an organization asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those that changed last before this instant, or at it and have a lower id.
    pub after: Option<(Instant, Uuid)>,
    /// At most so many.
    pub limit: usize,
}

impl Registry {
    /// What the organization of an actor submitted, in every state, what changed last first; and whether there is more.
    pub fn submissions(&self, actor: &Actor, wanted: Wanted) -> Result<(Vec<Shown>, bool), Error> {
        actor.may(Deed::Submit)?;
        let own = actor.account.organization;
        let most = u32::try_from(wanted.limit + 1).unwrap_or(u32::MAX);
        let mut entities = self
            .store
            .submissions(own, wanted.state, wanted.after, most)?;
        let has_more = entities.len() > wanted.limit;
        entities.truncate(wanted.limit);
        let records: Vec<RecordRef> = entities.iter().map(Entity::record).collect();
        let holdings = self.store.holdings(&records)?;
        let shown = entities.into_iter().map(|entity| {
            let feature = match entity.published_at {
                Some(_) => holdings.feature(entity.record(), Audience::Public),
                None => self.as_submitted(&entity, &holdings)?,
            };
            let Current { entity, document } = Current::parse(&entity)?;
            Ok(Shown {
                entity,
                document,
                feature,
            })
        });
        Ok((shown.collect::<Result<_, Error>>()?, has_more))
    }
}
