//! What one audience may see of everything, at one moment.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use uuid::Uuid;

use crate::domain::{
    Audience, Bbox, Collection, Day, Entity, Feature, Holdings, Instant, RecordRef, Span, Value,
    properties,
};

/// All features of one audience. Never changes.
#[derive(Debug)]
pub struct Snapshot {
    audience: Audience,
    /// The features of each collection, by id.
    features: BTreeMap<Collection, Vec<Feature>>,
    /// Records that this audience once saw, and sees no more.
    gone: HashSet<RecordRef>,
    changed_at: Option<Instant>,
    region_codes: BTreeSet<String>,
}

/// What an audience finds at an id.
#[derive(Debug)]
pub enum Found<'a> {
    /// The feature.
    Here(&'a Feature),
    /// It was here, and is no more.
    Gone,
    /// Nothing that this audience ever saw.
    Nothing,
}

/// Where the features of a collection are, and when they were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// The smallest box around all geometries.
    pub bbox: Option<Bbox>,
    /// The first and last day of all times; open where a time is.
    pub days: Option<(Option<Day>, Option<Day>)>,
}

impl Snapshot {
    /// What `audience` sees of `holdings`.
    pub fn of(holdings: &Holdings, audience: Audience) -> Snapshot {
        let mut features: BTreeMap<Collection, Vec<Feature>> = BTreeMap::new();
        let mut gone = HashSet::new();
        for entity in holdings.entities() {
            match holdings.feature(entity.record(), audience) {
                Some(feature) => features.entry(entity.collection).or_default().push(feature),
                None if was_seen(entity, audience) => {
                    gone.insert(entity.record());
                }
                None => {}
            }
        }
        for list in features.values_mut() {
            list.sort_unstable_by_key(|feature| feature.record.id);
        }
        let changed_at = holdings
            .entities()
            .filter_map(|entity| last_change(entity, audience))
            .max();
        let region_codes = codes(features.get(&Collection::Regions), audience);
        Snapshot {
            audience,
            features,
            gone,
            changed_at,
            region_codes,
        }
    }

    /// Who it is for.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// When anything of it last changed; `None` if nothing ever did.
    pub fn changed_at(&self) -> Option<Instant> {
        self.changed_at
    }

    /// The features of a collection, by id.
    pub fn features(&self, collection: Collection) -> &[Feature] {
        self.features.get(&collection).map_or(&[], Vec::as_slice)
    }

    /// What is found at an id.
    pub fn find(&self, record: RecordRef) -> Found<'_> {
        let features = self.features(record.collection);
        match features.binary_search_by_key(&record.id, |feature| feature.record.id) {
            Ok(at) => Found::Here(&features[at]),
            Err(_) if self.gone.contains(&record) => Found::Gone,
            Err(_) => Found::Nothing,
        }
    }

    /// The codes of the regions that there are, in order.
    pub fn region_codes(&self) -> &BTreeSet<String> {
        &self.region_codes
    }

    /// Where the features of a collection have their region codes among their values, if they do.
    pub(super) fn region_column(&self, collection: Collection) -> Option<usize> {
        properties(collection, self.audience)
            .iter()
            .position(|property| property.name == "region_codes")
    }

    /// The extent of a collection.
    pub fn extent(&self, collection: Collection) -> Extent {
        let features = self.features(collection);
        let boxes = features
            .iter()
            .filter_map(|feature| feature.geometry.as_ref())
            .map(|geometry| geometry.extent());
        Extent {
            bbox: boxes.reduce(Bbox::union),
            days: days(features.iter().filter_map(|feature| feature.time)),
        }
    }
}

fn days(mut times: impl Iterator<Item = Span>) -> Option<(Option<Day>, Option<Day>)> {
    let first = times.next()?;
    let all = times.fold(first, |all, one| Span {
        start: all.start.zip(one.start).map(|(a, b)| a.min(b)),
        end: all.end.zip(one.end).map(|(a, b)| a.max(b)),
    });
    Some((
        all.start.map(Day::of_second),
        all.end.map(|end| Day::of_second(end - 1)),
    ))
}

fn codes(regions: Option<&Vec<Feature>>, audience: Audience) -> BTreeSet<String> {
    let column = properties(Collection::Regions, audience)
        .iter()
        .position(|property| property.name == "code");
    let values = regions
        .into_iter()
        .flatten()
        .filter_map(|region| region.values.get(column?));
    values.filter_map(Value::scalar_text).collect()
}

fn was_seen(entity: &Entity, audience: Audience) -> bool {
    match audience {
        Audience::Public => entity.public_at.is_some(),
        Audience::Trusted => entity.published_at.is_some(),
    }
}

fn last_change(entity: &Entity, audience: Audience) -> Option<Instant> {
    match audience {
        Audience::Public => entity.public_at,
        Audience::Trusted => Some(entity.updated_at),
    }
}

impl Snapshot {
    /// The ids that are gone, for tests that compare whole snapshots.
    pub fn gone(&self, collection: Collection) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self
            .gone
            .iter()
            .filter(|record| record.collection == collection)
            .map(|record| record.id)
            .collect();
        ids.sort_unstable();
        ids
    }
}
