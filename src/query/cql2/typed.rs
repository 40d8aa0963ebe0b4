//! A value in an expression, with its type, and what it can be compared with.

use super::{ComparisonOp, Datum, Moment, Op, Stretch, Term};
use crate::domain::{Day, Id, Instant, Kind, Site};

/// The type of a single value in a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A geometry.
    Geometry,
    /// A whole number.
    Integer,
    /// From a day or moment to another, each end open or closed.
    Interval,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A moment.
    Timestamp,
}

impl Type {
    /// What it is called where functions are described: all that is of time has one name there.
    pub const fn id(self) -> &'static str {
        match self {
            Type::Boolean => "boolean",
            Type::Date | Type::Interval | Type::Timestamp => "datetime",
            Type::Geometry => "geometry",
            Type::Integer => "integer",
            Type::Number => "number",
            Type::Text => "string",
        }
    }

    /// What it is called in messages.
    pub(super) const fn described(self) -> &'static str {
        match self {
            Type::Boolean => "true or false",
            Type::Date => "a day",
            Type::Geometry => "a geometry",
            Type::Integer => "a whole number",
            Type::Interval => "an interval",
            Type::Number => "a number",
            Type::Text => "a text",
            Type::Timestamp => "a moment",
        }
    }
}

/// A value, and what is known of it before there is a feature.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) term: Term,
    /// Its type; that of each of its values, if it is a list.
    pub(super) is: Type,
    pub(super) is_list: bool,
    /// The kind of the property that it is the value of.
    pub(super) kind: Option<Kind>,
}

impl Typed {
    pub(super) fn new(term: Term, is: Type) -> Typed {
        Typed {
            term,
            is,
            is_list: false,
            kind: None,
        }
    }

    /// The value of a property that can be asked for.
    pub(super) fn of(number: usize, kind: Kind) -> Typed {
        let term = Term::Property(number);
        Typed {
            term: match kind {
                Kind::Day => Term::Day(term.into()),
                _ => term,
            },
            is: type_of(kind),
            is_list: matches!(kind, Kind::Ids(_) | Kind::Texts | Kind::Concepts(_)),
            kind: Some(kind),
        }
    }

    /// One of the values of a list.
    pub(super) fn item(&self) -> Typed {
        let term = match &self.term {
            Term::Array(items) => items.first().cloned().unwrap_or(Term::Value(Datum::Null)),
            other => other.clone(),
        };
        Typed {
            term,
            is_list: false,
            ..self.clone()
        }
    }

    /// The list as it is compared with another: texts beside concepts are concepts, and beside ids they are ids.
    pub(super) fn as_of(&self, other: &Typed) -> Result<Term, String> {
        let Term::Array(items) = &self.term else {
            return Ok(self.term.clone());
        };
        let items = items.iter().map(|item| match item {
            Term::Value(Datum::Text(text)) => match wanted(other.kind, text) {
                Some(wanted) => wanted.map(Term::Value),
                None => Ok(item.clone()),
            },
            other => Ok(other.clone()),
        });
        items.collect::<Result<_, String>>().map(Term::Array)
    }

