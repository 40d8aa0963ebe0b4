//! Geometries as GeoJSON (RFC 7946), read: what is wrong with one is listed, what can be put right is put right.

use geo::orient::{Direction, Orient};
use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde_json::Value;

use super::edges::Effort;
use super::position::seven_decimals;
use super::{Crs84, Geometry, LonLat, validity};
use crate::domain::{Fault, FaultKind, MOST_FAULTS, shortened};

/// The types that are taken, and how many lists there are around a position of theirs.
pub(super) const TYPES: [(&str, usize); 6] = [
    ("Point", 0),
    ("MultiPoint", 1),
    ("LineString", 1),
    ("MultiLineString", 2),
    ("Polygon", 2),
    ("MultiPolygon", 3),
];

/// How many positions a geometry may have: the most detailed outline of `seed/regions.geojson` has 384.
const MOST_POSITIONS: usize = 100_000;

/// Enough for so many positions of a real outline many times over; all of it is spent in less than 0.2 s.
const EFFORT: usize = 20_000_000;

/// What is wrong with a line of one position.
pub(super) const NO_LINE: &str = "is no line: it must have two different positions or more";

/// What is wrong with a ring of two.
pub(super) const NO_RING: &str = "has too few positions: a ring has three different ones or more, and the first again at its end";

impl Crs84<Geometry> {
    /// The geometry that a GeoJSON object (RFC 7946, 3.1) is, or nothing and at least one fault, each with its place below
    /// `pointer`.
    ///
    /// Taken are Point, `LineString`, Polygon and their Multi types, not `GeometryCollection`: at most 100 000 positions within
    /// the world, lines of two different ones or more, closed rings that make a valid area. Other members than `type`
    /// and `coordinates` are not looked at, but `crs` is refused: RFC 7946 knows CRS84 only.
    ///
    /// Silently put right: a height is dropped, degrees are rounded to 7 decimals, positions that repeat the one before
    /// are left out, and rings are wound by the right-hand rule. Of more than a hundred faults the rest are counted.
    ///
    /// ```
    /// use heritage_registry::domain::Crs84;
    /// use serde_json::json;
    /// let mut faults = vec![];
    /// let open = json!({"type": "Polygon", "coordinates": [[[46.7, 39.7], [46.8, 39.7], [46.8, 139.8]]]});
    /// assert_eq!(Crs84::parse(&open, "/geometry", &mut faults), None);
    /// assert_eq!(faults[0].place, "/geometry/coordinates/0/2");
    /// ```
    pub fn parse(value: &Value, pointer: &str, faults: &mut Vec<Fault>) -> Option<Self> {
        let mut found = Vec::new();
        let geometry = read(value, pointer, &mut found);
        let made = geometry.filter(|_| found.is_empty()).map(Crs84::checked);
        let untold = found.len().saturating_sub(MOST_FAULTS);
        found.truncate(MOST_FAULTS);
        if untold > 0 {
            found.push(fault(
                &format!("{pointer}/coordinates"),
                format!("has {untold} more faults"),
            ));
        }
        faults.append(&mut found);
        made
    }
}

fn fault(place: &str, detail: impl Into<String>) -> Fault {
    Fault {
        place: place.to_owned(),
        kind: FaultKind::Other,
        detail: detail.into(),
    }
}

