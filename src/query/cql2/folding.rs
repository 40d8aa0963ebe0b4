//! `CASEI` and `ACCENTI`: texts without their case or their accents (CQL2, 7.5 and 7.6).

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// A text with its case folded, by the full folding of Unicode (C and F of `CaseFolding.txt`), in NFC.
pub(super) fn without_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Folding may undo a composition, and some letters fold differently when they are composed.
    text.nfd().default_case_fold().nfc().collect()
}

/// A text without what NFD makes a mark above, below or through a letter, in NFC.
///
/// The voicing marks of Japanese stay: without them it is another syllable. Letters that Unicode does not decompose, as `ı`
/// and `ł`, stay too.
pub(super) fn without_accents(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.nfd()
        .filter(|letter| !is_accent(*letter))
        .nfc()
        .collect()
}

fn is_accent(letter: char) -> bool {
    let is_voicing = matches!(letter, '\u{3099}' | '\u{309a}');
    is_combining_mark(letter) && canonical_combining_class(letter) != 0 && !is_voicing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_fully() {
        for (one, other) in [
            ("Shusha", "SHUSHA"),
            ("ԳԱՆՁԱՍԱՐ Straße ΣΊΣΥΦΟΣ", "գանձասար STRASSE σίσυφος"),
            ("Շուշի", "ՇՈՒՇԻ"),
            ("և", "եւ"),
            ("Şuşa", "ŞUŞA"),
            ("ﬁ", "FI"),
            ("ẞ", "ss"),
            ("Å", "å"),
            ("É", "e\u{301}"),
        ] {
            assert_eq!(without_case(one), without_case(other), "{one} {other}");
        }
        // The two letters of Turkish and Azerbaijani are not one to Unicode.
        assert_ne!(without_case("I"), without_case("ı"));
    }

    #[test]
    fn accents_go_and_letters_stay() {
        for (text, expected) in [
            ("Dadivank’", "Dadivank’"),
            ("Şuşa Łazančʿecʿocʿ が", "Susa Łazancʿecʿocʿ が"),
            ("Ağdam, Çərəktar, Üçtəpə", "Agdam, Cərəktar, Uctəpə"),
            ("й ё", "и е"),
            ("ば ぱ", "ば ぱ"),
            ("شُوشا", "شوشا"),
        ] {
            assert_eq!(without_accents(text), expected);
            assert_eq!(
                without_case(&without_accents(text)),
                without_accents(&without_case(text))
            );
        }
    }
}
