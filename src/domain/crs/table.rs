//! The table of systems: how each is called, and how its coordinates are to be read.

use super::transverse_mercator::TransverseMercator;
use crate::domain::{Wrong, shortened};

/// A system in which coordinates are given or taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Crs {
    /// Longitude and latitude on WGS 84, in degrees: in which everything is kept.
    #[default]
    Crs84,
    /// The same with a height. Only taken, and the height is dropped: nothing here has one that could be given.
    Crs84h,
    /// WGS 84: latitude and longitude, in degrees.
    Epsg4326,
    /// WGS 84 / Pseudo-Mercator, of the maps of the web: easting and northing, in metres at the equator only.
    Epsg3857,
    /// WGS 84 / UTM zone 38N: easting and northing, in metres.
    Epsg32638,
    /// WGS 84 / UTM zone 39N: easting and northing, in metres.
    Epsg32639,
    /// Pulkovo 1942 / Gauss-Kruger zone 8: northing and easting, in metres, the number of the zone before the easting.
    Epsg28408,
    /// Pulkovo 1942 / Gauss-Kruger 8N: the same without the number of the zone. EPSG calls it deprecated, in favour of
    /// 2498, which is the same; what was surveyed in it bears its number.
    Epsg28468,
}

/// What is known of a system.
pub(super) struct Row {
    authority: &'static str,
    version: &'static str,
    code: &'static str,
    /// The names of its two coordinates, in the order of the authority.
    pub(super) axes: [&'static str; 2],
    pub(super) method: Method,
    /// Where it is used: west, south, east and north, in degrees.
    ///
    /// Of a zone, what EPSG says, and 6 degrees on either side and to the south, since data reach over the edge of their
    /// zone: the working area does. It is what tells northing from easting: exchanged, they lie elsewhere.
    pub(super) area: [f64; 4],
}

/// How a position becomes coordinates.
pub(super) enum Method {
    /// Longitude and latitude as they are.
    LonLat,
    /// Latitude and longitude.
    LatLon,
    /// Mercator on a sphere.
    WebMercator,
    /// Transverse Mercator on WGS 84, easting first.
    Utm(TransverseMercator),
    /// Transverse Mercator on Pulkovo 1942, northing first.
    GaussKruger(TransverseMercator),
}

const WORLD: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];

const EASTING_FIRST: [&str; 2] = ["easting", "northing"];
const NORTHING_FIRST: [&str; 2] = ["northing", "easting"];

const fn epsg(code: &'static str, axes: [&'static str; 2], method: Method, area: [f64; 4]) -> Row {
    Row {
        authority: "EPSG",
        version: "0",
        code,
        axes,
        method,
        area,
    }
}

static CRS84: Row = Row {
    authority: "OGC",
    version: "1.3",
    code: "CRS84",
    axes: ["longitude", "latitude"],
    method: Method::LonLat,
    area: WORLD,
};

static CRS84H: Row = Row {
    authority: "OGC",
    version: "0",
    code: "CRS84h",
    axes: ["longitude", "latitude"],
    method: Method::LonLat,
    area: WORLD,
};

static EPSG_4326: Row = epsg("4326", ["latitude", "longitude"], Method::LatLon, WORLD);

static EPSG_3857: Row = epsg(
    "3857",
    EASTING_FIRST,
    Method::WebMercator,
    [-180.0, -85.06, 180.0, 85.06],
);

static EPSG_32638: Row = epsg(
    "32638",
    EASTING_FIRST,
    Method::Utm(TransverseMercator::utm(45.0)),
    [36.0, -6.0, 54.0, 84.0],
);

static EPSG_32639: Row = epsg(
    "32639",
    EASTING_FIRST,
    Method::Utm(TransverseMercator::utm(51.0)),
    [42.0, -6.0, 60.0, 84.0],
);

