//! From a tree that can be read to an expression that can be evaluated: properties are found, and types agree.
//!
//! Every fault is told, each where it stands. Where a list stands in place of a single value, as in `name LIKE '%vank'`, the
//! condition around it holds if it does for one of its values. Start at [`check`].

use std::sync::Arc;
use std::time::Duration;

use geo::CoordsIter;

use super::typed::{Typed, described};
use super::work::Allowance;
use super::{
    ArithmeticOp, Datum, Error, Fixed, Moment, Node, Op, Place, Spelling, Stretch, Term, Type, What,
};
use crate::domain::{Crs, Effort, Geometry, Kind, MOST_FAULTS, Wrong, known_are, shortened};
use crate::query::Column;

/// What a filter may name.
pub struct Scope<'a> {
    /// The properties.
    pub columns: &'a [Column],
    /// The name of the geometry among them.
    pub geometry: &'static str,
    /// The outline of the region with a code, or what is wrong with the code.
    pub outline: &'a dyn Fn(&str) -> Result<Geometry, Wrong>,
    /// The CRS in which its geometries are written.
    pub crs: Crs,
}

/// How much of what is the same for all features is worked out at once, where others wait: the rest is left to the search.
const AT_ONCE: Duration = Duration::from_millis(20);

/// What takes longer is refused.
const WORK_MAX: Duration = Duration::from_secs(5);

/// The most positions of geometries together, those of regions that are named too.
const POSITIONS_MAX: usize = 500_000;

const TOO_MUCH: &str =
    "these geometries are too much work: give them fewer positions, or ask about fewer";

/// How much may be compared to find out whether the geometries of a filter are valid, in steps: a hundred thousand positions
/// of a real outline take few of them, and all are spent in less than 0.1 s.
const EFFORT: usize = 10_000_000;

/// Checks an expression; all faults of it.
pub fn check(node: &Node, scope: &Scope<'_>) -> Result<Term, Vec<Error>> {
    let mut checker = Checker {
        scope,
        errors: vec![],
        allowance: Allowance::of(AT_ONCE),
        positions: 0,
        effort: Effort::of(EFFORT),
        lists: vec![],
    };
    match checker.condition(node) {
        Some(term) if checker.errors.is_empty() => Ok(term),
        _ => Err(checker.errors),
    }
}

pub(super) struct Checker<'a> {
    pub(super) scope: &'a Scope<'a>,
    errors: Vec<Error>,
    /// What is left of [`AT_ONCE`].
    allowance: Allowance,
    /// How many of [`POSITIONS_MAX`] there were.
    positions: usize,
    /// What is left of [`EFFORT`].
    pub(super) effort: Effort,
    /// The lists that stand in place of single values in the condition that is being checked.
    pub(super) lists: Vec<usize>,
}

