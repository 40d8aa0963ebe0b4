//! What every page for work is handed: who is signed in, and what they typed.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::fields::FIELDS_MAX;
use super::signing_in::{self, Why};
use super::{Fields, origin};
use crate::domain::{Actor, Reader};
use crate::http::base::base_url;
use crate::http::call::Call;
use crate::http::kind::Kind;
use crate::http::reader::parse_lang;
use crate::http::session::{self, Person};
use crate::http::{Problem, State, body, reader};
use crate::query::Parameters;

/// The hidden field by which a form shows that a page of this session had it, against cross-site request forgery (CSRF).
pub(super) const FORM_TOKEN: &str = "form_token";
/// The field of a token in the form for signing in.
pub(super) const SIGN_IN_TOKEN: &str = "sign_in_token";
/// The field that asks for a form as it was left.
pub(super) const SHOW_AGAIN: &str = "show_again";

/// A page that somebody who is signed in asks for. Whoever is not is led to where one signs in, and back.
///
/// Each form of the page carries `<input type="hidden" name="form_token" value="{{ frame.person.form_token }}">`.
///
/// ```text
/// async fn show(work: Work) -> Result<HttpResponse, Problem> {
///     let shown = json!({ … });
///     page("queue.html", StatusCode::OK, shown, &work.call)
/// }
/// ```
pub(in crate::http) struct Work {
    /// The request, with the reader that its session makes of it.
    pub(in crate::http) call: Call,
    /// Who is signed in.
    pub(in crate::http) actor: Actor,
}

/// A form that somebody who is signed in sent.
///
/// Against cross-site request forgery (CSRF), a form is carried out only if a page of our own sent it, as the browser says
/// (`Origin`, `Sec-Fetch-Site`: `origin.rs`), and with the form token of its session, which no other page can read.
/// Whatever else comes is answered before a handler, and loses nothing: who has no session any more is asked to sign in on a
/// page that carries all fields, and is then shown the form as they left it; so is whoever signed in anew in another window.
///
/// ```text
/// async fn send(sent: Sent) -> Result<HttpResponse, Problem> {
///     match sent {
///         Sent::Submitted { work, fields } => { … carry it out; with faults, show the form filled in with them … }
///         Sent::Kept { work, fields } => { … show the form filled in with what was typed … }
///     }
/// }
/// ```
///
/// In both, `fields` are what was typed, without the fields that this room adds.
pub(in crate::http) enum Sent {
    /// It is to be carried out.
    Submitted {
        /// Who sent it.
        work: Work,
        /// What was typed.
        fields: Fields,
    },
    /// Nothing is to be done: it is shown again with everything in it, to be looked at and sent.
    Kept {
        /// Who is shown it.
        work: Work,
        /// What was typed.
        fields: Fields,
    },
}

/// An answer that leads on in place of the handler.
fn instead(answer: HttpResponse) -> Error {
    InternalError::from_response("no session", answer).into()
}

impl FromRequest for Work {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Work, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let call = Call::from_request(request, payload);
        Box::pin(async move {
            let call = call.await?;
            let actor = call.reader.actor().cloned();
            // Who shows a token has no session, and no form would be taken from them.
            let has_session = Person::of(&call.request).is_some_and(Person::has_session);
            match actor.filter(|_| has_session) {
                Some(actor) => Ok(Work { call, actor }),
                None => Err(instead(signing_in::led_to(&call))),
            }
        })
    }
}

impl Work {
    /// Fails if the address asks for anything but a language.
    pub(in crate::http) fn asks_nothing(&self) -> Result<(), Problem> {
        let mut parameters = Parameters::parse(self.call.request.query_string());
        parameters.take("lang", parse_lang);
        parameters.finish(&["lang"]).map_err(Problem::parameters)
    }
}

impl FromRequest for Sent {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Sent, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(sent(request, payload))
    }
}

async fn sent(request: HttpRequest, payload: Payload) -> Result<Sent, Error> {
    let state = request.app_data::<Data<State>>();
    let state = state.expect("every server is given its state").clone();
    let fields = ours(&request, payload, &base_url(&request, &state)).await?;
    // A token is for programs, which have the API.
    let actor = if request.headers().contains_key(AUTHORIZATION) {
        None
    } else {
        session::actor(&request, &state).await?
    };
    match actor {
        Some(actor) => of_session(fields, actor, request, state),
        None => of_nobody(fields, request, state).await,
    }
}

/// A form that came with a session: it is carried out if it is of that one.
fn of_session(
    mut fields: Fields,
    actor: Actor,
    request: HttpRequest,
    state: Data<State>,
) -> Result<Sent, Error> {
    let given = fields.take(FORM_TOKEN).unwrap_or_default();
    let is_again = fields.take(SHOW_AGAIN).is_some();
    // Signed in elsewhere meanwhile: the token is not needed, and stands in no page.
    fields.take(SIGN_IN_TOKEN);
    let form_token = Person::of(&request).and_then(|person| person.form_token);
    let is_of_it = form_token.is_some_and(|form_token| is_same(&given, &form_token));
    let call = call_of(request, state, Some(actor.clone()));
    if !is_of_it {
        let page = signing_in::of_other_session(&call, &fields)?;
        return Err(instead(page));
    }
    let work = Work { call, actor };
    Ok(if is_again {
        Sent::Kept { work, fields }
    } else {
        Sent::Submitted { work, fields }
    })
}

/// A form that came without a session: it is kept, and shown again once a token is given with it that works.
async fn of_nobody(
    mut fields: Fields,
    request: HttpRequest,
    state: Data<State>,
) -> Result<Sent, Error> {
    let sign_in_token = fields.take(SIGN_IN_TOKEN);
    for of_this_room in [FORM_TOKEN, SHOW_AGAIN] {
        fields.take(of_this_room);
    }
    let (begun, why) = match sign_in_token {
        Some(token) => {
            let begun = signing_in::begin(&token, &request, &state).await?;
            (begun, Why::Wrong)
        }
        None => (None, Why::Asked),
    };
    let call = call_of(request, state, begun.clone());
    let Some(actor) = begun else {
        let page = signing_in::with_fields(&call, &fields, why)?;
        return Err(instead(page));
    };
    let work = Work { call, actor };
    Ok(Sent::Kept { work, fields })
}

/// What a form of our own says; a problem if the page of somebody else had it sent (CSRF).
pub(super) async fn ours(
    request: &HttpRequest,
    payload: Payload,
    base_url: &str,
) -> Result<Fields, Problem> {
    if !origin::is_ours(request, base_url) {
        let detail = "this form was sent from a page of somebody else; open the page here, and send its form";
        return Err(Problem::of(Kind::NotAllowed, detail));
    }
    body::media_type(request, body::TO_SEND_A_FORM, "accept-post")?;
    Fields::parse(&body::form(payload).await?).ok_or_else(|| {
        let detail =
            format!("a form has at most {FIELDS_MAX} fields; the API takes larger records");
        Problem::of(Kind::TooLarge, detail)
    })
}

/// A request of somebody who is signed in, or of nobody.
pub(super) fn call_of(request: HttpRequest, state: Data<State>, actor: Option<Actor>) -> Call {
    let languages = reader::languages(&request);
    Call {
        base_url: base_url(&request, &state),
        reader: Reader::new(actor, languages),
        request,
        state,
    }
}

/// Whether two tokens are the same; how long it takes says nothing of where they differ.
fn is_same(one: &str, other: &str) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}
