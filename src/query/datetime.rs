//! `datetime`: a moment or an interval in RFC 3339 (Features Part 1, 7.15.4).

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

use crate::domain::{Day, Instant, Span, Wrong, shortened};

/// An interval in whole seconds since 1970-01-01T00:00:00Z, both ends included; open where `None`.
///
/// Fractions are cut: the times of features begin and end on whole seconds, so nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    start: Option<i64>,
    end: Option<i64>,
}

impl Times {
    /// `2020-10-08`, `2020-10-08T12:00:00Z`, `a/b`, `../b`, `a/..`, an empty end for an open one, and a start with an
    /// ISO 8601 duration (`2020-10-08/P2D`). A date stands for its whole day.
    pub fn parse(text: &str) -> Result<Times, Wrong> {
        let Some((from, to)) = text.split_once('/') else {
            let (start, end) = moment(text)?;
            return Ok(Times {
                start: Some(start),
                end: Some(end),
            });
        };
        let is_open = |end: &str| end.is_empty() || end == "..";
        let start = if is_open(from) {
            None
        } else {
            Some(moment(from)?.0)
        };
        let end = match to {
            to if is_open(to) => None,
            to if to.starts_with('P') => Some(after(from, to)?),
            to => Some(moment(to)?.1),
        };
        if let (Some(first), Some(last)) = (start, end)
            && first > last
        {
            return Err(Wrong(format!(
                "\"{text}\" ends before it starts",
                text = shortened(text)
            )));
        }
        Ok(Times { start, end })
    }

    /// First and last second; `None` where it is open.
    pub fn ends(self) -> (Option<i64>, Option<i64>) {
        (self.start, self.end)
    }

    /// Whether it has a moment in common with a span.
    pub fn intersects(self, span: Span) -> bool {
        let begins_before_end = self
            .start
            .is_none_or(|start| span.end.is_none_or(|end| start < end));
        let ends_after_start = self
            .end
            .is_none_or(|end| span.start.is_none_or(|start| end >= start));
        begins_before_end && ends_after_start
    }
}

/// First and last second of a date or moment.
fn moment(text: &str) -> Result<(i64, i64), Wrong> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        && text.len() == 10
    {
        let start = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        return Ok((start, start + 86_399));
    }
    let second = DateTime::parse_from_rfc3339(&mended(text)).map(|moment| moment.timestamp());
    second.map(|second| (second, second)).map_err(|_| {
        Wrong(format!(
            "\"{text}\" is not a moment: write 2020-10-08, 2020-10-08T12:00:00Z, or two of them with a slash (2020-01-01/2020-12-31 for a year), .. for an open end", text = shortened(text)))
    })
}

/// A moment with the + before its offset: one that was not percent-encoded arrives as a space.
fn mended(text: &str) -> String {
    if text.len() > 20 && text.as_bytes()[text.len() - 6] == b' ' {
        format!("{}+{}", &text[..text.len() - 6], &text[text.len() - 5..])
    } else {
        text.to_owned()
    }
}

/// The instant of `as_of`: one of RFC 3339, or a day, which is until its end in UTC.
///
/// ```
/// use heritage_registry::query::parse_as_of;
/// let end = parse_as_of("2026-11-30").unwrap();
/// assert_eq!(end.to_string(), "2026-11-30T23:59:59.999999Z");
/// assert!(parse_as_of("yesterday").unwrap_err().0.contains("2026-03-01,"));
/// ```
pub fn parse_as_of(text: &str) -> Result<Instant, Wrong> {
    let is_day = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !is_day && Instant::parse(&mended(text)).is_err() {
        return Err(Wrong(format!(
            "\"{text}\" is neither a day, as 2026-03-01, nor an RFC 3339 instant, as 2026-03-01T12:00:00Z",
            text = shortened(text)
        )));
    }
    let start = is_day.then(|| Day::parse(text)).transpose()?;
    let Some(start) = start.and_then(Instant::start_of) else {
        return parse_instant(text);
    };
    let end = Instant::of_micros(start.days_after(1).micros() - 1);
    end.ok_or_else(|| Wrong(format!("\"{text}\" is after the year 9999")))
}

/// An instant of RFC 3339, to the microsecond.
///
/// ```
/// use heritage_registry::query::parse_instant;
/// let instant = parse_instant("2020-11-24T04:00:00 04:00").unwrap();
/// assert_eq!(instant.to_string(), "2020-11-24T00:00:00Z");
/// assert!(parse_instant("2020-11-24").is_err());
/// assert!(parse_instant("9999-12-31T23:59:59-23:59").is_err());
/// ```
pub fn parse_instant(text: &str) -> Result<Instant, Wrong> {
    let instant = Instant::parse(&mended(text))?;
    // In UTC it may lie in a year that databases do not sort.
    if instant.day() > Day::parse("9999-12-31")? {
        return Err(Wrong(format!(
            "\"{text}\" is after the year 9999",
            text = shortened(text)
        )));
    }
    Ok(instant)
}