impl Checker<'_> {
    /// Whether so many faults are found that no more are told: then nothing more is looked at.
    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= MOST_FAULTS
    }

    pub(super) fn error<T>(&mut self, place: &Place, detail: impl Into<String>) -> Option<T> {
        if self.is_full() {
            return None;
        }
        self.errors.push(Error {
            place: place.clone(),
            detail: detail.into(),
        });
        None
    }

    /// A single value; a property that is a list stands for each of its values.
    pub(super) fn single(&mut self, node: &Node) -> Option<Typed> {
        let value = self.value(node)?;
        if !value.is_list {
            return Some(value);
        }
        let Term::Property(number) = value.term else {
            return self.error(
                &node.place,
                "a list stands only after IN and in A_ operators",
            );
        };
        if !self.lists.contains(&number) {
            self.lists.push(number);
        }
        Some(Typed {
            term: Term::Element(number),
            is_list: false,
            ..value
        })
    }

    pub(super) fn value(&mut self, node: &Node) -> Option<Typed> {
        if self.is_full() {
            return None;
        }
        let fixed = |value, is| Some(Typed::new(Term::Value(value), is));
        match &node.what {
            What::Property(name) => self.property(node, name),
            What::Text(text) => {
                use unicode_normalization::UnicodeNormalization;
                let text: String = text.nfc().collect();
                fixed(Datum::Text(text.into()), Type::Text)
            }
            What::Integer(number) => fixed(Datum::Integer(*number), Type::Integer),
            What::Number(number) => fixed(Datum::Number(*number), Type::Number),
            What::Boolean(is) => fixed(Datum::Boolean(*is), Type::Boolean),
            What::Date(day) => {
                let stretch = Stretch::at(Moment::Day(*day));
                fixed(Datum::Time(stretch), Type::Date)
            }
            What::Timestamp(instant) => {
                let stretch = Stretch::at(Moment::Instant(*instant));
                fixed(Datum::Time(stretch), Type::Timestamp)
            }
            What::Interval(ends) => self.interval(node, ends),
            What::Open => self.error(&node.place, "'..' is an end of an INTERVAL"),
            What::Geometry(shape) => self.shape(node, shape),
            What::Bbox(numbers) => {
                let window = crate::query::window(numbers, self.scope.crs);
                let geometry = window.map(|window| window.in_degrees());
                self.geometry(node, geometry)
            }
            What::Array(_) => self.error(
                &node.place,
                "a list stands only after IN and in A_ operators",
            ),
            What::Function(name, parts) => self.function(node, name, parts),
            What::Call(op, parts) => match op {
                Op::CaseI => self.spelled(node, *op, Spelling::CaseI, &parts[0]),
                Op::AccentI => self.spelled(node, *op, Spelling::AccentI, &parts[0]),
                Op::Arithmetic(op) => self.calculation(*op, parts),
                Op::And
                | Op::Or
                | Op::Not
                | Op::IsNull
                | Op::Like
                | Op::Between
                | Op::In
                | Op::Comparison(_)
                | Op::Spatial(_)
                | Op::Temporal(_)
                | Op::Array(_) => Some(Typed::new(self.condition(node)?, Type::Boolean)),
            },
        }
    }

    fn spelled(&mut self, node: &Node, op: Op, how: Spelling, part: &Node) -> Option<Typed> {
        let text = self.single(part)?;
        if !text.is_text() {
            let what = described(&text);
            return self.error(
                &part.place,
                format!("{} takes a text, not {what}", op.text()),
            );
        }
        let term = self.fold(node, Term::Spelled(how, text.term.into()))?;
        Some(Typed::new(term, Type::Text))
    }

    fn property(&mut self, node: &Node, name: &str) -> Option<Typed> {
        if name == self.scope.geometry {
            return Some(Typed::new(Term::Geometry, Type::Geometry));
        }
        let columns = self.scope.columns.iter();
        let mut askable = columns.filter(|column| column.property.kind.is_simple());
        if let Some(column) = askable.clone().find(|column| column.property.name == name) {
            return Some(Typed::of(column.number, column.property.kind));
        }
        if let Some(column) = askable.clone().find(|column| is_value(column, name)) {
            return self.error(
                &node.place,
                format!(
                    "\"{name}\" is no property, but a value of {}: a text stands in single quotes, as '{name}'",
                    column.property.name
                ),
            );
        }
        let mut names: Vec<_> = askable
            .by_ref()
            .map(|column| column.property.name)
            .collect();
        names.push(self.scope.geometry);
        let known = known_are(name, &names);
        self.error(
            &node.place,
            format!(
                "\"{name}\" is no property that can be asked for: {known}",
                name = shortened(name)
            ),
        )
    }

    pub(super) fn geometry(
        &mut self,
        node: &Node,
        geometry: Result<Geometry, Wrong>,
    ) -> Option<Typed> {
        match geometry {
            Ok(geometry) => {
                self.positions += geometry.coords_count();
                if self.positions > POSITIONS_MAX {
                    return self.error(&node.place, TOO_MUCH);
                }
                let fixed = Term::Fixed(Arc::new(Fixed::new(geometry)));
                Some(Typed::new(fixed, Type::Geometry))
            }
            Err(Wrong(detail)) => self.error(&node.place, detail),
        }
    }

    fn interval(&mut self, node: &Node, ends: &[Node; 2]) -> Option<Typed> {
        let mut end = |node: &Node| {
            if node.what == What::Open {
                return Some(None);
            }
            let value = self.single(node)?;
            if is_time(&value) {
                return Some(Some(Box::new(value.term)));
            }
            let what = described(&value);
            self.error(
                &node.place,
                format!("an end of an INTERVAL is a day, a moment or '..', not {what}"),
            )
        };
        let [start, end] = [end(&ends[0]), end(&ends[1])];
        let term = self.fold(node, Term::Interval(start?, end?))?;
        if matches!(term, Term::Value(Datum::Null)) {
            return self.error(&node.place, "this INTERVAL ends before it starts");
        }
        Some(Typed::new(term, Type::Interval))
    }

    /// What is the same for all features is worked out once, if that takes no time; `None` of what takes too long ever.
    pub(super) fn fold(&mut self, node: &Node, term: Term) -> Option<Term> {
        let term = term.folded(&self.allowance);
        match self.allowance.refused() {
            Some(work) if work > WORK_MAX => self.error(&node.place, TOO_MUCH),
            _ => Some(term),
        }
    }

    fn calculation(&mut self, op: ArithmeticOp, parts: &[Node]) -> Option<Typed> {
        let values = self.values(parts)?;
        let is_whole = values.iter().all(|value| value.is == Type::Integer);
        for (value, part) in values.iter().zip(parts) {
            if !value.fits(Type::Number) {
                let what = described(value);
                self.error::<()>(
                    &part.place,
                    format!("{} takes numbers, not {what}", Op::Arithmetic(op).text()),
                );
            }
        }
        let is = if is_whole && !matches!(op, ArithmeticOp::Divide | ArithmeticOp::Power) {
            Type::Integer
        } else {
            Type::Number
        };
        let terms = Box::new(values.map(|value| value.term));
        Some(Typed::new(
            Term::Arithmetic(op, terms).folded(&self.allowance),
            is,
        ))
    }
}

