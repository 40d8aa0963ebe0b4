//! A question in a form that each way can put into its own words.

use heritage_registry::domain::LonLat;

/// A question about sites.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Only sites with a geometry that intersects it: west, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// Only sites with these values.
    pub equal: Vec<(&'static str, &'static str)>,
    /// Only sites whose time intersects these years.
    pub years: Option<(i32, i32)>,
    /// Only sites so near, in metres; the nearest first.
    pub near: Option<(LonLat, f64)>,
    /// In the order of the earliest year instead of that of ids.
    pub by_year: bool,
    /// Only what comes after this one.
    pub after: Option<After>,
    /// At most so many.
    pub limit: usize,
}

/// Where the page before ended.
#[derive(Clone, Debug)]
pub struct After {
    /// As the registry says it.
    pub cursor: String,
    /// The earliest year of the last site, `None` if it has none.
    pub year: Option<i64>,
    /// Its id.
    pub id: String,
}

impl Question {
    /// As the query string of a request for items.
    pub fn query_string(&self) -> String {
        let mut parts = vec![format!("limit={}", self.limit)];
        if let Some([west, south, east, north]) = self.bbox {
            parts.push(format!("located=true&bbox={west},{south},{east},{north}"));
        }
        for (name, value) in &self.equal {
            parts.push(format!("{name}={value}"));
        }
        if let Some((first, last)) = self.years {
            parts.push(format!("datetime={first:04}-01-01/{last:04}-12-31"));
        }
        if let Some((centre, radius)) = self.near {
            parts.push(format!(
                "near={},{}&radius={radius}",
                centre.lon(),
                centre.lat()
            ));
        }
        if self.by_year {
            parts.push("sortby=earliest_year".to_owned());
        }
        if let Some(after) = &self.after {
            parts.push(format!("cursor={}", after.cursor));
        }
        parts.join("&")
    }
}
