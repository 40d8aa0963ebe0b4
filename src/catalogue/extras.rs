//! Layers of files, indexed once: every snapshot of every audience has the same.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::part::Part;
use super::segment::SegmentBuilder;
use crate::domain::{Extra, Feature};

/// The layers that are laid beside our collections.
#[derive(Debug, Default)]
pub struct Extras(Vec<Laid>);

#[derive(Debug)]
struct Laid {
    extra: &'static Extra,
    parts: [Arc<Part>; 1],
}

impl Extras {
    /// Adds a layer, of a name that no other has; its features in the order of their ids.
    pub fn add(&mut self, extra: &'static Extra, features: &[Feature]) {
        let mut builder = SegmentBuilder::default();
        for feature in features {
            builder.push(feature);
        }
        let part = Part::new(Arc::new(builder.finish()), RoaringBitmap::new());
        let after = |laid: &Laid| laid.extra.name() < extra.name();
        let place = self.0.partition_point(after);
        let parts = [Arc::new(part)];
        self.0.insert(place, Laid { extra, parts });
    }

    /// All of them, in the order of their names.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Extra> {
        self.0.iter().map(|laid| laid.extra)
    }

    /// What a layer is made of.
    pub(super) fn parts(&self, extra: &Extra) -> &[Arc<Part>] {
        let found = self.0.iter().find(|laid| laid.extra.name() == extra.name());
        found.map_or(&[], |laid| &laid.parts)
    }
}
