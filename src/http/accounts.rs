//! Accounts and tokens over HTTP, for administrators; and who somebody is who shows a token.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Path, Payload};
use serde_json::{Value, json};

use super::asked::no_parameters;
use super::body::TO_POST;
use super::call::Call;
use super::negotiate::{DOCUMENT, JSON};
use super::{Problem, body, respond};
use crate::domain::{
    Account, AccountDraft, Actor, Deed, Id, ListedAccount, ListedToken, TokenDraft, read,
};
use crate::formats::Format;

/// `GET /me`.
pub(super) async fn me(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let actor = call.actor()?;
    let may = Deed::ALL
        .into_iter()
        .filter(|deed| actor.may(*deed).is_ok());
    let mut whole = about(&actor.account);
    whole["may"] = may.map(Deed::id).collect();
    whole["desktop"] = actor.is_desktop.into();
    respond::document(format, &whole, None, &call).await
}

/// `GET /accounts`.
pub(super) async fn list(call: Call) -> Result<HttpResponse, Problem> {
    let (actor, format) = keeper_who_reads(&call, DOCUMENT)?;
    let accounts = call
        .state
        .blocking(move |registry| registry.accounts(&actor))
        .await?;
    let accounts: Value = accounts.iter().map(account).collect();
    respond::document(format, &json!({ "accounts": accounts }), None, &call).await
}

/// `POST /accounts` with `{"name", "organization_id", "role"}`.
pub(super) async fn add(call: Call, payload: Payload) -> Result<HttpResponse, Problem> {
    let actor = keeper(&call)?;
    body::media_type(&call.request, TO_POST, "accept-post")?;
    let body = body::json(payload).await?;
    let draft = read(&body, "", AccountDraft::read).map_err(Problem::body)?;
    let added = call
        .state
        .blocking(move |registry| registry.add_account(&actor, draft))
        .await?;
    let path = format!("/accounts/{}", added.account.id);
    Ok(created(&call, &path, &account(&added)))
}

/// `GET /accounts/{account}`.
pub(super) async fn show(id: Path<String>, call: Call) -> Result<HttpResponse, Problem> {
    let (actor, format) = keeper_who_reads(&call, DOCUMENT)?;
    let id = parsed(&id)?;
    let found = call
        .state
        .blocking(move |registry| registry.account(&actor, id))
        .await?;
    respond::document(format, &account(&found), None, &call).await
}

/// `DELETE /accounts/{account}`: it may do nothing any more, and stays in the list, since the log names it.
pub(super) async fn disable(id: Path<String>, call: Call) -> Result<HttpResponse, Problem> {
    let (actor, id) = (keeper(&call)?, parsed(&id)?);
    call.state
        .blocking(move |registry| registry.disable_account(&actor, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /accounts/{account}/tokens`.
pub(super) async fn tokens(id: Path<String>, call: Call) -> Result<HttpResponse, Problem> {
    let (actor, format) = keeper_who_reads(&call, DOCUMENT)?;
    let id = parsed(&id)?;
    let tokens = call
        .state
        .blocking(move |registry| registry.tokens(&actor, id))
        .await?;
    let tokens: Value = tokens.iter().map(token).collect();
    respond::document(format, &json!({ "tokens": tokens }), None, &call).await
}

/// `POST /accounts/{account}/tokens` with `{"desktop", "expires_on"}`: the only answer that holds the token.
pub(super) async fn issue(
    id: Path<String>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let (actor, id) = (keeper(&call)?, parsed(&id)?);
    body::media_type(&call.request, TO_POST, "accept-post")?;
    let body = body::json(payload).await?;
    let draft = read(&body, "", TokenDraft::read).map_err(Problem::body)?;
    let issued = call
        .state
        .blocking(move |registry| registry.issue_token(&actor, id, draft))
        .await?;
    let path = format!("/accounts/{id}/tokens");
    let whole = json!({ "id": issued.id, "token": issued.text });
    Ok(created(&call, &path, &whole))
}

/// `DELETE /tokens/{token}`: it works nowhere any more.
pub(super) async fn revoke(id: Path<String>, call: Call) -> Result<HttpResponse, Problem> {
    let (actor, id) = (keeper(&call)?, parsed(&id)?);
    call.state
        .blocking(move |registry| registry.revoke_token(&actor, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who keeps accounts, and asks for nothing but the form.
fn keeper(call: &Call) -> Result<Actor, Problem> {
    Ok(keeper_who_reads(call, &[JSON])?.0)
}

/// The same, and the form that they read of those that are offered.
fn keeper_who_reads(call: &Call, offered: &[Format]) -> Result<(Actor, Format), Problem> {
    let actor = call.actor()?;
    actor.may(Deed::KeepAccounts).map_err(Problem::refused)?;
    let format = no_parameters(&call.request, offered)?;
    Ok((actor, format))
}

/// An id that does not parse is that of nothing.
fn parsed<T>(id: &str) -> Result<Id<T>, Problem> {
    Id::parse(id).map_err(|_| Problem::not_found())
}

fn created(call: &Call, path: &str, body: &Value) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((LOCATION, format!("{}{path}", call.base_url)))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .content_type(JSON.media_type)
        .body(body.to_string())
}

fn about(account: &Account) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "organization_id": account.organization,
        "role": account.role.id(),
    })
}

fn account(listed: &ListedAccount) -> Value {
    let mut whole = about(&listed.account);
    whole["created_at"] = json!(listed.created_at);
    whole["disabled_at"] = json!(listed.disabled_at);
    whole
}

/// A token, as it is told: not its secret.
pub(super) fn token(listed: &ListedToken) -> Value {
    json!({
        "id": listed.id,
        "created_at": listed.created_at,
        "expires_at": listed.expires_at,
        "revoked_at": listed.revoked_at,
        "desktop": listed.is_desktop,
        "last_used_on": listed.last_used_on.map(|day| day.to_string()),
    })
}
