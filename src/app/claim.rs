//! One server on one embedded database: a second one would answer from a catalogue that knows nothing of the first one's
//! commands, and neither of the two would be told.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

use anyhow::{Context, bail};

use crate::config::Database;
use crate::store::give_to_owner;

/// The right to serve from an embedded database, or to fill it; it ends with its process, however that ends.
#[derive(Debug)]
pub struct Claim(
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")] Option<File>,
);

/// Claims the embedded database of a folder; nothing where there is a server of databases, which many may use.
///
/// # Errors
/// Somebody else has it, or the folder cannot be written.
pub fn claim(database: &Database) -> anyhow::Result<Claim> {
    if database.database_url.is_some() {
        return Ok(Claim(None));
    }
    let folder = &database.data;
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join("registry.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    give_to_owner(folder, &path);
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut process = String::new();
            let _ = file.read_to_string(&mut process);
            bail!(
                "the registry in {} is running (process {}): stop it first, or name another folder with --data",
                folder.display(),
                process.trim()
            );
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
        }
    }
    // Only for the message above.
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())?;
    Ok(Claim(Some(file)))
}
