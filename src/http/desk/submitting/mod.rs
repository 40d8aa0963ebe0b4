//! The pages with which people submit: a report, a site, a change of either, and what became of it.
//!
//! What a form says becomes the draft that the API would be sent, and goes through the same commands: `creates::make` and
//! `Registry::edit`. Forms themselves are in `desk/forms/`. Start at `new_report.rs`.

mod edited;
mod in_words;
mod new_report;
mod new_site;
mod sending;
mod submissions;

pub(in crate::http) use edited::{report, save_report, save_site, site};
pub(in crate::http) use new_report::{send as send_report, show as new_report};
pub(in crate::http) use new_site::{send as send_site, show as new_site};
pub(in crate::http) use submissions::{
    list as submissions, report as submitted_report, site as submitted_site,
};
