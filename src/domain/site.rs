//! Sites (vocabularies 1.1).

use serde::Serialize;
use serde_json::Value;

use super::location::read_cell;
use super::reading::Test::{There, Word};
use super::{
    Association, Attachment, Concept, Crs84, DatedPeriod, Description, Designation, Edtf, Fault,
    FaultKind, Fields, Geometry, Handling, Id, Identifier, Location, LocationDraft, Node,
    Organization, Relation, Rights, Scheme, Sensitivity, SensitivityReset, SiteName,
    SiteOrganization, Source, Sources,
};

/// A cultural or religious site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its id.
    pub id: Id<Site>,
    /// Everything but the place.
    pub details: SiteDetails,
    /// The place, and who may see what of it.
    pub location: Location,
    /// Who proposed it.
    pub proposed_by: Option<Id<Organization>>,
    /// The site that it was a double of.
    pub merged_into: Option<Id<Site>>,
    /// From where on sensitivities count in its past, where one was a mistake. Internal.
    pub sensitivity_reset: Option<SensitivityReset>,
    /// How it came, and what was decided.
    pub handling: Handling,
}

/// A site as somebody sent it: well-formed, not yet accepted.
#[derive(Clone, Debug)]
pub struct SiteDraft {
    /// Everything but the place.
    pub details: SiteDetails,
    /// The place.
    pub location: LocationDraft,
}

/// What is recorded of a site beside its place.
#[derive(Clone, Debug, Serialize)]
pub struct SiteDetails {
    /// At least one, side by side; none is the main one.
    pub names: Vec<SiteName>,
    /// What it physically is or was; never its tradition.
    pub site_type: Concept,
    /// What it is besides.
    pub other_types: Vec<Concept>,
    /// Claims that a tradition built, used or cherishes it.
    pub associations: Vec<Association>,
    /// Neutral prose, at most one per language.
    pub descriptions: Vec<Description>,
    /// When it was built, rebuilt, used, destroyed.
    pub dating: Vec<DatedPeriod>,
    /// Its use as last observed.
    pub current_function: Option<Concept>,
    /// When that was observed.
    pub current_function_on: Option<Edtf>,
    /// Registers that list it.
    pub designations: Vec<Designation>,
    /// Organizations that have to do with it.
    pub organizations: Vec<SiteOrganization>,
    /// Its ids elsewhere.
    pub identifiers: Vec<Identifier>,
    /// Other sites it has to do with.
    pub relations: Vec<Relation>,
    /// Photos and documents of the site itself.
    pub attachments: Vec<Id<Attachment>>,
    /// What all this rests on.
    pub sources: Vec<Source>,
    /// What a reviewer calls it for the public, where it is not exact.
    pub public_label: Option<String>,
    /// Which properties a reviewer released to the public, where it is not exact.
    pub public_fields: Vec<String>,
    /// Whether the public may know that a restricted site exists.
    pub public_listing: Option<bool>,
    /// For reviewers only.
    pub note_internal: Option<String>,
    /// Licence and attribution.
    #[serde(flatten)]
    pub rights: Rights,
}

/// What a reviewer may release of a site that is not exact.
pub const RELEASABLE: [&str; 12] = [
    "names",
    "other_types",
    "associations",
    "descriptions",
    "dating",
    "designations",
    "organizations",
    "identifiers",
    "relations",
    "sources",
    "attribution",
    "current_function",
];

/// More names than any place has: each is compared with those of the sites around.
const MOST_NAMES: usize = 200;

impl SiteDraft {
    /// A flat object with `geometry` among the other members, as files of `seed/` have it.
    pub fn read(node: &Node<'_>) -> Option<SiteDraft> {
        let fields = node.fields()?;
        let geometry = fields.optional("geometry", Node::geometry);
        SiteDraft::read_members(&fields, geometry)
    }

    fn read_members(fields: &Fields<'_>, geometry: Option<Crs84<Geometry>>) -> Option<SiteDraft> {
        let sources = Sources::read(fields);
        let location = LocationDraft::read(fields, geometry, &sources);
        let details = SiteDetails::read(fields, sources);
        Some(SiteDraft {
            details: details?,
            location: location?,
        })
    }
}

