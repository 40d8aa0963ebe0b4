//! A catalogue as bytes: what a start reads instead of every record, as long as nothing but the log went on.
//!
//! Bytes are a row of chunks. Each is one value or one block of texts, packed and with a checksum, so that a file that
//! was damaged or cut off is noticed before anything is made of it. What is in them is up to this build alone: whoever
//! keeps a file keeps with it which build wrote it. It holds what the trusted may see, and is as secret as the database.

use std::collections::BTreeMap;
use std::io::{self, Error, ErrorKind, Read, Write};
use std::sync::Arc;

use roaring::RoaringBitmap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Catalogue;
use super::holder::{Known, Making};
use super::part::Part;
use super::segment::Segment;
use super::shelf::Shelf;
use super::taken::Seen;
use crate::domain::{Audience, Collection, Instant, Seq};

/// What a catalogue shows at one moment, to be written.
#[derive(Clone, Debug)]
pub struct Kept(pub(super) Making);

impl Kept {
    /// The place in the log that it stands for.
    pub fn seq(&self) -> Seq {
        self.0.at
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let (making, mut out) = (&self.0, Out(out));
        out.put(&(making.at.0, making.smallest))?;
        for known in [&making.public, &making.trusted] {
            let gone = known.gone.iter();
            let gone: Vec<(u8, Uuid)> = gone
                .map(|record| (number(&Collection::ALL, &record.collection), record.id))
                .collect();
            out.put(&(gone, known.changed_at.map(Instant::micros)))?;
        }
        out.put(&making.shelves.len())?;
        for ((collection, seen), shelf) in &making.shelves {
            let parts = shelf.parts();
            let place = (number(&Collection::ALL, collection), number(&SEEN, seen));
            out.put(&(place, parts.len()))?;
            for part in parts {
                out.put(&part.dead)?;
                part.segment.write(&mut out)?;
            }
        }
        Ok(())
    }

    /// Reads what was written.
    ///
    /// # Errors
    /// Those of `from`; `InvalidData` or `UnexpectedEof` if it is not all there, or is something else.
    pub fn read(from: impl Read) -> io::Result<Kept> {
        let mut from = In(from);
        let (at, smallest) = from.get()?;
        let mut known = || {
            let (gone, changed_at): (Vec<(u8, Uuid)>, Option<i64>) = from.get()?;
            let gone = gone
                .into_iter()
                .map(|(collection, id)| Ok(of(&Collection::ALL, collection)?.record(id)));
            let gone: io::Result<_> = gone.collect::<io::Result<_>>();
            io::Result::Ok(Known {
                gone: Arc::new(gone?),
                changed_at: changed_at.and_then(Instant::of_micros),
            })
        };
        let (public, trusted) = (known()?, known()?);
        let mut shelves = BTreeMap::new();
        for _ in 0..from.get::<usize>()? {
            let ((collection, seen), parts): ((u8, u8), usize) = from.get()?;
            let part = |_| {
                let dead: RoaringBitmap = from.get()?;
                let segment = Segment::read(&mut from)?;
                io::Result::Ok(Arc::new(Part::new(Arc::new(segment), dead)))
            };
            let parts: io::Result<Vec<_>> = (0..parts).map(part).collect();
            let place = (of(&Collection::ALL, collection)?, of(&SEEN, seen)?);
            shelves.insert(place, Shelf::of(parts?, smallest));
        }
        Ok(Kept(Making {
            at: Seq(at),
            smallest,
            shelves,
            public,
            trusted,
        }))
    }

    /// The catalogue that shows it.
    pub fn open(self) -> Catalogue {
        Catalogue::of(self.0)
    }
}

const SEEN: [Seen; 3] = [
    Seen::Alike,
    Seen::By(Audience::Public),
    Seen::By(Audience::Trusted),
];

/// The number of one of few.
fn number<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let place = all.iter().position(|other| other == one);
    place
        .and_then(|place| u8::try_from(place).ok())
        .expect("there are few, and it is one of them")
}

fn of<T: Copy>(all: &[T], number: u8) -> io::Result<T> {
    let one = all.get(usize::from(number)).copied();
    one.ok_or_else(|| Error::new(ErrorKind::InvalidData, "there is none with that number"))
}

/// The values of a column.
pub(super) mod values {
    use std::borrow::Cow;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::domain::{Concept, Edtf, Instant, Scheme, Value};

    /// A value that can be asked for.
    #[derive(Serialize, Deserialize)]
    enum Packed<'a> {
        Text(#[serde(borrow)] Cow<'a, str>),
        Concept(u8, usize),
        Integer(i64),
        Number(f64),
        Boolean(bool),
        Instant(i64),
        Edtf(#[serde(borrow)] Cow<'a, str>),
    }

    pub(in super::super) fn serialize<S: Serializer>(
        values: &[Value],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| match value {
            Value::Text(text) => Packed::Text(text.into()),
            Value::Concept(concept) => Packed::Concept(
                super::number(Scheme::ALL, &concept.scheme()),
                concept.rank(),
            ),
            Value::Integer(number) => Packed::Integer(*number),
            Value::Number(number) => Packed::Number(*number),
            Value::Boolean(is) => Packed::Boolean(*is),
            Value::Instant(instant) => Packed::Instant(instant.micros()),
            Value::Edtf(edtf) => Packed::Edtf(edtf.as_str().into()),
            other => unreachable!("no column holds {other:?}"),
        }))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Box<[Value]>, D::Error> {
        let values = Vec::<Packed<'_>>::deserialize(deserializer)?;
        let values = values.into_iter().map(|value| {
            let value = match value {
                Packed::Text(text) => Some(Value::Text(text.into_owned())),
                Packed::Concept(scheme, rank) => concept(scheme, rank).map(Value::Concept),
                Packed::Integer(number) => Some(Value::Integer(number)),
                Packed::Number(number) => Some(Value::Number(number)),
                Packed::Boolean(is) => Some(Value::Boolean(is)),
                Packed::Instant(micros) => Instant::of_micros(micros).map(Value::Instant),
                Packed::Edtf(text) => Edtf::parse(&text).ok().map(Value::Edtf),
            };
            value.ok_or_else(|| D::Error::custom("there is no such value"))
        });
        values.collect()
    }

    fn concept(scheme: u8, rank: usize) -> Option<Concept> {
        Scheme::ALL.get(usize::from(scheme))?.concepts().nth(rank)
    }
}

/// Chunks on their way out.
pub(super) struct Out<W>(W);

/// Chunks on their way in.
pub(super) struct In<R>(R);

impl<W: Write> Out<W> {
    /// One value as a chunk.
    pub(super) fn put<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let bytes = postcard::to_allocvec(value).map_err(Error::other)?;
        self.bytes(&bytes)
    }

    /// Bytes as a chunk.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut packed = zstd::Encoder::new(Vec::new(), 1)?;
        packed.include_checksum(true)?;
        packed.write_all(bytes)?;
        let packed = packed.finish()?;
        self.0.write_all(&(packed.len() as u64).to_le_bytes())?;
        self.0.write_all(&packed)
    }
}

impl<R: Read> In<R> {
    /// The value of the next chunk.
    pub(super) fn get<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let bytes = self.bytes()?;
        postcard::from_bytes(&bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
    }

    /// The bytes of the next chunk.
    pub(super) fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut length = [0; 8];
        self.0.read_exact(&mut length)?;
        // A length is believed only as far as bytes follow.
        let packed = Read::by_ref(&mut self.0).take(u64::from_le_bytes(length));
        zstd::decode_all(packed)
    }
}
