//! What a reader takes, said by the reader itself: it is run over a [`Probe`] instead of a body, and what it asks for is
//! noted. So a JSON Schema (draft 2020-12) says what the reader checks, and nothing is said twice.

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::rule::Rule;

/// What is taken at one place of a body.
#[derive(Clone, Debug)]
pub(in crate::domain) enum Shape {
    /// Whatever is sent.
    Anything,
    /// A value that is one whole, by its schema.
    Whole(Value),
    /// A list with at least so many items.
    List(Box<Shape>, usize),
    /// An object.
    Object(Members),
}

/// What is taken in an object.
#[derive(Clone, Debug, Default)]
pub(in crate::domain) struct Members {
    pub(in crate::domain) all: Vec<Member>,
    /// What they demand of each other.
    pub(in crate::domain) rules: Vec<Rule>,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(in crate::domain) struct Member {
    pub(in crate::domain) name: &'static str,
    pub(in crate::domain) is_required: bool,
    pub(in crate::domain) shape: Shape,
    /// What people call it, in English.
    pub(in crate::domain) title: Option<&'static str>,
}

impl Shape {
    /// What is taken in it, of an object.
    pub(in crate::domain) fn into_members(self) -> Members {
        match self {
            Shape::Object(members) => members,
            _ => Members::default(),
        }
    }

    /// The schema of a value that is sent whole.
    pub(in crate::domain) fn schema(&self) -> Value {
        match self {
            Shape::Anything => json!({}),
            Shape::Whole(schema) => schema.clone(),
            Shape::List(item, least) => {
                let mut schema = json!({ "type": "array", "items": item.schema() });
                if *least > 0 {
                    schema["minItems"] = (*least).into();
                }
                schema
            }
            Shape::Object(members) => members.schema(),
        }
    }

    /// The schema of a merge patch (RFC 7396): objects are sent in part, everything else whole.
    fn patch(&self) -> Value {
        match self {
            // What members demand of each other can be seen in the whole only.
            Shape::Object(members) => members.object(Shape::patch),
            other => other.schema(),
        }
    }
}

impl Members {
    /// The member of that name.
    pub(in crate::domain) fn get(&self, name: &str) -> Option<&Member> {
        self.all.iter().find(|member| member.name == name)
    }

    /// The same, to be changed.
    pub(in crate::domain) fn get_mut(&mut self, name: &str) -> Option<&mut Member> {
        self.all.iter_mut().find(|member| member.name == name)
    }

    /// The schema of an object that is sent whole.
    fn schema(&self) -> Value {
        let mut schema = self.object(Shape::schema);
        let required = self.all.iter().filter(|member| member.is_required);
        let required: Vec<_> = required.map(|member| member.name).collect();
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if !self.rules.is_empty() {
            schema["allOf"] = self.rules.iter().map(Rule::schema).collect();
        }
        schema
    }

    /// The schema of an object that is sent in part: what is `null` is taken away.
    pub(in crate::domain) fn patch(&self) -> Value {
        self.object(Shape::patch)
    }

    fn object(&self, of: fn(&Shape) -> Value) -> Value {
        let schema_of = |member: &Member| {
            let mut schema = of(&member.shape);
            if !member.is_required {
                take_null(&mut schema);
            }
            if let Some(title) = member.title {
                schema["title"] = title.into();
            }
            (member.name.to_owned(), schema)
        };
        let properties: Map<_, _> = self.all.iter().map(schema_of).collect();
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

/// Lets a value be `null`, which counts as missing. No other keyword that is used here looks at `null`.
fn take_null(schema: &mut Value) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.push(Value::Null);
    }
}

/// Takes down what a reader asks for.
pub(in crate::domain) struct Probe {
    /// The places that are read at the moment, the outermost first.
    open: RefCell<Vec<Shape>>,
}

impl Probe {
    /// What a reader takes, run by `read` over the probe that it is given.
    pub(in crate::domain) fn of(read: impl FnOnce(&Probe)) -> Shape {
        let probe = Probe {
            open: RefCell::default(),
        };
        probe.below(|| read(&probe)).0
    }

    /// Runs `read` over a place below: what it takes, with what `read` gives.
    pub(in crate::domain) fn below<T>(&self, read: impl FnOnce() -> T) -> (Shape, T) {
        self.open.borrow_mut().push(Shape::Anything);
        let given = read();
        let shape = self.open.borrow_mut().pop();
        (shape.expect("it was put there above"), given)
    }

    /// This is taken here.
    pub(in crate::domain) fn takes(&self, shape: Shape) {
        if let Some(here) = self.open.borrow_mut().last_mut() {
            *here = shape;
        }
    }

    /// The object here has this member. One that is read twice is the one that was read first.
    pub(in crate::domain) fn has(&self, name: &'static str, is_required: bool, shape: Shape) {
        self.change(|members| {
            if members.get_mut(name).is_none() {
                members.all.push(Member {
                    name,
                    is_required,
                    shape,
                    title: None,
                });
            }
        });
    }

    /// The members of the object here demand this.
    pub(in crate::domain) fn demands(&self, rule: Rule) {
        self.change(|members| members.rules.push(rule));
    }

    fn change(&self, change: impl FnOnce(&mut Members)) {
        if let Some(Shape::Object(members)) = self.open.borrow_mut().last_mut() {
            change(members);
        }
    }
}
