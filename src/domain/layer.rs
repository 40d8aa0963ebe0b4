//! What can be read as a collection of features: one of ours, or one of a file that is laid beside them.

use std::fmt;

use uuid::Uuid;

use super::{Collection, Extra, Id, ShownId};

/// A collection of features, as whoever reads it sees it. Only ours can be written to: commands take a [`Collection`].
#[derive(Clone, Copy, Debug)]
pub enum Layer {
    /// One of ours.
    Ours(Collection),
    /// One of a file.
    Extra(&'static Extra),
}

impl Layer {
    /// Its name in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Layer::Ours(collection) => collection.id(),
            Layer::Extra(extra) => extra.name(),
        }
    }

    /// Which of ours it is, if it is.
    pub fn ours(self) -> Option<Collection> {
        match self {
            Layer::Ours(collection) => Some(collection),
            Layer::Extra(_) => None,
        }
    }

    /// What the geometry is called among what can be asked for: `geometry` of ours, as in the file of an extra.
    ///
    /// ```
    /// use heritage_registry::domain::{Collection, Layer};
    /// assert_eq!(Layer::Ours(Collection::Sites).geometry_name(), "geometry");
    /// ```
    pub fn geometry_name(self) -> &'static str {
        match self {
            Layer::Ours(_) => "geometry",
            Layer::Extra(extra) => extra.geometry_name(),
        }
    }

    /// The id of a feature as it is shown; `id` is what the house calls it.
    pub fn shown_id(self, id: Uuid) -> ShownId<'static> {
        match self {
            Layer::Ours(_) => ShownId::Uuid(id),
            Layer::Extra(extra) => extra.shown_id(id),
        }
    }

    /// What the house calls the feature with an id as it is shown; `None` if no feature can have it.
    pub fn find_id(self, shown: &str) -> Option<Uuid> {
        match self {
            Layer::Ours(_) => Id::<()>::parse(shown).ok().map(Id::uuid),
            Layer::Extra(extra) => extra.find_id(shown),
        }
    }
}

impl From<Collection> for Layer {
    fn from(collection: Collection) -> Layer {
        Layer::Ours(collection)
    }
}

/// Names are given once.
impl PartialEq for Layer {
    fn eq(&self, other: &Layer) -> bool {
        self.id() == other.id()
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
