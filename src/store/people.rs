//! Accounts and tokens, beside what a run of `put.rs` adds of them. They stand in no log: who may do what is not what
//! the registry records.

use diesel::prelude::*;

use super::columns::{IdColumn, InstantColumn};
use super::connection::AnyConnection;
use super::rows::{AccountRow, ListedAccountRow, ListedTokenRow, day};
use super::tables::{accounts, changes, tokens};
use super::{BRIEFLY, Error, Store, connected};
use crate::domain::{
    Account, Actor, Day, Id, Instant, ListedAccount, ListedToken, ShownToken, Token,
};

impl Store {
    /// A token, unless at `now` it is unknown, revoked or expired, or its account disabled.
    ///
    /// `hash` is the SHA-256 of the token: a secret of 256 random bits is looked up by it, and how long that takes says
    /// nothing of the secret. It no longer works at the instant it expires.
    pub fn shown_token(&self, hash: &[u8; 32], now: Instant) -> Result<Option<ShownToken>, Error> {
        shown_token(&mut *self.reader()?, hash, now)
    }

    /// Keeps in mind that a token was used on a day. Waits only briefly for others.
    pub fn note_use(&self, token: Id<Token>, on: Day) -> Result<(), Error> {
        connected(&self.writers, BRIEFLY)?.briefly(BRIEFLY, self.wait, |connection| {
            note_use(connection, token, on)
        })
    }

    /// The account whose command was the first: that of the registry itself.
    pub fn first_account(&self) -> Result<Option<Account>, Error> {
        first(&mut *self.reader()?)
    }

    /// All accounts, oldest first.
    pub fn accounts(&self) -> Result<Vec<ListedAccount>, Error> {
        accounts(&mut *self.reader()?)
    }

    /// The tokens of an account, oldest first.
    pub fn tokens(&self, account: Id<Account>) -> Result<Vec<ListedToken>, Error> {
        tokens(&mut *self.reader()?, account)
    }

    /// Ends what an account may do, if `by` still works. Gives whether there is one.
    pub fn disable_account(
        &self,
        by: Option<Id<Token>>,
        account: Id<Account>,
        at: Instant,
    ) -> Result<bool, Error> {
        self.writing(|connection| {
            check_token(connection, by, at)?;
            disable(connection, account, at)
        })
    }

    /// Ends a token, if `by` still works. Gives whether there is one.
    pub fn revoke_token(
        &self,
        by: Option<Id<Token>>,
        token: Id<Token>,
        at: Instant,
    ) -> Result<bool, Error> {
        self.writing(|connection| {
            check_token(connection, by, at)?;
            revoke(connection, token, at)
        })
    }
}

pub(super) fn shown_token(
    connection: &mut AnyConnection,
    hash: &[u8; 32],
    now: Instant,
) -> Result<Option<ShownToken>, Error> {
    let is_valid = tokens::expires_at.is_null().or(tokens::expires_at
        .assume_not_null()
        .gt(InstantColumn::from(now)));
    let found: Option<(IdColumn, bool, Option<String>, AccountRow)> = tokens::table
        .inner_join(accounts::table)
        .filter(tokens::hash.eq(hash.as_slice()))
        .filter(tokens::revoked_at.is_null())
        .filter(accounts::disabled_at.is_null())
        .filter(is_valid)
        .select((
            tokens::id,
            tokens::desktop,
            tokens::last_used_on,
            AccountRow::as_select(),
        ))
        .first(connection)
        .optional()?;
    Ok(
        found.map(|(id, is_desktop, last_used_on, account)| ShownToken {
            id: id.into(),
            actor: Actor {
                account: account.into(),
                token: Some(id.into()),
                is_desktop,
            },
            last_used_on: last_used_on.as_deref().and_then(day),
        }),
    )
}

/// Fails unless a token still works: it was shown when the request began, and its body may have come much later.
pub(super) fn check_token(
    connection: &mut AnyConnection,
    token: Option<Id<Token>>,
    now: Instant,
) -> Result<(), Error> {
    let Some(token) = token else {
        return Ok(());
    };
    let hash: Option<Vec<u8>> = tokens::table
        .find(IdColumn::from(token))
        .select(tokens::hash)
        .first(connection)
        .optional()?;
    let hash: Option<[u8; 32]> = hash.and_then(|hash| hash.try_into().ok());
    match hash
        .map(|hash| shown_token(connection, &hash, now))
        .transpose()?
    {
        Some(Some(_)) => Ok(()),
        _ => Err(Error::Ended),
    }
}

fn note_use(connection: &mut AnyConnection, token: Id<Token>, on: Day) -> Result<(), Error> {
    diesel::update(tokens::table.find(IdColumn::from(token)))
        .set(tokens::last_used_on.eq(on.to_string()))
        .execute(connection)?;
    Ok(())
}

/// The account whose command was the first.
fn first(connection: &mut AnyConnection) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> = changes::table
        .inner_join(accounts::table)
        .order(changes::seq)
        .select(AccountRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(Account::from))
}

fn accounts(connection: &mut AnyConnection) -> Result<Vec<ListedAccount>, Error> {
    let rows = accounts::table
        .select(ListedAccountRow::as_select())
        .order((accounts::created_at, accounts::id))
        .load(connection)?;
    Ok(rows.into_iter().map(ListedAccount::from).collect())
}

