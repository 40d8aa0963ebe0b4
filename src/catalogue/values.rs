//! The values of a column as they are kept: those that can be asked for, and no others.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use crate::domain::{Concept, Edtf, Instant, Scheme, Value};

#[derive(Serialize, Deserialize)]
enum Packed<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    /// The number of its scheme, and its place there.
    Concept(usize, usize),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    /// Microseconds.
    Instant(i64),
    Edtf(#[serde(borrow)] Cow<'a, str>),
}

pub(super) fn serialize<S: Serializer>(values: &[Value], serializer: S) -> Result<S::Ok, S::Error> {
    let packed: Option<Vec<Packed<'_>>> = values.iter().map(pack).collect();
    let packed = packed.ok_or_else(|| ser::Error::custom("nobody asks for such a value"))?;
    packed.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Box<[Value]>, D::Error> {
    let values = Vec::<Packed<'_>>::deserialize(deserializer)?;
    let values: Option<_> = values.into_iter().map(unpack).collect();
    values.ok_or_else(|| de::Error::custom("there is no such value"))
}

fn pack(value: &Value) -> Option<Packed<'_>> {
    Some(match value {
        Value::Text(text) => Packed::Text(text.into()),
        Value::Concept(concept) => {
            let mut schemes = Scheme::ALL.iter();
            Packed::Concept(
                schemes.position(|scheme| *scheme == concept.scheme())?,
                concept.rank(),
            )
        }
        Value::Integer(number) => Packed::Integer(*number),
        Value::Number(number) => Packed::Number(*number),
        Value::Boolean(is) => Packed::Boolean(*is),
        Value::Instant(instant) => Packed::Instant(instant.micros()),
        Value::Edtf(edtf) => Packed::Edtf(edtf.as_str().into()),
        Value::Null
        | Value::Texts(_)
        | Value::Concepts(_)
        | Value::Names(_)
        | Value::Label
        | Value::LabelLang
        | Value::Json(_) => return None,
    })
}

fn unpack(packed: Packed<'_>) -> Option<Value> {
    Some(match packed {
        Packed::Text(text) => Value::Text(text.into_owned()),
        Packed::Concept(scheme, rank) => Value::Concept(concept(scheme, rank)?),
        Packed::Integer(number) => Value::Integer(number),
        Packed::Number(number) => Value::Number(number),
        Packed::Boolean(is) => Value::Boolean(is),
        Packed::Instant(micros) => Value::Instant(Instant::of_micros(micros)?),
        Packed::Edtf(text) => Value::Edtf(Edtf::parse(&text).ok()?),
    })
}

fn concept(scheme: usize, rank: usize) -> Option<Concept> {
    Scheme::ALL.get(scheme)?.concepts().nth(rank)
}
