//! Accounts and tokens: who may add, list and end them, and who shows one.

use super::{Error, Registry, tokens};
use crate::domain::{
    Account, AccountDraft, Actor, Collection, Day, Deed, Fault, FaultKind, Faults, Id, Instant,
    ListedAccount, ListedToken, NewToken, SYSTEM, ShownToken, Token, TokenDraft,
};
use crate::store::{self, Run};

/// A token that was issued: the only time that its text is seen.
#[derive(Debug)]
pub struct Issued {
    /// Its id, by which it is revoked.
    pub id: Id<Token>,
    /// What is sent as credential.
    pub text: String,
}

impl Registry {
    /// Who shows this token; `None` for one that is unknown, revoked or expired, or whose account is disabled.
    pub fn whose(&self, token: &str) -> Result<Option<Actor>, store::Error> {
        let now = self.clock.now();
        let shown = self.store.shown_token(&tokens::hash(token), now)?;
        Ok(shown.map(|shown| self.used(shown, now)))
    }

    /// Notes the day on which a token was used; gives who acts with it.
    pub(super) fn used(&self, shown: ShownToken, now: Instant) -> Actor {
        let today = now.day();
        if shown.last_used_on != Some(today) {
            // It helps to find tokens that nobody needs; nobody waits or fails for it, and the next use tries again.
            if let Err(error) = self.store.note_use(shown.id, today) {
                tracing::debug!(%error, "that a token was used is not noted");
            }
        }
        shown.actor
    }

    /// Whoever has the database in hand, at its command line, acts as the account that began its log; `None` while the
    /// log is empty.
    pub fn operator(&self) -> Result<Option<Actor>, Error> {
        let account = self.store.first_account()?;
        Ok(account.map(|account| Actor {
            account,
            token: None,
            is_desktop: false,
        }))
    }

    /// All accounts, oldest first.
    pub fn accounts(&self, actor: &Actor) -> Result<Vec<ListedAccount>, Error> {
        actor.may(Deed::KeepAccounts)?;
        Ok(self.store.accounts()?)
    }

    /// One account.
    pub fn account(&self, actor: &Actor, id: Id<Account>) -> Result<ListedAccount, Error> {
        actor.may(Deed::KeepAccounts)?;
        self.listed(id)
    }

    /// Adds an account of an organization that is published.
    pub fn add_account(&self, actor: &Actor, draft: AccountDraft) -> Result<ListedAccount, Error> {
        actor.may(Deed::KeepAccounts)?;
        let organization = Collection::Organizations.record(draft.organization.uuid());
        if !self.is_published(organization)? {
            let detail = format!(
                "there is no {organization}: the list is at /collections/organizations/items"
            );
            return Err(Faults(vec![Fault {
                place: "/organization_id".to_owned(),
                kind: FaultKind::NoSuch(Collection::Organizations),
                detail,
            }])
            .into());
        }
        let account = Account {
            id: self.ids.next(),
            name: draft.name,
            organization: draft.organization,
            role: draft.role,
        };
        let _ = self.run(Run {
            accounts: vec![account.clone()],
            rests_on: vec![organization],
            ..self.command_of(actor)
        })?;
        self.listed(account.id)
    }

    /// Ends what an account may do, with all its tokens. One that is disabled already stays as it is.
    pub fn disable_account(&self, actor: &Actor, id: Id<Account>) -> Result<(), Error> {
        actor.may(Deed::KeepAccounts)?;
        if self
            .store
            .disable_account(actor.token, id, self.clock.now())?
        {
            Ok(())
        } else {
            Err(Error::NoAccount(id))
        }
    }

    /// The tokens of an account, oldest first.
    pub fn tokens(&self, actor: &Actor, of: Id<Account>) -> Result<Vec<ListedToken>, Error> {
        actor.may(Deed::KeepAccounts)?;
        self.listed(of)?;
        Ok(self.store.tokens(of)?)
    }

    /// Issues a token to an account that is not disabled.
    pub fn issue_token(
        &self,
        actor: &Actor,
        to: Id<Account>,
        draft: TokenDraft,
    ) -> Result<Issued, Error> {
        actor.may(Deed::KeepAccounts)?;
        let account = self.listed(to)?;
        let fault = |place: &str, kind: FaultKind, detail: String| {
            Faults(vec![Fault {
                place: place.to_owned(),
                kind,
                detail,
            }])
        };
        if to == SYSTEM {
            // What it does comes about by itself, and nobody acts as it.
            return Err(Error::NoAccount(to));
        }
        if account.disabled_at.is_some() {
            return Err(fault(
                "",
                FaultKind::Other,
                format!("the account {to} is disabled: no token of it would work"),
            )
            .into());
        }
        let now = self.clock.now();
        let end_of = |day: Day| {
            let end = Instant::start_of(day.next()).filter(|end| *end > now);
            let today = now.day();
            let wrong = || format!("{day} is over, or never comes: write a day from {today} on");
            end.ok_or_else(|| fault("/expires_on", FaultKind::TooEarly(today), wrong()))
        };
        let expires_at = draft.expires_on.map(end_of).transpose()?;
        let issued = Issued {
            id: self.ids.next(),
            text: tokens::random(),
        };
        let kept = NewToken {
            id: issued.id,
            account: to,
            hash: tokens::hash(&issued.text),
            expires_at,
            is_desktop: draft.is_desktop,
        };
        let _ = self.run(Run {
            tokens: vec![kept],
            ..self.command_of(actor)
        })?;
        Ok(issued)
    }

    /// Ends a token. One that is revoked already stays as it is.
    pub fn revoke_token(&self, actor: &Actor, id: Id<Token>) -> Result<(), Error> {
        actor.may(Deed::KeepAccounts)?;
        if self.store.revoke_token(actor.token, id, self.clock.now())? {
            Ok(())
        } else {
            Err(Error::NoToken(id))
        }
    }

    fn listed(&self, id: Id<Account>) -> Result<ListedAccount, Error> {
        let all = self.store.accounts()?;
        let found = all.into_iter().find(|one| one.account.id == id);
        found.ok_or(Error::NoAccount(id))
    }
}
