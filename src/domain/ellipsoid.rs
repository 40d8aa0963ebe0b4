//! The Earth as surveyors take it.

/// An ellipsoid: its half axis in metres, and its inverse flattening.
#[derive(Clone, Copy)]
pub(super) struct Ellipsoid {
    pub(super) axis: f64,
    pub(super) inverse_flattening: f64,
}

/// That of WGS 84.
pub(super) const WGS_84: Ellipsoid = Ellipsoid {
    axis: 6_378_137.0,
    inverse_flattening: 298.257_223_563,
};

/// That of Pulkovo 1942.
pub(super) const KRASSOWSKY: Ellipsoid = Ellipsoid {
    axis: 6_378_245.0,
    inverse_flattening: 298.3,
};

impl Ellipsoid {
    /// The square of its eccentricity.
    pub(super) const fn eccentricity_squared(self) -> f64 {
        let flattening = 1.0 / self.inverse_flattening;
        flattening * (2.0 - flattening)
    }
}

/// How long a degree of longitude and one of latitude are on WGS 84, in metres, at a latitude that is not a pole.
///
/// ```
/// use heritage_registry::domain::metres_per_degree;
/// let (lon, lat) = metres_per_degree(0.0).unwrap();
/// assert_eq!((lon.round(), lat.round()), (111_319.0, 110_574.0));
/// assert_eq!(metres_per_degree(90.0), None);
/// ```
pub fn metres_per_degree(lat: f64) -> Option<(f64, f64)> {
    const SQUARED: f64 = WGS_84.eccentricity_squared();
    let (sin, cos) = lat.to_radians().sin_cos();
    let flat = 1.0 - SQUARED * sin * sin;
    let along_parallel = WGS_84.axis * cos / flat.sqrt();
    let along_meridian = WGS_84.axis * (1.0 - SQUARED) / flat.powf(1.5);
    (cos > 1e-6).then(|| (along_parallel.to_radians(), along_meridian.to_radians()))
}
