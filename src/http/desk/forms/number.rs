//! Numbers as people write them: with a point or a comma, and angles also in degrees, minutes and seconds.

use serde_json::{Number, Value};

/// A number; what is none stays the text that it is, and the draft says what is wrong with it.
pub(super) fn number(text: &str) -> Value {
    let plain = text.replace(',', ".");
    let read = plain.parse().ok().and_then(Number::from_f64);
    read.map_or_else(|| text.into(), Value::Number)
}

/// Degrees: `46.7512`, `46,7512`, `46°45′04.3″`, `46 45 4.3 E`.
pub(super) fn degrees(text: &str) -> Value {
    match number(text) {
        Value::String(text) => {
            let read = sexagesimal(&text).and_then(Number::from_f64);
            read.map_or_else(|| text.into(), Value::Number)
        }
        number => number,
    }
}

/// Degrees, minutes and seconds, with whatever stands between them.
fn sexagesimal(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let (text, sign) = match text.trim_end_matches(['E', 'N', 'e', 'n']).trim_end() {
        west if west.ends_with(['S', 'W', 's', 'w']) => (&west[..west.len() - 1], -1.0),
        east => (east, 1.0),
    };
    let is_mark = |c: char| " \u{a0}°º'’′\"”″:".contains(c);
    let pieces = text.split(is_mark).filter(|piece| !piece.is_empty());
    let numbers: Option<Vec<f64>> = pieces.map(|piece| piece.parse().ok()).collect();
    let numbers =
        numbers.filter(|numbers| numbers.iter().skip(1).all(|one| (0.0..60.0).contains(one)))?;
    let [degrees, rest @ ..] = numbers.as_slice() else {
        return None;
    };
    let (minutes, seconds) = match rest {
        [] => (0.0, 0.0),
        [minutes] => (*minutes, 0.0),
        [minutes, seconds] => (*minutes, *seconds),
        _ => return None,
    };
    // Before the point there are whole degrees, or the rest would be said twice.
    let is_whole = rest.is_empty() || degrees.fract() == 0.0;
    let size = degrees.abs() + minutes / 60.0 + seconds / 3600.0;
    is_whole.then_some(sign * size.copysign(*degrees))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn degrees_are_read_as_people_write_them() {
        for (text, expected) in [
            ("46.75", json!(46.75)),
            ("46,75", json!(46.75)),
            ("-0.5", json!(-0.5)),
            ("46°45′00″", json!(46.75)),
            ("46° 45' 0.0\" E", json!(46.75)),
            ("46°45'E", json!(46.75)),
            ("46 45", json!(46.75)),
            ("39º30’36”N", json!(39.51)),
            ("30°30′S", json!(-30.5)),
            ("46.5° 30′", json!("46.5° 30′")),
            ("46 75", json!("46 75")),
            ("here", json!("here")),
            ("1 2 3 4", json!("1 2 3 4")),
            ("NaN", json!("NaN")),
        ] {
            assert_eq!(degrees(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_stays_what_it_is() {
        for (text, expected) in [
            ("12", json!(12.0)),
            ("1,5", json!(1.5)),
            ("about 5", json!("about 5")),
            ("inf", json!("inf")),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
