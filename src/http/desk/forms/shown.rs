//! A form as a page shows it: every control with what was typed, what may be chosen, and what is wrong.

use serde_json::{Map, Value, json};

use super::faulty::Faulty;
use super::label::{choices, languages};
use super::taken::Taken;
use super::typed::{Body, Typed};
use super::{Asks, Control, Field, Form, Part, below};
use crate::domain::Fault;
use crate::http::desk::Said;

use crate::http::pages::{Lookup, say};

/// How a form is shown.
pub(super) struct Showing<'a> {
    pub(super) form: &'static Form,
    pub(super) typed: &'a Typed,
    pub(super) faulty: &'a Faulty,
    /// Whether who is asked decides on records.
    pub(super) is_reviewer: bool,
    /// Whether a published record is corrected.
    pub(super) is_correction: bool,
    pub(super) lang: &'static str,
    pub(super) lookup: &'a Lookup<'a>,
}

/// The controls of a row, and of what they are a part.
struct Within<'a> {
    taken: Taken<'static>,
    /// The name of the row.
    name: &'a str,
    /// What the summary of faults says before what the control is called.
    called: &'a str,
    is_row: bool,
    /// Whether the row is a text and its language: that both belong together, nobody has to be told.
    is_text: bool,
}

/// What the page says of all controls together.
#[derive(Default)]
struct Page {
    summary: Vec<Value>,
    /// The controls at which faults are told.
    told: Vec<String>,
    sources: Vec<String>,
}

