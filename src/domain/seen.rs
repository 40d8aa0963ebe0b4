//! Records as one audience sees them: what the table of properties reads its values from.

use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use super::dating::years;
use super::rights::CONTRIBUTORS;
use super::{
    Audience, Entity, Feature, Instant, Location, Organization, OrganizationDraft, Place,
    RecordRef, Region, RegionDraft, Report, ReportDraft, Sensitivity, ShownName, Site, SiteDetails,
    Span, State, Title, Value, Version, observed_end,
};

/// What the log says of a record, for one audience.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordSeen {
    pub(super) audience: Audience,
    pub(super) record: RecordRef,
    pub(super) state: State,
    pub(super) version: Version,
    pub(super) created_at: Instant,
    pub(super) updated_at: Instant,
    pub(super) published_at: Option<Instant>,
}

impl RecordSeen {
    pub(super) fn of(entity: &Entity, audience: Audience) -> RecordSeen {
        // For the public, the last change that altered what the public sees; a hidden edit moves nothing.
        let (updated_at, published_at) = match audience {
            Audience::Public => (
                entity.public_at.unwrap_or(entity.created_at),
                entity.public_since,
            ),
            Audience::Trusted => (entity.updated_at, entity.published_at),
        };
        RecordSeen {
            audience,
            record: entity.record(),
            state: entity.state,
            version: entity.version,
            created_at: entity.created_at,
            updated_at,
            published_at,
        }
    }
}

/// A site, its place and what follows from other records, for one audience.
pub(super) struct SiteSeen {
    pub(super) record: RecordSeen,
    pub(super) site: Arc<Site>,
    pub(super) place: Place,
    pub(super) region_codes: Vec<String>,
    pub(super) current: Option<Arc<Report>>,
    pub(super) report_count: i64,
    /// The organizations and related sites that this audience may know of.
    pub(super) known: Vec<Uuid>,
}

impl SiteSeen {
    pub(super) fn details(&self) -> &SiteDetails {
        &self.site.details
    }

    pub(super) fn location(&self) -> &Location {
        &self.site.location
    }

    /// What is released to the public of a site that is not exact; `None` where everything is shown.
    pub(super) fn released(&self) -> Option<&[String]> {
        released(&self.site, self.record.audience)
    }

    fn is_released(&self, field: &str) -> bool {
        self.released()
            .is_none_or(|released| released.iter().any(|name| name == field))
    }

    /// A list as it is recorded. Citations go with the sources: where those are not shown, a key would tell of them.
    pub(super) fn recorded(&self, list: &impl Serialize) -> Value {
        let mut json = serde_json::to_value(list).expect("details are plain data");
        if !self.is_released("sources") {
            drop_citations(&mut json);
        }
        Value::Json(json)
    }

    fn shown_names(&self) -> Vec<ShownName> {
        let mut names: Vec<ShownName> = self.details().names.iter().map(ShownName::from).collect();
        if !self.is_released("sources") {
            for name in &mut names {
                drop_citations(&mut name.json);
            }
        }
        names
    }

    pub(super) fn names(&self) -> Value {
        Value::Names(self.shown_names())
    }

    pub(super) fn descriptions(&self) -> Value {
        let shown = self.details().descriptions.iter().map(|description| {
            let mut json = serde_json::to_value(description).expect("descriptions are plain data");
            if !self.is_released("sources") {
                drop_citations(&mut json);
            }
            ShownName {
                json,
                ..ShownName::from(&description.text)
            }
        });
        Value::Names(shown.collect())
    }

    pub(super) fn traditions(&self) -> Value {
        let mut traditions: Vec<_> = self
            .details()
            .associations
            .iter()
            .map(|association| association.tradition)
            .collect();
        traditions.sort_unstable_by_key(|tradition| tradition.id());
        traditions.dedup();
        Value::Concepts(traditions)
    }

    /// Where the dating was not released, its dates alone: notes and citations are free text.
    pub(super) fn dating(&self) -> Value {
        let dated = self.details().dating.iter().map(|dated| {
            let mut json = serde_json::to_value(dated).expect("datings are plain data");
            if let Some(members) = json.as_object_mut() {
                if !self.is_released("dating") {
                    members.retain(|name, _| {
                        ["kind", "edtf", "period", "certainty"].contains(&name.as_str())
                    });
                }
                let (earliest, latest) = dated.years();
                members.insert("earliest_year".to_owned(), earliest.into());
                members.insert("latest_year".to_owned(), latest.into());
            }
            json
        });
        self.recorded(&dated.collect::<Vec<_>>())
    }

    pub(super) fn years(&self) -> (Option<i64>, Option<i64>) {
        years(&self.details().dating)
    }

    fn organizations_known(&self) -> impl Iterator<Item = &super::SiteOrganization> {
        let roles = self.details().organizations.iter();
        roles.filter(|role| self.known.contains(&role.organization_id.uuid()))
    }

    pub(super) fn organizations(&self) -> Value {
        self.recorded(&self.organizations_known().collect::<Vec<_>>())
    }

    pub(super) fn relations(&self) -> Value {
        let related = self.details().relations.iter();
        let known = related.filter(|relation| self.known.contains(&relation.site_id.uuid()));
        self.recorded(&known.collect::<Vec<_>>())
    }

    pub(super) fn custodian_ids(&self) -> Value {
        let custodians = self
            .organizations_known()
            .filter(|role| role.role.id() == "custodian");
        let mut ids: Vec<String> = custodians
            .map(|role| role.organization_id.to_string())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        Value::Texts(ids)
    }

