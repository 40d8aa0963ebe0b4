//! The table of properties: everything that a feature can have, said once.
//!
//! Names, types, who may see them, and how they are read off a record stand here; filters, sorting and
//! the API definition are made from it. What the public gets of a site that is not exact, and of its
//! reports, is the column [`WhenHidden`]: an allow-list, so that a new property is hidden until somebody decides.

use super::seen::{OrganizationSeen, RegionSeen, ReportSeen, SiteSeen, as_recorded, shown};
use super::{Audience, Collection, GeometryKind, Scheme, ShownName, Value};

/// What is known of a property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its name in JSON, filters and headers: `snake_case`.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// What people call it, in English.
    pub title: &'static str,
    who: Who,
    when_hidden: WhenHidden,
}

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The id of a record of that collection.
    Id(Collection),
    /// Ids of records of that collection.
    Ids(Collection),
    /// Text.
    Text,
    /// Texts.
    Texts,
    /// A concept.
    Concept(Scheme),
    /// Concepts.
    Concepts(Scheme),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A moment, RFC 3339.
    Instant,
    /// A date or interval, EDTF.
    Edtf,
    /// Names or texts in several languages.
    Names,
    /// Follows from the names and the reader's languages.
    Label,
    /// An object.
    Object,
    /// A list of objects.
    Objects,
}

impl Kind {
    /// Whether a request may ask for `name=value`: everything but structure and what depends on the reader.
    pub fn is_simple(self) -> bool {
        !matches!(
            self,
            Kind::Names | Kind::Label | Kind::Object | Kind::Objects
        )
    }

    /// Whether results can be ordered by it: simple, and one value.
    pub fn is_sortable(self) -> bool {
        self.is_simple() && !matches!(self, Kind::Ids(_) | Kind::Texts | Kind::Concepts(_))
    }
}

/// Who may be shown a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Public,
    Trusted,
}

/// What the public gets of a property where the site is not exact (vocabularies 1.1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhenHidden {
    /// It is on the allow-list.
    Shown,
    /// It is shown if a reviewer released this.
    IfReleased(&'static str),
    /// It is not shown, whatever is released.
    Withheld,
}

struct Row<S> {
    property: Property,
    of: fn(&S) -> Value,
}

/// For everybody; of a site that is not exact, the public gets it as `when_hidden` says.
const fn public<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    when_hidden: WhenHidden,
    of: fn(&S) -> Value,
) -> Row<S> {
    Row {
        property: Property {
            name,
            kind,
            title,
            who: Who::Public,
            when_hidden,
        },
        of,
    }
}

/// For everybody, of records that hide no place.
const fn open<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    of: fn(&S) -> Value,
) -> Row<S> {
    // Nothing of these records is hidden, so the column is not read.
    public(name, kind, title, WhenHidden::Withheld, of)
}

/// For the trusted only.
const fn trusted<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    of: fn(&S) -> Value,
) -> Row<S> {
    Row {
        property: Property {
            name,
            kind,
            title,
            who: Who::Trusted,
            when_hidden: WhenHidden::Withheld,
        },
        of,
    }
}

use Kind::{
    Boolean, Concept, Concepts, Edtf, Id, Ids, Instant, Integer, Label, Names, Number, Object,
    Objects, Text, Texts, Word,
};
use WhenHidden::{IfReleased, Shown, Withheld};

const SENSITIVITY: Kind = Concept(Scheme::LocationSensitivity);

