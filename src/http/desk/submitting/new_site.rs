//! `/desk/sites/new`: a site that the registry does not have. Sites that may be the same are shown before it is sent.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::new_record;
use super::sending::{KEY, Outcome, Wanted, faults, led_to, send as send_new, typed_of};
use crate::domain::{Actor, Collection, Scheme, Traits};
use crate::http::call::Call;
use crate::http::desk::forms::{Body, Faulty, SITE, Typed};
use crate::http::desk::{Sent, Work, see_other};
use crate::http::layer::path_of_item;
use crate::http::{Problem, respond, waiting};

/// `GET /desk/sites/new`.
pub(in crate::http) async fn show(work: Work) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    work.may_create(&SITE)?;
    let mut typed = Typed::default();
    let lang = respond::language(&work.call.reader);
    typed.preset("sources", own_knowledge(lang));
    let nothing = Faulty::default();
    new_record::show(&SITE, (&typed, &nothing), StatusCode::OK, &work.call)
}

/// The source that most people have who propose a site. They see it and may put another one in its place.
fn own_knowledge(lang: &str) -> Value {
    let kind = Scheme::SourceKind.find("own_knowledge");
    let title = kind.map(|kind| kind.label(lang));
    json!([{ "key": "s1", "kind": "own_knowledge", "title": [{ "text": title, "lang": lang }] }])
}

/// `POST /desk/sites/new`.
pub(in crate::http) async fn send(sent: Sent) -> Result<HttpResponse, Problem> {
    let (wanted, work, fields) = Wanted::of(sent);
    work.may_create(&SITE)?;
    let Work { call, actor } = work;
    let mut typed = typed_of(&SITE, &fields)?;
    let nothing = Faulty::default();
    let key = fields.one(KEY);
    if let Wanted::Row(name) = &wanted {
        typed.add_row(&SITE, name);
    }
    let page_of = |faulty| new_record::page(&SITE, &typed, faulty, key);
    if matches!(wanted, Wanted::Row(_) | Wanted::Again) {
        return page_of(&nothing).answer(StatusCode::OK, &call);
    }
    let body = Body::of(&SITE, &typed);
    let likely = likely(&body, actor, &call).await?;
    let is_alone = likely.is_empty();
    let beside_likely = |faulty| page_of(faulty).with("likely", likely.clone().into());
    if wanted == Wanted::Look {
        return beside_likely(&nothing).answer(StatusCode::OK, &call);
    }
    if wanted == Wanted::Send && !is_alone {
        // Nothing is sent before somebody looked at them; what is wrong is told with them, and not after.
        let faulty = faults(&SITE, &body, &call).await?;
        let status = if faulty.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        return beside_likely(&faulty).answer(status, &call);
    }
    match send_new(&SITE, &body, &fields, &call).await? {
        Outcome::Made(record) => Ok(see_other(&call, &led_to(record))),
        Outcome::Faulty(faulty) if is_alone => {
            page_of(&faulty).answer(StatusCode::UNPROCESSABLE_ENTITY, &call)
        }
        // Whoever looked at them is not asked again.
        Outcome::Faulty(faulty) => {
            beside_likely(&faulty).answer(StatusCode::UNPROCESSABLE_ENTITY, &call)
        }
        Outcome::SentBefore => new_record::sent_before(&SITE, &typed, &call),
    }
}

/// The sites that may be the same, within what whoever asks sees.
pub(super) async fn likely(body: &Body, actor: Actor, call: &Call) -> Result<Vec<Value>, Problem> {
    let (traits, snapshot) = (Traits::of_members(&body.members), call.snapshot());
    let found = call
        .state
        .blocking(move |registry| registry.likely_before(&actor, &snapshot, &traits))
        .await?;
    let shown = found.iter().map(|(likeness, site)| {
        let feature = waiting::whole(site, call);
        json!({
            "id": site.id,
            "path": path_of_item(Collection::Sites, site.id),
            "text": feature["properties"]["label"],
            "lang": feature["properties"]["label_lang"],
            "site_type": feature["properties"]["site_type"],
            "distance": likeness.distance.map(|metres| metres.get().round()),
        })
    });
    Ok(shown.collect())
}
