//! A site, with what follows for it from other records.

use std::cell::OnceCell;
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use super::{RecordSeen, released, without_citations};
use crate::domain::dating::{periods, years};
use crate::domain::entries::citations;
use crate::domain::rights::CONTRIBUTORS;
use crate::domain::{
    Audience, DatedPeriod, Feature, Id, Json, Location, Organization, Place, Report, ReportDraft,
    ShownName, Site, SiteDetails, SiteOrganization, Source, Span, Title, Value,
};

/// A site, its place and what follows from other records, for one audience.
pub(in crate::domain) struct SiteSeen {
    pub(in crate::domain) record: RecordSeen,
    pub(in crate::domain) site: Arc<Site>,
    pub(in crate::domain) place: Place,
    pub(in crate::domain) region_codes: Vec<String>,
    pub(in crate::domain) current: Option<Arc<Report>>,
    pub(in crate::domain) report_count: i64,
    /// The organizations and related sites that this audience may know of.
    pub(in crate::domain) known: Vec<Uuid>,
    /// The organization that proposed it, if this audience may know.
    pub(in crate::domain) proposer: Option<Id<Organization>>,
    /// The names as they are shown, once they were asked for.
    pub(in crate::domain) names: OnceCell<Arc<[ShownName]>>,
}

impl SiteSeen {
    pub(in crate::domain) fn details(&self) -> &SiteDetails {
        &self.site.details
    }

    pub(in crate::domain) fn location(&self) -> &Location {
        &self.site.location
    }

    /// What is released to the public of a site that is not exact; `None` where everything is shown.
    pub(in crate::domain) fn released(&self) -> Option<&[String]> {
        released(&self.site, self.record.audience)
    }

    fn is_released(&self, field: &str) -> bool {
        self.released()
            .is_none_or(|released| released.iter().any(|name| name == field))
    }

    /// A list as it is recorded. Citations go with the sources: where those are not shown, a key would tell of them.
    pub(in crate::domain) fn recorded(&self, list: &impl Serialize) -> Value {
        Value::Json(self.cited(Json::of(list)))
    }

    fn cited(&self, json: Json) -> Json {
        if self.is_released("sources") {
            json
        } else {
            without_citations(&json)
        }
    }

    /// The names, made once for the title and the property.
    fn shown_names(&self) -> Arc<[ShownName]> {
        let shown = |name| {
            let shown = ShownName::from(name);
            ShownName {
                json: self.cited(shown.json),
                ..shown
            }
        };
        let names = self
            .names
            .get_or_init(|| self.details().names.iter().map(shown).collect());
        names.clone()
    }

    pub(in crate::domain) fn names(&self) -> Value {
        Value::Names(self.shown_names())
    }

    pub(in crate::domain) fn descriptions(&self) -> Value {
        let shown = self
            .details()
            .descriptions
            .iter()
            .map(|description| ShownName {
                json: self.cited(Json::of(description)),
                ..ShownName::from(&description.text)
            });
        Value::Names(shown.collect())
    }

