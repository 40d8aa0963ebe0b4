//! Some thousand features and their segment, what is asked of them, and how a plain scan answers: for tests.
//!
//! One column has more distinct values than get a bitmap, others have few; values, places and times are shared by many rows,
//! and some rows have none.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use roaring::RoaringBitmap;
use serde_json::json;
use uuid::Uuid;

use super::plan::Meant;
use super::segment::{Segment, SegmentBuilder};
use crate::domain::{
    Audience, Collection, Crs, Crs84, Feature, Geometry, Metres, Scheme, Span, Title, Value, Wrong,
    numbered,
};
use crate::query::cql2::{Datum, Scope, Term, Values, check, parse_text};
use crate::query::{Column, Key, Parameters, Query, Side};

/// Features, by row, and their segment.
pub(super) struct Sample {
    pub(super) segment: Segment,
    pub(super) features: Vec<Feature>,
    /// Features that are not in it, with years that none has: cursors stand for what is gone, too.
    gone: Vec<Feature>,
    /// Every tenth row.
    pub(super) dead: RoaringBitmap,
}

pub(super) static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let mut all: Vec<(usize, Feature)> = (0..3000).map(|n| (n, feature(n))).collect();
    all.sort_by_key(|(_, feature)| feature.id);
    let (gone, here): (Vec<_>, Vec<_>) = all.into_iter().partition(|(n, _)| n.is_multiple_of(20));
    let mut builder = SegmentBuilder::default();
    for (_, feature) in &here {
        builder.push(feature);
    }
    let features: Vec<Feature> = here.into_iter().map(|(_, feature)| feature).collect();
    Sample {
        segment: builder.finish(),
        dead: (0..3000).step_by(10).take(features.len() / 10).collect(),
        features,
        gone: gone.into_iter().map(|(_, feature)| feature).collect(),
    }
});

/// What looks like chance, and is the same in every run.
fn dice<const N: usize>(n: usize) -> [usize; N] {
    let mut state = n as u64 + 1;
    std::array::from_fn(|_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from(mixed >> 40).expect("24 bits are left")
    })
}

fn feature(n: usize) -> Feature {
    let [
        high,
        low,
        place,
        time,
        year,
        kind,
        wikidata,
        region,
        reports,
    ] = dice(n);
    let year = i64::try_from(year % 700 * 2).unwrap() + i64::from(n.is_multiple_of(20));
    let kinds = ["chapel", "monastery", "bridge", "mosque"];
    let kind = kinds.get(kind % 5).and_then(|id| Scheme::SiteType.find(id));
    let value = |name: &str| match name {
        "site_type" => kind.into(),
        "earliest_year" if !n.is_multiple_of(7) => year.into(),
        // Some have two, and some none.
        "wikidata" => Value::Texts(
            (0..wikidata % 3)
                .map(|more| format!("Q{}", (wikidata + more) % 500))
                .collect(),
        ),
        "region_codes" => Value::Texts(vec![format!("r{}", region % 3)]),
        "report_count" => i64::try_from(reports % 4).unwrap().into(),
        _ => Value::Null,
    };
    let columns = numbered(Collection::Sites, Audience::Trusted);
    Feature {
        layer: Collection::Sites.into(),
        id: Uuid::from_u128(((high as u128) << 32) | low as u128),
        geometry: geometry(place),
        time: span(time),
        title: Title::None,
        values: columns.map(|(_, property)| value(property.name)).collect(),
    }
}

fn geometry(place: usize) -> Option<Crs84<Geometry>> {
    let tenth = |steps: usize| f64::from(u32::try_from(steps % 30).unwrap()) / 10.0;
    let (lon, lat) = (46.0 + tenth(place / 16), 39.0 + tenth(place / 512));
    let geometry = match place % 16 {
        0 => return None,
        1 => json!({"type": "Point", "coordinates": [179.9, lat]}),
        2 => json!({"type": "Point", "coordinates": [-179.9, lat]}),
        3 => json!({"type": "LineString", "coordinates": [[lon, lat], [lon + 0.2, lat + 0.3]]}),
        _ => json!({"type": "Point", "coordinates": [lon, lat]}),
    };
    Crs84::parse(&geometry, "", &mut vec![])
}