    pub(super) fn identifiers(&self, scheme: &str) -> Value {
        let of_scheme = self
            .details()
            .identifiers
            .iter()
            .filter(|identifier| identifier.scheme == scheme);
        let mut values: Vec<String> = of_scheme
            .map(|identifier| identifier.value.clone())
            .collect();
        values.sort_unstable();
        Value::Texts(values)
    }

    /// A value of the current report.
    pub(super) fn current(&self, of: fn(&ReportDraft) -> Value) -> Value {
        self.current
            .as_ref()
            .map_or(Value::Null, |report| of(&report.details))
    }

    /// Whom to name. A licence needs somebody, and an attribution is free text: where it was not released, the contributors.
    pub(super) fn credit(&self, recorded: &str) -> Value {
        if self.is_released("attribution") {
            recorded.into()
        } else {
            CONTRIBUTORS.into()
        }
    }

    pub(super) fn report_id(&self) -> Value {
        self.current
            .as_ref()
            .map(|report| Value::Text(report.id.to_string()))
            .into()
    }

    fn title(&self) -> Title {
        let site_type = self.details().site_type;
        if self.is_released("names") {
            return Title::Names(self.shown_names(), Some(site_type));
        }
        self.details()
            .public_label
            .clone()
            .map_or(Title::Concept(site_type), Title::Text)
    }

    pub(super) fn feature(&self) -> Feature {
        Feature {
            record: self.record.record,
            geometry: self.place.geometry.clone(),
            time: Span::of_years(self.years()),
            title: self.title(),
            values: self.values(),
        }
    }
}

/// What a reviewer released, if only that may be shown.
fn released(site: &Site, audience: Audience) -> Option<&[String]> {
    let is_hidden =
        audience == Audience::Public && site.location.sensitivity() != Sensitivity::Exact;
    is_hidden.then_some(site.details.public_fields.as_slice())
}

/// Names or texts as they are shown.
pub(super) fn shown<'a, T>(texts: &'a [T]) -> Vec<ShownName>
where
    ShownName: From<&'a T>,
{
    texts.iter().map(ShownName::from).collect()
}

/// Structure as it is recorded, citations and all: of records that hide no place.
pub(super) fn as_recorded(recorded: &impl Serialize) -> Value {
    match serde_json::to_value(recorded).expect("details are plain data") {
        serde_json::Value::Null => Value::Null,
        json => Value::Json(json),
    }
}

fn drop_citations(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(members) => {
            members.remove("src");
            members.values_mut().for_each(drop_citations);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(drop_citations),
        _ => {}
    }
}

/// A report and the place of its site, for one audience.
pub(super) struct ReportSeen {
    pub(super) record: RecordSeen,
    pub(super) report: Arc<Report>,
    pub(super) site: Arc<Site>,
    pub(super) place: Place,
    pub(super) region_codes: Vec<String>,
    /// Whether this audience may know of the organization that observed.
    pub(super) organization_known: bool,
}

/// Hazards that everybody must know; the others could point at people.
const PUBLIC_HAZARDS: [&str; 4] = ["none_seen", "mine_uxo", "unstable_structure", "other"];

impl ReportSeen {
    pub(super) fn details(&self) -> &ReportDraft {
        &self.report.details
    }

    /// A report of a site that is not exact: nothing can be released of it, only the allow-list is shown.
    pub(super) fn released(&self) -> Option<&[String]> {
        released(&self.site, self.record.audience).map(|_| &[][..])
    }

    pub(super) fn hazards(&self) -> Value {
        let is_shown =
            |id| self.record.audience == Audience::Trusted || PUBLIC_HAZARDS.contains(&id);
        Value::Concepts(
            self.details()
                .hazards
                .iter()
                .copied()
                .filter(|hazard| is_shown(hazard.id()))
                .collect(),
        )
    }

    pub(super) fn organization_id(&self) -> Value {
        self.organization_known
            .then(|| Value::Text(self.details().organization_id.to_string()))
            .into()
    }

    pub(super) fn observed_start(&self) -> Option<Value> {
        self.details()
            .observed_on
            .bounds()
            .earliest
            .map(|day| Value::Text(day.to_string()))
    }

    pub(super) fn observed_end(&self) -> Option<Value> {
        observed_end(&self.details().observed_on).map(|day| Value::Text(day.to_string()))
    }

    pub(super) fn feature(&self) -> Feature {
        Feature {
            record: self.record.record,
            geometry: self.place.geometry.clone(),
            time: Span::of_days(self.details().observed_on.bounds()),
            title: Title::None,
            values: self.values(),
        }
    }
}

/// An organization, for one audience.
pub(super) struct OrganizationSeen {
    pub(super) record: RecordSeen,
    pub(super) organization: Arc<Organization>,
}

impl OrganizationSeen {
    pub(super) fn details(&self) -> &OrganizationDraft {
        &self.organization.details
    }

    pub(super) fn feature(&self) -> Feature {
        Feature {
            record: self.record.record,
            geometry: self.details().geometry.clone(),
            time: None,
            title: Title::Names(shown(&self.details().names), None),
            values: self.values(),
        }
    }
}

/// A region, for one audience.
pub(super) struct RegionSeen {
    pub(super) record: RecordSeen,
    pub(super) region: Arc<Region>,
}

impl RegionSeen {
    pub(super) fn details(&self) -> &RegionDraft {
        &self.region.details
    }

    pub(super) fn feature(&self) -> Feature {
        Feature {
            record: self.record.record,
            geometry: Some(self.details().geometry.clone()),
            time: self
                .details()
                .valid
                .as_ref()
                .and_then(|valid| Span::of_days(valid.bounds())),
            title: Title::Names(shown(&self.details().names), None),
            values: self.values(),
        }
    }
}
