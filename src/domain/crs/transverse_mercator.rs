//! The transverse Mercator projection of an ellipsoid, by Krüger's series in the third flattening.
//!
//! The coefficients are those of Karney, Transverse Mercator with an accuracy of a few nanometers (2011), 35 and 36, to the
//! sixth order: errors lie below a tenth of a millimetre as far as [`TransverseMercator::project`] gives anything.

use crate::domain::ellipsoid::{Ellipsoid, KRASSOWSKY, WGS_84};

/// A transverse Mercator projection.
pub(super) struct TransverseMercator {
    ellipsoid: Ellipsoid,
    /// The longitude in the middle, in degrees.
    middle: f64,
    scale: f64,
    false_easting: f64,
    /// The radius of the sphere with a meridian of the same length, and the series there and back.
    radius: f64,
    there: [f64; 6],
    back: [f64; 6],
}

/// How far from its middle it is used, in degrees: the series is still good to a tenth of a millimetre.
const REACH: f64 = 50.0;

impl TransverseMercator {
    /// That of a zone of UTM, whose middle is at `middle` degrees.
    pub(super) const fn utm(middle: f64) -> TransverseMercator {
        TransverseMercator::new(WGS_84, middle, 0.9996, 500_000.0)
    }

    /// That of a zone of Gauss and Krüger.
    pub(super) const fn gauss_kruger(middle: f64, false_easting: f64) -> TransverseMercator {
        TransverseMercator::new(KRASSOWSKY, middle, 1.0, false_easting)
    }

    const fn new(
        ellipsoid: Ellipsoid,
        middle: f64,
        scale: f64,
        false_easting: f64,
    ) -> TransverseMercator {
        let n = 1.0 / (2.0 * ellipsoid.inverse_flattening - 1.0);
        let n2 = n * n;
        let (n3, n4, n5, n6) = (n2 * n, n2 * n2, n2 * n2 * n, n2 * n2 * n2);
        TransverseMercator {
            ellipsoid,
            middle,
            scale,
            false_easting,
            radius: ellipsoid.axis / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0 + n6 / 256.0),
            there: [
                n / 2.0 - n2 * 2.0 / 3.0 + n3 * 5.0 / 16.0 + n4 * 41.0 / 180.0 - n5 * 127.0 / 288.0
                    + n6 * 7_891.0 / 37_800.0,
                n2 * 13.0 / 48.0 - n3 * 3.0 / 5.0 + n4 * 557.0 / 1_440.0 + n5 * 281.0 / 630.0
                    - n6 * 1_983_433.0 / 1_935_360.0,
                n3 * 61.0 / 240.0 - n4 * 103.0 / 140.0
                    + n5 * 15_061.0 / 26_880.0
                    + n6 * 167_603.0 / 181_440.0,
                n4 * 49_561.0 / 161_280.0 - n5 * 179.0 / 168.0 + n6 * 6_601_661.0 / 7_257_600.0,
                n5 * 34_729.0 / 80_640.0 - n6 * 3_418_889.0 / 1_995_840.0,
                n6 * 212_378_941.0 / 319_334_400.0,
            ],
            back: [
                n / 2.0 - n2 * 2.0 / 3.0 + n3 * 37.0 / 96.0 - n4 / 360.0 - n5 * 81.0 / 512.0
                    + n6 * 96_199.0 / 604_800.0,
                n2 / 48.0 + n3 / 15.0 - n4 * 437.0 / 1_440.0 + n5 * 46.0 / 105.0
                    - n6 * 1_118_711.0 / 3_870_720.0,
                n3 * 17.0 / 480.0 - n4 * 37.0 / 840.0 - n5 * 209.0 / 4_480.0
                    + n6 * 5_569.0 / 90_720.0,
                n4 * 4_397.0 / 161_280.0 - n5 * 11.0 / 504.0 - n6 * 830_251.0 / 7_257_600.0,
                n5 * 4_583.0 / 161_280.0 - n6 * 108_847.0 / 3_991_680.0,
                n6 * 20_648_693.0 / 638_668_800.0,
            ],
        }
    }

    /// Easting and northing of a longitude and a latitude in degrees on its ellipsoid; `None` too far from its middle.
    pub(super) fn project(&self, [lon, lat]: [f64; 2]) -> Option<[f64; 2]> {
        let lon = lon - self.middle;
        if lon.is_nan() || lon.abs() > REACH {
            return None;
        }
        let (sin, cos) = lon.to_radians().sin_cos();
        let tan = self.conformal(lat.to_radians().tan());
        let (xi, eta) = (tan.atan2(cos), (sin / tan.hypot(cos)).asinh());
        let (north, east) = series(&self.there, [xi, eta]);
        let metres = self.radius * self.scale;
        let (north, east) = (xi + north, eta + east);
        Some([metres * east + self.false_easting, metres * north])
    }

    /// Longitude and latitude in degrees of an easting and a northing. Of what is not on the map it gives anything.
    pub(super) fn locate(&self, [easting, northing]: [f64; 2]) -> [f64; 2] {
        let metres = self.radius * self.scale;
        let (xi, eta) = (northing / metres, (easting - self.false_easting) / metres);
        let (north, east) = series(&self.back, [xi, eta]);
        let (xi, eta) = (xi - north, eta - east);
        let lon = eta.sinh().atan2(xi.cos());
        let wanted = xi.sin() / eta.sinh().hypot(xi.cos());
        // Newton: each step doubles the digits that are right, and the first guess has three.
        let e2 = self.ellipsoid.eccentricity_squared();
        let mut tan = wanted / (1.0 - e2);
        for _ in 0..4 {
            let now = self.conformal(tan);
            tan += (wanted - now) * (1.0 + (1.0 - e2) * tan * tan)
                / ((1.0 - e2) * now.hypot(1.0) * tan.hypot(1.0));
        }
        [lon.to_degrees() + self.middle, tan.atan().to_degrees()]
    }

    /// The tangent of the conformal latitude, of that of a latitude.
    fn conformal(&self, tan: f64) -> f64 {
        let e = self.ellipsoid.eccentricity_squared().sqrt();
        let secant = tan.hypot(1.0);
        let sigma = (e * (e * tan / secant).atanh()).sinh();
        tan * sigma.hypot(1.0) - sigma * secant
    }
}

/// What a series adds to north and to east.
fn series(terms: &[f64; 6], [xi, eta]: [f64; 2]) -> (f64, f64) {
    let (mut north, mut east) = (0.0, 0.0);
    for (factor, term) in [2.0, 4.0, 6.0, 8.0, 10.0, 12.0].into_iter().zip(terms) {
        let (sin, cos) = (factor * xi).sin_cos();
        north += term * sin * (factor * eta).cosh();
        east += term * cos * (factor * eta).sinh();
    }
    (north, east)
}
