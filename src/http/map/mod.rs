//! What a map library needs beside tiles: the light map below the sites, how it all looks, signs and letters. All of it is
//! served here, so that a map asks no other host for anything.

mod base_map;
mod fonts;
mod layers;
mod signs;
mod style;

pub(super) use base_map::{show as base_map, tile};
pub(super) use fonts::show as font;
pub(super) use signs::{broadest, show as sprite, sign_of};
pub(super) use style::{NEAR, SHADES, Shade, is_near, link, list as styles, show as style};
