//! Keeping the whole of a registry safe: backing up, restoring, moving, checking.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;

use super::progress;
use crate::app;
use crate::config::{Database, Secret};
use crate::store::{self, Store};

/// A file and the database that it is of.
#[derive(Args, Debug)]
pub(super) struct Backup {
    /// Where to write the backup
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

/// A backup, and the database that is made of it.
#[derive(Args, Debug)]
pub(super) struct Restore {
    /// The backup to restore, as `backup` wrote it
    file: PathBuf,
    /// Restore it also if something in it is not as its log says: a table that is wrong, or a log with a gap
    #[arg(long)]
    unchecked: bool,
    #[command(flatten)]
    database: Database,
}

/// Where to.
#[derive(Args, Debug)]
pub(super) struct Move {
    /// `postgres://user:password@host/name` of an empty database, or a new folder for the embedded one
    #[arg(
        long,
        value_name = "URL",
        env = "HERITAGE_MOVE_TO",
        hide_env_values = true
    )]
    to: Secret,
    #[command(flatten)]
    database: Database,
}

/// Where the database is, alone.
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(flatten)]
    database: Database,
}

pub(super) fn backup(asked: &Backup) -> anyhow::Result<()> {
    let store = stored(&asked.database)?;
    let bar = progress::bar("backing up", of(&store)?);
    let last = app::backup(&store, &asked.file, || bar.inc(1));
    bar.finish_and_clear();
    let (last, place, file) = (last?, app::place(&asked.database), asked.file.display());
    say!("backed up {last} changes of {place} into {file}");
    Ok(())
}

pub(super) fn restore(asked: &Restore) -> anyhow::Result<()> {
    app::check_backup(&asked.file)?;
    let _claim = app::claim(&asked.database)?;
    let store = app::empty(&asked.database)?;
    let bar = progress::lines("restoring");
    let last = app::restore(&asked.file, &store, !asked.unchecked, || bar.inc(1));
    bar.finish_and_clear();
    let (last, place, file) = (last?, app::place(&asked.database), asked.file.display());
    if asked.unchecked {
        say!("restored {last} changes from {file} into {place}");
        return sound(&store);
    }
    say!("restored {last} changes from {file} into {place}: everything is as the log says");
    Ok(())
}

pub(super) fn move_over(asked: &Move) -> anyhow::Result<()> {
    let target = Database::named(&asked.to).map_err(|wrong| anyhow!("--to: {wrong}"))?;
    let from = stored(&asked.database)?;
    let is_file = asked.database.database_url.is_none() && target.database_url.is_none();
    if is_file && is_same(&asked.database.data, &target.data) {
        bail!("--to names the database itself: name a new folder");
    }
    let _claims = (app::claim(&asked.database)?, app::claim(&target)?);
    let to = app::empty(&target)?;
    let bar = progress::bar("moving", 2 * of(&from)?);
    let last = app::move_over(&from, &to, || bar.inc(1));
    bar.finish_and_clear();
    let (last, from_place, place) = (last?, app::place(&asked.database), app::place(&target));
    say!(
        "moved {last} changes from {from_place} to {place}: start the registry there; the old one is as it was"
    );
    Ok(())
}

pub(super) fn check(asked: &Check) -> anyhow::Result<()> {
    sound(&stored(&asked.database)?)
}

/// Fails with all that is not as it must be.
fn sound(store: &Store) -> anyhow::Result<()> {
    let checked = progress::during("checking", || store.check())?;
    if checked.found > 0 {
        return Err(store::Error::Unsound(checked).into());
    }
    say!(
        "everything is as the log says: {} changes, {} records",
        checked.changes,
        checked.records
    );
    Ok(())
}

fn stored(database: &Database) -> anyhow::Result<Store> {
    database.check().map_err(anyhow::Error::msg)?;
    app::stored(&app::place(database))
}

/// Whether two names are those of one folder.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |folder: &Path| folder.canonicalize().ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}

/// How many changes there are.
fn of(store: &Store) -> anyhow::Result<usize> {
    Ok(usize::try_from(store.last_seq()?.0)?)
}
