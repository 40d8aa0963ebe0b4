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
    let server = server()?;
    let mut connection = connected(&server);
    let named = diesel::sql_query("select count(*) as count from pg_database where datname = $1")
        .bind::<diesel::sql_types::Text, _>(name)
        .get_result::<Named>(&mut connection)
        .expect("the server answers");
    let (host, _) = server
        .rsplit_once('/')
        .expect("the URL of a server ends in the name of a database");
    if named.count == 0 {
        run(&mut connection, "drop database if exists unfinished");
        run(&mut connection, "create database unfinished");
        make(&format!("{host}/unfinished"));
        run(
            &mut connection,
            &format!("alter database unfinished rename to {name}"),
        );
    }
    Some(format!("{host}/{name}"))
}

/// A copy of a database that is kept, until it is dropped. There is one at a time.
pub struct Copied {
    pub url: String,
}

impl Copied {
    /// A copy of the database at that URL.
    pub fn of(url: &str) -> Copied {
        let (host, name) = url
            .rsplit_once('/')
            .expect("the URL of a database ends in its name");
        let mut connection = connected(&server().expect("it has the database"));
        run(&mut connection, DROP);
        let copy = format!("create database copied template {name}");
        run(&mut connection, &copy);
        let url = format!("{host}/copied");
        // A server has had the time for it; left to itself it would come in the middle of what is measured.
        run(&mut connected(&url), "vacuum analyze");
        run(&mut connection, "checkpoint");
        Copied { url }
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        if let Some(server) = server() {
            run(&mut connected(&server), DROP);
        }
    }
}

/// Pools may have connections that are still open.
const DROP: &str = "drop database if exists copied with (force)";

fn server() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "benches have no settings of their own"
    )]
    std::env::var("HERITAGE_BENCH_DATABASE_URL").ok()
}

fn connected(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("the server can be reached")
}

fn run(connection: &mut PgConnection, statement: &str) {
    connection
        .batch_execute(statement)
        .expect("the server allows it");
}
