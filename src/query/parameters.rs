//! The parameters of a request, each taken once; what nobody takes is unknown.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use crate::domain::{Fault, FaultKind, Faults, MOST_FAULTS, Wrong, known_are, shortened};

/// The parameters of a request, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Parameters {
    given: Vec<(String, Given)>,
    known: Vec<&'static str>,
    refused: Vec<&'static str>,
    faults: Vec<Fault>,
    places: Places,
}

/// What faults call the places of parameters.
#[derive(Clone, Copy, Debug, Default)]
enum Places {
    /// Their names.
    #[default]
    Names,
    /// JSON Pointers: they are members of an object.
    Pointers,
}

/// What was given for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// A text.
    Text(String),
    /// A tree of JSON, as text.
    Tree(String),
    /// What no parameter of that name can be: where in it, and what is wrong there.
    Wrong(String, String),
}

impl Parameters {
    /// Splits a query string (`a=1&b=2`) and decodes it; `+` is a space.
    pub fn parse(query: &str) -> Parameters {
        let mut parameters = Parameters::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decode(name), decode(value)) {
                (Some(name), Some(value)) => parameters.add(&name, &value),
                _ => parameters
                    .faults
                    .push(fault(&shortened(name), "is not percent-encoded UTF-8")),
            }
        }
        parameters
    }

    /// Adds one that is decoded already.
    pub fn add(&mut self, name: &str, value: &str) {
        let value = Given::Text(value.to_owned());
        self.given.push((name.to_owned(), value));
    }

    /// Those that are members of an object.
    pub(super) fn of_pairs(given: Vec<(String, Given)>) -> Parameters {
        Parameters {
            given,
            places: Places::Pointers,
            ..Parameters::default()
        }
    }

    /// Has these be unknown, though they are read like all others: a resource takes them whose answers have other forms.
    pub fn refuse(&mut self, names: &'static [&'static str]) {
        self.refused.extend(names);
    }

    /// Whether a parameter was given.
    pub fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    /// The value of a parameter, parsed. Given twice with one value it counts once, as clients rebuild links so; of two
    /// different values of `limit` the last is used (the official test suite sends that), of others it is a fault.
    pub fn take<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        if self.refused.contains(&name) {
            return None;
        }
        self.known.push(name);
        let mut values = self
            .given
            .iter()
            .filter(|(given, _)| given == name)
            .map(|(_, value)| value);
        let last = values.next_back()?;
        if name != "limit" && values.any(|value| value != last) {
            self.fault(name, "is given twice with different values: give it once");
            return None;
        }
        let (_, value) = self.given.iter().rfind(|(given, _)| given == name)?;
        let text = match value {
            Given::Text(text) | Given::Tree(text) => text,
            Given::Wrong(within, detail) => {
                let place = format!("{}{within}", self.place(name));
                let detail = detail.clone();
                self.faults.push(Fault::other(place, detail));
                return None;
            }
        };
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(wrong) => {
                self.fault(name, wrong.0);
                None
            }
        }
    }

    /// The same, and nobody else is given it: where a property of a file may have the name of a parameter.
    pub fn take_out<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let taken = self.take(name, parse);
        self.given.retain(|(given, _)| given != name);
        taken
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, detail: impl Into<String>) {
        let place = self.place(name);
        self.faults.push(fault(&place, detail));
    }

    /// Notes a fault within the JSON of a parameter.
    pub fn fault_within(&mut self, name: &str, pointer: &str, detail: &str) {
        let is_tree =
            |(given, value): &(String, Given)| given == name && matches!(value, Given::Tree(_));
        if self.given.iter().any(is_tree) {
            let place = format!("{}{pointer}", self.place(name));
            self.faults.push(fault(&place, detail));
        } else if pointer.is_empty() {
            self.fault(name, detail);
        } else {
            self.fault(name, format!("at {pointer}: {detail}"));
        }
    }

    fn place(&self, name: &str) -> String {
        let name = shortened(name);
        match self.places {
            Places::Names => name,
            Places::Pointers => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        }
    }

    /// All faults, with one for each parameter that nobody took. `offered` are the parameters that the message names.
    pub fn finish(mut self, offered: &[&str]) -> Result<(), Faults> {
        let mut faults = std::mem::take(&mut self.faults);
        let mut named = HashSet::new();
        let names = self.given.iter().map(|(name, _)| name.as_str());
        let unknown = names.filter(|name| !self.known.contains(name) && named.insert(*name));
        let untold = MOST_FAULTS.saturating_sub(faults.len());
        faults.extend(unknown.take(untold).map(|name| {
            let known = known_are(name, offered);
            fault(
                &self.place(name),
                format!("is not a parameter of this resource: {known}"),
            )
        }));
        Faults::check(faults)
    }
}

