//! Cursors: the sort key of the feature that a page begins after, or ends before.
//!
//! A page is found by comparing keys, never by counting, so that features that come and go between two requests move
//! nothing: every feature that stays is given once. The key holds nothing but values that the reader was shown.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::{Lead, SortKey, value};
use crate::domain::{Kind, Value, Wrong};

/// Which side of the key the page is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The features after it.
    After,
    /// The features before it.
    Before,
}

impl Side {
    /// The other one.
    ///
    /// ```
    /// use heritage_registry::query::Side;
    /// assert_eq!(Side::After.other(), Side::Before);
    /// ```
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::After => Side::Before,
            Side::Before => Side::After,
        }
    }

    /// An order as it is met by who walks to this side: back it is the other way round.
    ///
    /// ```
    /// use heritage_registry::query::Side;
    /// assert!(Side::After.turn(1.cmp(&2)).is_lt());
    /// assert!(Side::Before.turn(1.cmp(&2)).is_gt());
    /// ```
    pub fn turn(self, order: Ordering) -> Ordering {
        match self {
            Side::After => order,
            Side::Before => order.reverse(),
        }
    }
}

/// A place in an order: the values that it is ordered by, then the id.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// On which side of it the page is.
    pub side: Side,
    /// The number that leads, or one value for each sort key.
    pub values: Vec<Value>,
    /// The id of the feature.
    pub id: Uuid,
}

type Raw = (String, String, Vec<Option<String>>, Uuid);

impl Key {
    /// As a parameter: URL-safe base64 without padding, because the official test suite splits decoded queries at `&` and `=`.
    pub fn text(&self, sort: &[SortKey], lead: Option<Lead>) -> String {
        let side = if self.side == Side::After { ">" } else { "<" };
        let values = self.values.iter().map(Value::scalar_text).collect();
        let raw: Raw = (order_text(sort, lead), side.to_owned(), values, self.id);
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&raw).expect("texts and an id are plain data"))
    }

    /// Reads a cursor that was made for the same order.
    pub(super) fn parse(text: &str, sort: &[SortKey], lead: Option<Lead>) -> Result<Key, Wrong> {
        let wrong = || {
            Wrong("is not one that this service gave out: follow the links of a page".to_owned())
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (order, side, values, id): Raw = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        if order != order_text(sort, lead) {
            return Err(Wrong(
                "belongs to another order: keep sortby, near and q as they are in the link"
                    .to_owned(),
            ));
        }
        let side = match side.as_str() {
            ">" => Side::After,
            "<" => Side::Before,
            _ => return Err(wrong()),
        };
        let kinds: Vec<Kind> = match lead {
            Some(_) => vec![Kind::Number],
            None => sort.iter().map(|key| key.column.property.kind).collect(),
        };
        if kinds.len() != values.len() {
            return Err(wrong());
        }
        let parse = |(kind, value): (&Kind, Option<String>)| {
            value.map_or(Ok(Value::Null), |text| value::parse(*kind, &text))
        };
        let values = kinds
            .iter()
            .zip(values)
            .map(parse)
            .collect::<Result<_, _>>()
            .map_err(|_| wrong())?;
        Ok(Key { side, values, id })
    }
}

fn order_text(sort: &[SortKey], lead: Option<Lead>) -> String {
    if let Some(lead) = lead {
        return lead.parameter().to_owned();
    }
    let keys: Vec<_> = sort
        .iter()
        .map(|key| {
            format!(
                "{}{}",
                if key.descending { "-" } else { "" },
                key.column.property.name
            )
        })
        .collect();
    keys.join(",")
}
