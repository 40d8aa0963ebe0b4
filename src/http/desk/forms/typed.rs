//! What somebody typed into a form: texts in the shape of the draft; and the draft that they make, as the API would be sent
//! it. What is typed stays as it is, also where it is wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::number::{degrees, number};
use super::taken::Taken;
use super::{Control, Field, Form, below};
use crate::domain::Wrong;

/// What is typed into a form.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Typed(pub(super) Map<String, Value>);

/// A form has at most so many rows, in all its lists together: more than anybody fills in.
const ROWS_MAX: usize = 400;

/// And so many places at which one of its sources may be named, since each of them lists all.
const CITES_MAX: usize = 20_000;

/// What a browser sends, by name.
type Pairs = BTreeMap<String, Vec<String>>;

impl Typed {
    /// What a browser sends of a form; names that it does not have are passed over.
    pub(in crate::http) fn of_pairs<'a>(
        form: &Form,
        sent: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Typed {
        let mut pairs = Pairs::new();
        for (name, value) in sent {
            pairs
                .entry(name.to_owned())
                .or_default()
                .push(value.to_owned());
        }
        Typed(sent_of(form.fields(), "", &pairs))
    }

    /// What stands in a form that shows a record: `members` are its properties, `geometry` among them.
    pub(in crate::http) fn of_record(form: &Form, members: &Map<String, Value>) -> Typed {
        Typed(recorded_of(form.fields(), members))
    }

    /// Fails if it is more than a form can show. Nothing is cut off: whoever saved the rest would delete what they did not see.
    pub(in crate::http) fn fits(self) -> Result<Typed, Wrong> {
        let sources = self.0.get("sources").and_then(Value::as_array);
        let sources = sources.map_or(0, Vec::len);
        let rows: usize = self.0.values().map(rows_within).sum();
        if rows <= ROWS_MAX && rows * sources <= CITES_MAX {
            return Ok(self);
        }
        Err(Wrong(format!(
            "this has {rows} rows and {sources} sources, and a form shows at most {ROWS_MAX} rows, fewer with very many sources: change it through the API"
        )))
    }

    /// Sets what stands there before anybody types.
    pub(in crate::http) fn preset(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Takes what another one says of a member.
    pub(in crate::http) fn take(&mut self, name: &str, other: &Typed) {
        match other.0.get(name) {
            Some(value) => drop(self.0.insert(name.to_owned(), value.clone())),
            None => drop(self.0.remove(name)),
        }
    }

    /// Adds an empty row to the list of a name, if the form has it.
    pub(in crate::http) fn add_row(&mut self, form: &Form, name: &str) {
        let mut fields: Vec<&Field> = form.fields().collect();
        let mut steps = name.split('.');
        let mut at = &mut self.0;
        loop {
            let step = steps.next().unwrap_or_default();
            let Some(field) = fields.iter().find(|field| field.name == step) else {
                return;
            };
            let Control::Rows(below) = field.control else {
                return;
            };
            let list = at.entry(step).or_insert_with(|| json!([]));
            let Some(rows) = list.as_array_mut() else {
                return;
            };
            let Some(row) = steps.next() else {
                // The one that is shown of an empty list is there already.
                rows.resize((rows.len() + 1).max(2), json!({}));
                return;
            };
            let row = row.parse().ok().and_then(|row: usize| rows.get_mut(row));
            let Some(row) = row.and_then(Value::as_object_mut) else {
                return;
            };
            (at, fields) = (row, below.iter().collect());
        }
    }
}

/// The rows of lists in a value, those in their rows included.
fn rows_within(value: &Value) -> usize {
    match value {
        Value::Array(items) => {
            let rows = items.iter().filter(|item| item.is_object());
            rows.map(|row| 1 + rows_within(row)).sum()
        }
        Value::Object(members) => members.values().map(rows_within).sum(),
        _ => 0,
    }
}

fn sent_of<'f>(
    fields: impl Iterator<Item = &'f Field>,
    above: &str,
    pairs: &Pairs,
) -> Map<String, Value> {
    let mut typed = Map::new();
    for field in fields {
        let name = below(above, field.name);
        let one = |name: &str| {
            let given = pairs.get(name).into_iter().flatten();
            given.into_iter().find(|value| !value.is_empty()).cloned()
        };
        let value = match field.control {
            Control::Rows(fields) => {
                let rows = rows_of(&name, pairs).into_iter().map(|number| {
                    let row = sent_of(fields.iter(), &below(&name, number), pairs);
                    Value::Object(row)
                });
                Some(rows.collect::<Vec<_>>())
                    .filter(|rows| !rows.is_empty())
                    .map(Value::Array)
            }
            Control::Members(fields) => Some(Value::Object(sent_of(fields.iter(), &name, pairs))),
            Control::Place => {
                let of = |part: &str| Some((part.to_owned(), one(&below(&name, part))?.into()));
                Some(Value::Object(
                    PARTS_OF_PLACE.into_iter().filter_map(of).collect(),
                ))
            }
            Control::Checks(_) | Control::Langs | Control::Cites | Control::Kept => {
                let given = pairs.get(&name).into_iter().flatten();
                Some(given.filter(|value| !value.is_empty()).cloned().collect())
            }
            _ => one(&name).map(Value::String),
        };
        if let Some(value) = value {
            typed.insert(field.name.to_owned(), value);
        }
    }
    typed
}

