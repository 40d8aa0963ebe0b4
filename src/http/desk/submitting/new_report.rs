//! `/desk/reports/new`: what somebody saw at a site.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

use super::sending::{KEY, Outcome, TAKEN, Wanted, receipt_of, send as send_new, typed_of};
use crate::domain::{Collection, Deed};
use crate::http::Problem;
use crate::http::call::Call;
use crate::http::desk::forms::{Body, Faulty, FormPage, REPORT, Target, Typed};
use crate::http::desk::{Sent, Work, see_other};
use crate::http::reader::parse_lang;
use crate::query::Parameters;

/// `GET /desk/reports/new?site_id=…`.
pub(in crate::http) async fn show(work: Work) -> Result<HttpResponse, Problem> {
    let Work { call, actor } = work;
    actor
        .may(Deed::create(Collection::ConditionReports))
        .map_err(Problem::refused)?;
    let mut parameters = Parameters::parse(call.request.query_string());
    parameters.take("lang", parse_lang);
    let site = parameters.take("site_id", |text| Ok(text.to_owned()));
    parameters
        .finish(&["lang", "site_id"])
        .map_err(Problem::parameters)?;
    let mut typed = Typed::default();
    // What most people report is what they saw on this day.
    typed.preset(
        "observed_on",
        call.state.registry.today().to_string().into(),
    );
    typed.preset("method", "field_visit".into());
    if let Some(site) = site {
        typed.preset("site_id", site.into());
    }
    let key = call.state.registry.request_key();
    let nothing = Faulty::default();
    page(&typed, &nothing, &key)
        .with("is_fresh", true.into())
        .answer(StatusCode::OK, &call)
}

/// `POST /desk/reports/new`.
pub(in crate::http) async fn send(sent: Sent) -> Result<HttpResponse, Problem> {
    let (wanted, work, fields) = Wanted::of(sent);
    let call = work.call;
    let mut typed = typed_of(&REPORT, &fields)?;
    let key = fields.one(KEY);
    match wanted {
        Wanted::Row(name) => {
            typed.add_row(&REPORT, &name);
            return answer(StatusCode::OK, &typed, &Faulty::default(), key, &call);
        }
        Wanted::Again => return answer(StatusCode::OK, &typed, &Faulty::default(), key, &call),
        Wanted::Send | Wanted::SendAnyway | Wanted::Look => {}
    }
    let body = Body::of(&REPORT, &typed);
    match send_new(&REPORT, &body, &fields, &call).await? {
        Outcome::Made(record) => Ok(see_other(
            &call,
            &format!("{}?sent=true#{TAKEN}", receipt_of(record)),
        )),
        Outcome::Faulty(faulty) => answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            &typed,
            &faulty,
            key,
            &call,
        ),
        Outcome::SentBefore => {
            let key = call.state.registry.request_key();
            let nothing = Faulty::default();
            let page = page(&typed, &nothing, &key).with("sent_before", true.into());
            page.answer(StatusCode::CONFLICT, &call)
        }
    }
}

fn page<'a>(typed: &'a Typed, faulty: &'a Faulty, key: &str) -> FormPage<'a> {
    FormPage {
        form: &REPORT,
        typed,
        faulty,
        target: Target::New,
        action: "/desk/reports/new".to_owned(),
        draft: "new_report".to_owned(),
        hidden: vec![(KEY, key.to_owned())],
        more: json!({}),
    }
}

fn answer(
    status: StatusCode,
    typed: &Typed,
    faulty: &Faulty,
    key: &str,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    page(typed, faulty, key).answer(status, call)
}
