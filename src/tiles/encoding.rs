//! The wire format of protocol buffers, as far as tiles need it, and the commands of geometries (MVT 2.1, 4.3).

use super::drawn::{Drawn, Point};
use crate::domain::Scalar;

/// How a field is written.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const SIZED: u64 = 2;

/// Commands (MVT 2.1, 4.3.1).
const MOVE_TO: usize = 1;
const LINE_TO: usize = 2;
const CLOSE_PATH: usize = 7;

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Appends a field that is a number.
pub(super) fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3 | VARINT);
    varint(out, value);
}

/// Appends a field that is bytes: a text, a message or numbers one after the other.
pub(super) fn sized(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    sized_parts(out, field, [bytes]);
}

/// Appends a field that is bytes, which stand in several places.
pub(super) fn sized_parts<const N: usize>(out: &mut Vec<u8>, field: u64, parts: [&[u8]; N]) {
    varint(out, field << 3 | SIZED);
    let length: usize = parts.iter().map(|part| part.len()).sum();
    varint(out, length as u64);
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// Appends a value of a property (MVT 2.1, 4.4).
pub(super) fn value(out: &mut Vec<u8>, value: &Scalar<'_>) {
    match value {
        Scalar::Text(text) => sized(out, 1, text.as_bytes()),
        Scalar::Number(number) => {
            varint(out, 3 << 3 | FIXED_64);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Scalar::Integer(whole) => number(out, 6, zigzag(*whole)),
        Scalar::Boolean(is) => number(out, 7, u64::from(*is)),
    }
}

/// The type of a geometry (MVT 2.1, 4.3.4).
pub(super) fn kind(drawn: &Drawn) -> u64 {
    match drawn {
        Drawn::Points(_) => 1,
        Drawn::Lines(_) => 2,
        Drawn::Rings(_) => 3,
    }
}

/// Appends the commands that draw a geometry.
pub(super) fn geometry(out: &mut Vec<u8>, drawn: &Drawn) {
    let mut pen = [0, 0];
    match drawn {
        Drawn::Points(points) => run(out, &mut pen, MOVE_TO, points),
        Drawn::Lines(lines) => {
            for line in lines {
                run(out, &mut pen, MOVE_TO, &line[..1]);
                run(out, &mut pen, LINE_TO, &line[1..]);
            }
        }
        Drawn::Rings(rings) => {
            for ring in rings {
                run(out, &mut pen, MOVE_TO, &ring[..1]);
                run(out, &mut pen, LINE_TO, &ring[1..]);
                command(out, CLOSE_PATH, 1);
            }
        }
    }
}

fn command(out: &mut Vec<u8>, command: usize, count: usize) {
    varint(out, (command | count << 3) as u64);
}

/// One command for several points, each as its way from the one before.
fn run(out: &mut Vec<u8>, pen: &mut Point, command: usize, points: &[Point]) {
    self::command(out, command, points.len());
    for point in points {
        for (at, was) in point.iter().zip(pen.iter()) {
            varint(out, zigzag(i64::from(*at) - i64::from(*was)));
        }
        *pen = *point;
    }
}

/// Small numbers are short, those below zero, too.
pub(super) fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometries_are_written_as_in_the_examples_of_the_format() {
        // MVT 2.1, 4.3.5.
        for (drawn, expected) in [
            (Drawn::Points(vec![[25, 17]]), vec![9, 50, 34]),
            (Drawn::Points(vec![[5, 7], [3, 2]]), vec![17, 10, 14, 3, 9]),
            (
                Drawn::Lines(vec![vec![[2, 2], [2, 10], [10, 10]]]),
                vec![9, 4, 4, 18, 0, 16, 16, 0],
            ),
            (
                Drawn::Lines(vec![vec![[2, 2], [2, 10], [10, 10]], vec![[1, 1], [3, 5]]]),
                vec![9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8],
            ),
            (
                Drawn::Rings(vec![vec![[3, 6], [8, 12], [20, 34]]]),
                vec![9, 6, 12, 18, 10, 12, 24, 44, 15],
            ),
        ] {
            let mut out = Vec::new();
            geometry(&mut out, &drawn);
            assert_eq!(out, expected, "{drawn:?}");
        }
    }

    #[test]
    fn values_have_the_field_of_their_type() {
        for (given, expected) in [
            (Scalar::Text("ա".into()), vec![0x0a, 2, 0xd5, 0xa1]),
            (
                Scalar::Number(0.5),
                vec![0x19, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f],
            ),
            (Scalar::Integer(-3), vec![0x30, 5]),
            (Scalar::Integer(300), vec![0x30, 0xd8, 4]),
            (Scalar::Boolean(true), vec![0x38, 1]),
        ] {
            let mut out = vec![];
            value(&mut out, &given);
            assert_eq!(out, expected, "{given:?}");
        }
        assert_eq!(zigzag(i64::MIN), u64::MAX);
    }
}
