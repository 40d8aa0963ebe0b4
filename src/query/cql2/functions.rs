//! The functions that are not of the standard: what they take and give, said once (OGC API - Features Part 3, class
//! Functions).

use super::Type;

/// A function that a filter may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Which one it is: whoever checks it matches this, and so has to know all of them.
    pub meaning: Meaning,
    /// Its name, compared with its case.
    pub name: &'static str,
    /// What it gives. Of an argument without a value, no function gives one.
    pub description: &'static str,
    /// What it takes, in this order, all of it.
    pub arguments: &'static [Argument],
    /// The type of what it gives.
    pub returns: Type,
}

/// Which function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What lies around a geometry.
    Buffer,
    /// How far a geometry is from another.
    Distance,
    /// A text in small letters.
    Lower,
    /// The outline of a region.
    Region,
    /// A text in capital letters.
    Upper,
    /// The year of a day, a moment or an interval.
    Year,
}

/// What a function takes at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// What people call it, in English.
    pub title: &'static str,
    /// What it means.
    pub description: &'static str,
    /// The types it may have; where a number is taken, so is an integer.
    pub kinds: &'static [Type],
}

const TEXT: Argument = Argument {
    title: "text",
    description: "A text.",
    kinds: &[Type::Text],
};

/// All of them, by name.
pub const FUNCTIONS: &[Function] = &[
    Function {
        meaning: Meaning::Buffer,
        name: "buffer",
        description: "Everything that is no farther from a geometry than a distance, as a multipolygon, to within a hundredth of it; the geometry is no buffer itself. Beyond the antimeridian it goes on at the other side. Nearer to a pole than three times the distance, there is none.",
        arguments: &[
            Argument {
                title: "geometry",
                description: "What it is around.",
                kinds: &[Type::Geometry],
            },
            Argument {
                title: "distance",
                description: "Metres, more than 0 and up to 100,000.",
                kinds: &[Type::Number],
            },
        ],
        returns: Type::Geometry,
    },
    Function {
        meaning: Meaning::Distance,
        name: "distance",
        description: "The shortest distance between two geometries: metres on the ellipsoid of WGS 84, 0 where they meet.",
        arguments: &[
            Argument {
                title: "from",
                description: "A geometry.",
                kinds: &[Type::Geometry],
            },
            Argument {
                title: "to",
                description: "Another geometry.",
                kinds: &[Type::Geometry],
            },
        ],
        returns: Type::Number,
    },
    Function {
        meaning: Meaning::Lower,
        name: "lower",
        description: "A text in small letters.",
        arguments: &[TEXT],
        returns: Type::Text,
    },
    Function {
        meaning: Meaning::Region,
        name: "region",
        description: "The outline of a region, whose code is to be written out: a region that is not there is a fault.",
        arguments: &[Argument {
            title: "code",
            description: "The code of a region, as in /collections/regions.",
            kinds: &[Type::Text],
        }],
        returns: Type::Geometry,
    },
    Function {
        meaning: Meaning::Upper,
        name: "upper",
        description: "A text in capital letters.",
        arguments: &[TEXT],
        returns: Type::Text,
    },
    Function {
        meaning: Meaning::Year,
        name: "year",
        description: "The year of a day or moment, in UTC; of an interval, the year it begins in. The year before 1 is 0.",
        arguments: &[Argument {
            title: "time",
            description: "A day, a moment or an interval.",
            kinds: &[Type::Date, Type::Timestamp, Type::Interval],
        }],
        returns: Type::Integer,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::cql2::buffer::BUFFER_MAX_M;

    #[test]
    fn functions_stand_by_name_and_each_once() {
        assert!(FUNCTIONS.is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn the_table_says_how_wide_a_buffer_may_be() {
        let buffer = FUNCTIONS.iter().find(|one| one.meaning == Meaning::Buffer);
        let distance = buffer.unwrap().arguments[1].description;
        assert!(
            distance
                .replace(',', "")
                .ends_with(&format!(" up to {BUFFER_MAX_M}."))
        );
    }
}
