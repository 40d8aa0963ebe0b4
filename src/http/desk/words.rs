//! The keys of texts for ids of the workflow, and for the fields of short forms.

use crate::domain::{Reason, State};

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

/// What comes next for whoever submitted something that is in a state.
pub(super) const fn of_next_step(state: State) -> &'static str {
    match state {
        State::Received => "next_steps.received",
        State::Submitted => "next_steps.submitted",
        State::InReview => "next_steps.in_review",
        State::SentBack => "next_steps.sent_back",
        State::Proposed => "next_steps.proposed",
        State::Published => "next_steps.published",
        State::Rejected => "next_steps.rejected",
        State::Withdrawn => "next_steps.withdrawn",
        State::Merged => "next_steps.merged",
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
        "desktop" => "accounts.desktop",
        "expires_on" => "accounts.expires_on",
        "into" => "review.into",
        "location_sensitivity" => "review.how_openly",
        "location_sensitivity_reason" => "review.why_so",
        "message" => "review.message",
        "name" => "accounts.name",
        "organization_id" => "accounts.organization",
        "publish_after" => "review.publish_after",
        "reason" => "review.reason",
        "role" => "accounts.role",
        "sure" => "accounts.sure",
        _ => return None,
    })
}
