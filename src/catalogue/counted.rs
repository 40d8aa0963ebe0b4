//! Features that answer a question, counted by what they have: from the rows of values, without looking at a feature.
//!
//! All of it is of one snapshot, so counts hold together, and tell of nothing that its audience does not see.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::asking::settled;
use super::column::{Column, Having};
use super::deadline::Deadline;
use super::segment::Segment;
use super::snapshot::{Snapshot, column};
use crate::domain::{Audience, Layer, Value};
use crate::query::Query;

/// Some features of a layer, to be counted and divided.
#[derive(Clone, Debug)]
pub struct Counted<'a> {
    layer: Layer,
    audience: Audience,
    /// Those of each part.
    parts: Vec<(&'a Segment, RoaringBitmap)>,
}

impl Snapshot {
    /// The features of a layer that answer a query, whatever page and order it asks for. `None` once the deadline has passed.
    pub fn counted(
        &self,
        layer: impl Into<Layer>,
        query: &Query,
        deadline: &Deadline,
    ) -> Option<Counted<'_>> {
        let layer = layer.into();
        let query = &*settled(query, deadline);
        let named = self.named(layer, query);
        let plans = self.plans(layer, query, &named, 0, deadline);
        let rows = plans.iter().map(|plan| {
            let rows = RoaringBitmap::from_sorted_iter(plan.rows().iter().copied());
            rows.expect("they are ascending")
        });
        let rows: Vec<_> = rows.collect();
        let parts = self.parts(layer).map(|part| &*part.segment).zip(rows);
        (!deadline.has_passed()).then(|| Counted {
            layer,
            audience: self.audience(),
            parts: parts.collect(),
        })
    }
}

impl<'a> Counted<'a> {
    /// How many there are.
    pub fn number(&self) -> usize {
        let rows = self.parts.iter().map(|(_, rows)| rows.len()).sum::<u64>();
        usize::try_from(rows).expect("features are in memory")
    }

    /// How many have each value of a property, in the order of the values; of concepts each stands for itself alone. What this
    /// audience cannot ask for, none has.
    pub fn by(&self, property: &str) -> Vec<(Value, usize)> {
        let mut counts: Vec<(Value, usize)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (column, rows) in self.columns(property) {
            for rank in 0..column.len() {
                let count = in_common(column.rows_of(rank), rows);
                if count == 0 {
                    continue;
                }
                let value = column.value(rank);
                let place = *places
                    .entry(value.scalar_text().unwrap_or_default())
                    .or_insert_with(|| {
                        counts.push((value.clone(), 0));
                        counts.len() - 1
                    });
                counts[place].1 += count;
            }
        }
        counts.sort_by(|(one, _), (other, _)| one.order(other));
        counts
    }

    /// Those that have a value of a property, or for a concept, one that is narrower.
    #[must_use]
    pub fn having(&self, property: &str, value: &Value) -> Counted<'a> {
        self.divided(property, |column, rows| {
            match column.and_then(|column| column.having(value)) {
                None => RoaringBitmap::new(),
                Some(Having::Set(set)) => set & rows,
                Some(Having::List(list)) => {
                    let both = list.iter().copied().filter(|row| rows.contains(*row));
                    both.collect()
                }
            }
        })
    }

    /// Those that have no value of a property.
    #[must_use]
    pub fn lacking(&self, property: &str) -> Counted<'a> {
        self.divided(property, |column, rows| {
            let mut rest = rows.clone();
            for rank in 0..column.map_or(0, Column::len) {
                match column.map(|column| column.rows_of(rank)) {
                    Some(Having::Set(set)) => rest -= set,
                    Some(Having::List(list)) => list.iter().for_each(|row| {
                        rest.remove(*row);
                    }),
                    None => {}
                }
            }
            rest
        })
    }

    /// Those that are among these, among the others, or both; the others are of the same question.
    #[must_use]
    pub fn or(mut self, others: &Counted<'_>) -> Counted<'a> {
        for ((_, rows), (_, more)) in self.parts.iter_mut().zip(&others.parts) {
            *rows |= more;
        }
        self
    }

    /// The column of a property in each part that has one, and the rows there.
    fn columns(&self, property: &str) -> impl Iterator<Item = (&'a Column, &RoaringBitmap)> {
        let number = column(self.layer, self.audience, property);
        let parts = self.parts.iter();
        parts.filter_map(move |(segment, rows)| Some((segment.column(number?)?, rows)))
    }

    fn divided(
        &self,
        property: &str,
        divide: impl Fn(Option<&Column>, &RoaringBitmap) -> RoaringBitmap,
    ) -> Counted<'a> {
        let number = column(self.layer, self.audience, property);
        let parts = self.parts.iter().map(|(segment, rows)| {
            let column = number.and_then(|number| segment.column(number));
            (*segment, divide(column, rows))
        });
        Counted {
            layer: self.layer,
            audience: self.audience,
            parts: parts.collect(),
        }
    }
}

