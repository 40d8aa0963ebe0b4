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
    // Less than half of the letters.
    let most = (text.len().saturating_sub(1) / 2).min(2);
    let mut near: Vec<(usize, &str)> = spellings
        .filter_map(|(spelling, word)| {
            // Most are too long or too short: they are not measured, and a text of a megabyte is near to nothing.
            if spelling.chars().count().abs_diff(text.len()) > most {
                return None;
            }
            let spelling: Vec<char> = spelling.chars().collect();
            Some((distance(&text, &spelling, most)?, word))
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
/// string alignment); `None` if those are more than `most`.
///
/// A hundred unknown names may be compared with all that are known: what lies farther from the diagonal than `most` is not
/// worked out, and nothing more once a row has no less.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let beyond = most + 1;
    let first = (0..=b.len()).map(|j| j.min(beyond)).collect();
    let [mut two_above, mut above, mut row]: [Vec<usize>; 3] =
        [vec![beyond; b.len() + 1], first, vec![beyond; b.len() + 1]];
    for i in 0..a.len() {
        row.fill(beyond);
        row[0] = (i + 1).min(beyond);
        for j in i.saturating_sub(most)..b.len().min(i + most + 1) {
            let replaced = above[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(two_above[j - 1] + 1);
            }
            row[j + 1] = least.min(beyond);
        }
        // An exchange reaches over one row.
        if row.iter().chain(&above).all(|cell| *cell >= beyond) {
            return None;
        }
        std::mem::swap(&mut two_above, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    Some(above[b.len()]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            let (a, b) = (letters(a), letters(b));
            assert_eq!(distance(&a, &b, 9), Some(expected), "{a:?}, {b:?}");
            assert_eq!(plainly(&a, &b), expected, "{a:?}, {b:?}");
        }
    }

    /// The whole table.
    fn plainly(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, rest) | (rest, 0) => rest,
                    _ => {
                        let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                        let least = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        let is_exchanged =
                            i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                        let exchanged = is_exchanged.then(|| table[i - 2][j - 2] + 1);
                        exchanged.map_or(least, |one| one.min(least))
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn a_distance_is_that_of_the_whole_table_or_too_much(a in "[abc]{0,9}", b in "[abc]{0,9}", most in 0..5_usize) {
            let [a, b]: [Vec<char>; 2] = [a, b].map(|text| text.chars().collect());
            let expected = Some(plainly(&a, &b)).filter(|distance| *distance <= most);
            prop_assert_eq!(distance(&a, &b, most), expected);
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
