//! Databases on the PostgreSQL that `benches/run` starts; without it, that way is left out.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// The URL of the database of that name, made by `make` unless it was before; `None` where there is no server.
pub fn kept(name: &str, make: impl FnOnce(&str)) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "benches have no settings of their own"
    )]
    let server = std::env::var("HERITAGE_BENCH_DATABASE_URL").ok()?;
    let mut connection = PgConnection::establish(&server).expect("the server can be reached");
    let named = diesel::sql_query("select count(*) as count from pg_database where datname = $1")
        .bind::<diesel::sql_types::Text, _>(name)
        .get_result::<Named>(&mut connection)
        .expect("the server answers");
    let (host, _) = server
        .rsplit_once('/')
        .expect("the URL of a server ends in the name of a database");
    if named.count == 0 {
        let mut run = |statement: &str| {
            connection
                .batch_execute(statement)
                .expect("the server allows it");
        };
        run("drop database if exists unfinished");
        run("create database unfinished");
        make(&format!("{host}/unfinished"));
        run(&format!("alter database unfinished rename to {name}"));
    }
    Some(format!("{host}/{name}"))
}
