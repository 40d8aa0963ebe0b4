//! Features gathered by the cells of a grid: what a map shows where it has no room for each.
//!
//! Whatever lies in one cell becomes one cluster, so the clusters of a finer grid whose lines are among its own add up to
//! those of a coarser one. Counts are exact: of the features that this audience sees and that answer the question.

use std::collections::HashMap;

use super::asking::settled;
use super::column::{Column, NO_RANK};
use super::deadline::Deadline;
use super::grid::{Grid, middle};
use super::page::{Hit, Page};
use super::plan::{Passing, Plan};
use super::plane::extent_of;
use super::snapshot::{Snapshot, column};
use super::tree::{NOWHERE, Node, Rect, meet, union};
use crate::domain::{Bbox, Layer, LonLat, Value, Window};
use crate::formats::Fit;
use crate::query::Query;

/// Several features that lie in one cell of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Which cell: its column from the west and its row from the south, both from 0.
    pub cell: (usize, usize),
    /// How many features there are, at least two.
    pub count: usize,
    /// The mean of their middles, which lies in the cell.
    pub centre: LonLat,
    /// The box around all of them.
    pub extent: Bbox,
    /// How many have each value of the property that was asked for, in the order of the values; not those without one.
    pub counts: Vec<(Value, usize)>,
}

/// What a grid shows.
#[derive(Debug)]
pub struct Gathered {
    /// The clusters, by rows from the south, and from the west in each row.
    pub clusters: Vec<Cluster>,
    /// The features that are shown by themselves, by their ids: those that are alone in their cell, and those that are too
    /// large for one and meet the grid. It has as many as the limit of the question says; `matched` counts all of them.
    pub alone: Page,
}

impl Snapshot {
    /// The features of a layer that answer a query and have a place, gathered by the cells of a grid; of each cell, also how
    /// many have each value of the property `by`. `None` once the deadline has passed.
    ///
    /// A feature counts in the cell in which the middle of its box lies. The order and the place of the page that the query
    /// asks for mean nothing here.
    pub fn gather(
        &self,
        layer: impl Into<Layer>,
        query: &Query,
        grid: &Grid,
        by: &str,
        deadline: &Deadline,
    ) -> Option<Gathered> {
        let layer = layer.into();
        let query = asked_of(&settled(query, deadline), grid);
        let named = self.named(layer, &query);
        let by = column(layer, self.audience(), by);
        let mut gathering = Gathering::of(grid);
        for (part, plan) in (0..).zip(self.plans(layer, &query, &named, 0, deadline)) {
            gathering.take(part, &plan, by);
        }
        if deadline.has_passed() {
            return None;
        }
        let (clusters, mut alone) = gathering.end();
        let parts = self.all_parts(layer);
        alone.sort_unstable_by_key(|(part, row)| parts[*part as usize].segment.ids[*row as usize]);
        let matched = alone.len();
        alone.truncate(query.limit.get());
        let hit = |(part, row)| Hit {
            part,
            row,
            fit: Fit {
                distance: None,
                tier: named.get(part as usize).map(|named| named.tier(row)),
            },
        };
        Some(Gathered {
            clusters,
            alone: Page {
                layer,
                hits: alone.into_iter().map(hit).collect(),
                matched,
                next: None,
                prev: None,
            },
        })
    }
}

/// The same question, of what has a place and may be shown by a grid.
fn asked_of(query: &Query, grid: &Grid) -> Query {
    let mut query = query.clone();
    query.located = true;
    // A walk over all features looks at what is near the grid by itself, and needs no list of them.
    if query.bbox.is_none() && query.is_selective() {
        query.bbox = grid.reach().map(Window::Box);
    }
    query
}

/// If fewer than one of so many answer, each is looked for where it lies; otherwise all are looked at in the order in which they
/// lie: those of some years among 1,000,000 sites take 37 to 58 ms then, and took 53 to 60 (`benches/clusters.rs`).
const FEW: usize = 16;

/// A row of a part.
type PartRow = (u32, u32);

