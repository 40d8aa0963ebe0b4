//! What becomes of two sites that are one: one takes in what the other says, and says nothing less than before.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::entries::{cite, free_key, identity, keys_of};
use super::{Collection, Draft, Faults, RELEASABLE, Sensitivity, Site, SiteDraft, read};

/// What of a double is added to the site that it is merged into.
const ADDED: [&str; 5] = [
    "names",
    "associations",
    "designations",
    "identifiers",
    "attachments",
];

impl Site {
    /// This site with the names, associations, designations, identifiers, sources and attachments of a double added, where
    /// it has none like them (vocabularies 2).
    ///
    /// Nothing of it is overwritten, but that it is hidden as strictly as the stricter of both: of what is hidden, the
    /// public is shown what was shown of both.
    pub fn absorbing(&self, double: &Site) -> Result<Site, Faults> {
        let mut merged = members(self);
        let added = members(double);
        let keys = add_sources(&mut merged, &added);
        for list in ADDED {
            let mut of_double = added.get(list).cloned().unwrap_or_default();
            cite(&mut of_double, &keys);
            let (Value::Array(all), Value::Array(of_double)) =
                (entry(&mut merged, list), of_double)
            else {
                continue;
            };
            for one in of_double {
                let it = identity(list, &one);
                match all.iter_mut().find(|other| identity(list, other) == it) {
                    Some(known) => add_citations(known, &one),
                    None => all.push(one),
                }
            }
        }
        relate_no_more(&mut merged, double);
        hide(&mut merged, self, double);
        let draft = read(&Value::Object(merged), "", SiteDraft::read)?;
        Ok(Site::accept(self.id, draft, Some(self)))
    }

    /// This site, hidden as strictly as the stricter of it and another one.
    pub fn as_hidden_as(&self, other: &Site) -> Result<Site, Faults> {
        let mut hidden = members(self);
        hide(&mut hidden, self, other);
        let draft = read(&Value::Object(hidden), "", SiteDraft::read)?;
        Ok(Site::accept(self.id, draft, Some(self)))
    }

    /// This site with its relations to `from` pointing to `to` instead; `None` if it has none.
    pub fn related_anew(&self, from: super::Id<Site>, to: super::Id<Site>) -> Option<Site> {
        let mut site = self.clone();
        let relations = &mut site.details.relations;
        if !relations.iter().any(|relation| relation.site_id == from) {
            return None;
        }
        for relation in relations
            .iter_mut()
            .filter(|relation| relation.site_id == from)
        {
            relation.site_id = to;
        }
        let mut seen = Vec::new();
        relations.retain(|relation| {
            let key = (relation.kind.clone(), relation.site_id);
            let is_new = relation.site_id != self.id && !seen.contains(&key);
            seen.push(key);
            is_new
        });
        Some(site)
    }
}

/// What of a document is a draft's to say.
fn members(site: &Site) -> Map<String, Value> {
    let Value::Object(document) = site.document() else {
        unreachable!("a document is an object");
    };
    let known = Draft::members(Collection::Sites);
    let theirs = document.into_iter();
    theirs
        .filter(|(name, value)| known.contains(&name.as_str()) && !value.is_null())
        .collect()
}

fn entry<'a>(members: &'a mut Map<String, Value>, list: &str) -> &'a mut Value {
    members
        .entry(list)
        .or_insert_with(|| Value::Array(Vec::new()))
}

/// Adds the sources of a double; gives by which key each of them is cited from then on.
fn add_sources(
    merged: &mut Map<String, Value>,
    added: &Map<String, Value>,
) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let Value::Array(all) = entry(merged, "sources") else {
        return keys;
    };
    for source in added
        .get("sources")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let key = source["key"].as_str().unwrap_or_default();
        let known = all
            .iter()
            .find(|one| without_key(one) == without_key(source));
        let new_key = if let Some(known) = known {
            known["key"].as_str().unwrap_or_default().to_owned()
        } else {
            let new_key = free_key(&keys_of(all), key);
            let mut source = source.clone();
            source["key"] = new_key.clone().into();
            all.push(source);
            new_key
        };
        keys.insert(key.to_owned(), new_key);
    }
    keys
}

fn without_key(source: &Value) -> Value {
    let mut source = source.clone();
    if let Some(members) = source.as_object_mut() {
        members.remove("key");
    }
    source
}

/// What two say is said by the sources of both.
fn add_citations(known: &mut Value, same: &Value) {
    let (Some(Value::Array(cited)), Some(Value::Array(more))) =
        (known.get_mut("src"), same.get("src"))
    else {
        return;
    };
    for key in more {
        if !cited.contains(key) {
            cited.push(key.clone());
        }
    }
}

/// What was related to its double is related to itself.
fn relate_no_more(merged: &mut Map<String, Value>, double: &Site) {
    if let Some(relations) = merged.get_mut("relations").and_then(Value::as_array_mut) {
        let id = double.id.to_string();
        relations.retain(|relation| relation["site_id"] != *id);
    }
}

