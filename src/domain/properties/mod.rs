//! The table of properties: everything that a feature can have, said once.
//!
//! Names, types, who may see them, and how they are read off a record stand here; filters, sorting and
//! the API definition are made from it. What the public gets of a site that is not exact, and of its
//! reports, is the column [`WhenHidden`]: an allow-list, so that a new property is hidden until somebody decides.
//! The rows are in `rows.rs`.

mod kind;
mod rows;

pub use self::kind::Kind;
use self::rows::{ORGANIZATIONS, REGIONS, REPORTS, SITES};
use super::seen::{OrganizationSeen, RegionSeen, ReportSeen, SiteSeen};
use super::{Audience, Collection, Layer, Value};

/// What is known of a property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its name in JSON, filters and headers: `snake_case`.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// What people call it, in English.
    pub title: &'static str,
    /// Whether features show it; what they do not show can only be asked for.
    pub is_returned: bool,
    who: Who,
    when_hidden: WhenHidden,
}

/// Who may be shown a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Public,
    Trusted,
}

/// What the public gets of a property where the site is not exact (vocabularies 1.1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhenHidden {
    /// It is on the allow-list.
    Shown,
    /// It is shown if a reviewer released this.
    IfReleased(&'static str),
    /// It is not shown, whatever is released.
    Withheld,
}

struct Row<S> {
    property: Property,
    of: fn(&S) -> Value,
}

/// For everybody; of a site that is not exact, the public gets it as `when_hidden` says.
const fn public<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    when_hidden: WhenHidden,
    of: fn(&S) -> Value,
) -> Row<S> {
    Row {
        property: Property {
            name,
            kind,
            title,
            is_returned: true,
            who: Who::Public,
            when_hidden,
        },
        of,
    }
}

/// For everybody, of records that hide no place.
const fn open<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    of: fn(&S) -> Value,
) -> Row<S> {
    public(name, kind, title, WhenHidden::Shown, of)
}

/// For everybody to ask for, and shown in other properties: whatever it tells, those must tell.
const fn asked<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    when_hidden: WhenHidden,
    of: fn(&S) -> Value,
) -> Row<S> {
    let mut row = public(name, kind, title, when_hidden, of);
    row.property.is_returned = false;
    row
}

/// For the trusted only.
const fn trusted<S>(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    of: fn(&S) -> Value,
) -> Row<S> {
    Row {
        property: Property {
            name,
            kind,
            title,
            is_returned: true,
            who: Who::Trusted,
            when_hidden: WhenHidden::Withheld,
        },
        of,
    }
}

impl Property {
    /// One of a file, for everybody.
    pub(super) const fn of_file(name: &'static str, kind: Kind) -> Property {
        Property {
            name,
            kind,
            title: name,
            is_returned: true,
            who: Who::Public,
            when_hidden: WhenHidden::Shown,
        }
    }

    /// Whether it is for everybody, and not for the trusted only.
    pub fn is_public(&self) -> bool {
        self.who == Who::Public
    }

    /// Whether an audience that may be shown it is shown it of every record that they see.
    pub(super) fn is_always_shown(&self, audience: Audience) -> bool {
        audience == Audience::Trusted || self.when_hidden == WhenHidden::Shown
    }
}

/// The properties of a collection that an audience may be shown, each with its number, in the order of the table.
///
/// A number is the place in the whole table, the same for every audience: [`super::Feature::values`] are in that order.
pub fn numbered(
    layer: impl Into<Layer>,
    audience: Audience,
) -> impl Iterator<Item = (usize, &'static Property)> {
    let all = table(layer.into()).into_iter().enumerate();
    all.filter(move |(_, property)| audience == Audience::Trusted || property.is_public())
}

/// The properties of a collection that an audience may be shown, in the order of the table.
pub fn properties(layer: impl Into<Layer>, audience: Audience) -> Vec<&'static Property> {
    numbered(layer, audience)
        .map(|(_, property)| property)
        .collect()
}

/// Those of them that features show.
pub fn returned(
    layer: impl Into<Layer>,
    audience: Audience,
) -> impl Iterator<Item = (usize, &'static Property)> {
    numbered(layer, audience).filter(|(_, property)| property.is_returned)
}

fn table(layer: Layer) -> Vec<&'static Property> {
    fn of<S>(rows: &'static [Row<S>]) -> Vec<&'static Property> {
        rows.iter().map(|row| &row.property).collect()
    }
    match layer {
        Layer::Ours(Collection::ConditionReports) => of(REPORTS),
        Layer::Ours(Collection::Organizations) => of(ORGANIZATIONS),
        Layer::Ours(Collection::Regions) => of(REGIONS),
        Layer::Ours(Collection::Sites) => of(SITES),
        Layer::Extra(extra) => extra.properties().iter().collect(),
    }
}

/// The values of a record for an audience: one for each row of the table, `Null` where it is not for them.
///
/// `released` is `None` where everything that the audience may be shown is shown; else it names what a reviewer released.
fn values<S>(
    rows: &'static [Row<S>],
    seen: &S,
    audience: Audience,
    released: Option<&[String]>,
) -> Vec<Value> {
    let is_released = |property: &Property| match (released, property.when_hidden) {
        (None, _) | (Some(_), WhenHidden::Shown) => true,
        (Some(released), WhenHidden::IfReleased(field)) => {
            released.iter().any(|name| name == field)
        }
        (Some(_), WhenHidden::Withheld) => false,
    };
    let is_theirs = |property: &Property| audience == Audience::Trusted || property.is_public();
    rows.iter()
        .map(|row| {
            if is_theirs(&row.property) && is_released(&row.property) {
                (row.of)(seen)
            } else {
                Value::Null
            }
        })
        .collect()
}

impl SiteSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(SITES, self, self.record.audience, self.released())
    }
}

impl ReportSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(REPORTS, self, self.record.audience, self.released())
    }
}

impl OrganizationSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(ORGANIZATIONS, self, self.record.audience, None)
    }
}

impl RegionSeen {
    pub(super) fn values(&self) -> Vec<Value> {
        values(REGIONS, self, self.record.audience, None)
    }
}
