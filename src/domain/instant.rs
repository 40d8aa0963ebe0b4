//! Instants as the log keeps them, and the clock they are taken from.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Serialize, Serializer};

use super::{Day, Wrong, shortened};

/// A moment in whole microseconds UTC: what both databases keep without rounding.
///
/// ```
/// use heritage_registry::domain::Instant;
/// let instant = Instant::of_micros(1_606_176_000_000_001).unwrap();
/// assert_eq!(instant.to_string(), "2020-11-24T00:00:00.000001Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// The moment that many microseconds after 1970-01-01T00:00:00Z; `None` beyond the years ±262,000.
    pub fn of_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Instant)
    }

    /// A moment as it is written (RFC 3339).
    pub fn parse(text: &str) -> Result<Instant, Wrong> {
        let moment = DateTime::parse_from_rfc3339(text);
        let moment = moment.map_err(|_| {
            Wrong(format!(
                "\"{text}\" is not an RFC 3339 instant, as 2026-03-01T12:00:00Z",
                text = shortened(text)
            ))
        });
        Ok(moment?.with_timezone(&Utc).into())
    }

    /// The moment so many days after.
    #[must_use]
    pub fn days_after(self, days: i64) -> Self {
        Instant(self.0 + TimeDelta::days(days))
    }

    /// The moment so many days before.
    #[must_use]
    pub fn days_before(self, days: i64) -> Self {
        Instant(self.0 - TimeDelta::days(days))
    }

    /// The moment so many hours after.
    #[must_use]
    pub fn hours_after(self, hours: i64) -> Self {
        Instant(self.0 + TimeDelta::hours(hours))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// The next moment there is: a microsecond later.
    #[must_use]
    pub fn next(self) -> Self {
        Instant(self.0 + TimeDelta::microseconds(1))
    }

    /// The instant at which a day begins in UTC; `None` beyond the years ±262,000.
    pub fn start_of(day: Day) -> Option<Self> {
        day.start()
            .checked_mul(1_000_000)
            .and_then(Instant::of_micros)
    }

    /// The day in UTC: as much as the public learns of when a report was published.
    #[must_use]
    pub fn day(self) -> Day {
        Day::of_second(self.0.timestamp())
    }

    /// For a column of either database.
    pub fn naive(self) -> NaiveDateTime {
        self.0.naive_utc()
    }
}

impl From<DateTime<Utc>> for Instant {
    /// Digits beyond the microsecond are cut.
    fn from(moment: DateTime<Utc>) -> Self {
        Instant::of_micros(moment.timestamp_micros()).unwrap_or(Instant(moment))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What time it is: the system's, or a test's.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// A clock that reads `source`.
    pub fn new(source: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Clock(Arc::new(source))
    }

    /// The system's clock.
    pub fn system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that the others are given"
        )]
        Clock::new(|| Utc::now().into())
    }

    /// Now.
    pub fn now(&self) -> Instant {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
