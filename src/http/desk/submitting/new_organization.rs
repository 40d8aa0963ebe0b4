//! `/desk/organizations/new`: an organization that the registry does not have. Administrators add them, and nobody reviews them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::new_record;
use crate::http::Problem;
use crate::http::desk::forms::{Faulty, ORGANIZATION, Typed};
use crate::http::desk::{Sent, Work};

/// `GET /desk/organizations/new`.
pub(in crate::http) async fn show(work: Work) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    work.may_create(&ORGANIZATION)?;
    let nothing = (&Typed::default(), &Faulty::default());
    new_record::show(&ORGANIZATION, nothing, StatusCode::OK, &work.call)
}

/// `POST /desk/organizations/new`.
pub(in crate::http) async fn send(sent: Sent) -> Result<HttpResponse, Problem> {
    new_record::send(&ORGANIZATION, sent).await
}
