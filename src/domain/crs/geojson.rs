//! GeoJSON geometries on the way out and on the way in.

use std::io::Write;

use serde_json::Value;

use super::Crs;
use super::transform::three_decimals;
use crate::domain::{Fault, FaultKind, LonLat, MOST_FAULTS, Wrong};

impl Crs {
    /// Appends a geometry in this system; `text` is what [`Crs84::write_geojson`](crate::domain::Crs84::write_geojson)
    /// wrote of it. `null` if it has no coordinates here.
    ///
    /// Degrees keep their decimals, metres have three: the millimetre is below what 7 decimals of a degree say (1 cm), so
    /// that what is read, and sent back, is what it was. Positions keep their order: a ring that is wound by the right-hand
    /// rule on the map is written so, whichever coordinate comes first.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// let mut out = vec![];
    /// Crs::Epsg4326.write_geojson(br#"{"type":"Point","coordinates":[46.75,39.76]}"#, &mut out);
    /// assert_eq!(out, br#"{"type":"Point","coordinates":[39.76,46.75]}"#);
    /// ```
    pub fn write_geojson(self, text: &[u8], out: &mut Vec<u8>) {
        if self == Crs::Crs84 {
            return out.extend_from_slice(text);
        }
        let begun = out.len();
        let mut rest = text;
        while let Some((before, position, after)) = next_position(rest) {
            out.extend_from_slice(before);
            if self.write_position(position, out).is_none() {
                out.truncate(begun);
                return out.extend_from_slice(b"null");
            }
            rest = after;
        }
        out.extend_from_slice(rest);
    }

    /// Appends the coordinates of a position, which is two numbers with a comma between them.
    fn write_position(self, position: &str, out: &mut Vec<u8>) -> Option<()> {
        let (lon, lat) = position
            .split_once(',')
            .expect("a position is two numbers here");
        let degrees = |text: &str| text.parse().expect("a position is two numbers here");
        let at = LonLat::new(degrees(lon), degrees(lat)).expect("it lies within the world");
        let [first, second] = self.coordinates(at)?;
        let [first, second] = if self.is_in_degrees() {
            [first, second]
        } else {
            [three_decimals(first), three_decimals(second)]
        };
        write!(out, "{first},{second}").expect("a Vec takes everything");
        Some(())
    }

    /// Makes of a GeoJSON geometry in this system one in degrees. What is no position is left as it is, for whoever reads
    /// the geometry to tell. Each position outside the system is a fault, with its place below `pointer`; of more than a
    /// hundred the rest are counted.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// use serde_json::json;
    /// let (mut geometry, mut faults) = (json!({"type": "Point", "coordinates": [39.76, 46.75]}), vec![]);
    /// Crs::Epsg4326.read_geojson(&mut geometry, "/geometry", &mut faults);
    /// assert_eq!((geometry["coordinates"][0].as_f64(), faults), (Some(46.75), vec![]));
    /// ```
    pub fn read_geojson(self, geometry: &mut Value, pointer: &str, faults: &mut Vec<Fault>) {
        if matches!(self, Crs::Crs84 | Crs::Crs84h) {
            return;
        }
        let (mut found, place) = (Vec::new(), format!("{pointer}/coordinates"));
        if let Some(coordinates) = geometry.get_mut("coordinates") {
            self.read_coordinates(coordinates, &place, &mut found);
        }
        let untold = found.len().saturating_sub(MOST_FAULTS);
        found.truncate(MOST_FAULTS);
        faults.append(&mut found);
        if untold > 0 {
            faults.push(Fault {
                place,
                kind: FaultKind::Other,
                detail: format!("has {untold} more faults"),
            });
        }
    }

    /// A position that is sent. Degrees that are taken for metres lie in the sea, where no site is.
    fn locate_sent(self, [first, second]: [f64; 2]) -> Result<LonLat, Wrong> {
        let at = self.locate([first, second])?;
        let may_be_degrees = first.abs() <= 180.0 && second.abs() <= 180.0;
        if may_be_degrees && !self.is_in_degrees() {
            let uri = self.uri();
            return Err(Wrong(format!(
                "{first:?} and {second:?} are degrees, as it seems, and those of {uri} are metres"
            )));
        }
        Ok(at)
    }

    fn read_coordinates(self, value: &mut Value, place: &str, faults: &mut Vec<Fault>) {
        let Value::Array(items) = value else {
            return;
        };
        let numbers = [items.first(), items.get(1)].map(|item| item.and_then(Value::as_f64));
        if let [Some(first), Some(second)] = numbers {
            match self.locate_sent([first, second]) {
                Ok(at) => {
                    items[0] = number(at.lon());
                    items[1] = number(at.lat());
                }
                Err(wrong) => faults.push(Fault {
                    place: place.to_owned(),
                    kind: FaultKind::Other,
                    detail: wrong.0,
                }),
            }
            return;
        }
        for (index, item) in items.iter_mut().enumerate() {
            self.read_coordinates(item, &format!("{place}/{index}"), faults);
        }
    }
}

/// A number of degrees with 7 decimals as it is read from what the registry writes: what is sent back unchanged is equal.
fn number(degrees: f64) -> Value {
    let units = LonLat::units(degrees);
    let degrees = f64::from(units) / LonLat::UNITS_PER_DEGREE;
    if degrees.fract() == 0.0 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole, and at most 180"
        )]
        return Value::from(degrees as i64);
    }
    Value::from(degrees)
}

