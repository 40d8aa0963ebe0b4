//! Tiles by `PostGIS`: one table in the projection of tiles, with a column for each property that a tile says.

use std::hash::{DefaultHasher, Hash, Hasher};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bytea;
use heritage_registry::domain::{Audience, Collection, Kind, Scheme, returned};
use heritage_registry::tiles::{BUFFER, Tile, UNITS};

use super::sql::Sql;
use crate::databases;
use crate::world::World;

/// `number` is the id of a feature in tiles, `middle` that of its box, and `size` how wide or high it is in degrees.
const TABLE: &str = "
    create extension if not exists postgis;
    create table tiles (
        number bigint primary key,
        geom geometry(geometry, 3857) not null,
        middle geometry(point, 3857) not null,
        size float8 not null,
        id text not null";
const INDEXES: &str = "
    create index on tiles using gist (geom);
    create index on tiles using gist (middle);
    create index on tiles (condition);
    cluster tiles using tiles_middle_idx;
";

/// Takes a page of GeoJSON.
const FILL: &str = "
    from jsonb_array_elements($1::jsonb->'features') f,
        lateral (select ST_GeomFromGeoJSON(f->>'geometry') at where f->>'geometry' is not null) g,
        lateral jsonb_to_record(f->'properties') p(";

/// Cells along the side of a tile, and the last zoom that has them.
const CELLS: f64 = 8.0;
const GATHERED: u8 = 12;

/// Half of the way around the world in the projection.
const HALF: f64 = 20_037_508.342_789_244;

pub struct Tiles(PgConnection);

#[derive(QueryableByName)]
struct Drawn {
    #[diesel(sql_type = Bytea)]
    tile: Vec<u8>,
}

impl Tiles {
    /// The table of a world, made of the pages that ours gives unless it was before; `None` where there is no server.
    pub fn kept<P: Iterator<Item = Vec<u8>>>(
        world: &World,
        pages: impl FnOnce() -> P,
    ) -> Option<Tiles> {
        let mut hasher = DefaultHasher::new();
        (TABLE, INDEXES, FILL, typed_columns()).hash(&mut hasher);
        let world = world.name().replace('-', "_");
        let name = format!("tiles_{world}_{:08x}", hasher.finish() >> 32);
        let url = databases::kept(&name, |url| make(url, pages()))?;
        Some(Tiles(connected(&url)))
    }

    /// A tile of the sites for which a condition in SQL holds.
    pub fn tile(&mut self, tile: Tile, condition: &str) -> Vec<u8> {
        let sql = if tile.matrix() <= GATHERED {
            gathered(tile, condition)
        } else {
            single(tile, condition)
        };
        let drawn: Vec<Drawn> = sql.load(&mut self.0).expect("the statement is right");
        let drawn = drawn.into_iter().next().expect("there is a row");
        drawn.tile
    }
}

fn make(url: &str, pages: impl Iterator<Item = Vec<u8>>) {
    let mut connection = connected(url);
    let columns = typed_columns();
    connection
        .batch_execute(&format!("{TABLE}, {columns})"))
        .expect("the table is right");
    let fill = format!(
        "insert into tiles select hashtextextended(f->>'id', 0) >> 11, ST_Transform(at, 3857),
            ST_Transform(ST_Centroid(ST_Envelope(at)), 3857),
            greatest(ST_XMax(at) - ST_XMin(at), ST_YMax(at) - ST_YMin(at)), f->>'id', p.* {FILL}{columns})"
    );
    for page in pages {
        let page = String::from_utf8(page).expect("ours gives text");
        diesel::sql_query(&fill)
            .bind::<diesel::sql_types::Text, _>(page)
            .execute(&mut connection)
            .expect("every feature is right");
    }
    for statement in INDEXES.split(';').filter(|one| !one.trim().is_empty()) {
        connection
            .batch_execute(statement)
            .expect("the indexes are right");
    }
    connection
        .batch_execute("vacuum analyze tiles")
        .expect("there is a table");
}

/// The properties that tiles say, but for the id.
fn columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    let said = returned(Collection::Sites, Audience::Public);
    let said = said.filter(|(_, property)| property.kind.is_flat() && property.name != "id");
    said.map(|(_, property)| {
        let kind = match property.kind {
            Kind::Integer => "bigint",
            Kind::Number => "float8",
            Kind::Boolean => "boolean",
            _ => "text",
        };
        (property.name, kind)
    })
}

