//! Accounts and tokens: who keeps them, and what follows when they end.

use std::fmt::Write;
use std::fs;
use std::process::Output;

use heritage_registry::domain::{Deed, Role};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Collection, RecordRef};
use serde_json::{Value, json};

use crate::harness::{Answer, App, Client, Engine, Home, Serving, command, with};

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
        let expected = match engine {
            Engine::Sqlite => {
                "is not there: name its folder with --data, or start the registry once"
            }
            Engine::Postgres => "holds nothing yet: start the registry once",
        };
        assert!(error.contains(expected), "{error}");
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

/// A request with a body.
fn send(client: &Client<'_>, method: Method, path: &str, body: &Value) -> Answer {
    let request = TestRequest::default().method(method).set_json(body);
    client.send(request, path)
}

fn post(client: &Client<'_>, path: &str, body: &Value) -> Answer {
    send(client, Method::POST, path, body)
}

fn delete(client: &Client<'_>, path: &str) -> Answer {
    client.send(TestRequest::delete(), path)
}

/// What an account is asked for with.
fn an_account(app: &App, role: &str) -> Value {
    json!({"name": "Phone 1", "organization_id": app.registry_organization(), "role": role})
}

on_each_engine!(
    an_administrator_adds_accounts_and_each_token_works_until_it_is_ended,
    |app| {
        let admin = app.admin();
        let added = post(&admin, "/accounts", &an_account(app, "researcher")).expect(201);
        let account = added.header("location").to_owned();
        let id = added.json()["id"].as_str().unwrap().to_owned();
        assert!(account.ends_with(&format!("/accounts/{id}")), "{account}");
        let shown = admin.get(&account).expect(200);
        assert_eq!(shown.json(), added.json());
        let all = admin.get("/accounts").expect(200);
        let listed = all.json()["accounts"].as_array().unwrap().clone();
        assert_eq!((listed.len(), &listed[2]), (3, &added.json()));

        let tokens = format!("/accounts/{id}/tokens");
        let body = json!({"desktop": true, "expires_on": "2027-06-30"});
        let issued = post(&admin, &tokens, &body).expect(201);
        assert_eq!(issued.header("cache-control"), "private, no-store");
        let token = issued.json()["token"].as_str().unwrap().to_owned();
        let me = app.bearer(&token).get("/me").expect(200);
        assert_eq!(me.header("cache-control"), "private, no-store");
        assert_eq!(
            me.json(),
            json!({
                "id": id, "name": "Phone 1", "organization_id": app.registry_organization(),
                "role": "researcher", "may": ["read_trusted"], "desktop": true,
            })
        );
        let shown = admin.get(&tokens).expect(200);
        let kept = &shown.json()["tokens"][0];
        assert_eq!(
            [
                &kept["expires_at"],
                &kept["revoked_at"],
                &kept["last_used_on"],
                &kept["desktop"]
            ],
            [
                &json!("2027-07-01T00:00:00Z"),
                &Value::Null,
                &json!("2026-11-25"),
                &json!(true)
            ]
        );
        assert!(!shown.text().contains(&token), "it is seen once");

        let other = post(&admin, &tokens, &json!({})).expect(201).json();
        let other = other["token"].as_str().unwrap();
        delete(&admin, &format!("/tokens/{}", kept["id"].as_str().unwrap())).expect(204);
        app.bearer(&token).get("/me").expect(401);
        app.bearer(other).get("/me").expect(200);
        delete(&admin, &account).expect(204);
        app.bearer(other).get("/me").expect(401);
        assert!(admin.get(&account).json()["disabled_at"].is_string());
        let late = post(&admin, &tokens, &json!({})).expect(422);
        assert!(late.text().contains("is disabled"), "{}", late.text());
    }
);

/// The people as they stand, so that a refusal can be seen to change nothing.
fn people(app: &App) -> String {
    let store = &app.parts.store;
    let accounts = store.accounts().unwrap();
    let tokens = accounts
        .iter()
        .map(|one| store.tokens(one.account.id).unwrap());
    format!("{accounts:?} {:?}", tokens.collect::<Vec<_>>())
}

on_each_engine!(only_an_administrator_keeps_accounts, |app| {
    let others = [Role::Contributor, Role::Researcher, Role::Reviewer];
    let others = others.map(|role| app.account(role, None));
    let id = app.actor().account.id;
    let token = app.parts.store.tokens(id).unwrap()[0].id;
    let (account, tokens) = (format!("/accounts/{id}"), format!("/accounts/{id}/tokens"));
    let token = format!("/tokens/{token}");
    let ask_all = |client: &Client<'_>| {
        [
            client.get("/accounts"),
            post(client, "/accounts", &json!("nothing that is looked at")),
            client.get(&account),
            delete(client, &account),
            client.get(&tokens),
            post(client, &tokens, &json!({})),
            delete(client, &token),
        ]
    };
    app.bearer(&others[0]).get("/me").expect(200);
    let before = people(app);
    for answer in ask_all(&app.anonymous()) {
        assert_eq!(answer.problem(), "401 bad-credential", "{}", answer.text());
        assert_ne!(answer.header("www-authenticate"), "");
    }
    assert_eq!(app.anonymous().get("/me").problem(), "401 bad-credential");
    for other in &others {
        for answer in ask_all(&app.bearer(other)) {
            assert_eq!(answer.problem(), "403 not-allowed", "{}", answer.text());
        }
        app.bearer(other).get("/me").expect(200);
    }
    assert_eq!(
        people(app).matches("disabled_at: None").count(),
        before.matches("disabled_at: None").count()
    );
    assert_eq!(
        people(app).matches("revoked_at: None").count(),
        before.matches("revoked_at: None").count()
    );
});