/// Whether that is one of the few values that a property may have.
fn is_value(column: &Column, text: &str) -> bool {
    match column.property.kind {
        Kind::Concept(scheme) | Kind::Concepts(scheme) => scheme.find(text).is_some(),
        Kind::Word(words) => words.contains(&text),
        _ => false,
    }
}

/// All of them; none if one is missing. Each is looked at before, so that each fault is told.
pub(super) fn all_or_none<T>(each: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let each: Vec<_> = each.collect();
    each.into_iter().collect()
}

pub(super) fn is_time(value: &Typed) -> bool {
    matches!(value.is, Type::Date | Type::Timestamp | Type::Interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Audience, Collection};
    use crate::query::column::columns;
    use crate::query::cql2::{parse_text, read_json};

    fn faults(node: &Node) -> Vec<String> {
        let columns = columns(Collection::Sites.into(), Audience::Public);
        let errors = check(node, &scope(&columns)).expect_err("it is wrong");
        errors.iter().map(Error::to_string).collect()
    }

    fn scope(columns: &[Column]) -> Scope<'_> {
        Scope {
            columns,
            geometry: "geometry",
            outline: &|code| Err(Wrong(format!("there is no region \"{code}\""))),
            crs: Crs::Crs84,
        }
    }

    #[test]
    fn what_takes_long_is_left_to_the_search_and_what_takes_too_long_is_refused() {
        let line = |lon: u32, positions: usize| {
            let positions = (0..positions).map(|n| format!("{lon} 39.{n:04}"));
            format!("LINESTRING({})", positions.collect::<Vec<_>>().join(","))
        };
        let far = |positions| {
            let (one, other) = (line(46, positions), line(47, positions));
            format!("distance({one}, {other}) > 9")
        };
        let around = |n| format!("S_WITHIN(geometry, buffer({}, 9))", line(46, n));
        let star = (0..600).map(|n| {
            let angle = f64::from(n) * std::f64::consts::PI * 599.0 / 600.0;
            format!("{:.5} {:.5}", 46.0 + angle.cos(), 39.0 + angle.sin())
        });
        let star = star.collect::<Vec<_>>().join(",");
        let star = format!("S_WITHIN(geometry, buffer(LINESTRING({star}), 9))");
        let outcome = |filter: &str| match check(&parse_text(filter).unwrap(), &scope(&[])) {
            Ok(term) if term.is_left() => "left",
            Ok(_) => "done",
            Err(errors) => {
                assert_eq!(errors.len(), 1, "{errors:?}");
                assert_eq!(errors[0].detail, TOO_MUCH);
                "refused"
            }
        };
        for (what, filter, expected) in [
            ("30 positions to 30", far(30), "done"),
            ("1000 positions to 1000", far(1000), "left"),
            (
                "little each, and much together",
                vec![far(30); 30].join(" AND "),
                "left",
            ),
            ("around 150 positions", around(150), "done"),
            ("around 900 positions", around(900), "left"),
            ("around 600 lines that cross each other", star, "refused"),
        ] {
            assert_eq!(outcome(&filter), expected, "{what}");
        }
    }

    #[test]
    fn what_was_left_comes_to_the_same_once_it_is_settled() {
        let scope = scope(&[]);
        let near = "S_INTERSECTS(geometry, buffer(POINT(46 39), 1000)) OR distance(POINT(46 39), POINT(46 40)) < 1";
        let node = parse_text(near).unwrap();
        let at_once = check(&node, &scope).unwrap();
        assert!(!at_once.is_left());
        let mut checker = Checker {
            scope: &scope,
            errors: vec![],
            allowance: Allowance::of(Duration::ZERO),
            positions: 0,
            effort: Effort::of(EFFORT),
            lists: vec![],
        };
        let left = checker.condition(&node).unwrap();
        assert!(left.is_left() && checker.errors.is_empty());
        let refused = left.clone().settled(&|_| false);
        assert!(refused.is_left());
        let settled = left.settled(&|_| true);
        assert_eq!(format!("{settled:?}"), format!("{at_once:?}"));
    }

    #[test]
    fn geometries_that_are_too_intricate_to_be_checked_are_refused_together_as_each_is() {
        // A comb of slanting teeth: the box of each overlaps those of most others, so that work grows with the square.
        let comb = |edges: u32| {
            let tooth = |index| {
                let along = 0.001 * f64::from(index);
                format!("{:.3} 39,{:.3} 40", 40.0 + along, 45.0 + along)
            };
            let teeth: Vec<_> = (0..edges).step_by(2).map(tooth).collect();
            let comb = teeth.join(",");
            let text = format!("S_WITHIN(geometry, POLYGON(({comb},50 38,40 38,40 39)))");
            parse_text(&text).unwrap()
        };
        let told = |node: &Node| match check(node, &scope(&[])) {
            Ok(_) => vec![],
            Err(errors) => errors.into_iter().map(|error| error.detail).collect(),
        };
        let detail = "at /coordinates: has too many edges close to each other to be checked: simplify it, or send it in parts";
        assert_eq!(told(&comb(600)), [""; 0]);
        assert_eq!(told(&comb(2000)), [detail]);
        let many = told(&Node {
            what: What::Call(Op::Or, vec![comb(600); 60]),
            place: Place::Offset(0),
        });
        assert!(many.len() > 40 && many.len() < 60, "{}", many.len());
        assert!(many.iter().all(|one| one == detail));
    }

    #[test]
    fn the_largest_outline_that_a_filter_takes_is_checked() {
        let positions = (0..99_999).map(|index| {
            let angle = f64::from(index) * std::f64::consts::TAU / 99_999.0;
            let radius = 1.0 + 0.1 * (angle * 700.0).sin() + 0.01 * (angle * 9000.0).sin();
            [46.7 + radius * angle.cos(), 39.7 + radius * angle.sin()]
        });
        let mut ring: Vec<_> = positions.collect();
        ring.push(ring[0]);
        let area = serde_json::json!({"type": "Polygon", "coordinates": [ring]});
        let args = serde_json::json!([{"property": "geometry"}, area]);
        let filter = serde_json::json!({"op": "s_within", "args": args});
        assert!(check(&read_json(&filter).unwrap(), &scope(&[])).is_ok());
    }

    #[test]
    fn no_more_faults_are_worked_out_than_are_told() {
        let looked_up = std::cell::Cell::new(0);
        let scope = Scope {
            outline: &|code| {
                looked_up.set(looked_up.get() + 1);
                Err(Wrong(format!("there is no region \"{code}\"")))
            },
            ..scope(&[])
        };
        let found = |filter: String| check(&parse_text(&filter).unwrap(), &scope).unwrap_err();
        let regions = vec!["S_WITHIN(geometry, region('nope'))"; 1000].join(" OR ");
        assert_eq!(found(regions).len(), MOST_FAULTS);
        assert_eq!(looked_up.get(), MOST_FAULTS);
        for one in [
            "nope",
            "nope(1) = 1",
            "1 = 'a'",
            "1 IN (2, 'a')",
            "1 + 'a' = 2",
        ] {
            let many = vec![one; 1000].join(" AND ");
            assert_eq!(found(many).len(), MOST_FAULTS, "{one}");
        }
    }

    #[test]
    fn every_fault_of_types_is_told_where_it_is() {
        for (filter, pointer, message) in [
            (
                "earlist_year = 1",
                "/args/0",
                "\"earlist_year\" is no property that can be asked for: did you mean earliest_year?",
            ),
            (
                "earliest_year = '1216'",
                "/args/1",
                "a whole number and a text cannot be compared by =: a number has no quotation marks, and a text has them",
            ),
            (
                "earliest_year BETWEEN 1 AND 'b'",
                "/args/2",
                "a whole number and a text cannot be compared by <=",
            ),
            (
                "earliest_year IN (1, 'b')",
                "/args/1/1",
                "a whole number and a text cannot be compared by =",
            ),
            (
                "earliest_year LIKE '1%'",
                "/args/0",
                "LIKE takes a text before it, not a whole number",
            ),
            (
                "location_note LIKE name",
                "/args/1",
                "a pattern is a text that is written out",
            ),
            (
                "earliest_year + 'a' = 1",
                "/args/0/args/1",
                "+ takes numbers, not a text",
            ),
            (
                "CASEI(earliest_year) = 'a'",
                "/args/0/args/0",
                "CASEI takes a text, not a whole number",
            ),
            (
                "traditions_disputed < TRUE",
                "/args/1",
                "true or false and true or false cannot be compared by <",
            ),
            (
                "geometry = 'a'",
                "/args/1",
                "a geometry and a text cannot be compared by =: geometries are compared by S_EQUALS",
            ),
            ("site_type = 'chuch'", "/args/1", "\"chuch\" is not"),
            ("published_at = 'soon'", "/args/1", "\"soon\" is not"),
            (
                "condition_report_id <> 'none'",
                "/args/1",
                "\"none\" is not an id",
            ),
            (
                "A_CONTAINS(custodian_ids, ('078f84d6-717d-4c21-b0b9-eefb0853a8f3', 'none'))",
                "/args/1",
                "\"none\" is not an id",
            ),
            (
                "condition = destroyed",
                "/args/1",
                "\"destroyed\" is no property, but a value of condition: a text stands in single quotes, as 'destroyed'",
            ),
            (
                "published_at = 5",
                "/args/1",
                "a moment and a whole number cannot be compared by =",
            ),
            (
                "S_WITHIN(geometry, name)",
                "/args/1",
                "S_WITHIN takes a geometry, not a text",
            ),
            (
                "S_WITHIN(geometry, region('nope'))",
                "/args/1/args/0",
                "there is no region \"nope\"",
            ),
            (
                "S_WITHIN(geometry, region(name))",
                "/args/1/args/0",
                "region takes a code that is written out",
            ),
            (
                "S_INTERSECTS(geometry, POINT(200 0))",
                "/args/1",
                "longitude is in degrees from -180 to 180",
            ),
            (
                "S_WITHIN(geometry, POLYGON((46 39,47 40,47 39,46 40,46 39)))",
                "/args/1/coordinates/0",
                "crosses or touches itself near [46.5,39.5]: a ring must not meet itself",
            ),
            (
                "S_WITHIN(geometry, POLYGON((46 39,47 39,47 40,46 39,47 39,47 40,46 39)))",
                "/args/1/coordinates/0",
                "crosses or touches itself near [46,39]",
            ),
            (
                "S_WITHIN(geometry, POLYGON((46 39,48 39,48 41,46 39),(46.5 39.1,49 39.2,47 39.3,46.5 39.1)))",
                "/args/1/coordinates/1",
                "crosses the ring at /args/1/coordinates/0 near [48,39.16]: two rings may touch at single points only",
            ),
            (
                "S_WITHIN(geometry, MULTIPOLYGON(((46 39,48 39,48 41,46 39)),((47 39.1,47.1 39.1,47.1 39.2,47 39.1))))",
                "/args/1/coordinates/1/0",
                "lies inside the area of the ring at /args/1/coordinates/0/0: areas must not overlap",
            ),
            (
                "S_WITHIN(geometry, MULTIPOLYGON(((46 39,48 39,48 41,46 39)),((46 39,48 39,48 41,46 39))))",
                "/args/1/coordinates/1/0",
                "runs along the ring at /args/1/coordinates/0/0",
            ),
            (
                "S_WITHIN(geometry, POLYGON((46 39,47 39,47 39,46 39)))",
                "/args/1/coordinates/0",
                "has too few positions",
            ),
            (
                "S_CROSSES(geometry, MULTILINESTRING((46 39,47 40),(46 39,46 39)))",
                "/args/1/coordinates/1",
                "is no line",
            ),
            (
                "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(46 39),POLYGON((46 39,47 40,47 39,46 40,46 39))))",
                "/args/1/geometries/1/coordinates/0",
                "crosses or touches itself",
            ),
            (
                "distance(geometry, POLYGON((46 39,47 40,47 39,46 40,46 39))) < 5",
                "/args/0/args/1/coordinates/0",
                "crosses or touches itself",
            ),
            (
                "S_INTERSECTS(geometry, buffer(POLYGON((46 39,47 40,47 39,46 40,46 39)), 5))",
                "/args/1/args/0/coordinates/0",
                "crosses or touches itself",
            ),
            (
                "S_INTERSECTS(buffer(geometry, 1000000), POINT(46 39))",
                "/args/0/args/1",
                "buffer takes metres, above 0 and up to 100000, not 1000000",
            ),
            (
                "S_INTERSECTS(geometry, buffer(POINT(0 89.5), 100000))",
                "/args/1/args/0",
                "buffer takes no geometry that is nearer to a pole than 3 times its metres: for 100000, latitudes go to 87.29",
            ),
            (
                "S_WITHIN(geometry, buffer(buffer(geometry, 9), 9))",
                "/args/1/args/0",
                "buffer takes no buffer: add their metres",
            ),
            (
                "T_AFTER(earliest_year, DATE('2020-01-01'))",
                "/args/0",
                "T_AFTER takes a day, a moment or an interval, not a whole number",
            ),
            (
                "T_DURING(published_at, INTERVAL('2020-01-01', '..'))",
                "/args/0",
                "T_DURING takes an interval, not a moment",
            ),
            (
                "T_DURING(condition_observed_on, INTERVAL('2021-01-01', '2020-01-01'))",
                "/args/1",
                "this INTERVAL ends before it starts",
            ),
            (
                "T_DURING(condition_observed_on, INTERVAL(earliest_year, '..'))",
                "/args/1/interval/0",
                "an end of an INTERVAL is a day, a moment or '..', not a whole number",
            ),
            (
                "A_CONTAINS(site_type, ('church'))",
                "/args/0",
                "A_CONTAINS takes a list, as ('a', 'b'), not a text",
            ),
            (
                "A_CONTAINS(traditions, ('islam', 5))",
                "/args/1/1",
                "the values of a list are of one type",
            ),
            (
                "A_CONTAINS(traditions, ('islm'))",
                "/args/1",
                "\"islm\" is not",
            ),
            (
                "A_CONTAINS(traditions, (5))",
                "/args/1",
                "a text and a whole number cannot be compared by =",
            ),
            (
                "traditions = ('islam', 'judaism')",
                "/args/1",
                "a list stands only after IN and in A_ operators",
            ),
            (
                "lower(earliest_year) = 'a'",
                "/args/0/args/0",
                "lower takes a text, not a whole number",
            ),
            (
                "lower(name, 'b') = 'a'",
                "/args/0",
                "lower takes 1 argument, not 2",
            ),
            (
                "distance(geometry) < 5",
                "/args/0",
                "distance takes 2 arguments, not 1",
            ),
            ("region() = 5", "/args/0", "region takes 1 argument, not 0"),
            (
                "year(name) = 2020",
                "/args/0/args/0",
                "year takes a day, a moment or an interval, not a text",
            ),
            (
                "S_WITHIN(geometry, buffer(geometry, 'far'))",
                "/args/1/args/1",
                "buffer takes a number, not a text",
            ),
            (
                "lowr(name) = 'a'",
                "/args/0",
                "\"lowr\" is no function: did you mean lower?",
            ),
            (
                "earliest_year",
                "",
                "a whole number is nothing that holds or does not: compare it with something",
            ),
            (
                "NOT earliest_year",
                "/args/0",
                "a whole number is nothing that holds or does not",
            ),
            (
                "earliest_year + 1",
                "",
                "a whole number is nothing that holds or does not",
            ),
        ] {
            let node = read_json(&parse_text(filter).unwrap().to_json()).unwrap();
            let told = faults(&node);
            let place = if pointer.is_empty() {
                "the whole"
            } else {
                pointer
            };
            assert!(
                told.len() == 1 && told[0].starts_with(&format!("{place}: {message}")),
                "{filter}: {told:#?}"
            );
        }
        let bow_tie = "name = 'a' OR S_WITHIN(geometry, POLYGON((46 39,47 40,47 39,46 40,46 39)))";
        let told = faults(&parse_text(bow_tie).unwrap());
        let expected = "byte 33: at /coordinates/0: crosses or touches itself near [46.5,39.5]: a ring must not meet itself";
        assert_eq!(told, [expected]);
        let all = "earlist_year = 1 AND (name = 5 OR S_WITHIN(geometry, 7)) AND NOT nme = 'a'";
        let odd = "A_CONTAINS(traditions, ('islam', 5, TRUE)) OR buffer(7, 0, nme) = 5";
        for (filter, expected) in [
            (all, &[0, 29, 53, 65][..]),
            (odd, &[33, 36, 46, 53, 59, 56]),
        ] {
            let told = faults(&parse_text(filter).unwrap());
            let places = told.iter().map(|fault| fault.split(':').next().unwrap());
            let places: Vec<_> = places.collect();
            let expected: Vec<_> = expected.iter().map(|at| format!("byte {at}")).collect();
            assert_eq!(places, expected, "{told:#?}");
        }
    }
}
