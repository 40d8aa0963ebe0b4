//! The words of the standard, and how tightly its operators bind.

use super::shape::ShapeType;
use super::{ArithmeticOp, Op};
use crate::domain::{perhaps_meant, shortened};

/// How tightly an operator binds what stands beside it, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Power,
    /// A name, a value, a function, or anything in brackets.
    Factor,
}

impl Level {
    /// The loosest that stands to the right of such an operator without brackets.
    pub(super) fn right(self) -> Level {
        match self {
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not | Level::Comparison => Level::Sum,
            Level::Sum => Level::Product,
            // The standard has one power at most; of several, the last comes first, as in mathematics.
            Level::Product | Level::Power => Level::Power,
            Level::Factor => Level::Factor,
        }
    }

    /// The loosest that stands to its left.
    pub(super) fn left(self) -> Level {
        match self {
            Level::Sum | Level::Product => self,
            Level::Power => Level::Factor,
            _ => self.right(),
        }
    }

    /// That of an operator; functions are factors.
    pub(super) fn of(op: Op) -> Level {
        match op {
            Op::Or => Level::Or,
            Op::And => Level::And,
            Op::Not => Level::Not,
            Op::IsNull | Op::Like | Op::Between | Op::In | Op::Comparison(_) => Level::Comparison,
            Op::Arithmetic(op) => match op {
                ArithmeticOp::Plus | ArithmeticOp::Minus => Level::Sum,
                ArithmeticOp::Times
                | ArithmeticOp::Divide
                | ArithmeticOp::Modulo
                | ArithmeticOp::Div => Level::Product,
                ArithmeticOp::Power => Level::Power,
            },
            Op::CaseI | Op::AccentI | Op::Spatial(_) | Op::Temporal(_) | Op::Array(_) => {
                Level::Factor
            }
        }
    }
}

/// The words that are never a name unless they are quoted.
const KEYWORDS: [&str; 11] = [
    "AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE", "DIV",
];

/// The words of values, which are names where no bracket follows; so are those of geometries.
const VALUES: [&str; 4] = ["DATE", "TIMESTAMP", "INTERVAL", "BBOX"];

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

pub(super) fn is_keyword(word: &str) -> bool {
    is_one_of(word, &KEYWORDS)
}

/// The function of the standard with this name, in any case.
pub(super) fn standard_function_named(word: &str) -> Option<Op> {
    let mut functions = Op::ALL.iter().filter(|op| op.is_function());
    functions
        .find(|op| op.text().eq_ignore_ascii_case(word))
        .copied()
}

/// Whether a text has another use for this word, in any case: as a name of a property it is quoted.
pub(super) fn is_reserved(word: &str) -> bool {
    is_keyword(word)
        || is_one_of(word, &VALUES)
        || ShapeType::named(word).is_some()
        || standard_function_named(word).is_some()
}

/// The name of a function that is not of the standard, or why it is none.
///
/// It differs from all words of the standard in both encodings, and not only in their case: so it means the same in both.
pub(super) fn check_function_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("a function has a name".to_owned());
    }
    if let Some(op) = Op::ALL
        .iter()
        .find(|op| op.json().eq_ignore_ascii_case(name))
    {
        let (json, text) = (op.json(), op.text());
        return Err(format!(
            "no function is called {name}: did you mean the operator \"{json}\" of JSON, {text} in text?",
            name = shortened(name)
        ));
    }
    if is_reserved(name) {
        return Err(format!(
            "no function is called {name}: it is a word of CQL2",
            name = shortened(name)
        ));
    }
    Ok(())
}

/// Refuses more or fewer than an operator takes.
pub(super) fn check_arity(op: Op, count: usize) -> Result<(), String> {
    let (least, most) = op.arity();
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let more = if most > least { " or more" } else { "" };
    let name = op.json();
    Err(format!("{name} takes {least}{more}, and here are {count}"))
}

/// A question whether a word was meant as one of the keywords or functions of the standard: `did you mean LIKE?`.
pub(super) fn standard_word_near(word: &str) -> Option<String> {
    let functions = Op::ALL.iter().filter(|op| op.is_function());
    let words: Vec<&str> = KEYWORDS
        .into_iter()
        .chain(VALUES)
        .chain(ShapeType::ALL.map(ShapeType::text))
        .chain(functions.map(|op| op.text()))
        .collect();
    perhaps_meant(word, &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_nearly_one_of_the_standard_is_asked_for() {
        let meant = "did you mean S_INTERSECTS or T_INTERSECTS?".to_owned();
        assert_eq!(standard_word_near("s_intersect"), Some(meant));
        assert_eq!(standard_word_near("region"), None);
    }
}
