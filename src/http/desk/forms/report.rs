//! The form of a condition report: the few questions that everybody answers first, and the rest folded away.

use super::Control::{
    Buttons, Checks, Choice, Cites, Compared, Date, Kept, Line, Members, Number, Organization,
    Place, Rows, Site, Web, Yes,
};
use super::rows::{CITED, NAMES, SOURCES, TEXTS};
use super::{Asks, Field, Form, Labels, Says, field, part};
use crate::domain::{Collection, Scheme};

/// The form of a condition report.
pub(in crate::http) static REPORT: Form = Form {
    collection: Collection::ConditionReports,
    says: Says {
        title: "new_report.title",
        lead: "new_report.lead",
        send: "new_report.send",
        edit_title: "new_report.edit_title",
    },
    parts: &[
        part(
            "new_report.site",
            &[field("site_id", "list.site", Site).hint("new_report.site_hint")],
        )
        .folded(),
        part("report.observation", OBSERVATION),
        part("report.damages", DAMAGE)
            .note("new_report.damage_note")
            .folded(),
        part(
            "report.threats",
            &[field("threats", "report.threats", Rows(THREATS))],
        )
        .note("new_report.threats_note")
        .folded(),
        part(
            "report.works",
            &[field("works", "report.works", Rows(WORKS))],
        )
        .folded(),
        part("report.hazards", HAZARDS)
            .note("frame.safety")
            .folded(),
        part("new_report.next", NEXT).folded(),
        part("new_report.comparison", COMPARISON).folded(),
        part(
            "new_report.for_imagery",
            &[field("imagery", "report.imagery", Members(IMAGERY))],
        )
        .note("new_report.for_imagery_note")
        .folded(),
        part("new_report.for_testimony", TESTIMONY).folded(),
        part(
            "site.sources",
            &[field("sources", "site.sources", Rows(SOURCES))],
        )
        .note("new_report.sources_note")
        .folded(),
        part("new_report.trusted", TRUSTED)
            .note("new_report.trusted_note")
            .folded(),
        part(
            "form.correction",
            &[field("correction_note", "form.correction_note", Line)],
        )
        .only(Asks::Correctors),
    ],
    left_out: &[
        (
            field("attachments", "form.kept", Kept),
            "photos are not taken yet",
        ),
        (
            field("licence", "site.licence", Line),
            "reports are given under the licence of the registry",
        ),
        (
            field("observed_position", "new_site.position", Place),
            "phones send it, and nobody is to write it down",
        ),
        (
            field("observed_position_accuracy_m", "new_site.accuracy", Number),
            "as the position",
        ),
        (
            field("observers", "report.observer", Kept),
            "names of persons are asked of nobody",
        ),
        (
            field("organization_id", "report.observer", Organization),
            "it is that of whoever sends it",
        ),
        (
            field("site_proposal", "new_report.site", Members(PROPOSAL)),
            "a site is proposed by its own form",
        ),
    ],
};

const OBSERVATION: &[Field] = &[
    field("observed_on", "new_report.observed_on", Date).hint("new_report.observed_on_hint"),
    field(
        "method",
        "new_report.method",
        Choice(Labels::Of(Scheme::Method)),
    ),
    field(
        "access",
        "new_report.access",
        Buttons(Labels::Of(Scheme::Access)),
    )
    .hint("new_report.access_hint"),
    field(
        "condition",
        "site.condition",
        Buttons(Labels::Explained(Scheme::Condition, "condition_notes.")),
    ),
    field(
        "confidence",
        "site.confidence",
        Buttons(Labels::Of(Scheme::Certainty)),
    ),
    field("summary", "report.summary", Rows(TEXTS)).hint("new_report.summary_hint"),
];

const DAMAGE: &[Field] = &[
    field(
        "damage_severity",
        "site.severity",
        Choice(Labels::Of(Scheme::DamageSeverity)),
    ),
    field(
        "damage_extent",
        "report.extent",
        Choice(Labels::Of(Scheme::DamageExtent)),
    ),
    field("damages", "new_report.damages", Rows(DAMAGES)),
];

