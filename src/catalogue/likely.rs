//! Which sites may be the same as another one, as far as places tell.

use std::num::NonZeroUsize;

use uuid::Uuid;

use super::Snapshot;
use crate::domain::{Collection, LonLat, Metres};
use crate::query::{Near, Query};

impl Snapshot {
    /// The sites within a distance of a point, the nearest first, at most so many.
    pub fn sites_near(&self, centre: LonLat, radius: Metres, most: NonZeroUsize) -> Vec<Uuid> {
        let near = Near {
            centre,
            radius: Some(radius),
        };
        let query = Query {
            condition: None,
            bbox: None,
            located: true,
            datetime: None,
            region: None,
            near: Some(near),
            text: None,
            equalities: vec![],
            sort: vec![],
            limit: most,
            offset: 0,
            page: None,
            count_only: false,
            selection: None,
        };
        let page = self.search(Collection::Sites, &query);
        let found = self.features(&page);
        found.map(|(feature, _)| feature.id).collect()
    }
}