fn span(time: usize) -> Option<Span> {
    let years = |n: usize| i64::try_from(n % 20).unwrap() * 100;
    let first = years(time / 8);
    let last = first + years(time / 160) / 10;
    match time % 8 {
        0 => None,
        1 => Span::of_years((None, Some(last))),
        2 => Span::of_years((Some(first), None)),
        _ => Span::of_years((Some(first), Some(last))),
    }
}

/// Questions, each about a few things; cursors stand on either side of features of the sample, and of those that are gone.
pub(super) fn queries() -> impl Strategy<Value = Query> {
    let parameters = vec![
        number(0.15, "earliest_year=", 1420),
        number(0.15, "wikidata=Q", 510),
        number(0.2, "report_count=", 5),
        number(0.2, "region=r", 4),
        choice(0.2, &TYPES),
        choice(0.3, &BOXES),
        choice(0.2, &["located=true"]),
        choice(0.2, &TIMES),
        choice(0.3, &NEAR),
        choice(0.6, &ORDERS),
    ];
    let cursor = weighted(0.6, any::<(bool, usize, bool)>());
    let filters = proptest::collection::vec(select(&FILTERS), 0..3);
    (parameters, filters, cursor).prop_map(|(parameters, filters, cursor)| {
        let asked: Vec<String> = parameters.into_iter().flatten().collect();
        let mut parameters = Parameters::parse(&asked.join("&"));
        let mut query = Query::parse(Collection::Sites, Audience::Trusted, &mut parameters);
        parameters.finish(&[]).unwrap();
        query.condition = (!filters.is_empty()).then(|| filter(&filters));
        query.page = cursor.and_then(|(is_here, which, is_after)| {
            let from = if is_here {
                &SAMPLE.features
            } else {
                &SAMPLE.gone
            };
            let side = if is_after { Side::After } else { Side::Before };
            key(&from[which % from.len()], &query, side)
        });
        query
    })
}

