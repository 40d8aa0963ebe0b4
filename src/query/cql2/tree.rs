//! The tree of an expression.

use crate::domain::{Day, Instant};

/// A part of an expression, and where it was written. Two are equal if they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it says.
    pub what: What,
    /// Where it begins.
    pub place: Place,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.what == other.what
    }
}

/// Where something stands in a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a text: so many bytes from its beginning.
    Offset(usize),
    /// In JSON: the pointer to it (RFC 6901), empty for the whole.
    Pointer(String),
}

/// What a part of an expression says.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The value of a property.
    Property(String),
    /// A text, without its quotation marks.
    Text(String),
    /// A number written without a fraction or exponent, if it fits.
    Integer(i64),
    /// Any other number; finite.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// `DATE('2020-10-08')`.
    Date(Day),
    /// `TIMESTAMP('2020-10-08T12:00:00Z')`.
    Timestamp(Instant),
    /// `INTERVAL(a, b)`: its ends, each a [`What::Date`], [`What::Timestamp`], [`What::Open`], a property or a function.
    Interval(Box<[Node; 2]>),
    /// An end of an interval that is open: `'..'`.
    Open,
    /// A geometry, in the CRS of the filter.
    Geometry(Shape),
    /// `BBOX(…)`: four numbers, or six with heights, in the order of the axes of the CRS of the filter.
    Bbox(Vec<f64>),
    /// A list of values.
    Array(Vec<Node>),
    /// An operator of the standard, and what stands with it: as many as [`Op::arity`] allows.
    Call(Op, Vec<Node>),
    /// A function that is not of the standard.
    Function(String, Vec<Node>),
}

/// A geometry as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `POINT`.
    Point(Position),
    /// `LINESTRING`: two positions or more.
    LineString(Vec<Position>),
    /// `POLYGON`: rings of four positions or more, closed.
    Polygon(Vec<Vec<Position>>),
    /// `MULTIPOINT`.
    MultiPoint(Vec<Position>),
    /// `MULTILINESTRING`.
    MultiLineString(Vec<Vec<Position>>),
    /// `MULTIPOLYGON`.
    MultiPolygon(Vec<Vec<Vec<Position>>>),
    /// `GEOMETRYCOLLECTION`, of any of the others.
    Collection(Vec<Shape>),
}

/// A position: its two numbers in the order of the axes of the CRS of the filter, and its height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// The two numbers.
    pub at: [f64; 2],
    /// The height, where one is written.
    pub height: Option<f64>,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $op:ident $json:literal $text:literal $arity:expr,)*) => {
        /// An operator or function of the standard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Op { $($(#[$doc])* $op,)* }

        impl Op {
            /// All of them.
            pub const ALL: &[Op] = &[$(Op::$op,)*];

            /// Its name in JSON, which is compared with its case.
            pub const fn json(self) -> &'static str {
                match self { $(Op::$op => $json,)* }
            }

            /// How it is written in text, where its case does not count: between what stands with it, or before brackets.
            pub const fn text(self) -> &'static str {
                match self { $(Op::$op => $text,)* }
            }

            /// The fewest and the most that stand with it.
            pub const fn arity(self) -> (usize, usize) {
                match self { $(Op::$op => $arity,)* }
            }
        }
    };
}

const ANY: usize = usize::MAX;

impl Op {
    /// Whether it is written as a function in text: its name, and in brackets what stands with it.
    pub const fn is_function(self) -> bool {
        let is_prefixed = self as usize >= Op::SContains as usize;
        is_prefixed || matches!(self, Op::CaseI | Op::AccentI)
    }

    /// The operator that says the same with its two sides exchanged; itself, if there is none.
    ///
    /// ```
    /// use heritage_registry::query::cql2::Op;
    /// assert_eq!(Op::Lt.turned(), Op::Gt);
    /// assert_eq!(Op::SIntersects.turned(), Op::SIntersects);
    /// ```
    #[must_use]
    pub const fn turned(self) -> Op {
        match self {
            Op::Lt => Op::Gt,
            Op::Gt => Op::Lt,
            Op::Le => Op::Ge,
            Op::Ge => Op::Le,
            Op::SContains => Op::SWithin,
            Op::SWithin => Op::SContains,
            Op::TAfter => Op::TBefore,
            Op::TBefore => Op::TAfter,
            Op::TContains => Op::TDuring,
            Op::TDuring => Op::TContains,
            Op::TFinishedBy => Op::TFinishes,
            Op::TFinishes => Op::TFinishedBy,
            Op::TMeets => Op::TMetBy,
            Op::TMetBy => Op::TMeets,
            Op::TOverlappedBy => Op::TOverlaps,
            Op::TOverlaps => Op::TOverlappedBy,
            Op::TStartedBy => Op::TStarts,
            Op::TStarts => Op::TStartedBy,
            Op::AContainedBy => Op::AContains,
            Op::AContains => Op::AContainedBy,
            other => other,
        }
    }
}

