//! The words, values and signs of a text.

use std::ops::Range;

use super::{ArithmeticOp, ComparisonOp, Error, Op, Place};
use crate::domain::shortened;

/// A word, value or sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A name or a word of the standard.
    Word(&'a str),
    /// A name in double quotes, without them.
    Quoted(String),
    /// A text in single quotes, without them.
    Text(String),
    /// A number without a sign, as it is written.
    Number(&'a str),
    /// An operator that is written with signs.
    Op(Op),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// Nothing more.
    End,
}

/// Reads one token after the other, each once.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    /// What is written there.
    pub(super) fn written(&self, span: &Range<usize>) -> &'a str {
        &self.text[span.clone()]
    }

    /// The next token, and where it stands.
    pub(super) fn token(&mut self) -> Result<(Token<'a>, Range<usize>), Error> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        self.at = start;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok((Token::End, start..start));
        };
        let token = match first {
            '(' => self.sign(1, Token::Open),
            ')' => self.sign(1, Token::Close),
            ',' => self.sign(1, Token::Comma),
            '\'' => Token::Text(self.quoted('\'')?),
            '"' => Token::Quoted(self.name_in_quotes()?),
            '0'..='9' => self.number()?,
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number()?,
            first if starts_name(first) => {
                let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
                self.at += end;
                Token::Word(&rest[..end])
            }
            _ => self.operator(first)?,
        };
        Ok((token, start..self.at))
    }

    fn sign(&mut self, bytes: usize, token: Token<'a>) -> Token<'a> {
        self.at += bytes;
        token
    }

    fn operator(&mut self, first: char) -> Result<Token<'a>, Error> {
        let rest = &self.text[self.at..];
        let (bytes, op) = match first {
            '<' if rest.starts_with("<>") => (2, Op::Comparison(ComparisonOp::Ne)),
            '<' if rest.starts_with("<=") => (2, Op::Comparison(ComparisonOp::Le)),
            '>' if rest.starts_with(">=") => (2, Op::Comparison(ComparisonOp::Ge)),
            '<' => (1, Op::Comparison(ComparisonOp::Lt)),
            '>' => (1, Op::Comparison(ComparisonOp::Gt)),
            '=' => (1, Op::Comparison(ComparisonOp::Eq)),
            '+' => (1, Op::Arithmetic(ArithmeticOp::Plus)),
            '-' => (1, Op::Arithmetic(ArithmeticOp::Minus)),
            '*' => (1, Op::Arithmetic(ArithmeticOp::Times)),
            '/' => (1, Op::Arithmetic(ArithmeticOp::Divide)),
            '%' => (1, Op::Arithmetic(ArithmeticOp::Modulo)),
            '^' => (1, Op::Arithmetic(ArithmeticOp::Power)),
            _ => {
                let right = match first {
                    '!' if rest.starts_with("!=") => ": not equal is <>",
                    '&' => ": write AND",
                    '|' => ": write OR",
                    '[' | ']' => ": a list stands in round brackets",
                    '{' => ": a filter in JSON needs filter-lang=cql2-json",
                    '‘' | '’' | '`' | '“' | '”' => {
                        ": a text stands in straight single quotes, a name in straight double ones"
                    }
                    _ => "",
                };
                return Err(error(
                    self.at,
                    format!("{first:?} is no sign of CQL2{right}"),
                ));
            }
        };
        Ok(self.sign(bytes, Token::Op(op)))
    }

    /// Digits with a point and an exponent; a letter or another point may not follow at once.
    fn number(&mut self) -> Result<Token<'a>, Error> {
        let start = self.at;
        self.digits();
        if self.next_is(b".") {
            self.at += 1;
            self.digits();
        }
        if self.next_is(b"eE") {
            let before = self.at;
            self.at += 1;
            if self.next_is(b"+-") {
                self.at += 1;
            }
            if self.digits() == 0 {
                self.at = before;
            }
        }
        let rest = &self.text[self.at..];
        if rest.starts_with(continues_name) {
            let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
            let whole = shortened(&self.text[start..self.at + end]);
            return Err(error(
                start,
                format!("`{whole}` is neither a number nor a name"),
            ));
        }
        Ok(Token::Number(&self.text[start..self.at]))
    }

    fn next_is(&self, bytes: &[u8]) -> bool {
        let next = self.text.as_bytes().get(self.at);
        next.is_some_and(|next| bytes.contains(next))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.next_is(b"0123456789") {
            self.at += 1;
        }
        self.at - start
    }

    fn name_in_quotes(&mut self) -> Result<String, Error> {
        let start = self.at;
        let name = self.quoted('"')?;
        if name.is_empty() {
            return Err(error(start, "a name has a letter at least".to_owned()));
        }
        Ok(name)
    }

    /// What stands between two quotes; two of them within stand for one.
    ///
    /// In a text, `\'` is a quote, `\\` a backslash, and `\a \b \t \n \v \f \r` are characters of control. Any other backslash is
    /// one itself, so that `\%` and `\_` reach a pattern.
    fn quoted(&mut self, quote: char) -> Result<String, Error> {
        let start = self.at;
        let body = &self.text[start + 1..];
        let mut value = String::new();
        let mut chars = body.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if c == quote && next != Some(quote) {
                self.at = start + 1 + at + 1;
                return Ok(value);
            }
            let escaped = match (c, next) {
                (c, _) if c == quote => Some(quote),
                ('\\', Some(next)) if quote == '\'' => unescaped(next),
                _ => None,
            };
            value.push(escaped.unwrap_or(c));
            if escaped.is_some() {
                chars.next();
            }
        }
        let what = if quote == '"' { "name" } else { "text" };
        Err(error(
            start,
            format!("the {what} that begins here has no closing {quote}"),
        ))
    }
}

/// What a letter after a backslash stands for.
fn unescaped(letter: char) -> Option<char> {
    if letter == '\'' {
        return Some('\'');
    }
    let pair = ESCAPES.iter().find(|(_, escape)| *escape == letter);
    pair.map(|(c, _)| *c)
}

/// Characters of a text that are written with a backslash, and the letter after it.
pub(super) const ESCAPES: [(char, char); 8] = [
    ('\\', '\\'),
    ('\x07', 'a'),
    ('\x08', 'b'),
    ('\t', 't'),
    ('\n', 'n'),
    ('\x0b', 'v'),
    ('\x0c', 'f'),
    ('\r', 'r'),
];

/// Whether a name needs no quotes for its letters.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(starts_name) && text.chars().all(continues_name)
}

/// `identifierStart` of the standard: letters of all scripts, `_` and `:`.
fn starts_name(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic() || c == '_' || c == ':';
    }
    let is_listed = matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFE}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}');
    is_listed && !c.is_whitespace()
}

/// `identifierPart`: also `.`, digits, and marks that combine.
fn continues_name(c: char) -> bool {
    let joins = matches!(c, '.' | '0'..='9' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}');
    joins || starts_name(c)
}

pub(super) fn error(offset: usize, detail: String) -> Error {
    Error {
        place: Place::Offset(offset),
        detail,
    }
}
