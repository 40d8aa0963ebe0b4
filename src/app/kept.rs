//! The file in which the catalogue is kept from one start to the next: with it, a start reads what changed since.
//!
//! Its first line says of which build and of which log it is. Whatever is wrong with it, the database has everything, and
//! the start only takes longer. It is written anew every so many changes, beside everything else and into the file's place
//! in one step.

use std::fs::{DirBuilder, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::{Catalogue, Kept};
use crate::domain::{Mark, Seq};
use crate::files::{delete_unfinished, delete_whole, write_whole};
use crate::store::{self, Store};

/// After so many changes the file is written again; a catalogue that never had as many needs none. (The question `load` of
/// `benches/`: a start that reads everything takes 55 to 80 µs a site, and the file of a million sites has 0.3 GB.)
const EVERY: i64 = 10_000;

/// The first line is not longer than this.
const LONGEST_HEAD: u64 = 300;

/// The file of a catalogue.
#[derive(Debug)]
pub(super) struct KeptFile {
    path: PathBuf,
    every: i64,
    /// The place in the log that it stands for, or for which writing it failed.
    tried: Mutex<Seq>,
}

/// The first line, as JSON. A log goes on from a place in one way only, and no two commands have one id.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    build: String,
    change: i64,
    command: Uuid,
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("there is none")]
    Missing,
    #[error("another build of the program wrote it")]
    OtherBuild,
    #[error("it was written from another log than that of this database")]
    OtherLog,
    #[error("something was erased since it was written")]
    Erased,
    #[error("it cannot be read: {0}")]
    Damaged(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl KeptFile {
    /// The file at `path`, and the catalogue in it; an empty one if it cannot be used.
    pub(super) fn open(path: &Path, store: &Store) -> Result<(KeptFile, Catalogue), store::Error> {
        // They hold what the database does, and may be older than an erasure.
        if let Err(error) = delete_unfinished(path) {
            tracing::warn!(file = %path.display(), %error, "what a crash left behind cannot be looked for");
        }
        let catalogue = match read(path, store) {
            Ok(kept) => kept.open(),
            Err(Unusable::Store(error)) => return Err(error),
            Err(Unusable::Missing) => Catalogue::default(),
            Err(unusable) => {
                if matches!(unusable, Unusable::Erased) {
                    discard(path);
                }
                tracing::warn!(file = %path.display(), "{unusable}; every record is read instead");
                Catalogue::default()
            }
        };
        let file = KeptFile {
            path: path.to_owned(),
            every: EVERY,
            tried: Mutex::new(catalogue.shown()),
        };
        Ok((file, catalogue))
    }

    /// Writes the file if there is enough that it does not know.
    pub(super) fn write_if_due(&self, catalogue: &Catalogue) {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = catalogue.shown();
        // Either way: another log may be behind.
        if (shown.0 - tried.0).abs() < self.every {
            return;
        }
        // Before it is tried: what fails once is not tried again at once.
        *tried = shown;
        if let Err(error) = keep(&self.path, catalogue) {
            tracing::warn!(file = %self.path.display(), %error, "the catalogue is not kept; the next start takes longer");
        }
    }

    /// Deletes the file, since something was erased that may be in it; it is written again if it is due without one.
    pub(super) fn discard(&self) {
        // Whoever is writing it at this moment may have begun before.
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        *tried = Seq(0);
        discard(&self.path);
    }
}

/// Deletes a file of which something was erased; an operator has to know where that fails.
fn discard(path: &Path) {
    if let Err(error) = delete_whole(path) {
        tracing::error!(file = %path.display(), %error, "what was erased is still in the kept catalogue: delete it by hand");
    }
}

fn read(path: &Path, store: &Store) -> Result<Kept, Unusable> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Unusable::Missing,
        _ => error.into(),
    })?;
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut line = String::new();
    file.by_ref().take(LONGEST_HEAD).read_line(&mut line)?;
    let head: Head = serde_json::from_str(&line).map_err(io::Error::from)?;
    if head.build != env!("HERITAGE_BUILD") {
        return Err(Unusable::OtherBuild);
    }
    let mark = Mark {
        seq: Seq(head.change),
        command: head.command,
    };
    if !store.has(mark)? {
        return Err(Unusable::OtherLog);
    }
    if store.last_erased()?.shown > mark.seq {
        return Err(Unusable::Erased);
    }
    let kept = Kept::read(file)?;
    if kept.mark() == mark {
        Ok(kept)
    } else {
        Err(io::Error::from(ErrorKind::InvalidData).into())
    }
}

