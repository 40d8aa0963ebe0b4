//! What comes about by itself: claims lapse, and the day of a delayed publication comes. The actor is the registry's own
//! account `system`, which has no token.

use super::{Current, Error, Registry};
use crate::domain::{
    Account, CLAIM_DAYS, Document, Entity, Instant, RecordRef, Role, SYSTEM, State, Write,
};
use crate::store::{self, Run};

impl Registry {
    /// Does what is due, one command for each record; gives how many. What fails is tried again the next time, and keeps
    /// nothing else from being done.
    pub fn do_what_is_due(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let mut done = 0;
        for entity in self.store.waiting()? {
            let Some((write, rests_on)) = self.due(&entity, now)? else {
                continue;
            };
            let run = Run {
                writes: vec![write],
                rests_on,
                accounts: self.unless_there()?,
                ..self.command_of_account(SYSTEM)
            };
            match self.run(run) {
                Ok(_) => done += 1,
                // A reviewer, or another instance, was first.
                Err(Error::Stale(_) | Error::Clash(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// What is due of something that waits.
    fn due(&self, entity: &Entity, now: Instant) -> Result<Option<(Write, Vec<RecordRef>)>, Error> {
        let mut document = Document::read(entity).map_err(store::Error::from)?;
        let current = Current {
            entity: entity.clone(),
            document: document.clone(),
        };
        let Some(handling) = document.handling_mut() else {
            return Ok(None);
        };
        if let Some(day) = handling.publish_after {
            if day > now.day() {
                return Ok(None);
            }
            handling.publish_after = None;
            // Its site may have been withdrawn meanwhile: then it waits for a reviewer.
            return match self.ready(&document) {
                Ok(rests_on) => Ok(Some((current.next(State::Published, &document), rests_on))),
                Err(Error::NotReady(_)) => Ok(None),
                Err(error) => Err(error),
            };
        }
        let has_lapsed =
            entity.state == State::InReview && entity.updated_at <= now.days_before(CLAIM_DAYS);
        if !has_lapsed {
            return Ok(None);
        }
        handling.claimed_by = None;
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
