//! What is wrong with what was typed, in the language of the page.

use serde::Serialize;

use crate::domain::{Collection, Fault, FaultKind};
use crate::http::pages::{in_words, language, say};

/// A fault as a page tells it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Said {
    /// In the language of the page.
    text: Option<String>,
    /// In English, where that says more.
    detail: Option<String>,
}

/// The control at which a fault is told.
#[derive(Clone, Debug)]
pub(super) struct Own {
    /// What it is called.
    pub(super) label: String,
    pub(super) answer: Answer,
}

/// What would be right where nothing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Text,
    Choice,
    Date,
    Site,
}

impl Own {
    /// Of a control in which something is written.
    pub(super) fn text(label: String) -> Own {
        Own {
            label,
            answer: Answer::Text,
        }
    }
}

impl Said {
    /// `own` is the control at which it is told, and `label` what the control is called in which another member is asked for.
    pub(super) fn of(
        fault: &Fault,
        lang: &str,
        own: &Own,
        label: impl Fn(&str) -> Option<String>,
    ) -> Said {
        let text = text(&fault.kind, lang, own, label);
        let is_whole = text.is_some() && fault.kind != FaultKind::Misspelled;
        Said {
            detail: (!is_whole).then(|| fault.detail.clone()),
            text,
        }
    }
}

fn text(
    kind: &FaultKind,
    lang: &str,
    own: &Own,
    label: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let with = |key: &str, hole: &str, value: String| say(lang, key, &[(hole, value)]);
    let most = |key: &str, most: String| with(key, "most", most);
    let day = |key: &str, day: String| with(key, "date", in_words(lang, &day));
    let beside = |key: &str, name: &str| Some(with(key, "field", label(name)?));
    let plain = |key: &str| say(lang, key, &[]);
    Some(match kind {
        FaultKind::Missing => missing(own, lang),
        FaultKind::MissingWith(name) => label(name).map_or_else(
            || missing(own, lang),
            |field| {
                let holes = [("own", own.label.clone()), ("field", field)];
                say(lang, "faults.missing_with", &holes)
            },
        ),
        FaultKind::MissingOneOf(names) => {
            let labels: Option<Vec<String>> = names.iter().map(|name| label(name)).collect();
            with("faults.missing_one_of", "fields", labels?.join(", "))
        }
        FaultKind::OutOfPlace(name) => beside("faults.out_of_place", name)?,
        FaultKind::NotOneOf => plain("faults.not_one_of"),
        FaultKind::Number => plain("faults.number"),
        FaultKind::Metres { most: None } => plain("faults.metres"),
        FaultKind::Metres { most: Some(metres) } => most("faults.metres_up_to", metres.to_string()),
        FaultKind::Degrees => plain("faults.degrees"),
        FaultKind::Exchanged => plain("faults.exchanged"),
        FaultKind::Date { meant: None } => plain("faults.date"),
        FaultKind::Date { meant: Some(meant) } => with("faults.date_meant", "meant", meant.clone()),
        FaultKind::TimeOfDay => plain("faults.time_of_day"),
        FaultKind::TooLate(last) => day("faults.too_late", last.to_string()),
        FaultKind::TooEarly(first) => day("faults.too_early", first.to_string()),
        FaultKind::WebAddress => plain("faults.web_address"),
        FaultKind::Name { most: longest } => most("faults.name", longest.to_string()),
        FaultKind::Unseen(c) => {
            let code = u32::from(*c);
            with("faults.unseen", "character", format!("U+{code:04X}"))
        }
        FaultKind::Scripts => plain("faults.scripts"),
        FaultKind::Misspelled => plain("faults.misspelled"),
        FaultKind::TooLong { most: longest } => most("faults.too_long", longest.to_string()),
        FaultKind::TooMany { most: all } => most("faults.too_many", all.to_string()),
        FaultKind::TwiceInLanguage(tag) => {
            with("faults.twice_in_language", "language", language(lang, tag))
        }
        FaultKind::NoSuch(collection) => plain(match collection {
            Collection::ConditionReports => "faults.no_such_report",
            Collection::Organizations => "faults.no_such_organization",
            Collection::Regions => "faults.no_such_region",
            Collection::Sites => "faults.no_such_site",
        }),
        FaultKind::Itself => plain("faults.itself"),
        FaultKind::NoId => plain("faults.no_id"),
        FaultKind::UnknownSource => plain("faults.unknown_source"),
        FaultKind::Unsourced => plain("faults.unsourced"),
        FaultKind::Undecided => plain("faults.undecided"),
        FaultKind::NotPublished => plain("faults.not_published"),
        FaultKind::NotAlone(nothing) => {
            with("faults.not_alone", "word", nothing.label(lang).to_owned())
        }
        FaultKind::Consent => plain("faults.consent"),
        FaultKind::Other => return None,
    })
}

