//! Dates and intervals in words: EDTF is for programs.

use super::texts::say;

/// How a month stands that no day stands before: many languages have another form for it after a preposition.
#[derive(Clone, Copy)]
enum Month {
    Alone,
    After,
}

/// A date or an interval, as EDTF has it, in the words of a language. What cannot be read is given as it is written.
pub(in crate::http) fn in_words(lang: &str, written: &str) -> String {
    use Month::{After, Alone};
    let open = |text: &str| text.is_empty() || text == "..";
    let list = written
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let ends = list
        .and_then(|list| list.split_once(".."))
        .or_else(|| written.split_once('/'));
    match ends {
        None => date(lang, list.unwrap_or(written), Alone),
        Some((from, to)) if open(from) && open(to) => say(lang, "words.unknown", &[]),
        Some((from, to)) if open(from) => {
            let key = match exact_to(to) {
                Unit::Year => "words.until",
                Unit::Month => "words.until_month",
                Unit::Day => "words.until_day",
            };
            say(lang, key, &[("date", date(lang, to, After))])
        }
        Some((from, to)) if open(to) => {
            let key = match exact_to(from) {
                Unit::Year => "words.since",
                Unit::Month => "words.since_month",
                Unit::Day => "words.since_day",
            };
            say(lang, key, &[("date", date(lang, from, After))])
        }
        Some((from, to)) if list.is_some() => {
            let holes = [
                ("from", date(lang, from, After)),
                ("to", date(lang, to, After)),
            ];
            say(lang, "words.between", &holes)
        }
        Some((from, to)) => format!("{} – {}", date(lang, from, Alone), date(lang, to, Alone)),
    }
}

/// The day of an instant (RFC 3339), in words.
pub(super) fn day_in_words(lang: &str, instant: &str) -> String {
    in_words(lang, instant.split('T').next().unwrap_or_default())
}

fn date(lang: &str, written: &str, month: Month) -> String {
    let bare = written.trim_end_matches(['~', '?', '%']);
    let mark = written[bare.len()..].chars().next();
    // `about` governs the month, `perhaps` does not.
    let month = match mark {
        Some('~' | '%') => Month::After,
        _ => month,
    };
    let said = match bare.split_once('X') {
        Some((known, _)) if !bare.contains('-') || bare.starts_with('-') => {
            let unknown = bare.len() - known.len();
            let [first, last] = ["0", "9"].map(|digit| format!("{known}{}", digit.repeat(unknown)));
            // Before our era the larger number is the earlier year.
            let (first, last) = if bare.starts_with('-') {
                (last, first)
            } else {
                (first, last)
            };
            format!("{} – {}", year(lang, &first), year(lang, &last))
        }
        Some((known, _)) => plain(lang, known.trim_end_matches('-'), month),
        None => plain(lang, bare, month),
    };
    match mark {
        Some('~' | '%') => say(lang, "words.about", &[("date", said)]),
        Some('?') => say(lang, "words.perhaps", &[("date", said)]),
        _ => said,
    }
}

/// A year, a month or a day of which nothing is uncertain.
fn plain(lang: &str, written: &str, month: Month) -> String {
    let (of, day) = match parts(written) {
        Some((of, number, day)) => {
            let form = match (day, month) {
                (Some(_), _) => "of",
                (None, Month::Alone) => "alone",
                (None, Month::After) => "after",
            };
            let name = format!("{}{form}_{number}", "months.");
            let name = say(lang, &name, &[]);
            ([("month", name), ("year", year(lang, of))], day)
        }
        None => return year(lang, written),
    };
    let [month, year] = of;
    match day {
        None => say(lang, "words.month", &[month, year]),
        Some(1) => {
            let first = say(lang, "words.first", &[]);
            say(lang, "words.day", &[("day", first), month, year])
        }
        Some(day) => say(lang, "words.day", &[("day", day.to_string()), month, year]),
    }
}

/// The year, the month or the season (21 to 24), and perhaps the day of a date.
fn parts(written: &str) -> Option<(&str, u8, Option<u8>)> {
    let number = |text: &str| text.parse().ok().filter(|_| text.len() == 2);
    let month = |text: &str| number(text).filter(|month| (1..=12).contains(month));
    let day = |text: &str| number(text).filter(|day| (1..=31).contains(day));
    let season = |text: &str| number(text).filter(|season| (21..=24).contains(season));
    let sign = usize::from(written.starts_with('-'));
    let at = written[sign..].find('-')? + sign;
    let (year, rest) = (&written[..at], &written[at + 1..]);
    match rest.split_once('-') {
        Some((of_year, of_month)) => Some((year, month(of_year)?, Some(day(of_month)?))),
        None => Some((year, month(rest).or_else(|| season(rest))?, None)),
    }
}

/// How exactly a date is given.
enum Unit {
    Year,
    Month,
    Day,
}

fn exact_to(written: &str) -> Unit {
    match parts(written.trim_end_matches(['~', '?', '%'])) {
        None => Unit::Year,
        Some((_, _, None)) => Unit::Month,
        Some((_, _, Some(_))) => Unit::Day,
    }
}

/// A year as people count it: the astronomical year 0 is 1 before our era.
fn year(lang: &str, written: &str) -> String {
    let number: Option<i64> = written.trim_start_matches('Y').parse().ok();
    match number {
        Some(number) if number <= 0 => {
            say(lang, "words.bce", &[("year", (1 - number).to_string())])
        }
        Some(number) => number.to_string(),
        None => written.to_owned(),
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
            ("-0043-03-15", "15 March 44 BCE"),
            ("../..", "unknown"),
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
            ("ru", "2021-05/..", "с мая 2021"),
            ("ru", "2021-05~", "около мая 2021"),
            ("hy", "2021-05-09", "2021 թ․ մայիսի 9"),
            ("hy", "2021-05", "2021 թ․ մայիս"),
            ("hy", "2021-05/..", "2021 թ․ մայիսից"),
            ("hy", "2021-05-09/..", "2021 թ․ մայիսի 9-ից"),
            ("hy", "2021/..", "2021-ից"),
            ("az", "2021-05-09", "9 may 2021"),
        ] {
            assert_eq!(in_words(lang, written), expected, "{lang} {written}");
        }
    }
}