/// What a value is, for a message about it.
fn given(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn read(value: &Value, place: &str, faults: &mut Vec<Fault>) -> Option<Geometry> {
    let Some(members) = value.as_object() else {
        let object = "a GeoJSON geometry: an object with type and coordinates";
        faults.push(fault(
            place,
            format!("is {}, and must be {object}", given(value)),
        ));
        return None;
    };
    if members.contains_key("crs") {
        let detail = "is not in GeoJSON any more (RFC 7946, 4): leave it out, and give longitude and latitude in degrees";
        faults.push(fault(&format!("{place}/crs"), detail));
    }
    let kind = read_type(members.get("type"), &format!("{place}/type"), faults);
    if kind.is_none() && members.contains_key("type") {
        // Another type may well have no coordinates.
        return None;
    }
    let place = format!("{place}/coordinates");
    let Some(coordinates) = members.get("coordinates") else {
        faults.push(fault(&place, "is required"));
        return None;
    };
    let (name, depth) = kind?;
    let count = count_positions(coordinates, depth);
    if count > MOST_POSITIONS {
        faults.push(fault(
            &place,
            format!("has {count} positions, and may have {MOST_POSITIONS}: simplify it"),
        ));
        return None;
    }
    read_coordinates(name, coordinates, &place, faults)
}

fn read_type(
    value: Option<&Value>,
    place: &str,
    faults: &mut Vec<Fault>,
) -> Option<(&'static str, usize)> {
    let taken = TYPES.map(|(name, _)| name).join(", ");
    let detail = match value {
        None => format!("is required: one of {taken}"),
        Some(Value::String(name)) => match TYPES.into_iter().find(|(known, _)| known == name) {
            Some(known) => return Some(known),
            None => format!("{name:?} is not one of {taken}", name = shortened(name)),
        },
        Some(other) => format!("is {}, and must be one of {taken}", given(other)),
    };
    faults.push(fault(place, detail));
    None
}

/// How many positions lie `depth` lists deep; an empty list counts as one, because it makes as much work.
fn count_positions(value: &Value, depth: usize) -> usize {
    match value {
        Value::Array(items) if depth > 0 => items
            .iter()
            .map(|item| count_positions(item, depth - 1))
            .sum::<usize>()
            .max(1),
        _ => 1,
    }
}

fn read_coordinates(
    name: &str,
    value: &Value,
    place: &str,
    faults: &mut Vec<Fault>,
) -> Option<Geometry> {
    Some(match name {
        "Point" => Point(read_position(value, place, faults)?).into(),
        "MultiPoint" => MultiPoint::from(read_list(value, place, faults, read_position)?).into(),
        "LineString" => read_line(value, place, faults)?.into(),
        "MultiLineString" => MultiLineString(read_list(value, place, faults, read_line)?).into(),
        "Polygon" => read_area(vec![read_polygon(value, place, faults)?], place, faults)?
            .remove(0)
            .into(),
        _ => {
            let polygons = read_list(value, place, faults, read_polygon)?;
            MultiPolygon(read_area(polygons, place, faults)?).into()
        }
    })
}

/// Reads every item of a list that may not be empty; gives nothing if any has a fault.
fn read_list<T>(
    value: &Value,
    place: &str,
    faults: &mut Vec<Fault>,
    read: impl Fn(&Value, &str, &mut Vec<Fault>) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(values) = value.as_array() else {
        faults.push(fault(
            place,
            format!("is {}, and must be a list", given(value)),
        ));
        return None;
    };
    if values.is_empty() {
        faults.push(fault(place, "is empty: it must hold something"));
        return None;
    }
    let items: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(index, value)| read(value, &format!("{place}/{index}"), faults))
        .collect();
    items.into_iter().collect()
}

fn read_position(value: &Value, place: &str, faults: &mut Vec<Fault>) -> Option<Coord<f64>> {
    let numbers: Option<Vec<f64>> = value
        .as_array()
        .and_then(|items| items.iter().map(Value::as_f64).collect());
    let detail = match numbers.as_deref() {
        Some(&[lon, lat] | &[lon, lat, _]) => {
            match LonLat::new(seven_decimals(lon), seven_decimals(lat)) {
                Ok(at) => {
                    return Some(Coord {
                        x: at.lon(),
                        y: at.lat(),
                    });
                }
                Err(wrong) => wrong.0,
            }
        }
        _ => format!(
            "is {}, and must be a position: [longitude, latitude] in degrees, with at most a height",
            given(value)
        ),
    };
    faults.push(Fault {
        place: place.to_owned(),
        kind: FaultKind::Degrees,
        detail,
    });
    None
}

fn read_line(value: &Value, place: &str, faults: &mut Vec<Fault>) -> Option<LineString<f64>> {
    let mut positions = read_list(value, place, faults, read_position)?;
    positions.dedup();
    if positions.len() < 2 {
        faults.push(fault(place, NO_LINE));
        return None;
    }
    Some(LineString(positions))
}

fn read_ring(value: &Value, place: &str, faults: &mut Vec<Fault>) -> Option<LineString<f64>> {
    let mut positions = read_list(value, place, faults, read_position)?;
    let is_closed = positions.first() == positions.last();
    positions.dedup();
    let needed = if is_closed { 4 } else { 3 };
    if positions.len() < needed {
        faults.push(fault(place, NO_RING));
    } else if is_closed {
        return Some(LineString(positions));
    }
    if !is_closed {
        faults.push(fault(
            place,
            "is not closed: its last position must be its first",
        ));
    }
    None
}