    pub(in crate::domain) fn traditions(&self) -> Value {
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
    pub(in crate::domain) fn dating(&self) -> Value {
        let is_released = self.is_released("dating");
        let dated = self.details().dating.iter().map(|dated| {
            let (earliest_year, latest_year) = dated.years();
            let mut dates = dated.clone();
            if !is_released {
                dates.basis = None;
                dates.note.clear();
            }
            DatedSeen {
                dates,
                earliest_year,
                latest_year,
            }
        });
        let dated = Json::of(&dated.collect::<Vec<_>>());
        Value::Json(if is_released {
            self.cited(dated)
        } else {
            without_citations(&dated)
        })
    }

    pub(in crate::domain) fn periods(&self) -> Value {
        Value::Concepts(periods(&self.details().dating))
    }

    pub(in crate::domain) fn years(&self) -> (Option<i64>, Option<i64>) {
        years(&self.details().dating)
    }

    /// The region given where there is no geometry; beside a cell it would narrow the place.
    pub(in crate::domain) fn public_region_code(&self) -> Value {
        let is_given = self.record.audience == Audience::Trusted || self.place.geometry.is_none();
        self.location()
            .public_region_code()
            .filter(|_| is_given)
            .into()
    }

    fn organizations_known(&self) -> impl Iterator<Item = &SiteOrganization> {
        let roles = self.details().organizations.iter();
        roles.filter(|role| self.known.contains(&role.organization_id.uuid()))
    }

    pub(in crate::domain) fn organizations(&self) -> Value {
        self.recorded(&self.organizations_known().collect::<Vec<_>>())
    }

    /// The sources, but for those that only something cites that this audience is not shown: a member that is not released, the
    /// role of an organization that it may not know of, the place.
    pub(in crate::domain) fn sources(&self) -> Value {
        let (details, released) = (self.details(), self.released());
        let roles = &details.organizations;
        let known: Vec<_> = self.organizations_known().cloned().collect();
        if released.is_none() && known.len() == roles.len() {
            return self.recorded(&details.sources);
        }
        let plain =
            |details: &SiteDetails| serde_json::to_value(details).expect("details are plain data");
        let mut anywhere = self.location().src().to_vec();
        citations(&plain(details), &mut anywhere);
        let mut seen = plain(&SiteDetails {
            organizations: known,
            ..details.clone()
        });
        let mut cited = Vec::new();
        match (released, seen.as_object_mut()) {
            (Some(released), Some(members)) => members.retain(|name, _| released.contains(name)),
            _ => cited.extend_from_slice(self.location().src()),
        }
        citations(&seen, &mut cited);
        let is_shown =
            |source: &&Source| cited.contains(&source.key) || !anywhere.contains(&source.key);
        self.recorded(&details.sources.iter().filter(is_shown).collect::<Vec<_>>())
    }

    pub(in crate::domain) fn relations(&self) -> Value {
        let related = self.details().relations.iter();
        let known = related.filter(|relation| self.known.contains(&relation.site_id.uuid()));
        self.recorded(&known.collect::<Vec<_>>())
    }

    /// The organizations that have any role at the site.
    pub(in crate::domain) fn organization_ids(&self) -> Value {
        ids(self.organizations_known())
    }

    /// Those that have this role.
    pub(in crate::domain) fn organization_ids_as(&self, role: &str) -> Value {
        let known = self.organizations_known();
        ids(known.filter(|one| one.role.id() == role))
    }

    pub(in crate::domain) fn identifiers(&self, scheme: &str) -> Value {
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
    pub(in crate::domain) fn current(&self, of: fn(&ReportDraft) -> Value) -> Value {
        self.current
            .as_ref()
            .map_or(Value::Null, |report| of(&report.details))
    }

    /// Whom to name. A licence needs somebody, and an attribution is free text: where it was not released, the contributors.
    pub(in crate::domain) fn credit(&self, recorded: &str) -> Value {
        if self.is_released("attribution") {
            recorded.into()
        } else {
            CONTRIBUTORS.into()
        }
    }

    pub(in crate::domain) fn report_id(&self) -> Value {
        self.current
            .as_ref()
            .map(|report| Value::Text(report.id.to_string()))
            .into()
    }

    pub(in crate::domain) fn title(&self) -> Title {
        let site_type = self.details().site_type;
        if self.is_released("names") {
            return Title::Names(self.shown_names(), Some(site_type));
        }
        self.details()
            .public_label
            .clone()
            .map_or(Title::Concept(site_type), Title::Text)
    }

    pub(in crate::domain) fn feature(&self) -> Feature {
        Feature {
            layer: self.record.record.collection.into(),
            id: self.record.record.id,
            geometry: self.place.geometry.clone(),
            time: Span::of_years(self.years()),
            title: self.title(),
            values: self.values(),
        }
    }
}

/// The ids of the organizations in these roles, each once.
fn ids<'a>(roles: impl Iterator<Item = &'a SiteOrganization>) -> Value {
    let mut ids: Vec<String> = roles.map(|one| one.organization_id.to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    Value::Texts(ids)
}

/// Something dated, with the years that it comes to.
#[derive(Serialize)]
struct DatedSeen {
    #[serde(flatten)]
    dates: DatedPeriod,
    earliest_year: Option<i64>,
    latest_year: Option<i64>,
}
