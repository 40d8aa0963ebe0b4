//! How the parts of a collection come and go: new rows make a small part, and small parts are merged into larger ones.
//!
//! Part sizes are levels, each sixteen times the one before. A change makes a part of its own and takes in those that are no
//! larger than it: so a row is merged a handful of times in its life, and a change costs the same however many rows there
//! are. Merges that take long are left to [`Shelf::to_merge`], for whoever has the time.

use std::sync::Arc;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::part::Part;
use super::segment::Segment;
use super::texts::Blocks;

/// The most rows of the smallest level.
pub(super) const SMALLEST: usize = 256;

/// How many times larger the next level is.
pub(super) const STEP: usize = 16;

/// The parts with one kind of features, the oldest first: none has rows that are newer than those of a later part.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    parts: Vec<Arc<Part>>,
    /// The most rows of the smallest level.
    smallest: usize,
}

/// Parts that should be one.
pub(super) struct ToMerge(Vec<Arc<Part>>);

impl Shelf {
    /// With nothing on it.
    pub(super) fn new(smallest: usize) -> Shelf {
        Shelf {
            parts: Vec::new(),
            smallest,
        }
    }

    /// With parts that were on one before.
    pub(super) fn of(parts: Vec<Arc<Part>>, smallest: usize) -> Shelf {
        Shelf { parts, smallest }
    }

    /// The parts.
    pub(super) fn parts(&self) -> &[Arc<Part>] {
        &self.parts
    }

    /// Lets the rows of these ids die.
    pub(super) fn bury(&mut self, ids: &[Uuid]) {
        for part in &mut self.parts {
            let rows = ids.iter().filter_map(|id| part.segment.find(*id));
            let mut dead = part.dead.clone();
            dead.extend(rows);
            if dead.len() > part.dead.len() {
                *part = Arc::new(Part::new(part.segment.clone(), dead));
            }
        }
        self.parts.retain(|part| part.living() > 0);
    }

    /// Adds a segment, none of whose ids lives here.
    pub(super) fn add(&mut self, segment: Segment) {
        let mut added = Arc::new(Part::new(Arc::new(segment), RoaringBitmap::new()));
        // A larger merge would keep the change waiting.
        let at_once = self.smallest * STEP;
        while let Some(last) = self.parts.last()
            && self.level(last.living()) <= self.level(added.living())
            && last.living() + added.living() <= at_once
        {
            added = Arc::new(merged(&[last.clone(), added], Blocks::Shared));
            self.parts.pop();
        }
        self.parts.push(added);
    }

    /// 0 for the smallest parts.
    fn level(&self, rows: usize) -> u32 {
        let times = rows.div_ceil(self.smallest).max(1);
        (times - 1).max(1).ilog(STEP) + u32::from(times > 1)
    }

    /// Parts that should be merged and were not, since it takes long: of one level, or half dead.
    pub(super) fn to_merge(&self) -> Option<ToMerge> {
        let is_half_dead = |part: &Part| part.living() * 2 < part.segment.ids.len();
        let sizes: Vec<usize> = self.parts.iter().map(|part| part.living()).collect();
        let from = (0..sizes.len()).find(|place| {
            let younger: usize = sizes[place + 1..].iter().sum();
            is_half_dead(&self.parts[*place])
                || younger > 0 && self.level(younger) >= self.level(sizes[*place])
        })?;
        Some(ToMerge(self.parts[from..].to_vec()))
    }

    /// Each of the parts, to be written anew.
    pub(super) fn to_purge(&self) -> Vec<ToMerge> {
        let parts = self.parts.iter();
        parts.map(|part| ToMerge(vec![part.clone()])).collect()
    }

    /// Puts a merged part in the place of those that it was made of, unless they are no longer here. What died of them in
    /// the meantime dies of it too.
    pub(super) fn replace(&mut self, sources: &ToMerge, merged: Part) {
        let is_it =
            |part: &Arc<Part>, source: &Arc<Part>| Arc::ptr_eq(&part.segment, &source.segment);
        let first = &sources.0[0];
        let Some(from) = self.parts.iter().position(|part| is_it(part, first)) else {
            return;
        };
        let to = from + sources.0.len();
        let are_here = self.parts.len() >= to
            && self.parts[from..to]
                .iter()
                .zip(&sources.0)
                .all(|(part, source)| is_it(part, source));
        if !are_here {
            return;
        }
        let mut dead = merged.dead;
        for (part, source) in self.parts[from..to].iter().zip(&sources.0) {
            let since = &part.dead - &source.dead;
            let ids = since.iter().map(|row| part.segment.ids[row as usize]);
            dead.extend(ids.filter_map(|id| merged.segment.find(id)));
        }
        let part = Part::new(merged.segment, dead);
        self.parts.splice(from..to, [Arc::new(part)]);
        self.parts.retain(|part| part.living() > 0);
    }
}

