//! What becomes of a record that is changed by somebody who is not shown all of it: what they were not shown stays as it is.
//!
//! This is the one place that says so, for every list, object and text of a document. What they changed is the difference
//! between what they were shown and what they make of it, and that is laid over what is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde_json::{Map, Value};

use super::entries::{citations, cite, free_key, identity, is_prose, keys_of};
use super::reading::is_nothing;
use super::{Collection, Draft, Faults, Sensitivity, read};

/// Objects that are one value: half of one geometry and half of another are none.
const WHOLE: [&str; 2] = ["geometry", "observed_position"];

/// How openly a place is shown, and why.
const SENSITIVITY: [&str; 2] = ["location_sensitivity", "location_sensitivity_reason"];

/// The draft that comes of what is `kept` of a record where somebody who was `shown` some of it makes `sent` of that. All three
/// are members as documents have them, and `sent` is a draft without faults.
///
/// Where the parts do not fit together, what is kept of a member stays, and where that does not fit either, it is as it was
/// sent: a fault would tell of what whoever sends was not shown.
pub fn with_the_unseen(
    collection: Collection,
    shown: &Map<String, Value>,
    sent: &Map<String, Value>,
    kept: &Map<String, Value>,
) -> Result<Draft, Faults> {
    let kept = &with_free_keys(collection, shown, sent, kept);
    let mut members = laid(collection, shown, sent, kept);
    let draft = |members: &Map<String, Value>| {
        read(&Value::Object(members.clone()), "", |node| {
            Draft::read(collection, node)
        })
    };
    for instead in [kept, sent] {
        let Faults(faults) = match draft(&members) {
            Ok(draft) => return Ok(draft),
            Err(faults) => faults,
        };
        let places = faults.iter().map(|fault| fault.place.as_str());
        for name in places.filter_map(|place| place.split('/').nth(1)) {
            set(&mut members, name, instead.get(name));
        }
        list_what_is_cited(&mut members, &[kept, sent]);
    }
    draft(&members).or_else(|_| draft(sent))
}

/// The members of a document over which the difference between two others, `shown` and `sent`, is laid.
pub fn laid_over(
    collection: Collection,
    shown: &Map<String, Value>,
    sent: &Map<String, Value>,
    kept: &Map<String, Value>,
) -> Map<String, Value> {
    let kept = with_free_keys(collection, shown, sent, kept);
    laid(collection, shown, sent, &kept)
}

fn laid(
    collection: Collection,
    shown: &Map<String, Value>,
    sent: &Map<String, Value>,
    kept: &Map<String, Value>,
) -> Map<String, Value> {
    let mut laid = kept.clone();
    for name in Draft::members(collection) {
        let [was, is, stays] = [shown, sent, kept].map(|one| or_null(one.get(name)));
        set(&mut laid, name, Some(&value(name, was, is, stays)));
    }
    stay_as_hidden(&mut laid, shown, kept);
    list_what_is_cited(&mut laid, &[kept, sent]);
    laid
}

fn or_null(value: Option<&Value>) -> &Value {
    value.unwrap_or(&Value::Null)
}

/// Sets a member; what says nothing is left out, as documents leave it out.
fn set(members: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    let Some(value) = value.filter(|value| !is_nothing(value)) else {
        members.remove(name);
        return;
    };
    members.insert(name.to_owned(), value.clone());
}

fn value(name: &str, shown: &Value, sent: &Value, kept: &Value) -> Value {
    if shown == sent {
        return kept.clone();
    }
    if shown == kept {
        return sent.clone();
    }
    let is = |test: fn(&Value) -> bool| {
        let some = [sent, kept].into_iter().any(test);
        some && [sent, kept]
            .into_iter()
            .all(|one| one.is_null() || test(one))
    };
    if is(Value::is_array) {
        let [shown, sent, kept] =
            [shown, sent, kept].map(|one| one.as_array().map_or(&[][..], |list| list));
        Value::Array(list(name, shown, sent, kept))
    } else if is(Value::is_object) && !WHOLE.contains(&name) {
        let none = Map::new();
        let [shown, sent, kept] = [shown, sent, kept].map(|one| one.as_object().unwrap_or(&none));
        Value::Object(object(name, shown, sent, kept))
    } else {
        sent.clone()
    }
}

