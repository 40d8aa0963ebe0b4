//! One command, carried out: its run of changes, and what they make of the rows of its records and of others.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::Error;
use super::columns::{IdColumn, InstantColumn};
use super::connection::{AnyConnection, each_engine};
use super::entered::Entered;
use super::erasures;
use super::identifiers;
use super::keep::{BATCH, Written, insert, keep_links, keep_sightings, set_dates, update};
use super::people;
use super::read::{self, End};
use super::rows::{Dates, EntityRow, NewAccountRow, NewChangeRow, NewTokenRow, SightingRow};
use super::run::{Request, Run};
use super::standing::{rank, standing};
use super::tables::{accounts, changes, requests, tokens};
use crate::domain::{
    Account, Change, Collection, Committed, Entity, Holdings, Id, Instant, Links, RecordRef, Seq,
    State, Version, Write, bears_on_past,
};

/// Carries out `run`; the transaction and its lock are the caller's, `links` those of its writes.
pub(super) fn put(
    connection: &mut AnyConnection,
    run: &Run,
    links: &[Links],
    entered: Option<Entered>,
) -> Result<Committed<Vec<Entity>>, Error> {
    people::check_token(connection, run.token, run.now)?;
    let end = read::end(connection)?;
    if run.at.is_some_and(|at| at != end.mark.seq) {
        return Err(Error::Moved);
    }
    if run.begins && end.mark.seq > Seq(0) {
        return Err(Error::Exists);
    }
    if let Some(request) = &run.request {
        check_once(connection, run.actor, request)?;
    }
    for record in &run.rests_on {
        // What decided the run was read before the lock.
        if read::state(connection, *record)? != Some(State::Published) {
            return Err(Error::Dangling);
        }
    }
    if let Some(organization) = run.unnamed
        && read::is_named(connection, organization)?
    {
        return Err(Error::Named);
    }
    let ledger = match entered {
        Some(entered) => entered.moved_to(connection, end, run, links)?,
        None => Ledger::entered(connection, end, run, links)?,
    };
    ledger.keep_entities(connection, run, links)?;
    ledger.keep_people(connection, run)?;
    ledger.keep_changes(connection)?;
    erasures::keep(connection, run, ledger.end.mark.seq)?;
    ledger.keep_request(connection, run)?;
    let entities = run
        .writes
        .iter()
        .map(|write| ledger.record(write.collection.record(write.id)).clone())
        .collect();
    Ok(Committed::new(entities, ledger.end.mark.seq))
}

/// The instant of a run: the clock's, but never one that the log has reached.
fn instant_after(end: &End, now: Instant) -> Instant {
    end.at.map_or(now, |last| now.max(last.next()))
}

/// The log and the records while a run is entered: in memory, until it is known that nothing is wrong with any of it.
pub(super) struct Ledger {
    end: End,
    at: Instant,
    pub(super) holdings: Holdings,
    changes: Vec<NewChangeRow>,
    /// The records that the public sees differ; holdings have moved their dates.
    seen: BTreeSet<RecordRef>,
    sightings: Vec<SightingRow>,
}

impl Ledger {
    /// One in which all of a run is entered, and nothing is wrong with it.
    pub(super) fn entered(
        connection: &mut AnyConnection,
        end: End,
        run: &Run,
        links: &[Links],
    ) -> Result<Ledger, Error> {
        let mut ledger = Ledger::open(end, standing(connection, run, links)?, run.now)?;
        for write in &run.writes {
            ledger.enter(run, write)?;
        }
        ledger.check(run, links)?;
        Ok(ledger)
    }

    /// Moves all of it to another end of the log.
    pub(super) fn move_to(&mut self, from: &End, to: &End, now: Instant) {
        let by = to.mark.seq.0 - from.mark.seq.0;
        let public_by = to.public_seq.0 - from.public_seq.0;
        let at = instant_after(to, now);
        for change in &mut self.changes {
            change.move_by(by, public_by, at);
        }
        for sighting in &mut self.sightings {
            sighting.public_seq += public_by;
        }
        self.holdings.move_by(from.mark.seq, by, (self.at, at));
        self.at = at;
        self.end.mark.seq.0 += by;
        self.end.public_seq.0 += public_by;
    }

