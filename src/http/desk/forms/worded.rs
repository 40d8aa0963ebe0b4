//! What records say, in the words of the form that asks for it: for pages on which somebody compares what two of them say.

use serde::Serialize;
use serde_json::Value;

use super::{Control, Field, Form};
use crate::domain::Collection;
use crate::http::layer::path_of_item;
use crate::http::pages::{Addresses, Frame, Lookup, bounds, in_words, is_web, language, say};

/// The words of a form, for one reader.
pub(in crate::http) struct Wording<'a> {
    form: &'static Form,
    lookup: &'a Lookup<'a>,
    addresses: Addresses,
    lang: &'static str,
}

/// A value in words, as templates take it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::http) enum Worded {
    /// There is none.
    Nothing,
    /// A text; `lang` is its language, where the record says it.
    Text { text: String, lang: Option<String> },
    /// A text that leads somewhere.
    Link {
        text: String,
        lang: Option<String>,
        href: String,
        is_foreign: bool,
    },
    /// Several, one a line.
    Items { items: Vec<Item> },
    /// The members of a row, or of an object, in one line.
    Parts { parts: Vec<Part> },
}

/// One of several.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Item {
    value: Worded,
    /// Whether what it is compared with does not have it.
    is_alone: bool,
}

/// A member of a row, and what it is called; the first needs no name.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Part {
    label: Option<String>,
    value: Worded,
}

/// A member of which two records say different things.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Differing {
    label: String,
    change: Change,
    before: Worded,
    after: Worded,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Added,
    TakenAway,
    Altered,
}

/// What a value stands in: the sources of its record, by whose numbers it cites them, and the value that it is compared with.
#[derive(Clone, Copy)]
struct Beside<'a> {
    sources: &'a Value,
    other: &'a Value,
}

