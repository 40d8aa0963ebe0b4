//! How long do the hundred nearest sites within five kilometres take, with their distances and the number of all?

use heritage_registry::domain::LonLat;
use serde_json::Value;

use crate::bench::Bench;
use crate::measure::Timing;
use crate::question::Question;
use crate::world::Random;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let mut random = Random::stream(2);
    let extents: Vec<[f64; 4]> = bench.seen.iter().filter_map(|seen| seen.extent).collect();
    let mut question = || {
        let [lon, lat, ..] = extents[random.below(extents.len())];
        let centre = LonLat::new(lon + 0.001, lat - 0.002).expect("it is near a site");
        Question {
            near: Some((centre, 5000.0)),
            limit: 100,
            ..Question::default()
        }
    };
    let questions: Vec<Question> = (0..16).map(|_| question()).collect();
    bench.compare("the nearest 100 within 5 km", &questions, same)
}

/// The edge of a cell follows the parallel, and `PostGIS` takes it for a geodesic: 0.1° of longitude bends away by 1.2 m here.
/// So distances agree to two metres, the number of all is the same, and what is almost as far may change places.
fn same(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (distances(one), distances(other));
    let agree = |(a, b): (&f64, &f64)| (a - b).abs() < 2.0;
    one.0 == other.0 && one.1.len() == other.1.len() && one.1.iter().zip(&other.1).all(agree)
}

fn distances(answer: &[u8]) -> (u64, Vec<f64>) {
    let page: Value = serde_json::from_slice(answer).expect("answers are JSON");
    let features = page["features"].as_array().into_iter().flatten();
    let distances = features.filter_map(|feature| feature["properties"]["distance_m"].as_f64());
    (
        page["numberMatched"].as_u64().unwrap_or_default(),
        distances.collect(),
    )
}