/// An object, or an entry of the list `name`.
fn object(
    name: &str,
    shown: &Map<String, Value>,
    sent: &Map<String, Value>,
    kept: &Map<String, Value>,
) -> Map<String, Value> {
    let mut laid = kept.clone();
    let names: BTreeSet<&String> = shown.keys().chain(sent.keys()).collect();
    for member in names {
        let [shown, sent, kept] = [shown, sent, kept].map(|one| or_null(one.get(member)));
        let value = match (shown, sent, kept) {
            (_, Value::String(sent), Value::String(kept)) if is_prose(name) && member == "text" => {
                text(shown.as_str(), sent, kept).into()
            }
            _ => value(member, shown, sent, kept),
        };
        if value.is_null() {
            laid.remove(member);
        } else {
            laid.insert(member.clone(), value);
        }
    }
    laid
}

/// A text that others wrote, too, since there are no two of one language: what they wrote before or after it stays.
fn text(shown: Option<&str>, sent: &str, kept: &str) -> String {
    if let Some(shown) = shown {
        if let Some(after) = kept.strip_prefix(shown)
            && !goes_on(shown, after)
        {
            return format!("{sent}{after}");
        }
        if let Some(before) = kept.strip_suffix(shown)
            && !goes_on(before, shown)
        {
            return format!("{before}{sent}");
        }
    }
    if kept.contains(sent) {
        return kept.to_owned();
    }
    format!("{kept}\n\n{sent}")
}

/// Whether a word goes on from one text to the next.
fn goes_on(before: &str, after: &str) -> bool {
    let ends = [before.chars().next_back(), after.chars().next()];
    ends.iter()
        .all(|end| end.is_some_and(char::is_alphanumeric))
}

/// A list: first what was sent, in its order, then what was not shown.
///
/// An entry that was shown and is not sent goes if it is kept as it was shown: with what somebody added to it, it stays.
fn list(name: &str, shown: &[Value], sent: &[Value], kept: &[Value]) -> Vec<Value> {
    let (sent_as, kept_as) = (pairs(name, shown, sent), pairs(name, shown, kept));
    let mut known_as: Vec<Option<usize>> = vec![None; sent.len()];
    for (known, at) in sent_as.iter().enumerate() {
        if let Some(at) = at {
            known_as[*at] = Some(known);
        }
    }
    let mut is_unseen = vec![true; kept.len()];
    for at in kept_as.iter().flatten() {
        is_unseen[*at] = false;
    }
    let mut unseen = Places::of(kept, &is_unseen, |entry| identity(name, entry));
    let mut is_left = vec![true; kept.len()];
    let mut laid = Vec::new();
    for (entry, known) in sent.iter().zip(known_as) {
        let other = match known {
            Some(known) => kept_as[known],
            None => unseen.take(&identity(name, entry)),
        };
        if let Some(other) = other {
            is_left[other] = false;
        }
        match (known, other) {
            (known, Some(other)) => {
                let shown = known.map_or(&Value::Null, |known| &shown[known]);
                laid.push(value(name, shown, entry, &kept[other]));
            }
            // Somebody took it out, and it is sent back as it was.
            (Some(known), None) if shown[known] == *entry => {}
            (_, None) => laid.push(entry.clone()),
        }
    }
    for (known, other) in kept_as.iter().enumerate() {
        if let (None, Some(other)) = (sent_as[known], other) {
            is_left[*other] = shown[known] != kept[*other];
        }
    }
    let left = kept.iter().zip(is_left).filter(|(_, is_left)| *is_left);
    laid.extend(left.map(|(entry, _)| entry.clone()));
    laid
}

/// Where entries are, by what tells them from others; of equal ones each is given once, in their order.
struct Places(HashMap<String, VecDeque<usize>>);

impl Places {
    /// Of those of a list that are `free`.
    fn of(list: &[Value], free: &[bool], key: impl Fn(&Value) -> String) -> Places {
        let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
        let all = list.iter().zip(free).enumerate();
        for (at, (entry, _)) in all.filter(|(_, (_, is_free))| **is_free) {
            places.entry(key(entry)).or_default().push_back(at);
        }
        Places(places)
    }

    fn take(&mut self, key: &str) -> Option<usize> {
        self.0.get_mut(key)?.pop_front()
    }
}

/// For each entry of a list, which of another one it is: the equal one, else that which is the same, else the one at its place
/// that differs from it in one member.
fn pairs(name: &str, one: &[Value], other: &[Value]) -> Vec<Option<usize>> {
    let mut pairs: Vec<Option<usize>> = vec![None; one.len()];
    let mut is_free = vec![true; other.len()];
    let keys: [&dyn Fn(&Value) -> String; 2] = [&Value::to_string, &|entry| identity(name, entry)];
    for key in keys {
        let mut places = Places::of(other, &is_free, key);
        for (entry, pair) in one.iter().zip(&mut pairs) {
            if pair.is_none()
                && let Some(of) = places.take(&key(entry))
            {
                *pair = Some(of);
                is_free[of] = false;
            }
        }
    }
    for at in 0..one.len().min(other.len()) {
        if pairs[at].is_none() && is_free[at] && differ_in_one(&one[at], &other[at]) {
            pairs[at] = Some(at);
        }
    }
    pairs
}

