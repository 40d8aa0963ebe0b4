//! Organizations (vocabularies 1.8).

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Concept, Crs84, Fields, Geometry, Handling, Id, Lang, LangText, Node, Scheme, Source, Sources,
};

/// An organization that looks after, observes, lists or funds. It has no country.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its id.
    pub id: Id<Organization>,
    /// What is recorded of it.
    pub details: OrganizationDraft,
    /// What was decided on it.
    pub handling: Handling,
}

/// What is recorded of an organization.
#[derive(Clone, Debug)]
pub struct OrganizationDraft {
    /// At least one; several in a language where it goes by several.
    pub names: Vec<LangText>,
    /// What it is.
    pub kind: Concept,
    /// What it does.
    pub description: Vec<LangText>,
    /// Its page.
    pub url: Option<String>,
    /// The languages it works in.
    pub languages: Vec<Lang>,
    /// Its ids elsewhere.
    pub identifiers: Vec<OrganizationIdentifier>,
    /// Its town; never an address.
    pub geometry: Option<Crs84<Geometry>>,
    /// Whether the public may know of it.
    pub listed: bool,
    /// Whether the public may know what it proposed.
    pub show_as_contributor: bool,
    /// Whether it is active.
    pub active: bool,
    /// For reviewers only.
    pub contact: Option<Contact>,
    /// For reviewers only.
    pub note_internal: Option<String>,
    /// What all this rests on.
    pub sources: Vec<Source>,
    /// The keys of the sources that all its texts rest on.
    pub src: Vec<String>,
}

/// An id of an organization somewhere else.
#[derive(Clone, Debug, Serialize)]
pub struct OrganizationIdentifier {
    /// `ror` or `wikidata`.
    pub scheme: String,
    /// The id.
    pub value: String,
}

/// How to reach an organization. Internal.
#[derive(Clone, Debug, Serialize)]
pub struct Contact {
    email: Option<String>,
    phone: Option<String>,
}

impl OrganizationDraft {
    /// A flat object.
    pub fn read(node: &Node<'_>) -> Option<OrganizationDraft> {
        OrganizationDraft::read_members(&node.fields()?)
    }

    fn read_members(fields: &Fields<'_>) -> Option<OrganizationDraft> {
        let sources = Sources::read(fields);
        let names = fields.some("names", LangText::read);
        let kind = fields.required("kind", |node| node.concept(Scheme::OrganizationKind));
        let geometry = fields.optional("geometry", |node| {
            let detail = "is not Point: an organization has a town, not an area";
            node.geometry_of(&["Point"], detail)
        });
        let status = fields.optional("status", |node| node.one_of(&["active", "inactive"]));
        Some(OrganizationDraft {
            description: fields
                .optional("description", LangText::read_list)
                .unwrap_or_default(),
            url: fields.optional("url", Node::url),
            languages: fields.list("languages", |node| node.lang()),
            identifiers: fields.list("identifiers", OrganizationIdentifier::read),
            geometry,
            listed: fields.optional("listed", Node::boolean).unwrap_or_default(),
            show_as_contributor: fields
                .optional("show_as_contributor", Node::boolean)
                .unwrap_or_default(),
            active: status.is_none_or(|status| status == "active"),
            contact: fields.optional("contact", Contact::read),
            note_internal: fields.text("note_internal"),
            src: sources.may_cite(fields, "src"),
            sources: sources.into_list(),
            names,
            kind: kind?,
        })
    }
}

impl Organization {
    /// Reads the document of an organization, as [`Organization::document`] writes it.
    pub fn read(id: Id<Organization>, node: &Node<'_>) -> Option<Organization> {
        let fields = node.fields()?;
        let details = OrganizationDraft::read_members(&fields);
        let handling = Handling::read(&fields);
        Some(Organization {
            id,
            details: details?,
            handling,
        })
    }

    /// The whole document that is kept.
    pub fn document(&self) -> Value {
        let details = &self.details;
        super::document::joined([
            json!({
                "names": details.names,
                "kind": details.kind,
                "description": details.description,
                "url": details.url,
                "languages": details.languages,
                "identifiers": details.identifiers,
                "geometry": details.geometry.as_ref().map(Crs84::to_geojson),
                "listed": details.listed,
                "show_as_contributor": details.show_as_contributor,
                "status": self.status(),
                "contact": details.contact,
                "note_internal": details.note_internal,
                "sources": details.sources,
                "src": details.src,
            }),
            self.handling.document(),
        ])
    }

    /// `active` or `inactive`.
    pub fn status(&self) -> &'static str {
        if self.details.active {
            "active"
        } else {
            "inactive"
        }
    }
}

impl OrganizationIdentifier {
    fn read(node: &Node<'_>) -> Option<OrganizationIdentifier> {
        let fields = node.fields()?;
        let scheme = fields.required("scheme", |node| node.one_of(&["ror", "wikidata"]));
        let value = fields.required("value", Node::text);
        Some(OrganizationIdentifier {
            scheme: scheme?,
            value: value?,
        })
    }
}

impl Contact {
    fn read(node: &Node<'_>) -> Option<Contact> {
        let fields = node.fields()?;
        Some(Contact {
            email: fields.text("email"),
            phone: fields.text("phone"),
        })
    }
}
