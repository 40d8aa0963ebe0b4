//! Plain SQL with its values, as a query of diesel that is prepared once: `diesel::sql_query` would be parsed and planned
//! anew each time, and a careful developer would not leave it at that.

use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Double, HasSqlType, Text, Untyped};
use diesel::{QueryableByName, RunQueryDsl};

/// A statement: pieces of text with values between them.
#[derive(Clone, Debug, Default)]
pub struct Sql(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(&'static str),
    Written(String),
    Number(f64),
    Whole(i64),
    Value(String),
}

impl Sql {
    pub fn new(text: &'static str) -> Sql {
        Sql(vec![Piece::Text(text)])
    }

    pub fn text(mut self, text: &'static str) -> Sql {
        self.0.push(Piece::Text(text));
        self
    }

    /// Text that is not the same each time, and has no values.
    pub fn written(mut self, text: String) -> Sql {
        self.0.push(Piece::Written(text));
        self
    }

    pub fn number(mut self, number: f64) -> Sql {
        self.0.push(Piece::Number(number));
        self
    }

    pub fn whole(mut self, number: i64) -> Sql {
        self.0.push(Piece::Whole(number));
        self
    }

    pub fn value(mut self, value: impl Into<String>) -> Sql {
        self.0.push(Piece::Value(value.into()));
        self
    }

    pub fn then(mut self, rest: Sql) -> Sql {
        self.0.extend(rest.0);
        self
    }
}

impl<DB> QueryFragment<DB> for Sql
where
    DB: Backend + HasSqlType<Double> + HasSqlType<BigInt> + HasSqlType<Text>,
    f64: ToSql<Double, DB>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_sql(text),
                Piece::Written(text) => out.push_sql(text),
                Piece::Number(number) => out.push_bind_param::<Double, _>(number)?,
                Piece::Whole(number) => out.push_bind_param::<BigInt, _>(number)?,
                Piece::Value(value) => out.push_bind_param::<Text, _>(value)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = Untyped;
}

impl<C: Connection> RunQueryDsl<C> for Sql {}

/// A feature as it is kept.
#[derive(QueryableByName)]
pub struct Kept {
    #[diesel(sql_type = Text)]
    pub feature: String,
}

/// A feature as it is kept, with its distance, and how many there are.
#[derive(QueryableByName)]
pub struct KeptNear {
    #[diesel(sql_type = Text)]
    pub feature: String,
    #[diesel(sql_type = Double)]
    pub distance: f64,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// A number of features.
#[derive(QueryableByName)]
pub struct Count {
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}
