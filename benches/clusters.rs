//! How long does it take to gather all sites for which a condition is true by the cells of a grid, as a map shows them, with
//! the number of each way in which places were found in each cell?
//!
//! Beside it stands a `GROUP BY` in `PostGIS`, over the middles of boxes.

use crate::bench::Bench;
use crate::measure::{Timing, Way, compare};

/// Eight cells to the side of a tile.
const CELLS: f64 = 8.0;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let conditions = [
        ("all sites", "", "true"),
        (
            "sites of a type",
            "site_type=khachkar",
            "site_type = 'khachkar'",
        ),
        (
            "sites of some years",
            "filter=earliest_year%20BETWEEN%201000%20AND%201500",
            "year between 1000 and 1500",
        ),
    ];
    let mut all = vec![];
    for (title, asked, sql) in conditions {
        for zoom in [6, 8, 10] {
            let step = 360.0 / f64::from(1 << zoom) / CELLS;
            let mut ways = vec![Way::new("ours", |_| bench.ours.gathered(asked, step))];
            if let Some(postgres) = &bench.postgres {
                ways.push(Way::new("PostGIS", |_| {
                    postgres.borrow_mut().gathered(sql, step)
                }));
            }
            all.extend(compare(
                &format!("clusters of {title}, zoom {zoom}"),
                1,
                ways,
                |ours, other| ours == other,
            ));
        }
    }
    all
}
