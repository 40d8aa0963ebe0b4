//! What a value is written as in a cell of a table, and how a text that a spreadsheet would compute is made one of no effect.
//!
//! The same for the tables of answers and of files, so that what is read from either means the same. Reading undoes it.

use std::borrow::Cow;

use serde_json::Value;

/// What separates the texts of a list in one cell.
pub const BETWEEN_TEXTS: char = '|';

/// What a cell of a spreadsheet begins with that is no text to it; some take the wide forms for the same.
const COMPUTED: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// What makes a text of whatever follows it, in a spreadsheet.
const AS_TEXT: char = '\'';

/// What a spreadsheet may take for the end of a cell, whatever stands around it: one that is set up for semicolons knows
/// no quotes between commas.
const ENDS: [char; 4] = [';', '\t', '\n', '\r'];

/// What may stand before what is computed, and is passed over: it is no sign that anybody sees.
const BEFORE: [char; 8] = [
    AS_TEXT, '"', ' ', '\u{a0}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}',
];

fn is_computed(part: &str) -> bool {
    part.trim_start_matches(BEFORE).starts_with(COMPUTED)
}

/// A text that a spreadsheet takes for one, however it splits the line: `'` stands before each part of it that would be
/// computed, as before `=1+1`, and before `-2` in `1;-2`.
///
/// ```
/// use heritage_registry::formats::cell::{as_text, as_written};
/// assert_eq!(as_text("=1+1"), "'=1+1");
/// assert_eq!(as_text("a; =1+1"), "a;' =1+1");
/// assert_eq!(as_text("2 - 1 = 1"), "2 - 1 = 1");
/// assert_eq!(as_written("'=1+1"), "=1+1");
/// ```
pub fn as_text(text: &str) -> Cow<'_, str> {
    // Few texts have any.
    if !text.contains(COMPUTED) || !text.split_inclusive(ENDS).any(is_computed) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 1);
    for part in text.split_inclusive(ENDS) {
        if is_computed(part) {
            out.push(AS_TEXT);
        }
        out.push_str(part);
    }
    out.into()
}

/// The text that [`as_text`] made one of.
pub fn as_written(cell: &str) -> Cow<'_, str> {
    let written = |part| {
        let rest = str::strip_prefix(part, AS_TEXT);
        rest.filter(|rest| is_computed(rest)).unwrap_or(part)
    };
    if !cell.contains(AS_TEXT) {
        return cell.into();
    }
    cell.split_inclusive(ENDS).map(written).collect()
}

/// What a value is written as.
pub fn cell(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) => as_text(text),
        Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            match texts {
                Some(texts) => joined(&texts).into(),
                None => as_text(&value.to_string()).into_owned().into(),
            }
        }
        Value::Object(_) => as_text(&value.to_string()).into_owned().into(),
        Value::Number(_) | Value::Bool(_) => value.to_string().into(),
    }
}

/// A list of texts in one cell; as JSON where one of them could be taken for something else.
pub fn joined(texts: &[&str]) -> String {
    together(texts, as_text)
}

/// The same where no spreadsheet reads it.
pub fn as_one(texts: &[&str]) -> String {
    together(texts, |text| text.into())
}

fn together(texts: &[&str], written: fn(&str) -> Cow<'_, str>) -> String {
    let is_plain = |text: &&str| {
        !text.contains(BETWEEN_TEXTS)
            && text.trim() == *text
            && !text.is_empty()
            && !text.starts_with('[')
    };
    if !texts.iter().all(is_plain) {
        let json = serde_json::to_string(texts).expect("texts are plain data");
        return written(&json).into_owned();
    }
    let texts: Vec<_> = texts.iter().map(|text| written(text)).collect();
    texts.join(&BETWEEN_TEXTS.to_string())
}

/// Appends a cell: in quotes where it holds what ends one (RFC 4180, 2.6), a semicolon too, or stands between spaces.
pub fn push(out: &mut Vec<u8>, cell: &str, delimiter: u8) {
    let bytes = cell.as_bytes();
    let is_special =
        |byte: &u8| *byte == delimiter || *byte == b'"' || ENDS.contains(&char::from(*byte));
    let is_plain =
        !bytes.iter().any(is_special) && !bytes.starts_with(b" ") && !bytes.ends_with(b" ");
    if is_plain {
        return out.extend_from_slice(bytes);
    }
    out.push(b'"');
    for part in cell.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// What ends a row (RFC 4180, 2.1).
pub const END: &[u8] = b"\r\n";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_so_that_people_and_programs_read_them() {
        for (value, expected) in [
            (json!(null), ""),
            (json!(-499), "-499"),
            (json!(-0.5), "-0.5"),
            (json!(true), "true"),
            (json!("-0499"), "'-0499"),
            (json!("＝1+1"), "'＝1+1"),
            (json!("\u{200b}=1+1"), "'\u{200b}=1+1"),
            (json!(["church", "khachkar"]), "church|khachkar"),
            (json!([]), ""),
            (json!(["a", "=1", "b"]), "a|'=1|b"),
            (json!(["a|b"]), "[\"a|b\"]"),
            (json!([{"a": "b"}]), "[{\"a\":\"b\"}]"),
            (json!([";=1"]), ";'=1"),
            (json!({"a": ";=1"}), "{\"a\":\";'=1\"}"),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }

    #[test]
    fn a_cell_is_in_quotes_where_it_must_be() {
        for (cell, expected) in [
            ("Գանձասար", "Գանձասար"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a;b", "\"a;b\""),
            ("a\nb", "\"a\nb\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("\"", "\"\"\"\""),
            (" a", "\" a\""),
        ] {
            let mut out = Vec::new();
            push(&mut out, cell, b',');
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    /// What a spreadsheet may read in a line: it splits at any of these, with or without the quotes.
    fn parts(line: &str) -> impl Iterator<Item = &str> {
        let parts = line.split([';', '\t', '\n', '\r']);
        parts.map(|part| part.trim_matches(['"', ' ']))
    }

    proptest! {
        #[test]
        fn no_part_of_a_text_is_computed_and_it_reads_as_it_was(
            text in "[=+@\\-＝\u{200b}\t\r\n;'\" ,|a\\[Շ]{0,12}",
        ) {
            let safe = as_text(&text);
            prop_assert!(!safe.starts_with(COMPUTED), "{:?}", safe);
            for part in parts(&safe) {
                let seen = part.trim_start_matches('\u{200b}');
                prop_assert!(!seen.starts_with(['=', '+', '-', '@', '＝']), "{:?}", safe);
            }
            prop_assert_eq!(as_written(&safe), text.as_str());
        }
    }
}
