//! A record at its address, as whoever asks sees it: a feature of the catalogue, or a submission, which is in no snapshot.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::call::Call;
use super::{Problem, record};
use crate::catalogue::{Found, Snapshot};
use crate::domain::{Audience, Deed, Id, Instant, Organization, Origin, RecordRef, State, Version};
use crate::formats::{Block, Showing, Written, geojson};
use crate::registry::{Registry, Shown};

/// A record as whoever asks sees it.
pub(super) struct Seen {
    pub(super) record: RecordRef,
    snapshot: Arc<Snapshot>,
    submission: Option<Submission>,
    past: Option<PastFeature>,
}

/// The feature that a record was.
struct PastFeature {
    block: Block,
    place: Range<usize>,
}

/// What was read from the database.
struct Submission {
    state: State,
    version: Version,
    updated_at: Instant,
    submitter: Option<Id<Organization>>,
    written: Option<(Block, Range<usize>)>,
}

impl From<Shown> for Submission {
    fn from(shown: Shown) -> Self {
        let written = shown.feature.map(|feature| {
            let mut block = Block::default();
            let place = block.write(&feature);
            (block, place)
        });
        Submission {
            state: shown.entity.state,
            version: shown.entity.version,
            updated_at: shown.entity.updated_at,
            submitter: shown.document.submitter(),
            written,
        }
    }
}

impl Seen {
    /// Looks for a record in the catalogue and, for those who may see it there, among what was submitted.
    pub(super) async fn of(record: RecordRef, call: &Call) -> Result<Seen, Problem> {
        let mut seen = Seen::all(&[record], call).await?;
        Ok(seen.pop().expect("one was asked for"))
    }

    /// The same of several.
    pub(super) async fn all(records: &[RecordRef], call: &Call) -> Result<Vec<Seen>, Problem> {
        let snapshot = call.snapshot();
        let actor = call.reader.actor();
        let actor = actor.filter(|actor| actor.may(Deed::Submit).is_ok());
        let is_enough = |record: &RecordRef| {
            matches!(snapshot.find(*record), Found::Here(_))
                && snapshot.audience() == Audience::Trusted
        };
        let others: Vec<RecordRef> = records
            .iter()
            .copied()
            .filter(|record| !is_enough(record))
            .collect();
        let shown = match actor.cloned().filter(|_| !others.is_empty()) {
            Some(actor) => {
                let read = move |registry: &Registry| registry.seen(&actor, &others);
                call.state.blocking(read).await?
            }
            None => vec![],
        };
        let mut submissions: HashMap<RecordRef, Submission> = shown
            .into_iter()
            .map(|shown| (shown.entity.record(), shown.into()))
            .collect();
        let seen = records.iter().map(|record| Seen {
            record: *record,
            snapshot: snapshot.clone(),
            submission: submissions.remove(record),
            past: None,
        });
        Ok(seen.collect())
    }

    /// Looks for a record in the catalogue alone.
    pub(super) fn in_catalogue(record: RecordRef, call: &Call) -> Seen {
        Seen {
            record,
            snapshot: call.snapshot(),
            submission: None,
            past: None,
        }
    }

    /// Looks for a record as it was at an instant: a problem where it was not seen then. What is not in the catalogue any more is
    /// in no past state of it either.
    pub(super) async fn past(record: RecordRef, at: Instant, call: &Call) -> Result<Seen, Problem> {
        let mut seen = Seen::in_catalogue(record, call);
        if !matches!(seen.found(), Found::Here(_)) {
            return Ok(seen);
        }
        let moment = call.moment(at).await?;
        let moment = moment.ok_or_else(Problem::not_found)?;
        if moment.is_now {
            return Ok(seen);
        }
        let audience = seen.snapshot.audience();
        let read = move |registry: &Registry| registry.seen_at(record, moment.seq, audience);
        let feature = call.state.reading_past(read).await?;
        let feature = feature.ok_or_else(Problem::not_found)?;
        let mut block = Block::default();
        let place = block.write(&feature);
        seen.past = Some(PastFeature { block, place });
        Ok(seen)
    }

    /// The feature, or why there is none.
    pub(super) fn found(&self) -> Found<'_> {
        if let Some(past) = &self.past {
            return Found::Here(past.block.read(self.record.id, past.place.clone()));
        }
        let submission = self.submission.as_ref();
        let submission = submission.filter(|one| one.state != State::Merged);
        match submission.and_then(|one| one.written.as_ref()) {
            Some((block, place)) => Found::Here(block.read(self.record.id, place.clone())),
            None => self.snapshot.find(self.record),
        }
    }

    /// The snapshot of the request.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Whether it was read from the database.
    pub(super) fn is_submission(&self) -> bool {
        self.submission.is_some()
    }

    /// The audience whose columns it has.
    pub(super) fn audience(&self) -> Audience {
        match self.version_read() {
            Some(_) => Audience::Trusted,
            None => self.snapshot.audience(),
        }
    }

    /// When it, or anything in its snapshot, last changed.
    pub(super) fn changed_at(&self) -> Option<Instant> {
        match &self.submission {
            Some(submission) if submission.written.is_some() => Some(submission.updated_at),
            _ => self.snapshot.changed_at(),
        }
    }

    /// Where it stands in its workflow: what is in the catalogue is published.
    pub(super) fn state(&self) -> State {
        self.submission
            .as_ref()
            .map_or(State::Published, |one| one.state)
    }

    /// Who submitted it, as far as that decides what may be done here.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            submitter: self.submission.as_ref().and_then(|one| one.submitter),
            // Who publishes is decided where it is published.
            two_organizations: false,
        }
    }

    /// The version that a tag names: of what is read from the database.
    pub(super) fn version_read(&self) -> Option<Version> {
        let submission = self.submission.as_ref();
        submission
            .filter(|one| one.written.is_some())
            .map(|one| one.version)
    }

    /// The version that a decision follows, where it is not shown.
    pub(super) fn version(&self) -> Option<Version> {
        self.submission.as_ref().map(|one| one.version)
    }

    /// The version that the feature says it is, to those who are shown that.
    pub(super) fn version_shown(&self) -> Option<Version> {
        self.feature()
            .ok()
            .and_then(|feature| record::version_of(self.record.collection, feature))
    }

    /// The feature in GeoJSON, as this reader sees it; a problem if there is none.
    pub(super) fn text(&self, call: &Call) -> Result<Vec<u8>, Problem> {
        let feature = self.feature()?;
        let languages = call.reader.languages();
        let showing = Showing::new(self.record.collection, self.audience(), languages, None);
        Ok(geojson::feature(feature, &showing, &[]))
    }

    /// The feature; a problem if there is none.
    pub(super) fn feature(&self) -> Result<Written<'_>, Problem> {
        match self.found() {
            Found::Here(feature) => Ok(feature),
            Found::Gone => Err(Problem::gone()),
            Found::Nothing if self.state() == State::Merged => Err(Problem::gone()),
            Found::Nothing => Err(Problem::not_found()),
        }
    }

    /// Where it went, if it was merged into a site that this reader sees and they may know of that.
    pub(super) async fn moved_to(&self, call: &Call) -> Result<Option<RecordRef>, Problem> {
        let is_known = match self.snapshot.find(self.record) {
            Found::Here(_) => false,
            Found::Gone => true,
            Found::Nothing => self.state() == State::Merged,
        };
        if !is_known {
            return Ok(None);
        }
        let record = self.record;
        let read = move |registry: &Registry| registry.merged_into(record);
        let target = call.state.blocking(read).await?;
        Ok(target.filter(|target| matches!(self.snapshot.find(*target), Found::Here(_))))
    }
}
