//! Geometries as CQL2 Text writes them (21-065r2, annex B): Well-Known Text without empty ones.

use super::error::check_depth;
use super::lexer::{Token, error};
use super::operand::{MINUS, PLUS, float};
use super::shape::{Heights, ShapeType, check_bbox, check_line, check_ring};
use super::text::{A_NUMBER, Parser};
use super::{Error, Position, Shape};

/// A geometry, and how many levels it has: more than one if it is of others.
pub(super) struct Shaped {
    pub(super) shape: Shape,
    pub(super) height: usize,
}

impl Parser<'_> {
    /// The type of a geometry, if the word before the next token is its name, and a bracket, `Z` or `EMPTY` follows.
    pub(super) fn shape_type(&self, word: &str) -> Option<ShapeType> {
        let follows = self.token == Token::Open || self.is_word("Z") || self.is_word("EMPTY");
        follows.then(|| ShapeType::named(word)).flatten()
    }

    /// What follows the name of the type of a geometry.
    pub(super) fn parse_shape(&mut self, of: ShapeType) -> Result<Shaped, Error> {
        self.parse_shape_within(of, &mut Heights::default())
    }

    fn parse_shape_within(
        &mut self,
        of: ShapeType,
        heights: &mut Heights,
    ) -> Result<Shaped, Error> {
        self.parse_dimension(heights)?;
        let shape = match of {
            ShapeType::Point => Shape::Point(self.parse_point(heights)?),
            ShapeType::LineString => Shape::LineString(self.parse_line(heights)?),
            ShapeType::Polygon => Shape::Polygon(self.parse_polygon(heights)?),
            ShapeType::MultiPoint => {
                Shape::MultiPoint(self.parse_each(heights, Self::parse_loose_point)?)
            }
            ShapeType::MultiLineString => {
                Shape::MultiLineString(self.parse_each(heights, Self::parse_line)?)
            }
            ShapeType::MultiPolygon => {
                Shape::MultiPolygon(self.parse_each(heights, Self::parse_polygon)?)
            }
            ShapeType::Collection => return self.parse_collection(heights),
        };
        Ok(Shaped { shape, height: 1 })
    }

    fn parse_dimension(&mut self, heights: &mut Heights) -> Result<(), Error> {
        if self.is_word("Z") {
            let place = self.span.start;
            self.advance()?;
            heights.want().map_err(|wrong| error(place, wrong))?;
        }
        if self.is_word("EMPTY") {
            return Err(self.wrong("a geometry of a filter is not empty".to_owned()));
        }
        Ok(())
    }

    fn parse_collection(&mut self, heights: &mut Heights) -> Result<Shaped, Error> {
        let place = self.span.start;
        self.enter()?;
        let shapes = self.parse_each(heights, |parser, heights| {
            let of = match parser.token {
                Token::Word(word) => ShapeType::named(word),
                _ => None,
            };
            let of = of.ok_or_else(|| parser.expected("a geometry, as POINT(46.75 39.76)"))?;
            parser.advance()?;
            parser.parse_shape_within(of, heights)
        })?;
        self.leave();
        let height = shapes.iter().map(|shape| shape.height).max().unwrap_or(0) + 1;
        check_depth(height).map_err(|wrong| error(place, wrong))?;
        let shape = Shape::Collection(shapes.into_iter().map(|one| one.shape).collect());
        Ok(Shaped { shape, height })
    }

    /// One or more in brackets.
    fn parse_each<T>(
        &mut self,
        heights: &mut Heights,
        mut one: impl FnMut(&mut Self, &mut Heights) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.expect(&Token::Open, "`(`")?;
        let mut all = vec![one(self, heights)?];
        while self.skip(&Token::Comma)? {
            all.push(one(self, heights)?);
        }
        self.expect(&Token::Close, "`,` or `)`")?;
        Ok(all)
    }

    fn parse_polygon(&mut self, heights: &mut Heights) -> Result<Vec<Vec<Position>>, Error> {
        self.parse_each(heights, |parser, heights| {
            let place = parser.span.start;
            let ring = parser.parse_each(heights, Self::parse_position)?;
            check_ring(&ring).map_err(|wrong| error(place, wrong))?;
            Ok(ring)
        })
    }

    fn parse_line(&mut self, heights: &mut Heights) -> Result<Vec<Position>, Error> {
        let place = self.span.start;
        let line = self.parse_each(heights, Self::parse_position)?;
        check_line(&line).map_err(|wrong| error(place, wrong))?;
        Ok(line)
    }

    /// A position in brackets.
    fn parse_point(&mut self, heights: &mut Heights) -> Result<Position, Error> {
        self.expect(&Token::Open, "`(`")?;
        let position = self.parse_position(heights)?;
        self.expect(&Token::Close, "`)`")?;
        Ok(position)
    }

    /// A position of a multipoint, whose own brackets many leave out.
    fn parse_loose_point(&mut self, heights: &mut Heights) -> Result<Position, Error> {
        if self.token == Token::Open {
            self.parse_point(heights)
        } else {
            self.parse_position(heights)
        }
    }

    fn parse_position(&mut self, heights: &mut Heights) -> Result<Position, Error> {
        let place = self.span.start;
        let mut numbers = [0.0; 3];
        numbers[0] = self.parse_coordinate()?;
        numbers[1] = self.parse_coordinate()?;
        let mut count = 2;
        if !matches!(self.token, Token::Comma | Token::Close) {
            numbers[2] = self.parse_coordinate()?;
            count = 3;
        }
        let position = heights.position(&numbers[..count]);
        let position = position.and_then(|position| self.add_vertex().map(|()| position));
        position.map_err(|wrong| error(place, wrong))
    }

    /// A number with its sign: here nothing is subtracted.
    fn parse_coordinate(&mut self) -> Result<f64, Error> {
        let is_negative = self.skip(&MINUS)?;
        if !is_negative {
            self.skip(&PLUS)?;
        }
        let Token::Number(digits) = self.token else {
            return Err(self.expected(A_NUMBER));
        };
        let number = float(digits, is_negative).map_err(|wrong| self.wrong(wrong))?;
        self.advance()?;
        Ok(number)
    }

    /// The numbers of `BBOX`, in brackets.
    pub(super) fn parse_bbox(&mut self) -> Result<Vec<f64>, Error> {
        let place = self.span.start;
        let mut none = Heights::default();
        let numbers = self.parse_each(&mut none, |parser, _| parser.parse_coordinate())?;
        check_bbox(numbers.len()).map_err(|wrong| error(place, wrong))?;
        Ok(numbers)
    }
}
