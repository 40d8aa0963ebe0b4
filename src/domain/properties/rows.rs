//! The rows of the table, a line each.

use super::Kind::{
    Boolean, Concept, Concepts, Day, Edtf, Id, Ids, Instant, Integer, Label, Names, Number, Object,
    Objects, Text, Texts, Word,
};
use super::WhenHidden::{IfReleased, Shown, Withheld};
use super::{Kind, Row, asked, open, public, trusted};
use crate::domain::seen::{OrganizationSeen, RegionSeen, ReportSeen, SiteSeen, as_recorded, shown};
use crate::domain::{Collection, GeometryKind, Scheme, ShownName, Value};

const SENSITIVITY: Kind = Concept(Scheme::LocationSensitivity);

#[rustfmt::skip] // One row a line.
pub(super) static SITES: &[Row<SiteSeen>] = &[
    public("label", Label, "Name", Shown, |_| Value::Label),
    public("label_lang", Label, "Language of the name", Shown, |_| Value::LabelLang),
    public("names", Names, "Names", IfReleased("names"), SiteSeen::names),
    asked("name", Texts, "Any of its names", Shown, |s| s.title().texts()),
    public("site_type", Concept(Scheme::SiteType), "Type", Shown, |s| s.details().site_type.into()),
    public("other_types", Concepts(Scheme::SiteType), "Further types", IfReleased("other_types"), |s| Value::Concepts(s.details().other_types.clone())),
    public("associations", Objects, "Associations", IfReleased("associations"), |s| s.recorded(&s.details().associations)),
    public("traditions", Concepts(Scheme::Tradition), "Traditions", IfReleased("associations"), SiteSeen::traditions),
    public("traditions_disputed", Boolean, "Traditions disputed", IfReleased("associations"), |s| s.details().traditions_disputed().into()),
    public("descriptions", Names, "Descriptions", IfReleased("descriptions"), SiteSeen::descriptions),
    public("dating", Objects, "Dating", Shown, SiteSeen::dating),
    public("earliest_year", Integer, "Earliest year", Shown, |s| s.years().0.into()),
    public("latest_year", Integer, "Latest year", Shown, |s| s.years().1.into()),
    asked("period", Concepts(Scheme::Period), "Periods that it is dated to", Shown, SiteSeen::periods),
    public("current_function", Concept(Scheme::Function), "Current use", IfReleased("current_function"), |s| s.details().current_function.into()),
    public("current_function_on", Edtf, "Current use observed on", IfReleased("current_function"), |s| s.details().current_function_on.as_ref().into()),
    public("designations", Objects, "Designations", IfReleased("designations"), |s| s.recorded(&s.details().designations)),
    public("organizations", Objects, "Organizations", IfReleased("organizations"), SiteSeen::organizations),
    asked("organization_ids", Ids(Collection::Organizations), "Organizations in any role", IfReleased("organizations"), SiteSeen::organization_ids),
    public("custodian_ids", Ids(Collection::Organizations), "Custodians", IfReleased("organizations"), |s| s.organization_ids_as("custodian")),
    public("monitor_ids", Ids(Collection::Organizations), "Monitors", IfReleased("organizations"), |s| s.organization_ids_as("monitor")),
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
    trusted("receipt", Text, "Receipt", |s| s.record.between_both(&s.site.handling).and_then(|handling| handling.receipt.as_ref()).into()),
    trusted("review", Object, "Review", |s| as_recorded(&s.record.between_both(&s.site.handling).and_then(|handling| handling.review.as_ref()))),
    trusted("merged_into", Id(Collection::Sites), "Merged into", |s| s.site.merged_into.map(|id| Value::Text(id.to_string())).into()),
    trusted("version", Integer, "Version", |s| i64::from(s.record.version.0).into()),
    trusted("created_at", Instant, "Recorded", |s| s.record.created_at.into()),
    public("updated_at", Instant, "Last changed", Shown, |s| s.record.updated_at.into()),
    public("published_at", Instant, "Published", Withheld, |s| s.record.published_at.into()),
];

#[rustfmt::skip] // One row a line.
pub(super) static REPORTS: &[Row<ReportSeen>] = &[
    public("site_id", Id(Collection::Sites), "Site", Shown, |s| s.details().site_id.map(|id| Value::Text(id.to_string())).into()),
    trusted("site_proposal", Object, "The site, where it is not in the registry", |s| as_recorded(&s.details().site_proposal)),
    public("geometry_kind", Word(GeometryKind::IDS), "What the geometry is", Shown, |s| s.place.kind.id().into()),
    public("region_codes", Texts, "Regions", Shown, |s| Value::Texts(s.region_codes.clone())),
    public("observed_on", Edtf, "Observed on", Shown, |s| (&s.details().observed_on).into()),
    public("observed_start", Day, "First day of the observation", Shown, |s| s.observed_start().into()),
    public("observed_end", Day, "Last day of the observation", Shown, |s| s.observed_end().into()),
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
    public("published_on", Day, "Published on", Withheld, |s| s.record.published_at.map(|at| Value::Text(at.day().to_string())).into()),
    public("licence", Text, "Licence", Shown, |s| s.details().licence.into()),
    trusted("attachments", Texts, "Photos and documents", |s| ids(&s.details().attachments)),
    trusted("publish_after", Day, "Not published before", |s| s.handling().publish_after.map(|day| Value::Text(day.to_string())).into()),
    trusted("receipt", Text, "Receipt", |s| s.record.between_both(s.handling()).and_then(|handling| handling.receipt.as_ref()).into()),
    trusted("review", Object, "Review", |s| as_recorded(&s.record.between_both(s.handling()).and_then(|handling| handling.review.as_ref()))),
    trusted("correction_note", Text, "What was corrected", |s| s.handling().correction_note.as_ref().into()),
    trusted("version", Integer, "Version", |s| i64::from(s.record.version.0).into()),
    trusted("submitted_at", Instant, "Submitted", |s| s.record.created_at.into()),
    trusted("published_at", Instant, "Published", |s| s.record.published_at.into()),
];

#[rustfmt::skip] // One row a line.
pub(super) static ORGANIZATIONS: &[Row<OrganizationSeen>] = &[
    open("label", Label, "Name", |_| Value::Label),
    open("label_lang", Label, "Language of the name", |_| Value::LabelLang),
    open("names", Names, "Names", |s| texts(&s.details().names)),
    asked("name", Texts, "Any of its names", Shown, |s| s.title().texts()),
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
pub(super) static REGIONS: &[Row<RegionSeen>] = &[
    open("code", Text, "Code", |s| (&s.details().code).into()),
    open("label", Label, "Name", |_| Value::Label),
    open("label_lang", Label, "Language of the name", |_| Value::LabelLang),
    open("names", Names, "Names", |s| texts(&s.details().names)),
    asked("name", Texts, "Any of its names", Shown, |s| s.title().texts()),
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

fn ids<T>(ids: &[crate::domain::Id<T>]) -> Value {
    Value::Texts(ids.iter().map(ToString::to_string).collect())
}

fn texts<'a, T>(texts: &'a [T]) -> Value
where
    ShownName: From<&'a T>,
{
    Value::Names(shown(texts))
}