    /// The text that it is, if it is written out.
    fn written(&self) -> Option<&str> {
        match &self.term {
            Term::Value(Datum::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a text, or the date of a record, which was written as one.
    pub(super) fn is_text(&self) -> bool {
        self.is == Type::Text || self.kind == Some(Kind::Edtf)
    }

    /// Whether it may stand where that is wanted.
    pub(super) fn fits(&self, wanted: Type) -> bool {
        self.is == wanted || (self.is, wanted) == (Type::Integer, Type::Number)
    }
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Integer => Type::Integer,
        Kind::Number => Type::Number,
        Kind::Boolean => Type::Boolean,
        Kind::Instant => Type::Timestamp,
        Kind::Day => Type::Date,
        Kind::Edtf => Type::Interval,
        Kind::Id(_)
        | Kind::Ids(_)
        | Kind::Text
        | Kind::Texts
        | Kind::Concept(_)
        | Kind::Concepts(_)
        | Kind::Word(_)
        | Kind::Names
        | Kind::Label
        | Kind::Object
        | Kind::Objects => Type::Text,
    }
}

/// What a value is, for messages.
pub(super) fn described(value: &Typed) -> String {
    let what = value.is.described();
    if value.is_list {
        format!("a list whose values are each {what}")
    } else {
        what.to_owned()
    }
}

/// One of some types, for messages: `a day, a moment or an interval`.
pub(super) fn one_of(types: &[Type]) -> String {
    let names: Vec<_> = types.iter().map(|one| one.described()).collect();
    match names.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        names => names.concat(),
    }
}

/// Two values compared; or why they cannot be, said of the second.
pub(super) fn compare(op: ComparisonOp, one: Typed, other: Typed) -> Result<Term, String> {
    let is_equality = op.is_equality();
    let number = |value: &Typed| value.fits(Type::Number);
    let time = |value: &Typed| matches!(value.is, Type::Date | Type::Timestamp | Type::Interval);
    if let Some(term) = with_written(op, &one, &other).or_else(|| with_written(op, &other, &one)) {
        return term;
    }
    let can_be = number(&one) && number(&other)
        || time(&one) && time(&other)
        || one.is == Type::Text && other.is == Type::Text
        || one.is == Type::Boolean && other.is == Type::Boolean && is_equality
        || one.is_text() && other.is_text() && is_equality;
    if can_be {
        return Ok(Term::Comparison(op, Box::new([one.term, other.term])));
    }
    // A day or a moment may be written as a text, as it stands in answers.
    if let Some(time) = written_time(one.is, &other) {
        return Ok(Term::Comparison(op, Box::new([one.term, time?])));
    }
    if let Some(time) = written_time(other.is, &one) {
        return Ok(Term::Comparison(op, Box::new([time?, other.term])));
    }
    Err(refusal(op, &one, &other))
}

/// The day or moment that a text is; `None` of what is no text, or where neither is wanted.
fn written_time(wanted: Type, value: &Typed) -> Option<Result<Term, String>> {
    let text = value.written()?;
    let moment = match wanted {
        Type::Date => Day::parse(text).map(Moment::Day),
        Type::Timestamp => Instant::parse(text).map(Moment::Instant),
        _ => return None,
    };
    Some(match moment {
        Ok(moment) => Ok(Term::Value(Datum::Time(Stretch::at(moment)))),
        Err(wrong) => Err(wrong.0),
    })
}

fn refusal(op: ComparisonOp, one: &Typed, other: &Typed) -> String {
    let (first, second) = (described(one), described(other));
    let op = Op::Comparison(op).text();
    let hint = match (one.is, other.is) {
        (Type::Geometry, _) | (_, Type::Geometry) => {
            ": geometries are compared by S_EQUALS and the like"
        }
        (Type::Integer | Type::Number, Type::Text) | (Type::Text, Type::Integer | Type::Number) => {
            ": a number has no quotation marks, and a text has them"
        }
        (Type::Date | Type::Timestamp | Type::Interval, Type::Text)
        | (Type::Text, Type::Date | Type::Timestamp | Type::Interval) => {
            ": write DATE('2020-10-08') or TIMESTAMP('2020-10-08T12:00:00Z')"
        }
        _ => "",
    };
    format!("{first} and {second} cannot be compared by {op}{hint}")
}

/// A property beside a text that is written out, where such a text stands for more than its letters.
fn with_written(op: ComparisonOp, property: &Typed, text: &Typed) -> Option<Result<Term, String>> {
    if !op.is_equality() {
        return None;
    }
    let wanted = wanted(property.kind, text.written()?)?;
    Some(wanted.map(|wanted| {
        let pair = Box::new([property.term.clone(), Term::Value(wanted)]);
        Term::Comparison(op, pair)
    }))
}

/// What a text stands for beside a property of a kind, as in the parameter of its name: a concept for itself and the narrower
/// ones, an id for itself in any case of its letters.
fn wanted(kind: Option<Kind>, text: &str) -> Option<Result<Datum<'static>, String>> {
    let wanted = match kind? {
        Kind::Concept(scheme) | Kind::Concepts(scheme) => scheme.parse(text).map(Datum::Branch),
        Kind::Id(_) | Kind::Ids(_) => {
            Id::<Site>::parse(text).map(|id| Datum::Text(id.to_string().into()))
        }
        _ => return None,
    };
    Some(wanted.map_err(|wrong| wrong.0))
}
