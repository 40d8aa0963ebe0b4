//! Dates as historians and inspectors have them: approximate, to the century, open at one end.
//!
//! Written in EDTF (ISO 8601-2:2019; the names of features are those of the Library of Congress,
//! <https://www.loc.gov/standards/datetime/>): level 0 without times of day, the whole of level 1,
//! and of level 2 exponential years (`Y-18E5`) and one-of-a-range sets (`[1250..1280]`).
//! The text stays as written, and everything that searches or sorts works on its [`Bounds`].

mod meaning;
mod meant;

use serde::{Serialize, Serializer};

pub use meaning::{EdtfDate, EdtfEnd, EdtfMeaning, EdtfPart};

use crate::domain::Wrong;
use crate::domain::day::{self, Bounds, Day};

/// The longest text read, in bytes: twice what the longest interval takes.
const LONGEST: usize = 64;

/// The marks of a date that is uncertain, approximate, or both.
const MARKS: [char; 3] = ['?', '~', '%'];

const FORMS: &str =
    "write 1920, 1920-12 or 1920-12-31, 192X or 19XX for a decade or century, 1250/1280 for a span";

/// A date or an interval, as EDTF level 1 writes it.
///
/// | written | means | bounds |
/// |---|---|---|
/// | `1868`, `1868-05`, `-0499` | a year, a month, the year 500 BCE | all its days |
/// | `1868~`, `1868?`, `1868%` | approximate, uncertain, both | those of `1868`, no wider |
/// | `186X`, `12XX`, `-12XX` | a decade, a century, the years -1299 to -1200 | all its days |
/// | `1985-04-XX`, `1985-XX` | some day, some month | the month, the year |
/// | `2020-21` to `2020-24` | spring, summer, autumn, winter | see below |
/// | `Y-1800000`, `Y-18E5` | a year of more than four digits | all its days |
/// | `1250/1280~` | from one to the other | first day of the first, last day of the last |
/// | `../1920`, `1985/..` | open at one end | none on that side |
/// | `/1920`, `1985/` | unknown at one end | none on that side |
/// | `[1250..1280]`, `[..1280]` | one date in that range | as the interval |
///
/// Seasons are northern, and their bounds hold each way in which people here count them: by whole
/// months from the first of March, or from solstice to equinox. Winter lasts from January of its
/// own year to March of the next: some texts give it the year of its December, others that of its
/// January.
///
/// ```
/// use heritage_registry::domain::{Day, Edtf};
///
/// let built = Edtf::parse("1250/1280~")?;
/// assert_eq!(built.as_str(), "1250/1280~");
/// assert_eq!(built.bounds().latest, Day::new(1280, 12, 31));
/// assert!(built.is_interval());
/// assert_eq!(Edtf::parse("../1920")?.years(), (None, Some(1920)));
///
/// let wrong = Edtf::parse("c. 1920").unwrap_err();
/// assert_eq!(wrong.to_string(), r#""c. 1920" is not EDTF level 1: write 1920~"#);
/// # Ok::<(), heritage_registry::domain::Wrong>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edtf {
    text: String,
    bounds: Bounds,
}

