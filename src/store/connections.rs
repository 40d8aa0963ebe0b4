//! How many connections there are, for whoever operates the program.

use diesel::r2d2::Pool;

use super::Store;
use super::connection::Manager;

/// The connections of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// What they are for: `reading` or `writing`.
    pub purpose: &'static str,
    /// How many somebody works with.
    pub used: u32,
    /// How many wait for work.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

impl Store {
    /// The connections of each kind, at this moment.
    pub fn connections(&self) -> [Connections; 2] {
        let of = |purpose, pool: &Pool<Manager>| {
            let state = pool.state();
            Connections {
                purpose,
                used: state.connections - state.idle_connections,
                idle: state.idle_connections,
                most: pool.max_size(),
            }
        };
        [of("reading", &self.readers), of("writing", &self.writers)]
    }
}

#[cfg(test)]
mod tests {
    use crate::store::trial::{Home, Trial, on_each_engine};
    use crate::store::{WAIT, connected};

    on_each_engine!(connections_in_use_are_told_from_those_that_wait, |trial| {
        let store = &trial.store;
        let held = connected(&store.readers, WAIT).unwrap();
        let [reading, _] = store.connections();
        assert_eq!((reading.purpose, reading.used), ("reading", 1));
        drop(held);
        let [reading, writing] = store.connections();
        assert_eq!((reading.used, writing.used), (0, 0));
        assert!((1..=reading.most).contains(&reading.idle), "{reading:?}");
    });
}