/// What stands before the next position, the position without its brackets, and what stands after.
fn next_position(text: &[u8]) -> Option<(&[u8], &str, &[u8])> {
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
    let opened = text
        .windows(2)
        .position(|pair| pair[0] == b'[' && is_number(&pair[1]))?;
    let (before, rest) = text.split_at(opened + 1);
    let closed = rest.iter().position(|byte| *byte == b']')?;
    let (position, after) = rest.split_at(closed);
    Some((before, std::str::from_utf8(position).ok()?, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{Crs84, Geometry};

    fn written(crs: Crs, text: &str) -> String {
        let mut out = b"before".to_vec();
        crs.write_geojson(text.as_bytes(), &mut out);
        let text = String::from_utf8(out).unwrap();
        text.strip_prefix("before").unwrap().to_owned()
    }

    fn read(crs: Crs, mut geometry: Value) -> (Value, Vec<Fault>) {
        let mut faults = vec![];
        crs.read_geojson(&mut geometry, "/geometry", &mut faults);
        (geometry, faults)
    }

    #[test]
    fn each_type_is_written_in_the_order_of_the_axes() {
        let table = [
            (
                Crs::Crs84,
                r#"{"type":"Point","coordinates":[46.5306,40]}"#,
                r#"{"type":"Point","coordinates":[46.5306,40]}"#,
            ),
            (
                Crs::Epsg4326,
                r#"{"type":"Point","coordinates":[46.5306,40]}"#,
                r#"{"type":"Point","coordinates":[40,46.5306]}"#,
            ),
            (
                Crs::Epsg4326,
                r#"{"type":"MultiPolygon","coordinates":[[[[-46,39],[47,-39],[46,40],[-46,39]]],[[[48,39],[49,39],[48,40],[48,39]]]]}"#,
                r#"{"type":"MultiPolygon","coordinates":[[[[39,-46],[-39,47],[40,46],[39,-46]]],[[[39,48],[39,49],[40,48],[39,48]]]]}"#,
            ),
            (
                Crs::Epsg28408,
                r#"{"type":"MultiPoint","coordinates":[[46.7475,39.759],[44.5,38.3]]}"#,
                r#"{"type":"MultiPoint","coordinates":[[4404321.326,8649857.956],[4241007.082,8456367.388]]}"#,
            ),
            (
                Crs::Epsg32638,
                r#"{"type":"LineString","coordinates":[[44.5,38.3],[48.5,38.3]]}"#,
                r#"{"type":"LineString","coordinates":[[456280.641,4239219.727],[806079.116,4244899.652]]}"#,
            ),
            // What has no coordinates is not put somewhere else, and not in part.
            (
                Crs::Epsg32638,
                r#"{"type":"LineString","coordinates":[[44.5,38.3],[-118.24,34.05]]}"#,
                "null",
            ),
            (
                Crs::Epsg3857,
                r#"{"type":"Point","coordinates":[0,0]}"#,
                r#"{"type":"Point","coordinates":[0,0]}"#,
            ),
        ];
        for (crs, text, expected) in table {
            assert_eq!(written(crs, text), expected, "{crs:?}");
        }
    }

    #[test]
    fn each_position_outside_is_a_fault_at_its_place() {
        let line = json!({"type": "MultiLineString", "coordinates": [[[39.76, 46.75, 1400], [46, 181]], [[91, 0], "x", [1]]]});
        let (geometry, faults) = read(Crs::Epsg4326, line);
        let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(
            places,
            ["/geometry/coordinates/0/1", "/geometry/coordinates/1/0"]
        );
        assert_eq!(
            faults[0].detail,
            "longitude is in degrees from -180 to 180, not 181.0"
        );
        // What is right, and what is no position, are for whoever reads the geometry.
        assert_eq!(geometry["coordinates"][0][0], json!([46.75, 39.76, 1400]));
        assert_eq!(geometry["coordinates"][1][2], json!([1]));
        for other in [json!(null), json!([]), json!({"coordinates": 1})] {
            assert_eq!(read(Crs::Epsg28408, other.clone()), (other, vec![]));
        }
        let many = vec![json!([8e6, 4e6]); 1000];
        let (_, faults) = read(
            Crs::Epsg28408,
            json!({"type": "MultiPoint", "coordinates": many}),
        );
        assert_eq!(faults.len(), 101);
        assert_eq!(faults[100].detail, "has 900 more faults");
    }

    #[test]
    fn degrees_are_not_taken_for_metres() {
        for crs in Crs::given() {
            let point = json!({"type": "Point", "coordinates": [39.76, 46.75]});
            let (_, faults) = read(crs, point);
            assert_eq!(faults.is_empty(), crs.is_in_degrees(), "{crs:?}");
        }
        let point = json!({"type": "Point", "coordinates": [46.75, 39.76]});
        let (_, faults) = read(Crs::Epsg3857, point);
        let told = "46.75 and 39.76 are degrees, as it seems, and those of http://www.opengis.net/def/crs/EPSG/0/3857 are metres";
        assert_eq!(faults[0].detail, told);
    }

    proptest! {
        #[test]
        fn what_is_written_and_sent_back_is_what_it_was(
            crs in proptest::sample::select(Crs::given().collect::<Vec<_>>()),
            points in proptest::collection::vec((440_000_000..500_000_000, 370_000_000..430_000_000), 1..5),
            whole in any::<bool>(),
        ) {
            let degrees = |units: i32| if whole { f64::from(units / 10_000_000) } else { f64::from(units) / 1e7 };
            let points: Vec<_> = points.into_iter().map(|(lon, lat)| [degrees(lon), degrees(lat)]).collect();
            let value = json!({"type": "MultiPoint", "coordinates": points});
            let geometry = Crs84::<Geometry>::parse(&value, "", &mut vec![]).unwrap();
            let mut text = String::new();
            geometry.write_geojson(&mut text);
            let sent = serde_json::from_str(&written(crs, &text)).unwrap();
            prop_assert_eq!(read(crs, sent), (geometry.to_geojson(), vec![]));
        }
    }
}
