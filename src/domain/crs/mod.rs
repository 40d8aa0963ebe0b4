//! Coordinate reference systems: those in which the registry gives and takes coordinates, beside CRS84, in which it keeps
//! them (OGC API - Features Part 2).
//!
//! Coordinates in one of them exist only on the way in and on the way out: [`Crs::write_geojson`] writes them,
//! [`Crs::read_geojson`], [`Crs::window`] and [`Projected::in_degrees`] read them. Positions are transformed one by one;
//! what lies between two of them is a straight line in whatever system it is read in, and only the sides of boxes are
//! followed closely. Start at [`Crs`], then `transform.rs`.

mod datum;
mod geojson;
mod projected;
mod table;
mod transform;
mod transverse_mercator;
mod window;

pub use projected::Projected;
pub use table::Crs;
pub use window::{Outline, Window};