/// The pairs of a query string, decoded, in their order; what is not percent-encoded UTF-8 is left out.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let given = Parameters::parse(query).given.into_iter();
    let text = |(name, value)| match value {
        Given::Text(text) => Some((name, text)),
        Given::Tree(_) | Given::Wrong(..) => None,
    };
    given.filter_map(text).collect()
}

/// A fault of a parameter.
fn fault(parameter: &str, detail: impl Into<String>) -> Fault {
    Fault {
        place: parameter.to_owned(),
        kind: FaultKind::Other,
        detail: detail.into(),
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "parsers may fail")]
    fn text(text: &str) -> Result<String, Wrong> {
        Ok(text.to_owned())
    }

    #[test]
    fn parameters_are_decoded() {
        let mut asked = Parameters::parse("a=%D5%87+x&b=1%2B1&c");
        let taken: Vec<_> = ["a", "b", "c"]
            .map(|name| asked.take(name, text))
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(taken, ["Շ x", "1+1", ""]);
        assert_eq!(asked.finish(&[]), Ok(()));
    }

    #[test]
    fn every_fault_is_listed() {
        let mut asked = Parameters::parse("limit=x&nope=1&a=1&a=2&bad=%FF&Limits=1");
        asked.take("limit", super::super::question::parse_limit);
        asked.take("a", text);
        let Faults(faults) = asked.finish(&["limit", "a"]).unwrap_err();
        let faults: Vec<_> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(
            faults,
            [
                "bad: is not percent-encoded UTF-8",
                "limit is a whole number from 1 to 10000, not \"x\"",
                "a: is given twice with different values: give it once",
                "nope: is not a parameter of this resource: known are limit, a",
                "Limits: is not a parameter of this resource: did you mean limit? Known are limit, a",
            ]
        );
    }

    #[test]
    fn no_more_faults_are_worked_out_than_are_told_and_names_are_cut() {
        let names: Vec<_> = (0..1000).map(|number| format!("p{number}=1")).collect();
        let mut asked = Parameters::parse(&format!("a=x&{}", names.join("&")));
        asked.take("a", super::super::question::parse_limit);
        let Faults(faults) = asked.finish(&["a"]).unwrap_err();
        assert_eq!(faults.len(), MOST_FAULTS);
        let long = "p".repeat(1_000_000);
        let Faults(faults) = Parameters::parse(&long).finish(&["a"]).unwrap_err();
        assert_eq!(faults[0].place, format!("{}…", "p".repeat(60)));
    }

    #[test]
    fn what_is_refused_is_unknown_and_nothing_else_is_said_of_it() {
        let mut asked = Parameters::parse("limit=x&a=1");
        asked.refuse(&["limit"]);
        assert_eq!(
            asked.take("limit", super::super::question::parse_limit),
            None
        );
        assert_eq!(asked.take("a", text), Some("1".to_owned()));
        let Faults(faults) = asked.finish(&["a"]).unwrap_err();
        let faults: Vec<_> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(
            faults,
            ["limit: is not a parameter of this resource: known are a"]
        );
    }

    #[test]
    fn a_repeated_parameter_counts_once_and_the_last_limit_wins() {
        let mut asked = Parameters::parse("a=1&a=1&limit=5&limit=7");
        assert_eq!(asked.take("a", text), Some("1".to_owned()));
        assert_eq!(asked.take("limit", text), Some("7".to_owned()));
        assert_eq!(asked.finish(&[]), Ok(()));
    }
}
