//! `/desk/accounts`: who may act, and with which tokens, for administrators.
//!
//! The commands are those of the API (`http/accounts.rs`). A token is shown by the answer to its form alone, and kept nowhere.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Value, json};

use super::controls::{Choice, Kind};
use super::form::Sent;
use super::short_form::ShortForm;
use super::signing_in::see_other;
use super::{Fields, Work, page};
use crate::domain::{
    Account, AccountDraft, Collection, Deed, Fault, FaultKind, Faults, Id, ListedAccount, NAME_MAX,
    Role, SYSTEM, TokenDraft, read,
};
use crate::http::Problem;
use crate::http::accounts::token;
use crate::http::call::Call;
use crate::http::pages::{self, of_role, say};
use crate::http::respond::language;
use crate::registry::{self, Registry};

/// `GET /desk/accounts`: all of them, and a form to add one.
pub(in crate::http) async fn list(work: Work) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    listed(&Asked::default(), StatusCode::OK, &work).await
}

/// `POST /desk/accounts`: adds an account.
pub(in crate::http) async fn add(sent: Sent) -> Result<HttpResponse, Problem> {
    let (work, fields) = match sent {
        Sent::Submitted { work, fields } => (work, fields),
        Sent::Kept { work, fields } => {
            return listed(&Asked::typed(fields), StatusCode::OK, &work).await;
        }
    };
    keeps(&work)?;
    let body = given(&fields, &["name", "organization_id", "role"]);
    let done = match read(&body, "", AccountDraft::read) {
        Ok(draft) => {
            let actor = work.actor.clone();
            command(&work, move |registry| registry.add_account(&actor, draft)).await?
        }
        Err(faults) => Err(faults),
    };
    match done {
        Ok(added) => {
            let path = format!("/desk/accounts/{}", added.account.id);
            Ok(see_other(&work.call, &path))
        }
        Err(faults) => {
            let asked = Asked::typed(fields).with(faults);
            listed(&asked, StatusCode::UNPROCESSABLE_ENTITY, &work).await
        }
    }
}

/// `GET /desk/accounts/{account}`: one account, its tokens, and what can be done with them.
pub(in crate::http) async fn show(id: Path<String>, work: Work) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    shown(parsed(&id)?, &Asked::default(), StatusCode::OK, &work).await
}

/// `POST /desk/accounts/{account}`: issues a token, revokes one, or disables the account, as `do` says.
pub(in crate::http) async fn change(id: Path<String>, sent: Sent) -> Result<HttpResponse, Problem> {
    let id = parsed(&id)?;
    let (work, fields) = match sent {
        Sent::Submitted { work, fields } => (work, fields),
        Sent::Kept { work, fields } => {
            return shown(id, &Asked::typed(fields), StatusCode::OK, &work).await;
        }
    };
    keeps(&work)?;
    let actor = work.actor.clone();
    let done = match fields.one("do") {
        "issue" => {
            let mut body = given(&fields, &["expires_on"]);
            body["desktop"] = (!fields.one("desktop").is_empty()).into();
            match read(&body, "", TokenDraft::read) {
                Ok(draft) => {
                    let issue = move |registry: &Registry| registry.issue_token(&actor, id, draft);
                    command(&work, issue).await?.map(|issued| Some(issued.text))
                }
                Err(faults) => Err(faults),
            }
        }
        "revoke" => {
            let token = parsed(fields.one("token"))?;
            let revoke = move |registry: &Registry| registry.revoke_token(&actor, token);
            command(&work, revoke).await?.map(|()| None)
        }
        "disable" if fields.one("sure").is_empty() => Err(not_sure()),
        "disable" => {
            let disable = move |registry: &Registry| registry.disable_account(&actor, id);
            command(&work, disable).await?.map(|()| None)
        }
        _ => return Err(Problem::not_found()),
    };
    match done {
        Ok(None) => Ok(see_other(&work.call, &format!("/desk/accounts/{id}"))),
        Ok(issued) => {
            let asked = Asked {
                issued,
                ..Asked::default()
            };
            shown(id, &asked, StatusCode::OK, &work).await
        }
        Err(faults) => {
            let asked = Asked::typed(fields).with(faults);
            shown(id, &asked, StatusCode::UNPROCESSABLE_ENTITY, &work).await
        }
    }
}

/// What was sent, what is wrong with it, and what came of it.
#[derive(Default)]
struct Asked {
    fields: Fields,
    faults: Vec<Fault>,
    /// The text of a token that was issued just now.
    issued: Option<String>,
}

impl Asked {
    fn typed(fields: Fields) -> Asked {
        Asked {
            fields,
            ..Asked::default()
        }
    }

    fn with(self, Faults(faults): Faults) -> Asked {
        Asked { faults, ..self }
    }

    fn form(&self, call: &Call) -> ShortForm<'_> {
        ShortForm {
            fields: &self.fields,
            faults: &self.faults,
            lang: language(&call.reader),
        }
    }
}

fn keeps(work: &Work) -> Result<(), Problem> {
    work.actor.may(Deed::KeepAccounts).map_err(Problem::refused)
}

