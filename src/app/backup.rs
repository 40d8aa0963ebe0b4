//! Backups: all that a database holds in one file, of which either engine makes a database again; and moving without a file.
//!
//! The file is lines of JSON, compressed: what it is, then each row, then how many there were.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::domain::{Fault, Faults, Seq};
use crate::files::write_whole;
use crate::store::{self, Row, Store};

/// The form of a backup. A program reads those of its own number and of all before.
const FORM: u32 = 1;

/// How strongly it is compressed: texts become a tenth, and it takes no longer than writing them as they are.
const LEVEL: i32 = 3;

/// How whatever zstd has compressed begins (RFC 8878, 3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// What the first line says.
#[derive(Serialize, Deserialize)]
struct Head {
    heritage_registry_backup: u32,
    made_by: String,
}

/// What the last line says.
#[derive(Serialize, Deserialize)]
struct End {
    end: u64,
}

/// How the last line begins, and no row does.
const END: &str = "{\"end\":";

/// Writes all that a database holds at one moment into a file, while others go on; nobody but its owner may read it.
///
/// `told` hears of each change that is written.
pub fn backup(store: &Store, file: &Path, mut told: impl FnMut()) -> anyhow::Result<Seq> {
    let mut last = Seq(0);
    write_whole(file, |out: &mut BufWriter<File>| -> anyhow::Result<()> {
        let mut out = zstd::Encoder::new(out, LEVEL)?;
        out.include_checksum(true)?;
        line(
            &mut out,
            &Head {
                heritage_registry_backup: FORM,
                made_by: env!("CARGO_PKG_VERSION").to_owned(),
            },
        )?;
        let mut count = 0;
        last = store.dump(|row| -> anyhow::Result<()> {
            count += 1;
            if row.is_change() {
                told();
            }
            Ok(line(&mut out, &row)?)
        })?;
        line(&mut out, &End { end: count })?;
        out.finish()?;
        Ok(())
    })
    .with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(last)
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Fills a database that holds nothing from a backup, whole or not at all.
///
/// `told` hears of each change that is read, twice: once to see that the file is whole and what it comes to, once to write.
pub fn restore(file: &Path, store: &Store, mut told: impl FnMut()) -> anyhow::Result<Seq> {
    into_empty(store, |take| read(file, take, &mut told))
}

/// Fills a database that holds nothing with all that another one holds.
pub fn move_over(from: &Store, to: &Store, mut told: impl FnMut()) -> anyhow::Result<Seq> {
    let before = from.last_seq()?;
    into_empty(to, |take| {
        let last = from.dump(|row| {
            if row.is_change() {
                told();
            }
            take(row)
        })?;
        anyhow::ensure!(
            last == before,
            "somebody wrote meanwhile: stop the registry, and move it again"
        );
        Ok(())
    })
}

fn into_empty(
    store: &Store,
    source: impl FnMut(&mut dyn FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()>,
) -> anyhow::Result<Seq> {
    store
        .fill(source)
        .map_err(|error| match error.downcast_ref() {
            Some(store::Error::Exists) => {
                anyhow::anyhow!("the database holds a registry already: give one that is new")
            }
            _ => error,
        })
}

/// Gives the rows of a backup.
fn read(
    file: &Path,
    take: &mut dyn FnMut(Row) -> anyhow::Result<()>,
    told: &mut impl FnMut(),
) -> anyhow::Result<()> {
    let wrong = |detail: &str| {
        Faults(vec![Fault {
            place: file.display().to_string(),
            detail: detail.to_owned(),
        }])
    };
    let cut = || wrong("ends too soon, or is damaged: take another copy of it");
    let none = || wrong("is no backup of a registry");
    let opened = File::open(file).with_context(|| file.display().to_string())?;
    let mut opened = BufReader::new(opened);
    anyhow::ensure!(opened.fill_buf()?.starts_with(&ZSTD), none());
    let mut lines = BufReader::new(zstd::Decoder::with_buffer(opened)?).lines();
    let head = lines.next().transpose().map_err(|_| cut())?;
    let head: Option<Head> = head.and_then(|head| serde_json::from_str(&head).ok());
    let head = head.ok_or_else(none)?;
    if head.heritage_registry_backup > FORM {
        let detail = format!(
            "was made by a newer program ({}): restore it with that one",
            head.made_by
        );
        return Err(wrong(&detail).into());
    }
    let mut count = 0;
    while let Some(line) = lines.next() {
        let line = line.map_err(|_| cut())?;
        if line.starts_with(END) {
            let end: End = serde_json::from_str(&line).map_err(|_| cut())?;
            // Only behind the last line it is known whether the checksum is right.
            anyhow::ensure!(end.end == count && lines.next().is_none(), cut());
            return Ok(());
        }
        let row: Row = serde_json::from_str(&line).map_err(|_| cut())?;
        if row.is_change() {
            told();
        }
        take(row)?;
        count += 1;
    }
    Err(cut().into())
}
