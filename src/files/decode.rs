//! Bytes to text: UTF-8 with or without a byte order mark, and UTF-16, which Excel calls Unicode text.

use super::at;
use crate::domain::Fault;

/// The text of a file, without a byte order mark.
pub(super) fn text(mut bytes: Vec<u8>) -> Result<String, Fault> {
    if let Some(utf16) = Utf16::of(&bytes) {
        return utf16.text(&bytes);
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        at(
            line,
            "is not UTF-8 from here on: save the file as UTF-8 (in Excel: CSV UTF-8)",
        )
    })
}

/// The order of the two bytes of UTF-16.
#[derive(Clone, Copy)]
enum Utf16 {
    LittleEndian,
    BigEndian,
}

impl Utf16 {
    /// By the byte order mark, or, without one, since the first character of all three forms is an ASCII one.
    fn of(bytes: &[u8]) -> Option<Utf16> {
        match bytes {
            [0xFF, 0xFE, ..] => Some(Utf16::LittleEndian),
            [0xFE, 0xFF, ..] => Some(Utf16::BigEndian),
            [first, 0, ..] if *first != 0 => Some(Utf16::LittleEndian),
            [0, first, ..] if *first != 0 => Some(Utf16::BigEndian),
            _ => None,
        }
    }

    fn text(self, bytes: &[u8]) -> Result<String, Fault> {
        let (units, rest) = bytes.as_chunks::<2>();
        let units = units.iter().map(|unit| match self {
            Utf16::LittleEndian => u16::from_le_bytes(*unit),
            Utf16::BigEndian => u16::from_be_bytes(*unit),
        });
        let mut text = String::with_capacity(bytes.len());
        for character in
            char::decode_utf16(units).chain((!rest.is_empty()).then_some(Ok('\u{FFFD}')))
        {
            match character {
                Ok('\u{FEFF}') if text.is_empty() => {}
                Ok(character) if character != '\u{FFFD}' => text.push(character),
                _ => {
                    let line = 1 + text.matches('\n').count();
                    return Err(at(
                        line,
                        "is not UTF-16 from here on: save the file as UTF-8",
                    ));
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(of).collect()
    }

    #[test]
    fn every_way_to_write_a_text_gives_that_text() {
        let plain = "id,names\n1,Գանձասար 𐎀";
        let marked = format!("\u{FEFF}{plain}");
        for bytes in [
            plain.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(plain, u16::to_le_bytes),
            utf16(plain, u16::to_be_bytes),
        ] {
            assert_eq!(text(bytes.clone()).as_deref(), Ok(plain), "{bytes:?}");
        }
        assert_eq!(text(vec![]).as_deref(), Ok(""));
    }

    #[test]
    fn what_is_neither_is_told_at_its_line() {
        let mut half = utf16("a\nb\u{1F3DB}", u16::to_le_bytes);
        half.truncate(half.len() - 2);
        let mut odd = utf16("a\nbc", u16::to_le_bytes);
        odd.push(b'd');
        for (bytes, line) in [
            (b"a\nb\n\xC3\x28".to_vec(), "3"),
            // Windows-1251, as Excel writes it where nobody asks for more.
            (b"\xCC\xE5\xF7\xE5\xF2\xFC".to_vec(), "1"),
            (half, "2"),
            (odd, "2"),
        ] {
            assert_eq!(text(bytes).unwrap_err().place, line);
        }
    }
}
