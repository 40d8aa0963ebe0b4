//! Bringing in a file of records.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::commands::{counted, open, said};
use super::progress;
use crate::config::Database;
use crate::domain::{
    Actor, Collection, Edit, Fault, FaultKind, Faults, Id, Organization, State, Wrong,
};
use crate::files::{self, Form, Found};
use crate::registry::{self, Import as Prepared, Item, Registry, Row};

/// So many faults of a file are told: who corrects it corrects many at once.
const MOST_TOLD: usize = 1000;

/// What is brought in from where.
#[derive(Args, Debug)]
#[command(after_help = FORMS)]
pub(super) struct Import {
    /// sites, condition-reports, organizations or regions
    collection: Collection,
    /// GeoJSON, GeoJSON lines or CSV, by the ending of its name
    file: PathBuf,
    /// Whether records are published at once, or wait for a reviewer
    #[arg(long, value_enum, default_value_t = As::Published)]
    state: As,
    /// Write the file in parts, between which others write; if it is interrupted, the same command goes on where it ended
    #[arg(long)]
    in_parts: bool,
    /// Only look for faults
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum As {
    Published,
    Proposed,
}

const FORMS: &str = "\
All of the file is brought in or nothing (but with --in-parts); every fault is told with its line. An id that is a UUID is kept.
  .geojson .json                        a FeatureCollection, its members as `export` and the API have them
  .geojsonl .geojsons .jsonl .ndjson    a feature on each line
  .csv .tsv                             a header and a row for each record, in UTF-8 or UTF-16, with , ; or tab between cells
In a table a column is named as the member, and parts of it as in `names.0.text` and `names.0.lang`; lists and objects are
JSON, lists of words may be written as `church|khachkar`; the place is in `lon` and `lat`, or in `geometry` as POINT (46.75 39.76).";

impl As {
    /// The state in which records of a collection begin.
    fn of(self, collection: Collection) -> Result<State, Wrong> {
        match (self, State::first(collection)) {
            (As::Published, _) => Ok(State::Published),
            (As::Proposed, State::Published) => Err(Wrong(format!(
                "--state proposed: {collection} are not proposed: leave it out"
            ))),
            (As::Proposed, first) => Ok(first),
        }
    }
}

pub(super) fn import(asked: Import) -> anyhow::Result<()> {
    let file = asked.file.display();
    let form = Form::of(&asked.file);
    let form = form.map_err(|wrong| anyhow::anyhow!("{file}: {wrong}"))?;
    let state = asked
        .state
        .of(asked.collection)
        .map_err(anyhow::Error::msg)?;
    let bytes = fs::read(&asked.file).with_context(|| file.to_string())?;
    let named = asked.in_parts.then(|| Sha256::digest(&bytes));
    let (registry, actor) = open(&asked.database)?;

    let reading = progress::lines("reading");
    let (mut items, mut faulty, mut faults) = (Vec::<Item>::new(), Vec::new(), Vec::new());
    let mut untold = 0;
    let of_form = files::read(form, asked.collection, bytes, |found| {
        reading.inc(1);
        let line = found.line;
        let row = row(&asked.file, &found).map(|mut row| {
            // Whoever gives the command again means the same records.
            row.id = row.id.or(named.as_ref().map(|name| id_of(name, line)));
            row
        });
        let id = found.feature["id"].as_str().and_then(uuid);
        match row.and_then(|row| registry.item(&actor, asked.collection, state, row)) {
            Ok(item) => items.push(item),
            Err(Faults(of_row)) => {
                faulty.extend(id.map(|id| asked.collection.record(id)));
                // Those of one row more than are told.
                if faults.len() <= MOST_TOLD {
                    let at = at(&asked.file, line);
                    faults.extend(of_row.into_iter().map(|fault| placed(fault, &found, &at)));
                } else {
                    untold += of_row.len();
                }
            }
        }
    });
    faults.extend(of_form.into_iter().map(|fault| Fault {
        place: format!("{file}:{}", fault.place),
        ..fault
    }));
    reading.finish_and_clear();

    let prepared = progress::during("checking", || {
        registry.prepare(&actor, state, items, &faulty, faults)
    });
    let prepared = said(prepared.map_err(|error| in_order(error, &asked.file, untold)))?;
    let collection = asked.collection;
    let mut done = counted(prepared.len(), collection.id());
    if prepared.unchanged() > 0 {
        let _ = write!(done, "; already there: {}", prepared.unchanged());
    }
    if asked.dry_run {
        say!("can import {done}");
        return Ok(());
    }
    if prepared.is_empty() {
        say!("imported {done}");
        return Ok(());
    }
    if asked.in_parts {
        write_parts(&registry, &actor, prepared)?;
    } else {
        let written = progress::during("writing", || registry.bring_in(&actor, prepared));
        let _ = said(written)?.open();
    }
    say!("imported {done}");
    Ok(())
}

/// Records that are written at once where others are to write between: 0.1 ms for each, until all of them are shown.
const PART: usize = 2000;

/// Writes a part after the other, and leaves as much time to others as each takes.
fn write_parts(registry: &Registry, actor: &Actor, prepared: Prepared) -> anyhow::Result<()> {
    let all = prepared.len();
    let bar = progress::bar("writing", all);
    let mut written = 0;
    for part in prepared.in_parts(PART) {
        let (count, began) = (part.len(), Instant::now());
        let done = said(registry.bring_in(actor, part));
        let _ = done
            .with_context(|| format!("{written} of {all} are written and stay: mend this, and give the same command again"))?
            .open();
        written += count;
        bar.inc(u64::try_from(count).unwrap_or_default());
        if written < all {
            pause(began.elapsed());
        }
    }
    bar.finish_and_clear();
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever waits for the lock is in another process, and tells nobody"
)]
fn pause(time: Duration) {
    thread::sleep(time);
}

