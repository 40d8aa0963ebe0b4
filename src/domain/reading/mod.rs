//! Reading a JSON body into a draft, so that every fault is listed at its place.
//!
//! A [`Node`] is a value and where it stands; asking it for a type gives the value or `None` and one more fault. Over a
//! [`Probe`] a reader meets no value, gives `None` everywhere, and what it asks for is noted.

mod characters;
mod rule;
mod shape;
mod spelling;
mod values;

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::{Concept, Fault, FaultKind, Faults, MOST_FAULTS, Scheme, Wrong, known_are, shortened};

pub(super) use rule::{Test, is_nothing};
use shape::Probe;
pub(super) use shape::{Member, Members, Shape};
pub(super) use spelling::Spelling;

/// What `read` takes.
pub(super) fn shape_of<T>(read: impl FnOnce(&Node<'_>) -> Option<T>) -> Shape {
    let nothing = Value::Object(Map::new());
    Probe::of(|probe| {
        read(&Node {
            value: &nothing,
            path: Path {
                up: None,
                step: Step::Root(""),
            },
            faults: &RefCell::default(),
            probe: Some(probe),
            is_kept: false,
        });
    })
}

/// Reads `value` with `read`: what it gives, or every fault it found below `root` (a JSON Pointer, or a file and one).
pub fn read<T>(
    value: &Value,
    root: &str,
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Result<T, Faults> {
    read_node(value, root, false, read)
}

/// The same of what is kept: it was taken once, perhaps when more was.
pub(super) fn read_kept<T>(
    value: &Value,
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Result<T, Faults> {
    read_node(value, "", true, read)
}

fn read_node<T>(
    value: &Value,
    root: &str,
    is_kept: bool,
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Result<T, Faults> {
    let faults = RefCell::default();
    let node = Node {
        value,
        path: Path {
            up: None,
            step: Step::Root(root),
        },
        faults: &faults,
        probe: None,
        is_kept,
    };
    let made = read(&node);
    let faults = faults.into_inner();
    match made {
        Some(made) => Faults::check(faults).map(|()| made),
        None => Err(Faults(faults)),
    }
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root(&'a str),
    Member(&'a str),
    Item(usize),
}

/// A place in a body, kept as the way back up: text is made of it only when there is a fault.
#[derive(Clone, Copy)]
struct Path<'a> {
    up: Option<&'a Path<'a>>,
    step: Step<'a>,
}

impl Path<'_> {
    fn pointer(&self) -> String {
        let above = self.up.map(Path::pointer).unwrap_or_default();
        match self.step {
            Step::Root(root) => root.to_owned(),
            Step::Member(name) => {
                let name = shortened(name).replace('~', "~0").replace('/', "~1");
                format!("{above}/{name}")
            }
            Step::Item(index) => format!("{above}/{index}"),
        }
    }
}

/// A value in a body, and where it stands.
pub struct Node<'a> {
    value: &'a Value,
    path: Path<'a>,
    faults: &'a RefCell<Vec<Fault>>,
    /// What notes what is taken; then there is nothing to read, and `value` is an empty object.
    probe: Option<&'a Probe>,
    /// Whether it was taken before.
    is_kept: bool,
}

impl Node<'_> {
    /// Notes a fault here; gives `None`, so that a reader can end with it.
    pub fn fault<T>(&self, kind: FaultKind, detail: impl Into<String>) -> Option<T> {
        self.fault_of(kind, || detail.into())
    }

    /// The same; nothing is looked up for the text of a fault that is not noted any more.
    fn fault_of<T>(&self, kind: FaultKind, detail: impl FnOnce() -> String) -> Option<T> {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MOST_FAULTS {
            faults.push(Fault {
                place: self.path.pointer(),
                kind,
                detail: detail(),
            });
        }
        None
    }

    /// The value of a check, or its fault here, which is of that kind.
    pub fn check<T>(&self, kind: FaultKind, checked: Result<T, Wrong>) -> Option<T> {
        checked
            .map_err(|wrong| self.fault::<()>(kind, wrong.0))
            .ok()
    }

    /// Says what is taken here to whom it is noted for, and whether that is all there is to do.
    fn takes(&self, shape: impl FnOnce() -> Shape) -> bool {
        if let Some(probe) = self.probe {
            probe.takes(shape());
        }
        self.probe.is_some()
    }

    fn takes_whole(&self, schema: impl FnOnce() -> Value) -> bool {
        self.takes(|| Shape::Whole(schema()))
    }

    fn expected<T>(&self, kind: FaultKind, what: &str) -> Option<T> {
        let given = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.fault(kind, format!("is {given}, and must be {what}"))
    }

    /// The members of an object.
    pub fn fields(&self) -> Option<Fields<'_>> {
        self.takes(|| Shape::Object(Members::default()));
        match self.value {
            Value::Object(map) => Some(Fields {
                node: self,
                map,
                asked: RefCell::default(),
            }),
            _ => self.expected(FaultKind::Other, "an object"),
        }
    }

    /// A list, each item read by `item`; items with faults are left out.
    pub fn list<'s, T>(&'s self, item: impl Fn(&Node<'s>) -> Option<T>) -> Option<Vec<T>> {
        self.items(0, item)
    }

    fn items<'s, T>(
        &'s self,
        least: usize,
        item: impl Fn(&Node<'s>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let read = |(index, value)| {
            item(&Node {
                value,
                path: Path {
                    up: Some(&self.path),
                    step: Step::Item(index),
                },
                faults: self.faults,
                probe: self.probe,
                is_kept: self.is_kept,
            })
        };
        if let Some(probe) = self.probe {
            let (shape, _) = probe.below(|| read((0, self.value)));
            probe.takes(Shape::List(Box::new(shape), least));
            return None;
        }
        let Value::Array(values) = self.value else {
            return self.expected(FaultKind::Other, "a list");
        };
        if values.len() < least {
            return self.fault(FaultKind::Missing, "is empty: give at least one");
        }
        Some(values.iter().enumerate().filter_map(read).collect())
    }
}