/// Writes the file that [`Parts::open`](super::Parts::open) reads. Nobody but its owner may read it.
///
/// # Errors
/// Those of the folder; the file is as it was then.
pub fn keep(path: &Path, catalogue: &Catalogue) -> io::Result<()> {
    let kept = catalogue.keep();
    let head = Head {
        build: env!("HERITAGE_BUILD").to_owned(),
        change: kept.mark().seq.0,
        command: kept.mark().command,
    };
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    write_whole(path, |file| {
        serde_json::to_writer(&mut *file, &head)?;
        file.write_all(b"\n")?;
        kept.write(file)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;
    use std::time::Duration;

    use actix_web::rt::{System, spawn};
    use serde_json::json;
    use tempfile::TempDir;
    use tokio::task::yield_now;
    use tokio::time::timeout;

    use super::*;
    use crate::app::{Parts, catch_up, forget};
    use crate::domain::{self, Clock, Collection, Erasure, Ids};
    use crate::registry::{Rules, Seed};
    use crate::store::{LastErased, Place};

    /// A new database of one change, and a folder for the file.
    fn opened() -> (Parts, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("registry.db"));
        let (clock, ids) = (Clock::system(), Ids::random());
        let parts = Parts::open(
            &place,
            None,
            clock,
            ids,
            Seed::of([]),
            None,
            Rules::default(),
        )
        .unwrap();
        (parts, folder)
    }

    fn file(folder: &TempDir) -> PathBuf {
        folder.path().join("new").join("registry.catalogue")
    }

    fn unusable(path: &Path, bytes: &[u8], store: &Store) -> Unusable {
        fs::write(path, bytes).unwrap();
        read(path, store).unwrap_err()
    }

    #[test]
    fn a_file_that_is_not_used_is_not_used_for_the_reason_that_is_told() {
        let (parts, folder) = opened();
        let path = file(&folder);
        assert!(matches!(read(&path, &parts.store), Err(Unusable::Missing)));
        keep(&path, &parts.catalogue).unwrap();
        assert_eq!(read(&path, &parts.store).unwrap().mark().seq, Seq(1));

        let whole = fs::read(&path).unwrap();
        let end = whole.iter().position(|byte| *byte == b'\n').unwrap();
        let head: Head = serde_json::from_slice(&whole[..end]).unwrap();
        let with = |head: Head| [&serde_json::to_vec(&head).unwrap(), &whole[end..]].concat();
        let of_other_build = with(Head {
            build: "other".to_owned(),
            ..head
        });
        let head: Head = serde_json::from_slice(&whole[..end]).unwrap();
        let beyond = with(Head { change: 2, ..head });
        let reason = |bytes: &[u8]| unusable(&path, bytes, &parts.store);
        assert!(matches!(reason(&of_other_build), Unusable::OtherBuild));
        assert!(matches!(reason(&beyond), Unusable::OtherLog));
        for damaged in [&whole[..0], &whole[..end], &whole[..=end], &whole[1..]] {
            assert!(matches!(reason(damaged), Unusable::Damaged(_)));
        }
        let (other, _folder) = opened();
        assert!(matches!(
            unusable(&path, &whole, &other.store),
            Unusable::OtherLog
        ));
    }

    #[test]
    fn an_erasure_discards_the_file_once_and_it_is_written_again_when_it_is_due() {
        let (parts, folder) = opened();
        let kept = KeptFile {
            path: file(&folder),
            every: 1,
            tried: Mutex::new(Seq(0)),
        };
        let forget = |before| {
            catch_up(&parts.store, &parts.catalogue).unwrap();
            let holders = (Some(&kept), &*parts.copies, &*parts.tiles, &parts.pasts);
            forget(&parts.store, &parts.catalogue, holders, before).unwrap()
        };
        kept.write_if_due(&parts.catalogue);
        let nothing = parts.erased;
        assert_eq!(forget(nothing), nothing);
        assert!(kept.path.exists(), "nothing was erased");
        let operator = parts.registry.operator().unwrap().unwrap();
        let record = Collection::Organizations.record(operator.account.organization.uuid());
        let asked = json!({"property": "names", "containing": "ия", "reason": "Asked for"});
        let erasure = domain::read(&asked, "", Erasure::read).unwrap();
        let done = parts.registry.erase(&operator, record, &erasure).unwrap();
        let erased = forget(nothing);
        assert_eq!((erased.seq, erased.shown), (done.seq(), done.seq()));
        assert!(!kept.path.exists());
        kept.write_if_due(&parts.catalogue);
        assert!(kept.path.exists());
        assert_eq!(forget(erased), erased);
        assert!(kept.path.exists(), "it is from after the erasure");
        let later = Seq(done.seq().0 + 1);
        let of_another_log = LastErased {
            seq: later,
            shown: later,
        };
        assert_eq!(forget(of_another_log), erased);
        assert!(
            !kept.path.exists(),
            "another log had its last erasure later"
        );
    }

    #[test]
    fn the_file_is_written_when_enough_has_changed_and_what_failed_is_not_tried_again_at_once() {
        let (parts, folder) = opened();
        let of = |every, path: &Path| KeptFile {
            path: path.to_owned(),
            every,
            tried: Mutex::new(Seq(0)),
        };
        let path = file(&folder);
        of(2, &path).write_if_due(&parts.catalogue);
        assert!(!path.exists());
        of(1, &path).write_if_due(&parts.catalogue);
        assert!(path.exists());

        fs::remove_file(&path).unwrap();
        let of_a_longer_log = KeptFile {
            tried: Mutex::new(Seq(5)),
            ..of(3, &path)
        };
        of_a_longer_log.write_if_due(&parts.catalogue);
        assert!(path.exists());

        let blocked = folder.path().join("registry.db").join("under a file");
        let file = of(1, &blocked);
        file.write_if_due(&parts.catalogue);
        assert_eq!(*file.tried.lock().unwrap(), Seq(1));
    }

    #[test]
    fn who_follows_the_log_keeps_the_catalogue() {
        let (mut parts, folder) = opened();
        let path = file(&folder);
        parts.kept = Some(Arc::new(KeptFile {
            path: path.clone(),
            every: 1,
            tried: Mutex::new(Seq(0)),
        }));
        System::new().block_on(async {
            let following = spawn(parts.follow());
            let written = async {
                while !path.exists() {
                    yield_now().await;
                }
            };
            timeout(Duration::from_mins(1), written).await.unwrap();
            following.abort();
        });
        assert_eq!(read(&path, &parts.store).unwrap().mark().seq, Seq(1));
    }

    #[test]
    fn nobody_else_may_read_the_file_and_what_a_crash_left_is_deleted_at_a_start_and_by_an_erasure()
    {
        let (parts, folder) = opened();
        let path = file(&folder);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        keep(&path, &parts.catalogue).unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));

        let left = path.with_extension("catalogue.x7.unfinished");
        fs::write(&left, "of a crash").unwrap();
        let (kept, _) = KeptFile::open(&path, &parts.store).unwrap();
        assert!(!left.exists() && path.exists());
        fs::write(&left, "of a crash").unwrap();
        kept.discard();
        assert!(!left.exists() && !path.exists());
    }
}
