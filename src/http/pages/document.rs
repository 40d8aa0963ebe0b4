//! The page of any JSON document of ours: its members as lists and tables, so that people can read what programs read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::frame::{Addresses, Frame};
use super::templates::{is_web, render};
use super::texts::say;
use crate::http::layer::path_of_item;

/// What documents without a title are called, by the paths that they are at.
const HEADINGS: &[(&str, &str)] = &[
    ("/collections", "documents.collections"),
    (
        "/collections/{collection}/items/{id}/differences",
        "documents.differences",
    ),
    ("/conformance", "documents.conformance"),
    ("/functions", "documents.functions"),
    ("/suggest", "documents.suggestions"),
];

/// Members that stand first, in this order; the others follow by name.
const FIRST: [&str; 12] = [
    "seq",
    "at",
    "version",
    "action",
    "label",
    "name",
    "title",
    "description",
    "property",
    "id",
    "type",
    "collection",
];

/// A table has at most so many columns; what has more is easier to read one below the other.
const COLUMNS: usize = 9;

/// The page of a document at a path.
pub(super) fn page(
    path: &str,
    document: &Value,
    frame: &Frame<'_>,
) -> Result<String, minijinja::Error> {
    let addresses = frame.addresses();
    let showing = Showing {
        lang: frame.lang,
        addresses: &addresses,
    };
    let heading = HEADINGS.iter().find(|(one, _)| *one == path);
    let heading = heading.map_or("documents.other", |(_, key)| key);
    let title = document["title"]
        .as_str()
        .map_or_else(|| say(frame.lang, heading, &[]), str::to_owned);
    let none = Map::new();
    let members = document.as_object().unwrap_or(&none);
    let apart = ["title", "description", "links"];
    let rest = members
        .iter()
        .filter(|(name, _)| !apart.contains(&name.as_str()));
    let rest = rest
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let page = json!({
        "title": title,
        "description": document["description"],
        "members": showing.members(&rest),
        "links": showing.links(&document["links"]),
    });
    render("document.html", frame, page)
}

/// How values are shown.
struct Showing<'a> {
    lang: &'static str,
    addresses: &'a Addresses,
}