#[rustfmt::skip] // One row a line.
static SITES: &[Row<SiteSeen>] = &[
    public("label", Label, "Name", Shown, |_| Value::Label),
    public("label_lang", Label, "Language of the name", Shown, |_| Value::LabelLang),
    public("names", Names, "Names", IfReleased("names"), SiteSeen::names),
    public("site_type", Concept(Scheme::SiteType), "Type", Shown, |s| s.details().site_type.into()),
    public("other_types", Concepts(Scheme::SiteType), "Further types", IfReleased("other_types"), |s| Value::Concepts(s.details().other_types.clone())),
    public("associations", Objects, "Associations", IfReleased("associations"), |s| s.recorded(&s.details().associations)),
    public("traditions", Concepts(Scheme::Tradition), "Traditions", IfReleased("associations"), SiteSeen::traditions),
    public("traditions_disputed", Boolean, "Traditions disputed", IfReleased("associations"), |s| s.details().traditions_disputed().into()),
    public("descriptions", Names, "Descriptions", IfReleased("descriptions"), SiteSeen::descriptions),
    public("dating", Objects, "Dating", Shown, SiteSeen::dating),
    public("earliest_year", Integer, "Earliest year", Shown, |s| s.years().0.into()),
    public("latest_year", Integer, "Latest year", Shown, |s| s.years().1.into()),
    public("current_function", Concept(Scheme::Function), "Current use", IfReleased("current_function"), |s| s.details().current_function.into()),
    public("current_function_on", Edtf, "Current use observed on", IfReleased("current_function"), |s| s.details().current_function_on.as_ref().into()),
    public("designations", Objects, "Designations", IfReleased("designations"), |s| s.recorded(&s.details().designations)),
    public("organizations", Objects, "Organizations", IfReleased("organizations"), SiteSeen::organizations),
    public("custodian_ids", Ids(Collection::Organizations), "Custodians", IfReleased("organizations"), SiteSeen::custodian_ids),
    public("identifiers", Objects, "Identifiers elsewhere", IfReleased("identifiers"), |s| s.recorded(&s.details().identifiers)),
    public("wikidata", Texts, "Wikidata ids", IfReleased("identifiers"), |s| s.identifiers("wikidata")),
    public("osm", Texts, "OpenStreetMap ids", IfReleased("identifiers"), |s| s.identifiers("osm")),
    public("geonames", Texts, "GeoNames ids", IfReleased("identifiers"), |s| s.identifiers("geonames")),
    public("relations", Objects, "Relations to other sites", IfReleased("relations"), SiteSeen::relations),
    public("region_codes", Texts, "Regions", Shown, |s| Value::Texts(s.region_codes.clone())),
    public("public_region_code", Text, "Region given to the public", Shown, SiteSeen::public_region_code),
    trusted("public_label", Text, "Label for the public", |s| s.details().public_label.as_ref().into()),
    trusted("public_fields", Texts, "Released to the public", |s| Value::Texts(s.details().public_fields.clone())),
    trusted("public_listing", Boolean, "Listed to the public", |s| s.details().public_listing.into()),
    public("geometry_kind", Word(GeometryKind::IDS), "What the geometry is", Shown, |s| s.place.kind.id().into()),
    public("location_accuracy_m", Number, "Accuracy of the location in metres", Shown, |s| s.place.accuracy_m.into()),
    public("location_method", Concept(Scheme::LocationMethod), "How it was located", Withheld, |s| s.location().method().into()),
    public("location_note", Text, "Note on the location", Withheld, |s| s.location().note().into()),
    public("location_src", Texts, "Sources of the location", Withheld, |s| Value::Texts(s.location().src().to_vec())),
    public("location_sensitivity", SENSITIVITY, "How openly it is shown", Shown, |s| s.location().sensitivity().concept().into()),
    trusted("location_sensitivity_reason", Text, "Why not exactly", |s| s.location().sensitivity_reason().into()),
    trusted("directions", Names, "Directions", |s| texts(s.location().directions())),
    public("condition", Concept(Scheme::Condition), "Condition", Shown, |s| s.current(|report| report.condition.into())),
    public("condition_trend", Concept(Scheme::ConditionTrend), "Trend", Withheld, |s| s.current(|report| report.condition_trend.into())),
    public("damage_severity", Concept(Scheme::DamageSeverity), "Severity of damage", Withheld, |s| s.current(|report| report.damage_severity.into())),
    public("risk_level", Concept(Scheme::RiskLevel), "Risk", Withheld, |s| s.current(|report| report.risk_level.into())),
    public("priority", Concept(Scheme::Priority), "Priority", Withheld, |s| s.current(|report| report.priority.into())),
    public("condition_observed_on", Edtf, "Condition observed on", Shown, |s| s.current(|report| (&report.observed_on).into())),
    public("condition_method", Concept(Scheme::Method), "How it was observed", Shown, |s| s.current(|report| report.method.into())),
    public("condition_confidence", Concept(Scheme::Certainty), "How sure", Withheld, |s| s.current(|report| report.confidence.into())),
    public("condition_report_id", Id(Collection::ConditionReports), "Current report", Withheld, SiteSeen::report_id),
    public("report_count", Integer, "Number of reports", Withheld, |s| s.report_count.into()),
    public("sources", Objects, "Sources", IfReleased("sources"), SiteSeen::sources),
    public("licence", Text, "Licence", Shown, |s| s.details().rights.licence.into()),
    public("rights_holder", Text, "Rights holder", Shown, |s| s.credit(&s.details().rights.rights_holder)),
    public("attribution", Text, "Attribution", Shown, |s| s.credit(&s.details().rights.attribution)),
    public("status", Text, "Status", Shown, |s| s.record.state.id().into()),
    // Photos have no audience of their own yet, so none is for the public.
    trusted("attachments", Texts, "Photos and documents", |s| ids(&s.details().attachments)),
    public("proposed_by_organization_id", Id(Collection::Organizations), "Proposed by", Withheld, |s| s.proposer.map(|id| Value::Text(id.to_string())).into()),
    trusted("merged_into", Id(Collection::Sites), "Merged into", |s| s.site.merged_into.map(|id| Value::Text(id.to_string())).into()),
    trusted("version", Integer, "Version", |s| i64::from(s.record.version.0).into()),
    trusted("created_at", Instant, "Recorded", |s| s.record.created_at.into()),
    public("updated_at", Instant, "Last changed", Shown, |s| s.record.updated_at.into()),
    public("published_at", Instant, "Published", Withheld, |s| s.record.published_at.into()),
];