const DAMAGES: &[Field] = &[
    field(
        "component",
        "report.component",
        Choice(Labels::Of(Scheme::Component)),
    ),
    field(
        "type",
        "report.effect",
        Choice(Labels::Of(Scheme::DamageType)),
    ),
    field(
        "severity",
        "report.severity",
        Choice(Labels::Of(Scheme::DamageSeverity)),
    ),
    field(
        "extent",
        "report.share",
        Choice(Labels::Of(Scheme::DamageExtent)),
    ),
    field(
        "certainty",
        "site.confidence",
        Choice(Labels::Of(Scheme::Certainty)),
    ),
    field("cause", "report.cause", Choice(Labels::Of(Scheme::Cause))).hint("new_report.cause_hint"),
    field(
        "cause_certainty",
        "new_report.cause_certainty",
        Choice(Labels::Of(Scheme::Certainty)),
    )
    .aside(),
    field("occurred", "report.occurred", Date)
        .hint("form.date_hint")
        .aside(),
    field("note", "site.note", Rows(TEXTS)),
    field(
        "attributions",
        "new_report.attributions",
        Rows(ATTRIBUTIONS),
    )
    .hint("report.attributions_note")
    .aside(),
    field("attachments", "form.kept", Kept),
];

const ATTRIBUTIONS: &[Field] = &[
    field("actor_text", "new_report.actor_text", Line),
    field("claimed_by", "new_report.claimed_by", Line),
    field("claimed_on", "new_report.claimed_on", Date),
    CITED,
];

const THREATS: &[Field] = &[
    field("cause", "report.cause", Choice(Labels::Of(Scheme::Cause))),
    field(
        "likelihood",
        "report.likelihood",
        Choice(Labels::Of(Scheme::Likelihood)),
    ),
    field(
        "timeframe",
        "report.timeframe",
        Choice(Labels::Of(Scheme::Timeframe)),
    ),
    field(
        "certainty",
        "site.confidence",
        Choice(Labels::Of(Scheme::Certainty)),
    ),
    field("note", "site.note", Rows(TEXTS)),
];

const WORKS: &[Field] = &[
    field("kind", "site.kind", Choice(Labels::Of(Scheme::WorksKind))),
    field(
        "state",
        "new_report.works_state",
        Choice(Labels::Of(Scheme::WorksState)),
    ),
    field("note", "site.note", Rows(TEXTS)),
    field("src", "site.sources_short", Cites),
];

const HAZARDS: &[Field] = &[
    field(
        "hazards",
        "report.hazards",
        Checks(Labels::Of(Scheme::Hazard)),
    ),
    field("hazard_note", "new_report.hazard_note", Rows(TEXTS)),
];

const NEXT: &[Field] = &[
    field(
        "risk_level",
        "site.risk",
        Choice(Labels::Of(Scheme::RiskLevel)),
    ),
    field(
        "priority",
        "site.priority",
        Choice(Labels::Of(Scheme::Priority)),
    ),
    field(
        "actions",
        "report.actions",
        Checks(Labels::Of(Scheme::Action)),
    ),
    field("next_visit_on", "report.next_visit", Date).hint("form.date_hint"),
];

const COMPARISON: &[Field] = &[
    field(
        "condition_trend",
        "site.trend",
        Choice(Labels::Of(Scheme::ConditionTrend)),
    ),
    field("compared_with", "report.compared", Compared).hint("new_report.compared_hint"),
];

const IMAGERY: &[Field] = &[
    field("provider", "report.provider", Line),
    field("after_on", "report.after", Date),
    field("before_on", "report.before", Date),
    field("sensor", "new_report.sensor", Line),
    field("platform", "new_report.platform", Line),
    field("scene_id", "new_report.scene", Line),
    field("resolution_m", "new_report.resolution", Number),
    field("url", "form.web", Web),
    field("licence", "site.licence", Line),
    field("note", "site.note", Line),
];

const PROPOSAL: &[Field] = &[
    field("names", "site.names", Rows(NAMES)),
    field(
        "site_type",
        "list.type",
        Choice(Labels::Of(Scheme::SiteType)),
    ),
    field("geometry", "new_site.position", Place),
];

const TESTIMONY: &[Field] =
    &[field("testimony_consent", "new_report.consent", Yes).hint("new_report.consent_hint")];

const TRUSTED: &[Field] = &[
    field("note_trusted", "new_report.note_trusted", Rows(TEXTS)),
    field("organization_public", "new_report.organization_public", Yes),
];
