//! Dates and intervals in words: EDTF is for programs.

use super::texts::say;
use crate::domain::{Edtf, EdtfDate, EdtfEnd, EdtfMeaning, EdtfPart};

/// How a month stands that no day stands before: many languages have another form for it after a preposition.
#[derive(Clone, Copy)]
enum Month {
    Alone,
    After,
}

/// A date or an interval, as EDTF has it, in the words of a language. What cannot be read is given as it is written.
pub(in crate::http) fn in_words(lang: &str, written: &str) -> String {
    let Ok(date) = Edtf::parse(written) else {
        return written.to_owned();
    };
    match date.meaning() {
        EdtfMeaning::Date(date) => said(lang, date, Month::Alone),
        EdtfMeaning::Span(from, until) => span(lang, from, until),
        EdtfMeaning::OneOf(from, until) => one_of(lang, from, until),
    }
}

/// Since when and until when something was, each a date or an interval of its own and perhaps not known.
pub(super) fn from_until(lang: &str, from: Option<&str>, until: Option<&str>) -> String {
    let end = |written: Option<&str>| {
        let date = written.and_then(|written| Edtf::parse(written).ok());
        match date.map(|date| date.meaning()) {
            None => Some(EdtfEnd::Unknown),
            Some(EdtfMeaning::Date(date)) => Some(EdtfEnd::Date(date)),
            Some(EdtfMeaning::Span(..) | EdtfMeaning::OneOf(..)) => None,
        }
    };
    if let (Some(from), Some(until)) = (end(from), end(until)) {
        return span(lang, from, until);
    }
    // An end that is an interval is put in brackets, since it has a dash of its own.
    let bracketed = |written: Option<&str>| {
        let said = written.map(|written| format!("({})", in_words(lang, written)));
        said.unwrap_or_else(|| "…".to_owned())
    };
    format!("{} – {}", bracketed(from), bracketed(until))
}

/// From one year to another, both astronomical; what is not there is open.
pub(super) fn of_years(lang: &str, from: Option<i64>, until: Option<i64>) -> String {
    let end = |year: Option<i64>| {
        year.map_or(EdtfEnd::Open, |year| {
            EdtfEnd::Date(EdtfDate {
                part: EdtfPart::Years(year, year),
                is_approximate: false,
                is_uncertain: false,
            })
        })
    };
    span(lang, end(from), end(until))
}

/// The day of an instant (RFC 3339), in words.
pub(super) fn day_in_words(lang: &str, instant: &str) -> String {
    in_words(lang, instant.split('T').next().unwrap_or_default())
}

fn span(lang: &str, from: EdtfEnd, until: EdtfEnd) -> String {
    use EdtfEnd::{Date, Open, Unknown};
    match (from, until) {
        (Date(from), Date(until)) => {
            let [from, until] = [from, until].map(|date| said(lang, date, Month::Alone));
            format!("{from} – {until}")
        }
        (Date(from), Open) => of_unit(
            lang,
            ["words.since", "words.since_month", "words.since_day"],
            from,
        ),
        (Date(from), Unknown) => of_unit(
            lang,
            ["words.from", "words.from_month", "words.from_day"],
            from,
        ),
        (Open | Unknown, Date(until)) => of_unit(
            lang,
            ["words.until", "words.until_month", "words.until_day"],
            until,
        ),
        (Open | Unknown, Open | Unknown) => say(lang, "words.unknown", &[]),
    }
}

fn one_of(lang: &str, from: EdtfEnd, until: EdtfEnd) -> String {
    use EdtfEnd::{Date, Open, Unknown};
    let after = |date: EdtfDate| said(lang, date, Month::After);
    match (from, until) {
        (Date(from), Date(until)) => {
            let holes = [("from", after(from)), ("to", after(until))];
            say(lang, "words.between", &holes)
        }
        (Date(from), Open | Unknown) => say(lang, "words.not_before", &[("date", after(from))]),
        (Open | Unknown, Date(until)) => say(lang, "words.not_after", &[("date", after(until))]),
        (Open | Unknown, Open | Unknown) => say(lang, "words.unknown", &[]),
    }
}

/// A date in the one of three texts that is for a year, a month or a day: in many languages these differ.
fn of_unit(lang: &str, [year, month, day]: [&str; 3], date: EdtfDate) -> String {
    let key = match date.part {
        EdtfPart::Years(..) => year,
        EdtfPart::Month(..) | EdtfPart::Season(..) => month,
        EdtfPart::Day(_) => day,
    };
    let said = said(lang, date, Month::After);
    say(lang, key, &[("date", said)])
}

fn said(lang: &str, date: EdtfDate, month: Month) -> String {
    // `about` governs the month, `perhaps` does not.
    let month = if date.is_approximate {
        Month::After
    } else {
        month
    };
    let mut said = part(lang, date.part, month);
    if date.is_approximate {
        said = say(lang, "words.about", &[("date", said)]);
    }
    if date.is_uncertain {
        said = say(lang, "words.perhaps", &[("date", said)]);
    }
    said
}