impl Edtf {
    /// Reads a date or interval; space around it is ignored.
    ///
    /// Refused are times of day, since times of visits can endanger people; intervals that end before
    /// they start, even by the widest reading of both ends; and `../..` and the like, which say
    /// nothing that a missing date does not. So are the other forms of level 2: instead of `12XX/14XX`
    /// write `1200/1499`.
    ///
    /// ```
    /// use heritage_registry::domain::Edtf;
    ///
    /// let wrong = Edtf::parse("12XX/14XX").unwrap_err();
    /// assert_eq!(wrong.to_string(), r#""12XX/14XX" is not EDTF level 1: write 1200/1499"#);
    /// ```
    pub fn parse(text: &str) -> Result<Edtf, Wrong> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Wrong(format!("a date is missing: {FORMS}")));
        }
        if text.len() > LONGEST {
            return Err(Wrong(format!(
                "a date has at most {LONGEST} bytes: {FORMS}"
            )));
        }
        day::refuse_time(text)?;
        let meaning = read(text).map_err(|wrong| match Edtf::meant(text) {
            Some(better) => Wrong(format!("{text:?} is not EDTF level 1: write {better}")),
            None => wrong,
        })?;
        Ok(Edtf {
            text: text.to_owned(),
            bounds: meaning.bounds(),
        })
    }

    /// What the writer of a text that is not read most likely meant, as EDTF.
    pub fn meant(text: &str) -> Option<String> {
        if text.len() > LONGEST {
            return None;
        }
        meant::meant(text.trim()).filter(|better| read(better).is_ok())
    }

    /// What it says, part by part, for whoever says it in words.
    ///
    /// ```
    /// use heritage_registry::domain::{EdtfMeaning, EdtfPart, Edtf};
    ///
    /// let EdtfMeaning::Date(date) = Edtf::parse("2020-22~")?.meaning() else {
    ///     panic!("it is no interval");
    /// };
    /// assert_eq!(date.part, EdtfPart::Season(2020, 22));
    /// assert!(date.is_approximate && !date.is_uncertain);
    /// # Ok::<(), heritage_registry::domain::Wrong>(())
    /// ```
    pub fn meaning(&self) -> EdtfMeaning {
        read(&self.text).expect("it was read when it was made")
    }

    /// The text as it was written, without the space around it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first and the last day it may mean.
    /// At least one of them is there.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The years of its bounds, astronomical: 0 is 1 BCE.
    pub fn years(&self) -> (Option<i64>, Option<i64>) {
        (
            self.bounds.earliest.map(Day::year),
            self.bounds.latest.map(Day::year),
        )
    }

    /// Whether it is an interval, as `1250/1280` or `../1920`; `[1250..1280]` is one date in between.
    pub fn is_interval(&self) -> bool {
        self.text.contains('/')
    }
}

/// What a text of any form means.
fn read(text: &str) -> Result<EdtfMeaning, Wrong> {
    if let Some(set) = text.strip_prefix('[') {
        let range = set.strip_suffix(']').and_then(|set| set.split_once(".."));
        let (first, last) = range.ok_or_else(|| {
            Wrong(format!(
                "{text:?} is not read: a set is one range, as [1250..1280], [..1280] or [1250..]"
            ))
        })?;
        return between(text, EdtfMeaning::OneOf(end(first)?, end(last)?));
    }
    match text.split('/').collect::<Vec<_>>()[..] {
        [text] => Ok(EdtfMeaning::Date(date(text)?)),
        [first, last] => {
            let span = EdtfMeaning::Span(interval_end(first)?, interval_end(last)?);
            between(text, span)
        }
        _ => Err(unreadable(text)),
    }
}

/// What lies between two ends, of which at least one is known.
fn between(text: &str, meaning: EdtfMeaning) -> Result<EdtfMeaning, Wrong> {
    let Bounds { earliest, latest } = meaning.bounds();
    match (earliest, latest) {
        (None, None) => Err(Wrong(format!(
            "{text:?} says nothing: give one end, as ../1920 or 1985/.., or leave the date out"
        ))),
        (Some(earliest), Some(latest)) if earliest > latest => Err(Wrong(format!(
            "{text:?} ends before it starts: the earlier date comes first"
        ))),
        _ => Ok(meaning),
    }
}

/// An end of an interval: nothing is unknown, two dots are open (level 1, "Extended Interval").
fn interval_end(text: &str) -> Result<EdtfEnd, Wrong> {
    match text {
        ".." => Ok(EdtfEnd::Open),
        _ => end(text),
    }
}

fn end(text: &str) -> Result<EdtfEnd, Wrong> {
    match text {
        "" => Ok(EdtfEnd::Unknown),
        _ if text.contains('X') => Err(Wrong(format!(
            "{text:?} has open digits, which an end of a span may not: \
             write the first or last year they leave open, as 1200/1299"
        ))),
        _ => date(text).map(EdtfEnd::Date),
    }
}

/// One date, with at most one mark after it (level 1, "Qualification of a date (complete)").
fn date(text: &str) -> Result<EdtfDate, Wrong> {
    let plain = text.strip_suffix(MARKS).unwrap_or(text);
    let mark = text[plain.len()..].chars().next();
    let part = part(plain, text)?;
    // Whatever follows a year is checked where it is read; a year may lie beyond those that are counted.
    part.bounds().ok_or_else(|| unreadable(text))?;
    Ok(EdtfDate {
        part,
        is_approximate: matches!(mark, Some('~' | '%')),
        is_uncertain: matches!(mark, Some('?' | '%')),
    })
}

