//! The JSON Schema of what may be sent: of bodies that make, replace or change a record (OGC API - Features Part 4).
//!
//! Made of what the readers say they take, and of the table of properties: what the registry computes may be sent back.

use serde_json::{Value, json};
use uuid::Uuid;

use super::edit::{OF_FEATURES, feature};
use super::reading::{Member, Members, Shape, shape_of};
use super::{Audience, Collection, Draft, returned};

/// A body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A new feature.
    Create,
    /// A whole feature in the place of another.
    Replace,
    /// A merge patch (RFC 7396).
    Update,
}

impl Body {
    /// All of them.
    pub const ALL: [Body; 3] = [Body::Create, Body::Replace, Body::Update];

    /// What it is called in addresses.
    pub const fn id(self) -> &'static str {
        match self {
            Body::Create => "create",
            Body::Replace => "replace",
            Body::Update => "update",
        }
    }

    /// The schema that a body of a collection must satisfy (JSON Schema, draft 2020-12), without `$schema` and `$id`.
    ///
    /// Whoever may write is trusted, so it names every property. It says all that can be said of a body by itself:
    /// whether what it cites exists, or what is sent back is as it was, only the registry knows.
    pub fn schema(self, collection: Collection) -> Value {
        let members = self.members(collection);
        if self != Body::Update {
            return Shape::Object(self.feature(members)).schema();
        }
        // The same distinction as that of the reader, so that a fault is said at its place and not "none of two".
        json!({
            "type": "object",
            "if": { "anyOf": [
                { "required": ["type"], "properties": { "type": { "enum": ["Feature"] } } },
                { "required": ["properties"], "properties": { "properties": { "type": "object" } } },
                { "propertyNames": { "enum": OF_FEATURES } },
            ] },
            "then": self.feature(members.clone()).patch(),
            "else": members.patch(),
        })
    }

    /// What is taken in a flat body, `geometry` among it.
    pub(super) fn members(self, collection: Collection) -> Members {
        let mut members = Draft::taken(collection).clone();
        // What follows from who sends it, and what is decided where nothing is said.
        let given = Draft::fixed(collection).iter().copied();
        let by_default = (self == Body::Create && collection == Collection::Sites)
            .then_some("location_sensitivity");
        for name in given.chain(by_default) {
            if let Some(member) = members.get_mut(name) {
                member.is_required = false;
            }
        }
        for (_, property) in returned(collection, Audience::Trusted) {
            if let Some(member) = members.get_mut(property.name) {
                member.title = Some(property.title);
                continue;
            }
            let mut computed = as_it_was(property.name, Some(property.title));
            if self == Body::Create {
                // Nothing is computed yet; desktop programs send every field of their form, empty ones too.
                computed.shape = Shape::Whole(json!({ "enum": [] }));
            }
            members.all.push(computed);
        }
        if members.get_mut("geometry").is_none() {
            // A report is shown where its site is, and GeoJSON has a geometry in every feature.
            let mut geometry = as_it_was("geometry", None);
            if self == Body::Create {
                geometry.shape = Shape::Whole(json!({ "enum": [] }));
            }
            members.all.push(geometry);
        }
        members
    }

    /// What is taken in a feature with these members.
    fn feature(self, mut members: Members) -> Members {
        let is_whole = self != Body::Update;
        let mut taken = shape_of(|node| feature(Uuid::nil(), node, is_whole)).into_members();
        // Ids are given here, so that of a new feature is not looked at.
        if let Some(id) = taken.get_mut("id").filter(|_| self == Body::Create) {
            id.shape = Shape::Anything;
        }
        let is_geometry = |member: &Member| member.name == "geometry";
        let (geometry, below) = members.all.into_iter().partition(is_geometry);
        members.all = below;
        for member in geometry {
            taken.all.retain(|member| !is_geometry(member));
            taken.all.push(member);
        }
        let (of_both, of_below) = members
            .rules
            .into_iter()
            .partition(|rule| rule.is_about("geometry"));
        members.rules = of_below;
        taken.rules = Vec::into_iter(of_both)
            .map(|rule| rule.of_feature())
            .collect();
        if let Some(properties) = taken.get_mut("properties") {
            properties.shape = Shape::Object(members);
        }
        taken
    }
}

/// What follows from the rest, and may be sent back as it was.
fn as_it_was(name: &'static str, title: Option<&'static str>) -> Member {
    Member {
        name,
        is_required: false,
        shape: Shape::Whole(json!({ "readOnly": true })),
        title,
    }
}
