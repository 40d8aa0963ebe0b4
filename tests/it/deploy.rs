//! The files of `deploy/` say of the program what is true of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use heritage_registry::app::STOPS_WITHIN;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What stands after these words in the only line that begins with them.
fn after<'a>(text: &'a str, start: &str) -> &'a str {
    let mut found = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(start));
    let first = found.next().unwrap_or_else(|| panic!("{start}"));
    assert_eq!(found.next(), None, "{start}");
    first
}

#[test]
fn the_program_knows_every_setting_that_they_name() {
    // Of the program, and of the one command that has a setting of its own.
    let help: String = [&["--help"][..], &["move", "--help"]]
        .into_iter()
        .map(|arguments| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_heritage-registry"));
            let output = program.args(arguments).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        })
        .collect();
    for file in [
        "deploy/heritage-registry.service",
        "deploy/Containerfile",
        "docs/operating.md",
    ] {
        let text = read(file);
        let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
        let words = text.split(|c: char| !is_part(c));
        let named: BTreeSet<&str> = words
            .filter(|word| word.starts_with("HERITAGE_") && *word != "HERITAGE_")
            .collect();
        assert!(!named.is_empty());
        for name in named {
            assert!(help.contains(name), "{file}: {name}");
        }
    }
}

#[test]
fn whoever_ends_it_by_force_waits_longer_than_it_takes_to_stop() {
    let unit = read("deploy/heritage-registry.service");
    let seconds = after(&unit, "TimeoutStopSec=").parse().unwrap();
    assert!(Duration::from_secs(seconds) > STOPS_WITHIN);
    let stops = format!("{} s", STOPS_WITHIN.as_secs());
    assert!(unit.contains(&stops) && read("docs/operating.md").contains(&stops));
}

#[test]
fn the_container_is_made_of_what_is_there_and_of_all_that_a_build_is_named_by() {
    let text = read("deploy/Containerfile");
    let copied = text.lines().filter_map(|line| line.strip_prefix("COPY "));
    let copied = copied.filter(|rest| !rest.starts_with("--from"));
    let copied: BTreeSet<&str> = copied
        .flat_map(|rest| rest.rsplit_once(' ').unwrap().0.split(' '))
        .collect();
    for path in &copied {
        assert!(root().join(path).exists(), "{path}");
    }
    let build = read("build.rs");
    let named = build
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    let named: BTreeSet<&str> = named.collect();
    assert!(
        named.contains("src") && named.is_subset(&copied),
        "{named:?} {copied:?}"
    );
    let (_, port) = after(&text, "ENV HERITAGE_LISTEN=")
        .trim_end_matches(" \\")
        .rsplit_once(':')
        .unwrap();
    assert_eq!(after(&text, "EXPOSE "), port);
    assert!(text.contains(&format!("/dev/tcp/127.0.0.1/{port} ")));
    let manifest = read("Cargo.toml");
    let rust = after(&manifest, "rust-version = ").trim_matches('"');
    assert!(text.contains(&format!("rust:{rust}-slim-bookworm ")));
}
