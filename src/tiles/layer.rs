//! A layer of a tile: its features, and the table of what they say (MVT 2.1, 4.1 and 4.4).

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::drawn::Drawn;
use super::encoding::{geometry, kind, number, sized, sized_parts, value, varint};
use super::tile::UNITS;
use crate::domain::{MaybeRead, Scalar};

/// The version of the format.
const VERSION: u64 = 2;

/// Bytes that the head of a layer or a feature takes at most, in a layer below 2 MB, where lengths and places take three: the
/// feature 4, its number 9, the heads of tags and geometry 4 each, its kind 2, the mark of what is left out 6.
const HEAD: usize = 32;

/// Bytes of a number below 2^35 at most.
const LENGTH: usize = 5;

/// Bytes of the head of a key or a value at most: field and length.
const HEAD_OF_ENTRY: usize = 2 * LENGTH;

/// What every feature says of its layer, where not all of them are in the tile: how many more there are.
const LEFT_OUT: &str = "left_out";

/// A layer in the making.
#[derive(Debug)]
pub struct TileLayer<'a> {
    name: String,
    features: Vec<Encoded>,
    /// The tags of each feature but for what is said at the end, and then its geometry, feature after feature.
    drawn: Vec<u8>,
    keys: Keys,
    values: Values<'a>,
    /// Bytes that it takes at most.
    size: usize,
}

/// A feature, of which so many bytes are tags and geometry.
#[derive(Debug)]
struct Encoded {
    id: u64,
    kind: u64,
    tags: usize,
    geometry: usize,
}

/// The names of properties, each once. There are a few dozen, and features have theirs in one order, so that a name is mostly
/// the one after that which was looked for last.
#[derive(Debug, Default)]
struct Keys {
    all: Vec<Vec<u8>>,
    next: usize,
}

impl Keys {
    fn place(&mut self, one: &[u8]) -> u64 {
        let next = self.next.min(self.all.len());
        let mut places = (next..self.all.len()).chain(0..next);
        let found = places.find(|place| self.all[*place] == one);
        let place = found.unwrap_or_else(|| {
            self.all.push(one.to_vec());
            self.all.len() - 1
        });
        self.next = place + 1;
        place as u64
    }

    /// Bytes that those from one on take at most.
    fn cost(&self, from: usize) -> usize {
        let added = self.all[from..].iter();
        added.map(|one| one.len() + HEAD_OF_ENTRY).sum()
    }
}

/// Values, each once.
#[derive(Debug, Default)]
struct Values<'a> {
    /// As the tile has them, one after the other.
    all: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// Where they are, by the bytes in which they are kept, and as the tile has them: what is looked for in the first need not
    /// be read.
    written: HashMap<&'a [u8], u64>,
    encoded: HashMap<Vec<u8>, u64>,
}

impl<'a> Values<'a> {
    /// `None` of what cannot be read.
    fn place(&mut self, one: MaybeRead<'a>) -> Option<u64> {
        match one {
            MaybeRead::Read(scalar) => Some(self.place_of(&scalar)),
            MaybeRead::Written(bytes, read) => {
                if let Some(place) = self.written.get(bytes) {
                    return Some(*place);
                }
                let place = self.place_of(&read(bytes)?);
                self.written.insert(bytes, place);
                Some(place)
            }
        }
    }

    fn place_of(&mut self, scalar: &Scalar<'_>) -> u64 {
        let from = self.all.len();
        value(&mut self.all, scalar);
        if let Some(place) = self.encoded.get(&self.all[from..]) {
            self.all.truncate(from);
            return *place;
        }
        let place = self.ends.len() as u64;
        self.ends.push(self.all.len());
        self.encoded.insert(self.all[from..].to_vec(), place);
        place
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(from, to)| &self.all[from..*to])
    }

    /// Bytes that they take at most.
    fn cost(&self) -> usize {
        self.all.len() + self.ends.len() * HEAD_OF_ENTRY
    }

    fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.all.truncate(self.ends.last().copied().unwrap_or(0));
        self.written.retain(|_, place| *place < count as u64);
        self.encoded.retain(|_, place| *place < count as u64);
    }
}

