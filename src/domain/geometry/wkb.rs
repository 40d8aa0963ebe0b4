//! Well-known binary (OGC 06-103r4, 8), as files have it.

use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::Geometry;
use crate::domain::Wrong;

/// The geometry that bytes are, of whatever coordinates: x first. Heights and measures are dropped, whether they are said as
/// ISO or as `PostGIS` says them. An empty point has no numbers for coordinates.
///
/// ```
/// use heritage_registry::domain::read_wkb;
/// let bytes = [&[1, 1, 0, 0, 0][..], &46.75_f64.to_le_bytes(), &39.76_f64.to_le_bytes()].concat();
/// assert_eq!(read_wkb(&bytes), Ok(geo::Point::new(46.75, 39.76).into()));
/// ```
pub fn read_wkb(bytes: &[u8]) -> Result<Geometry, Wrong> {
    let mut rest = Rest {
        bytes,
        is_big: false,
    };
    rest.geometry()
}

struct Rest<'a> {
    bytes: &'a [u8],
    is_big: bool,
}

/// What `PostGIS` adds to a type: a height, a measure, and the number of the system, which follows.
const HAS_Z: u32 = 0x8000_0000;
const HAS_M: u32 = 0x4000_0000;
const HAS_SRID: u32 = 0x2000_0000;

