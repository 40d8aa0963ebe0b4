//! Patterns of `LIKE` (CQL2, 7.3.1).

/// A pattern: `%` is any run of characters, `_` one of them, and `\` takes the next as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What stands between two `%`, none of which is empty.
    runs: Vec<Vec<Piece>>,
    /// Whether a text must begin with the first run, and end with the last.
    begins: bool,
    ends: bool,
}

/// What one or more characters must be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    AnyOne,
}

impl Pattern {
    /// Reads a pattern. Every text is one.
    pub fn new(text: &str) -> Pattern {
        let mut runs: Vec<Vec<Piece>> = vec![vec![]];
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let run = runs.last_mut().expect("there is always one");
            match character {
                '%' => runs.push(vec![]),
                '_' => run.push(Piece::AnyOne),
                // At the end of a pattern there is nothing to take, and it stands for itself.
                '\\' => push(run, characters.next().unwrap_or('\\')),
                other => push(run, other),
            }
        }
        let is_empty = |run: Option<&Vec<Piece>>| run.is_some_and(|run| run.is_empty());
        let is_open = runs.len() > 1;
        let begins = !(is_open && is_empty(runs.first()));
        let ends = !(is_open && is_empty(runs.last()));
        if is_open {
            runs.retain(|run| !run.is_empty());
        }
        Pattern { runs, begins, ends }
    }

    /// Whether all of a text is like it. Takes no longer than the lengths of the two multiplied.
    pub fn matches(&self, text: &str) -> bool {
        let mut runs = self.runs.as_slice();
        let mut rest = text;
        if self.begins {
            let Some((first, others)) = runs.split_first() else {
                return true;
            };
            let Some(after) = after(first, rest) else {
                return false;
            };
            if others.is_empty() && self.ends {
                return after.is_empty();
            }
            (rest, runs) = (after, others);
        }
        let last = if self.ends { runs.split_last() } else { None };
        if let Some((_, others)) = last {
            runs = others;
        }
        // The first place at which a run fits leaves the most to those after it.
        for run in runs {
            let Some(after) = first_place(run, rest) else {
                return false;
            };
            rest = after;
        }
        match last {
            None => true,
            Some((last, _)) => ends_with(last, rest),
        }
    }
}

fn push(run: &mut Vec<Piece>, character: char) {
    match run.last_mut() {
        Some(Piece::Text(text)) => text.push(character),
        _ => run.push(Piece::Text(character.to_string())),
    }
}

/// What follows a run at the beginning of a text, if it is there.
fn after<'t>(run: &[Piece], text: &'t str) -> Option<&'t str> {
    run.iter().try_fold(text, |rest, piece| match piece {
        Piece::Text(wanted) => rest.strip_prefix(wanted.as_str()),
        Piece::AnyOne => {
            let mut characters = rest.chars();
            characters.next().map(|_| characters.as_str())
        }
    })
}

/// What follows the first place of a run in a text.
fn first_place<'t>(run: &[Piece], text: &'t str) -> Option<&'t str> {
    if let [Piece::Text(wanted)] = run {
        let at = text.find(wanted.as_str())?;
        return Some(&text[at + wanted.len()..]);
    }
    let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    places.find_map(|at| after(run, &text[at..]))
}

fn ends_with(run: &[Piece], text: &str) -> bool {
    let length: usize = run
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.chars().count(),
            Piece::AnyOne => 1,
        })
        .sum();
    let from = match length.checked_sub(1) {
        None => text.len(),
        Some(before) => match text.char_indices().nth_back(before) {
            Some((at, _)) => at,
            None => return false,
        },
    };
    after(run, &text[from..]).is_some_and(str::is_empty)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_fit_these_texts_and_not_those() {
        for (pattern, like, unlike) in [
            ("", vec![""], vec!["a"]),
            ("%", vec!["", "a", "ab"], vec![]),
            ("_", vec!["a", "ձ"], vec!["", "ab"]),
            ("a%", vec!["a", "ab"], vec!["", "ba"]),
            ("%a", vec!["a", "ba", "aa"], vec!["", "ab"]),
            ("%a%", vec!["a", "bab"], vec!["", "b"]),
            ("a%a", vec!["aa", "aba"], vec!["a", "ab"]),
            ("%ab%ab", vec!["abab", "abxab"], vec!["ab", "abaxb"]),
            ("_%_", vec!["ab", "abc"], vec!["a", ""]),
            ("%_b%", vec!["ab", "xaby"], vec!["b", "ba"]),
            (r"50\%", vec!["50%"], vec!["500", r"50\"]),
            (r"a\_b", vec!["a_b"], vec!["axb"]),
            (r"\\%", vec![r"\", r"\a"], vec!["a"]),
            (r"a\", vec![r"a\"], vec!["a"]),
            ("%%", vec!["", "a"], vec![]),
        ] {
            let compiled = Pattern::new(pattern);
            for text in like {
                assert!(compiled.matches(text), "{pattern} {text}");
            }
            for text in unlike {
                assert!(!compiled.matches(text), "{pattern} {text}");
            }
        }
    }

    /// The rule as it is said.
    fn said(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|at| said(rest, &text[at..])),
            ['_', rest @ ..] => !text.is_empty() && said(rest, &text[1..]),
            ['\\', letter, rest @ ..] | [letter, rest @ ..] => {
                text.first() == Some(letter) && said(rest, &text[1..])
            }
        }
    }

    proptest! {
        #[test]
        fn a_pattern_fits_what_the_rule_says(pattern in "[ab%_\\\\]{0,8}", text in "[ab%]{0,8}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = said(&letters(&pattern), &letters(&text));
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), expected);
        }
    }
}