/// How many rows are in both.
fn in_common(having: Having<'_>, rows: &RoaringBitmap) -> usize {
    match having {
        Having::Set(set) => {
            usize::try_from(set.intersection_len(rows)).expect("rows are in memory")
        }
        Having::List(list) => list.iter().filter(|row| rows.contains(**row)).count(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::catalogue::plan::Plan;
    use crate::catalogue::sample::{SAMPLE, answers, meant, queries};
    use crate::domain::{Collection, Feature, Scheme};

    /// The sample as what was counted of it.
    fn counted(query: &Query) -> Counted<'static> {
        let ever = Deadline::default();
        let plan = Plan::new(&SAMPLE.segment, &SAMPLE.dead, query, meant(query), 0, &ever);
        let rows = RoaringBitmap::from_sorted_iter(plan.rows().iter().copied());
        Counted {
            layer: Collection::Sites.into(),
            audience: Audience::Trusted,
            parts: vec![(&SAMPLE.segment, rows.unwrap())],
        }
    }

    /// What a plain look at every feature finds.
    fn plainly(query: &Query) -> Vec<&'static Feature> {
        let all = SAMPLE.features.iter().enumerate();
        let living = all.filter(|(row, _)| !SAMPLE.dead.contains(u32::try_from(*row).unwrap()));
        let answering = living.filter(|(_, feature)| answers(feature, query));
        answering.map(|(_, feature)| feature).collect()
    }

    /// The values that a feature has of a property, one by one.
    fn values(feature: &Feature, property: &str) -> Vec<Value> {
        let number = column(Collection::Sites, Audience::Trusted, property).unwrap();
        match &feature.values[number] {
            Value::Null => vec![],
            Value::Texts(texts) => texts.iter().map(|text| text.as_str().into()).collect(),
            one => vec![one.clone()],
        }
    }

    fn is_within(value: &Value, wanted: &Value) -> bool {
        match (value, wanted) {
            (Value::Concept(one), Value::Concept(wanted)) => one.is_within(*wanted),
            _ => value == wanted,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn counts_are_those_of_looking_at_every_feature(query in queries()) {
            let (counted, found) = (counted(&query), plainly(&query));
            prop_assert_eq!(counted.number(), found.len());
            for property in ["site_type", "report_count", "wikidata", "region_codes", "earliest_year"] {
                let mut expected: Vec<(Value, usize)> = Vec::new();
                for value in found.iter().flat_map(|feature| values(feature, property)) {
                    match expected.iter_mut().find(|(known, _)| *known == value) {
                        Some((_, count)) => *count += 1,
                        None => expected.push((value, 1)),
                    }
                }
                expected.sort_by(|(one, _), (other, _)| one.order(other));
                let by = counted.by(property);
                prop_assert_eq!(&by, &expected, "{}", property);
                let has_none = found.iter().filter(|feature| values(feature, property).is_empty());
                prop_assert_eq!(counted.lacking(property).number(), has_none.count(), "{}", property);
                let mut wanted: Vec<Value> = by.into_iter().map(|(value, _)| value).take(5).collect();
                wanted.extend(Scheme::SiteType.find("religious_place").map(Value::Concept));
                for pair in wanted.windows(2) {
                    let has = |feature: &&&Feature, wanted: &Value| {
                        values(feature, property).iter().any(|value| is_within(value, wanted))
                    };
                    let [one, other] = [&pair[0], &pair[1]];
                    let some = found.iter().filter(|feature| has(feature, one));
                    prop_assert_eq!(counted.having(property, one).number(), some.count(), "{} {:?}", property, one);
                    let either = found.iter().filter(|feature| has(feature, one) || has(feature, other));
                    let both = counted.having(property, one).or(&counted.having(property, other));
                    prop_assert_eq!(both.number(), either.count(), "{} {:?}", property, other);
                }
            }
        }
    }

    #[test]
    fn of_what_an_audience_cannot_ask_for_nothing_is_told() {
        let mut all = counted(&Query::parse(
            Collection::Sites,
            Audience::Trusted,
            &mut crate::query::Parameters::parse(""),
        ));
        all.audience = Audience::Public;
        assert!(all.by("created_at").is_empty() && all.by("nothing").is_empty());
        assert_eq!(all.having("nothing", &"x".into()).number(), 0);
        assert_eq!(all.lacking("nothing").number(), all.number());
        assert!(all.number() > 0);
    }
}
