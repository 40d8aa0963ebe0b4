//! What a map library needs beside tiles: the light map below the sites, how it all looks, signs and letters. All of it is
//! served here, so that a map asks no other host for anything. And the small map on the page of a record, which needs no library.

mod base_map;
mod fonts;
mod layers;
mod locator;
mod signs;
mod style;

pub(super) use base_map::{show as base_map, tile};
pub(super) use fonts::show as font;
pub(super) use locator::around;
pub(super) use signs::{broadest, corners, show as sprite, sign_of};
pub(super) use style::{NEAR, SHADES, Shade, is_near, link, list as styles, show as style};
