//! Signs for maps: a few plain shapes, drawn by nobody's emblem, each as a field of distances in one picture.

use super::field::Outline;

/// A shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A disc.
    Disc,
    /// A stone, upright and round above.
    Stele,
    /// A triangle.
    Triangle,
    /// A wall with battlements.
    Battlements,
    /// A house with a roof.
    House,
    /// The arch of a bridge.
    Arch,
    /// A square on its corner.
    Diamond,
    /// An area with eight corners.
    Octagon,
    /// A square.
    Square,
}

/// Pixels of a side of each outline.
const EM: i32 = 24;

/// The same of its picture, with a border of three.
const SIDE: usize = 30;

/// All signs as one picture: a row of squares.
#[derive(Debug)]
pub struct SignSheet {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// How far each is from the outline, row by row (`Outline::field`).
    pub shades: Vec<u8>,
}

/// Where a sign is in the picture of all, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignPlace {
    /// Its left side.
    pub left: usize,
    /// How wide and high it is.
    pub side: usize,
}

impl Sign {
    /// Each of them, in the order of the picture.
    pub const ALL: [Sign; 9] = [
        Sign::Disc,
        Sign::Stele,
        Sign::Triangle,
        Sign::Battlements,
        Sign::House,
        Sign::Arch,
        Sign::Diamond,
        Sign::Octagon,
        Sign::Square,
    ];

    /// Its name in styles.
    pub fn id(self) -> &'static str {
        match self {
            Sign::Disc => "disc",
            Sign::Stele => "stele",
            Sign::Triangle => "triangle",
            Sign::Battlements => "battlements",
            Sign::House => "house",
            Sign::Arch => "arch",
            Sign::Diamond => "diamond",
            Sign::Octagon => "octagon",
            Sign::Square => "square",
        }
    }

    /// Where it is in the picture.
    pub fn place(self) -> SignPlace {
        SignPlace {
            left: self as usize * SIDE,
            side: SIDE,
        }
    }

    /// The corners of its outline in a square of 24 by 24, upwards from the lower left.
    ///
    /// ```
    /// use heritage_registry::tiles::Sign;
    /// assert_eq!(Sign::Square.outline(), [[4.0, 4.0], [20.0, 4.0], [20.0, 20.0], [4.0, 20.0]]);
    /// ```
    pub fn outline(self) -> Vec<[f32; 2]> {
        let arc = |centre: [f32; 2], radius: f32, from: u8, to: u8| {
            let steps = from..=to;
            steps.map(move |step| {
                let (sin, cos) = (f32::from(step) * std::f32::consts::PI / 12.0).sin_cos();
                [centre[0] + radius * cos, centre[1] + radius * sin]
            })
        };
        match self {
            Sign::Disc => arc([12.0, 12.0], 10.0, 0, 23).collect(),
            Sign::Stele => [[4.5, 1.5], [19.5, 1.5]]
                .into_iter()
                .chain(arc([12.0, 15.0], 7.5, 0, 12))
                .collect(),
            Sign::Triangle => vec![[0.5, 2.5], [23.5, 2.5], [12.0, 22.5]],
            Sign::Battlements => vec![
                [2.5, 2.5],
                [21.5, 2.5],
                [21.5, 21.5],
                [16.5, 21.5],
                [16.5, 17.0],
                [14.5, 17.0],
                [14.5, 21.5],
                [9.5, 21.5],
                [9.5, 17.0],
                [7.5, 17.0],
                [7.5, 21.5],
                [2.5, 21.5],
            ],
            Sign::House => vec![
                [3.5, 2.0],
                [20.5, 2.0],
                [20.5, 13.5],
                [12.0, 22.5],
                [3.5, 13.5],
            ],
            Sign::Arch => [[0.5, 4.0], [6.0, 4.0]]
                .into_iter()
                .chain(
                    arc([12.0, 4.0], 6.0, 0, 12)
                        .collect::<Vec<_>>()
                        .into_iter()
                        .rev(),
                )
                .chain([[18.0, 4.0], [23.5, 4.0], [23.5, 20.0], [0.5, 20.0]])
                .collect(),
            Sign::Diamond => vec![[12.0, 0.5], [23.5, 12.0], [12.0, 23.5], [0.5, 12.0]],
            Sign::Octagon => vec![
                [7.5, 1.5],
                [16.5, 1.5],
                [22.5, 7.5],
                [22.5, 16.5],
                [16.5, 22.5],
                [7.5, 22.5],
                [1.5, 16.5],
                [1.5, 7.5],
            ],
            Sign::Square => vec![[4.0, 4.0], [20.0, 4.0], [20.0, 20.0], [4.0, 20.0]],
        }
    }

    /// The picture of all.
    pub fn sheet() -> SignSheet {
        let width = Sign::ALL.len() * SIDE;
        let mut shades = vec![0; width * SIDE];
        for sign in Sign::ALL {
            let outline = Outline::of_ring(&sign.outline());
            let field = outline.field_in_square(EM);
            for (row, line) in field.chunks(SIDE).enumerate() {
                let start = row * width + sign.place().left;
                shades[start..start + SIDE].copy_from_slice(line);
            }
        }
        SignSheet {
            width,
            height: SIDE,
            shades,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sign, drawn where it is within.
    fn drawn(sign: Sign) -> String {
        let sheet = Sign::sheet();
        let rows = sheet.shades.chunks(sheet.width).map(|row| {
            let place = sign.place();
            let row = &row[place.left..place.left + place.side];
            let marks = row
                .iter()
                .map(|shade| if *shade >= 192 { '#' } else { '.' });
            marks.collect::<String>()
        });
        let rows: Vec<String> = rows.filter(|row| row.contains('#')).collect();
        rows.join("\n")
    }

    #[test]
    fn signs_look_like_themselves() {
        insta::assert_snapshot!(drawn(Sign::Arch), @r"
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....######################....
        ....#########....#########....
        ....#######........#######....
        ....######..........######....
        ....######..........######....
        ....#####............#####....
        ....#####............#####....
        ");
    }

    #[test]
    fn no_two_signs_look_alike_and_none_is_much_larger() {
        let mut all = Vec::new();
        for sign in Sign::ALL {
            let drawn = drawn(sign);
            let size = drawn.matches('#').count();
            assert!((180..=420).contains(&size), "{sign:?} has {size} pixels");
            assert!(!all.contains(&drawn), "{sign:?}");
            all.push(drawn);
        }
    }
}
