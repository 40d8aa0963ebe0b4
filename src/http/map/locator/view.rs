//! A part of the land: what is seen of it, and what is named.

use super::bar::Bar;
use super::labels::{Label, Labels};
use super::shapes::{away, centre, from_middle, is_within, path};
use super::{ACROSS, DOWN, MIDDLE, SIGN};
use crate::domain::{Geometry, Ground, Landmark, Languages, LonLat};
use crate::tiles::{Drawn, Sheet};

/// How many places have a name at most.
const PLACES_MAX: usize = 14;

/// What part of the land is shown.
pub(super) struct View<'a> {
    metres_of_a_unit: f64,
    sheet: Sheet,
    bar: Bar,
    /// The landmarks that are seen, as they are drawn.
    seen: Vec<(&'a Landmark, Drawn)>,
}

impl<'a> View<'a> {
    pub(super) fn around(
        middle: LonLat,
        metres_across: f64,
        landmarks: &'a [Landmark],
    ) -> View<'a> {
        let metres_of_a_unit = metres_across / f64::from(ACROSS);
        let sheet = Sheet::around(middle, metres_of_a_unit, ACROSS, DOWN);
        let seen = landmarks
            .iter()
            .filter_map(|one| Some((one, sheet.draw(one.geometry.as_geo())?)));
        View {
            metres_of_a_unit,
            sheet,
            bar: Bar::of(metres_of_a_unit),
            seen: seen.collect(),
        }
    }

    pub(super) fn metres_of_a_unit(&self) -> f64 {
        self.metres_of_a_unit
    }

    pub(super) fn bar(&self) -> Bar {
        self.bar.clone()
    }

    /// What is seen of a geometry; `None` if nothing is.
    pub(super) fn draw(&self, geometry: &Geometry) -> Option<Drawn> {
        self.sheet.draw(geometry)
    }

    /// All that is seen of a kind, as SVG writes it.
    pub(super) fn paths(&self, ground: Ground) -> String {
        self.of(ground).map(path).collect()
    }

    fn of(&self, ground: Ground) -> impl Iterator<Item = &Drawn> {
        let all = self
            .seen
            .iter()
            .filter(move |(one, _)| one.ground == ground);
        all.map(|(_, drawn)| drawn)
    }

    /// The names that find room beside the scale and the sign, if there is one.
    pub(super) fn named(&self, has_sign: bool, languages: &Languages) -> Labels {
        let mut labels = Labels::on([ACROSS, DOWN]);
        if has_sign {
            labels.keep_sign(MIDDLE, SIGN);
        }
        labels.keep_free(self.bar.text_at, self.bar.length / 2 + 14, 30);
        for (label, drawn) in self.by_weight(languages) {
            if label.is_place() && labels.places().count() == PLACES_MAX {
                continue;
            }
            match drawn {
                Drawn::Points(points) => labels.beside(label, points[0]),
                Drawn::Lines(lines) => {
                    // Lines of rivers go on through lakes, and a name there would be read as the lake's.
                    let points = from_middle(lines);
                    labels.along(label, points.filter(|at| !self.is_in_a_lake(*at)));
                }
                Drawn::Rings(rings) => labels.along(label, [centre(&rings[0])]),
            }
        }
        labels
    }

    /// All names in the order in which they look for room: that of the place where the subject is, then those that maps show
    /// early, of equals those of what has a corner nearest to the middle.
    fn by_weight(&self, languages: &Languages) -> impl Iterator<Item = (Label, &Drawn)> {
        let named = self.seen.iter().filter_map(|(one, drawn)| {
            let (text, lang) = one.label(languages)?;
            let label = Label::of(one.ground, one.rank, text, lang.as_str());
            let away = away(drawn, MIDDLE);
            let is_here = label.is_place() && away <= SIGN * SIGN;
            Some(((!is_here, one.rank, away), label, drawn))
        });
        let mut all: Vec<_> = named.collect();
        all.sort_by_key(|(weight, ..)| *weight);
        all.into_iter().map(|(_, label, drawn)| (label, drawn))
    }

    fn is_in_a_lake(&self, at: [i32; 2]) -> bool {
        let mut lakes = self.of(Ground::Lake);
        lakes.any(|lake| matches!(lake, Drawn::Rings(rings) if is_within(at, rings)))
    }
}
