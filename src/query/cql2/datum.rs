//! What a part of an expression comes to for one feature.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{ComparisonOp, Moment, Stretch};
use crate::domain::{Area, Concept, Edtf, Geometry, Value};

/// A value, or none.
#[derive(Clone, Debug)]
pub enum Datum<'a> {
    /// Without a value, or unknown.
    Null,
    /// A text.
    Text(Cow<'a, str>),
    /// A concept: as a text, its id.
    Concept(Concept),
    /// A concept that is asked for: it is equal to itself and to the narrower ones.
    Branch(Concept),
    /// A whole number.
    Integer(i64),
    /// A number; finite.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day, a moment or an interval.
    Time(Stretch),
    /// A date or interval of a record: as a text, what was written.
    Edtf(&'a Edtf),
    /// A geometry in longitude and latitude.
    Geometry(Spot<'a>),
    /// Several of the others; never none.
    List(Vec<Datum<'a>>),
}

/// A geometry, and the index of an area that many are compared with.
#[derive(Clone, Debug)]
pub enum Spot<'a> {
    /// Of a feature, or made for it.
    Of(Cow<'a, Geometry>),
    /// The same for all features.
    Fixed(&'a Fixed),
}

/// A geometry that is the same for all features.
#[derive(Debug)]
pub struct Fixed {
    /// The geometry, in longitude and latitude.
    pub geometry: Geometry,
    /// Its index, if it is an area.
    pub area: Option<Area>,
}

impl Fixed {
    /// With its index.
    pub fn new(geometry: Geometry) -> Fixed {
        let area = Area::of(&geometry);
        Fixed { geometry, area }
    }
}

impl Spot<'_> {
    /// The geometry.
    pub fn geometry(&self) -> &Geometry {
        match self {
            Spot::Of(geometry) => geometry,
            Spot::Fixed(fixed) => &fixed.geometry,
        }
    }
}

impl<'a> Datum<'a> {
    /// The value of a property. Of what nobody can ask for, none.
    pub fn of(value: &'a Value) -> Datum<'a> {
        let list = |list: Vec<Datum<'a>>| {
            if list.is_empty() {
                Datum::Null
            } else {
                Datum::List(list)
            }
        };
        match value {
            Value::Text(text) => Datum::Text(text.as_str().into()),
            Value::Concept(concept) => Datum::Concept(*concept),
            Value::Integer(number) => Datum::Integer(*number),
            Value::Number(number) => Datum::Number(*number),
            Value::Boolean(is) => Datum::Boolean(*is),
            Value::Instant(instant) => Datum::Time(Stretch::at(Moment::Instant(*instant))),
            Value::Edtf(edtf) => Datum::Edtf(edtf),
            Value::Texts(texts) => list(
                texts
                    .iter()
                    .map(|text| Datum::Text(text.as_str().into()))
                    .collect(),
            ),
            Value::Concepts(concepts) => {
                list(concepts.iter().copied().map(Datum::Concept).collect())
            }
            Value::Null | Value::Names(_) | Value::Label | Value::LabelLang | Value::Json(_) => {
                Datum::Null
            }
        }
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Datum::Null)
    }

    /// True, false, or unknown.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Datum::Boolean(is) => Some(*is),
            _ => None,
        }
    }

    /// As a text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Datum::Text(text) => Some(text),
            Datum::Concept(concept) | Datum::Branch(concept) => Some(concept.id()),
            Datum::Edtf(edtf) => Some(edtf.as_str()),
            _ => None,
        }
    }

    /// As a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a whole number as it is compared with others"
            )]
            Datum::Integer(number) => Some(*number as f64),
            Datum::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// As a stretch of time.
    pub fn time(&self) -> Option<Stretch> {
        match self {
            Datum::Time(stretch) => Some(*stretch),
            Datum::Edtf(edtf) => Some(Stretch::of(edtf)),
            _ => None,
        }
    }

    /// As a geometry.
    pub fn place(&self) -> Option<&Spot<'a>> {
        match self {
            Datum::Geometry(place) => Some(place),
            _ => None,
        }
    }

    /// Whether a comparison holds; `None` where that is unknown, or the two have no order.
    pub fn compares(&self, op: ComparisonOp, other: &Datum<'_>) -> Option<bool> {
        // A date of a record beside a text is what was written.
        if let (Some(one), Some(other)) = (self.time(), other.time()) {
            return Some(one.compares(op, other));
        }
        if let (Datum::Concept(concept), Datum::Branch(wanted))
        | (Datum::Branch(wanted), Datum::Concept(concept)) = (self, other)
        {
            match op {
                ComparisonOp::Eq => return Some(concept.is_within(*wanted)),
                ComparisonOp::Ne => return Some(!concept.is_within(*wanted)),
                ComparisonOp::Lt | ComparisonOp::Gt | ComparisonOp::Le | ComparisonOp::Ge => {}
            }
        }
        let order = self.compare(other)?;
        Some(match op {
            ComparisonOp::Eq => order.is_eq(),
            ComparisonOp::Ne => order.is_ne(),
            ComparisonOp::Lt => order.is_lt(),
            ComparisonOp::Gt => order.is_gt(),
            ComparisonOp::Le => order.is_le(),
            ComparisonOp::Ge => order.is_ge(),
        })
    }

    /// The order of two texts, numbers or booleans: texts by code point. `None` of what has none.
    fn compare(&self, other: &Datum<'_>) -> Option<Ordering> {
        match (self, other) {
            (Datum::Integer(one), Datum::Integer(other)) => Some(one.cmp(other)),
            (Datum::Boolean(one), Datum::Boolean(other)) => Some(one.cmp(other)),
            _ => match (self.number(), other.number()) {
                (Some(one), Some(other)) => one.partial_cmp(&other),
                _ => Some(self.text()?.cmp(other.text()?)),
            },
        }
    }
}

impl From<Option<bool>> for Datum<'_> {
    fn from(truth: Option<bool>) -> Self {
        truth.map_or(Datum::Null, Datum::Boolean)
    }
}
