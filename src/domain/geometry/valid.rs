//! Geometries that are no record's, as those of filters: whether they are valid (OGC Simple Features, 06-103r4, 6.1).

use geo::{LineString, MultiLineString, MultiPolygon, Polygon};

use super::Geometry;
use super::edges::Effort;
use super::parse::{NO_LINE, NO_RING};
use super::validity::{self, Placed};
use crate::domain::{Fault, FaultKind};

/// A geometry in degrees without the positions that repeat the one before; or all that keeps it from being valid, each at
/// its place below `pointer`, as if it were a GeoJSON object there.
///
/// What it costs is taken off `effort`: of edges that are close to each other, it grows with their square. A line may
/// cross itself, and points may be the same. The parts of a collection may overlap.
///
/// ```
/// use heritage_registry::domain::{Effort, validated};
/// let bow_tie = geo::wkt!(POLYGON((46. 39.,47. 40.,47. 39.,46. 40.,46. 39.)));
/// let faults = validated(bow_tie.into(), "", &mut Effort::of(1000)).unwrap_err();
/// assert_eq!(
///     faults[0].to_string(),
///     "/coordinates/0: crosses or touches itself near [46.5,39.5]: a ring must not meet itself"
/// );
/// ```
pub fn validated(
    geometry: Geometry,
    pointer: &str,
    effort: &mut Effort,
) -> Result<Geometry, Vec<Fault>> {
    let mut checked = Checked {
        effort,
        faults: vec![],
    };
    let geometry = checked.geometry(geometry, pointer);
    if checked.faults.is_empty() {
        Ok(geometry)
    } else {
        Err(checked.faults)
    }
}

struct Checked<'a> {
    effort: &'a mut Effort,
    faults: Vec<Fault>,
}

impl Checked<'_> {
    fn geometry(&mut self, geometry: Geometry, pointer: &str) -> Geometry {
        let place = format!("{pointer}/coordinates");
        match geometry {
            Geometry::LineString(line) => self.line(line, 2, NO_LINE, &place).into(),
            Geometry::MultiLineString(MultiLineString(lines)) => {
                let lines = (0..).zip(lines);
                MultiLineString(
                    lines
                        .map(|(index, line)| self.line(line, 2, NO_LINE, &at(&place, index)))
                        .collect(),
                )
                .into()
            }
            Geometry::Polygon(polygon) => self
                .areas([(polygon, place.clone())], &place)
                .remove(0)
                .into(),
            Geometry::MultiPolygon(MultiPolygon(polygons)) => {
                let polygons = (0..).zip(polygons);
                let placed = polygons.map(|(index, polygon)| (polygon, at(&place, index)));
                MultiPolygon(self.areas(placed, &place)).into()
            }
            Geometry::GeometryCollection(parts) => {
                let parts = (0..).zip(parts);
                let parts = parts.map(|(index, part)| {
                    self.geometry(part, &format!("{pointer}/geometries/{index}"))
                });
                Geometry::GeometryCollection(parts.collect())
            }
            other => other,
        }
    }

    /// A line or a ring of so many positions at least, of which none follows itself.
    fn line(
        &mut self,
        mut line: LineString<f64>,
        least: usize,
        wrong: &str,
        place: &str,
    ) -> LineString<f64> {
        line.0.dedup();
        if line.0.len() < least {
            self.faults.push(Fault {
                place: place.to_owned(),
                kind: FaultKind::Other,
                detail: wrong.to_owned(),
            });
        }
        line
    }

    /// Polygons that are to be one area together.
    fn areas(
        &mut self,
        polygons: impl IntoIterator<Item = Placed>,
        place: &str,
    ) -> Vec<Polygon<f64>> {
        let before = self.faults.len();
        let mut all = vec![];
        for (polygon, place) in polygons {
            let (outer, holes) = polygon.into_inner();
            let rings = (0..).zip(std::iter::once(outer).chain(holes));
            let mut rings: Vec<_> = rings
                .map(|(index, ring)| self.line(ring, 4, NO_RING, &at(&place, index)))
                .collect();
            let outer = rings.remove(0);
            all.push((Polygon::new(outer, rings), place));
        }
        if self.faults.len() == before {
            validity::check(&all, place, self.effort, &mut self.faults);
        }
        all.into_iter().map(|(polygon, _)| polygon).collect()
    }
}

fn at(place: &str, index: usize) -> String {
    format!("{place}/{index}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::read_wkt;

    fn asked(wkt: &str) -> Result<Geometry, Vec<String>> {
        let geometry = drawn(wkt);
        let valid = validated(geometry, "/args/1", &mut Effort::of(100_000));
        valid.map_err(|faults| faults.iter().map(Fault::to_string).collect())
    }

    /// As it is written, valid or not.
    fn drawn(wkt: &str) -> Geometry {
        let written = read_wkt(wkt).unwrap();
        crate::domain::read_geojson(written).unwrap().unwrap()
    }

    #[test]
    fn what_is_valid_stays_but_for_positions_that_repeat_the_one_before() {
        for wkt in [
            "POINT(1 1)",
            "MULTIPOINT((1 1),(1 1))",
            "LINESTRING(0 0,2 2,2 0,0 2)",
            "MULTILINESTRING((0 0,1 1),(0 0,1 1))",
            "POLYGON((0 0,0 4,4 4,4 0,0 0),(1 1,3 1,3 3,1 1))",
            "MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((4 4,5 4,5 5,4 4)))",
        ] {
            assert_eq!(asked(wkt), Ok(drawn(wkt)), "{wkt}");
        }
        for (wkt, expected) in [
            ("LINESTRING(0 0,0 0,1 1)", "LINESTRING(0 0,1 1)"),
            (
                "POLYGON((0 0,4 0,4 0,4 4,0 0,0 0))",
                "POLYGON((0 0,4 0,4 4,0 0))",
            ),
        ] {
            assert_eq!(asked(wkt), Ok(drawn(expected)), "{wkt}");
        }
    }
}
