//! `/desk/sites/{id}/edit`, and the same of reports and organizations: a record in its form, to be changed or sent again. Only what was
//! changed is sent, as a merge patch; what the form does not show stays as it is.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Map, Value, json};

use super::sending::{TAKEN, Wanted, edit_of, receipt_of, typed_of};
use crate::domain::{Edit, Says, Version, Wrong};
use crate::http::Problem;
use crate::http::call::Call;
use crate::http::desk::forms::{
    Body, Changes, Faulty, Form, FormPage, ORGANIZATION, REPORT, SITE, Target, Typed, marks,
};
use crate::http::desk::words::of_reason;
use crate::http::desk::{Sent, Work, see_other};
use crate::http::edits::{Asked, shown};
use crate::http::kind::Kind;
use crate::http::layer::path_of_item;

/// The hidden field with the version that is changed (`If-Match`).
const VERSION: &str = "version";
/// The hidden field with the marks of what stood there.
const MARKS: &str = "marks";
/// What is said anew with each correction.
const NOTE: &str = "correction_note";

/// `GET /desk/sites/{id}/edit`.
pub(in crate::http) async fn site(id: Path<String>, work: Work) -> Result<HttpResponse, Problem> {
    show(&SITE, id.into_inner(), work).await
}

/// `GET /desk/reports/{id}/edit`.
pub(in crate::http) async fn report(id: Path<String>, work: Work) -> Result<HttpResponse, Problem> {
    show(&REPORT, id.into_inner(), work).await
}

/// `GET /desk/organizations/{id}/edit`.
pub(in crate::http) async fn organization(
    id: Path<String>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    show(&ORGANIZATION, id.into_inner(), work).await
}

/// `POST /desk/organizations/{id}/edit`.
pub(in crate::http) async fn save_organization(
    id: Path<String>,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    save(&ORGANIZATION, id.into_inner(), sent).await
}

/// `POST /desk/sites/{id}/edit`.
pub(in crate::http) async fn save_site(
    id: Path<String>,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    save(&SITE, id.into_inner(), sent).await
}

/// `POST /desk/reports/{id}/edit`.
pub(in crate::http) async fn save_report(
    id: Path<String>,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    save(&REPORT, id.into_inner(), sent).await
}

/// A record in its form.
struct Record {
    form: &'static Form,
    asked: Asked,
    version: Version,
    /// What whoever asks reads of it.
    shown: Map<String, Value>,
    /// The same as the form has it.
    typed: Typed,
    body: Body,
}

impl Record {
    async fn find(form: &'static Form, id: String, work: &Work) -> Result<Record, Problem> {
        let at = (form.collection, id);
        let asked = Asked::of(&at, work.actor.clone(), &work.call).await?;
        asked.edited()?;
        let (version, shown) = (asked.version()?, shown(asked.seen(), &work.call)?);
        let typed = Typed::of_record(form, &shown).fits();
        let mut typed = typed.map_err(|Wrong(detail)| Problem::of(Kind::NoTransition, detail))?;
        typed.take(NOTE, &Typed::default());
        let body = Body::of(form, &typed);
        Ok(Record {
            form,
            asked,
            version,
            shown,
            typed,
            body,
        })
    }

    /// Where whoever changed it sees what became of that.
    fn led_to(&self) -> String {
        let record = self.asked.record;
        if self.asked.is_own() {
            receipt_of(record)
        } else {
            path_of_item(record.collection, record.id)
        }
    }

    fn page<'a>(&self, typed: &'a Typed, faulty: &'a Faulty) -> FormPage<'a> {
        let is_correction = self
            .asked
            .edited()
            .is_ok_and(|row| row.says == Says::CorrectionNote);
        FormPage {
            form: self.form,
            typed,
            faulty,
            target: if is_correction {
                Target::Published
            } else {
                Target::Record
            },
            action: edit_of(self.asked.record),
            draft: format!("{} {}", self.asked.record.id, self.version),
            hidden: vec![
                (VERSION, self.version.to_string()),
                (MARKS, marks(self.form, &self.body)),
            ],
            more: json!({ "review": self.shown.get("review").map(answer) }),
        }
    }
}

/// What was decided last, with the key of its reason.
fn answer(review: &Value) -> Value {
    json!({ "reason": review["reason"].as_str().map(of_reason), "message": review["message"] })
}

async fn show(form: &'static Form, id: String, work: Work) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    let record = Record::find(form, id, &work).await?;
    let nothing = Faulty::default();
    record
        .page(&record.typed, &nothing)
        .with("is_fresh", true.into())
        .answer(StatusCode::OK, &work.call)
}

async fn save(form: &'static Form, id: String, sent: Sent) -> Result<HttpResponse, Problem> {
    let (wanted, work, fields) = Wanted::of(sent);
    let record = Record::find(form, id.clone(), &work).await?;
    let mut typed = typed_of(form, &fields)?;
    let nothing = Faulty::default();
    let body = Body::of(form, &typed);
    let marks_given = fields.one(MARKS);
    let changes = Changes::of(form, &body, &record.body, marks_given);
    if fields.one(VERSION) != record.version.to_string() {
        return conflict(&record, &changes, typed, &work.call);
    }
    match wanted {
        Wanted::Row(name) => {
            typed.add_row(form, &name);
            return record
                .page(&typed, &nothing)
                .answer(StatusCode::OK, &work.call);
        }
        Wanted::Again => {
            return record
                .page(&typed, &nothing)
                .answer(StatusCode::OK, &work.call);
        }
        Wanted::Send | Wanted::SendAnyway | Wanted::Look => {}
    }
    match carry_out(&record, &changes, &work).await {
        Ok(()) => Ok(see_other(
            &work.call,
            &format!("{}#{TAKEN}", record.led_to()),
        )),
        Err(problem) => match problem.kind() {
            Kind::Invalid => {
                let faulty = Faulty::of(&problem.in_body(), &body);
                let page = record.page(&typed, &faulty);
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &work.call)
            }
            // Somebody was quicker, between reading and writing.
            Kind::ChangedSince => {
                let record = Record::find(form, id, &work).await?;
                let changes = Changes::of(form, &body, &record.body, marks_given);
                conflict(&record, &changes, typed, &work.call)
            }
            _ => Err(problem),
        },
    }
}

async fn carry_out(record: &Record, changes: &Changes, work: &Work) -> Result<(), Problem> {
    let (actor, at) = (work.actor.clone(), record.asked.record);
    let patch = Value::Object(changes.patch.clone());
    let edit = Edit::patch(at.id, &patch).map_err(Problem::body)?;
    let (version, shown) = (record.version, record.shown.clone());
    let done = work
        .call
        .state
        .blocking(move |registry| registry.edit(&actor, at, version, &edit, &shown, true))
        .await?;
    work.call.shown(done).await?;
    Ok(())
}

/// The form of whoever was not quick enough: what they changed stays, and what others changed beside it is taken over.
fn conflict(
    record: &Record,
    changes: &Changes,
    mut typed: Typed,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    for name in &changes.of_others {
        typed.take(name, &record.typed);
    }
    let nothing = Faulty::default();
    let page = record.page(&typed, &nothing);
    page.after(changes, &record.body, call)
        .answer(StatusCode::PRECONDITION_FAILED, call)
}
