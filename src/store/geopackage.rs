//! A layer of a GeoPackage (OGC 12-128r19), read to be laid beside our collections. Nothing is ever written to it.

use std::path::Path;

use diesel::connection::Connection;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::row::{Field, NamedRow, Row};
use diesel::sql_types::{BigInt, Binary, Double, Integer, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection, SqliteType};
use diesel::{RunQueryDsl, sql_query};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Number, Value};

use crate::domain::{
    Crs, Crs84, Fault, Faults, Geometry, Kind, LayerDraft, RowDraft, Wrong, known_are, read_wkb,
};

/// So many faults are told one by one.
const MOST_FAULTS: usize = 20;

/// What every SQLite file begins with.
pub const SQLITE: &[u8] = b"SQLite format 3\0";

/// What stands in the path of a SQLite URI as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// A layer of features, by its name, or the only one; or every fault of it.
///
/// # Errors
/// What is no GeoPackage, layers that are not there, systems that are not known here; geometries that cannot be taken, at the
/// ids of their features.
pub fn read_geopackage(file: &Path, layer: Option<&str>) -> Result<LayerDraft, Faults> {
    let path = utf8_percent_encode(&file.to_string_lossy(), PATH).to_string();
    let mut connection = SqliteConnection::establish(&format!("file:{path}?mode=ro"))
        .map_err(|error| one_fault("file", error.to_string()))?;
    let contents = contents(&mut connection)?;
    let contents = chosen(contents, layer)?;
    let crs = contents
        .crs()
        .map_err(|Wrong(detail)| one_fault(&format!("layer {}", contents.table_name), detail))?;
    let columns = columns(&mut connection, &contents)?;
    let rows = rows(&mut connection, &contents, &columns)?;

    let mut faults = Vec::new();
    let rows = rows.into_iter().map(|Cells(cells)| {
        let mut cells = cells.into_iter();
        let id = cells.next().map_or(Value::Null, Cell::into_json);
        let geometry = match cells.next() {
            Some(Cell::Bytes(bytes)) => geometry(&bytes, contents.srs_id, crs),
            None | Some(Cell::Null) => Ok(None),
            Some(_) => Err(Wrong("is no GeoPackage binary".to_owned())),
        };
        let geometry = geometry.unwrap_or_else(|Wrong(detail)| {
            let place = format!("feature {id}, {}", contents.column_name);
            faults.push(Fault::other(place, detail));
            None
        });
        let values = columns.taken.iter().zip(cells);
        RowDraft {
            values: values.map(|((_, kind), cell)| cell.of(*kind)).collect(),
            id,
            geometry,
        }
    });
    let rows: Vec<_> = rows.collect();
    let untold = faults.len().saturating_sub(MOST_FAULTS);
    faults.truncate(MOST_FAULTS);
    if untold > 0 {
        let place = "geometries".to_owned();
        let detail = format!("{untold} more cannot be taken");
        faults.push(Fault::other(place, detail));
    }
    Faults::check(faults)?;
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(LayerDraft {
        title: said(contents.identifier),
        description: said(contents.description),
        geometry_name: contents.column_name,
        columns: columns.taken,
        rows,
    })
}

fn one_fault(place: &str, detail: String) -> Faults {
    let place = place.to_owned();
    Faults(vec![Fault::other(place, detail)])
}

/// Why a query failed: what it asks for is in every GeoPackage.
fn no_geopackage(error: diesel::result::Error) -> Faults {
    one_fault("file", format!("is no GeoPackage: {error}"))
}

/// What a GeoPackage says of a layer of features.
#[derive(QueryableByName)]
struct Contents {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    identifier: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    description: Option<String>,
    #[diesel(sql_type = Text)]
    column_name: String,
    /// What the file itself calls the system.
    #[diesel(sql_type = Nullable<BigInt>)]
    srs_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    organization: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    organization_coordsys_id: Option<i64>,
}

impl Contents {
    fn crs(&self) -> Result<Crs, Wrong> {
        let organization = self.organization.as_deref().unwrap_or("NONE");
        let code = self.organization_coordsys_id.unwrap_or_default();
        Crs::parse(&format!("[{}:{code}]", organization.to_ascii_uppercase()))
            .map_err(|Wrong(detail)| Wrong(format!("its system {detail}")))
    }
}

fn contents(connection: &mut SqliteConnection) -> Result<Vec<Contents>, Faults> {
    sql_query(
        "SELECT c.table_name, c.identifier, c.description, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id \
         FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name \
         LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id \
         WHERE c.data_type = 'features' ORDER BY c.table_name",
    )
    .load(connection)
    .map_err(no_geopackage)
}