on_each_engine!(
    what_cannot_be_taken_is_refused_with_every_fault_and_changes_nothing,
    |app| {
        let admin = app.admin();
        // That the token was used today is noted once.
        admin.get("/me").expect(200);
        let before = people(app);
        let refused = |request: TestRequest, path: &str| {
            let answer = admin.send(request, path);
            (answer.problem(), answer.faults())
        };
        let json_of = |body: &str| {
            TestRequest::post()
                .insert_header(("content-type", "application/json"))
                .set_payload(body.to_owned())
        };
        let accounts = |request: TestRequest| refused(request, "/accounts");
        let problem = |(problem, faults): (String, Vec<String>)| {
            assert_eq!(faults, [] as [&str; 0]);
            problem
        };
        assert_eq!(
            problem(accounts(TestRequest::post().set_payload("{}"))),
            "415 no-media-type"
        );
        assert_eq!(problem(accounts(json_of("{"))), "400 bad-request");
        assert_eq!(problem(accounts(json_of(""))), "400 bad-request");
        assert_eq!(
            problem(accounts(json_of(&"[".repeat(1000)))),
            "400 bad-request"
        );
        assert_eq!(
            problem(accounts(json_of(&" ".repeat(2_000_001)))),
            "413 too-large"
        );
        let open = json_of("{}").insert_header(("transfer-encoding", "chunked"));
        assert_eq!(problem(accounts(open)), "411 no-length");

        let nobody = "00000000-0000-4000-8000-000000000000";
        let wrong =
            json!({"name": "a\nb", "organization_id": nobody, "role": "boss", "password": "x"});
        assert_eq!(
        accounts(TestRequest::post().set_json(&wrong)),
        ("422 invalid".to_owned(), vec![
            "/name: a name is one line of at most 100 characters".to_owned(),
            "/role: there is no role \"boss\": roles are contributor, researcher, reviewer, admin".to_owned(),
            "/password: is not known here: known are name, organization_id, role".to_owned(),
        ])
    );
        let mut wrong = an_account(app, "reviewer");
        wrong["organization_id"] = json!(nobody);
        let (problem, faults) = accounts(TestRequest::post().set_json(&wrong));
        assert_eq!(problem, "422 invalid");
        assert!(
            faults[0].starts_with("/organization_id: there is no organizations"),
            "{faults:?}"
        );

        let admins = format!("/accounts/{}/tokens", app.actor().account.id);
        let tokens = |body: Value| refused(TestRequest::post().set_json(body), &admins).1;
        assert_eq!(
            tokens(json!({"expires_on": "2026-11-24"})),
            ["/expires_on: 2026-11-24 is over, or never comes: write a day from 2026-11-25 on"]
        );
        assert_eq!(
            tokens(json!({"expires_on": "soon", "desktop": "yes"})).len(),
            2
        );
        for path in [
            format!("/accounts/{nobody}"),
            "/accounts/7".to_owned(),
            format!("/accounts/{nobody}/tokens"),
        ] {
            assert_eq!(admin.get(&path).problem(), "404 not-found");
        }
        assert_eq!(
            delete(&admin, &format!("/accounts/{nobody}")).problem(),
            "404 not-found"
        );
        assert_eq!(
            delete(&admin, &format!("/tokens/{nobody}")).problem(),
            "404 not-found"
        );
        assert_eq!(people(app), before);
    }
);

on_each_engine!(an_organization_that_is_withdrawn_gets_no_account, |app| {
    let id = app.given(crate::harness::an_organization("Blue Shield"));
    let record: RecordRef = Collection::Organizations.record(id);
    app.withdraw(record);
    let mut body = an_account(app, "reviewer");
    body["organization_id"] = json!(id);
    assert_eq!(
        post(&app.admin(), "/accounts", &body).problem(),
        "422 invalid"
    );
});

on_each_engine!(
    whoever_tries_many_tokens_waits_and_whoever_has_one_does_not,
    |app| {
        let ask = |address: &str, token: &str| {
            let request = TestRequest::get()
                .peer_addr(format!("{address}:40000").parse().unwrap())
                .insert_header(("authorization", format!("Bearer {token}")));
            app.anonymous().send(request, "/me")
        };
        for _ in 0..10 {
            assert_eq!(ask("192.0.2.7", "wrong").problem(), "401 bad-credential");
        }
        let waits = ask("192.0.2.7", "wrong");
        assert_eq!(waits.problem(), "429 too-many");
        let seconds: u64 = waits.header("retry-after").parse().unwrap();
        assert!((1..=7).contains(&seconds), "{seconds}");
        ask("192.0.2.7", crate::harness::TOKEN).expect(200);
        assert_eq!(ask("192.0.2.8", "wrong").problem(), "401 bad-credential");
    }
);
