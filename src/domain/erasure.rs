//! Taking something out of a record for safety or privacy, in every version of it (DESIGN 3). The log says who did and why,
//! and not what.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::handling::AS_SENT;
use super::phone_position::POSITION;
use super::{Fault, FaultKind, Faults, Node};

/// What is taken out of a record, and why.
#[derive(Clone, Debug)]
pub struct Erasure {
    members: Vec<String>,
    containing: Option<String>,
    /// Why; must not say what.
    pub reason: String,
}

/// Members that hold records together, or say who may see what: without them more would be shown, or nothing at all.
const KEPT: [&str; 12] = [
    "code",
    "listed",
    "location_sensitivity",
    "merged_into",
    "organization_id",
    "organization_public",
    "proposed_by_organization_id",
    "public_cell",
    "public_fields",
    "public_listing",
    "show_as_contributor",
    "site_id",
];

impl Erasure {
    /// `{"property", "reason"}`, and `containing` where only what has that text in it is meant.
    pub fn read(node: &Node<'_>) -> Option<Erasure> {
        let fields = node.fields()?;
        let member =
            fields.required("property", |node| {
                let name = node.text()?;
                if KEPT.contains(&name.as_str()) {
                    return node.fault(FaultKind::Other, format!(
                    "{name} holds records together or says who may see what, and is not erased"
                ));
                }
                Some(name)
            });
        let containing = fields.text("containing");
        let reason = fields.required("reason", Node::text);
        Some(Erasure {
            members: vec![member?],
            containing,
            reason: reason?,
        })
    }

    /// Of where the phone was that sent a report.
    pub fn of_position() -> Erasure {
        Erasure {
            members: POSITION.map(str::to_owned).to_vec(),
            containing: None,
            reason: "The time for which positions of phones are kept is over.".to_owned(),
        }
    }

    /// Whether it is of something that an audience may have been shown.
    pub fn is_of_views(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|name| !POSITION.contains(&name.as_str()))
    }

    /// The document without it; `None` if there is nothing of it.
    pub fn of(&self, document: &RawValue) -> Option<Value> {
        let mut members: Map<String, Value> = serde_json::from_str(document.get()).ok()?;
        let mut is_other = false;
        for name in &self.members {
            is_other |= self.take(name, &mut members);
            // Where its organization is not shown all that a version says, it keeps what they are shown beside that.
            if let Some(Value::Object(as_sent)) = members.get_mut(AS_SENT) {
                is_other |= self.take(name, as_sent);
            }
        }
        is_other.then_some(Value::Object(members))
    }

    /// Takes one member out, and gives whether there was anything of it.
    fn take(&self, name: &str, members: &mut Map<String, Value>) -> bool {
        match (&self.containing, members.get_mut(name)) {
            (_, None | Some(Value::Null)) => return false,
            (Some(text), Some(Value::Array(items))) => {
                let before = items.len();
                items.retain(|item| !holds(item, text));
                if items.len() == before {
                    return false;
                }
            }
            (Some(text), Some(value)) if !holds(value, text) => return false,
            _ => {
                members.remove(name);
            }
        }
        if name == "geometry" {
            // It is where the place is, only less precisely.
            members.remove("public_cell");
        }
        true
    }

    /// What is said where no version has anything of it.
    pub fn nothing(&self) -> Faults {
        let detail = match self.containing {
            Some(_) => "no version has this text there",
            None => "no version has this property",
        };
        Faults(vec![Fault {
            place: "/property".to_owned(),
            kind: FaultKind::Other,
            detail: format!("{detail}: nothing was erased"),
        }])
    }
}

/// Whether a text stands anywhere in a value.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own.contains(text),
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;
    use crate::domain::read;

    fn erased(asked: Value, document: Value) -> Option<Value> {
        let erasure = read(&asked, "", Erasure::read).unwrap();
        erasure.of(&to_raw_value(&document).unwrap())
    }

    #[test]
    fn a_property_goes_whole_or_what_has_a_text_in_it() {
        let texts = json!({"summary": [{"text": "A wall fell.", "lang": "en"}, {"text": "Aram saw it.", "lang": "hy"}], "note": "Aram"});
        let all = json!({"property": "summary", "reason": "privacy"});
        assert_eq!(erased(all, texts.clone()), Some(json!({"note": "Aram"})));
        let some = json!({"property": "summary", "containing": "Aram", "reason": "privacy"});
        let rest = json!({"summary": [{"text": "A wall fell.", "lang": "en"}], "note": "Aram"});
        assert_eq!(erased(some.clone(), texts), Some(rest.clone()));
        assert_eq!(erased(some, rest), None);
        let text = json!({"property": "note", "containing": "Aram", "reason": "privacy"});
        assert_eq!(
            erased(text, json!({"note": "Aram saw it."})),
            Some(json!({}))
        );
    }

    #[test]
    fn it_goes_from_what_its_organization_sent_too() {
        let asked = json!({"property": "note", "reason": "privacy"});
        let rest = json!({"as_sent": {"summary": "x"}});
        for document in [
            json!({"note": "Aram", "as_sent": {"note": "Aram", "summary": "x"}}),
            json!({"as_sent": {"note": "Aram", "summary": "x"}}),
        ] {
            assert_eq!(erased(asked.clone(), document), Some(rest.clone()));
        }
    }

    #[test]
    fn with_a_place_its_cell_goes() {
        let place = json!({"geometry": {"type": "Point"}, "public_cell": [467, 397], "location_method": "dataset"});
        let asked = json!({"property": "geometry", "reason": "looters"});
        assert_eq!(
            erased(asked, place),
            Some(json!({"location_method": "dataset"}))
        );
    }

    #[test]
    fn a_position_goes_with_its_accuracy_and_not_the_place_of_a_proposal() {
        let proposal = json!({"site_proposal": {"geometry": {"type": "Point"}}});
        let mut report = proposal.clone();
        report["observed_position"] = json!({"type": "Point", "coordinates": [46.5, 40.1]});
        report["observed_position_accuracy_m"] = json!(12);
        let position = Erasure::of_position();
        let taken = position.of(&to_raw_value(&report).unwrap());
        assert_eq!(taken.as_ref(), Some(&proposal));
        report["observed_position"] = Value::Null;
        let taken = position.of(&to_raw_value(&report).unwrap());
        assert_eq!(taken.unwrap()["site_proposal"], proposal["site_proposal"]);
        assert_eq!(position.of(&to_raw_value(&proposal).unwrap()), None);
    }

    #[test]
    fn what_says_who_may_see_what_is_not_erased() {
        let asked = json!({"property": "location_sensitivity"});
        let Faults(faults) = read(&asked, "", Erasure::read).unwrap_err();
        let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(places, ["/property", "/reason"]);
    }
}
