//! Which sites may be the same as another one, as far as places tell, or names where no place is known.

use std::num::NonZeroUsize;

use uuid::Uuid;

use super::Snapshot;
use crate::domain::{Collection, LonLat, Metres};
use crate::query::{FreeText, Near, Query};

impl Snapshot {
    /// The sites within a distance of a point, the nearest first, at most so many.
    pub fn sites_near(&self, centre: LonLat, radius: Metres, most: NonZeroUsize) -> Vec<Uuid> {
        let near = Near {
            centre,
            radius: Some(radius),
        };
        self.ids_of(&Query {
            located: true,
            near: Some(near),
            ..all(most)
        })
    }

    /// The sites that have something like a name, those that fit it best first, at most so many.
    pub fn sites_named(&self, name: &str, most: NonZeroUsize) -> Vec<Uuid> {
        // Of what is no name at all, or too long for one, there is nothing to find.
        let text = FreeText::parse(name).ok();
        text.map_or_else(Vec::new, |text| {
            self.ids_of(&Query {
                text: Some(text),
                ..all(most)
            })
        })
    }

    fn ids_of(&self, query: &Query) -> Vec<Uuid> {
        let page = self.search(Collection::Sites, query);
        let found = self.features(&page);
        found.map(|(feature, _)| feature.id).collect()
    }
}

/// A question for all sites, of which at most so many are given.
fn all(most: NonZeroUsize) -> Query {
    Query {
        condition: None,
        bbox: None,
        located: false,
        datetime: None,
        region: None,
        near: None,
        text: None,
        equalities: vec![],
        sort: vec![],
        limit: most,
        offset: 0,
        page: None,
        count_only: false,
        selection: None,
    }
}
