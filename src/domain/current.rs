//! Which report speaks for a site's condition (vocabularies 1.4a).

use std::collections::HashSet;

use super::{Concept, Edtf, Id, Organization, Published};

/// The report that a site's condition comes from, and whether a destruction was passed over because it is unconfirmed.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The report, if any speaks for the site.
    pub report: Option<Published<'a>>,
    /// A later report says `destroyed`, but neither surely enough nor twice.
    pub destruction_unconfirmed: bool,
}

/// The current one of the published reports of one site.
///
/// It is the one with the latest end of observation (its start where the end is open), then the higher confidence, then
/// the later publication, then the id; reports of an `unknown` condition are passed over unless there is no other. A
/// report of `destroyed` counts if it is `certain` or `probable`, or if two organizations report it.
pub fn current<'a>(published: &[Published<'a>]) -> Current<'a> {
    let mut latest_first: Vec<Published<'a>> = published.to_vec();
    latest_first.sort_unstable_by(|a, b| recency(b).cmp(&recency(a)));

    let destroyers: HashSet<Id<Organization>> = published
        .iter()
        .filter(|one| is(one, "destroyed"))
        .map(|one| one.report.details.organization_id)
        .collect();
    let confirmed =
        |one: &Published<'_>| destroyers.len() > 1 || is_sure(one.report.details.confidence);
    let unconfirmed = |one: &Published<'_>| is(one, "destroyed") && !confirmed(one);

    let known = latest_first
        .iter()
        .find(|one| !is(one, "unknown") && !unconfirmed(one));
    let report = known
        .or_else(|| latest_first.iter().find(|one| is(one, "unknown")))
        .copied();
    let newer = latest_first
        .iter()
        .take_while(|one| report.is_none_or(|report| one.report.id != report.report.id));
    Current {
        report,
        destruction_unconfirmed: newer.into_iter().any(unconfirmed),
    }
}

fn is(one: &Published<'_>, condition: &str) -> bool {
    one.report.details.condition.id() == condition
}

pub(super) fn is_sure(confidence: Concept) -> bool {
    matches!(confidence.id(), "certain" | "probable")
}

/// Greater is more current.
fn recency<'a>(one: &Published<'a>) -> impl Ord + use<'a> {
    let details = &one.report.details;
    let confidence = std::cmp::Reverse(details.confidence.rank());
    (
        observed_end(&details.observed_on),
        confidence,
        one.at,
        one.report.id,
    )
}

/// The last day of an observation; its first where the end is open.
pub fn observed_end(observed_on: &Edtf) -> Option<super::Day> {
    let bounds = observed_on.bounds();
    bounds.latest.or(bounds.earliest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Instant, Report, ReportDraft, read};

    /// A report in short: observed on, condition, confidence, organization, minute of publication.
    type Short = (&'static str, &'static str, &'static str, u128, i64);

    fn reports(shorts: &[Short]) -> Vec<(Report, Instant)> {
        let of = |(index, (observed_on, condition, confidence, organization, minute)): (
            usize,
            &Short,
        )| {
            let body = serde_json::json!({
                "site_id": uuid::Uuid::nil(),
                "organization_id": uuid::Uuid::from_u128(*organization),
                "observed_on": observed_on,
                "method": "field_visit",
                "condition": condition,
                "confidence": confidence,
                "summary": [{"text": "Seen.", "lang": "en"}],
            });
            let details = read(&body, "", ReportDraft::read).unwrap();
            let id = Id::new(uuid::Uuid::from_u128(index as u128));
            (
                Report {
                    id,
                    details,
                    handling: crate::domain::Handling::default(),
                },
                Instant::of_micros(minute * 60_000_000).unwrap(),
            )
        };
        shorts.iter().enumerate().map(of).collect()
    }

    /// The place of the current one among them, and whether a destruction is unconfirmed.
    fn chosen(shorts: &[Short]) -> (Option<u128>, bool) {
        let reports = reports(shorts);
        let published: Vec<_> = reports
            .iter()
            .map(|(report, at)| Published { report, at: *at })
            .collect();
        let current = current(&published);
        let place = current.report.map(|one| one.report.id.uuid().as_u128());
        let mut turned = published;
        turned.reverse();
        let again = super::current(&turned)
            .report
            .map(|one| one.report.id.uuid().as_u128());
        assert_eq!(
            again, place,
            "the order in which reports come does not matter"
        );
        (place, current.destruction_unconfirmed)
    }

    #[test]
    fn the_latest_observed_speaks_whenever_it_was_published() {
        let visit = ("2024-05-03", "fair", "possible", 1, 1);
        assert_eq!(
            chosen(&[visit, ("1977", "good", "certain", 1, 9)]),
            (Some(0), false)
        );
        assert_eq!(
            chosen(&[("2020-11/..", "poor", "certain", 1, 1), visit]),
            (Some(1), false)
        );
        assert_eq!(
            chosen(&[
                ("../2022", "poor", "certain", 1, 1),
                ("2022-06", "good", "certain", 1, 1)
            ]),
            (Some(0), false)
        );
        assert_eq!(chosen(&[]), (None, false));
    }

    #[test]
    fn among_equals_the_surer_then_the_later_published_then_the_id() {
        let of = |confidence, minute| ("2024", "fair", confidence, 1, minute);
        assert_eq!(chosen(&[of("certain", 1), of("probable", 9)]).0, Some(0));
        assert_eq!(chosen(&[of("certain", 1), of("certain", 2)]).0, Some(1));
        assert_eq!(chosen(&[of("certain", 1), of("certain", 1)]).0, Some(1));
    }

    #[test]
    fn an_unknown_condition_is_passed_over_unless_there_is_no_other() {
        let unknown = ("2025", "unknown", "certain", 1, 1);
        assert_eq!(
            chosen(&[unknown, ("2020", "poor", "possible", 1, 1)]).0,
            Some(1)
        );
        assert_eq!(chosen(&[unknown]).0, Some(0));
        assert_eq!(
            chosen(&[unknown, ("2024", "destroyed", "possible", 1, 1)]),
            (Some(0), false)
        );
    }

    #[test]
    fn destroyed_counts_when_it_is_sure_or_said_by_two_organizations() {
        let good = ("2020", "good", "certain", 1, 1);
        let said = |confidence, organization| ("2025", "destroyed", confidence, organization, 1);
        assert_eq!(chosen(&[good, said("possible", 1)]), (Some(0), true));
        assert_eq!(
            chosen(&[good, said("uncertain", 1), said("possible", 1)]),
            (Some(0), true)
        );
        assert_eq!(chosen(&[good, said("probable", 1)]), (Some(1), false));
        assert_eq!(
            chosen(&[good, said("possible", 1), said("uncertain", 2)]),
            (Some(1), false)
        );
        assert_eq!(chosen(&[said("possible", 1)]), (None, true));
    }
}
