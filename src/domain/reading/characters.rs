//! Which characters a text may hold: none that nobody sees, since two texts could look alike with them and be others, or be
//! shown in another order than they are written in.

use std::sync::LazyLock;

/// Ranges of characters, ascending: the first and the last of each.
type Ranges = [(char, char)];

/// Blanks that no text has within it: tabs, and every line break but U+000A.
const BREAKS: &str = r"\u0009\u000b-\u000d\u0085\u2028\u2029";

/// What nobody sees: control characters, U+2028 and U+2029, the marks of interlinear annotation (U+FFF9 to U+FFFB), and what
/// Unicode calls `Default_Ignorable_Code_Point` but for the two that have a sign drawn with or without colours, and for the marks
/// of a single direction, which texts from right to left have. Joiners are among it, which have a place between letters.
const UNSEEN: &Ranges = &[
    ('\0', '\u{8}'),
    ('\u{e}', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200d}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0d}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Letters and marks of scripts that join their letters, Arabic and Syriac.
const JOINING: &Ranges = &[
    ('\u{620}', '\u{65f}'),
    ('\u{66e}', '\u{6d3}'),
    ('\u{6d5}', '\u{6d5}'),
    ('\u{6ee}', '\u{6ef}'),
    ('\u{6fa}', '\u{6ff}'),
    ('\u{710}', '\u{77f}'),
    ('\u{870}', '\u{88e}'),
    ('\u{8a0}', '\u{8c9}'),
];

/// As the class of a pattern has them. Beyond U+FFFF they stand as they are: there is no way to write them that every reader of
/// a pattern knows.
fn class(ranges: &Ranges) -> String {
    let written = |c: char| match u32::from(c) {
        code @ ..=0xffff => format!(r"\u{code:04x}"),
        _ => c.to_string(),
    };
    let ranges = ranges
        .iter()
        .map(|(first, last)| [written(*first), written(*last)].join("-"));
    ranges.collect()
}

fn is_among(ranges: &Ranges, c: char) -> bool {
    let at = ranges.partition_point(|(_, last)| *last < c);
    ranges.get(at).is_some_and(|(first, _)| *first <= c)
}

/// The pattern of a text: what is cut off around it, and between that something, in which [`misplaced`] finds nothing.
///
/// It means the same here and in ECMA 262, but that U+0085 is no blank there.
pub(super) static TEXT: LazyLock<String> = LazyLock::new(|| {
    let (unseen, joining) = (class(UNSEEN), class(JOINING));
    let seen = format!(r"[^\s{unseen}]");
    let joined = format!(r"[{joining}](?:[\u200c\u200d][{joining}])+");
    let blank = format!(r"[^\S{BREAKS}\ufeff]");
    format!(r"^[^\S\ufeff]*(?:(?:{seen}|{joined}){blank}*)+[^\S\ufeff]*$")
});

/// The first character of a text, trimmed, that has no place where it stands.
pub(super) fn misplaced(text: &str) -> Option<char> {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let after = characters.peek().copied();
        let is_between = || before.is_some_and(is_joining) && after.is_some_and(is_joining);
        if is_unseen(c) && !(is_joiner(c) && is_between()) {
            return Some(c);
        }
        before = Some(c);
    }
    None
}

/// Zero width non-joiner and joiner: in Persian and Kurdish they tell one word from another.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether it is a control character, and no line break, or one of [`UNSEEN`].
fn is_unseen(c: char) -> bool {
    // Most characters are told by this alone.
    if (' '..='~').contains(&c) || c == '\n' {
        return false;
    }
    c.is_control() || is_among(UNSEEN, c)
}

/// Whether it is one of [`JOINING`].
fn is_joining(c: char) -> bool {
    is_among(JOINING, c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_of_a_text_is_what_is_read() {
        let pattern = regex::Regex::new(&TEXT).unwrap();
        let all = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        for c in all {
            for text in [
                format!("{c}"),
                format!("a{c}b"),
                format!(" {c}a"),
                format!("a{c}"),
                format!("ه{c}ه"),
                format!("ه\u{200c}{c} ه"),
                format!("{c}\u{200d}ه"),
            ] {
                let trimmed = text.trim();
                let is_read = !trimmed.is_empty() && misplaced(trimmed).is_none();
                assert_eq!(pattern.is_match(&text), is_read, "{text:?}");
            }
        }
    }

    #[test]
    fn a_character_that_only_disguises_a_text_is_found() {
        for (text, expected) in [
            ("Anna\u{202e}nimdA", Some('\u{202e}')),
            ("\u{2066}a\u{2069}", Some('\u{2066}')),
            ("Şu\u{200b}şa", Some('\u{200b}')),
            ("Շու\u{ad}շի", Some('\u{ad}')),
            ("Шуша\u{2060}", Some('\u{2060}')),
            ("\u{feff}Shusha", Some('\u{feff}')),
            ("Shusha\u{e0041}", Some('\u{e0041}')),
            ("\u{200f}شوشا\u{61c} (Shusha)", None),
            ("Sh\u{200d}usha", Some('\u{200d}')),
            ("شوشا\u{200c}", Some('\u{200c}')),
            ("شوشا\u{200c}\u{200c}ها", Some('\u{200c}')),
            ("پناه\u{200c}آباد", None),
            ("کوردی\u{200d}ه", None),
            ("ܫܘ\u{200d}ܫܐ", None),
            ("A mine ☠\u{fe0f}!\nTwo.", None),
        ] {
            assert_eq!(misplaced(text), expected, "{text:?}");
        }
    }
}
