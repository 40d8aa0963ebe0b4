//! What is wrong with what was typed, each at the control in which it was typed.

use serde_json::{Value, json};

use super::Control;
use super::typed::Body;
use crate::domain::Fault;
use crate::http::pages::say;

/// The faults of a form.
#[derive(Debug, Default)]
pub(in crate::http) struct Faulty(Vec<Told>);

/// A fault, and the control at which it is told, if one is nearer than the whole form.
#[derive(Debug)]
struct Told {
    name: Option<String>,
    place: String,
    detail: String,
}

impl Faulty {
    /// The faults of a draft, at the controls of which it was made.
    pub(in crate::http) fn of(faults: &[Fault], body: &Body) -> Faulty {
        let told = faults.iter().map(|fault| {
            let place = fault.place.strip_prefix("/properties");
            let place = place.unwrap_or(&fault.place);
            Told {
                name: nearest(place, body),
                place: place.to_owned(),
                detail: fault.detail.clone(),
            }
        });
        Faulty(told.collect())
    }

    /// What is wrong at a control itself.
    pub(super) fn at(&self, name: &str) -> impl Iterator<Item = &str> {
        let told = self
            .0
            .iter()
            .filter(move |told| told.name.as_deref() == Some(name));
        told.map(|told| told.detail.as_str())
    }

    /// Whether something is wrong at a control, or at one below it.
    pub(super) fn is_within(&self, name: &str) -> bool {
        self.0.iter().any(|told| {
            let rest = told.name.as_deref().and_then(|at| at.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// What is wrong at none of these controls, with its place in the draft.
    pub(super) fn elsewhere(&self, names: &[String]) -> impl Iterator<Item = (&str, &str)> {
        let is_elsewhere =
            |told: &&Told| told.name.as_ref().is_none_or(|name| !names.contains(name));
        let told = self.0.iter().filter(is_elsewhere);
        told.map(|told| (told.place.as_str(), told.detail.as_str()))
    }
}

/// The control at a place, or at the nearest one above it.
fn nearest(place: &str, body: &Body) -> Option<String> {
    let mut place = place;
    loop {
        if let Some(name) = body.places.get(place) {
            return Some(name.clone());
        }
        (place, _) = place.rsplit_once('/')?;
    }
}

/// A fault in the language of the page, as far as the control says what would be right; and as the draft says it.
pub(super) fn said(detail: &str, control: Option<Control>, lang: &str) -> Value {
    let is_missing = detail.starts_with("is required") || detail.starts_with("is empty");
    let key = match control {
        _ if is_missing => Some("form.fault_missing"),
        Some(Control::Number) => Some("form.fault_number"),
        Some(Control::Date) => Some("form.fault_date"),
        Some(Control::Web) => Some("form.fault_web"),
        Some(Control::Place) => Some("form.fault_place"),
        _ => None,
    };
    json!({
        "text": key.map(|key| say(lang, key, &[])),
        "detail": Some(detail).filter(|detail| *detail != "is required"),
    })
}