/// The members of an object. When the reading ends, each member that nobody asked for is a fault that names those known,
/// first those that were perhaps meant.
///
/// So everything must be asked for before anything is given up: in a struct literal, `?` stands last.
pub struct Fields<'a> {
    node: &'a Node<'a>,
    map: &'a Map<String, Value>,
    asked: RefCell<Vec<&'static str>>,
}

impl Fields<'_> {
    /// A member that must be there. `null` counts as missing.
    pub fn required<'s, T>(
        &'s self,
        name: &'static str,
        read: impl FnOnce(&Node<'s>) -> Option<T>,
    ) -> Option<T> {
        if let Some(probe) = self.probe() {
            return self.note(probe, name, true, read);
        }
        if self.has(name) {
            return self.optional(name, read);
        }
        self.asked.borrow_mut().push(name);
        self.child(name, &Value::Null)
            .fault(FaultKind::Missing, "is required")
    }

    /// A member that may be missing or `null`.
    pub fn optional<'s, T>(
        &'s self,
        name: &'static str,
        read: impl FnOnce(&Node<'s>) -> Option<T>,
    ) -> Option<T> {
        if let Some(probe) = self.probe() {
            return self.note(probe, name, false, read);
        }
        self.asked.borrow_mut().push(name);
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => read(&self.child(name, value)),
        }
    }

    /// A member that may be missing; `null` counts as given.
    pub fn given<'s>(&'s self, name: &'static str, read: impl FnOnce(&Node<'s>)) {
        if let Some(probe) = self.probe() {
            return self.note(probe, name, false, read);
        }
        self.asked.borrow_mut().push(name);
        if let Some(value) = self.map.get(name) {
            read(&self.child(name, value));
        }
    }

    /// Has it noted what `read` takes of a member.
    fn note<'s, T>(
        &'s self,
        probe: &Probe,
        name: &'static str,
        is_required: bool,
        read: impl FnOnce(&Node<'s>) -> T,
    ) -> T {
        let (shape, given) = probe.below(|| read(&self.child(name, self.node.value)));
        probe.has(name, is_required, shape);
        given
    }

    /// A list that may be missing: then it is empty.
    pub fn list<T>(&self, name: &'static str, item: impl Fn(&Node<'_>) -> Option<T>) -> Vec<T> {
        self.optional(name, |node| node.list(|one| item(one)))
            .unwrap_or_default()
    }

    /// A list with at least one item.
    pub fn some<T>(&self, name: &'static str, item: impl Fn(&Node<'_>) -> Option<T>) -> Vec<T> {
        let listed = self.required(name, |node| node.items(1, |one| item(one)));
        listed.unwrap_or_default()
    }

    /// An optional text.
    pub fn text(&self, name: &'static str) -> Option<String> {
        self.optional(name, Node::text)
    }

    /// An optional concept of `scheme`.
    pub fn concept(&self, name: &'static str, scheme: Scheme) -> Option<Concept> {
        self.optional(name, |node| node.concept(scheme))
    }

    /// Whether the member is there and not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// Notes a fault at a member, there or not.
    pub fn fault(&self, name: &str, kind: FaultKind, detail: impl Into<String>) {
        self.child(name, &Value::Null).fault::<()>(kind, detail);
    }

    /// Notes a fault at the object itself.
    pub(super) fn fault_here(&self, kind: FaultKind, detail: impl Into<String>) {
        self.node.fault::<()>(kind, detail);
    }

    /// A member as it was sent.
    pub(super) fn sent(&self, name: &str) -> Option<&Value> {
        self.map.get(name)
    }

    /// What notes what is taken, if nothing is read.
    pub(super) fn probe(&self) -> Option<&Probe> {
        self.node.probe
    }

    fn child<'b>(&'b self, name: &'b str, value: &'b Value) -> Node<'b> {
        Node {
            value,
            path: Path {
                up: Some(&self.node.path),
                step: Step::Member(name),
            },
            faults: self.node.faults,
            probe: self.node.probe,
            is_kept: self.node.is_kept,
        }
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        let asked = self.asked.take();
        let unknown = self.map.keys();
        for name in unknown.filter(|name| !asked.contains(&name.as_str())) {
            if self.node.faults.borrow().len() >= MOST_FAULTS {
                return;
            }
            let known = known_are(name, &asked);
            self.fault(
                name,
                FaultKind::Other,
                format!("is not known here: {known}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(value: &Value, reader: impl FnOnce(&Node<'_>) -> Option<()>) -> Vec<String> {
        read(value, "", reader).map_or_else(
            |Faults(all)| all.iter().map(Fault::to_string).collect(),
            |()| vec![],
        )
    }

    #[test]
    fn every_fault_is_listed_at_its_pointer() {
        let body = json!({"names": [{"text": 3}, {"text": " "}], "a/b": 1, "url": "ftp://x"});
        let found = faults(&body, |node| {
            let fields = node.fields()?;
            fields.list("names", |node| {
                let fields = node.fields()?;
                fields.required("text", Node::text)
            });
            fields.required("site_type", |node| node.concept(Scheme::SiteType));
            fields.optional("url", Node::url);
            Some(())
        });
        assert_eq!(
            found,
            [
                "/names/0/text: is a number, and must be a text",
                "/names/1/text: is empty: leave it out, or write something",
                "/site_type: is required",
                "/url: \"ftp://x\" is not a web address: it begins with https:// or http://",
                "/a~1b: is not known here: known are names, site_type, url",
            ]
        );
    }

    #[test]
    fn an_unknown_word_is_answered_first_with_what_was_perhaps_meant() {
        let body = json!({"site_type": "churc", "status": "activ", "kind": "x"});
        let found = faults(&body, |node| {
            let fields = node.fields()?;
            fields.concept("site_type", Scheme::SiteType);
            fields.optional("status", |node| node.one_of(&["active", "inactive"]));
            fields.optional("kind", |node| node.one_of(&["active", "inactive"]));
            Some(())
        });
        for (fault, start) in found.iter().zip([
            "/site_type: \"churc\" is not a site_type: did you mean church? It is one of religious_place,",
            "/status: \"activ\" is not known here: did you mean active? It is one of active, inactive",
            "/kind: \"x\" is not one of active, inactive",
        ]) {
            assert!(fault.starts_with(start), "{fault}");
        }
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn an_unknown_member_is_answered_first_with_what_was_perhaps_meant() {
        let body = json!({"siteType": "church", "Names": [], "colour": 1});
        let found = faults(&body, |node| {
            let fields = node.fields()?;
            fields.optional("names", |_| Some(()));
            fields.optional("site_type", |_| Some(()));
            Some(())
        });
        assert_eq!(
            found,
            [
                "/Names: is not known here: did you mean names? Known are names, site_type",
                "/colour: is not known here: known are names, site_type",
                "/siteType: is not known here: did you mean site_type? Known are names, site_type",
            ]
        );
    }

    #[test]
    fn a_body_that_is_all_wrong_is_not_answered_at_many_times_its_length() {
        let items: Vec<Value> = (0..5000).map(|number| json!(number)).collect();
        let found = faults(&json!(items), |node| {
            node.list(|node| node.raw_text().map(drop)).map(drop)
        });
        assert_eq!(found.len(), MOST_FAULTS);
        let members: Map<_, _> = (0..5000)
            .map(|number| (number.to_string(), json!(1)))
            .collect();
        assert_eq!(
            faults(&Value::Object(members), |node| node.fields().map(drop)).len(),
            MOST_FAULTS
        );
    }

    #[test]
    fn a_list_that_must_have_an_item_says_so() {
        let some = |node: &Node<'_>| {
            node.fields()?.some("names", |node| node.text());
            Some(())
        };
        assert_eq!(
            faults(&json!({"names": []}), some),
            ["/names: is empty: give at least one"]
        );
        assert_eq!(
            faults(&json!({"names": "x"}), some),
            ["/names: is a text, and must be a list"]
        );
        assert_eq!(faults(&json!({}), some), ["/names: is required"]);
    }

    #[test]
    fn each_fault_of_a_reader_is_of_its_kind() {
        let body = json!({
            "empty": "", "type": "x", "far": -1, "many": "x", "day": "8.10.2020", "never": "2021-02-29",
            "hour": "2020-10-08T11:00", "web": "x", "id": "x", "kind": "b", "aside": "x",
        });
        let Err(Faults(faults)) = read(&body, "", |node| {
            let fields = node.fields()?;
            fields.text("empty");
            fields.required("none", Node::text);
            fields.concept("type", Scheme::SiteType);
            fields.optional("far", |node| node.metres(Some(50)));
            fields.optional("many", Node::number);
            fields.optional("day", Node::day);
            fields.optional("never", Node::edtf);
            fields.optional("hour", Node::edtf);
            fields.optional("web", Node::url);
            fields.optional("id", |node| node.id::<()>());
            fields.optional("kind", Node::text);
            fields.optional("aside", Node::text);
            let is_b = [Test::Word("kind", &["b"])];
            fields.demand(&is_b, &[Test::There("note")], "is required for b");
            fields.demand(&is_b, &[Test::Missing("aside")], "goes without b");
            fields.demand(&[], &["one", "other"].map(Test::There), "says nothing");
            Some(())
        }) else {
            unreachable!("there are faults");
        };
        let meant = |date: Option<&str>| FaultKind::Date {
            meant: date.map(str::to_owned),
        };
        let kinds: Vec<_> = faults
            .iter()
            .map(|one| (one.place.as_str(), one.kind.clone()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("/empty", FaultKind::Missing),
                ("/none", FaultKind::Missing),
                ("/type", FaultKind::NotOneOf),
                ("/far", FaultKind::Metres { most: Some(50) }),
                ("/many", FaultKind::Number),
                ("/day", meant(Some("2020-10-08"))),
                ("/never", meant(None)),
                ("/hour", FaultKind::TimeOfDay),
                ("/web", FaultKind::WebAddress),
                ("/id", FaultKind::NoId),
                ("/note", FaultKind::MissingWith("kind")),
                ("/aside", FaultKind::OutOfPlace("kind")),
                ("", FaultKind::MissingOneOf(vec!["one", "other"])),
            ]
        );
    }
}
