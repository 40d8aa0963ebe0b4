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
        let hits = features.filter_map(|feature| hit(feature, query, region));
        if query.count_only {
            return Page {
                hits: Vec::new(),
                matched: hits.count(),
                next: None,
                prev: None,
            };
        }
        let mut hits: Vec<Placed<'_>> = hits
            .map(|hit| Placed {
                values: sort_values(&hit, query),
                hit,
            })
            .collect();
        // Features are kept by id, so a stable sort leaves equal ones in that order.
        hits.sort_by(|a, b| compare(&a.values, &b.values, query));

        let matched = hits.len();
        let (from, to) = window(&hits, query);
        let page = &hits[from..to];
        Page {
            next: page
                .last()
                .filter(|_| to < matched)
                .map(|last| last.key(Side::After)),
            prev: page
                .first()
                .filter(|_| from > 0)
                .map(|first| first.key(Side::Before)),
            hits: page.iter().map(|placed| placed.hit.clone()).collect(),
            matched,
        }
    }
}

/// A feature that answers, and the values that it is ordered by.
struct Placed<'a> {
    values: Vec<Value>,
    hit: Hit<'a>,
}

impl Placed<'_> {
    fn key(&self, side: Side) -> Key {
        Key {
            side,
            values: self.values.clone(),
            id: self.hit.feature.record.id,
        }
    }

    fn compare_to(&self, key: &Key, query: &Query) -> Ordering {
        compare(&self.values, &key.values, query)
            .then_with(|| self.hit.feature.record.id.cmp(&key.id))
    }
}

/// The first of the page among all in order, and the first after it.
fn window(hits: &[Placed<'_>], query: &Query) -> (usize, usize) {
    let limit = query.limit.get();
    match &query.page {
        None => (0, limit.min(hits.len())),
        Some(key) if key.side == Side::After => {
            let from = hits.partition_point(|placed| placed.compare_to(key, query).is_le());
            (from, (from + limit).min(hits.len()))
        }
        Some(key) => {
            let to = hits.partition_point(|placed| placed.compare_to(key, query).is_lt());
            (to.saturating_sub(limit), to)
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
    // The cheap questions first; geometry is the dearest.
    let holds = (!query.located || geometry.is_some())
        && query
            .filters
            .iter()
            .all(|filter| filter.holds(&feature.values[filter.column.index]))
        && region.is_none_or(in_region)
        && query.datetime.is_none_or(in_time)
        && query.bbox.as_ref().is_none_or(in_box);
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