#[rustfmt::skip] // One row a line.
static REPORTS: &[Row<ReportSeen>] = &[
    public("site_id", Id(Collection::Sites), "Site", Shown, |s| s.details().site_id.map(|id| Value::Text(id.to_string())).into()),
    public("geometry_kind", Word(GeometryKind::IDS), "What the geometry is", Shown, |s| s.place.kind.id().into()),
    public("region_codes", Texts, "Regions", Shown, |s| Value::Texts(s.region_codes.clone())),
    public("observed_on", Edtf, "Observed on", Shown, |s| (&s.details().observed_on).into()),
    public("observed_start", Text, "First day of the observation", Shown, |s| s.observed_start().into()),
    public("observed_end", Text, "Last day of the observation", Shown, |s| s.observed_end().into()),
    public("method", Concept(Scheme::Method), "Method", Shown, |s| s.details().method.into()),
    public("access", Concept(Scheme::Access), "Access", Withheld, |s| s.details().access.into()),
    public("condition", Concept(Scheme::Condition), "Condition", Shown, |s| s.details().condition.into()),
    public("condition_trend", Concept(Scheme::ConditionTrend), "Trend", Withheld, |s| s.details().condition_trend.into()),
    public("damage_severity", Concept(Scheme::DamageSeverity), "Severity of damage", Withheld, |s| s.details().damage_severity.into()),
    public("damage_extent", Concept(Scheme::DamageExtent), "Extent of damage", Withheld, |s| s.details().damage_extent.into()),
    public("damages", Objects, "Damages", Withheld, ReportSeen::damages),
    public("threats", Objects, "Threats", Withheld, |s| as_recorded(&s.details().threats)),
    public("works", Objects, "Works", Withheld, |s| as_recorded(&s.details().works)),
    public("risk_level", Concept(Scheme::RiskLevel), "Risk", Withheld, |s| s.details().risk_level.into()),
    public("priority", Concept(Scheme::Priority), "Priority", Withheld, |s| s.details().priority.into()),
    public("actions", Concepts(Scheme::Action), "Recommended actions", Withheld, |s| Value::Concepts(s.details().actions.clone())),
    public("next_visit_on", Edtf, "Next visit on", Withheld, |s| s.details().next_visit_on.as_ref().into()),
    public("hazards", Concepts(Scheme::Hazard), "Hazards", Withheld, ReportSeen::hazards),
    trusted("hazard_note", Names, "Note on hazards", |s| texts(&s.details().hazard_note)),
    public("confidence", Concept(Scheme::Certainty), "How sure", Withheld, |s| s.details().confidence.into()),
    public("summary", Names, "Summary", Withheld, |s| texts(&s.details().summary)),
    trusted("note_trusted", Names, "Note for the trusted", |s| texts(&s.details().note_trusted)),
    public("imagery", Object, "Imagery", Withheld, |s| as_recorded(&s.details().imagery)),
    public("sources", Objects, "Sources", Withheld, |s| as_recorded(&s.details().sources)),
    public("organization_id", Id(Collection::Organizations), "Observed by", Withheld, ReportSeen::organization_id),
    trusted("organization_public", Boolean, "The public may know who observed", |s| s.details().organization_public.into()),
    public("compared_with", Text, "Compared with", Withheld, ReportSeen::compared_with),
    public("status", Text, "Status", Shown, |s| s.record.state.id().into()),
    public("published_on", Text, "Published on", Withheld, |s| s.record.published_at.map(|at| Value::Text(at.day().to_string())).into()),
    public("licence", Text, "Licence", Shown, |s| s.details().licence.into()),
    trusted("attachments", Texts, "Photos and documents", |s| ids(&s.details().attachments)),
    trusted("publish_after", Edtf, "Not published before", |s| s.handling().publish_after.as_ref().into()),
    trusted("receipt", Text, "Receipt", |s| s.handling().receipt.as_ref().into()),
    trusted("review", Object, "Review", |s| as_recorded(&s.handling().review)),
    trusted("version", Integer, "Version", |s| i64::from(s.record.version.0).into()),
    trusted("submitted_at", Instant, "Submitted", |s| s.record.created_at.into()),
    trusted("published_at", Instant, "Published", |s| s.record.published_at.into()),
];

