//! What stands between the operators of a text: names, values, functions, lists, brackets.

use super::lexer::{Token, error};
use super::part::{Part, Parts};
use super::shape::ShapeType;
use super::text::{A_VALUE, Parser};
use super::wkt::Shaped;
use super::words::{Level, check_function_name, is_keyword, standard_function_named};
use super::{ArithmeticOp, Error, Op, What, instant};
use crate::domain::shortened;

pub(super) const MINUS: Token<'static> = Token::Op(Op::Arithmetic(ArithmeticOp::Minus));
pub(super) const PLUS: Token<'static> = Token::Op(Op::Arithmetic(ArithmeticOp::Plus));

impl Parser<'_> {
    /// What binds tightest, with the signs before it.
    pub(super) fn parse_factor(&mut self) -> Result<Part, Error> {
        match self.token {
            MINUS | PLUS | Token::Number(_) => self.parse_signed(),
            _ => self.parse_unsigned(),
        }
    }

    /// A number with its sign, which is part of it; other minuses multiply with -1.
    fn parse_signed(&mut self) -> Result<Part, Error> {
        let minuses = self.places(|parser| parser.token == MINUS)?;
        match self.token {
            Token::Number(_) | PLUS => self.parse_number(&minuses),
            _ => {
                let part = self.parse_unsigned()?;
                self.multiply(&minuses, part)
            }
        }
    }

    fn parse_number(&mut self, minuses: &[usize]) -> Result<Part, Error> {
        self.skip(&PLUS)?;
        let Token::Number(digits) = self.token else {
            return Err(self.expected("a number after +"));
        };
        let (minus, others) = match minuses {
            [others @ .., minus] => (Some(*minus), others),
            [] => (None, minuses),
        };
        let start = minus.unwrap_or(self.span.start);
        let number = number(digits, minus.is_some()).map_err(|wrong| self.wrong(wrong))?;
        self.advance()?;
        let part = self.part(start, number, 1)?;
        self.multiply(others, part)
    }

    fn multiply(&mut self, minuses: &[usize], mut part: Part) -> Result<Part, Error> {
        for start in minuses.iter().rev() {
            let factor = self.part(*start, What::Integer(-1), 1)?;
            part = self.call(
                *start,
                Op::Arithmetic(ArithmeticOp::Times),
                Parts::of([factor, part]),
            )?;
        }
        Ok(part)
    }

    fn parse_unsigned(&mut self) -> Result<Part, Error> {
        match self.token {
            Token::Open => self.parse_brackets(),
            Token::Word(word) if is_keyword(word) => self.parse_keyword(word),
            Token::Word(_) | Token::Quoted(_) => self.parse_name(),
            Token::Text(_) => self.parse_literal(),
            _ => Err(self.expected(A_VALUE)),
        }
    }

    fn parse_literal(&mut self) -> Result<Part, Error> {
        let start = self.span.start;
        let text = self.parse_quoted("a text")?;
        self.part(start, What::Text(text), 1)
    }

    fn parse_keyword(&mut self, word: &str) -> Result<Part, Error> {
        let is_true = word.eq_ignore_ascii_case("TRUE");
        if is_true || word.eq_ignore_ascii_case("FALSE") {
            let start = self.span.start;
            self.advance()?;
            return self.part(start, What::Boolean(is_true), 1);
        }
        if word.eq_ignore_ascii_case("NULL") {
            return Err(self.wrong(format!(
                "{word} is no value: write IS NULL or IS NOT NULL after one"
            )));
        }
        Err(self.expected(A_VALUE))
    }

    /// An expression in brackets, or a list if a comma follows it or nothing stands there. Before the bracket.
    pub(super) fn parse_bracketed(&mut self) -> Result<Part, Error> {
        let start = self.span.start;
        self.advance()?;
        if self.token == Token::Close {
            return self.parse_rest_of_array(start, Parts::default());
        }
        let first = self.parse_expression(Level::Or)?;
        match self.token {
            Token::Close => {
                self.advance()?;
                Ok(Part {
                    is_bracketed: true,
                    ..first
                })
            }
            Token::Comma => self.parse_rest_of_array(start, Parts::of([first])),
            _ => Err(self.expected_after(&first.node, "`)`")),
        }
    }

    /// A list from the comma after its first part, or from its closing bracket if it is empty.
    fn parse_rest_of_array(&mut self, start: usize, mut parts: Parts) -> Result<Part, Error> {
        self.skip(&Token::Comma)?;
        if !self.skip(&Token::Close)? {
            self.parse_rest_of_list(&mut parts, false)?;
        }
        self.array(start, parts)
    }

    /// The parts of a list, after its opening bracket, to the closing one; where it stands for arrays, one in brackets is a
    /// list of one.
    pub(super) fn parse_list(&mut self, of_arrays: bool) -> Result<Parts, Error> {
        let mut parts = Parts::default();
        if !self.skip(&Token::Close)? {
            self.parse_rest_of_list(&mut parts, of_arrays)?;
        }
        Ok(parts)
    }

    fn parse_rest_of_list(&mut self, parts: &mut Parts, of_arrays: bool) -> Result<(), Error> {
        loop {
            let start = self.span.start;
            let part = self.parse_operand(Level::Or)?;
            if self.push(start, part, parts, of_arrays)? {
                return Ok(());
            }
        }
    }

    /// Adds a part of a list; gives whether it was the last.
    fn push(
        &mut self,
        start: usize,
        part: Part,
        parts: &mut Parts,
        of_arrays: bool,
    ) -> Result<bool, Error> {
        let is_last = match self.token {
            Token::Comma => false,
            Token::Close => true,
            _ => return Err(self.expected_after(&part.node, "`,` or `)`")),
        };
        parts.push(if of_arrays && part.is_bracketed {
            self.array(start, Parts::of([part]))?
        } else {
            part
        });
        self.advance()?;
        Ok(is_last)
    }

    /// A property, or what is written as a function: one itself, a date, an interval, a geometry.
    fn parse_name(&mut self) -> Result<Part, Error> {
        let start = self.span.start;
        match self.advance()? {
            Token::Quoted(name) if self.token == Token::Open => self.parse_function(start, name),
            Token::Quoted(name) => self.part(start, What::Property(name), 1),
            Token::Word(word) => self.parse_word(start, word),
            _ => Err(self.expected("a name")),
        }
    }

    /// After the word.
    fn parse_word(&mut self, start: usize, word: &str) -> Result<Part, Error> {
        if let Some(of) = self.shape_type(word) {
            return self.parse_geometry(start, of);
        }
        if self.token != Token::Open {
            return self.part(start, What::Property(word.to_owned()), 1);
        }
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        if is("INTERVAL") {
            self.parse_interval(start)
        } else if is("DATE") || is("TIMESTAMP") || is("BBOX") {
            self.parse_value(start, word)
        } else if let Some(op) = standard_function_named(word) {
            self.parse_standard_function(start, op)
        } else {
            self.parse_function(start, word.to_owned())
        }
    }

    /// After the name of its type.
    fn parse_geometry(&mut self, start: usize, of: ShapeType) -> Result<Part, Error> {
        let Shaped { shape, height } = self.parse_shape(of)?;
        self.part(start, What::Geometry(shape), height)
    }

    /// After its name, before the bracket.
    fn parse_function(&mut self, start: usize, name: String) -> Result<Part, Error> {
        check_function_name(&name).map_err(|wrong| error(start, wrong))?;
        self.advance()?;
        let parts = self.parse_list(false)?;
        self.part(start, What::Function(name, parts.nodes), parts.height + 1)
    }

    /// After its name, before the bracket.
    fn parse_standard_function(&mut self, start: usize, op: Op) -> Result<Part, Error> {
        self.advance()?;
        let parts = self.parse_list(matches!(op, Op::Array(_)))?;
        self.call(start, op, parts)
    }

    /// `DATE`, `TIMESTAMP` or `BBOX`: after the word, before the bracket.
    fn parse_value(&mut self, start: usize, word: &str) -> Result<Part, Error> {
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        let what = if is("DATE") {
            What::Date(self.parse_in_quotes(instant::date)?)
        } else if is("TIMESTAMP") {
            What::Timestamp(self.parse_in_quotes(instant::timestamp)?)
        } else {
            What::Bbox(self.parse_bbox()?)
        };
        self.part(start, what, 1)
    }

    /// A text in brackets, as what it stands for: before the bracket.
    fn parse_in_quotes<T>(&mut self, read: fn(&str) -> Result<T, String>) -> Result<T, Error> {
        self.advance()?;
        let place = self.span.start;
        let text = self.parse_quoted("a text in single quotes")?;
        let value = read(&text).map_err(|wrong| error(place, wrong))?;
        self.expect(&Token::Close, "`)`")?;
        Ok(value)
    }

    /// After the word, before the bracket.
    fn parse_interval(&mut self, start: usize) -> Result<Part, Error> {
        self.advance()?;
        let mut ends = Parts::default();
        ends.push(self.parse_end()?);
        self.expect(&Token::Comma, "`,` and the other end of the interval")?;
        ends.push(self.parse_end()?);
        self.expect(&Token::Close, "`)`")?;
        let (nodes, height) = (ends.nodes, ends.height + 1);
        let ends = Box::try_from(nodes).expect("two were pushed");
        self.part(start, What::Interval(ends), height)
    }

    fn parse_end(&mut self) -> Result<Part, Error> {
        let start = self.span.start;
        if let Token::Text(_) = self.token {
            let text = self.parse_quoted("a text")?;
            let end = instant::end(&text).map_err(|wrong| error(start, wrong))?;
            return self.part(start, end, 1);
        }
        let part = self.parse_operand(Level::Factor)?;
        instant::check_end(&part.node.what).map_err(|wrong| error(start, wrong))?;
        Ok(part)
    }
}

/// A number from its digits and its sign; what does not fit an integer is any other number.
fn number(digits: &str, is_negative: bool) -> Result<What, String> {
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && let Ok(whole) = digits.parse::<i128>() {
        let whole = if is_negative { -whole } else { whole };
        // Minus nought is a number of its own, in JSON too.
        if let Ok(integer) = i64::try_from(whole)
            && !(is_negative && integer == 0)
        {
            return Ok(What::Integer(integer));
        }
    }
    float(digits, is_negative).map(What::Number)
}

/// Any number from its digits and its sign.
pub(super) fn float(digits: &str, is_negative: bool) -> Result<f64, String> {
    let number: f64 = digits.parse().map_err(|_| "expected a number".to_owned())?;
    if !number.is_finite() {
        let digits = shortened(digits);
        return Err(format!("{digits} is too large: numbers go to 1.7e308"));
    }
    Ok(if is_negative { -number } else { number })
}
