//! The file in which the catalogue is kept from one start to the next: with it, a start reads what changed since.
//!
//! Its first line says of which build and of which log it is. Whatever is wrong with it, the database has everything, and
//! the start only takes longer. It is written anew every so many changes, beside everything else and into the file's place
//! in one step.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::catalogue::{Catalogue, Kept};
use crate::domain::{Command, Id, Seq};
use crate::store::{self, Store};

/// After so many changes the file is written again: a start reads that many in about half a second, and a catalogue that
/// never had as many needs no file. (Of a million made-up sites it has 0.3 GB, and takes 3 s of one processor.)
const EVERY: i64 = 10_000;

/// The first line is not longer than this.
const LONGEST_HEAD: u64 = 300;

/// The file of a catalogue.
#[derive(Debug)]
pub(super) struct KeptFile {
    path: PathBuf,
    /// The place in the log that it stands for.
    at: Mutex<Seq>,
}

impl KeptFile {
    /// The file at `path`, and the catalogue in it; an empty one if it cannot be used.
    pub(super) fn open(path: &Path, store: &Store) -> Result<(KeptFile, Catalogue), store::Error> {
        let catalogue = match read(path, store) {
            Ok(kept) => kept.open(),
            Err(Unusable::Store(error)) => return Err(error),
            Err(Unusable::Missing) => Catalogue::default(),
            Err(unusable) => {
                tracing::warn!(file = %path.display(), "{unusable}: every record is read instead");
                Catalogue::default()
            }
        };
        let file = KeptFile {
            path: path.to_owned(),
            at: Mutex::new(catalogue.shown()),
        };
        Ok((file, catalogue))
    }

    /// Writes the file if there is enough that it does not know.
    pub(super) fn write_if_due(&self, catalogue: &Catalogue, store: &Store) {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        if catalogue.shown().0 - at.0 < EVERY {
            return;
        }
        match keep(&self.path, catalogue, store) {
            Ok(seq) => *at = seq,
            Err(error) => {
                tracing::warn!(file = %self.path.display(), %error, "the next start takes longer");
                // Not tried again at once.
                *at = catalogue.shown();
            }
        }
    }
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("there is none")]
    Missing,
    #[error("another build of the program wrote it, or it belongs to another database")]
    Other,
    #[error("it cannot be read ({0})")]
    Damaged(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn read(path: &Path, store: &Store) -> Result<Kept, Unusable> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Unusable::Missing,
        _ => error.into(),
    })?;
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut line = String::new();
    file.by_ref().take(LONGEST_HEAD).read_line(&mut line)?;
    let seq = line
        .split_once(CHANGE)
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    let seq = Seq(seq.ok_or(Unusable::Other)?);
    let command = store.command(seq)?.ok_or(Unusable::Other)?;
    if line != head(seq, command) {
        return Err(Unusable::Other);
    }
    let kept = Kept::read(file)?;
    if kept.seq() == seq {
        Ok(kept)
    } else {
        Err(Unusable::Other)
    }
}

/// Writes the file that [`Parts::open`](super::Parts::open) reads; gives the place in the log that it stands for.
pub fn keep(path: &Path, catalogue: &Catalogue, store: &Store) -> anyhow::Result<Seq> {
    let kept = catalogue.keep();
    let Some(command) = store.command(kept.seq())? else {
        // Nothing was ever written.
        return Ok(kept.seq());
    };
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let unfinished = path.with_extension("unfinished");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    let mut file = BufWriter::with_capacity(1 << 20, file);
    file.write_all(head(kept.seq(), command).as_bytes())?;
    kept.write(&mut file)?;
    file.flush()?;
    fs::rename(&unfinished, path)?;
    Ok(kept.seq())
}

/// What stands before the place in the log.
const CHANGE: &str = ", change ";

/// The first line. A log goes on from a place in one way only, and no two commands have one id.
fn head(seq: Seq, command: Id<Command>) -> String {
    let build = env!("HERITAGE_BUILD");
    format!("heritage-registry catalogue, build {build}{CHANGE}{seq} of command {command}\n")
}
