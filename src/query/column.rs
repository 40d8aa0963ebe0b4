//! Properties of a collection as columns: those that an audience may ask for, and the values asked of them.

use super::{Parameters, value};
use crate::domain::{Audience, Collection, Property, Value, numbered};

/// A property, and its place among the values of a feature.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its number in the table of properties.
    pub number: usize,
    /// What is known of it.
    pub property: &'static Property,
}

/// A value that a property must have: a concept holds its narrower ones, a list holds the value.
#[derive(Clone, Debug)]
pub struct Equality {
    /// The property.
    pub column: Column,
    /// The value.
    pub value: Value,
}

impl Equality {
    /// Whether a value of the property is the one wanted.
    pub fn holds(&self, value: &Value) -> bool {
        match (value, &self.value) {
            (Value::Null, _) => false,
            (Value::Concept(concept), Value::Concept(wanted)) => concept.is_within(*wanted),
            (Value::Concepts(concepts), Value::Concept(wanted)) => {
                concepts.iter().any(|one| one.is_within(*wanted))
            }
            (Value::Texts(texts), Value::Text(wanted)) => texts.contains(wanted),
            (value, wanted) => value.order(wanted).is_eq(),
        }
    }
}

pub(super) fn columns(collection: Collection, audience: Audience) -> Vec<Column> {
    numbered(collection, audience)
        .map(|(number, property)| Column { number, property })
        .collect()
}

pub(super) fn parse_equalities(parameters: &mut Parameters, columns: &[Column]) -> Vec<Equality> {
    let simple = columns
        .iter()
        .filter(|column| column.property.kind.is_simple());
    let equalities = simple.filter_map(|column| {
        let value = parameters.take(column.property.name, |text| {
            value::parse(column.property.kind, text)
        })?;
        Some(Equality {
            column: *column,
            value,
        })
    });
    equalities.collect()
}
