//! The written features of a segment, in blocks that segments share: a merge moves places, and hardly any text.

use std::io::{self, Read, Write};
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::chunks::{In, Out};
use crate::domain::Feature;
use crate::formats::{Block, Written};

/// How long a block becomes before the next is begun, in bytes.
const BLOCK: usize = 1 << 20;

/// Written features, by row.
#[derive(Debug, Default)]
pub(super) struct Texts {
    blocks: Vec<Arc<[u8]>>,
    places: Box<[Place]>,
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    block: u32,
    from: u32,
    length: u32,
}

impl Texts {
    /// The feature of a row.
    pub(super) fn get(&self, row: u32, id: Uuid) -> Written<'_> {
        let place = self.places[row as usize];
        let from = place.from as usize;
        let block = &self.blocks[place.block as usize];
        Written::new(id, block, from..from + place.length as usize)
    }

    /// Puts them into chunks.
    pub(super) fn write(&self, out: &mut Out<impl Write>) -> io::Result<()> {
        out.put(&self.places)?;
        out.put(&self.blocks.len())?;
        self.blocks.iter().try_for_each(|block| out.bytes(block))
    }

    /// Reads them from there.
    pub(super) fn read(from: &mut In<impl Read>) -> io::Result<Texts> {
        let places = from.get()?;
        let blocks = 0..from.get::<usize>()?;
        let blocks = blocks.map(|_| Ok(from.bytes()?.into()));
        let blocks: io::Result<_> = blocks.collect();
        Ok(Texts {
            blocks: blocks?,
            places,
        })
    }
}

/// What becomes of the blocks of texts that are taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocks {
    /// They may be shared, with what is in them and no longer wanted.
    Shared,
    /// What is wanted of them is copied, and nothing else is kept.
    Copied,
}

/// Texts in the making.
#[derive(Debug, Default)]
pub(super) struct TextsBuilder {
    blocks: Vec<Arc<[u8]>>,
    places: Vec<Place>,
    block: Block,
    /// The places of the texts in `block`, which is not yet among the blocks.
    open: Vec<(usize, Place)>,
}

impl TextsBuilder {
    /// Writes the feature of the next row.
    pub(super) fn push(&mut self, feature: &Feature) {
        self.add(|block| block.write(feature));
    }

    /// Takes the rows in `chosen` of other texts, each with the one of them and its row there.
    ///
    /// A block of which more than half is wanted is shared, if that is allowed; what is wanted of the others is copied, so
    /// that they can go.
    pub(super) fn take_in(&mut self, sources: &[&Texts], chosen: &[(usize, u32)], blocks: Blocks) {
        let mut wanted: Vec<Vec<usize>> = sources
            .iter()
            .map(|texts| vec![0; texts.blocks.len()])
            .collect();
        for (source, row) in chosen {
            let place = sources[*source].places[*row as usize];
            wanted[*source][place.block as usize] += place.length as usize;
        }
        let mut shared: Vec<Vec<Option<u32>>> = Vec::new();
        for (texts, wanted) in sources.iter().zip(wanted) {
            let share = |(block, wanted): (&Arc<[u8]>, usize)| {
                (blocks == Blocks::Shared && wanted * 2 > block.len()).then(|| {
                    self.blocks.push(block.clone());
                    narrow(self.blocks.len() - 1)
                })
            };
            shared.push(texts.blocks.iter().zip(wanted).map(share).collect());
        }
        for (source, row) in chosen {
            let texts = sources[*source];
            let place = texts.places[*row as usize];
            match shared[*source][place.block as usize] {
                Some(block) => self.places.push(Place { block, ..place }),
                None => self.add(|block| block.copy(texts.get(*row, Uuid::nil()))),
            }
        }
    }

    fn add(&mut self, write: impl FnOnce(&mut Block) -> Range<usize>) {
        let range = write(&mut self.block);
        let place = Place {
            block: 0,
            from: narrow(range.start),
            length: narrow(range.len()),
        };
        self.open.push((self.places.len(), place));
        self.places.push(place);
        if self.block.len() >= BLOCK {
            self.close();
        }
    }

    fn close(&mut self) {
        let block = narrow(self.blocks.len());
        for (row, place) in self.open.drain(..) {
            self.places[row] = Place { block, ..place };
        }
        self.blocks
            .push(std::mem::take(&mut self.block).finish().into());
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Texts {
        if !self.open.is_empty() {
            self.close();
        }
        Texts {
            blocks: self.blocks,
            places: self.places.into(),
        }
    }
}

/// As a place keeps it: blocks have a megabyte and at most one text more, and there are no more of them than rows.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("blocks are short, and no more than the rows")
}
