//! What members of an object demand of one another: checked when a body is read, and said in its JSON Schema.

use serde_json::{Value, json};

use super::{Fields, Spelling};
use crate::domain::{FaultKind, Scheme};

/// What can be asked of a member.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) enum Test {
    /// It is there: not `null`, and no empty list.
    There(&'static str),
    /// It is not there.
    Missing(&'static str),
    /// It is one of these words.
    Word(&'static str, &'static [&'static str]),
    /// It is another concept of the scheme than these.
    Other(&'static str, Scheme, &'static [&'static str]),
    /// It is a list without this word, or with nothing beside it.
    Alone(&'static str, Scheme, &'static str),
    /// It is spelled like this, if it is a text.
    Spelled(&'static str, &'static Spelling),
}

/// Where all of `when` hold, one of `then` has to.
#[derive(Clone, Debug)]
pub(in crate::domain) struct Rule {
    when: Vec<Test>,
    then: Vec<Test>,
    /// Whether it stands in a feature, where all but `geometry` is below `properties`.
    is_of_feature: bool,
}

impl Fields<'_> {
    /// Demands that one of `then` holds where all of `when` do. The fault is at the member if it is about one, else here.
    pub(in crate::domain) fn demand(&self, when: &[Test], then: &[Test], detail: &str) {
        if let Some(probe) = self.probe() {
            return probe.demands(Rule {
                when: when.to_vec(),
                then: then.to_vec(),
                is_of_feature: false,
            });
        }
        let holds = |test: &Test| test.holds(self);
        if !when.iter().all(holds) || then.iter().any(holds) {
            return;
        }
        let kind = Test::fault(when, then);
        match then {
            [only] => self.fault(only.member(), kind, detail),
            _ => self.fault_here(kind, detail),
        }
    }
}

impl Test {
    fn member(self) -> &'static str {
        match self {
            Test::There(name)
            | Test::Missing(name)
            | Test::Word(name, _)
            | Test::Other(name, ..)
            | Test::Alone(name, ..)
            | Test::Spelled(name, _) => name,
        }
    }

    /// What kind of fault it is that none of `then` holds where all of `when` do.
    fn fault(when: &[Test], then: &[Test]) -> FaultKind {
        match (when, then) {
            ([], [Test::There(_)]) => FaultKind::Missing,
            ([first, ..], [Test::There(_)]) => match first {
                Test::Missing(_) => FaultKind::Missing,
                first => FaultKind::MissingWith(first.member()),
            },
            ([first, ..], [Test::Missing(_)]) => FaultKind::OutOfPlace(first.member()),
            (_, [Test::Alone(_, scheme, word)]) => {
                FaultKind::NotAlone(scheme.find(word).expect("it is one of the scheme"))
            }
            (_, [Test::Spelled(_, spelling)]) => spelling.kind.clone(),
            (_, [_] | []) => FaultKind::Other,
            (_, several) => {
                FaultKind::MissingOneOf(several.iter().map(|one| one.member()).collect())
            }
        }
    }

    fn holds(self, fields: &Fields<'_>) -> bool {
        let sent = fields.sent(self.member());
        let is_there = !sent.is_none_or(is_nothing);
        let word = sent.and_then(Value::as_str);
        match self {
            Test::There(_) => is_there,
            Test::Missing(_) => !is_there,
            Test::Word(_, words) => word.is_some_and(|word| words.contains(&word)),
            Test::Other(_, scheme, but) => {
                word.is_some_and(|word| scheme.find(word).is_some() && !but.contains(&word))
            }
            Test::Alone(_, _, word) => {
                let list = sent.and_then(Value::as_array);
                list.is_none_or(|list| list.len() < 2 || list.iter().all(|one| one != word))
            }
            Test::Spelled(_, spelling) => word.is_none_or(|word| spelling.fits(word.trim())),
        }
    }

    fn schema(self) -> Value {
        let name = self.member();
        let choice =
            |words: Value| json!({ "required": [name], "properties": { name: { "enum": words } } });
        match self {
            Test::There(_) => json!({
                "required": [name],
                "properties": { name: { "not": { "enum": nothing() } } },
            }),
            Test::Missing(_) => json!({ "properties": { name: { "enum": nothing() } } }),
            Test::Word(_, words) => choice(json!(words)),
            Test::Other(_, scheme, but) => {
                let ids = scheme.concepts().map(|concept| concept.id());
                choice(ids.filter(|id| !but.contains(id)).collect())
            }
            Test::Alone(_, _, word) => json!({
                "properties": {
                    name: { "anyOf": [{ "maxItems": 1 }, { "items": { "not": { "enum": [word] } } }] },
                },
            }),
            Test::Spelled(_, spelling) => {
                json!({ "properties": { name: { "pattern": spelling.pattern } } })
            }
        }
    }
}

/// Whether a member says nothing: null, or an empty list.
pub(in crate::domain) fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// The values that count as missing.
fn nothing() -> Value {
    json!([null, []])
}

impl Rule {
    /// Whether it is about that member.
    pub(in crate::domain) fn is_about(&self, name: &str) -> bool {
        let mut tests = self.when.iter().chain(&self.then);
        tests.any(|test| test.member() == name)
    }

    /// The same rule for a feature.
    pub(in crate::domain) fn of_feature(self) -> Rule {
        Rule {
            is_of_feature: true,
            ..self
        }
    }

    /// As a schema of the object.
    pub(in crate::domain) fn schema(&self) -> Value {
        let schema_of = |test: &Test| {
            if self.is_of_feature && test.member() != "geometry" {
                json!({ "properties": { "properties": test.schema() } })
            } else {
                test.schema()
            }
        };
        let then = match self.then.as_slice() {
            [only] => schema_of(only),
            several => json!({ "anyOf": several.iter().map(schema_of).collect::<Vec<_>>() }),
        };
        match self.when.as_slice() {
            [] => then,
            [only] => json!({ "if": schema_of(only), "then": then }),
            several => {
                json!({ "if": { "allOf": several.iter().map(schema_of).collect::<Vec<_>>() }, "then": then })
            }
        }
    }
}
