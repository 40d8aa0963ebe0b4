//! What forms for new records have in common: the key by which one that is sent twice makes one record, and what is
//! answered to who sent it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use sha2::{Digest, Sha256};

use crate::domain::{Collection, Edit, RecordRef, Wrong};
use crate::http::Problem;
use crate::http::call::Call;
use crate::http::creates::{Sending, examine, make};
use crate::http::desk::forms::{Body, Faulty, Form, FormPage, Typed};
use crate::http::desk::{Fields, Sent, Work, page};
use crate::http::kind::Kind;
use crate::http::layer::path_of_item;
use crate::registry::Request;

/// The hidden field with the key of a request (`Idempotency-Key`).
pub(super) const KEY: &str = "request_key";
/// The name of the buttons that carry something out.
const DO: &str = "do";
/// The name of the buttons that add a row.
const ADD: &str = "add";

/// The end of the address that whoever sent a form is led to once it was taken: then the browser forgets the draft.
pub(super) const TAKEN: &str = "taken";

/// What was typed into a form, if it is one that can be shown.
pub(super) fn typed_of(form: &Form, fields: &Fields) -> Result<Typed, Problem> {
    let typed = Typed::of_pairs(form, fields.iter());
    typed
        .fits()
        .map_err(|Wrong(detail)| Problem::of(Kind::TooLarge, detail))
}

/// What somebody wants who pressed a button of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// To have it carried out.
    Send,
    /// The same, although there are sites that may be the same.
    SendAnyway,
    /// To see the sites that may be the same.
    Look,
    /// A row more in a list.
    Row(String),
    /// To see it again.
    Again,
}

impl Wanted {
    /// What is wanted, by whom, and with which fields.
    pub(super) fn of(sent: Sent) -> (Wanted, Work, Fields) {
        let (work, fields) = match sent {
            Sent::Submitted { work, fields } => (work, fields),
            Sent::Kept { work, fields } => return (Wanted::Again, work, fields),
        };
        let row = fields.one(ADD);
        let wanted = match fields.one(DO) {
            _ if !row.is_empty() => Wanted::Row(row.to_owned()),
            "look" => Wanted::Look,
            "send_anyway" => Wanted::SendAnyway,
            _ => Wanted::Send,
        };
        (wanted, work, fields)
    }
}

/// What came of sending a new record.
pub(super) enum Outcome {
    /// It was made, now or when the form was sent for the first time.
    Made(RecordRef),
    /// Something is wrong in it.
    Faulty(Faulty),
    /// The form was sent before with other words in it.
    SentBefore,
}

/// Sends a new record, as `POST /collections/{collection}/items` does.
pub(super) async fn send(
    form: &Form,
    body: &Body,
    fields: &Fields,
    call: &Call,
) -> Result<Outcome, Problem> {
    let actor = call.actor()?;
    let feature = body.feature();
    let edit = match Edit::new(&feature, "") {
        Ok(edit) => edit,
        Err(faults) => return Ok(Outcome::Faulty(Faulty::of(&faults.0, body))),
    };
    let key = fields.one(KEY);
    let request = (!key.is_empty()).then(|| Request {
        key: format!("form {key}"),
        hash: Sha256::new()
            .chain_update(form.collection.id())
            .chain_update(feature.to_string())
            .finalize()
            .into(),
    });
    let sending = Sending {
        edits: vec![(String::new(), edit)],
        request,
        via: "web",
    };
    match make(form.collection, sending, actor, call).await {
        Ok(records) => {
            let made = records.first().copied();
            made.map(Outcome::Made).ok_or_else(Problem::gone)
        }
        Err(problem) => match problem.kind() {
            Kind::Invalid => Ok(Outcome::Faulty(Faulty::of(&problem.in_body(), body))),
            Kind::OtherRequest => Ok(Outcome::SentBefore),
            _ => Err(problem),
        },
    }
}

/// What is wrong with a new record that is not sent yet.
pub(super) async fn faults(form: &Form, body: &Body, call: &Call) -> Result<Faulty, Problem> {
    let edit = match Edit::new(&body.feature(), "") {
        Ok(edit) => edit,
        Err(faults) => return Ok(Faulty::of(&faults.0, body)),
    };
    let edits = vec![(String::new(), edit)];
    match examine(form.collection, edits, call.actor()?, call).await {
        Ok(()) => Ok(Faulty::default()),
        Err(problem) if problem.kind() == Kind::Invalid => Ok(Faulty::of(&problem.in_body(), body)),
        Err(problem) => Err(problem),
    }
}

/// Where whoever sent a new record is led: what became of it, or the record itself where nobody decides on it.
pub(super) fn led_to(record: RecordRef) -> String {
    match record.collection {
        Collection::ConditionReports | Collection::Sites => {
            format!("{}?sent=true#{TAKEN}", receipt_of(record))
        }
        Collection::Organizations | Collection::Regions => {
            format!("{}#{TAKEN}", path_of_item(record.collection, record.id))
        }
    }
}

/// The path of what became of a record that was sent.
pub(super) fn receipt_of(record: RecordRef) -> String {
    format!(
        "/desk/submissions/{}/{}",
        kind(record.collection),
        record.id
    )
}

/// The path of a record in its form.
pub(super) fn edit_of(record: RecordRef) -> String {
    format!("/desk/{}/{}/edit", kind(record.collection), record.id)
}

/// What records are called in the addresses of pages for work.
pub(super) const fn kind(collection: Collection) -> &'static str {
    match collection {
        Collection::ConditionReports => "reports",
        Collection::Organizations => "organizations",
        Collection::Regions => "regions",
        Collection::Sites => "sites",
    }
}

impl FormPage<'_> {
    /// The answer with it.
    pub(super) fn answer(self, status: StatusCode, call: &Call) -> Result<HttpResponse, Problem> {
        page("record_form.html", status, self.shown(call), call)
    }
}
