//! CQL2 Text (21-065r2, 8.2), read from left to right without ever going back.

use std::ops::Range;

use super::error::{Size, check_bytes, check_depth};
use super::lexer::{Lexer, Token, error};
use super::part::{Part, Parts};
use super::words::{Level, is_keyword, standard_word_near};
use super::{ArithmeticOp, Error, Node, Op, Place, TEXT_BYTES_MAX, What};
use crate::domain::shortened;

/// Reads a filter in text.
///
/// Wider than the standard: white space where it is not needed, `-` before anything that is a number, `x IN ()`, several `^`
/// (the last comes first), `(x,)` for a list of one, `""` for a quote in a name, and the names of functions in quotes.
/// As the standard has it, `-` binds tighter than `^`.
///
/// ```
/// use heritage_registry::query::cql2::parse_text;
///
/// let filter = parse_text("NOT region IS NULL AND earliest_year < 1400").unwrap();
/// assert_eq!(filter.to_string(), "region IS NOT NULL AND earliest_year < 1400");
///
/// let error = parse_text("region = ").unwrap_err();
/// assert_eq!(error.to_string(), "byte 9: expected a value or a name, found the end");
/// ```
///
/// # Errors
/// It is no CQL2, or larger than the limits allow.
pub fn parse_text(text: &str) -> Result<Node, Error> {
    check_bytes(text.len(), TEXT_BYTES_MAX).map_err(|wrong| error(TEXT_BYTES_MAX, wrong))?;
    let mut lexer = Lexer::new(text);
    let (token, span) = lexer.token()?;
    let mut parser = Parser {
        lexer,
        token,
        span,
        entered: None,
        size: Size::default(),
    };
    let part = parser.parse_operand(Level::Or)?;
    match parser.token {
        Token::End => Ok(part.node),
        _ => Err(parser.expected_after(&part.node, "the end")),
    }
}

/// Reads a text. What `parse_…` reads begins with the next token, unless it says after what it is called; when it has given
/// something, the next token is the one behind that.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token to be read next, and where it stands; only [`Parser::advance`] goes on.
    pub(super) token: Token<'a>,
    pub(super) span: Range<usize>,
    /// Where an operand begins that was counted as a level: brackets around the whole of it are no other one.
    entered: Option<usize>,
    /// Its depth is that of the brackets and operators which are open: what the stack has to hold. How deep the tree becomes
    /// is another thing: `1+1+1+1` is never open more than once, and each sum is the left side of the next. Of that,
    /// [`Part::height`] knows.
    size: Size,
}

/// An operator between what stands beside it.
#[derive(Clone, Copy)]
enum Infix {
    Plain(Op),
    Between,
    In,
    Is,
    Not,
}

impl Infix {
    fn level(self) -> Level {
        match self {
            Infix::Plain(op) => Level::of(op),
            _ => Level::Comparison,
        }
    }
}

/// What may stand where an operand does.
pub(super) const A_VALUE: &str = "a value or a name";

/// What may stand where a number does.
pub(super) const A_NUMBER: &str = "a number";

