//! How geometries lie to each other of which one at least is a collection.
//!
//! A collection is the set of all its points. Its parts are put together by dimension: all its points, all its lines and all
//! its areas are one geometry each, and what holds of the whole is made of the matrices of those. A single line that lies partly
//! in the areas and partly in the lines of one collection is not found to lie within it: OGC 06-103r4 leaves open what the
//! interior of a collection is whose parts meet.

use geo::coordinate_position::CoordPos;
use geo::dimensions::{Dimensions, HasDimensions};
use geo::relate::IntersectionMatrix;
use geo::{MultiLineString, MultiPoint, MultiPolygon, Relate};

use super::SpatialOp;
use crate::domain::Geometry;

/// The points, the lines and the areas of a geometry: those of them that it has.
pub(super) fn groups(geometry: &Geometry) -> Vec<Geometry> {
    let (mut points, mut lines, mut areas) = (vec![], vec![], vec![]);
    let mut rest = vec![geometry];
    while let Some(one) = rest.pop() {
        match one {
            Geometry::Point(point) => points.push(*point),
            Geometry::MultiPoint(many) => points.extend(many.iter().copied()),
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::MultiLineString(many) => lines.extend(many.iter().cloned()),
            Geometry::Polygon(area) => areas.push(area.clone()),
            Geometry::MultiPolygon(many) => areas.extend(many.iter().cloned()),
            Geometry::GeometryCollection(parts) => rest.extend(parts),
            Geometry::Line(line) => lines.push((*line).into()),
            Geometry::Rect(rect) => areas.push(rect.to_polygon()),
            Geometry::Triangle(triangle) => areas.push(triangle.to_polygon()),
        }
    }
    let mut groups = vec![];
    if !points.is_empty() {
        groups.push(MultiPoint(points).into());
    }
    if !lines.is_empty() {
        groups.push(MultiLineString(lines).into());
    }
    if !areas.is_empty() {
        groups.push(MultiPolygon(areas).into());
    }
    groups
}

/// Whether each part of some lies in one of the groups of others, boundary included.
fn cover(groups: &[Geometry], others: &[Geometry]) -> bool {
    let is_covered = |part: &Geometry| groups.iter().any(|group| group.relate(part).is_covers());
    others.iter().all(|other| match other {
        Geometry::MultiPoint(many) => many.iter().all(|one| is_covered(&(*one).into())),
        Geometry::MultiLineString(many) => many.iter().all(|one| is_covered(&one.clone().into())),
        Geometry::MultiPolygon(many) => many.iter().all(|one| is_covered(&one.clone().into())),
        one => is_covered(one),
    })
}

/// Whether a spatial operator holds between two geometries of which these are the groups.
pub(super) fn relate(op: SpatialOp, one: &[Geometry], other: &[Geometry]) -> bool {
    let pairs = one
        .iter()
        .flat_map(|one| other.iter().map(move |other| (one, other)));
    let matrices: Vec<IntersectionMatrix> = pairs.map(|(one, other)| one.relate(other)).collect();
    let interiors = matrices
        .iter()
        .map(|matrix| matrix.get(CoordPos::Inside, CoordPos::Inside))
        .max()
        .unwrap_or(Dimensions::Empty);
    let meet = interiors != Dimensions::Empty;
    let dimension = |groups: &[Geometry]| groups.iter().map(HasDimensions::dimensions).max();
    let dimensions = (dimension(one), dimension(other));
    let intersect = matrices.iter().any(IntersectionMatrix::is_intersects);
    let (is_covered, covers) = (cover(other, one), cover(one, other));
    match op {
        SpatialOp::Intersects => intersect,
        SpatialOp::Disjoint => !intersect,
        SpatialOp::Within => meet && is_covered,
        SpatialOp::Contains => meet && covers,
        SpatialOp::Equals => meet && is_covered && covers,
        SpatialOp::Touches => intersect && !meet,
        SpatialOp::Crosses if dimensions.0 < dimensions.1 => meet && !is_covered,
        SpatialOp::Crosses if dimensions.0 > dimensions.1 => meet && !covers,
        SpatialOp::Crosses => {
            dimensions.0 == Some(Dimensions::OneDimensional)
                && interiors == Dimensions::ZeroDimensional
        }
        SpatialOp::Overlaps => {
            dimensions.0 == dimensions.1
                && Some(interiors) == dimensions.0
                && !is_covered
                && !covers
        }
    }
}
