//! `/desk`: what whoever is signed in can do here.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

use super::{Work, page};
use crate::domain::{Collection, Deed};
use crate::http::Problem;

/// `GET /desk`.
pub(in crate::http) async fn show(work: Work) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    let Work { call, actor } = work;
    let may = |deed| actor.may(deed).is_ok();
    let (may_review, may_submit) = (may(Deed::Review), may(Deed::Submit));
    let may_add_organizations = may(Deed::create(Collection::Organizations));
    let (may_read, may_keep) = (may(Deed::ReadTrusted), may(Deed::KeepAccounts));
    let waiting = if may_review {
        let count = call
            .state
            .blocking(move |registry| registry.waiting(&actor));
        Some(count.await?)
    } else {
        None
    };
    let shown = json!({
        "waiting": waiting,
        "may_submit": may_submit,
        "may_read": may_read && !may_review,
        "may_add_organizations": may_add_organizations,
        "may_keep_accounts": may_keep,
    });
    page("work.html", StatusCode::OK, shown, &call)
}