#[rustfmt::skip] // One row a line.
static ORGANIZATIONS: &[Row<OrganizationSeen>] = &[
    open("label", Label, "Name", |_| Value::Label),
    open("label_lang", Label, "Language of the name", |_| Value::LabelLang),
    open("names", Names, "Names", |s| texts(&s.details().names)),
    open("kind", Concept(Scheme::OrganizationKind), "Kind", |s| s.details().kind.into()),
    open("description", Names, "Description", |s| texts(&s.details().description)),
    open("url", Text, "Web page", |s| s.details().url.as_ref().into()),
    open("languages", Texts, "Languages", |s| Value::Texts(s.details().languages.iter().map(ToString::to_string).collect(),)),
    open("identifiers", Objects, "Identifiers elsewhere", |s| as_recorded(&s.details().identifiers)),
    trusted("listed", Boolean, "Listed to the public", |s| s.details().listed.into()),
    trusted("show_as_contributor", Boolean, "Named as contributor", |s| s.details().show_as_contributor.into()),
    open("sources", Objects, "Sources", |s| as_recorded(&s.details().sources)),
    open("src", Texts, "Sources of all of it", |s| Value::Texts(s.details().src.clone())),
    open("status", Word(&["active", "inactive"]), "Status", |s| s.organization.status().into()),
    trusted("version", Integer, "Version", |s| i64::from(s.record.version.0).into()),
    trusted("created_at", Instant, "Recorded", |s| s.record.created_at.into()),
];

