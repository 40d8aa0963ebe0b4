//! Deciding on a record: every transition of the table that is not made by sending the record itself.

use super::{Current, Error, Registry};
use crate::domain::{
    Actor, Collection, Committed, Day, Document, Entity, Fault, FaultKind, Faults, How, Id,
    Instant, RecordRef, Review, Seq, State, Transition, Verdict, Version, Write,
};
use crate::store::{self, Run};

/// So many days a publication is delayed at most.
const MOST_DELAYED: i64 = 366;

/// So often a merge is tried while others write.
const MOST_TRIES: usize = 5;

impl Registry {
    /// Takes a record out of the catalogue, or out of the review; it stays in the log.
    pub fn withdraw(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let verdict = Verdict {
            to: State::Withdrawn,
            reason: None,
            message: None,
            publish_after: None,
            into: None,
        };
        self.review(actor, record, follows, &verdict)
    }

    /// Carries out a decision on a record, if `follows` is its current version.
    ///
    /// A merge, and its undoing, concern records that are not named in it: they are read anew as long as somebody writes
    /// meanwhile.
    pub fn review(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        verdict: &Verdict,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        for _ in 0..MOST_TRIES {
            let end = self.store.last_seq()?;
            match self.reviewed(actor, record, follows, verdict, end) {
                Err(Error::Store(store::Error::Moved)) => {}
                done => return done,
            }
        }
        Err(Error::Store(store::Error::Busy))
    }

    fn reviewed(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        verdict: &Verdict,
        end: Seq,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let before = self.current(record, follows)?;
        let origin = self.origin(&before.document);
        let (from, to) = (before.entity.state, verdict.to);
        let transition = Transition::decided(record.collection, from, to, actor, origin)?;
        let mut faults = verdict.missing(transition.says);
        if verdict.publish_after.is_some() && !from.waits() {
            faults.push(Fault {
                place: "/publish_after".to_owned(),
                kind: FaultKind::OutOfPlace("decision"),
                detail: format!("is for what waits, and this is {}: leave it out", from.id()),
            });
        }
        let today = self.clock.now().day();
        let last = Instant::start_of(today).map(|start| start.days_after(MOST_DELAYED));
        if let Some((day, last)) = verdict.publish_after.zip(last)
            && day > last.day()
        {
            faults.push(Fault {
                place: "/publish_after".to_owned(),
                kind: FaultKind::TooLate(last.day()),
                detail: format!("is more than {MOST_DELAYED} days away: nobody would remember why"),
            });
        }
        Faults::check(faults)?;
        if transition.how == How::Ask {
            let mut document = before.document.clone();
            let asked = &mut document.handling_mut().withdrawal_asked;
            asked.clone_from(&verdict.message);
            return self.decided(actor, before.next(from, &document), vec![]);
        }
        if from == State::Merged {
            return self.unmerge(actor, &before, end);
        }
        let is_later = verdict.publish_after.filter(|day| *day > today);
        let document = self.document_after(actor, &before, verdict, is_later);
        match (to, verdict.into) {
            (State::Merged, Some(into)) => self.merge(actor, &before, document, into, end),
            (State::Published, _) => {
                let rests_on = self.ready(&before.document)?;
                let state = if is_later.is_some() { from } else { to };
                self.decided(actor, before.next(state, &document), rests_on)
            }
            _ => self.decided(actor, before.next(to, &document), vec![]),
        }
    }

    /// The document of a record after a decision.
    fn document_after(
        &self,
        actor: &Actor,
        before: &Current,
        verdict: &Verdict,
        is_later: Option<Day>,
    ) -> Document {
        let now = self.clock.now();
        let is_claim = verdict.to == State::InReview;
        let mut document = before.document.clone();
        let handling = document.handling_mut();
        handling.claimed_by = is_claim.then_some(actor.account.id);
        handling.claimed_at = is_claim.then_some(now);
        handling.publish_after = is_later;
        handling.withdrawal_asked = None;
        handling.as_sent = None;
        // To claim something decides nothing of it, and to send it again is not a reviewer's word.
        if !matches!(
            verdict.to,
            State::InReview | State::Submitted | State::Proposed
        ) {
            handling.review = Some(Review {
                decision: verdict.to,
                reason: verdict.reason,
                message: verdict.message.clone(),
                decided_at: Some(now),
            });
        }
        document
    }

    fn decided(
        &self,
        actor: &Actor,
        write: Write,
        rests_on: Vec<RecordRef>,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let record = write.collection.record(write.id);
        let is_organization = write.collection == Collection::Organizations;
        let run = Run {
            unnamed: (is_organization && write.state == State::Withdrawn).then_some(write.id),
            writes: vec![write],
            rests_on,
            ..self.command_of(actor)
        };
        self.run(run).map_err(|error| match error {
            Error::Store(store::Error::Named) => Error::Named(record),
            error => error,
        })
    }

    /// What a record rests on that is to be published; an error that lists all that is in the way.
    pub(super) fn ready(&self, document: &Document) -> Result<Vec<RecordRef>, Error> {
        let mut faults = match document {
            Document::Site(site) => site.unready(),
            Document::Report(report) if report.details.site_id.is_none() => vec![Fault {
                place: "/properties/site_id".to_owned(),
                kind: FaultKind::Missing,
                detail: "is required: propose the site, and let the report name it".to_owned(),
            }],
            Document::Report(_) | Document::Organization(_) | Document::Region(_) => vec![],
        };
        let organization = |id: &Id<_>| Collection::Organizations.record(id.uuid());
        let named: Vec<(String, RecordRef)> = match document {
            Document::Report(report) => {
                let site = report.details.site_id.iter();
                let site =
                    site.map(|id| ("site_id".to_owned(), Collection::Sites.record(id.uuid())));
                site.collect()
            }
            Document::Site(site) => {
                let roles = site.details.organizations.iter().enumerate();
                let roles = roles.map(|(index, role)| {
                    let place = format!("organizations/{index}/organization_id");
                    (place, organization(&role.organization_id))
                });
                let related = site.details.relations.iter().enumerate();
                let related = related.map(|(index, relation)| {
                    let place = format!("relations/{index}/site_id");
                    (place, Collection::Sites.record(relation.site_id.uuid()))
                });
                roles.chain(related).collect()
            }
            Document::Organization(_) | Document::Region(_) => vec![],
        };
        let mut rests_on = Vec::new();
        for (place, named) in named {
            if self.is_published(named)? {
                rests_on.push(named);
            } else {
                faults.push(Fault {
                    place: format!("/properties/{place}"),
                    kind: FaultKind::NotPublished,
                    detail: format!("names {named}, which is not published: publish that first"),
                });
            }
        }
        Faults::check(faults).map_err(Error::NotReady)?;
        Ok(rests_on)
    }
}
