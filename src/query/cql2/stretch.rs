//! Moments and stretches of time, and how they lie to each other (CQL2, 7.8; the relations are Allen's).
//!
//! A day is compared with a day as a whole, and with a moment as all of its moments in UTC: a moment of that day is equal to
//! it. So 2020-10-08 meets what begins on 2020-10-08, and what is known by the day is never before or after itself.

use std::cmp::Ordering;

use super::{ComparisonOp, TemporalOp};
use crate::domain::{Day, Edtf, Instant};

/// A day or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day in UTC.
    Day(Day),
    /// A moment.
    Instant(Instant),
}

impl Moment {
    /// Before, at the same time, or after.
    fn compare(self, other: Moment) -> Ordering {
        match (self, other) {
            (Moment::Instant(one), Moment::Instant(other)) => one.cmp(&other),
            (one, other) => one.day().cmp(&other.day()),
        }
    }

    /// The day that it is or lies in, in UTC.
    pub fn day(self) -> Day {
        match self {
            Moment::Day(day) => day,
            Moment::Instant(instant) => instant.day(),
        }
    }
}

/// From one day or moment to another, both included; open where `None`. A single one is both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins.
    pub start: Option<Moment>,
    /// Where it ends.
    pub end: Option<Moment>,
}

impl Stretch {
    /// A single day or moment.
    pub fn at(moment: Moment) -> Stretch {
        Stretch {
            start: Some(moment),
            end: Some(moment),
        }
    }

    /// The days that a date or interval may mean. An end that is unknown is taken as open.
    pub fn of(edtf: &Edtf) -> Stretch {
        let bounds = edtf.bounds();
        Stretch {
            start: bounds.earliest.map(Moment::Day),
            end: bounds.latest.map(Moment::Day),
        }
    }

    /// Whether it ends before it starts.
    pub fn is_backwards(self) -> bool {
        let ends = self.start.zip(self.end);
        ends.is_some_and(|(start, end)| start.compare(end).is_gt())
    }

    /// Whether a temporal operator holds between this and another, in this order.
    pub fn holds(self, op: TemporalOp, other: Stretch) -> bool {
        let starts = compare_ends(self.start, other.start, Ordering::Less);
        let ends = compare_ends(self.end, other.end, Ordering::Greater);
        let start_to_end = start_to_end(self.start, other.end);
        let end_to_start = end_to_start(self.end, other.start);
        let is_after = start_to_end.is_gt();
        let is_before = end_to_start.is_lt();
        match op {
            TemporalOp::After => is_after,
            TemporalOp::Before => is_before,
            TemporalOp::Disjoint => is_after || is_before,
            TemporalOp::Intersects => !is_after && !is_before,
            TemporalOp::Equals => starts.is_eq() && ends.is_eq(),
            TemporalOp::Contains => starts.is_lt() && ends.is_gt(),
            TemporalOp::During => starts.is_gt() && ends.is_lt(),
            TemporalOp::Finishes => starts.is_gt() && ends.is_eq(),
            TemporalOp::FinishedBy => starts.is_lt() && ends.is_eq(),
            TemporalOp::Starts => starts.is_eq() && ends.is_lt(),
            TemporalOp::StartedBy => starts.is_eq() && ends.is_gt(),
            TemporalOp::Meets => end_to_start.is_eq(),
            TemporalOp::MetBy => start_to_end.is_eq(),
            TemporalOp::Overlaps => starts.is_lt() && end_to_start.is_gt() && ends.is_lt(),
            TemporalOp::OverlappedBy => starts.is_gt() && start_to_end.is_lt() && ends.is_gt(),
        }
    }

    /// Whether a comparison holds: `<` where all of this is before all of the other, `<=` where neither end is after that of
    /// the other; of single days and moments that is what it always means.
    pub fn compares(self, op: ComparisonOp, other: Stretch) -> bool {
        let starts = compare_ends(self.start, other.start, Ordering::Less);
        let ends = compare_ends(self.end, other.end, Ordering::Greater);
        match op {
            ComparisonOp::Eq => starts.is_eq() && ends.is_eq(),
            ComparisonOp::Ne => starts.is_ne() || ends.is_ne(),
            ComparisonOp::Lt => self.holds(TemporalOp::Before, other),
            ComparisonOp::Gt => self.holds(TemporalOp::After, other),
            ComparisonOp::Le => starts.is_le() && ends.is_le(),
            ComparisonOp::Ge => starts.is_ge() && ends.is_ge(),
        }
    }
}