/// Longitude, latitude, and the type of a geometry that is none of both.
const PARTS_OF_PLACE: [&str; 3] = ["lon", "lat", "shape"];

/// The numbers of the rows that are sent of a list.
fn rows_of(name: &str, pairs: &Pairs) -> BTreeSet<usize> {
    let start = below(name, "");
    let sent = pairs.range(start.clone()..);
    let of_it = sent.map_while(|(name, _)| name.strip_prefix(&start));
    let numbers = of_it.filter_map(|rest| rest.split('.').next()?.parse().ok());
    numbers.collect()
}

fn recorded_of<'f>(
    fields: impl Iterator<Item = &'f Field>,
    members: &Map<String, Value>,
) -> Map<String, Value> {
    let shown = fields.filter_map(|field| {
        let value = members.get(field.name).filter(|value| !value.is_null())?;
        Some((field.name.to_owned(), recorded(field, value)?))
    });
    shown.collect()
}

fn recorded(field: &Field, value: &Value) -> Option<Value> {
    let of = |fields: &'static [Field], row: &Value| {
        Some(Value::Object(recorded_of(fields.iter(), row.as_object()?)))
    };
    match field.control {
        Control::Rows(fields) => value
            .as_array()?
            .iter()
            .map(|row| of(fields, row))
            .collect(),
        Control::Members(fields) => of(fields, value),
        Control::Place if value["type"] == "Point" => {
            let part = |place: usize| {
                let degrees = value["coordinates"][place].to_string();
                degrees.trim_end_matches(".0").to_owned()
            };
            Some(json!({ "lon": part(0), "lat": part(1) }))
        }
        Control::Place => Some(json!({ "shape": value["type"] })),
        // Of a box that is not ticked, browsers send nothing: a no is as if nothing was said.
        Control::Yes => (*value == true).then(|| "true".into()),
        _ => Some(match value {
            Value::String(_) | Value::Array(_) => value.clone(),
            other => other.to_string().trim_end_matches(".0").into(),
        }),
    }
}

/// What is typed as the API would be sent it, and where each place of that stands in the form.
#[derive(Debug, Default)]
pub(in crate::http) struct Body {
    /// The members of the draft, `geometry` among them.
    pub(in crate::http) members: Map<String, Value>,
    /// JSON Pointers into the members, each with the name of its control.
    pub(super) places: BTreeMap<String, String>,
}

