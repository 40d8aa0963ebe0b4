//! What a date says, part by part, and the days that it may mean.

use crate::domain::day::{Bounds, Day};

/// What a date or an interval says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdtfMeaning {
    /// One date.
    Date(EdtfDate),
    /// From one to the other.
    Span(EdtfEnd, EdtfEnd),
    /// One date that lies between two.
    OneOf(EdtfEnd, EdtfEnd),
}

/// An end of an interval, or of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdtfEnd {
    /// It is known.
    Date(EdtfDate),
    /// There is none: `..`.
    Open,
    /// There is one, and nobody knows which.
    Unknown,
}

/// One date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdtfDate {
    /// What it says of the calendar.
    pub part: EdtfPart,
    /// Whether it is about then: `~` or `%`.
    pub is_approximate: bool,
    /// Whether it may be wrong: `?` or `%`.
    pub is_uncertain: bool,
}

/// A part of the calendar. Years are astronomical: 0 is 1 BCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdtfPart {
    /// Some year from one to the other; the same twice, if it is known which.
    Years(i64, i64),
    /// A season of a year, from spring (21) to winter (24).
    Season(i64, u8),
    /// A month of a year.
    Month(i64, u8),
    /// A day.
    Day(Day),
}

impl EdtfMeaning {
    /// The first and the last day that it may mean.
    pub(super) fn bounds(self) -> Bounds {
        match self {
            EdtfMeaning::Date(date) => date.bounds(),
            EdtfMeaning::Span(first, last) | EdtfMeaning::OneOf(first, last) => Bounds {
                earliest: first.bounds().earliest,
                latest: last.bounds().latest,
            },
        }
    }
}

impl EdtfEnd {
    fn bounds(self) -> Bounds {
        match self {
            EdtfEnd::Date(date) => date.bounds(),
            EdtfEnd::Open | EdtfEnd::Unknown => Bounds {
                earliest: None,
                latest: None,
            },
        }
    }
}

impl EdtfDate {
    fn bounds(self) -> Bounds {
        self.part.bounds().expect("nothing else is read as a date")
    }
}

impl EdtfPart {
    /// `None` of a month that there is not, and beyond the years that are counted.
    pub(super) fn bounds(self) -> Option<Bounds> {
        match self {
            EdtfPart::Years(first, last) => months((first, 1), (last, 12)),
            EdtfPart::Month(year, month) => months((year, month), (year, month)),
            EdtfPart::Season(year, 21) => months((year, 3), (year, 6)),
            EdtfPart::Season(year, 22) => months((year, 6), (year, 9)),
            EdtfPart::Season(year, 23) => months((year, 9), (year, 12)),
            EdtfPart::Season(year, _) => months((year, 1), (year + 1, 3)),
            EdtfPart::Day(day) => Some(Bounds {
                earliest: Some(day),
                latest: Some(day),
            }),
        }
    }
}

/// The first day of the one month to the last of the other, each a year and a month.
fn months(first: (i64, u8), last: (i64, u8)) -> Option<Bounds> {
    Some(Bounds {
        earliest: Some(Day::new(first.0, first.1, 1)?),
        latest: Some(Day::last_of_month(last.0, last.1)?),
    })
}
