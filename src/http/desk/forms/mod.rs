//! Forms in which people write records, without a script: each is one table, and all else follows from it.
//!
//! [`Form`] says which members of a draft are asked for, in which order and by which control. What may be chosen and what
//! is required is not said again: it is read from the schema of the draft (`taken.rs`). From the table come the page
//! (`shown.rs`), the draft that the API would be sent (`typed.rs`), the field at which a fault is told (`faulty.rs`), and what
//! a record says in words (`worded.rs`). Start at `report.rs`.

mod changed;
mod drawn;
mod faulty;
mod label;
mod number;
mod organization;
mod page;
mod report;
mod rows;
mod shown;
mod site;
mod taken;
mod typed;
mod worded;

use serde::Serialize;

use crate::domain::{Collection, Scheme};

pub(in crate::http) use changed::{Changes, marks};
pub(in crate::http) use faulty::Faulty;
pub(in crate::http) use organization::ORGANIZATION;
pub(in crate::http) use page::{FormPage, Target};
pub(in crate::http) use report::REPORT;
pub(in crate::http) use site::SITE;
pub(in crate::http) use typed::{Body, Typed};
pub(in crate::http) use worded::Wording;

/// A form: what it asks for, and what of a draft it does not ask for.
#[derive(Debug)]
pub(in crate::http) struct Form {
    /// What it makes.
    pub(in crate::http) collection: Collection,
    /// What is said around it: the keys of texts.
    says: Says,
    parts: &'static [Part],
    /// Members that it leaves as they are, each as a page words it and with the reason: a test finds those that are in
    /// neither list.
    left_out: &'static [(Field, &'static str)],
}

/// What is said around a form.
#[derive(Debug)]
struct Says {
    /// What it is called where it makes a record.
    title: &'static str,
    lead: &'static str,
    /// What the button says.
    send: &'static str,
    /// What it is called where it changes one.
    edit_title: &'static str,
}

/// Fields under one heading.
#[derive(Debug)]
struct Part {
    /// Its heading: the key of a text.
    title: &'static str,
    note: Option<&'static str>,
    /// Whether it is closed as long as there is nothing in it.
    is_folded: bool,
    asks: Asks,
    /// Whether sites that may be the same are told of at its end.
    looks: Looks,
    fields: &'static [Field],
}

/// Where sites that may be the same are told of: where somebody is who has just typed what they are found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Looks {
    Nowhere,
    /// While it is typed, by a script.
    WhileTyped,
    /// There, too, and with the button that looks for them.
    WithButton,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Everybody,
    /// Who decides on records: nobody else may say it.
    Reviewers,
    /// Who corrects what is published.
    Correctors,
}

/// What is asked for by one control, or by a group of them.
#[derive(Debug)]
struct Field {
    /// The member of the draft, or of a row. The name of the control is the way to it: `damages.0.cause`.
    name: &'static str,
    /// What it is called: the key of a text.
    label: &'static str,
    hint: Option<&'static str>,
    control: Control,
    /// What a new row has there.
    preset: Option<&'static str>,
    /// Whether a row in which nothing else stands is there.
    makes_a_row: bool,
    /// Whether most people have nothing to say of it: in a row it is folded away.
    is_aside: bool,
}

/// How something is asked for.
#[derive(Clone, Copy, Debug)]
enum Control {
    /// A text in one line.
    Line,
    /// A text of several.
    Lines,
    /// A number, with a point or a comma.
    Number,
    /// A date or an interval (EDTF).
    Date,
    /// An address on the web.
    Web,
    /// One of a list that opens.
    Choice(Labels),
    /// One of a list that stands there.
    Buttons(Labels),
    /// Any number of a list.
    Checks(Labels),
    /// Whether it is so.
    Yes,
    /// The language of the text beside it.
    Lang,
    /// Any number of languages.
    Langs,
    /// A region, by its code.
    Region,
    /// A site, by its id or the address of its page.
    Site,
    /// An organization, by its id.
    Organization,
    /// A report, by its id, or a date.
    Compared,
    /// The key of a source, which nobody has to think of.
    Key,
    /// The sources that something rests on.
    Cites,
    /// What is kept as it is.
    Kept,
    /// A point: longitude and latitude.
    Place,
    /// Rows of fields, as many as are wanted.
    Rows(&'static [Field]),
    /// Fields of one object.
    Members(&'static [Field]),
}

/// What the choices of a list are called.
#[derive(Clone, Copy, Debug)]
enum Labels {
    /// By the concepts of a scheme.
    Of(Scheme),
    /// The same, each with what it means: the beginning of the keys of these texts.
    Explained(Scheme, &'static str),
    /// By texts: the beginning of their keys.
    Said(&'static str),
    /// By their ids, which are names.
    Ids,
}

impl Form {
    /// The form by which records of a collection are submitted.
    pub(in crate::http) fn of(collection: Collection) -> Option<&'static Form> {
        [&REPORT, &SITE, &ORGANIZATION]
            .into_iter()
            .find(|form| form.collection == collection)
    }

    /// Whether sites that may be the same can be looked for in it.
    pub(in crate::http) fn can_look(&self) -> bool {
        self.parts.iter().any(|part| part.looks != Looks::Nowhere)
    }

    /// The fields of one member each.
    fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.parts.iter().flat_map(|part| part.fields)
    }

    /// The field of a member that stands below a control, or beside it, or beside what is above it, nearest first.
    fn near(&self, name: &str, member: &str) -> Option<&'static Field> {
        let mut found = None;
        let mut fields: Vec<&'static Field> = self.fields().collect();
        let mut steps = name
            .split('.')
            .filter(|step| step.parse::<usize>().is_err());
        loop {
            let here = fields.iter().find(|field| field.name == member);
            found = here.copied().or(found);
            let step = steps.next();
            let below = fields.into_iter().find(|field| Some(field.name) == step);
            let Some(Control::Rows(below) | Control::Members(below)) =
                below.map(|field| field.control)
            else {
                return found;
            };
            fields = below.iter().collect();
        }
    }
}

const fn part(title: &'static str, fields: &'static [Field]) -> Part {
    Part {
        title,
        note: None,
        is_folded: false,
        asks: Asks::Everybody,
        looks: Looks::Nowhere,
        fields,
    }
}

impl Part {
    const fn note(self, key: &'static str) -> Part {
        Part {
            note: Some(key),
            ..self
        }
    }

