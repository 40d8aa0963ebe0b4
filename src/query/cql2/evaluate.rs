//! What an expression comes to for one feature: three-valued logic, `NULL` for whatever is made of something without a value.

use std::borrow::Cow;

use super::{
    Datum, Function, Moment, Op, Spot, Stretch, Term, places, without_accents, without_case,
};
use crate::domain::{Day, Geometry};

/// A feature, as far as a filter asks about it.
pub trait Values {
    /// The value of the property with that number.
    fn value(&self, number: usize) -> Datum<'_>;
    /// The geometry, in longitude and latitude.
    fn geometry(&self) -> Option<Cow<'_, Geometry>>;
}

/// The values of lists that an expression is about at the moment, by the number of the property.
pub(super) type Elements<'e, 'd> = Option<&'e Element<'e, 'd>>;

pub(super) struct Element<'e, 'd> {
    number: usize,
    value: &'e Datum<'d>,
    others: Elements<'e, 'd>,
}

impl Term {
    /// Whether it holds for a feature; `None` if that is unknown.
    pub fn holds(&self, feature: &impl Values) -> Option<bool> {
        self.of(feature, None).truth()
    }

    /// The same where it is about one value of a list.
    pub fn holds_for(
        &self,
        feature: &impl Values,
        number: usize,
        value: &Datum<'_>,
    ) -> Option<bool> {
        let element = Element {
            number,
            value,
            others: None,
        };
        self.of(feature, Some(&element)).truth()
    }

    pub(super) fn of<'a, V: Values>(
        &'a self,
        feature: &'a V,
        elements: Elements<'_, 'a>,
    ) -> Datum<'a> {
        let of = |term: &'a Term| term.of(feature, elements);
        match self {
            Term::Value(value) => value.clone(),
            Term::Fixed(fixed) => Datum::Geometry(Spot::Fixed(fixed)),
            Term::Geometry => feature
                .geometry()
                .map_or(Datum::Null, |geometry| Datum::Geometry(Spot::Of(geometry))),
            Term::Property(number) => feature.value(*number),
            Term::Element(number) => element(*number, elements),
            Term::Interval(start, end) => {
                interval(start.as_deref().map(of), end.as_deref().map(of))
            }
            Term::Array(terms) => Datum::List(terms.iter().map(of).collect()),
            Term::Call(op @ (Op::And | Op::Or), terms) => {
                junction(*op, terms.iter().map(|term| of(term).truth())).into()
            }
            Term::Call(op, terms) => {
                let mut values = terms.iter().map(of);
                match (values.next(), values.next()) {
                    (Some(one), None) => unary(*op, &one),
                    (Some(one), Some(other)) => binary(*op, &one, &other),
                    _ => Datum::Null,
                }
            }
            Term::Function(function, terms) => {
                let values: Vec<_> = terms.iter().map(of).collect();
                call(function, &values)
            }
            Term::Day(term) => {
                let day = of(term).text().and_then(|text| Day::parse(text).ok());
                day.map_or(Datum::Null, |day| {
                    Datum::Time(Stretch::at(Moment::Day(day)))
                })
            }
            Term::Like(term, pattern) => of(term).text().map(|text| pattern.matches(text)).into(),
            Term::Some(number, term) => match feature.value(*number) {
                Datum::List(values) => some(*number, &values, term, feature, elements).into(),
                _ => Datum::Null,
            },
        }
    }
}

fn some<V: Values>(
    number: usize,
    values: &[Datum<'_>],
    term: &Term,
    feature: &V,
    others: Elements<'_, '_>,
) -> Option<bool> {
    let each = values.iter().map(|value| {
        let element = Element {
            number,
            value,
            others,
        };
        term.of(feature, Some(&element)).truth()
    });
    junction(Op::Or, each)
}

fn element<'d>(number: usize, elements: Elements<'_, 'd>) -> Datum<'d> {
    let mut at = elements;
    while let Some(element) = at {
        if element.number == number {
            return element.value.clone();
        }
        at = element.others;
    }
    Datum::Null
}

/// `AND` and `OR`: what decides, else unknown if anything is.
pub(super) fn junction(op: Op, truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let decides = op == Op::Or;
    let mut is_known = true;
    for truth in truths {
        match truth {
            Some(is) if is == decides => return Some(is),
            Some(_) => {}
            None => is_known = false,
        }
    }
    is_known.then_some(!decides)
}

fn interval<'a>(start: Option<Datum<'a>>, end: Option<Datum<'a>>) -> Datum<'a> {
    let unknown = |end: &Option<Datum<'a>>| end.as_ref().is_some_and(|end| end.time().is_none());
    if unknown(&start) || unknown(&end) {
        return Datum::Null;
    }
    let stretch = Stretch {
        start: start.and_then(|start| start.time()?.start),
        end: end.and_then(|end| end.time()?.end),
    };
    if stretch.is_backwards() {
        return Datum::Null;
    }
    Datum::Time(stretch)
}

fn unary<'a>(op: Op, value: &Datum<'a>) -> Datum<'a> {
    match op {
        Op::IsNull => Datum::Boolean(value.is_null()),
        Op::Not => value.truth().map(|is| !is).into(),
        Op::CaseI => of_text(value, without_case),
        Op::AccentI => of_text(value, without_accents),
        _ => Datum::Null,
    }
}

