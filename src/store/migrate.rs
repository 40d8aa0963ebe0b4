//! Brings the tables up to date, and refuses those of a newer program.

use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Error;
use super::connection::{AnyConnection, MultiBackend};
use super::past::fill_sightings;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Applies what is pending, under the lock of writers: who comes second finds it done.
pub(super) fn migrate(connection: &mut AnyConnection, wait: Duration) -> Result<(), Error> {
    let ours = match connection {
        AnyConnection::Sqlite(_) => SQLITE,
        AnyConnection::Postgres(_) => POSTGRES,
    };
    connection.writing(wait, |connection| {
        let applied = connection.applied_migrations().map_err(failed)?;
        let known = MigrationSource::<MultiBackend>::migrations(&ours).map_err(failed)?;
        let unknown = applied
            .iter()
            .find(|version| known.iter().all(|one| one.name().version() != **version));
        if let Some(version) = unknown {
            return Err(Error::Newer {
                found: version.to_string(),
            });
        }
        connection.run_pending_migrations(ours).map_err(failed)?;
        fill_sightings(connection)?;
        // Changes nothing, but needs the right to: a file that may only be read is noticed now, not at the first command.
        diesel::sql_query("UPDATE __diesel_schema_migrations SET version = version WHERE 1 = 0")
            .execute(connection)?;
        Ok(())
    })
}

