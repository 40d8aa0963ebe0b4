//! Backups: all that a database holds in one file, of which either engine makes a database again; and moving without a file.
//!
//! The file is lines of JSON, compressed: what it is, then each row, then how many there were.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::domain::{Fault, FaultKind, Faults, Seq};
use crate::files::write_whole;
use crate::store::{self, LastErased, Row, Rows, Store};

/// The form of a backup. A program reads those of its own number and of all before.
const FORM: u32 = 1;

/// How strongly it is compressed: texts become a tenth, and it takes no longer than writing them as they are.
const LEVEL: i32 = 3;

/// How whatever zstd has compressed begins (RFC 8878, 3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// Something was erased while a backup was made.
#[derive(Debug, thiserror::Error)]
#[error("something was erased meanwhile")]
struct Erased;

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
    loop {
        let before = store.last_erased()?;
        if let Some(last) = backup_once(store, file, &mut told, before)? {
            return Ok(last);
        }
        // What was erased meanwhile may be in it.
        tracing::warn!("something was erased meanwhile: the backup is begun anew");
    }
}

/// A backup, unless something else is erased last when it is ready than was before.
fn backup_once(
    store: &Store,
    file: &Path,
    told: &mut impl FnMut(),
    before: LastErased,
) -> anyhow::Result<Option<Seq>> {
    let named = || format!("{} cannot be written", file.display());
    let mut last = None;
    let written = write_whole(file, |out: &mut BufWriter<&File>| -> anyhow::Result<()> {
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
        let end = store.dumped(|rows: &mut Rows<'_, anyhow::Error>| {
            rows(&mut |row| {
                count += 1;
                if row.is_change() {
                    told();
                }
                line(&mut out, &row).with_context(named)
            })
        })?;
        line(&mut out, &End { end: count })?;
        out.finish()?;
        anyhow::ensure!(store.last_erased()? == before, Erased);
        last = Some(end);
        Ok(())
    });
    match written {
        Err(error) if error.is::<Erased>() => Ok(None),
        written => written.map(|()| last),
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Fills a database that holds nothing from a backup, whole or not at all.
///
/// `told` hears of each change that is read, twice: once to see that the file is whole and what it comes to, once to write.
/// Unless it `is_checked`, it is also restored if something in it is not as its log says.
pub fn restore(
    file: &Path,
    store: &Store,
    is_checked: bool,
    mut told: impl FnMut(),
) -> anyhow::Result<Seq> {
    into_empty(store, is_checked, &mut |take| read(file, take, &mut told))
}

/// Fills a database that holds nothing with all that another one holds. `told` hears of each change, twice.
pub fn move_over(from: &Store, to: &Store, mut told: impl FnMut()) -> anyhow::Result<Seq> {
    // Under the lock of writers: also accounts and tokens are as they are when it is done.
    from.dumped_alone(|rows| {
        into_empty(to, true, &mut |take| {
            rows(&mut |row| {
                if row.is_change() {
                    told();
                }
                take(row)
            })
        })
    })
}

fn into_empty(
    store: &Store,
    is_checked: bool,
    source: &mut Rows<'_, anyhow::Error>,
) -> anyhow::Result<Seq> {
    store
        .fill(source, is_checked)
        .map_err(|error| match error.downcast_ref() {
            Some(store::Error::Exists) => {
                anyhow::anyhow!("the database holds a registry already: give one that is new")
            }
            _ => error,
        })
}

/// Whether a file is a backup that this program can read, by how it begins.
pub fn check_backup(file: &Path) -> anyhow::Result<()> {
    begin(file).map(drop)
}

/// Longer than any row: a document has at most 2 MB, and is written with quotes and escapes.
const LONGEST_LINE: u64 = 32 << 20;

/// The lines of a backup.
struct Lines(BufReader<zstd::Decoder<'static, BufReader<File>>>);

impl Iterator for Lines {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<io::Result<String>> {
        let mut line = String::new();
        let read = (&mut self.0).take(LONGEST_LINE).read_line(&mut line);
        match read {
            Ok(0) => None,
            Ok(_) if line.pop() == Some('\n') => Some(Ok(line)),
            Ok(_) => Some(Err(ErrorKind::UnexpectedEof.into())),
            Err(error) => Some(Err(error)),
        }
    }
}

fn wrong(file: &Path, detail: impl Into<String>) -> Faults {
    Faults(vec![Fault {
        place: file.display().to_string(),
        kind: FaultKind::Other,
        detail: detail.into(),
    }])
}

fn cut(file: &Path) -> Faults {
    wrong(
        file,
        "ends too soon, or is damaged: take another copy of it",
    )
}

/// Opens a backup, and reads its first line.
fn begin(file: &Path) -> anyhow::Result<Lines> {
    let none = || wrong(file, "is no backup of a registry");
    let named = || file.display().to_string();
    let opened = File::open(file).with_context(named)?;
    let mut opened = BufReader::new(opened);
    let begins = opened.fill_buf().with_context(named)?;
    anyhow::ensure!(begins.starts_with(&ZSTD), none());
    let mut lines = Lines(BufReader::new(zstd::Decoder::with_buffer(opened)?));
    let head = lines.next().transpose().map_err(|_| cut(file))?;
    let head: Option<Head> = head.and_then(|head| serde_json::from_str(&head).ok());
    let head = head.ok_or_else(none)?;
    if head.heritage_registry_backup > FORM {
        let by = head.made_by;
        let detail = format!("was made by a newer program ({by}): restore it with that one");
        return Err(wrong(file, detail).into());
    }
    Ok(lines)
}

/// Gives the rows of a backup, and the last place in its log.
fn read(
    file: &Path,
    take: &mut dyn FnMut(Row) -> anyhow::Result<()>,
    told: &mut impl FnMut(),
) -> anyhow::Result<Seq> {
    let mut lines = begin(file)?;
    let (mut count, mut changes) = (0, 0);
    while let Some(line) = lines.next() {
        let line = line.map_err(|_| cut(file))?;
        if line.starts_with(END) {
            let end: End = serde_json::from_str(&line).map_err(|_| cut(file))?;
            // Only behind the last line it is known whether the checksum is right.
            anyhow::ensure!(end.end == count && lines.next().is_none(), cut(file));
            return Ok(Seq(changes));
        }
        let row: Row = serde_json::from_str(&line).map_err(|_| cut(file))?;
        if row.is_change() {
            changes += 1;
            told();
        }
        take(row)?;
        count += 1;
    }
    Err(cut(file).into())
}
