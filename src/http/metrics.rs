//! What the program counts of itself, for its operator. `exposition.rs` writes it out, beside what other rooms know.
//!
//! Every number has its place from the start, so that a request costs a few additions and no memory. There is none for
//! a record, a place, an organization or a reader: numbers of small groups tell of people.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::{Method, StatusCode};

use super::routes;

/// The ends of the buckets of durations, in seconds. Most answers take less than a millisecond; after 20 s of waiting
/// for a turn there is a refusal.
pub(super) const BUCKETS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 30.0];

/// The methods that are told by name.
static METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// What addresses and methods are called that no route has: what they are is the client's own text.
const OTHER: &str = "other";

/// What is told of a request: the pattern of its path, and its method.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    route: usize,
    method: usize,
}

impl Asked {
    /// A route by its number, if the path has one.
    pub(super) fn new(route: Option<usize>, method: &Method) -> Asked {
        let known = METHODS.iter().position(|one| one == method);
        Asked {
            route: route.unwrap_or(routes::count()),
            method: known.unwrap_or(METHODS.len()),
        }
    }

    pub(super) fn route(self) -> &'static str {
        routes::pattern(self.route).unwrap_or(OTHER)
    }

    pub(super) fn method(self) -> &'static str {
        METHODS.get(self.method).map_or(OTHER, Method::as_str)
    }
}

/// How requests of one route and method were answered.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// By the first digit of the status, from 1 on.
    statuses: [AtomicU64; 5],
    /// By the bucket of the duration; what took longer is last.
    durations: [AtomicU64; BUCKETS.len() + 1],
    micros: AtomicU64,
}

impl Answers {
    fn note(&self, status: StatusCode, duration: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5);
        add(&self.statuses[class - 1]);
        let seconds = duration.as_secs_f64();
        add(&self.durations[BUCKETS.partition_point(|end| *end < seconds)]);
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// How many had each class of status, as `2xx`.
    pub(super) fn statuses(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
        classes.into_iter().zip(self.statuses.iter().map(read))
    }

    /// How many took no longer than the end of each bucket, and how many there were.
    pub(super) fn durations(&self) -> (Vec<u64>, u64) {
        let mut sum = 0;
        let sums = self.durations.iter().map(|count| {
            sum += read(count);
            sum
        });
        let mut sums: Vec<u64> = sums.collect();
        let all = sums.pop().unwrap_or_default();
        (sums, all)
    }

    /// How long all of them took.
    pub(super) fn whole(&self) -> Duration {
        Duration::from_micros(read(&self.micros))
    }
}

/// What an answer with a tile took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileWork {
    /// Nothing: it was known.
    Nothing,
    /// It was looked at what is in it, and that was drawn before, or whoever asked has it, or there is nothing.
    Looking,
    /// It was drawn.
    Drawing,
}

impl TileWork {
    /// All of them.
    pub const ALL: [TileWork; 3] = [TileWork::Nothing, TileWork::Looking, TileWork::Drawing];

    /// Its name.
    pub fn id(self) -> &'static str {
        match self {
            TileWork::Nothing => "nothing",
            TileWork::Looking => "looking",
            TileWork::Drawing => "drawing",
        }
    }
}

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    started: SystemTime,
    /// By route, and then by method; after the last of each comes what has none.
    requests: Vec<[Answers; METHODS.len() + 1]>,
    in_flight: AtomicU64,
    strangers: AtomicU64,
    /// By the work that they took.
    tiles: [AtomicU64; TileWork::ALL.len()],
    /// In microseconds since 1970; 0 before the first time.
    followed: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            started: SystemTime::now(),
            requests: (0..=routes::count()).map(|_| Default::default()).collect(),
            in_flight: AtomicU64::default(),
            strangers: AtomicU64::default(),
            tiles: Default::default(),
            followed: AtomicU64::default(),
        }
    }
}

impl Metrics {
    /// Notes that the log was followed to its end.
    pub fn note_followed(&self) {
        let micros = since_1970(SystemTime::now()).as_micros();
        let micros = u64::try_from(micros).unwrap_or_default();
        self.followed.store(micros, Ordering::Relaxed);
    }

    /// Notes that a token was shown that is not valid.
    pub(super) fn note_stranger(&self) {
        add(&self.strangers);
    }

    /// Notes that a tile was given.
    pub(super) fn note_tile(&self, work: TileWork) {
        add(&self.tiles[work as usize]);
    }

    /// Notes that a request has come.
    pub(super) fn begin(&self) {
        add(&self.in_flight);
    }

    /// Notes that an answer has begun, so long after its request came.
    pub(super) fn note_answer(&self, asked: Asked, status: StatusCode, duration: Duration) {
        self.requests[asked.route][asked.method].note(status, duration);
    }

    /// Notes that an answer was sent or given up.
    pub(super) fn end(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// How each was answered that was asked at all.
    pub(super) fn requests(&self) -> impl Iterator<Item = (Asked, &Answers)> {
        let all = self.requests.iter().enumerate();
        let all = all.flat_map(|(route, methods)| {
            let methods = methods.iter().enumerate();
            methods.map(move |(method, answers)| (Asked { route, method }, answers))
        });
        all.filter(|(_, answers)| answers.durations().1 > 0)
    }

    pub(super) fn in_flight(&self) -> u64 {
        read(&self.in_flight)
    }

    pub(super) fn strangers(&self) -> u64 {
        read(&self.strangers)
    }

    /// How many tiles were given that took this.
    pub fn tiles(&self, work: TileWork) -> u64 {
        read(&self.tiles[work as usize])
    }

    /// When the log was last followed to its end, since 1970.
    pub(super) fn followed(&self) -> Duration {
        Duration::from_micros(read(&self.followed))
    }

    /// When the program started, since 1970.
    pub(super) fn started(&self) -> Duration {
        since_1970(self.started)
    }
}

fn add(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_in_its_bucket_and_in_all_that_are_longer() {
        let answers = Answers::default();
        for millis in [0, 1, 2, 100, 30_001] {
            answers.note(StatusCode::OK, Duration::from_millis(millis));
        }
        answers.note(StatusCode::NOT_FOUND, Duration::from_micros(1001));
        let expected = (vec![2, 4, 4, 5, 5, 5, 5, 5], 6);
        assert_eq!(answers.durations(), expected);
        assert_eq!(answers.whole(), Duration::from_micros(30_105_001));
        let statuses: Vec<_> = answers.statuses().filter(|(_, count)| *count > 0).collect();
        assert_eq!(statuses, [("2xx", 5), ("4xx", 1)]);
    }

    #[test]
    fn what_no_route_has_is_counted_under_one_name() {
        let metrics = Metrics::default();
        let invented = Method::from_bytes(b"SECRETLY").unwrap();
        for asked in [
            Asked::new(None, &invented),
            Asked::new(Some(0), &Method::GET),
        ] {
            metrics.note_answer(asked, StatusCode::OK, Duration::ZERO);
        }
        let told = metrics
            .requests()
            .map(|(asked, _)| (asked.route(), asked.method()));
        assert_eq!(told.collect::<Vec<_>>(), [("/", "GET"), (OTHER, OTHER)]);
    }
}