/// One of them has narrower ones.
const TYPES: [&str; 3] = [
    "site_type=chapel",
    "site_type=religious_place",
    "site_type=bridge",
];
/// Small and large, empty, on places and beside them, around everything; across the antimeridian, and all but around the
/// Earth, so that lines reach into both of its ends; in each kind of system.
const BOXES: [&str; 13] = [
    "bbox=46.95,39.95,47.65,40.45",
    "bbox=46.05,39.05,46.15,39.15",
    "bbox=46.01,39.01,46.09,39.09",
    "bbox=46.5,39.5,46.5,39.5",
    "bbox=179,-20,-179,80",
    "bbox=46.9,39.5,46.8,45",
    "bbox=-180,-90,180,90",
    "bbox=39.95,46.95,40.45,47.65&bbox-crs=[EPSG:4326]",
    "bbox=5120000,4760000,5300000,4890000&bbox-crs=[EPSG:3857]",
    "bbox=600000,4350000,750000,4480000&bbox-crs=[EPSG:32638]",
    "bbox=4330000,8590000,4331000,8591000&bbox-crs=[EPSG:28408]",
    "bbox=4200000,300000,4600000,900000&bbox-crs=[EPSG:28468]",
    "bbox=100000,4400000,100000,4400000&bbox-crs=[EPSG:32639]",
];
const TIMES: [&str; 5] = [
    "datetime=0500-01-01/0700-06-01",
    "datetime=1000-12-31",
    "datetime=../0200-01-01",
    "datetime=2300-01-01/..",
    "datetime=../..",
];
/// About one property with few values, with many, with lists; about several; about places that the index helps with and
/// others; three-valued throughout, since years, places and lists are missing here and there.
const FILTERS: [&str; 29] = [
    "earliest_year > 400 AND earliest_year <= 900",
    "NOT earliest_year >= 300",
    "earliest_year * 2 + 1 > 1000 OR earliest_year IS NULL",
    "site_type = 'religious_place' OR report_count = 2",
    "site_type <> 'religious_place'",
    "site_type LIKE '%e%' AND NOT report_count IN (1, 2)",
    "wikidata = 'Q17'",
    "NOT (wikidata LIKE 'Q1%')",
    "CASEI(wikidata) > 'q4' AND report_count BETWEEN 1 AND 2",
    "wikidata IS NULL AND site_type <> 'bridge'",
    "A_CONTAINS(region_codes, ('r1')) OR A_CONTAINEDBY(wikidata, ('Q1', 'Q2', 'Q3'))",
    "NOT A_OVERLAPS(wikidata, ('Q10', 'Q11', 'Q12'))",
    "A_EQUALS(('r0'), region_codes)",
    "earliest_year % 7 = report_count",
    "NOT (earliest_year < report_count * 100 AND wikidata > 'Q3')",
    "wikidata > region_codes OR region_codes > 'r1'",
    "S_INTERSECTS(geometry, POLYGON((46.5 39.5, 48 39.4, 47.2 40.9, 46.5 39.5)))",
    "S_WITHIN(geometry, POLYGON((46 39, 49 39, 49 42, 46 42, 46 39), (46.9 39.9, 46.9 40.6, 47.8 40.6, 47.8 39.9, 46.9 39.9)))",
    "NOT S_INTERSECTS(POLYGON((46.5 39.5, 48 39.4, 47.2 40.9, 46.5 39.5)), geometry)",
    "S_CROSSES(geometry, POLYGON((46.5 39.5, 48 39.4, 47.2 40.9, 46.5 39.5))) OR geometry IS NULL",
    "S_TOUCHES(geometry, LINESTRING(46.2 39.2, 47 40))",
    "S_DISJOINT(geometry, BBOX(46.5, 39.5, 47.5, 41))",
    "distance(geometry, POINT(47 40)) < 30000",
    "CASEI(wikidata) IS NULL",
    "upper(region_codes) IS NOT NULL AND NOT lower(wikidata) IS NULL",
    "location_note IN (wikidata, 'a') OR region_codes IN (wikidata, 'r1')",
    "NOT region_codes IN (wikidata, 'r1')",
    "NOT 'b' BETWEEN wikidata AND 'a'",
    "TRUE AND NOT FALSE",
];

/// That all of the filters are true.
fn filter(texts: &[&str]) -> Arc<Term> {
    let columns: Vec<Column> = numbered(Collection::Sites, Audience::Trusted)
        .map(|(number, property)| Column { number, property })
        .collect();
    let scope = Scope {
        geometry: "geometry",
        columns: &columns,
        outline: &|code| Err(Wrong(format!("there is no {code}"))),
        crs: Crs::Crs84,
    };
    let all: Vec<String> = texts.iter().map(|text| format!("({text})")).collect();
    let node = parse_text(&all.join(" AND ")).unwrap();
    Arc::new(check(&node, &scope).unwrap())
}

/// A feature as a filter asks about it.
struct Plain<'a>(&'a Feature);

impl Values for Plain<'_> {
    fn value(&self, number: usize) -> Datum<'_> {
        Datum::of(&self.0.values[number])
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        let geometry = self.0.geometry.as_ref()?;
        Some(Cow::Borrowed(geometry.as_geo()))
    }
}

