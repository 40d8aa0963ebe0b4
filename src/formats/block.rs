//! Written features one after the other, what several of them say kept once.
//!
//! Licences, types, dates of a run and the like are the same for most: with them kept once, a block is a quarter smaller.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use uuid::Uuid;

use super::packed::pack;
use super::written::{ValueForm, Written, values_of};
use crate::domain::Feature;

/// A block in the making.
#[derive(Debug, Default)]
pub struct Block {
    bytes: Vec<u8>,
    /// Where each value stands, by its hash.
    places: HashMap<u64, Range<usize>>,
    hashes: RandomState,
}

/// A reference takes about so many bytes: shorter values are better repeated.
const SHORT: usize = 4;

impl Block {
    /// Appends a feature; gives where it stands.
    pub fn write(&mut self, feature: &Feature) -> Range<usize> {
        let values = values_of(feature);
        let from = self.bytes.len();
        self.bytes.extend_from_slice(&values.digest);
        for (number, form, payload) in &values.payloads {
            self.push(*number, *form, payload);
        }
        from..self.bytes.len()
    }

    /// Appends a feature of another block; gives where it stands.
    pub fn copy(&mut self, written: Written<'_>) -> Range<usize> {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(written.digest());
        for (number, form, payload) in written.values() {
            self.push(number, form, payload);
        }
        from..self.bytes.len()
    }

    fn push(&mut self, number: u8, form: ValueForm, payload: &[u8]) {
        self.bytes.push(number);
        let hash = self.hashes.hash_one(payload);
        if payload.len() > SHORT {
            let known = self.places.get(&hash);
            if let Some(place) = known.filter(|place| self.bytes[(*place).clone()] == *payload) {
                let from = place.start;
                form.pack(&mut self.bytes, payload.len(), true);
                pack(&mut self.bytes, from);
                return;
            }
        }
        form.pack(&mut self.bytes, payload.len(), false);
        let from = self.bytes.len();
        self.bytes.extend_from_slice(payload);
        self.places.insert(hash, from..self.bytes.len());
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes, of which [`Written::new`] reads.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// One of its features.
    pub fn read(&self, id: Uuid, place: Range<usize>) -> Written<'_> {
        Written::new(id, &self.bytes, place)
    }
}
