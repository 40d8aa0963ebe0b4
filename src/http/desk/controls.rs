//! The controls of forms, as `controls.html` draws them: each kind once, with what it takes.

use serde::Serialize;

use super::Said;

/// A control, with what it is called, what helps to fill it in, and what is wrong.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    /// What it sends its value as, and the id of its element.
    pub(super) name: String,
    /// What it is called.
    pub(super) label: String,
    /// What helps to fill it in.
    pub(super) hint: Option<String>,
    /// What is wrong.
    pub(super) faults: Vec<Said>,
    /// Whether something has to be filled in.
    pub(super) need: Need,
    /// How it is drawn.
    #[serde(flatten)]
    pub(super) kind: Kind,
}

/// Whether something has to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Need {
    /// It may stay empty.
    None,
    /// It says that it is needed.
    Told,
    /// The browser asks for it, too: only where nobody can overlook it.
    Demanded,
}

/// How a control is drawn.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Kind {
    /// What nobody sees.
    Hidden {
        /// Each is sent.
        values: Vec<String>,
    },
    /// A text in one line.
    Line {
        /// What stands there.
        value: String,
        /// What a phone's keyboard is to have (`inputmode`).
        input: Option<&'static str>,
        /// So many characters at most.
        longest: Option<usize>,
        /// What may well be meant.
        suggested: Vec<Choice>,
    },
    /// A text of several lines.
    Lines {
        /// What stands there.
        value: String,
        /// So many lines are shown.
        rows: u8,
        /// So many characters at most.
        longest: Option<usize>,
        /// The key that leads there.
        key: Option<char>,
    },
    /// A day of the calendar.
    Day {
        /// What stands there.
        value: String,
    },
    /// One of a list that opens.
    Choice {
        /// The list.
        choices: Vec<Choice>,
    },
    /// One of a list that stands there.
    Buttons {
        /// The list.
        choices: Vec<Choice>,
    },
    /// Any number of a list.
    Checks {
        /// The list.
        choices: Vec<Choice>,
    },
    /// Whether it is so.
    Yes {
        /// Whether it was said that it is.
        is_checked: bool,
    },
    /// A point.
    Place {
        /// Its latitude.
        lat: Degrees,
        /// Its longitude.
        lon: Degrees,
        /// The type of a geometry that is none.
        shape: Option<String>,
    },
    /// Fields of one object.
    Members {
        /// The fields.
        fields: Vec<Shown>,
    },
    /// Rows of fields.
    Rows {
        /// Whether each is a text and its language.
        is_texts: bool,
        /// Whether they stand in a row of other rows.
        is_nested: bool,
        /// Whether a button adds one.
        can_have_more: bool,
        /// The rows.
        rows: Vec<Row>,
    },
}

/// One of a list.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) value: String,
    /// What it is called.
    pub(super) text: String,
    /// How many broader ones there are above it.
    pub(super) depth: usize,
    /// What it means.
    pub(super) note: Option<String>,
    /// Whether it is chosen.
    pub(super) is_chosen: bool,
    /// The key that chooses it.
    pub(super) key: Option<usize>,
}

/// One part of a position.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Degrees {
    /// What it sends its value as.
    pub(super) name: String,
    /// What it is called.
    pub(super) label: String,
    /// What stands there.
    pub(super) value: String,
    /// What is wrong.
    pub(super) faults: Vec<Said>,
}

/// Fields that belong together, one of several like it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// The beginning of the names of its fields.
    pub(super) name: String,
    /// Its place among the others, from 1.
    pub(super) number: usize,
    /// What is wrong with the whole of it.
    pub(super) faults: Vec<Said>,
    /// What most people fill in.
    pub(super) fields: Vec<Shown>,
    /// What few do, folded away.
    pub(super) aside: Vec<Shown>,
    /// Whether that is open.
    pub(super) is_aside_open: bool,
}

/// A fault in the list above a form.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Told {
    /// The control to which it leads; one that is of no control leads nowhere.
    pub(super) name: Option<String>,
    /// What that is called.
    pub(super) label: String,
    /// What is wrong.
    pub(super) said: Said,
}

impl Kind {
    /// A text in one line, of which no more is said.
    pub(super) fn line(value: &str) -> Kind {
        Kind::Line {
            value: value.to_owned(),
            input: None,
            longest: None,
            suggested: vec![],
        }
    }

    /// A text of several lines, of which no more is said.
    pub(super) fn lines(value: &str) -> Kind {
        Kind::Lines {
            value: value.to_owned(),
            rows: 3,
            longest: None,
            key: None,
        }
    }
}

impl Shown {
    /// The same with a hint.
    #[must_use]
    pub(super) fn with_hint(self, hint: String) -> Shown {
        Shown {
            hint: Some(hint),
            ..self
        }
    }

    /// The same, which has to be filled in.
    #[must_use]
    pub(super) fn demanded(self) -> Shown {
        Shown {
            need: Need::Demanded,
            ..self
        }
    }
}
