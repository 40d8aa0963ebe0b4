//! Where the real sites are: what a made-up world is clustered around, and the files that it shares with the seed.

use heritage_registry::registry::Seed;
use serde_json::{Value, json};

use super::Random;

/// What of the real catalogue a made-up world takes over.
pub struct Places {
    /// The points of the real sites: towns and villages, mostly.
    points: Vec<(f64, f64)>,
    /// The codes of the real regions.
    pub regions: Vec<String>,
    /// The ids of the real organizations that are listed.
    pub organizations: Vec<String>,
}

impl Places {
    /// Those of the seed that is compiled in.
    pub fn real() -> Places {
        let seed = Seed::compiled_in();
        let mut places = Places {
            points: Vec::new(),
            regions: Vec::new(),
            organizations: Vec::new(),
        };
        for (name, text) in seed.files() {
            let file: Value = serde_json::from_str(text).expect("the seed is JSON");
            let text_of = |record: &Value, member: &str| record[member].as_str().map(str::to_owned);
            if name.starts_with("sites/") {
                let records = file.as_array().into_iter().flatten();
                places.points.extend(records.filter_map(point));
            } else if name == "regions.geojson" {
                let records = file["features"].as_array().into_iter().flatten();
                let codes = records.filter_map(|record| text_of(&record["properties"], "code"));
                places.regions.extend(codes);
            } else if name == "organizations.json" {
                let records = file.as_array().into_iter().flatten();
                let listed = records.filter(|record| record["listed"] == json!(true));
                let ids = listed.filter_map(|record| text_of(record, "id"));
                places.organizations.extend(ids);
            }
        }
        places
    }

    /// The files of the seed that have regions and organizations, and no sites.
    pub fn seed() -> Seed {
        let seed = Seed::compiled_in();
        let wanted = ["organizations.json", "regions.geojson", "sources.json"];
        let files = seed.files().filter(|(name, _)| wanted.contains(name));
        Seed::of(files.map(|(name, text)| (name, text.to_owned())))
    }

    /// A place near a real one: mostly in its village, some in its valley, and one in ten at the very point of it, since
    /// many sites carry the coordinates of their village.
    pub fn near_a_real_one(&self, random: &mut Random) -> [f64; 2] {
        let (lon, lat) = self.points[random.below(self.points.len())];
        let spread = match random.below(10) {
            0 => return [lon, lat],
            1..7 => 0.02,
            _ => 0.08,
        };
        let five_decimals = |degrees: f64| (degrees * 1e5).round() / 1e5;
        [
            five_decimals(lon + random.bell() * spread * 1.3),
            five_decimals(lat + random.bell() * spread),
        ]
    }
}

fn point(record: &Value) -> Option<(f64, f64)> {
    let position = &record["geometry"]["coordinates"];
    Some((position[0].as_f64()?, position[1].as_f64()?))
}
