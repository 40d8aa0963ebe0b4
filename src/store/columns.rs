//! How the domain's types stand in columns, the same on both engines.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Binary, Text, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::domain::{Collection, Id, Instant, Role, State};

/// The 16 bytes of a UUID. (A column type `Uuid` is PostgreSQL's alone.)
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow, Serialize, Deserialize,
)]
#[serde(transparent)]
#[diesel(sql_type = Binary)]
pub(super) struct IdColumn(pub(super) Uuid);

impl<T> From<Id<T>> for IdColumn {
    fn from(id: Id<T>) -> Self {
        IdColumn(id.uuid())
    }
}

impl<T> From<IdColumn> for Id<T> {
    fn from(column: IdColumn) -> Self {
        Id::new(column.0)
    }
}

impl<DB: Backend> ToSql<Binary, DB> for IdColumn
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(self.0.as_bytes(), out)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for IdColumn
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(IdColumn(Uuid::from_slice(&Vec::from_sql(value)?)?))
    }
}

/// A timestamp in UTC. (One with a zone is PostgreSQL's alone.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub(super) struct InstantColumn(NaiveDateTime);

impl From<Instant> for InstantColumn {
    fn from(instant: Instant) -> Self {
        InstantColumn(instant.naive())
    }
}

impl From<InstantColumn> for Instant {
    fn from(column: InstantColumn) -> Self {
        column.0.and_utc().into()
    }
}

impl Serialize for InstantColumn {
    /// As a number of microseconds, which is exact.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(Instant::from(*self).micros())
    }
}

impl<'de> Deserialize<'de> for InstantColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let micros = i64::deserialize(deserializer)?;
        let instant = Instant::of_micros(micros);
        let instant = instant.ok_or_else(|| de::Error::custom("is no instant"))?;
        Ok(instant.into())
    }
}

impl<DB: Backend> ToSql<Timestamp, DB> for InstantColumn
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for InstantColumn
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(value).map(InstantColumn)
    }
}

/// A word of the domain, kept as its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(super) struct Word<T>(pub(super) T);

/// Lets a type of the domain stand in a column of text, by its `id` and `from_str`.
macro_rules! word {
    ($type:ty) => {
        impl<DB: Backend> ToSql<Text, DB> for Word<$type>
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <str as ToSql<Text, DB>>::to_sql(self.0.id(), out)
            }
        }

        impl Serialize for Word<$type> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.id())
            }
        }

        impl<'de> Deserialize<'de> for Word<$type> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                word.parse().map(Word).map_err(de::Error::custom)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for Word<$type>
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Word(String::from_sql(value)?.parse()?))
            }
        }
    };
}

word!(Collection);
word!(State);
word!(Role);
