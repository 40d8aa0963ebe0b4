//! `/desk/reports/new`: what somebody saw at a site.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::new_record;
use super::sending::faults;
use crate::http::Problem;
use crate::http::desk::forms::{Body, Faulty, REPORT, Typed};
use crate::http::desk::{Sent, Work};
use crate::http::reader::parse_lang;
use crate::query::Parameters;

/// `GET /desk/reports/new?site_id=…`.
pub(in crate::http) async fn show(work: Work) -> Result<HttpResponse, Problem> {
    work.may_create(&REPORT)?;
    let call = &work.call;
    let mut parameters = Parameters::parse(call.request.query_string());
    parameters.take("lang", parse_lang);
    let site = parameters.take("site_id", |text| Ok(text.to_owned()));
    parameters
        .finish(&["lang", "site_id"])
        .map_err(Problem::parameters)?;
    let mut typed = Typed::default();
    // What most people report is what they saw on this day.
    let today = call.state.registry.today();
    typed.preset("observed_on", today.to_string().into());
    typed.preset("method", "field_visit".into());
    let mut faulty = Faulty::default();
    if let Some(site) = site {
        typed.preset("site_id", site.into());
        // Of a site that is not there, or not for them, it is told before they write a report on it.
        let body = Body::of(&REPORT, &typed);
        faulty = faults(&REPORT, &body, call).await?.only_at("site_id");
    }
    let status = if faulty.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    new_record::show(&REPORT, (&typed, &faulty), status, call)
}

/// `POST /desk/reports/new`.
pub(in crate::http) async fn send(sent: Sent) -> Result<HttpResponse, Problem> {
    new_record::send(&REPORT, sent).await
}
