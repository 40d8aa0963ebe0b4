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

fn is_sure(confidence: Concept) -> bool {
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