static EPSG_28408: Row = epsg(
    "28408",
    NORTHING_FIRST,
    Method::GaussKruger(TransverseMercator::gauss_kruger(45.0, 8_500_000.0)),
    [36.0, 32.84, 54.01, 80.91],
);

static EPSG_28468: Row = epsg(
    "28468",
    NORTHING_FIRST,
    Method::GaussKruger(TransverseMercator::gauss_kruger(45.0, 500_000.0)),
    [36.0, 32.84, 54.01, 80.91],
);

impl Crs {
    /// All that are taken, the default first.
    pub const ALL: [Crs; 8] = [
        Crs::Crs84,
        Crs::Crs84h,
        Crs::Epsg4326,
        Crs::Epsg3857,
        Crs::Epsg32638,
        Crs::Epsg32639,
        Crs::Epsg28408,
        Crs::Epsg28468,
    ];

    pub(super) const fn row(self) -> &'static Row {
        match self {
            Crs::Crs84 => &CRS84,
            Crs::Crs84h => &CRS84H,
            Crs::Epsg4326 => &EPSG_4326,
            Crs::Epsg3857 => &EPSG_3857,
            Crs::Epsg32638 => &EPSG_32638,
            Crs::Epsg32639 => &EPSG_32639,
            Crs::Epsg28408 => &EPSG_28408,
            Crs::Epsg28468 => &EPSG_28468,
        }
    }

    /// Whether coordinates are given in it, and not only taken.
    pub const fn is_given(self) -> bool {
        !matches!(self, Crs::Crs84h)
    }

    /// Those in which coordinates are given, the default first.
    pub fn given() -> impl Iterator<Item = Crs> + Clone {
        Crs::ALL.into_iter().filter(|crs| crs.is_given())
    }

    /// Its URI (Features Part 2, 6.1).
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// assert_eq!(Crs::Epsg4326.uri(), "http://www.opengis.net/def/crs/EPSG/0/4326");
    /// ```
    pub fn uri(self) -> String {
        let Row {
            authority,
            version,
            code,
            ..
        } = self.row();
        format!("http://www.opengis.net/def/crs/{authority}/{version}/{code}")
    }

    /// The system that a text names: by its URI, with `http` or `https`, by its URN, or as a safe CURIE. The version 0 of
    /// an authority stands for any.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// assert_eq!(Crs::parse("urn:ogc:def:crs:EPSG::3857"), Ok(Crs::Epsg3857));
    /// assert!(Crs::parse("http://www.opengis.net/def/crs/0/unsupported").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Crs, Wrong> {
        Crs::named(text, Crs::ALL.into_iter())
    }

    /// The same of those in which coordinates are given.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// assert_eq!(Crs::parse_given("[EPSG:4326]"), Ok(Crs::Epsg4326));
    /// assert!(Crs::parse_given("[OGC:CRS84h]").is_err());
    /// ```
    pub fn parse_given(text: &str) -> Result<Crs, Wrong> {
        let crs = Crs::named(text, Crs::given());
        if crs.is_err() && Crs::parse(text).is_ok() {
            return Err(Wrong(format!(
                "no geometry here has a height: ask for {}",
                Crs::Crs84.uri()
            )));
        }
        crs
    }

    fn named(text: &str, mut known: impl Iterator<Item = Crs> + Clone) -> Result<Crs, Wrong> {
        let all = known.clone();
        let found = parts(text).and_then(|(authority, version, code)| {
            known.find(|crs| {
                let row = crs.row();
                (row.authority, row.code) == (authority, code)
                    && version.is_none_or(|version| version == "0" || version == row.version)
            })
        });
        found.ok_or_else(|| {
            // Whoever writes the code alone means the system of that code.
            let meant = all.clone().find(|crs| {
                let (_, code) = text.rsplit_once(':').unwrap_or(("", text));
                code.eq_ignore_ascii_case(crs.row().code)
            });
            let meant =
                meant.map_or_else(String::new, |crs| format!("; did you mean {}?", crs.uri()));
            let all: Vec<_> = all.map(Crs::uri).collect();
            Wrong(format!(
                "\"{text}\" is not one of {}{meant}",
                all.join(", "),
                text = shortened(text)
            ))
        })
    }
}

