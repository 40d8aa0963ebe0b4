//! The short forms of reviewers and administrators: their controls, made of what was typed and of what is wrong with it.

use super::Fields;
use super::controls::{Kind, Need, Shown, Told};
use super::said::{Answer, Own, Said};
use super::words::of_field;
use crate::domain::Fault;
use crate::http::pages::say;

/// What was typed into a form, and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct ShortForm<'a> {
    /// What was typed.
    pub(super) fields: &'a Fields,
    /// What is wrong.
    pub(super) faults: &'a [Fault],
    /// The language of the page.
    pub(super) lang: &'static str,
}

impl ShortForm<'_> {
    /// The control of a field. What it is called is in `words.rs`.
    pub(super) fn control(&self, name: &str, kind: Kind) -> Shown {
        let faults = self.faults.iter().filter(|fault| of(fault) == name);
        Shown {
            name: name.to_owned(),
            label: self.label(name).unwrap_or_else(|| name.to_owned()),
            hint: None,
            faults: faults.map(|fault| self.said(fault)).collect(),
            need: Need::None,
            kind,
        }
    }

    /// The list of what is wrong; what is at none of these controls leads nowhere, and is told as of what `form` is called.
    pub(super) fn summary(&self, controls: &[&[Shown]], form: &str) -> Vec<Told> {
        let told = self.faults.iter().map(|fault| {
            let name = of(fault);
            let has_control = controls
                .iter()
                .copied()
                .flatten()
                .any(|one| one.name == name);
            let label = self
                .label(name)
                .unwrap_or_else(|| say(self.lang, form, &[]));
            Told {
                name: has_control.then(|| name.to_owned()),
                label,
                said: self.said(fault),
            }
        });
        told.collect()
    }

    fn label(&self, name: &str) -> Option<String> {
        Some(say(self.lang, of_field(name)?, &[]))
    }

    fn said(&self, fault: &Fault) -> Said {
        let label = self.label(of(fault)).unwrap_or_default();
        let is_choice = [
            "decision",
            "location_sensitivity",
            "organization_id",
            "reason",
            "role",
        ]
        .contains(&of(fault));
        let answer = if is_choice {
            Answer::Choice
        } else {
            Answer::Text
        };
        Said::of(fault, self.lang, &Own { label, answer }, |name| {
            self.label(name)
        })
    }
}

/// The field that a fault is at.
fn of(fault: &Fault) -> &str {
    fault.place.trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FaultKind;

    #[test]
    fn every_fault_of_a_field_is_said_at_it_and_above_the_form() {
        let fault = |place: &str, kind: FaultKind| Fault {
            place: place.to_owned(),
            kind,
            detail: String::new(),
        };
        let faults = [
            fault("/name", FaultKind::Missing),
            fault("/name", FaultKind::TooLong { most: 100 }),
            fault("", FaultKind::Other),
        ];
        let fields = Fields::default();
        let form = ShortForm {
            fields: &fields,
            faults: &faults,
            lang: "en",
        };
        let name = form.control("name", Kind::line(""));
        assert_eq!(name.faults.len(), 2);
        let told = form.summary(&[&[name]], "accounts.add");
        let told: Vec<_> = told
            .iter()
            .map(|one| (one.name.as_deref(), one.label.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some("name"), "Name"),
                (Some("name"), "Name"),
                (None, "Add an account")
            ]
        );
    }
}