impl Showing<'_> {
    /// A value, as the template takes it: its kind, and what is in it.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Null => json!({ "kind": "nothing" }),
            Value::Bool(true) => text(&say(self.lang, "documents.yes", &[])),
            Value::Bool(false) => text(&say(self.lang, "documents.no", &[])),
            Value::Number(number) => text(&number.to_string()),
            Value::String(written) if is_web(written) => self.link(written, written),
            Value::String(written) => text(written),
            Value::Array(items) => self.items(items),
            Value::Object(members) => self.object(members),
        }
    }

    fn link(&self, href: &str, text: &str) -> Value {
        let is_within = self.addresses.is_within(href);
        let to = if is_within {
            self.addresses.to(href)
        } else {
            href.to_owned()
        };
        let is_foreign = !is_within;
        json!({ "kind": "link", "href": to, "text": text, "is_foreign": is_foreign })
    }

    /// A link; or, of an address whose parts stand for others, that as it is written: nobody can follow it.
    fn link_or_template(&self, href: &str, title: &str, is_template: bool) -> Value {
        if is_template {
            text(&format!("{title}: {href}"))
        } else {
            self.link(href, title)
        }
    }

    fn items(&self, items: &[Value]) -> Value {
        // Whoever follows a link on a page sends nothing.
        let is_followed = |item: &&Value| item["href"].is_null() || item["method"].is_null();
        let items: Vec<&Value> = items.iter().filter(is_followed).collect();
        if items.is_empty() {
            return json!({ "kind": "nothing" });
        }
        let rows: Option<Vec<_>> = items.iter().map(|item| item.as_object()).collect();
        let rows = rows.filter(|rows| rows.iter().all(|row| !is_link(row)));
        if let Some(table) = rows.and_then(|rows| self.table(&rows, None)) {
            return table;
        }
        let items: Vec<_> = items.into_iter().map(|item| self.value(item)).collect();
        json!({ "kind": "list", "items": items })
    }

    fn object(&self, members: &Map<String, Value>) -> Value {
        if is_link(members) {
            let title = members.get("title").or_else(|| members.get("rel"));
            let title = title.and_then(Value::as_str).unwrap_or_default();
            let href = members["href"].as_str().unwrap_or_default();
            let is_template = members.get("templated") == Some(&Value::Bool(true));
            return self.link_or_template(href, title, is_template);
        }
        // Objects of one kind, by their names.
        let several: Option<Vec<_>> = members.values().map(Value::as_object).collect();
        let several = several.filter(|several| several.len() > 2);
        let named: Vec<&str> = members.keys().map(String::as_str).collect();
        if let Some(table) = several.and_then(|rows| self.table(&rows, Some(&named))) {
            return table;
        }
        json!({ "kind": "members", "members": self.members(members) })
    }

    fn members(&self, members: &Map<String, Value>) -> Vec<Value> {
        let names: BTreeSet<&str> = members.keys().map(String::as_str).collect();
        let of = |name: &str| json!({ "name": name, "value": self.member(members, name) });
        in_order(&names).into_iter().map(of).collect()
    }

    /// A member of an object; a whole feature within another document is a link to where it stands.
    fn member(&self, members: &Map<String, Value>, name: &str) -> Value {
        let value = &members[name];
        let said = |name: &str| members.get(name).and_then(Value::as_str);
        match (value["type"].as_str(), said("collection"), said("id")) {
            (Some("Feature"), Some(collection), Some(id)) => {
                let label = value["properties"]["label"].as_str().unwrap_or(id);
                let href = self.addresses.to(&path_of_item(collection, id));
                json!({ "kind": "link", "href": href, "text": label })
            }
            _ => self.value(value),
        }
    }

    /// A table with a row for each; `None` if it would be too wide.
    fn table(&self, rows: &[&Map<String, Value>], named: Option<&[&str]>) -> Option<Value> {
        let names: BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| row.keys())
            .map(String::as_str)
            .collect();
        let columns = in_order(&names);
        if rows.len() < 2 || columns.len() > COLUMNS {
            return None;
        }
        let shown = rows.iter().enumerate().map(|(place, row)| {
            let cell = |name: &&str| {
                if row.contains_key(*name) {
                    self.member(row, name)
                } else {
                    json!({ "kind": "nothing" })
                }
            };
            json!({
                "name": named.map(|named| named[place]),
                "cells": columns.iter().map(cell).collect::<Vec<_>>(),
            })
        });
        let shown: Vec<_> = shown.collect();
        Some(json!({
            "kind": "table",
            "is_named": named.is_some(),
            "columns": columns,
            "rows": shown,
        }))
    }

    /// Links of a document, each to where it leads.
    fn links(&self, links: &Value) -> Vec<Value> {
        let links = links.as_array().into_iter().flatten();
        let links = links.filter(|link| link["method"].is_null() && link["rel"] != "self");
        let shown = links.map(|link| {
            let of = |name: &str| link[name].as_str().unwrap_or_default();
            let title = if of("title").is_empty() {
                of("href")
            } else {
                of("title")
            };
            let mut shown = self.link_or_template(of("href"), title, link["templated"] == true);
            shown["note"] = json!(of("type"));
            shown
        });
        shown.collect()
    }
}

fn text(text: &str) -> Value {
    json!({ "kind": "text", "text": text })
}

fn is_link(members: &Map<String, Value>) -> bool {
    members.get("href").is_some_and(Value::is_string)
}

fn in_order<'a>(names: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let place = |name: &str| FIRST.iter().position(|first| *first == name);
    let mut names: Vec<&str> = names.iter().copied().collect();
    names.sort_by_key(|name| place(name).unwrap_or(FIRST.len()));
    names
}
