//! The plain way of writing: a row of the log, with the key that any table has and nothing that has to be checked, in a
//! transaction of its own that is durable.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use heritage_registry::domain::Change;

const TABLE: &str = "
    create table log (
        seq integer primary key,
        public_seq integer,
        at text not null,
        command_id blob not null,
        actor_id blob not null,
        collection text not null,
        record_id blob not null,
        version integer not null,
        state text not null,
        document text not null
    ) strict;
";
const TABLE_IN_POSTGRES: &str = "
    create table log (
        seq bigint generated always as identity primary key,
        public_seq bigint,
        at timestamp not null,
        command_id bytea not null,
        actor_id bytea not null,
        collection text not null,
        record_id bytea not null,
        version integer not null,
        state text not null,
        document text not null
    );
";

diesel::table! {
    log (seq) {
        seq -> BigInt,
        public_seq -> Nullable<BigInt>,
        at -> Timestamp,
        command_id -> Binary,
        actor_id -> Binary,
        collection -> Text,
        record_id -> Binary,
        version -> Integer,
        state -> Text,
        document -> Text,
    }
}

/// A row of the log, but for its place, which the database gives.
#[derive(Insertable)]
#[diesel(table_name = log)]
pub struct Logged {
    public_seq: Option<i64>,
    at: NaiveDateTime,
    command_id: Vec<u8>,
    actor_id: Vec<u8>,
    collection: &'static str,
    record_id: Vec<u8>,
    version: i32,
    state: &'static str,
    document: String,
}

impl Logged {
    /// The row of a change.
    pub fn of(change: &Change) -> Logged {
        Logged {
            public_seq: change.public_seq.map(|seq| seq.0),
            at: change.at.naive(),
            command_id: change.command.uuid().as_bytes().to_vec(),
            actor_id: change.actor.uuid().as_bytes().to_vec(),
            collection: change.collection.id(),
            record_id: change.id.as_bytes().to_vec(),
            version: change.version.0,
            state: change.state.id(),
            document: change.document.get().to_owned(),
        }
    }
}

/// Inserts a row, and returns when it is durable.
pub type Insert = Box<dyn FnMut(&Logged) + Send>;

/// So many who insert into a new file. They take one connection in turns, since SQLite has one writer at a time.
pub fn in_sqlite(file: &Path, count: usize) -> Vec<Insert> {
    let file = file.to_str().expect("paths here are UTF-8");
    let mut connection = SqliteConnection::establish(file).expect("the file can be made");
    connection
        .batch_execute("pragma journal_mode = wal; pragma synchronous = full;")
        .expect("settings are right");
    connection.batch_execute(TABLE).expect("the table is right");
    let connection = Arc::new(Mutex::new(connection));
    let insert = |_| -> Insert {
        let connection = connection.clone();
        Box::new(move |row| {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let insert = diesel::insert_into(log::table).values(row);
            insert.execute(&mut *connection).expect("the row is right");
        })
    };
    (0..count).map(insert).collect()
}

/// So many who insert into a database that has no such table, each by a connection of their own.
pub fn in_postgres(url: &str, count: usize) -> Vec<Insert> {
    let connect = || PgConnection::establish(url).expect("the server takes connections");
    connect()
        .batch_execute(TABLE_IN_POSTGRES)
        .expect("the table is right");
    let insert = |_| -> Insert {
        let mut connection = connect();
        Box::new(move |row| {
            let insert = diesel::insert_into(log::table).values(row);
            insert.execute(&mut connection).expect("the row is right");
        })
    };
    (0..count).map(insert).collect()
}
