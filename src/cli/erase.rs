//! Erasing at the command line.

use clap::Args;
use serde_json::json;

use super::commands::{counted, open, said};
use crate::app;
use crate::config::Database;
use crate::domain::{self, Collection, Erasure, Id, read};
use crate::files::delete_whole;

/// What is erased of which record.
#[derive(Args, Debug)]
pub(super) struct Erase {
    /// sites, condition-reports, organizations or regions
    collection: Collection,
    /// Id of the record
    #[arg(value_parser = Id::<domain::Site>::parse)]
    id: Id<domain::Site>,
    /// Name of the property, as `summary` or `directions`
    property: String,
    /// Only what has this text in it: of a list, the entries
    #[arg(long, value_name = "TEXT")]
    containing: Option<String>,
    /// Why; kept in the log, so that it must not say what
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    database: Database,
}

pub(super) fn erase(asked: Erase) -> anyhow::Result<()> {
    let body = json!({
        "property": asked.property,
        "containing": asked.containing,
        "reason": asked.reason,
    });
    let erasure = said(read(&body, "", Erasure::read))?;
    let (registry, actor) = open(&asked.database)?;
    let record = asked.collection.record(asked.id.uuid());
    let done = said(registry.erase(&actor, record, &erasure))?.open();
    // A server that runs writes it anew; without one it would stay.
    delete_whole(&app::kept_file(&asked.database))?;
    let versions = counted(done.versions, "versions");
    say!("erased from {versions} of {}", done.record);
    if done.is_in_files {
        say!(
            "its files have it still, since somebody reads them, a backup perhaps: a server that runs takes it out as soon as it can, else give the command `check` later"
        );
    }
    Ok(())
}
