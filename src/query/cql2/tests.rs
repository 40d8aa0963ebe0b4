//! What holds of both encodings together, and the limits of their size.

use std::thread;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::error::{DEPTH_MAX, NODES_MAX, VERTICES_MAX};
use super::*;
use crate::domain::{Day, Instant};

fn node(what: What) -> Node {
    let place = Place::Offset(0);
    Node { what, place }
}

/// Letters that mean something somewhere, and some of several scripts.
fn a_text() -> impl Strategy<Value = String> {
    let letters = "'\"\\abtnvfr%_.:,;-+*/^()[]{}<>= \t\n\r0019EeZzNOTÀáΩωДжԱաქ教会أ\u{300}\u{200d}\u{7}\u{0}😀";
    let letters: Vec<char> = letters.chars().collect();
    prop::collection::vec(prop::sample::select(letters), 0..8)
        .prop_map(|letters| letters.into_iter().collect())
}

fn a_name() -> impl Strategy<Value = String> {
    let words = [
        "and",
        "date",
        "POINT",
        "div",
        "s_within",
        "eo:cloud.cover",
        "null",
        "Z",
    ];
    prop_oneof![
        a_text().prop_filter("a name has a letter", |name| !name.is_empty()),
        prop::sample::select(words.to_vec()).prop_map(str::to_owned),
    ]
}

fn a_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        (-1_000_000..1_000_000_i32).prop_map(|number| f64::from(number) / 1000.0),
    ]
}

fn a_day() -> impl Strategy<Value = Day> {
    (0..=9999_i64, 1..=12_u8, 1..=28_u8)
        .prop_map(|(year, month, day)| Day::new(year, month, day).unwrap())
}

fn an_instant() -> impl Strategy<Value = Instant> {
    (a_day(), 0..86_400_000_000_i64)
        .prop_map(|(day, micros)| Instant::of_micros(day.start() * 1_000_000 + micros).unwrap())
}

fn a_position(is_high: bool) -> impl Strategy<Value = Position> {
    (a_number(), a_number(), a_number()).prop_map(move |(first, second, height)| Position {
        at: [first, second],
        height: is_high.then_some(height),
    })
}

fn a_line(is_high: bool, shortest: usize) -> impl Strategy<Value = Vec<Position>> {
    prop::collection::vec(a_position(is_high), shortest..5)
}

fn rings(is_high: bool) -> impl Strategy<Value = Vec<Vec<Position>>> {
    let ring = a_line(is_high, 3).prop_map(|mut ring| {
        ring.push(ring[0]);
        ring
    });
    prop::collection::vec(ring, 1..3)
}

fn a_shape() -> impl Strategy<Value = Shape> {
    any::<bool>().prop_flat_map(|is_high| {
        let one = prop_oneof![
            a_position(is_high).prop_map(Shape::Point),
            a_line(is_high, 2).prop_map(Shape::LineString),
            rings(is_high).prop_map(Shape::Polygon),
            a_line(is_high, 1).prop_map(Shape::MultiPoint),
            prop::collection::vec(a_line(is_high, 2), 1..3).prop_map(Shape::MultiLineString),
            prop::collection::vec(rings(is_high), 1..3).prop_map(Shape::MultiPolygon),
        ];
        one.prop_recursive(2, 6, 3, |inner| {
            prop::collection::vec(inner, 1..3).prop_map(Shape::Collection)
        })
    })
}

fn a_leaf() -> impl Strategy<Value = Node> {
    let end = || {
        prop_oneof![
            Just(What::Open),
            a_day().prop_map(What::Date),
            an_instant().prop_map(What::Timestamp),
            a_name().prop_map(What::Property),
            Just(What::Function("now".to_owned(), vec![])),
        ]
        .prop_map(node)
    };
    let whats = prop_oneof![
        a_name().prop_map(What::Property),
        a_text().prop_map(What::Text),
        any::<i64>().prop_map(What::Integer),
        (-2..3_i64).prop_map(What::Integer),
        a_number().prop_map(What::Number),
        any::<bool>().prop_map(What::Boolean),
        a_day().prop_map(What::Date),
        an_instant().prop_map(What::Timestamp),
        (end(), end()).prop_map(|(from, to)| What::Interval(Box::new([from, to]))),
        a_shape().prop_map(What::Geometry),
        prop::collection::vec(a_number(), 4).prop_map(What::Bbox),
        prop::collection::vec(a_number(), 6).prop_map(What::Bbox),
    ];
    whats.prop_map(node)
}