impl<'a> TileLayer<'a> {
    /// A layer without features.
    pub fn new(name: &str) -> TileLayer<'a> {
        TileLayer {
            name: name.to_owned(),
            features: Vec::new(),
            drawn: Vec::new(),
            keys: Keys::default(),
            values: Values::default(),
            size: name.len() + HEAD + LEFT_OUT.len() + 4 * LENGTH,
        }
    }

    /// Adds a feature, unless the layer would take more than so many bytes then: whether it did.
    pub fn add(
        &mut self,
        id: u64,
        drawn: &Drawn,
        properties: impl IntoIterator<Item = (impl AsRef<str>, impl Into<MaybeRead<'a>>)>,
        most: usize,
    ) -> bool {
        let (from, keys, values) = (
            self.drawn.len(),
            self.keys.all.len(),
            self.values.ends.len(),
        );
        let cost = self.values.cost();
        for (name, one) in properties {
            if let Some(place) = self.values.place(one.into()) {
                varint(&mut self.drawn, self.keys.place(name.as_ref().as_bytes()));
                varint(&mut self.drawn, place);
            }
        }
        let tags = self.drawn.len() - from;
        geometry(&mut self.drawn, drawn);
        let all = self.drawn.len() - from;
        let size = self.size + self.keys.cost(keys) + (self.values.cost() - cost) + all + HEAD;
        if size > most {
            self.drawn.truncate(from);
            self.keys.all.truncate(keys);
            self.values.truncate(values);
            return false;
        }
        self.size = size;
        self.features.push(Encoded {
            id,
            kind: kind(drawn),
            tags,
            geometry: all - tags,
        });
        true
    }

    /// Bytes that it takes at most.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Appends it to a tile; `left_out` is how many features there are besides. A layer without features is none (4.1).
    pub fn finish(mut self, left_out: usize, out: &mut Vec<u8>) {
        if self.features.is_empty() {
            return;
        }
        let mut mark = Vec::new();
        if left_out > 0 {
            let left_out = i64::try_from(left_out).unwrap_or(i64::MAX);
            varint(&mut mark, self.keys.place(LEFT_OUT.as_bytes()));
            varint(&mut mark, self.values.place_of(&Scalar::Integer(left_out)));
        }
        let mut layer = Vec::with_capacity(self.size);
        number(&mut layer, 15, VERSION);
        sized(&mut layer, 1, self.name.as_bytes());
        let (mut rest, mut feature) = (&*self.drawn, Vec::new());
        for one in self.features {
            let (tags, after) = rest.split_at(one.tags);
            let (geometry, after) = after.split_at(one.geometry);
            rest = after;
            feature.clear();
            number(&mut feature, 1, one.id);
            sized_parts(&mut feature, 2, [tags, &mark]);
            number(&mut feature, 3, one.kind);
            sized(&mut feature, 4, geometry);
            sized(&mut layer, 2, &feature);
        }
        for key in &self.keys.all {
            sized(&mut layer, 3, key);
        }
        for value in self.values.iter() {
            sized(&mut layer, 4, value);
        }
        number(&mut layer, 5, UNITS.into());
        sized(out, 3, &layer);
    }
}

