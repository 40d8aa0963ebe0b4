//! What one audience may see of everything, at one moment.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::asking::settled;
use super::deadline::Deadline;
use super::extras::Extras;
use super::named::Named;
use super::near::Ruler;
use super::order::{Place, Wanted, compare, first_places};
use super::page::{Hit, Page};
use super::part::{Extent, Part};
use super::plan::{Meant, Plan};
use super::segment::Segment;
use crate::domain::{
    Audience, Bbox, Collection, Extra, Instant, Layer, Metres, RecordRef, Value, numbered,
};
use crate::formats::{Fit, Written};
use crate::query::{Key, Near, Query, Side};

/// All features of one audience. Never changes.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) audience: Audience,
    /// What each collection is made of; an id lives in one part only.
    pub(super) parts: Parts,
    /// Records that this audience once saw, and sees no more.
    pub(super) gone: Arc<HashSet<RecordRef>>,
    pub(super) changed_at: Option<Instant>,
    pub(super) region_codes: BTreeSet<String>,
    pub(super) extras: Arc<Extras>,
}

/// The parts of each collection.
pub(super) type Parts = BTreeMap<Collection, Vec<Arc<Part>>>;

/// What an audience finds at an id.
#[derive(Debug)]
pub enum Found<'a> {
    /// The feature.
    Here(Written<'a>),
    /// It was here, and is no more.
    Gone,
    /// Nothing that this audience ever saw.
    Nothing,
}

impl Snapshot {
    /// Who it is for.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// When anything of it last changed; `None` if nothing ever did.
    pub fn changed_at(&self) -> Option<Instant> {
        self.changed_at
    }

    /// The codes of the regions that there are, in order.
    pub fn region_codes(&self) -> &BTreeSet<String> {
        &self.region_codes
    }

    /// Everything that is served: ours, then what is laid beside them, in the order of their names.
    pub fn layers(&self) -> impl Iterator<Item = Layer> + Clone {
        let extras: Vec<&'static Extra> = self.extras.all().collect();
        let ours = Collection::ALL.into_iter().map(Layer::Ours);
        ours.chain(extras.into_iter().map(Layer::Extra))
    }

    /// How many features a layer has.
    pub fn count(&self, layer: impl Into<Layer>) -> usize {
        self.parts(layer).map(Part::living).sum()
    }

    /// The feature with an id, as the house calls it.
    pub fn feature(&self, layer: impl Into<Layer>, id: Uuid) -> Option<Written<'_>> {
        let row = |part: &'_ Part| {
            let row = part.segment.find(id);
            row.filter(|row| !part.dead.contains(*row))
        };
        self.parts(layer)
            .find_map(|part| Some(part.segment.written(row(part)?)))
    }

    /// What is found at the id of a record.
    pub fn find(&self, record: RecordRef) -> Found<'_> {
        match self.feature(record.collection, record.id) {
            Some(feature) => Found::Here(feature),
            None if self.gone.contains(&record) => Found::Gone,
            None => Found::Nothing,
        }
    }

    /// The page of the layer's features that a query asks for.
    ///
    /// Each part finds how many of its rows answer, and the first of them from the cursor on (`plan.rs`, `order.rs`);
    /// what they found is put in one order here.
    pub fn search(&self, layer: impl Into<Layer>, query: &Query) -> Page {
        let found = self.search_for(layer, query, &Deadline::default());
        found.expect("it has no deadline")
    }

    /// The same, given up when the deadline has passed: `None` then.
    pub fn search_for(
        &self,
        layer: impl Into<Layer>,
        query: &Query,
        deadline: &Deadline,
    ) -> Option<Page> {
        let layer = layer.into();
        let query = &*settled(query, deadline);
        let named = self.named(layer, query);
        let (offset, limit) = (query.offset, query.limit.get());
        let most = if query.count_only {
            0
        } else {
            offset + limit + 1
        };
        let plans = self.plans(layer, query, &named, most, deadline);
        let matched = plans.iter().map(Plan::matched).sum();
        let side = query.page.as_ref().map_or(Side::After, |key| key.side);
        let on_page = Wanted {
            side,
            with_cursor: false,
            most,
        };
        let mut found = first_of_all(&plans, query, on_page);
        let has_more = most > 0 && found.len() == most;
        found.truncate(offset + limit);
        let passed = found.len().min(offset);
        found.drain(..passed);
        // On the other side of the cursor, whether there is anything at all; what it stands for, if it is still there.
        let on_other_side = Wanted {
            side: side.other(),
            with_cursor: true,
            most: most.min(1),
        };
        let has_before = passed > 0
            || query.page.is_some() && !first_of_all(&plans, query, on_other_side).is_empty();
        let (has_prev, has_next) = match side {
            Side::After => (has_before, has_more),
            Side::Before => (has_more, has_before),
        };
        if side == Side::Before {
            found.reverse();
        }
        if deadline.has_passed() {
            return None;
        }
        let key = |side, hit: &At<'_>| hit.key(query, side);
        Some(Page {
            layer,
            matched,
            next: found
                .last()
                .filter(|_| has_next)
                .map(|last| key(Side::After, last)),
            prev: found
                .first()
                .filter(|_| has_prev)
                .map(|first| key(Side::Before, first)),
            hits: found.iter().map(|at| at.hit(query)).collect(),
        })
    }

    /// For each part which of its rows answer; `most` is how many of them are wanted, `named` what [`Self::named`] found.
    pub(super) fn plans<'a>(
        &'a self,
        layer: Layer,
        query: &'a Query,
        named: &'a [Named],
        most: usize,
        deadline: &'a Deadline,
    ) -> Vec<Plan<'a>> {
        let codes = column(layer, self.audience, "region_codes");
        let region = query.region.as_deref().zip(codes);
        let parts = self.parts(layer).enumerate();
        let plans = parts.map(|(place, part)| {
            let named = named.get(place);
            let meant = Meant { region, named };
            Plan::new(&part.segment, &part.dead, query, meant, most, deadline)
        });
        plans.collect()
    }

    /// For each part the rows that have the name that is asked for; nothing, if none is.
    pub(super) fn named(&self, layer: Layer, query: &Query) -> Vec<Named> {
        let text = query.text.as_ref();
        let asked = text.zip(layer.ours().and_then(names_column));
        asked.map_or_else(Vec::new, |(text, column)| {
            let parts: Vec<&Part> = self.parts(layer).collect();
            Named::of(&parts, column, text)
        })
    }

    /// The extent of a layer.
    pub fn extent(&self, layer: impl Into<Layer>) -> Extent {
        let extents = self.parts(layer).map(Part::extent);
        extents.fold(Extent::default(), |all, one| Extent {
            bbox: either(all.bbox, one.bbox, Bbox::union),
            days: either(all.days, one.days, |(first, last), (from, to)| {
                (
                    first.zip(from).map(|(a, b)| a.min(b)),
                    last.zip(to).map(|(a, b)| a.max(b)),
                )
            }),
        })
    }

    /// The ids that are gone, in order, for tests that compare whole snapshots.
    pub fn gone(&self, collection: Collection) -> Vec<Uuid> {
        let gone = self.gone.iter();
        let mut ids: Vec<Uuid> = gone
            .filter(|record| record.collection == collection)
            .map(|record| record.id)
            .collect();
        ids.sort_unstable();
        ids
    }

    pub(super) fn parts<L: Into<Layer>>(
        &self,
        layer: L,
    ) -> impl Iterator<Item = &Part> + use<'_, L> {
        self.all_parts(layer.into()).iter().map(AsRef::as_ref)
    }

    pub(super) fn all_parts(&self, layer: Layer) -> &[Arc<Part>] {
        match layer {
            Layer::Ours(collection) => self.parts.get(&collection).map_or(&[], |all| all),
            Layer::Extra(extra) => self.extras.parts(extra),
        }
    }
}