impl<'a> Wording<'a> {
    /// The words of `form`, for the reader of a page.
    pub(in crate::http) fn of(
        form: &'static Form,
        lookup: &'a Lookup<'a>,
        frame: &Frame<'_>,
    ) -> Wording<'a> {
        Wording {
            form,
            lookup,
            addresses: frame.addresses(),
            lang: frame.lang,
        }
    }

    /// What the form calls a member of a draft; one that no form knows by its own name.
    pub(in crate::http) fn label(&self, member: &str) -> String {
        let field = self.field(member);
        field.map_or_else(|| member.to_owned(), |field| self.say(field.label))
    }

    /// A place in a draft (a JSON Pointer), by what the form calls each step: `Names 2: Language`.
    pub(in crate::http) fn place(&self, pointer: &str) -> String {
        let place = pointer.strip_prefix("/properties").unwrap_or(pointer);
        let mut steps = place.split('/').skip(1);
        let Some(mut field) = steps.next().and_then(|step| self.field(step)) else {
            return pointer.to_owned();
        };
        let mut called = self.say(field.label);
        for step in steps {
            if let Ok(number) = step.parse::<usize>() {
                called = format!("{called} {}", number + 1);
                continue;
            }
            let (Control::Rows(below) | Control::Members(below)) = field.control else {
                break;
            };
            let Some(found) = below.iter().find(|field| field.name == step) else {
                break;
            };
            field = found;
            called = format!("{called}: {}", self.say(field.label));
        }
        called
    }

    /// A member of a record that has these sources.
    pub(in crate::http) fn value(&self, member: &str, value: &Value, sources: &Value) -> Worded {
        // Nothing is alone that is compared with itself.
        let beside = Beside {
            sources,
            other: value,
        };
        self.member(member, value, beside)
    }

    /// Differences between two features (`property`, `before`, `after`), in words.
    pub(in crate::http) fn differing(
        &self,
        differences: &Value,
        before: &Value,
        after: &Value,
    ) -> Vec<Differing> {
        let were = &before["properties"]["sources"];
        let are = &after["properties"]["sources"];
        let all = differences.as_array().into_iter().flatten();
        all.map(|one| {
            let member = one["property"].as_str().unwrap_or_default();
            let (was, is) = (&one["before"], &one["after"]);
            let was_beside = Beside {
                sources: were,
                other: is,
            };
            let is_beside = Beside {
                sources: are,
                other: was,
            };
            Differing {
                label: self.label(member),
                change: Change::between(was, is),
                before: self.member(member, was, was_beside),
                after: self.member(member, is, is_beside),
            }
        })
        .collect()
    }

    fn say(&self, key: &str) -> String {
        say(self.lang, key, &[])
    }

    fn field(&self, member: &str) -> Option<&'static Field> {
        let left_out = self.form.left_out.iter().map(|(field, _)| field);
        let mut all = self.form.fields().chain(left_out);
        all.find(|field| field.name == member)
    }

    fn member(&self, member: &str, value: &Value, beside: Beside<'_>) -> Worded {
        match self.field(member) {
            Some(field) => self.worded(field, value, beside),
            None => written(value),
        }
    }

    fn worded(&self, field: &Field, value: &Value, beside: Beside<'_>) -> Worded {
        if says_nothing(value) {
            return Worded::Nothing;
        }
        let text = value.as_str().unwrap_or_default();
        match field.control {
            Control::Line | Control::Lines | Control::Number | Control::Key | Control::Kept => {
                written(value)
            }
            Control::Web => link_to_the_web(text),
            Control::Date => plain(in_words(self.lang, text)),
            Control::Choice(labels) | Control::Buttons(labels) => {
                plain(labels.called(text, self.lang))
            }
            Control::Checks(labels) => items_of(value, beside, |one| {
                let id = one.as_str().unwrap_or_default();
                // What may be told of a site is named by its members.
                let called = match self.field(id) {
                    Some(field) if labels.scheme().is_none() => self.say(field.label),
                    _ => labels.called(id, self.lang),
                };
                plain(called)
            }),
            Control::Yes => plain(self.say(if *value == true {
                "documents.yes"
            } else {
                "documents.no"
            })),
            Control::Lang => plain(language(self.lang, text)),
            Control::Langs => items_of(value, beside, |tag| {
                plain(language(self.lang, tag.as_str().unwrap_or_default()))
            }),
            Control::Region => self.region(text),
            Control::Site => self.record(Collection::Sites, text),
            Control::Organization => self.record(Collection::Organizations, text),
            Control::Compared => self.compared_with(text),
            Control::Cites => items_of(value, beside, |key| {
                let sources = beside.sources.as_array().into_iter().flatten();
                let mut sources = sources.map(|source| &source["key"]);
                let place = sources.position(|one| one == key);
                let number = place.map_or_else(String::new, |place| (place + 1).to_string());
                plain(say(self.lang, "site.source", &[("number", number)]))
            }),
            Control::Place => self.place_of(value),
            Control::Rows(fields) => items_of(value, beside, |row| self.parts(fields, row, beside)),
            Control::Members(fields) => self.parts(fields, value, beside),
        }
    }

    fn parts(&self, fields: &[Field], row: &Value, beside: Beside<'_>) -> Worded {
        let mut parts: Vec<Part> = Vec::new();
        let shown = fields.iter().filter(|field| {
            let is_there = !says_nothing(&row[field.name]);
            is_there && !matches!(field.control, Control::Key)
        });
        for field in shown {
            let value = &row[field.name];
            let within = Beside {
                other: value,
                ..beside
            };
            let mut value = self.worded(field, value, within);
            if let (Worded::Text { lang, .. }, "text") = (&mut value, field.name) {
                *lang = row["lang"].as_str().map(str::to_owned);
            }
            let label = (!parts.is_empty()).then(|| self.say(field.label));
            parts.push(Part { label, value });
        }
        Worded::Parts { parts }
    }

    /// What a record is called, which leads to it; of what nobody is shown, its id.
    fn record(&self, collection: Collection, id: &str) -> Worded {
        match self.lookup.label(collection, id) {
            Some(label) => self.link(&label),
            None => plain(id.to_owned()),
        }
    }

    fn region(&self, code: &str) -> Worded {
        let regions = self.lookup.regions();
        match regions.iter().find(|region| region["code"] == code) {
            Some(region) => self.link(region),
            None => plain(code.to_owned()),
        }
    }

    fn link(&self, label: &Value) -> Worded {
        let of = |name: &str| label[name].as_str().unwrap_or_default();
        Worded::Link {
            text: of("text").to_owned(),
            lang: label["lang"].as_str().map(str::to_owned),
            href: self.addresses.to(of("path")),
            is_foreign: false,
        }
    }

    /// A report, by its day, or the day of what a photo or an image shows.
    fn compared_with(&self, text: &str) -> Worded {
        let id = text.parse().ok();
        let report = id.map(|id| Collection::ConditionReports.record(id));
        let named = report.and_then(|report| Some((report, self.lookup.observed_on(report)?)));
        let Some((report, day)) = named else {
            return plain(in_words(self.lang, text));
        };
        let date = in_words(self.lang, &day);
        let path = path_of_item(report.collection, report.id);
        Worded::Link {
            text: say(self.lang, "report.title", &[("date", date)]),
            lang: None,
            href: self.addresses.to(&path),
            is_foreign: false,
        }
    }

    /// A point by its degrees; an outline or a line by those that it lies between, and by how many points it has.
    fn place_of(&self, geometry: &Value) -> Worded {
        let coordinates = &geometry["coordinates"];
        let Some([west, south, east, north]) = bounds(coordinates) else {
            return Worded::Nothing;
        };
        let hole = |name, degrees: f64| (name, degrees.to_string());
        if geometry["type"] == "Point" {
            let holes = [hole("lon", west), hole("lat", south)];
            return plain(say(self.lang, "site.coordinates", &holes));
        }
        let holes = [
            hole("west", west),
            hole("south", south),
            hole("east", east),
            hole("north", north),
            ("points", points_in(coordinates).to_string()),
        ];
        plain(say(self.lang, "review.outline", &holes))
    }
}

