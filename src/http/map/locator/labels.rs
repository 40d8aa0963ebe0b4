//! Names on a small map: each is put where it hides nothing that is there already, or left out.

use serde::Serialize;

use crate::domain::Ground;

/// Letters of towns, and those of villages and waters, in units.
const LARGE: i32 = 27;
const SMALL: i32 = 24;

/// The dot of a place, from its middle.
const DOT: i32 = 6;

/// Between a name and what it names.
const GAP: i32 = 5;

/// A name that looks for room.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) text: String,
    lang: String,
    ground: Ground,
    size: i32,
}

impl Label {
    pub(super) fn of(ground: Ground, rank: u8, text: String, lang: &str) -> Label {
        let is_town = ground == Ground::Place && rank <= 3;
        Label {
            text,
            lang: lang.to_owned(),
            ground,
            size: if is_town { LARGE } else { SMALL },
        }
    }

    pub(super) fn is_place(&self) -> bool {
        self.ground == Ground::Place
    }

    /// How wide it is at most in the fonts that people have; which of them draws it is not known here.
    fn width(&self) -> i32 {
        let hundredths: i32 = self.text.chars().map(hundredths).sum();
        // Those of towns are bold.
        let heavier = if self.size == LARGE { 110 } else { 100 };
        hundredths * self.size / 100 * heavier / 100
    }

    /// What it takes at a point.
    fn at(&self, [x, y]: [i32; 2], anchor: Anchor) -> Taken {
        let half = self.width() / 2;
        let middle = match anchor {
            Anchor::Start => x.saturating_add(half),
            Anchor::Middle => x,
            Anchor::End => x.saturating_sub(half),
        };
        Taken::reaching([middle, y], half, self.size / 2)
    }

    fn class(&self) -> &'static str {
        match self.ground {
            Ground::Place if self.size == LARGE => "town",
            Ground::Place => "village",
            Ground::Lake | Ground::River => "water",
        }
    }
}

/// How wide a letter is, in hundredths of its height.
fn hundredths(letter: char) -> i32 {
    match letter {
        '\u{530}'..='\u{58f}' => 74,
        _ if letter.is_uppercase() => 72,
        _ => 60,
    }
}

/// Which part of a name stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Anchor {
    Start,
    Middle,
    End,
}

/// A name that found room.
#[derive(Debug)]
struct Put {
    label: Label,
    at: [i32; 2],
    anchor: Anchor,
    taken: Taken,
}

/// A part of the map, in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Taken {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Taken {
    /// What reaches so far from a point, across and down.
    fn reaching([x, y]: [i32; 2], across: i32, down: i32) -> Taken {
        Taken {
            left: x.saturating_sub(across),
            top: y - down,
            right: x.saturating_add(across),
            bottom: y + down,
        }
    }

    fn meets(&self, other: &Taken) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// The names that found room, and what else is kept free of them.
#[derive(Debug)]
pub(super) struct Labels {
    whole: Taken,
    sign: Option<Taken>,
    kept_free: Vec<Taken>,
    dots: Vec<[i32; 2]>,
    put: Vec<Put>,
}

impl Labels {
    /// None yet, on a map of so many units across and down.
    pub(super) fn on([across, down]: [i32; 2]) -> Labels {
        let whole = Taken {
            left: 4,
            top: 4,
            right: across - 4,
            bottom: down - 4,
        };
        Labels {
            whole,
            sign: None,
            kept_free: Vec::new(),
            dots: Vec::new(),
            put: Vec::new(),
        }
    }

    /// Lets no name come so near to a point, across and down.
    pub(super) fn keep_free(&mut self, at: [i32; 2], across: i32, down: i32) {
        self.kept_free.push(Taken::reaching(at, across, down));
    }

    /// Lets no name come over a sign.
    pub(super) fn keep_sign(&mut self, at: [i32; 2], half: i32) {
        self.sign = Some(Taken::reaching(at, half, half));
    }

    /// Puts the name of a place beside its dot, which is left out with it; or beside the sign, where that hides the dot.
    pub(super) fn beside(&mut self, label: Label, at: [i32; 2]) {
        let dot = Taken::reaching(at, DOT, DOT);
        let over = self.sign.filter(|sign| sign.meets(&dot));
        if over.is_none() && !self.has_room(&dot) {
            return;
        }
        let beside = over.unwrap_or(dot);
        let half = label.size / 2;
        let middle = [
            i32::midpoint(beside.left, beside.right),
            i32::midpoint(beside.top, beside.bottom),
        ];
        let (right, left) = (beside.right + GAP, beside.left - GAP);
        let (above, below) = (beside.top - half, beside.bottom + half);
        let ways = [
            ([right, middle[1]], Anchor::Start),
            ([left, middle[1]], Anchor::End),
            ([middle[0], above], Anchor::Middle),
            ([middle[0], below], Anchor::Middle),
            ([right, above + half / 2], Anchor::Start),
            ([right, below - half / 2], Anchor::Start),
            ([left, above + half / 2], Anchor::End),
            ([left, below - half / 2], Anchor::End),
        ];
        if self.put_first(label, ways) && over.is_none() {
            self.dots.push(at);
            self.kept_free.push(dot);
        }
    }

    /// Puts the name of a water over one of its points.
    pub(super) fn along(&mut self, label: Label, points: impl IntoIterator<Item = [i32; 2]>) {
        // Rivers come in several parts, and one name is enough. Towns are called as their rivers are, and do not name those.
        let is_named = |put: &Put| put.label.ground == label.ground && put.label.text == label.text;
        if !self.put.iter().any(is_named) {
            self.put_first(label, points.into_iter().map(|at| (at, Anchor::Middle)));
        }
    }

