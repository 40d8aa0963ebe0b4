//! Days of the calendar, of any year that a date in the registry can have.
//!
//! `chrono` ends at the year -262143, and the Palaeolithic of these hills begins at -1800000.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Serialize, Serializer};

use crate::domain::Wrong;

/// The years that a [`Day`] can be in: more than any site needs, and their seconds fit an `i64`.
pub(super) const YEARS: RangeInclusive<i64> = -9_999_999_999..=9_999_999_999;

const SECONDS_A_DAY: i64 = 86_400;

/// A day of the proleptic Gregorian calendar, in astronomical years: 0 is 1 BCE, -499 is 500 BCE.
///
/// Years go from -9999999999 to 9999999999. Days are ordered in time.
///
/// ```
/// use heritage_registry::domain::Day;
///
/// let day = Day::parse("2020-10-08")?;
/// assert_eq!((day.year(), day.month(), day.day()), (2020, 10, 8));
/// assert_eq!(day.next().to_string(), "2020-10-09");
/// assert!(Day::parse("-0499-01-01")? < day);
/// # Ok::<(), heritage_registry::domain::Wrong>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::struct_field_names,
    reason = "the calendar has one word for both"
)]
pub struct Day {
    year: i64,
    month: u8,
    day: u8,
}

impl Day {
    const FIRST: Day = Day {
        year: *YEARS.start(),
        month: 1,
        day: 1,
    };
    const LAST: Day = Day {
        year: *YEARS.end(),
        month: 12,
        day: 31,
    };

    /// The day with this date, if the calendar has it; months and days count from 1.
    ///
    /// ```
    /// use heritage_registry::domain::Day;
    ///
    /// assert!(Day::new(-4, 2, 29).is_some());
    /// assert!(Day::new(2021, 2, 29).is_none());
    /// ```
    pub fn new(year: i64, month: u8, day: u8) -> Option<Day> {
        let exists = YEARS.contains(&year) && (1..=days_in(year, month)?).contains(&day);
        exists.then_some(Day { year, month, day })
    }

    /// The last day of a month: the 28th to the 31st.
    ///
    /// ```
    /// use heritage_registry::domain::Day;
    ///
    /// assert_eq!(Day::last_of_month(2024, 2), Day::new(2024, 2, 29));
    /// assert_eq!(Day::last_of_month(2024, 13), None);
    /// ```
    pub fn last_of_month(year: i64, month: u8) -> Option<Day> {
        Day::new(year, month, days_in(year, month)?)
    }

    /// A full date as [`Display`](fmt::Display) writes it; space around it is ignored.
    ///
    /// Refused are less than a day (`2020-10` is an [`Edtf`](crate::domain::Edtf)) and a time of day,
    /// which would tell when people visit.
    ///
    /// ```
    /// use heritage_registry::domain::Day;
    ///
    /// let wrong = Day::parse("2021-02-29").unwrap_err();
    /// assert_eq!(wrong.to_string(), r#""2021-02-29" is not a day: 2021-02 has 28 days"#);
    /// ```
    pub fn parse(text: &str) -> Result<Day, Wrong> {
        let text = text.trim();
        refuse_time(text)?;
        let mut parts = text.rsplitn(3, '-');
        let day = parts.next().and_then(two_digits);
        let month = parts.next().and_then(two_digits);
        let year = parts.next().and_then(year_of);
        let (Some(year), Some(month), Some(day)) = (year, month, day) else {
            // The longest day takes 18 characters; whatever is longer need not come back whole.
            let shown: String = text.chars().take(32).collect();
            return Err(Wrong(format!(
                "{shown:?} is not a day: write year, month and day, as 2020-10-08"
            )));
        };
        Day::checked(year, month, day)
    }

    /// The day with this date, or what about the date is not in the calendar.
    pub(super) fn checked(year: i64, month: u8, day: u8) -> Result<Day, Wrong> {
        Day::new(year, month, day).ok_or_else(|| {
            let whole_month = format!("{}-{month:02}", year_text(year));
            let why = match days_in(year, month) {
                None => "months go from 01 to 12".to_owned(),
                Some(days) => format!("{whole_month} has {days} days"),
            };
            Wrong(format!("\"{whole_month}-{day:02}\" is not a day: {why}"))
        })
    }

