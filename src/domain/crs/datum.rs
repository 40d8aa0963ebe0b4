//! From WGS 84 to Pulkovo 1942 and back: Pulkovo 1942 to WGS 84 (16), EPSG:15865, good to 4.5 m.
//!
//! It is the one that PROJ 9.1.1 takes first for Armenia and for Azerbaijan, out of its table of EPSG. Another for
//! Azerbaijan, EPSG:1808 (5 m), gives places some 4 m away.

use crate::domain::ellipsoid::{Ellipsoid, KRASSOWSKY, WGS_84};

/// How far the centres of the two ellipsoids lie apart, in metres.
const SHIFT: [f64; 3] = [25.0, -141.0, -78.5];
/// Around which axes the one is turned against the other, in seconds of arc: as the position of a point turns.
const TURN: [f64; 3] = [0.0, 0.35, 0.736];

/// The position on Pulkovo 1942, in degrees, of one on WGS 84.
pub(super) fn to_pulkovo(at: [f64; 2]) -> [f64; 2] {
    let [x, y, z] = cartesian(at, WGS_84);
    let [dx, dy, dz] = SHIFT;
    position(turned([x - dx, y - dy, z - dz], -1.0), KRASSOWSKY)
}

/// The position on WGS 84, in degrees, of one on Pulkovo 1942.
pub(super) fn from_pulkovo(at: [f64; 2]) -> [f64; 2] {
    let [x, y, z] = turned(cartesian(at, KRASSOWSKY), 1.0);
    let [dx, dy, dz] = SHIFT;
    position([x + dx, y + dy, z + dz], WGS_84)
}

/// Turned by angles so small that they are their own sines, forwards or backwards.
fn turned([x, y, z]: [f64; 3], way: f64) -> [f64; 3] {
    let [rx, ry, rz] = TURN.map(|seconds| (way * seconds / 3600.0).to_radians());
    [
        x - rz * y + ry * z,
        rz * x + y - rx * z,
        -ry * x + rx * y + z,
    ]
}

/// From the centre of the ellipsoid, in metres, of a position on it.
fn cartesian(at: [f64; 2], on: Ellipsoid) -> [f64; 3] {
    let [(sin_lon, cos_lon), (sin, cos)] = at.map(|degrees| degrees.to_radians().sin_cos());
    let e2 = on.eccentricity_squared();
    let radius = on.axis / (1.0 - e2 * sin * sin).sqrt();
    [
        radius * cos * cos_lon,
        radius * cos * sin_lon,
        radius * (1.0 - e2) * sin,
    ]
}

/// The position over which a point lies; Bowring's formula, exact to a nanometre this close to the ellipsoid.
fn position([x, y, z]: [f64; 3], on: Ellipsoid) -> [f64; 2] {
    let (e2, from_axis) = (on.eccentricity_squared(), x.hypot(y));
    let flat = (1.0 - e2).sqrt();
    let (sin, cos) = z.atan2(from_axis * flat).sin_cos();
    let up = z + e2 / flat * on.axis * sin.powi(3);
    let out = from_axis - e2 * on.axis * cos.powi(3);
    [y.atan2(x).to_degrees(), up.atan2(out).to_degrees()]
}
