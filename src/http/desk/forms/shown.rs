//! A form as a page shows it: every control with what was typed, what may be chosen, and what is wrong.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::drawn::At;
use super::faulty::Faulty;
use super::taken::Taken;
use super::typed::{Body, Typed};
use super::{Asks, Control, Field, Form, Looks, Part, below};
use crate::domain::Fault;
use crate::http::desk::controls::{self, Need, Told};
use crate::http::desk::said::{Answer, Own, Said};

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

/// A form as its template takes it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    summary: Vec<Told>,
    parts: Vec<ShownPart>,
}

/// Controls under one heading.
#[derive(Debug, Serialize)]
struct ShownPart {
    title: String,
    note: Option<String>,
    is_folded: bool,
    is_open: bool,
    looks: Looks,
    fields: Vec<controls::Shown>,
}

/// The controls of a row, and of what they are a part.
pub(super) struct Within<'a> {
    pub(super) taken: Taken<'static>,
    /// The name of the row.
    pub(super) name: &'a str,
    /// What the summary of faults says before what the control is called.
    pub(super) called: &'a str,
    pub(super) is_row: bool,
    /// Whether the row is a text and its language: that both belong together, nobody has to be told.
    pub(super) is_text: bool,
}

/// What the page says of all controls together.
#[derive(Default)]
pub(super) struct Page {
    summary: Vec<Told>,
    /// The controls at which faults are told.
    told: Vec<String>,
    pub(super) sources: Vec<String>,
}

impl Showing<'_> {
    /// What the template takes.
    pub(super) fn page(&self) -> Shown {
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
        let parts = parts
            .map(|part| self.part(part, &body, &mut page))
            .collect();
        let elsewhere = self.faulty.elsewhere(&page.told).map(|fault| Told {
            name: None,
            label: fault.place.clone(),
            said: self.said(fault, ""),
        });
        Shown {
            summary: elsewhere.chain(page.summary).collect(),
            parts,
        }
    }

    fn part(&self, part: &Part, body: &Body, page: &mut Page) -> ShownPart {
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
        ShownPart {
            title: say(self.lang, part.title, &[]),
            note: part.note.map(|key| say(self.lang, key, &[])),
            is_folded: part.is_folded,
            is_open,
            looks: part.looks,
            fields: fields.collect(),
        }
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
    ) -> controls::Shown {
        let name = below(within.name, field.name);
        let taken = within.taken.member(field.name);
        let label = say(self.lang, field.label, &[]);
        let called = match within.called {
            "" => label.clone(),
            above => format!("{above}: {label}"),
        };
        let faults = self.faults_at(&name, &called, page);
        let need = match (taken.is_required, within.is_row) {
            (true, false) => Need::Demanded,
            (true, true) if !within.is_text => Need::Told,
            _ => Need::None,
        };
        let at = At {
            field,
            name: &name,
            called: &called,
            taken,
        };
        let kind = self.kind(&at, within, typed, page);
        controls::Shown {
            hint: field.hint.map(|key| say(self.lang, key, &[])),
            name,
            label,
            faults,
            need,
            kind,
        }
    }

    pub(super) fn fields(
        &self,
        fields: &'static [Field],
        within: &Within<'_>,
        typed: &Map<String, Value>,
        page: &mut Page,
    ) -> Vec<controls::Shown> {
        let shown = fields.iter();
        let shown = shown.map(|field| self.field(field, within, typed.get(field.name), page));
        shown.collect()
    }

    /// What is wrong at a control; it stands in the summary, too.
    pub(super) fn faults_at(&self, name: &str, called: &str, page: &mut Page) -> Vec<Said> {
        let faults = self.faulty.at(name);
        let faults: Vec<Said> = faults.map(|fault| self.said(fault, name)).collect();
        if !faults.is_empty() {
            page.told.push(name.to_owned());
        }
        for said in &faults {
            page.summary.push(Told {
                name: Some(name.to_owned()),
                label: called.to_owned(),
                said: said.clone(),
            });
        }
        faults
    }

    fn said(&self, fault: &Fault, name: &str) -> Said {
        let step = name.rsplit('.').find(|step| step.parse::<usize>().is_err());
        let field = step.and_then(|step| self.form.near(name, step));
        let own = Own {
            label: field.map_or_else(
                || fault.place.clone(),
                |field| say(self.lang, field.label, &[]),
            ),
            answer: field.map_or(Answer::Text, |field| field.control.answer()),
        };
        Said::of(fault, self.lang, &own, |member| {
            let field = self.form.near(name, member)?;
            Some(say(self.lang, field.label, &[]))
        })
    }
}

impl Control {
    /// What would be right where nothing stands.
    fn answer(self) -> Answer {
        match self {
            Control::Choice(_)
            | Control::Buttons(_)
            | Control::Checks(_)
            | Control::Langs
            | Control::Lang
            | Control::Region
            | Control::Cites => Answer::Choice,
            Control::Date => Answer::Date,
            Control::Site => Answer::Site,
            _ => Answer::Text,
        }
    }
}

/// A key that no source has.
fn free_key(rows: &[Value], given: &[String]) -> String {
    let is_taken = |key: &String| given.contains(key) || rows.iter().any(|row| row["key"] == **key);
    let mut keys = (1..).map(|number| format!("s{number}"));
    keys.find(|key| !is_taken(key))
        .expect("there are more numbers than rows")
}