fn typed_columns() -> String {
    let all: Vec<_> = columns()
        .map(|(name, kind)| format!("{name} {kind}"))
        .collect();
    all.join(", ")
}

fn names() -> String {
    let all: Vec<_> = columns().map(|(name, _)| name).collect();
    all.join(", ")
}

/// A tile of features that stand for themselves.
fn single(tile: Tile, condition: &str) -> Sql {
    let names = names();
    in_tile(
        Sql::new("with place as (select "),
        tile,
        &format!(
            "), drawn as (
                select number, ST_AsMVTGeom(geom, tile, {UNITS}, {BUFFER}) geom, id, {names}
                from place, tiles where geom && seen and {condition}
            ) {AS_TILE}"
        ),
    )
}

/// A tile in which what lies in one cell is gathered.
fn gathered(tile: Tile, condition: &str) -> Sql {
    let names = names();
    let conditions: Vec<_> = Scheme::Condition.concepts().map(|one| one.id()).collect();
    let each = |written: fn(&str) -> String| {
        let all = conditions.iter().map(|one| written(one));
        all.collect::<Vec<_>>().join(", ")
    };
    let counted =
        each(|one| format!("count(*) filter (where condition = '{one}') condition_{one}"));
    let (counts, no_counts) = (
        each(|one| format!("nullif(condition_{one}, 0) condition_{one}")),
        each(|_| "null::bigint".to_owned()),
    );
    let nothing: Vec<_> = columns()
        .map(|(name, kind)| format!("null::{kind} {name}"))
        .collect();
    let nothing = nothing.join(", ");
    let side = 2.0 * HALF / f64::from(1_u32 << tile.matrix());
    let (step, width) = (
        side / CELLS,
        360.0 / f64::from(1_u32 << tile.matrix()) / CELLS,
    );
    in_tile(
        Sql::new("with place as (select ")
            .number(step)
            .text(" step, ")
            .number(width)
            .text(" width, "),
        tile,
        &format!(
            "), cells as (
                select floor(ST_X(middle) / step) col, floor(ST_Y(middle) / step) line, count(*) count,
                    avg(ST_X(middle)) x, avg(ST_Y(middle)) y, min(number) number, {counted}
                from place, tiles
                where middle && ST_Expand(tile, step - 0.001) and size <= width and {condition}
                group by 1, 2
            ), alone as (
                select tiles.number, geom, id, {names} from cells join tiles using (number) where count = 1
                union all
                select number, geom, id, {names} from place, tiles
                where geom && seen and size > width and {condition}
            ), drawn as (
                select number, ST_AsMVTGeom(ST_Point(x, y, 3857), tile, {UNITS}, {BUFFER}) geom, null::text id, {nothing},
                    count point_count, {counts}
                from place, cells where count > 1
                union all
                select number, ST_AsMVTGeom(geom, tile, {UNITS}, {BUFFER}), id, {names}, null, {no_counts}
                from place, alone where geom && seen
            ) {AS_TILE}"
        ),
    )
}

const AS_TILE: &str = "select ST_AsMVT(drawn, 'sites', 4096, 'geom', 'number') tile from drawn where geom is not null";

/// A statement that begins with where the tile is, and what is seen of it with its buffer.
fn in_tile(before: Sql, tile: Tile, after: &str) -> Sql {
    let envelope = |sql: Sql| {
        [tile.matrix().into(), tile.col(), tile.row()]
            .into_iter()
            .enumerate()
            .fold(sql.text("ST_TileEnvelope("), |sql, (place, number)| {
                let sql = if place == 0 { sql } else { sql.text(", ") };
                sql.whole(i64::from(number)).text("::int")
            })
    };
    let sql = envelope(before).text(") tile, ");
    let margin = f64::from(BUFFER) / f64::from(UNITS);
    envelope(sql)
        .text(", margin => ")
        .number(margin)
        .text(") seen")
        .written(after.to_owned())
}

fn connected(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("the database can be reached")
}
