//! `/desk/reports/new`: what somebody saw at a site.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::new_record;
use crate::http::Problem;
use crate::http::desk::forms::{Faulty, REPORT, Typed};
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
    if let Some(site) = site {
        typed.preset("site_id", site.into());
    }
    let nothing = Faulty::default();
    new_record::show(&REPORT, (&typed, &nothing), StatusCode::OK, call)
}

/// `POST /desk/reports/new`.
pub(in crate::http) async fn send(sent: Sent) -> Result<HttpResponse, Problem> {
    new_record::send(&REPORT, sent).await
}