fn differ_in_one(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return false;
    };
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let different = names
        .into_iter()
        .filter(|name| one.get(*name) != other.get(*name));
    different.count() == 1
}

/// What is kept of a draft, in which sources that were not shown have another key where another one is sent under theirs.
fn with_free_keys(
    collection: Collection,
    shown: &Map<String, Value>,
    sent: &Map<String, Value>,
    kept: &Map<String, Value>,
) -> Map<String, Value> {
    let members = Draft::members(collection);
    let of_draft = kept
        .iter()
        .filter(|(name, _)| members.contains(&name.as_str()));
    let mut kept: Map<_, _> = of_draft
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let [shown, sent, mut sources] = [shown, sent, &kept].map(|members| {
        let sources = members.get("sources").and_then(Value::as_array);
        sources.cloned().unwrap_or_default()
    });
    let shown = keys_of(&shown);
    let mut taken: BTreeSet<String> = keys_of(&sources);
    taken.extend(keys_of(&sent));
    let sent: HashMap<&str, &Value> = sent
        .iter()
        .filter_map(|source| Some((source["key"].as_str()?, source)))
        .collect();
    let mut keys = BTreeMap::new();
    for source in &mut sources {
        let key = source["key"].as_str().unwrap_or_default().to_owned();
        let other = sent.get(key.as_str());
        if shown.contains(&key) || other.is_none_or(|other| *other == source) {
            continue;
        }
        let new_key = free_key(&taken, &key);
        source["key"] = new_key.clone().into();
        taken.insert(new_key.clone());
        keys.insert(key, new_key);
    }
    if keys.is_empty() {
        return kept;
    }
    kept.insert("sources".to_owned(), Value::Array(sources));
    let mut kept = Value::Object(kept);
    cite(&mut kept, &keys);
    match kept {
        Value::Object(kept) => kept,
        _ => unreachable!("it was made of members"),
    }
}

/// Lists the sources that are cited and not listed, as one of `known` has them.
fn list_what_is_cited(members: &mut Map<String, Value>, known: &[&Map<String, Value>]) {
    let mut cited = Vec::new();
    citations(&Value::Object(members.clone()), &mut cited);
    let sources = members
        .entry("sources")
        .or_insert_with(|| Value::Array(vec![]));
    let Value::Array(sources) = sources else {
        return;
    };
    let mut listed = keys_of(sources);
    let all = known
        .iter()
        .filter_map(|one| one.get("sources")?.as_array());
    let mut by_key: HashMap<&str, &Value> = HashMap::new();
    for source in all.flatten() {
        if let Some(key) = source["key"].as_str() {
            by_key.entry(key).or_insert(source);
        }
    }
    for key in cited {
        if let Some(source) = by_key.get(key.as_str())
            && listed.insert(key)
        {
            sources.push((*source).clone());
        }
    }
    if sources.is_empty() {
        members.remove("sources");
    }
}