    /// The astronomical year: 0 is 1 BCE.
    pub fn year(self) -> i64 {
        self.year
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day after; the last day of the last year is its own.
    #[must_use]
    pub fn next(self) -> Day {
        Day::new(self.year, self.month, self.day + 1)
            .or_else(|| Day::new(self.year, self.month + 1, 1))
            .or_else(|| Day::new(self.year + 1, 1, 1))
            .unwrap_or(self)
    }

    /// The first instant of the day in UTC, in seconds since 1970-01-01T00:00:00Z.
    pub fn start(self) -> i64 {
        self.days_since_1970() * SECONDS_A_DAY
    }

    /// The day in UTC that holds an instant, given in seconds since 1970-01-01T00:00:00Z.
    ///
    /// An instant outside the years of [`Day`] is taken to be in the nearest of them.
    ///
    /// ```
    /// use heritage_registry::domain::Day;
    ///
    /// let eve = Day::of_second(-1);
    /// assert_eq!(eve.to_string(), "1969-12-31");
    /// assert_eq!(eve.start(), -86_400);
    /// ```
    pub fn of_second(seconds: i64) -> Day {
        Day::of_day_since_1970(
            seconds
                .clamp(Day::FIRST.start(), Day::LAST.start())
                .div_euclid(SECONDS_A_DAY),
        )
    }

    // Both directions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": a year
    // that begins in March has its leap day at the end, and 1970-01-01 is 719468 days after
    // 0000-03-01.
    fn days_since_1970(self) -> i64 {
        let (year, month) = match self.month {
            1 | 2 => (self.year - 1, i64::from(self.month) + 9),
            _ => (self.year, i64::from(self.month) - 3),
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        365 * year + leap_days + of_year - 719_468
    }

    fn of_day_since_1970(days: i64) -> Day {
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (carry, month) = if month < 10 {
            (0, month + 3)
        } else {
            (1, month - 9)
        };
        let small =
            |number: i64| u8::try_from(number).expect("the arithmetic above ends at 12 and at 31");
        Day {
            year: 400 * era + year + carry,
            month: small(month),
            day: small(day),
        }
    }
}

/// ISO 8601: `2020-10-08`, `-0499-01-01`.
///
/// A year of more than four digits has the `Y` of EDTF before it: `Y-1800000-01-01`. Neither standard
/// has a form for a day of such a year.
impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{:02}-{:02}",
            year_text(self.year),
            self.month,
            self.day
        )
    }
}

/// A year as EDTF writes it: four digits, and `Y` before more than four.
pub(super) fn year_text(year: i64) -> String {
    match year {
        0..=9999 => format!("{year:04}"),
        -9999..=-1 => format!("{year:05}"),
        _ => format!("Y{year}"),
    }
}

/// The year that [`year_text`] writes so; there is one way to write a year.
fn year_of(text: &str) -> Option<i64> {
    let year = text.strip_prefix('Y').unwrap_or(text).parse().ok()?;
    (YEARS.contains(&year) && year_text(year) == text).then_some(year)
}

/// The month or day that two digits write, `00` to `99`.
pub(super) fn two_digits(text: &str) -> Option<u8> {
    let two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    two.then(|| text.parse().ok())?
}

/// Refuses a time of day, and does not repeat it: the message may be logged.
pub(super) fn refuse_time(text: &str) -> Result<(), Wrong> {
    let hour_follows = |at: &[u8]| {
        at[0].is_ascii_digit() && matches!(at[1], b'T' | b't') && at[2].is_ascii_digit()
    };
    if text.contains(':') || text.as_bytes().windows(3).any(hour_follows) {
        return Err(Wrong(
            "a date is wanted and no time of day, since times of visits can endanger people: \
             write the date alone, as 2020-10-08"
                .to_owned(),
        ));
    }
    Ok(())
}

fn days_in(year: i64, month: u8) -> Option<u8> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => return None,
    })
}

