//! Numbers and texts one after the other, as short as they are: each number in seven bits a byte, each text after its length.

/// What is left to read; whoever reads knows what was written.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a>(pub(super) &'a [u8]);

/// Appends a number: seven bits a byte, the lowest first, the highest bit set on all but the last.
pub(super) fn pack(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return out.push(low & 0x7f);
        }
        out.push(low | 0x80);
    }
}

/// Appends a length and that many bytes.
pub(super) fn pack_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    pack(out, bytes.len());
    out.extend_from_slice(bytes);
}

impl<'a> Packed<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte().expect("what was packed is whole");
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }

    pub(super) fn bytes(&mut self, length: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    /// Bytes after their length.
    pub(super) fn sized(&mut self) -> &'a [u8] {
        let length = self.number();
        self.bytes(length)
    }

    pub(super) fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.sized()).expect("it was packed as a text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_read() {
        let mut out = Vec::new();
        for number in [0, 1, 127, 128, 16_383, 16_384, u32::MAX as usize] {
            pack(&mut out, number);
            pack_bytes(&mut out, "Շուշի".as_bytes());
        }
        let mut rest = Packed(&out);
        for number in [0, 1, 127, 128, 16_383, 16_384, u32::MAX as usize] {
            assert_eq!((rest.number(), rest.text()), (number, "Շուշի"));
        }
        assert!(rest.is_empty() && rest.byte().is_none());
    }
}
