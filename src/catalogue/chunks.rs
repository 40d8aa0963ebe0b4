//! A row of chunks: each is one value or one block of bytes, packed and with a checksum, so that what was damaged or cut
//! off is noticed before anything is made of it.

use std::io::{self, Error, ErrorKind, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Chunks on their way out.
pub(super) struct Out<W>(pub(super) W);

/// Chunks on their way in.
pub(super) struct In<R>(pub(super) R);

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