impl Body {
    /// What is typed, as members of a draft: what is empty is not there, and a row without anything that says something is none.
    pub(in crate::http) fn of(form: &Form, Typed(typed): &Typed) -> Body {
        let taken = Taken::of(form.collection);
        let mut making = Making::default();
        let sources = form.fields().find(|field| field.name == "sources");
        let sources = sources.and_then(|field| {
            let at = At::root(field.name);
            making.value(field, taken.member(field.name), typed.get(field.name), &at)
        });
        let mut making = Making {
            first_source: sources.and_then(|sources| sources[0]["key"].as_str().map(str::to_owned)),
            ..Making::default()
        };
        let at = At::default();
        let (members, _) = making.members(form.fields(), taken, typed, &at);
        Body {
            members,
            places: making.places,
        }
    }

    /// The GeoJSON feature that is posted.
    pub(in crate::http) fn feature(&self) -> Value {
        let mut properties = self.members.clone();
        let geometry = properties.remove("geometry");
        json!({ "type": "Feature", "geometry": geometry, "properties": properties })
    }
}

/// A place in the draft, and in the form.
#[derive(Default)]
struct At {
    pointer: String,
    name: String,
}

impl At {
    fn root(name: &str) -> At {
        At::default().member(name)
    }

    fn member(&self, name: &str) -> At {
        self.row(name, name)
    }

    /// Empty rows are left out of the draft, so that a row has one number there and another one in the form.
    fn row(&self, pointed: impl std::fmt::Display, named: impl std::fmt::Display) -> At {
        At {
            pointer: format!("{}/{pointed}", self.pointer),
            name: below(&self.name, named),
        }
    }
}

/// Makes members of a draft.
#[derive(Default)]
struct Making {
    places: BTreeMap<String, String>,
    /// What rests on nothing that is named rests on it, where something has to be named.
    first_source: Option<String>,
}