    fn put_first(
        &mut self,
        label: Label,
        ways: impl IntoIterator<Item = ([i32; 2], Anchor)>,
    ) -> bool {
        let mut ways = ways
            .into_iter()
            .map(|(at, anchor)| (at, anchor, label.at(at, anchor)));
        let Some((at, anchor, taken)) = ways.find(|(.., taken)| self.has_room(taken)) else {
            return false;
        };
        self.put.push(Put {
            label,
            at,
            anchor,
            taken,
        });
        true
    }

    fn holds(&self, one: &Taken) -> bool {
        self.whole.left <= one.left
            && one.right <= self.whole.right
            && self.whole.top <= one.top
            && one.bottom <= self.whole.bottom
    }

    fn has_room(&self, one: &Taken) -> bool {
        let put = self.put.iter().map(|put| &put.taken);
        let mut all = put.chain(&self.kept_free).chain(&self.sign);
        self.holds(one) && !all.any(|taken| taken.meets(one))
    }

    /// The names of places, in the order in which they found room.
    pub(super) fn places(&self) -> impl Iterator<Item = &Label> {
        let labels = self.put.iter().map(|put| &put.label);
        labels.filter(|label| label.is_place())
    }

    /// The dots of the places that are named beside theirs.
    pub(super) fn dots(&self) -> Vec<[i32; 2]> {
        self.dots.clone()
    }

    /// The names as they are drawn.
    pub(super) fn shown(&self) -> Vec<ShownLabel> {
        let shown = self.put.iter().map(|put| {
            let (label, [x, y]) = (&put.label, put.at);
            ShownLabel {
                text: label.text.clone(),
                lang: label.lang.clone(),
                class: label.class(),
                anchor: put.anchor,
                at: [x, y + label.size / 3],
            }
        });
        shown.collect()
    }
}

/// A name as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ShownLabel {
    pub(super) text: String,
    pub(super) lang: String,
    class: &'static str,
    anchor: Anchor,
    /// The point of the line on which its letters stand.
    pub(super) at: [i32; 2],
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(text: &str) -> Label {
        Label::of(Ground::Place, 5, text.to_owned(), "und")
    }

    #[test]
    fn a_name_that_finds_no_room_is_left_out_with_its_dot() {
        let mut labels = Labels::on([300, 100]);
        labels.beside(place("Vank"), [100, 50]);
        labels.beside(place("Kolatak"), [104, 52]);
        labels.beside(place("Nerkin Horatagh"), [150, 50]);
        assert_eq!(labels.dots(), [[100, 50]]);
        assert_eq!(
            labels.shown(),
            [ShownLabel {
                text: "Vank".to_owned(),
                lang: "und".to_owned(),
                class: "village",
                anchor: Anchor::Start,
                at: [111, 58],
            }]
        );
    }

    #[test]
    fn a_place_below_the_sign_is_named_beside_it() {
        let mut labels = Labels::on([300, 100]);
        labels.keep_sign([100, 50], 20);
        labels.beside(place("Vank"), [105, 55]);
        assert!(labels.dots().is_empty());
        assert_eq!(labels.shown()[0].at, [125, 58]);
    }

    #[test]
    fn a_name_too_long_for_the_map_is_left_out() {
        let mut labels = Labels::on([300, 100]);
        labels.beside(place(&"Long ".repeat(1000)), [100, 50]);
        labels.along(Label::of(Ground::River, 1, String::new(), "und"), []);
        assert!(labels.shown().is_empty() && labels.dots().is_empty());
    }

    #[test]
    fn the_parts_of_a_river_have_one_name_and_a_town_may_share_it() {
        let mut labels = Labels::on([600, 400]);
        labels.beside(place("Tartar"), [100, 50]);
        for part in [[300, 150], [300, 250]] {
            labels.along(
                Label::of(Ground::River, 1, "Tartar".to_owned(), "und"),
                [part],
            );
        }
        labels.along(
            Label::of(Ground::Lake, 1, "Tartar".to_owned(), "und"),
            [[300, 350]],
        );
        let points: Vec<_> = labels.put.iter().map(|put| put.at).collect();
        assert_eq!(points, [[111, 50], [300, 150], [300, 350]]);
    }

    proptest! {
        #[test]
        fn no_two_names_meet_and_none_hides_the_sign_or_leaves_the_map(
            all in proptest::collection::vec(("[A-Zա-ֆ]{1,12}", 1..6_u8, -50..350, -50..250), 1..40),
        ) {
            let mut labels = Labels::on([300, 200]);
            labels.keep_sign([150, 100], 20);
            labels.keep_free([40, 170], 30, 20);
            for (text, rank, x, y) in all {
                if rank == 1 {
                    labels.along(Label::of(Ground::River, rank, text, "und"), [[x, y]]);
                } else {
                    labels.beside(Label::of(Ground::Place, rank, text, "und"), [x, y]);
                }
            }
            let kept_free = labels.kept_free.iter().chain(&labels.sign);
            for (place, one) in labels.put.iter().enumerate() {
                prop_assert!(labels.holds(&one.taken));
                prop_assert!(!kept_free.clone().any(|other| other.meets(&one.taken)));
                let others = labels.put[..place].iter();
                prop_assert!(!others.map(|other| &other.taken).any(|other| other.meets(&one.taken)));
            }
        }
    }
}
