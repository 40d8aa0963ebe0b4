//! An expression whose every part is known to fit: the properties are columns, and the types agree.

use std::sync::Arc;

use super::{ArithmeticOp, ArrayOp, ComparisonOp, Datum, Fixed, Pattern, SpatialOp, TemporalOp};

/// A part of an expression that is checked. Whatever it is applied to, it comes to a [`Datum`].
#[derive(Clone, Debug)]
pub enum Term {
    /// A value that is the same for all features.
    Value(Datum<'static>),
    /// A geometry that is the same for all features.
    Fixed(Arc<Fixed>),
    /// The geometry of the feature.
    Geometry,
    /// The value of the property with that number.
    Property(usize),
    /// Within [`Term::Some`]: one of the values of that property, which is a list.
    Element(usize),
    /// From the beginning of the first to the end of the second; open where there is nothing.
    Interval(Option<Box<Term>>, Option<Box<Term>>),
    /// A list.
    Array(Vec<Term>),
    /// Whether all hold.
    And(Vec<Term>),
    /// Whether one holds.
    Or(Vec<Term>),
    /// Whether it does not hold.
    Not(Box<Term>),
    /// Whether it has no value.
    IsNull(Box<Term>),
    /// Two values compared.
    Comparison(ComparisonOp, Box<[Term; 2]>),
    /// A number made of two others.
    Arithmetic(ArithmeticOp, Box<[Term; 2]>),
    /// How two geometries lie to each other.
    Spatial(SpatialOp, Box<[Term; 2]>),
    /// How two days, moments or intervals lie to each other.
    Temporal(TemporalOp, Box<[Term; 2]>),
    /// What two lists have in common.
    Lists(ArrayOp, Box<[Term; 2]>),
    /// A text with other letters.
    Spelled(Spelling, Box<Term>),
    /// The year in which a day, a moment or an interval begins.
    Year(Box<Term>),
    /// The metres from a geometry to another.
    Distance(Box<[Term; 2]>),
    /// What lies around a geometry, so many metres wide.
    Buffer(Box<[Term; 2]>),
    /// The day that a text is.
    Day(Box<Term>),
    /// Whether a text is like a pattern.
    Like(Box<Term>, Pattern),
    /// Whether it holds for one of the values of the property with that number, which is a list; one without values has one
    /// that is none.
    Some(usize, Box<Term>),
}

/// With which letters a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Without its case.
    CaseI,
    /// Without its accents.
    AccentI,
    /// In small letters.
    Lower,
    /// In capital letters.
    Upper,
}

impl Term {
    /// What stands right below it.
    pub fn parts(&self) -> Vec<&Term> {
        match self {
            Term::Value(_)
            | Term::Fixed(_)
            | Term::Geometry
            | Term::Property(_)
            | Term::Element(_) => vec![],
            Term::Interval(start, end) => start.iter().chain(end).map(|end| end.as_ref()).collect(),
            Term::Array(terms) | Term::And(terms) | Term::Or(terms) => terms.iter().collect(),
            Term::Comparison(_, pair)
            | Term::Arithmetic(_, pair)
            | Term::Spatial(_, pair)
            | Term::Temporal(_, pair)
            | Term::Lists(_, pair)
            | Term::Distance(pair)
            | Term::Buffer(pair) => pair.iter().collect(),
            Term::Not(term)
            | Term::IsNull(term)
            | Term::Spelled(_, term)
            | Term::Year(term)
            | Term::Day(term)
            | Term::Like(term, _)
            | Term::Some(_, term) => vec![term],
        }
    }

    /// The same, to be put in their place.
    pub(super) fn parts_mut(&mut self) -> Vec<&mut Term> {
        match self {
            Term::Value(_)
            | Term::Fixed(_)
            | Term::Geometry
            | Term::Property(_)
            | Term::Element(_) => vec![],
            Term::Interval(start, end) => {
                let ends = start.iter_mut().chain(end);
                ends.map(|end| end.as_mut()).collect()
            }
            Term::Array(terms) | Term::And(terms) | Term::Or(terms) => terms.iter_mut().collect(),
            Term::Comparison(_, pair)
            | Term::Arithmetic(_, pair)
            | Term::Spatial(_, pair)
            | Term::Temporal(_, pair)
            | Term::Lists(_, pair)
            | Term::Distance(pair)
            | Term::Buffer(pair) => pair.iter_mut().collect(),
            Term::Not(term)
            | Term::IsNull(term)
            | Term::Spelled(_, term)
            | Term::Year(term)
            | Term::Day(term)
            | Term::Like(term, _)
            | Term::Some(_, term) => vec![term],
        }
    }

    /// Whether it is the same for all features.
    pub fn is_fixed(&self) -> bool {
        match self {
            Term::Geometry | Term::Property(_) | Term::Element(_) | Term::Some(..) => false,
            other => other.parts().into_iter().all(Term::is_fixed),
        }
    }
}
