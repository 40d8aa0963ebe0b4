//! The plain way with PostgreSQL and `PostGIS`: one table with an index for each thing that is asked.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use heritage_registry::domain::LonLat;

use super::page::{Writing, item, page};
use super::row::Row;
use super::sql::{Count, Kept, KeptNear, Sql};
use crate::question::Question;

/// Features stay uncompressed in their row: by default those over 2 kB would be compressed or moved out, and read slower.
pub const TABLES: &str = "
    create extension if not exists postgis;
    create table sites (
        id text primary key,
        geom geometry(geometry, 4326),
        place geography(geometry, 4326),
        site_type text,
        location_method text,
        earliest bigint not null,
        latest bigint not null,
        year bigint not null,
        feature text not null
    ) with (toast_tuple_target = 8160);
    alter table sites alter column feature set storage external;
";
pub const INDEXES: &str = "
    create index on sites using gist (geom);
    create index on sites using gist (place);
    create index on sites (site_type, location_method, id);
    create index on sites (location_method, id);
    create index on sites (year, id);
    create index on sites (earliest, latest) include (year, id);
    vacuum analyze sites;
";

/// The names, and the days on which sites were last seen, for the questions about them alone.
const NAMES: &str = "
    create extension pg_trgm;
    create extension unaccent;
    create table names as
        select id, jsonb_array_elements(case jsonb_typeof(feature::jsonb->'properties'->'names')
            when 'array' then feature::jsonb->'properties'->'names' else '[]' end)->>'text' as name
        from sites;
    create index on names using gin (name gin_trgm_ops);
    create table seen as
        select id, feature::jsonb->'properties'->>'condition_observed_on' as day from sites;
    create index on seen (day, id);
    analyze names;
    analyze seen;
";

/// A database of finished features.
pub struct Postgres {
    connection: PgConnection,
    stamp: String,
    has_names: bool,
}

impl Postgres {
    /// The database at that URL, which is there.
    pub fn open(url: &str, stamp: &str) -> Postgres {
        Postgres {
            connection: PgConnection::establish(url).expect("the database can be reached"),
            stamp: stamp.to_owned(),
            has_names: false,
        }
    }

    /// Fills the database, which is empty.
    pub fn make(url: &str, rows: impl Iterator<Item = Row>) {
        let mut postgres = Postgres::open(url, "");
        let connection = &mut postgres.connection;
        connection
            .batch_execute(TABLES)
            .expect("the tables are right");
        let filled = connection.transaction(|connection| {
            rows.into_iter()
                .try_for_each(|row| insert(connection, &row))
        });
        filled.expect("every row is right");
        for statement in INDEXES.split(';').filter(|one| !one.trim().is_empty()) {
            connection
                .batch_execute(statement)
                .expect("the indexes are right");
        }
    }