/// Hides what came of two sites as strictly as the stricter of both was.
fn hide(merged: &mut Map<String, Value>, site: &Site, double: &Site) {
    let stricter = if double.location.sensitivity() > site.location.sensitivity() {
        double
    } else {
        site
    };
    let sensitivity = stricter.location.sensitivity();
    if sensitivity == Sensitivity::Exact {
        return;
    }
    let mut set = |name: &str, value: Value| merged.insert(name.to_owned(), value);
    set("location_sensitivity", sensitivity.concept().id().into());
    let reason = stricter.location.sensitivity_reason();
    set("location_sensitivity_reason", reason.into());
    let released = RELEASABLE
        .into_iter()
        .filter(|field| site.shows(field) && double.shows(field));
    set("public_fields", released.collect());
    set(
        "public_listing",
        (site.is_listed() && double.is_listed()).into(),
    );
}

impl Site {
    /// Whether the public is shown a field that a reviewer may release.
    fn shows(&self, field: &str) -> bool {
        self.location.sensitivity() == Sensitivity::Exact
            || self.details.public_fields.iter().any(|one| one == field)
    }

    /// Whether the public may know that it exists.
    fn is_listed(&self) -> bool {
        self.location.sensitivity() != Sensitivity::Restricted
            || self.details.public_listing == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::Id;

    fn a_site(id: u128, members: &[(&str, Value)]) -> Site {
        let mut body = json!({
            "names": [{"text": "Gandzasar", "lang": "en", "kind": "vernacular", "src": ["book"]}],
            "site_type": "monastery",
            "location_sensitivity": "exact",
            "sources": [{"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "A"}],
        });
        for (name, value) in members {
            body[*name] = value.clone();
        }
        let draft = read(&body, "", SiteDraft::read).unwrap();
        Site::accept(Id::new(Uuid::from_u128(id)), draft, None)
    }

    #[test]
    fn what_a_double_says_is_added_and_nothing_is_overwritten() {
        let site = a_site(1, &[("public_label", json!("Here"))]);
        let double = a_site(
            2,
            &[
                (
                    "names",
                    json!([
                        {"text": "Gandzasar", "lang": "en", "kind": "historical", "src": ["book"]},
                        {"text": "Gəncəsər", "lang": "az", "kind": "vernacular", "src": ["book", "map"]},
                    ]),
                ),
                (
                    "sources",
                    json!([
                        {"key": "book", "kind": "publication", "title": [{"text": "Another one", "lang": "en"}], "publisher": "B"},
                        {"key": "map", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "A"},
                    ]),
                ),
                (
                    "identifiers",
                    json!([{"scheme": "wikidata", "value": "Q1", "match": "exact"}]),
                ),
                (
                    "descriptions",
                    json!([{"text": "Other words.", "lang": "en", "src": ["book"]}]),
                ),
            ],
        );
        let merged = site.absorbing(&double).unwrap().document();
        let names = merged["names"].as_array().unwrap();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0]["src"], json!(["book", "book-2"]), "both say so");
        assert_eq!(
            (&names[0]["kind"], &names[1]["text"]),
            (&json!("vernacular"), &json!("Gəncəsər"))
        );
        assert_eq!(
            names[1]["src"],
            json!(["book-2", "book"]),
            "a source that is known is cited by its own key"
        );
        let sources = merged["sources"].as_array().unwrap();
        assert_eq!((sources.len(), &sources[1]["key"]), (2, &json!("book-2")));
        assert_eq!(merged["identifiers"].as_array().unwrap().len(), 1);
        assert!(merged["descriptions"].as_array().is_none_or(Vec::is_empty));
    }

    #[test]
    fn two_sites_are_hidden_as_the_stricter_of_them() {
        let hidden = |id, level: &str, fields: &[&str], listing: bool| {
            a_site(
                id,
                &[
                    ("location_sensitivity", json!(level)),
                    ("location_sensitivity_reason", json!("Unguarded.")),
                    ("public_fields", json!(fields)),
                    ("public_listing", json!(listing)),
                ],
            )
        };
        let exact = a_site(1, &[]);
        let restricted = hidden(2, "restricted", &["names"], false);
        for (site, double) in [(&exact, &restricted), (&restricted, &exact)] {
            let merged = site.absorbing(double).unwrap();
            assert_eq!(merged.location.sensitivity(), Sensitivity::Restricted);
            assert_eq!(merged.location.sensitivity_reason(), Some("Unguarded."));
            assert_eq!(merged.details.public_fields, ["names"]);
            assert_eq!(merged.details.public_listing, Some(false));
        }
        let generalised = hidden(3, "generalised", &["names", "sources"], false);
        let merged = generalised.absorbing(&hidden(4, "generalised", &["sources"], false));
        assert_eq!(merged.unwrap().details.public_fields, ["sources"]);
    }

    #[test]
    fn relations_follow_and_none_leads_to_itself() {
        let (to, from) = (Id::new(Uuid::from_u128(8)), Id::new(Uuid::from_u128(9)));
        let relation = |kind: &str, id: Id<Site>| json!({"kind": kind, "site_id": id});
        let site = a_site(
            1,
            &[(
                "relations",
                json!([
                    relation("part_of", from),
                    relation("part_of", to),
                    relation("see_also", from)
                ]),
            )],
        );
        let after = site.related_anew(from, to).unwrap().document();
        assert_eq!(after["relations"].as_array().unwrap().len(), 2);
        assert!(
            after["relations"]
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one["site_id"] == to.to_string())
        );
        assert!(site.related_anew(Id::new(Uuid::from_u128(7)), to).is_none());
        let own = site.related_anew(from, site.id).unwrap();
        assert_eq!(own.details.relations.len(), 1, "none to itself");
    }
}
