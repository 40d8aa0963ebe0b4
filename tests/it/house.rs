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
            "formats",
            "http",
            "query",
            "registry",
            "store",
        ],
    ),
    ("catalogue", &["domain", "query"]),
    (
        "cli",
        &[
            "app",
            "catalogue",
            "config",
            "domain",
            "formats",
            "http",
            "query",
            "registry",
            "store",
        ],
    ),
    ("config", &[]),
    ("domain", &[]),
    ("formats", &["catalogue", "domain", "query"]),
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
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
    ("query", &["domain"]),
    ("registry", &["domain", "store"]),
    ("store", &["domain"]),
];

/// Crates that belong to one room, and the files at the top that may start them.
const FOREIGN: &[(&str, &[&str])] = &[
    ("actix_web", &["app", "cli", "http"]),
    ("clap", &["cli", "config"]),
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
            .split("\n#[cfg(test)]\nmod ")
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

/// The rooms after `crate::`, also those in braces.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let word = |text: &str| {
            text.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        };
        match rest.strip_prefix('{') {
            Some(list) => named.extend(
                list.split('}')
                    .next()
                    .unwrap()
                    .split(',')
                    .map(|item| word(item.trim())),
            ),
            None => {
                named.insert(word(rest));
            }
        }
    }
    named.retain(|name| !name.is_empty());
    named
}