fn tokens(connection: &mut AnyConnection, account: Id<Account>) -> Result<Vec<ListedToken>, Error> {
    let rows = tokens::table
        .filter(tokens::account_id.eq(IdColumn::from(account)))
        .select(ListedTokenRow::as_select())
        .order((tokens::created_at, tokens::id))
        .load(connection)?;
    Ok(rows.into_iter().map(ListedToken::from).collect())
}

/// Whether there is such an account; if it is disabled already, that stays as it was.
fn disable(
    connection: &mut AnyConnection,
    account: Id<Account>,
    at: Instant,
) -> Result<bool, Error> {
    let id = IdColumn::from(account);
    diesel::update(
        accounts::table
            .find(id)
            .filter(accounts::disabled_at.is_null()),
    )
    .set(accounts::disabled_at.eq(Some(InstantColumn::from(at))))
    .execute(connection)?;
    let there = diesel::dsl::exists(accounts::table.find(id));
    Ok(diesel::select(there).get_result(connection)?)
}

/// Whether there is such a token; if it is revoked already, that stays as it was.
fn revoke(connection: &mut AnyConnection, token: Id<Token>, at: Instant) -> Result<bool, Error> {
    let id = IdColumn::from(token);
    diesel::update(tokens::table.find(id).filter(tokens::revoked_at.is_null()))
        .set(tokens::revoked_at.eq(Some(InstantColumn::from(at))))
        .execute(connection)?;
    let there = diesel::dsl::exists(tokens::table.find(id));
    Ok(diesel::select(there).get_result(connection)?)
}

#[cfg(test)]
mod tests {
    use crate::domain::{Day, Id, NewToken, Token};
    use crate::store::Run;
    use crate::store::trial::{Home, NOON, Trial, instant, on_each_engine};

    /// Issues a token to the trial's account.
    fn issued(trial: &Trial, hash: u8, expires_at: Option<i64>) -> Id<Token> {
        let token = NewToken {
            id: trial.id(),
            account: trial.actor.id,
            hash: [hash; 32],
            expires_at: expires_at.map(instant),
            is_desktop: hash == 2,
        };
        let id = token.id;
        let run = Run {
            tokens: vec![token],
            ..trial.run(vec![])
        };
        let _ = trial.store.put(run).unwrap();
        id
    }

    on_each_engine!(
        a_token_works_until_it_expires_or_is_revoked_or_its_account_disabled,
        |trial| {
            let first = issued(&trial, 1, None);
            issued(&trial, 2, Some(NOON + 500_000));
            let revoked = issued(&trial, 3, None);
            let store = &trial.store;
            let who = |hash, micros| {
                let shown = store.shown_token(&[hash; 32], instant(NOON + micros));
                shown.unwrap()
            };
            assert!(who(3, 0).is_some());
            assert!(store.revoke_token(None, revoked, instant(NOON)).unwrap());
            let shown = who(1, i64::from(u32::MAX)).unwrap();
            assert_eq!((shown.id, shown.last_used_on), (first, None));
            let account = shown.actor.account;
            assert_eq!(
                (account.id, account.name.as_str()),
                (trial.actor.id, "Keeper")
            );
            assert_eq!(
                (account.organization, account.role),
                (trial.actor.organization, trial.actor.role)
            );
            let kinds = [1, 2].map(|hash| who(hash, 0).unwrap().actor.is_desktop);
            assert_eq!(kinds, [false, true]);
            // A whole second is stored without digits after the point, and still comes before one that has them.
            let works = [
                who(2, 0),
                who(2, 499_999),
                who(2, 500_000),
                who(2, 1_000_000),
                who(3, 0),
                who(4, 0),
            ];
            assert_eq!(
                works.map(|account| account.is_some()),
                [true, true, false, false, false, false]
            );
            assert!(
                store
                    .disable_account(None, trial.actor.id, instant(NOON))
                    .unwrap()
            );
            assert!(who(1, 0).is_none());
        }
    );

    on_each_engine!(what_ended_first_counts_and_nothing_else_ends, |trial| {
        let token = issued(&trial, 1, None);
        let store = &trial.store;
        let (first, later) = (instant(NOON + 1), instant(NOON + 2));
        for at in [first, later] {
            assert!(store.revoke_token(None, token, at).unwrap());
            assert!(store.disable_account(None, trial.actor.id, at).unwrap());
        }
        let tokens = store.tokens(trial.actor.id).unwrap();
        let accounts = store.accounts().unwrap();
        assert_eq!(tokens[0].revoked_at, Some(first));
        assert_eq!(accounts[0].disabled_at, Some(first));
        assert!(!store.revoke_token(None, trial.id(), later).unwrap());
        assert!(!store.disable_account(None, trial.id(), later).unwrap());
        assert!(store.tokens(trial.id()).unwrap().is_empty());
    });

    on_each_engine!(the_day_of_a_use_is_kept, |trial| {
        let token = issued(&trial, 1, None);
        let day = Day::parse("2026-05-01").unwrap();
        trial.store.note_use(token, day).unwrap();
        let shown = trial.store.shown_token(&[1; 32], instant(NOON)).unwrap();
        assert_eq!(shown.unwrap().last_used_on, Some(day));
        let listed = trial.store.tokens(trial.actor.id).unwrap();
        assert_eq!(listed[0].last_used_on, Some(day));
    });

    on_each_engine!(the_account_of_the_first_command_is_found, |trial| {
        let first = trial.store.first_account().unwrap().unwrap();
        assert_eq!(first.id, trial.actor.id);
    });
}
