//! What is said about a site by somebody: associations, descriptions, registers, organizations, ids elsewhere, relations
//! (vocabularies 1.1). Each says where it was read.

use serde::Serialize;

use super::reading::Test::{Spelled, There, Word};
use super::{
    Concept, Edtf, FaultKind, Id, LangText, Node, Organization, Scheme, Site, Sources, Spelling,
};

/// A claim that a tradition has to do with a site.
#[derive(Clone, Debug, Serialize)]
pub struct Association {
    /// The tradition or community.
    pub tradition: Concept,
    /// What it had to do with it.
    pub role: Concept,
    /// How sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Concept>,
    /// Who holds the view, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Where it was read.
    pub src: Vec<String>,
    /// What else is said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A description in one language, with what it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Description {
    /// Text and language.
    #[serde(flatten)]
    pub text: LangText,
    /// Where it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub src: Vec<String>,
}

/// What a register says of a site; nothing about sovereignty.
#[derive(Clone, Debug, Serialize)]
pub struct Designation {
    /// What kind of register.
    pub kind: Concept,
    /// Its name.
    pub register: Option<String>,
    /// Who keeps it.
    pub authority: Option<String>,
    /// The number in it.
    pub reference: Option<String>,
    /// The level it lists the site at.
    pub level: Option<String>,
    /// Since when.
    pub from: Option<Edtf>,
    /// Until when.
    pub until: Option<Edtf>,
    /// Where it was read.
    pub src: Vec<String>,
}

/// What an organization has to do with a site.
#[derive(Clone, Debug, Serialize)]
pub struct SiteOrganization {
    /// The organization.
    pub organization_id: Id<Organization>,
    /// What it has to do with it.
    pub role: Concept,
    /// Since when.
    pub from: Option<Edtf>,
    /// Until when.
    pub until: Option<Edtf>,
    /// Where it was read.
    pub src: Vec<String>,
}

/// An id of the site somewhere else.
#[derive(Clone, Debug, Serialize)]
pub struct Identifier {
    /// Whose id it is: one of the schemes of vocabularies 1.1.
    pub scheme: String,
    /// The id.
    pub value: String,
    /// How well it fits.
    #[serde(rename = "match")]
    pub fit: Concept,
    /// What the scheme `other` is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A tie to another site.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// `part_of`, `stones_reused_in`, `moved_from`, `replaced_by`, `see_also`.
    pub kind: String,
    /// The other site.
    pub site_id: Id<Site>,
    /// What else is said of it.
    pub note: Option<String>,
}

const IDENTIFIER_SCHEMES: [&str; 13] = [
    "wikidata",
    "osm",
    "geonames",
    "whs",
    "unesco_tentative",
    "whosonfirst",
    "pleiades",
    "az_register",
    "nk_register",
    "am_register",
    "chw",
    "monumentwatch",
    "wikimedia_commons",
];
/// How ids of some schemes are spelled, with what is cut off around a text.
static VALUES: [(&[&str], &Spelling); 3] = [
    (&["wikidata"], &WIKIDATA),
    (&["geonames"], &GEONAMES),
    (&["osm"], &OSM),
];
static WIKIDATA: Spelling = Spelling::new(
    r"^\s*Q[1-9][0-9]*\s*$",
    FaultKind::Misspelled,
    "is not such an id: Q and a number, as Q42",
);
static GEONAMES: Spelling = Spelling::new(
    r"^\s*[0-9]+\s*$",
    FaultKind::Misspelled,
    "is not such an id: a number",
);
static OSM: Spelling = Spelling::new(
    r"^\s*(node|way|relation)/[0-9]+\s*$",
    FaultKind::Misspelled,
    "is not such an id: node, way or relation, a slash and a number",
);
const RELATION_KINDS: [&str; 5] = [
    "part_of",
    "stones_reused_in",
    "moved_from",
    "replaced_by",
    "see_also",
];

impl Association {
    pub(super) fn read(node: &Node<'_>, sources: &Sources) -> Option<Association> {
        let fields = node.fields()?;
        let tradition = fields.required("tradition", |node| {
            let detail = "only groups others: name one of its narrower ones";
            node.concept_but(Scheme::Tradition, &["community", "religion"], detail)
        });
        let role = fields.required("role", |node| node.concept(Scheme::AssociationRole));
        let certainty = fields.concept("certainty", Scheme::Certainty);
        let claimed_by = fields.text("claimed_by");
        let src = sources.cited(&fields);
        let note = fields.text("note");
        Some(Association {
            tradition: tradition?,
            role: role?,
            certainty,
            claimed_by,
            src,
            note,
        })
    }
}

impl Description {
    pub(super) fn read(node: &Node<'_>, sources: &Sources) -> Option<Description> {
        let fields = node.fields()?;
        let text = fields.required("text", Node::text);
        let lang = fields.required("lang", Node::lang);
        let src = sources.may_cite(&fields, "src");
        Some(Description {
            text: LangText {
                text: text?,
                lang: lang?,
            },
            src,
        })
    }
}

impl Designation {
    pub(super) fn read(node: &Node<'_>, sources: &Sources) -> Option<Designation> {
        let fields = node.fields()?;
        let kind = fields.required("kind", |node| node.concept(Scheme::Designation));
        let register = fields.text("register");
        let authority = fields.text("authority");
        let reference = fields.text("reference");
        let level = fields.text("level");
        let from = fields.optional("from", Node::edtf);
        let until = fields.optional("until", Node::edtf);
        let src = sources.may_cite(&fields, "src");
        Some(Designation {
            kind: kind?,
            register,
            authority,
            reference,
            level,
            from,
            until,
            src,
        })
    }
}

impl SiteOrganization {
    pub(super) fn read(node: &Node<'_>, sources: &Sources) -> Option<SiteOrganization> {
        let fields = node.fields()?;
        let organization_id = fields.required("organization_id", Node::id);
        let role = fields.required("role", |node| node.concept(Scheme::OrgRole));
        let from = fields.optional("from", Node::edtf);
        let until = fields.optional("until", Node::edtf);
        let src = sources.may_cite(&fields, "src");
        Some(SiteOrganization {
            organization_id: organization_id?,
            role: role?,
            from,
            until,
            src,
        })
    }
}

impl Identifier {
    pub(super) fn read(node: &Node<'_>) -> Option<Identifier> {
        let fields = node.fields()?;
        let schemes: Vec<&str> = IDENTIFIER_SCHEMES.into_iter().chain(["other"]).collect();
        let scheme = fields.required("scheme", |node| node.one_of(&schemes));
        let value = fields.required("value", Node::text);
        for (known, spelling) in VALUES {
            fields.demand(
                &[Word("scheme", known)],
                &[Spelled("value", spelling)],
                spelling.what,
            );
        }
        let fit = fields.required("match", |node| node.concept(Scheme::IdentifierMatch));
        let label = fields.text("label");
        fields.demand(
            &[Word("scheme", &["other"])],
            &[There("label")],
            "is required for the scheme other: say whose id it is",
        );
        Some(Identifier {
            scheme: scheme?,
            value: value?,
            fit: fit?,
            label,
        })
    }
}

impl Relation {
    pub(super) fn read(node: &Node<'_>) -> Option<Relation> {
        let fields = node.fields()?;
        let kind = fields.required("kind", |node| node.one_of(&RELATION_KINDS));
        let site_id = fields.required("site_id", Node::id);
        let note = fields.text("note");
        Some(Relation {
            kind: kind?,
            site_id: site_id?,
            note,
        })
    }
}