impl SiteDraft {
    /// The members that are for reviewers to say, and that it says otherwise than the site that it replaces.
    pub fn reserved(&self, before: Option<&Site>) -> Vec<&'static str> {
        let (new, old) = (&self.details, before.map(|site| &site.details));
        let is_other = [
            (
                "public_label",
                new.public_label.as_ref() != old.and_then(|old| old.public_label.as_ref()),
            ),
            (
                "public_fields",
                new.public_fields.as_slice() != old.map_or(&[][..], |old| &old.public_fields),
            ),
            (
                "public_listing",
                new.public_listing.unwrap_or_default()
                    != old.and_then(|old| old.public_listing).unwrap_or_default(),
            ),
            (
                "note_internal",
                new.note_internal.as_ref() != old.and_then(|old| old.note_internal.as_ref()),
            ),
            (
                "location_sensitivity",
                self.location.sensitivity
                    < before.map_or(Sensitivity::by_type(new.site_type), |before| {
                        before.location.sensitivity()
                    }),
            ),
        ];
        let other = is_other.into_iter().filter(|(_, is_other)| *is_other);
        other.map(|(name, _)| name).collect()
    }

    /// The members by which it shows the public more than a site does.
    pub fn opens(&self, before: &Site) -> Vec<&'static str> {
        let (new, old) = (&self.details, &before.details);
        let is_open = |details: &SiteDetails| details.public_listing.unwrap_or_default();
        let is_released = |field: &String| old.public_fields.contains(field);
        let opened = [
            (
                "location_sensitivity",
                self.location.sensitivity < before.location.sensitivity(),
            ),
            ("public_listing", is_open(new) && !is_open(old)),
            ("public_fields", !new.public_fields.iter().all(is_released)),
        ];
        let opened = opened.into_iter().filter(|(_, is_opened)| *is_opened);
        opened.map(|(name, _)| name).collect()
    }
}

/// How openly a site of a type is shown until a reviewer decides (vocabularies 5, rule 12): of the narrowest concept that is
/// listed; every other type is shown exactly.
const BY_TYPE: [(&str, Sensitivity); 7] = [
    ("archaeological_site", Sensitivity::Generalised),
    ("cave", Sensitivity::Restricted),
    ("gravestone", Sensitivity::Generalised),
    ("khachkar", Sensitivity::Generalised),
    ("kurgan", Sensitivity::Restricted),
    ("necropolis", Sensitivity::Restricted),
    ("ram_stone", Sensitivity::Generalised),
];

/// The reason of a proposal whose sensitivity nobody has decided yet.
const UNDECIDED: &str = "The default of its type, until a reviewer decides.";

impl Sensitivity {
    /// That of a proposal which says nothing of it.
    pub fn by_type(site_type: Concept) -> Sensitivity {
        let mut at = Some(site_type);
        while let Some(concept) = at {
            if let Some((_, sensitivity)) = BY_TYPE.iter().find(|(id, _)| *id == concept.id()) {
                return *sensitivity;
            }
            at = concept.broader();
        }
        Sensitivity::Exact
    }
}

/// Adds to the members of a proposal how openly it is shown, where it says nothing of that.
pub(super) fn with_default_sensitivity(members: &mut serde_json::Map<String, Value>) {
    if members.contains_key("location_sensitivity") {
        return;
    }
    let site_type = members.get("site_type").and_then(Value::as_str);
    // Where the type is at fault, nothing comes of the rest.
    let sensitivity = site_type
        .and_then(|id| Scheme::SiteType.find(id))
        .map_or(Sensitivity::Exact, Sensitivity::by_type);
    members.insert(
        "location_sensitivity".to_owned(),
        sensitivity.concept().id().into(),
    );
    if sensitivity != Sensitivity::Exact && !members.contains_key("location_sensitivity_reason") {
        members.insert("location_sensitivity_reason".to_owned(), UNDECIDED.into());
    }
}

impl SiteDetails {
    fn read(fields: &Fields<'_>, sources: Sources) -> Option<SiteDetails> {
        let names = fields.some("names", |node| SiteName::read(node, &sources));
        if names.len() > MOST_NAMES {
            let detail = format!("are {}: a site has at most {MOST_NAMES}", names.len());
            fields.fault("names", FaultKind::TooMany { most: MOST_NAMES }, detail);
        }
        let site_type = fields.required("site_type", |node| node.concept(Scheme::SiteType));
        let descriptions = fields.optional("descriptions", |node| {
            let read = node.list(|node| Description::read(node, &sources))?;
            super::language::once_each(node, read.iter().map(|description| &description.text.lang));
            Some(read)
        });
        fields.demand(
            &[Word("site_type", &["other_site"])],
            &[There("descriptions")],
            "is required for the type other_site: say what it is",
        );
        Some(SiteDetails {
            other_types: fields.list("other_types", |node| node.concept(Scheme::SiteType)),
            associations: fields.list("associations", |node| Association::read(node, &sources)),
            descriptions: descriptions.unwrap_or_default(),
            dating: fields.list("dating", |node| DatedPeriod::read(node, &sources)),
            current_function: fields.concept("current_function", Scheme::Function),
            current_function_on: fields.optional("current_function_on", Node::edtf),
            designations: fields.list("designations", |node| Designation::read(node, &sources)),
            organizations: fields.list("organizations", |node| {
                SiteOrganization::read(node, &sources)
            }),
            identifiers: fields.list("identifiers", Identifier::read),
            relations: fields.list("relations", Relation::read),
            attachments: fields.list("attachments", |node| node.id()),
            public_label: fields.text("public_label"),
            public_fields: fields.list("public_fields", |node| node.one_of(&RELEASABLE)),
            public_listing: fields.optional("public_listing", Node::boolean),
            note_internal: fields.text("note_internal"),
            rights: Rights::read(fields),
            sources: sources.into_list(),
            names,
            site_type: site_type?,
        })
    }