impl Rest<'_> {
    fn geometry(&mut self) -> Result<Geometry, Wrong> {
        let (kind, size) = self.head()?;
        Ok(match kind {
            1 => Point(self.position(size)?).into(),
            2 => self.line(size)?.into(),
            3 => self.polygon(size)?.into(),
            4 => MultiPoint(self.parts(1, |rest, size| Ok(Point(rest.position(size)?)))?).into(),
            5 => MultiLineString(self.parts(2, Self::line)?).into(),
            6 => MultiPolygon(self.parts(3, Self::polygon)?).into(),
            _ => {
                return Err(Wrong(format!(
                    "is a geometry of type {kind}, not a Point, LineString, Polygon or their Multi types (1 to 6)"
                )));
            }
        })
    }

    /// The type, and of how many numbers a position is.
    fn head(&mut self) -> Result<(u32, usize), Wrong> {
        let [order] = self.take()?;
        self.is_big = match order {
            0 => true,
            1 => false,
            _ => {
                return Err(Wrong(format!(
                    "has {order} where 0 or 1 says the order of bytes"
                )));
            }
        };
        let kind = self.number()?;
        if kind & HAS_SRID != 0 {
            self.number()?;
        }
        let flags = usize::from(kind & HAS_Z != 0) + usize::from(kind & HAS_M != 0);
        let kind = kind & !(HAS_Z | HAS_M | HAS_SRID);
        let more = match kind / 1000 {
            0 => flags,
            1 | 2 => 1,
            3 => 2,
            _ => {
                return Err(Wrong(format!(
                    "is a geometry of type {kind}, which is not known here"
                )));
            }
        };
        Ok((kind % 1000, 2 + more))
    }

    /// Geometries of one type, each with its head.
    fn parts<T>(
        &mut self,
        wanted: u32,
        part: impl Fn(&mut Self, usize) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        let mut parts = Vec::new();
        for _ in 0..self.number()? {
            let (kind, size) = self.head()?;
            if kind != wanted {
                return Err(Wrong(format!(
                    "has a part of type {kind} among those of type {wanted}"
                )));
            }
            parts.push(part(self, size)?);
        }
        Ok(parts)
    }

    fn polygon(&mut self, size: usize) -> Result<Polygon<f64>, Wrong> {
        let mut rings = Vec::new();
        for _ in 0..self.number()? {
            rings.push(self.line(size)?);
        }
        let holes = rings.split_off(rings.len().min(1));
        let outer = rings.pop().unwrap_or(LineString(vec![]));
        Ok(Polygon::new(outer, holes))
    }

    fn line(&mut self, size: usize) -> Result<LineString<f64>, Wrong> {
        let mut positions = Vec::new();
        for _ in 0..self.number()? {
            positions.push(self.position(size)?);
        }
        Ok(LineString(positions))
    }

    fn position(&mut self, size: usize) -> Result<Coord<f64>, Wrong> {
        let (x, y) = (self.float()?, self.float()?);
        for _ in 2..size {
            self.float()?;
        }
        Ok(Coord { x, y })
    }

    fn number(&mut self) -> Result<u32, Wrong> {
        let bytes = self.take()?;
        Ok(if self.is_big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn float(&mut self) -> Result<f64, Wrong> {
        let bytes = self.take()?;
        Ok(if self.is_big {
            f64::from_be_bytes(bytes)
        } else {
            f64::from_le_bytes(bytes)
        })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        let (taken, rest) = self
            .bytes
            .split_first_chunk()
            .ok_or_else(|| Wrong("ends before the geometry does".to_owned()))?;
        self.bytes = rest;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests {
    use geo::wkt;
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
        digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// 1 and 2, little-endian and big-endian.
    const ONE: &str = "000000000000F03F";
    const TWO: &str = "0000000000000040";
    const BIG: &str = "3FF0000000000000 4000000000000000";

    #[test]
    fn every_type_in_either_order_of_bytes_and_with_more_than_two_numbers_is_read() {
        let at = format!("{ONE} {TWO}");
        let point: Geometry = wkt!(POINT(1. 2.)).into();
        for (hex, expected) in [
            (format!("01 01000000 {at}"), point.clone()),
            (format!("00 00000001 {BIG}"), point.clone()),
            (format!("01 E9030000 {at} {ONE}"), point.clone()),
            (format!("01 D1070000 {at} {ONE}"), point.clone()),
            (format!("01 B90B0000 {at} {ONE} {ONE}"), point.clone()),
            (format!("01 01000080 {at} {ONE}"), point.clone()),
            (format!("01 010000E0 E6100000 {at} {ONE} {ONE}"), point),
            (
                format!("01 02000000 02000000 {at} {TWO} {ONE}"),
                wkt!(LINESTRING(1. 2., 2. 1.)).into(),
            ),
            (
                format!("01 03000000 01000000 04000000 {at} {TWO} {ONE} {ONE} {ONE} {at}"),
                wkt!(POLYGON((1. 2., 2. 1., 1. 1., 1. 2.))).into(),
            ),
            (
                format!("01 04000000 02000000 01 01000000 {at} 00 00000001 {BIG}"),
                wkt!(MULTIPOINT(1. 2., 1. 2.)).into(),
            ),
            (
                format!("01 05000000 01000000 01 02000000 01000000 {at}"),
                wkt!(MULTILINESTRING((1. 2.))).into(),
            ),
            (
                "01 06000000 00000000".to_owned(),
                MultiPolygon::<f64>(vec![]).into(),
            ),
            (
                "01 03000000 00000000".to_owned(),
                Polygon::<f64>::new(LineString(vec![]), vec![]).into(),
            ),
        ] {
            assert_eq!(read_wkb(&bytes(&hex)), Ok(expected), "{hex}");
        }
    }

    #[test]
    fn what_is_no_geometry_is_told() {
        for (hex, expected) in [
            ("", "ends before"),
            ("02", "has 2 where 0 or 1"),
            ("01 01000000 00", "ends before"),
            ("01 07000000 00000000", "type 7"),
            ("01 99990000", "not known here"),
            ("01 02000000 FFFFFFFF", "ends before"),
            ("01 04000000 01000000 01 02000000", "a part of type 2"),
        ] {
            let told = read_wkb(&bytes(hex)).unwrap_err().0;
            assert!(told.contains(expected), "{hex}: {told}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_much(kind in 0u8..9, bytes in prop::collection::vec(any::<u8>(), 0..99)) {
            let _ = read_wkb(&[&[1, kind, 0, 0, 0][..], &bytes].concat());
        }
    }
}
