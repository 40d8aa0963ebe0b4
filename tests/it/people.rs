//! Accounts and tokens: who keeps them, and what follows when they end.

use std::fmt::Write;
use std::fs;
use std::process::Output;

use heritage_registry::domain::{Deed, Role};

use crate::harness::{Engine, Home, Serving, command, with};

/// The address of a site that is nowhere: the public is told that, and so is everybody known.
const NOWHERE: &str = "/collections/sites/items/00000000-0000-4000-8000-000000000000";

#[test]
fn the_rights_in_the_documentation_are_those_of_the_table() {
    let roles = Role::ALL.map(Role::id).join(" | ");
    let mut table = format!("| may | {roles} |\n|---|---|---|---|---|\n");
    for deed in Deed::ALL {
        let marks = Role::ALL.map(|role| if role.may(deed) { "yes" } else { "–" });
        writeln!(table, "| {} | {} |", deed.title(), marks.join(" | ")).unwrap();
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operating.md");
    let text = fs::read_to_string(file).unwrap();
    assert!(
        text.contains(&table),
        "docs/operating.md has to say\n{table}"
    );
}

/// What a command prints, without the line break at its end.
fn done(home: &Home, arguments: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(home, arguments).output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let text = String::from_utf8(stdout).unwrap();
    text.trim_end_matches('\n').to_owned()
}

/// How a command fails: its exit code, and what it says.
fn fails(home: &Home, arguments: &[&str]) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(home, arguments).output().unwrap();
    assert_eq!(stdout, b"", "what goes wrong is said on standard error");
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

/// An organization of the real catalogue.
fn an_organization_there(serving: &Serving) -> String {
    let answer = serving.get("/collections/organizations/items?limit=1");
    let (_, rest) = answer.split_once(r#""id":""#).unwrap();
    rest[..36].to_owned()
}

fn status(serving: &Serving, token: &str) -> String {
    let answer = serving.ask(
        NOWHERE,
        &format!("Authorization: Bearer {token}\r\nConnection: close"),
    );
    answer[9..12].to_owned()
}

#[test]
fn an_account_gets_tokens_at_the_command_line_and_each_works_until_it_is_ended() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (home, program) = with(engine);
        let serving = Serving::start(program, true);
        let organization = an_organization_there(&serving);
        let add = |name: &str, role: &str| {
            done(
                &home,
                &[
                    "account",
                    "add",
                    name,
                    "--organization",
                    &organization,
                    "--role",
                    role,
                ],
            )
        };
        let (anna, leyla) = (
            add("Phone 1 of the monument office", "contributor"),
            add("Leyla", "reviewer"),
        );
        assert_eq!(
            (anna.len(), leyla.len()),
            (36, 36),
            "the id alone: {anna} {leyla}"
        );
        let listed = done(&home, &["account", "list"]);
        let of_anna = listed.lines().find(|line| line.starts_with(&anna)).unwrap();
        for part in [
            "contributor",
            &organization,
            "Phone 1 of the monument office",
            "since 20",
        ] {
            assert!(of_anna.contains(part), "{of_anna}");
        }

        let issue = |arguments: &[&str]| done(&home, &[&["token", "issue"], arguments].concat());
        let tokens = [
            issue(&[&anna]),
            issue(&[&leyla, "--desktop", "--expires", "2999-12-31"]),
        ];
        for token in &tokens {
            assert!(
                token.starts_with("hr_") && token.len() == 46,
                "the token alone: {token}"
            );
            assert_eq!(status(&serving, token), "404", "it is known");
        }
        let of_leyla = done(&home, &["token", "list", &leyla]);
        assert_eq!(of_leyla.lines().count(), 1, "{of_leyla}");
        for part in ["ends 3000-01-01T00:00:00Z", "desktop", "used 20"] {
            assert!(of_leyla.contains(part), "{part}: {of_leyla}");
        }
        assert!(!of_leyla.contains("hr_"));

        done(&home, &["token", "revoke", &of_leyla[..36]]);
        done(&home, &["token", "revoke", &of_leyla[..36]]);
        assert_eq!(status(&serving, &tokens[1]), "401");
        assert!(done(&home, &["token", "list", &leyla]).contains("revoked 20"));
        assert_eq!(
            status(&serving, &tokens[0]),
            "404",
            "that of another still works"
        );
        done(&home, &["account", "disable", &anna]);
        assert_eq!(status(&serving, &tokens[0]), "401");
        let listed = done(&home, &["account", "list"]);
        assert!(
            listed
                .lines()
                .any(|line| line.starts_with(&anna) && line.contains("disabled 20"))
        );
        let (code, error) = fails(&home, &["token", "issue", &anna]);
        assert_eq!((code, error.contains("is disabled")), (1, true), "{error}");
    }
}

#[test]
fn a_command_that_asks_for_what_is_not_there_says_so_and_changes_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (home, program) = with(engine);
        let nobody = "00000000-0000-4000-8000-000000000000";
        let (code, error) = fails(&home, &["account", "list"]);
        assert_eq!(code, 2);
        assert!(
            error.contains("holds nothing yet: start the registry once"),
            "{error}"
        );
        drop(Serving::start(program, true));

        let before = done(&home, &["account", "list"]);
        assert_eq!(before.lines().count(), 2, "import and admin: {before}");
        let add = [
            "account",
            "add",
            " ",
            "--organization",
            "blue-shield",
            "--role",
            "boss",
        ];
        let (code, error) = fails(&home, &add);
        assert_eq!(code, 1);
        for part in [
            "NAME: is empty",
            "--organization: \"blue-shield\" is not an id",
            "--role: there is no role \"boss\": roles are contributor, researcher, reviewer, admin",
        ] {
            assert!(error.contains(part), "every fault is listed: {error}");
        }
        let admin = before.lines().find(|line| line.ends_with("  admin"));
        let admin = &admin.unwrap()[..36];
        for (arguments, expected) in [
            (
                vec![
                    "account",
                    "add",
                    "Anna",
                    "--organization",
                    nobody,
                    "--role",
                    "admin",
                ],
                "--organization: there is no ",
            ),
            (vec!["account", "disable", nobody], "there is no account"),
            (vec!["token", "issue", nobody], "there is no account"),
            (vec!["token", "list", nobody], "there is no account"),
            (vec!["token", "revoke", nobody], "there is no token"),
            (
                vec!["token", "issue", admin, "--expires", "2020-11-24"],
                "--expires: 2020-11-24 is over",
            ),
            (
                vec!["token", "issue", admin, "--expires", "soon"],
                "--expires: \"soon\" is not a day",
            ),
        ] {
            let (code, error) = fails(&home, &arguments);
            assert_eq!(code, 1, "{arguments:?}");
            assert!(error.contains(expected), "{arguments:?}: {error}");
        }
        assert_eq!(done(&home, &["account", "list"]), before);
        assert_eq!(done(&home, &["token", "list", admin]).lines().count(), 1);
    }
}
