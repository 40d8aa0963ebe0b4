//! What the pages for new records have in common: the form that is shown, and what becomes of it when it is sent.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

use super::sending::{KEY, Outcome, Wanted, kind, led_to, send as send_new, typed_of};
use crate::domain::Deed;
use crate::http::Problem;
use crate::http::call::Call;
use crate::http::desk::forms::{Body, Faulty, Form, FormPage, Target, Typed};
use crate::http::desk::{Sent, Work, see_other};

/// A form as it is opened: with what is filled in already, and what is wrong with that.
pub(super) fn show(
    form: &'static Form,
    (typed, faulty): (&Typed, &Faulty),
    status: StatusCode,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let key = call.state.registry.request_key();
    page(form, typed, faulty, &key)
        .with("is_fresh", true.into())
        .answer(status, call)
}

/// A form that is sent.
pub(super) async fn send(form: &'static Form, sent: Sent) -> Result<HttpResponse, Problem> {
    let (wanted, work, fields) = Wanted::of(sent);
    work.may_create(form)?;
    let call = work.call;
    let mut typed = typed_of(form, &fields)?;
    let (key, nothing) = (fields.one(KEY), Faulty::default());
    if let Wanted::Row(name) = &wanted {
        typed.add_row(form, name);
    }
    if matches!(wanted, Wanted::Row(_) | Wanted::Again) {
        return page(form, &typed, &nothing, key).answer(StatusCode::OK, &call);
    }
    let body = Body::of(form, &typed);
    match send_new(form, &body, &fields, &call).await? {
        Outcome::Made(record) => Ok(see_other(&call, &led_to(record))),
        Outcome::Faulty(faulty) => {
            let page = page(form, &typed, &faulty, key);
            page.answer(StatusCode::UNPROCESSABLE_ENTITY, &call)
        }
        Outcome::SentBefore => sent_before(form, &typed, &call),
    }
}

/// The answer to a form that was sent before with other words in it.
pub(super) fn sent_before(
    form: &'static Form,
    typed: &Typed,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (key, nothing) = (call.state.registry.request_key(), Faulty::default());
    page(form, typed, &nothing, &key)
        .with("sent_before", true.into())
        .answer(StatusCode::CONFLICT, call)
}

/// A form for a new record on its page.
pub(super) fn page<'a>(
    form: &'static Form,
    typed: &'a Typed,
    faulty: &'a Faulty,
    key: &str,
) -> FormPage<'a> {
    let kind = kind(form.collection);
    FormPage {
        form,
        typed,
        faulty,
        target: Target::New,
        action: format!("/desk/{kind}/new"),
        draft: format!("new {kind}"),
        hidden: vec![(KEY, key.to_owned())],
        more: json!({ "can_look": form.can_look() }),
    }
}

impl Work {
    /// Fails for whoever may not make what a form makes.
    pub(super) fn may_create(&self, form: &Form) -> Result<(), Problem> {
        let deed = Deed::create(form.collection);
        self.actor.may(deed).map_err(Problem::refused)
    }
}