/// Two starts, or two ends: one that is open lies beyond all others.
fn compare_ends(one: Option<Moment>, other: Option<Moment>, open: Ordering) -> Ordering {
    match (one, other) {
        (None, None) => Ordering::Equal,
        (None, _) => open,
        (_, None) => open.reverse(),
        (Some(one), Some(other)) => one.compare(other),
    }
}

/// A start to an end: one that is open is before the other.
fn start_to_end(start: Option<Moment>, end: Option<Moment>) -> Ordering {
    match (start, end) {
        (Some(start), Some(end)) => start.compare(end),
        _ => Ordering::Less,
    }
}

/// An end to a start: one that is open is after the other.
fn end_to_start(end: Option<Moment>, start: Option<Moment>) -> Ordering {
    start_to_end(start, end).reverse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::cql2::Op;

    fn moment(text: &str) -> Option<Moment> {
        match text {
            ".." => None,
            text if text.contains('T') => Some(Moment::Instant(Instant::parse(text).unwrap())),
            text => Some(Moment::Day(Day::parse(text).unwrap())),
        }
    }

    fn stretch(text: &str) -> Stretch {
        match text.split_once('/') {
            Some((start, end)) => Stretch {
                start: moment(start),
                end: moment(end),
            },
            None => Stretch::at(moment(text).unwrap()),
        }
    }

    #[test]
    fn two_stretches_stand_in_these_relations_and_no_others() {
        let june = "2020-06-01/2020-06-30";
        for (one, other, expected) in [
            (june, "2020-08-01/2020-08-31", "t_before t_disjoint"),
            (june, "2020-06-30/2020-08-31", "t_intersects t_meets"),
            (june, "2020-06-10/2020-08-31", "t_intersects t_overlaps"),
            (june, "2020-06-01/2020-08-31", "t_intersects t_starts"),
            (june, "2020-05-01/2020-08-31", "t_during t_intersects"),
            (june, "2020-05-01/2020-06-30", "t_finishes t_intersects"),
            (june, june, "t_equals t_intersects"),
            (june, "2020-06-10/2020-06-30", "t_finishedBy t_intersects"),
            (june, "2020-06-10/2020-06-20", "t_contains t_intersects"),
            (june, "2020-06-01/2020-06-20", "t_intersects t_startedBy"),
            (june, "2020-05-01/2020-06-10", "t_intersects t_overlappedBy"),
            (june, "2020-05-01/2020-06-01", "t_intersects t_metBy"),
            (june, "2020-05-01/2020-05-31", "t_after t_disjoint"),
            ("../2020-06-30", "../2020-08-31", "t_intersects t_starts"),
            ("../..", "../..", "t_equals t_intersects"),
            ("../..", june, "t_contains t_intersects"),
            ("2020-06-01/..", "../2020-05-31", "t_after t_disjoint"),
            ("2020-06-01/..", "../2020-06-01", "t_intersects t_metBy"),
            (
                "2020-06-01",
                "2020-06-01T12:00:00Z",
                "t_equals t_intersects t_meets t_metBy",
            ),
            ("2020-06-02T00:00:00Z", "2020-06-01", "t_after t_disjoint"),
        ] {
            let ops = TemporalOp::ALL.iter().copied();
            let holding = ops.filter(|op| stretch(one).holds(*op, stretch(other)));
            let holding: Vec<_> = holding.map(|op| Op::Temporal(op).json()).collect();
            assert_eq!(holding.join(" "), expected, "{one} to {other}");
        }
    }

    #[test]
    fn a_comparison_is_about_all_of_a_stretch() {
        for (one, other, expected) in [
            ("2020-06-01", "2020-06-02", "<> < <="),
            ("2020-06-01", "2020-06-01T12:00:00Z", "= <= >="),
            ("2020", "2020-06-01", "<>"),
            ("2020", "2021-01-01", "<> < <="),
            ("2020", "2020-12-31", "<> <="),
            ("2020", "2020-01-01", "<> >="),
        ] {
            let year = Edtf::parse(one).map(|edtf| Stretch::of(&edtf)).unwrap();
            let ops = ComparisonOp::ALL.iter().copied();
            let holding = ops.filter(|op| year.compares(*op, stretch(other)));
            let holding: Vec<_> = holding.map(|op| Op::Comparison(op).json()).collect();
            assert_eq!(holding.join(" "), expected, "{one} to {other}");
        }
    }
}