/// What is missing, and what would be right.
fn missing(own: &Own, lang: &str) -> String {
    let key = match own.answer {
        Answer::Text => "faults.missing",
        Answer::Choice => "faults.missing_choice",
        Answer::Date => "faults.missing_date",
        Answer::Site => "faults.missing_site",
    };
    say(lang, key, &[("own", own.label.clone())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, Scheme};

    fn said(kind: FaultKind, lang: &str) -> Said {
        let fault = Fault {
            place: String::new(),
            kind,
            detail: "is wrong".to_owned(),
        };
        let own = Own {
            label: "Condition".to_owned(),
            answer: Answer::Choice,
        };
        Said::of(&fault, lang, &own, |name| {
            (name == "method").then(|| "How".to_owned())
        })
    }

    #[test]
    fn a_kind_says_the_whole_of_it_with_its_values() {
        let day = Day::new(2026, 11, 30);
        for (kind, expected) in [
            (FaultKind::Missing, "“Condition” is missing: choose"),
            (
                FaultKind::MissingWith("method"),
                "“Condition” is missing: what is said under “How”",
            ),
            (
                FaultKind::MissingWith("elsewhere"),
                "“Condition” is missing: choose",
            ),
            (
                FaultKind::MissingOneOf(vec!["method", "method"]),
                "How, How",
            ),
            (FaultKind::OutOfPlace("method"), "“How”"),
            (FaultKind::Date { meant: None }, "1250/1280"),
            (FaultKind::Metres { most: Some(50_000) }, "50000"),
            (
                FaultKind::Date {
                    meant: Some("2020-10-08".to_owned()),
                },
                "2020-10-08",
            ),
            (FaultKind::TooLate(day.unwrap()), "30 November 2026"),
            (FaultKind::TooEarly(day.unwrap()), "30 November 2026"),
            (FaultKind::Name { most: 200 }, "200"),
            (FaultKind::Unseen('\u{ad}'), "U+00AD"),
            (FaultKind::TooLong { most: 4000 }, "4000"),
            (FaultKind::TooMany { most: 7 }, "7"),
            (FaultKind::TwiceInLanguage("hy".to_owned()), "Armenian"),
            (FaultKind::NoSuch(Collection::Sites), "site"),
            (
                FaultKind::NotAlone(Scheme::Hazard.find("none_seen").unwrap()),
                "“None seen”",
            ),
        ] {
            let said = said(kind.clone(), "en");
            let text = said.text.unwrap_or_default();
            assert!(text.contains(expected), "{kind:?}: {text}");
            assert!(!text.contains('{'), "{kind:?}: {text}");
            assert_eq!(said.detail, None, "{kind:?}");
        }
    }

    #[test]
    fn what_no_text_says_whole_is_said_in_english_too() {
        for (kind, has_text) in [
            (FaultKind::Other, false),
            (FaultKind::MissingOneOf(vec!["elsewhere"]), false),
            (FaultKind::OutOfPlace("elsewhere"), false),
            (FaultKind::Misspelled, true),
        ] {
            let said = said(kind.clone(), "hy");
            assert_eq!(said.text.is_some(), has_text, "{kind:?}");
            assert_eq!(said.detail.as_deref(), Some("is wrong"), "{kind:?}");
        }
    }
}
