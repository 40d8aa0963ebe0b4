//! What somebody sends to change a record: a whole feature, or a merge patch (RFC 7396) in either of its two shapes,
//! laid over what whoever sends it knows of the record.
//!
//! Programs send back all they read (QGIS does). So what the registry computes may be among it, as long as it is as it
//! was; what no reader is shown, as an internal note, stays as it is unless it is sent; and a list or an object may be
//! sent as the text of its JSON.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::site::with_default_sensitivity;
use super::verdict::read_message;
use super::{
    Audience, Collection, Crs, Crs84, Draft, Fault, FaultKind, Faults, Geometry, LonLat, Node,
    Takes, parse_strictly, read, returned,
};

/// Members of a GeoJSON feature; a patch that has no others is one, and not a flat one.
pub(super) const OF_FEATURES: [&str; 6] = ["type", "id", "geometry", "properties", "links", "bbox"];

/// What says what a change corrects.
const NOTE: &str = "correction_note";

/// What is to become of a record.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What is sent, `geometry` among it.
    members: Map<String, Value>,
    /// Whether it makes a record, for which defaults hold.
    is_new: bool,
    /// Whether what is not sent is unset.
    is_whole: bool,
    /// Whether members stand at the root, and not under `properties`.
    is_flat: bool,
    /// What of the geometry lies outside the system that it was sent in.
    outside: Vec<Fault>,
}

/// What is sent, laid over what whoever sends it knows of a record, before it is read.
#[derive(Debug)]
pub struct Laid {
    /// The members of a draft, as an object: each as it was sent, or as whoever sends it knows it.
    pub members: Value,
    /// What of it is not for anybody to say.
    faults: Vec<Fault>,
}

impl Edit {
    /// A whole GeoJSON feature: what it does not say is unset.
    pub fn whole(id: Uuid, body: &Value) -> Result<Edit, Faults> {
        let members = read(body, "", |node| feature(id, node, true))?;
        Ok(Edit {
            members,
            is_new: false,
            is_whole: true,
            is_flat: false,
            outside: Vec::new(),
        })
    }

    /// A new feature; an id that it brings is not taken, since ids are given here.
    pub fn new(body: &Value, place: &str) -> Result<Edit, Faults> {
        let mut body = body.clone();
        if let Some(members) = body.as_object_mut() {
            members.remove("id");
        }
        let members = read(&body, place, |node| feature(Uuid::nil(), node, true))?;
        Ok(Edit {
            // Desktop programs send every field of their form, empty ones too.
            members: members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .collect(),
            is_new: true,
            is_whole: true,
            is_flat: false,
            outside: Vec::new(),
        })
    }

    /// The same, whose members are the columns of a table: faults have their names for places.
    #[must_use]
    pub fn of_row(self) -> Edit {
        Edit {
            is_flat: true,
            ..self
        }
    }

    /// The same, whose geometry is sent in another system than CRS84. What of it lies outside that is told with the other
    /// faults of the draft.
    #[must_use]
    pub fn in_crs(mut self, crs: Crs) -> Edit {
        if let Some(geometry) = self.members.get_mut("geometry") {
            crs.read_geojson(geometry, "/geometry", &mut self.outside);
        }
        self
    }

    /// The same, of which nothing is taken for said that is not.
    #[must_use]
    pub fn without_defaults(self) -> Edit {
        Edit {
            is_new: false,
            ..self
        }
    }

    /// Whether it says something of a member.
    pub fn has(&self, member: &str) -> bool {
        self.members.contains_key(member)
    }

