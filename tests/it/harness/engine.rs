//! Fresh databases of both engines.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use heritage_registry::app::Parts;
use heritage_registry::domain::{Clock, Ids};
use heritage_registry::registry::Seed;
use heritage_registry::store::{Place, Store};
use tempfile::TempDir;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of one test.
pub enum Home {
    Folder(TempDir),
    Database(String),
}

impl Home {
    pub fn place(&self) -> Place {
        match self {
            Home::Folder(folder) => Place::Sqlite(folder.path().join("registry.db")),
            Home::Database(url) => Place::Postgres(url.clone()),
        }
    }

    /// Changes the database behind the program's back.
    pub fn execute(&self, statement: &str) {
        self.connect().batch_execute(statement).unwrap();
    }

    /// A connection beside those of the program.
    pub fn connect(&self) -> Box<dyn SimpleConnection> {
        match self.place() {
            Place::Sqlite(file) => {
                let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                connection
                    .batch_execute("PRAGMA busy_timeout = 5000")
                    .unwrap();
                Box::new(connection)
            }
            Place::Postgres(url) => Box::new(PgConnection::establish(&url).unwrap()),
        }
    }

    /// Takes the lock that every command takes; it goes with what is given.
    pub fn lock(&self) -> Box<dyn SimpleConnection> {
        let mut connection = self.connect();
        let lock = i64::from_be_bytes(*b"heritage");
        let statement = match self.place() {
            Place::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
            Place::Postgres(_) => format!("BEGIN; SELECT pg_advisory_xact_lock({lock})"),
        };
        connection.batch_execute(&statement).unwrap();
        connection
    }

    /// Whether the program is at the insert of a change.
    pub fn is_being_written(&self) -> bool {
        match self.place() {
            Place::Sqlite(_) => {
                let mut connection = self.connect();
                let at_once = "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE";
                connection.batch_execute(at_once).is_err()
            }
            Place::Postgres(_) => {
                let inserting =
                    "SELECT query AS line FROM pg_stat_activity WHERE datname = current_database()
                                 AND state = 'active' AND query LIKE 'INSERT INTO \"changes\"%'";
                !self.lines(inserting).is_empty()
            }
        }
    }

    /// Takes no connections any more, and ends those that there are.
    pub fn goes_away(&self) {
        let name = self.name();
        sql(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        sql(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ));
    }

    pub fn comes_back(&self) {
        sql(&format!(
            "ALTER DATABASE {} ALLOW_CONNECTIONS true",
            self.name()
        ));
    }

    /// Another database that has all that this one has now.
    pub fn copy(&self) -> String {
        let (name, copy) = (self.name(), format!("{}_copy", self.name()));
        self.goes_away();
        sql(&format!("CREATE DATABASE {copy} TEMPLATE {name}"));
        self.comes_back();
        copy
    }

    /// Has another database take its place, as after a failover.
    pub fn is_replaced_by(&self, another: &str) {
        let name = self.name();
        self.goes_away();
        sql(&format!("ALTER DATABASE {name} RENAME TO {name}_before"));
        sql(&format!("ALTER DATABASE {another} RENAME TO {name}"));
    }

    fn name(&self) -> &str {
        match self {
            Home::Database(url) => url.rsplit('/').next().unwrap(),
            Home::Folder(_) => panic!("a file has no connections"),
        }
    }

    /// Every row of every table, as text.
    pub fn rows(&self) -> Vec<String> {
        let every_table = match self.place() {
            Place::Sqlite(_) => {
                r#"SELECT 'SELECT ''' || m.name || ': ''' || group_concat(' || quote("' || c.name || '")', ' || '',''')
                   || ' AS line FROM ' || m.name AS line
                   FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' GROUP BY m.name"#
            }
            Place::Postgres(_) => {
                "SELECT format('SELECT %L || t::text AS line FROM %I AS t', tablename || ': ', tablename) AS line
                 FROM pg_tables WHERE schemaname = 'public'"
            }
        };
        let tables = self.lines(every_table);
        let mut rows: Vec<String> = tables.iter().flat_map(|table| self.lines(table)).collect();
        rows.sort_unstable();
        rows
    }

    /// What a query gives in its one column, `line`.
    pub fn lines(&self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query);
        let lines: Vec<Line> = match self.place() {
            Place::Sqlite(file) => {
                query.load(&mut SqliteConnection::establish(file.to_str().unwrap()).unwrap())
            }
            Place::Postgres(url) => query.load(&mut PgConnection::establish(&url).unwrap()),
        }
        .unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Engine {
    /// A new, empty database.
    pub fn home(self) -> Home {
        match self {
            Engine::Sqlite => Home::Folder(tempfile::tempdir().unwrap()),
            Engine::Postgres => Home::Database(copy_of_template()),
        }
    }

    /// The real catalogue, loaded once for all tests that only read.
    pub fn seeded(self) -> (Arc<Parts>, Arc<Home>) {
        static SQLITE: OnceLock<(Arc<Parts>, Arc<Home>)> = OnceLock::new();
        static POSTGRES: OnceLock<(Arc<Parts>, Arc<Home>)> = OnceLock::new();
        let shared = match self {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        let load = || {
            let home = self.home();
            let token = Some(super::TOKEN.to_owned());
            let parts = Parts::open(
                &home.place(),
                None,
                Clock::system(),
                Ids::random(),
                Seed::compiled_in(),
                token,
                heritage_registry::registry::Rules::default(),
            )
            .unwrap();
            (Arc::new(parts), Arc::new(home))
        };
        shared.get_or_init(load).clone()
    }
}

/// The PostgreSQL server that `tests/run` started.
pub fn server() -> String {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings of their own")]
    std::env::var("HERITAGE_TEST_DATABASE_URL").expect(
        "these tests need a PostgreSQL: run tests/run, which starts one, or set HERITAGE_TEST_DATABASE_URL to a superuser's URL",
    )
}

/// The file with the certificate of the authority that signed the server's.
pub fn authority() -> String {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings of their own")]
    std::env::var("HERITAGE_TEST_DATABASE_CA").expect(
        "these tests need a PostgreSQL that speaks TLS: run tests/run, which starts one, or name in HERITAGE_TEST_DATABASE_CA the file \
         with the certificate of the authority that signed that of your server",
    )
}

/// A database of its own for each test, since locks and notifications are per database: copied from one that is migrated.
fn copy_of_template() -> String {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let process = std::process::id();
    let template = TEMPLATE.get_or_init(|| {
        let name = format!("registry_template_{process}");
        sql(&format!("create database {name}"));
        drop(Store::open(&Place::Postgres(url_of(&name))).unwrap());
        name
    });
    let name = format!(
        "registry_test_{process}_{}",
        COPIES.fetch_add(1, Ordering::SeqCst)
    );
    sql(&format!("create database {name} template {template}"));
    url_of(&name)
}

fn sql(statement: &str) {
    // Copying a template fails while somebody else copies it.
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    PgConnection::establish(&server())
        .unwrap()
        .batch_execute(statement)
        .unwrap();
}

fn url_of(database: &str) -> String {
    let server = server();
    let (host, _) = server
        .rsplit_once('/')
        .expect("the URL of a server ends in the name of a database");
    format!("{host}/{database}")
}
