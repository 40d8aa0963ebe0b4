//! What is wrong with an input: each fault at its place, with what would be right.

use std::fmt;

/// What is wrong with a value, and what would be right; the place is added by whoever knows it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A JSON Pointer (RFC 6901) from the body's root, or the name of a parameter or a file.
    pub place: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some details are whole sentences about their place: `limit is a whole number …`.
        if self.detail.starts_with(&self.place) {
            return f.write_str(&self.detail);
        }
        write!(f, "{}: {}", self.place, self.detail)
    }
}

/// Everything that is wrong with an input, never empty; nothing of it was taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Fails with the faults of `list`, if there are any.
    pub fn check(list: Vec<Fault>) -> Result<(), Faults> {
        if list.is_empty() {
            Ok(())
        } else {
            Err(Faults(list))
        }
    }
}