/// An id that does not parse is that of nothing.
fn parsed<T>(id: &str) -> Result<Id<T>, Problem> {
    Id::parse(id).map_err(|_| Problem::not_found())
}

fn not_sure() -> Faults {
    Faults(vec![Fault {
        place: "/sure".to_owned(),
        kind: FaultKind::Missing,
        detail: "is required: nobody can undo it".to_owned(),
    }])
}

/// What was typed of some fields; what was left empty is as if it were not there.
fn given(fields: &Fields, names: &[&str]) -> Value {
    let mut body = json!({});
    for name in names {
        let text = fields.one(name);
        if !text.is_empty() {
            body[*name] = text.into();
        }
    }
    body
}

/// Carries out a command; what is wrong in what was typed is shown in its form, and everything else is a problem.
async fn command<T: Send + 'static>(
    work: &Work,
    command: impl FnOnce(&Registry) -> Result<T, registry::Error> + Send + 'static,
) -> Result<Result<T, Faults>, Problem> {
    let run = move |registry: &Registry| match command(registry) {
        Err(registry::Error::Faults(faults)) => Ok(Err(faults)),
        done => done.map(Ok),
    };
    work.call.state.blocking(run).await
}

async fn listed(asked: &Asked, status: StatusCode, work: &Work) -> Result<HttpResponse, Problem> {
    keeps(work)?;
    let (call, actor) = (&work.call, work.actor.clone());
    let accounts = call
        .state
        .blocking(move |registry| registry.accounts(&actor))
        .await?;
    let accounts: Vec<Value> = accounts.iter().map(|one| account(one, call)).collect();
    let form = asked.form(call);
    let organizations = pages::organizations(&call.snapshot(), call);
    let organizations = organizations.into_iter();
    let chosen = asked.fields.one("organization_id");
    let organizations = organizations.map(|(id, text)| Choice {
        is_chosen: id == chosen,
        value: id,
        text,
        ..Choice::default()
    });
    let roles = Role::ALL.map(|role| Choice {
        value: role.id().to_owned(),
        text: say(form.lang, of_role(role), &[]),
        is_chosen: asked.fields.one("role") == role.id(),
        ..Choice::default()
    });
    let name = Kind::Line {
        value: asked.fields.one("name").to_owned(),
        input: None,
        longest: Some(NAME_MAX),
        suggested: vec![],
    };
    let name_hint = say(form.lang, "accounts.name_hint", &[]);
    let controls = [
        form.control("name", name).with_hint(name_hint).demanded(),
        form.control(
            "organization_id",
            Kind::Choice {
                choices: organizations.collect(),
            },
        )
        .demanded(),
        form.control(
            "role",
            Kind::Buttons {
                choices: roles.into(),
            },
        )
        .demanded(),
    ];
    let shown = json!({
        "accounts": accounts,
        "summary_of": form.summary(&[&controls], "accounts.add"),
        "asked": controls,
    });
    page("accounts.html", status, shown, call)
}

async fn shown(
    id: Id<Account>,
    asked: &Asked,
    status: StatusCode,
    work: &Work,
) -> Result<HttpResponse, Problem> {
    keeps(work)?;
    let (call, actor) = (&work.call, work.actor.clone());
    let (found, tokens) = call
        .state
        .blocking(move |registry| {
            Ok::<_, registry::Error>((registry.account(&actor, id)?, registry.tokens(&actor, id)?))
        })
        .await?;
    let tokens: Vec<Value> = tokens.iter().map(token).collect();
    let form = asked.form(call);
    let hint = |key: &str| say(form.lang, key, &[]);
    let expires_on = Kind::Day {
        value: asked.fields.one("expires_on").to_owned(),
    };
    let desktop = Kind::Yes {
        is_checked: !asked.fields.one("desktop").is_empty(),
    };
    let to_issue = [
        form.control("expires_on", expires_on)
            .with_hint(hint("accounts.expires_hint")),
        form.control("desktop", desktop)
            .with_hint(hint("accounts.desktop_hint")),
    ];
    // Nobody is sure once and for all.
    let to_disable = [form
        .control("sure", Kind::Yes { is_checked: false })
        .demanded()];
    let shown = json!({
        "account": account(&found, call),
        "action": format!("/desk/accounts/{id}"),
        "tokens": tokens,
        "issued": asked.issued,
        // What it does comes about by itself, and nobody acts as it.
        "may_act": found.disabled_at.is_none() && id != SYSTEM,
        "summary_of": form.summary(&[&to_issue, &to_disable], "accounts.issue"),
        "to_issue": to_issue,
        "to_disable": to_disable,
    });
    page("account.html", status, shown, call)
}

fn account(listed: &ListedAccount, call: &Call) -> Value {
    let account = &listed.account;
    let organization = account.organization.to_string();
    json!({
        "path": format!("/desk/accounts/{}", account.id),
        "name": account.name,
        "role": of_role(account.role),
        "organization": pages::label(Collection::Organizations, &organization, &call.snapshot(), call),
        "created_at": listed.created_at,
        "disabled_at": listed.disabled_at,
    })
}