/// The last second of an interval that is given by its start and its length.
fn after(from: &str, duration: &str) -> Result<i64, Wrong> {
    let wrong = || {
        Wrong(format!(
            "\"{duration}\" is not a length of time after a start: write P2D, P1M, P1Y or PT12H",
            duration = shortened(duration)
        ))
    };
    let (start, _) = moment(from)?;
    let start = DateTime::from_timestamp(start, 0).ok_or_else(wrong)?;
    let end = duration
        .strip_prefix('P')
        .and_then(|length| plus(start, length));
    end.filter(|end| *end > start)
        .map(|end| end.timestamp())
        .ok_or_else(wrong)
}

/// `start` and a length without its `P`; a `T` stands only before a time.
fn plus(start: DateTime<Utc>, length: &str) -> Option<DateTime<Utc>> {
    let (days, time) = match length.split_once('T') {
        Some((_, "")) => return None,
        Some(both) => both,
        None => (length, ""),
    };
    let end = add_units(start, days, "YMWD", |at, number, unit| match unit {
        'Y' => at.checked_add_months(Months::new(number.checked_mul(12)?)),
        'M' => at.checked_add_months(Months::new(number)),
        'W' => at.checked_add_signed(TimeDelta::weeks(number.into())),
        _ => at.checked_add_signed(TimeDelta::days(number.into())),
    })?;
    add_units(end, time, "HMS", |at, number, unit| match unit {
        'H' => at.checked_add_signed(TimeDelta::hours(number.into())),
        'M' => at.checked_add_signed(TimeDelta::minutes(number.into())),
        _ => at.checked_add_signed(TimeDelta::seconds(number.into())),
    })
}

/// Adds numbers with their units: each unit at most once, the longer first.
fn add_units(
    mut at: DateTime<Utc>,
    mut text: &str,
    mut units: &str,
    add: impl Fn(DateTime<Utc>, u32, char) -> Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let number = text[..end]
            .parse()
            .ok()
            .filter(|number| *number <= 99_999)?;
        let unit = text[end..].chars().next()?;
        // What is left of the units is shorter: that checks order and repetition in one.
        units = units.split_once(unit)?.1;
        at = add(at, number, unit)?;
        text = &text[end + unit.len_utf8()..];
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn all_forms_of_the_standard_parse() {
        let oct_8 = 1_602_115_200;
        for (text, start, end) in [
            ("2020-10-08", Some(oct_8), Some(oct_8 + DAY - 1)),
            (
                "2020-10-08T12:00:00Z",
                Some(oct_8 + DAY / 2),
                Some(oct_8 + DAY / 2),
            ),
            (
                "2020-10-08T12:00:00.999+04:00",
                Some(oct_8 + DAY / 3),
                Some(oct_8 + DAY / 3),
            ),
            (
                "2020-10-08T12:00:00 04:00",
                Some(oct_8 + DAY / 3),
                Some(oct_8 + DAY / 3),
            ),
            (
                "2020-10-08/2020-10-09",
                Some(oct_8),
                Some(oct_8 + 2 * DAY - 1),
            ),
            ("../2020-10-08", None, Some(oct_8 + DAY - 1)),
            ("/2020-10-08", None, Some(oct_8 + DAY - 1)),
            ("2020-10-08/..", Some(oct_8), None),
            ("2020-10-08/", Some(oct_8), None),
            ("../..", None, None),
            ("2020-10-08/P2D", Some(oct_8), Some(oct_8 + 2 * DAY)),
            (
                "2020-10-08/P1WT12H",
                Some(oct_8),
                Some(oct_8 + 7 * DAY + DAY / 2),
            ),
            (
                "0000-01-01T00:00:00Z/9999-12-31T00:00:00Z",
                Some(-62_167_219_200),
                Some(253_402_214_400),
            ),
        ] {
            assert_eq!(Times::parse(text), Ok(Times { start, end }), "{text}");
        }
    }

    #[test]
    fn what_is_no_interval_is_refused() {
        for text in [
            "",
            "yesterday",
            "2020",
            "2020-10",
            "2020-13-01",
            "2020-10-09/2020-10-08",
            "../P2D",
            "2020-10-08/P",
            "2020-10-08/P2",
            "2020-10-08/PD",
            "2020-10-08/P99999999999Y",
            "a/b/c",
            "2020-10-08T25:00:00Z",
            "2020-10-08/P1M2",
            "2020-10-08/P1DT",
            "2020-10-08/P1D1Y",
            "2020-10-08/P1D1D",
            "2020-10-08/PT1S1H",
            "é020-10-08T12:00:00 04:00",
        ] {
            assert!(Times::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn both_ends_touch() {
        let day = Span {
            start: Some(0),
            end: Some(DAY),
        };
        for (start, end, expected) in [
            (None, None, true),
            (Some(DAY), None, false),
            (Some(DAY - 1), None, true),
            (None, Some(0), true),
            (None, Some(-1), false),
        ] {
            assert_eq!(
                Times { start, end }.intersects(day),
                expected,
                "{start:?}/{end:?}"
            );
        }
        assert!(
            Times {
                start: Some(5),
                end: Some(5)
            }
            .intersects(Span {
                start: None,
                end: None
            })
        );
    }
}
