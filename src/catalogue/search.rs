//! Answering a question by looking at every feature.
//!
//! This is the plain way, and stays for good: whatever indexes come, a property test compares them with it.

use std::cmp::Ordering;

use super::Snapshot;
use crate::domain::{Collection, Feature, Metres, Value};
use crate::query::{Key, Query, Side, Times, key_order};

/// One page of an answer.
#[derive(Debug)]
pub struct Page<'a> {
    /// The features of the page, in order; none if only their number was asked for.
    pub hits: Vec<Hit<'a>>,
    /// How many features answer the question on all pages together.
    pub matched: usize,
    /// Where the next page begins.
    pub next: Option<Key>,
    /// Where the page before ends.
    pub prev: Option<Key>,
}

/// A feature of a page.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// The feature.
    pub feature: &'a Feature,
    /// How far it is, where that was asked.
    pub distance: Option<Metres>,
}

impl Snapshot {
    /// The page of the collection's features that a query asks for.
    pub fn search(&self, collection: Collection, query: &Query) -> Page<'_> {
        // Where the codes stand is the same for every feature.
        let region = query.region.as_deref().zip(self.region_column(collection));
        let features = self.features(collection).iter();
        let mut hits: Vec<Hit<'_>> = features
            .filter_map(|feature| hit(feature, query, region))
            .collect();
        let matched = hits.len();
        if query.hits {
            return Page {
                hits: Vec::new(),
                matched,
                next: None,
                prev: None,
            };
        }
        // Features are kept by id, so a stable sort leaves equal ones in that order.
        hits.sort_by(|a, b| compare(&sort_values(a, query), &sort_values(b, query), query));

        let limit = query.limit.get();
        let (from, to) = match &query.page {
            None => (0, limit.min(matched)),
            Some(key) => {
                let at = |after: Ordering| {
                    hits.partition_point(|hit| compare_to_key(hit, key, query) < after)
                };
                match key.side {
                    // `at(Greater)` counts those up to the key itself, `at(Equal)` those before it.
                    Side::After => (
                        at(Ordering::Greater),
                        (at(Ordering::Greater) + limit).min(matched),
                    ),
                    Side::Before => (
                        at(Ordering::Equal).saturating_sub(limit),
                        at(Ordering::Equal),
                    ),
                }
            }
        };
        let next = (to < matched && to > from).then(|| key_of(&hits[to - 1], query, Side::After));
        let prev = (from > 0 && to > from).then(|| key_of(&hits[from], query, Side::Before));
        hits.truncate(to);
        hits.drain(..from);
        Page {
            hits,
            matched,
            next,
            prev,
        }
    }
}

/// A feature that answers the question, with how far it is.
fn hit<'a>(feature: &'a Feature, query: &Query, region: Option<(&str, usize)>) -> Option<Hit<'a>> {
    let geometry = feature.geometry.as_ref();
    let in_box = |bbox| geometry.is_none_or(|geometry| geometry.intersects(bbox));
    let in_time = |times: Times| feature.time.is_none_or(|span| times.intersects(span));
    let in_region = |(code, column): (&str, usize)| match &feature.values[column] {
        Value::Texts(codes) => codes.iter().any(|one| one == code),
        _ => false,
    };
    let holds = query.bbox.as_ref().is_none_or(in_box)
        && (!query.located || geometry.is_some())
        && query.datetime.is_none_or(in_time)
        && region.is_none_or(in_region)
        && query
            .filters
            .iter()
            .all(|filter| filter.holds(&feature.values[filter.column.index]));
    if !holds {
        return None;
    }
    let Some(near) = query.near else {
        return Some(Hit {
            feature,
            distance: None,
        });
    };
    let distance = geometry?.distance_to(near.centre);
    let is_near = near.radius.is_none_or(|radius| distance <= radius);
    is_near.then_some(Hit {
        feature,
        distance: Some(distance),
    })
}

fn sort_values(hit: &Hit<'_>, query: &Query) -> Vec<Value> {
    if query.by_distance() {
        return vec![hit.distance.map(Metres::get).into()];
    }
    query
        .sort
        .iter()
        .map(|key| hit.feature.values[key.column.index].clone())
        .collect()
}

fn compare(a: &[Value], b: &[Value], query: &Query) -> Ordering {
    let descending = query.sort.iter().map(|key| key.descending).chain([false]);
    let orders = a
        .iter()
        .zip(b)
        .zip(descending)
        .map(|((a, b), descending)| key_order(a, b, descending));
    orders.fold(Ordering::Equal, Ordering::then)
}

fn compare_to_key(hit: &Hit<'_>, key: &Key, query: &Query) -> Ordering {
    compare(&sort_values(hit, query), &key.values, query)
        .then_with(|| hit.feature.record.id.cmp(&key.id))
}

fn key_of(hit: &Hit<'_>, query: &Query, side: Side) -> Key {
    Key {
        side,
        values: sort_values(hit, query),
        id: hit.feature.record.id,
    }
}
