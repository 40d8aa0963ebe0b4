//! Letters for map libraries: the shapes of a font as fields of distances, from which a screen draws them at any size.
//!
//! The form is that of MapLibre and Mapbox (`glyphs.proto`): 256 characters at a time, each a bitmap at 24 pixels to the em with
//! three more on each side, where 192 is the outline, more is within, and eight pixels are the whole range.

use ttf_parser::{Face, OutlineBuilder};

use super::encoding::{number, sized, zigzag};

/// Pixels of the em.
const SIZE: f32 = 24.0;
/// Pixels around each letter.
const BORDER: i32 = 3;
/// Pixels over which a distance goes from nothing to all.
const RADIUS: f32 = 8.0;
/// Which part of that lies within the letter.
const CUTOFF: f32 = 0.25;
/// How far below the top of a line letters stand, as MapLibre has it for all fonts.
const ASCENT: i32 = 26;
/// Lines in place of a curve: at 24 pixels nobody sees more.
const PIECES: u8 = 6;

/// A font that letters are taken from.
pub struct Font {
    face: Face<'static>,
}

/// `DejaVu Sans`, for it has Latin, Armenian, Cyrillic, Georgian and Arabic in one file.
static FILE: &[u8] = include_bytes!("font/DejaVuSans.ttf");

impl Font {
    /// Its name in styles.
    pub const NAME: &'static str = "DejaVu Sans Book";

    /// The font that is compiled in.
    pub fn compiled_in() -> Font {
        let face = Face::parse(FILE, 0);
        Font {
            face: face.expect("a test reads it"),
        }
    }

    /// The letters from a multiple of 256 on; those that the font lacks are left out.
    pub fn glyphs(&self, first: u16) -> Vec<u8> {
        let first = u32::from(first) & !0xff;
        let last = first + 0xff;
        let mut stack = Vec::new();
        sized(&mut stack, 1, Font::NAME.as_bytes());
        sized(&mut stack, 2, format!("{first}-{last}").as_bytes());
        for letter in (first..=last).filter_map(char::from_u32) {
            if let Some(glyph) = self.glyph(letter) {
                sized(&mut stack, 3, &glyph);
            }
        }
        let mut out = Vec::new();
        sized(&mut out, 1, &stack);
        out
    }

    fn glyph(&self, letter: char) -> Option<Vec<u8>> {
        let id = self.face.glyph_index(letter)?;
        let mut outline = Outline {
            scale: SIZE / f32::from(self.face.units_per_em()),
            ..Outline::default()
        };
        self.face.outline_glyph(id, &mut outline);
        let advance = f32::from(self.face.glyph_hor_advance(id)?) * outline.scale;
        let Frame {
            left,
            top,
            width,
            height,
        } = outline.frame();
        let mut out = Vec::new();
        number(&mut out, 1, u32::from(letter).into());
        if width > 0 && height > 0 {
            sized(&mut out, 2, &outline.field());
        }
        number(&mut out, 3, u64::from(width.unsigned_abs()));
        number(&mut out, 4, u64::from(height.unsigned_abs()));
        number(&mut out, 5, zigzag(left.into()));
        number(&mut out, 6, zigzag((top - ASCENT).into()));
        number(
            &mut out,
            7,
            u64::from(whole(advance.round()).unsigned_abs()),
        );
        Some(out)
    }
}

/// The lines around a letter, in pixels, upwards from the line on which it stands.
#[derive(Default)]
struct Outline {
    scale: f32,
    lines: Vec<[[f32; 2]; 2]>,
    start: [f32; 2],
    pen: [f32; 2],
}

/// The pixels that hold a letter: where they begin, and how many they are.
struct Frame {
    left: i32,
    top: i32,
    width: i32,
    height: i32,
}

