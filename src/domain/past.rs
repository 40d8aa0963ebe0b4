//! The past of a record, shown no more openly than today (DESIGN 4, "the past obeys today").
//!
//! A past version is shown with the permissions of its day or with those of today, whichever are stricter, and a place
//! as strictly as it ever was. So whoever hides something today hides it in every past state as well. Where a sensitivity
//! was a mistake, an administrator can have it count no longer.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::holdings::is_listed;
use super::{
    Audience, Cell, Change, Collection, Corrupt, Document, Entity, Feature, Instant, Links,
    PublicSeq, RecordRef, Report, Sensitivity, Seq, Site, State, Version,
};

/// That a change made a record look different to the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The place of the change in the public's log.
    pub public_seq: PublicSeq,
    /// Its place in the log.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Instant,
    /// Whether the public sees the record from then on.
    pub is_seen: bool,
}

/// All versions of a record, and when the public saw it change.
#[derive(Clone, Debug)]
pub struct Past {
    /// In the order of the log.
    versions: Vec<Change>,
    /// In the order of the log.
    sightings: Vec<Sighting>,
}

impl Past {
    /// Of versions and sightings of one record, each in the order of the log; `None` without a version.
    pub fn of(versions: Vec<Change>, sightings: Vec<Sighting>) -> Option<Past> {
        let past = Past {
            versions,
            sightings,
        };
        (!past.versions.is_empty()).then_some(past)
    }

    /// The record.
    pub fn record(&self) -> RecordRef {
        self.today().record()
    }

    /// The site that a report is about today.
    pub fn site(&self) -> Option<Uuid> {
        let today = self.today();
        Links::of(today.collection, &today.document).site
    }

    /// All versions, the first first.
    pub fn versions(&self) -> &[Change] {
        &self.versions
    }

    /// The version that stood at a place in the log; `None` before the first.
    pub fn version_at(&self, seq: Seq) -> Option<&Change> {
        self.versions.iter().rfind(|change| change.seq <= seq)
    }

    /// The record as it stood at a place in the log; `None` before its first version.
    pub fn at(&self, seq: Seq) -> Option<Entity> {
        let last = self.version_at(seq)?;
        let mut entity = Entity::after(None, last);
        entity.created_at = self.versions[0].at;
        let mut was_published = false;
        entity.published_at = None;
        for change in self.versions.iter().take_while(|change| change.seq <= seq) {
            let is_published = change.state == State::Published;
            if is_published && !was_published {
                entity.published_at = Some(change.at);
            }
            was_published = is_published;
        }
        let mut was_seen = false;
        for sighting in self.sightings.iter().take_while(|one| one.seq <= seq) {
            entity.public_at = Some(sighting.at);
            if sighting.is_seen && !was_seen {
                entity.public_since = Some(sighting.at);
            }
            was_seen = sighting.is_seen;
        }
        Some(entity)
    }

    /// The same, with its document, as an audience may see it today. What is not shown today was never published; a report
    /// is not shown where the site is not that it is about today, `site`.
    pub(super) fn shown(
        &self,
        at: Seq,
        audience: Audience,
        site: Option<&Past>,
    ) -> Result<Option<(Entity, Document)>, Corrupt> {
        let Some(mut entity) = self.at(at) else {
            return Ok(None);
        };
        if entity.state == State::Published {
            entity.state = self.today().state;
        }
        let hides = |site: &Past| !site.is_shown_today(audience);
        if entity.state == State::Published && site.is_some_and(hides) {
            entity.state = State::Withdrawn;
        }
        let document = Document::read(&entity)?;
        Ok(Some(match audience {
            Audience::Public => (entity, self.closed(document)),
            Audience::Trusted => (entity, document),
        }))
    }

    /// Whether an audience is shown a site today.
    fn is_shown_today(&self, audience: Audience) -> bool {
        let today = self.today();
        today.state == State::Published
            && (audience == Audience::Trusted || Openness::of(&today.document).is_listed())
    }

    fn today(&self) -> &Change {
        self.versions.last().expect("there is a first version")
    }

