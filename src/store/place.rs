//! Where a database is, and how to speak of it without its password.

use std::cmp::Reverse;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::Error;

/// A server whose machine died says nothing, and another may be in its place already. Left to themselves, Linux waits a
/// quarter of an hour for whoever has asked, and two hours for whoever only listens. (libpq: milliseconds, seconds.)
const SILENT_SERVER: [(&str, u64); 3] = [
    ("tcp_user_timeout", 10_000),
    ("keepalives_idle", 5),
    ("keepalives_interval", 5),
];

/// Where a database is.
#[derive(Clone)]
pub enum Place {
    /// A file of this program's own.
    Sqlite(PathBuf),
    /// The URL of a server and its database: `postgres://user:password@host:5432/name`.
    Postgres(String),
}

/// For messages: the file, or the kind of server. Of a URL nothing is shown, since it may hold a password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Sqlite(file) => file.display().fmt(f),
            Place::Postgres(_) => f.write_str("the PostgreSQL database"),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Place {
    /// Makes the folder and the file if they are not there; a server is left alone.
    ///
    /// The file holds places that are hidden, so nobody but its owner may read it, and what SQLite lays beside it has
    /// the same permissions. Folders and files that are there already are left as they are.
    pub(super) fn make(&self) -> Result<(), Error> {
        let Place::Sqlite(file) = self else {
            return Ok(());
        };
        let folder = file.parent().unwrap_or(Path::new("."));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| {
                Error::Unreachable(format!(
                    "the folder {} cannot be made: {error}",
                    folder.display()
                ))
            })?;
        // Whatever else is the matter with the file is said when it is opened.
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file);
        if let Ok(made) = made {
            give_to_owner(folder, &made);
        }
        Ok(())
    }

    /// What diesel opens: an absolute path, or a URL that gives up on a server that does not answer after `seconds`, and on
    /// one that vanished later. What the URL says itself counts.
    pub(super) fn address(&self, seconds: u64) -> Result<String, Error> {
        match self {
            Place::Sqlite(file) => {
                // Absolute, for SQLite gives `:memory:` and whatever starts with `file:` another meaning.
                let absolute = std::path::absolute(file).ok();
                absolute
                    .as_deref()
                    .and_then(Path::to_str)
                    .map(str::to_owned)
                    .ok_or_else(|| {
                        Error::Unreachable(format!(
                            "the path {} is not UTF-8: give another",
                            file.display()
                        ))
                    })
            }
            Place::Postgres(url)
                if !url.starts_with("postgres://") && !url.starts_with("postgresql://") =>
            {
                Err(Error::Unreachable(String::from(
                    "the URL of a database begins with postgres://, as in postgres://user:password@host:5432/name",
                )))
            }
            Place::Postgres(url) => {
                let mut address = url.clone();
                let connect = ("connect_timeout", seconds);
                for (name, value) in [connect].iter().chain(&SILENT_SERVER) {
                    if !url.contains(&format!("{name}=")) {
                        let separator = if address.contains('?') { "&" } else { "?" };
                        address.extend([separator, name, "=", &value.to_string()]);
                    }
                }
                Ok(address)
            }
        }
    }

    /// The error of a database that does not open, in one line and without what may be a password.
    pub(super) fn unreachable(&self, message: &str) -> Error {
        let mut line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Place::Postgres(url) = self {
            // libpq repeats what it takes for a host, a port or an option: with an unescaped `@`, `/` or `%`
            // in a password that is a part of the password.
            for secret in secrets(url) {
                line = line.replace(&secret, "…");
            }
            line = about_certificates(&line);
        }
        Error::Unreachable(format!("{self} cannot be opened: {line}"))
    }
}

/// Says what to write where the server does not prove who it is. What libpq advises leads nowhere (`system`: the OpenSSL in
/// this program does not know where a system has its roots), or to a connection that anybody may answer.
fn about_certificates(line: &str) -> String {
    let advice = "Either provide the file, use the system's trusted roots with sslrootcert=system, \
                  or change sslmode to disable server certificate verification.";
    let line = line.replace(advice, "");
    let unproved = [
        "root certificate file",
        "certificate verify failed",
        "does not match host name",
    ];
    if !unproved.iter().any(|said| line.contains(said)) {
        return line;
    }
    format!(
        "{}; write sslmode=verify-full&sslrootcert=FILE into the URL, where FILE holds the certificate of the authority \
         that signed the server's, and a host that the server's certificate names",
        line.trim_end()
    )
}

