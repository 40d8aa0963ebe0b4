//! How two geometries lie to each other: the relations of Simple Features, by the matrix of DE-9IM (OGC 06-103r4, 6.1.15).
//!
//! Edges are straight in degrees. What lies clear of the outline of a fixed area is decided by the area's index; all else by
//! the whole matrix.

use std::time::Duration;

use geo::{BoundingRect, Relate};

use super::collected::{self, groups};
use super::{Datum, SpatialOp, Spot, work};
use crate::domain::{Area, Geometry, Side, distance_while};

/// Whether a spatial operator holds between two geometries, in this order; `None` if that is more work than is granted.
pub(super) fn hold(
    op: SpatialOp,
    one: &Spot<'_>,
    other: &Spot<'_>,
    grants: impl Fn(Duration) -> bool,
) -> Option<bool> {
    if let Spot::Fixed(fixed) = other
        && let Some(area) = &fixed.area
        && let Some(side) = side(one.geometry(), area)
    {
        return Some(clear(op, side));
    }
    if let Spot::Fixed(fixed) = one
        && let Some(area) = &fixed.area
        && let Some(side) = side(other.geometry(), area)
    {
        return Some(clear(op.turned(), side));
    }
    let (one, other) = (one.geometry(), other.geometry());
    grants(work::of_relation(one, other)).then(|| relate(op, one, other))
}

/// Where a geometry lies, if it is clear of the outline of an area, or a point on it.
fn side(geometry: &Geometry, area: &Area) -> Option<Side> {
    if let Geometry::Point(at) = geometry {
        return Some(area.side_of(at.x(), at.y()));
    }
    let around = geometry.bounding_rect()?;
    let (low, high) = (around.min(), around.max());
    let side = area.side_of_box([low.x, low.y, high.x, high.y]);
    (side != Side::Boundary).then_some(side)
}

/// What holds between a geometry and an area, by the side of it on which the geometry lies; on the boundary it is a point.
fn clear(op: SpatialOp, side: Side) -> bool {
    match op {
        SpatialOp::Intersects => side != Side::Outside,
        SpatialOp::Disjoint => side == Side::Outside,
        SpatialOp::Within => side == Side::Inside,
        SpatialOp::Touches => side == Side::Boundary,
        SpatialOp::Contains | SpatialOp::Equals | SpatialOp::Overlaps | SpatialOp::Crosses => false,
    }
}

fn relate(op: SpatialOp, one: &Geometry, other: &Geometry) -> bool {
    // Of collections of several dimensions, the matrices of geo 0.33 are wrong: two lines overlap that are far from each
    // other, if one of them ends at a point of the other's collection. So are those of GEOS 3.14, elsewhere.
    let is_collection = |one: &Geometry| matches!(one, Geometry::GeometryCollection(_));
    if is_collection(one) || is_collection(other) {
        return collected::relate(op, &groups(one), &groups(other));
    }
    let matrix = one.relate(other);
    match op {
        SpatialOp::Intersects => matrix.is_intersects(),
        SpatialOp::Disjoint => matrix.is_disjoint(),
        SpatialOp::Within => matrix.is_within(),
        SpatialOp::Contains => matrix.is_contains(),
        SpatialOp::Equals => matrix.is_equal_topo(),
        SpatialOp::Touches => matrix.is_touches(),
        SpatialOp::Crosses => matrix.is_crosses(),
        SpatialOp::Overlaps => matrix.is_overlaps(),
    }
}

