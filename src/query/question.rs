//! A question, whole.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::column::{columns, parse_equalities};
use super::cql2::Term;
use super::filtering::{Outlines, parse_filter};
use super::order::parse_sort;
use super::place::{parse_bbox, parse_near};
use super::selection::parse_selection;
use super::{Equality, FreeText, Key, Lead, Near, Parameters, Selection, SortKey, Times, value};
use crate::domain::{Audience, Layer, Window, Wrong, properties, shortened};

/// Most features of a page.
pub const LIMIT_MAX: usize = 10_000;
/// Features of a page where the request says nothing.
pub const LIMIT_DEFAULT: usize = 100;
/// Most features that a page may pass over.
pub const OFFSET_MAX: usize = 10_000;

/// Which features, in which order, which page.
#[derive(Clone, Debug)]
pub struct Query {
    /// Features that intersect it, boundary included; those without a geometry match too (Features Part 1, 7.15.3).
    pub bbox: Option<Window>,
    /// Only features that have a geometry.
    pub located: bool,
    /// Features whose time intersects it; those without a time match too (Features Part 1, 7.15.4).
    pub datetime: Option<Times>,
    /// Only features in the region with this code.
    pub region: Option<String>,
    /// Only features near a point; nearest first, unless `sort` says otherwise.
    pub near: Option<Near>,
    /// Only features with a name that fits; the best fitting first, unless `near` or `sort` says otherwise.
    pub text: Option<FreeText>,
    /// Only features with these values.
    pub equalities: Vec<Equality>,
    /// Only features for which it is true.
    pub condition: Option<Arc<Term>>,
    /// The order; then by id.
    pub sort: Vec<SortKey>,
    /// At most so many.
    pub limit: NonZeroUsize,
    /// So many at the beginning are passed over; 0 where `page` says where to begin.
    pub offset: usize,
    /// Where the page begins or ends.
    pub page: Option<Key>,
    /// Only the number of features is asked for.
    pub count_only: bool,
    /// The properties wanted; `None` for all.
    pub selection: Option<Selection>,
}

/// The parameters of `items` beside those named like properties, with those that only some layers have.
pub fn parameter_names(layer: impl Into<Layer>) -> Vec<&'static str> {
    let layer = layer.into();
    let mut names = vec![
        "bbox",
        "bbox-crs",
        "bom",
        "crs",
        "cursor",
        "datetime",
        "f",
        "filter",
        "filter-crs",
        "filter-lang",
        "geometry-format",
        "lang",
        "limit",
        "located",
        "near",
        "offset",
        "properties",
        "radius",
        "resultType",
        "sortby",
    ];
    if layer.ours().is_some() {
        names.push("as_of");
    }
    if has(layer, "region_codes") {
        names.push("region");
    }
    if has_names(layer) {
        names.push("q");
    }
    names.sort_unstable();
    names
}

/// Whether features of a layer have names, and are found by them: a property of a file is a text like any other.
pub fn has_names(layer: impl Into<Layer>) -> bool {
    has(layer.into(), "name")
}

