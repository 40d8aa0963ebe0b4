//! Ids that know what they are the id of, and where new ones come from.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::{Wrong, shortened};

/// The permanent id of a `T`: random, so that it says nothing of place, time or community.
///
/// ```
/// use heritage_registry::domain::{Id, Site};
/// let id: Id<Site> = Id::parse("078f84d6-717d-4c21-b0b9-eefb0853a8f3")?;
/// assert_eq!(id.to_string(), "078f84d6-717d-4c21-b0b9-eefb0853a8f3");
/// # Ok::<_, heritage_registry::domain::Wrong>(())
/// ```
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The id that a UUID is. Any UUID will do; new ones come from [`Ids`].
    pub const fn new(uuid: Uuid) -> Self {
        Id(uuid, PhantomData)
    }

    /// From the hyphenated form, in either case.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        match Uuid::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Ok(Id::new(uuid)),
            _ => Err(Wrong(format!(
                "\"{text}\" is not an id: ids look like 078f84d6-717d-4c21-b0b9-eefb0853a8f3",
                text = shortened(text)
            ))),
        }
    }

    /// The UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Where new ids come from: the system's randomness, or a test's list.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl Ids {
    /// Ids from `source`, which must never give one twice.
    pub fn new(source: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Ids(Arc::new(source))
    }

    /// Random ids (version 4): a version 7 would tell when, and in which order, people visited.
    pub fn random() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the source that the others are given"
        )]
        Ids::new(Uuid::new_v4)
    }

    /// A new id.
    pub fn next<T>(&self) -> Id<T> {
        Id::new((self.0)())
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}
