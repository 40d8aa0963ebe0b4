//! Deciding on a record: every transition of the table that is not made by sending the record itself.

use super::{Current, Error, Registry};
use crate::domain::{
    Actor, Collection, Committed, Document, Entity, Fault, Faults, How, Id, RecordRef, Review,
    State, Transition, Verdict, Version,
};
use crate::store::{self, Run};

impl Registry {
    /// Carries out a decision on a record, if `follows` is its current version.
    pub fn review(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        verdict: Verdict,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let before = self.current(record, follows)?;
        let origin = self.origin(&before.document);
        let (from, to) = (before.entity.state, verdict.to);
        let transition = Transition::decided(record.collection, from, to, actor, origin)?;
        Faults::check(verdict.missing(transition.says))?;
        if transition.how == How::Ask {
            return self.ask(actor, &before, verdict);
        }
        if from == State::Merged {
            return self.unmerge(actor, &before);
        }
        let rests_on = match to {
            State::Published => self.ready(&before.document)?,
            _ => vec![],
        };
        let is_later = verdict
            .publish_after
            .filter(|day| *day > self.clock.now().day());
        let mut document = before.document.clone();
        if let Some(handling) = document.handling_mut() {
            handling.claimed_by = (to == State::InReview).then_some(actor.account.id);
            handling.publish_after = is_later;
            handling.withdrawal_asked = None;
            // To claim something decides nothing of it, and to send it again is not a reviewer's word.
            if !matches!(to, State::InReview | State::Submitted | State::Proposed) {
                handling.review = Some(Review {
                    decision: to,
                    reason: verdict.reason,
                    message: verdict.message,
                    decided_at: Some(self.clock.now()),
                });
            }
        }
        if let Some(into) = verdict.into {
            return self.merge(actor, &before, document, into);
        }
        let state = if is_later.is_some() { from } else { to };
        let is_organization = record.collection == Collection::Organizations;
        let run = Run {
            writes: vec![before.next(state, &document)],
            unnamed: (is_organization && to == State::Withdrawn).then_some(record.id),
            rests_on,
            ..self.command_of(actor)
        };
        self.run(run).map_err(|error| match error {
            Error::Store(store::Error::Named) => Error::Named(record),
            error => error,
        })
    }

    /// What an organization asks of the reviewers: it changes nothing but that they see it.
    fn ask(
        &self,
        actor: &Actor,
        before: &Current,
        verdict: Verdict,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let mut document = before.document.clone();
        if let Some(handling) = document.handling_mut() {
            handling.withdrawal_asked = verdict.message;
        }
        self.run(Run {
            writes: vec![before.next(before.entity.state, &document)],
            ..self.command_of(actor)
        })
    }

    /// What a record rests on that is to be published; an error that lists all that is in the way.
    pub(super) fn ready(&self, document: &Document) -> Result<Vec<RecordRef>, Error> {
        let mut faults = match document {
            Document::Site(site) => site.unready(),
            Document::Report(report) if report.details.site_id.is_none() => vec![Fault {
                place: "/properties/site_id".to_owned(),
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
                    detail: format!("names {named}, which is not published: publish that first"),
                });
            }
        }
        Faults::check(faults).map_err(Error::NotReady)?;
        Ok(rests_on)
    }
}
