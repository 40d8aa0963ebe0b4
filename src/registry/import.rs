//! Bringing in many records at once: all of them or none, with every fault at its place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;
use uuid::Uuid;

use super::create::given;
use super::{Error, Registry, write};
use crate::domain::{
    Actor, Change, Collection, Committed, Deed, Document, Draft, Edit, Entity, Fault, FaultKind,
    Faults, RecordRef, State, Write, shortened,
};
use crate::store::{self, Run};

/// A record to bring in.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it stands in what was sent, for the faults.
    pub place: String,
    /// The id it is to have.
    pub id: Uuid,
    /// What it says.
    pub draft: Draft,
}

impl Item {
    /// The record that it becomes.
    pub fn record(&self) -> RecordRef {
        let collection = self.draft.collection();
        RecordRef {
            collection,
            id: self.id,
        }
    }

    /// Where it begins, of a file: `sites.csv:3`.
    fn line(&self) -> &str {
        self.place.split(": ").next().unwrap_or_default()
    }

    fn document(self) -> Document {
        Document::accept(self.id, self.draft, None)
    }
}

/// A record as it stands in a file.
#[derive(Debug)]
pub struct Row {
    /// Where it stands in it, for the faults.
    pub place: String,
    /// The id that it brings from another installation.
    pub id: Option<Uuid>,
    /// What it says.
    pub edit: Edit,
}

/// Everything that is to be brought in, and nothing is wrong with.
#[derive(Debug)]
pub struct Import {
    writes: Vec<Write>,
    unchanged: usize,
    rests_on: Vec<RecordRef>,
}

impl Import {
    /// How many records it has.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// How many were there already, and say the same.
    pub fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// The same in parts of so many records, each of which can be brought in by itself. What one names may come later.
    pub fn in_parts(self, of: usize) -> Vec<Import> {
        let mut writes = self.writes.into_iter().peekable();
        let mut parts = Vec::new();
        while writes.peek().is_some() {
            parts.push(Import {
                writes: writes.by_ref().take(of).collect(),
                unchanged: 0,
                rests_on: self.rests_on.clone(),
            });
        }
        parts
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

impl Registry {
    /// Brings in `items` as published, in one run. What they name must be among them or there already.
    pub fn import(&self, actor: &Actor, items: Vec<Item>) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::Import)?;
        let rests_on = self.check(actor, State::Published, &items)?;
        self.bring_in(
            actor,
            Import {
                writes: writes(items),
                unchanged: 0,
                rests_on,
            },
        )
    }

    /// Looks at all that a file has: what is to be written, or every fault, also `faults` that were found before, in records
    /// some of whose ids are those of `faulty`. `state` is that in which records begin, or `Published`.
    pub fn prepare(
        &self,
        actor: &Actor,
        state: State,
        items: Vec<Item>,
        faulty: &[RecordRef],
        mut faults: Vec<Fault>,
    ) -> Result<Import, Error> {
        actor.may(Deed::Import)?;
        let ids = items.iter().map(|item| item.id).collect();
        let there = self.store.at(&ids, self.store.last_seq()?)?;
        faults.extend(self.taken(state, &items, &there)?);
        let rests_on = match self.check_beside(actor, state, &items, faulty) {
            Err(Error::Faults(Faults(found))) => {
                faults.extend(found);
                vec![]
            }
            other => other?,
        };
        let mut import = Import {
            writes: Vec::with_capacity(items.len()),
            unchanged: 0,
            rests_on,
        };
        for item in items {
            let place = item.place.clone();
            let write = self.write_of(actor, state, item);
            match there.get(&write.id) {
                None => import.writes.push(write),
                Some(version) if says_the_same(version, &write)? => import.unchanged += 1,
                Some(_) => faults.push(Fault {
                    place: format!("{place}/id"),
                    kind: FaultKind::Other,
                    detail: format!(
                        "{} is the id of a record that is there and says otherwise: leave it out for another record, or change that one",
                        write.id
                    ),
                }),
            }
        }
        Faults::check(faults)?;
        Ok(import)
    }

    fn write_of(&self, actor: &Actor, state: State, item: Item) -> Write {
        if state != State::Published {
            return self.first(actor, item, VIA);
        }
        let record = item.record();
        let mut document = item.document();
        document.handling_mut().received_via = Some(VIA.to_owned());
        write(record, None, state, &document)
    }

