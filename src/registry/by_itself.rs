//! What comes about by itself: claims lapse, the day of a delayed publication comes, and positions of phones are deleted.
//! The actor is the registry's own account `system`, which has no token.

use super::erase::{taking_out, without};
use super::{Current, Error, Registry};
use crate::domain::{
    Account, CLAIM_DAYS, Entity, Erasure, Instant, POSITION_DAYS, RecordRef, Role, SYSTEM, State,
    Write, position_is_due,
};
use crate::store::Run;

impl Registry {
    /// Does what is due, one command for each record; gives how many. What fails is tried again the next time, and keeps
    /// nothing else from being done: the first error is given when all was tried.
    pub fn do_what_is_due(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let (mut done, mut failed) = (0, None);
        let mut note = |outcome| match outcome {
            Ok(true) => done += 1,
            // Where a reviewer, or another instance, was first, there is nothing left to do.
            Ok(false) | Err(Error::Stale(_)) => {}
            Err(error) => failed = failed.take().or(Some(error)),
        };
        for entity in self.store.waiting()? {
            note(self.do_if_due(&entity, now));
        }
        let until = now.days_before(POSITION_DAYS);
        let positioned = self.store.positioned(until)?.into_iter();
        let due: Vec<_> = positioned
            .filter(|(_, versions)| position_is_due(versions, now))
            .collect();
        for (report, _) in &due {
            note(self.delete_position(*report));
        }
        if !due.is_empty() {
            // As after an erasure by somebody: where it fails, whoever follows the log does it.
            let _ = self.store.forget();
        }
        failed.map_or(Ok(done), Err)
    }

    /// Takes out of every version of a report where the phone was.
    fn delete_position(&self, report: RecordRef) -> Result<bool, Error> {
        let versions = self.store.versions(report)?;
        let position = Erasure::of_position();
        let left = without(&position, &versions);
        let Some(last) = versions.last().filter(|_| !left.is_empty()) else {
            return Ok(false);
        };
        let (write, erased) = taking_out(&position, last, left);
        let _ = self.run(Run {
            accounts: self.unless_there()?,
            writes: vec![write],
            erased: Some(erased),
            ..self.command_of_account(SYSTEM)
        })?;
        Ok(true)
    }

    fn do_if_due(&self, entity: &Entity, now: Instant) -> Result<bool, Error> {
        let Some((write, rests_on)) = self.due(entity, now)? else {
            return Ok(false);
        };
        let _ = self.run(Run {
            accounts: self.unless_there()?,
            writes: vec![write],
            rests_on,
            ..self.command_of_account(SYSTEM)
        })?;
        Ok(true)
    }

    /// What is due of something that waits, and what that rests on.
    fn due(&self, entity: &Entity, now: Instant) -> Result<Option<(Write, Vec<RecordRef>)>, Error> {
        let current = Current::parse(entity)?;
        let mut document = current.document.clone();
        let handling = document.handling_mut();
        if let Some(day) = handling.publish_after {
            if day > now.day() {
                return Ok(None);
            }
            handling.publish_after = None;
            return match self.ready(&document) {
                Ok(rests_on) => Ok(Some((current.next(State::Published, &document), rests_on))),
                // Its site may have been withdrawn meanwhile: then a reviewer has to look at it again.
                Err(Error::NotReady(_)) => {
                    let state = State::first(entity.collection);
                    Ok(Some((current.next(state, &document), vec![])))
                }
                Err(error) => Err(error),
            };
        }
        let claimed_at = handling.claimed_at;
        let has_lapsed = entity.state == State::InReview
            && claimed_at.unwrap_or(entity.updated_at) <= now.days_before(CLAIM_DAYS);
        if !has_lapsed {
            return Ok(None);
        }
        (handling.claimed_by, handling.claimed_at) = (None, None);
        Ok(Some((current.next(State::Submitted, &document), vec![])))
    }

    /// The account in whose name this is done, if it is not there yet.
    fn unless_there(&self) -> Result<Vec<Account>, Error> {
        let accounts = self.store.accounts()?;
        if accounts.iter().any(|listed| listed.account.id == SYSTEM) {
            return Ok(vec![]);
        }
        let first = self.store.first_account()?;
        let account = first.map(|first| Account {
            id: SYSTEM,
            name: "system".to_owned(),
            organization: first.organization,
            role: Role::Reviewer,
        });
        Ok(account.into_iter().collect())
    }
}
