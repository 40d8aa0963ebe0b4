//! The files of `seed/` as drafts: records by key, sources once for all, in a form that people correct by hand.
//!
//! Loading turns references by key into ids and citations into sources; then the drafts are read by the same code that
//! takes everybody's input. Faults are named by file and place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_embed::RustEmbed;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Item;
use crate::domain::{
    BaseMap, Draft, Fault, FaultKind, Faults, Id, Node, Organization, OrganizationDraft,
    RegionDraft, ReportDraft, SiteDraft, citations, read,
};

#[derive(RustEmbed)]
#[folder = "seed"]
struct Files;

/// The files of a seed, by their path below `seed/`.
#[derive(Clone, Debug)]
pub struct Seed(BTreeMap<String, Cow<'static, str>>);

/// The light base map of the seed, which is no record of the registry; a fault is named by its place in the file.
pub fn base_map() -> Result<BaseMap, Faults> {
    let file = Files::get("basemap.geojson");
    BaseMap::parse(&file.map(|file| file.data).unwrap_or_default())
}

impl Seed {
    /// The files that are compiled in.
    pub fn compiled_in() -> Seed {
        let text = |name: &str| String::from_utf8(Files::get(name)?.data.into_owned()).ok();
        let records = Files::iter().filter(|name| Kind::of(name).is_some());
        Seed(
            records
                .filter_map(|name| Some((name.to_string(), Cow::Owned(text(&name)?))))
                .collect(),
        )
    }

    /// Files that a caller has.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, String)>) -> Seed {
        Seed(
            files
                .into_iter()
                .map(|(name, text)| (name.to_owned(), Cow::Owned(text)))
                .collect(),
        )
    }

    /// The files with their texts.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_ref()))
    }

    /// All records as drafts; reports that no organization of the list made for itself are those of `registry`.
    pub fn items(&self, registry: Id<Organization>) -> Result<Vec<Item>, Faults> {
        let mut faults = Vec::new();
        let records = self.records(&mut faults);
        let keys = Keys::of(&records, registry, &mut faults);
        let mut items = Vec::new();
        for record in records
            .into_iter()
            .filter(|record| record.kind != Kind::Source)
        {
            match record.into_item(&keys) {
                Ok(item) => items.push(item),
                Err(Faults(more)) => faults.extend(more),
            }
        }
        Faults::check(faults).map(|()| items)
    }

    /// Every record of every file, with its place: `sites/az-2021-shusha.json#/3`.
    fn records(&self, faults: &mut Vec<Fault>) -> Vec<Record> {
        let mut records = Vec::new();
        for (name, text) in &self.0 {
            let Some(kind) = Kind::of(name) else { continue };
            let fault = |detail| Fault {
                place: name.clone(),
                kind: FaultKind::Other,
                detail,
            };
            match serde_json::from_str(text) {
                Ok(Value::Array(list)) => records.extend(placed(name, "#", list, kind)),
                Ok(Value::Object(mut file)) if kind == Kind::Region => {
                    match file.remove("features") {
                        Some(Value::Array(list)) => {
                            records.extend(placed(name, "#/features", list, kind));
                        }
                        _ => faults.push(fault("is not a feature collection".to_owned())),
                    }
                }
                Ok(_) => faults.push(fault("is not a list of records".to_owned())),
                Err(error) => faults.push(fault(format!("is not JSON: {error}"))),
            }
        }
        records
    }
}

fn placed(file: &str, above: &str, list: Vec<Value>, kind: Kind) -> impl Iterator<Item = Record> {
    let places = (0..list.len()).map(move |index| format!("{file}{above}/{index}"));
    list.into_iter()
        .zip(places.collect::<Vec<_>>())
        .map(move |(value, place)| Record {
            kind,
            place,
            members: members(value, kind),
        })
}

