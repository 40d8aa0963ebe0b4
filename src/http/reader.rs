//! Who reads: the credential they show, and the languages they read.
//!
//! `Authorization` counts, and without it the cookie of somebody who signed in to the pages. Where something is changed a
//! cookie alone counts for nothing here, since pages of others can have a browser send it; `desk` has what it takes there.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::time::timeout;

use super::negotiate::by_weight;
use super::session::{self, Person};
use super::{Problem, State};
use crate::domain::{Actor, Lang, Languages, Reader, Wrong};
use crate::query::Parameters;
use crate::registry::Registry;
use crate::store;

/// How long somebody known waits for this instance to show what others wrote.
pub(super) const CATCH_UP: Duration = Duration::from_secs(5);

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Reader, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let languages = languages(&request);
            // Two credentials are none: a proxy may have looked at the other one.
            if request.headers().get_all(AUTHORIZATION).count() > 1 {
                return Err(Problem::bad_credential());
            }
            let state = request
                .app_data::<Data<State>>()
                .expect("every server is given its state")
                .clone();
            let actor = match request.headers().get(AUTHORIZATION) {
                Some(header) => {
                    let token = header.to_str().ok().and_then(token);
                    let token = token.ok_or_else(Problem::no_scheme)?;
                    let found = known(&state, move |registry| registry.whose(&token)).await?;
                    let actor = found.ok_or_else(|| stranger(&request, &state))?;
                    let account = actor.account.clone();
                    let form_token = None;
                    Person {
                        account,
                        form_token,
                    }
                    .note(&request);
                    Some(actor)
                }
                None if request.method().is_safe() => session::actor(&request, &state).await?,
                None => None,
            };
            Ok(Reader::new(actor, languages))
        })
    }
}

/// Who somebody is who shows what `whose` looks up, once this instance shows what was written before.
pub(super) async fn known(
    state: &State,
    whose: impl FnOnce(&Registry) -> Result<Option<Actor>, store::Error> + Send + 'static,
) -> Result<Option<Actor>, Problem> {
    let read = state.blocking(move |registry| {
        let whose = whose(registry)?;
        Ok::<_, store::Error>(whose.zip(Some(registry.end_of_log()?)))
    });
    let Some((actor, end_of_log)) = read.await? else {
        return Ok(None);
    };
    // People read their own writes, whichever instance took them.
    if state.catalogue.shown() < end_of_log {
        state.registry.look_at_log();
    }
    let shown = state.catalogue.shows(end_of_log);
    timeout(CATCH_UP, shown)
        .await
        .map_err(|_| Problem::catching_up())?;
    Ok(Some(actor))
}

/// What somebody is told whose token is not valid. Neither the token nor the address is logged.
fn stranger(request: &HttpRequest, state: &State) -> Problem {
    let noted = note_stranger(request, state);
    noted.err().unwrap_or_else(Problem::bad_credential)
}

/// Notes a token that is not valid; a problem if there were too many.
pub(super) fn note_stranger(request: &HttpRequest, state: &State) -> Result<(), Problem> {
    state.metrics.note_stranger();
    let noted = request
        .peer_addr()
        .map(|peer| state.strangers.note(peer.ip()));
    if let Some(Err(seconds)) = noted {
        return Err(Problem::too_many(seconds));
    }
    tracing::warn!("a token that is not valid was shown");
    Ok(())
}

/// The token of an `Authorization`: `Bearer`, or the password of `Basic` (phones, QGIS).
fn token(header: &str) -> Option<String> {
    let (scheme, credential) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credential.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credential.trim()).ok()?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// The languages of a request: `lang`, then `Accept-Language` by weight (RFC 9110, 12.5.4). One nobody knows falls back.
pub(super) fn languages(request: &HttpRequest) -> Languages {
    let mut parameters = Parameters::parse(request.query_string());
    let mut langs = parameters.take("lang", parse_lang).unwrap_or_default();
    let accepted = request
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|header| header.to_str().ok())
        .unwrap_or_default();
    langs.extend(
        by_weight(accepted)
            .into_iter()
            .filter_map(|tag| Lang::parse(tag).ok()),
    );
    Languages::new(langs)
}

/// `lang=hy` or a list, best first.
pub(super) fn parse_lang(text: &str) -> Result<Vec<Lang>, Wrong> {
    text.split(',').map(Lang::parse).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_token_comes_as_bearer_or_as_password() {
        for (header, expected) in [
            ("Bearer hr_abc", Some("hr_abc")),
            ("bearer  hr_abc", Some("hr_abc")),
            ("Basic YW55Ym9keTpocl9hYmM=", Some("hr_abc")),
            ("Basic !!", None),
            ("Digest x", None),
            ("Bearer", None),
        ] {
            assert_eq!(token(header).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn the_parameter_comes_before_the_header_and_the_header_by_weight() {
        let request = TestRequest::with_uri("/?lang=hy")
            .insert_header((ACCEPT_LANGUAGE, "fr;q=0.5, az, ru;q=0, *"))
            .to_http_request();
        let langs: Vec<_> = languages(&request)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(langs, ["hy", "az", "fr"]);
    }
}
