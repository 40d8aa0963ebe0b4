//! GeoJSON of any properties, read to be laid beside our collections (RFC 7946, and what older files say of their system).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::domain::{
    Crs, Crs84, Fault, Faults, Geometry, LayerDraft, RowDraft, Wrong, read_geojson,
};

/// So many faults are told one by one.
const MOST_FAULTS: usize = 20;

/// The layer that a `FeatureCollection` is, or every fault of it. Properties come in the order in which they are first met.
///
/// # Errors
/// What is not GeoJSON, at its line; geometries that cannot be taken, at their features, counted from 1.
pub fn read_layer(text: &[u8]) -> Result<LayerDraft, Faults> {
    let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
    let whole: Whole =
        serde_json::from_slice(text).map_err(|error| one_fault("file", error.to_string()))?;
    if whole.kind != "FeatureCollection" {
        let detail = format!("is a {}, and must be a FeatureCollection", whole.kind);
        return Err(one_fault("type", detail));
    }
    let crs = system(whole.crs.as_ref()).map_err(|Wrong(detail)| one_fault("crs", detail))?;
    let columns = columns(&whole.features);
    let mut faults = Vec::new();
    let mut rows = Vec::with_capacity(whole.features.len());
    for (place, feature) in (1..).zip(whole.features) {
        let geometry = feature.geometry.map(|one| located(one, crs)).transpose();
        let geometry = geometry.unwrap_or_else(|Wrong(detail)| {
            let place = format!("feature {place}, geometry");
            faults.push(Fault::other(place, detail));
            None
        });
        let Members(members) = feature.properties.unwrap_or_default();
        let mut members: Map<String, Value> = members.into_iter().collect();
        let values = columns
            .iter()
            .map(|name| members.remove(name).unwrap_or_default());
        rows.push(RowDraft {
            id: feature.id,
            geometry: geometry.flatten(),
            values: values.collect(),
        });
    }
    let untold = faults.len().saturating_sub(MOST_FAULTS);
    faults.truncate(MOST_FAULTS);
    if untold > 0 {
        let place = "geometries".to_owned();
        let detail = format!("{untold} more cannot be taken");
        faults.push(Fault::other(place, detail));
    }
    Faults::check(faults)?;
    Ok(LayerDraft {
        title: whole.title.or(whole.name),
        description: whole.description,
        geometry_name: "geometry".to_owned(),
        columns: columns.into_iter().map(|name| (name, None)).collect(),
        rows,
    })
}

#[derive(Deserialize)]
struct Whole {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    features: Vec<Feature>,
    /// As GDAL writes it.
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    crs: Option<Value>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    geometry: Option<Value>,
    #[serde(default)]
    properties: Option<Members>,
}

/// The members of an object in their order; two of one name are an error.
#[derive(Default)]
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.iter().any(|(known, _)| *known == name) {
                let detail = format!("a feature has two properties {name:?}: leave one out");
                return Err(serde::de::Error::custom(detail));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

fn one_fault(place: &str, detail: String) -> Faults {
    let place = place.to_owned();
    Faults(vec![Fault::other(place, detail)])
}

/// The names of all properties.
fn columns(features: &[Feature]) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    let members = features
        .iter()
        .filter_map(|feature| feature.properties.as_ref());
    let names = members.flat_map(|Members(members)| members.iter().map(|(name, _)| name));
    names.filter(|name| known.insert(*name)).cloned().collect()
}

/// The system of a file from before RFC 7946, which GDAL still writes: `{"properties": {"name": …}}`.
fn system(crs: Option<&Value>) -> Result<Crs, Wrong> {
    let Some(crs) = crs.filter(|crs| !crs.is_null()) else {
        return Ok(Crs::default());
    };
    let name = crs["properties"]["name"].as_str();
    let name = name.ok_or_else(|| Wrong(format!("{crs} has no name of a system")))?;
    Crs::parse(name).or_else(|wrong| Crs::parse(&format!("[{name}]")).map_err(|_| wrong))
}

