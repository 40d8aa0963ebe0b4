//! What holds of every geometry, however it is written.

use super::{Position, Shape};

/// The type of a geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShapeType {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
    Collection,
}

impl ShapeType {
    pub(super) const ALL: [ShapeType; 7] = [
        ShapeType::Point,
        ShapeType::LineString,
        ShapeType::Polygon,
        ShapeType::MultiPoint,
        ShapeType::MultiLineString,
        ShapeType::MultiPolygon,
        ShapeType::Collection,
    ];

    /// Its names: in GeoJSON, which is compared with its case, and in well-known text.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            ShapeType::Point => ("Point", "POINT"),
            ShapeType::LineString => ("LineString", "LINESTRING"),
            ShapeType::Polygon => ("Polygon", "POLYGON"),
            ShapeType::MultiPoint => ("MultiPoint", "MULTIPOINT"),
            ShapeType::MultiLineString => ("MultiLineString", "MULTILINESTRING"),
            ShapeType::MultiPolygon => ("MultiPolygon", "MULTIPOLYGON"),
            ShapeType::Collection => ("GeometryCollection", "GEOMETRYCOLLECTION"),
        }
    }

    pub(super) const fn json(self) -> &'static str {
        self.names().0
    }

    pub(super) const fn text(self) -> &'static str {
        self.names().1
    }

    /// That with this name in well-known text, in any case.
    pub(super) fn named(word: &str) -> Option<ShapeType> {
        let mut all = ShapeType::ALL.into_iter();
        all.find(|one| one.text().eq_ignore_ascii_case(word))
    }
}

impl Shape {
    pub(super) fn shape_type(&self) -> ShapeType {
        match self {
            Shape::Point(_) => ShapeType::Point,
            Shape::LineString(_) => ShapeType::LineString,
            Shape::Polygon(_) => ShapeType::Polygon,
            Shape::MultiPoint(_) => ShapeType::MultiPoint,
            Shape::MultiLineString(_) => ShapeType::MultiLineString,
            Shape::MultiPolygon(_) => ShapeType::MultiPolygon,
            Shape::Collection(_) => ShapeType::Collection,
        }
    }
}

/// Whether the positions of a geometry have heights: all, or none.
#[derive(Default)]
pub(super) struct Heights(Option<bool>);

impl Heights {
    /// All have one: `Z` says so.
    pub(super) fn want(&mut self) -> Result<(), String> {
        self.agree(true)
    }

    pub(super) fn wrong_count(count: usize) -> String {
        format!("a position has 2 numbers, or 3 with a height, not {count}")
    }

    fn agree(&mut self, has_height: bool) -> Result<(), String> {
        if *self.0.get_or_insert(has_height) != has_height {
            return Err("all positions of a geometry have a height, or none has".to_owned());
        }
        Ok(())
    }

    /// A position from its numbers.
    pub(super) fn position(&mut self, numbers: &[f64]) -> Result<Position, String> {
        let (at, height) = match *numbers {
            [first, second] => ([first, second], None),
            [first, second, height] => ([first, second], Some(height)),
            _ => return Err(Heights::wrong_count(numbers.len())),
        };
        self.agree(height.is_some())?;
        Ok(Position { at, height })
    }
}

pub(super) fn check_line(line: &[Position]) -> Result<(), String> {
    if line.len() < 2 {
        return Err("a line has 2 positions or more".to_owned());
    }
    Ok(())
}

pub(super) fn check_ring(ring: &[Position]) -> Result<(), String> {
    if ring.len() < 4 {
        return Err("a ring has 4 positions or more, the last equal to the first".to_owned());
    }
    if ring.first() != ring.last() {
        return Err("a ring ends where it begins".to_owned());
    }
    Ok(())
}

pub(super) fn check_bbox(count: usize) -> Result<(), String> {
    if !matches!(count, 4 | 6) {
        return Err(format!(
            "a box has 4 numbers, or 6 with heights, not {count}"
        ));
    }
    Ok(())
}
