//! `/desk/queue`: what waits for a reviewer, as a page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::words::{of_flag, of_state};
use super::{Work, page};
use crate::catalogue::Snapshot;
use crate::domain::{Collection, Deed, Wrong};
use crate::http::asked::whole_number;
use crate::http::call::Call;
use crate::http::reader::parse_lang;
use crate::http::waiting::{no_place, parse_place, place, waits};
use crate::http::{Problem, pages};
use crate::query::Parameters;
use crate::registry::{Place, Waiting};

/// So many on a page, and at most so many.
const ON_A_PAGE: (usize, i64) = (25, 200);

/// `GET /desk/queue`.
pub(in crate::http) async fn show(work: Work) -> Result<HttpResponse, Problem> {
    let Work { call, actor } = work;
    actor.may(Deed::Review).map_err(Problem::refused)?;
    let mut parameters = Parameters::parse(call.request.query_string());
    parameters.take("lang", parse_lang);
    let (few, most) = ON_A_PAGE;
    let limit = parameters.take("limit", |text| whole_number(text, 1, most));
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.unwrap_or(few);
    let after = parameters.take("after", |text| parse_place(text).ok_or_else(no_place));
    let decided = parameters.take("decided", parse_path);
    parameters
        .finish(&["after", "decided", "lang", "limit"])
        .map_err(Problem::parameters)?;
    let snapshot = call.snapshot();
    let seen = snapshot.clone();
    let queue = call
        .state
        .blocking(move |registry| registry.queue(&actor, &seen, after, limit))
        .await?;
    let last = queue.waiting.last().filter(|_| queue.has_more);
    let next = last.map(|one| {
        let after = place(&one.shown.entity);
        format!("/desk/queue?limit={limit}&after={after}")
    });
    let rows = queue.waiting.iter();
    let rows: Vec<Value> = rows.map(|one| row(one, &snapshot, &call)).collect();
    let shown = json!({
        "matched": queue.matched,
        "rows": rows,
        "next": next,
        "is_first": after.is_none(),
        "decided": decided,
    });
    page("queue.html", StatusCode::OK, shown, &call)
}

/// The path of what was just decided, which stands in the address as collection and id.
fn parse_path(text: &str) -> Result<String, Wrong> {
    let found = text.split_once('/').and_then(|(collection, id)| {
        let collection: Collection = collection.parse().ok()?;
        let id: uuid::Uuid = id.parse().ok()?;
        Some(format!("/desk/review/{collection}/{id}"))
    });
    found.ok_or_else(|| Wrong("is a collection and an id, as sites/…".to_owned()))
}

/// Something that waits, with what its row says.
pub(super) fn row(one: &Waiting, snapshot: &Snapshot, call: &Call) -> Value {
    let entity = &one.shown.entity;
    let mut row = waits(one, call);
    let named = |collection, id: Option<&str>| {
        id.and_then(|id| pages::label(collection, id, snapshot, call))
    };
    let submitter = one.shown.document.submitter().map(|id| id.to_string());
    let site = row["feature"]["properties"]["site_id"].as_str();
    let site = named(Collection::Sites, site);
    let likely = one.likely.as_ref().map_or(0, |likely| likely.others.len());
    row["path"] = format!("/desk/review/{}/{}", entity.collection, entity.id).into();
    row["site"] = site.into();
    row["submitter"] = named(Collection::Organizations, submitter.as_deref()).into();
    row["is_emergency"] = (!Place::of(entity).can_wait).into();
    row["state"] = of_state(entity.state).into();
    row["hints"] = one.flags.iter().filter_map(|flag| of_flag(flag)).collect();
    row["likely"] = likely.max(one.doubles.len()).into();
    row
}
