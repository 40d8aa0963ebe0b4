//! A layer of somebody else, laid beside ours to be read: what its file says, and what is made of that.
//!
//! Start at [`Extra::lay`]. `typing.rs` finds the types that the file does not say, `ids.rs` how its features are called.

mod ids;
mod typing;

use std::collections::BTreeSet;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use self::ids::Ids;
pub use self::ids::ShownId;
use self::typing::{kind_of, typed};
use super::{
    Collection, Crs84, Fault, FaultKind, Faults, Feature, Geometry, Kind, Layer, Property, Title,
    Wrong,
};

/// The most properties: their numbers are bytes, of which the last is that of the geometry.
const MOST_PROPERTIES: usize = 250;

/// The most bytes of a name in addresses.
const LONGEST_NAME: usize = 64;

/// So many values are told one by one: a column of another type than it says makes as many faults as there are rows.
const MOST_FAULTS: usize = 20;

/// What features say beside their own properties, where it is asked how far they are.
const DISTANCE: &str = "distance_m";

/// What a file holds, parsed and well-formed, and not yet typed.
#[derive(Clone, Debug, Default)]
pub struct LayerDraft {
    /// What people call it, if the file says so.
    pub title: Option<String>,
    /// What it is about, if the file says so.
    pub description: Option<String>,
    /// What the file calls the geometry.
    pub geometry_name: String,
    /// The names of the properties in their order, each with its type where the file says it.
    pub columns: Vec<(String, Option<Kind>)>,
    /// The features, in the order of the file.
    pub rows: Vec<RowDraft>,
}

/// A feature of a file.
#[derive(Clone, Debug)]
pub struct RowDraft {
    /// Its id: a whole number or a text; anything else says nothing.
    pub id: Json,
    /// Where it is.
    pub geometry: Option<Crs84<Geometry>>,
    /// One value for each column.
    pub values: Vec<Json>,
}

/// A layer of a file: read once at the start, for the life of the program, and the same for everybody.
#[derive(Debug)]
pub struct Extra {
    name: String,
    title: String,
    description: String,
    geometry_name: String,
    properties: Vec<Property>,
    ids: Ids,
    stamp: [u8; 32],
}

impl Extra {
    /// What is wrong with a name: it stands in addresses, and is none of ours.
    ///
    /// ```
    /// use heritage_registry::domain::Extra;
    /// assert!(Extra::check_name("my_survey-2024").is_ok());
    /// assert!(Extra::check_name("sites").is_err() && Extra::check_name("a/b").is_err());
    /// ```
    pub fn check_name(name: &str) -> Result<(), Wrong> {
        let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_taken) {
            return Err(Wrong(format!(
                "\"{name}\" cannot stand in addresses: a name is 1 to {LONGEST_NAME} of a-z, A-Z, 0-9, - and _"
            )));
        }
        if Collection::ALL.iter().any(|ours| ours.id() == name) {
            return Err(Wrong(format!(
                "\"{name}\" is a collection of the registry: choose another name"
            )));
        }
        Ok(())
    }

    /// Makes of a draft a layer, with its features in the order of their ids; or every fault of it.
    ///
    /// The layer is never let go of: there is a handful, as long as the program runs, and all that is read of them
    /// refers to what they are made of.
    ///
    /// Types that the file does not say are found by looking at all values. Ids stay as they are if all of them are
    /// different whole numbers, or different texts; else features are numbered from 1 in the order of the file.
    pub fn lay(name: &str, draft: LayerDraft) -> Result<(&'static Extra, Vec<Feature>), Faults> {
        let mut faults = wrong_names(&draft);
        let kinds: Vec<Kind> = (0..)
            .zip(&draft.columns)
            .map(|(at, (_, kind))| {
                let values = draft.rows.iter().map(|row| &row.values[at]);
                kind.unwrap_or_else(|| kind_of(values))
            })
            .collect();
        let (ids, uuids) = Ids::of(&draft.rows);
        let mut wrong = Vec::new();
        let mut rows = Vec::with_capacity(draft.rows.len());
        for (id, row) in uuids.into_iter().zip(draft.rows) {
            let columns = draft.columns.iter().zip(&kinds).zip(&row.values);
            let values = columns.filter_map(|(((column, _), kind), value)| {
                let value = typed(*kind, value);
                let note = |Wrong(detail)| {
                    let place = format!("feature {}, {column}", ids.shown(id));
                    wrong.push(Fault::other(place, detail));
                };
                value.map_err(note).ok()
            });
            let values: Vec<_> = values.collect();
            rows.push((id, row.geometry, values));
        }
        let untold = wrong.len().saturating_sub(MOST_FAULTS);
        faults.extend(wrong.into_iter().take(MOST_FAULTS));
        if untold > 0 {
            faults.push(fault("values", format!("{untold} more do not fit")));
        }
        Faults::check(faults)?;

        let columns = draft.columns.into_iter().zip(kinds);
        let mut extra = Extra {
            title: draft.title.unwrap_or_else(|| name.to_owned()),
            description: draft.description.unwrap_or_default(),
            name: name.to_owned(),
            geometry_name: draft.geometry_name,
            properties: columns
                .map(|((name, _), kind)| Property::of_file(name.leak(), kind))
                .collect(),
            ids,
            stamp: [0; 32],
        };
        extra.stamp = Sha256::digest(format!("{extra:?}")).into();
        let extra: &'static Extra = Box::leak(Box::new(extra));
        rows.sort_unstable_by_key(|(id, ..)| *id);
        let features = rows.into_iter().map(|(id, geometry, values)| Feature {
            layer: Layer::Extra(extra),
            id,
            geometry,
            time: None,
            title: Title::None,
            values,
        });
        Ok((extra, features.collect()))
    }

    /// Its name in addresses.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call it; its name, if the file does not say.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it is about; empty, if the file does not say.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What its file calls the geometry.
    pub fn geometry_name(&self) -> &str {
        &self.geometry_name
    }

    /// Its properties, the same for every audience, in the order of the file.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// Whether the ids of its features are whole numbers, and not texts.
    pub fn has_numbers(&self) -> bool {
        self.ids.are_numbers()
    }

    /// A hash of what is told beside the values of features: names, types and ids.
    pub fn stamp(&self) -> &[u8; 32] {
        &self.stamp
    }

    /// The id of a feature as the file has it.
    pub(super) fn shown_id(&self, id: Uuid) -> ShownId<'_> {
        self.ids.shown(id)
    }

    /// What the house calls the feature with an id of the file.
    pub(super) fn find_id(&self, shown: &str) -> Option<Uuid> {
        self.ids.find(shown)
    }
}

