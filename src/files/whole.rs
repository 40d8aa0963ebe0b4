//! A file that is there whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::path::Path;

use tempfile::Builder;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// How a file is called while it is written: its name, something random, and this.
const UNFINISHED: &str = ".unfinished";

/// Writes a file by `write`: beside its place first, and into it in one step, when all of it is on the disk. Nobody but its
/// owner may read it.
///
/// # Errors
/// Those of the folder, which name the file, and of `write`; what was in its place is as it was then.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<(), E>,
) -> Result<(), E> {
    let named = |error: io::Error| {
        E::from(io::Error::new(
            error.kind(),
            format!("{} cannot be written: {error}", path.display()),
        ))
    };
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => {
            let other = io::Error::other("it is there and no file: name another");
            return Err(named(other));
        }
        _ => {}
    }
    delete_unfinished(path).map_err(named)?;
    let folder = folder_of(path);
    let prefix = prefix_of(path);
    let unfinished = Builder::new()
        .prefix(&prefix)
        .suffix(UNFINISHED)
        .tempfile_in(folder);
    let unfinished = unfinished.map_err(named)?;
    // Whoever clears up what a crash left behind leaves alone what is locked.
    unfinished.as_file().lock().map_err(named)?;
    let mut file = BufWriter::with_capacity(BUFFER, unfinished.as_file());
    write(&mut file)?;
    let file = file
        .into_inner()
        .map_err(|error| named(error.into_error()))?;
    file.sync_data().map_err(named)?;
    unfinished
        .persist(path)
        .map_err(|error| named(error.error))?;
    // Only then is the name on the disk as well.
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(named)
}

/// Deletes a file, and what a crash left behind of writing it.
///
/// # Errors
/// Those of the folder; that it is not there is none.
pub fn delete_whole(path: &Path) -> io::Result<()> {
    delete_unfinished(path)?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes what a crash left behind of writing a file.
///
/// # Errors
/// Those of the folder; that there is none is none.
pub fn delete_unfinished(path: &Path) -> io::Result<()> {
    let prefix = prefix_of(path);
    let entries = match fs::read_dir(folder_of(path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        // No link and no pipe: whoever owns the folder may be somebody else.
        if entry.file_type()?.is_file()
            && name.starts_with(prefix.as_encoded_bytes())
            && name.ends_with(UNFINISHED.as_bytes())
            && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn prefix_of(path: &Path) -> OsString {
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    prefix
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_written_whole_or_stays_as_it_was_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.geojson");
        write_whole(&path, |file| file.write_all(b"whole")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let failed = write_whole(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("the rest is lost"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "the rest is lost");
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["a.geojson"]);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for other in [link.as_path(), folder.path(), Path::new("/dev/null")] {
            let error = write_whole(other, |_| Ok::<_, io::Error>(())).unwrap_err();
            assert!(
                error
                    .to_string()
                    .ends_with("it is there and no file: name another"),
                "{error}"
            );
        }
        fs::remove_file(&link).unwrap();
        let nowhere = folder.path().join("no folder").join("a");
        let error = write_whole(&nowhere, |_| Ok::<_, io::Error>(())).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("no folder/a cannot be written: "),
            "{error}"
        );
    }

    #[test]
    fn what_a_crash_left_behind_is_deleted_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(folder.path().join("a.x.unfinished"), "of a crash").unwrap();
        fs::write(folder.path().join("b.x.unfinished"), "of another file").unwrap();
        write_whole(&path, |file| {
            delete_unfinished(&path)?;
            assert_eq!(names(folder.path()).len(), 2);
            file.write_all(b"whole")
        })
        .unwrap();
        assert_eq!(names(folder.path()), ["a", "b.x.unfinished"]);
        fs::write(folder.path().join("a.y.unfinished"), "of a crash").unwrap();
        delete_whole(&path).unwrap();
        delete_whole(&path).unwrap();
        assert_eq!(names(folder.path()), ["b.x.unfinished"]);
        delete_whole(&folder.path().join("no folder").join("a")).unwrap();
    }
}