/// Keeps how openly a place is shown, and why, where somebody said that otherwise than it was shown, and no less strictly than
/// what was made of it now.
fn stay_as_hidden(
    laid: &mut Map<String, Value>,
    shown: &Map<String, Value>,
    kept: &Map<String, Value>,
) {
    let level = |members: &Map<String, Value>| {
        let id = members.get("location_sensitivity").and_then(Value::as_str);
        id.map(Sensitivity::named)
    };
    let is_as_shown = SENSITIVITY
        .iter()
        .all(|name| kept.get(*name) == shown.get(*name));
    if !is_as_shown && level(kept) >= level(laid) {
        for name in SENSITIVITY {
            set(laid, name, kept.get(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn laid(shown: Value, sent: Value, kept: Value) -> Value {
        let [shown, sent, kept] = [shown, sent, kept].map(|one| match one {
            Value::Object(members) => members,
            other => panic!("{other} has no members"),
        });
        Value::Object(laid_over(Collection::Sites, &shown, &sent, &kept))
    }

    fn name(text: &str, src: &[&str]) -> Value {
        json!({"text": text, "lang": "az", "src": src})
    }

    #[test]
    fn what_was_not_shown_stays_and_what_was_is_as_it_is_sent() {
        for (shown, sent, kept, expected) in [
            // A value of its own is that of whoever sends.
            (
                json!({"site_type": "church"}),
                json!({"site_type": "chapel"}),
                json!({"site_type": "mosque"}),
                json!({"site_type": "chapel"}),
            ),
            (
                json!({"site_type": "church"}),
                json!({"site_type": "church"}),
                json!({"site_type": "mosque"}),
                json!({"site_type": "mosque"}),
            ),
            (
                json!({"note_internal": "x"}),
                json!({}),
                json!({"note_internal": "x"}),
                json!({}),
            ),
            (
                json!({}),
                json!({}),
                json!({"note_internal": "x"}),
                json!({"note_internal": "x"}),
            ),
            // Words of a list.
            (
                json!({"other_types": ["a", "b"]}),
                json!({"other_types": ["c", "b"]}),
                json!({"other_types": ["x", "a", "b"]}),
                json!({"other_types": ["c", "b", "x"]}),
            ),
            // One that somebody took out is not brought in again by being sent back.
            (
                json!({"other_types": ["a", "b"]}),
                json!({"other_types": ["a", "b", "c"]}),
                json!({"other_types": ["b"]}),
                json!({"other_types": ["b", "c"]}),
            ),
            (
                json!({"other_types": ["a"]}),
                json!({}),
                json!({"other_types": ["a"]}),
                json!({}),
            ),
            (
                json!({"other_types": ["a"]}),
                json!({}),
                json!({"other_types": ["a", "x"]}),
                json!({"other_types": ["x"]}),
            ),
            // What both add is there once.
            (
                json!({}),
                json!({"other_types": ["x"]}),
                json!({"other_types": ["x", "y"]}),
                json!({"other_types": ["x", "y"]}),
            ),
            // Entries are known by what they are, and where one differs in one member, by where it stands.
            (
                json!({"names": [name("A", &["k"]), name("B", &["k"])]}),
                json!({"names": [name("B", &["k", "l"]), name("A", &["k"])]}),
                json!({"names": [name("A", &["k", "x"]), name("B", &["x", "k"])]}),
                json!({"names": [name("B", &["k", "l", "x"]), name("A", &["k", "x"])]}),
            ),
            (
                json!({"names": [name("A", &["k"])]}),
                json!({"names": [name("Aa", &["k"])]}),
                json!({"names": [name("A", &["k", "x"])]}),
                json!({"names": [name("Aa", &["k", "x"])]}),
            ),
            // With what somebody added to it, an entry stays although it is not sent.
            (
                json!({"names": [name("A", &["k"])]}),
                json!({"names": []}),
                json!({"names": [name("A", &["k", "x"])]}),
                json!({"names": [name("A", &["k", "x"])]}),
            ),
            // Half of a geometry is none.
            (
                json!({"geometry": {"type": "Point", "coordinates": [1, 2]}}),
                json!({"geometry": {"type": "Point", "coordinates": [3, 4]}}),
                json!({"geometry": {"type": "MultiPoint", "coordinates": [[5, 6]]}}),
                json!({"geometry": {"type": "Point", "coordinates": [3, 4]}}),
            ),
        ] {
            let case = format!("{shown} {sent} {kept}");
            assert_eq!(laid(shown, sent, kept), expected, "{case}");
        }
    }

    #[test]
    fn a_text_that_two_wrote_has_what_both_say() {
        for (shown, sent, kept, expected) in [
            (
                Some("A wall."),
                "Two walls.",
                "A wall. A tomb.",
                "Two walls. A tomb.",
            ),
            (
                Some("A wall."),
                "Two walls.",
                "A tomb. A wall.",
                "A tomb. Two walls.",
            ),
            (
                Some("A wall."),
                "Two walls.",
                "A tomb.",
                "A tomb.\n\nTwo walls.",
            ),
            (None, "A wall.", "A tomb.", "A tomb.\n\nA wall."),
            (None, "A tomb.", "A tomb.", "A tomb."),
        ] {
            let of = |text: Option<&str>| match text {
                Some(text) => json!({"directions": [{"text": text, "lang": "en"}]}),
                None => json!({}),
            };
            let laid = laid(of(shown), of(Some(sent)), of(Some(kept)));
            assert_eq!(laid, of(Some(expected)), "{shown:?} {sent} {kept}");
        }
    }

    #[test]
    fn a_source_that_is_cited_is_listed_and_one_that_was_not_shown_keeps_no_key_from_others() {
        let source = |key: &str, note: &str| json!({"key": key, "note": note});
        let (book, own, hidden) = (
            source("book", "B"),
            source("x", "own"),
            source("x", "hidden"),
        );
        let shown = json!({"sources": [book], "names": [name("A", &["book"])]});
        let sent = json!({"sources": [own], "names": [name("B", &["x"])], "location_src": ["x"]});
        let kept = json!({"sources": [book, hidden], "names": [name("A", &["book"]), name("C", &["x", "book"])], "location_src": ["x"]});
        let laid = laid(shown, sent, kept);
        assert_eq!(
            laid,
            json!({
                "sources": [own, source("x-2", "hidden"), book],
                "names": [name("B", &["x"]), name("C", &["x-2", "book"])],
                "location_src": ["x", "x-2"],
            })
        );
    }

    #[test]
    fn a_text_is_parted_between_words_alone() {
        for (shown, sent, kept, expected) in [
            (
                "No roof.",
                "A roof.",
                "No roof. Seen in May.",
                "A roof. Seen in May.",
            ),
            ("No", "Yes", "Nothing remains", "Nothing remains\n\nYes"),
            ("remains", "stays", "It remains", "It stays"),
            ("mains", "pipes", "It remains", "It remains\n\npipes"),
        ] {
            assert_eq!(text(Some(shown), sent, kept), expected);
        }
    }

    #[test]
    fn keys_are_no_longer_than_they_may_be_however_many_are_taken() {
        let key = "k".repeat(32);
        let mut taken = BTreeSet::from([key.clone()]);
        for _ in 0..1_100 {
            let free = free_key(&taken, &key);
            assert!(free.len() <= 32, "{free}");
            assert!(taken.insert(free));
        }
    }

    #[test]
    fn a_place_stays_as_hidden_as_somebody_made_it() {
        let place = |level: &str, reason: &str| json!({"location_sensitivity": level, "location_sensitivity_reason": reason});
        let (exact, graves) = (place("exact", "a"), place("generalised", "graves"));
        let tomb = place("restricted", "tomb");
        for (shown, sent, kept, expected) in [
            (&exact, &graves, &tomb, &tomb),
            (&exact, &tomb, &graves, &tomb),
            (&tomb, &exact, &tomb, &exact),
            (&exact, &place("exact", "b"), &tomb, &tomb),
            (
                &tomb,
                &place("restricted", "b"),
                &place("restricted", "secret"),
                &place("restricted", "secret"),
            ),
        ] {
            let laid = laid(shown.clone(), sent.clone(), kept.clone());
            assert_eq!(laid, *expected, "{shown} {sent} {kept}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_as_it_was_kept_or_else_as_it_was_sent() {
        let names = json!([{"text": "A", "lang": "en", "kind": "vernacular", "src": ["book"]}]);
        let with = |members: Value| {
            let mut all = json!({
                "names": names,
                "site_type": "church",
                "location_sensitivity": "exact",
                "sources": [{"key": "book", "kind": "own_knowledge", "title": [{"text": "B", "lang": "en"}]}],
            });
            let given = members.as_object().unwrap().clone();
            all.as_object_mut().unwrap().extend(given);
            all.as_object().unwrap().clone()
        };
        let place = json!({"geometry": {"type": "Point", "coordinates": [46.5, 40.0]}, "location_accuracy_m": 5.0, "location_method": "dataset"});
        let mut moved = place.clone();
        moved["geometry"]["coordinates"] = json!([46.6, 40.0]);
        let location = |shown: &Value, sent: &Value, kept: &Value| {
            let [shown, sent, kept] = [shown, sent, kept].map(|one| with(one.clone()));
            match with_the_unseen(Collection::Sites, &shown, &sent, &kept) {
                Ok(Draft::Site(draft)) => draft.location,
                other => panic!("{other:?}"),
            }
        };
        // Somebody added a place to an accuracy that is taken out now: that stays with the place.
        let accuracy = json!({"location_accuracy_m": 5.0, "location_method": "dataset"});
        let as_kept = location(&accuracy, &json!({}), &place);
        assert!(as_kept.geometry.is_some());
        assert_eq!(as_kept.accuracy_m, Some(5.0));
        // Somebody took the place out: its accuracy comes back with the new one, and the rest of what they did stays.
        let as_sent = location(&place, &moved, &json!({"location_note": "by the bridge"}));
        assert_eq!(as_sent.accuracy_m, Some(5.0));
        assert_eq!(as_sent.note.as_deref(), Some("by the bridge"));
    }
}
