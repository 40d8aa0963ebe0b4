//! Rows as diesel reads and writes them, and the records and changes of the domain that they are.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::columns::{IdColumn, InstantColumn, Word};
use super::positions;
use super::tables::{accounts, changes, entities, identifiers, links, sightings, tokens};
use crate::domain::{
    Account, Change, Collection, Corrupt, Day, Entity, Fault, FaultKind, Faults, Instant, Links,
    ListedAccount, ListedToken, NewToken, PublicSeq, Role, Seq, State, Version,
};

/// A record as it stands, with what its document says of others.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = entities, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct EntityRow {
    pub(super) id: IdColumn,
    pub(super) collection: Word<Collection>,
    version: i32,
    pub(super) seq: i64,
    state: Word<State>,
    created_at: InstantColumn,
    updated_at: InstantColumn,
    published_at: Option<InstantColumn>,
    public_at: Option<InstantColumn>,
    public_since: Option<InstantColumn>,
    document: String,
    pub(super) site_id: Option<IdColumn>,
    pub(super) organization_id: Option<IdColumn>,
    pub(super) code: Option<String>,
    submitter_id: Option<IdColumn>,
    waits: bool,
}

impl EntityRow {
    pub(super) fn new(entity: &Entity, links: &Links) -> Self {
        EntityRow {
            id: IdColumn(entity.id),
            collection: Word(entity.collection),
            version: entity.version.0,
            seq: entity.seq.0,
            state: Word(entity.state),
            created_at: entity.created_at.into(),
            updated_at: entity.updated_at.into(),
            published_at: entity.published_at.map(Into::into),
            public_at: entity.public_at.map(Into::into),
            public_since: entity.public_since.map(Into::into),
            document: entity.document.get().to_owned(),
            site_id: links.site.map(IdColumn),
            organization_id: links.organization.map(IdColumn),
            code: links.code.clone(),
            submitter_id: links.submitter.map(IdColumn),
            waits: entity.state.waits() || links.asks,
        }
    }
}

impl EntityRow {
    /// The columns that another row has otherwise.
    pub(super) fn other_than(
        &self,
        other: &EntityRow,
    ) -> impl Iterator<Item = &'static str> + use<> {
        let columns = [
            ("version", self.version != other.version),
            ("seq", self.seq != other.seq),
            ("state", self.state != other.state),
            ("created_at", self.created_at != other.created_at),
            ("updated_at", self.updated_at != other.updated_at),
            ("published_at", self.published_at != other.published_at),
            ("public_at", self.public_at != other.public_at),
            ("public_since", self.public_since != other.public_since),
            ("document", self.document != other.document),
            ("site_id", self.site_id != other.site_id),
            (
                "organization_id",
                self.organization_id != other.organization_id,
            ),
            ("code", self.code != other.code),
            ("submitter_id", self.submitter_id != other.submitter_id),
            ("waits", self.waits != other.waits),
        ];
        let other = columns.into_iter().filter(|(_, is_other)| *is_other);
        other.map(|(name, _)| name)
    }
}

/// An id of a site elsewhere, which fits exactly.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = identifiers)]
pub(super) struct IdentifierRow {
    pub(super) record_id: IdColumn,
    pub(super) scheme: String,
    pub(super) value: String,
}

/// That a record names another.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = links)]
pub(super) struct LinkRow {
    pub(super) record_id: IdColumn,
    pub(super) named_id: IdColumn,
}

impl TryFrom<EntityRow> for Entity {
    type Error = Corrupt;

    fn try_from(row: EntityRow) -> Result<Self, Corrupt> {
        Ok(Entity {
            collection: row.collection.0,
            id: row.id.0,
            version: Version(row.version),
            seq: Seq(row.seq),
            state: row.state.0,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            published_at: row.published_at.map(Into::into),
            public_at: row.public_at.map(Into::into),
            public_since: row.public_since.map(Into::into),
            document: document(row.document, row.collection.0, row.id.0, row.version)?,
        })
    }
}

/// What moves in the row of a record that only looks different to the public.
#[derive(AsChangeset)]
#[diesel(table_name = entities)]
pub(super) struct Dates {
    pub(super) public_at: InstantColumn,
    /// `None` leaves it.
    pub(super) public_since: Option<InstantColumn>,
}

/// A row of the log.
#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
pub(super) struct ChangeRow {
    pub(super) seq: i64,
    public_seq: Option<i64>,
    at: InstantColumn,
    command_id: IdColumn,
    actor_id: IdColumn,
    collection: Word<Collection>,
    record_id: IdColumn,
    version: i32,
    state: Word<State>,
    document: String,
}

/// A row of the log, with what only the store asks it for.
#[derive(Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
pub(super) struct NewChangeRow {
    #[diesel(embed)]
    change: ChangeRow,
    bears_on_past: bool,
    site_id: Option<IdColumn>,
    has_position: bool,
}

impl NewChangeRow {
    /// Moves it to another place in the log and another instant.
    pub(super) fn move_by(&mut self, by: i64, public_by: i64, at: Instant) {
        self.change.seq += by;
        self.change.public_seq = self.change.public_seq.map(|public| public + public_by);
        self.change.at = at.into();
    }

