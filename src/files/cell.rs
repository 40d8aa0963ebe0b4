//! What a cell of a table stands for, and what a value is written as in one.

use serde_json::Value;

use super::geojson::what;
use crate::domain::{Takes, parse_strictly, read_wkt};

/// What separates the texts of a list in one cell.
const BETWEEN_TEXTS: char = '|';

/// What a cell of a spreadsheet begins with that is no text to it.
const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What makes a text of whatever follows it, in a spreadsheet.
const AS_TEXT: char = '\'';

pub(super) fn geometry(cell: &str) -> Result<Value, String> {
    if cell.starts_with('{') {
        return parse_strictly(cell.as_bytes())
            .map_err(|error| format!("is not JSON: {}", what(&error)));
    }
    read_wkt(cell).map_err(|wrong| wrong.0)
}

/// A number; where commas do not separate cells, they may be in numbers, as most spreadsheets around here write them.
pub(super) fn as_number(cell: &str, decimal_comma: bool) -> Option<Value> {
    let number = |text: &str| text.parse::<serde_json::Number>().ok().map(Value::Number);
    number(cell).or_else(|| {
        let comma = decimal_comma && cell.matches(',').count() == 1 && !cell.contains('.');
        comma.then(|| number(&cell.replace(',', ".")))?
    })
}

/// What a cell stands for. What is of another type is left as the text that it is, and its draft says what would be right.
pub(super) fn value(cell: &str, takes: Takes, decimal_comma: bool) -> Result<Value, String> {
    let text = |cell: &str| Value::from(as_written(cell));
    Ok(match takes {
        Takes::Text => text(cell),
        Takes::Number => as_number(cell, decimal_comma).unwrap_or_else(|| cell.into()),
        Takes::Boolean => match cell.to_ascii_lowercase().as_str() {
            "true" => true.into(),
            "false" => false.into(),
            _ => cell.into(),
        },
        Takes::Texts if !cell.starts_with('[') => {
            let texts = cell.split(BETWEEN_TEXTS).map(str::trim);
            texts.filter(|one| !one.is_empty()).map(text).collect()
        }
        Takes::Texts | Takes::Json => parse_strictly(cell.as_bytes()).map_err(|error| {
            format!(
                "is not JSON: {}; or give its parts in columns of their own, as names.0.text",
                what(&error)
            )
        })?,
    })
}

/// A text that a spreadsheet takes for one.
fn as_text(text: &str) -> String {
    if text.trim_start_matches(AS_TEXT).starts_with(COMPUTED) {
        format!("{AS_TEXT}{text}")
    } else {
        text.to_owned()
    }
}

/// The text that [`as_text`] made one of.
fn as_written(cell: &str) -> &str {
    cell.strip_prefix(AS_TEXT)
        .filter(|text| text.trim_start_matches(AS_TEXT).starts_with(COMPUTED))
        .unwrap_or(cell)
}

/// What a value is written as.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => as_text(text),
        Value::Array(list) => texts(list).unwrap_or_else(|| value.to_string()),
        other => other.to_string(),
    }
}

/// A list of texts in one cell, where none of them could be taken for something else.
fn texts(list: &[Value]) -> Option<String> {
    let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    let texts = texts?;
    let is_plain = |text: &&str| {
        !text.contains(BETWEEN_TEXTS)
            && text.trim() == *text
            && !text.is_empty()
            && !text.starts_with('[')
    };
    texts.iter().all(is_plain).then(|| {
        let texts: Vec<String> = texts.iter().map(|text| as_text(text)).collect();
        texts.join(&BETWEEN_TEXTS.to_string())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_a_text_and_reads_as_it_was() {
        for text in [
            "=1+1",
            "+374",
            "-",
            "@x",
            "'=1",
            "''=1",
            "'a",
            "a=1",
            "Խաչքար",
            "|",
            "[x",
            " ",
        ] {
            let written = cell(&text.into());
            assert!(!written.starts_with(COMPUTED), "{written}");
            assert_eq!(as_written(&written), text);
            let list = json!([text, "b"]);
            assert_eq!(value(&cell(&list), Takes::Texts, false), Ok(list));
        }
    }
}
