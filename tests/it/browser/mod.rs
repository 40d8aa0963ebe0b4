//! What people with a browser see: the map and the pages, in Chromium, over the real catalogue.

mod libraries;
mod map;
mod measured;
mod pictures;
mod placing;
mod reading;
mod work;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::harness::{App, Engine, Home, Serving, TOKEN, again, browser::Browser, with};

/// The program with the real catalogue, as its operator starts it, with a database of its own.
pub struct Registry {
    serving: Serving,
    _home: Arc<Home>,
}

impl Registry {
    fn start() -> Registry {
        Registry::on(Engine::Sqlite, |_| ())
    }

    /// The same on an engine, with more settings.
    fn on(engine: Engine, more: impl FnOnce(&mut Command)) -> Registry {
        let (home, mut program) = with(engine);
        program.env("HERITAGE_BOOTSTRAP_TOKEN", TOKEN);
        more(&mut program);
        Registry {
            serving: Serving::printing(program, 4),
            _home: Arc::new(home),
        }
    }

    /// The program with the catalogue that a test made.
    fn of(app: App) -> Registry {
        let home = app.left();
        Registry {
            serving: Serving::start(again(&home), false),
            _home: home,
        }
    }

    fn base(&self) -> String {
        format!("http://{}", self.serving.address())
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// What a program reads there.
    fn json(&self, path: &str) -> Value {
        let answer = self
            .serving
            .ask(path, "Accept: application/json\r\nConnection: close");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        serde_json::from_str(body).unwrap()
    }

    /// What a program that shows the administrator's token is answered.
    fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.serving.address(),
            body.len()
        );
        let mut stream = TcpStream::connect(self.serving.address()).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 201"), "{path}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    /// The token of a new account of an organization.
    fn member(&self, organization: &str, role: &str) -> String {
        let account = json!({ "name": role, "organization_id": organization, "role": role });
        let account = self.post("/accounts", &account);
        let tokens = format!("/accounts/{}/tokens", account["id"].as_str().unwrap());
        let token = self.post(&tokens, &json!({}));
        token["token"].as_str().unwrap().to_owned()
    }

    /// How many sites that have a place answer a question.
    fn located(&self, question: &str) -> i64 {
        let path = format!("/collections/sites/items?located=true&resultType=hits&{question}");
        self.json(&path)["numberMatched"].as_i64().unwrap()
    }

    /// The id of the site that a name finds first.
    fn site(&self, name: &str) -> String {
        let found = self.json(&format!("/collections/sites/items?limit=1&q={name}"));
        found["features"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The map in a browser, drawn.
    fn map(&self, browser: &Browser, path: &str) {
        browser.go(&self.at(path));
        drawn(browser);
    }
}

/// Waits until everything that the map is to show is on it.
fn drawn(browser: &Browser) {
    browser.wait("return window.atlas?.loaded() && window.atlas.areTilesLoaded() && !window.atlas.isMoving()");
}

/// Nobody else was asked for anything, and nothing was complained of.
fn expect_quiet(browser: &Browser, registry: &Registry) {
    expect_nothing_from_elsewhere(browser, &[&registry.base()]);
}

/// The same of pages that are elsewhere themselves.
fn expect_nothing_from_elsewhere(browser: &Browser, bases: &[&str]) {
    let asked = browser.asked();
    let is_ours = |url: &String| bases.iter().any(|base| url.starts_with(base));
    let elsewhere: Vec<_> = asked.iter().filter(|url| !is_ours(url)).collect();
    assert!(elsewhere.is_empty() && !asked.is_empty(), "{elsewhere:?}");
    let said = browser.console();
    assert!(said.is_empty(), "{said:#?}");
}
