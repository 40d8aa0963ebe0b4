//! The question: which features of a collection, in which order, which page. Parses parameters and checks them against
//! the table of properties; all faults are listed. Answers nothing: that is the catalogue's.
//!
//! Start at [`Query::parse`].

mod datetime;
mod key;
mod parameters;
mod value;

pub use datetime::Times;
pub(crate) use key::order as key_order;
pub use key::{Key, Side};
pub use parameters::{Parameters, pairs};

use std::num::NonZeroUsize;

use crate::domain::{
    Audience, Bbox, Collection, Fault, LonLat, Metres, Property, Value, Wrong, properties,
};

/// Most features of a page.
pub const LIMIT_MAX: usize = 10_000;
/// Features of a page where the request says nothing.
pub const LIMIT_DEFAULT: usize = 100;
/// The longest radius, in metres: farther than anything of the region is from anything else.
pub const RADIUS_MAX_M: f64 = 1_000_000.0;

/// Which features, in which order, which page.
#[derive(Clone, Debug)]
pub struct Query {
    /// Features that intersect it, boundary included; those without a geometry match too (Features Part 1, 7.15.3).
    pub bbox: Option<Bbox>,
    /// Only features that have a geometry.
    pub located: bool,
    /// Features whose time intersects it; those without a time match too (Features Part 1, 7.15.4).
    pub datetime: Option<Times>,
    /// Only features in the region with this code.
    pub region: Option<String>,
    /// Only features near a point; nearest first, unless `sort` says otherwise.
    pub near: Option<Near>,
    /// Only features with these values.
    pub filters: Vec<Filter>,
    /// The order; then by id.
    pub sort: Vec<SortKey>,
    /// At most so many.
    pub limit: NonZeroUsize,
    /// Where the page begins or ends.
    pub page: Option<Key>,
    /// Only the number of features is asked for.
    pub count_only: bool,
    /// The properties wanted; `None` for all.
    pub selection: Option<Selection>,
}

/// A point, and how far from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The point.
    pub centre: LonLat,
    /// How far, to the nearest point of the geometry; any distance where `None`.
    pub radius: Option<Metres>,
}

/// A property, by its place among the values of a feature.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its place among the properties that the audience may be shown.
    pub index: usize,
    /// What is known of it.
    pub property: &'static Property,
}

/// A value that a property must have: a concept holds its narrower ones, a list holds the value.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The property.
    pub column: Column,
    /// The value.
    pub value: Value,
}

impl Filter {
    /// Whether a value of the property is the one wanted.
    pub fn holds(&self, value: &Value) -> bool {
        match (value, &self.value) {
            (Value::Null, _) => false,
            (Value::Concept(concept), Value::Concept(wanted)) => concept.is_within(*wanted),
            (Value::Concepts(concepts), Value::Concept(wanted)) => {
                concepts.iter().any(|one| one.is_within(*wanted))
            }
            (Value::Texts(texts), Value::Text(wanted)) => texts.contains(wanted),
            (value, wanted) => value.order(wanted).is_eq(),
        }
    }
}

/// A property to order by.
#[derive(Clone, Copy, Debug)]
pub struct SortKey {
    /// The property.
    pub column: Column,
    /// Greatest first. Features without a value come last either way.
    pub descending: bool,
}

/// The parts of a feature that are wanted.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Whether the geometry is.
    pub geometry: bool,
    /// The properties, by their place, in the order of the table.
    pub columns: Vec<usize>,
}

/// The parameters of `items` beside those named like properties, with those that only some collections have.
pub fn parameter_names(collection: Collection) -> Vec<&'static str> {
    let mut names = vec![
        "bbox",
        "cursor",
        "datetime",
        "f",
        "lang",
        "limit",
        "located",
        "near",
        "properties",
        "radius",
        "resultType",
        "sortby",
    ];
    if has_regions(collection) {
        names.push("region");
    }
    names
}

fn has_regions(collection: Collection) -> bool {
    properties(collection, Audience::Public)
        .iter()
        .any(|property| property.name == "region_codes")
}

impl Query {
    /// Takes its parameters out of `parameters`; what is wrong with them is noted there.
    ///
    /// ```
    /// use heritage_registry::domain::{Audience, Collection};
    /// use heritage_registry::query::{Parameters, Query};
    /// let mut asked = Parameters::parse("bbox=46.7,39.7,46.8,39.8&condition=destroyed&sortby=-condition_observed_on");
    /// let query = Query::parse(Collection::Sites, Audience::Public, &mut asked);
    /// asked.finish(&["bbox", "sortby"])?;
    /// assert!(query.bbox.is_some() && query.sort[0].descending);
    /// # Ok::<_, heritage_registry::domain::Faults>(())
    /// ```
    pub fn parse(collection: Collection, audience: Audience, parameters: &mut Parameters) -> Query {
        let columns = columns(collection, audience);
        let near = parse_near(parameters);
        let sort = parameters
            .take("sortby", |text| parse_sort(text, &columns))
            .unwrap_or_default();
        let limit = parameters
            .take("limit", parse_limit)
            .or_else(|| NonZeroUsize::new(LIMIT_DEFAULT));
        let by_distance = near.is_some() && sort.is_empty();
        let page = parameters.take("cursor", |text| Key::parse(text, &sort, by_distance));
        Query {
            bbox: parameters.take("bbox", parse_bbox),
            located: parameters
                .take("located", value::boolean)
                .unwrap_or_default(),
            datetime: parameters.take("datetime", Times::parse),
            region: if has_regions(collection) {
                parameters.take("region", |text| Ok(text.to_owned()))
            } else {
                None
            },
            near,
            sort,
            limit: limit.expect("the default is not zero"),
            page,
            count_only: parameters
                .take("resultType", parse_result_type)
                .unwrap_or_default(),
            selection: parameters.take("properties", |text| parse_selection(text, &columns)),
            filters: parse_filters(parameters, &columns),
        }
    }