/// The first and the last day that something may mean, inclusive; `None` is open or unknown.
///
/// `earliest` is never after `latest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first day it may mean.
    pub earliest: Option<Day>,
    /// The last day it may mean.
    pub latest: Option<Day>,
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    fn refusal(text: &str) -> String {
        Day::parse(text).expect_err(text).to_string()
    }

    fn in_chrono(year: i64, month: u8, day: u8) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(i32::try_from(year).unwrap(), month.into(), day.into())
    }

    #[test]
    fn a_day_is_written_and_read_in_one_way() {
        for (text, year, month, day) in [
            ("2020-10-08", 2020, 10, 8),
            ("0000-02-29", 0, 2, 29),
            ("-0499-01-01", -499, 1, 1),
            ("-9999-12-31", -9999, 12, 31),
            ("Y10000-01-01", 10_000, 1, 1),
            ("Y-1800000-01-01", -1_800_000, 1, 1),
            ("Y-9999999999-01-01", -9_999_999_999, 1, 1),
        ] {
            let expected = Day::new(year, month, day).unwrap();
            assert_eq!(expected.to_string(), text);
            assert_eq!(Day::parse(&format!(" {text}\n")), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_what_would_be_right() {
        for (text, expected) in [
            (
                "2021-02-29",
                r#""2021-02-29" is not a day: 2021-02 has 28 days"#,
            ),
            (
                "-0001-04-31",
                r#""-0001-04-31" is not a day: -0001-04 has 30 days"#,
            ),
            (
                "2021-04-00",
                r#""2021-04-00" is not a day: 2021-04 has 30 days"#,
            ),
            (
                "2021-13-01",
                r#""2021-13-01" is not a day: months go from 01 to 12"#,
            ),
        ] {
            assert_eq!(refusal(text), expected);
        }
        for text in [
            "",
            "2021",
            "2021-04",
            "801-04-01",
            "-0000-01-01",
            "Y2021-04-01",
            "12021-04-01",
            "2021-4-1",
            "2021-04-01-01",
            "2021-04-+1",
            "2021-04-XX",
            "2021-04-01~",
            "01-04-2021",
            "Y10000000000-01-01",
            "٢٠٢٠-٠١-٠١",
        ] {
            let expected =
                format!("{text:?} is not a day: write year, month and day, as 2020-10-08");
            assert_eq!(refusal(text), expected);
        }
        assert!(refusal(&"1".repeat(1_000_000)).len() < 100);
    }

    #[test]
    fn a_time_of_day_is_refused_and_not_repeated() {
        for text in ["1985-04-12T23:20:30Z", "1985-04-12t23", "1985-04-12 23:20"] {
            let message = refusal(text);
            assert!(
                message.starts_with("a date is wanted and no time of day"),
                "{text}: {message}"
            );
            assert!(!message.contains("1985"), "{text}: {message}");
        }
    }

    #[test]
    fn the_calendar_ends_at_its_last_year() {
        let (first, last) = (Day::FIRST, Day::LAST);
        assert_eq!(Day::new(first.year - 1, 12, 31), None);
        assert_eq!(Day::new(last.year + 1, 1, 1), None);
        assert_eq!(last.next(), last);
        assert_eq!(Day::of_second(i64::MIN), first);
        assert_eq!(Day::of_second(i64::MAX), last);
    }

    #[test]
    fn four_hundred_years_follow_each_other_as_in_chrono() {
        let (mut day, mut expected) = (Day::new(-1, 1, 1).unwrap(), in_chrono(-1, 1, 1).unwrap());
        while day.year() < 400 {
            (day, expected) = (day.next(), expected.succ_opt().unwrap());
            assert_eq!(day.to_string(), expected.to_string());
            assert_eq!(Day::of_second(day.start()), day);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "(?s).*|-?[0-9Y]{0,12}-[0-9]{2}-[0-9]{2}") {
            if let Ok(day) = Day::parse(&text) {
                prop_assert_eq!(day.to_string(), text.trim());
            }
        }

        #[test]
        fn a_day_is_one_of_chrono_and_starts_when_it_does(year in -200_000_i64..=200_000, month in 0_u8..=13, day in 0_u8..=32) {
            let (ours, theirs) = (Day::new(year, month, day), in_chrono(year, month, day));
            prop_assert_eq!(ours.is_some(), theirs.is_some());
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                prop_assert_eq!(ours.start(), theirs.and_time(chrono::NaiveTime::MIN).and_utc().timestamp());
            }
        }

        #[test]
        fn every_second_of_a_day_is_of_it(year in YEARS, month in 1_u8..=12, day in 1_u8..=28, second in 0..SECONDS_A_DAY) {
            let day = Day::new(year, month, day).unwrap();
            prop_assert_eq!(Day::of_second(day.start() + second), day);
        }

        #[test]
        fn the_next_day_starts_when_a_day_ends(year in YEARS, month in 1_u8..=12) {
            let end = Day::last_of_month(year, month).unwrap();
            prop_assume!(end != Day::LAST);
            prop_assert_eq!(end.next().start(), end.start() + SECONDS_A_DAY);
            prop_assert_eq!(end.next().day(), 1);
            prop_assert!(end < end.next());
        }

        #[test]
        fn what_is_written_is_read_back(year in YEARS, month in 1_u8..=12, day in 1_u8..=28) {
            let day = Day::new(year, month, day).unwrap();
            prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }
    }
}
