//! A tree as CQL2 Text: on one line, with brackets where they are needed.

use std::fmt::{self, Display, Formatter, Write};

use super::lexer::{ESCAPES, is_name};
use super::words::{Level, is_reserved};
use super::{Node, Op, Position, Shape, What};

/// As CQL2 Text, which [`parse_text`](super::parse_text) reads as the same tree.
impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(f, self, Level::Or)
    }
}

/// Writes a node where operators that bind looser than `least` need brackets.
fn write(f: &mut Formatter<'_>, node: &Node, least: Level) -> fmt::Result {
    if level(node) < least {
        f.write_char('(')?;
        write_bare(f, node)?;
        f.write_char(')')
    } else {
        write_bare(f, node)
    }
}

/// How tightly what is written binds.
fn level(node: &Node) -> Level {
    match &node.what {
        What::Call(Op::Not, args) if negated(args).is_some() => Level::Comparison,
        What::Call(op, _) => Level::of(*op),
        _ => Level::Factor,
    }
}

/// What `NOT` stands within, as in `a NOT LIKE b`.
fn negated(args: &[Node]) -> Option<(Op, &[Node])> {
    match args {
        [
            Node {
                what: What::Call(op @ (Op::IsNull | Op::Like | Op::Between | Op::In), args),
                ..
            },
        ] => Some((*op, args)),
        _ => None,
    }
}

fn write_bare(f: &mut Formatter<'_>, node: &Node) -> fmt::Result {
    match &node.what {
        What::Property(name) => write_name(f, name),
        What::Text(text) => write_text(f, text),
        What::Integer(number) => write!(f, "{number}"),
        // With a point or an exponent, so that it does not become an integer.
        What::Number(number) => write!(f, "{number:?}"),
        What::Boolean(true) => f.write_str("TRUE"),
        What::Boolean(false) => f.write_str("FALSE"),
        What::Date(day) => write!(f, "DATE('{day}')"),
        What::Timestamp(instant) => write!(f, "TIMESTAMP('{instant}')"),
        What::Interval(ends) => {
            f.write_str("INTERVAL(")?;
            write_end(f, &ends[0])?;
            f.write_str(", ")?;
            write_end(f, &ends[1])?;
            f.write_char(')')
        }
        What::Open => f.write_str("'..'"),
        What::Geometry(shape) => write_shape(f, shape),
        What::Bbox(numbers) => {
            f.write_str("BBOX(")?;
            write_list(f, numbers, |f, number| write!(f, "{number}"))?;
            f.write_char(')')
        }
        What::Array(nodes) => write_array(f, nodes),
        What::Call(op, args) => write_call(f, *op, args),
        What::Function(name, args) => {
            write_name(f, name)?;
            f.write_char('(')?;
            write_list(f, args, |f, arg| write(f, arg, Level::Or))?;
            f.write_char(')')
        }
    }
}

fn write_call(f: &mut Formatter<'_>, op: Op, args: &[Node]) -> fmt::Result {
    if op == Op::Not
        && let Some((inner, args)) = negated(args)
    {
        return write_predicate(f, inner, args, true);
    }
    match (op, args) {
        (Op::Not, args) => {
            f.write_str("NOT ")?;
            write_list(f, args, |f, arg| write(f, arg, Level::Not))
        }
        (Op::IsNull | Op::Like | Op::Between | Op::In, args) => write_predicate(f, op, args, false),
        (op, args) if op.is_function() => {
            write!(f, "{}(", op.text())?;
            write_list(f, args, |f, arg| match &arg.what {
                // In a function of arrays, brackets around one make a list of it.
                What::Array(nodes) if nodes.len() == 1 && matches!(op, Op::Array(_)) => {
                    f.write_char('(')?;
                    write(f, &nodes[0], Level::Or)?;
                    f.write_char(')')
                }
                _ => write(f, arg, Level::Or),
            })?;
            f.write_char(')')
        }
        (op, args) => {
            let level = Level::of(op);
            for (index, arg) in args.iter().enumerate() {
                if index == 0 {
                    write(f, arg, level.left())?;
                } else {
                    write!(f, " {} ", op.text())?;
                    write(f, arg, level.right())?;
                }
            }
            Ok(())
        }
    }
}

