//! Dates and intervals in words: EDTF is for programs.

use super::texts::say;

/// A date or an interval, as EDTF has it, in the words of a language. What cannot be read is given as it is written.
pub(in crate::http) fn in_words(lang: &str, written: &str) -> String {
    let open = |text: &str| text.is_empty() || text == "..";
    let list = written
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let ends = list
        .and_then(|list| list.split_once(".."))
        .or_else(|| written.split_once('/'));
    match ends {
        None => date(lang, list.unwrap_or(written)),
        Some((from, to)) if open(from) && open(to) => say(lang, "words.unknown", &[]),
        Some((from, to)) if open(from) => say(lang, "words.until", &[("date", date(lang, to))]),
        Some((from, to)) if open(to) => say(lang, "words.since", &[("date", date(lang, from))]),
        Some((from, to)) if list.is_some() => {
            let holes = [("from", date(lang, from)), ("to", date(lang, to))];
            say(lang, "words.between", &holes)
        }
        Some((from, to)) => format!("{} – {}", date(lang, from), date(lang, to)),
    }
}

fn date(lang: &str, written: &str) -> String {
    let bare = written.trim_end_matches(['~', '?', '%']);
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
        Some((known, _)) => known.trim_end_matches('-').to_owned(),
        None => year(lang, bare),
    };
    match written.trim_start_matches(bare).chars().next() {
        Some('~' | '%') => say(lang, "words.about", &[("date", said)]),
        Some('?') => say(lang, "words.perhaps", &[("date", said)]),
        _ => said,
    }
}

/// A year as people count it: the astronomical year 0 is 1 before our era. Months and days stay as they are.
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
            ("../2021-02-15", "until 2021-02-15"),
            ("2021-07-07/..", "since 2021-07-07"),
            ("2021-04-XX", "2021-04"),
            ("../..", "unknown"),
            ("Y-180000", "180001 BCE"),
            ("<b>", "<b>"),
        ] {
            assert_eq!(in_words("en", written), expected, "{written}");
        }
        assert_eq!(in_words("fr", "-0499"), "500 av. n. è.");
    }
}
