//! A long run, entered before its lock is taken: finding what it comes to takes longest, and others need not wait for it.

use std::collections::HashSet;

use uuid::Uuid;

use super::connection::AnyConnection;
use super::put::Ledger;
use super::read::{self, End};
use super::{Error, Run};
use crate::domain::{Change, Collection, Links, Write};

/// So many changes of others are looked at; if more came, the run is entered anew.
const MOST: u32 = 10_000;

/// A run as it was entered, and where the log ended then.
pub(super) struct Entered {
    end: End,
    ledger: Ledger,
}

/// Finds what `run` comes to as the log stands.
pub(super) fn enter(
    connection: &mut AnyConnection,
    run: &Run,
    links: &[Links],
) -> Result<Entered, Error> {
    let end = read::end(connection)?;
    let ledger = Ledger::entered(connection, end, run, links)?;
    Ok(Entered { end, ledger })
}

impl Entered {
    /// The same at the end that the log has now. Where others wrote something that it rests on, it is entered anew.
    pub(super) fn moved_to(
        self,
        connection: &mut AnyConnection,
        end: End,
        run: &Run,
        links: &[Links],
    ) -> Result<Ledger, Error> {
        let Entered {
            end: before,
            mut ledger,
        } = self;
        if before.mark == end.mark {
            return Ok(ledger);
        }
        let since = read::changes(connection, before.mark.seq, MOST)?;
        let is_same_log = read::has(connection, before.mark)?;
        let are_all = since.last().is_some_and(|last| last.seq == end.mark.seq);
        let rests_on = RestsOn::of(run, &ledger);
        if !is_same_log || !are_all || since.iter().any(|change| !rests_on.is_beside(change)) {
            return Ledger::entered(connection, end, run, links);
        }
        ledger.move_to(&before, &end, run.now);
        Ok(ledger)
    }
}

/// What a run rests on.
struct RestsOn<'a> {
    ledger: &'a Ledger,
    written: HashSet<Uuid>,
    has_regions: bool,
    /// Whether it changes what is there, which may have looked different since.
    has_changes: bool,
}

impl RestsOn<'_> {
    fn of<'a>(run: &Run, ledger: &'a Ledger) -> RestsOn<'a> {
        let regions = |write: &Write| write.collection == Collection::Regions;
        RestsOn {
            ledger,
            written: run.writes.iter().map(|write| write.id).collect(),
            has_regions: run.writes.iter().any(regions),
            has_changes: run.writes.iter().any(|write| write.follows.is_some()),
        }
    }

    /// Whether it does not rest on what somebody else wrote: on that record, on the site of that report, or on who names what
    /// the run writes. A run that writes regions rests on everything, and how a record looks that it changes, on all regions.
    fn is_beside(&self, change: &Change) -> bool {
        let is_held = |record| self.ledger.holdings.get(record).is_some();
        let links = Links::of(change.collection, &change.document);
        let site = links.site.map(|site| Collection::Sites.record(site));
        let is_region = change.collection == Collection::Regions;
        let bears = self.has_regions
            || is_region && self.has_changes
            || is_held(change.record())
            || site.is_some_and(is_held)
            || links.named.iter().any(|named| self.written.contains(named));
        !bears
    }
}
