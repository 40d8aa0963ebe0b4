//! The vocabularies as pages: a list of them, and each as a tree of its concepts.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::dates::of_years;
use super::frame::{Addresses, Frame};
use super::templates::render;
use super::texts::say;
use crate::domain::{Collection, Concept, Match, Property, Scheme};
use crate::http::Problem;
use crate::http::call::Call;
use crate::http::vocabularies::used_in;

/// What a vocabulary is called.
pub(in crate::http) fn name(lang: &str, scheme: Scheme) -> String {
    let key = format!("{}{}", "vocabulary_names.", scheme.id());
    say(lang, &key, &[])
}

/// The page of the list of vocabularies.
pub(in crate::http) async fn list(document: &Value, call: &Call) -> Result<HttpResponse, Problem> {
    let page = json!({ "vocabularies": document["vocabularies"] });
    super::answer(render("vocabularies.html", &Frame::of(call), page), call).await
}

/// The page of a vocabulary: what stands in its document, in the language of the reader.
pub(in crate::http) async fn show(scheme: Scheme, call: &Call) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(call);
    let showing = Showing {
        scheme,
        lang: frame.lang,
        addresses: frame.addresses(),
        uses: used_in(scheme, call.reader.audience()).collect(),
    };
    let page = json!({
        "title": name(frame.lang, scheme),
        "scheme": scheme.id(),
        "number": scheme.concepts().count(),
        "concepts": showing.below(None, &scheme.tree()),
        "linked_data": frame.addresses().to(&frame.here(&["f"], &[("f", "jsonld")])),
    });
    super::answer(render("vocabulary.html", &frame, page), call).await
}

/// How concepts are shown.
struct Showing {
    scheme: Scheme,
    lang: &'static str,
    addresses: Addresses,
    /// What can be asked for them.
    uses: Vec<(Collection, &'static Property)>,
}

impl Showing {
    /// The concepts of a tree below one, each with those below it.
    fn below(&self, broader: Option<Concept>, tree: &[(usize, Concept)]) -> Vec<Value> {
        let here = tree.iter().filter(|(_, one)| one.broader() == broader);
        here.map(|(_, one)| self.concept(*one, tree)).collect()
    }

    fn concept(&self, one: Concept, tree: &[(usize, Concept)]) -> Value {
        let id = one.id();
        let uses = self.uses.iter().map(|(collection, property)| {
            let path = format!("/collections/{collection}/items?{}={id}", property.name);
            json!({ "href": self.addresses.to(&path), "text": self.text(*collection, property) })
        });
        json!({
            "id": id,
            "label": one.label(self.lang),
            "note": one.scope_note(),
            "is_unreviewed": one.unreviewed().contains(&self.lang),
            "years": years(one, self.lang),
            "uses": uses.collect::<Vec<_>>(),
            "matches": one.matches().iter().map(elsewhere).collect::<Vec<_>>(),
            "narrower": self.below(Some(one), tree),
        })
    }

    /// What features of a collection are called; with the name of the property, where several have such concepts and it is not named like them.
    fn text(&self, collection: Collection, property: &Property) -> String {
        let title = say(self.lang, title(collection), &[]);
        let of_it = self.uses.iter().filter(|(other, _)| *other == collection);
        if of_it.count() > 1 && property.name != self.scheme.id() {
            return format!("{title} ({})", property.name);
        }
        title
    }
}

const fn title(collection: Collection) -> &'static str {
    match collection {
        Collection::ConditionReports => "frame.reports",
        Collection::Organizations => "frame.organizations",
        Collection::Regions => "frame.regions",
        Collection::Sites => "frame.sites",
    }
}

fn years(concept: Concept, lang: &str) -> Option<String> {
    let (first, last) = concept.years();
    first.or(last)?;
    Some(of_years(lang, first, last))
}

/// The same concept elsewhere: the address, and what it is called there.
fn elsewhere(found: &Match) -> Value {
    let (_, id) = found.uri.rsplit_once('/').unwrap_or_default();
    let of = if found.uri.contains("wikidata") {
        "Wikidata"
    } else {
        "AAT"
    };
    json!({ "href": found.uri, "text": format!("{of} {id}"), "is_exact": found.is_exact })
}
