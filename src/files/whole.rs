//! A file that is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// Writes a file by `write`: beside its place first, and into it in one step, when all of it is on the disk. Nobody but its
/// owner may read it.
///
/// # Errors
/// Those of the folder and of `write`; what was in its place is as it was then.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), E> {
    let unfinished = unfinished(path);
    // One that a crash left behind may have other permissions.
    remove(&unfinished)?;
    let written = create(&unfinished).map_err(E::from).and_then(|file| {
        let mut file = BufWriter::with_capacity(BUFFER, file);
        write(&mut file)?;
        let file = file
            .into_inner()
            .map_err(|error| E::from(error.into_error()))?;
        file.sync_data()?;
        Ok(fs::rename(&unfinished, path)?)
    });
    if written.is_err() {
        remove(&unfinished)?;
    }
    written
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Of this process alone: two programs in one folder do not write into one file.
pub fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
