//! The controlled vocabularies: `GET /vocabularies`, and each as SKOS in JSON-LD: `GET /vocabularies/{scheme}`.
//!
//! Whoever reads the JSON needs to know nothing of linked data; `@context` says it to those who do. A concept is known by the
//! address of its vocabulary with its id after `#`, which is its place on the page, too.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde_json::{Map, Value, json};

use super::asked::no_parameters;
use super::call::Call;
use super::negotiate::{DOCUMENT, HTML, JSON, JSON_LD, LINKED_DOCUMENT};
use super::{Problem, collections, pages, respond};
use crate::domain::{
    Audience, Collection, Concept, Kind, LABEL_LANGUAGES, Match, Property, Scheme, properties,
};

/// `GET /vocabularies`.
pub(super) async fn list(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let lang = respond::language(&call.reader);
    let entry = |scheme: &Scheme| {
        let title = pages::name_of_vocabulary(lang, *scheme);
        let link = call.link(&path(*scheme), "item", JSON, &title);
        json!({
            "id": scheme.id(),
            "title": title,
            "concepts": scheme.concepts().count(),
            "links": [link],
        })
    };
    let body = json!({
        "vocabularies": Scheme::ALL.iter().map(entry).collect::<Vec<_>>(),
        "links": call.forms("/vocabularies", JSON, "The vocabularies"),
    });
    if format == HTML {
        return pages::vocabularies(&body, &call).await;
    }
    respond::document(format, &body, None, &call).await
}

/// `GET /vocabularies/{scheme}`.
pub(super) async fn show(at: Path<String>, call: Call) -> Result<HttpResponse, Problem> {
    let scheme = Scheme::ALL.iter().find(|scheme| scheme.id() == *at);
    let scheme = *scheme.ok_or_else(Problem::not_found)?;
    let format = no_parameters(&call.request, LINKED_DOCUMENT)?;
    if format == HTML {
        return pages::vocabulary(scheme, &call).await;
    }
    respond::document(format, &document(scheme, &call), None, &call).await
}

/// The path of a vocabulary.
fn path(scheme: Scheme) -> String {
    format!("/vocabularies/{}", scheme.id())
}

/// The collections whose features can be asked for concepts of a scheme, with the properties that have them.
pub(super) fn used_in(
    scheme: Scheme,
    audience: Audience,
) -> impl Iterator<Item = (Collection, &'static Property)> {
    let of = move |collection: Collection| {
        let all = properties(collection, audience).into_iter();
        all.map(move |property| (collection, property))
    };
    let all = Collection::ALL.into_iter().flat_map(of);
    all.filter(move |(_, property)| {
        [Kind::Concept(scheme), Kind::Concepts(scheme)].contains(&property.kind)
    })
}

/// What the members mean (JSON-LD 1.1). Those that it does not name mean something here alone.
fn context() -> Value {
    let several_languages = |of: &str| json!({ "@id": of, "@container": "@language" });
    let address = |of: &str| json!({ "@id": of, "@type": "@id" });
    json!({
        "@version": 1.1,
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "id": "@id",
        "type": "@type",
        "ConceptScheme": "skos:ConceptScheme",
        "Concept": "skos:Concept",
        "notation": "skos:notation",
        "prefLabel": several_languages("skos:prefLabel"),
        "scopeNote": several_languages("skos:scopeNote"),
        "editorialNote": several_languages("skos:editorialNote"),
        "hasTopConcept": address("skos:hasTopConcept"),
        "broader": address("skos:broader"),
        "narrower": address("skos:narrower"),
        "exactMatch": address("skos:exactMatch"),
        "closeMatch": address("skos:closeMatch"),
        "concepts": { "@reverse": "skos:inScheme" },
    })
}

fn document(scheme: Scheme, call: &Call) -> Value {
    let itself = format!("{}{}", call.base_url, path(scheme));
    let tree = scheme.tree();
    let top = tree.iter().filter(|(depth, _)| *depth == 0);
    let used = used_in(scheme, call.reader.audience()).map(|(collection, property)| {
        let name = property.name;
        json!({
            "collection": collection.id(),
            "property": name,
            "title": property.title,
            "href": format!("{}/collections/{collection}/items?{name}={{notation}}", call.base_url),
            "templated": true,
        })
    });
    let title = pages::name_of_vocabulary("en", scheme);
    let mut links = call.forms(&path(scheme), JSON, &title);
    links.push(call.link(
        &format!("{}?f=jsonld", path(scheme)),
        "alternate",
        JSON_LD,
        &format!("{title} as JSON-LD"),
    ));
    links.push(call.link("/vocabularies", "collection", JSON, "The vocabularies"));
    links.push(collections::licence_link());
    json!({
        "@context": context(),
        "id": itself,
        "type": "ConceptScheme",
        "notation": scheme.id(),
        "prefLabel": in_all_languages(|lang| pages::name_of_vocabulary(lang, scheme)),
        "hasTopConcept": top.map(|(_, one)| address(&itself, *one)).collect::<Vec<_>>(),
        "concepts": tree.iter().map(|(_, one)| concept(&itself, *one)).collect::<Vec<_>>(),
        "usedIn": used.collect::<Vec<_>>(),
        "links": links,
    })
}

/// The address of a concept of the vocabulary at an address.
fn address(vocabulary: &str, one: Concept) -> String {
    format!("{vocabulary}#{}", one.id())
}

fn concept(vocabulary: &str, one: Concept) -> Value {
    let narrower = one
        .scheme()
        .concepts()
        .filter(|other| other.broader() == Some(one));
    let narrower: Vec<_> = narrower.map(|other| address(vocabulary, other)).collect();
    let matching = |is_exact: bool| -> Vec<&str> {
        let fitting = one
            .matches()
            .iter()
            .filter(|found| found.is_exact == is_exact);
        fitting.map(|found: &Match| found.uri.as_str()).collect()
    };
    let (first, last) = one.years();
    let unreviewed = one.unreviewed().join(", ");
    let note = (!unreviewed.is_empty())
        .then(|| json!({ "en": format!("Not reviewed yet: the labels in {unreviewed}.") }));
    let said = json!({
        "id": address(vocabulary, one),
        "type": "Concept",
        "notation": one.id(),
        "prefLabel": in_all_languages(|lang| one.label(lang).to_owned()),
        "scopeNote": one.scope_note().map(|note| json!({ "en": note })),
        "editorialNote": note,
        "broader": one.broader().map(|broader| address(vocabulary, broader)),
        "narrower": narrower,
        "exactMatch": matching(true),
        "closeMatch": matching(false),
        "first_year": first,
        "last_year": last,
    });
    let Value::Object(members) = said else {
        return said;
    };
    let is_said = |value: &Value| !value.is_null() && value != &json!([]);
    let members = members.into_iter().filter(|(_, value)| is_said(value));
    members.collect::<Map<_, _>>().into()
}

fn in_all_languages(label: impl Fn(&str) -> String) -> Value {
    let labels = LABEL_LANGUAGES.map(|lang| (lang.to_owned(), label(lang).into()));
    labels.into_iter().collect::<Map<_, _>>().into()
}