impl Making {
    /// The members that the fields make, and whether there is something in them that makes a row.
    fn members<'f>(
        &mut self,
        fields: impl Iterator<Item = &'f Field>,
        taken: Taken<'_>,
        typed: &Map<String, Value>,
        at: &At,
    ) -> (Map<String, Value>, bool) {
        let (mut members, mut is_there) = (Map::new(), false);
        for field in fields {
            let at = at.member(field.name);
            self.places.insert(at.pointer.clone(), at.name.clone());
            let value = self.value(field, taken.member(field.name), typed.get(field.name), &at);
            if let Some(value) = value {
                is_there |= field.makes_a_row;
                members.insert(field.name.to_owned(), value);
            }
        }
        (members, is_there)
    }

    fn value(
        &mut self,
        field: &Field,
        taken: Taken<'_>,
        typed: Option<&Value>,
        at: &At,
    ) -> Option<Value> {
        let none = Map::new();
        let text = || {
            let text = typed.and_then(Value::as_str).unwrap_or_default().trim();
            Some(text).filter(|text| !text.is_empty())
        };
        match field.control {
            Control::Rows(fields) => {
                let mut made = Vec::new();
                let rows = typed.and_then(Value::as_array).into_iter().flatten();
                for (number, row) in rows.enumerate() {
                    let at = at.row(made.len(), number);
                    self.places.insert(at.pointer.clone(), at.name.clone());
                    let row = row.as_object().unwrap_or(&none);
                    // Of a row that is none, the next one takes the place.
                    let (members, is_there) = self.members(fields.iter(), taken, row, &at);
                    if is_there {
                        made.push(Value::Object(members));
                    }
                }
                Some(made).filter(|made| !made.is_empty()).map(Value::Array)
            }
            Control::Members(fields) => {
                let typed = typed.and_then(Value::as_object).unwrap_or(&none);
                let (members, is_there) = self.members(fields.iter(), taken, typed, at);
                is_there.then_some(Value::Object(members))
            }
            Control::Place => {
                let of = |part: &str| {
                    let text = typed.and_then(|typed| typed[part].as_str()).map(str::trim);
                    text.filter(|text| !text.is_empty()).map(degrees)
                };
                for (place, part) in PARTS_OF_PLACE[..2].iter().enumerate() {
                    let pointer = format!("{}/coordinates/{place}", at.pointer);
                    self.places.insert(pointer, below(&at.name, part));
                }
                let (lon, lat) = (of("lon"), of("lat"));
                (lon.is_some() || lat.is_some())
                    .then(|| json!({ "type": "Point", "coordinates": [lon, lat] }))
            }
            Control::Checks(_) | Control::Langs | Control::Cites | Control::Kept => {
                let list = typed
                    .and_then(Value::as_array)
                    .filter(|list| !list.is_empty());
                let first = || Some(json!([self.first_source.clone()?]));
                let is_cited = matches!(field.control, Control::Cites) && taken.is_required;
                let list = list.map(|list| Value::Array(list.clone()));
                list.or_else(|| is_cited.then(first).flatten())
            }
            Control::Yes => text().map(|text| json!(text == "true")),
            Control::Number => text().map(number),
            // The address of its page does as well.
            Control::Site => text().map(|text| {
                let path = text.split(['?', '#']).next().unwrap_or_default();
                path.rsplit('/')
                    .find(|step| !step.is_empty())
                    .unwrap_or(text)
                    .into()
            }),
            _ => text().map(Value::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REPORT, SITE};
    use super::*;

    fn body(form: &Form, sent: &[(&str, &str)]) -> Body {
        Body::of(form, &Typed::of_pairs(form, sent.iter().copied()))
    }

    #[test]
    fn what_names_no_source_rests_on_the_first_where_it_has_to_rest_on_one() {
        let made = body(
            &SITE,
            &[
                ("names.0.text", "Gandzasar"),
                ("names.1.text", "Dadivank"),
                ("names.1.src", "b"),
                ("sources.0.key", "empty"),
                ("sources.1.key", "a"),
                ("sources.1.kind", "map"),
                ("sources.2.key", "b"),
                ("sources.2.kind", "map"),
                ("descriptions.0.text", "A monastery."),
            ],
        );
        assert_eq!(made.members["names"][0]["src"], json!(["a"]));
        assert_eq!(made.members["names"][1]["src"], json!(["b"]));
        assert!(made.members["descriptions"][0]["src"].is_null());
        assert_eq!(made.places["/sources/0/kind"], "sources.1.kind");
    }

    #[test]
    fn a_recorded_no_is_what_a_box_is_that_nobody_ticked() {
        let of = |is_public: bool| {
            let recorded = json!({ "organization_public": is_public });
            let typed = Typed::of_record(&REPORT, recorded.as_object().unwrap());
            Body::of(&REPORT, &typed).members
        };
        assert_eq!(of(false), body(&REPORT, &[]).members);
        let ticked = body(&REPORT, &[("organization_public", "true")]);
        assert_eq!(of(true), ticked.members);
    }

    #[test]
    fn a_row_without_anything_but_a_language_is_none() {
        let made = body(
            &REPORT,
            &[
                ("summary.0.lang", "hy"),
                ("summary.4.text", "A wall."),
                ("summary.4.lang", "en"),
                (
                    "site_id",
                    "https://example.org/collections/sites/items/0001?lang=hy",
                ),
                ("nothing", "x"),
            ],
        );
        let summary = json!([{"text": "A wall.", "lang": "en"}]);
        assert_eq!(
            Value::Object(made.members),
            json!({"summary": summary, "site_id": "0001"})
        );
    }

    #[test]
    fn a_form_that_is_too_long_is_refused_and_never_cut_off() {
        let of = |rows: usize, sources: usize| {
            let row =
                |name: &str, number: usize| (format!("{name}.{number}.kind"), "map".to_owned());
            let rows = (0..rows).map(|number| row("works", number));
            let sources = (0..sources).map(|number| row("sources", number));
            let sent: Vec<_> = rows.chain(sources).collect();
            let pairs = sent
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            Typed::of_pairs(&REPORT, pairs).fits()
        };
        let fits = of(350, 50).unwrap();
        assert_eq!(fits.0["works"].as_array().unwrap().len(), 350);
        assert!(of(351, 50).is_err(), "rows in all lists together");
        assert!(of(200, 101).is_err(), "each row lists every source");
    }
}