fn chosen(mut all: Vec<Contents>, layer: Option<&str>) -> Result<Contents, Faults> {
    let names: Vec<String> = all.iter().map(|one| one.table_name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let place = match layer {
        Some(layer) => names.iter().position(|name| *name == layer),
        None if names.len() == 1 => Some(0),
        None => None,
    };
    match (place, layer) {
        (Some(place), _) => Ok(all.swap_remove(place)),
        (None, _) if names.is_empty() => {
            let detail = "holds no layer of features".to_owned();
            Err(one_fault("file", detail))
        }
        (None, Some(layer)) => {
            let detail = format!(
                "there is no layer \"{layer}\": {}",
                known_are(layer, &names)
            );
            Err(one_fault("layer", detail))
        }
        (None, None) => {
            let detail = format!(
                "holds several layers: say which, as FILE#{}; they are {}",
                names[0],
                names.join(", ")
            );
            Err(one_fault("file", detail))
        }
    }
}

/// The columns of a layer.
struct Columns {
    /// The one of the ids, if there is one.
    id: Option<String>,
    /// Those of the properties: all others but the geometry and bytes, which nobody could read.
    taken: Vec<(String, Option<Kind>)>,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    declared: String,
    #[diesel(sql_type = Integer)]
    pk: i32,
}

fn columns(connection: &mut SqliteConnection, contents: &Contents) -> Result<Columns, Faults> {
    let all: Vec<Column> =
        sql_query("SELECT name, type AS declared, pk FROM pragma_table_info(?) ORDER BY cid")
            .bind::<Text, _>(&contents.table_name)
            .load(connection)
            .map_err(no_geopackage)?;
    // SQLite's names are the same in capitals; and one of no column, in quotation marks, would be read as a text.
    let is_geometry = |column: &Column| {
        let name = &contents.column_name;
        column.name.eq_ignore_ascii_case(name)
    };
    if !all.iter().any(is_geometry) {
        let place = format!("layer {}", contents.table_name);
        let detail = format!(
            "has no column {}, where its geometry is said to be",
            contents.column_name
        );
        return Err(one_fault(&place, detail));
    }
    let mut columns = Columns {
        id: None,
        taken: vec![],
    };
    for column in all {
        if column.pk == 1 {
            columns.id = Some(column.name);
        } else if !is_geometry(&column) && base(&column.declared) != "BLOB" {
            let kind = kind(&column.declared);
            columns.taken.push((column.name, kind));
        }
    }
    Ok(columns)
}

/// A declared type without the length that may follow it.
fn base(declared: &str) -> String {
    let name = declared.split('(').next().unwrap_or_default();
    name.trim().to_ascii_uppercase()
}

/// The type of a column (table 1 of the standard); `None` of one that it does not know.
fn kind(declared: &str) -> Option<Kind> {
    Some(match base(declared).as_str() {
        "BOOLEAN" => Kind::Boolean,
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "INTEGER" => Kind::Integer,
        "FLOAT" | "DOUBLE" | "REAL" => Kind::Number,
        "TEXT" => Kind::Text,
        "DATE" => Kind::Day,
        "DATETIME" => Kind::Instant,
        _ => return None,
    })
}

/// All rows: the id, the geometry and the properties of each.
fn rows(
    connection: &mut SqliteConnection,
    contents: &Contents,
    columns: &Columns,
) -> Result<Vec<Cells>, Faults> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let id = columns.id.as_deref().map_or("NULL".to_owned(), quoted);
    let names = columns.taken.iter().map(|(name, _)| quoted(name));
    let chosen: Vec<String> = [id, quoted(&contents.column_name)]
        .into_iter()
        .chain(names)
        .collect();
    let table = quoted(&contents.table_name);
    sql_query(format!("SELECT {} FROM {table}", chosen.join(", ")))
        .load(connection)
        .map_err(|error| one_fault("values", error.to_string()))
}

/// A row of whatever columns.
struct Cells(Vec<Cell>);

/// A value as SQLite has it, whatever its column is declared as.
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl QueryableByName<Sqlite> for Cells {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let cells = (0..row.field_count()).map(|at| {
            let field = Row::get(row, at).ok_or("there are as many fields as are counted")?;
            let Some(value) = field.value() else {
                return Ok(Cell::Null);
            };
            Ok(match value.value_type() {
                None => Cell::Null,
                Some(SqliteType::Text) => {
                    Cell::Text(<String as FromSql<Text, Sqlite>>::from_sql(value)?)
                }
                Some(SqliteType::Binary) => {
                    Cell::Bytes(<Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?)
                }
                Some(SqliteType::Float | SqliteType::Double) => {
                    Cell::Real(<f64 as FromSql<Double, Sqlite>>::from_sql(value)?)
                }
                Some(_) => Cell::Integer(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?),
            })
        });
        cells.collect::<deserialize::Result<_>>().map(Cells)
    }
}

impl Cell {
    fn into_json(self) -> Value {
        match self {
            Cell::Null => Value::Null,
            Cell::Integer(number) => number.into(),
            // JSON has no infinity, and nothing that is no number.
            Cell::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            Cell::Text(text) => text.into(),
            Cell::Bytes(bytes) => format!("{bytes:02x?}").into(),
        }
    }

    /// The value in a column of a type: SQLite has no booleans but 0 and 1.
    fn of(self, kind: Option<Kind>) -> Value {
        match (self, kind) {
            (Cell::Integer(number @ (0 | 1)), Some(Kind::Boolean)) => (number == 1).into(),
            (cell, _) => cell.into_json(),
        }
    }
}

/// The geometry of a `StandardGeoPackageBinary` (2.1.3.1): a header, an envelope that nobody needs, and well-known binary.
///
/// Its system is that of the layer, `srs_id`; many programs write 0 or -1, which says nothing.
fn geometry(bytes: &[u8], srs_id: Option<i64>, crs: Crs) -> Result<Option<Crs84<Geometry>>, Wrong> {
    let Some(([b'G', b'P', _, flags, system @ ..], rest)) = bytes.split_first_chunk::<8>() else {
        return Err(Wrong("is no GeoPackage binary".to_owned()));
    };
    let is_big = flags & 1 == 0;
    let system = if is_big {
        i32::from_be_bytes(*system)
    } else {
        i32::from_le_bytes(*system)
    };
    if system > 0 && Some(system.into()) != srs_id {
        return Err(Wrong(format!(
            "is in the system {system}, and its layer in another"
        )));
    }
    let is_extended = flags & 0b10_0000 != 0;
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(Wrong("has an envelope that is not known".to_owned())),
    };
    if is_extended {
        return Err(Wrong(
            "is of a type that only an extension knows".to_owned(),
        ));
    }
    let wkb = rest
        .get(envelope..)
        .ok_or_else(|| Wrong("ends within its envelope".to_owned()))?;
    Crs84::found(read_wkb(wkb)?, crs)
}