impl Change {
    fn between(before: &Value, after: &Value) -> Change {
        match (says_nothing(before), says_nothing(after)) {
            (true, false) => Change::Added,
            (false, true) => Change::TakenAway,
            _ => Change::Altered,
        }
    }
}

/// The items of a list, each with whether the list that it is compared with lacks it.
fn items_of(value: &Value, beside: Beside<'_>, worded: impl Fn(&Value) -> Worded) -> Worded {
    let others = beside.other.as_array();
    let items = value.as_array().into_iter().flatten();
    let items = items.map(|item| Item {
        value: worded(item),
        is_alone: others.is_some_and(|others| !others.contains(item)),
    });
    Worded::Items {
        items: items.collect(),
    }
}

fn plain(text: String) -> Worded {
    Worded::Text { text, lang: None }
}

fn link_to_the_web(address: &str) -> Worded {
    if !is_web(address) {
        return plain(address.to_owned());
    }
    Worded::Link {
        text: address.to_owned(),
        lang: None,
        href: address.to_owned(),
        is_foreign: true,
    }
}

/// What needs no other words than its own.
fn written(value: &Value) -> Worded {
    match value {
        _ if says_nothing(value) => Worded::Nothing,
        Value::String(text) => plain(text.clone()),
        Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            plain(items.map_or_else(|| value.to_string(), |items| items.join(", ")))
        }
        other => plain(other.to_string().trim_end_matches(".0").to_owned()),
    }
}

/// Whether nothing is said: an empty list says no more than none.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn points_in(coordinates: &Value) -> usize {
    let Some(items) = coordinates.as_array() else {
        return 0;
    };
    if items.first().is_some_and(Value::is_number) {
        return 1;
    }
    items.iter().map(points_in).sum()
}
