//! An expression whose every part is known to fit: the properties are columns, and the types agree.

use std::sync::Arc;

use super::{Datum, Fixed, Function, Op, Pattern};

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
    /// An operator, and what stands with it. Those with a variant of their own are not among them.
    Call(Op, Vec<Term>),
    /// A function.
    Function(&'static Function, Vec<Term>),
    /// The day that a text is.
    Day(Box<Term>),
    /// Whether a text is like a pattern.
    Like(Box<Term>, Pattern),
    /// Whether it holds for one of the values of the property with that number, which is a list.
    Some(usize, Box<Term>),
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
            Term::Array(terms) | Term::Call(_, terms) | Term::Function(_, terms) => {
                terms.iter().collect()
            }
            Term::Day(term) | Term::Like(term, _) | Term::Some(_, term) => vec![term],
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