#[rustfmt::skip] // One row a line.
static REGIONS: &[Row<RegionSeen>] = &[
    open("code", Text, "Code", |s| (&s.details().code).into()),
    open("label", Label, "Name", |_| Value::Label),
    open("label_lang", Label, "Language of the name", |_| Value::LabelLang),
    open("names", Names, "Names", |s| texts(&s.details().names)),
    open("kind", Concept(Scheme::RegionKind), "Kind", |s| s.details().kind.into()),
    open("valid", Edtf, "In use", |s| s.details().valid.as_ref().into()),
    open("authority", Text, "Whose division it is", |s| s.details().authority.as_ref().into()),
    open("sources", Objects, "Sources", |s| as_recorded(&s.details().sources)),
    open("src", Texts, "Sources of the outline", |s| Value::Texts(s.details().src.clone())),
    open("boundary_accuracy_m", Number, "Accuracy of the outline in metres", |s| s.details().boundary_accuracy_m.into()),
    open("boundary_note", Names, "Note on the outline", |s| texts(&s.details().boundary_note)),
    open("part_of", Text, "Part of", |s| s.details().part_of.as_ref().into()),
    open("licence", Text, "Licence", |s| s.details().licence.into()),
    trusted("version", Integer, "Version", |s| i64::from(s.record.version.0).into()),
    trusted("created_at", Instant, "Recorded", |s| s.record.created_at.into()),
];

fn ids<T>(ids: &[super::Id<T>]) -> Value {
    Value::Texts(ids.iter().map(ToString::to_string).collect())
}

fn texts<'a, T>(texts: &'a [T]) -> Value
where
    ShownName: From<&'a T>,
{
    Value::Names(shown(texts))
}

impl Property {
    /// Whether it is for everybody, and not for the trusted only.
    pub fn is_public(&self) -> bool {
        self.who == Who::Public
    }
}

/// The properties of a collection that an audience may be shown, each with its number, in the order of the table.
///
/// A number is the place in the whole table, the same for every audience: [`super::Feature::values`] are in that order.
pub fn numbered(
    collection: Collection,
    audience: Audience,
) -> impl Iterator<Item = (usize, &'static Property)> {
    let all = table(collection).into_iter().enumerate();
    all.filter(move |(_, property)| audience == Audience::Trusted || property.is_public())
}

/// The properties of a collection that an audience may be shown, in the order of the table.
pub fn properties(collection: Collection, audience: Audience) -> Vec<&'static Property> {
    numbered(collection, audience)
        .map(|(_, property)| property)
        .collect()
}

fn table(collection: Collection) -> Vec<&'static Property> {
    fn of<S>(rows: &'static [Row<S>]) -> Vec<&'static Property> {
        rows.iter().map(|row| &row.property).collect()
    }
    match collection {
        Collection::ConditionReports => of(REPORTS),
        Collection::Organizations => of(ORGANIZATIONS),
        Collection::Regions => of(REGIONS),
        Collection::Sites => of(SITES),
    }
}

/// The values of a record for an audience: one for each row of the table, `Null` where it is not for them.
///
/// `released` is `None` where everything that the audience may be shown is shown; else it names what a reviewer released.
fn values<S>(
    rows: &'static [Row<S>],
    seen: &S,
    audience: Audience,
    released: Option<&[String]>,
) -> Vec<Value> {
    let is_released = |property: &Property| match (released, property.when_hidden) {
        (None, _) | (Some(_), WhenHidden::Shown) => true,
        (Some(released), WhenHidden::IfReleased(field)) => {
            released.iter().any(|name| name == field)
        }
        (Some(_), WhenHidden::Withheld) => false,
    };
    let is_theirs = |property: &Property| audience == Audience::Trusted || property.is_public();
    rows.iter()
        .map(|row| {
            if is_theirs(&row.property) && is_released(&row.property) {
                (row.of)(seen)
            } else {
                Value::Null
            }
        })
        .collect()
}

impl SiteSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(SITES, self, self.record.audience, self.released())
    }
}

impl ReportSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(REPORTS, self, self.record.audience, self.released())
    }
}

impl OrganizationSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(ORGANIZATIONS, self, self.record.audience, None)
    }
}

impl RegionSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(REGIONS, self, self.record.audience, None)
    }
}
