//! Dates, moments and ends of intervals, as both encodings write them.

use super::What;
use crate::domain::{Day, Instant, shortened};

/// `2020-10-08`, in a year from 0000 to 9999.
pub(super) fn date(text: &str) -> Result<Day, String> {
    if !is_date(text) {
        let text = shortened(text);
        return Err(format!(
            "\"{text}\" is not a date: write year, month and day, as 2020-10-08"
        ));
    }
    Day::parse(text).map_err(|wrong| wrong.0)
}

/// `2020-10-08T12:00:00Z`, in a year from 0000 to 9999; what is less than a microsecond is cut.
///
/// The standard asks for `Z`; other offsets (`+04:00`) are taken and become it.
pub(super) fn timestamp(text: &str) -> Result<Instant, String> {
    const LONGEST: usize = 64;
    let instant = (text.len() <= LONGEST && text.is_char_boundary(10) && is_date(&text[..10]))
        .then(|| Instant::parse(text).ok());
    instant
        .flatten()
        .filter(|instant| (0..=9999).contains(&instant.day().year()))
        .ok_or_else(|| {
            let text = shortened(text);
            format!("\"{text}\" is not a moment: write it as 2020-10-08T12:00:00Z")
        })
}

/// An end of an interval that is written as a text: a date, a moment or `..`.
pub(super) fn end(text: &str) -> Result<What, String> {
    if text == ".." {
        Ok(What::Open)
    } else if text.len() <= 10 {
        let wrong =
            |wrong| format!("{wrong}, a moment as 2020-10-08T12:00:00Z, or .. for an open end");
        date(text).map(What::Date).map_err(wrong)
    } else {
        timestamp(text).map(What::Timestamp)
    }
}

/// Whether an end of an interval is one that both encodings can write.
pub(super) fn check_end(what: &What) -> Result<(), String> {
    match what {
        What::Open
        | What::Date(_)
        | What::Timestamp(_)
        | What::Property(_)
        | What::Function(..) => Ok(()),
        _ => Err(
            "an end of an interval is a date, a moment, '..', a property or a function".to_owned(),
        ),
    }
}

fn is_date(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}