fn fault(place: &str, detail: impl Into<String>) -> Fault {
    Fault {
        place: place.to_owned(),
        kind: FaultKind::Other,
        detail: detail.into(),
    }
}

fn wrong_names(draft: &LayerDraft) -> Vec<Fault> {
    let mut faults = Vec::new();
    let count = draft.columns.len();
    if count > MOST_PROPERTIES {
        let detail = format!("{count} are too many: leave out all but {MOST_PROPERTIES}");
        faults.push(fault("properties", detail));
    }
    let mut known = BTreeSet::new();
    for (name, _) in &draft.columns {
        let detail = if name.is_empty() {
            "a property has no name"
        } else if *name == draft.geometry_name {
            "is what the geometry is called: call the property something else"
        } else if name == DISTANCE {
            "is what a feature says of how far it is: call the property something else"
        } else if !known.insert(name) {
            "is the name of two properties: call one of them something else"
        } else {
            continue;
        };
        faults.push(fault(name, detail));
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(columns: &[&str]) -> LayerDraft {
        LayerDraft {
            geometry_name: "geom".to_owned(),
            columns: columns
                .iter()
                .map(|name| ((*name).to_owned(), None))
                .collect(),
            ..LayerDraft::default()
        }
    }

    #[test]
    fn every_name_that_cannot_be_told_from_another_is_a_fault() {
        let names = ["", "geom", "distance_m", "twice", "Twice", "twice"];
        let faults = Extra::lay("x", draft(&names)).unwrap_err().0;
        let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(places, ["", "geom", "distance_m", "twice"]);
        let many: Vec<String> = (0..=MOST_PROPERTIES).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(Extra::lay("x", draft(&many[1..])).is_ok());
        assert!(Extra::lay("x", draft(&many)).is_err());
    }

    #[test]
    fn a_value_that_is_not_of_its_type_is_told_with_its_feature() {
        let mut draft = draft(&["n"]);
        draft.columns[0].1 = Some(Kind::Integer);
        draft.rows = (0..30)
            .map(|n| RowDraft {
                id: n.into(),
                geometry: None,
                values: vec![if n < 5 { n.into() } else { json!("five") }],
            })
            .collect();
        let faults = Extra::lay("x", draft).unwrap_err().0;
        assert_eq!(faults.len(), MOST_FAULTS + 1);
        assert_eq!(faults[0].place, "feature 5, n");
        assert_eq!(faults[MOST_FAULTS].to_string(), "values: 5 more do not fit");
    }

    #[test]
    fn what_is_told_beside_values_is_in_the_stamp() {
        let stamp = |columns: &[&str]| *Extra::lay("x", draft(columns)).unwrap().0.stamp();
        assert_eq!(stamp(&["a", "b"]), stamp(&["a", "b"]));
        assert_ne!(stamp(&["a", "b"]), stamp(&["a", "c"]));
    }
}