impl<'a> Parser<'a> {
    /// Goes on to the next token, and gives this one.
    pub(super) fn advance(&mut self) -> Result<Token<'a>, Error> {
        let (token, span) = self.lexer.token()?;
        self.span = span;
        Ok(std::mem::replace(&mut self.token, token))
    }

    /// Whether the next token is this word of the standard, in any case.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.token, Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    /// Goes on if the next token is this one.
    pub(super) fn skip(&mut self, token: &Token<'_>) -> Result<bool, Error> {
        let is_there = self.token == *token;
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    pub(super) fn expect(&mut self, token: &Token<'_>, what: &str) -> Result<(), Error> {
        if self.skip(token)? {
            return Ok(());
        }
        Err(self.expected(what))
    }

    /// The fault that the next token is none of what could be there.
    pub(super) fn expected(&self, what: &str) -> Error {
        let found = match &self.token {
            Token::End => "the end".to_owned(),
            Token::Word(word) => match standard_word_near(word) {
                Some(meant) if !is_keyword(word) => format!("`{}`: {meant}", shortened(word)),
                _ => format!("`{}`", shortened(word)),
            },
            _ => match self.lexer.written(&self.span) {
                "=" if what == A_VALUE => "`=`: equality is one =".to_owned(),
                "," if what == A_NUMBER => {
                    "`,`: a blank stands between the numbers of a position".to_owned()
                }
                written => format!("`{}`", shortened(written)),
            },
        };
        self.wrong(format!("expected {what}, found {found}"))
    }

    /// The same after a whole expression, which could go on or end.
    pub(super) fn expected_after(&self, before: &Node, end: &str) -> Error {
        let is_predicate =
            matches!(before.what, What::Call(op, _) if Level::of(op) <= Level::Comparison);
        self.expected(&if is_predicate {
            format!("AND, OR or {end}")
        } else {
            format!("an operator or {end}")
        })
    }

    /// A fault of the next token.
    pub(super) fn wrong(&self, detail: String) -> Error {
        error(self.span.start, detail)
    }

    /// A node that begins there.
    pub(super) fn part(&mut self, start: usize, what: What, height: usize) -> Result<Part, Error> {
        let size = self.size.add_node().and_then(|()| check_depth(height));
        size.map_err(|wrong| error(start, wrong))?;
        let node = Node {
            what,
            place: Place::Offset(start),
        };
        Ok(Part {
            node,
            height,
            is_bracketed: false,
        })
    }

    pub(super) fn array(&mut self, start: usize, parts: Parts) -> Result<Part, Error> {
        self.part(start, What::Array(parts.nodes), parts.height + 1)
    }

    pub(super) fn call(&mut self, start: usize, op: Op, parts: Parts) -> Result<Part, Error> {
        let what = What::call(op, parts.nodes).map_err(|wrong| error(start, wrong))?;
        self.part(start, what, parts.height + 1)
    }

    pub(super) fn enter(&mut self) -> Result<(), Error> {
        self.size.enter().map_err(|wrong| self.wrong(wrong))
    }

    pub(super) fn leave(&mut self) {
        self.size.leave();
    }

    pub(super) fn add_vertex(&mut self) -> Result<(), String> {
        self.size.add_vertex()
    }

    /// What [`Parser::parse_bracketed`] reads, one level down.
    pub(super) fn parse_brackets(&mut self) -> Result<Part, Error> {
        let is_counted = self.entered.take() == Some(self.span.start);
        if is_counted {
            return self.parse_bracketed();
        }
        self.enter()?;
        let part = self.parse_bracketed();
        self.leave();
        part
    }

    /// A text in quotes, or the fault that there is none.
    pub(super) fn parse_quoted(&mut self, what: &str) -> Result<String, Error> {
        match &mut self.token {
            Token::Text(text) => {
                let text = std::mem::take(text);
                self.advance()?;
                Ok(text)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// One level down: an expression whose operators bind as tightly as `least`, or tighter.
    ///
    /// What is on the way down here again and again has few results of its own to hold: without optimisation, each takes
    /// a hundred bytes of stack.
    pub(super) fn parse_operand(&mut self, least: Level) -> Result<Part, Error> {
        self.enter()?;
        self.entered = Some(self.span.start);
        let part = self.parse_expression(least);
        self.leave();
        part
    }

    pub(super) fn parse_expression(&mut self, least: Level) -> Result<Part, Error> {
        let start = self.span.start;
        let is_negated = least <= Level::Not && self.is_word("NOT");
        let mut left = self.parse_first(is_negated)?;
        // Comparisons are not compared again without brackets.
        let mut most = if is_negated {
            Level::And
        } else {
            Level::Factor
        };
        while let Some(infix) = self.infix() {
            let level = infix.level();
            if level < least || level > most {
                break;
            }
            left = self.parse_infix(start, infix, left)?;
            if level <= Level::Comparison {
                most = Level::And;
            }
        }
        Ok(left)
    }

    fn parse_first(&mut self, is_negated: bool) -> Result<Part, Error> {
        if is_negated {
            self.parse_negation()
        } else {
            self.parse_factor()
        }
    }

    fn parse_negation(&mut self) -> Result<Part, Error> {
        let starts = self.places(|parser| parser.is_word("NOT"))?;
        let part = self.parse_operand(Level::Comparison)?;
        self.negate(&starts, part)
    }

    fn negate(&mut self, starts: &[usize], mut part: Part) -> Result<Part, Error> {
        for start in starts.iter().rev() {
            part = self.call(*start, Op::Not, Parts::of([part]))?;
        }
        Ok(part)
    }

    /// Goes past tokens of one kind, and gives where they stand.
    pub(super) fn places(&mut self, is_one: fn(&Self) -> bool) -> Result<Vec<usize>, Error> {
        let mut starts = Vec::new();
        while is_one(self) {
            starts.push(self.span.start);
            self.advance()?;
        }
        Ok(starts)
    }

    /// The operator that comes next.
    fn infix(&self) -> Option<Infix> {
        const WORDS: [(&str, Infix); 8] = [
            ("AND", Infix::Plain(Op::And)),
            ("OR", Infix::Plain(Op::Or)),
            ("DIV", Infix::Plain(Op::Arithmetic(ArithmeticOp::Div))),
            ("LIKE", Infix::Plain(Op::Like)),
            ("BETWEEN", Infix::Between),
            ("IN", Infix::In),
            ("IS", Infix::Is),
            ("NOT", Infix::Not),
        ];
        match self.token {
            Token::Op(op) => Some(Infix::Plain(op)),
            Token::Word(word) => {
                let found = WORDS
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(word));
                found.map(|(_, infix)| *infix)
            }
            _ => None,
        }
    }

    /// What the operator that comes next makes of what stands to its left.
    fn parse_infix(&mut self, start: usize, infix: Infix, left: Part) -> Result<Part, Error> {
        self.advance()?;
        match infix {
            Infix::Plain(op) => self.parse_binary(start, op, left),
            Infix::Between => self.parse_between(start, left),
            Infix::In => self.parse_in(start, left),
            Infix::Is => self.parse_null(start, left),
            Infix::Not => self.parse_not(start, left),
        }
    }

    /// After the operator.
    fn parse_binary(&mut self, start: usize, op: Op, left: Part) -> Result<Part, Error> {
        let right = self.parse_operand(Level::of(op).right())?;
        let mut parts = Parts::default();
        for part in [left, right] {
            parts.push(part.within(op));
        }
        self.call(start, op, parts)
    }

    /// After `NOT`.
    fn parse_not(&mut self, start: usize, left: Part) -> Result<Part, Error> {
        let part = match self.infix() {
            Some(infix @ (Infix::Plain(Op::Like) | Infix::Between | Infix::In)) => {
                self.parse_infix(start, infix, left)?
            }
            _ => return Err(self.expected("LIKE, BETWEEN or IN after NOT")),
        };
        self.negate(&[start], part)
    }

    /// After `BETWEEN`.
    fn parse_between(&mut self, start: usize, left: Part) -> Result<Part, Error> {
        let mut parts = Parts::of([left]);
        self.parse_operand_into(&mut parts)?;
        if !self.is_word("AND") {
            return Err(self.expected("AND and the upper end of BETWEEN"));
        }
        self.advance()?;
        self.parse_operand_into(&mut parts)?;
        self.call(start, Op::Between, parts)
    }

    fn parse_operand_into(&mut self, parts: &mut Parts) -> Result<(), Error> {
        parts.push(self.parse_operand(Level::Sum)?);
        Ok(())
    }

    /// After `IN`.
    fn parse_in(&mut self, start: usize, left: Part) -> Result<Part, Error> {
        let place = self.span.start;
        self.expect(&Token::Open, "a list in brackets after IN")?;
        let list = self.parse_list(false)?;
        let list = self.array(place, list)?;
        self.call(start, Op::In, Parts::of([left, list]))
    }

    /// After `IS`.
    fn parse_null(&mut self, start: usize, left: Part) -> Result<Part, Error> {
        let negated = self.is_word("NOT");
        if negated {
            self.advance()?;
        }
        if !self.is_word("NULL") {
            return Err(self.expected(if negated { "NULL" } else { "NULL or NOT NULL" }));
        }
        self.advance()?;
        let part = self.call(start, Op::IsNull, Parts::of([left]))?;
        let starts: &[usize] = if negated { &[start] } else { &[] };
        self.negate(starts, part)
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::DEPTH_MAX;
    use super::super::{Position, Shape};
    use super::*;

    /// What is read, as it is written again: with few brackets, and these show how it was understood.
    fn written(text: &str) -> String {
        let node = parse_text(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        node.to_string()
    }

    #[test]
    fn operators_bind_as_the_standard_says() {
        for (text, expected) in [
            ("a or b and not c", "a OR b AND NOT c"),
            ("(a or b) and c", "(a OR b) AND c"),
            ("a and (b and c) and d", "a AND b AND c AND d"),
            ("(a or b) or (c or d)", "a OR b OR c OR d"),
            ("not (a and b)", "NOT (a AND b)"),
            ("not (a = 1)", "NOT a = 1"),
            ("(not a) = 1", "(NOT a) = 1"),
            ("not not a", "NOT NOT a"),
            ("not a like 'b'", "a NOT LIKE 'b'"),
            (
                "a not like 'b' and c is not null",
                "a NOT LIKE 'b' AND c IS NOT NULL",
            ),
            (
                "a not in (1,2) or a not between 1 and 2",
                "a NOT IN (1, 2) OR a NOT BETWEEN 1 AND 2",
            ),
            ("a between 1 + 2 and 3 and b", "a BETWEEN 1 + 2 AND 3 AND b"),
            ("a between (1 and 2) and 3", "a BETWEEN (1 AND 2) AND 3"),
            ("(a = b) = c", "(a = b) = c"),
            ("a = (b = c)", "a = (b = c)"),
            ("a+b-c", "a + b - c"),
            ("a-(b-c)", "a - (b - c)"),
            ("a-(b*c)", "a - b * c"),
            ("(a-b)*c", "(a - b) * c"),
            ("a div b % c", "a DIV b % c"),
            ("a/(b/c)", "a / (b / c)"),
            ("a^b^c", "a ^ b ^ c"),
            ("a^(b^c)", "a ^ b ^ c"),
            ("(a^b)^c", "(a ^ b) ^ c"),
            ("a*b^c", "a * b ^ c"),
            // The sign belongs to the operand of `^`.
            ("-2^2", "-2 ^ 2"),
            ("-a^2", "(-1 * a) ^ 2"),
            ("-(a^2)", "-1 * a ^ 2"),
            ("2^-a", "2 ^ (-1 * a)"),
            ("2^-1", "2 ^ -1"),
            ("a*-b", "a * (-1 * b)"),
            ("a - -b", "a - -1 * b"),
            ("a--1", "a - -1"),
            ("a-1", "a - 1"),
            ("a+ +1", "a + 1"),
            ("- - 1", "-1 * -1"),
            ("-(1)", "-1 * 1"),
            ("((((a))))", "a"),
            ("a+b < c*d", "a + b < c * d"),
        ] {
            assert_eq!(written(text), expected, "{text}");
            assert_eq!(written(expected), expected);
        }
    }

    #[test]
    fn words_are_words_in_any_case_and_only_as_wholes() {
        for (text, expected) in [
            ("Order = 1", "Order = 1"),
            ("android OR notes", "android OR notes"),
            ("inb", "inb"),
            ("\"and\" = 1", "\"and\" = 1"),
            ("date > 5", "\"date\" > 5"),
            ("point = bbox", "\"point\" = \"bbox\""),
            ("եկեղեցի = 1", "եկեղեցի = 1"),
            ("ეკლესია.სახელი = 1", "ეკლესია.სახელი = 1"),
            (
                "مسجد = 1 AND ж1 = 2 AND 教会 = 3",
                "مسجد = 1 AND ж1 = 2 AND 教会 = 3",
            ),
            (":a.b.1_:x", ":a.b.1_:x"),
            ("\"two words\" = \"a\"\"b\"", "\"two words\" = \"a\"\"b\""),
            ("\"1a\"", "\"1a\""),
            ("\"a\"", "a"),
            ("a\u{2003}=\u{a0}1", "a = 1"),
            ("tRuE <> FALSE", "TRUE <> FALSE"),
            ("casei(x) = AccentI(x)", "CASEI(x) = ACCENTI(x)"),
            ("t_finishedby(a, b)", "T_FINISHEDBY(a, b)"),
            ("Buffer(x, 'm') = \"my f\"()", "Buffer(x, 'm') = \"my f\"()"),
            ("f (a = 1, NOT b)", "f(a = 1, NOT b)"),
        ] {
            assert_eq!(written(text), expected, "{text}");
            assert_eq!(written(expected), expected);
        }
    }

    #[test]
    fn numbers_are_whole_if_they_are_written_so_and_fit() {
        for (text, expected) in [
            ("0", What::Integer(0)),
            ("-0", What::Number(-0.0)),
            ("007", What::Integer(7)),
            ("1.0", What::Number(1.0)),
            ("1.", What::Number(1.0)),
            (".5", What::Number(0.5)),
            ("-.5e-3", What::Number(-0.0005)),
            ("1e2", What::Number(100.0)),
            ("1E+2", What::Number(100.0)),
            ("9223372036854775807", What::Integer(i64::MAX)),
            ("-9223372036854775808", What::Integer(i64::MIN)),
            (
                "9223372036854775808",
                What::Number(9_223_372_036_854_775_808.0),
            ),
            ("1e308", What::Number(1e308)),
            ("1e-999", What::Number(0.0)),
        ] {
            assert_eq!(parse_text(text).unwrap().what, expected, "{text}");
        }
        let large = "9".repeat(60);
        assert_eq!(parse_text(&large).unwrap().what, What::Number(1e60));
        let error = parse_text(&format!("a = {}", "9".repeat(400))).unwrap_err();
        let nines = "9".repeat(60);
        assert_eq!(
            error.to_string(),
            format!("byte 4: {nines}… is too large: numbers go to 1.7e308")
        );
    }

    #[test]
    fn texts_have_the_escapes_of_the_standard() {
        for (text, expected) in [
            ("''", ""),
            ("'it''s'", "it's"),
            (r"'it\'s'", "it's"),
            ("''''", "'"),
            (r"'\a\b\t\n\v\f\r'", "\x07\x08\t\n\x0b\x0c\r"),
            (r"'50\%\_\x'", r"50\%\_\x"),
            (r"'\\n'", r"\n"),
            (r"'\\\n'", "\\\n"),
            (r"'a\\'", r"a\"),
            ("'\"\n'", "\"\n"),
        ] {
            let node = parse_text(text).unwrap();
            assert_eq!(node.what, What::Text(expected.to_owned()), "{text}");
            assert_eq!(parse_text(&node.to_string()), Ok(node));
        }
        assert_eq!(written(r"a LIKE '50\%'"), r"a LIKE '50\%'");
    }

    #[test]
    fn lists_are_told_from_brackets() {
        for (text, expected) in [
            ("A_EQUALS(a, ('x'))", "A_EQUALS(a, ('x'))"),
            ("A_EQUALS((a), ())", "A_EQUALS((a), ())"),
            ("A_EQUALS(((a)), (1,))", "A_EQUALS((a), (1))"),
            ("A_EQUALS(((1),(2,)), (1)+2)", "A_EQUALS((1, (2,)), 1 + 2)"),
            ("f((1), (1,), (1,2))", "f(1, (1,), (1, 2))"),
            ("a IN ((1), 2)", "a IN (1, 2)"),
            ("a IN ()", "a IN ()"),
            ("(1, 2) = a", "(1, 2) = a"),
        ] {
            assert_eq!(written(text), expected, "{text}");
            assert_eq!(written(expected), expected);
        }
    }

    #[test]
    fn moments_are_in_utc_and_ends_of_intervals_need_no_function() {
        for (text, expected) in [
            ("date('2020-02-29')", "DATE('2020-02-29')"),
            ("DATE('0000-01-01')", "DATE('0000-01-01')"),
            (
                "TIMESTAMP('2020-10-08T12:00:00.50+04:00')",
                "TIMESTAMP('2020-10-08T08:00:00.500Z')",
            ),
            (
                "INTERVAL('2020-10-08', '..')",
                "INTERVAL('2020-10-08', '..')",
            ),
            (
                "INTERVAL(a, TIMESTAMP('9999-12-31T23:59:59Z'))",
                "INTERVAL(a, '9999-12-31T23:59:59Z')",
            ),
            ("interval(f(a), \"b c\")", "INTERVAL(f(a), \"b c\")"),
        ] {
            assert_eq!(written(text), expected, "{text}");
            assert_eq!(written(expected), expected);
        }
    }

    #[test]
    fn geometries_have_two_numbers_or_three_a_position() {
        for (text, expected) in [
            ("POINT(1e1 -2.50)", "POINT(10 -2.5)"),
            ("point z (1 2 +3)", "POINT Z(1 2 3)"),
            ("POINT(1 2 3)", "POINT Z(1 2 3)"),
            ("LINESTRING(0 0,1 1)", "LINESTRING(0 0, 1 1)"),
            (
                "POLYGON((0 0,0 1,1 1,0 0))",
                "POLYGON((0 0, 0 1, 1 1, 0 0))",
            ),
            ("MULTIPOINT(0 0,(1 1))", "MULTIPOINT((0 0), (1 1))"),
            ("MULTILINESTRING((0 0,1 1))", "MULTILINESTRING((0 0, 1 1))"),
            (
                "MULTIPOLYGON(((0 0,0 1,1 1,0 0)),((0 0,0 1,1 1,0 0)))",
                "MULTIPOLYGON(((0 0, 0 1, 1 1, 0 0)), ((0 0, 0 1, 1 1, 0 0)))",
            ),
            (
                "GEOMETRYCOLLECTION Z(POINT(0 0 1), GEOMETRYCOLLECTION(POINT Z (1 1 1)))",
                "GEOMETRYCOLLECTION(POINT Z(0 0 1), GEOMETRYCOLLECTION(POINT Z(1 1 1)))",
            ),
            ("bbox(-118,33.8,-117.9,34)", "BBOX(-118, 33.8, -117.9, 34)"),
            ("BBOX(1,2,3,4,5,6)", "BBOX(1, 2, 3, 4, 5, 6)"),
        ] {
            assert_eq!(written(text), expected, "{text}");
            assert_eq!(written(expected), expected);
        }
        let shape = Shape::Point(Position {
            at: [46.75, 39.76],
            height: None,
        });
        let what = parse_text("POINT(46.75 39.76)").unwrap().what;
        assert_eq!(what, What::Geometry(shape));
    }

    #[test]
    fn nodes_know_where_they_begin() {
        let text = "a = 1 AND  NOT (b + -2) IS NULL";
        let What::Call(Op::And, args) = parse_text(text).unwrap().what else {
            panic!("it is AND");
        };
        let offset = |node: &Node| match &node.place {
            Place::Offset(offset) => *offset,
            Place::Pointer(_) => panic!("it is a text"),
        };
        assert_eq!(args.iter().map(offset).collect::<Vec<_>>(), [0, 11]);
        let What::Call(Op::Not, nulls) = &args[1].what else {
            panic!("it is NOT");
        };
        let What::Call(Op::IsNull, sums) = &nulls[0].what else {
            panic!("it is IS NULL");
        };
        let What::Call(Op::Arithmetic(ArithmeticOp::Plus), terms) = &sums[0].what else {
            panic!("it is a sum");
        };
        let nodes = [&nulls[0], &sums[0], &terms[0], &terms[1]];
        assert_eq!(nodes.map(offset), [15, 16, 16, 20]);
    }

    #[test]
    fn a_fault_says_where_it_is_what_was_found_and_what_was_expected() {
        let deep = format!("{}a", "(".repeat(DEPTH_MAX + 1));
        for (text, place, detail) in [
            (
                "a == 1",
                3,
                "expected a value or a name, found `=`: equality is one =",
            ),
            (
                "{}",
                0,
                "'{' is no sign of CQL2: a filter in JSON needs filter-lang=cql2-json",
            ),
            ("", 0, "expected a value or a name, found the end"),
            ("  ", 2, "expected a value or a name, found the end"),
            ("a = ", 4, "expected a value or a name, found the end"),
            ("a foo", 2, "expected an operator or the end, found `foo`"),
            ("a = 1 foo", 6, "expected AND, OR or the end, found `foo`"),
            (
                "a lke 'x'",
                2,
                "expected an operator or the end, found `lke`: did you mean LIKE?",
            ),
            (
                "a = 1 adn b",
                6,
                "expected AND, OR or the end, found `adn`: did you mean AND?",
            ),
            ("a = b = c", 6, "expected AND, OR or the end, found `=`"),
            (
                "NOT a = b = c",
                10,
                "expected AND, OR or the end, found `=`",
            ),
            (
                "a = b IS NULL",
                6,
                "expected AND, OR or the end, found `IS`",
            ),
            ("(a = 1", 6, "expected AND, OR or `)`, found the end"),
            ("(a", 2, "expected an operator or `)`, found the end"),
            ("a)", 1, "expected an operator or the end, found `)`"),
            ("f(a b)", 4, "expected an operator or `,` or `)`, found `b`"),
            ("f(a,)", 4, "expected a value or a name, found `)`"),
            ("(1,2,)", 5, "expected a value or a name, found `)`"),
            ("(,)", 1, "expected a value or a name, found `,`"),
            ("a AND", 5, "expected a value or a name, found the end"),
            ("AND a", 0, "expected a value or a name, found `AND`"),
            ("a = NOT b", 4, "expected a value or a name, found `NOT`"),
            (
                "a == b",
                3,
                "expected a value or a name, found `=`: equality is one =",
            ),
            ("a + * b", 4, "expected a value or a name, found `*`"),
            ("+ a", 2, "expected a number after +, found `a`"),
            ("a IS b", 5, "expected NULL or NOT NULL, found `b`"),
            ("a IS NOT b", 9, "expected NULL, found `b`"),
            (
                "a = NULL",
                4,
                "NULL is no value: write IS NULL or IS NOT NULL after one",
            ),
            (
                "a NOT b",
                6,
                "expected LIKE, BETWEEN or IN after NOT, found `b`",
            ),
            (
                "a NOT = b",
                6,
                "expected LIKE, BETWEEN or IN after NOT, found `=`",
            ),
            (
                "a BETWEEN 1 OR 2",
                12,
                "expected AND and the upper end of BETWEEN, found `OR`",
            ),
            (
                "a IN b",
                5,
                "expected a list in brackets after IN, found `b`",
            ),
            (
                "a IN 'x'",
                5,
                "expected a list in brackets after IN, found `'x'`",
            ),
            ("S_WITHIN(a)", 0, "s_within takes 2, and here are 1"),
            ("CASEI()", 0, "casei takes 1, and here are 0"),
            (
                "a = 1 OR isnull(b)",
                9,
                "no function is called isnull: did you mean the operator \"isNull\" of JSON, IS NULL in text?",
            ),
            (
                "\"point\"(1)",
                0,
                "no function is called point: it is a word of CQL2",
            ),
            ("'abc", 0, "the text that begins here has no closing '"),
            ("a = 'it's'", 8, "expected AND, OR or the end, found `s`"),
            (r"a = 'x\'", 4, "the text that begins here has no closing '"),
            ("\"abc", 0, "the name that begins here has no closing \""),
            ("\"\" = 1", 0, "a name has a letter at least"),
            ("a != b", 2, "'!' is no sign of CQL2: not equal is <>"),
            ("a && b", 2, "'&' is no sign of CQL2: write AND"),
            (
                "a = ‘b’",
                4,
                "'‘' is no sign of CQL2: a text stands in straight single quotes, a name in straight double ones",
            ),
            (
                "a = [1]",
                4,
                "'[' is no sign of CQL2: a list stands in round brackets",
            ),
            ("a = 1; b", 5, "';' is no sign of CQL2"),
            ("ա = 1 ? 2", 7, "'?' is no sign of CQL2"),
            ("a = 5b", 4, "`5b` is neither a number nor a name"),
            ("a = 1AND b", 4, "`1AND` is neither a number nor a name"),
            ("a = 1e", 4, "`1e` is neither a number nor a name"),
            ("a = 1..2", 4, "`1..2` is neither a number nor a name"),
            ("a = .", 4, "'.' is no sign of CQL2"),
            ("a = 1e999", 4, "1e999 is too large: numbers go to 1.7e308"),
            (
                "DATE(2020)",
                5,
                "expected a text in single quotes, found `2020`",
            ),
            (
                "DATE('2021-02-29')",
                5,
                "\"2021-02-29\" is not a day: 2021-02 has 28 days",
            ),
            (
                "DATE('10000-01-01')",
                5,
                "\"10000-01-01\" is not a date: write year, month and day, as 2020-10-08",
            ),
            (
                "DATE('-001-01-01')",
                5,
                "\"-001-01-01\" is not a date: write year, month and day, as 2020-10-08",
            ),
            (
                "TIMESTAMP('2020-10-08')",
                10,
                "\"2020-10-08\" is not a moment: write it as 2020-10-08T12:00:00Z",
            ),
            (
                "TIMESTAMP('0000-01-01T00:00:00+04:00')",
                10,
                "\"0000-01-01T00:00:00+04:00\" is not a moment: write it as 2020-10-08T12:00:00Z",
            ),
            (
                "INTERVAL('..')",
                13,
                "expected `,` and the other end of the interval, found `)`",
            ),
            (
                "INTERVAL('2020', '..')",
                9,
                "\"2020\" is not a date: write year, month and day, as 2020-10-08, a moment as 2020-10-08T12:00:00Z, or .. for an open end",
            ),
            (
                "INTERVAL(1, '..')",
                9,
                "an end of an interval is a date, a moment, '..', a property or a function",
            ),
            ("POINT EMPTY", 6, "a geometry of a filter is not empty"),
            ("POINT(1)", 7, "expected a number, found `)`"),
            (
                "POINT(1, 2)",
                7,
                "expected a number, found `,`: a blank stands between the numbers of a position",
            ),
            ("POINT(1 2 3 4)", 12, "expected `)`, found `4`"),
            (
                "POINT Z(1 2)",
                8,
                "all positions of a geometry have a height, or none has",
            ),
            (
                "LINESTRING(1 2, 1 2 3)",
                16,
                "all positions of a geometry have a height, or none has",
            ),
            ("LINESTRING(1 2)", 10, "a line has 2 positions or more"),
            (
                "POLYGON((0 0, 0 1, 0 0))",
                8,
                "a ring has 4 positions or more, the last equal to the first",
            ),
            (
                "POLYGON((0 0,0 1,1 1,0 0),(0 0,0 1,1 1,0 2))",
                26,
                "a ring ends where it begins",
            ),
            (
                "GEOMETRYCOLLECTION(a)",
                19,
                "expected a geometry, as POINT(46.75 39.76), found `a`",
            ),
            (
                "BBOX(1,2,3)",
                4,
                "a box has 4 numbers, or 6 with heights, not 3",
            ),
            ("BBOX(1,2,a,3)", 9, "expected a number, found `a`"),
            (&deep, DEPTH_MAX, "a filter is nested at most 60 deep"),
        ] {
            let error = parse_text(text).expect_err(text);
            assert_eq!(
                (error.place, error.detail.as_str()),
                (Place::Offset(place), detail),
                "{text}"
            );
        }
    }

    #[test]
    fn a_message_shows_no_more_than_the_beginning_of_what_was_found() {
        let error = parse_text(&format!("a {}", "é".repeat(1000))).unwrap_err();
        let found = "é".repeat(60);
        assert_eq!(
            error.detail,
            format!("expected an operator or the end, found `{found}…`")
        );
    }
}
