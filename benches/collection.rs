//! How long does the whole collection take, written out in pages of 10,000 by key?

use crate::bench::{Bench, pages};
use crate::measure::{Timing, Way, bytes, compare};
use crate::plain::Writing;
use crate::question::{After, Question};

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let questions: Vec<Question> = (0..bench.seen.len().div_ceil(10_000))
        .map(|page| Question {
            after: page.checked_sub(1).map(|before| After {
                cursor: String::new(),
                year: None,
                id: bench.seen[before * 10_000 + 9_999].id.clone(),
            }),
            limit: 10_000,
            ..Question::default()
        })
        .collect();
    let all = |page: &dyn Fn(&Question) -> Vec<u8>| questions.iter().map(page).collect();
    let mut ways = vec![Way::of_pages("ours", |_| pages(&bench.ours).collect())];
    for (name, writing) in [
        ("SQLite, finished features", Writing::Text),
        ("SQLite and serde", Writing::Serde),
    ] {
        ways.push(Way::of_pages(name, move |_| {
            all(&|question| bench.sqlite.borrow_mut().page(question, writing))
        }));
    }
    if let Some(postgres) = &bench.postgres {
        for (name, writing) in [
            ("PostgreSQL, finished features", Writing::Text),
            ("PostgreSQL and serde", Writing::Serde),
        ] {
            ways.push(Way::of_pages(name, move |_| {
                all(&|question| postgres.borrow_mut().page(question, writing))
            }));
        }
    }
    compare("the whole collection", 1, ways, bytes)
}
