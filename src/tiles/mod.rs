//! Vector tiles: the sets of tile matrices in which maps are cut, and features drawn into one tile of them, or on a small map
//! of a page.
//!
//! The only room where `x` and `y` are. Knows neither who reads nor what was asked: it is given features that its caller
//! may show, with positions in CRS84, and writes bytes (Mapbox Vector Tile 2.1). Start at [`Tile`], then
//! [`Drawn::in_tile`], then [`TileLayer::add`]; of small maps, at [`Sheet::draw`].

mod clip;
mod drawn;
mod encoding;
mod field;
mod glyphs;
mod grid;
mod layer;
mod matrix_set;
mod sheet;
mod signs;
mod simplify;
mod tile;

pub use drawn::Drawn;
pub use glyphs::Font;
pub use grid::Lines;
pub use layer::{TileLayer, feature_number};
pub use matrix_set::{Limits, MatrixSet, TileMatrix, ZOOM_MAX};
pub use sheet::Sheet;
pub use signs::{Sign, SignPlace, SignSheet};
pub use tile::{BUFFER, Tile, UNITS};
