//! What of a record somebody changed in its form, also where somebody else changed it meanwhile.
//!
//! A form carries a mark of each member as it was when it was opened. A member whose mark is another one now was changed by
//! whoever fills in the form, or by somebody else: by comparing both, nobody's change is undone by what nobody touched.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::typed::Body;
use super::{Field, Form};

/// The marks of all members, as a form carries them.
pub(in crate::http) fn marks(form: &Form, body: &Body) -> String {
    let of = |field: &Field| format!("{}:{}", field.name, mark(body.members.get(field.name)));
    form.fields().map(of).collect::<Vec<_>>().join(" ")
}

/// Enough of a hash to tell what somebody reads from what they write.
fn mark(value: Option<&Value>) -> String {
    let text = value.map(Value::to_string).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..6])
}

/// Who changed what since a form was opened.
#[derive(Debug, Default)]
pub(in crate::http) struct Changes {
    /// What whoever fills it in changed, as a merge patch (RFC 7396).
    pub(in crate::http) patch: Map<String, Value>,
    /// What others changed and they did not.
    pub(in crate::http) of_others: Vec<&'static str>,
    /// What both changed, each in another way.
    pub(in crate::http) of_both: Vec<&'static str>,
}

impl Changes {
    /// What was typed and what stands now, against the marks that the form carried.
    pub(in crate::http) fn of(form: &Form, typed: &Body, now: &Body, marks: &str) -> Changes {
        let mut changes = Changes::default();
        let marks: Vec<(&str, &str)> = marks
            .split(' ')
            .filter_map(|one| one.split_once(':'))
            .collect();
        for field in form.fields() {
            let (typed, now) = (typed.members.get(field.name), now.members.get(field.name));
            let was = marks.iter().find(|(name, _)| *name == field.name);
            let was = was.map_or("", |(_, mark)| mark);
            let (is_theirs, is_of_others) = (mark(typed) != was, mark(now) != was);
            if typed == now {
                continue;
            }
            match (is_theirs, is_of_others) {
                (false, _) => changes.of_others.push(field.name),
                (true, true) => changes.of_both.push(field.name),
                (true, false) => {}
            }
            if is_theirs {
                changes
                    .patch
                    .insert(field.name.to_owned(), patch(typed, now));
            }
        }
        changes
    }
}

/// What makes one value of another one.
fn patch(wanted: Option<&Value>, now: Option<&Value>) -> Value {
    let mut patch = wanted.cloned().unwrap_or_default();
    if let (Some(members), Some(Value::Object(now))) = (patch.as_object_mut(), now) {
        for name in now.keys() {
            members.entry(name.as_str()).or_insert(Value::Null);
        }
    }
    patch
}
