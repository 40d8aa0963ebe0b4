//! Documents as they are kept: one JSON object, without members that say nothing.

use serde_json::{Map, Value};

/// The members of all `parts`, which are objects; `null`s and empty lists are left out.
pub(super) fn joined<const N: usize>(parts: [Value; N]) -> Value {
    let says_something =
        |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let members = parts.into_iter().flat_map(|part| match part {
        Value::Object(map) => map,
        _ => Map::new(),
    });
    Value::Object(members.filter(|(_, value)| says_something(value)).collect())
}