    fn open(end: End, standing: Vec<Entity>, now: Instant) -> Result<Ledger, Error> {
        let mut holdings = Holdings::default();
        for entity in standing {
            holdings.fill(entity)?;
        }
        let at = instant_after(&end, now);
        Ok(Ledger {
            end,
            at,
            holdings,
            changes: Vec::new(),
            seen: BTreeSet::new(),
            sightings: Vec::new(),
        })
    }

    /// The record, which is one that the run writes or that `Holdings::put` named.
    fn record(&self, record: RecordRef) -> &Entity {
        self.holdings
            .get(record)
            .expect("what was put into holdings is in them")
    }

    fn enter(&mut self, run: &Run, write: &Write) -> Result<(), Error> {
        let before = self.holdings.get(write.collection.record(write.id));
        let version = match (write.follows, before) {
            (None, None) => Version(1),
            (None, Some(_)) => return Err(Error::Exists),
            (Some(_), None) => return Err(Error::NoRecord),
            (Some(follows), Some(current)) if follows != current.version => {
                return Err(Error::Stale(current.version));
            }
            (Some(follows), Some(_)) => Version(follows.0 + 1),
        };
        self.end.mark.seq.0 += 1;
        let mut change = Change {
            seq: self.end.mark.seq,
            public_seq: None,
            at: self.at,
            command: run.command,
            actor: run.actor,
            collection: write.collection,
            id: write.id,
            version,
            state: write.state,
            document: write.document.clone(),
        };
        let takes_from_views = run.erased.as_ref().is_some_and(|erased| erased.was_shown);
        let bears_on_past = takes_from_views || bears_on_past(before, &change);
        let differ = self.holdings.put(Entity::after(before, &change))?;
        if !differ.is_empty() {
            self.end.public_seq.0 += 1;
            change.public_seq = Some(self.end.public_seq);
        }
        for one in differ {
            self.seen.insert(one.record);
            self.sightings.push(SightingRow {
                record_id: IdColumn(one.record.id),
                public_seq: self.end.public_seq.0,
                is_seen: one.is_seen,
            });
        }
        self.changes.push(NewChangeRow::new(&change, bears_on_past));
        Ok(())
    }

    /// The foreign keys see that what is named exists; that it is of the right collection is seen here.
    fn check(&self, run: &Run, links: &[Links]) -> Result<(), Error> {
        let sites = links
            .iter()
            .filter_map(|links| links.site)
            .map(|id| (Collection::Sites, id));
        let organizations = links.iter().filter_map(|links| links.organization);
        let organizations = organizations.chain(
            run.accounts
                .iter()
                .map(|account| account.organization.uuid()),
        );
        let mut named = sites.chain(organizations.map(|id| (Collection::Organizations, id)));
        let dangles =
            named.any(|(collection, id)| self.holdings.get(collection.record(id)).is_none());
        if dangles {
            Err(Error::Dangling)
        } else {
            Ok(())
        }
    }

    /// The rows of what the run writes, and the dates of what only looks different.
    fn keep_entities(
        &self,
        connection: &mut AnyConnection,
        run: &Run,
        links: &[Links],
    ) -> Result<(), Error> {
        // A record that is written twice has the row of its last write, and is new if its first write makes it.
        let mut written = Written::new();
        for (write, links) in run.writes.iter().zip(links) {
            written
                .entry(write.collection.record(write.id))
                .or_insert((write.follows.is_none(), links))
                .1 = links;
        }
        let rows = |is_new| {
            let of_kind = written.iter().filter(move |(_, (new, _))| *new == is_new);
            let mut rows: Vec<_> = of_kind
                .map(|(record, (_, links))| EntityRow::new(self.record(*record), links))
                .collect();
            // A row must come after those that it names, since each statement is checked by itself. Otherwise as in
            // the log, so that SQLite reads them in that order from one end of the table to the other.
            rows.sort_by_key(|row| (rank(row.collection.0), row.seq));
            rows
        };
        insert(connection, &rows(true))?;
        update(connection, &rows(false))?;
        keep_links(connection, &written)?;
        let each = written
            .iter()
            .map(|(record, (is_new, links))| (*record, *is_new, *links));
        identifiers::keep(connection, each)?;
        let published = written
            .iter()
            .filter(|(record, _)| self.record(**record).state == State::Published)
            .map(|(record, (_, links))| (record.id, *links))
            .collect();
        identifiers::check(connection, &published)?;
        let others = self
            .seen
            .iter()
            .filter(|record| !written.contains_key(record))
            .map(|record| self.record(*record));
        let (new_to_see, seen_before): (Vec<_>, Vec<_>) =
            others.partition(|entity| entity.public_since == Some(self.at));
        let at = InstantColumn::from(self.at);
        set_dates(
            connection,
            &new_to_see,
            &Dates {
                public_at: at,
                public_since: Some(at),
            },
        )?;
        set_dates(
            connection,
            &seen_before,
            &Dates {
                public_at: at,
                public_since: None,
            },
        )
    }