impl Showing<'_> {
    /// What the template takes.
    pub(super) fn page(&self) -> Value {
        let body = Body::of(self.form, self.typed);
        let mut page = Page {
            sources: self.sources(),
            ..Page::default()
        };
        let parts = self.form.parts.iter().filter(|part| match part.asks {
            Asks::Everybody => true,
            Asks::Reviewers => self.is_reviewer,
            Asks::Correctors => self.is_correction,
        });
        let parts: Vec<Value> = parts
            .map(|part| self.part(part, &body, &mut page))
            .collect();
        let elsewhere = self.faulty.elsewhere(&page.told);
        let elsewhere =
            elsewhere.map(|fault| json!({ "label": fault.place, "said": self.said(fault, "") }));
        let summary: Vec<Value> = elsewhere.chain(page.summary).collect();
        json!({ "parts": parts, "summary": summary })
    }

    fn part(&self, part: &Part, body: &Body, page: &mut Page) -> Value {
        let within = Within {
            taken: Taken::of(self.form.collection),
            name: "",
            called: "",
            is_row: false,
            is_text: false,
        };
        let is_at_fault = |field: &Field| self.faulty.is_within(field.name);
        let has_something = |field: &Field| body.members.contains_key(field.name);
        let is_missing =
            |field: &Field| matches!(field.control, Control::Site) && !has_something(field);
        let is_open = part.fields.iter().any(|field| {
            let is_site = matches!(field.control, Control::Site);
            is_at_fault(field) || is_missing(field) || has_something(field) && !is_site
        });
        let fields = part.fields.iter();
        let fields =
            fields.map(|field| self.field(field, &within, self.typed.0.get(field.name), page));
        let fields: Vec<Value> = fields.collect();
        json!({
            "title": say(self.lang, part.title, &[]),
            "note": part.note.map(|key| say(self.lang, key, &[])),
            "is_folded": part.is_folded,
            "is_open": is_open,
            "fields": fields,
        })
    }

    /// The keys of the sources as they are shown, one of which may be empty yet.
    fn sources(&self) -> Vec<String> {
        let rows = self.typed.0.get("sources").and_then(Value::as_array);
        let none = [json!({})];
        let rows = rows
            .filter(|rows| !rows.is_empty())
            .map_or(&none[..], |rows| rows);
        let mut keys: Vec<String> = Vec::new();
        for row in rows {
            let key = row["key"].as_str().filter(|key| !key.is_empty());
            let key = key.map_or_else(|| free_key(rows, &keys), str::to_owned);
            keys.push(key);
        }
        keys
    }

    fn field(
        &self,
        field: &'static Field,
        within: &Within<'_>,
        typed: Option<&Value>,
        page: &mut Page,
    ) -> Value {
        let name = below(within.name, field.name);
        let taken = within.taken.member(field.name);
        let label = say(self.lang, field.label, &[]);
        let called = match within.called {
            "" => label.clone(),
            above => format!("{above}: {label}"),
        };
        let text = typed.and_then(Value::as_str);
        let text = text.or(field.preset.filter(|_| typed.is_none() && within.is_row));
        let text = text.unwrap_or_default();
        let several = typed.and_then(Value::as_array).into_iter().flatten();
        let several: Vec<&str> = several.filter_map(Value::as_str).collect();
        let faults = self.faults_at(&name, &called, page);
        let mut shown = json!({
            "name": name,
            "label": label,
            "hint": field.hint.map(|key| say(self.lang, key, &[])),
            "value": text,
            "faults": faults,
            "is_required": taken.is_required && within.is_row && !within.is_text,
            // A browser asks for what is missing only where nobody can overlook it.
            "is_demanded": taken.is_required && !within.is_row,
        });
        let (kind, more) = match field.control {
            Control::Line | Control::Web | Control::Site => ("line", json!({})),
            Control::Number => ("line", json!({ "input": "decimal" })),
            Control::Date => ("line", json!({ "input": "text", "is_short": true })),
            Control::Lines => ("lines", json!({})),
            Control::Choice(labels) => {
                let choices = choices(taken, labels, &[text], self.lang);
                ("choice", json!({ "choices": choices }))
            }
            Control::Buttons(labels) => {
                let choices = choices(taken, labels, &[text], self.lang);
                ("buttons", json!({ "choices": choices }))
            }
            Control::Checks(labels) => {
                let choices = choices(taken, labels, &several, self.lang);
                ("checks", json!({ "choices": choices }))
            }
            Control::Yes => ("yes", json!({ "is_checked": text == "true" })),
            Control::Lang => ("choice", json!({ "choices": languages(text, self.lang) })),
            Control::Region => ("choice", json!({ "choices": self.regions(text) })),
            Control::Key => {
                let place = within
                    .name
                    .rsplit('.')
                    .next()
                    .and_then(|place| place.parse().ok());
                let key = place.and_then(|place: usize| page.sources.get(place));
                ("hidden", json!({ "values": [key] }))
            }
            Control::Kept => ("hidden", json!({ "values": several })),
            Control::Cites => self.cites(&several, taken.is_required, page),
            Control::Place => ("place", self.place(&name, typed, &called, page)),
            Control::Rows(fields) => (
                "rows",
                self.rows(fields, &name, &called, typed, taken, page),
            ),
            Control::Members(fields) => {
                let none = Map::new();
                let typed = typed.and_then(Value::as_object).unwrap_or(&none);
                let within = Within {
                    taken,
                    name: &name,
                    called: &called,
                    is_row: false,
                    is_text: false,
                };
                (
                    "members",
                    json!({ "fields": self.fields(fields, &within, typed, page) }),
                )
            }
        };
        shown["kind"] = kind.into();
        if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
            shown.extend(more);
        }
        shown
    }

    fn fields(
        &self,
        fields: &'static [Field],
        within: &Within<'_>,
        typed: &Map<String, Value>,
        page: &mut Page,
    ) -> Vec<Value> {
        let shown = fields.iter();
        let shown = shown.map(|field| self.field(field, within, typed.get(field.name), page));
        shown.collect()
    }

    /// The rows of a list; of an empty one, a row to begin with.
    fn rows(
        &self,
        fields: &'static [Field],
        name: &str,
        called: &str,
        typed: Option<&Value>,
        taken: Taken<'static>,
        page: &mut Page,
    ) -> Value {
        let none = [json!({})];
        let rows = typed
            .and_then(Value::as_array)
            .filter(|rows| !rows.is_empty());
        let rows = rows.map_or(&none[..], |rows| rows);
        let empty = Map::new();
        let shown = rows.iter().enumerate().map(|(place, row)| {
            let name = below(name, place);
            let called = match rows.len() {
                1 => called.to_owned(),
                _ => format!("{called} {}", place + 1),
            };
            let within = Within {
                taken,
                name: &name,
                called: &called,
                is_row: true,
                is_text: fields.len() == 2,
            };
            let faults = self.faults_at(&name, &called, page);
            let row = row.as_object().unwrap_or(&empty);
            let shown = self.fields(fields, &within, row, page).into_iter();
            let (aside, fields): (Vec<_>, Vec<_>) =
                shown.zip(fields).partition(|(_, field)| field.is_aside);
            let is_aside_open = aside.iter().any(|(_, field)| {
                let has_something = row.get(field.name).is_some_and(says_something);
                has_something || self.faulty.is_within(&below(&name, field.name))
            });
            let of = |shown: Vec<(Value, &Field)>| -> Value {
                shown.into_iter().map(|(shown, _)| shown).collect()
            };
            json!({
                "name": name,
                "number": place + 1,
                "fields": of(fields),
                "aside": of(aside),
                "is_aside_open": is_aside_open,
                "faults": faults,
            })
        });
        let shown: Vec<Value> = shown.collect();
        let is_nested = name.contains('.');
        let is_texts = fields.len() == 2;
        json!({
            "is_texts": is_texts,
            "is_nested": is_nested,
            "can_have_more": !(is_nested && is_texts),
            "rows": shown,
        })
    }

    fn place(&self, name: &str, typed: Option<&Value>, called: &str, page: &mut Page) -> Value {
        let mut part = |part: &str, label: &str| {
            let name = below(name, part);
            let label = say(self.lang, label, &[]);
            let called = format!("{called}: {label}");
            json!({
                "name": name,
                "label": label,
                "value": typed.and_then(|typed| typed[part].as_str()).unwrap_or_default(),
                "faults": self.faults_at(&name, &called, page),
            })
        };
        json!({
            "lat": part("lat", "new_site.lat"),
            "lon": part("lon", "new_site.lon"),
            "shape": typed.map(|typed| &typed["shape"]),
        })
    }

    /// The sources that there are; where one has to be named and there is only one, nobody has to.
    fn cites(&self, chosen: &[&str], is_required: bool, page: &Page) -> (&'static str, Value) {
        if is_required && page.sources.len() == 1 {
            return ("hidden", json!({ "values": [page.sources[0]] }));
        }
        let choices = page.sources.iter().enumerate().map(|(place, key)| {
            let number = (place + 1).to_string();
            json!({
                "value": key,
                "text": say(self.lang, "site.source", &[("number", number)]),
                "is_chosen": chosen.contains(&key.as_str()),
            })
        });
        ("checks", json!({ "choices": choices.collect::<Vec<_>>() }))
    }

    fn regions(&self, chosen: &str) -> Vec<Value> {
        let mut regions: Vec<Value> = self.lookup.regions();
        if !chosen.is_empty() && !regions.iter().any(|region| region["code"] == chosen) {
            regions.push(json!({ "code": chosen, "text": chosen }));
        }
        let shown = regions.iter().map(|region| {
            json!({
                "value": region["code"],
                "text": region["text"],
                "is_chosen": region["code"] == chosen,
            })
        });
        shown.collect()
    }

    /// What is wrong at a control; it stands in the summary, too.
    fn faults_at(&self, name: &str, called: &str, page: &mut Page) -> Vec<Said> {
        let faults = self.faulty.at(name);
        let faults: Vec<Said> = faults.map(|fault| self.said(fault, name)).collect();
        if !faults.is_empty() {
            page.told.push(name.to_owned());
        }
        for said in &faults {
            page.summary
                .push(json!({ "name": name, "label": called, "said": said }));
        }
        faults
    }

    fn said(&self, fault: &Fault, name: &str) -> Said {
        Said::of(fault, self.lang, |member| {
            let field = self.form.near(name, member)?;
            Some(say(self.lang, field.label, &[]))
        })
    }
}

/// A key that no source has.
fn free_key(rows: &[Value], given: &[String]) -> String {
    let is_taken = |key: &String| given.contains(key) || rows.iter().any(|row| row["key"] == **key);
    let mut keys = (1..).map(|number| format!("s{number}"));
    keys.find(|key| !is_taken(key))
        .expect("there are more numbers than rows")
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(|item| match item {
            // A row has a language before anybody writes in it.
            Value::Object(row) => row
                .iter()
                .any(|(name, value)| name != "lang" && says_something(value)),
            item => says_something(item),
        }),
        _ => false,
    }
}