fn write_predicate(f: &mut Formatter<'_>, op: Op, args: &[Node], is_negated: bool) -> fmt::Result {
    let not = if is_negated { "NOT " } else { "" };
    let Some((left, right)) = args.split_first() else {
        return Ok(());
    };
    write(f, left, Level::Sum)?;
    match (op, right) {
        (Op::IsNull, _) => write!(f, " IS {not}NULL"),
        (Op::Between, [low, high]) => {
            write!(f, " {not}BETWEEN ")?;
            write(f, low, Level::Sum)?;
            f.write_str(" AND ")?;
            write(f, high, Level::Sum)
        }
        (
            Op::In,
            [
                Node {
                    what: What::Array(nodes),
                    ..
                },
            ],
        ) => {
            write!(f, " {not}IN (")?;
            write_list(f, nodes, |f, node| write(f, node, Level::Or))?;
            f.write_char(')')
        }
        (op, right) => {
            write!(f, " {not}{} ", op.text())?;
            write_list(f, right, |f, node| write(f, node, Level::Sum))
        }
    }
}

fn write_array(f: &mut Formatter<'_>, nodes: &[Node]) -> fmt::Result {
    f.write_char('(')?;
    write_list(f, nodes, |f, node| write(f, node, Level::Or))?;
    // Brackets around one are none of a list.
    f.write_str(if nodes.len() == 1 { ",)" } else { ")" })
}

fn write_end(f: &mut Formatter<'_>, end: &Node) -> fmt::Result {
    match &end.what {
        What::Date(day) => write!(f, "'{day}'"),
        What::Timestamp(instant) => write!(f, "'{instant}'"),
        _ => write(f, end, Level::Or),
    }
}

fn write_list<T>(
    f: &mut Formatter<'_>,
    list: &[T],
    one: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        one(f, item)?;
    }
    Ok(())
}

fn write_name(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    if is_name(name) && !is_reserved(name) {
        f.write_str(name)
    } else {
        write!(f, "\"{}\"", name.replace('"', "\"\""))
    }
}

fn write_text(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\'', _) => f.write_str("''")?,
            // A backslash that would not be one with what follows; so `\%` in a pattern stays readable.
            ('\\', Some(next)) if *next != '\'' && !is_escape(*next) => f.write_char(c)?,
            (c, _) => match ESCAPES.iter().find(|(escaped, _)| *escaped == c) {
                Some((_, letter)) => write!(f, "\\{letter}")?,
                None => f.write_char(c)?,
            },
        }
    }
    f.write_char('\'')
}

/// Whether a backslash before this character means something, or before how it is written.
fn is_escape(c: char) -> bool {
    ESCAPES
        .iter()
        .any(|(escaped, letter)| c == *letter || c == *escaped)
}

fn write_shape(f: &mut Formatter<'_>, shape: &Shape) -> fmt::Result {
    let first = match shape {
        Shape::Point(at) => Some(at),
        Shape::LineString(line) | Shape::MultiPoint(line) => line.first(),
        Shape::Polygon(lines) | Shape::MultiLineString(lines) => lines.iter().flatten().next(),
        Shape::MultiPolygon(all) => all.iter().flatten().flatten().next(),
        Shape::Collection(_) => None,
    };
    f.write_str(shape.shape_type().text())?;
    if first.is_some_and(|position| position.height.is_some()) {
        f.write_str(" Z")?;
    }
    f.write_char('(')?;
    match shape {
        Shape::Point(at) => write_position(f, at)?,
        Shape::LineString(line) => write_list(f, line, write_position)?,
        Shape::Polygon(rings) | Shape::MultiLineString(rings) => write_list(f, rings, write_line)?,
        Shape::MultiPoint(points) => write_list(f, points, |f, at| {
            f.write_char('(')?;
            write_position(f, at)?;
            f.write_char(')')
        })?,
        Shape::MultiPolygon(polygons) => write_list(f, polygons, |f, rings| {
            f.write_char('(')?;
            write_list(f, rings, write_line)?;
            f.write_char(')')
        })?,
        Shape::Collection(shapes) => write_list(f, shapes, write_shape)?,
    }
    f.write_char(')')
}

#[expect(clippy::ptr_arg, reason = "it is one item of a list of such")]
fn write_line(f: &mut Formatter<'_>, line: &Vec<Position>) -> fmt::Result {
    f.write_char('(')?;
    write_list(f, line, write_position)?;
    f.write_char(')')
}

fn write_position(f: &mut Formatter<'_>, position: &Position) -> fmt::Result {
    let [first, second] = position.at;
    write!(f, "{first} {second}")?;
    match position.height {
        Some(height) => write!(f, " {height}"),
        None => Ok(()),
    }
}
