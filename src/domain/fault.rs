//! What is wrong with an input: each fault at its place, with what would be right.

use std::fmt;

/// So many faults of one input are told: an answer is not to be many times as large as the request, nobody reads more than
/// some, and for none that is not told it is looked up what was perhaps meant.
pub const MOST_FAULTS: usize = 100;

/// A name or a value that was sent, as a message repeats it: its beginning, if it is long.
///
/// ```
/// use heritage_registry::domain::shortened;
/// assert_eq!(shortened("Ghazanchetsots"), "Ghazanchetsots");
/// assert_eq!(shortened(&"Շ".repeat(1_000_000)), format!("{}…", "Շ".repeat(60)));
/// ```
pub fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

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
