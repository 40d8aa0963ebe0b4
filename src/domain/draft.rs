//! A draft of any kind: what somebody sent, well-formed and not yet accepted.

use std::sync::LazyLock;

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::reading::{Members, Shape, shape_of};
use super::{
    Audience, Collection, Corrupt, Fault, FaultKind, Faults, Node, OrganizationDraft, RecordRef,
    RegionDraft, ReportDraft, SiteDraft, Version, returned,
};

/// A draft of any kind.
#[derive(Clone, Debug)]
pub enum Draft {
    /// An organization.
    Organization(Box<OrganizationDraft>),
    /// A region.
    Region(Box<RegionDraft>),
    /// A site.
    Site(Box<SiteDraft>),
    /// A condition report.
    Report(Box<ReportDraft>),
}

impl Draft {
    /// Reads a flat object with `geometry` among the other members.
    pub fn read(collection: Collection, node: &Node<'_>) -> Option<Draft> {
        Some(match collection {
            Collection::Organizations => {
                Draft::Organization(Box::new(OrganizationDraft::read(node)?))
            }
            Collection::Regions => Draft::Region(Box::new(RegionDraft::read(node)?)),
            Collection::Sites => Draft::Site(Box::new(SiteDraft::read(node)?)),
            Collection::ConditionReports => Draft::Report(Box::new(ReportDraft::read(node)?)),
        })
    }

    /// The members that a draft of a collection may have.
    pub fn members(collection: Collection) -> Vec<&'static str> {
        let members = &Draft::taken(collection).all;
        members.iter().map(|member| member.name).collect()
    }

    /// Those of them that some reader is shown of a record; the others are kept for nobody to see.
    pub fn shown(collection: Collection) -> impl Iterator<Item = &'static str> {
        let is_returned = move |name: &str| {
            let mut returned = returned(collection, Audience::Trusted);
            name == "geometry" || returned.any(|(_, property)| property.name == name)
        };
        let members = Draft::members(collection).into_iter();
        members.filter(move |name| is_returned(name))
    }

    /// What a draft of a collection takes.
    pub(super) fn taken(collection: Collection) -> &'static Members {
        let at = Collection::ALL.iter().position(|one| *one == collection);
        &TAKEN[at.expect("it is one of all")]
    }

    /// A version of a record as a feature that reads as the draft it was made of.
    pub fn feature(
        record: RecordRef,
        version: Version,
        document: &RawValue,
    ) -> Result<Value, Corrupt> {
        let mut members: Map<String, Value> =
            serde_json::from_str(document.get()).map_err(|error| {
                let fault = Fault {
                    place: String::new(),
                    kind: FaultKind::Other,
                    detail: format!("is not JSON: {error}"),
                };
                Corrupt {
                    record,
                    version,
                    faults: Faults(vec![fault]),
                }
            })?;
        let geometry = members.remove("geometry");
        let taken = Draft::taken(record.collection);
        members.retain(|name, _| taken.get(name).is_some());
        Ok(json!({
            "type": "Feature",
            "id": record.id,
            "geometry": geometry,
            "properties": members,
        }))
    }

    /// The members that follow from who submits it, and never change.
    pub fn fixed(collection: Collection) -> &'static [&'static str] {
        match collection {
            Collection::ConditionReports => &["organization_id"],
            Collection::Organizations | Collection::Regions | Collection::Sites => &[],
        }
    }

    /// What kind it is.
    pub fn collection(&self) -> Collection {
        match self {
            Draft::Organization(_) => Collection::Organizations,
            Draft::Region(_) => Collection::Regions,
            Draft::Site(_) => Collection::Sites,
            Draft::Report(_) => Collection::ConditionReports,
        }
    }
}

/// What a text stands for at a place of a draft: a cell of a table has no types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Itself.
    Text,
    /// A list of texts.
    Texts,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A list or an object, as JSON.
    Json,
}

impl Draft {
    /// What a text stands for at a place, which is given by members and places in lists: `names.0.text`. `None` if nothing
    /// is taken there.
    ///
    /// ```
    /// use heritage_registry::domain::{Collection, Draft, Takes};
    /// let takes = |place| Draft::takes(Collection::Sites, place);
    /// assert_eq!(takes("names"), Some(Takes::Json));
    /// assert_eq!(takes("names.0.text"), Some(Takes::Text));
    /// assert_eq!(takes("other_types"), Some(Takes::Texts));
    /// assert_eq!(takes("names.text"), None);
    /// ```
    pub fn takes(collection: Collection, place: &str) -> Option<Takes> {
        let mut steps = place.split('.');
        let first = steps.next()?;
        let mut shape = &Draft::taken(collection).get(first)?.shape;
        for step in steps {
            shape = match shape {
                Shape::Object(members) => &members.get(step)?.shape,
                Shape::List(item, _) if step.parse::<u16>().is_ok() => item,
                _ => return None,
            };
        }
        Some(match shape {
            Shape::Whole(schema) => Takes::of(schema),
            Shape::List(item, _) => match &**item {
                Shape::Whole(schema) if Takes::of(schema) == Takes::Text => Takes::Texts,
                _ => Takes::Json,
            },
            Shape::Anything | Shape::Object(_) => Takes::Json,
        })
    }
}

impl Takes {
    fn of(schema: &Value) -> Takes {
        match schema["type"].as_str() {
            Some("string") => Takes::Text,
            Some("boolean") => Takes::Boolean,
            Some("number" | "integer") => Takes::Number,
            _ => Takes::Json,
        }
    }
}

/// What drafts take, asked of their readers once: it is not cheap, and every edit needs it.
static TAKEN: LazyLock<Vec<Members>> = LazyLock::new(|| {
    let taken = |collection| shape_of(|node| Draft::read(collection, node)).into_members();
    Collection::ALL.into_iter().map(taken).collect()
});
