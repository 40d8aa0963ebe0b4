//! By what features are ordered: `sortby`, and what comes first without it.

use super::Column;
use crate::domain::{Wrong, shortened};

/// What orders features, before their ids, where no property does: each has a number, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// How far they are, in metres.
    Distance,
    /// How well a name fits, as the number of its tier.
    Tier,
}

impl Lead {
    /// The parameter that asks for it.
    pub(super) fn parameter(self) -> &'static str {
        match self {
            Lead::Distance => "near",
            Lead::Tier => "q",
        }
    }
}

/// A property to order by.
#[derive(Clone, Copy, Debug)]
pub struct SortKey {
    /// The property.
    pub column: Column,
    /// Greatest first. Features without a value come last either way.
    pub descending: bool,
}

pub(super) fn parse_sort(text: &str, columns: &[Column]) -> Result<Vec<SortKey>, Wrong> {
    let mut sort: Vec<SortKey> = Vec::new();
    for part in text.split(',') {
        // A plus that was not percent-encoded arrives as a space.
        let (name, descending) = match part.strip_prefix('-') {
            Some(name) => (name, true),
            None => (part.strip_prefix(['+', ' ']).unwrap_or(part), false),
        };
        let sortable = || {
            columns
                .iter()
                .filter(|column| column.property.kind.is_sortable())
        };
        let Some(column) = sortable().find(|column| column.property.name == name) else {
            let names: Vec<_> = sortable().map(|column| column.property.name).collect();
            return Err(Wrong(format!(
                "\"{name}\" is nothing to sort by: it is one of {}",
                names.join(", "),
                name = shortened(name)
            )));
        };
        if sort.iter().any(|key| key.column.property.name == name) {
            return Err(Wrong(format!(
                "sorts by {name} twice",
                name = shortened(name)
            )));
        }
        sort.push(SortKey {
            column: *column,
            descending,
        });
    }
    Ok(sort)
}
