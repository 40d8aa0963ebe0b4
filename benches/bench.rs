//! A world, with everything that answers questions about it, and what questions are made from.

use std::cell::RefCell;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};

use heritage_registry::store::{Place, Store};

use crate::databases;
use crate::measure::{Timing, Way, compare};
use crate::ours::Ours;
use crate::plain::{Postgres, Row, SHAPE, Sqlite, Writing, rows};
use crate::question::{After, Question};
use crate::world::{Random, World, target};

/// A world and its ways of answering.
pub struct Bench {
    pub world: World,
    pub ours: Ours,
    pub sqlite: RefCell<Sqlite>,
    pub postgres: Option<RefCell<Postgres>>,
    /// What the public sees, by id.
    pub seen: Vec<Seen>,
    /// Where that is, from west to east.
    extents: Vec<[f64; 4]>,
}

/// The width of a cell: nothing that is seen is wider.
const WIDEST: f64 = 0.1 + 1e-9;

/// What is kept in mind of a site to make questions from.
pub struct Seen {
    pub id: String,
    pub extent: Option<[f64; 4]>,
    pub year: i64,
}

impl Bench {
    /// The world of that many sites; what is missing of it is made now.
    pub fn of(sites: usize) -> Bench {
        let world = World::of(sites);
        let store = Store::open(&Place::Sqlite(world.kept().join("registry.db")))
            .expect("the database can be opened");
        let ours = Ours::of(&Ours::catalogue(&store));
        let (mut seen, mut stamp, mut hasher) = (Vec::new(), String::new(), DefaultHasher::new());
        for page in pages(&ours) {
            let (rows, at) = rows(&page);
            page.hash(&mut hasher);
            stamp = at;
            seen.extend(rows.into_iter().map(
                |Row {
                     id, extent, year, ..
                 }| Seen { id, extent, year },
            ));
        }
        SHAPE.hash(&mut hasher);
        let name = format!("plain_{sites}_{:08x}", hasher.finish() >> 32);
        let all = || pages(&ours).flat_map(|page| rows(&page).0);
        let file = target().join(format!("{name}.db"));
        if !file.exists() {
            let unfinished = target().join("unfinished.db");
            for ending in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(format!("{}{ending}", unfinished.display()));
            }
            Sqlite::make(&unfinished, all());
            fs::rename(&unfinished, &file).expect("both are in one folder");
        }
        let mut extents: Vec<_> = seen.iter().filter_map(|seen| seen.extent).collect();
        extents.sort_by(|[a, ..], [b, ..]| a.total_cmp(b));
        let url = databases::kept(&name, |url| Postgres::make(url, all()));
        Bench {
            world,
            sqlite: RefCell::new(Sqlite::open(&file, &stamp)),
            postgres: url.map(|url| RefCell::new(Postgres::open(&url, &stamp))),
            seen,
            extents,
            ours,
        }
    }

    /// Compares all ways over these questions.
    pub fn compare(
        &self,
        title: &str,
        questions: &[Question],
        same: fn(&[u8], &[u8]) -> bool,
    ) -> Vec<Timing> {
        let texts: Vec<String> = questions.iter().map(Question::query_string).collect();
        let mut ways = vec![Way::new("ours", |index| self.ours.page(&texts[index]))];
        for (name, writing) in [
            ("SQLite, finished features", Writing::Text),
            ("SQLite and serde", Writing::Serde),
        ] {
            ways.push(Way::new(name, move |index| {
                self.sqlite.borrow_mut().page(&questions[index], writing)
            }));
        }
        if let Some(postgres) = &self.postgres {
            for (name, writing) in [
                ("PostGIS, finished features", Writing::Text),
                ("PostGIS and serde", Writing::Serde),
            ] {
                ways.push(Way::new(name, move |index| {
                    postgres.borrow_mut().page(&questions[index], writing)
                }));
            }
        }
        compare(title, questions.len(), ways, same)
    }

    /// A box around some site that about `count` sites with a geometry intersect: no more, and a tenth less at most.
    ///
    /// There is none around a site that many cells cover.
    pub fn box_of(&self, random: &mut Random, count: usize) -> [f64; 4] {
        for _ in 0..100_000 {
            let [lon, lat, ..] = self.extents[random.below(self.extents.len())];
            let around = |half: f64| {
                let seven_decimals = |degrees: f64| (degrees * 1e7).round() / 1e7;
                [lon - half * 1.3, lat - half, lon + half * 1.3, lat + half].map(seven_decimals)
            };
            if self.count(around(0.0)) > count {
                continue;
            }
            let (mut low, mut high) = (0.0, 2.0);
            for _ in 0..24 {
                let half = f64::midpoint(low, high);
                if self.count(around(half)) > count {
                    high = half;
                } else {
                    low = half;
                }
            }
            if (count * 9 / 10..=count).contains(&self.count(around(low))) {
                return around(low);
            }
        }
        panic!("no box holds about {count} sites")
    }

    fn count(&self, [west, south, east, north]: [f64; 4]) -> usize {
        let first = self.extents.partition_point(|[w, ..]| *w < west - WIDEST);
        let reached = self.extents[first..]
            .iter()
            .take_while(|[w, ..]| *w <= east);
        reached
            .filter(|[_, s, e, n]| *e >= west && *s <= north && *n >= south)
            .count()
    }

    /// Where the page after `before` sites begins, in the order of the question.
    pub fn after(&self, question: &Question, before: usize) -> After {
        let mut order: Vec<&Seen> = self.seen.iter().collect();
        if question.by_year {
            order.sort_by_key(|seen| (seen.year, seen.id.clone()));
        }
        let last = order[before - 1];
        let (mut at, mut left) = (question.clone(), before);
        loop {
            at.limit = left.min(10_000);
            left -= at.limit;
            let (_, cursor) = self.ours.page_and_next(&at.query_string());
            let after = After {
                cursor: cursor.expect("there are more sites"),
                year: Some(last.year).filter(|year| *year != crate::plain::OPEN),
                id: last.id.clone(),
            };
            if left == 0 {
                return after;
            }
            at.after = Some(after);
        }
    }
}

/// Everything that the public sees, by id, in pages of 10,000.
pub fn pages(ours: &Ours) -> impl Iterator<Item = Vec<u8>> {
    let mut next = Some(String::new());
    std::iter::from_fn(move || {
        let cursor = next.take()?;
        let (page, after) = ours.page_and_next(&format!("limit=10000{cursor}"));
        next = after.map(|cursor| format!("&cursor={cursor}"));
        Some(page)
    })
}