/// What was gathered so far.
struct Gathering<'g> {
    grid: &'g Grid,
    around: Rect,
    /// Where the sum of each cell stands.
    places: HashMap<(usize, usize), usize>,
    sums: Vec<Sum>,
    /// The values of the property that is counted, by the numbers that sums have for them.
    values: Vec<Value>,
    large: Vec<PartRow>,
}

/// What is known of a cell.
struct Sum {
    cell: (usize, usize),
    count: usize,
    /// The sums of the middles.
    lon: i64,
    lat: i64,
    around: Rect,
    /// How many have each value.
    counts: Vec<usize>,
    last: PartRow,
}

/// The rows of a part that answer, and the number of the value that each has.
struct Rows<'r, 'a> {
    part: u32,
    plan: &'r Plan<'a>,
    column: Option<&'a Column>,
    /// By the place of a value in the column.
    numbers: Vec<usize>,
}

impl Rows<'_, '_> {
    fn number(&self, row: u32) -> Option<usize> {
        let rank = self.column?.rank(row);
        (rank != NO_RANK).then(|| self.numbers[rank as usize])
    }
}

impl<'g> Gathering<'g> {
    fn of(grid: &'g Grid) -> Self {
        Gathering {
            grid,
            around: grid.around(),
            places: HashMap::new(),
            sums: Vec::new(),
            values: Vec::new(),
            large: Vec::new(),
        }
    }

    /// Adds the rows of a part that answer; `by` is the number of the property that is counted.
    fn take(&mut self, part: u32, plan: &Plan<'_>, by: Option<usize>) {
        let column = by.and_then(|number| plan.segment.column(number));
        let column = column.filter(|column| !column.has_lists());
        let ranks = 0..column.map_or(0, Column::len);
        let numbers = ranks.filter_map(|rank| Some(self.number_of(column?.value(rank))));
        let rows = Rows {
            part,
            plan,
            numbers: numbers.collect(),
            column,
        };
        let places = &plan.segment.places;
        match plan.passing() {
            Passing::All => self.walk(&rows, |row| plan.lives(row)),
            Passing::Rows(found) if found.len() >= places.len() / FEW => {
                let mut is_found = vec![false; plan.segment.ids.len()];
                found.iter().for_each(|row| is_found[*row as usize] = true);
                self.walk(&rows, |row| is_found[row as usize]);
            }
            Passing::Rows(found) => {
                for row in found.iter() {
                    if let Some(rect) = places.of(*row) {
                        self.add(rect, *row, &rows);
                    }
                }
            }
        }
    }

    fn number_of(&mut self, value: &Value) -> usize {
        let known = self.values.iter().position(|one| one == value);
        known.unwrap_or_else(|| {
            self.values.push(value.clone());
            self.values.len() - 1
        })
    }

    /// Adds all rows that have a place and pass, node by node: what is under a node within a cell is no larger than that.
    fn walk(&mut self, rows: &Rows<'_, '_>, passes: impl Fn(u32) -> bool) {
        let places = &rows.plan.segment.places;
        let mut open: Vec<Node> = Vec::new();
        open.extend((places.len() > 0).then(|| places.top()));
        while let Some(node) = open.pop() {
            let rect = places.rect(node);
            let [west, south, east, north] = rect;
            let low = self.grid.cell([west, south]);
            let cell = low.filter(|_| low == self.grid.cell([east, north]));
            if !meet(rect, self.around) {
                continue;
            }
            if let Some(cell) = cell {
                let sum = self.sum(cell);
                for (rect, row) in places.under(node) {
                    if passes(row) {
                        sum.add(rect, row, rows);
                    }
                }
            } else if let Some(row) = places.row(node) {
                if passes(row) {
                    self.add(rect, row, rows);
                }
            } else {
                open.extend(places.children(node));
            }
        }
    }

    fn add(&mut self, rect: Rect, row: u32, rows: &Rows<'_, '_>) {
        if self.grid.is_outgrown(rect) {
            if meet(rect, self.grid.seen) {
                self.large.push((rows.part, row));
            }
        } else if let Some(cell) = self.grid.cell(middle(rect)) {
            self.sum(cell).add(rect, row, rows);
        }
    }

