//! The types of properties.

use serde_json::{Value, json};

use crate::domain::{Collection, Concept, Scheme};

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The id of a record of that collection.
    Id(Collection),
    /// Ids of records of that collection.
    Ids(Collection),
    /// Text.
    Text,
    /// Texts.
    Texts,
    /// A concept.
    Concept(Scheme),
    /// Concepts.
    Concepts(Scheme),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A moment, RFC 3339.
    Instant,
    /// A day; its values are texts, as [`crate::domain::Day`] is written.
    Day,
    /// A date or interval, EDTF.
    Edtf,
    /// Names or texts in several languages.
    Names,
    /// Follows from the names and the reader's languages.
    Label,
    /// An object.
    Object,
    /// A list of objects.
    Objects,
}

impl Kind {
    /// Whether a request may ask for `name=value`: everything but structure and what depends on the reader.
    pub fn is_simple(self) -> bool {
        !matches!(
            self,
            Kind::Names | Kind::Label | Kind::Object | Kind::Objects
        )
    }

    /// Whether a value is a number, a text or a list of texts, which one text can stand for.
    pub fn is_flat(self) -> bool {
        self.is_simple() || self == Kind::Label
    }

    /// Whether results can be ordered by it: simple, and one value.
    pub fn is_sortable(self) -> bool {
        self.is_simple() && !matches!(self, Kind::Ids(_) | Kind::Texts | Kind::Concepts(_))
    }

    /// Whether a value is several.
    pub fn is_list(self) -> bool {
        match self {
            Kind::Ids(_) | Kind::Texts | Kind::Concepts(_) | Kind::Names | Kind::Objects => true,
            Kind::Id(_)
            | Kind::Text
            | Kind::Concept(_)
            | Kind::Word(_)
            | Kind::Integer
            | Kind::Number
            | Kind::Boolean
            | Kind::Instant
            | Kind::Day
            | Kind::Edtf
            | Kind::Label
            | Kind::Object => false,
        }
    }

    /// When `name=value` finds a feature.
    pub fn found_if(self) -> &'static str {
        match self {
            Kind::Concept(_) => "this concept or a narrower one",
            Kind::Concepts(_) => "one of them is this concept or a narrower one",
            Kind::Ids(_) | Kind::Texts => "one of them is this",
            Kind::Edtf => "written like this",
            _ => "this value",
        }
    }

    /// What is to be known of its values beside their type.
    pub(in crate::domain) fn description(self) -> Option<String> {
        Some(match self {
            Kind::Concept(scheme) => format!("A concept of the vocabulary {}.", scheme.id()),
            Kind::Concepts(scheme) => format!("Concepts of the vocabulary {}.", scheme.id()),
            Kind::Edtf => EDTF.to_owned(),
            Kind::Label => "Follows from the names and the languages of the reader.".to_owned(),
            Kind::Names => "The languages of the reader first.".to_owned(),
            _ => return None,
        })
    }

    /// The JSON Schema of one value (draft 2020-12); concepts are labelled in a language. Dates and intervals have the
    /// format of intervals (Part 5), since each stands for all days that it may mean.
    pub(in crate::domain) fn schema(self, lang: &str) -> Value {
        match self {
            Kind::Id(_) | Kind::Ids(_) => json!({ "type": "string", "format": "uuid" }),
            Kind::Concept(scheme) | Kind::Concepts(scheme) => {
                let labelled =
                    |one: Concept| json!({ "const": one.id(), "title": one.label(lang) });
                json!({ "type": "string", "oneOf": scheme.concepts().map(labelled).collect::<Vec<_>>() })
            }
            Kind::Word(words) => json!({ "type": "string", "enum": words }),
            Kind::Text | Kind::Texts | Kind::Label => json!({ "type": "string" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number => json!({ "type": "number" }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Instant => json!({ "type": "string", "format": "date-time" }),
            Kind::Day => json!({ "type": "string", "format": "date" }),
            Kind::Edtf => json!({ "type": "string", "format": "interval-iso8601" }),
            Kind::Names | Kind::Object | Kind::Objects => json!({ "type": "object" }),
        }
    }
}

/// How dates and intervals are written.
const EDTF: &str = "A date or interval (ISO 8601-2, EDTF level 1).";
