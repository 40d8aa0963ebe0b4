//! The form of a site, by which one is proposed or edited.

use super::Control::{
    Checks, Choice, Cites, Date, Kept, Lang, Line, Lines, Number, Organization, Place, Region,
    Rows, Site, Yes,
};
use super::rows::{CITED, NAMES, SOURCES, TEXTS};
use super::{Asks, Field, Form, Labels, Looks, Says, field, part};
use crate::domain::{Collection, Scheme};

/// The form of a site.
pub(in crate::http) static SITE: Form = Form {
    collection: Collection::Sites,
    says: Says {
        title: "new_site.title",
        lead: "new_site.lead",
        send: "new_site.send",
        edit_title: "new_site.edit_title",
    },
    parts: &[
        part("new_site.what", WHAT).looking(Looks::WhileTyped),
        part("site.where", PLACE)
            .note("new_site.place_note")
            .looking(Looks::WithButton),
        part(
            "site.descriptions",
            &[
                field("descriptions", "site.descriptions", Rows(DESCRIPTIONS))
                    .hint("new_site.descriptions_hint"),
            ],
        ),
        part(
            "site.sources",
            &[field("sources", "site.sources", Rows(SOURCES))],
        )
        .note("new_site.sources_note"),
        part(
            "site.dating",
            &[field("dating", "site.dating", Rows(DATING))],
        )
        .folded(),
        part(
            "site.associations",
            &[field(
                "associations",
                "site.associations",
                Rows(ASSOCIATIONS),
            )],
        )
        .note("site.associations_note")
        .folded(),
        part("new_site.use", USE).folded(),
        part(
            "site.designations",
            &[field(
                "designations",
                "site.designations",
                Rows(DESIGNATIONS),
            )],
        )
        .note("site.designations_note")
        .folded(),
        part(
            "site.identifiers",
            &[field("identifiers", "site.identifiers", Rows(IDENTIFIERS))],
        )
        .folded(),
        part("new_site.openness", OPENNESS)
            .note("new_site.openness_note")
            .folded(),
        part("site.licence", RIGHTS).folded(),
        part("new_site.reviewers", RESERVED)
            .only(Asks::Reviewers)
            .folded(),
    ],
    left_out: &[
        (
            field("attachments", "form.kept", Kept),
            "photos are not taken yet",
        ),
        (
            field("organizations", "site.organizations", Rows(ORGANIZATIONS)),
            "which organizations look after a site is kept by the API",
        ),
        (
            field("relations", "site.relations", Rows(RELATIONS)),
            "which sites belong together is kept by the API",
        ),
    ],
};

const WHAT: &[Field] = &[
    field("names", "site.names", Rows(NAMES)).hint("new_site.names_hint"),
    field(
        "site_type",
        "list.type",
        Choice(Labels::Of(Scheme::SiteType)),
    ),
];

const PLACE: &[Field] = &[
    field("geometry", "new_site.position", Place).hint("new_site.position_hint"),
    field(
        "location_method",
        "site.located_by",
        Choice(Labels::Of(Scheme::LocationMethod)),
    ),
    field("location_accuracy_m", "new_site.accuracy", Number).hint("new_site.accuracy_hint"),
    field("location_note", "new_site.location_note", Line),
    field("location_src", "new_site.location_src", Cites),
    field("public_region_code", "list.region", Region).hint("new_site.region_hint"),
    field("directions", "site.directions", Rows(TEXTS)).hint("new_site.directions_hint"),
];

const DESCRIPTIONS: &[Field] = &[
    field("text", "form.text", Lines),
    field("lang", "site.language", Lang),
    CITED,
];

const DATING: &[Field] = &[
    field("kind", "site.kind", Choice(Labels::Of(Scheme::DatingKind))),
    field("edtf", "site.date", Date).hint("form.date_hint"),
    field(
        "period",
        "new_site.epoch",
        Choice(Labels::Of(Scheme::Period)),
    ),
    field(
        "basis",
        "site.basis",
        Choice(Labels::Of(Scheme::DatingBasis)),
    )
    .aside(),
    field(
        "certainty",
        "site.certainty",
        Choice(Labels::Of(Scheme::Certainty)),
    ),
    field("note", "site.note", Rows(TEXTS)),
    CITED,
];

const ASSOCIATIONS: &[Field] = &[
    field(
        "tradition",
        "site.tradition",
        Choice(Labels::Of(Scheme::Tradition)),
    ),
    field(
        "role",
        "site.role",
        Choice(Labels::Of(Scheme::AssociationRole)),
    ),
    field(
        "certainty",
        "site.certainty",
        Choice(Labels::Of(Scheme::Certainty)),
    ),
    field("claimed_by", "site.claimed_by", Line),
    field("note", "site.note", Line),
    CITED,
];

const USE: &[Field] = &[
    field(
        "current_function",
        "site.current_use",
        Choice(Labels::Of(Scheme::Function)),
    ),
    field("current_function_on", "new_site.use_on", Date),
    field(
        "other_types",
        "new_site.other_types",
        Checks(Labels::Of(Scheme::SiteType)),
    ),
];

const DESIGNATIONS: &[Field] = &[
    field("kind", "site.kind", Choice(Labels::Of(Scheme::Designation))),
    field("register", "site.register", Line),
    field("authority", "site.authority", Line),
    field("reference", "site.reference", Line),
    field("level", "site.level", Line),
    field("from", "new_site.from", Date),
    field("until", "new_site.until", Date),
    CITED,
];

const IDENTIFIERS: &[Field] = &[
    field("scheme", "new_site.scheme", Choice(Labels::Ids)),
    field("value", "list.identifier", Line),
    field(
        "match",
        "new_site.fit",
        Choice(Labels::Of(Scheme::IdentifierMatch)),
    ),
    field("label", "new_site.scheme_label", Line),
];

const ORGANIZATIONS: &[Field] = &[
    field("organization_id", "changes.organization", Organization),
    field("role", "site.role", Choice(Labels::Of(Scheme::OrgRole))),
    field("from", "new_site.from", Date),
    field("until", "new_site.until", Date),
    CITED,
];

const RELATIONS: &[Field] = &[
    field("site_id", "list.site", Site),
    field(
        "kind",
        "site.kind",
        Choice(Labels::Of(Scheme::RelationKind)),
    ),
    field("note", "site.note", Rows(TEXTS)),
];

const OPENNESS: &[Field] = &[
    field(
        "location_sensitivity",
        "new_site.sensitivity",
        Choice(Labels::Of(Scheme::LocationSensitivity)),
    ),
    field(
        "location_sensitivity_reason",
        "new_site.sensitivity_reason",
        Line,
    ),
];

const RIGHTS: &[Field] = &[
    field("licence", "site.licence", Choice(Labels::Ids)),
    field("rights_holder", "new_site.rights_holder", Line),
    field("attribution", "site.attribution", Line),
];

const RESERVED: &[Field] = &[
    field("public_label", "new_site.public_label", Line),
    field("public_listing", "new_site.public_listing", Yes),
    field(
        "public_fields",
        "new_site.public_fields",
        Checks(Labels::Ids),
    ),
    field("note_internal", "new_site.note_internal", Lines),
];