    fn sum(&mut self, cell: (usize, usize)) -> &mut Sum {
        let place = *self.places.entry(cell).or_insert_with(|| {
            self.sums.push(Sum {
                cell,
                count: 0,
                lon: 0,
                lat: 0,
                around: NOWHERE,
                counts: vec![0; self.values.len()],
                last: (0, 0),
            });
            self.sums.len() - 1
        });
        let sum = &mut self.sums[place];
        sum.counts.resize(self.values.len(), 0);
        sum
    }

    /// The clusters, and what is shown by itself.
    fn end(mut self) -> (Vec<Cluster>, Vec<PartRow>) {
        self.sums
            .sort_unstable_by_key(|sum| (sum.cell.1, sum.cell.0));
        let seen = self.grid.seen;
        let mut alone = self.large;
        let mut clusters: Vec<Cluster> = Vec::new();
        for sum in self.sums {
            match sum.count {
                1 if meet(sum.around, seen) => alone.push(sum.last),
                0 | 1 => {}
                _ => clusters.push(sum.cluster(&self.values)),
            }
        }
        clusters.retain(|cluster| {
            let [lon, lat] = [cluster.centre.lon(), cluster.centre.lat()].map(LonLat::units);
            meet([lon, lat, lon, lat], seen)
        });
        (clusters, alone)
    }
}

impl Sum {
    fn add(&mut self, rect: Rect, row: u32, rows: &Rows<'_, '_>) {
        let [lon, lat] = middle(rect);
        self.count += 1;
        self.lon += i64::from(lon);
        self.lat += i64::from(lat);
        self.around = union(self.around, rect);
        if let Some(number) = rows.number(row) {
            self.counts[number] += 1;
        }
        self.last = (rows.part, row);
    }

