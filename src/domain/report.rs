//! Condition reports (vocabularies 1.4): what somebody observed at a site, when, and how.

use serde::Serialize;
use serde_json::Value;

use super::phone_position::Position;
use super::reading::Test::{Alone, Missing, There, Word};
use super::rights::read_licence;
use super::{
    Attachment, Audience, Concept, Damage, Edtf, Fields, Handling, Id, Instant, LangText, LonLat,
    Node, Organization, Scheme, Site, SiteName, Source, Sources, Threat, Works,
};

/// A condition report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its id.
    pub id: Id<Report>,
    /// What it says.
    pub details: ReportDraft,
    /// How it came and what was decided.
    pub handling: Handling,
}

/// What a report says: the draft that was sent, which its workflow accepts as it is.
#[derive(Clone, Debug, Serialize)]
pub struct ReportDraft {
    /// The site it is about, unless that is not known yet.
    pub site_id: Option<Id<Site>>,
    /// What is said of a site that is not known yet; the report waits for it.
    pub site_proposal: Option<SiteProposal>,
    /// Photos and documents.
    pub attachments: Vec<Id<Attachment>>,
    /// When the observation was made, not when it was written.
    pub observed_on: Edtf,
    /// How it was made.
    pub method: Concept,
    /// How near the observer came.
    pub access: Option<Concept>,
    /// Overall condition.
    pub condition: Concept,
    /// Where it is going.
    pub condition_trend: Option<Concept>,
    /// How severe the damage is.
    pub damage_severity: Option<Concept>,
    /// How much of the site is damaged.
    pub damage_extent: Option<Concept>,
    /// One entry per component and effect.
    pub damages: Vec<Damage>,
    /// What has not happened yet.
    pub threats: Vec<Threat>,
    /// Works seen at the site.
    pub works: Vec<Works>,
    /// How much is at risk.
    pub risk_level: Option<Concept>,
    /// How soon action is needed.
    pub priority: Option<Concept>,
    /// What is recommended.
    pub actions: Vec<Concept>,
    /// When to look again.
    pub next_visit_on: Option<Edtf>,
    /// Dangers to visitors.
    pub hazards: Vec<Concept>,
    /// What else is said of them; trusted.
    pub hazard_note: Vec<LangText>,
    /// How sure, overall.
    pub confidence: Concept,
    /// What was seen.
    pub summary: Vec<LangText>,
    /// What only the trusted may read.
    pub note_trusted: Vec<LangText>,
    /// The images, for what was seen on imagery.
    pub imagery: Option<Imagery>,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// The organization that observed.
    pub organization_id: Id<Organization>,
    /// Whether the public may know that.
    pub organization_public: bool,
    /// Who observed: internal, never in any view.
    pub observers: Vec<Observer>,
    /// Where the phone was: internal, never in any view.
    pub observed_position: Option<Position>,
    /// How good that is, in metres.
    pub observed_position_accuracy_m: Option<f64>,
    /// Whether the witness agreed.
    pub testimony_consent: Option<bool>,
    /// What a trend is measured against.
    pub compared_with: Option<String>,
    /// Licence of the report.
    pub licence: &'static str,
}

/// A site that a report found, and the registry does not know.
#[derive(Clone, Debug, Serialize)]
pub struct SiteProposal {
    /// What it is called there.
    pub names: Vec<SiteName>,
    /// What it is.
    pub site_type: Concept,
    geometry: Option<Position>,
}

/// Images that were compared (vocabularies 1.4).
#[derive(Clone, Debug, Serialize)]
pub struct Imagery {
    provider: Option<String>,
    sensor: Option<String>,
    platform: Option<String>,
    scene_id: Option<String>,
    before_on: Option<Edtf>,
    after_on: Option<Edtf>,
    resolution_m: Option<f64>,
    url: Option<String>,
    licence: Option<String>,
    note: Option<String>,
}

/// A person who observed. Never shown.
#[derive(Clone, Debug, Serialize)]
pub struct Observer {
    name: String,
    role: Option<String>,
}

/// The hazard that says that no hazard was seen.
pub const NONE_SEEN: &str = "none_seen";