/// Reading the list of migrations fails with diesel's error, applying one with a text.
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => (*error).into(),
        Err(error) => Error::Database(diesel::result::Error::QueryBuilderError(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use diesel::prelude::*;
    use diesel::sql_types::Text;

    use super::*;
    use crate::domain::{Collection, State};
    use crate::store::columns::IdColumn;
    use crate::store::connection::each_engine;
    use crate::store::rows::{IdentifierRow, LinkRow, SightingRow};
    use crate::store::tables::{changes, entities, identifiers, links, sightings};
    use crate::store::trial::{
        Home, Trial, a_report, a_site, a_site_that_names, connect, next, on_each_engine, with,
        write,
    };
    use crate::store::{Place, Store};

    on_each_engine!(the_database_of_a_newer_program_is_refused, |trial| {
        trial.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('0999')");
        let error = Store::open(&trial.home.place).err().unwrap();
        assert!(
            matches!(&error, Error::Newer { found } if found == "0999"),
            "{error}"
        );
    });

    fn opened_at_once(home: Home) {
        let open = || Store::open(&home.place).map(|store| store.last_seq().unwrap());
        let opened = thread::scope(|scope| {
            [(); 4]
                .map(|()| scope.spawn(open))
                .map(|one| one.join().unwrap())
        });
        for seq in opened {
            assert_eq!(seq.unwrap().0, 0);
        }
    }

    #[test]
    fn several_programs_may_open_a_new_sqlite_database_at_once() {
        opened_at_once(Home::sqlite());
    }

    #[test]
    fn several_programs_may_open_a_new_postgres_database_at_once() {
        opened_at_once(Home::postgres());
    }

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }

    fn columns(home: &Home) -> Vec<String> {
        let _ = Store::open(&home.place).unwrap();
        let mut connection = connect(&home.place);
        let sql = match &connection {
            AnyConnection::Sqlite(_) => {
                "SELECT m.name || '.' || c.name || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' or null' END AS line
                 FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid"
            }
            AnyConnection::Postgres(_) => {
                "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE ' or null' END AS line
                 FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            }
        };
        let lines: Vec<Line> =
            each_engine!(&mut connection, |one| diesel::sql_query(sql).load(one)).unwrap();
        lines
            .into_iter()
            .map(|line| line.line)
            .filter(|line| !line.starts_with("__diesel"))
            .collect()
    }

    on_each_engine!(the_links_of_an_older_database_are_found, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let naming = a_site_that_names(trial.organization, site.record());
        let naming = trial.given(Collection::Sites, naming);
        let report = a_report(site.record(), trial.organization, "good");
        trial.given(Collection::ConditionReports, report);
        let links = |home: &Home| {
            let mut connection = connect(&home.place);
            let rows = links::table.select(LinkRow::as_select());
            let mut rows: Vec<_> = rows
                .load(&mut connection)
                .unwrap()
                .into_iter()
                .map(|row| (row.record_id.0, row.named_id.0))
                .collect();
            rows.sort_unstable();
            rows
        };
        let written = links(&trial.home);
        assert_eq!(written.len(), 3);
        assert!(written.contains(&(naming.id, site.id)));
        trial
            .sql("DROP TABLE links; DELETE FROM __diesel_schema_migrations WHERE version = '0002'");
        let _ = Store::open(&trial.home.place).unwrap();
        assert_eq!(links(&trial.home), written);
    });

    on_each_engine!(what_was_submitted_to_an_older_database_is_found, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let report = a_report(site.record(), trial.organization, "good");
        let mut proposal: serde_json::Value = serde_json::from_str(site.document.get()).unwrap();
        proposal["proposed_by_organization_id"] = trial.organization.id.to_string().into();
        let proposal = serde_json::value::to_raw_value(&proposal).unwrap();
        for (collection, state, document) in [
            (Collection::ConditionReports, State::Submitted, report),
            (Collection::Sites, State::Proposed, proposal),
        ] {
            let record = trial.new_record(collection);
            trial
                .put(vec![write(record, None, state, document)])
                .unwrap();
        }
        let kept = |home: &Home| {
            let rows = entities::table
                .select((entities::submitter_id, entities::waits))
                .order(entities::seq)
                .load::<(Option<IdColumn>, bool)>(&mut connect(&home.place))
                .unwrap();
            rows.into_iter()
                .map(|(submitter, waits)| (submitter.map(|id| id.0), waits))
                .collect::<Vec<_>>()
        };
        let written = kept(&trial.home);
        let by = Some(trial.organization.id);
        assert_eq!(written[written.len() - 2..], [(by, true), (by, true)]);
        let undone = match &trial.home.place {
            Place::Sqlite(_) => include_str!("../../migrations/sqlite/0005_submissions/down.sql"),
            Place::Postgres(_) => {
                include_str!("../../migrations/postgres/0005_submissions/down.sql")
            }
        };
        trial.sql(undone);
        trial.sql("DELETE FROM __diesel_schema_migrations WHERE version = '0005'");
        let _ = Store::open(&trial.home.place).unwrap();
        assert_eq!(kept(&trial.home), written);
    });

    on_each_engine!(the_identifiers_of_an_older_database_are_found, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let mut known: serde_json::Value = serde_json::from_str(site.document.get()).unwrap();
        known["identifiers"] = serde_json::json!([
            {"scheme": "wikidata", "value": "Q1", "match": "exact"},
            {"scheme": "whs", "value": "1", "match": "close"},
        ]);
        let known = serde_json::value::to_raw_value(&known).unwrap();
        let known = trial.given(Collection::Sites, known);
        let kept = |home: &Home| {
            let rows = identifiers::table.select(IdentifierRow::as_select());
            let rows: Vec<IdentifierRow> = rows.load(&mut connect(&home.place)).unwrap();
            rows.into_iter()
                .map(|row| (row.record_id.0, row.scheme, row.value))
                .collect::<Vec<_>>()
        };
        let written = kept(&trial.home);
        assert_eq!(
            written,
            [(known.id, "wikidata".to_owned(), "Q1".to_owned())]
        );
        let undone = "DROP TABLE identifiers;
                      DELETE FROM __diesel_schema_migrations WHERE version = '0006'";
        trial.sql(undone);
        let _ = Store::open(&trial.home.place).unwrap();
        assert_eq!(kept(&trial.home), written);
    });

    on_each_engine!(what_the_public_saw_of_an_older_database_is_found, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let report = a_report(site.record(), trial.organization, "good");
        trial.given(Collection::ConditionReports, report);
        trial
            .put(vec![next(&site, a_site("Dadivank", "restricted"))])
            .unwrap();
        let kept = |home: &Home| {
            let rows = sightings::table.select(SightingRow::as_select());
            let rows: Vec<SightingRow> = rows.load(&mut connect(&home.place)).unwrap();
            let seen = rows
                .into_iter()
                .map(|row| (row.record_id.0, row.public_seq, row.is_seen));
            let reported: Vec<Option<IdColumn>> = changes::table
                .select(changes::site_id)
                .order(changes::seq)
                .load(&mut connect(&home.place))
                .unwrap();
            let reported = reported.into_iter().map(|id| id.map(|id| id.0));
            (seen.collect::<Vec<_>>(), reported.collect::<Vec<_>>())
        };
        let written = kept(&trial.home);
        let (seen, reported) = &written;
        let mut of_site = seen.iter().filter(|(id, ..)| *id == site.id);
        assert!(
            of_site
                .clone()
                .map(|(.., is_seen)| *is_seen)
                .eq([true, true, false])
        );
        assert_eq!(of_site.next().unwrap().1, 2);
        assert_eq!(reported[2], Some(site.id));
        let undone = match &trial.home.place {
            Place::Sqlite(_) => include_str!("../../migrations/sqlite/0007_history/down.sql"),
            Place::Postgres(_) => {
                include_str!("../../migrations/postgres/0007_history/down.sql")
            }
        };
        trial.sql(undone);
        trial.sql("DELETE FROM __diesel_schema_migrations WHERE version = '0007'");
        let _ = Store::open(&trial.home.place).unwrap();
        assert_eq!(kept(&trial.home), written);
    });

    on_each_engine!(the_positions_in_an_older_database_are_found, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let report = a_report(site.record(), trial.organization, "good");
        let place = serde_json::json!({"type": "Point", "coordinates": [46.5, 40.1]});
        for members in [
            serde_json::json!({"observed_position": place}),
            serde_json::json!({"observed_position_accuracy_m": 12}),
            serde_json::json!({"observed_position": null}),
        ] {
            trial.given(Collection::ConditionReports, with(&report, members));
        }
        let kept = |home: &Home| {
            let rows = changes::table.select(changes::has_position);
            rows.order(changes::seq)
                .load::<bool>(&mut connect(&home.place))
                .unwrap()
        };
        assert_eq!(kept(&trial.home), [false, false, true, true, false]);
        // The same on both engines.
        trial.sql(include_str!(
            "../../migrations/sqlite/0008_positions/down.sql"
        ));
        trial.sql("DELETE FROM __diesel_schema_migrations WHERE version = '0008'");
        let _ = Store::open(&trial.home.place).unwrap();
        assert_eq!(kept(&trial.home), [false, false, true, true, false]);
    });

    #[test]
    fn both_engines_have_the_same_tables_and_columns() {
        let sqlite = columns(&Home::sqlite());
        assert_eq!(sqlite.len(), 16 + 2 + 3 + 6 + 8 + 5 + 13 + 3 + 3 + 3);
        assert_eq!(sqlite, columns(&Home::postgres()));
    }
}
