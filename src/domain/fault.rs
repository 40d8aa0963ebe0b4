//! What is wrong with an input: each fault at its place, with what would be right.

use std::fmt;

use super::{Collection, Concept, Day};

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
    /// What kind of thing is wrong, for whoever says it in other words.
    pub kind: FaultKind,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// What kind of thing is wrong: whatever a page says in the language of its reader, with what stands in that sentence.
///
/// Whoever notes a fault in a draft names its kind, so that no page guesses it from the words of [`Fault::detail`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Something has to be there, and nothing is.
    Missing,
    /// The same, because of what the member of that name beside it says.
    MissingWith(&'static str),
    /// One of these members has to be there, and none is.
    MissingOneOf(Vec<&'static str>),
    /// It says nothing, because of what the member of that name beside it says.
    OutOfPlace(&'static str),
    /// It is none of the words that there are to choose from.
    NotOneOf,
    /// It is no number.
    Number,
    /// It is no distance in metres above 0, and up to `most`.
    Metres {
        /// The longest, if there is one.
        most: Option<u32>,
    },
    /// It is no longitude and latitude in degrees.
    Degrees,
    /// It is far from all sites, and would be among them with longitude and latitude exchanged.
    Exchanged,
    /// It is no date.
    Date {
        /// How whatever was most likely meant is written.
        meant: Option<String>,
    },
    /// It is a date with a time of day.
    TimeOfDay,
    /// It is later than this day.
    TooLate(Day),
    /// It is earlier than this day.
    TooEarly(Day),
    /// It is no address on the web.
    WebAddress,
    /// It is not one name in one line of so many characters at most, without `/ ( ) [ ]`.
    Name {
        /// The longest.
        most: usize,
    },
    /// It holds a character that nobody sees.
    Unseen(char),
    /// It is a text in several scripts, or in none.
    Scripts,
    /// It is spelled otherwise than such texts are; only its detail says how they are.
    Misspelled,
    /// It is a text of more characters than are read.
    TooLong {
        /// The longest.
        most: usize,
    },
    /// They are more than there may be.
    TooMany {
        /// The most.
        most: usize,
    },
    /// It holds two texts in this language.
    TwiceInLanguage(String),
    /// It names a record that is not there, or not for whoever names it.
    NoSuch(Collection),
    /// It names the very record that names it.
    Itself,
    /// It is no id.
    NoId,
    /// It cites a source that the record does not list.
    UnknownSource,
    /// No name rests on a source that others can look up.
    Unsourced,
    /// Nobody has decided how openly it is shown.
    Undecided,
    /// It names a record that is not published, and has to be first.
    NotPublished,
    /// This word says that there is nothing, and something stands beside it.
    NotAlone(Concept),
    /// Whoever testified has not agreed.
    Consent,
    /// Something that no page says in other words than its detail.
    Other,
}

impl Fault {
    /// A fault of which nothing but its detail says what is wrong: of a file or a parameter, which no form has.
    pub fn other(place: String, detail: String) -> Fault {
        Fault {
            place,
            kind: FaultKind::Other,
            detail,
        }
    }
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
