//! The plain way with SQLite: one table with an index for each thing that is asked, and an R*Tree.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use heritage_registry::domain::{Crs84, Geometry, LonLat};
use serde_json::json;

use super::page::{Writing, item, page};
use super::row::Row;
use super::sql::{Count, Kept, Sql};
use crate::question::Question;

pub const TABLES: &str = "
    create table sites (
        row integer primary key,
        id text not null unique,
        west real, south real, east real, north real,
        site_type text,
        location_method text,
        earliest integer not null,
        latest integer not null,
        year integer not null,
        feature text not null
    );
    create virtual table boxes using rtree (row, west, east, south, north);
";
pub const INDEXES: &str = "
    create index by_type on sites (site_type, location_method, id);
    create index by_method on sites (location_method, id);
    create index by_year on sites (year, id);
    create index by_time on sites (earliest, latest, year, id);
    analyze;
";
/// What a server would set: pages in memory, and a commit that is durable.
const SETTINGS: &str = "
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma cache_size = -1000000;
    pragma mmap_size = 8589934592;
";

/// A database of finished features.
pub struct Sqlite {
    connection: SqliteConnection,
    stamp: String,
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = diesel::sql_types::Text)]
    id: String,
    #[diesel(sql_type = diesel::sql_types::Double)]
    west: f64,
    #[diesel(sql_type = diesel::sql_types::Double)]
    south: f64,
    #[diesel(sql_type = diesel::sql_types::Double)]
    east: f64,
    #[diesel(sql_type = diesel::sql_types::Double)]
    north: f64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    row: i64,
}

impl Sqlite {
    /// The database of that file, which is there.
    pub fn open(file: &Path, stamp: &str) -> Sqlite {
        let file = file.to_str().expect("paths here are UTF-8");
        let mut connection = SqliteConnection::establish(file).expect("the file can be opened");
        connection
            .batch_execute(SETTINGS)
            .expect("settings are right");
        Sqlite {
            connection,
            stamp: stamp.to_owned(),
        }
    }

    /// Makes the database, from rows in the order of their ids.
    pub fn make(file: &Path, rows: impl Iterator<Item = Row>) {
        let mut sqlite = Sqlite::open(file, "");
        let connection = &mut sqlite.connection;
        connection
            .batch_execute(TABLES)
            .expect("the tables are right");
        let filled = connection.transaction(|connection| {
            rows.zip(1..)
                .try_for_each(|(row, number)| insert(connection, number, &row))
        });
        filled.expect("every row is right");
        connection
            .batch_execute(INDEXES)
            .expect("the indexes are right");
    }

    /// A page, as a careful developer would ask for it: the rows, and their number only where it is not plain.
    pub fn page(&mut self, question: &Question, writing: Writing) -> Vec<u8> {
        if let Some((centre, radius)) = question.near {
            return self.near(centre, radius, question.limit, writing);
        }
        // The features are fetched when it is known which: sorting them, long as they are, takes five times as long. The
        // rows come in the order of the inner statement, as every comparison of answers makes sure.
        let order = match (question.by_year, question.years) {
            (false, _) => " order by s.id",
            (true, None) => " order by s.year, s.id",
            // The plus keeps SQLite from walking along the years until it meets a hundred, which takes six times as long.
            (true, Some(_)) => " order by +s.year, s.id",
        };
        let rows: Vec<Kept> = self.load(
            Sql::new("select f.feature as feature from (select s.row as row")
                .then(wanted(question))
                .then(after(question))
                .text(order)
                .text(" limit ")
                .whole(i64::try_from(question.limit).expect("limits are small"))
                .text(") p join sites f on f.row = p.row"),
        );
        let matched = if rows.len() < question.limit && question.after.is_none() {
            rows.len()
        } else {
            let counts: Vec<Count> =
                self.load(Sql::new("select count(*) as count").then(wanted(question)));
            usize::try_from(counts[0].count).expect("counts are not negative")
        };
        let features: Vec<_> = rows.into_iter().map(|row| (row.feature, None)).collect();
        page(&features, matched, &self.stamp, writing)
    }

    /// SQLite measures no distance: the candidates of the box around the circle are measured here.
    fn near(&mut self, centre: LonLat, metres: f64, limit: usize, writing: Writing) -> Vec<u8> {
        let lat = metres / 110_500.0;
        let lon = lat / (centre.lat().abs() + lat).to_radians().cos();
        let around = Question {
            bbox: Some([
                centre.lon() - lon,
                centre.lat() - lat,
                centre.lon() + lon,
                centre.lat() + lat,
            ]),
            ..Question::default()
        };
        let candidates: Vec<Candidate> = self.load(
            Sql::new("select s.id as id, s.west as west, s.south as south, s.east as east, s.north as north, s.row as row")
                .then(wanted(&around)),
        );
        let mut found: Vec<(f64, Candidate)> = candidates
            .into_iter()
            .map(|one| (shape(&one).distance_to(centre).get(), one))
            .filter(|(distance, _)| *distance <= metres)
            .collect();
        found.sort_by(|(a, one), (b, other)| a.total_cmp(b).then_with(|| one.id.cmp(&other.id)));
        let features: Vec<_> = found[..limit.min(found.len())]
            .iter()
            .map(|(distance, one)| {
                let row = Sql::new("select feature from sites where row = ").whole(one.row);
                (self.load::<Kept>(row).remove(0).feature, Some(*distance))
            })
            .collect();
        page(&features, found.len(), &self.stamp, writing)
    }

