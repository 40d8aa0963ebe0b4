//! What a draft takes at the place of a field, as its schema says it: what may be chosen, and whether it has to be there.

use std::sync::LazyLock;

use serde_json::Value;

use crate::domain::{Body, Collection};

/// What is taken at a place.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    schema: &'a Value,
    pub(super) is_required: bool,
}

/// The schemas of drafts, which are not cheap to make: their members, `geometry` among them.
static SCHEMAS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let members = |collection| {
        let mut feature = Body::Create.schema(collection);
        let geometry = feature["properties"]["geometry"].take();
        let mut members = feature["properties"]["properties"].take();
        members["properties"]["geometry"] = geometry;
        members
    };
    Collection::ALL.into_iter().map(members).collect()
});

impl Taken<'static> {
    /// What a draft takes.
    pub(super) fn of(collection: Collection) -> Taken<'static> {
        let place = Collection::ALL.iter().position(|one| *one == collection);
        Taken {
            schema: &SCHEMAS[place.expect("it is one of all")],
            is_required: true,
        }
    }
}

impl<'a> Taken<'a> {
    /// What a member takes: of a list, a member of its items.
    pub(super) fn member(self, name: &str) -> Taken<'a> {
        let object = if self.schema["items"].is_object() {
            &self.schema["items"]
        } else {
            self.schema
        };
        let required = object["required"].as_array().into_iter().flatten();
        Taken {
            schema: &object["properties"][name],
            is_required: required.into_iter().any(|one| one == name),
        }
    }

    /// The members that there are, but those that follow from the rest.
    #[cfg(test)]
    pub(super) fn members(self) -> Vec<&'a str> {
        let object = match &self.schema["items"] {
            Value::Null => self.schema,
            items => items,
        };
        let all = object["properties"].as_object().into_iter().flatten();
        let said = all.filter(|(_, schema)| {
            schema["readOnly"] != true
                && schema["enum"].as_array().is_none_or(|all| !all.is_empty())
        });
        said.map(|(name, _)| name.as_str()).collect()
    }

    /// The values that may be chosen, in their order.
    pub(super) fn choices(self) -> impl Iterator<Item = &'a str> {
        let schema = match &self.schema["enum"] {
            Value::Null => &self.schema["items"]["enum"],
            choices => choices,
        };
        let choices = schema.as_array().into_iter().flatten();
        // `null` stands among those of what may be missing.
        choices.filter_map(Value::as_str)
    }
}
