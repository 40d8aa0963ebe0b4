//! Where things are: positions, boxes, cells and geometries in CRS84, and how far they are from each other.
//!
//! A geometry of a record gets in only through [`Crs84::parse`], which lists every fault of it; after that it is a valid
//! one of the six simple types, with at most 7 decimals, rings closed and wound by the right-hand rule (RFC 7946, 3.1.6).
//! Edges are straight in degrees, as in GeoJSON; lengths are geodesic metres on WGS 84. Nothing here knows a projection,
//! or what of a place who may see (`location`). Start with `crs84.rs`, then `parse.rs`.

mod area;
mod bbox;
mod bounds;
mod cell;
mod crs84;
mod distance;
mod drawn;
mod edges;
mod found;
mod parse;
mod position;
mod schema;
mod surface;
mod valid;
mod validity;
mod wkb;
mod wkt;
mod write;

pub use area::{Area, Side};
pub use bbox::Bbox;
pub use bounds::Centre;
pub use cell::Cell;
pub use crs84::{Crs84, Geometry};
pub use distance::{Looks, distance_between, distance_while, edges};
pub use drawn::read_geojson;
pub use edges::Effort;
pub use position::{LonLat, Metres};
pub use valid::validated;
pub use wkb::read_wkb;
pub use wkt::{read_wkt, write_wkt};
