//! How long do the first hundred sites for which a condition in CQL2 is true take, with the number of all?
//!
//! Beside it stands the same condition in SQL, with the indexes that it can use there.

use std::f64::consts::TAU;

use heritage_registry::domain::LonLat;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::bench::Bench;
use crate::measure::{Timing, Way, compare};

/// So many conditions of each kind are asked for.
const EACH: usize = 6;

/// A condition: in CQL2, and in SQL over the plain table.
type Condition = (String, String);

/// Types that no other type of the world narrows, so that equality is the whole question in SQL as well.
const TYPES: [&str; EACH] = [
    "bridge",
    "caravanserai",
    "khachkar",
    "mill",
    "ram_stone",
    "synagogue",
];

/// Parts of names, some of them frequent.
const PARTS: [&str; EACH] = ["vank", "kend", "church", "dara", "zz", "ar"];

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let extents = bench.seen.iter().filter_map(|seen| seen.extent);
    let places: Vec<LonLat> = extents
        .step_by(bench.seen.len() / (2 * EACH))
        .filter_map(|[west, south, ..]| LonLat::new(west, south).ok())
        .take(EACH)
        .collect();
    // What counts as the same letter is not the same in `unaccent`.
    let is_same_question = |title: &str| !title.ends_with("without case and accents");
    let kinds: [(&str, Vec<Condition>); 7] = [
        ("a polygon of nine points and a type", (0..places.len()).map(|n| {
            let polygon = polygon(places[n], 0.4, 8);
            let site_type = TYPES[n];
            (
                format!("S_INTERSECTS(geometry, {polygon}) AND site_type = '{site_type}'"),
                format!("ST_Intersects(geom, ST_GeomFromText('{polygon}', 4326)) and site_type = '{site_type}'"),
            )
        }).collect()),
        ("within a polygon of 1,000 points", places.iter().map(|place| {
            let polygon = polygon(*place, 0.5, 999);
            (
                format!("S_WITHIN(geometry, {polygon})"),
                format!("ST_Within(geom, ST_GeomFromText('{polygon}', 4326))"),
            )
        }).collect()),
        ("a name with these letters", PARTS.map(|part| (
            format!("name LIKE '%{part}%'"),
            format!("id in (select id from names where name like '%{part}%')"),
        )).into()),
        ("a name with these letters, without case and accents", PARTS.map(|part| (
            format!("ACCENTI(CASEI(name)) LIKE '%{part}%'"),
            format!("id in (select id from names where unaccent(lower(name)) like '%{part}%')"),
        )).into()),
        ("two years compared", [100, 200, 300, 400, 500, 600].map(|years| (
            format!("latest_year - earliest_year > {years}"),
            format!("latest - earliest > {years} and earliest > -9999999 and latest < 9999999"),
        )).into()),
        ("an interval of time", [2019, 2020, 2021, 2022, 2023, 2024].map(|year| (
            format!("T_INTERSECTS(condition_observed_on, INTERVAL('{year}-03-01', '{year}-03-31'))"),
            format!("id in (select id from seen where day between '{year}-03-01' and '{year}-03-31')"),
        )).into()),
        ("no value, or one of several", TYPES.map(|site_type| (
            format!("site_type IN ('{site_type}', 'mill') AND earliest_year BETWEEN 1000 AND 1500"),
            format!("site_type in ('{site_type}', 'mill') and year between 1000 and 1500"),
        )).into()),
    ];
    let mut all = vec![];
    for (title, conditions) in kinds {
        let mut ways = vec![Way::new("ours", |index| {
            let (cql2, _): &Condition = &conditions[index];
            let filter = utf8_percent_encode(cql2, NON_ALPHANUMERIC);
            bench.ours.page(&format!("limit=100&filter={filter}"))
        })];
        if let Some(postgres) = &bench.postgres {
            ways.push(Way::new("PostGIS", |index| {
                let (_, sql) = &conditions[index];
                postgres.borrow_mut().having(sql, 100)
            }));
        }
        let same = if is_same_question(title) {
            |ours: &[u8], other: &[u8]| matched(ours) == matched(other)
        } else {
            |_: &[u8], _: &[u8]| true
        };
        all.extend(compare(title, conditions.len(), ways, same));
    }
    all
}

/// How many sites a page says that there are.
fn matched(page: &[u8]) -> Option<u64> {
    let page: serde_json::Value = serde_json::from_slice(page).ok()?;
    page["numberMatched"].as_u64()
}

/// A ring of so many corners around a place, not quite round.
fn polygon(centre: LonLat, radius: f64, corners: u32) -> String {
    let corner = |n: u32| {
        let turn = TAU * f64::from(n % corners) / f64::from(corners);
        let radius = radius * (1.0 + 0.1 * (turn * 7.0).sin());
        let (sin, cos) = turn.sin_cos();
        format!(
            "{:.6} {:.6}",
            centre.lon() + radius * cos,
            centre.lat() + radius * sin
        )
    };
    let corners: Vec<String> = (0..=corners).map(corner).collect();
    format!("POLYGON(({}))", corners.join(", "))
}