/// The shortest distance in metres; `None` of what is no geometry, or more work than is granted.
pub(super) fn distance(
    one: &Datum<'_>,
    other: &Datum<'_>,
    grants: impl Fn(Duration) -> bool,
) -> Option<f64> {
    let (one, other) = (one.place()?.geometry(), other.place()?.geometry());
    distance_while(one, other, |looks| grants(work::of_looks(looks)))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::{Op, Scope, Term, Values, What, check, parse_text};
    use super::*;
    use crate::domain::Crs;

    /// A feature with a geometry.
    struct At(Geometry);

    impl Values for At {
        fn value(&self, _: usize) -> Datum<'_> {
            Datum::Null
        }
        fn geometry(&self) -> Option<Cow<'_, Geometry>> {
            Some(Cow::Borrowed(&self.0))
        }
    }

    fn term(text: &str) -> Term {
        let scope = Scope {
            columns: &[],
            geometry: "geometry",
            // A region is called as its outline is written, which may be invalid.
            outline: &|outline| {
                let node = parse_text(&format!("S_EQUALS(geometry, {outline})")).unwrap();
                match node.what {
                    What::Call(_, parts) => match &parts[1].what {
                        What::Geometry(shape) => shape.located(Crs::Crs84),
                        other => panic!("{other:?}"),
                    },
                    other => panic!("{other:?}"),
                }
            },
            crs: Crs::Crs84,
        };
        let node = parse_text(text).unwrap();
        check(&node, &scope).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
    }

    fn geometry(wkt: &str) -> Geometry {
        match term(&format!("S_EQUALS(geometry, {wkt})")) {
            Term::Spatial(_, terms) => match &terms[1] {
                Term::Fixed(fixed) => fixed.geometry.clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn named(op: SpatialOp) -> &'static str {
        let name = Op::Spatial(op).json();
        name.strip_prefix("s_").expect("it is spatial")
    }

    /// The pairs of the table, each with the operators that hold.
    fn table() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
        let lines = include_str!("relations.txt").lines();
        let mut one = "";
        lines
            .filter(|line| !line.starts_with('#'))
            .filter_map(move |line| {
                let Some(pair) = line.strip_prefix("  ") else {
                    one = line;
                    return None;
                };
                let (held, other) = pair.split_once(": ")?;
                Some((one, other, held.split(',').collect()))
            })
    }

    #[test]
    fn relations_are_those_of_geos() {
        let mut wrong = vec![];
        let mut count = 0;
        for (one, other, held) in table() {
            let (at, there) = (At(geometry(one)), At(geometry(other)));
            for op in SpatialOp::ALL {
                let name = named(*op);
                let sides = [
                    term(&format!("S_{name}({one}, {other})")).holds(&at),
                    term(&format!("S_{name}(geometry, {other})")).holds(&at),
                    term(&format!("S_{name}({one}, geometry)")).holds(&there),
                    hold(
                        *op,
                        &Spot::Of(Cow::Borrowed(&at.0)),
                        &Spot::Of(Cow::Borrowed(&there.0)),
                        |_| true,
                    ),
                ];
                let expected = Some(held.contains(&name));
                if sides != [expected; 4] {
                    wrong.push(format!("{one} {name} {other}: {sides:?}, not {expected:?}"));
                }
                count += 1;
            }
        }
        assert_eq!(count, 37 * 37 * 8);
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Polygons that are none, as regions may have and layers of others: whatever holds of them, what lies far from them is
    /// disjoint, and nothing panics.
    #[test]
    fn polygons_that_are_not_valid_are_evaluated() {
        let invalid = [
            "POLYGON((0 0,4 4,4 0,0 4,0 0))",
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(6 6,7 6,7 7,6 7,6 6))",
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 3,1 1),(2 2,5 2,5 5,2 5,2 2))",
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,4 0,4 4,0 4,0 0))",
            "POLYGON((0 0,2 2,4 4,0 0))",
            "POLYGON((1 1,1 1,1 1,1 1))",
            "POLYGON((0 0,4 0,4 0,4 4,2 0,0 0))",
            "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((1 1,5 1,5 5,1 5,1 1)))",
            "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((0 0,4 0,4 4,0 4,0 0)))",
            "LINESTRING(1 1,1 1)",
            "MULTILINESTRING((1 1,1 1),(2 2,3 3))",
            "MULTIPOINT((1 1),(1 1))",
            "GEOMETRYCOLLECTION(POLYGON((0 0,4 4,4 0,0 4,0 0)),POLYGON((1 1,1 1,1 1,1 1)),POINT(2 2))",
        ];
        let others = table().map(|(one, ..)| one);
        let mut others: Vec<&str> = others.chain(invalid).collect();
        others.dedup();
        for one in invalid {
            let one = format!("region('{one}')");
            for other in &others {
                let other = format!("region('{other}')");
                let (at, there) = (At(geometry(&one)), At(geometry(&other)));
                for name in SpatialOp::ALL.iter().copied().map(named) {
                    for term in [
                        term(&format!("S_{name}({one}, {other})")),
                        term(&format!("S_{name}({other}, geometry)")),
                    ] {
                        assert!(term.holds(&at).is_some(), "{one} {name} {other}");
                    }
                    let turned = term(&format!("S_{name}({one}, geometry)"));
                    assert!(turned.holds(&there).is_some(), "{one} {name} {other}");
                }
            }
            let far = format!(
                "S_DISJOINT({one}, POINT(20 20)) AND NOT S_INTERSECTS(POINT(20 20), {one})"
            );
            assert_eq!(term(&far).holds(&At(geometry(&one))), Some(true), "{one}");
        }
    }
}
