//! What commands on a database have in common.

use std::fmt::Display;

use crate::app;
use crate::config::Database;
use crate::domain::{Actor, Clock, Fault, Faults, Ids};
use crate::registry::{self, Registry};

/// Faults, each at the argument that it is about.
pub(super) fn said<T>(done: Result<T, impl Into<registry::Error>>) -> anyhow::Result<T> {
    let argument = |fault: Fault| {
        let known = ARGUMENTS.iter().find(|(member, _)| *member == fault.place);
        Fault {
            place: known.map_or(fault.place, |(_, argument)| (*argument).to_owned()),
            ..fault
        }
    };
    done.map_err(|error| match error.into() {
        registry::Error::Faults(Faults(faults)) => {
            Faults(faults.into_iter().map(argument).collect()).into()
        }
        error => error.into(),
    })
}

/// The members of what is asked for, and the arguments that give them.
const ARGUMENTS: [(&str, &str); 7] = [
    ("/name", "NAME"),
    ("/organization_id", "--organization"),
    ("/role", "--role"),
    ("/expires_on", "--expires"),
    ("/property", "PROPERTY"),
    ("/containing", "--containing"),
    ("/reason", "--reason"),
];

/// The commands over a database that is there, and who acts at its command line.
pub(super) fn open(database: &Database) -> anyhow::Result<(Registry, Actor)> {
    database.check().map_err(anyhow::Error::msg)?;
    app::commands(&app::place(database), Clock::system(), Ids::random())
}

/// A number of things, by a word in the plural that ends with an s: `1 site`, `2 sites`.
pub(super) fn counted(number: impl Display, plural: &str) -> String {
    let number = number.to_string();
    let word = if number == "1" {
        plural.trim_end_matches('s')
    } else {
        plural
    };
    format!("{number} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "sites"), "1 site");
        assert_eq!(counted(0, "condition-reports"), "0 condition-reports");
        assert_eq!(counted(21, "versions"), "21 versions");
    }
}
