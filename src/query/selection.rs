//! `properties`: which parts of a feature are wanted.

use super::Column;
use super::column::columns;
use crate::domain::{Audience, Layer, Wrong, shortened};

/// The parts of a feature that are wanted.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Whether the geometry is.
    pub geometry: bool,
    /// The properties by their numbers, in the order of the table.
    pub columns: Vec<usize>,
}

impl Selection {
    /// Reads a list of names: of properties that features of a layer show to an audience, and that of
    /// the geometry.
    ///
    /// ```
    /// use heritage_registry::domain::{Audience, Collection};
    /// use heritage_registry::query::Selection;
    /// let selection = Selection::parse(Collection::Sites, Audience::Public, "label,geometry")?;
    /// assert!(selection.geometry && selection.columns.len() == 1);
    /// # Ok::<_, heritage_registry::domain::Wrong>(())
    /// ```
    pub fn parse(
        layer: impl Into<Layer>,
        audience: Audience,
        text: &str,
    ) -> Result<Selection, Wrong> {
        let layer = layer.into();
        parse_selection(text, layer, &columns(layer, audience))
    }
}

pub(super) fn parse_selection(
    text: &str,
    layer: Layer,
    columns: &[Column],
) -> Result<Selection, Wrong> {
    let geometry = layer.geometry_name();
    let wanted: Vec<&str> = text.split(',').collect();
    let columns: Vec<_> = columns
        .iter()
        .filter(|column| column.property.is_returned)
        .collect();
    let is_known =
        |name: &str| name == geometry || columns.iter().any(|column| column.property.name == name);
    if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
        let names: Vec<_> = columns.iter().map(|column| column.property.name).collect();
        return Err(Wrong(format!(
            "\"{unknown}\" is not a property: they are {geometry}, {}",
            names.join(", "),
            unknown = shortened(unknown)
        )));
    }
    let chosen = columns
        .iter()
        .filter(|column| wanted.contains(&column.property.name));
    Ok(Selection {
        geometry: wanted.contains(&geometry),
        columns: chosen.map(|column| column.number).collect(),
    })
}
