//! What may be chosen in a form, and what it is called.

use super::Labels;
use super::taken::Taken;
use crate::domain::{Concept, Scheme};
use crate::http::desk::controls::Choice;
use crate::http::pages::{language, say};

/// What may be chosen at a place, each with whether it is; a value that nobody may choose is offered as long as it stands there.
pub(super) fn choices(
    taken: Taken<'_>,
    labels: Labels,
    chosen: &[&str],
    lang: &str,
) -> Vec<Choice> {
    let ids: Vec<&str> = taken.choices().collect();
    let unknown = chosen
        .iter()
        .filter(|one| !one.is_empty() && !ids.contains(one));
    let all = ids.iter().chain(unknown);
    all.map(|id| {
        let concept = labels.scheme().and_then(|scheme| scheme.find(id));
        Choice {
            value: (*id).to_owned(),
            text: labels.called(id, lang),
            depth: concept.map_or(0, depth),
            note: labels.note(id, lang),
            is_chosen: chosen.contains(id),
            key: None,
        }
    })
    .collect()
}

/// The languages in which names and texts are written here most, in the order of their codes.
const LANGUAGES: [&str; 16] = [
    "ar", "az", "az-Arab", "az-Cyrl", "azb", "en", "fa", "fr", "hy", "hyw", "ka", "ku", "ota",
    "ru", "tr", "und",
];

/// The languages to choose from; that of the page is chosen where nothing is yet.
pub(super) fn languages(chosen: &str, lang: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { lang } else { chosen };
    let other = Some(chosen).filter(|chosen| !LANGUAGES.contains(chosen));
    let all = LANGUAGES.into_iter().chain(other);
    named(all, &[chosen], lang)
}

/// The languages to choose any number of: those that are chosen first and in their order, since that is what is sent again.
pub(super) fn any_languages(chosen: &[&str], lang: &str) -> Vec<Choice> {
    let others = LANGUAGES.into_iter().filter(|tag| !chosen.contains(tag));
    named(chosen.iter().copied().chain(others), chosen, lang)
}

fn named<'a>(all: impl Iterator<Item = &'a str>, chosen: &[&str], lang: &str) -> Vec<Choice> {
    all.map(|tag| Choice {
        value: tag.to_owned(),
        text: language(lang, tag),
        is_chosen: chosen.contains(&tag),
        ..Choice::default()
    })
    .collect()
}

impl Labels {
    /// What an id is called; one that is no concept is shown as it is.
    pub(super) fn called(self, id: &str, lang: &str) -> String {
        if let Labels::Said(texts) = self {
            return say(lang, &format!("{texts}{id}"), &[]);
        }
        let concept = self.scheme().and_then(|scheme| scheme.find(id));
        concept.map_or(id, |concept| concept.label(lang)).to_owned()
    }

    /// The scheme of the concepts.
    pub(super) fn scheme(self) -> Option<Scheme> {
        match self {
            Labels::Of(scheme) | Labels::Explained(scheme, _) => Some(scheme),
            Labels::Said(_) | Labels::Ids => None,
        }
    }

    fn note(self, id: &str, lang: &str) -> Option<String> {
        match self {
            Labels::Explained(_, texts) => Some(say(lang, &format!("{texts}{id}"), &[])),
            Labels::Of(_) | Labels::Said(_) | Labels::Ids => None,
        }
    }
}

/// How many broader concepts it has.
fn depth(concept: Concept) -> usize {
    std::iter::successors(concept.broader(), |one| one.broader()).count()
}
