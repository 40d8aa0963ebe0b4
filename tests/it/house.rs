//! The rooms of the house import what the table in `src/lib.rs` allows, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may name.
const ROOMS: &[(&str, &[&str])] = &[
    (
        "app",
        &[
            "catalogue",
            "config",
            "domain",
            "files",
            "formats",
            "http",
            "query",
            "registry",
            "store",
        ],
    ),
    ("catalogue", &["domain", "formats", "query"]),
    (
        "cli",
        &[
            "app",
            "catalogue",
            "config",
            "domain",
            "files",
            "formats",
            "http",
            "query",
            "registry",
            "store",
        ],
    ),
    ("config", &[]),
    ("domain", &[]),
    ("files", &["domain", "formats"]),
    ("formats", &["domain", "query"]),
    (
        "http",
        &[
            "catalogue",
            "config",
            "domain",
            "formats",
            "query",
            "registry",
            "store",
            "tiles",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
    ("query", &["domain"]),
    ("registry", &["catalogue", "domain", "store"]),
    ("store", &["domain"]),
    ("tiles", &["domain"]),
];

/// Crates that belong to one room, and the files at the top that may start them.
const FOREIGN: &[(&str, &[&str])] = &[
    ("actix_http", &["http"]),
    ("actix_service", &["http"]),
    ("actix_web", &["app", "cli", "http"]),
    ("clap", &["cli", "config"]),
    ("csv", &["domain", "files"]),
    ("diesel", &["store"]),
    ("rust_embed", &["registry"]),
];

#[test]
fn every_room_imports_what_the_table_allows() {
    let mut seen = BTreeSet::new();
    for file in files(&root().join("src")) {
        let room = room_of(&file);
        let (_, allowed) = ROOMS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("no room {room} in the table"));
        let text = fs::read_to_string(&file).unwrap();
        for named in rooms_named(&text) {
            assert!(
                named == room || allowed.contains(&named.as_str()),
                "{} imports {named}, which {room} may not",
                file.display()
            );
        }
        let is_code = |line: &&str| !line.trim_start().starts_with("///");
        let is_library =
            |line: &str| line.contains("heritage_registry::") || line.contains("crate as ");
        let is_library = room != "main" && text.lines().filter(is_code).any(is_library);
        assert!(
            !is_library,
            "{} names the house by another name",
            file.display()
        );
        assert!(
            room == "app" || !text.contains("rt::spawn("),
            "{} starts a task",
            file.display()
        );
        for (foreign, rooms) in FOREIGN {
            assert!(
                rooms.contains(&room.as_str()) || !text.contains(&format!("{foreign}::")),
                "{} uses {foreign}",
                file.display()
            );
        }
        seen.insert(room);
    }
    assert_eq!(
        seen,
        ROOMS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "every room of the table is there"
    );
}

#[test]
fn the_table_in_the_library_names_every_room_with_what_it_may_import() {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for (room, allowed) in ROOMS.iter().filter(|(room, _)| *room != "lib") {
        let row = text.lines().find(|line| {
            line.starts_with("//! | ")
                && line
                    .split('|')
                    .nth(1)
                    .unwrap_or_default()
                    .contains(&format!("`{room}"))
        });
        let row = row.unwrap_or_else(|| panic!("the table has no row for {room}"));
        let may = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        match may {
            "all" | "all but cli, app" => {}
            "–" => assert!(allowed.is_empty(), "{room}"),
            list => assert_eq!(
                list.split(", ").collect::<BTreeSet<_>>(),
                allowed.iter().copied().collect(),
                "{room}"
            ),
        }
    }
}

#[test]
fn the_domain_is_pure() {
    for file in files(&root().join("src/domain")) {
        let text = fs::read_to_string(&file).unwrap();
        for impure in [
            "std::fs",
            "std::net",
            "std::env",
            "tokio",
            "async fn",
            "std::time",
        ] {
            assert!(!text.contains(impure), "{} names {impure}", file.display());
        }
    }
}

#[test]
fn files_are_short_before_their_tests() {
    for file in files(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap()
            .lines()
            .count();
        assert!(
            code <= 400,
            "{} has {code} lines: there are two things in it",
            file.display()
        );
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn room_of(file: &Path) -> String {
    let below = file.strip_prefix(root().join("src")).unwrap();
    let first = below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names: after `crate::`, and after `super::` where that is the house.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let after = |start: &'static str| {
        text.match_indices(start)
            .flat_map(move |(at, _)| first_names(&text[at + start.len()..]))
    };
    let is_room = |name: &String| ROOMS.iter().any(|(room, _)| room == name);
    after("crate::")
        .chain(after("super::").filter(is_room))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The first name of a path, or of each path in braces.
fn first_names(path: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    if path.starts_with('*') {
        return vec!["*".to_owned()];
    }
    let Some(list) = path.strip_prefix('{') else {
        return vec![word(path)];
    };
    let (mut depth, mut items) = (0, vec![String::new()]);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ if depth == 0 => items.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    items
        .iter()
        .map(|item| word(item))
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn an_import_is_seen_in_every_form() {
    for (text, names) in [
        ("use crate::store::Store;", &["store"][..]),
        (
            "use crate::{domain::{self, Id}, store::Store};",
            &["domain", "store"],
        ),
        ("let x = crate::http::State;", &["http"]),
        ("use super::store::Store;", &["store"]),
        ("use super::snapshot::Snapshot;", &[]),
        ("use crate::*;", &["*"]),
    ] {
        assert_eq!(
            rooms_named(text),
            names.iter().map(|name| (*name).to_owned()).collect(),
            "{text}"
        );
    }
}
