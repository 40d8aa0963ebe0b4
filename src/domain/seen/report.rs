//! A report, in the place of its site.

use std::sync::Arc;

use super::{RecordSeen, as_recorded, released};
use crate::domain::{
    Audience, Edtf, Feature, Handling, NONE_SEEN, Place, Report, ReportDraft, Site, Span, Title,
    Value, observed_end,
};

/// A report and the place of its site, for one audience.
pub(in crate::domain) struct ReportSeen {
    pub(in crate::domain) record: RecordSeen,
    pub(in crate::domain) report: Arc<Report>,
    /// The site, unless it is not in the registry yet.
    pub(in crate::domain) site: Option<Arc<Site>>,
    pub(in crate::domain) place: Place,
    pub(in crate::domain) region_codes: Vec<String>,
    /// Whether this audience may know of the organization that observed.
    pub(in crate::domain) organization_known: bool,
}

/// Hazards that everybody must know; the others could point at people.
const PUBLIC_HAZARDS: [&str; 4] = [NONE_SEEN, "mine_uxo", "unstable_structure", "other"];

impl ReportSeen {
    pub(in crate::domain) fn details(&self) -> &ReportDraft {
        &self.report.details
    }

    pub(in crate::domain) fn handling(&self) -> &Handling {
        &self.report.handling
    }

    /// A report of a site that is not exact: nothing can be released of it, only the allow-list is shown.
    pub(in crate::domain) fn released(&self) -> Option<&[String]> {
        let site = self.site.as_ref()?;
        released(site, self.record.audience).map(|_| &[][..])
    }

    /// The damages; the photos of each are for the trusted, until photos have an audience of their own.
    pub(in crate::domain) fn damages(&self) -> Value {
        let mut damages = self.details().damages.clone();
        if self.record.audience == Audience::Public {
            for damage in &mut damages {
                damage.attachments.clear();
            }
        }
        as_recorded(&damages)
    }

    pub(in crate::domain) fn hazards(&self) -> Value {
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

    /// A date is for everybody; the id of a report could be that of a hidden one.
    pub(in crate::domain) fn compared_with(&self) -> Value {
        let compared = self.details().compared_with.as_ref();
        let is_date = |text: &&String| Edtf::parse(text).is_ok();
        compared
            .filter(|text| self.record.audience == Audience::Trusted || is_date(text))
            .into()
    }

    pub(in crate::domain) fn organization_id(&self) -> Value {
        self.organization_known
            .then(|| Value::Text(self.details().organization_id.to_string()))
            .into()
    }

    pub(in crate::domain) fn observed_start(&self) -> Option<Value> {
        self.details()
            .observed_on
            .bounds()
            .earliest
            .map(|day| Value::Text(day.to_string()))
    }

    pub(in crate::domain) fn observed_end(&self) -> Option<Value> {
        observed_end(&self.details().observed_on).map(|day| Value::Text(day.to_string()))
    }

    pub(in crate::domain) fn feature(&self) -> Feature {
        Feature {
            layer: self.record.record.collection.into(),
            id: self.record.record.id,
            geometry: self.place.geometry.clone(),
            time: Span::of_days(self.details().observed_on.bounds()),
            title: Title::None,
            values: self.values(),
        }
    }
}