    pub(super) fn new(change: &Change, bears_on_past: bool) -> Self {
        let links = Links::of(change.collection, &change.document);
        NewChangeRow {
            change: ChangeRow::from(change),
            bears_on_past,
            site_id: links.site.map(IdColumn),
            has_position: positions::is_in(change.collection, &change.document),
        }
    }
}

/// That a record looked different to the public after a change.
#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = sightings)]
pub(super) struct SightingRow {
    pub(super) record_id: IdColumn,
    pub(super) public_seq: i64,
    pub(super) is_seen: bool,
}

impl From<&Change> for ChangeRow {
    fn from(change: &Change) -> Self {
        ChangeRow {
            seq: change.seq.0,
            public_seq: change.public_seq.map(|seq| seq.0),
            at: change.at.into(),
            command_id: change.command.into(),
            actor_id: change.actor.into(),
            collection: Word(change.collection),
            record_id: IdColumn(change.id),
            version: change.version.0,
            state: Word(change.state),
            document: change.document.get().to_owned(),
        }
    }
}

impl TryFrom<ChangeRow> for Change {
    type Error = Corrupt;

    fn try_from(row: ChangeRow) -> Result<Self, Corrupt> {
        Ok(Change {
            seq: Seq(row.seq),
            public_seq: row.public_seq.map(PublicSeq),
            at: row.at.into(),
            command: row.command_id.into(),
            actor: row.actor_id.into(),
            collection: row.collection.0,
            id: row.record_id.0,
            version: Version(row.version),
            state: row.state.0,
            document: document(row.document, row.collection.0, row.record_id.0, row.version)?,
        })
    }
}

fn document(
    text: String,
    collection: Collection,
    id: Uuid,
    version: i32,
) -> Result<Box<RawValue>, Corrupt> {
    RawValue::from_string(text).map_err(|error| Corrupt {
        record: collection.record(id),
        version: Version(version),
        faults: Faults(vec![Fault {
            place: String::from("document"),
            kind: FaultKind::Other,
            detail: format!("it is not JSON: {error}"),
        }]),
    })
}

/// An account, as far as somebody who acts is concerned.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(super) struct AccountRow {
    id: IdColumn,
    name: String,
    organization_id: IdColumn,
    role: Word<Role>,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Account {
            id: row.id.into(),
            name: row.name,
            organization: row.organization_id.into(),
            role: row.role.0,
        }
    }
}

/// An account as administrators see it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(super) struct ListedAccountRow {
    #[diesel(embed)]
    account: AccountRow,
    created_at: InstantColumn,
    disabled_at: Option<InstantColumn>,
}

impl From<ListedAccountRow> for ListedAccount {
    fn from(row: ListedAccountRow) -> Self {
        ListedAccount {
            account: row.account.into(),
            created_at: row.created_at.into(),
            disabled_at: row.disabled_at.map(Into::into),
        }
    }
}

/// A day as this program wrote it.
pub(super) fn day(text: &str) -> Option<Day> {
    Day::parse(text).ok()
}

/// A token as administrators see it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tokens)]
pub(super) struct ListedTokenRow {
    id: IdColumn,
    account_id: IdColumn,
    created_at: InstantColumn,
    expires_at: Option<InstantColumn>,
    revoked_at: Option<InstantColumn>,
    desktop: bool,
    last_used_on: Option<String>,
}

impl From<ListedTokenRow> for ListedToken {
    fn from(row: ListedTokenRow) -> Self {
        ListedToken {
            id: row.id.into(),
            account: row.account_id.into(),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.map(Into::into),
            revoked_at: row.revoked_at.map(Into::into),
            is_desktop: row.desktop,
            last_used_on: row.last_used_on.as_deref().and_then(day),
        }
    }
}

/// A new account.
#[derive(Insertable)]
#[diesel(table_name = accounts)]
pub(super) struct NewAccountRow<'a> {
    id: IdColumn,
    name: &'a str,
    organization_id: IdColumn,
    role: Word<Role>,
    created_at: InstantColumn,
}

impl<'a> NewAccountRow<'a> {
    pub(super) fn new(account: &'a Account, at: Instant) -> Self {
        NewAccountRow {
            id: account.id.into(),
            name: &account.name,
            organization_id: account.organization.into(),
            role: Word(account.role),
            created_at: at.into(),
        }
    }
}

/// A new token.
#[derive(Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
pub(super) struct NewTokenRow<'a> {
    id: IdColumn,
    account_id: IdColumn,
    hash: &'a [u8],
    created_at: InstantColumn,
    expires_at: Option<InstantColumn>,
    desktop: bool,
}

impl<'a> NewTokenRow<'a> {
    pub(super) fn new(token: &'a NewToken, at: Instant) -> Self {
        NewTokenRow {
            id: token.id.into(),
            account_id: token.account.into(),
            hash: &token.hash,
            created_at: at.into(),
            expires_at: token.expires_at.map(Into::into),
            desktop: token.is_desktop,
        }
    }
}
