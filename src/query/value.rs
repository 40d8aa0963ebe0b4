//! Values in parameters and cursors: text to a value of a property's type.

use std::str::FromStr;

use chrono::DateTime;
use unicode_normalization::UnicodeNormalization;

use crate::domain::{Day, Edtf, Kind, Organization, Value, Wrong, not_one_of, shortened};

/// A value of a property of that type.
pub(super) fn parse(kind: Kind, text: &str) -> Result<Value, Wrong> {
    match kind {
        Kind::Concept(scheme) | Kind::Concepts(scheme) => scheme.parse(text).map(Value::Concept),
        Kind::Word(words) if !words.contains(&text) => Err(not_one_of(text, words)),
        Kind::Id(_) | Kind::Ids(_) => {
            crate::domain::Id::<Organization>::parse(text).map(|id| Value::Text(id.to_string()))
        }
        Kind::Integer => i64::from_str(text)
            .map(Value::Integer)
            .map_err(|_| Wrong(format!("\"{text}\" is not a whole number", text = shortened(text)))),
        Kind::Number => number(text).map(Value::Number),
        Kind::Boolean => boolean(text).map(Value::Boolean),
        Kind::Instant => DateTime::parse_from_rfc3339(text)
            .map(|moment| Value::Instant(moment.to_utc().into()))
            .map_err(|_| {
                Wrong(format!(
                    "\"{text}\" is not a moment: write 2023-10-01T00:00:00Z", text = shortened(text)))
            }),
        Kind::Day => Day::parse(text).map(|day| Value::Text(day.to_string())),
        Kind::Edtf => Edtf::parse(text).map(Value::Edtf),
        Kind::Text
        | Kind::Texts
        | Kind::Word(_)
        | Kind::Names
        | Kind::Label
        | Kind::Object
        // Texts are kept composed.
        | Kind::Objects => Ok(Value::Text(text.nfc().collect())),
    }
}

/// A finite number.
pub(super) fn number(text: &str) -> Result<f64, Wrong> {
    let number = f64::from_str(text.trim())
        .ok()
        .filter(|number| number.is_finite());
    number.ok_or_else(|| {
        Wrong(format!(
            "\"{text}\" is not a number",
            text = shortened(text)
        ))
    })
}

/// `true` or `false`.
pub fn boolean(text: &str) -> Result<bool, Wrong> {
    bool::from_str(text).map_err(|_| {
        Wrong(format!(
            "\"{text}\" is not true or false",
            text = shortened(text)
        ))
    })
}
