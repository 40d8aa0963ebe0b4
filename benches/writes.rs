//! How many edits a second, by one person and by several at once? Beside a bare insert of the row that an edit adds to the log.
//!
//! Both are durable: in SQLite with `synchronous = FULL` and a write-ahead log, in PostgreSQL as it is by default.

use std::sync::Arc;
use std::time::Duration;

use heritage_registry::domain::{Clock, Ids};
use heritage_registry::registry::Registry;
use heritage_registry::store::{Place, Store};

use crate::measure::{a_second, middle};
use crate::plain::{Insert, Logged, log};
use crate::world::World;
use crate::writable::{Editor, Writable};

/// So many at once.
const AT_ONCE: [usize; 3] = [1, 4, MOST];
const MOST: usize = 16;
/// How long each measurement takes.
const LASTS: Duration = Duration::from_secs(2);
/// How often each is repeated, in turns.
const ROUNDS: usize = 3;
/// All of them write for so long before, so that connections and prepared statements are there.
const WARM: Duration = Duration::from_millis(500);
/// So many different rows are inserted, again and again.
const ROWS: u32 = 500;

pub fn ask(sites: usize) {
    for copy in Writable::on_each_engine(&World::of(sites)) {
        compare(&copy);
    }
}

fn compare(copy: &Writable) {
    let store = Arc::new(Store::open(&copy.place).expect("the copy can be opened"));
    let (clock, ids) = (Clock::system(), Ids::random());
    let registry = Arc::new(Registry::new(store.clone(), clock, ids, Arc::default()));
    let mut editors = copy.editors(&registry, MOST);
    let before = store.last_seq().expect("the database answers");
    a_second(WARM, edits(&mut editors));
    let changes = store.changes(before, ROWS).expect("the database answers");
    let rows: Vec<Logged> = changes.iter().map(Logged::of).collect();
    let mut bare = match &copy.place {
        Place::Sqlite(_) => log::in_sqlite(&copy.folder.path().join("bare.db"), MOST),
        Place::Postgres(url) => log::in_postgres(url, MOST),
    };
    a_second(WARM, inserts(&mut bare, &rows));

    println!("\nedits of a site, on {}", copy.engine);
    println!(
        "  {:<34} {:>12} {:>12} {:>16}",
        "", "edits/s", "inserts/s", "inserts an edit"
    );
    for at_once in AT_ONCE {
        let (mut ours, mut plain, mut ratios) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let edited = a_second(LASTS, edits(&mut editors[..at_once]));
            let inserted = a_second(LASTS, inserts(&mut bare[..at_once], &rows));
            ours.push(edited);
            plain.push(inserted);
            ratios.push(inserted / edited);
        }
        println!(
            "  {:<34} {:>12.0} {:>12.0} {:>16.1}",
            format!("{at_once} at once"),
            middle(ours),
            middle(plain),
            middle(ratios)
        );
    }
}

fn edits(editors: &mut [Editor]) -> Vec<impl FnMut() + Send> {
    let edits = editors.iter_mut().map(|editor| {
        move || {
            editor.edit();
        }
    });
    edits.collect()
}

fn inserts(bare: &mut [Insert], rows: &[Logged]) -> Vec<impl FnMut() + Send> {
    let inserts = bare.iter_mut().map(|insert| {
        let mut rows = rows.iter().cycle();
        move || insert(rows.next().expect("somebody has edited something"))
    });
    inserts.collect()
}
