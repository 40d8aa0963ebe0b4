//! The form of an organization, by which an administrator adds or changes one.

use super::Control::{Choice, Cites, Langs, Line, Lines, Members, Place, Rows, Web, Yes};
use super::rows::{SOURCES, TEXTS};
use super::{Field, Form, Labels, Says, field, part};
use crate::domain::{Collection, Scheme};

/// The form of an organization.
pub(in crate::http) static ORGANIZATION: Form = Form {
    collection: Collection::Organizations,
    says: Says {
        title: "new_organization.title",
        lead: "new_organization.lead",
        send: "new_organization.send",
        edit_title: "new_organization.edit_title",
    },
    parts: &[
        part("new_organization.what", WHAT),
        part(
            "site.descriptions",
            &[field("description", "site.descriptions", Rows(TEXTS))],
        ),
        part("new_organization.where", PLACE).folded(),
        part("new_organization.openness", OPENNESS).note("new_organization.openness_note"),
        part(
            "site.sources",
            &[
                field("sources", "site.sources", Rows(SOURCES)),
                field("src", "new_organization.src", Cites),
            ],
        )
        .folded(),
        part(
            "site.identifiers",
            &[field("identifiers", "site.identifiers", Rows(IDENTIFIERS))],
        )
        .folded(),
        part("new_site.reviewers", RESERVED)
            .note("new_organization.reserved_note")
            .folded(),
    ],
    left_out: &[],
};

const WHAT: &[Field] = &[
    field("names", "site.names", Rows(NAMES)).hint("new_organization.names_hint"),
    field(
        "kind",
        "site.kind",
        Choice(Labels::Of(Scheme::OrganizationKind)),
    ),
    field("url", "organization.web", Web),
    field("languages", "organization.languages", Langs),
    field(
        "status",
        "new_organization.status",
        Choice(Labels::Said("organization_status.")),
    )
    .hint("new_organization.status_hint"),
];

const NAMES: &[Field] = &[
    field("text", "site.name", Line),
    field("lang", "site.language", super::Control::Lang),
];

const PLACE: &[Field] =
    &[field("geometry", "new_organization.town", Place).hint("new_organization.town_hint")];

const OPENNESS: &[Field] = &[
    field("listed", "new_organization.listed", Yes),
    field(
        "show_as_contributor",
        "new_organization.show_as_contributor",
        Yes,
    ),
];

const IDENTIFIERS: &[Field] = &[
    field("scheme", "new_site.scheme", Choice(Labels::Ids)),
    field("value", "list.identifier", Line),
];

const RESERVED: &[Field] = &[
    field("contact", "new_organization.contact", Members(CONTACT)),
    field("note_internal", "new_site.note_internal", Lines),
];

const CONTACT: &[Field] = &[
    field("email", "new_organization.email", Line),
    field("phone", "new_organization.phone", Line),
];
