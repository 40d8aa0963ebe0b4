//! Geometries as GeoJSON (RFC 7946, 3.1), in and out.

use serde_json::{Map, Value, json};

use super::json::{Reader, kind_of};
use super::shape::{Heights, ShapeType, check_line, check_ring};
use super::{Error, Position, Shape};
use crate::domain::not_one_of;

/// Reads the members of a geometry. A `bbox` among them says nothing; a `crs` would say what cannot be heeded.
pub(super) fn read_shape(
    reader: &mut Reader,
    members: &Map<String, Value>,
) -> Result<Shape, Error> {
    let mut heights = Heights::default();
    shape(reader, members, &mut heights)
}

fn shape(
    reader: &mut Reader,
    members: &Map<String, Value>,
    heights: &mut Heights,
) -> Result<Shape, Error> {
    let kind = reader.within("type", |reader| {
        let kind = members
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let known = ShapeType::ALL.into_iter().find(|one| one.json() == kind);
        known.ok_or_else(|| {
            let names = ShapeType::ALL.map(ShapeType::json);
            reader.wrong(not_one_of(kind, &names).0)
        })
    })?;
    let place = match kind {
        ShapeType::Collection => "geometries",
        _ => "coordinates",
    };
    reader.check_members(members, &["type", place, "bbox"])?;
    let Some(value) = members.get(place) else {
        return Err(reader.wrong(format!("{place} is missing")));
    };
    reader.within(place, |reader| match kind {
        ShapeType::Point => position(reader, value, heights).map(Shape::Point),
        ShapeType::LineString => line(reader, value, heights).map(Shape::LineString),
        ShapeType::Polygon => polygon(reader, value, heights).map(Shape::Polygon),
        ShapeType::MultiPoint => each(reader, value, heights, position).map(Shape::MultiPoint),
        ShapeType::MultiLineString => {
            each(reader, value, heights, line).map(Shape::MultiLineString)
        }
        ShapeType::MultiPolygon => each(reader, value, heights, polygon).map(Shape::MultiPolygon),
        ShapeType::Collection => each(reader, value, heights, member).map(Shape::Collection),
    })
}

/// A geometry of a collection.
fn member(reader: &mut Reader, value: &Value, heights: &mut Heights) -> Result<Shape, Error> {
    reader.enter()?;
    let Some(members) = value.as_object() else {
        let found = kind_of(value);
        return Err(reader.wrong(format!("expected a geometry, found {found}")));
    };
    let shape = shape(reader, members, heights)?;
    reader.size.leave();
    Ok(shape)
}

/// One or more in an array.
fn each<T>(
    reader: &mut Reader,
    value: &Value,
    heights: &mut Heights,
    one: fn(&mut Reader, &Value, &mut Heights) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let items = reader.array(value)?;
    if items.is_empty() {
        return Err(reader.wrong("a geometry of a filter is not empty".to_owned()));
    }
    let items = items.iter().enumerate();
    items
        .map(|(index, item)| reader.within(index, |reader| one(reader, item, heights)))
        .collect()
}

fn polygon(
    reader: &mut Reader,
    value: &Value,
    heights: &mut Heights,
) -> Result<Vec<Vec<Position>>, Error> {
    each(reader, value, heights, |reader, value, heights| {
        let ring = each(reader, value, heights, position)?;
        check_ring(&ring).map_err(|wrong| reader.wrong(wrong))?;
        Ok(ring)
    })
}

fn line(reader: &mut Reader, value: &Value, heights: &mut Heights) -> Result<Vec<Position>, Error> {
    let line = each(reader, value, heights, position)?;
    check_line(&line).map_err(|wrong| reader.wrong(wrong))?;
    Ok(line)
}

fn position(reader: &mut Reader, value: &Value, heights: &mut Heights) -> Result<Position, Error> {
    let items = reader.array(value)?;
    let mut numbers = [0.0; 3];
    for (index, (item, number)) in items.iter().zip(&mut numbers).enumerate() {
        *number = match item.as_f64() {
            Some(number) if number.is_finite() => number,
            _ => reader.within(index, |reader| reader.float(item))?,
        };
    }
    let position = match items.len() {
        count @ 0..=3 => heights.position(&numbers[..count]),
        count => Err(Heights::wrong_count(count)),
    };
    let position = position.and_then(|position| reader.size.add_vertex().map(|()| position));
    position.map_err(|wrong| reader.wrong(wrong))
}

/// A geometry as GeoJSON.
pub(super) fn write_shape(shape: &Shape) -> Value {
    let (place, values) = match shape {
        Shape::Point(at) => ("coordinates", write_position(at)),
        Shape::LineString(line) | Shape::MultiPoint(line) => ("coordinates", write_line(line)),
        Shape::Polygon(lines) | Shape::MultiLineString(lines) => {
            ("coordinates", write_lines(lines))
        }
        Shape::MultiPolygon(polygons) => {
            let polygons = polygons.iter().map(|rings| write_lines(rings));
            ("coordinates", polygons.collect())
        }
        Shape::Collection(shapes) => ("geometries", shapes.iter().map(write_shape).collect()),
    };
    json!({"type": shape.shape_type().json(), place: values})
}

fn write_lines(lines: &[Vec<Position>]) -> Value {
    lines.iter().map(|line| write_line(line)).collect()
}

fn write_line(line: &[Position]) -> Value {
    line.iter().map(write_position).collect()
}

fn write_position(position: &Position) -> Value {
    position.at.into_iter().chain(position.height).collect()
}
