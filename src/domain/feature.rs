//! What one audience sees of a record: a feature, with one value for each property of its collection.

use std::cmp::Ordering;
use std::sync::Arc;

use uuid::Uuid;

use super::{
    Bounds, Concept, Crs84, Edtf, Geometry, Instant, Json, Layer, ShownName, observed_end,
};

/// A record as one audience sees it, or a feature of a file. Nothing hidden from them is in it, so nothing made of it can
/// give it away.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// What it is one of.
    pub layer: Layer,
    /// Its id, as the house calls it.
    pub id: Uuid,
    /// The geometry that this audience sees.
    pub geometry: Option<Crs84<Geometry>>,
    /// When it is or was; `None` if that is unknown.
    pub time: Option<Span>,
    /// What its label is chosen from.
    pub title: Title,
    /// One value for each property of the collection, by its number; `Null` where this audience may not be shown it.
    pub values: Vec<Value>,
}

impl Feature {
    /// Whether the public, whose feature this is, sees of a record what the trusted see, but for properties that are for
    /// them alone.
    pub fn is_seen_alike(&self, trusted: &Feature) -> bool {
        let public = super::numbered(self.layer, super::Audience::Public);
        self.geometry == trusted.geometry
            && self.time == trusted.time
            && self.title == trusted.title
            && public
                .into_iter()
                .all(|(number, _)| self.values[number] == trusted.values[number])
    }
}

/// What a label is chosen from.
#[derive(Clone, Debug, PartialEq)]
pub enum Title {
    /// The names, by the rule of [`super::label`]; the concept where no name may be a label.
    Names(Arc<[ShownName]>, Option<Concept>),
    /// A text that a reviewer wrote for the public.
    Text(String),
    /// What it is, in the reader's language.
    Concept(Concept),
    /// Records that have no label: reports.
    None,
}

impl Title {
    /// The texts that somebody may know it by, in the order of code points.
    pub(super) fn texts(&self) -> Value {
        let mut texts: Vec<String> = match self {
            Title::Names(names, _) => names.iter().map(|name| name.text.clone()).collect(),
            Title::Text(text) => vec![text.clone()],
            Title::Concept(_) | Title::None => vec![],
        };
        texts.sort_unstable();
        texts.dedup();
        Value::Texts(texts)
    }
}

/// A stretch of time in whole seconds since 1970-01-01T00:00:00Z: from `start` up to, not including, `end`; open where `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first second.
    pub start: Option<i64>,
    /// The second after the last.
    pub end: Option<i64>,
}

impl Span {
    /// The days of `bounds`; `None` if both ends are unknown.
    pub fn of_days(bounds: Bounds) -> Option<Span> {
        let start = bounds.earliest.map(super::Day::start);
        let end = bounds.latest.map(|day| day.next().start());
        (start.is_some() || end.is_some()).then_some(Span { start, end })
    }

    /// The years (astronomical), both included; `None` if both are unknown.
    pub fn of_years((first, last): (Option<i64>, Option<i64>)) -> Option<Span> {
        let day = |year: Option<i64>, month, day| super::Day::new(year?, month, day);
        Span::of_days(Bounds {
            earliest: day(first, 1, 1),
            latest: day(last, 12, 31),
        })
    }
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unknown, or not for this audience.
    Null,
    /// A text.
    Text(String),
    /// A concept of a vocabulary.
    Concept(Concept),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A moment.
    Instant(Instant),
    /// A date or interval.
    Edtf(Edtf),
    /// Texts in the order of code points.
    Texts(Vec<String>),
    /// Concepts in the order of ids.
    Concepts(Vec<Concept>),
    /// Names, or texts in several languages; shown in the order of the reader.
    Names(Arc<[ShownName]>),
    /// What the label of the feature is, in the reader's language.
    Label,
    /// The language of that label.
    LabelLang,
    /// Structure that nobody filters by.
    Json(Json),
}

impl Value {
    /// Whether there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Ascending order of values of one property: numbers by size, dates by the end of what they may mean, texts by
    /// code point. `Null` comes after everything; a descending sort must keep it there.
    pub fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
            (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
            (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
            (Value::Edtf(a), Value::Edtf(b)) => edtf_order(a).cmp(&edtf_order(b)),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Concept(a), Value::Concept(b)) => a.id().cmp(b.id()),
            (a, b) => a.scalar_text().cmp(&b.scalar_text()),
        }
    }

    /// The text of a scalar value as it stands in JSON and in filters; `None` for `Null`, lists and structure.
    pub fn scalar_text(&self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text.clone()),
            Value::Concept(concept) => Some(concept.id().to_owned()),
            Value::Integer(number) => Some(number.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Boolean(is) => Some(is.to_string()),
            Value::Instant(instant) => Some(instant.to_string()),
            Value::Edtf(edtf) => Some(edtf.as_str().to_owned()),
            Value::Null
            | Value::Texts(_)
            | Value::Concepts(_)
            | Value::Names(_)
            | Value::Label
            | Value::LabelLang
            | Value::Json(_) => None,
        }
    }
}

fn edtf_order(edtf: &Edtf) -> impl Ord + '_ {
    (observed_end(edtf), edtf.bounds().earliest, edtf.as_str())
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<Concept> for Value {
    fn from(concept: Concept) -> Self {
        Value::Concept(concept)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(text.clone())
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Value::Boolean(is)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<Instant> for Value {
    fn from(instant: Instant) -> Self {
        Value::Instant(instant)
    }
}

impl From<&Edtf> for Value {
    fn from(edtf: &Edtf) -> Self {
        Value::Edtf(edtf.clone())
    }
}