/// Trees as the parsers make them: also such as no type checker would take.
fn a_tree() -> impl Strategy<Value = Node> {
    a_leaf().prop_recursive(6, 40, 4, |inner| {
        let list = |range| prop::collection::vec(inner.clone(), range);
        let call = (prop::sample::select(Op::ALL), list(3..5)).prop_map(|(op, mut args)| {
            let (least, most) = op.arity();
            args.truncate(most.max(least));
            if op == Op::In {
                args[1] = node(What::Array(args[1..].to_vec()));
            }
            What::call(op, args).expect("there are as many as it takes")
        });
        let function_name = a_name().prop_filter("it is none of the standard", |name| {
            words::check_function_name(name).is_ok()
        });
        prop_oneof![
            4 => call,
            1 => list(0..3).prop_map(What::Array),
            1 => (function_name, list(0..3)).prop_map(|(name, args)| What::Function(name, args)),
        ]
        .prop_map(node)
    })
}

#[test]
fn a_tree_is_the_same_after_both_encodings() {
    let config = ProptestConfig::with_cases(512);
    TestRunner::new(config)
        .run(&a_tree(), |tree| {
            let text = tree.to_text();
            let from_text = parse_text(&text);
            prop_assert_eq!(from_text.as_ref(), Ok(&tree), "{}", text);
            let json = tree.to_json();
            let from_json = read_json(&json);
            prop_assert_eq!(from_json.as_ref(), Ok(&tree), "{}", json);
            let from_json_text = parse_json(&json.to_string());
            prop_assert_eq!(from_json_text, Ok(tree), "{}", json);
            Ok(())
        })
        .unwrap();
}

/// Runs with little stack: a parser that goes down with every bracket ends the process.
fn with_little_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(512 * 1024);
        thread.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

#[test]
fn nothing_that_is_nested_takes_more_stack_than_there_is() {
    let openings = [
        "(",
        "((1,",
        "NOT ",
        "NOT (",
        "-",
        "- (",
        "1+",
        "1+(",
        "1-",
        "1^",
        "a^(",
        "f(",
        "a=(",
        "a IN (",
        "a IN (1,(",
        "a AND ",
        "a AND (",
        "a OR b AND NOT (c = d + e * f ^ -(",
        "a OR b AND NOT c = d + e * f ^ -A_EQUALS(",
        "a BETWEEN 1 AND (",
        "INTERVAL(",
        "f(INTERVAL(",
        "A_EQUALS((",
        "CASEI(",
        "GEOMETRYCOLLECTION(",
        "POINT(",
        "'",
        "\"",
        "''",
        "a,",
        "(a,",
        "a LIKE CASEI(",
        "a IS NULL AND ",
        "NOT a IS NOT NULL OR ",
        "a NOT IN (1,",
        "x=x AND(",
    ];
    for opening in openings {
        for bytes in [TEXT_BYTES_MAX - 2, 1_000_000] {
            let mut text = opening.repeat(bytes / opening.len());
            text.push('1');
            let error = with_little_stack(|| parse_text(&text).unwrap_err());
            if bytes > TEXT_BYTES_MAX {
                assert_eq!(
                    error.detail,
                    format!(
                        "a filter has at most 65536 bytes, and this one has {}",
                        text.len()
                    ),
                );
            }
        }
    }
    let nested = |open: &str, close: &str, count: usize| {
        format!("{}1{}", open.repeat(count), close.repeat(count))
    };
    for (open, close) in [
        ("[", "]"),
        ("{\"op\":\"not\",\"args\":[", "]}"),
        ("{\"op\":\"and\",\"args\":[true,", "]}"),
        ("{\"type\":\"GeometryCollection\",\"geometries\":[", "]}"),
        ("{\"interval\":[\"..\",", "]}"),
    ] {
        for count in [63, 1000, 1_000_000 / open.len()] {
            let text = nested(open, close, count);
            with_little_stack(|| parse_json(&text).unwrap_err());
        }
    }
}

