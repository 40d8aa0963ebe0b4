//! Every link that can be reached from `/`, and from a feature of each collection: a page has them by their ids.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use actix_web::test::TestRequest;
use heritage_registry::domain::Collection;
use serde_json::{Value, json};

use super::{items, members};
use crate::harness::{BASE, Client};

/// So many links of one shape are looked at, and so many of them are gone on from: there are thousands.
const OF_A_SHAPE: usize = 12;

/// A link that stands in a document.
#[derive(Debug)]
struct Link {
    rel: String,
    href: String,
    media_type: String,
    is_posted: bool,
}

/// All links below a place; a templated one leads nowhere by itself.
fn links(at: &Value, found: &mut Vec<Link>) {
    if let (Some(href), Some(rel)) = (at["href"].as_str(), at["rel"].as_str())
        && at["templated"] != true
    {
        let media_type = at["type"]
            .as_str()
            .unwrap_or_else(|| panic!("no type: {at}"));
        found.push(Link {
            rel: rel.to_owned(),
            href: href.to_owned(),
            media_type: media_type.to_owned(),
            is_posted: at["method"] == "POST",
        });
    }
    members(at).for_each(|(_, member)| links(member, found));
    items(at).for_each(|item| links(item, found));
}

/// An address without what differs from record to record and from page to page.
fn shape(link: &Link) -> String {
    let (path, query) = link.href.split_once('?').unwrap_or((&link.href, ""));
    let before = std::iter::once("").chain(path.split('/'));
    let steps = path.split('/').zip(before).map(|(step, before)| {
        if step.parse::<uuid::Uuid>().is_ok() {
            "{id}"
        } else if before == "vocabularies" {
            "{scheme}"
        } else {
            step
        }
    });
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    let shape: Vec<_> = steps.chain([link.rel.as_str()]).chain(names).collect();
    shape.join("/")
}

fn without_links(mut document: Value) -> Value {
    document.as_object_mut().unwrap().remove("links");
    document
}

fn walk(client: &Client<'_>) -> BTreeMap<String, usize> {
    let mut to_visit = VecDeque::from([format!("{BASE}/")]);
    to_visit.extend(Collection::ALL.map(|collection| {
        let path = format!("{BASE}/collections/{collection}/items");
        let id = client.get(&format!("{path}?limit=1")).ids()[0];
        format!("{path}/{id}")
    }));
    let mut known: BTreeSet<String> = to_visit.iter().cloned().collect();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(at) = to_visit.pop_front() {
        let answer = client.get(&at).expect(200);
        let mut found = vec![];
        let in_header = answer.header_links().into_iter();
        found.extend(in_header.map(|[rel, href, media_type, _]| Link {
            rel,
            href,
            media_type,
            is_posted: false,
        }));
        // A table and lines are no documents; their links are in the header alone.
        let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let itself = items(&document["links"]).find(|link| link["rel"] == "self");
        if let Some(itself) = itself {
            let href = itself["href"].as_str().unwrap();
            // An address may leave out what its document names: then that is the address of the same.
            if href != at {
                let same = client.get(href).expect(200).json();
                let itself = items(&same["links"]).find(|link| link["rel"] == "self");
                assert_eq!(itself.unwrap()["href"], href, "{at}");
                assert_eq!(without_links(same), without_links(document.clone()), "{at}");
            }
        }
        links(&document, &mut found);
        for link in found {
            let Some(path) = link.href.strip_prefix(BASE) else {
                assert_eq!(link.rel, "license", "{at}: {link:?}");
                continue;
            };
            let times = met.entry(shape(&link)).or_default();
            *times += 1;
            if *times > OF_A_SHAPE {
                continue;
            }
            let there = if link.is_posted {
                let any = TestRequest::post().set_json(json!({}));
                client.send(any, path).expect(200)
            } else {
                client.get(path).expect(200)
            };
            assert_eq!(
                there.header("content-type"),
                link.media_type,
                "{at}: {link:?}"
            );
            if !link.is_posted && known.insert(link.href.clone()) {
                to_visit.push_back(link.href);
            }
        }
    }
    met
}

over_the_seed!(every_link_leads_to_what_it_promises, |app| {
    for client in [app.anonymous(), app.admin()] {
        let met = walk(&client);
        for (path, rel) in [
            (
                "/functions",
                "http://www.opengis.net/def/rel/ogc/1.0/functions",
            ),
            (
                "/collections/sites/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            ),
            ("/collections/sites/items", "next"),
            ("/collections/sites/search", "search"),
            (
                "/collections/regions/items/{id}/versions",
                "version-history",
            ),
            ("/changes", "monitor"),
        ] {
            let is_one = |shape: &String| shape.starts_with(&format!("{BASE}{path}/{rel}/"));
            assert!(met.keys().any(is_one), "{path} {rel}: {met:#?}");
        }
    }
});