/// A date without its mark; `text` is the whole of it.
fn part(plain: &str, text: &str) -> Result<EdtfPart, Wrong> {
    if let Some(year) = plain.strip_prefix('Y') {
        return long_year(text, year);
    }
    let sign = usize::from(plain.starts_with('-'));
    let dash = plain[sign..].find('-').map(|dash| sign + dash);
    let (year, rest) = plain.split_at(dash.unwrap_or(plain.len()));
    let (first, last) = years(year).ok_or_else(|| unreadable(text))?;
    match rest {
        "" => Ok(EdtfPart::Years(first, last)),
        _ if first < last => Err(Wrong(format!(
            "{text:?} is a month of no certain year: write the year alone, as {year}"
        ))),
        _ => part_of_year(text, first, &rest[1..]),
    }
}

/// The first and last year that four digits may mean, the last one or two of them perhaps `X`
/// (level 1, "Unspecified digit(s) from the right"; three and four are level 2).
fn years(text: &str) -> Option<(i64, i64)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let known = digits.trim_end_matches('X');
    if digits.len() != 4 || !is_number(known) || known.len() < 2 {
        return None;
    }
    let first: i64 = format!("{known:0<4}").parse().ok()?;
    let last: i64 = format!("{known:9<4}").parse().ok()?;
    if !text.starts_with('-') {
        return Some((first, last));
    }
    // There is one year 0, and it has no sign.
    (last > 0).then_some((-last, -first))
}

/// What follows a year and a dash: a month, a season, or a month and a day.
fn part_of_year(text: &str, year: i64, rest: &str) -> Result<EdtfPart, Wrong> {
    let number = |part| day::two_digits(part).ok_or_else(|| unreadable(text));
    let part = match rest.split('-').collect::<Vec<_>>()[..] {
        ["XX"] | ["XX", "XX"] => EdtfPart::Years(year, year),
        [month] => match number(month)? {
            season @ 21..=24 => EdtfPart::Season(year, season),
            month => EdtfPart::Month(year, month),
        },
        [month, "XX"] => EdtfPart::Month(year, number(month)?),
        [month, day] => EdtfPart::Day(Day::checked(year, number(month)?, number(day)?)?),
        _ => return Err(unreadable(text)),
    };
    match part {
        EdtfPart::Month(_, month) if !(1..=12).contains(&month) => Err(Wrong(format!(
            "{text:?} has no such month: they go from 01 to 12, and seasons from 21 to 24"
        ))),
        _ => Ok(part),
    }
}

/// What follows a `Y`: a year of five digits or more (level 1, "Letter-prefixed calendar year"), or
/// one times a power of ten (level 2, "Exponential year").
fn long_year(text: &str, written: &str) -> Result<EdtfPart, Wrong> {
    let (number, exponent) = match written.split_once('E') {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (written, None),
    };
    let digits = number.strip_prefix('-').unwrap_or(number);
    if !is_number(digits) || !exponent.is_none_or(is_number) {
        return Err(unreadable(text));
    }
    let year = times_ten_to(number, exponent.unwrap_or("0"));
    let Some(year) = year.filter(|year| day::YEARS.contains(year)) else {
        let (first, last) = day::YEARS.into_inner();
        return Err(Wrong(format!(
            "{text:?} is out of reach: years go from {first} to {last}"
        )));
    };
    let plain = day::year_text(year);
    let leading_zero = digits.starts_with('0') || exponent.is_some_and(|it| it.starts_with('0'));
    if leading_zero || !plain.starts_with('Y') {
        return Err(Wrong(format!("{text:?} is the year {year}: write {plain}")));
    }
    Ok(EdtfPart::Years(year, year))
}

