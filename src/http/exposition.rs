//! What is counted, as Prometheus reads it: its text format 0.0.4, which others read too.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::fmt::{Display, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::metrics::{BUCKETS, Metrics};
use super::{Beside, State, TileWork, process};
use crate::domain::{Audience, Collection, Seq};
use crate::registry::Outcome;

/// The media type of the format.
pub(super) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A text in the making.
struct Exposition(String);

/// The labels of a sample, each with its value. Values are this program's own words, without anything to escape.
type Labels<'a> = &'a [(&'a str, &'a str)];

impl Exposition {
    /// Begins a metric: `kind` is `counter`, `gauge` or `histogram`.
    fn begin(&mut self, name: &str, kind: &str, help: &str) {
        self.push(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn sample(&mut self, name: &str, labels: Labels<'_>, value: impl Display) {
        self.0.push_str(name);
        for (place, (label, text)) in labels.iter().enumerate() {
            let before = if place == 0 { '{' } else { ',' };
            self.push(format_args!("{before}{label}=\"{text}\""));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        self.push(format_args!("{end} {value}\n"));
    }

    /// A metric of one sample.
    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.begin(name, kind, help);
        self.sample(name, &[], value);
    }

    fn push(&mut self, text: impl Display) {
        write!(self.0, "{text}").expect("a String takes everything");
    }
}

/// All that is counted; `end` is the end of the log, if the database told it.
pub(super) fn exposition(state: &State, end: Option<Seq>) -> String {
    let mut text = Exposition(String::new());
    program(&mut text, &state.metrics);
    requests(&mut text, &state.metrics);
    log(&mut text, state, end);
    database(&mut text, state, end);
    work(&mut text, state);
    text.0
}

fn program(text: &mut Exposition, metrics: &Metrics) {
    let name = "heritage_build_info";
    text.begin(name, "gauge", "The version and the build of the program.");
    let labels = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("build", env!("HERITAGE_BUILD")),
    ];
    text.sample(name, &labels, 1);
    text.one(
        "process_start_time_seconds",
        "gauge",
        "When the program started, in seconds since 1970.",
        seconds(metrics.started()),
    );
    let mut known = |name, help, value: Option<u64>| {
        if let Some(value) = value {
            text.one(name, "gauge", help, value);
        }
    };
    known(
        "process_resident_memory_bytes",
        "Memory of the program.",
        process::resident_bytes(),
    );
    known(
        "process_open_fds",
        "Files and connections that are open.",
        process::open_files(),
    );
    known(
        "process_max_fds",
        "Files and connections that may be open.",
        process::most_files(),
    );
}

fn requests(text: &mut Exposition, metrics: &Metrics) {
    let name = "heritage_http_requests_total";
    text.begin(
        name,
        "counter",
        "Requests that were answered, by route, method and class of status.",
    );
    for (asked, answers) in metrics.requests() {
        let (route, method) = (asked.route(), asked.method());
        for (status, count) in answers.statuses().filter(|(_, count)| *count > 0) {
            text.sample(
                name,
                &[("route", route), ("method", method), ("status", status)],
                count,
            );
        }
    }
    let name = "heritage_http_request_duration_seconds";
    text.begin(
        name,
        "histogram",
        "Time from a request to the beginning of its answer.",
    );
    let (bucket, sum, count) = (
        format!("{name}_bucket"),
        format!("{name}_sum"),
        format!("{name}_count"),
    );
    for (asked, answers) in metrics.requests() {
        let of = [("route", asked.route()), ("method", asked.method())];
        let (durations, all) = answers.durations();
        for (end, so_many) in BUCKETS.iter().zip(durations) {
            let end = end.to_string();
            text.sample(&bucket, &[of[0], of[1], ("le", &end)], so_many);
        }
        text.sample(&bucket, &[of[0], of[1], ("le", "+Inf")], all);
        text.sample(&sum, &of, seconds(answers.whole()));
        text.sample(&count, &of, all);
    }
    text.one(
        "heritage_http_requests_in_flight",
        "gauge",
        "Requests that have come and whose answers have not been sent.",
        metrics.in_flight(),
    );
    text.one(
        "heritage_tokens_refused_total",
        "counter",
        "Tokens that were shown and are not valid.",
        metrics.strangers(),
    );
}

fn log(text: &mut Exposition, state: &State, end: Option<Seq>) {
    let name = "heritage_catalogue_records";
    text.begin(name, "gauge", "Records that readers are shown.");
    for (audience, id) in Audience::ALL.into_iter().zip(["public", "trusted"]) {
        let snapshot = state.snapshot(audience);
        for collection in Collection::ALL {
            let labels = [("audience", id), ("collection", collection.id())];
            text.sample(name, &labels, snapshot.count(collection));
        }
    }
    text.one(
        "heritage_log_shown_seq",
        "gauge",
        "The place in the log that readers are shown.",
        state.catalogue.shown().0,
    );
    if let Some(end) = end {
        text.one(
            "heritage_log_end_seq",
            "gauge",
            "The end of the log.",
            end.0,
        );
    }
    text.one(
        "heritage_log_followed_timestamp_seconds",
        "gauge",
        "When the log was last followed to its end, in seconds since 1970.",
        seconds(state.metrics.followed()),
    );
    text.one(
        "heritage_log_missed",
        "gauge",
        "How many times in a row the log could not be followed.",
        state.missed.load(Ordering::Relaxed),
    );
}

fn database(text: &mut Exposition, state: &State, end: Option<Seq>) {
    text.one(
        "heritage_database_up",
        "gauge",
        "1 if the database said where the log ends, 0 if not.",
        u8::from(end.is_some()),
    );
    let connections = state.registry.connections();
    let name = "heritage_database_connections";
    text.begin(name, "gauge", "Connections to the database.");
    for of in connections {
        for (kind, count) in [("used", of.used), ("idle", of.idle)] {
            text.sample(name, &[("purpose", of.purpose), ("state", kind)], count);
        }
    }
    let name = "heritage_database_connections_max";
    text.begin(
        name,
        "gauge",
        "Connections to the database that there may be.",
    );
    for of in connections {
        text.sample(name, &[("purpose", of.purpose)], of.most);
    }
    let name = "heritage_commands_total";
    text.begin(
        name,
        "counter",
        "Commands that the database was asked to carry out, by how they ended.",
    );
    for outcome in Outcome::ALL {
        text.sample(
            name,
            &[("outcome", outcome.id())],
            state.registry.ended(outcome),
        );
    }
}

fn work(text: &mut Exposition, state: &State) {
    let name = "heritage_long_work_turns_total";
    text.begin(
        name,
        "counter",
        "Turns for long work, by what it reads and whether they came in time.",
    );
    let kinds: [(&str, &Beside); 2] = [("present", &state.beside), ("past", &state.history)];
    for (reads, turns) in kinds {
        text.sample(
            name,
            &[("reads", reads), ("outcome", "taken")],
            turns.taken(),
        );
        text.sample(
            name,
            &[("reads", reads), ("outcome", "refused")],
            turns.refused(),
        );
    }
    let name = "heritage_tiles_total";
    text.begin(
        name,
        "counter",
        "Answers with tiles, by the work that they took.",
    );
    for work in TileWork::ALL {
        text.sample(name, &[("work", work.id())], state.metrics.tiles(work));
    }
    text.one(
        "heritage_past_states_kept",
        "gauge",
        "Past states of the whole catalogue that are kept.",
        state.pasts.count(),
    );
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_written_as_the_format_has_it() {
        let mut text = Exposition(String::new());
        text.one("a_total", "counter", "How many.", 3);
        text.begin("b_seconds", "gauge", "How long.");
        text.sample("b_seconds", &[("route", "/{id}"), ("method", "GET")], 0.25);
        assert_eq!(
            text.0,
            "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n\
             # HELP b_seconds How long.\n# TYPE b_seconds gauge\nb_seconds{route=\"/{id}\",method=\"GET\"} 0.25\n"
        );
    }
}
