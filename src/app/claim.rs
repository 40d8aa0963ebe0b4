//! One server on one embedded database: a second one would answer from a catalogue that knows nothing of the first one's
//! commands, and neither of the two would be told.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

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
    let opened = open(folder, &path);
    let file = opened.with_context(|| format!("{} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Claim(Some(file))),
        Err(TryLockError::WouldBlock) => bail!(
            "a registry is running on {}: stop it first, or name another folder with --data",
            folder.display(),
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// The file that is locked. Nothing is written to it, and no link is followed: whoever owns the folder may be somebody else
/// than whoever gives a command.
fn open(folder: &Path, path: &Path) -> io::Result<File> {
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match new {
        Ok(file) => {
            give_to_owner(folder, &file);
            Ok(file)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(path)?.is_file() {
                return Err(io::Error::other("it is no file: take it away"));
            }
            File::open(path)
        }
        Err(error) => Err(error),
    }
}
