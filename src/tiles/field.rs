//! A shape as a field of distances: how far each of its pixels is from the outline, from which a screen draws it at any size
//! and with an edge of any colour.
//!
//! The form is that of MapLibre and Mapbox: 24 pixels to the em with three more on each side, where 192 is the outline, more
//! is within, and eight pixels are the whole range.

use ttf_parser::OutlineBuilder;

/// Pixels of the em.
pub(super) const EM: f32 = 24.0;
/// Pixels around each shape.
pub(super) const BORDER: i32 = 3;
/// Pixels over which a distance goes from nothing to all.
const RADIUS: f32 = 8.0;
/// Which part of that lies within the shape.
const CUTOFF: f32 = 0.25;
/// Lines in place of a curve: at 24 pixels nobody sees more.
const PIECES: u8 = 6;

/// The lines around a shape, in pixels, upwards from the line on which it stands.
#[derive(Default)]
pub(super) struct Outline {
    /// What its positions are multiplied with.
    scale: f32,
    lines: Vec<[[f32; 2]; 2]>,
    start: [f32; 2],
    pen: [f32; 2],
}

/// The pixels that hold a shape: where they begin, and how many they are.
pub(super) struct Frame {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Outline {
    /// One without lines yet, whose positions are multiplied with this.
    pub(super) fn scaled(scale: f32) -> Outline {
        Outline {
            scale,
            ..Outline::default()
        }
    }

    /// Of a ring of places, in pixels, the last of which leads to the first.
    pub(super) fn of_ring(ring: &[[f32; 2]]) -> Outline {
        let next = ring.iter().cycle().skip(1);
        Outline {
            lines: ring
                .iter()
                .zip(next)
                .map(|(from, to)| [*from, *to])
                .collect(),
            ..Outline::default()
        }
    }

    pub(super) fn frame(&self) -> Frame {
        let ends = || self.lines.iter().flatten();
        let bounds = |axis: usize| {
            let all = || ends().map(move |end| end[axis]);
            let (low, high) = (all().reduce(f32::min), all().reduce(f32::max));
            let (low, high) = (low.unwrap_or_default(), high.unwrap_or_default());
            (whole(low.floor()), whole(high.ceil()))
        };
        let ((left, right), (bottom, top)) = (bounds(0), bounds(1));
        Frame {
            left,
            top,
            width: right - left,
            height: top - bottom,
        }
    }

    /// The distance of the middle of each pixel from the outline, row by row from the top.
    pub(super) fn field(&self) -> Vec<u8> {
        self.field_in(&self.frame())
    }

    /// The same in a square above and right of the origin, with the border around it, whatever the shape takes of it.
    pub(super) fn field_in_square(&self, side: i32) -> Vec<u8> {
        self.field_in(&Frame {
            left: 0,
            top: side,
            width: side,
            height: side,
        })
    }

    fn field_in(&self, frame: &Frame) -> Vec<u8> {
        let rows = -BORDER..frame.height + BORDER;
        rows.flat_map(|row| {
            let y = pixels(frame.top - row) - 0.5;
            let columns = -BORDER..frame.width + BORDER;
            columns.map(move |column| (pixels(frame.left + column) + 0.5, y))
        })
        .map(|(x, y)| self.shade([x, y]))
        .collect()
    }

    fn shade(&self, at: [f32; 2]) -> u8 {
        let nearest = self.lines.iter().map(|line| distance(at, *line));
        let nearest = nearest.fold(f32::INFINITY, f32::min);
        // Outlines wind around what is within (TrueType, non-zero).
        let winding: i32 = self.lines.iter().map(|line| crossing(at, *line)).sum();
        let outside = if winding == 0 { nearest } else { -nearest };
        let shade = (1.0 - (outside / RADIUS + CUTOFF)) * 255.0;
        u8::try_from(whole(shade.round().clamp(0.0, 255.0))).expect("it was clamped")
    }

    fn line_to_scaled(&mut self, to: [f32; 2]) {
        self.lines.push([self.pen, to]);
        self.pen = to;
    }

    fn at_scale(&self, x: f32, y: f32) -> [f32; 2] {
        [x * self.scale, y * self.scale]
    }

    /// A curve, as lines between places on it.
    fn curve(&mut self, place: impl Fn(f32) -> [f32; 2]) {
        for piece in 1..=PIECES {
            self.line_to_scaled(place(f32::from(piece) / f32::from(PIECES)));
        }
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.pen = self.at_scale(x, y);
        self.start = self.pen;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.line_to_scaled(self.at_scale(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, by, to) = (self.pen, self.at_scale(x1, y1), self.at_scale(x, y));
        self.curve(|t| between(between(from, by, t), between(by, to, t), t));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let from = self.pen;
        let [by, then, to] = [(x1, y1), (x2, y2), (x, y)].map(|(x, y)| self.at_scale(x, y));
        self.curve(|t| {
            let middle = between(by, then, t);
            let one = between(between(from, by, t), middle, t);
            between(one, between(middle, between(then, to, t), t), t)
        });
    }

    fn close(&mut self) {
        self.line_to_scaled(self.start);
    }
}

fn between(a: [f32; 2], b: [f32; 2], t: f32) -> [f32; 2] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// How far a place is from a line.
fn distance([x, y]: [f32; 2], [from, to]: [[f32; 2]; 2]) -> f32 {
    let [along_x, along_y] = [to[0] - from[0], to[1] - from[1]];
    let length = along_x * along_x + along_y * along_y;
    let t = ((x - from[0]) * along_x + (y - from[1]) * along_y) / length;
    // A line without length has no direction.
    let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
    let [near_x, near_y] = between(from, to, t);
    (x - near_x).hypot(y - near_y)
}

/// Whether a line crosses the ray that goes from a place to the right: upwards 1, downwards -1.
fn crossing([x, y]: [f32; 2], [from, to]: [[f32; 2]; 2]) -> i32 {
    let side = (to[0] - from[0]) * (y - from[1]) - (x - from[0]) * (to[1] - from[1]);
    match (from[1] <= y, to[1] <= y) {
        (true, false) if side > 0.0 => 1,
        (false, true) if side < 0.0 => -1,
        _ => 0,
    }
}

fn pixels(count: i32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "shapes are some pixels large")]
    let pixels = count as f32;
    pixels
}

pub(super) fn whole(pixels: f32) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "shapes are some pixels large"
    )]
    let whole = pixels as i32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_grow_on_either_side_of_the_outline() {
        let outline = Outline::of_ring(&[[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]]);
        for (at, shade) in [
            ([0.0, 4.0], 191),
            ([1.0, 4.0], 223),
            ([-1.0, 4.0], 159),
            ([2.0, 4.0], 255),
            ([-6.0, 4.0], 0),
            ([-30.0, 4.0], 0),
        ] {
            assert_eq!(outline.shade(at), shade, "{at:?}");
        }
        assert_eq!(outline.field().len(), 14 * 14);
    }
}
