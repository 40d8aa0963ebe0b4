//! Pages for work: signing in, and forms for those who submit, review and administer, without a script.
//!
//! A page is answered to whoever is signed in by a cookie, and what it sends goes through the same commands as the API.
//! Handlers take [`Work`] to show a page and [`Sent`] to take a form; what both promise stands there. Start at `form.rs`.

mod accounts;
mod controls;
mod fields;
mod form;
mod forms;
mod hints;
mod home;
mod origin;
mod page;
mod queue;
mod review;
mod routes;
mod said;
mod short_form;
mod signing_in;
mod submitting;
mod words;

pub(super) use accounts::{
    add as add_account, change as change_account, list as accounts, show as account,
};
pub(super) use home::show as home;
pub(super) use queue::show as queue;
pub(super) use review::{decide, show as review};
pub(super) use routes::ROUTES;
pub(super) use signing_in::{show as sign_in_page, sign_in, sign_out};
pub(super) use submitting::{
    new_organization, new_report, new_site, organization, report, save_organization, save_report,
    save_site, send_organization, send_report, send_site, site, submissions, submitted_report,
    submitted_site,
};

use fields::Fields;
use form::{Sent, Work};
use page::page;
use said::Said;
use signing_in::see_other;