/// Methods that rest on what others made: their sources must be named.
const CITING_METHODS: [&str; 4] = ["media_report", "testimony", "document", "photo_video"];

impl ReportDraft {
    /// A flat object.
    pub fn read(node: &Node<'_>) -> Option<ReportDraft> {
        let fields = node.fields()?;
        // Of what is kept it is not asked, since that was taken as it is.
        fields.demand(
            &[],
            &[Alone("hazards", Scheme::Hazard, NONE_SEEN)],
            "says none_seen beside hazards that were seen: take out the one or the others",
        );
        ReportDraft::read_members(&fields)
    }

    fn read_members(fields: &Fields<'_>) -> Option<ReportDraft> {
        let texts = |name| {
            fields
                .optional(name, LangText::read_list)
                .unwrap_or_default()
        };
        let sources = Sources::read(fields);
        let (site_id, site_proposal) = about(fields, &sources);
        let observed_on = fields.required("observed_on", Node::edtf);
        let method = fields.required("method", |node| node.concept(Scheme::Method));
        let condition = fields.required("condition", |node| node.concept(Scheme::Condition));
        let confidence = fields.required("confidence", |node| node.concept(Scheme::Certainty));
        let organization_id = fields.required("organization_id", Node::id);
        check(fields);
        Some(ReportDraft {
            site_id,
            site_proposal,
            attachments: fields.list("attachments", |node| node.id()),
            access: fields.concept("access", Scheme::Access),
            condition_trend: fields.concept("condition_trend", Scheme::ConditionTrend),
            damage_severity: fields.concept("damage_severity", Scheme::DamageSeverity),
            damage_extent: fields.concept("damage_extent", Scheme::DamageExtent),
            damages: fields.list("damages", |node| Damage::read(node, &sources)),
            threats: fields.list("threats", Threat::read),
            works: fields.list("works", |node| Works::read(node, &sources)),
            risk_level: fields.concept("risk_level", Scheme::RiskLevel),
            priority: fields.concept("priority", Scheme::Priority),
            actions: fields.list("actions", |node| node.concept(Scheme::Action)),
            next_visit_on: fields.optional("next_visit_on", Node::edtf),
            hazards: fields.list("hazards", |node| node.concept(Scheme::Hazard)),
            hazard_note: texts("hazard_note"),
            summary: texts("summary"),
            note_trusted: texts("note_trusted"),
            imagery: fields.optional("imagery", Imagery::read),
            organization_public: fields
                .optional("organization_public", Node::boolean)
                .unwrap_or_default(),
            observers: fields.list("observers", Observer::read),
            observed_position: fields
                .optional("observed_position", Node::geometry)
                .map(Position),
            observed_position_accuracy_m: fields
                .optional("observed_position_accuracy_m", Node::number),
            testimony_consent: fields.optional("testimony_consent", Node::boolean),
            compared_with: fields.text("compared_with"),
            licence: read_licence(fields),
            sources: sources.into_list(),
            observed_on: observed_on?,
            method: method?,
            condition: condition?,
            confidence: confidence?,
            organization_id: organization_id?,
        })
    }
}

impl ReportDraft {
    /// The members by which it may show the public more than a report does: another site may be shown more openly.
    pub fn opens(&self, before: &ReportDraft) -> Vec<&'static str> {
        let opened = [
            ("site_id", self.site_id != before.site_id),
            (
                "organization_public",
                self.organization_public && !before.organization_public,
            ),
        ];
        let opened = opened.into_iter().filter(|(_, is_opened)| *is_opened);
        opened.map(|(name, _)| name).collect()
    }
}

/// Where a phone was farther from the site than this, the report may be about another one.
const FAR_M: f64 = 2000.0;

impl ReportDraft {
    /// Where the phone was, if it says so.
    pub fn observed_at(&self) -> Option<LonLat> {
        let Position(phone) = self.observed_position.as_ref()?;
        Some(phone.surface_point())
    }