    const fn folded(self) -> Part {
        Part {
            is_folded: true,
            ..self
        }
    }

    const fn looking(self, looks: Looks) -> Part {
        Part { looks, ..self }
    }

    const fn only(self, asks: Asks) -> Part {
        Part { asks, ..self }
    }
}

const fn field(name: &'static str, label: &'static str, control: Control) -> Field {
    Field {
        name,
        label,
        hint: None,
        control,
        preset: None,
        is_aside: false,
        makes_a_row: !matches!(
            control,
            Control::Lang | Control::Key | Control::Cites | Control::Kept
        ),
    }
}

impl Field {
    const fn hint(self, key: &'static str) -> Field {
        Field {
            hint: Some(key),
            ..self
        }
    }

    const fn aside(self) -> Field {
        Field {
            is_aside: true,
            ..self
        }
    }

    /// What a new row has there: that alone makes no row.
    const fn preset(self, value: &'static str) -> Field {
        Field {
            preset: Some(value),
            makes_a_row: false,
            ..self
        }
    }
}

/// The name of a control below another one.
fn below(above: &str, name: impl std::fmt::Display) -> String {
    if above.is_empty() {
        name.to_string()
    } else {
        format!("{above}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::taken::Taken;
    use super::*;
    use crate::domain::Draft;

    const FORMS: [&Form; 3] = [&REPORT, &SITE, &ORGANIZATION];

    /// What follows from the rest, or is read off it.
    const COMPUTED: [&str; 1] = ["script"];

    /// Every field with what is taken at its place and with its name.
    fn all(form: &Form) -> Vec<(&'static Field, Taken<'static>, String)> {
        fn walk(
            fields: &'static [Field],
            taken: Taken<'static>,
            above: &str,
            found: &mut Vec<(&'static Field, Taken<'static>, String)>,
        ) {
            for field in fields {
                let (taken, name) = (taken.member(field.name), below(above, field.name));
                if let Control::Rows(fields) | Control::Members(fields) = field.control {
                    walk(fields, taken, &name, found);
                }
                found.push((field, taken, name));
            }
        }
        let mut found = Vec::new();
        for part in form.parts {
            walk(part.fields, Taken::of(form.collection), "", &mut found);
        }
        found
    }

    #[test]
    fn a_form_asks_for_every_member_of_its_draft_or_says_why_not() {
        for form in FORMS {
            let asked: BTreeSet<&str> = form.fields().map(|field| field.name).collect();
            let left_out: BTreeSet<&str> =
                form.left_out.iter().map(|(field, _)| field.name).collect();
            let taken: BTreeSet<&str> = Draft::members(form.collection).into_iter().collect();
            // What is corrected is said with a change, and is no member of a draft.
            let asked: BTreeSet<&str> = asked
                .into_iter()
                .filter(|name| *name != "correction_note")
                .collect();
            assert!(asked.is_disjoint(&left_out), "{}", form.collection);
            let named: BTreeSet<&str> = asked.union(&left_out).copied().collect();
            assert_eq!(named, taken, "{}", form.collection);
            for (field, taken, name) in all(form) {
                let (Control::Rows(fields) | Control::Members(fields)) = field.control else {
                    continue;
                };
                let asked: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
                let taken = taken
                    .members()
                    .into_iter()
                    .filter(|name| !COMPUTED.contains(name));
                assert_eq!(asked, taken.collect(), "{name}");
            }
        }
    }

    #[test]
    fn what_may_be_chosen_is_chosen_from_a_list() {
        for (field, taken, name) in FORMS.into_iter().flat_map(all) {
            let is_choice = match field.control {
                Control::Choice(labels) | Control::Buttons(labels) | Control::Checks(labels) => {
                    if let Labels::Of(scheme) | Labels::Explained(scheme, _) = labels {
                        let unknown = taken.choices().find(|id| scheme.find(id).is_none());
                        assert_eq!(unknown, None, "{name}");
                    }
                    true
                }
                _ => false,
            };
            assert_eq!(is_choice, taken.choices().next().is_some(), "{name}");
        }
    }

    #[test]
    fn every_row_has_something_that_makes_it_one() {
        for (field, _, name) in FORMS.into_iter().flat_map(all) {
            if let Control::Rows(fields) = field.control {
                assert!(fields.iter().any(|field| field.makes_a_row), "{name}");
            }
        }
    }
}
