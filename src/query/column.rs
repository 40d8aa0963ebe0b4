//! Properties of a collection as columns: those that an audience may ask for, and the values asked of them.

use super::{Parameters, parameter_names, value};
use crate::domain::{Audience, Layer, Property, Value, numbered};

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

pub(super) fn columns(layer: Layer, audience: Audience) -> Vec<Column> {
    numbered(layer, audience)
        .map(|(number, property)| Column { number, property })
        .collect()
}

/// Whether a property of a layer is a parameter of its name: a file may have one that is called like another parameter.
pub fn is_parameter(layer: Layer, property: &Property) -> bool {
    let is_free = || layer.ours().is_some() || !parameter_names(layer).contains(&property.name);
    property.kind.is_simple() && is_free()
}

pub(super) fn parse_equalities(
    parameters: &mut Parameters,
    layer: Layer,
    columns: &[Column],
) -> Vec<Equality> {
    let simple = columns
        .iter()
        .filter(|column| is_parameter(layer, column.property));
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