#[test]
fn what_is_nested_as_deep_as_allowed_needs_little_stack_and_one_level_more_is_refused() {
    let deep = |open: &str, inner: &str, close: &str, levels: usize| {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    for (open, inner, close, levels) in [
        ("(", "a", ")", DEPTH_MAX),
        ("f(", "a", ")", DEPTH_MAX - 1),
        ("NOT ", "a", "", DEPTH_MAX - 1),
        ("-", "a", "", DEPTH_MAX - 1),
        ("1^", "a", "", DEPTH_MAX - 1),
        ("1+", "a", "", DEPTH_MAX - 1),
        ("1+(", "a", ")", DEPTH_MAX - 1),
        ("A_EQUALS(a,", "a", ")", DEPTH_MAX - 1),
        ("GEOMETRYCOLLECTION(", "POINT(1 2)", ")", DEPTH_MAX - 1),
        ("a AND (", "b", ")", DEPTH_MAX - 1),
        // Six levels each.
        ("a OR b AND NOT c=d + e*f^(", "1", ")", DEPTH_MAX / 7),
    ] {
        with_little_stack(|| {
            let tree = parse_text(&deep(open, inner, close, levels)).unwrap();
            let again = parse_text(&tree.to_text()).unwrap();
            assert_eq!(again, tree, "{open}");
            let json = tree.to_json().to_string();
            assert_eq!(parse_json(&json), Ok(tree), "{open}");
        });
        let too_deep = deep(open, inner, close, levels + 1);
        if levels >= DEPTH_MAX - 1 {
            let error = parse_text(&too_deep).unwrap_err();
            assert_eq!(error.detail, "a filter is nested at most 60 deep", "{open}");
        }
    }
    let polygon = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[0,1],[1,1],[0,0]]]]}"#;
    for open in [
        r#"{"op":"not","args":["#,
        r#"{"type":"GeometryCollection","geometries":["#,
    ] {
        let nested = |levels| deep(open, polygon, "]}", levels);
        let read = with_little_stack(|| parse_json(&nested(DEPTH_MAX - 1)));
        assert!(read.is_ok(), "{open}");
        let error = with_little_stack(|| parse_json(&nested(DEPTH_MAX)).unwrap_err());
        assert_eq!(error.detail, "a filter is nested at most 60 deep", "{open}");
    }
}

#[test]
fn brackets_that_are_needed_are_no_levels_of_their_own() {
    let whole = |levels: usize| {
        (0..levels).fold("a".to_owned(), |inner, level| {
            let (open, close) = if level == 0 { ("", "") } else { ("(", ")") };
            let sign = ["OR", "AND", "=", "+", "*"][level % 5];
            format!("{open}{inner}{close} {sign} b")
        })
    };
    let tree = with_little_stack(|| parse_text(&whole(DEPTH_MAX - 1)).unwrap());
    assert_eq!(parse_text(&tree.to_text()), Ok(tree));
    assert!(parse_text(&whole(DEPTH_MAX)).is_err());
}

#[test]
fn each_limit_is_refused_by_its_number() {
    let commas = |one: &str, count: usize| vec![one; count].join(",");
    // The function is a part itself.
    let fits = format!("f({})", commas("1", NODES_MAX - 1));
    assert!(parse_text(&fits).is_ok());
    let many = format!("f({})", commas("1", NODES_MAX));
    let error = parse_text(&many).unwrap_err();
    assert_eq!(error.place, Place::Offset(0));
    assert_eq!(error.detail, "a filter has at most 10000 parts");

    let fits = vec![json!(1); NODES_MAX - 1];
    assert!(read_json(&Value::from(fits)).is_ok());
    let error = read_json(&Value::from(vec![json!(1); NODES_MAX])).unwrap_err();
    assert_eq!(error.place, Place::Pointer("/9999".to_owned()));
    assert_eq!(error.detail, "a filter has at most 10000 parts");

    let points = |count: usize| json!({"type": "MultiPoint", "coordinates": vec![[1, 2]; count]});
    assert!(read_json(&points(VERTICES_MAX)).is_ok());
    let error = read_json(&points(VERTICES_MAX + 1)).unwrap_err();
    assert_eq!(
        error.place,
        Place::Pointer("/coordinates/100000".to_owned())
    );
    assert_eq!(
        error.detail,
        "the geometries of a filter have at most 100000 positions"
    );

    let long = format!("'{}'", "a".repeat(TEXT_BYTES_MAX - 2));
    assert!(parse_text(&long).is_ok());
    let error = parse_text(&format!("{long} ")).unwrap_err();
    assert_eq!(error.place, Place::Offset(TEXT_BYTES_MAX));
    assert_eq!(
        error.detail,
        "a filter has at most 65536 bytes, and this one has 65537"
    );
    let long = format!("\"{}\"", "a".repeat(JSON_BYTES_MAX - 2));
    assert!(parse_json(&long).is_ok());
    let error = parse_json(&format!("{long} ")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the whole: a filter has at most 4194304 bytes, and this one has 4194305"
    );
}
