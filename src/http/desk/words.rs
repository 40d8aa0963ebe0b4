//! The keys of texts for ids of the workflow, and faults by the fields that they are at.

use std::collections::BTreeMap;

use super::Said;
use crate::domain::{Fault, Reason, State};
use crate::http::pages::say;

/// What a state is called.
pub(super) const fn of_state(state: State) -> &'static str {
    match state {
        State::Received => "queue.received",
        State::Submitted => "queue.submitted",
        State::InReview => "queue.in_review",
        State::SentBack => "queue.sent_back",
        State::Proposed => "queue.proposed",
        State::Published => "queue.published",
        State::Rejected => "queue.rejected",
        State::Withdrawn => "queue.withdrawn",
        State::Merged => "queue.merged",
    }
}

/// What it is called to bring a record to a state.
pub(super) const fn of_decision(to: State) -> &'static str {
    match to {
        State::InReview => "review.claim",
        State::SentBack => "review.send_back",
        State::Published => "review.publish",
        State::Rejected => "review.reject",
        State::Withdrawn => "review.withdraw",
        State::Merged => "review.merge",
        State::Received | State::Submitted | State::Proposed => "review.send_again",
    }
}

/// What a reviewer should look at; `None` of a flag that nobody has described.
pub(super) fn of_flag(flag: &str) -> Option<&'static str> {
    Some(match flag {
        "destruction_unconfirmed" => "queue.destruction_unconfirmed",
        "far_from_site" => "queue.far_from_site",
        "not_ready" => "queue.not_ready",
        "outside_working_area" => "queue.outside_working_area",
        "sensitive_damage" => "queue.sensitive_damage",
        "site_not_published" => "queue.site_not_published",
        "withdrawal_asked" => "queue.withdrawal_asked",
        "wording" => "queue.wording",
        _ => return None,
    })
}

/// Why something is not published.
pub(super) fn of_reason(reason: &str) -> &'static str {
    match reason {
        "duplicate" => "review.duplicate",
        "wrong_site" => "review.wrong_site",
        "no_evidence" => "review.no_evidence",
        "wording" => "review.wording_reason",
        "sensitive" => "review.sensitive",
        "photo_privacy" => "review.photo_privacy",
        "date_missing" => "review.date_missing",
        "out_of_scope" => "review.out_of_scope",
        _ => "review.other_reason",
    }
}

/// What speaks for two sites being one.
pub(super) const fn of_likeness(because: Reason) -> &'static str {
    match because {
        Reason::Identifier => "review.same_identifier",
        Reason::Distance => "review.near",
        Reason::Name => "review.same_name",
    }
}

/// What a field of the forms of reviewers and administrators is called: the key of a text.
pub(super) fn of_field(name: &str) -> Option<&'static str> {
    Some(match name {
        "decision" => "review.decision",
        "into" => "review.into",
        "location_sensitivity" => "review.how_openly",
        "location_sensitivity_reason" => "review.why_so",
        "message" => "review.message",
        "publish_after" => "review.publish_after",
        "reason" => "review.reason",
        _ => return None,
    })
}

/// Faults by the names of the fields that they are at, all of each; what is of none is said of the form.
pub(super) fn by_field(faults: &[Fault], lang: &str) -> BTreeMap<String, Vec<Said>> {
    let mut all: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    for fault in faults {
        let field = fault.place.trim_start_matches('/');
        let field = if field.is_empty() { "form" } else { field };
        let label = |name: &str| Some(say(lang, of_field(name)?, &[]));
        let said = Said::of(fault, lang, label);
        all.entry(field.to_owned()).or_default().push(said);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FaultKind;

    #[test]
    fn every_fault_of_a_field_is_said_at_it() {
        let fault = |place: &str, kind: FaultKind| Fault {
            place: place.to_owned(),
            kind,
            detail: String::new(),
        };
        let faults = [
            fault("/name", FaultKind::Missing),
            fault("/name", FaultKind::TooLong { most: 100 }),
            fault("", FaultKind::Other),
        ];
        let said = by_field(&faults, "en");
        let told: Vec<_> = said
            .iter()
            .map(|(name, all)| (name.as_str(), all.len()))
            .collect();
        assert_eq!(told, [("form", 1), ("name", 2)]);
    }
}
