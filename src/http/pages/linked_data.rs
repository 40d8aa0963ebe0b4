//! A site as linked data (JSON-LD, schema.org) within its page, for search engines.

use serde_json::{Map, Value, json};

/// Where an identifier of a scheme leads, if it leads anywhere.
pub(super) fn address(scheme: &str, value: &str) -> Option<String> {
    let base = match scheme {
        "geonames" => "https://www.geonames.org/",
        "osm" => "https://www.openstreetmap.org/",
        "pleiades" => "https://pleiades.stoa.org/places/",
        "whosonfirst" => "https://spelunker.whosonfirst.org/id/",
        "whs" => "https://whc.unesco.org/en/list/",
        "wikidata" => "https://www.wikidata.org/wiki/",
        _ => return None,
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
    value
        .chars()
        .all(is_plain)
        .then(|| format!("{base}{value}"))
}

/// A site, as text that can stand in a page: data in a `script` is not escaped as other text is, so whatever could end it or
/// begin a comment is written as JSON writes any letter.
pub(super) fn of_site(feature: &Value, permanent: &str) -> String {
    let p = &feature["properties"];
    let worded = |text: &Value| json!({ "@value": text["text"], "@language": text["lang"] });
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut data = Map::from_iter([
        ("@context".to_owned(), json!("https://schema.org")),
        ("@type".to_owned(), json!("LandmarksOrHistoricalBuildings")),
        ("@id".to_owned(), json!(permanent)),
        ("url".to_owned(), json!(permanent)),
        ("name".to_owned(), p["label"].clone()),
        ("identifier".to_owned(), feature["id"].clone()),
    ]);
    let mut add = |name: &str, value: Value| {
        let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !is_empty {
            data.insert(name.to_owned(), value);
        }
    };
    add(
        "alternateName",
        items(&p["names"]).iter().map(worded).collect(),
    );
    add(
        "description",
        items(&p["descriptions"]).iter().map(worded).collect(),
    );
    add("geo", place(feature));
    let exact = |one: &&Value| one["match"] == "exact";
    let same = items(&p["identifiers"]);
    let same = same
        .iter()
        .filter(exact)
        .filter_map(|one| address(one["scheme"].as_str()?, one["value"].as_str()?));
    add("sameAs", same.collect());
    add("dateModified", p["updated_at"].clone());
    if p["licence"] == "CC-BY-4.0" {
        add(
            "license",
            "https://creativecommons.org/licenses/by/4.0/".into(),
        );
    }
    add("creditText", p["attribution"].clone());
    let text = Value::Object(data).to_string();
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// The place, as this reader is shown it: a point, or the box of what is larger.
fn place(feature: &Value) -> Value {
    let coordinates = &feature["geometry"]["coordinates"];
    let kind = feature["geometry"]["type"].as_str();
    if kind == Some("Point") {
        return json!({ "@type": "GeoCoordinates", "longitude": coordinates[0], "latitude": coordinates[1] });
    }
    match bounds(coordinates) {
        Some([west, south, east, north]) => {
            json!({ "@type": "GeoShape", "box": format!("{south} {west} {north} {east}") })
        }
        None => Value::Null,
    }
}

/// The bounds of coordinates of any geometry: west, south, east, north.
pub(in crate::http) fn bounds(coordinates: &Value) -> Option<[f64; 4]> {
    let items = coordinates.as_array()?;
    let number = |place: usize| items.get(place).and_then(Value::as_f64);
    if let (Some(lon), Some(lat)) = (number(0), number(1)) {
        return Some([lon, lat, lon, lat]);
    }
    let all = items.iter().filter_map(bounds);
    all.reduce(|one, other| {
        [
            one[0].min(other[0]),
            one[1].min(other[1]),
            one[2].max(other[2]),
            one[3].max(other[3]),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_record_ends_the_element_that_it_stands_in() {
        let evil = "</script><!--<script>&";
        let feature = json!({
            "id": evil,
            "geometry": { "type": "Polygon", "coordinates": [[[46.7, 39.9], [46.8, 39.9], [46.8, 40.0], [46.7, 39.9]]] },
            "properties": { "label": evil, "names": [{ "text": evil, "lang": evil }], "attribution": evil },
        });
        let text = of_site(&feature, evil);
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let data: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(data["name"], evil);
        assert_eq!(data["geo"]["box"], "39.9 46.7 40 46.8");
    }

    #[test]
    fn an_identifier_leads_where_its_scheme_says_and_nowhere_else() {
        for (scheme, value, expected) in [
            ("wikidata", "Q42", Some("https://www.wikidata.org/wiki/Q42")),
            (
                "osm",
                "way/12",
                Some("https://www.openstreetmap.org/way/12"),
            ),
            ("az_register", "13", None),
            ("wikidata", "Q1\"><b>", None),
            ("whs", "a b", None),
        ] {
            assert_eq!(
                address(scheme, value).as_deref(),
                expected,
                "{scheme} {value}"
            );
        }
    }
}
