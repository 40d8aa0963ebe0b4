//! Whether the database is whole: the log without gaps, and every table as the log says it must be.
//!
//! Everything is read in one transaction and held against a replay, so it takes as long as a start that reads everything,
//! and as much memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Display};

use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::beside::{Beside, Sightings, columns_of, sightings_of};
use super::columns::{IdColumn, InstantColumn};
use super::connection::AnyConnection;
use super::rows::{EntityRow, IdentifierRow, LinkRow};
use super::tables::{changes, entities, erasures, identifiers, links, requests, sightings};
use super::{Error, Store, positions, read};
use crate::domain::{
    Change, Collection, Command, Entity, Holdings, Id, Instant, Links, PublicSeq, RecordRef, Seq,
    Version, bears_on_past,
};

/// Changes that are read at once.
const PIECE: u32 = 1000;

/// So many findings are told; one mistake may show in every row.
const MOST: usize = 100;

/// What a check found.
#[derive(Debug, Default)]
pub struct Checked {
    /// The last place in the log.
    pub changes: i64,
    /// How many records there are.
    pub records: usize,
    /// What is not as it must be, the first of it.
    pub findings: Vec<String>,
    /// How many findings there are in all.
    pub found: usize,
}

impl fmt::Display for Checked {
    /// Each finding on a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.findings.join("\n"))?;
        match self.found - self.findings.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl Checked {
    fn note(&mut self, finding: impl Display) {
        self.found += 1;
        if self.findings.len() < MOST {
            self.findings.push(finding.to_string());
        }
    }
}

impl Store {
    /// Whether everything is as the log says, at one moment.
    pub fn check(&self) -> Result<Checked, Error> {
        self.reader()?.reading(check)
    }
}

/// Looks at everything. The transaction is the caller's.
pub(super) fn check(connection: &mut AnyConnection) -> Result<Checked, Error> {
    let erased: Vec<(i64, bool)> = erasures::table
        .select((erasures::seq, erasures::was_shown))
        .load(connection)?;
    let of_erasures = erasures::table.inner_join(changes::table.on(changes::seq.eq(erasures::seq)));
    let touched: Vec<IdColumn> = of_erasures.select(changes::record_id).load(connection)?;
    let mut replay = Replay {
        erased: erased.into_iter().collect(),
        touched: touched.into_iter().map(|id| id.0).collect(),
        ..Replay::default()
    };
    replay.file(connection)?;
    if replay.checked.found > 0 {
        // What else is found in a damaged file follows from that, if it can be read at all.
        return Ok(replay.checked);
    }
    loop {
        let piece = match read::changes(connection, Seq(replay.checked.changes), PIECE) {
            // What follows cannot be replayed without it.
            Err(Error::Corrupt(corrupt)) => {
                replay.checked.note(corrupt);
                return Ok(replay.checked);
            }
            piece => piece?,
        };
        let Some(last) = piece.last().map(|change| change.seq) else {
            break;
        };
        let seen = sightings_of(connection, &piece)?;
        let kept = columns_of(connection, &piece)?;
        for change in &piece {
            replay.change(change, &seen, kept.get(&change.seq));
        }
        // Also where numbers are missing, so that it ends.
        replay.checked.changes = replay.checked.changes.max(last.0);
    }
    replay.rows(connection)?;
    replay.beside(connection)?;
    Ok(replay.checked)
}

/// What the log comes to, as far as it is read.
#[derive(Default)]
struct Replay {
    checked: Checked,
    holdings: Holdings,
    /// The changes that erased something, and whether that may have been shown to somebody.
    erased: BTreeMap<i64, bool>,
    /// The records that something was erased of.
    touched: BTreeSet<Uuid>,
    public: i64,
    at: Option<Instant>,
    commands: HashMap<Id<Command>, Seq>,
    command: Option<Id<Command>>,
    seen: HashMap<RecordRef, Seen>,
}

/// When the public saw a record, by what is kept of that.
#[derive(Clone, Copy, Default)]
struct Seen {
    is_there: bool,
    at: Option<Instant>,
    since: Option<Instant>,
}

impl Replay {
    /// What the engine itself can tell of its file.
    fn file(&mut self, connection: &mut AnyConnection) -> Result<(), Error> {
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let AnyConnection::Sqlite(one) = connection else {
            return Ok(());
        };
        let damage: Vec<Line> =
            diesel::sql_query("SELECT integrity_check AS line FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
                .load(one)?;
        let dangling: Vec<Line> =
            diesel::sql_query("SELECT 'a row of ' || \"table\" || ' names one of ' || parent || ' that is not there' AS line FROM pragma_foreign_key_check")
                .load(one)?;
        for line in damage.into_iter().chain(dangling) {
            self.checked.note(line.line);
        }
        Ok(())
    }

    fn change(&mut self, change: &Change, seen: &Sightings, kept: Option<&Beside>) {
        let (seq, record) = (change.seq, change.record());
        if seq.0 != self.checked.changes + 1 {
            let expected = self.checked.changes + 1;
            self.checked.note(format_args!(
                "the log has no change {expected}: {seq} comes next"
            ));
        }
        self.checked.changes = seq.0;
        if self.at.is_some_and(|before| change.at < before) {
            self.checked
                .note(format_args!("change {seq} is older than the one before it"));
        }
        self.at = Some(change.at);
        self.check_command(change);

        let before = self.holdings.get(record).cloned();
        let expected = before.as_ref().map_or(1, |before| before.version.0 + 1);
        if change.version != Version(expected) {
            let version = change.version;
            self.checked.note(format_args!(
                "change {seq}: {record} has no version {expected}: {version} comes next"
            ));
        }
        let was_shown = self.erased.get(&seq.0).copied().unwrap_or_default();
        let bears = was_shown || bears_on_past(before.as_ref(), change);
        let about = Links::of(change.collection, &change.document).site;
        let has_position = positions::is_in(change.collection, &change.document);
        if kept != Some(&(bears, about, has_position)) {
            self.checked.note(format_args!(
                "change {seq}: what is kept of it beside its document does not follow from it"
            ));
        }
        match self.holdings.put(Entity::after(before.as_ref(), change)) {
            Err(corrupt) => self.checked.note(corrupt),
            Ok(differ) => {
                let differ = differ.into_iter().map(|one| (one.record.id, one.is_seen));
                self.check_public(change, &differ.collect(), seen);
            }
        }
    }

    /// All changes of a command follow on one another.
    fn check_command(&mut self, change: &Change) {
        if self.command == Some(change.command) {
            return;
        }
        self.command = Some(change.command);
        let seq = change.seq;
        if let Some(first) = self.commands.insert(change.command, seq) {
            self.checked.note(format_args!(
                "the command of change {first} goes on at {seq}, after another one"
            ));
        }
    }

    /// What the public saw differ is what is kept of it.
    fn check_public(&mut self, change: &Change, differ: &BTreeMap<Uuid, bool>, seen: &Sightings) {
        let seq = change.seq;
        let none = BTreeMap::new();
        let kept = change
            .public_seq
            .and_then(|public| seen.get(&public.0))
            .unwrap_or(&none);
        if let Some(PublicSeq(public)) = change.public_seq {
            self.public += 1;
            if public != self.public {
                let expected = self.public;
                self.checked.note(format_args!(
                    "change {seq} is {public} to the public, and must be {expected}"
                ));
                self.public = public;
            }
        }
        // What it saw may have been erased since: then less differs than is kept.
        let may_be_erased =
            |id: &Uuid| self.touched.contains(&change.id) || self.touched.contains(id);
        let is_told = |(id, is_seen): (&Uuid, &bool)| kept.get(id) == Some(is_seen);
        let is_known = |id: &Uuid| differ.contains_key(id) || may_be_erased(id);
        let is_right = differ.iter().all(is_told) && kept.keys().all(is_known);
        if !is_right || change.public_seq.is_some() == kept.is_empty() {
            self.checked.note(format_args!(
                "change {seq}: what is kept of what the public saw differ does not follow from it"
            ));
        }
        for (id, is_seen) in kept {
            let record = self.record(*id).unwrap_or_else(|| change.record());
            let state = self.seen.entry(record).or_default();
            if *is_seen && !state.is_there {
                state.since = Some(change.at);
            }
            (state.is_there, state.at) = (*is_seen, Some(change.at));
        }
    }

    fn record(&self, id: Uuid) -> Option<RecordRef> {
        let all = Collection::ALL.into_iter();
        all.map(|collection| collection.record(id))
            .find(|record| self.holdings.get(*record).is_some())
    }

    /// Every row of the table of records is its latest change.
    fn rows(&mut self, connection: &mut AnyConnection) -> Result<(), Error> {
        let mut left: BTreeSet<RecordRef> = self.holdings.entities().map(Entity::record).collect();
        self.checked.records = left.len();
        let mut after = 0;
        loop {
            let rows: Vec<EntityRow> = entities::table
                .filter(entities::seq.gt(after))
                .select(EntityRow::as_select())
                .order(entities::seq)
                .limit(PIECE.into())
                .load(connection)?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in &rows {
                self.row(row, &mut left);
            }
        }
        for record in left {
            self.checked
                .note(format_args!("{record} has changes and no row"));
        }
        Ok(())
    }

    fn row(&mut self, row: &EntityRow, left: &mut BTreeSet<RecordRef>) {
        let record = row.collection.0.record(row.id.0);
        let Some(entity) = self.holdings.get(record) else {
            self.checked.note(format_args!("{record} is in no change"));
            return;
        };
        left.remove(&record);
        let seen = self.seen.get(&record).copied().unwrap_or_default();
        let entity = Entity {
            public_at: seen.at,
            public_since: seen.since,
            ..entity.clone()
        };
        let links = Links::binding(entity.state, record.collection, &entity.document);
        for column in row.other_than(&EntityRow::new(&entity, &links)) {
            self.checked.note(format_args!(
                "{record}: {column} is not that of its latest change"
            ));
        }
    }

    /// What stands beside the records: what they name, their ids elsewhere, sightings and requests.
    fn beside(&mut self, connection: &mut AnyConnection) -> Result<(), Error> {
        let named: Vec<LinkRow> = links::table.select(LinkRow::as_select()).load(connection)?;
        let elsewhere: Vec<IdentifierRow> = identifiers::table
            .select(IdentifierRow::as_select())
            .load(connection)?;
        let named = named
            .into_iter()
            .map(|row| (row.record_id.0, row.named_id.0));
        let elsewhere = elsewhere
            .into_iter()
            .map(|row| (row.record_id.0, row.scheme, row.value));
        let (mut expected_names, mut expected_ids) = (BTreeSet::new(), BTreeSet::new());
        for entity in self.holdings.entities() {
            let links = Links::binding(entity.state, entity.collection, &entity.document);
            expected_names.extend(links.named.into_iter().map(|named| (entity.id, named)));
            let ids = links.identifiers.into_iter();
            expected_ids.extend(ids.map(|(scheme, value)| (entity.id, scheme, value)));
        }
        for (id, _) in named
            .collect::<BTreeSet<_>>()
            .symmetric_difference(&expected_names)
        {
            self.checked.note(format_args!(
                "{id}: what is kept of whom it names does not follow from it"
            ));
        }
        for (id, ..) in elsewhere
            .collect::<BTreeSet<_>>()
            .symmetric_difference(&expected_ids)
        {
            self.checked.note(format_args!(
                "{id}: what is kept of its ids elsewhere does not follow from it"
            ));
        }
        let unknown: Vec<i64> = sightings::table
            .filter(sightings::public_seq.gt(self.public))
            .select(sightings::public_seq)
            .load(connection)?;
        for public in unknown {
            self.checked.note(format_args!(
                "a sighting is of {public}, which the public's log does not have"
            ));
        }
        let commands: Vec<IdColumn> = requests::table
            .select(requests::command_id)
            .load(connection)?;
        for command in commands {
            let command = Id::from(command);
            if !self.commands.contains_key(&command) {
                self.checked.note(format_args!(
                    "a request made command {command}, which is in no change"
                ));
            }
        }
        let last: Option<InstantColumn> = requests::table
            .select(requests::at)
            .order(requests::at.desc())
            .first(connection)
            .optional()?;
        if last.map(Instant::from) > self.at {
            self.checked.note("a request is younger than the log");
        }
        Ok(())
    }
}
