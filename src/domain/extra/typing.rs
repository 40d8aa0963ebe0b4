//! The types of the properties of a file, and their values.

use chrono::DateTime;
use serde_json::Value as Json;

use crate::domain::{Day, Kind, Value, Wrong};

/// The narrowest type that all values have, of those that are there.
pub(super) fn kind_of<'a>(values: impl Iterator<Item = &'a Json> + Clone) -> Kind {
    let given = values.filter(|value| !value.is_null());
    if given.clone().next().is_none() {
        return Kind::Text;
    }
    let narrowest = [
        Kind::Boolean,
        Kind::Integer,
        Kind::Number,
        Kind::Day,
        Kind::Instant,
    ];
    let fits = |kind: &Kind| given.clone().all(|value| typed(*kind, value).is_ok());
    narrowest.into_iter().find(fits).unwrap_or(Kind::Text)
}

/// A value as one of a type. As a text, everything can stand: what is none is its JSON.
pub(super) fn typed(kind: Kind, value: &Json) -> Result<Value, Wrong> {
    let found = match (kind, value) {
        (_, Json::Null) => Some(Value::Null),
        (Kind::Boolean, Json::Bool(is)) => Some(Value::Boolean(*is)),
        (Kind::Integer, Json::Number(number)) => number.as_i64().map(Value::Integer),
        (Kind::Number, Json::Number(number)) => number.as_f64().map(Value::Number),
        (Kind::Day, Json::String(text)) => day(text),
        (Kind::Instant, Json::String(text)) => instant(text),
        (Kind::Text, Json::String(text)) => Some(Value::Text(text.clone())),
        (Kind::Text, other) => Some(Value::Text(other.to_string())),
        _ => None,
    };
    found.ok_or_else(|| Wrong(format!("is {value}, and the column has {}", called(kind))))
}

/// Four digits of a year, so that no number with dashes becomes a day.
fn day(text: &str) -> Option<Value> {
    let day = Day::parse(text).ok()?.to_string();
    (day == text && text.len() == "2020-10-08".len()).then_some(Value::Text(day))
}

fn instant(text: &str) -> Option<Value> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Value::Instant(moment.to_utc().into()))
}

fn called(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "true or false",
        Kind::Integer => "whole numbers of 64 bits",
        Kind::Number => "numbers",
        Kind::Day => "days, as \"2020-10-08\"",
        Kind::Instant => "moments, as \"2020-10-08T09:30:00Z\"",
        _ => "texts",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_column_has_the_narrowest_type_that_all_its_values_have() {
        for (values, kind) in [
            (json!([]), Kind::Text),
            (json!([null, null]), Kind::Text),
            (json!([true, null, false]), Kind::Boolean),
            (json!([1, -2, null]), Kind::Integer),
            (json!([1, 2.5]), Kind::Number),
            (json!([u64::MAX, 1]), Kind::Number),
            (json!([1, "1"]), Kind::Text),
            (json!([true, 1]), Kind::Text),
            (json!(["2020-10-08", "1992-05-09"]), Kind::Day),
            (json!(["2020-10-08", "2020-10"]), Kind::Text),
            (json!(["2020-10-08", "2020-02-30"]), Kind::Text),
            (json!([" 2020-10-08"]), Kind::Text),
            (json!(["2020-10-08", "2020-10-08T09:30:00Z"]), Kind::Text),
            (json!(["2020-10-08T09:30:00+04:00"]), Kind::Instant),
            (json!(["2020-10-08T09:30:00"]), Kind::Text),
            (json!([{ "a": 1 }, [1]]), Kind::Text),
        ] {
            let all = values.as_array().unwrap();
            assert_eq!(kind_of(all.iter()), kind, "{values}");
        }
    }

    #[test]
    fn what_is_no_text_stands_in_a_column_of_texts_as_its_json() {
        let shown = |value| typed(Kind::Text, &value);
        assert_eq!(shown(json!("a")), Ok(Value::Text("a".to_owned())));
        assert_eq!(
            shown(json!([1, null])),
            Ok(Value::Text("[1,null]".to_owned()))
        );
        assert_eq!(shown(json!(null)), Ok(Value::Null));
        assert_eq!(
            typed(Kind::Integer, &json!("a")).unwrap_err().0,
            "is \"a\", and the column has whole numbers of 64 bits"
        );
    }
}
