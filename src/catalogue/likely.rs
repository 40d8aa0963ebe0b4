//! Which sites may be the same as another one: near it, or with an id of it.

use std::num::NonZeroUsize;

use uuid::Uuid;

use super::Snapshot;
use crate::domain::{Collection, LonLat, Metres, Value, numbered};
use crate::query::{Column, Filter, Near, Query};

impl Snapshot {
    /// The sites within a distance of a point, the nearest first, at most so many.
    pub fn sites_near(&self, centre: LonLat, radius: Metres, most: NonZeroUsize) -> Vec<Uuid> {
        let near = Near {
            centre,
            radius: Some(radius),
        };
        self.ids(&Query {
            located: true,
            near: Some(near),
            ..all(most)
        })
    }

    /// The sites that have that value among those of a property, at most so many.
    pub fn sites_with(&self, property: &str, value: &str, most: NonZeroUsize) -> Vec<Uuid> {
        let mut columns = numbered(Collection::Sites, self.audience());
        let Some((number, property)) = columns.find(|(_, one)| one.name == property) else {
            return vec![];
        };
        let filter = Filter {
            column: Column { number, property },
            value: Value::Text(value.to_owned()),
        };
        self.ids(&Query {
            filters: vec![filter],
            ..all(most)
        })
    }

    fn ids(&self, query: &Query) -> Vec<Uuid> {
        let page = self.search(Collection::Sites, query);
        self.features(&page)
            .map(|(feature, _)| feature.id)
            .collect()
    }
}

fn all(limit: NonZeroUsize) -> Query {
    Query {
        bbox: None,
        located: false,
        datetime: None,
        region: None,
        near: None,
        filters: vec![],
        sort: vec![],
        limit,
        offset: 0,
        page: None,
        count_only: false,
        selection: None,
    }
}