    /// Where the members stand in what is sent.
    pub fn members_at(&self) -> &'static str {
        if self.is_flat { "" } else { "/properties" }
    }

    /// A merge patch: of the form of a feature, or flat, with the properties and `geometry` at its root.
    pub fn patch(id: Uuid, body: &Value) -> Result<Edit, Faults> {
        let is_flat = body.as_object().is_some_and(|map| {
            map.get("type").and_then(Value::as_str) != Some("Feature")
                && !map.get("properties").is_some_and(Value::is_object)
                && map.keys().any(|name| !OF_FEATURES.contains(&name.as_str()))
        });
        let members = read(body, "", |node| {
            if is_flat {
                node.object()
            } else {
                feature(id, node, false)
            }
        })?;
        Ok(Edit {
            members,
            is_new: false,
            is_whole: false,
            is_flat,
            outside: Vec::new(),
        })
    }

    /// This, laid over what there is of a record. `document` is what whoever edits knows of it, `shown` what they read of it: its
    /// properties, and `geometry`. What they do not know is added after ([`super::with_the_unseen`]). Where the current
    /// version is not the one they have seen, what the registry computes may be that of an older one, and is not looked at: a
    /// desktop program sends back its whole old copy, or makes a new record of one.
    pub fn over(
        &self,
        collection: Collection,
        document: &Map<String, Value>,
        shown: &Map<String, Value>,
        is_seen: bool,
    ) -> Laid {
        let known = Draft::members(collection);
        let is_known = |name: &str| known.contains(&name);
        let mut faults = Vec::new();
        let kept = document.iter().filter(|(name, _)| {
            is_known(name) && !(self.is_whole && shown.contains_key(name.as_str()))
        });
        let mut members: Map<_, _> = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for name in Draft::fixed(collection) {
            if let Some(value) = document.get(*name) {
                members.insert((*name).to_owned(), value.clone());
            }
        }
        for (name, value) in &self.members {
            let was = shown.get(name);
            let unfolded = unfolded(collection, name, value, was);
            let value = unfolded.as_ref().unwrap_or(value);
            let is_note = collection == Collection::ConditionReports && name == NOTE;
            let fixed = document
                .get(name)
                .filter(|_| Draft::fixed(collection).contains(&name.as_str()));
            if is_note || fixed.is_some_and(|fixed| fixed == value || value.is_null()) {
            } else if fixed.is_some() {
                faults.push(Fault {
                    place: format!("/{name}"),
                    kind: FaultKind::Other,
                    detail: "is that of whoever submits it: leave it out".to_owned(),
                });
            } else if was == Some(value) {
                // Whoever sends back what they read changes nothing, even where it is shown otherwise than it is kept.
                if let Some(kept) = document.get(name).filter(|_| is_known(name)) {
                    members.insert(name.clone(), kept.clone());
                }
            } else if self.is_new && !is_seen && is_computed(collection, name) {
            } else if was.is_some() && !is_known(name) {
                if is_seen {
                    faults.push(Fault {
                        place: format!("/{name}"),
                        kind: FaultKind::Other,
                        detail: "follows from the rest: leave it out, or as it was".to_owned(),
                    });
                }
            } else if self.is_whole || name == "geometry" {
                members.insert(name.clone(), value.clone());
            } else {
                merge(members.entry(name).or_insert(Value::Null), value);
            }
        }
        if collection == Collection::Sites && self.is_new {
            with_default_sensitivity(&mut members);
        }
        Laid {
            members: Value::Object(members),
            faults,
        }
    }

    /// The draft that this makes, laid over what there is.
    pub fn draft(&self, collection: Collection, laid: &Laid) -> Result<Draft, Faults> {
        let mut faults = laid.faults.clone();
        match read(&laid.members, "", |node| Draft::read(collection, node)) {
            Ok(draft) if faults.is_empty() && self.outside.is_empty() => return Ok(draft),
            Ok(_) => {}
            Err(Faults(others)) => faults.extend(others),
        }
        if !self.outside.is_empty() {
            // It could not be made a geometry in degrees, so what is wrong with that one means nothing.
            faults.retain(|fault| !is_of_geometry(fault));
            faults.extend(self.outside.iter().cloned());
        }
        Err(Faults(self.place(faults)))
    }

    /// The members of a record that stay as they are: those of which nothing is sent, and those sent back as they were
    /// `shown`.
    pub fn leaves(&self, collection: Collection, shown: &Map<String, Value>) -> Vec<&'static str> {
        let mut members = Draft::members(collection);
        members.retain(|name| {
            self.members.get(*name).is_none_or(|value| {
                let was = shown.get(*name);
                let unfolded = unfolded(collection, name, value, was);
                was == Some(unfolded.as_ref().unwrap_or(value))
            })
        });
        members
    }

    /// A point of the place that is sent, if there is one and it can be read.
    pub fn place_sent(&self) -> Option<LonLat> {
        let geometry = self.members.get("geometry")?;
        let geometry = Crs84::<Geometry>::parse(geometry, "", &mut Vec::new())?;
        Some(geometry.surface_point())
    }

    /// What the change corrects, where that is said; it is sent among the properties, and no draft has it.
    pub fn correction_note(&self) -> Result<Option<String>, Faults> {
        let note = self.members.get(NOTE).filter(|note| !note.is_null());
        let note = note.map(|note| read(note, &format!("/{NOTE}"), read_message));
        note.transpose()
            .map_err(|Faults(faults)| Faults(self.place(faults)))
    }

    /// A fault at its place in what was sent.
    fn placed(&self, fault: Fault) -> Fault {
        if self.is_flat || is_of_geometry(&fault) {
            return fault;
        }
        Fault {
            place: format!("/properties{}", fault.place),
            ..fault
        }
    }

    /// Faults of what a draft names, at their places in what was sent.
    pub fn place(&self, faults: Vec<Fault>) -> Vec<Fault> {
        faults.into_iter().map(|one| self.placed(one)).collect()
    }
}