    /// The document, as openly as it may be shown today.
    fn closed(&self, document: Document) -> Document {
        let today = Openness::of(&self.today().document);
        match document {
            Document::Site(site) => {
                let (strictest, cell) = (self.strictest(), self.last_cell());
                Document::Site(Arc::new(closed_site(&site, &today, strictest, cell)))
            }
            Document::Report(report) => {
                let mut report = Report::clone(&report);
                report.details.organization_public &= today.organization_public;
                Document::Report(Arc::new(report))
            }
            Document::Organization(mut organization) => {
                let details = &mut Arc::make_mut(&mut organization).details;
                details.listed &= today.listed;
                details.show_as_contributor &= today.show_as_contributor;
                Document::Organization(organization)
            }
            region @ Document::Region(_) => region,
        }
    }

    /// The strictest sensitivity that it ever was published with since the public first saw it: what was before was not public
    /// in its day, and must not show as having been hidden. Nor does what was before the last reset.
    fn strictest(&self) -> Sensitivity {
        let first = self.sightings.iter().find(|one| one.is_seen);
        let first = first.map_or(Seq(i64::MAX), |one| one.seq);
        let reset = Openness::of(&self.today().document).reset_at();
        let counting = self.versions.iter().filter(|change| {
            change.state == State::Published
                && change.seq >= first
                && reset.is_none_or(|reset| change.version >= reset)
        });
        let all = counting.map(|change| Openness::of(&change.document).sensitivity());
        all.max().unwrap_or(Sensitivity::Restricted)
    }

    /// Whether a site is hidden in its past more strictly than it is today.
    pub fn is_stricter_than_today(&self) -> bool {
        self.strictest() > Openness::of(&self.today().document).sensitivity()
    }

    /// The cell that the public saw last.
    fn last_cell(&self) -> Option<Cell> {
        let cells = self.versions.iter().rev();
        let mut cells = cells.filter_map(|change| Openness::of(&change.document).public_cell);
        cells.next().map(|(col, row)| Cell::new(col, row))
    }
}

/// What became of a record by a change, as an audience sees it today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It came into view.
    Created,
    /// It looks different.
    Changed,
    /// It went out of view, or is not shown any more.
    Removed,
}

impl Action {
    /// The word in documents.
    pub const fn id(self) -> &'static str {
        match self {
            Action::Created => "created",
            Action::Changed => "changed",
            Action::Removed => "removed",
        }
    }
}

/// That a record changed, as an audience sees it today.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The place in the log as this audience counts it: [`PublicSeq`] for the public, [`Seq`] for the trusted.
    pub number: i64,
    /// The place in the log.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Instant,
    /// Whether this audience may know no more of that than the day: the public, of a report.
    pub is_day: bool,
    /// The record.
    pub record: RecordRef,
    /// The version that it has from then on.
    pub version: Version,
    /// What became of it.
    pub action: Action,
    /// What this audience may see today of what it was from then on.
    pub feature: Option<Feature>,
}

impl Past {
    /// The changes that an audience was shown something of, by their numbers as it counts, in the order of the log.
    pub fn numbers(&self, audience: Audience) -> Vec<i64> {
        match audience {
            Audience::Public => self.sightings.iter().map(|one| one.public_seq.0).collect(),
            Audience::Trusted => self.versions.iter().map(|one| one.seq.0).collect(),
        }
    }

    /// What became of the record by the change of that number; `None` if this audience was shown nothing of it. What it
    /// looked like is for others to say.
    pub fn happened(&self, number: i64, audience: Audience) -> Option<Happened> {
        let numbers = self.numbers(audience);
        let place = numbers.iter().position(|one| *one == number)?;
        let is_seen = |place: usize| match audience {
            Audience::Public => self.sightings[place].is_seen,
            Audience::Trusted => self.versions[place].state == State::Published,
        };
        let action = match (place.checked_sub(1).is_some_and(is_seen), is_seen(place)) {
            (false, false) => return None,
            (false, true) => Action::Created,
            (true, true) => Action::Changed,
            (true, false) => Action::Removed,
        };
        let (seq, at) = match audience {
            Audience::Public => (self.sightings[place].seq, self.sightings[place].at),
            Audience::Trusted => (self.versions[place].seq, self.versions[place].at),
        };
        let entity = self.at(seq)?;
        let is_report = entity.collection == Collection::ConditionReports;
        Some(Happened {
            number,
            seq,
            at,
            is_day: is_report && audience == Audience::Public,
            record: entity.record(),
            version: entity.version,
            action,
            feature: None,
        })
    }
}

