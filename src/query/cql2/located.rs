//! A geometry of a filter, whose coordinates are those of `filter-crs`, on the globe. Its boxes are made by
//! [`window`](crate::query::window).

use geo::{
    Coord, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::check::Checker;
use super::typed::Typed;
use super::{Node, Place, Position, Shape};
use crate::domain::{Crs, Geometry, Projected, Wrong, validated};

impl Checker<'_> {
    /// A geometry that is written out: valid where edges are straight, in degrees. Every fault is told at its place in the
    /// geometry, as GeoJSON has it; of a text, it is the geometry's and then that.
    pub(super) fn shape(&mut self, node: &Node, shape: &Shape) -> Option<Typed> {
        let located = match shape.located(self.scope.crs) {
            Ok(located) => located,
            Err(wrong) => return self.geometry(node, Err(wrong)),
        };
        let pointer = match &node.place {
            Place::Offset(_) => "",
            Place::Pointer(pointer) => pointer,
        };
        match validated(located, pointer, &mut self.effort) {
            Ok(valid) => self.geometry(node, Ok(valid)),
            Err(faults) => {
                for fault in faults {
                    match &node.place {
                        Place::Offset(_) => {
                            let detail = format!("at {}: {}", fault.place, fault.detail);
                            self.error::<()>(&node.place, detail);
                        }
                        Place::Pointer(_) => {
                            self.error::<()>(&Place::Pointer(fault.place), fault.detail);
                        }
                    }
                }
                None
            }
        }
    }
}

impl Shape {
    /// The same in longitude and latitude, in degrees: position by position, heights dropped, valid or not.
    /// Of positions that lie outside the system, what is wrong with the first, and how many more there are.
    pub fn located(&self, crs: Crs) -> Result<Geometry, Wrong> {
        let geometry = geometry(self);
        Projected { crs, geometry }.in_degrees()
    }
}

fn geometry(shape: &Shape) -> Geometry {
    match shape {
        Shape::Point(at) => Point(coord(at)).into(),
        Shape::LineString(line) => line_string(line).into(),
        Shape::Polygon(rings) => polygon(rings).into(),
        Shape::MultiPoint(points) => {
            MultiPoint(points.iter().map(|at| Point(coord(at))).collect()).into()
        }
        Shape::MultiLineString(lines) => {
            MultiLineString(lines.iter().map(|line| line_string(line)).collect()).into()
        }
        Shape::MultiPolygon(polygons) => {
            MultiPolygon(polygons.iter().map(|rings| polygon(rings)).collect()).into()
        }
        Shape::Collection(shapes) => {
            let shapes = shapes.iter().map(geometry).collect();
            Geometry::GeometryCollection(GeometryCollection(shapes))
        }
    }
}

fn polygon(rings: &[Vec<Position>]) -> Polygon<f64> {
    let mut rings = rings.iter().map(|ring| line_string(ring));
    let outer = rings.next().unwrap_or(LineString(vec![]));
    Polygon::new(outer, rings.collect())
}

fn line_string(line: &[Position]) -> LineString<f64> {
    LineString(line.iter().map(coord).collect())
}

fn coord(position: &Position) -> Coord<f64> {
    let [x, y] = position.at;
    Coord { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::CoordsIter;

    fn at(first: f64, second: f64) -> Position {
        Position {
            at: [first, second],
            height: Some(9.0),
        }
    }

    #[test]
    fn every_type_is_located_with_its_positions_in_their_order() {
        let ring = || {
            vec![
                at(39.0, 46.0),
                at(39.0, 47.0),
                at(40.0, 46.0),
                at(39.0, 46.0),
            ]
        };
        let all = Shape::Collection(vec![
            Shape::Point(at(39.0, 46.0)),
            Shape::LineString(vec![at(39.0, 46.0), at(40.0, 47.0)]),
            Shape::Polygon(vec![ring(), ring()]),
            Shape::MultiPoint(vec![at(39.0, 46.0), at(40.0, 47.0)]),
            Shape::MultiLineString(vec![vec![at(39.0, 46.0), at(40.0, 47.0)]]),
            Shape::MultiPolygon(vec![vec![ring()], vec![ring()]]),
            Shape::Collection(vec![Shape::Collection(vec![Shape::Point(at(38.0, 45.0))])]),
        ]);
        let located = all.located(Crs::Epsg4326).unwrap();
        let Geometry::GeometryCollection(parts) = &located else {
            panic!("{located:?}")
        };
        let counts: Vec<usize> = parts.iter().map(CoordsIter::coords_count).collect();
        assert_eq!(counts, [1, 2, 8, 2, 2, 8, 1]);
        let asked = geometry(&all);
        for (there, here) in asked.coords_iter().zip(located.coords_iter()) {
            assert_eq!(
                [there.x.to_bits(), there.y.to_bits()],
                [here.y.to_bits(), here.x.to_bits()]
            );
        }
        let metres = Shape::Point(at(4_404_321.325_95, 8_649_857.955_86));
        let Ok(Geometry::Point(point)) = metres.located(Crs::Epsg28408) else {
            panic!("it lies within")
        };
        assert!((point.x() - 46.7475).abs() < 1e-8 && (point.y() - 39.759).abs() < 1e-8);
    }

    #[test]
    fn positions_outside_are_told_wherever_they_stand() {
        let deep = Shape::Collection(vec![
            Shape::Point(at(39.0, 46.0)),
            Shape::Collection(vec![Shape::MultiPoint(vec![at(91.0, 0.0), at(0.0, 181.0)])]),
        ]);
        let wrong = deep.located(Crs::Epsg4326).unwrap_err();
        assert_eq!(
            wrong.0,
            "latitude is in degrees from -90 to 90, not 91.0; 1 more position lies outside"
        );
    }
}
