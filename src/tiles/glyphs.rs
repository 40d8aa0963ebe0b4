//! Letters for map libraries: the shapes of a font as fields of distances, from which a screen draws them at any size.
//!
//! The form is that of MapLibre and Mapbox (`glyphs.proto`): 256 characters at a time, each a field of distances
//! ([`Outline::field`]).

use ttf_parser::Face;

use super::encoding::{number, sized, zigzag};
use super::field::{EM, Frame, Outline, whole};

/// How far below the top of a line letters stand, as MapLibre has it for all fonts.
const ASCENT: i32 = 26;

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
        let scale = EM / f32::from(self.face.units_per_em());
        let mut outline = Outline::scaled(scale);
        self.face.outline_glyph(id, &mut outline);
        let advance = f32::from(self.face.glyph_hor_advance(id)?) * scale;
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

#[cfg(test)]
mod tests {
    use super::super::field::BORDER;
    use super::*;

    /// The outline of a letter, drawn where it is within.
    fn drawn(letter: char) -> String {
        let font = Font::compiled_in();
        let mut outline = Outline::scaled(EM / f32::from(font.face.units_per_em()));
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