impl Outline {
    fn frame(&self) -> Frame {
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
    fn field(&self) -> Vec<u8> {
        let frame = self.frame();
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

    fn scaled(&self, x: f32, y: f32) -> [f32; 2] {
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
        self.pen = self.scaled(x, y);
        self.start = self.pen;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.line_to_scaled(self.scaled(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, by, to) = (self.pen, self.scaled(x1, y1), self.scaled(x, y));
        self.curve(|t| between(between(from, by, t), between(by, to, t), t));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let from = self.pen;
        let [by, then, to] = [(x1, y1), (x2, y2), (x, y)].map(|(x, y)| self.scaled(x, y));
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
    #[expect(clippy::cast_precision_loss, reason = "letters are some pixels large")]
    let pixels = count as f32;
    pixels
}

fn whole(pixels: f32) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "letters are some pixels large"
    )]
    let whole = pixels as i32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outline of a letter, drawn where it is within.
    fn drawn(letter: char) -> String {
        let font = Font::compiled_in();
        let mut outline = Outline {
            scale: SIZE / f32::from(font.face.units_per_em()),
            ..Outline::default()
        };
        let id = font.face.glyph_index(letter).unwrap();
        font.face.outline_glyph(id, &mut outline).unwrap();
        let width = usize::try_from(outline.frame().width + 2 * BORDER).unwrap();
        let field = outline.field();
        let row = |row: &[u8]| {
            let all = row
                .iter()
                .map(|shade| if *shade >= 192 { '#' } else { '.' });
            all.collect::<String>()
        };
        let rows: Vec<String> = field.chunks(width).map(row).collect();
        rows.join("\n")
    }

    #[test]
    fn letters_look_like_themselves() {
        insta::assert_snapshot!(drawn('Շ'), @r"
        ......................
        ......................
        ......................
        ......................
        ....########..........
        .......#######........
        .........#######......
        .......###########....
        ......###......###....
        .....###..............
        .....##...............
        ....###...............
        ....##................
        ....##................
        ....##..........##....
        ....##..........##....
        ....###.........##....
        .....##........###....
        .....###......###.....
        ......###########.....
        .......########.......
        ......................
        ......................
        ......................
        ......................
        ");
        insta::assert_snapshot!(drawn('ə'), @r"
        ...................
        ...................
        ...................
        ...................
        ....########.......
        ....###...####.....
        ............###....
        .............##....
        .............##....
        .............##....
        ...############....
        ...############....
        ...###.......##....
        ....##.......##....
        ....###.....##.....
        .....#########.....
        ......######.......
        ...................
        ...................
        ...................
        ...................
        ");
    }

    #[test]
    fn distances_grow_on_either_side_of_the_outline() {
        let square = [[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0], [0.0, 0.0]];
        let outline = Outline {
            lines: square.windows(2).map(|ends| [ends[0], ends[1]]).collect(),
            ..Outline::default()
        };
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

    #[test]
    fn a_range_has_the_letters_that_the_font_has() {
        let latin = Font::compiled_in().glyphs(0);
        let name = Font::NAME.as_bytes();
        assert!(latin.windows(name.len()).any(|part| part == name));
        assert!(latin.windows(5).any(|part| part == b"0-255"));
        let none = Font::compiled_in().glyphs(0x3000);
        assert!(none.len() < 100 && none.windows(11).any(|part| part == b"12288-12543"));
    }

    #[test]
    fn the_font_has_the_letters_of_every_language_of_the_map() {
        let face = Font::compiled_in().face;
        let latin = "AZazÇçƏəĞğİıÖöŞşÜüÀàÉéÈèÊêÎîÔôŒœÙùʻʼ’".chars();
        let armenian = ('Ա'..='Ֆ').chain('ա'..='և');
        let others = ('А'..='я')
            .chain('ა'..='ჰ')
            .chain('ء'..='غ')
            .chain("Ёёپچژگیک".chars());
        // Letters of Arabic as they are joined, which is how maps ask for them.
        let joined = '\u{fe8d}'..='\u{fefc}';
        let mut all = latin.chain(armenian).chain(others).chain(joined);
        assert_eq!(all.find(|letter| face.glyph_index(*letter).is_none()), None);
    }
}
