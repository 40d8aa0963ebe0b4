//! How good are the estimates of what geometries cost (`query::cql2::work`)? Each condition is worked out for one feature, and
//! what was asked of its allowance is laid beside how long it took: the estimate should be more, and not by orders.

use std::borrow::Cow;
use std::cell::Cell;
use std::f64::consts::TAU;
use std::hint::black_box;
use std::time::{Duration, Instant};

use geo::{LineString, MultiLineString, Point, Polygon, coord};
use heritage_registry::domain::{Crs, Geometry};
use heritage_registry::query::cql2::{Datum, Scope, Term, Values, check, parse_text};

/// A feature that is only somewhere, and allows whatever is asked of it.
struct Somewhere<'a> {
    geometry: &'a Geometry,
    estimated: Cell<Duration>,
}

impl Values for Somewhere<'_> {
    fn value(&self, _: usize) -> Datum<'_> {
        Datum::Null
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        Some(Cow::Borrowed(self.geometry))
    }

    fn grants(&self, work: Duration) -> bool {
        self.estimated.set(self.estimated.get() + work);
        true
    }
}

pub fn ask() {
    println!("\nestimates of the work with geometries, in milliseconds");
    println!("{:58}{:>10}{:>10}{:>10}", "", "estimated", "took", "ratio");
    for positions in [100, 1_000, 10_000] {
        let (one, other) = (outline(positions, 46.0), outline(positions, 46.4));
        let far = outline(positions, 48.0);
        let title = |what: &str| format!("{what}, {positions} positions");
        relation(&title("outlines that cross"), &one, &other);
        relation(&title("an outline and itself"), &one, &one);
        distance(&title("outlines beside each other"), &one, &far);
        buffer(&title("around an outline, 100 m"), &one, 100.0);
        buffer(&title("around an outline, 5 km"), &one, 5_000.0);
    }
    for positions in [100, 300, 1_000] {
        let title = |what: &str| format!("{what}, {positions} positions");
        let (along, across) = (zigzag(positions, false), zigzag(positions, true));
        relation(&title("zigzags across each other"), &along, &across);
        buffer(&title("around a zigzag, 1 m"), &along, 1.0);
        distance(&title("a zigzag and a point far away"), &along, &point());
    }
    for positions in [30, 100, 250] {
        let title = format!("around a star, 1 m, {positions} positions");
        buffer(&title, &star(positions), 1.0);
    }
    for lines in [10, 50, 150] {
        let title = format!("around {lines} lines across {lines}, 1 m");
        buffer(&title, &grid(lines), 1.0);
    }
    distance("two points", &point(), &Point::new(47.0, 40.0).into());
}

fn relation(title: &str, one: &Geometry, other: &Geometry) {
    measure(title, "S_TOUCHES(geometry, region('other'))", one, other);
}

fn distance(title: &str, one: &Geometry, other: &Geometry) {
    let title = format!("distance of {title}");
    measure(
        &title,
        "distance(geometry, region('other')) < 0",
        one,
        other,
    );
}

fn buffer(title: &str, one: &Geometry, metres: f64) {
    let text = format!("buffer(geometry, {metres}) IS NULL");
    measure(title, &text, one, one);
}

/// Works a condition out a few times; prints the estimate, the median and how many times that the estimate is.
fn measure(title: &str, text: &str, geometry: &Geometry, other: &Geometry) {
    const ROUNDS: usize = 7;
    let term = term(text, other);
    let feature = Somewhere {
        geometry,
        estimated: Cell::default(),
    };
    let mut took: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            feature.estimated.set(Duration::ZERO);
            let began = Instant::now();
            black_box(term.holds(&feature));
            began.elapsed()
        })
        .collect();
    took.sort_unstable();
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let (estimated, took) = (millis(feature.estimated.get()), millis(took[ROUNDS / 2]));
    println!(
        "{title:58}{estimated:>10.3}{took:>10.3}{:>10.1}",
        estimated / took
    );
}

/// A condition, in which the other geometry is the outline of a region.
fn term(text: &str, other: &Geometry) -> Term {
    let scope = Scope {
        columns: &[],
        geometry: "geometry",
        outline: &|_| Ok(other.clone()),
        crs: Crs::Crs84,
    };
    let node = parse_text(text).expect("it is CQL2");
    check(&node, &scope).expect("it has a meaning")
}

fn point() -> Geometry {
    Point::new(46.8, 39.2).into()
}

/// Like the outline of a region: no edge crosses another.
fn outline(positions: u32, x: f64) -> Geometry {
    let ring = (0..positions).map(|place| {
        let angle = f64::from(place) / f64::from(positions) * TAU;
        let far = 0.3 + 0.001 * f64::from(place % 3);
        coord! { x: x + far * angle.cos(), y: 39.5 + far * angle.sin() }
    });
    Polygon::new(ring.collect(), vec![]).into()
}

fn zigzag(positions: u32, is_turned: bool) -> Geometry {
    let line = (0..positions).map(|place| {
        let (along, across) = (
            f64::from(place) / f64::from(positions),
            f64::from(place % 2),
        );
        let (x, y) = if is_turned {
            (across, along)
        } else {
            (along, across)
        };
        coord! { x: 46.0 + x, y: 39.0 + y }
    });
    line.collect::<LineString>().into()
}

/// Each edge crosses most others.
fn star(positions: u32) -> Geometry {
    let line = (0..positions).map(|place| {
        let angle = f64::from(place) * TAU / 2.0 * f64::from(positions - 1) / f64::from(positions);
        coord! { x: 46.0 + angle.cos(), y: 39.0 + angle.sin() }
    });
    line.collect::<LineString>().into()
}

/// Lines across others, with a hole between each four.
fn grid(lines: u32) -> Geometry {
    let line = |place: u32, is_turned: bool| {
        let along = 46.0 + f64::from(place) / f64::from(lines);
        let ends = [45.9, 47.1].map(|across| {
            let (x, y) = if is_turned {
                (across, along)
            } else {
                (along, across)
            };
            coord! { x: x, y: y }
        });
        LineString::from(ends.to_vec())
    };
    let both = (0..lines).flat_map(|place| [line(place, false), line(place, true)]);
    MultiLineString(both.collect()).into()
}