const NEAR: [&str; 6] = [
    "near=47,40",
    "near=-179.95,40.2",
    "near=46.5,39.55&radius=12000",
    "near=179.95,40&radius=60000",
    "near=47,40&radius=200000",
    "near=20,20&radius=1000",
];
/// Of many values and of few, of one and of two keys; nothing has a note.
const ORDERS: [&str; 7] = [
    "sortby=earliest_year",
    "sortby=-earliest_year",
    "sortby=report_count",
    "sortby=-site_type",
    "sortby=-report_count,earliest_year",
    "sortby=site_type,-report_count",
    "sortby=location_note",
];

/// A parameter, or none.
type Parameter = BoxedStrategy<Option<String>>;

fn number(probability: f64, name: &'static str, below: usize) -> Parameter {
    weighted(
        probability,
        (0..below).prop_map(move |number| format!("{name}{number}")),
    )
    .boxed()
}

fn choice(probability: f64, texts: &'static [&'static str]) -> Parameter {
    weighted(probability, select(texts).prop_map(str::to_owned)).boxed()
}

/// `None` of a feature that the order has no place for.
fn key(feature: &Feature, query: &Query, side: Side) -> Option<Key> {
    let values = order_values(feature, query);
    (!query.by_distance() || !values[0].is_null()).then_some(Key {
        side,
        values,
        id: feature.id,
    })
}

/// The number of the column of region codes.
pub(super) fn region_column() -> usize {
    let mut columns = numbered(Collection::Sites, Audience::Trusted);
    let found = columns.find(|(_, property)| property.name == "region_codes");
    found.expect("sites have region codes").0
}

/// What a question means in the segment; none of them asks for a name, which `tests/it/scan.rs` does.
pub(super) fn meant(query: &Query) -> Meant<'_> {
    Meant {
        region: query.region.as_deref().map(|code| (code, region_column())),
        named: None,
    }
}

/// Whether a feature answers a question.
pub(super) fn answers(feature: &Feature, query: &Query) -> bool {
    let geometry = feature.geometry.as_ref();
    let is_in_region = |code: &String| match &feature.values[region_column()] {
        Value::Texts(codes) => codes.contains(code),
        _ => false,
    };
    let is_near = |radius: Metres| distance(feature, query).is_some_and(|metres| metres <= radius);
    (geometry.is_some() || !query.located && query.near.is_none())
        && query
            .equalities
            .iter()
            .all(|one| one.holds(&feature.values[one.column.number]))
        && query.region.as_ref().is_none_or(is_in_region)
        && query
            .datetime
            .is_none_or(|times| feature.time.is_none_or(|span| times.intersects(span)))
        && query
            .bbox
            .as_ref()
            .is_none_or(|window| geometry.is_none_or(|geometry| window.meets(geometry)))
        && query.near.and_then(|near| near.radius).is_none_or(is_near)
        && query
            .condition
            .as_ref()
            .is_none_or(|condition| condition.holds(&Plain(feature)) == Some(true))
}

/// How far a feature is from where it is asked to be near to.
pub(super) fn distance(feature: &Feature, query: &Query) -> Option<Metres> {
    let near = query.near?;
    Some(feature.geometry.as_ref()?.distance_to(near.centre))
}

/// What a feature is ordered by, before its id.
pub(super) fn order_values(feature: &Feature, query: &Query) -> Vec<Value> {
    if query.by_distance() {
        return vec![distance(feature, query).map(Metres::get).into()];
    }
    let keys = query.sort.iter();
    keys.map(|key| feature.values[key.column.number].clone())
        .collect()
}

/// The order of such values, nulls last.
pub(super) fn compare(a: &[Value], b: &[Value], query: &Query) -> Ordering {
    let descending = query.sort.iter().map(|key| key.descending);
    let descending = descending.chain(std::iter::repeat(false));
    let orders = a.iter().zip(b).zip(descending).map(|((a, b), descending)| {
        if descending && !a.is_null() && !b.is_null() {
            b.order(a)
        } else {
            a.order(b)
        }
    });
    orders.fold(Ordering::Equal, Ordering::then)
}
