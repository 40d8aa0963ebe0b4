//! How each control of a form is drawn, with what was typed and what may be chosen.

use serde_json::{Map, Value, json};

use super::label::{any_languages, choices, languages};
use super::shown::{Page, Showing, Within};
use super::taken::Taken;
use super::{Control, Field, below};
use crate::http::desk::controls::{self, Choice, Degrees, Kind, Row};
use crate::http::pages::say;

/// A field, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) field: &'static Field,
    pub(super) name: &'a str,
    /// What the summary of faults calls it.
    pub(super) called: &'a str,
    pub(super) taken: Taken<'static>,
}

impl Showing<'_> {
    /// How a control is drawn.
    pub(super) fn kind(
        &self,
        at: &At<'_>,
        within: &Within<'_>,
        typed: Option<&Value>,
        page: &mut Page,
    ) -> Kind {
        let At { field, taken, .. } = *at;
        let text = typed.and_then(Value::as_str);
        let text = text.or(field.preset.filter(|_| typed.is_none() && within.is_row));
        let text = text.unwrap_or_default();
        let several = typed.and_then(Value::as_array).into_iter().flatten();
        let several: Vec<&str> = several.filter_map(Value::as_str).collect();
        let line = |input: &'static str| Kind::Line {
            value: text.to_owned(),
            input: Some(input),
            longest: None,
            suggested: vec![],
        };
        match field.control {
            Control::Line
            | Control::Web
            | Control::Site
            | Control::Organization
            | Control::Compared => Kind::line(text),
            Control::Number => line("decimal"),
            Control::Date => line("text"),
            Control::Lines => Kind::lines(text),
            Control::Choice(labels) => Kind::Choice {
                choices: choices(taken, labels, &[text], self.lang),
            },
            Control::Buttons(labels) => Kind::Buttons {
                choices: choices(taken, labels, &[text], self.lang),
            },
            Control::Checks(labels) => Kind::Checks {
                choices: choices(taken, labels, &several, self.lang),
            },
            Control::Yes => Kind::Yes {
                is_checked: text == "true",
            },
            Control::Lang => Kind::Choice {
                choices: languages(text, self.lang),
            },
            Control::Langs => Kind::Checks {
                choices: any_languages(&several, self.lang),
            },
            Control::Region => Kind::Choice {
                choices: self.regions(text),
            },
            Control::Key => {
                let place = within.name.rsplit('.').next();
                let place = place.and_then(|place| place.parse::<usize>().ok());
                let key = place.and_then(|place| page.sources.get(place));
                Kind::Hidden {
                    values: key.into_iter().cloned().collect(),
                }
            }
            Control::Kept => Kind::Hidden {
                values: several.into_iter().map(str::to_owned).collect(),
            },
            Control::Cites => self.cites(&several, taken.is_required, page),
            Control::Place => self.place(at, typed, page),
            Control::Rows(fields) => self.rows(fields, at, typed, page),
            Control::Members(fields) => {
                let none = Map::new();
                let typed = typed.and_then(Value::as_object).unwrap_or(&none);
                let within = Within {
                    taken,
                    name: at.name,
                    called: at.called,
                    is_row: false,
                    is_text: false,
                };
                Kind::Members {
                    fields: self.fields(fields, &within, typed, page),
                }
            }
        }
    }

    /// The rows of a list; of an empty one, a row to begin with.
    fn rows(
        &self,
        fields: &'static [Field],
        at: &At<'_>,
        typed: Option<&Value>,
        page: &mut Page,
    ) -> Kind {
        let none = [json!({})];
        let rows = typed
            .and_then(Value::as_array)
            .filter(|rows| !rows.is_empty());
        let rows = rows.map_or(&none[..], |rows| rows);
        let empty = Map::new();
        let is_texts = fields.len() == 2;
        let shown = rows.iter().enumerate().map(|(place, row)| {
            let name = below(at.name, place);
            let called = match rows.len() {
                1 => at.called.to_owned(),
                _ => format!("{} {}", at.called, place + 1),
            };
            let within = Within {
                taken: at.taken,
                name: &name,
                called: &called,
                is_row: true,
                is_text: is_texts,
            };
            let faults = self.faults_at(&name, &called, page);
            let row = row.as_object().unwrap_or(&empty);
            let shown = self.fields(fields, &within, row, page).into_iter();
            let (aside, shown): (Vec<_>, Vec<_>) =
                shown.zip(fields).partition(|(_, field)| field.is_aside);
            let is_aside_open = aside.iter().any(|(_, field)| {
                let has_something = row.get(field.name).is_some_and(says_something);
                has_something || self.faulty.is_within(&below(&name, field.name))
            });
            let of = |shown: Vec<(controls::Shown, &Field)>| {
                shown.into_iter().map(|(shown, _)| shown).collect()
            };
            Row {
                number: place + 1,
                faults,
                fields: of(shown),
                aside: of(aside),
                is_aside_open,
                name,
            }
        });
        let rows = shown.collect();
        let is_nested = at.name.contains('.');
        Kind::Rows {
            is_texts,
            is_nested,
            can_have_more: !(is_nested && is_texts),
            rows,
        }
    }

    fn place(&self, at: &At<'_>, typed: Option<&Value>, page: &mut Page) -> Kind {
        let text = |part: &str| typed.and_then(|typed| typed[part].as_str());
        let mut degrees = |part: &str, label: &str| {
            let name = below(at.name, part);
            let label = say(self.lang, label, &[]);
            let called = format!("{}: {label}", at.called);
            Degrees {
                faults: self.faults_at(&name, &called, page),
                value: text(part).unwrap_or_default().to_owned(),
                name,
                label,
            }
        };
        Kind::Place {
            lat: degrees("lat", "new_site.lat"),
            lon: degrees("lon", "new_site.lon"),
            shape: text("shape").map(str::to_owned),
        }
    }

    /// The sources that there are; where one has to be named and there is only one, nobody has to.
    fn cites(&self, chosen: &[&str], is_required: bool, page: &Page) -> Kind {
        if is_required && page.sources.len() == 1 {
            return Kind::Hidden {
                values: page.sources.clone(),
            };
        }
        let choices = page.sources.iter().enumerate().map(|(place, key)| {
            let number = (place + 1).to_string();
            Choice {
                value: key.clone(),
                text: say(self.lang, "site.source", &[("number", number)]),
                is_chosen: chosen.contains(&key.as_str()),
                ..Choice::default()
            }
        });
        Kind::Checks {
            choices: choices.collect(),
        }
    }

    fn regions(&self, chosen: &str) -> Vec<Choice> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let all = self.lookup.regions();
        let all = all
            .iter()
            .map(|one| (text(&one["code"]), text(&one["text"])));
        let mut all: Vec<(String, String)> = all.collect();
        if !chosen.is_empty() && !all.iter().any(|(code, _)| code == chosen) {
            all.push((chosen.to_owned(), chosen.to_owned()));
        }
        let shown = all.into_iter().map(|(code, text)| Choice {
            is_chosen: code == chosen,
            value: code,
            text,
            ..Choice::default()
        });
        shown.collect()
    }
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