/// The members of a record; those of a feature's properties stand with its geometry.
fn members(value: Value, kind: Kind) -> Map<String, Value> {
    let mut members = match value {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if kind == Kind::Region {
        members.remove("type");
        if let Some(Value::Object(properties)) = members.remove("properties") {
            members.extend(properties);
        }
    }
    members
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Organization,
    Region,
    Report,
    Site,
    Source,
}

impl Kind {
    fn of(file: &str) -> Option<Kind> {
        match file {
            "organizations.json" => Some(Kind::Organization),
            "regions.geojson" => Some(Kind::Region),
            "sources.json" => Some(Kind::Source),
            _ if file.starts_with("reports/") => Some(Kind::Report),
            _ if file.starts_with("sites/") => Some(Kind::Site),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Record {
    kind: Kind,
    place: String,
    members: Map<String, Value>,
}

/// What the keys of the files stand for.
struct Keys {
    sources: HashMap<String, Value>,
    sites: HashMap<String, Value>,
    organizations: HashMap<String, Value>,
    registry: Value,
}

impl Keys {
    fn of(records: &[Record], registry: Id<Organization>, faults: &mut Vec<Fault>) -> Keys {
        let mut keys = Keys {
            sources: HashMap::new(),
            sites: HashMap::new(),
            organizations: HashMap::new(),
            registry: registry.to_string().into(),
        };
        for record in records {
            let (map, value) = match record.kind {
                Kind::Source => (&mut keys.sources, Value::Object(record.members.clone())),
                Kind::Site => (
                    &mut keys.sites,
                    record.members.get("id").cloned().unwrap_or_default(),
                ),
                Kind::Organization => (
                    &mut keys.organizations,
                    record.members.get("id").cloned().unwrap_or_default(),
                ),
                Kind::Region | Kind::Report => continue,
            };
            let place = format!("{}/key", record.place);
            match record.members.get("key").and_then(Value::as_str) {
                None => faults.push(Fault {
                    place,
                    kind: FaultKind::Other,
                    detail: "is required, a text".to_owned(),
                }),
                Some(key) => {
                    if map.insert(key.to_owned(), value).is_some() {
                        faults.push(Fault {
                            place,
                            kind: FaultKind::Other,
                            detail: format!("\"{key}\" stands twice: each record has its own key"),
                        });
                    }
                }
            }
        }
        keys
    }
}

impl Record {
    /// The draft of a record, with its sources in it and ids for keys.
    fn into_item(mut self, keys: &Keys) -> Result<Item, Faults> {
        let mut faults = Vec::new();
        self.add_sources(keys, &mut faults);
        self.members.remove("key");
        let id = self.members.remove("id");
        let place = self.place;
        let item = match self.kind {
            Kind::Organization => draft(
                place,
                id,
                self.members,
                OrganizationDraft::read,
                Draft::Organization,
            ),
            Kind::Region => draft(place, id, self.members, RegionDraft::read, Draft::Region),
            Kind::Site => draft(place, id, self.members, SiteDraft::read, Draft::Site),
            Kind::Source | Kind::Report => {
                refer(&place, &mut self.members, keys, &mut faults);
                draft(place, id, self.members, ReportDraft::read, Draft::Report)
            }
        };
        match item {
            Ok(item) if faults.is_empty() => Ok(item),
            Ok(_) => Err(Faults(faults)),
            Err(Faults(more)) => Err(Faults(faults.into_iter().chain(more).collect())),
        }
    }

    /// The sources that any part of the record cites, in the order of their keys.
    fn add_sources(&mut self, keys: &Keys, faults: &mut Vec<Fault>) {
        let mut cited = Vec::new();
        citations(&Value::Object(self.members.clone()), &mut cited);
        let mut sources = Vec::new();
        for key in BTreeSet::from_iter(cited) {
            match keys.sources.get(&key) {
                Some(source) => sources.push(source.clone()),
                None => faults.push(Fault {
                    place: self.place.clone(),
                    kind: FaultKind::Other,
                    detail: format!("cites \"{key}\", which is not in sources.json: add it there, or correct the key"),
                }),
            }
        }
        self.members.insert("sources".to_owned(), sources.into());
    }
}

/// A report's site and organization by id. An organization that observed for itself may be named; where none did, the
/// record is the registry's, and its sources say who speaks.
fn refer(place: &str, members: &mut Map<String, Value>, keys: &Keys, faults: &mut Vec<Fault>) {
    let mut id_of = |name: &str, known: &HashMap<String, Value>| {
        let key = members.remove(name)?;
        let id = key.as_str().and_then(|key| known.get(key)).cloned();
        if id.is_none() {
            faults.push(Fault {
                place: format!("{place}/{name}"),
                kind: FaultKind::Other,
                detail: format!("there is no {name} with the key {key}"),
            });
        }
        id
    };
    let site = id_of("site", &keys.sites);
    let organization = id_of("organization", &keys.organizations);
    members.insert(
        "organization_public".to_owned(),
        organization.is_some().into(),
    );
    members.insert(
        "organization_id".to_owned(),
        organization.unwrap_or_else(|| keys.registry.clone()),
    );
    if let Some(site) = site {
        members.insert("site_id".to_owned(), site);
    }
    // What all texts of a report rest on is its list of sources.
    members.remove("src");
}

fn draft<D>(
    place: String,
    id: Option<Value>,
    members: Map<String, Value>,
    reader: impl Fn(&Node<'_>) -> Option<D>,
    kind: impl Fn(Box<D>) -> Draft,
) -> Result<Item, Faults> {
    let id = read_id(&place, id);
    let drafted = read(&Value::Object(members), &place, reader);
    match (id, drafted) {
        (Ok(id), Ok(drafted)) => Ok(Item {
            place,
            id,
            draft: kind(Box::new(drafted)),
        }),
        (Err(fault), Ok(_)) => Err(Faults(vec![fault])),
        (Ok(_), Err(faults)) => Err(faults),
        (Err(fault), Err(Faults(more))) => {
            Err(Faults(std::iter::once(fault).chain(more).collect()))
        }
    }
}

fn read_id(place: &str, id: Option<Value>) -> Result<Uuid, Fault> {
    let text = id.as_ref().and_then(Value::as_str).unwrap_or_default();
    Id::<Organization>::parse(text)
        .map(Id::uuid)
        .map_err(|wrong| Fault {
            place: format!("{place}/id"),
            kind: FaultKind::Other,
            detail: wrong.0,
        })
}
