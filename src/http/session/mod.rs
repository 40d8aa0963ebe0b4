//! Whose session a request is of, and the token that forms of that session carry.

pub(super) mod cookie;
mod way_in;

use actix_web::{HttpMessage, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::base::base_url;
use super::{Problem, State, reader};
use crate::domain::{Account, Actor};

pub(super) use way_in::{NEXT, SIGN_IN, asked_path, is_own_path, sign_in_address};

/// Who is known to read a page, for what stands around it and for its forms.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// The account.
    pub(super) account: Account,
    /// What every form of this session carries; `None` of those who showed a token, and whose browser has no session.
    pub(super) form_token: Option<String>,
}

impl Person {
    /// Whether they are signed in.
    pub(super) fn has_session(self) -> bool {
        self.form_token.is_some()
    }

    /// Keeps in mind with a request who it is of.
    pub(super) fn note(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }

    /// Who a request was found to be of.
    pub(super) fn of(request: &HttpRequest) -> Option<Person> {
        request.extensions().get::<Person>().cloned()
    }
}

/// Who is signed in; `None` without a session or with one that is over, which the browser is told to forget.
pub(super) async fn actor(request: &HttpRequest, state: &State) -> Result<Option<Actor>, Problem> {
    let base_url = base_url(request, state);
    let Some(secret) = cookie::secret(request, &base_url) else {
        return Ok(None);
    };
    let form_token = form_token(&secret);
    let found = reader::known(state, move |registry| registry.whose_session(&secret)).await?;
    match &found {
        Some(actor) => signed_in(actor, form_token).note(request),
        None => cookie::forget(request, &base_url),
    }
    Ok(found)
}

/// Somebody whose session has that form token.
pub(super) fn signed_in(actor: &Actor, form_token: String) -> Person {
    Person {
        account: actor.account.clone(),
        form_token: Some(form_token),
    }
}

/// What every form of a session carries: it follows from the secret, which does not follow from it.
pub(super) fn form_token(secret: &str) -> String {
    let hash = Sha256::new_with_prefix("form of ").chain_update(secret);
    URL_SAFE_NO_PAD.encode(hash.finalize())
}