/// A polygon and the place of its coordinates; whether its rings fit together is asked later.
fn read_polygon(value: &Value, place: &str, faults: &mut Vec<Fault>) -> Option<validity::Placed> {
    let mut rings = read_list(value, place, faults, read_ring)?;
    let outer = rings.remove(0);
    Some((Polygon::new(outer, rings), place.to_owned()))
}

/// The polygons wound by the right-hand rule, if they make one valid area.
fn read_area(
    polygons: Vec<validity::Placed>,
    place: &str,
    faults: &mut Vec<Fault>,
) -> Option<Vec<Polygon<f64>>> {
    let before = faults.len();
    validity::check(&polygons, place, &mut Effort::of(EFFORT), faults);
    let valid = faults.len() == before;
    valid.then(|| {
        polygons
            .into_iter()
            .map(|(polygon, _)| polygon.orient(Direction::Default))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parse(value: &Value) -> Result<Crs84<Geometry>, Vec<(String, String)>> {
        let mut faults = vec![];
        let geometry = Crs84::parse(value, "/geometry", &mut faults);
        geometry.ok_or_else(|| {
            faults
                .into_iter()
                .map(|fault| (fault.place, fault.detail))
                .collect()
        })
    }

    fn parsed(kind: &str, coordinates: &Value) -> Result<Crs84<Geometry>, Vec<(String, String)>> {
        parse(&json!({"type": kind, "coordinates": coordinates}))
    }

    #[test]
    fn what_needs_no_question_is_put_right() {
        let table = [
            // A height; more decimals than are kept; a zero with a sign.
            (
                "Point",
                json!([46.7475, 39.759, 1368.0]),
                json!([46.7475, 39.759]),
            ),
            (
                "Point",
                json!([46.747_500_04, 39.758_999_96]),
                json!([46.7475, 39.759]),
            ),
            (
                "Point",
                json!([-0.000_000_01, 180.0 - 90.0]),
                json!([0, 90]),
            ),
            ("Point", json!([180.000_000_01, 0]), json!([180, 0])),
            // The same position again.
            (
                "LineString",
                json!([[46, 39], [46, 39], [47, 40], [47, 40]]),
                json!([[46, 39], [47, 40]]),
            ),
            (
                "Polygon",
                json!([[[0, 0], [1, 0], [1, 0], [0, 1], [0, 0]]]),
                json!([[[0, 0], [1, 0], [0, 1], [0, 0]]]),
            ),
            // Rings the wrong way round.
            (
                "Polygon",
                json!([
                    [[0, 0], [0, 9], [9, 0], [0, 0]],
                    [[1, 1], [2, 1], [1, 2], [1, 1]]
                ]),
                json!([
                    [[0, 0], [9, 0], [0, 9], [0, 0]],
                    [[1, 1], [1, 2], [2, 1], [1, 1]]
                ]),
            ),
            (
                "MultiPolygon",
                json!([[[[0, 0], [0, 9], [9, 0], [0, 0]]]]),
                json!([[[[0, 0], [9, 0], [0, 9], [0, 0]]]]),
            ),
        ];
        for (kind, sent, kept) in table {
            let expected = json!({"type": kind, "coordinates": kept});
            assert_eq!(
                parsed(kind, &sent).map(|geometry| geometry.to_geojson()),
                Ok(expected),
                "{sent}"
            );
        }
        let with_more = json!({"type": "Point", "coordinates": [46.7, 39.7], "bbox": [46.7, 39.7, 46.7, 39.7], "note": 1});
        assert!(parse(&with_more).is_ok());
    }

    /// Faults below the geometry's place, as [`parse`] gives them.
    fn told(faults: &[(&str, &str)]) -> Vec<(String, String)> {
        faults
            .iter()
            .map(|(place, detail)| (format!("/geometry{place}"), (*detail).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_no_geometry_of_the_six_types_is_told_with_what_would_be() {
        let object = "is null, and must be a GeoJSON geometry: an object with type and coordinates";
        let types = |wrong: &str| {
            format!(
                "{wrong} one of Point, MultiPoint, LineString, MultiLineString, Polygon, MultiPolygon"
            )
        };
        let crs = "is not in GeoJSON any more (RFC 7946, 4): leave it out, and give longitude and latitude in degrees";
        let table = [
            (json!(null), told(&[("", object)])),
            (
                json!({}),
                told(&[
                    ("/type", &types("is required:")),
                    ("/coordinates", "is required"),
                ]),
            ),
            (
                json!({"type": 1, "coordinates": 1}),
                told(&[("/type", &types("is a number, and must be"))]),
            ),
            (
                json!({"type": "point", "coordinates": []}),
                told(&[("/type", &types("\"point\" is not"))]),
            ),
            (
                json!({"type": "GeometryCollection", "geometries": []}),
                told(&[("/type", &types("\"GeometryCollection\" is not"))]),
            ),
            (
                json!({"type": "Polygon"}),
                told(&[("/coordinates", "is required")]),
            ),
            (
                json!({"type": "Point", "crs": {}, "coordinates": []}),
                told(&[("/crs", crs), ("/coordinates", &position("a list"))]),
            ),
        ];
        for (value, faults) in table {
            assert_eq!(parse(&value), Err(faults), "{value}");
        }
    }

    fn position(given: &str) -> String {
        format!(
            "is {given}, and must be a position: [longitude, latitude] in degrees, with at most a height"
        )
    }

    #[test]
    fn what_is_no_position_is_told_with_what_would_be() {
        let table = [
            (json!("46.7,39.7"), position("a text")),
            (json!({"lon": 46.7, "lat": 39.7}), position("an object")),
            (json!([46.7]), position("a list")),
            (json!([46.7, 39.7, 1, 2]), position("a list")),
            (json!([46.7, "39.7"]), position("a list")),
            (json!([46.7, 39.7, null]), position("a list")),
            (json!([[46.7, 39.7]]), position("a list")),
            (
                json!([39.7, 146.7]),
                "latitude is in degrees from -90 to 90, not 146.7".to_owned(),
            ),
            (
                json!([180.000_000_1, 39.7]),
                "longitude is in degrees from -180 to 180, not 180.0000001".to_owned(),
            ),
        ];
        for (coordinates, detail) in table {
            assert_eq!(
                parsed("Point", &coordinates),
                Err(told(&[("/coordinates", &detail)])),
                "{coordinates}"
            );
        }
    }

    /// Places below the coordinates, and what is wrong there.
    type Below<'a> = &'a [(&'a str, &'a str)];

    #[test]
    fn each_fault_of_the_coordinates_is_told_with_its_place() {
        const EMPTY: &str = "is empty: it must hold something";
        const LINE: &str = "is no line: it must have two different positions or more";
        const FEW: &str = "has too few positions: a ring has three different ones or more, and the first again at its end";
        const OPEN: &str = "is not closed: its last position must be its first";
        const LAT: &str = "latitude is in degrees from -90 to 90, not 146.7";
        let area = json!([[0, 0], [9, 0], [0, 9], [0, 0]]);
        let table: [(&str, Value, Below<'_>); 13] = [
            ("MultiPoint", json!([]), &[("", EMPTY)]),
            (
                "MultiPoint",
                json!([[1, 2], [39.7, 146.7], 3]),
                &[("/1", LAT), ("/2", &position("a number"))],
            ),
            ("LineString", json!([[1, 2], [1, 2]]), &[("", LINE)]),
            (
                "LineString",
                json!([[1, 2], [1.000_000_01, 2]]),
                &[("", LINE)],
            ),
            (
                "MultiLineString",
                json!([[[1, 2]], [[1, 2], [3, 4]], []]),
                &[("/0", LINE), ("/2", EMPTY)],
            ),
            (
                "Polygon",
                json!({"0": []}),
                &[("", "is an object, and must be a list")],
            ),
            (
                "Polygon",
                json!([[[0, 0], [1, 0], [1, 1], [0, 1]]]),
                &[("/0", OPEN)],
            ),
            ("Polygon", json!([[[0, 0], [1, 0], [0, 0]]]), &[("/0", FEW)]),
            (
                "Polygon",
                json!([[[0, 0], [1, 0], [1, 0]]]),
                &[("/0", FEW), ("/0", OPEN)],
            ),
            (
                "Polygon",
                json!([area, [[1, 1], [2, 2]], [[3, 3], [4, 3], [3, 4]]]),
                &[("/1", FEW), ("/1", OPEN), ("/2", OPEN)],
            ),
            (
                "MultiPolygon",
                json!([[area], [[[1, 1], [39.7, 146.7]]], []]),
                &[("/1/0/1", LAT), ("/2", EMPTY)],
            ),
            // What the rings are to each other is asked of `validity`.
            (
                "Polygon",
                json!([[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]),
                &[(
                    "/0",
                    "crosses or touches itself near [2,2]: a ring must not meet itself",
                )],
            ),
            (
                "MultiPolygon",
                json!([[area], [[[1, 1], [2, 1], [1, 2], [1, 1]]]]),
                &[(
                    "/1/0",
                    "lies inside the area of the ring at /geometry/coordinates/0/0: areas must not overlap",
                )],
            ),
        ];
        for (kind, coordinates, faults) in table {
            let faults = faults.iter().map(|(place, detail)| {
                (
                    format!("/geometry/coordinates{place}"),
                    (*detail).to_owned(),
                )
            });
            assert_eq!(
                parsed(kind, &coordinates),
                Err(faults.collect()),
                "{kind} {coordinates}"
            );
        }
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_is_looked_at() {
        let ring = vec![json!([46.7, 39.7]); 60_000];
        let faults = parsed("Polygon", &json!([ring, ring])).unwrap_err();
        let told = "has 120000 positions, and may have 100000: simplify it";
        assert_eq!(
            faults,
            [("/geometry/coordinates".to_owned(), told.to_owned())]
        );
        let lists = vec![json!([]); 100_001];
        assert_eq!(parsed("MultiPolygon", &json!(lists)).unwrap_err().len(), 1);
    }

    #[test]
    fn the_same_fault_in_every_position_is_told_a_hundred_times_and_counted() {
        let swapped = vec![json!([39.7, 146.7]); 1000];
        let faults = parsed("LineString", &json!(swapped)).unwrap_err();
        assert_eq!(faults.len(), 101);
        assert_eq!(
            faults[100],
            (
                "/geometry/coordinates".to_owned(),
                "has 900 more faults".to_owned()
            )
        );
    }

    fn json() -> impl Strategy<Value = Value> {
        let number = prop_oneof![
            any::<f64>().prop_map(|number| json!(number)),
            any::<i64>().prop_map(|number| json!(number)),
            (-10..10).prop_map(|number| json!(number)),
        ];
        let leaf = prop_oneof![
            1 => Just(Value::Null),
            1 => any::<bool>().prop_map(Value::Bool),
            6 => number,
            1 => "[a-z]{0,4}".prop_map(Value::String),
        ];
        leaf.prop_recursive(6, 200, 8, |inner| {
            prop_oneof![
                8 => proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
                1 => proptest::collection::btree_map("type|coordinates|crs", inner, 0..3)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    /// Lists of small whole positions: often valid, and touching and crossing themselves as often.
    fn coordinates(depth: usize) -> BoxedStrategy<Value> {
        if depth == 0 {
            return prop_oneof![
                40 => (0..6, 0..6).prop_map(|(lon, lat)| json!([lon, lat])),
                1 => json(),
            ]
            .boxed();
        }
        let items = proptest::collection::vec(coordinates(depth - 1), 0..6);
        (items, any::<bool>())
            .prop_map(|(mut items, closed)| {
                items.extend(items.first().filter(|_| closed).cloned());
                Value::Array(items)
            })
            .boxed()
    }

    fn geometry() -> impl Strategy<Value = Value> {
        let typed = |(name, depth): (&'static str, usize)| {
            prop_oneof![coordinates(depth), json()]
                .prop_map(move |coordinates| json!({"type": name, "coordinates": coordinates}))
        };
        proptest::sample::select(TYPES.to_vec()).prop_flat_map(typed)
    }

    proptest! {
        #[test]
        fn anything_is_a_geometry_or_has_a_fault_below_its_place(value in prop_oneof![json(), geometry()]) {
            match parse(&value) {
                Ok(geometry) => prop_assert_eq!(parse(&geometry.to_geojson()), Ok(geometry)),
                Err(faults) => {
                    prop_assert!(!faults.is_empty());
                    for (place, _) in faults {
                        prop_assert!(place.starts_with("/geometry"), "{}", place);
                    }
                }
            }
        }

        #[test]
        fn whatever_is_read_can_be_asked_everything(value in geometry(), lon in -9.0..9.0, lat in -9.0..9.0) {
            if let Ok(geometry) = parse(&value) {
                let at = LonLat::new(lon, lat).unwrap();
                let extent = geometry.extent();
                prop_assert!(geometry.intersects(&extent));
                prop_assert!(geometry.intersects_geometry(&geometry));
                prop_assert!(extent.contains(geometry.surface_point()));
                prop_assert!(geometry.distance_to(geometry.surface_point()).get() < 0.001);
                prop_assert_eq!(geometry.distance_to(at).get() == 0.0, geometry.intersects_geometry(&Crs84::point(at)));
            }
        }
    }
}