fn of_text<'a>(value: &Datum<'_>, change: impl Fn(&str) -> String) -> Datum<'a> {
    let text = value.text().map(change);
    text.map_or(Datum::Null, |text| Datum::Text(text.into()))
}

fn binary<'a>(op: Op, one: &Datum<'a>, other: &Datum<'a>) -> Datum<'a> {
    match op {
        Op::Eq | Op::Ne | Op::Lt | Op::Gt | Op::Le | Op::Ge => one.compares(op, other).into(),
        Op::Plus | Op::Minus | Op::Times | Op::Divide | Op::Modulo | Op::Div | Op::Power => {
            calculate(op, one, other).unwrap_or(Datum::Null)
        }
        Op::AContains | Op::AContainedBy | Op::AEquals | Op::AOverlaps => match (one, other) {
            (Datum::List(one), Datum::List(other)) => lists(op, one, other).into(),
            _ => Datum::Null,
        },
        op => match (one.time(), other.time(), one.place(), other.place()) {
            (Some(one), Some(other), ..) => one.holds(op, other).into(),
            (.., Some(one), Some(other)) => places::hold(op, one, other).into(),
            _ => Datum::Null,
        },
    }
}

/// Whole numbers stay whole as long as they fit, but for `/` and `^`. What has no finite result has no value.
fn calculate<'a>(op: Op, one: &Datum<'_>, other: &Datum<'_>) -> Option<Datum<'a>> {
    if let (Datum::Integer(one), Datum::Integer(other)) = (one, other) {
        let whole = match op {
            Op::Plus => one.checked_add(*other),
            Op::Minus => one.checked_sub(*other),
            Op::Times => one.checked_mul(*other),
            Op::Modulo => return one.checked_rem(*other).map(Datum::Integer),
            Op::Div => return one.checked_div(*other).map(Datum::Integer),
            _ => None,
        };
        if let Some(whole) = whole {
            return Some(Datum::Integer(whole));
        }
    }
    let (one, other) = (one.number()?, other.number()?);
    let number = match op {
        Op::Plus => one + other,
        Op::Minus => one - other,
        Op::Times => one * other,
        Op::Divide => one / other,
        Op::Modulo => one % other,
        Op::Div => (one / other).trunc(),
        Op::Power => one.powf(other),
        _ => return None,
    };
    number.is_finite().then_some(Datum::Number(number))
}

fn lists(op: Op, one: &[Datum<'_>], other: &[Datum<'_>]) -> Option<bool> {
    let holds_all = |one: &[Datum<'_>], other: &[Datum<'_>]| {
        let holds =
            |value: &Datum<'_>| junction(Op::Or, one.iter().map(|one| one.compares(Op::Eq, value)));
        junction(Op::And, other.iter().map(holds))
    };
    match op {
        Op::AContains => holds_all(one, other),
        Op::AContainedBy => holds_all(other, one),
        Op::AEquals => junction(
            Op::And,
            [holds_all(one, other), holds_all(other, one)].into_iter(),
        ),
        Op::AOverlaps => {
            let pairs = one
                .iter()
                .flat_map(|one| other.iter().map(move |other| one.compares(Op::Eq, other)));
            junction(Op::Or, pairs)
        }
        _ => None,
    }
}

fn call<'a>(function: &Function, values: &[Datum<'a>]) -> Datum<'a> {
    let value = match (function.name, values) {
        ("lower", [text]) => return of_text(text, str::to_lowercase),
        ("upper", [text]) => return of_text(text, str::to_uppercase),
        ("year", [time]) => time
            .time()
            .and_then(|time| time.start)
            .map(|start| Datum::Integer(Moment::day(start).year())),
        ("distance", [one, other]) => places::distance(one, other).map(Datum::Number),
        ("buffer", [place, metres]) => {
            places::buffer(place, metres).map(|area| Datum::Geometry(Spot::Of(Cow::Owned(area))))
        }
        _ => None,
    };
    value.unwrap_or(Datum::Null)
}
