//! What a cell of a table stands for; `formats::cell` is the way back.

use serde_json::Value;

use super::geojson::what;
use crate::domain::{Takes, parse_strictly, read_wkt};
use crate::formats::cell::{BETWEEN_TEXTS, as_written};

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
    let text = |cell: &str| Value::from(as_written(cell).into_owned());
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
        Takes::Texts | Takes::Json => {
            parse_strictly(as_written(cell).as_bytes()).map_err(|error| {
                format!(
                    "is not JSON: {}; or give its parts in columns of their own, as names.0.text",
                    what(&error)
                )
            })?
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::formats::cell::{END, cell, push};

    #[test]
    fn what_a_spreadsheet_would_compute_reads_as_it_was() {
        for text in [
            "=1+1",
            "''=1",
            "a;-1",
            "'a",
            "a=1",
            "Խաչքար",
            "|",
            "[x",
            "[;=",
            " ",
        ] {
            let one = json!(text);
            assert_eq!(value(&cell(&one), Takes::Text, false), Ok(one));
            let list = json!([text, "b"]);
            assert_eq!(value(&cell(&list), Takes::Texts, false), Ok(list));
            let whole = json!([{ "text": text }]);
            assert_eq!(value(&cell(&whole), Takes::Json, false), Ok(whole));
        }
    }

    proptest! {
        #[test]
        fn any_row_is_read_by_others_as_it_was(
            cells in proptest::collection::vec(".{0,8}|[\r\n\",; a]{0,6}", 2..5),
        ) {
            // As in every row, so that the table does not begin with a byte order mark.
            let mut out = b"id".to_vec();
            for cell in &cells {
                out.push(b',');
                push(&mut out, cell, b',');
            }
            out.extend_from_slice(END);
            let mut reader = csv::ReaderBuilder::new();
            let rows = reader.has_headers(false).from_reader(&out[..]).into_records();
            let rows: Vec<_> = rows.map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(rows[0].iter().skip(1).collect::<Vec<_>>(), cells);
        }
    }
}
