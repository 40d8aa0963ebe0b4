//! What is the same for all features is worked out once.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::work::Allowance;
use super::{Datum, Fixed, Spot, Term, Values};
use crate::domain::Geometry;

/// No feature: what is fixed asks nothing of it but whether there is time.
struct Nothing<'a>(&'a dyn Fn(Duration) -> bool);

impl Values for Nothing<'_> {
    fn value(&self, _: usize) -> Datum<'_> {
        Datum::Null
    }
    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        None
    }
    fn grants(&self, work: Duration) -> bool {
        (self.0)(work)
    }
}

impl Term {
    /// The same, worked out if it is fixed and its own work is granted; its parts are as far as they can be.
    pub(super) fn folded(self, allowance: &Allowance) -> Term {
        self.folded_if(&|work| allowance.grants(work))
    }

    fn folded_if(self, grants: &dyn Fn(Duration) -> bool) -> Term {
        if matches!(self, Term::Value(_) | Term::Fixed(_) | Term::Array(_)) || !self.is_fixed() {
            return self;
        }
        let is_refused = std::cell::Cell::new(false);
        let asked = |work| {
            let is_granted = grants(work);
            is_refused.set(is_refused.get() || !is_granted);
            is_granted
        };
        let nothing = Nothing(&asked);
        let value = match self.of(&nothing, None) {
            Datum::Geometry(Spot::Of(geometry)) => {
                Term::Fixed(Arc::new(Fixed::new(geometry.into_owned())))
            }
            Datum::Text(text) => Term::Value(Datum::Text(text.into_owned().into())),
            Datum::Null => Term::Value(Datum::Null),
            Datum::Integer(number) => Term::Value(Datum::Integer(number)),
            Datum::Number(number) => Term::Value(Datum::Number(number)),
            Datum::Boolean(is) => Term::Value(Datum::Boolean(is)),
            Datum::Time(stretch) => Term::Value(Datum::Time(stretch)),
            Datum::Concept(_)
            | Datum::Branch(_)
            | Datum::Edtf(_)
            | Datum::List(_)
            | Datum::Geometry(Spot::Fixed(_)) => return self,
        };
        if is_refused.get() { self } else { value }
    }

    /// Whether there is something that is the same for all features and was left to the search.
    pub fn is_left(&self) -> bool {
        match self {
            Term::Distance(_) | Term::Buffer(_) | Term::Spatial(..) if self.is_fixed() => true,
            _ => self.parts().into_iter().any(Term::is_left),
        }
    }

    /// The same with what was left worked out, as far as the work is granted.
    #[must_use]
    pub fn settled(mut self, grants: &dyn Fn(Duration) -> bool) -> Term {
        for part in self.parts_mut() {
            let whole = std::mem::replace(part, Term::Geometry);
            *part = whole.settled(grants);
        }
        self.folded_if(grants)
    }
}