    fn keep_people(&self, connection: &mut AnyConnection, run: &Run) -> Result<(), Error> {
        for account in &run.accounts {
            diesel::insert_into(accounts::table)
                .values(NewAccountRow::new(account, self.at))
                .execute(connection)?;
        }
        for token in &run.tokens {
            diesel::insert_into(tokens::table)
                .values(NewTokenRow::new(token, self.at))
                .execute(connection)?;
        }
        Ok(())
    }

    fn keep_request(&self, connection: &mut AnyConnection, run: &Run) -> Result<(), Error> {
        let Some(request) = &run.request else {
            return Ok(());
        };
        diesel::insert_into(requests::table)
            .values((
                requests::account_id.eq(IdColumn::from(run.actor)),
                requests::key.eq(&request.key),
                requests::hash.eq(request.hash.as_slice()),
                requests::command_id.eq(IdColumn::from(run.command)),
                requests::at.eq(InstantColumn::from(self.at)),
            ))
            .execute(connection)?;
        Ok(())
    }

    fn keep_changes(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        for batch in self.changes.chunks(BATCH) {
            each_engine!(connection, |one| diesel::insert_into(changes::table)
                .values(batch)
                .execute(one))?;
        }
        keep_sightings(connection, &self.sightings)
    }
}

/// Fails if the request was carried out before, or its key stands for another one. Under the lock, so that of two that
/// arrive at once the second finds the first.
pub(super) fn check_once(
    connection: &mut AnyConnection,
    actor: Id<Account>,
    request: &Request,
) -> Result<(), Error> {
    let before: Option<(Vec<u8>, IdColumn)> = requests::table
        .find((IdColumn::from(actor), &request.key))
        .select((requests::hash, requests::command_id))
        .first(connection)
        .optional()?;
    match before {
        None => Ok(()),
        Some((hash, command)) if hash == request.hash => Err(Error::Done(command.into())),
        Some(_) => Err(Error::OtherRequest),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use proptest::collection::vec;
    use proptest::prelude::any;
    use proptest::test_runner::{Config, TestRunner};
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;
    use crate::domain::{NewToken, PublicSeq, Role, Seq};
    use crate::store::entered::enter;
    use crate::store::trial::{
        Home, NOON, Trial, a_region, a_report, a_site, a_site_that_names, an_organization, instant,
        next, on_each_engine, with, write,
    };

    on_each_engine!(
        commands_of_eight_writers_follow_each_other_without_gaps_as_seen_by_a_reader,
        |trial| {
            let done = AtomicBool::new(false);
            let read = thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    let mut read: Vec<Change> = trial.log();
                    loop {
                        let was_done = done.load(Ordering::Acquire);
                        let more = trial.store.changes(read.last().unwrap().seq, 7).unwrap();
                        if was_done && more.is_empty() {
                            break read;
                        }
                        read.extend(more);
                    }
                });
                let writer = || {
                    for _ in 0..10 {
                        let two = [(); 2].map(|()| trial.new_record(Collection::Sites));
                        let writes = two.map(|site| {
                            write(site, None, State::Published, a_site("Gandzasar", "exact"))
                        });
                        trial.put(writes.into()).unwrap();
                    }
                };
                let outcomes = [(); 8]
                    .map(|()| scope.spawn(writer))
                    .map(thread::ScopedJoinHandle::join);
                done.store(true, Ordering::Release);
                for outcome in outcomes {
                    outcome.unwrap();
                }
                reader.join().unwrap()
            });
            assert!(read.iter().map(|change| change.seq).eq((1..=161).map(Seq)));
            assert!(
                read.iter()
                    .map(|change| change.public_seq)
                    .eq((1..=161).map(|seq| Some(PublicSeq(seq))))
            );
            let runs = read
                .chunk_by(|one, other| one.command == other.command)
                .collect::<Vec<_>>();
            assert_eq!(runs.len(), 81, "each command is one run");
            assert!(
                runs.is_sorted_by(|one, other| one[0].at < other[0].at),
                "instants increase from run to run"
            );
            assert!(
                runs.iter()
                    .all(|run| run.iter().all(|change| change.at == run[0].at))
            );
        }
    );

    on_each_engine!(instants_do_not_go_back_when_the_clock_does, |trial| {
        trial.set_clock(NOON - 3_600_000_000);
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        assert_eq!(site.updated_at, instant(NOON + 1));
        trial.set_clock(NOON + 7);
        let site = trial.given(Collection::Sites, a_site("Dadivank", "exact"));
        assert_eq!(
            (site.created_at, site.updated_at),
            (instant(NOON + 7), instant(NOON + 7))
        );
    });

    on_each_engine!(
        a_run_that_was_entered_before_others_wrote_comes_after_them,
        |trial| {
            let run = |name: &str| {
                let site = trial.new_record(Collection::Sites);
                trial.run(vec![write(
                    site,
                    None,
                    State::Published,
                    a_site(name, "exact"),
                )])
            };
            let entered = |run: &Run| {
                let enter = |connection: &mut AnyConnection| enter(connection, run, &run.links());
                trial.store.reader().unwrap().reading(enter).unwrap()
            };
            let put = |run: &Run, entered: Entered| {
                let put = |connection: &mut AnyConnection| {
                    put(connection, run, &run.links(), Some(entered))
                };
                trial.store.writing(put)
            };
            let watch = trial.given(Collection::Organizations, an_organization("Watch", true));
            let other = trial.given(Collection::Sites, a_site("Gtichavank", "exact"));
            // What others may write meanwhile: something else, what the run rests on, and what follows from it.
            let meanwhile: [&dyn Fn(&Run); 6] = [
                &|_| {},
                &|_| drop(trial.given(Collection::Sites, a_site("Amaras", "exact"))),
                &|_| {
                    trial.set_clock(NOON + 5_000_000);
                    let about = a_report(other.record(), watch.record(), "good");
                    trial.given(Collection::ConditionReports, about);
                },
                &|_| {
                    let watch = trial.store.find(watch.record()).unwrap().unwrap();
                    let hidden = an_organization("Watch", false);
                    trial.put(vec![next(&watch, hidden)]).unwrap();
                },
                &|run| {
                    let named = Collection::Sites.record(run.writes[0].id);
                    let names = a_site_that_names(watch.record(), named);
                    trial.given(Collection::Sites, names);
                },
                &|_| drop(trial.given(Collection::Regions, a_region("hist-khachen"))),
            ];
            for write_meanwhile in meanwhile {
                let site = trial.new_record(Collection::Sites);
                let names = a_site_that_names(watch.record(), other.record());
                let report = trial.new_record(Collection::ConditionReports);
                let about = a_report(site, watch.record(), "good");
                let run = trial.run(vec![
                    write(site, None, State::Published, names),
                    write(report, None, State::Published, about),
                ]);
                let before = entered(&run);
                write_meanwhile(&run);
                let end = trial.store.last_seq().unwrap();
                assert_eq!(put(&run, before).unwrap().seq(), Seq(end.0 + 2));
                assert_eq!(trial.store.check().unwrap().findings, [""; 0]);
            }
            // It shows the public nothing new, since the organization that it names was hidden meanwhile.
            let shown = trial.given(Collection::Organizations, an_organization("Shown", true));
            let names = json!({"organizations": [{"organization_id": shown.id, "role": "custodian", "src": ["k"]}]});
            let site = trial.given(Collection::Sites, a_site("Dadivank", "exact"));
            let edit = trial.run(vec![next(&site, with(&a_site("Dadivank", "exact"), names))]);
            let before = entered(&edit);
            trial
                .put(vec![next(&shown, an_organization("Shown", false))])
                .unwrap();
            let _ = put(&edit, before).unwrap();
            assert_eq!(trial.store.check().unwrap().findings, [""; 0]);
            assert_eq!(trial.log().last().unwrap().public_seq, None);
            let run = run("Amaras");
            let before = entered(&run);
            let same = write(
                Collection::Sites.record(run.writes[0].id),
                None,
                State::Published,
                a_site("Amaras", "exact"),
            );
            trial.put(vec![same]).unwrap();
            assert!(matches!(put(&run, before), Err(Error::Exists)));
        }
    );

    on_each_engine!(a_run_that_fails_leaves_nothing, |trial| {
        let before = trial.tables();
        let site = trial.new_record(Collection::Sites);
        let written = write(site, None, State::Published, a_site("Gandzasar", "exact"));
        let nowhere = trial.new_record(Collection::Sites);
        let dangling = a_report(nowhere, trial.organization, "good");
        let report = write(
            trial.new_record(Collection::ConditionReports),
            None,
            State::Published,
            dangling,
        );
        assert!(matches!(
            trial.put(vec![written.clone(), report]),
            Err(Error::Dangling)
        ));
        // This one fails at its last statements, after rows were inserted.
        let stranger = Run {
            actor: trial.id(),
            ..trial.run(vec![written])
        };
        assert!(matches!(trial.store.put(stranger), Err(Error::Dangling)));
        assert_eq!(trial.tables(), before);
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        assert_eq!(site.seq, Seq(2), "and no number is lost");
    });

    on_each_engine!(a_write_follows_the_current_version_or_fails, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let document = || a_site("Gandzasar Monastery", "exact");
        let second = trial.put(vec![next(&site, document())]).unwrap().remove(0);
        assert_eq!((second.version, second.seq), (Version(2), Seq(3)));
        assert!(matches!(
            trial.put(vec![next(&site, document())]),
            Err(Error::Stale(Version(2)))
        ));
        let again = write(site.record(), None, State::Published, document());
        assert!(matches!(trial.put(vec![again]), Err(Error::Exists)));
        let elsewhere = Collection::Organizations.record(site.id);
        let organization = |follows| {
            write(
                elsewhere,
                follows,
                State::Published,
                an_organization("Other", true),
            )
        };
        assert!(matches!(
            trial.put(vec![organization(None)]),
            Err(Error::Exists)
        ));
        assert!(matches!(
            trial.put(vec![organization(Some(2))]),
            Err(Error::NoRecord)
        ));
        let unknown = write(
            trial.new_record(Collection::Sites),
            Some(1),
            State::Published,
            document(),
        );
        assert!(matches!(trial.put(vec![unknown]), Err(Error::NoRecord)));
        assert_eq!(trial.log().len(), 3);
    });

    on_each_engine!(
        a_run_that_rests_on_all_of_the_log_fails_when_it_moved_on,
        |trial| {
            let at = trial.store.last_seq().unwrap();
            trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
            let write = |record| write(record, None, State::Published, a_site("Dadivank", "exact"));
            let run = |at: Seq| Run {
                at: Some(at),
                ..trial.run(vec![write(trial.new_record(Collection::Sites))])
            };
            assert!(matches!(trial.store.put(run(at)), Err(Error::Moved)));
            let end = trial.store.last_seq().unwrap();
            assert_eq!(trial.store.put(run(end)).unwrap().seq(), Seq(end.0 + 1));
        }
    );

    on_each_engine!(a_record_may_be_written_twice_in_one_run, |trial| {
        let site = trial.new_record(Collection::Sites);
        let first = write(site, None, State::Proposed, a_site("Gandzasar", "exact"));
        let second = write(
            site,
            Some(1),
            State::Published,
            a_site("Gandzasar Monastery", "exact"),
        );
        let made = trial.put(vec![first.clone(), second.clone()]).unwrap();
        assert!(made.iter().all(|one| one.version == Version(2) && one.document.get() == second.document.get()));
        let again = write(
            trial.new_record(Collection::Sites),
            None,
            State::Proposed,
            first.document,
        );
        assert!(matches!(
            trial.put(vec![again.clone(), again]),
            Err(Error::Exists)
        ));
    });

    on_each_engine!(
        only_what_the_public_sees_has_a_place_in_its_log_and_moves_its_date,
        |trial| {
            let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
            let hidden = trial.given(Collection::Sites, a_site("Dadivank", "restricted"));
            assert_eq!(
                (site.public_at, hidden.public_at),
                (Some(site.updated_at), None)
            );
            let report = trial.given(
                Collection::ConditionReports,
                a_report(site.record(), trial.organization, "poor"),
            );
            let site_after = trial.store.find(site.record()).unwrap().unwrap();
            assert_eq!(
                site_after.public_at,
                Some(report.updated_at),
                "its condition follows from the report"
            );
            assert_eq!(
                (site_after.version, site_after.updated_at),
                (Version(1), site.updated_at)
            );
            trial.given(
                Collection::ConditionReports,
                a_report(hidden.record(), trial.organization, "poor"),
            );
            let public: Vec<_> = trial.log().iter().map(|change| change.public_seq).collect();
            assert_eq!(
                public,
                [Some(1), Some(2), None, Some(3), None].map(|seq| seq.map(PublicSeq))
            );
        }
    );

    on_each_engine!(
        a_report_that_moves_to_another_site_moves_the_dates_of_both,
        |trial| {
            let [one, other] = ["Gandzasar", "Dadivank"]
                .map(|name| trial.given(Collection::Sites, a_site(name, "exact")));
            let report = trial.given(
                Collection::ConditionReports,
                a_report(one.record(), trial.organization, "poor"),
            );
            let moved = trial
                .put(vec![next(
                    &report,
                    a_report(other.record(), trial.organization, "poor"),
                )])
                .unwrap()
                .remove(0);
            for site in [one, other] {
                let site = trial.store.find(site.record()).unwrap().unwrap();
                assert_eq!(site.public_at, Some(moved.updated_at));
            }
        }
    );

    on_each_engine!(
        a_report_that_comes_from_an_unlisted_organization_instead_moves_its_date,
        |trial| {
            let unlisted = an_organization("Group", false);
            let unlisted = trial.given(Collection::Organizations, unlisted).record();
            let site = trial
                .given(Collection::Sites, a_site("Gandzasar", "exact"))
                .record();
            let report = trial.given(
                Collection::ConditionReports,
                a_report(site, trial.organization, "poor"),
            );
            let second = next(&report, a_report(site, unlisted, "poor"));
            let second = trial.put(vec![second]).unwrap().remove(0);
            assert_eq!(second.public_at, Some(second.updated_at));
            let third = trial
                .put(vec![next(&second, a_report(site, unlisted, "poor"))])
                .unwrap()
                .remove(0);
            assert_eq!(third.public_at, second.public_at, "nothing differs");
        }
    );

    on_each_engine!(
        an_organization_that_is_no_longer_listed_moves_the_dates_of_its_reports,
        |trial| {
            let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
            let report = trial.given(
                Collection::ConditionReports,
                a_report(site.record(), trial.organization, "poor"),
            );
            let organization = trial.store.find(trial.organization).unwrap().unwrap();
            let unlisted = next(&organization, an_organization("Aragats Foundation", false));
            let unlisted = trial.put(vec![unlisted]).unwrap().remove(0);
            let public_at = |record| trial.store.find(record).unwrap().unwrap().public_at;
            assert_eq!(public_at(report.record()), Some(unlisted.updated_at));
            assert_eq!(
                public_at(site.record()),
                Some(report.updated_at),
                "which shows no organization of its reports"
            );
        }
    );

    on_each_engine!(what_comes_into_view_again_is_as_old_as_that, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let report = trial.given(
            Collection::ConditionReports,
            a_report(site.record(), trial.organization, "poor"),
        );
        let withdrawn = Write {
            state: State::Withdrawn,
            ..next(&site, a_site("Gandzasar", "exact"))
        };
        let withdrawn = trial.put(vec![withdrawn]).unwrap().remove(0);
        let dates = || {
            let report = trial.store.find(report.record()).unwrap().unwrap();
            (report.public_at.unwrap(), report.public_since.unwrap())
        };
        assert_eq!(
            dates(),
            (withdrawn.updated_at, report.updated_at),
            "it went with its site"
        );
        let again = trial
            .put(vec![next(&withdrawn, a_site("Gandzasar", "exact"))])
            .unwrap()
            .remove(0);
        assert_eq!(dates(), (again.updated_at, again.updated_at));
    });

    on_each_engine!(a_region_code_belongs_to_one_region, |trial| {
        let varanda = trial.given(Collection::Regions, a_region("hist-varanda"));
        let region = |code| {
            write(
                trial.new_record(Collection::Regions),
                None,
                State::Published,
                a_region(code),
            )
        };
        let error = trial.put(vec![region("hist-varanda")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the region code \"hist-varanda\" is taken: choose another"
        );
        let error = trial
            .put(vec![region("hist-dizak"), region("hist-dizak")])
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the code of the region is taken: choose another"
        );
        trial
            .put(vec![next(&varanda, a_region("hist-varanda"))])
            .unwrap();
    });

    on_each_engine!(
        what_a_record_names_must_be_there_and_be_of_the_right_kind,
        |trial| {
            let site = trial
                .given(Collection::Sites, a_site("Gandzasar", "exact"))
                .record();
            let (nowhere, organization) = (trial.new_record(Collection::Sites), trial.organization);
            let report = |site, by, state| {
                write(
                    trial.new_record(Collection::ConditionReports),
                    None,
                    state,
                    a_report(site, by, "good"),
                )
            };
            for (site, by) in [
                (nowhere, organization),
                (site, nowhere),
                (organization, organization),
                (site, site),
            ] {
                assert!(matches!(
                    trial.put(vec![report(site, by, State::Submitted)]),
                    Err(Error::Dangling)
                ));
            }
            // A phone's report is kept whatever it names.
            trial
                .put(vec![report(nowhere, nowhere, State::Received)])
                .unwrap();
        }
    );

    on_each_engine!(
        accounts_and_tokens_are_made_in_the_run_that_makes_their_organization,
        |trial| {
            let organization = trial.new_record(Collection::Organizations);
            let account = Account {
                id: trial.id(),
                name: String::from("Reviewer"),
                organization: Id::new(organization.id),
                role: Role::Reviewer,
            };
            let token = NewToken {
                id: trial.id(),
                account: account.id,
                hash: [7; 32],
                expires_at: None,
                is_desktop: false,
            };
            let run = Run {
                actor: account.id,
                accounts: vec![account.clone()],
                tokens: vec![token.clone()],
                ..trial.run(vec![write(
                    organization,
                    None,
                    State::Published,
                    an_organization("Caucasus Watch", true),
                )])
            };
            assert_eq!(trial.store.put(run).unwrap().seq(), Seq(2));
            let people = |accounts, tokens| Run {
                accounts,
                tokens,
                ..trial.run(vec![])
            };
            let site = trial
                .given(Collection::Sites, a_site("Gandzasar", "exact"))
                .record();
            let stray = Account {
                id: trial.id(),
                organization: Id::new(site.id),
                ..account.clone()
            };
            assert!(matches!(
                trial.store.put(people(vec![stray], vec![])),
                Err(Error::Dangling)
            ));
            assert!(matches!(
                trial.store.put(people(vec![], vec![token])),
                Err(Error::Taken(_))
            ));
            let second = Account {
                id: trial.id(),
                ..account
            };
            assert_eq!(
                trial.store.put(people(vec![second], vec![])).unwrap().seq(),
                Seq(3),
                "the log's end"
            );
        }
    );

    /// What a generated write is: of which collection, of which of its records, how it looks, and where it is.
    type Step = (u8, u8, u8, u8);

    /// A site at one of three places or at none, with what the public may see of that.
    fn a_placed_site(look: u8, place: u8) -> Box<RawValue> {
        let sensitivity = ["exact", "generalised", "restricted"][usize::from(look / 3) % 3];
        let site = a_site(&format!("Church {}", look % 5), sensitivity);
        let at = [(46.25, 462), (46.75, 467), (47.25, 472)].get(usize::from(place) % 4);
        let point = |lon| json!({ "type": "Point", "coordinates": [lon, 39.76] });
        let region_code = ["r-0", "r-1"][usize::from(place / 4) % 2];
        with(
            &site,
            json!({
                "geometry": at.map(|(lon, _)| point(lon)),
                "public_cell": at.map(|(_, col)| [*col, 397]),
                "public_region_code": region_code,
                "public_listing": place.is_multiple_of(3),
            }),
        )
    }

    /// A region around none of the places of sites, one, two that are neighbours, or all.
    fn a_placed_region(code: &str, place: u8) -> Box<RawValue> {
        let west = 46.0 + 0.5 * f64::from(place % 4);
        let east = west + 0.5 * f64::from(1 + place / 4 % 3);
        let ring = [
            [west, 39.0],
            [east, 39.0],
            [east, 40.0],
            [west, 40.0],
            [west, 39.0],
        ];
        let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
        with(&a_region(code), json!({ "geometry": geometry }))
    }

    /// The write that `step` stands for, if there is what it needs. `known` has all records and their versions.
    fn step_of(
        trial: &Trial,
        known: &mut Vec<(RecordRef, i32)>,
        (which, pick, look, place): Step,
    ) -> Option<Write> {
        let of = |collection| {
            known
                .iter()
                .map(|(record, _)| *record)
                .filter(move |record| record.collection == collection)
        };
        let nth =
            |collection, n: u8| of(collection).nth(usize::from(n) % of(collection).count().max(1));
        let (collection, document) = match which % 8 {
            0 | 1 => (Collection::Sites, a_placed_site(look, place)),
            2 => {
                let (site, by) = (
                    nth(Collection::Sites, look)?,
                    nth(Collection::Organizations, place)?,
                );
                (Collection::Sites, a_site_that_names(by, site))
            }
            3 | 4 => {
                let (site, by) = (
                    nth(Collection::Sites, look)?,
                    nth(Collection::Organizations, place)?,
                );
                (
                    Collection::ConditionReports,
                    a_report(site, by, ["good", "poor"][usize::from(look / 3) % 2]),
                )
            }
            5 => (
                Collection::Organizations,
                an_organization(&format!("Group {}", look % 5), look % 2 == 0),
            ),
            _ => (Collection::Regions, a_region("")),
        };
        let nth_known = usize::from(pick) % (of(collection).count() + 1);
        let document = if collection == Collection::Regions {
            a_placed_region(&format!("r-{nth_known}"), place)
        } else {
            document
        };
        let record = of(collection).nth(nth_known);
        let state = if look % 4 == 3 {
            State::Withdrawn
        } else {
            State::Published
        };
        let Some(record) = record else {
            let record = trial.new_record(collection);
            known.push((record, 1));
            return Some(write(record, None, state, document));
        };
        let (_, version) = known.iter_mut().find(|(one, _)| *one == record).unwrap();
        *version += 1;
        Some(write(record, Some(*version - 1), state, document))
    }

    /// Each command reads only what is around it; whoever has followed the whole log must come to the same.
    fn replay_gives_the_table(home: fn() -> Home) {
        let config = Config {
            cases: 12,
            failure_persistence: None,
            ..Config::default()
        };
        let commands = vec(vec(any::<Step>(), 1..4), 1..20);
        let outcome = TestRunner::new(config).run(&commands, |commands| {
            let trial = Trial::new(home());
            let mut known = vec![(trial.organization, 1)];
            for steps in commands {
                let writes: Vec<_> = steps
                    .into_iter()
                    .filter_map(|step| step_of(&trial, &mut known, step))
                    .collect();
                trial.put(writes).unwrap();
            }
            let mut holdings = Holdings::default();
            for change in trial.log() {
                let record = change.record();
                let differ = holdings
                    .put(Entity::after(holdings.get(record), &change))
                    .unwrap();
                assert_eq!(
                    change.public_seq.is_some(),
                    !differ.is_empty(),
                    "{change:?} {differ:?}"
                );
            }
            let mut replayed: Vec<&Entity> = holdings.entities().collect();
            replayed.sort_by_key(|entity| entity.seq);
            let (entities, _) = trial.store.entities().unwrap();
            assert_eq!(format!("{replayed:#?}"), format!("{entities:#?}"));
            Ok(())
        });
        outcome.unwrap();
    }

    #[test]
    fn replaying_the_log_gives_the_table_on_sqlite() {
        replay_gives_the_table(Home::sqlite);
    }

    #[test]
    fn replaying_the_log_gives_the_table_on_postgres() {
        replay_gives_the_table(Home::postgres);
    }
}