fn times_ten_to(number: &str, exponent: &str) -> Option<i64> {
    let power = 10_i64.checked_pow(exponent.parse().ok()?)?;
    number.parse::<i64>().ok()?.checked_mul(power)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unreadable(text: &str) -> Wrong {
    Wrong(format!("{text:?} is not an EDTF date: {FORMS}"))
}

impl Serialize for Edtf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds(text: &str) -> (String, String) {
        let Bounds { earliest, latest } = Edtf::parse(text).unwrap().bounds();
        let shown = |day: Option<Day>| day.map_or("..".to_owned(), |day| day.to_string());
        (shown(earliest), shown(latest))
    }

    fn refusal(text: &str) -> String {
        Edtf::parse(text).expect_err(text).to_string()
    }

    #[test]
    fn every_form_of_level_1_has_its_bounds() {
        for (text, earliest, latest) in [
            ("1214", "1214-01-01", "1214-12-31"),
            ("0000", "0000-01-01", "0000-12-31"),
            ("2020-02", "2020-02-01", "2020-02-29"),
            ("2020-10-08", "2020-10-08", "2020-10-08"),
            (" 1920\n", "1920-01-01", "1920-12-31"),
            // Negative calendar year
            ("-0499", "-0499-01-01", "-0499-12-31"),
            ("-0128-03-15", "-0128-03-15", "-0128-03-15"),
            // Letter-prefixed calendar year
            ("Y10000", "Y10000-01-01", "Y10000-12-31"),
            ("Y-170000002", "Y-170000002-01-01", "Y-170000002-12-31"),
            ("Y-9999999999~", "Y-9999999999-01-01", "Y-9999999999-12-31"),
            // Seasons
            ("2001-21", "2001-03-01", "2001-06-30"),
            ("2001-22", "2001-06-01", "2001-09-30"),
            ("2001-23~", "2001-09-01", "2001-12-31"),
            ("2001-24", "2001-01-01", "2002-03-31"),
            ("-0001-24", "-0001-01-01", "0000-03-31"),
            // Qualification of a date
            ("1868~", "1868-01-01", "1868-12-31"),
            ("1868-05?", "1868-05-01", "1868-05-31"),
            ("1868-05-06%", "1868-05-06", "1868-05-06"),
            // Unspecified digits from the right
            ("201X", "2010-01-01", "2019-12-31"),
            ("18XX~", "1800-01-01", "1899-12-31"),
            ("00XX", "0000-01-01", "0099-12-31"),
            ("-12XX", "-1299-01-01", "-1200-12-31"),
            ("-049X", "-0499-01-01", "-0490-12-31"),
            ("-00XX", "-0099-01-01", "0000-12-31"),
            ("2004-XX", "2004-01-01", "2004-12-31"),
            ("1985-04-XX", "1985-04-01", "1985-04-30"),
            ("1985-XX-XX", "1985-01-01", "1985-12-31"),
            // Intervals
            ("1250/1280", "1250-01-01", "1280-12-31"),
            ("2004-11-12/2021-01", "2004-11-12", "2021-01-31"),
            ("2020-10-08/2020-10-08", "2020-10-08", "2020-10-08"),
            ("-2999~/-0999%", "-2999-01-01", "-0999-12-31"),
            ("Y-12000/-9500", "Y-12000-01-01", "-9500-12-31"),
            ("2021-21/2021-22", "2021-03-01", "2021-09-30"),
            ("../1920", "..", "1920-12-31"),
            ("/1920-05", "..", "1920-05-31"),
            ("1985/..", "1985-01-01", ".."),
            ("1985-04-12?/", "1985-04-12", ".."),
            // The end may be less exact than the start: the year goes on after its May.
            ("1920-05/1920", "1920-05-01", "1920-12-31"),
            ("1920/1920-05", "1920-01-01", "1920-05-31"),
        ] {
            assert_eq!(
                bounds(text),
                (earliest.to_owned(), latest.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn two_forms_of_level_2_have_their_bounds() {
        for (text, earliest, latest) in [
            ("Y-18E5", "Y-1800000-01-01", "Y-1800000-12-31"),
            ("Y17E8?", "Y1700000000-01-01", "Y1700000000-12-31"),
            ("[1600..1699]", "1600-01-01", "1699-12-31"),
            ("[1760-12..1762-03-04]", "1760-12-01", "1762-03-04"),
            ("[..1760-12-03]", "..", "1760-12-03"),
            ("[1760-12..]", "1760-12-01", ".."),
            ("[Y-18E5..Y-10000]", "Y-1800000-01-01", "Y-10000-12-31"),
        ] {
            assert_eq!(
                bounds(text),
                (earliest.to_owned(), latest.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn the_text_stays_as_written() {
        for text in [
            "1868~",
            "12XX",
            "[1600..1699]",
            "Y-18E5",
            "../1920",
            "1985/",
        ] {
            assert_eq!(Edtf::parse(&format!("\t{text} ")).unwrap().as_str(), text);
        }
    }

    #[test]
    fn an_interval_is_what_has_a_start_and_an_end() {
        for (text, expected) in [
            ("1250/1280", true),
            ("../1920", true),
            ("1250", false),
            ("12XX", false),
            ("[1250..1280]", false),
        ] {
            assert_eq!(Edtf::parse(text).unwrap().is_interval(), expected, "{text}");
        }
    }

    #[test]
    fn years_are_those_of_the_bounds() {
        for (text, expected) in [
            ("-12XX", (Some(-1299), Some(-1200))),
            ("Y-18E5", (Some(-1_800_000), Some(-1_800_000))),
            ("2001-24", (Some(2001), Some(2002))),
            ("../1920", (None, Some(1920))),
            ("1985/", (Some(1985), None)),
        ] {
            assert_eq!(Edtf::parse(text).unwrap().years(), expected, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong_and_what_would_be_right() {
        for (text, expected) in [
            (
                "1920/1910",
                r#""1920/1910" ends before it starts: the earlier date comes first"#,
            ),
            (
                "-0499/-0999",
                r#""-0499/-0999" ends before it starts: the earlier date comes first"#,
            ),
            (
                "[1699..1600]",
                r#""[1699..1600]" ends before it starts: the earlier date comes first"#,
            ),
            (
                "../..",
                r#""../.." says nothing: give one end, as ../1920 or 1985/.., or leave the date out"#,
            ),
            (
                "2021-02-29",
                r#""2021-02-29" is not a day: 2021-02 has 28 days"#,
            ),
            (
                "1920/2021-04-31",
                r#""2021-04-31" is not a day: 2021-04 has 30 days"#,
            ),
            (
                "2021-21-01",
                r#""2021-21-01" is not a day: months go from 01 to 12"#,
            ),
            (
                "2021-00",
                r#""2021-00" has no such month: they go from 01 to 12, and seasons from 21 to 24"#,
            ),
            (
                "2021-20",
                r#""2021-20" has no such month: they go from 01 to 12, and seasons from 21 to 24"#,
            ),
            (
                "2021-13-XX",
                r#""2021-13-XX" has no such month: they go from 01 to 12, and seasons from 21 to 24"#,
            ),
            (
                "201X-05",
                r#""201X-05" is a month of no certain year: write the year alone, as 201X"#,
            ),
            ("Y0012", r#""Y0012" is the year 12: write 0012"#),
            ("Y012345", r#""Y012345" is the year 12345: write Y12345"#),
            ("Y-1E3", r#""Y-1E3" is the year -1000: write -1000"#),
            ("Y018E5", r#""Y018E5" is the year 1800000: write Y1800000"#),
            ("Y18E05", r#""Y18E05" is the year 1800000: write Y1800000"#),
            ("Y-0", r#""Y-0" is the year 0: write 0000"#),
            (
                "[1250..12XX]",
                r#""12XX" has open digits, which an end of a span may not: write the first or last year they leave open, as 1200/1299"#,
            ),
            (
                "[1667,1668]",
                r#""[1667,1668]" is not read: a set is one range, as [1250..1280], [..1280] or [1250..]"#,
            ),
        ] {
            assert_eq!(refusal(text), expected);
        }
    }

    #[test]
    fn what_is_no_date_at_all_is_shown_the_forms() {
        for text in [
            "12-31-1920",
            "12/31/1920",
            "20",
            "1XXX",
            "XXXX",
            "-0000",
            "12345",
            "19201231",
            "1920-",
            "1920.",
            "-1920.",
            "1920..",
            "YY-18E5",
            "-Y18000",
            "1E5",
            "1920-12-3X",
            "1920-1X",
            "1920-12-31-01",
            "?",
            "1920??",
            "~/1920",
            "Y",
            "Y-",
            "YX",
            "Y1E",
            "Y1E-5",
            "Y12345-01",
            "Y1234X",
            "+1920",
            "٢٠٢٠",
            "{1920..1930}",
            "1920/[1930..1940]",
            "long ago",
        ] {
            let message = refusal(text);
            assert!(
                message.ends_with(&format!("is not an EDTF date: {FORMS}")),
                "{text}: {message}"
            );
        }
        assert_eq!(refusal("  "), format!("a date is missing: {FORMS}"));
    }

    #[test]
    fn what_was_meant_is_offered() {
        for (text, better) in [
            ("801", "0801"),
            ("801/1300~", "0801/1300~"),
            ("801/1904-12", "0801/1904-12"),
            ("801~", "0801~"),
            ("c. 801", "0801~"),
            ("-499", "-0499"),
            ("−499", "-0499"),
            ("-1800000", "Y-1800000"),
            ("1920-4-5", "1920-04-05"),
            ("-0499-4-5", "-0499-04-05"),
            ("8.10.2020", "2020-10-08"),
            ("10.2020", "2020-10"),
            ("1920s", "192X"),
            ("199u", "199X"),
            ("19xx", "19XX"),
            ("y-18e5", "Y-18E5"),
            ("circa 1920", "1920~"),
            ("~1920", "1920~"),
            ("1920?~", "1920%"),
            ("1920–1930", "1920/1930"),
            ("1920 - 1930", "1920/1930"),
            ("1850-60", "1850/1860"),
            ("1250 / 1280", "1250/1280"),
            ("unknown/1985", "/1985"),
            ("1985/open", "1985/.."),
            ("12XX/14XX", "1200/1499"),
            ("-12XX/-10XX", "-1299/-1000"),
            ("12XX~/14xx?", "1200~/1499?"),
            ("1920s/1930s", "1920/1939"),
            ("2004-06-XX/2004-07-03", "2004-06/2004-07-03"),
        ] {
            assert_eq!(
                refusal(text),
                format!("{text:?} is not EDTF level 1: write {better}")
            );
        }
    }

    #[test]
    fn a_time_of_day_is_refused_and_not_repeated() {
        for text in [
            "1985-04-12T23:20:30Z",
            "1985-04-12T23",
            "1985-04-12 23:20",
            "2021-01-01T10:15/2021-01-01T12:15",
        ] {
            let message = refusal(text);
            assert!(
                message.starts_with("a date is wanted and no time of day"),
                "{text}: {message}"
            );
            assert!(
                !message.contains("1985") && !message.contains("15"),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn what_is_too_long_or_too_far_away_is_refused() {
        let longest = format!("Y{}12345", "0".repeat(LONGEST - 6));
        assert!(refusal(&longest).ends_with("is the year 12345: write Y12345"));
        let longer = format!("{longest}0");
        assert_eq!(
            refusal(&longer),
            format!("a date has at most 64 bytes: {FORMS}")
        );
        for text in [
            "Y10000000000",
            "Y-10000000000",
            "Y1E10",
            "Y9E18",
            "Y1E99",
            "Y0E19",
            "Y99999999999999999999",
            "Y1E4294967296",
        ] {
            let expected =
                format!("{text:?} is out of reach: years go from -9999999999 to 9999999999");
            assert_eq!(refusal(text), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in any::<String>()) {
            let _ = Edtf::parse(&text);
        }

        #[test]
        fn what_looks_like_a_date_has_ordered_bounds_or_is_refused(text in "[-YE0-9X?~%/.\\[\\]TUcs ]{0,24}|-?[0-2][0-9X]{3}(-[012X][0-9X]){0,2}[?~%]?(/|[.][.])?-?[0-9X]{0,4}") {
            if let Ok(date) = Edtf::parse(&text) {
                let Bounds { earliest, latest } = date.bounds();
                prop_assert!(earliest.is_some() || latest.is_some());
                prop_assert!(earliest.is_none() || latest.is_none() || earliest <= latest);
                prop_assert_eq!(Edtf::parse(date.as_str()), Ok(date));
            }
        }

        #[test]
        fn an_open_digit_contains_what_it_may_stand_for(year in -9999_i64..=9999, digits in 1_usize..=2) {
            let written = day::year_text(year);
            let open = format!("{}{}", &written[..written.len() - digits], "X".repeat(digits));
            let (Some(first), Some(last)) = Edtf::parse(&open).unwrap().years() else { panic!("{open}") };
            prop_assert!((first..=last).contains(&year));
            prop_assert_eq!(last - first + 1, 10_i64.pow(u32::try_from(digits).unwrap()));
        }

        #[test]
        fn a_day_of_four_digits_is_a_date_with_itself_as_bounds(year in -9999_i64..=9999, month in 1_u8..=12, day in 1_u8..=28) {
            let day = Day::new(year, month, day);
            let date = Edtf::parse(&day.unwrap().to_string()).unwrap();
            prop_assert_eq!(date.bounds(), Bounds { earliest: day, latest: day });
        }

        #[test]
        fn a_long_year_is_read_as_written(year in day::YEARS) {
            let date = Edtf::parse(&day::year_text(year)).unwrap();
            prop_assert_eq!(date.years(), (Some(year), Some(year)));
        }

        #[test]
        fn an_interval_has_the_bounds_of_its_ends(first in -9999_i64..=9999, length in 0_i64..=9999) {
            let last = first + length;
            let text = format!("{}~/{}?", day::year_text(first), day::year_text(last));
            prop_assert_eq!(Edtf::parse(&text).unwrap().bounds(), EdtfPart::Years(first, last).bounds().unwrap());
        }
    }
}
