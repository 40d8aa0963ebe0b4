//! The scale of a small map.

use serde::Serialize;

use super::{ACROSS, DOWN};

/// From the left side, and from the lower one.
const LEFT: i32 = 20;
const BELOW: i32 = 28;

/// How far its ends reach down.
const END: i32 = 8;

/// How far the foot of its number is above it.
const ABOVE: i32 = 6;

/// A length that people use, a fifth of the map long or a little less.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Bar {
    /// How long it is on the ground.
    pub(super) metres: f64,
    /// How long it is on the map.
    #[serde(skip)]
    pub(super) length: i32,
    path: String,
    /// Where the middle of its number stands.
    pub(super) text_at: [i32; 2],
}

impl Bar {
    pub(super) fn of(metres_of_a_unit: f64) -> Bar {
        let most = f64::from(ACROSS) / 5.0 * metres_of_a_unit;
        let power = 10_f64.powf(most.log10().floor());
        let times = [5.0, 2.0]
            .into_iter()
            .find(|times| times * power <= most)
            .unwrap_or(1.0);
        let metres = times * power;
        #[expect(clippy::cast_possible_truncation, reason = "a fifth of the map")]
        let length = (metres / metres_of_a_unit).round() as i32;
        let top = DOWN - BELOW;
        Bar {
            metres,
            length,
            path: format!("M{LEFT} {top}v{END}h{length}v-{END}"),
            text_at: [LEFT + length / 2, top - ABOVE],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_length_that_people_use_and_has_its_number_above_its_middle() {
        for (metres_of_a_unit, metres, length) in [
            (25.0, 2000.0, 80),
            (40.0, 5000.0, 125),
            (70.0, 10_000.0, 143),
        ] {
            let bar = Bar::of(metres_of_a_unit);
            assert_eq!((bar.metres.round(), bar.length), (metres, length));
            assert_eq!(bar.path, format!("M20 452v8h{length}v-8"));
            assert_eq!(bar.text_at, [20 + length / 2, 446]);
        }
    }
}
