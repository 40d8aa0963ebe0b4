//! Positions of phones (vocabularies 1.4 and 5): they warn a reviewer of a report that may be about another site, and are
//! deleted after 90 days, since who was where endangers people for longer than it helps anybody.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Crs84, Geometry, Instant, State};

/// A place that is in no view: of a phone, or of a site that nobody has reviewed.
#[derive(Clone, Debug)]
pub struct Position(pub(super) Crs84<Geometry>);

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_geojson().serialize(serializer)
    }
}

/// For so many days positions are kept.
pub const POSITION_DAYS: i64 = 90;

/// The members of a report that say where the phone was. They are internal: in no view of anybody.
pub(super) const POSITION: [&str; 2] = ["observed_position", "observed_position_accuracy_m"];

/// Whether a document says where a phone was. It may have any other faults.
pub fn has_position(document: &RawValue) -> bool {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Members {
        observed_position: Option<IgnoredAny>,
        observed_position_accuracy_m: Option<IgnoredAny>,
    }
    let members: Members = serde_json::from_str(document.get()).unwrap_or_default();
    members.observed_position.is_some() || members.observed_position_accuracy_m.is_some()
}

/// A version of a report, as far as it matters for how long its position is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Positioned {
    /// When it was made.
    pub at: Instant,
    /// The state from then on.
    pub state: State,
    /// Whether it says where a phone was.
    pub has_position: bool,
}

/// Whether the time is over for the positions of a report, of which these are all versions, the first first.
///
/// They go together, 90 days after the first decision on the first version that has one: later versions repeat what
/// that says, and a position that came later goes with the others. Nobody has to decide for them to go: while a report
/// waits, the days count from that version itself.
pub fn position_is_due(versions: &[Positioned], now: Instant) -> bool {
    let Some(first) = versions.iter().position(|one| one.has_position) else {
        return false;
    };
    let decided = versions[first..].iter().find(|one| !one.state.waits());
    let from = decided.unwrap_or(&versions[first]).at;
    from <= now.days_before(POSITION_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn day(day: i64) -> Instant {
        Instant::of_micros(1_777_636_800_000_000 + day * DAY).unwrap()
    }

    #[test]
    fn the_days_count_from_the_decision_and_without_one_from_the_report() {
        use State::{InReview, Published, Rejected, SentBack, Submitted, Withdrawn};
        for (versions, due) in [
            (vec![(0, Submitted, true), (20, InReview, true)], Some(90)),
            (vec![(0, Submitted, true), (80, Published, true)], Some(170)),
            (vec![(0, Submitted, true), (80, Rejected, true)], Some(170)),
            (vec![(0, Submitted, true), (80, Withdrawn, true)], Some(170)),
            // What is sent again, and what corrects, does not keep it any longer.
            (
                vec![
                    (0, Submitted, true),
                    (10, SentBack, true),
                    (20, Submitted, true),
                    (50, Published, true),
                ],
                Some(100),
            ),
            (vec![(0, Published, true), (60, Published, true)], Some(90)),
            // Nor is it forgotten where the latest version has none.
            (vec![(0, Published, true), (60, Published, false)], Some(90)),
            // What came after the others were deleted has days of its own.
            (
                vec![(0, Published, false), (95, Published, true)],
                Some(185),
            ),
            (vec![(0, Published, false)], None),
            (vec![], None),
        ] {
            let all: Vec<_> = versions
                .iter()
                .map(|(at, state, has_position)| Positioned {
                    at: day(*at),
                    state: *state,
                    has_position: *has_position,
                })
                .collect();
            let first = (0..=400).find(|now| position_is_due(&all, day(*now)));
            assert_eq!(first, due, "{versions:?}");
        }
    }

    #[test]
    fn a_position_is_found_in_a_document_with_any_faults() {
        for (document, expected) in [
            (r#"{"observed_position": {"type": "Point"}}"#, true),
            (r#"{"observed_position": "46.5 40.1", "site_id": 7}"#, true),
            (r#"{"observed_position_accuracy_m": 12.5}"#, true),
            (r#"{"observed_position": null, "site_id": "x"}"#, false),
            (r#"{"site_proposal": {"geometry": {}}}"#, false),
            ("[]", false),
        ] {
            let document = RawValue::from_string(document.to_owned()).unwrap();
            assert_eq!(has_position(&document), expected, "{document}");
        }
    }
}
