//! The tree of an expression.

use super::words::check_arity;
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
    /// An operator of the standard, and what stands with it: as many as [`Op::arity`] allows. Made by [`What::call`].
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

impl What {
    /// An operator with what stands with it, or why they do not fit. Of `AND` and `OR`, those within that are the same are no
    /// nodes of their own.
    pub(super) fn call(op: Op, parts: Vec<Node>) -> Result<What, String> {
        check_arity(op, parts.len())?;
        if !op.is_junction() {
            return Ok(What::Call(op, parts));
        }
        let mut all = Vec::new();
        for node in parts {
            match node.what {
                // The first keeps its room for more, so that many are not moved again and again.
                What::Call(inner, nodes) if inner == op && all.is_empty() => all = nodes,
                What::Call(inner, nodes) if inner == op => all.extend(nodes),
                _ => all.push(node),
            }
        }
        Ok(What::Call(op, all))
    }
}

macro_rules! operators {
    (
        { $($(#[$doc:meta])* $op:ident $json:literal $text:literal $arity:expr,)* }
        $(
            $(#[$about:meta])*
            $class:ident($of:ident) {
                $($(#[$member_doc:meta])* $member:ident $member_json:literal $member_text:literal,)*
            }
        )*
    ) => {
        /// An operator or function of the standard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Op {
            $($(#[$doc])* $op,)*
            $($(#[$about])* $class($of),)*
        }

        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub enum $of { $($(#[$member_doc])* $member,)* }

            impl $of {
                /// All of them.
                pub const ALL: &[$of] = &[$($of::$member,)*];
            }
        )*

        impl Op {
            /// All of them.
            pub const ALL: &[Op] = &[$(Op::$op,)* $($(Op::$class($of::$member),)*)*];

            /// Its name in JSON, which is compared with its case.
            pub const fn json(self) -> &'static str {
                match self {
                    $(Op::$op => $json,)*
                    $($(Op::$class($of::$member) => $member_json,)*)*
                }
            }

            /// How it is written in text, where its case does not count: between what stands with it, or before brackets.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Op::$op => $text,)*
                    $($(Op::$class($of::$member) => $member_text,)*)*
                }
            }

            /// The fewest and the most that stand with it: two with those that have a class.
            pub const fn arity(self) -> (usize, usize) {
                match self {
                    $(Op::$op => $arity,)*
                    $(Op::$class(_) => (2, 2),)*
                }
            }
        }
    };
}

const ANY: usize = usize::MAX;

impl Op {
    /// Whether it joins conditions.
    pub const fn is_junction(self) -> bool {
        matches!(self, Op::And | Op::Or)
    }

    /// Whether it is written as a function in text: its name, and in brackets what stands with it.
    pub const fn is_function(self) -> bool {
        match self {
            Op::CaseI | Op::AccentI | Op::Spatial(_) | Op::Temporal(_) | Op::Array(_) => true,
            Op::And
            | Op::Or
            | Op::Not
            | Op::IsNull
            | Op::Like
            | Op::Between
            | Op::In
            | Op::Comparison(_)
            | Op::Arithmetic(_) => false,
        }
    }
}

impl ComparisonOp {
    /// That which says the same with its two sides exchanged; itself, if there is no other.
    #[must_use]
    pub const fn turned(self) -> ComparisonOp {
        match self {
            ComparisonOp::Eq | ComparisonOp::Ne => self,
            ComparisonOp::Lt => ComparisonOp::Gt,
            ComparisonOp::Gt => ComparisonOp::Lt,
            ComparisonOp::Le => ComparisonOp::Ge,
            ComparisonOp::Ge => ComparisonOp::Le,
        }
    }

    /// Whether it is about being equal, and not about an order.
    pub const fn is_equality(self) -> bool {
        matches!(self, ComparisonOp::Eq | ComparisonOp::Ne)
    }
}

impl SpatialOp {
    /// That which says the same with its two sides exchanged; itself, if there is no other.
    ///
    /// ```
    /// use heritage_registry::query::cql2::SpatialOp;
    /// assert_eq!(SpatialOp::Contains.turned(), SpatialOp::Within);
    /// assert_eq!(SpatialOp::Intersects.turned(), SpatialOp::Intersects);
    /// ```
    #[must_use]
    pub const fn turned(self) -> SpatialOp {
        match self {
            SpatialOp::Contains => SpatialOp::Within,
            SpatialOp::Within => SpatialOp::Contains,
            SpatialOp::Crosses
            | SpatialOp::Disjoint
            | SpatialOp::Equals
            | SpatialOp::Intersects
            | SpatialOp::Overlaps
            | SpatialOp::Touches => self,
        }
    }
}

impl TemporalOp {
    /// Whether it is about intervals alone: a day or a moment has no beginning that is another than its end.
    pub const fn is_of_intervals(self) -> bool {
        match self {
            TemporalOp::After
            | TemporalOp::Before
            | TemporalOp::Disjoint
            | TemporalOp::Equals
            | TemporalOp::Intersects => false,
            TemporalOp::Contains
            | TemporalOp::During
            | TemporalOp::FinishedBy
            | TemporalOp::Finishes
            | TemporalOp::Meets
            | TemporalOp::MetBy
            | TemporalOp::OverlappedBy
            | TemporalOp::Overlaps
            | TemporalOp::StartedBy
            | TemporalOp::Starts => true,
        }
    }
}

impl ArrayOp {
    /// That which says the same with its two sides exchanged; itself, if there is no other.
    #[must_use]
    pub const fn turned(self) -> ArrayOp {
        match self {
            ArrayOp::ContainedBy => ArrayOp::Contains,
            ArrayOp::Contains => ArrayOp::ContainedBy,
            ArrayOp::Equals | ArrayOp::Overlaps => self,
        }
    }
}

operators! {
    {
        /// All hold; none of them is an `And` itself.
        And "and" "AND" (2, ANY),
        /// One holds; none of them is an `Or` itself.
        Or "or" "OR" (2, ANY),
        /// It does not hold.
        Not "not" "NOT" (1, 1),
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
    }

    /// Two values compared.
    Comparison(ComparisonOp) {
        /// Equal.
        Eq "=" "=",
        /// Not equal.
        Ne "<>" "<>",
        /// Less.
        Lt "<" "<",
        /// Greater.
        Gt ">" ">",
        /// Less or equal.
        Le "<=" "<=",
        /// Greater or equal.
        Ge ">=" ">=",
    }

    /// A number made of two others.
    Arithmetic(ArithmeticOp) {
        /// Sum.
        Plus "+" "+",
        /// Difference.
        Minus "-" "-",
        /// Product.
        Times "*" "*",
        /// Quotient.
        Divide "/" "/",
        /// Remainder.
        Modulo "%" "%",
        /// Quotient without its fraction.
        Div "div" "DIV",
        /// Power.
        Power "^" "^",
    }

    /// How two geometries lie to each other.
    Spatial(SpatialOp) {
        /// The first contains the second.
        Contains "s_contains" "S_CONTAINS",
        /// They cross.
        Crosses "s_crosses" "S_CROSSES",
        /// They have no point in common.
        Disjoint "s_disjoint" "S_DISJOINT",
        /// They are the same points.
        Equals "s_equals" "S_EQUALS",
        /// They have a point in common.
        Intersects "s_intersects" "S_INTERSECTS",
        /// They overlap.
        Overlaps "s_overlaps" "S_OVERLAPS",
        /// They have only points of their boundaries in common.
        Touches "s_touches" "S_TOUCHES",
        /// The first lies within the second.
        Within "s_within" "S_WITHIN",
    }

    /// How two days, moments or intervals lie to each other.
    Temporal(TemporalOp) {
        /// The first begins after the end of the second.
        After "t_after" "T_AFTER",
        /// The first ends before the beginning of the second.
        Before "t_before" "T_BEFORE",
        /// The first contains the second, and neither end is the same.
        Contains "t_contains" "T_CONTAINS",
        /// They have no moment in common.
        Disjoint "t_disjoint" "T_DISJOINT",
        /// The first lies within the second, and neither end is the same.
        During "t_during" "T_DURING",
        /// Both ends are the same.
        Equals "t_equals" "T_EQUALS",
        /// The second begins after the first, and ends with it.
        FinishedBy "t_finishedBy" "T_FINISHEDBY",
        /// The first begins after the second, and ends with it.
        Finishes "t_finishes" "T_FINISHES",
        /// They have a moment in common.
        Intersects "t_intersects" "T_INTERSECTS",
        /// The first ends where the second begins.
        Meets "t_meets" "T_MEETS",
        /// The first begins where the second ends.
        MetBy "t_metBy" "T_METBY",
        /// The second begins before the first, and ends within it.
        OverlappedBy "t_overlappedBy" "T_OVERLAPPEDBY",
        /// The first begins before the second, and ends within it.
        Overlaps "t_overlaps" "T_OVERLAPS",
        /// They begin together, and the second ends first.
        StartedBy "t_startedBy" "T_STARTEDBY",
        /// They begin together, and the first ends first.
        Starts "t_starts" "T_STARTS",
    }

    /// What two lists have in common.
    Array(ArrayOp) {
        /// The first is within the second.
        ContainedBy "a_containedBy" "A_CONTAINEDBY",
        /// The first holds all of the second.
        Contains "a_contains" "A_CONTAINS",
        /// They hold the same.
        Equals "a_equals" "A_EQUALS",
        /// They have something in common.
        Overlaps "a_overlaps" "A_OVERLAPS",
    }
}
