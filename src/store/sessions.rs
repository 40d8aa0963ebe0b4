//! Who is signed in to the pages. Sessions are of the moment: they stand in no log and in no backup.

use diesel::prelude::*;

use super::columns::{IdColumn, InstantColumn};
use super::connection::{AnyConnection, each_engine};
use super::people::{check_token, shown_token};
use super::tables::{sessions, tokens};
use super::{Error, Store};
use crate::domain::{Account, Id, Instant, ShownToken, Token};

impl Store {
    /// Begins a session of a token, if that still works; `hash` is the SHA-256 of its secret. What has expired is deleted.
    pub fn begin_session(
        &self,
        hash: &[u8; 32],
        token: Id<Token>,
        now: Instant,
        expires_at: Instant,
    ) -> Result<(), Error> {
        self.writing(|connection| {
            check_token(connection, Some(token), now)?;
            let is_over = sessions::expires_at.le(InstantColumn::from(now));
            diesel::delete(sessions::table.filter(is_over)).execute(connection)?;
            diesel::insert_into(sessions::table)
                .values((
                    sessions::hash.eq(hash.as_slice()),
                    sessions::token_id.eq(IdColumn::from(token)),
                    sessions::expires_at.eq(InstantColumn::from(expires_at)),
                ))
                .execute(connection)?;
            Ok(())
        })
    }

    /// The token of a session, unless at `now` the session is unknown or over, or the token works no more.
    pub fn shown_session(
        &self,
        hash: &[u8; 32],
        now: Instant,
    ) -> Result<Option<ShownToken>, Error> {
        let connection = &mut *self.reader()?;
        let token: Option<Vec<u8>> = sessions::table
            .inner_join(tokens::table)
            .filter(sessions::hash.eq(hash.as_slice()))
            .filter(sessions::expires_at.gt(InstantColumn::from(now)))
            .select(tokens::hash)
            .first(connection)
            .optional()?;
        let token: Option<[u8; 32]> = token.and_then(|hash| hash.try_into().ok());
        match token {
            Some(token) => shown_token(connection, &token, now),
            None => Ok(None),
        }
    }

    /// Ends a session, if there is one.
    pub fn end_session(&self, hash: &[u8; 32]) -> Result<(), Error> {
        self.writing(|connection| {
            diesel::delete(sessions::table.find(hash.as_slice())).execute(connection)?;
            Ok(())
        })
    }

    /// Ends all sessions of all tokens of an account.
    pub fn end_sessions(&self, account: Id<Account>) -> Result<(), Error> {
        self.writing(|connection| {
            let of_account = tokens::account_id.eq(IdColumn::from(account));
            each_engine!(connection, |one| {
                let of = tokens::table.filter(of_account).select(tokens::id);
                diesel::delete(sessions::table.filter(sessions::token_id.eq_any(of))).execute(one)
            })?;
            Ok(())
        })
    }
}