    /// Writes what was prepared, in one run.
    pub fn bring_in(&self, actor: &Actor, import: Import) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::Import)?;
        self.run(Run {
            writes: import.writes,
            rests_on: import.rests_on,
            ..self.command_of(actor)
        })
    }

    /// Reads a record of a file, or finds all that is wrong with it alone. What is published at once has to say how openly a
    /// place is shown; what is only asked of submissions is not asked of it, since it may come from another installation.
    pub fn item(
        &self,
        actor: &Actor,
        collection: Collection,
        state: State,
        row: Row,
    ) -> Result<Item, Faults> {
        let Row { place, id, edit } = row;
        let edit = match state {
            State::Published => edit.without_defaults(),
            _ => edit,
        };
        // Reports come from the organization that observed, which may be another than that of whoever has the file.
        let given = given(actor, collection);
        let given = if given.keys().any(|member| edit.has(member)) {
            Map::new()
        } else {
            given
        };
        let draft = self.draft(actor, collection, state, &edit, &given);
        let draft = draft.map_err(|Faults(found)| {
            let placed = found.into_iter().map(|fault| Fault {
                place: format!("{place}{}", fault.place),
                ..fault
            });
            Faults(placed.collect())
        })?;
        Ok(Item {
            place: format!("{place}{}", edit.members_at()),
            id: id.unwrap_or_else(|| self.ids.next::<()>().uuid()),
            draft,
        })
    }

    /// What others have already, or an item before: codes of regions, and ids elsewhere.
    fn taken(
        &self,
        state: State,
        items: &[Item],
        there: &BTreeMap<Uuid, Change>,
    ) -> Result<Vec<Fault>, Error> {
        let mut faults = Vec::new();
        let codes = items.iter().filter_map(code).collect();
        let codes: BTreeSet<String> = self.store.region_codes(codes)?.into_iter().collect();
        let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        let mut elsewhere: Vec<(&str, &str, &str)> = Vec::new();
        for item in items.iter().filter(|item| !there.contains_key(&item.id)) {
            if let Some(code) = code(item).filter(|code| codes.contains(*code)) {
                faults.push(Fault {
                    place: format!("{}/code", item.place),
                    kind: FaultKind::Other,
                    detail: format!(
                        "there is a region \"{code}\" already",
                        code = shortened(code)
                    ),
                });
            }
            // They bind at publication.
            let exact = exact_identifiers(item).filter(|_| state == State::Published);
            for (scheme, value) in exact {
                if let Some(place) = first.insert((scheme, value), item.line()) {
                    faults.push(Fault {
                        place: format!("{}/identifiers", item.place),
                        kind: FaultKind::Other,
                        detail: format!("{scheme} {value} stands already at {place}: an exact match is that of one site"),
                    });
                }
                elsewhere.push((scheme, value, &item.place));
            }
        }
        let wanted: BTreeSet<(&str, &str)> = first.into_keys().collect();
        let others = self.store.identifiers_of_others(&wanted)?;
        let others: BTreeMap<(&str, &str), Uuid> = others
            .iter()
            .map(|(site, scheme, value)| ((scheme.as_str(), value.as_str()), *site))
            .collect();
        for (scheme, value, place) in elsewhere {
            if let Some(site) = others.get(&(scheme, value)) {
                faults.push(Fault {
                    place: format!("{place}/identifiers"),
                    kind: FaultKind::Other,
                    detail: format!("{scheme} {value} is that of sites {site}: an exact match is that of one site"),
                });
            }
        }
        Ok(faults)
    }
}

/// How what is brought in has come.
const VIA: &str = "import";

fn code(item: &Item) -> Option<&str> {
    match &item.draft {
        Draft::Region(region) => Some(&region.code),
        _ => None,
    }
}

fn exact_identifiers(item: &Item) -> impl Iterator<Item = (&str, &str)> {
    let identifiers = match &item.draft {
        Draft::Site(site) => site.details.identifiers.as_slice(),
        _ => &[],
    };
    let exact = identifiers.iter().filter(|one| one.fit.id() == "exact");
    exact.map(|one| (one.scheme.as_str(), one.value.as_str()))
}

/// Whether a record that is there says what is to be written of it.
fn says_the_same(version: &Change, write: &Write) -> Result<bool, Error> {
    let feature = |collection, document| {
        let record = RecordRef {
            collection,
            id: write.id,
        };
        Draft::feature(record, version.version, document).map_err(store::Error::from)
    };
    Ok(version.state == write.state
        && feature(version.collection, &version.document)?
            == feature(write.collection, &write.document)?)
}

/// The writes of an import, in an order in which each finds what it names: organizations, regions, sites, reports.
pub(super) fn writes(mut items: Vec<Item>) -> Vec<Write> {
    items.sort_by_key(|item| match item.draft {
        Draft::Organization(_) => 0,
        Draft::Region(_) => 1,
        Draft::Site(_) => 2,
        Draft::Report(_) => 3,
    });
    let as_published = |item: Item| {
        let record = item.record();
        write(record, None, State::Published, &item.document())
    };
    items.into_iter().map(as_published).collect()
}
