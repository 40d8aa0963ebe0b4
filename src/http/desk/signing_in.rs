//! Signing in with a token, and out again: `/desk/sign-in`, `/desk/sign-out`.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::Fields;
use super::form::{SHOW_AGAIN, SIGN_IN_TOKEN, Sent, call_of, ours};
use crate::domain::Actor;
use crate::http::base::base_url;
use crate::http::call::Call;
use crate::http::pages;
use crate::http::reader::{self, parse_lang};
use crate::http::session::{self, NEXT, SIGN_IN, asked_path, cookie, is_own_path, sign_in_address};
use crate::http::{Problem, State};
use crate::query::Parameters;
use crate::registry::{Error, SESSION_HOURS};

/// Where one is led to who came from nowhere.
const HOME: &str = "/desk";

/// Why somebody is asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// They came to do so, or have no session any more.
    Asked,
    /// The token that they gave does not work.
    Wrong,
}

/// `GET /desk/sign-in`.
pub(in crate::http) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    parameters.take("lang", parse_lang);
    let next = parameters.take(NEXT, |text| Ok(text.to_owned()));
    parameters
        .finish(&["lang", NEXT])
        .map_err(Problem::parameters)?;
    let next = next.filter(|next| is_own_path(next)).unwrap_or_default();
    asked(StatusCode::OK, Why::Asked, &json!({ "next": next }), &call)
}

/// `POST /desk/sign-in`: leads to where they wanted to be.
pub(in crate::http) async fn sign_in(
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let base_url = base_url(&request, &state);
    let fields = ours(&request, payload.into_inner(), &base_url).await?;
    let next = fields.one(NEXT);
    let next = if is_own_path(next) { next } else { "" };
    let begun = begin(fields.one(SIGN_IN_TOKEN), &request, &state).await?;
    let call = call_of(request, state, None);
    if begun.is_none() {
        let fields = json!({ "next": next });
        return asked(StatusCode::UNAUTHORIZED, Why::Wrong, &fields, &call);
    }
    let next = if next.is_empty() { HOME } else { next };
    Ok(see_other(&call, next))
}

/// `POST /desk/sign-out`: this session, or with `everywhere` all of the account.
pub(in crate::http) async fn sign_out(sent: Sent) -> Result<HttpResponse, Problem> {
    let (work, fields) = match sent {
        Sent::Submitted { work, fields } => (work, fields),
        // Who had to sign in first to sign out is asked again.
        Sent::Kept { work, .. } => return Ok(see_other(&work.call, HOME)),
    };
    let (call, actor) = (work.call, work.actor);
    let secret = cookie::secret(&call.request, &call.base_url).unwrap_or_default();
    let is_everywhere = !fields.one("everywhere").is_empty();
    call.state
        .blocking(move |registry| {
            if is_everywhere {
                registry.sign_out_everywhere(&actor)
            } else {
                registry.sign_out(&secret)
            }
        })
        .await?;
    cookie::forget(&call.request, &call.base_url);
    Ok(see_other(&call, "/"))
}

/// Begins a session with a token; gives who is signed in. `None` if the token does not work.
pub(super) async fn begin(
    token: &str,
    request: &HttpRequest,
    state: &State,
) -> Result<Option<Actor>, Problem> {
    let token = token.trim().to_owned();
    // The cookie of a session that was there is overwritten: nobody could end it any more.
    let former = cookie::secret(request, &base_url(request, state));
    let begun = state
        .blocking(move |registry| {
            let begun = registry.sign_in(&token)?;
            if let Some(former) = former.filter(|_| begun.is_some()) {
                registry.sign_out(&former)?;
            }
            Ok::<_, Error>(begun)
        })
        .await?;
    let Some(begun) = begun else {
        reader::note_stranger(request, state)?;
        return Ok(None);
    };
    let form_token = session::form_token(&begun.secret);
    cookie::keep(request, &base_url(request, state), &begun.secret);
    session::signed_in(&begun.actor, form_token).note(request);
    Ok(Some(begun.actor))
}

/// Asks whoever has no session any more to sign in, with everything that they typed.
pub(super) fn with_fields(call: &Call, fields: &Fields, why: Why) -> Result<HttpResponse, Problem> {
    let kept = json!({ "action": asked_path(&call.request), "kept": listed(fields) });
    asked(StatusCode::UNAUTHORIZED, why, &kept, call)
}

/// Tells whoever signed in anew that a form is of another session, and offers it with everything that they typed.
pub(super) fn of_other_session(call: &Call, fields: &Fields) -> Result<HttpResponse, Problem> {
    let shown = json!({
        "action": asked_path(&call.request),
        "kept": listed(fields),
        "show_again": SHOW_AGAIN,
    });
    super::page("other_session.html", StatusCode::FORBIDDEN, shown, call)
}

/// Leads to where one signs in, and from there back.
pub(super) fn led_to(call: &Call) -> HttpResponse {
    see_other(call, &sign_in_address(&call.request))
}

fn asked(status: StatusCode, why: Why, more: &Value, call: &Call) -> Result<HttpResponse, Problem> {
    let mut shown = more.clone();
    shown["field"] = SIGN_IN_TOKEN.into();
    shown["is_wrong"] = (why == Why::Wrong).into();
    shown["hours"] = SESSION_HOURS.into();
    if shown["action"].is_null() {
        shown["action"] = SIGN_IN.into();
    }
    let mut answer = super::page("sign_in.html", status, shown, call)?;
    if status == StatusCode::UNAUTHORIZED {
        // Not `Basic`, for which browsers would ask with a window of their own.
        let challenge = HeaderValue::from_static(r#"Bearer realm="heritage-registry""#);
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    Ok(answer)
}

/// Fields as templates take them.
fn listed(fields: &Fields) -> Value {
    let all = fields.iter();
    all.map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

/// Leads on to a path of the registry.
pub(super) fn see_other(call: &Call, path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, pages::address(path, call)))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .finish()
}
