//! What somebody may have meant who wrote a word that is not known here.

use super::name_key::fold;
use super::{Wrong, shortened};

/// What is wrong with a word that is none of `words`: those that were perhaps meant, and then all.
///
/// ```
/// use heritage_registry::domain::not_one_of;
/// let wrong = not_one_of("activ", &["active", "inactive"]);
/// assert_eq!(wrong.0, "\"activ\" is not known here: did you mean active? It is one of active, inactive");
/// assert_eq!(not_one_of("x", &["active", "inactive"]).0, "\"x\" is not one of active, inactive");
/// ```
pub fn not_one_of(text: &str, words: &[&str]) -> Wrong {
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let spellings = folded.iter().map(String::as_str);
    let near = nearest(text, spellings.zip(words.iter().copied()));
    let all = words.join(", ");
    Wrong(if near.is_empty() {
        format!("\"{text}\" is not one of {all}", text = shortened(text))
    } else {
        let meant = did_you_mean(&near);
        format!(
            "\"{text}\" is not known here: {meant} is one of {all}",
            text = shortened(text)
        )
    })
}

/// The first part of a message about a name that is none of `names`: those that were perhaps meant, and then all.
///
/// ```
/// use heritage_registry::domain::known_are;
/// assert_eq!(known_are("sitetype", &["names", "site_type"]), "did you mean site_type? Known are names, site_type");
/// assert_eq!(known_are("type", &["names", "site_type"]), "did you mean site_type? Known are names, site_type");
/// assert_eq!(known_are("x", &["names", "site_type"]), "known are names, site_type");
/// assert_eq!(known_are("x", &[]), "none are known here");
/// ```
pub fn known_are(name: &str, names: &[&str]) -> String {
    let all = names.join(", ");
    // A part of one is as good a sign as letters are: `type` of `site_type`.
    let parts = names.iter().copied().filter(|one| {
        let mut parts = one.split('_');
        one.contains('_') && parts.any(|part| part.trim_end_matches('s') == name)
    });
    let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let spellings = folded.iter().map(String::as_str);
    match nearest(name, spellings.zip(names.iter().copied())).as_slice() {
        [] if names.is_empty() => "none are known here".to_owned(),
        [] => match parts.take(3).collect::<Vec<_>>().as_slice() {
            [] => format!("known are {all}"),
            near => format!("did you mean {}? Known are {all}", one_of(near)),
        },
        near => format!("did you mean {}? Known are {all}", one_of(near)),
    }
}

/// A question whether `text` was meant as one of `words`, if one is near.
///
/// ```
/// use heritage_registry::domain::perhaps_meant;
/// assert_eq!(perhaps_meant("lke", &["IN", "LIKE"]), Some("did you mean LIKE?".to_owned()));
/// assert_eq!(perhaps_meant("x", &["IN", "LIKE"]), None);
/// ```
pub fn perhaps_meant(text: &str, words: &[&str]) -> Option<String> {
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let spellings = folded.iter().map(String::as_str);
    let near = nearest(text, spellings.zip(words.iter().copied()));
    (!near.is_empty()).then(|| format!("did you mean {}?", one_of(&near)))
}

/// At most three words that `text` may have been meant as, the nearest first; of equally near ones the first given.
///
/// Each word comes with a spelling of it, folded ([`fold`]); it may come with several. A spelling is near if at most two
/// letters, and less than half of those of `text`, are wrong, missing, too many or exchanged with their neighbour.
/// Where one is equal but for case and accents, those that are not are left out.
pub(super) fn nearest<'a>(
    text: &str,
    spellings: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<&'a str> {
    let text: Vec<char> = fold(text).chars().collect();
    let mut near: Vec<(usize, &str)> = spellings
        .filter_map(|(spelling, word)| {
            let is_near = |distance| distance <= 2 && distance * 2 < text.len();
            // Most are too long or too short: they are not measured, and a text of a megabyte is near to nothing.
            if !is_near(spelling.chars().count().abs_diff(text.len())) {
                return None;
            }
            let spelling: Vec<char> = spelling.chars().collect();
            let distance = distance(&text, &spelling);
            is_near(distance).then_some((distance, word))
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    if near.first().is_some_and(|(distance, _)| *distance == 0) {
        near.retain(|(distance, _)| *distance == 0);
    }
    let mut words = Vec::new();
    for (_, word) in near {
        if words.len() < 3 && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The first part of a message about an unknown word: `did you mean church or crypt? It`, or `it` where none is near.
pub(super) fn did_you_mean(near: &[&str]) -> String {
    if near.is_empty() {
        return "it".to_owned();
    }
    format!("did you mean {}? It", one_of(near))
}

/// `church`, `church or crypt`, `church, crypt or cave`.
fn one_of(words: &[&str]) -> String {
    match words {
        [several @ .., last] if !several.is_empty() => {
            format!("{} or {last}", several.join(", "))
        }
        one => one.concat(),
    }
}

/// How many letters to replace, leave out, put in or exchange with their neighbour (Damerau's distance, by optimal
/// string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut two_above = above.clone();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = above[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(two_above[j - 1] + 1);
            }
            row.push(least);
        }
        two_above = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest_of(text: &str, words: &[&'static str]) -> Vec<&'static str> {
        nearest(text, words.iter().map(|word| (*word, *word)))
    }

    #[test]
    fn letters_are_wrong_missing_too_many_or_exchanged() {
        for (a, b, expected) in [
            ("church", "church", 0),
            ("churk", "church", 2),
            ("churc", "church", 1),
            ("churcch", "church", 1),
            ("chruch", "church", 1),
            ("cave", "wave", 1),
            ("", "cave", 4),
            ("cave", "", 4),
            ("եկեղցի", "եկեղեցի", 1),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&letters(a), &letters(b)), expected, "{a}, {b}");
        }
    }

    #[test]
    fn a_word_is_near_that_differs_in_two_letters_and_in_less_than_half() {
        for (text, expected) in [
            ("churc", &["church"][..]),
            ("chu", &[]),
            ("crypr", &["crypt"]),
            ("cyrtp", &["crypt"]),
            ("caev", &["cave"]),
            ("cv", &[]),
            ("caverns", &[]),
            ("", &[]),
        ] {
            assert_eq!(
                nearest_of(text, &["church", "crypt", "cave"]),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn the_nearest_come_first_and_are_three_at_most() {
        let words = ["moles", "mosses", "moses", "roses", "poses"];
        assert_eq!(nearest_of("mosez", &words), ["moses", "moles", "mosses"]);
    }

    #[test]
    fn one_or_several_may_have_been_meant() {
        for (text, expected) in [
            ("mosez", "did you mean moses, Moles or mosses? It"),
            ("mole", "did you mean Moles? It"),
            ("gibbon", "\"gibbon\" is not one of Moles"),
        ] {
            let wrong = not_one_of(text, &["Moles", "mosses", "moses"]).0;
            assert!(wrong.contains(expected), "{wrong}");
        }
    }

    #[test]
    fn a_word_that_is_equal_but_for_case_and_accents_is_the_only_one() {
        assert_eq!(nearest_of("CAVE", &["wave", "cave"]), ["cave"]);
        let spellings = [("cave", "cave"), ("eglise", "church"), ("eglisa", "other")];
        assert_eq!(nearest("Église", spellings.into_iter()), ["church"]);
    }

    #[test]
    fn a_word_with_two_near_spellings_is_named_once() {
        let spellings = [
            ("mecid", "mosque"),
            ("mesgid", "mosque"),
            ("mosque", "mosque"),
        ];
        assert_eq!(nearest("mescid", spellings.into_iter()), ["mosque"]);
    }
}