    /// Whether, within one role, a claimed association stands beside one of another tradition (vocabularies 5, rule 5).
    pub fn traditions_disputed(&self) -> bool {
        let others = |claim: &Association| {
            self.associations
                .iter()
                .any(|other| other.role == claim.role && other.tradition != claim.tradition)
        };
        self.associations
            .iter()
            .any(|claim| claim.claimed_by.is_some() && others(claim))
    }
}

impl Site {
    /// What has to be there before it is published (vocabularies 2): each with what would be right.
    pub fn unready(&self) -> Vec<Fault> {
        let details = &self.details;
        // What somebody just knows is replaced by what others can look up.
        let is_knowledge = |key: &String| {
            let source = details.sources.iter().find(|source| source.key == *key);
            source.is_none_or(|source| source.kind.id() == "own_knowledge")
        };
        let has_source = |name: &SiteName| !name.src.iter().all(is_knowledge);
        let faults = [
            (
                "names",
                FaultKind::Unsourced,
                details.names.iter().any(has_source),
                "need one with a source that others can look up",
            ),
            (
                "sources",
                FaultKind::Missing,
                !details.sources.is_empty(),
                "is empty: give at least one",
            ),
            (
                "location_sensitivity_reason",
                FaultKind::Undecided,
                self.location.sensitivity_reason() != Some(UNDECIDED),
                "says that nobody has decided: decide how openly it is shown, and say why",
            ),
        ];
        let missing = faults.into_iter().filter(|(_, _, is_there, _)| !is_there);
        missing
            .map(|(name, kind, _, detail)| Fault {
                place: format!("/properties/{name}"),
                kind,
                detail: detail.to_owned(),
            })
            .collect()
    }

    /// Accepts a draft; `before` is the version that it replaces.
    pub fn accept(id: Id<Site>, draft: SiteDraft, before: Option<&Site>) -> Site {
        let location = Location::decide(draft.location, before.map(|site| &site.location));
        Site {
            id,
            details: draft.details,
            location,
            proposed_by: before.and_then(|site| site.proposed_by),
            merged_into: before.and_then(|site| site.merged_into),
            sensitivity_reset: before.and_then(|site| site.sensitivity_reset.clone()),
            handling: before.map(|site| site.handling.clone()).unwrap_or_default(),
        }
    }

    /// Reads the document of a site, as [`Site::document`] writes it.
    pub fn read(id: Id<Site>, node: &Node<'_>) -> Option<Site> {
        let fields = node.fields()?;
        let geometry = fields.optional("geometry", Node::geometry);
        let draft = SiteDraft::read_members(&fields, geometry);
        let cell = fields.optional("public_cell", read_cell);
        let proposed_by = fields.optional("proposed_by_organization_id", Node::id);
        let merged_into = fields.optional("merged_into", Node::id);
        let sensitivity_reset = fields.optional("sensitivity_reset", SensitivityReset::read);
        let handling = Handling::read(&fields);
        let SiteDraft { details, location } = draft?;
        Some(Site {
            id,
            details,
            location: Location::kept(location, cell),
            proposed_by,
            merged_into,
            sensitivity_reset,
            handling,
        })
    }

    /// The whole document that is kept.
    pub fn document(&self) -> Value {
        super::document::joined([
            serde_json::to_value(&self.details).expect("details are plain data"),
            self.location.document(),
            self.handling.document(),
            serde_json::json!({
                "proposed_by_organization_id": self.proposed_by,
                "merged_into": self.merged_into,
                "sensitivity_reset": self.sensitivity_reset.as_ref().map(SensitivityReset::document),
            }),
        ])
    }
}