/// Gives a file that root has made in somebody's folder to them: it is their program that uses it. Nobody else can, or needs
/// to.
pub fn give_to_owner(folder: &Path, file: &File) {
    if let Ok(owner) = fs::metadata(folder) {
        let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
    }
}

/// Everything in the URL that may be a password or a part of one, longest first.
fn secrets(url: &str) -> Vec<String> {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let user = after_scheme.rsplit_once('@').map_or("", |(user, _)| user);
    let options = after_scheme
        .split(['?', '&'])
        .filter_map(|option| option.split_once('='));
    let mut passwords = vec![user.split_once(':').map_or("", |(_, password)| password)];
    passwords.extend(
        options
            .filter(|(name, _)| name.contains("password"))
            .map(|(_, value)| value),
    );

    let mut secrets: Vec<String> = Vec::new();
    for password in passwords {
        secrets.push(
            percent_decode_str(password)
                .decode_utf8_lossy()
                .into_owned(),
        );
        secrets.extend(
            password
                .split(['@', ':', '/', '?'])
                .chain([password])
                .map(str::to_owned),
        );
    }
    secrets.retain(|secret| !secret.is_empty());
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    secrets
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::Store;

    #[test]
    fn nobody_but_its_owner_may_read_a_new_database() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("made/registry.db");
        let store = crate::store::Store::open(&Place::Sqlite(file.clone())).unwrap();
        store.last_seq().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file.parent().unwrap()), mode(&file)), (0o700, 0o600));
        assert_eq!(mode(&file.with_extension("db-wal")), 0o600);
    }

    #[test]
    fn no_error_repeats_a_password_or_a_part_of_one() {
        // What libpq says of each of these, untouched, holds a part of the password.
        for url in [
            "postgres://keeper:s3cr3t@127.0.0.1:1/registry",
            "postgres://keeper:s3cr3t%zz@127.0.0.1:1/registry",
            "postgres://keeper:x@s3cr3t@127.0.0.1:1/registry",
            "postgres://keeper:s3cr3t/x@127.0.0.1:1/registry",
            "postgres://127.0.0.1:1/registry?password=s3cr3t%zz",
            "host=127.0.0.1 password=s3cr3t",
            "s3cr3t",
        ] {
            let place = Place::Postgres(url.to_owned());
            let error = Store::open_waiting(&place, Duration::from_millis(20))
                .err()
                .unwrap();
            let told = format!("{error} {error:?} {place} {place:?}");
            assert!(
                matches!(error, Error::Unreachable(_)) && !told.contains("3cr"),
                "{url}: {told}"
            );
            assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn a_silent_server_is_given_up_unless_the_url_says_otherwise() {
        for (url, expected) in [
            (
                "postgres://host/name",
                "postgres://host/name?connect_timeout=5&tcp_user_timeout=10000&keepalives_idle=5&keepalives_interval=5",
            ),
            (
                "postgres://host/name?tcp_user_timeout=0&keepalives_idle=60",
                "postgres://host/name?tcp_user_timeout=0&keepalives_idle=60&connect_timeout=5&keepalives_interval=5",
            ),
        ] {
            let address = Place::Postgres(url.to_owned()).address(5);
            assert_eq!(address.unwrap(), expected);
        }
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("text.db");
        std::fs::write(&text, "This is no database, and it is longer than the header of one: a hundred bytes, or a few more.").unwrap();
        let below_a_file = text.join("data").join("registry.db");
        for (place, expected) in [
            (&text, "file is not a database"),
            (&below_a_file, "cannot be made"),
            (&folder.path().to_owned(), "unable to open database file"),
        ] {
            let error = Store::open(&Place::Sqlite(place.clone())).err().unwrap();
            assert!(matches!(error, Error::Unreachable(_)), "{error}");
            let told = error.to_string();
            assert!(
                told.contains(folder.path().to_str().unwrap()) && told.contains(expected),
                "{told}"
            );
        }
    }
}
