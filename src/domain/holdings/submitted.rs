//! What was submitted and is not published, as those see it who may.

use std::cell::OnceCell;

use super::Holdings;
use crate::domain::seen::{RecordSeen, ReportSeen, SiteSeen};
use crate::domain::{Audience, Document, Feature, Place, RecordRef};

impl Holdings {
    /// A site or report that is not published, as its organization reads it (`Public`) or a reviewer (`Trusted`): what its
    /// document says to the trusted, whole, with its receipt and what was decided; and what follows for it from other
    /// records, as that audience sees those.
    pub fn submission(&self, record: RecordRef, audience: Audience) -> Option<Feature> {
        let held = self.held.get(&record)?;
        let seen = RecordSeen {
            is_submission: true,
            ..RecordSeen::of(&held.entity, Audience::Trusted)
        };
        match &held.document {
            Document::Site(site) => {
                let place = site.location.seen_by(Audience::Trusted);
                let published = if self.is_shown(site.id, audience) {
                    self.published_reports(site.id)
                } else {
                    vec![]
                };
                let seen = SiteSeen {
                    record: seen,
                    region_codes: self.region_codes(&place, site),
                    place,
                    current: self.current(&published),
                    report_count: i64::try_from(published.len()).unwrap_or(i64::MAX),
                    known: self.known_in_submission(audience, site),
                    proposer: site.proposed_by,
                    site: site.clone(),
                    names: OnceCell::new(),
                };
                Some(seen.feature())
            }
            Document::Report(report) => {
                // The place of the site is not the report's to tell.
                let site = report.details.site_id.and_then(|id| self.site(id));
                let shown = site.filter(|site| self.is_shown(site.id, audience));
                let place = shown.map_or(Place::NOWHERE, |site| site.location.seen_by(audience));
                let seen = ReportSeen {
                    record: seen,
                    region_codes: shown
                        .map(|site| self.region_codes(&place, site))
                        .unwrap_or_default(),
                    place,
                    organization_known: true,
                    report: report.clone(),
                    site: site.cloned(),
                };
                Some(seen.feature())
            }
            Document::Organization(_) | Document::Region(_) => None,
        }
    }
}