    /// One site.
    pub fn item(&mut self, id: &str, writing: Writing) -> Vec<u8> {
        let rows: Vec<Kept> =
            self.load(Sql::new("select feature from sites where id = ").value(id));
        let feature = rows.into_iter().next().expect("the site is there").feature;
        item(feature, writing)
    }

    /// Moves a site to a point, durably.
    pub fn move_to(&mut self, id: &str, at: [f64; 2], feature: &str) {
        let [lon, lat] = at;
        let moved = self.connection.immediate_transaction(|connection| {
            Sql::new("update sites set west = ")
                .number(lon)
                .text(", south = ")
                .number(lat)
                .text(", east = ")
                .number(lon)
                .text(", north = ")
                .number(lat)
                .text(", feature = ")
                .value(feature)
                .text(" where id = ")
                .value(id)
                .execute(connection)?;
            Sql::new("update boxes set west = ")
                .number(lon)
                .text(", east = ")
                .number(lon)
                .text(", south = ")
                .number(lat)
                .text(", north = ")
                .number(lat)
                .text(" where row = (select row from sites where id = ")
                .value(id)
                .text(")")
                .execute(connection)
        });
        moved.expect("the site is there");
    }

    fn load<T>(&mut self, sql: Sql) -> Vec<T>
    where
        T: QueryableByName<diesel::sqlite::Sqlite> + 'static,
    {
        sql.load(&mut self.connection)
            .expect("the statement is right")
    }
}

fn shape(candidate: &Candidate) -> Crs84<Geometry> {
    let Candidate {
        west,
        south,
        east,
        north,
        ..
    } = *candidate;
    if west.total_cmp(&east).is_eq() {
        return Crs84::point(LonLat::new(west, south).expect("it was on the globe"));
    }
    let ring = json!([
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south]
    ]);
    Crs84::parse(
        &json!({"type": "Polygon", "coordinates": [ring]}),
        "",
        &mut Vec::new(),
    )
    .expect("a box is a polygon")
}

/// The tables and the conditions, which the rows and their number share.
fn wanted(question: &Question) -> Sql {
    let mut sql = match question.bbox {
        None => Sql::new(" from sites s where true"),
        // The R*Tree keeps 32-bit numbers, so the table has the last word.
        Some([west, south, east, north]) => {
            Sql::new(" from boxes b join sites s on s.row = b.row where b.west <= ")
                .number(east)
                .text(" and b.east >= ")
                .number(west)
                .text(" and b.south <= ")
                .number(north)
                .text(" and b.north >= ")
                .number(south)
                .text(" and s.west <= ")
                .number(east)
                .text(" and s.east >= ")
                .number(west)
                .text(" and s.south <= ")
                .number(north)
                .text(" and s.north >= ")
                .number(south)
        }
    };
    for (name, value) in &question.equal {
        sql = sql.text(" and s.").text(name).text(" = ").value(*value);
    }
    if let Some((first, last)) = question.years {
        sql = sql
            .text(" and s.earliest <= ")
            .whole(last.into())
            .text(" and s.latest >= ")
            .whole(first.into());
    }
    sql
}

fn after(question: &Question) -> Sql {
    match &question.after {
        None => Sql::default(),
        Some(after) if question.by_year => Sql::new(" and (s.year, s.id) > (")
            .whole(after.year.unwrap_or(super::row::OPEN))
            .text(", ")
            .value(after.id.as_str())
            .text(")"),
        Some(after) => Sql::new(" and s.id > ").value(after.id.as_str()),
    }
}

fn insert(connection: &mut SqliteConnection, number: i64, row: &Row) -> QueryResult<()> {
    let optional = |sql: Sql, value: &Option<String>| match value {
        Some(value) => sql.text(", ").value(value.as_str()),
        None => sql.text(", null"),
    };
    let mut sql = Sql::new("insert into sites values (")
        .whole(number)
        .text(", ")
        .value(row.id.as_str());
    for place in 0..4 {
        sql = match row.extent {
            Some(extent) => sql.text(", ").number(extent[place]),
            None => sql.text(", null"),
        };
    }
    sql = optional(optional(sql, &row.site_type), &row.location_method);
    sql.text(", ")
        .whole(row.years.0)
        .text(", ")
        .whole(row.years.1)
        .text(", ")
        .whole(row.year)
        .text(", ")
        .value(row.feature.as_str())
        .text(")")
        .execute(connection)?;
    if let Some([west, south, east, north]) = row.extent {
        Sql::new("insert into boxes values (")
            .whole(number)
            .text(", ")
            .number(west)
            .text(", ")
            .number(east)
            .text(", ")
            .number(south)
            .text(", ")
            .number(north)
            .text(")")
            .execute(connection)?;
    }
    Ok(())
}