/// The authority, the version where one is named, and the code.
fn parts(text: &str) -> Option<(&str, Option<&str>, &str)> {
    if let Some(curie) = text.strip_prefix('[') {
        let (authority, code) = curie.strip_suffix(']')?.split_once(':')?;
        return Some((authority, None, code));
    }
    let (rest, between) = if let Some(rest) = text.strip_prefix("urn:ogc:def:crs:") {
        (rest, ':')
    } else {
        let rest = text.strip_prefix("http")?;
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        (rest.strip_prefix("://www.opengis.net/def/crs/")?, '/')
    };
    let (authority, rest) = rest.split_once(between)?;
    let (version, code) = rest.split_once(between)?;
    // Only in a URN may it be left out.
    let version = (between == '/' || !version.is_empty()).then_some(version);
    Some((authority, version, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_is_known_by_every_spelling_of_its_name() {
        for crs in Crs::ALL {
            let Row {
                authority, code, ..
            } = crs.row();
            for text in [
                crs.uri(),
                crs.uri().replace("http", "https"),
                format!("http://www.opengis.net/def/crs/{authority}/0/{code}"),
                format!("urn:ogc:def:crs:{authority}::{code}"),
                format!("urn:ogc:def:crs:{authority}:0:{code}"),
                format!("[{authority}:{code}]"),
            ] {
                assert_eq!(Crs::parse(&text), Ok(crs), "{text}");
            }
        }
        let curie = "urn:ogc:def:crs:OGC:1.3:CRS84";
        assert_eq!(Crs::parse(curie), Ok(Crs::Crs84));
    }

    #[test]
    fn what_names_no_system_is_told_those_there_are() {
        for text in [
            "",
            "4326",
            "EPSG:4326",
            "[EPSG:4326",
            "[EPSG:28409]",
            "[OGC:4326]",
            "epsg/0/4326",
            "http://www.opengis.net/def/crs/0/unsupported",
            "http://www.opengis.net/def/crs/EPSG/9.9/4326",
            "http://www.opengis.net/def/crs/EPSG//4326",
            "http://www.opengis.net/def/crs/EPSG/0/4326/",
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84h",
            "ftp://www.opengis.net/def/crs/EPSG/0/4326",
            "urn:ogc:def:crs:EPSG:4326",
            "http://www.opengis.net/def/crs/EPSG/0/４326",
        ] {
            let wrong = Crs::parse(text).unwrap_err();
            let codes = [
                "4326",
                "EPSG:4326",
                "[EPSG:4326",
                "urn:ogc:def:crs:EPSG:4326",
            ];
            let hint = "; did you mean http://www.opengis.net/def/crs/EPSG/0/4326?";
            assert_eq!(wrong.0.ends_with(hint), codes.contains(&text), "{wrong}");
            let begin =
                format!("\"{text}\" is not one of http://www.opengis.net/def/crs/OGC/1.3/CRS84, ");
            assert!(wrong.0.starts_with(&begin), "{wrong}");
        }
    }

    #[test]
    fn a_height_is_taken_and_never_given() {
        let given: Vec<_> = Crs::given().collect();
        assert_eq!(given.len(), Crs::ALL.len() - 1);
        let uri = Crs::Crs84h.uri();
        assert_eq!(Crs::parse(&uri), Ok(Crs::Crs84h));
        let told =
            "no geometry here has a height: ask for http://www.opengis.net/def/crs/OGC/1.3/CRS84";
        assert_eq!(Crs::parse_given(&uri), Err(Wrong(told.to_owned())));
        assert!(!Crs::parse_given("x").unwrap_err().0.contains("CRS84h"));
    }
}