fn part(lang: &str, part: EdtfPart, month: Month) -> String {
    let name = |form: &str, number: u8| {
        let key = format!("{}{form}_{number}", "months.");
        ("month", say(lang, &key, &[]))
    };
    match part {
        EdtfPart::Years(first, last) if first == last => year(lang, first),
        EdtfPart::Years(first, last) => format!("{} – {}", year(lang, first), year(lang, last)),
        EdtfPart::Month(of_year, number) | EdtfPart::Season(of_year, number) => {
            let form = match month {
                Month::Alone => "alone",
                Month::After => "after",
            };
            let holes = [name(form, number), ("year", year(lang, of_year))];
            say(lang, "words.month", &holes)
        }
        EdtfPart::Day(day) => {
            let number = match day.day() {
                1 => say(lang, "words.first", &[]),
                number => number.to_string(),
            };
            let holes = [
                ("day", number),
                name("of", day.month()),
                ("year", year(lang, day.year())),
            ];
            say(lang, "words.day", &holes)
        }
    }
}

/// A year as people count it: the astronomical year 0 is 1 before our era.
fn year(lang: &str, number: i64) -> String {
    if number > 0 {
        number.to_string()
    } else {
        say(lang, "words.bce", &[("year", (1 - number).to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_in_words() {
        for (written, expected) in [
            ("1216", "1216"),
            ("1216/1240", "1216 – 1240"),
            ("12XX", "1200 – 1299"),
            ("1868~", "about 1868"),
            ("1868?", "perhaps 1868"),
            ("-1299~/-0699~", "about 1300 BCE – about 700 BCE"),
            ("-12XX", "1300 BCE – 1201 BCE"),
            ("0000", "1 BCE"),
            ("[1600..1699]", "between 1600 and 1699"),
            ("../2021-02-15", "until 15 February 2021"),
            ("2021-07-07/..", "since 7 July 2021"),
            ("2021-04-XX", "April 2021"),
            ("2021-XX-XX", "2021"),
            ("2023-10-05/2024-04", "5 October 2023 – April 2024"),
            ("2023-12-31~", "about 31 December 2023"),
            ("2021-13", "2021-13"),
            ("2021-22", "summer 2021"),
            ("2021-22-01", "2021-22-01"),
            ("2021-04-1", "2021-04-1"),
            ("-0043-03-XX", "March 44 BCE"),
            ("-0499-XX", "500 BCE"),
            ("Y-18E5~", "about 1800001 BCE"),
            ("1985/", "from 1985"),
            ("1985/..", "since 1985"),
            ("[..1280]", "not after 1280"),
            ("[1250..]", "not before 1250"),
            ("1868%", "perhaps about 1868"),
            ("-0043-03-15", "15 March 44 BCE"),
            ("../..", "../.."),
            ("Y-180000", "180001 BCE"),
            ("<b>", "<b>"),
        ] {
            assert_eq!(in_words("en", written), expected, "{written}");
        }
        for (lang, written, expected) in [
            ("fr", "-0499", "500 av. n. è."),
            ("fr", "2021-05-01", "1er mai 2021"),
            ("fr", "../2021-02-15", "jusqu'au 15 février 2021"),
            ("fr", "../2021-02", "jusqu'à février 2021"),
            ("ru", "2021-05", "май 2021"),
            ("ru", "2021-05-09", "9 мая 2021"),
            ("ru", "2021-05/..", "начиная с мая 2021"),
            ("ru", "2021-05/", "с мая 2021"),
            ("ru", "2021-05~", "около мая 2021"),
            ("hy", "2021-05-09", "2021 թ․ մայիսի 9"),
            ("hy", "2021-05", "2021 թ․ մայիս"),
            ("hy", "2021-05/..", "2021 թ․ մայիսից ի վեր"),
            ("hy", "2021-05-09/..", "2021 թ․ մայիսի 9-ից ի վեր"),
            ("hy", "2021/..", "2021-ից ի վեր"),
            ("az", "2021-05-09", "9 may 2021"),
        ] {
            assert_eq!(in_words(lang, written), expected, "{lang} {written}");
        }
    }

    #[test]
    fn what_began_and_ended_is_said_as_far_as_it_is_known() {
        for (from, until, expected) in [
            (Some("1968"), None, "from 1968"),
            (None, Some("2021-05"), "until May 2021"),
            (Some("1968"), Some("2021-05-09"), "1968 – 9 May 2021"),
            (Some("1968"), Some("1985/.."), "(1968) – (since 1985)"),
            (Some("[1250..1280]"), None, "(between 1250 and 1280) – …"),
            (None, None, "unknown"),
        ] {
            assert_eq!(from_until("en", from, until), expected);
        }
    }
}