impl ToMerge {
    /// The one part of them.
    pub(super) fn merge(&self) -> Part {
        merged(&self.0, Blocks::Shared)
    }

    /// The same, with nothing in memory of it that is not in its living rows.
    pub(super) fn purge(&self) -> Part {
        merged(&self.0, Blocks::Copied)
    }
}

fn merged(parts: &[Arc<Part>], blocks: Blocks) -> Part {
    let sources: Vec<_> = parts
        .iter()
        .map(|part| (&*part.segment, &part.dead))
        .collect();
    Part::new(
        Arc::new(Segment::merge(&sources, blocks)),
        RoaringBitmap::new(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::segment::SegmentBuilder;
    use crate::domain::{Collection, Feature, Title};

    /// A segment of features that say nothing but their ids.
    fn segment(ids: impl IntoIterator<Item = u128>) -> Segment {
        let mut builder = SegmentBuilder::default();
        for id in ids {
            builder.push(&Feature {
                layer: Collection::Sites.into(),
                id: Uuid::from_u128(id),
                geometry: None,
                time: None,
                title: Title::None,
                values: vec![],
            });
        }
        builder.finish()
    }

    fn living(shelf: &Shelf) -> Vec<u128> {
        let rows = shelf.parts().iter().flat_map(|part| {
            let ids = (0..).zip(&part.segment.ids);
            ids.filter(|(row, _)| !part.dead.contains(*row))
        });
        let mut ids: Vec<u128> = rows.map(|(_, id)| id.as_u128()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_row_lives_in_few_parts_however_many_changes_there_were() {
        let mut shelf = Shelf::new(4);
        for id in 0..1000 {
            shelf.add(segment([id]));
            while let Some(waiting) = shelf.to_merge() {
                let merged = waiting.merge();
                shelf.replace(&waiting, merged);
            }
            assert!(shelf.parts().len() <= 4, "{id}");
        }
        assert!(living(&shelf).into_iter().eq(0..1000));
    }

    #[test]
    fn what_dies_during_a_merge_is_dead_after_it() {
        let mut shelf = Shelf::new(1);
        shelf.add(segment(0..100));
        shelf.add(segment(100..300));
        let waiting = shelf.to_merge().unwrap();
        let merged = waiting.merge();
        shelf.bury(&[50, 150, 250].map(Uuid::from_u128));
        shelf.add(segment([150]));
        shelf.replace(&waiting, merged);
        let expected = (0..300).filter(|id| ![50, 250].contains(id));
        assert!(living(&shelf).into_iter().eq(expected));
        assert_eq!(shelf.parts()[0].segment.len(), 300);
    }

    #[test]
    fn a_merge_is_dropped_if_one_of_its_parts_is_gone() {
        let ids = |ids: std::ops::Range<u128>| ids.map(Uuid::from_u128).collect::<Vec<_>>();
        for (gone, newer, left) in [
            (0..100, 300..300, 100..300),
            (100..300, 300..300, 0..100),
            // Another stands where the second stood.
            (100..300, 100..120, 0..120),
        ] {
            let mut shelf = Shelf::new(1);
            shelf.add(segment(0..100));
            shelf.add(segment(100..300));
            let waiting = shelf.to_merge().unwrap();
            let merged = waiting.merge();
            shelf.bury(&ids(gone));
            if !newer.is_empty() {
                shelf.add(segment(newer));
            }
            shelf.replace(&waiting, merged);
            assert!(living(&shelf).into_iter().eq(left));
        }
    }

    #[test]
    fn a_part_of_which_more_than_half_is_dead_is_made_anew() {
        let mut shelf = Shelf::new(1);
        shelf.add(segment(0..100));
        let first: Vec<Uuid> = (0..51).map(Uuid::from_u128).collect();
        shelf.bury(&first[..50]);
        assert!(shelf.to_merge().is_none());
        shelf.bury(&first);
        let waiting = shelf.to_merge().unwrap();
        let merged = waiting.merge();
        shelf.replace(&waiting, merged);
        assert!(living(&shelf).into_iter().eq(51..100));
        assert_eq!(shelf.parts()[0].segment.len(), 49);
    }
}
