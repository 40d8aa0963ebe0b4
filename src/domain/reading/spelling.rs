//! How short texts are spelled: one pattern, by which they are read and which their JSON Schema shows.

use std::sync::OnceLock;

use regex::Regex;

use crate::domain::FaultKind;

/// A spelling. Its pattern means the same here and in ECMA 262, which JSON Schema asks for.
#[derive(Debug)]
pub(in crate::domain) struct Spelling {
    /// It matches the whole text, from `^` to `$`.
    pub(in crate::domain) pattern: &'static str,
    /// The fault of a text that is spelled otherwise.
    pub(in crate::domain) kind: FaultKind,
    /// What a text is that is spelled like this, or, in a rule, the fault of another.
    pub(in crate::domain) what: &'static str,
    compiled: OnceLock<Regex>,
}

impl Spelling {
    pub(in crate::domain) const fn new(
        pattern: &'static str,
        kind: FaultKind,
        what: &'static str,
    ) -> Spelling {
        Spelling {
            pattern,
            kind,
            what,
            compiled: OnceLock::new(),
        }
    }

    /// Whether a text is spelled like this.
    pub(in crate::domain) fn fits(&self, text: &str) -> bool {
        let compile = || Regex::new(self.pattern).expect("a test asks for every schema");
        self.compiled.get_or_init(compile).is_match(text)
    }
}