    /// A page, as a careful developer would ask for it: the rows, and their number only where it is not plain.
    pub fn page(&mut self, question: &Question, writing: Writing) -> Vec<u8> {
        if let Some((centre, _)) = question.near {
            return self.near(question, centre, writing);
        }
        let limit = i64::try_from(question.limit).expect("limits are small");
        // Left to itself, PostgreSQL walks along the years until it meets a hundred, which takes ten times as long as
        // sorting all of a range.
        let (keys, limited, outer) = match (question.by_year, question.years) {
            (false, _) => (
                "select id, year",
                " order by id limit ",
                ") p join sites s using (id) order by id",
            ),
            (true, None) => (
                "select id, year",
                " order by year, id limit ",
                ") p join sites s using (id) order by p.year, id",
            ),
            (true, Some(_)) => (
                "with m as materialized (select id, year",
                ") select id, year from m order by year, id limit ",
                ") p join sites s using (id) order by p.year, id",
            ),
        };
        // The features are fetched when it is known which: sorting them, long as they are, takes half as long again.
        let rows: Vec<Kept> = self.load(
            Sql::new("select s.feature from (")
                .text(keys)
                .then(wanted(question))
                .then(after(question))
                .text(limited)
                .whole(limit)
                .text(outer),
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

    /// Every distance within the radius is computed for the order, so the number of all costs nothing more.
    fn near(&mut self, question: &Question, centre: LonLat, writing: Writing) -> Vec<u8> {
        let rows: Vec<KeptNear> = self.load(
            Sql::new("select s.feature, p.distance, p.count from (select id, count(*) over () as count, ST_Distance(place, ST_Point(")
                .number(centre.lon())
                .text(", ")
                .number(centre.lat())
                .text(")::geography) as distance")
                .then(wanted(question))
                .text(" order by distance, id limit ")
                .whole(i64::try_from(question.limit).expect("limits are small"))
                .text(") p join sites s using (id) order by p.distance, id"),
        );
        let matched = rows.first().map_or(0, |row| row.count);
        let matched = usize::try_from(matched).expect("counts are not negative");
        let features: Vec<_> = rows
            .into_iter()
            .map(|row| (row.feature, Some(row.distance)))
            .collect();
        page(&features, matched, &self.stamp, writing)
    }

    /// The first sites for which a condition in SQL holds, and how many there are.
    pub fn having(&mut self, condition: &str, limit: usize) -> Vec<u8> {
        self.make_names();
        let wanted = || Sql::new(" from sites where ").written(condition.to_owned());
        let limit = i64::try_from(limit).expect("limits are small");
        let rows: Vec<Kept> = self.load(
            Sql::new("select s.feature from (select id")
                .then(wanted())
                .text(" order by id limit ")
                .whole(limit)
                .text(") p join sites s using (id) order by id"),
        );
        let counts: Vec<Count> = self.load(Sql::new("select count(*) as count").then(wanted()));
        let matched = usize::try_from(counts[0].count).expect("counts are not negative");
        let features: Vec<_> = rows.into_iter().map(|row| (row.feature, None)).collect();
        page(&features, matched, &self.stamp, Writing::Text)
    }

    /// How many sites for which a condition in SQL holds lie in the cells of a grid, by how their place was found.
    pub fn gathered(&mut self, condition: &str, step: f64) -> Vec<u8> {
        let cell = |sql: Sql, side: &str| {
            let from = format!("floor(({side}min(geom) + {side}max(geom)) / 2 / ");
            sql.written(from).number(step).text("), ")
        };
        let sql = cell(
            cell(
                Sql::new("select count(*) as count, avg(ST_XMin(geom)), avg(ST_YMin(geom)), "),
                "ST_X",
            ),
            "ST_Y",
        );
        let sql = sql
            .text("location_method from sites where geom is not null and ")
            .written(condition.to_owned())
            .text(" group by 4, 5, location_method");
        let counts: Vec<Count> = self.load(sql);
        let all: i64 = counts.iter().map(|one| one.count).sum();
        all.to_string().into_bytes()
    }

    fn make_names(&mut self) {
        if !self.has_names {
            // They may be there from the last time.
            let _ = self.connection.batch_execute(NAMES);
            self.has_names = true;
        }
    }

    /// Ten sites with a name that has these letters somewhere, or is like them.
    pub fn named(&mut self, word: &str, is_like: bool) -> Vec<u8> {
        self.make_names();
        let found = if is_like {
            Sql::new("select s.feature from (select id, max(similarity(name, ")
                .value(word)
                .text(")) as how from names where name % ")
                .value(word)
                .text(" group by id order by how desc, id limit 10) p join sites s using (id) order by how desc, id")
        } else {
            Sql::new("select s.feature from (select distinct id from names where name ilike ")
                .value(format!("%{word}%"))
                .text(" order by id limit 10) p join sites s using (id) order by id")
        };
        let rows: Vec<Kept> = self.load(found);
        let features: Vec<_> = rows.into_iter().map(|row| (row.feature, None)).collect();
        page(&features, features.len(), &self.stamp, Writing::Text)
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
        let moved = Sql::new("update sites set geom = ST_SetSRID(ST_Point(")
            .number(lon)
            .text(", ")
            .number(lat)
            .text("), 4326), place = ST_Point(")
            .number(lon)
            .text(", ")
            .number(lat)
            .text(")::geography, feature = ")
            .value(feature)
            .text(" where id = ")
            .value(id)
            .execute(&mut self.connection);
        moved.expect("the site is there");
    }

    fn load<T>(&mut self, sql: Sql) -> Vec<T>
    where
        T: QueryableByName<diesel::pg::Pg> + 'static,
    {
        sql.load(&mut self.connection)
            .expect("the statement is right")
    }
}

/// The table and the conditions, which the rows and their number share.
fn wanted(question: &Question) -> Sql {
    let mut sql = Sql::new(" from sites where true");
    if let Some([west, south, east, north]) = question.bbox {
        sql = sql
            .text(" and ST_Intersects(geom, ST_MakeEnvelope(")
            .number(west)
            .text(", ")
            .number(south)
            .text(", ")
            .number(east)
            .text(", ")
            .number(north)
            .text(", 4326))");
    }
    if let Some((centre, radius)) = question.near {
        sql = sql
            .text(" and ST_DWithin(place, ST_Point(")
            .number(centre.lon())
            .text(", ")
            .number(centre.lat())
            .text(")::geography, ")
            .number(radius)
            .text(")");
    }
    for (name, value) in &question.equal {
        sql = sql.text(" and ").text(name).text(" = ").value(*value);
    }
    if let Some((first, last)) = question.years {
        sql = sql
            .text(" and earliest <= ")
            .whole(last.into())
            .text(" and latest >= ")
            .whole(first.into());
    }
    sql
}

fn after(question: &Question) -> Sql {
    match &question.after {
        None => Sql::default(),
        Some(after) if question.by_year => Sql::new(" and (year, id) > (")
            .whole(after.year.unwrap_or(super::row::OPEN))
            .text(", ")
            .value(after.id.as_str())
            .text(")"),
        Some(after) => Sql::new(" and id > ").value(after.id.as_str()),
    }
}

fn insert(connection: &mut PgConnection, row: &Row) -> QueryResult<()> {
    let optional = |sql: Sql, value: &Option<String>| match value {
        Some(value) => sql.text(", ").value(value.as_str()),
        None => sql.text(", null"),
    };
    let sql = Sql::new("insert into sites values (").value(row.id.as_str());
    let sql = match &row.geometry {
        Some(geometry) => sql
            .text(", ST_GeomFromGeoJSON(")
            .value(geometry.as_str())
            .text("), ST_GeomFromGeoJSON(")
            .value(geometry.as_str())
            .text(")::geography"),
        None => sql.text(", null, null"),
    };
    optional(optional(sql, &row.site_type), &row.location_method)
        .text(", ")
        .whole(row.years.0)
        .text(", ")
        .whole(row.years.1)
        .text(", ")
        .whole(row.year)
        .text(", ")
        .value(row.feature.as_str())
        .text(")")
        .execute(connection)?;
    Ok(())
}
