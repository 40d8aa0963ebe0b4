//! Several instances on one database: what is written through one is read through all, whatever becomes of their
//! connections to the database.

use std::time::Duration;

use actix_web::rt::spawn;
use heritage_registry::app::Parts;

use crate::harness::a_site;
use crate::harness::writing::address;

/// Longer than any test: what is seen sooner was not found by looking at the log now and then.
const NEVER: Duration = Duration::from_hours(1);

/// More often than the log is looked at when an instance begins to follow it: what is seen so many times one after the
/// other was not seen by chance.
const TIMES: usize = 4;

fn follows_when_told(parts: &Parts) {
    spawn(parts.follow_every(NEVER));
}

on_each_engine!(
    who_shows_a_token_reads_at_once_what_was_written_through_another_instance,
    |app| {
        let other = app.another(follows_when_told);
        for _ in 0..TIMES {
            let site = address("sites", app.given(a_site()));
            other.admin().get(&site).expect(200);
            other.anonymous().get(&site).expect(200);
        }
    }
);