/// The codes of the regions that live.
pub(super) fn region_codes(parts: &Parts) -> BTreeSet<String> {
    let mut columns = numbered(Collection::Regions, Audience::Public);
    let (number, _) = columns
        .find(|(_, property)| property.name == "code")
        .expect("regions have a code");
    let mut codes = BTreeSet::new();
    for part in parts.get(&Collection::Regions).into_iter().flatten() {
        let living = (0..part.segment.len()).filter(|row| !part.dead.contains(*row));
        let column = part.segment.column(number);
        codes.extend(living.filter_map(|row| column?.of(row).scalar_text()));
    }
    codes
}

fn either<T>(a: Option<T>, b: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

/// Where the features of a collection have their names among their values, for any audience, if they do.
pub(super) fn names_column(collection: Collection) -> Option<usize> {
    column(collection, Audience::Public, "name")
}

/// Where the features of one of our collections have a property among their values, if they do.
pub(super) fn column(layer: impl Into<Layer>, audience: Audience, name: &str) -> Option<usize> {
    let mut columns = numbered(layer.into().ours()?, audience);
    let found = columns.find(|(_, property)| property.name == name);
    found.map(|(number, _)| number)
}

/// A row of one of several segments.
struct At<'a> {
    part: u32,
    segment: &'a Segment,
    named: Option<&'a Named>,
    place: Place,
}

impl At<'_> {
    fn id(&self) -> Uuid {
        self.segment.ids[self.place.row as usize]
    }

    fn compare(&self, other: &At<'_>, query: &Query) -> Ordering {
        let (here, there) = ((self.segment, self.place), (other.segment, other.place));
        compare(query, here, there).then_with(|| self.id().cmp(&other.id()))
    }

    fn key(&self, query: &Query, side: Side) -> Key {
        let value = |number| {
            let column = self.segment.column(number);
            column.map_or(Value::Null, |column| column.of(self.place.row).clone())
        };
        let values = match self.place.number {
            Some(number) => vec![number.into()],
            None => query
                .sort
                .iter()
                .map(|key| value(key.column.number))
                .collect(),
        };
        Key {
            side,
            values,
            id: self.id(),
        }
    }

    fn hit(&self, query: &Query) -> Hit {
        let row = self.place.row;
        let measured = self.place.number.filter(|_| query.by_distance());
        let measure = |near: &Near| Ruler::new(self.segment, near.centre).measure(row);
        Hit {
            part: self.part,
            row,
            fit: Fit {
                distance: measured
                    .and_then(Metres::new)
                    .or_else(|| query.near.as_ref().map(measure)),
                tier: self.named.map(|named| named.tier(row)),
            },
        }
    }
}

/// The first of what all plans found on a side of the cursor, the nearest to it first.
fn first_of_all<'a>(plans: &[Plan<'a>], query: &Query, wanted: Wanted) -> Vec<At<'a>> {
    let found = (0..).zip(plans).flat_map(|(part, plan)| {
        let (segment, named) = (plan.segment, plan.named);
        let places = first_places(plan, query, wanted);
        places.into_iter().map(move |place| At {
            part,
            segment,
            named,
            place,
        })
    });
    let mut found: Vec<At<'a>> = found.collect();
    // Each plan's are in order already, and sorting knows how to make use of that.
    found.sort_by(|a, b| wanted.side.turn(a.compare(b, query)));
    found.truncate(wanted.most);
    found
}
