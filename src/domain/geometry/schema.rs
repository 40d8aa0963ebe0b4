//! Geometries as JSON Schema: what can be said of them place by place. Whether rings close and cross, the parser alone sees.

use serde_json::{Value, json};

use super::parse::TYPES as DEPTHS;
use super::{Crs84, Geometry};

impl Crs84<Geometry> {
    /// The names of the types that are taken.
    pub(in crate::domain) const TYPES: [&str; DEPTHS.len()] = {
        let mut names = [""; DEPTHS.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = DEPTHS[at].0;
            at += 1;
        }
        names
    };

    /// The schema of a geometry of one of `types`.
    pub(in crate::domain) fn schema(types: &[&str]) -> Value {
        let taken = DEPTHS.iter().filter(|(name, _)| types.contains(name));
        let of_type = |(name, depth): &(&str, usize)| {
            json!({
                "if": { "required": ["type"], "properties": { "type": { "enum": [name] } } },
                "then": { "properties": { "coordinates": coordinates(name, *depth) } },
            })
        };
        json!({
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {
                "type": { "type": "string", "enum": types },
                "crs": false,
            },
            "allOf": taken.map(of_type).collect::<Vec<_>>(),
        })
    }
}

/// Positions with `depth` lists around them.
fn coordinates(name: &str, depth: usize) -> Value {
    let position = json!({
        "type": "array",
        "minItems": 2,
        "maxItems": 3,
        "prefixItems": [
            { "type": "number", "minimum": -180, "maximum": 180 },
            { "type": "number", "minimum": -90, "maximum": 90 },
        ],
        "items": { "type": "number" },
    });
    // The innermost list is a line, a ring, or of points.
    let least = match name {
        "LineString" | "MultiLineString" => 2,
        "Polygon" | "MultiPolygon" => 4,
        _ => 1,
    };
    (0..depth).fold(position, |inner, level| {
        let least = if level == 0 { least } else { 1 };
        json!({ "type": "array", "minItems": least, "items": inner })
    })
}
