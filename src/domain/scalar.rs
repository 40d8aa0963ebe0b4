//! A value without structure, read or not.

use std::borrow::Cow;

/// A value without structure, for formats that know no lists and no objects.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

/// A scalar, or the bytes in which it is kept.
#[derive(Clone, Debug)]
pub enum MaybeRead<'a> {
    /// It is read.
    Read(Scalar<'a>),
    /// The bytes, and what reads them. The same bytes are the same scalar, so that of many it is read once.
    Written(&'a [u8], fn(&'a [u8]) -> Option<Scalar<'a>>),
}

impl<'a> From<Scalar<'a>> for MaybeRead<'a> {
    fn from(scalar: Scalar<'a>) -> MaybeRead<'a> {
        MaybeRead::Read(scalar)
    }
}