fn has(layer: Layer, name: &str) -> bool {
    let properties = properties(layer, Audience::Public);
    layer.ours().is_some() && properties.iter().any(|property| property.name == name)
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
    ///
    /// Whoever knows regions uses [`Query::parse_among`]: here, a filter that names one names none that there is.
    pub fn parse(
        layer: impl Into<Layer>,
        audience: Audience,
        parameters: &mut Parameters,
    ) -> Query {
        let none = |code: &str| {
            Err(Wrong(format!(
                "there is no region \"{code}\"",
                code = shortened(code)
            )))
        };
        Query::parse_among(&none, layer, audience, parameters)
    }

    /// The same where a filter may name these regions.
    pub fn parse_among(
        regions: Outlines<'_>,
        layer: impl Into<Layer>,
        audience: Audience,
        parameters: &mut Parameters,
    ) -> Query {
        let layer = layer.into();
        let columns = columns(layer, audience);
        let near = parse_near(parameters);
        let sort = parameters
            .take("sortby", |text| parse_sort(text, &columns))
            .unwrap_or_default();
        let limit = parameters
            .take("limit", parse_limit)
            .or_else(|| NonZeroUsize::new(LIMIT_DEFAULT));
        let text = if has_names(layer) {
            parameters.take("q", FreeText::parse)
        } else {
            None
        };
        let lead = lead(&sort, near, text.as_ref());
        let page = parameters.take("cursor", |text| Key::parse(text, &sort, lead));
        let offset = parameters.take("offset", parse_offset);
        if parameters.has("offset") && parameters.has("cursor") {
            for (name, other) in [("cursor", "offset"), ("offset", "cursor")] {
                let detail = format!("does not stand beside {other}: a page begins at one of them");
                parameters.fault(name, detail);
            }
        }
        Query {
            bbox: parse_bbox(parameters),
            located: parameters
                .take("located", value::boolean)
                .unwrap_or_default(),
            datetime: parameters.take("datetime", Times::parse),
            region: if has(layer, "region_codes") {
                parameters.take("region", |text| Ok(text.to_owned()))
            } else {
                None
            },
            near,
            text,
            sort,
            limit: limit.expect("the default is not zero"),
            offset: offset.unwrap_or_default(),
            page,
            count_only: parameters
                .take("resultType", parse_result_type)
                .unwrap_or_default(),
            selection: parameters.take("properties", |text| parse_selection(text, layer, &columns)),
            equalities: parse_equalities(parameters, layer, &columns),
            condition: parse_filter(layer, regions, &columns, parameters),
        }
    }

    /// Whether it leaves features out that have a geometry.
    pub fn is_selective(&self) -> bool {
        let has_radius = self.near.is_some_and(|near| near.radius.is_some());
        let has_condition = !self.equalities.is_empty() || self.condition.is_some();
        let has_place = self.bbox.is_some() || self.region.is_some() || has_radius;
        has_condition || has_place || self.datetime.is_some() || self.text.is_some()
    }

    /// What orders the features before their ids, if no property does.
    pub fn lead(&self) -> Option<Lead> {
        lead(&self.sort, self.near, self.text.as_ref())
    }

    /// Whether the nearest come first.
    pub fn by_distance(&self) -> bool {
        self.lead() == Some(Lead::Distance)
    }
}

fn lead(sort: &[SortKey], near: Option<Near>, text: Option<&FreeText>) -> Option<Lead> {
    if !sort.is_empty() {
        return None;
    }
    let by_distance = near.map(|_| Lead::Distance);
    by_distance.or(text.map(|_| Lead::Tier))
}

pub(super) fn parse_limit(text: &str) -> Result<NonZeroUsize, Wrong> {
    // Above the maximum is not an error (Features Part 1, 7.15.2): the maximum is used.
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits {
        text.parse().unwrap_or(LIMIT_MAX)
    } else {
        0
    };
    NonZeroUsize::new(number.min(LIMIT_MAX)).ok_or_else(|| {
        Wrong(format!(
            "limit is a whole number from 1 to {LIMIT_MAX}, not \"{text}\"",
            text = shortened(text)
        ))
    })
}

fn parse_offset(text: &str) -> Result<usize, Wrong> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let offset = text
        .parse()
        .ok()
        .filter(|offset| digits && *offset <= OFFSET_MAX);
    offset.ok_or_else(|| {
        Wrong(format!(
            "offset is a whole number from 0 to {OFFSET_MAX}, not \"{text}\"; beyond, follow the links next", text = shortened(text)))
    })
}

fn parse_result_type(text: &str) -> Result<bool, Wrong> {
    match text {
        "results" => Ok(false),
        "hits" => Ok(true),
        _ => Err(Wrong(format!(
            "resultType is results or hits, not \"{text}\"",
            text = shortened(text)
        ))),
    }
}