    /// Whether the nearest come first.
    pub fn by_distance(&self) -> bool {
        self.near.is_some() && self.sort.is_empty()
    }
}

fn columns(collection: Collection, audience: Audience) -> Vec<Column> {
    let all = properties(collection, audience).into_iter().enumerate();
    all.map(|(index, property)| Column { index, property })
        .collect()
}

fn parse_filters(parameters: &mut Parameters, columns: &[Column]) -> Vec<Filter> {
    let simple = columns
        .iter()
        .filter(|column| column.property.kind.is_simple());
    let filters = simple.filter_map(|column| {
        let value = parameters.take(column.property.name, |text| {
            value::parse(column.property.kind, text)
        })?;
        Some(Filter {
            column: *column,
            value,
        })
    });
    filters.collect()
}

fn parse_bbox(text: &str) -> Result<Bbox, Wrong> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(value::number)
        .collect::<Result<_, _>>()?;
    // Heights filter only geometries that have one (Features Part 1, 7.15.3), and none of ours has.
    let (west, south, east, north) = match numbers.as_slice() {
        [west, south, east, north] => (*west, *south, *east, *north),
        [west, south, low, east, north, high] if low <= high => (*west, *south, *east, *north),
        [_, _, low, _, _, high] => {
            return Err(Wrong(format!(
                "the lower height {low} is above the upper height {high}"
            )));
        }
        other => {
            let count = other.len();
            return Err(Wrong(format!(
                "a box has 4 numbers, west,south,east,north, or 6 with heights, not {count}"
            )));
        }
    };
    Bbox::new(west, south, east, north)
}

fn parse_near(parameters: &mut Parameters) -> Option<Near> {
    let centre = parameters.take("near", |text| {
        match text.split(',').collect::<Vec<_>>().as_slice() {
            [lon, lat] => LonLat::new(value::number(lon)?, value::number(lat)?),
            _ => Err(Wrong(format!(
                "a point is lon,lat, as 46.75,39.76, not \"{text}\""
            ))),
        }
    });
    let has_radius = parameters.has("radius");
    let radius = parameters.take("radius", |text| {
        let metres = value::number(text)?;
        let fits = metres > 0.0 && metres <= RADIUS_MAX_M;
        Metres::new(metres).filter(|_| fits).ok_or_else(|| {
            Wrong(format!(
                "radius is in metres, above 0 and up to {RADIUS_MAX_M}, not \"{text}\""
            ))
        })
    });
    if has_radius && !parameters.has("near") {
        parameters.fault("radius", "goes with near=lon,lat");
    }
    Some(Near {
        centre: centre?,
        radius,
    })
}

fn parse_limit(text: &str) -> Result<NonZeroUsize, Wrong> {
    // Above the maximum is not an error (Features Part 1, 7.15.2): the maximum is used.
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits {
        text.parse().unwrap_or(LIMIT_MAX)
    } else {
        0
    };
    NonZeroUsize::new(number.min(LIMIT_MAX)).ok_or_else(|| {
        Wrong(format!(
            "limit is a whole number from 1 to {LIMIT_MAX}, not \"{text}\""
        ))
    })
}

fn parse_result_type(text: &str) -> Result<bool, Wrong> {
    match text {
        "results" => Ok(false),
        "hits" => Ok(true),
        _ => Err(Wrong(format!(
            "resultType is results or hits, not \"{text}\""
        ))),
    }
}

fn parse_sort(text: &str, columns: &[Column]) -> Result<Vec<SortKey>, Wrong> {
    let mut sort: Vec<SortKey> = Vec::new();
    for part in text.split(',') {
        // A plus that was not percent-encoded arrives as a space.
        let (name, descending) = match part.strip_prefix('-') {
            Some(name) => (name, true),
            None => (part.strip_prefix(['+', ' ']).unwrap_or(part), false),
        };
        let sortable = || {
            columns
                .iter()
                .filter(|column| column.property.kind.is_sortable())
        };
        let Some(column) = sortable().find(|column| column.property.name == name) else {
            let names: Vec<_> = sortable().map(|column| column.property.name).collect();
            return Err(Wrong(format!(
                "\"{name}\" is nothing to sort by: it is one of {}",
                names.join(", ")
            )));
        };
        if sort.iter().any(|key| key.column.property.name == name) {
            return Err(Wrong(format!("sorts by {name} twice")));
        }
        sort.push(SortKey {
            column: *column,
            descending,
        });
    }
    Ok(sort)
}

fn parse_selection(text: &str, columns: &[Column]) -> Result<Selection, Wrong> {
    let wanted: Vec<&str> = text.split(',').collect();
    let is_known = |name: &str| {
        name == "geometry" || columns.iter().any(|column| column.property.name == name)
    };
    if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
        let names: Vec<_> = columns.iter().map(|column| column.property.name).collect();
        return Err(Wrong(format!(
            "\"{unknown}\" is not a property: they are geometry, {}",
            names.join(", ")
        )));
    }
    let chosen = columns
        .iter()
        .filter(|column| wanted.contains(&column.property.name));
    Ok(Selection {
        geometry: wanted.contains(&"geometry"),
        columns: chosen.map(|column| column.index).collect(),
    })
}

/// A fault of a parameter.
fn fault(parameter: &str, detail: impl Into<String>) -> Fault {
    Fault {
        place: parameter.to_owned(),
        detail: detail.into(),
    }
}
