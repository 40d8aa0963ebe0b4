//! Records as one audience sees them: what the table of properties reads its values from.

mod report;
mod site;

use std::sync::Arc;

use serde::Serialize;

pub(in crate::domain) use self::report::ReportSeen;
pub(in crate::domain) use self::site::SiteSeen;
use super::{
    Audience, Entity, Feature, Handling, Instant, Json, Organization, OrganizationDraft, RecordRef,
    Region, RegionDraft, Sensitivity, ShownName, Site, Span, State, Title, Value, Version,
};

/// What the log says of a record, for one audience.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct RecordSeen {
    pub(in crate::domain) audience: Audience,
    /// Whether it is shown to those who submitted it or decide on it, and not from the catalogue.
    pub(in crate::domain) is_submission: bool,
    pub(in crate::domain) record: RecordRef,
    pub(in crate::domain) state: State,
    pub(in crate::domain) version: Version,
    pub(in crate::domain) created_at: Instant,
    pub(in crate::domain) updated_at: Instant,
    pub(in crate::domain) published_at: Option<Instant>,
}

impl RecordSeen {
    pub(in crate::domain) fn of(entity: &Entity, audience: Audience) -> RecordSeen {
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
            is_submission: false,
            record: entity.record(),
            state: entity.state,
            version: entity.version,
            created_at: entity.created_at,
            updated_at,
            published_at,
        }
    }
}

impl RecordSeen {
    /// What of the handling of a record is between whoever submitted it and who decides: nobody reads it in the catalogue.
    pub(in crate::domain) fn between_both<'a>(
        &self,
        handling: &'a Handling,
    ) -> Option<&'a Handling> {
        self.is_submission.then_some(handling)
    }
}

/// What a reviewer released, if only that may be shown.
fn released(site: &Site, audience: Audience) -> Option<&[String]> {
    let is_hidden =
        audience == Audience::Public && site.location.sensitivity() != Sensitivity::Exact;
    is_hidden.then_some(site.details.public_fields.as_slice())
}

/// Names or texts as they are shown.
pub(in crate::domain) fn shown<'a, T>(texts: &'a [T]) -> Arc<[ShownName]>
where
    ShownName: From<&'a T>,
{
    texts.iter().map(ShownName::from).collect()
}

/// Structure as it is recorded, citations and all: of records that hide no place.
pub(in crate::domain) fn as_recorded(recorded: &impl Serialize) -> Value {
    let json = Json::of(recorded);
    if json.as_str() == "null" {
        Value::Null
    } else {
        Value::Json(json)
    }
}

/// The same without its citations.
fn without_citations(json: &Json) -> Json {
    let mut value = json.to_value();
    drop_citations(&mut value);
    Json::of(&value)
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

/// An organization, for one audience.
pub(in crate::domain) struct OrganizationSeen {
    pub(in crate::domain) record: RecordSeen,
    pub(in crate::domain) organization: Arc<Organization>,
}

impl OrganizationSeen {
    pub(in crate::domain) fn details(&self) -> &OrganizationDraft {
        &self.organization.details
    }

    pub(in crate::domain) fn title(&self) -> Title {
        Title::Names(shown(&self.details().names), None)
    }

    pub(in crate::domain) fn feature(&self) -> Feature {
        Feature {
            layer: self.record.record.collection.into(),
            id: self.record.record.id,
            geometry: self.details().geometry.clone(),
            time: None,
            title: self.title(),
            values: self.values(),
        }
    }
}

/// A region, for one audience.
pub(in crate::domain) struct RegionSeen {
    pub(in crate::domain) record: RecordSeen,
    pub(in crate::domain) region: Arc<Region>,
}

impl RegionSeen {
    pub(in crate::domain) fn details(&self) -> &RegionDraft {
        &self.region.details
    }

    pub(in crate::domain) fn title(&self) -> Title {
        Title::Names(shown(&self.details().names), None)
    }

    pub(in crate::domain) fn feature(&self) -> Feature {
        Feature {
            layer: self.record.record.collection.into(),
            id: self.record.record.id,
            geometry: Some(self.details().geometry.clone()),
            time: self
                .details()
                .valid
                .as_ref()
                .and_then(|valid| Span::of_days(valid.bounds())),
            title: self.title(),
            values: self.values(),
        }
    }
}
