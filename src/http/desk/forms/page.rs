//! The page of a form.

use serde_json::{Value, json};

use super::Form;
use super::changed::Changes;
use super::faulty::Faulty;
use super::shown::Showing;
use super::typed::{Body, Typed};
use super::worded::Wording;
use crate::domain::{Collection, Deed};
use crate::http::call::Call;
use crate::http::pages::{self, Frame, Lookup, say};

/// What a form is filled in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Target {
    /// A new record.
    New,
    /// A record, to be changed.
    Record,
    /// A published one, each change of which is a correction that has to be named.
    Published,
}

/// A form on its page, with what was typed into it.
pub(in crate::http) struct FormPage<'a> {
    pub(in crate::http) form: &'static Form,
    pub(in crate::http) typed: &'a Typed,
    pub(in crate::http) faulty: &'a Faulty,
    pub(in crate::http) target: Target,
    /// The path to which it is sent.
    pub(in crate::http) action: String,
    /// Under which name a browser may keep what is typed, as long as it is not sent.
    pub(in crate::http) draft: String,
    /// What it carries beside what is typed.
    pub(in crate::http) hidden: Vec<(&'static str, String)>,
    /// What else the template takes.
    pub(in crate::http) more: Value,
}

impl FormPage<'_> {
    /// With something else for the template.
    #[must_use]
    pub(in crate::http) fn with(mut self, name: &str, value: Value) -> Self {
        self.more[name] = value;
        self
    }

    /// With what others changed meanwhile.
    #[must_use]
    pub(in crate::http) fn after(self, changes: &Changes, now: &Body, call: &Call) -> Self {
        let (snapshot, frame) = (call.snapshot(), Frame::of(call));
        let lookup = Lookup::of(&snapshot, call);
        let wording = Wording::of(self.form, &lookup, &frame);
        let of = |name: &str| now.members.get(name).unwrap_or(&Value::Null);
        let both = changes.of_both.iter().map(|name| {
            let now = wording.value(name, of(name), of("sources"));
            json!({ "label": wording.label(name), "now": now })
        });
        let others = changes.of_others.iter().map(|name| wording.label(name));
        let conflict = json!({
            "both": both.collect::<Vec<_>>(),
            "others": others.collect::<Vec<_>>(),
        });
        self.with("conflict", conflict)
    }

    /// What the template takes.
    pub(in crate::http) fn shown(self, call: &Call) -> Value {
        let (snapshot, frame) = (call.snapshot(), Frame::of(call));
        let lookup = Lookup::of(&snapshot, call);
        let actor = call.reader.actor();
        let showing = Showing {
            form: self.form,
            typed: self.typed,
            faulty: self.faulty,
            is_reviewer: actor.is_some_and(|actor| actor.may(Deed::Review).is_ok()),
            is_correction: self.target == Target::Published,
            lang: frame.lang,
            lookup: &lookup,
        };
        let site = Body::of(self.form, self.typed);
        let site = site.members.get("site_id").and_then(Value::as_str);
        let hidden = self.hidden.iter();
        let hidden = hidden.map(|(name, value)| json!({ "name": name, "value": value }));
        let mut page = self.more;
        let says = &self.form.says;
        let (title, lead, send) = match self.target {
            Target::New => (says.title, Some(says.lead), says.send),
            Target::Record | Target::Published => (says.edit_title, None, "form.save"),
        };
        page["title"] = say(frame.lang, title, &[]).into();
        page["lead"] = lead.map(|key| say(frame.lang, key, &[])).into();
        page["send"] = say(frame.lang, send, &[]).into();
        page["action"] = frame.addresses().to(&self.action).into();
        page["draft"] = self.draft.into();
        page["hidden"] = hidden.collect();
        page["about"] = site
            .and_then(|id| lookup.label(Collection::Sites, id))
            .unwrap_or_default();
        page["form"] = json!(showing.page());
        // Of an organization there is only its town, for which nobody needs a map of sites.
        if self.form.collection == Collection::Sites {
            page["map"] = pages::to_place_on(&lookup, &frame);
        }
        page
    }
}
