//! Whether two sites may be one (vocabularies 2): as far as who asks is shown of both, since it is told of what they see.

use serde::Serialize;

use super::{Audience, Concept, Feature, LonLat, Metres, NameKey, Value, numbered};

/// Why two sites may be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// What speaks for it, the strongest first; never empty.
    pub because: Vec<Reason>,
    /// How far the places are from each other, where both have one.
    pub distance: Option<Metres>,
}

/// What speaks for two sites being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They have one identifier that fits both exactly.
    Identifier,
    /// They are as near as their places are known, and of types of one branch.
    Distance,
    /// They are near, and have one name, in whatever script.
    Name,
}

/// Sites nearer than this may be one, however well their places are known.
const CLOSE_M: f64 = 200.0;
/// Sites with one name that are farther from each other are two.
pub const SAME_NAME_WITHIN_M: f64 = 10_000.0;

impl Likeness {
    /// Why these two sites may be one; `None` if nothing speaks for it.
    pub fn of(one: &Feature, other: &Feature) -> Option<Likeness> {
        let distance = distance(one, other);
        let is_within = |metres| distance.is_some_and(|distance| distance.get() <= metres);
        let accuracy = accuracy_of(one) + accuracy_of(other);
        let is_compatible = branch_of(one).is_some() && branch_of(one) == branch_of(other);
        let reasons = [
            (Reason::Identifier, has_same_identifier(one, other)),
            (
                Reason::Distance,
                is_within(CLOSE_M.max(accuracy)) && is_compatible,
            ),
            (
                Reason::Name,
                is_within(SAME_NAME_WITHIN_M) && has_same_name(one, other),
            ),
        ];
        let because: Vec<Reason> = reasons
            .into_iter()
            .filter_map(|(reason, holds)| holds.then_some(reason))
            .collect();
        (!because.is_empty()).then_some(Likeness { because, distance })
    }
}

impl Feature {
    /// A value by the name of its property; `Null` where the collection has none of that name.
    pub fn value(&self, name: &str) -> &Value {
        let mut all = numbered(self.record.collection, Audience::Trusted);
        let number = all.find(|(_, property)| property.name == name);
        number.map_or(&Value::Null, |(number, _)| &self.values[number])
    }

    /// A point of the place that is seen, if there is one.
    pub fn centre(&self) -> Option<LonLat> {
        self.geometry
            .as_ref()
            .map(|geometry| geometry.surface_point())
    }
}

fn distance(one: &Feature, other: &Feature) -> Option<Metres> {
    let geometry = other.geometry.as_ref()?;
    Some(geometry.distance_to(one.centre()?))
}

fn accuracy_of(site: &Feature) -> f64 {
    match site.value("location_accuracy_m") {
        Value::Number(metres) => *metres,
        _ => 0.0,
    }
}

/// The broadest concept of its type.
fn branch_of(site: &Feature) -> Option<Concept> {
    let Value::Concept(site_type) = site.value("site_type") else {
        return None;
    };
    let mut broadest = *site_type;
    while let Some(broader) = broadest.broader() {
        broadest = broader;
    }
    Some(broadest)
}

fn has_same_name(one: &Feature, other: &Feature) -> bool {
    let others = keys(other);
    keys(one)
        .iter()
        .any(|key| others.iter().any(|other| key.is_same_name(other)))
}

fn keys(site: &Feature) -> Vec<NameKey> {
    match site.value("names") {
        Value::Names(names) => names.iter().map(|name| NameKey::of(&name.text)).collect(),
        _ => vec![],
    }
}

fn has_same_identifier(one: &Feature, other: &Feature) -> bool {
    let exact = |site: &Feature| -> Vec<(String, String)> {
        let Value::Json(identifiers) = site.value("identifiers") else {
            return vec![];
        };
        let identifiers = identifiers.to_value();
        let exact = identifiers.as_array().into_iter().flatten();
        exact
            .filter(|one| one["match"] == "exact")
            .map(|one| (one["scheme"].to_string(), one["value"].to_string()))
            .collect()
    };
    let others = exact(other);
    exact(one)
        .iter()
        .any(|identifier| others.contains(identifier))
}