/// Whether a change of a record that follows `before` makes its past states look different: it was published before, and
/// something else may be seen of it now.
pub fn bears_on_past(before: Option<&Entity>, change: &Change) -> bool {
    let site = |document: &RawValue| Links::of(change.collection, document).site;
    before
        .filter(|before| before.published_at.is_some())
        .is_some_and(|before| {
            (before.state == State::Published) != (change.state == State::Published)
                || Openness::of(&before.document) != Openness::of(&change.document)
                || site(&before.document) != site(&change.document)
        })
}

fn closed_site(site: &Site, today: &Openness, strictest: Sensitivity, cell: Option<Cell>) -> Site {
    let own = site.location.sensitivity();
    let mut closed = site.clone();
    let strictest = own.max(strictest);
    if strictest == Sensitivity::Exact {
        return closed;
    }
    let details = &mut closed.details;
    let hidden_then = (own != Sensitivity::Exact).then_some(details.public_fields.as_slice());
    let hidden_today = (today.sensitivity() != Sensitivity::Exact).then_some(&*today.public_fields);
    let was_hidden = hidden_then.is_some();
    details.public_fields = released(hidden_then, hidden_today);
    // What is written for the public belongs to a time in which the site is hidden: today's, else that of then.
    let own_code = site.location.public_region_code();
    let (label, code) = match (hidden_today.is_some(), was_hidden) {
        (true, _) => (
            today.public_label.as_deref(),
            today.public_region_code.as_deref(),
        ),
        (false, true) => (details.public_label.as_deref(), own_code),
        (false, false) => (None, None),
    };
    let (label, code) = (label.map(str::to_owned), code.map(str::to_owned));
    details.public_label = label;
    details.public_listing = Some(is_listed(site, Audience::Public) && today.is_listed());
    closed.location = site.location.closed_to(strictest, code, cell);
    closed
}

/// The fields that the public is shown of a site that was hidden at some time: what was released of it then, and what is
/// today, each `None` where it is not hidden.
fn released(then: Option<&[String]>, today: Option<&[String]>) -> Vec<String> {
    match (then, today) {
        (Some(then), Some(today)) => {
            let both = then.iter().filter(|field| today.contains(field));
            both.cloned().collect()
        }
        (Some(one), None) | (None, Some(one)) => one.to_vec(),
        // It was hidden in between, and nobody said what of these may be shown.
        (None, None) => vec![],
    }
}

/// What a document says of who may see what of it.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Openness {
    location_sensitivity: Option<String>,
    public_fields: Vec<String>,
    public_label: Option<String>,
    public_listing: Option<bool>,
    public_region_code: Option<String>,
    public_cell: Option<(i32, i32)>,
    sensitivity_reset: Option<Reset>,
    listed: bool,
    show_as_contributor: bool,
    organization_public: bool,
}

/// What counts of a [`SensitivityReset`](super::SensitivityReset).
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Reset {
    version: i32,
}

impl Openness {
    /// That of a version; what does not say is not open.
    fn of(document: &RawValue) -> Openness {
        serde_json::from_str(document.get()).unwrap_or_default()
    }

    /// Of a site.
    fn sensitivity(&self) -> Sensitivity {
        let said = self.location_sensitivity.as_deref();
        said.map_or(Sensitivity::Restricted, Sensitivity::named)
    }

    /// The first version whose sensitivity counts, where others were mistakes.
    fn reset_at(&self) -> Option<Version> {
        let reset = self.sensitivity_reset.as_ref();
        reset.map(|reset| Version(reset.version))
    }

    fn is_listed(&self) -> bool {
        self.sensitivity() != Sensitivity::Restricted || self.public_listing == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_released_was_released_then_and_is_today() {
        let [names, dating] = [["names"], ["dating"]].map(|field| field.map(str::to_owned));
        let both = [names.clone(), dating.clone()].concat();
        for (then, today, expected) in [
            (Some(&both[..]), Some(&names[..]), &names[..]),
            (Some(&names), Some(&dating), &[]),
            (Some(&names), None, &names),
            (None, Some(&dating), &dating),
            (None, None, &[]),
        ] {
            assert_eq!(released(then, today), expected, "{then:?} {today:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_closed() {
        let nothing = RawValue::from_string("[]".to_owned()).unwrap();
        assert_eq!(
            Openness::of(&nothing).sensitivity(),
            Sensitivity::Restricted
        );
        assert!(!Openness::of(&nothing).is_listed());
    }
}