/// The id of a record without one: of a file and a line always the same.
fn id_of(file: &[u8], line: usize) -> Uuid {
    let digest = Sha256::new()
        .chain_update(file)
        .chain_update(line.to_le_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// A place in the file, as other programs tell one: `sites.csv:3: `.
fn at(file: &Path, line: usize) -> String {
    format!("{}:{line}: ", file.display())
}

/// A record of the file.
fn row(file: &Path, found: &Found) -> Result<Row, Faults> {
    let place = at(file, found.line);
    let edit = Edit::new(&found.feature, &place)?;
    // Programs that make ids of their own use numbers: those say nothing here.
    Ok(Row {
        edit: if found.is_row { edit.of_row() } else { edit },
        id: found.feature["id"].as_str().and_then(uuid),
        place,
    })
}

fn uuid(text: &str) -> Option<Uuid> {
    Id::<Organization>::parse(text).ok().map(Id::uuid)
}

/// A fault of a record at its place in the file.
fn placed(fault: Fault, found: &Found, at: &str) -> Fault {
    let place = match fault.place.strip_prefix(at) {
        Some(place) => format!("{at}{}", found.place_in_file(place)),
        None => fault.place,
    };
    Fault { place, ..fault }
}

/// Faults in the order of their lines; of very many, the first.
fn in_order(error: registry::Error, file: &Path, untold: usize) -> registry::Error {
    let registry::Error::Faults(Faults(mut faults)) = error else {
        return error;
    };
    let before = file.display().to_string().len() + 1;
    faults.sort_by_cached_key(|fault| {
        let line = fault.place.get(before..).unwrap_or_default();
        let line = line.split(':').next().unwrap_or_default();
        line.parse::<usize>().unwrap_or_default()
    });
    let more = faults.len().saturating_sub(MOST_TOLD) + untold;
    faults.truncate(MOST_TOLD);
    if more > 0 {
        faults.push(Fault {
            place: file.display().to_string(),
            kind: FaultKind::Other,
            detail: format!("and {more} more"),
        });
    }
    Faults(faults).into()
}
