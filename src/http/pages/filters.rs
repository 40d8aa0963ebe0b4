//! The form above a list: what can be chosen, with what was chosen in it. It sends nothing but parameters of the API.

use serde_json::{Value, json};

use super::frame::Frame;
use super::lookup::Lookup;
use super::texts::say;
use crate::domain::{Collection, Concept, Day, Scheme};
use crate::query::pairs;

/// A field.
enum Field {
    /// Words of a name.
    Name,
    /// A region.
    Region,
    /// A concept of a scheme, in the order of the scheme.
    Concept(&'static str, Scheme, &'static str),
    /// One of a scheme whose order says nothing: by their ids.
    Unordered(&'static str, Scheme, &'static str),
    /// A year since which something was observed; a filter that says so of a year.
    Since(fn(i64) -> String),
    /// The day that is looked back to.
    Day,
}

/// The fields for a collection.
fn fields(collection: Collection) -> Vec<Field> {
    let condition = Field::Concept("condition", Scheme::Condition, "list.condition");
    match collection {
        Collection::Sites => vec![
            Field::Name,
            Field::Region,
            Field::Concept("site_type", Scheme::SiteType, "list.type"),
            Field::Concept("period", Scheme::Period, "list.period"),
            condition,
            Field::Unordered("traditions", Scheme::Tradition, "list.tradition"),
            Field::Since(|year| {
                format!("NOT T_BEFORE(condition_observed_on,DATE('{year}-01-01'))")
            }),
            Field::Day,
        ],
        Collection::ConditionReports => vec![
            Field::Region,
            condition,
            Field::Concept("damage_severity", Scheme::DamageSeverity, "list.severity"),
            Field::Concept("method", Scheme::Method, "list.method"),
            Field::Since(|year| format!("observed_end>=DATE('{year}-01-01')")),
            Field::Day,
        ],
        Collection::Organizations => vec![
            Field::Name,
            Field::Unordered("kind", Scheme::OrganizationKind, "list.kind"),
        ],
        Collection::Regions => vec![
            Field::Name,
            Field::Unordered("kind", Scheme::RegionKind, "list.kind"),
        ],
    }
}

/// So many years back something can have been observed.
const YEARS: [i64; 7] = [0, 1, 2, 3, 5, 10, 20];

/// What decides where a page begins; another question begins at the first one.
const OF_PAGES: [&str; 2] = ["cursor", "offset"];

/// The form for a collection, whose answer is at a path.
pub(super) fn of(
    collection: Collection,
    path: &str,
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> Value {
    let asked: Vec<(String, String)> = pairs(frame.query());
    let fields: Vec<Value> = fields(collection)
        .iter()
        .filter_map(|field| shown(field, &asked, lookup, frame))
        .collect();
    let is_field = |name: &str| fields.iter().any(|field| field["name"] == name);
    let rest = asked.iter().filter(|(name, value)| {
        !is_field(name) && !OF_PAGES.contains(&name.as_str()) && !value.is_empty()
    });
    let rest: Vec<Value> = rest
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let kept = ["f", "lang", "limit"];
    let also = rest
        .iter()
        .filter(|one| !kept.iter().any(|name| one["name"] == *name));
    let also: Vec<Value> = also.cloned().collect();
    let is_text = |field: &Value| field["kind"] == "text";
    let has_text = fields.iter().any(is_text);
    let is_chosen = |field: &Value| !is_text(field) && field["value"] != "";
    // On a phone, what was not chosen would stand between the reader and what was found.
    let is_open = !has_text || fields.iter().any(is_chosen);
    json!({
        "action": frame.addresses().of_form(path),
        "all": path,
        "is_open": is_open,
        "fields": fields,
        "rest": rest,
        "also": also,
    })
}

/// A field as templates are shown it; `None` if what was asked for is not what it can show.
fn shown(
    field: &Field,
    asked: &[(String, String)],
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> Option<Value> {
    let lang = frame.lang;
    let given = |name: &str| {
        let found = asked
            .iter()
            .find(|(given, value)| given == name && !value.is_empty());
        found.map_or("", |(_, value)| value.as_str())
    };
    let option = |value: &str, text: &str, depth: usize| json!({ "value": value, "text": text, "depth": depth });
    let (name, key, mut options) = match field {
        Field::Name => {
            return Some(json!({
                "name": "q",
                "kind": "text",
                "label": say(lang, "list.name", &[]),
                "hint": say(lang, "list.name_hint", &[]),
                "value": given("q"),
            }));
        }
        Field::Region => {
            let regions = lookup.regions();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let options = regions
                .iter()
                .map(|one| option(&text(&one["code"]), &text(&one["text"]), 0));
            ("region", "list.region", options.collect::<Vec<_>>())
        }
        Field::Concept(name, scheme, key) => {
            let options = scheme
                .concepts()
                .map(|one| option(one.id(), one.label(lang), depth(one)));
            (*name, *key, options.collect())
        }
        Field::Unordered(name, scheme, key) => {
            let mut concepts: Vec<Concept> = scheme.concepts().collect();
            concepts.sort_by_key(|one| one.id());
            let options = concepts
                .iter()
                .map(|one| option(one.id(), one.label(lang), 0));
            (*name, *key, options.collect())
        }
        Field::Day => return day(given("as_of"), lookup, frame),
        Field::Since(filter) => {
            let newest = lookup.snapshot.changed_at();
            let newest = newest.map(|at| at.day().year());
            let years = newest
                .into_iter()
                .flat_map(|newest| YEARS.map(|back| newest - back));
            let options = years.map(|year| option(&filter(year), &year.to_string(), 0));
            ("filter", "list.since", options.collect())
        }
    };
    let value = given(name);
    // What was asked otherwise than by this form stays as it was asked.
    if !value.is_empty() && !options.iter().any(|one| one["value"] == value) {
        options.insert(0, option(value, &say(lang, "list.as_asked", &[]), 0));
    }
    Some(json!({
        "name": name,
        "kind": "choice",
        "label": say(lang, key, &[]),
        "value": value,
        "options": options,
    }))
}

/// The day that is looked back to, from the first on which anything was published to the last on which anything changed;
/// `None` where an instant is asked for that is no day.
fn day(asked: &str, lookup: &Lookup<'_>, frame: &Frame<'_>) -> Option<Value> {
    if !asked.is_empty() && Day::parse(asked).is_err() {
        return None;
    }
    let oldest = "sortby=published_at&limit=1&properties=published_at";
    let (oldest, _) = lookup.features(Collection::Sites, oldest);
    let oldest = oldest.first()?["properties"]["published_at"].as_str()?;
    Some(json!({
        "name": "as_of",
        "kind": "day",
        "label": say(frame.lang, "list.as_of", &[]),
        "value": asked,
        "min": oldest.split('T').next(),
        "max": frame.changed_at()?.day().to_string(),
    }))
}

/// How many broader concepts it has.
fn depth(concept: Concept) -> usize {
    std::iter::successors(concept.broader(), |one| one.broader()).count()
}