fn is_of_geometry(fault: &Fault) -> bool {
    fault.place == "/geometry" || fault.place.starts_with("/geometry/")
}

/// Whether a property follows from others, and is not for anybody to say.
fn is_computed(collection: Collection, name: &str) -> bool {
    let mut returned = returned(collection, Audience::Trusted);
    returned.any(|(_, property)| property.name == name) && Draft::takes(collection, name).is_none()
}

/// The list or object whose JSON a text is, where a list or an object stands: QGIS 3 keeps what it read in a table of its
/// own, and sends the cells of that.
fn unfolded(
    collection: Collection,
    name: &str,
    value: &Value,
    was: Option<&Value>,
) -> Option<Value> {
    let is_whole = |value: &Value| value.is_array() || value.is_object();
    let taken = Draft::takes(collection, name);
    let is_one = matches!(taken, Some(Takes::Texts | Takes::Json)) || was.is_some_and(is_whole);
    let text = value.as_str().filter(|_| is_one && name != "geometry")?;
    parse_strictly(text.as_bytes()).ok().filter(is_whole)
}

/// The properties of a feature, with its geometry.
pub(super) fn feature(id: Uuid, node: &Node<'_>, is_whole: bool) -> Option<Map<String, Value>> {
    let fields = node.fields()?;
    let kind = |node: &Node<'_>| node.one_of(&["Feature"]);
    let properties = if is_whole {
        fields.required("type", kind);
        fields.required("properties", Node::object)
    } else {
        fields.optional("type", kind);
        fields.optional("properties", Node::object)
    };
    fields.optional("id", |node| {
        if node.raw_text()? == id.to_string() {
            return Some(());
        }
        node.fault(
            FaultKind::Other,
            "is another than that of the address: an id never changes",
        )
    });
    let mut members = properties.unwrap_or_default();
    if members.contains_key("geometry") {
        fields.fault(
            "properties",
            FaultKind::Other,
            "holds geometry, which stands beside it",
        );
    }
    for name in ["links", "bbox"] {
        fields.optional(name, |_| Some(()));
    }
    fields.given("geometry", |node| {
        members.insert("geometry".to_owned(), node.raw().clone());
    });
    Some(members)
}

/// RFC 7396, 2: objects are merged member by member, everything else is replaced.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_is_that_of_the_standard() {
        // RFC 7396, appendix A.
        for (mut target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (
                json!({"a": "b", "b": "c"}),
                json!({"a": null}),
                json!({"b": "c"}),
            ),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [{"b": "c"}]}),
                json!({"a": [1]}),
                json!({"a": [1]}),
            ),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!([1, 2]),
                json!({"a": "b", "c": null}),
                json!({"a": "b"}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            merge(&mut target, &patch);
            assert_eq!(target, expected, "{patch}");
        }
    }
}
