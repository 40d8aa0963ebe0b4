//! The pages with which people submit: a report, a site, an organization, a change of any, and what became of it.
//!
//! What a form says becomes the draft that the API would be sent, and goes through the same commands: `creates::make` and
//! `Registry::edit`. Forms themselves are in `desk/forms/`. Start at `new_record.rs`.

mod edited;
mod in_words;
mod new_organization;
mod new_record;
mod new_report;
mod new_site;
mod sending;
mod submissions;

pub(in crate::http) use edited::{
    organization, report, save_organization, save_report, save_site, site,
};
pub(in crate::http) use new_organization::{send as send_organization, show as new_organization};
pub(in crate::http) use new_report::{send as send_report, show as new_report};
pub(in crate::http) use new_site::{send as send_site, show as new_site};
pub(in crate::http) use submissions::{
    list as submissions, report as submitted_report, site as submitted_site,
};
