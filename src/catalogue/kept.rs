//! A catalogue as bytes: what a start reads instead of every record, as long as nothing but the log went on. Layers of
//! files are not in it: they are read anew.
//!
//! What is in the chunks (`chunks.rs`) is up to this build alone: whoever keeps them keeps with them which build wrote
//! them. They hold what the trusted may see, and are as secret as the database.

use std::collections::BTreeMap;
use std::io::{self, Error, ErrorKind, Read, Write};
use std::sync::Arc;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::Catalogue;
use super::chunks::{In, Out};
use super::holder::{Known, Making};
use super::part::Part;
use super::segment::Segment;
use super::shelf::Shelf;
use super::taken::Seen;
use crate::domain::{Audience, Collection, Instant, Mark, Seq};

/// What a catalogue shows at one moment, to be written.
#[derive(Clone, Debug)]
pub struct Kept(pub(super) Making);

impl Kept {
    /// The end of the log that it stands for.
    pub fn mark(&self) -> Mark {
        self.0.at
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let (making, mut out) = (&self.0, Out(out));
        out.put(&(making.at.seq.0, making.at.command, making.smallest))?;
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
        let (seq, command, smallest) = from.get()?;
        let mut known = || {
            let (gone, changed_at): (Vec<(u8, Uuid)>, Option<i64>) = from.get()?;
            let gone = gone
                .into_iter()
                .map(|(collection, id)| Ok(of(&Collection::ALL, collection)?.record(id)));
            let gone: io::Result<_> = gone.collect::<io::Result<_>>();
            io::Result::Ok(Known {
                gone: Arc::new(gone?),
                changed_at: changed_at.map(instant).transpose()?,
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
            at: Mark {
                seq: Seq(seq),
                command,
            },
            smallest,
            shelves,
            public,
            trusted,
            extras: Arc::default(),
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

fn instant(micros: i64) -> io::Result<Instant> {
    Instant::of_micros(micros)
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "there is no such moment"))
}

fn of<T: Copy>(all: &[T], number: u8) -> io::Result<T> {
    let one = all.get(usize::from(number)).copied();
    one.ok_or_else(|| Error::new(ErrorKind::InvalidData, "there is none with that number"))
}
