//! `/desk/submissions`: what the organization of whoever asks submitted, and what became of each.

use std::iter::once;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Value, json};

use super::in_words;
use super::sending::{edit_of, receipt_of};
use crate::domain::{Collection, Deed, Id, Origin, State, Transition};
use crate::http::Problem;
use crate::http::call::Call;
use crate::http::desk::words::{of_next_step, of_reason, of_state};
use crate::http::desk::{Work, page};
use crate::http::reader::parse_lang;
use crate::http::waiting::{Listing, OF_LISTING, listed, submission};
use crate::query::Parameters;
use crate::registry::{Registry, Shown};

/// `GET /desk/submissions`.
pub(in crate::http) async fn list(work: Work) -> Result<HttpResponse, Problem> {
    let Work { call, actor } = work;
    actor.may(Deed::Submit).map_err(Problem::refused)?;
    let mut parameters = Parameters::parse(call.request.query_string());
    parameters.take("lang", parse_lang);
    let listing = Listing::take(&mut parameters);
    let known = [&OF_LISTING[..], &["lang"]].concat();
    parameters.finish(&known).map_err(Problem::parameters)?;
    let state = listing.state;
    let found = listed(actor.clone(), listing, &call).await?;
    let rows = found.shown.iter().map(|one| row(one, &call));
    let states = once(None).chain(State::ALL.map(Some)).map(|one| {
        let asked = one.map_or_else(String::new, |one| format!("?status={}", one.id()));
        json!({
            "path": format!("/desk/submissions{asked}"),
            "state": one.map(of_state),
            "is_current": one == state,
        })
    });
    let states: Vec<Value> = states.collect();
    let shown = json!({
        "rows": rows.collect::<Vec<_>>(),
        "states": states,
        "next": found.next.map(|query| format!("/desk/submissions?{query}")),
    });
    page(
        "submissions.html",
        StatusCode::OK,
        in_words::list(shown, &call),
        &call,
    )
}

/// `GET /desk/submissions/reports/{id}`.
pub(in crate::http) async fn report(id: Path<String>, work: Work) -> Result<HttpResponse, Problem> {
    show(Collection::ConditionReports, &id, work).await
}

/// `GET /desk/submissions/sites/{id}`.
pub(in crate::http) async fn site(id: Path<String>, work: Work) -> Result<HttpResponse, Problem> {
    show(Collection::Sites, &id, work).await
}

/// What became of a submission.
async fn show(collection: Collection, id: &str, work: Work) -> Result<HttpResponse, Problem> {
    let Work { call, actor } = work;
    let mut parameters = Parameters::parse(call.request.query_string());
    parameters.take("lang", parse_lang);
    let is_new = parameters.take("sent", |text| Ok(text == "true"));
    parameters
        .finish(&["lang", "sent"])
        .map_err(Problem::parameters)?;
    let id = Id::<()>::parse(id).map_err(|_| Problem::not_found())?;
    let (record, own) = (collection.record(id.uuid()), actor.account.organization);
    let read = move |registry: &Registry| registry.seen(&actor, &[record]);
    let found = call.state.blocking(read).await?.pop();
    let found = found.filter(|one| one.document.submitter() == Some(own));
    let found = found.ok_or_else(Problem::not_found)?;
    let mut shown = row(&found, &call);
    shown["is_new"] = is_new.unwrap_or_default().into();
    shown["next"] = of_next_step(found.entity.state).into();
    page(
        "submission.html",
        StatusCode::OK,
        in_words::show(shown, &call),
        &call,
    )
}

/// A submission, as a page shows it.
fn row(one: &Shown, call: &Call) -> Value {
    let mut row = submission(one, call);
    let collection = one.entity.collection;
    let may_edit = call.reader.actor().is_some_and(|actor| {
        let origin = Origin {
            submitter: one.document.submitter(),
            two_organizations: false,
        };
        Transition::edited(collection, one.entity.state, actor, origin).is_ok()
    });
    let site = one
        .document
        .report()
        .and_then(|report| report.details.site_id);
    row["state"] = of_state(one.entity.state).into();
    let review = one.document.handling().review.as_ref();
    row["reason"] = review
        .and_then(|review| review.reason)
        .map(of_reason)
        .into();
    row["message"] = review.and_then(|review| review.message.clone()).into();
    row["site_id"] = site.map(|id| id.to_string()).into();
    row["path"] = receipt_of(one.entity.record()).into();
    row["edit"] = may_edit.then(|| edit_of(one.entity.record())).into();
    row
}
