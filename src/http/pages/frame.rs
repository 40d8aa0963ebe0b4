//! What stands around every page: the title, the menu, the languages, the addresses of its other forms.

use actix_web::HttpRequest;
use actix_web::web::Data;
use percent_encoding::utf8_percent_encode;
use serde_json::{Value, json};

use super::assets;
use super::texts::{LANGUAGES, say};
use crate::domain::{Instant, Role};
use crate::http::base::prefix;
use crate::http::call::Call;
use crate::http::here::{QUERY, address};
use crate::http::reader::languages;
use crate::http::session::{Person, sign_in_address};
use crate::http::{State, api, respond};
use crate::query::pairs;

/// The frame of a page.
pub(in crate::http) struct Frame<'a> {
    pub(in crate::http) lang: &'static str,
    request: &'a HttpRequest,
    base_url: &'a str,
    changed_at: Option<Instant>,
}

/// How addresses within the registry are written: without the host, so that a page works under whatever name it is reached,
/// and with the language that was asked for by the address, since nothing else remembers it.
#[derive(Clone)]
pub(in crate::http) struct Addresses {
    base_url: String,
    prefix: String,
    lang: Option<String>,
}

impl Addresses {
    /// Of a path of the registry, or of a link within it.
    pub(in crate::http) fn to(&self, path: &str) -> String {
        let path = path.strip_prefix(&self.base_url).unwrap_or(path);
        let (path, part) = path.split_once('#').unwrap_or((path, ""));
        let mut address = format!("{}{path}", self.prefix);
        let query = path.split_once('?').map(|(_, query)| query);
        let has_lang =
            query.is_some_and(|query| pairs(query).iter().any(|(name, _)| name == "lang"));
        if let Some(lang) = self.lang.as_ref().filter(|_| !has_lang) {
            address.push(if query.is_some() { '&' } else { '?' });
            address.push_str("lang=");
            address.extend(utf8_percent_encode(lang, QUERY));
        }
        if !part.is_empty() {
            address.push('#');
            address.push_str(part);
        }
        address
    }

    /// Of what a form asks: the language goes with its fields.
    pub(super) fn of_form(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Whether a link leads to something within the registry.
    pub(super) fn is_within(&self, href: &str) -> bool {
        let rest = href.strip_prefix(&self.base_url);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }
}

/// Where the menu leads.
const MENU: [(&str, &str); 7] = [
    ("frame.sites", "/collections/sites/items"),
    ("frame.reports", "/collections/condition-reports/items"),
    ("frame.organizations", "/collections/organizations/items"),
    ("frame.regions", "/collections/regions/items"),
    ("statistics.title", "/statistics"),
    ("frame.map", "/"),
    ("frame.api", "/api"),
];

/// What a role is called.
pub(in crate::http) const fn of_role(role: Role) -> &'static str {
    match role {
        Role::Contributor => "work.contributor",
        Role::Researcher => "work.researcher",
        Role::Reviewer => "work.reviewer",
        Role::Admin => "work.admin",
    }
}

impl<'a> Frame<'a> {
    /// The frame of an answer.
    pub(in crate::http) fn of(call: &'a Call) -> Frame<'a> {
        let lang = respond::language(&call.reader);
        Frame {
            changed_at: call.snapshot().changed_at(),
            ..Frame::around(&call.request, &call.base_url, lang)
        }
    }

    /// The frame of a page in a language.
    pub(super) fn around(
        request: &'a HttpRequest,
        base_url: &'a str,
        lang: &'static str,
    ) -> Frame<'a> {
        Frame {
            lang,
            request,
            base_url,
            changed_at: None,
        }
    }

    /// When what its reader may see last changed: today, also where a page shows the past.
    pub(super) fn changed_at(&self) -> Option<Instant> {
        self.changed_at
    }

    pub(in crate::http) fn addresses(&self) -> Addresses {
        let asked = pairs(self.request.query_string());
        let lang = asked.into_iter().find(|(name, _)| name == "lang");
        Addresses {
            base_url: self.base_url.to_owned(),
            prefix: prefix(self.base_url).to_owned(),
            lang: lang.map(|(_, lang)| lang),
        }
    }

    /// What was asked with.
    pub(super) fn query(&self) -> &str {
        self.request.query_string()
    }

    /// The address of a path wherever it is written down.
    pub(super) fn permanent(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The languages that texts of records are wanted in, best first, as an address names them.
    pub(super) fn languages(&self) -> String {
        let asked = languages(self.request);
        let all: Vec<String> = asked.iter().map(ToString::to_string).collect();
        if all.is_empty() {
            self.lang.to_owned()
        } else {
            all.join(",")
        }
    }

    /// The path of this page with the parameters that were asked with, some of them otherwise. What is empty was left empty in
    /// a form.
    pub(super) fn here(&self, without: &[&str], with: &[(&str, &str)]) -> String {
        self.with_query(self.request.path(), without, with)
    }

    /// Another path with the same; whole, as links are written.
    pub(super) fn here_at(&self, path: &str, without: &[&str], with: &[(&str, &str)]) -> String {
        format!(
            "{}{}",
            prefix(self.base_url),
            self.with_query(path, without, with)
        )
    }

    fn with_query(&self, path: &str, without: &[&str], with: &[(&str, &str)]) -> String {
        let asked = pairs(self.request.query_string());
        let asked = asked.iter();
        let asked = asked.map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = asked.filter(|(name, value)| !without.contains(name) && !value.is_empty());
        address(path, kept.chain(with.iter().copied()))
    }

    /// Who is known to read it, and what their forms carry.
    fn person(&self) -> Option<Value> {
        let person = Person::of(self.request)?;
        Some(json!({
            "id": person.account.id,
            "name": person.account.name,
            "role": say(self.lang, of_role(person.account.role), &[]),
            "form_token": person.form_token,
        }))
    }

    /// What templates are shown of it.
    pub(super) fn shown(&self) -> Value {
        let (prefix, path) = (prefix(self.base_url), self.request.path());
        let of_lang = |code: &&'static str| {
            let here = self.here(&["lang"], &[("lang", code)]);
            json!({
                "code": code,
                "name": say(code, "frame.language_name", &[]),
                "href": format!("{prefix}{here}"),
                "absolute": format!("{}{here}", self.base_url),
                "is_current": *code == self.lang,
            })
        };
        let menu = MENU.map(|(key, path_of)| {
            json!({
                "text": say(self.lang, key, &[]),
                "path": path_of,
                "is_current": path == path_of,
                "is_within": path_of != "/" && path.starts_with(path_of),
            })
        });
        let (licence, licence_at) = api::licence();
        let state = self.request.app_data::<Data<State>>();
        let contact = state.and_then(|state| state.contact.as_ref());
        json!({
            "lang": self.lang,
            "languages": LANGUAGES.iter().map(of_lang).collect::<Vec<_>>(),
            "canonical": format!("{}{}", self.base_url, self.here(&["lang", "f"], &[])),
            "json": format!("{prefix}{}", self.here(&["f"], &[("f", "json")])),
            "menu": menu,
            "person": self.person(),
            "sign_in": sign_in_address(self.request),
            "forms": format!("{prefix}{}", assets::FORMS.path()),
            "sheet": format!("{prefix}{}", assets::PAGES.path()),
            "contact": contact.map(|contact| json!({ "href": contact.href(), "text": contact.text() })),
            "licence": { "name": licence.split(',').next(), "href": licence_at },
        })
    }
}
