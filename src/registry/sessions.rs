//! Sessions: a token is exchanged for a secret that a browser holds, so that the token itself is kept nowhere.

use super::{Error, Registry, tokens};
use crate::domain::Actor;
use crate::store;

/// So many hours after signing in, a session is over: a long day's work. It is not prolonged by being used, so that
/// nothing has to be kept of when it was.
pub const SESSION_HOURS: i64 = 12;

/// A session that was begun: the only time that its secret is seen.
#[derive(Debug)]
pub struct Begun {
    /// What the browser shows from then on.
    pub secret: String,
    /// Who is signed in.
    pub actor: Actor,
}

impl Registry {
    /// Begins a session of whoever shows this token; `None` for one that does not work.
    pub fn sign_in(&self, token: &str) -> Result<Option<Begun>, Error> {
        let now = self.clock.now();
        let Some(shown) = self.store.shown_token(&tokens::hash(token), now)? else {
            return Ok(None);
        };
        let (secret, token) = (tokens::secret(), shown.id);
        let expires_at = now.hours_after(SESSION_HOURS);
        let hash = tokens::hash(&secret);
        self.store.begin_session(&hash, token, now, expires_at)?;
        let actor = self.used(shown, now);
        Ok(Some(Begun { secret, actor }))
    }

    /// Who holds the secret of a session; `None` if it is over, or its token works no more.
    pub fn whose_session(&self, secret: &str) -> Result<Option<Actor>, store::Error> {
        let now = self.clock.now();
        let shown = self.store.shown_session(&tokens::hash(secret), now)?;
        Ok(shown.map(|shown| self.used(shown, now)))
    }

    /// Ends a session.
    pub fn sign_out(&self, secret: &str) -> Result<(), store::Error> {
        self.store.end_session(&tokens::hash(secret))
    }

    /// Ends all sessions of an account, in whatever browser.
    pub fn sign_out_everywhere(&self, actor: &Actor) -> Result<(), store::Error> {
        self.store.end_sessions(actor.account.id)
    }
}
