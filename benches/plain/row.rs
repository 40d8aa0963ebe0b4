//! What the plain ways keep of a site: what is asked, in columns, and the finished feature.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A year before and after all others: where a time is open, and where a site has no year to sort by.
pub const OPEN: i64 = 100_000_000;

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    /// West, south, east, north. Every geometry that the public sees is a point or such a box.
    pub extent: Option<[f64; 4]>,
    /// Its geometry as GeoJSON.
    pub geometry: Option<String>,
    pub site_type: Option<String>,
    pub location_method: Option<String>,
    /// The first and last year; [`OPEN`] where unknown.
    pub years: (i64, i64),
    /// The first year to sort by; unknown ones come last.
    pub year: i64,
    /// The feature.
    pub feature: String,
}

/// The rows of a page that ours gave, and its time stamp.
pub fn rows(page: &[u8]) -> (Vec<Row>, String) {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        features: Vec<&'a RawValue>,
        #[serde(rename = "timeStamp")]
        stamp: String,
    }
    let page: Page<'_> = serde_json::from_slice(page).expect("ours gives JSON");
    let rows = page.features.iter().map(|feature| Row::of(feature.get()));
    (rows.collect(), page.stamp)
}

impl Row {
    fn of(text: &str) -> Row {
        let feature: Value = serde_json::from_str(text).expect("ours gives JSON");
        let property = |name: &str| &feature["properties"][name];
        let word = |name: &str| property(name).as_str().map(str::to_owned);
        let (first, last) = (
            property("earliest_year").as_i64(),
            property("latest_year").as_i64(),
        );
        let geometry = Some(&feature["geometry"]).filter(|geometry| !geometry.is_null());
        Row {
            id: feature["id"].as_str().expect("ids are texts").to_owned(),
            extent: geometry.map(|geometry| extent(&geometry["coordinates"])),
            geometry: geometry.map(Value::to_string),
            site_type: word("site_type"),
            location_method: word("location_method"),
            years: (first.unwrap_or(-OPEN), last.unwrap_or(OPEN)),
            year: first.unwrap_or(OPEN),
            feature: text.to_owned(),
        }
    }
}

fn extent(coordinates: &Value) -> [f64; 4] {
    match coordinates.as_array().map(Vec::as_slice) {
        Some([Value::Number(lon), Value::Number(lat), ..]) => {
            let (lon, lat) = (lon.as_f64(), lat.as_f64());
            let (lon, lat) = lon.zip(lat).expect("degrees are finite");
            [lon, lat, lon, lat]
        }
        Some(parts) => parts
            .iter()
            .map(extent)
            .reduce(|[w, s, e, n], [west, south, east, north]| {
                [w.min(west), s.min(south), e.max(east), n.max(north)]
            })
            .expect("no geometry is empty"),
        None => unreachable!("coordinates are lists"),
    }
}