fn located(geometry: Value, crs: Crs) -> Result<Option<Crs84<Geometry>>, Wrong> {
    match read_geojson(geometry)? {
        None => Ok(None),
        Some(drawn) => Crs84::found(drawn, crs),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(whole: &Value) -> Result<LayerDraft, Vec<String>> {
        let told = |Faults(all): Faults| all.iter().map(Fault::to_string).collect();
        read_layer(whole.to_string().as_bytes()).map_err(told)
    }

    fn of(feature: &Value) -> Value {
        json!({ "type": "FeatureCollection", "features": [feature] })
    }

    #[test]
    fn properties_come_in_the_order_in_which_they_are_first_met() {
        let text = br#"{"type":"FeatureCollection","name":"n","features":[
            {"type":"Feature","properties":{"z":1,"a":2},"geometry":null},
            {"type":"Feature","properties":null},
            {"type":"Feature","properties":{"m":3,"z":4},"id":"x"}]}"#;
        let draft = read_layer(text).unwrap();
        let names: Vec<_> = draft
            .columns
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["z", "a", "m"]);
        assert_eq!(draft.title.as_deref(), Some("n"));
        let values: Vec<_> = draft
            .rows
            .into_iter()
            .map(|row| json!(row.values))
            .collect();
        assert_eq!(
            values,
            [
                json!([1, 2, null]),
                json!([null, null, null]),
                json!([4, null, 3])
            ]
        );
    }

    #[test]
    fn what_cannot_be_taken_is_told_at_its_place() {
        for (whole, expected) in [
            (json!([]), "file: invalid"),
            (json!({ "type": "Feature" }), "type: is a Feature"),
            (
                of(&json!({ "geometry": { "type": "GeometryCollection", "geometries": [] } })),
                "feature 1, geometry: unknown variant `GeometryCollection`, expected one of `Point`",
            ),
            (
                of(&json!({ "geometry": { "type": "Point", "coordinates": [1] } })),
                "feature 1, geometry: [1.0] is no position",
            ),
            (
                of(&json!({ "geometry": { "type": "Point", "coordinates": [181, 0] } })),
                "feature 1, geometry: longitude is in degrees",
            ),
            (
                json!({ "type": "FeatureCollection", "crs": { "properties": { "name": "EPSG:9999" } } }),
                "crs: \"EPSG:9999\" is not one of",
            ),
        ] {
            let told = read(&whole).unwrap_err();
            assert!(told[0].starts_with(expected), "{told:?}");
        }
        let twice = br#"{"type":"FeatureCollection","features":[{"properties":{"a":1,"a":2}}]}"#;
        let told = read_layer(twice).unwrap_err().to_string();
        assert!(told.contains("two properties \"a\""), "{told}");
        let wrong = json!({ "geometry": { "type": "Point", "coordinates": [0, 99] } });
        let many = json!({ "type": "FeatureCollection", "features": vec![wrong; 30] });
        let told = read(&many).unwrap_err();
        assert_eq!(told.len(), MOST_FAULTS + 1);
        assert_eq!(told[MOST_FAULTS], "geometries: 10 more cannot be taken");
    }

    #[test]
    fn an_older_file_may_be_in_another_system() {
        let mut whole = of(
            &json!({ "geometry": { "type": "Point", "coordinates": [5_203_907.896, 4_830_982.372] } }),
        );
        for name in ["EPSG:3857", "urn:ogc:def:crs:EPSG::3857"] {
            whole["crs"] = json!({ "type": "name", "properties": { "name": name } });
            let draft = read(&whole).unwrap();
            let at = draft.rows[0].geometry.as_ref().unwrap().to_geojson();
            assert_eq!(at["coordinates"], json!([46.7475, 39.759]), "{name}");
        }
    }
}