    /// Whether the phone was far from the site, beyond what is known of its place.
    pub fn is_far_from(&self, site: &Site) -> bool {
        let place = site.location.seen_by(Audience::Trusted);
        let Some((geometry, Position(phone))) = place.geometry.zip(self.observed_position.as_ref())
        else {
            return false;
        };
        let known_to = place.accuracy_m.unwrap_or_default();
        geometry.distance_to(phone.surface_point()).get() > FAR_M + known_to
    }

    /// Whether it tells of digging or theft, of which more may follow where the place is shown.
    pub fn tells_of_digging_or_theft(&self) -> bool {
        let causes = self.damages.iter().map(|damage| damage.cause.id());
        causes
            .into_iter()
            .any(|cause| cause == "illicit_digging" || cause == "theft")
    }

    /// Whether it says that a site is destroyed, and not surely enough to count by itself.
    pub fn is_unsure_destruction(&self) -> bool {
        self.condition.id() == "destroyed" && !super::current::is_sure(self.confidence)
    }
}

/// The site that a report is about, or what it proposes in its place.
fn about(fields: &Fields<'_>, sources: &Sources) -> (Option<Id<Site>>, Option<SiteProposal>) {
    let detail = "is required, or site_proposal in its place, and not both";
    fields.demand(&[There("site_proposal")], &[Missing("site_id")], detail);
    fields.demand(&[Missing("site_proposal")], &[There("site_id")], detail);
    let proposal = fields.optional("site_proposal", |node| SiteProposal::read(node, sources));
    (fields.optional("site_id", Node::id), proposal)
}

/// What one member demands of another.
fn check(fields: &Fields<'_>) {
    fields.demand(
        &[Word("method", &CITING_METHODS)],
        &[There("sources")],
        "is required for this method: name what it rests on",
    );
    fields.demand(
        &[Word("condition", &["unknown"])],
        &[There("summary")],
        "is required for the condition unknown: say why it could not be seen",
    );
    fields.demand(
        &[There("condition_trend")],
        &[There("compared_with")],
        "is required with condition_trend: a report's id, or the date of a photo or image",
    );
}

impl Report {
    /// Reads the document of a report, as [`Report::document`] writes it.
    pub fn read(id: Id<Report>, node: &Node<'_>) -> Option<Report> {
        let fields = node.fields()?;
        let details = ReportDraft::read_members(&fields);
        let handling = Handling::read(&fields);
        Some(Report {
            id,
            details: details?,
            handling,
        })
    }

    /// The whole document that is kept.
    pub fn document(&self) -> Value {
        super::document::joined([
            serde_json::to_value(&self.details).expect("details are plain data"),
            self.handling.document(),
        ])
    }
}

/// A published report with what decides which one is current.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a> {
    /// The report.
    pub report: &'a Report,
    /// When it was published.
    pub at: Instant,
}

impl SiteProposal {
    fn read(node: &Node<'_>, sources: &Sources) -> Option<SiteProposal> {
        let fields = node.fields()?;
        let names = fields.some("names", |node| SiteName::read(node, sources));
        let site_type = fields.required("site_type", |node| node.concept(Scheme::SiteType));
        let geometry = fields.optional("geometry", Node::geometry).map(Position);
        Some(SiteProposal {
            names,
            site_type: site_type?,
            geometry,
        })
    }
}

impl Imagery {
    fn read(node: &Node<'_>) -> Option<Imagery> {
        let fields = node.fields()?;
        Some(Imagery {
            provider: fields.text("provider"),
            sensor: fields.text("sensor"),
            platform: fields.text("platform"),
            scene_id: fields.text("scene_id"),
            before_on: fields.optional("before_on", Node::edtf),
            after_on: fields.optional("after_on", Node::edtf),
            resolution_m: fields.optional("resolution_m", Node::number),
            url: fields.optional("url", Node::url),
            licence: fields.text("licence"),
            note: fields.text("note"),
        })
    }
}

impl Observer {
    fn read(node: &Node<'_>) -> Option<Observer> {
        let fields = node.fields()?;
        let name = fields.required("name", Node::text);
        let role = fields.text("role");
        Some(Observer { name: name?, role })
    }
}