operators! {
    /// All hold; none of them is an `And` itself.
    And "and" "AND" (2, ANY),
    /// One holds; none of them is an `Or` itself.
    Or "or" "OR" (2, ANY),
    /// It does not hold.
    Not "not" "NOT" (1, 1),
    /// Equal.
    Eq "=" "=" (2, 2),
    /// Not equal.
    Ne "<>" "<>" (2, 2),
    /// Less.
    Lt "<" "<" (2, 2),
    /// Greater.
    Gt ">" ">" (2, 2),
    /// Less or equal.
    Le "<=" "<=" (2, 2),
    /// Greater or equal.
    Ge ">=" ">=" (2, 2),
    /// Without a value.
    IsNull "isNull" "IS NULL" (1, 1),
    /// Like a pattern: `%` is any run of characters, `_` one of them, `\` takes what follows as it is.
    Like "like" "LIKE" (2, 2),
    /// From the second to the third, both included.
    Between "between" "BETWEEN" (3, 3),
    /// One of the list, an [`What::Array`], that comes second.
    In "in" "IN" (2, 2),
    /// A text without its case.
    CaseI "casei" "CASEI" (1, 1),
    /// A text without its accents.
    AccentI "accenti" "ACCENTI" (1, 1),
    /// Sum.
    Plus "+" "+" (2, 2),
    /// Difference.
    Minus "-" "-" (2, 2),
    /// Product.
    Times "*" "*" (2, 2),
    /// Quotient.
    Divide "/" "/" (2, 2),
    /// Remainder.
    Modulo "%" "%" (2, 2),
    /// Quotient without its fraction.
    Div "div" "DIV" (2, 2),
    /// Power.
    Power "^" "^" (2, 2),
    /// The first contains the second.
    SContains "s_contains" "S_CONTAINS" (2, 2),
    /// They cross.
    SCrosses "s_crosses" "S_CROSSES" (2, 2),
    /// They have no point in common.
    SDisjoint "s_disjoint" "S_DISJOINT" (2, 2),
    /// They are the same points.
    SEquals "s_equals" "S_EQUALS" (2, 2),
    /// They have a point in common.
    SIntersects "s_intersects" "S_INTERSECTS" (2, 2),
    /// They overlap.
    SOverlaps "s_overlaps" "S_OVERLAPS" (2, 2),
    /// They have only points of their boundaries in common.
    STouches "s_touches" "S_TOUCHES" (2, 2),
    /// The first lies within the second.
    SWithin "s_within" "S_WITHIN" (2, 2),
    /// The first begins after the end of the second.
    TAfter "t_after" "T_AFTER" (2, 2),
    /// The first ends before the beginning of the second.
    TBefore "t_before" "T_BEFORE" (2, 2),
    /// The first contains the second, and neither end is the same.
    TContains "t_contains" "T_CONTAINS" (2, 2),
    /// They have no moment in common.
    TDisjoint "t_disjoint" "T_DISJOINT" (2, 2),
    /// The first lies within the second, and neither end is the same.
    TDuring "t_during" "T_DURING" (2, 2),
    /// Both ends are the same.
    TEquals "t_equals" "T_EQUALS" (2, 2),
    /// The second begins after the first, and ends with it.
    TFinishedBy "t_finishedBy" "T_FINISHEDBY" (2, 2),
    /// The first begins after the second, and ends with it.
    TFinishes "t_finishes" "T_FINISHES" (2, 2),
    /// They have a moment in common.
    TIntersects "t_intersects" "T_INTERSECTS" (2, 2),
    /// The first ends where the second begins.
    TMeets "t_meets" "T_MEETS" (2, 2),
    /// The first begins where the second ends.
    TMetBy "t_metBy" "T_METBY" (2, 2),
    /// The second begins before the first, and ends within it.
    TOverlappedBy "t_overlappedBy" "T_OVERLAPPEDBY" (2, 2),
    /// The first begins before the second, and ends within it.
    TOverlaps "t_overlaps" "T_OVERLAPS" (2, 2),
    /// They begin together, and the second ends first.
    TStartedBy "t_startedBy" "T_STARTEDBY" (2, 2),
    /// They begin together, and the first ends first.
    TStarts "t_starts" "T_STARTS" (2, 2),
    /// The first is within the second.
    AContainedBy "a_containedBy" "A_CONTAINEDBY" (2, 2),
    /// The first holds all of the second.
    AContains "a_contains" "A_CONTAINS" (2, 2),
    /// They hold the same.
    AEquals "a_equals" "A_EQUALS" (2, 2),
    /// They have something in common.
    AOverlaps "a_overlaps" "A_OVERLAPS" (2, 2),
}