/// The number of a feature in tiles, which knows no texts as ids: the first bits of SHA-256 of its id as it is shown.
///
/// 53 of them, since numbers of JavaScript hold no more: a map library would round others, and two features of one tile
/// could become one. Of a million features, two have the same number in one registry of eighteen thousand.
pub fn feature_number(id: &str) -> u64 {
    let hash: [u8; 32] = Sha256::digest(id).into();
    let first = hash.first_chunk::<8>().expect("it has 32 bytes");
    u64::from_be_bytes(*first) >> 11
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn at(across: i32) -> Drawn {
        Drawn::Points(vec![[across, 17]])
    }

    #[test]
    fn a_layer_is_written_as_the_format_has_it() {
        let mut layer = TileLayer::new("a");
        let said = |text: &'static str| [("k", Scalar::Text(text.into()))];
        assert!(layer.add(300, &at(25), said("v"), 1000));
        assert!(layer.add(1, &at(25), said("v"), 1000));
        let mut tile = vec![];
        layer.finish(0, &mut tile);
        let expected = [
            &[0x1a, 47][..],
            &[0x78, 2, 0x0a, 1, b'a'],
            &[
                0x12, 14, 0x08, 0xac, 2, 0x12, 2, 0, 0, 0x18, 1, 0x22, 3, 9, 50, 34,
            ],
            &[
                0x12, 13, 0x08, 1, 0x12, 2, 0, 0, 0x18, 1, 0x22, 3, 9, 50, 34,
            ],
            &[0x1a, 1, b'k'],
            &[0x22, 3, 0x0a, 1, b'v'],
            &[0x28, 0x80, 0x20],
        ];
        let expected = expected.concat();
        assert_eq!(usize::from(expected[1]), expected.len() - 2);
        assert_eq!(tile, expected);
    }

    #[test]
    fn a_layer_takes_no_more_bytes_than_it_may_and_says_of_the_rest_how_many_they_are() {
        let mut layer = TileLayer::new("sites");
        let (mut taken, most) = (0, 2_000);
        while layer.add(
            taken,
            &at(i32::try_from(taken).unwrap()),
            [(
                "id",
                Scalar::Text(format!("a text of its own {taken}").into()),
            )],
            most,
        ) {
            taken += 1;
        }
        assert!(taken > 10 && layer.size() <= most);
        let mut tile = vec![];
        layer.finish(1_000_000, &mut tile);
        assert!(
            tile.len() <= most && tile.len() > most / 2,
            "{}",
            tile.len()
        );
        assert!(tile.windows(8).any(|part| part == b"left_out"));
    }

    #[test]
    fn of_what_is_refused_nothing_is_left() {
        let layer = |refused: &[&'static str]| {
            let mut layer = TileLayer::new("sites");
            let said = |text: &'static str| [(text, Scalar::Text(text.into()))];
            assert!(layer.add(1, &at(1), said("a"), 1_000));
            for text in refused {
                assert!(!layer.add(2, &at(2), said(text), layer.size()));
            }
            assert!(layer.add(3, &at(3), said("c"), 1_000));
            let mut tile = vec![];
            layer.finish(0, &mut tile);
            tile
        };
        assert_eq!(layer(&["b", "a", "c"]), layer(&[]));
    }

    #[test]
    fn what_is_kept_in_the_same_bytes_is_read_once_and_stands_in_the_tile_once() {
        static READ: AtomicUsize = AtomicUsize::new(0);
        fn read(bytes: &[u8]) -> Option<Scalar<'_>> {
            READ.fetch_add(1, Ordering::Relaxed);
            let text = std::str::from_utf8(bytes).ok()?;
            Some(Scalar::Text(text.trim_matches('"').into()))
        }
        let tile = |all: [[MaybeRead<'static>; 2]; 2]| {
            let mut layer = TileLayer::new("sites");
            for (id, [one, other]) in (0..).zip(all) {
                assert!(layer.add(id, &at(1), [("a", one), ("b", other)], 1_000));
            }
            let mut tile = vec![];
            layer.finish(0, &mut tile);
            tile
        };
        let written = || MaybeRead::Written(b"\"church\"", read);
        let scalar = || MaybeRead::Read(Scalar::Text("church".into()));
        let whole = tile([[scalar(), scalar()], [scalar(), scalar()]]);
        assert_eq!(tile([[scalar(), written()], [written(), written()]]), whole);
        assert_eq!(READ.load(Ordering::Relaxed), 1);
        // What cannot be read is not said.
        let broken = || MaybeRead::Written(&[0xff], read);
        let some = tile([[scalar(), broken()], [broken(), broken()]]);
        assert!(some.len() < whole.len() && some.windows(6).any(|part| part == b"church"));
    }

    #[test]
    fn a_layer_without_features_is_none() {
        let mut tile = vec![];
        TileLayer::new("sites").finish(3, &mut tile);
        assert!(tile.is_empty());
    }

    #[test]
    fn the_number_of_a_feature_is_one_that_javascript_can_hold() {
        // printf %s 078f84d6-717d-4c21-b0b9-eefb0853a8f3 | sha256sum
        let number = feature_number("078f84d6-717d-4c21-b0b9-eefb0853a8f3");
        assert_eq!(number, 6_056_807_204_226_260);
        assert!(number < 1 << 53);
    }
}
