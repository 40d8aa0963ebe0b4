//! What there was: records and the whole catalogue as they stood, as somebody may see that today.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::{Error, Registry};
use crate::catalogue::{Catalogue, Snapshot, Taken};
use crate::domain::{
    Actor, Audience, Deed, Draft, Feature, Happened, Instant, Mark, Moment, RecordRef, Seq,
};
use crate::store::{self, Page};

impl Registry {
    /// What there was at an instant, as an audience counts; `None` before the first change.
    pub fn moment(&self, audience: Audience, at: Instant) -> Result<Option<Moment>, store::Error> {
        self.store.moment(audience, at)
    }

    /// A record as it stood at a place in the log; `None` if the audience did not see it then, or may not any more.
    pub fn seen_at(
        &self,
        record: RecordRef,
        at: Seq,
        audience: Audience,
    ) -> Result<Option<Feature>, store::Error> {
        let holdings = self
            .store
            .past_holdings(&[record.id].into(), at, audience)?;
        Ok(holdings.feature(record, audience))
    }

    /// What happened after a number, as an audience counts and sees it: see [`Store::happened`](crate::store::Store::happened).
    pub fn changes(
        &self,
        after: i64,
        limit: u32,
        audience: Audience,
    ) -> Result<Page, store::Error> {
        self.store.happened(after, limit, audience)
    }

    /// The number after which the last changes up to one begin: see [`Store::start_of_last`](crate::store::Store::start_of_last).
    pub fn start_of_last(
        &self,
        until: i64,
        limit: u32,
        audience: Audience,
    ) -> Result<i64, store::Error> {
        self.store.start_of_last(until, limit, audience)
    }

    /// The number of the last change that an audience counts; 0 before the first.
    pub fn last_number(&self, audience: Audience) -> Result<i64, store::Error> {
        self.store.last_number(audience)
    }

    /// What happened to a record before a number, the first first: the last `limit`, and the one before these.
    pub fn versions(
        &self,
        record: RecordRef,
        before: i64,
        limit: usize,
        audience: Audience,
    ) -> Result<Vec<Happened>, store::Error> {
        self.store.happened_to(record, before, limit + 1, audience)
    }

    /// Everything as it stands, and the place in the log at which it does.
    pub fn snapshot(&self, audience: Audience) -> Result<(Arc<Snapshot>, Seq), store::Error> {
        let mut taken = Taken::default();
        let told = self.store.news(Mark::default(), |news| taken.take(&news))?;
        let catalogue = Catalogue::default();
        catalogue.show(taken, told.mark);
        Ok((catalogue.snapshot(audience), told.mark.seq))
    }

    /// Records of a collection as they stood at a place in the log, in the order of `ids`, as `import` takes them: all that was said of them, hidden
    /// places and names included.
    pub fn features_at(&self, actor: &Actor, ids: &[Uuid], at: Seq) -> Result<Vec<Value>, Error> {
        actor.may(Deed::Import)?;
        let changes = self.store.at(&ids.iter().copied().collect(), at)?;
        let changes = ids.iter().filter_map(|id| changes.get(id));
        let features = changes.map(|one| Draft::feature(one.record(), one.version, &one.document));
        Ok(features
            .collect::<Result<_, _>>()
            .map_err(store::Error::from)?)
    }

    /// Everything as it stood at a place in the log.
    ///
    /// It reads all versions of all records: about as long as a start for each version, and as much memory.
    pub fn snapshot_at(&self, at: Seq, audience: Audience) -> Result<Arc<Snapshot>, store::Error> {
        let mut taken = Taken::default();
        self.store.past(at, audience, |news| taken.take(&news))?;
        let catalogue = Catalogue::default();
        let mark = Mark {
            seq: at,
            ..Mark::default()
        };
        catalogue.show(taken, mark);
        Ok(catalogue.snapshot(audience))
    }
}