    fn cluster(self, values: &[Value]) -> Cluster {
        let count = i64::try_from(self.count).expect("features are in memory");
        let mean = |sum: i64| i32::try_from(sum / count).expect("it lies among those summed");
        let mut counts: Vec<(Value, usize)> = values.iter().cloned().zip(self.counts).collect();
        counts.retain(|(_, count)| *count > 0);
        counts.sort_by(|(one, _), (other, _)| one.order(other));
        Cluster {
            cell: self.cell,
            count: self.count,
            centre: LonLat::of_units(mean(self.lon), mean(self.lat)),
            extent: extent_of(self.around),
            counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::catalogue::plane::rect_of_extent;
    use crate::catalogue::sample::{SAMPLE, answers, meant, queries};
    use crate::domain::{Audience, Collection, Feature, numbered};

    /// Lines so many degrees from each other.
    fn grids() -> impl Strategy<Value = Grid> {
        let lines = |from: f64, count: usize, step: f64| -> Vec<f64> {
            (0..=count)
                .map(|n| from + step * f64::from(u32::try_from(n).unwrap()))
                .collect()
        };
        (
            44.0..48.0_f64,
            37.0..41.0_f64,
            1..30_usize,
            1..30_usize,
            prop::sample::select(vec![0.1, 0.25, 1.0]),
        )
            .prop_map(move |(west, south, columns, rows, step)| {
                Grid::new(&lines(west, columns, step), &lines(south, rows, step), step)
            })
    }

    fn number(name: &str) -> usize {
        let mut columns = numbered(Collection::Sites, Audience::Trusted);
        columns
            .find(|(_, property)| property.name == name)
            .unwrap()
            .0
    }

    /// What a plain look at every feature gathers: for each cell the ids and how many have each number of reports.
    type Plain = BTreeMap<(usize, usize), (Vec<usize>, BTreeMap<String, usize>)>;

    fn plainly(query: &Query, grid: &Grid) -> (Plain, Vec<u32>) {
        let (mut cells, mut large): (Plain, Vec<u32>) = Default::default();
        for (row, feature) in SAMPLE.features.iter().enumerate() {
            let number_of_row = u32::try_from(row).unwrap();
            let Feature {
                geometry: Some(geometry),
                ..
            } = feature
            else {
                continue;
            };
            if SAMPLE.dead.contains(number_of_row) || !answers(feature, query) {
                continue;
            }
            let rect = rect_of_extent(&geometry.extent());
            if grid.is_outgrown(rect) {
                large.extend(meet(rect, grid.seen).then_some(number_of_row));
            } else if let Some(cell) = grid.cell(middle(rect)) {
                let (rows, counts) = cells.entry(cell).or_default();
                rows.push(row);
                let count = feature.values[number("report_count")].scalar_text();
                *counts.entry(count.unwrap()).or_default() += 1;
            }
        }
        (cells, large)
    }

    /// What a grid gathers: the clusters, and the rows that are shown by themselves.
    fn gathered(query: &Query, grid: &Grid) -> (Vec<Cluster>, Vec<u32>) {
        let (ever, asked) = (Deadline::default(), asked_of(query, grid));
        let plan = Plan::new(
            &SAMPLE.segment,
            &SAMPLE.dead,
            &asked,
            meant(&asked),
            0,
            &ever,
        );
        let mut gathering = Gathering::of(grid);
        gathering.take(7, &plan, Some(number("report_count")));
        let (clusters, alone) = gathering.end();
        assert!(alone.iter().all(|(part, _)| *part == 7));
        let mut alone: Vec<u32> = alone.into_iter().map(|(_, row)| row).collect();
        alone.sort_unstable();
        (clusters, alone)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn a_grid_gathers_what_looking_at_every_feature_gathers(query in queries(), grid in grids()) {
            let (cells, mut expected) = plainly(&query, &grid);
            let (clusters, alone) = gathered(&query, &grid);
            let single = cells.values().filter(|(rows, _)| rows.len() == 1);
            expected.extend(single.map(|(rows, _)| u32::try_from(rows[0]).unwrap()));
            expected.sort_unstable();
            prop_assert_eq!(alone, expected);

            let several: BTreeMap<_, _> = cells.iter().filter(|(_, (rows, _))| rows.len() > 1).collect();
            prop_assert_eq!(clusters.len(), several.len());
            for cluster in clusters {
                let (rows, counts) = several[&cluster.cell];
                prop_assert_eq!(cluster.count, rows.len());
                let named: BTreeMap<String, usize> =
                    cluster.counts.iter().map(|(value, count)| (value.scalar_text().unwrap(), *count)).collect();
                prop_assert_eq!(&named, counts);
                let centre = [cluster.centre.lon(), cluster.centre.lat()].map(LonLat::units);
                prop_assert_eq!(grid.cell(centre), Some(cluster.cell));
                let extents = rows.iter().map(|row| SAMPLE.features[*row].geometry.as_ref().unwrap().extent());
                prop_assert_eq!(Some(cluster.extent), extents.reduce(Bbox::union));
            }
        }

        #[test]
        fn of_a_grid_that_is_shown_in_part_there_is_what_the_whole_has_there(
            query in queries(),
            grid in grids(),
            (west, south, width, height) in (44.0..49.0_f64, 37.0..42.0_f64, 0.0..3.0_f64, 0.0..3.0_f64),
        ) {
            let seen = Bbox::new(west, south, west + width, south + height).unwrap();
            let shown = rect_of_extent(&seen);
            let (mut clusters, mut alone) = gathered(&query, &grid);
            clusters.retain(|cluster| {
                let [lon, lat] = [cluster.centre.lon(), cluster.centre.lat()].map(LonLat::units);
                meet([lon, lat, lon, lat], shown)
            });
            alone.retain(|row| meet(SAMPLE.segment.places.of(*row).unwrap(), shown));
            // Large features are shown wherever the grid is, whole or not: those beyond it are not compared.
            let (in_part, alone_in_part) = gathered(&query, &grid.clone().within(seen));
            prop_assert_eq!(in_part, clusters);
            let around = grid.around();
            let is_compared = |row: &u32| meet(SAMPLE.segment.places.of(*row).unwrap(), around);
            prop_assert_eq!(alone_in_part.into_iter().filter(is_compared).collect::<Vec<_>>(), alone);
        }
    }
}
