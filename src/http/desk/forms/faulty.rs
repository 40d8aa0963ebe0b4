//! What is wrong with what was typed, each at the control in which it was typed.

use super::typed::Body;
use crate::domain::Fault;

/// The faults of a form.
#[derive(Debug, Default)]
pub(in crate::http) struct Faulty(Vec<Told>);

/// A fault, and the control at which it is told, if one is nearer than the whole form.
#[derive(Debug)]
struct Told {
    name: Option<String>,
    /// With its place in the draft.
    fault: Fault,
}

impl Faulty {
    /// The faults of a draft, at the controls of which it was made.
    pub(in crate::http) fn of(faults: &[Fault], body: &Body) -> Faulty {
        let told = faults.iter().map(|fault| {
            let place = fault.place.strip_prefix("/properties");
            let place = place.unwrap_or(&fault.place);
            Told {
                name: nearest(place, body),
                fault: Fault {
                    place: place.to_owned(),
                    ..fault.clone()
                },
            }
        });
        Faulty(told.collect())
    }

    /// Whether nothing is wrong.
    pub(in crate::http) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What of it is wrong at one control.
    #[must_use]
    pub(in crate::http) fn only_at(mut self, name: &str) -> Faulty {
        self.0.retain(|told| told.name.as_deref() == Some(name));
        self
    }

    /// What is wrong at a control itself.
    pub(super) fn at(&self, name: &str) -> impl Iterator<Item = &Fault> {
        let told = self
            .0
            .iter()
            .filter(move |told| told.name.as_deref() == Some(name));
        told.map(|told| &told.fault)
    }

    /// Whether something is wrong at a control, or at one below it.
    pub(super) fn is_within(&self, name: &str) -> bool {
        self.0.iter().any(|told| {
            let rest = told.name.as_deref().and_then(|at| at.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// What is wrong at none of these controls.
    pub(super) fn elsewhere(&self, names: &[String]) -> impl Iterator<Item = &Fault> {
        let is_elsewhere =
            |told: &&Told| told.name.as_ref().is_none_or(|name| !names.contains(name));
        let told = self.0.iter().filter(is_elsewhere);
        told.map(|told| &told.fault)
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
