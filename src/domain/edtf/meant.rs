//! What the writer of a text that is no EDTF most likely meant.

use super::{EdtfMeaning, MARKS, date, is_number, read};
use crate::domain::day::{self, Bounds, Day};

/// The text as EDTF, perhaps.
pub(super) fn meant(text: &str) -> Option<String> {
    match text.split_once('/') {
        None => meant_date(text),
        Some((first, last)) => {
            let first = meant_end(first, |bounds| bounds.earliest)?;
            let last = meant_end(last, |bounds| bounds.latest)?;
            Some(format!("{first}/{last}"))
        }
    }
}

/// An end of an interval; `edge` is the day that counts of an end with open digits.
fn meant_end(text: &str, edge: fn(Bounds) -> Option<Day>) -> Option<String> {
    let text = match text.trim() {
        // The words are of the draft of 2012.
        "" | "unknown" => return Some(String::new()),
        ".." | "open" => return Some("..".to_owned()),
        text if date(text).is_ok() => text.to_owned(),
        text => meant_date(text)?,
    };
    let closed = text.replace("-XX", "");
    if !closed.contains('X') {
        return Some(closed);
    }
    let mark = &text[text.trim_end_matches(MARKS).len()..];
    let year = edge(EdtfMeaning::Date(date(&text).ok()?).bounds())?.year();
    Some(format!("{}{mark}", day::year_text(year)))
}

fn meant_date(text: &str) -> Option<String> {
    let tidy = text
        .to_uppercase()
        .replace(['–', '—', '−'], "-")
        .replace(" - ", "-")
        .replace('U', "X")
        .replace("?~", "%")
        .replace("~?", "%");
    let decade = tidy.strip_suffix("0S").map(|decade| format!("{decade}X"));
    let about = ["CIRCA ", "CA. ", "C. ", "~"]
        .iter()
        .find_map(|word| tidy.strip_prefix(word))
        .map(|date| format!("{date}~"));
    let guesses = [
        decade,
        about,
        years_apart(&tidy),
        day_first(&tidy),
        Some(tidy),
    ];
    guesses
        .into_iter()
        .flatten()
        .flat_map(|guess| [padded(&guess), Some(guess)])
        .flatten()
        .find(|guess| read(guess).is_ok())
}

/// `1850-1860` or `1850-60` as an interval.
fn years_apart(text: &str) -> Option<String> {
    let (first, last) = text.split_once('-')?;
    let century = first.get(..first.len().checked_sub(last.len())?)?;
    (is_number(first) && is_number(last)).then(|| format!("{first}/{century}{last}"))
}

/// `8.10.2020`, as people write it here, with the year first.
fn day_first(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.rsplit('.').collect();
    parts
        .iter()
        .all(|part| is_number(part))
        .then(|| parts.join("-"))
}

/// With the zeros that `801~`, `-499` or `1920-4-5` lack, and the `Y` that `-1800000` lacks.
fn padded(text: &str) -> Option<String> {
    let plain = text.trim_end_matches(MARKS);
    let mark = &text[plain.len()..];
    let (sign, digits) = plain.split_at(usize::from(plain.starts_with('-')));
    let mut numbers = digits.split('-');
    let year = numbers
        .next()
        .filter(|year| year.len() >= 3 && is_number(year))?;
    let long = match year.len() {
        5.. if sign == "-" => "Y",
        _ => "",
    };
    let year = format!("{long}{sign}{year:0>4}");
    Some(numbers.fold(year, |date, number| format!("{date}-{number:0>2}")) + mark)
}
