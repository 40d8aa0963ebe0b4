//! The keys of texts for ids of the workflow, and faults by the fields that they are at.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::domain::{Fault, Reason, State};

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

/// Faults by the names of the fields that they are at, all of each; what is of none is said of the form.
pub(super) fn by_field(faults: &[Fault]) -> Value {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fault in faults {
        let field = fault.place.trim_start_matches('/');
        let field = if field.is_empty() { "form" } else { field };
        all.entry(field).or_default().push(&fault.detail);
    }
    let joined = all.into_iter();
    joined
        .map(|(field, details)| (field.to_owned(), Value::from(details.join("; "))))
        .collect::<Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_of_a_field_is_said_at_it() {
        let fault = |place: &str, detail: &str| Fault {
            place: place.to_owned(),
            detail: detail.to_owned(),
        };
        let faults = [
            fault("/name", "is empty"),
            fault("/name", "is long"),
            fault("", "is no form"),
        ];
        let said = json!({ "name": "is empty; is long", "form": "is no form" });
        assert_eq!(by_field(&faults), said);
    }
}
