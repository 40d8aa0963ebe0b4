//! What helps to decide on a record: what to look at, what takes a side, what may be the same, what differs from before;
//! and which decisions are open.

use serde_json::{Value, json};

use super::Said;
use super::queue::row;
use super::review::{Asked, SENSITIVITY};
use super::words::{by_field, of_decision, of_likeness, of_reason};
use crate::catalogue::Snapshot;
use crate::domain::{Fault, How, Lang, REASONS, Scheme, State, loaded_words};
use crate::http::call::Call;
use crate::http::pages;
use crate::http::respond::language;
use crate::registry::{Likely, Waiting};

/// Everything that the page says of a record, beside the record.
pub(super) fn of(one: &Waiting, asked: &Asked, snapshot: &Snapshot, call: &Call) -> Value {
    let (entity, lang) = (&one.shown.entity, language(&call.reader));
    let mut shown = row(one, snapshot, call);
    let feature = shown["feature"].clone();
    let differences = shown["compared_with"]["differences"].clone();
    shown["action"] = shown["path"].clone();
    shown["version"] = entity.version.0.into();
    shown["differences"] = differing(&differences, call);
    shown["is_with_earlier"] = shown["compared_with"]["status"].is_string().into();
    shown["likely_same"] = one
        .likely
        .as_ref()
        .map(|likely| same(likely, &shown, call))
        .into();
    shown["doubles"] = one
        .doubles
        .iter()
        .map(|id| doubled(&id.to_string()))
        .collect();
    shown["marked"] = marked(&one.wording, &feature);
    shown["unready"] = listed(&unready(one), lang);
    shown["known_names"] = known_names(&feature);
    shown["decisions"] = decisions(one, &asked.fields);
    shown["reasons"] = REASONS
        .iter()
        .map(|id| json!({ "id": id, "text": of_reason(id), "is_chosen": asked.fields.one("reason") == *id }))
        .collect();
    shown["may_delay"] = entity.state.waits().into();
    shown["place"] = place(one, asked, &feature, call);
    let mut typed = json!({});
    for (name, value) in asked.fields.iter() {
        typed[name] = value.into();
    }
    shown["typed"] = typed;
    shown["faults"] = json!(by_field(&asked.faults, lang));
    shown["in_the_way"] = listed(&asked.in_the_way, lang);
    shown["refused"] = json!(asked.refused);
    shown["is_stale"] = asked.is_stale.into();
    shown
}

/// Differences, each value as templates take it.
fn differing(differences: &Value, call: &Call) -> Value {
    let all = differences.as_array().into_iter().flatten();
    all.map(|one| {
        json!({
            "property": one["property"],
            "before": pages::value(&one["before"], call),
            "after": pages::value(&one["after"], call),
        })
    })
    .collect()
}

/// Sites that may be the same, with what speaks for it.
fn same(likely: &Likely, shown: &Value, call: &Call) -> Value {
    let told = shown["duplicates"].as_array().into_iter().flatten();
    let all = likely.others.iter().zip(told);
    all.map(|((likeness, other), told)| {
        let is_published = told["status"] == State::Published.id();
        let (room, id) = (if is_published { "collections" } else { "work/review" }, other.id);
        let path = if is_published {
            format!("/{room}/sites/items/{id}")
        } else {
            format!("/{room}/sites/{id}")
        };
        json!({
            "id": id,
            "label": told["label"],
            "path": path,
            "is_published": is_published,
            "because": likeness.because.iter().map(|because| of_likeness(*because)).collect::<Vec<_>>(),
            "distance": told["distance_m"],
            "differences": differing(&told["differences"], call),
        })
    })
    .collect()
}

fn doubled(id: &str) -> Value {
    json!({ "id": id, "path": format!("/desk/review/condition-reports/{id}") })
}

/// The texts that take a side, each cut where the words begin and end that do.
fn marked(wording: &[Fault], feature: &Value) -> Value {
    let all = wording.iter().filter_map(|fault| {
        let text = feature.pointer(&fault.place)?.as_str()?;
        let of = fault.place.strip_suffix("/text").unwrap_or_default();
        let lang = feature.pointer(of).and_then(|text| text["lang"].as_str());
        let lang = lang.unwrap_or("und");
        let (mut parts, mut rest) = (Vec::new(), text);
        for word in loaded_words(text, &Lang::parse(lang).ok()?) {
            let (before, after) = rest.split_once(word.words)?;
            parts.push(json!({ "text": before }));
            parts.push(json!({ "text": word.words, "is_loaded": true }));
            rest = after;
        }
        parts.push(json!({ "text": rest }));
        Some(json!({ "place": fault.place, "lang": lang, "parts": parts }))
    });
    all.collect()
}

/// What is missing before a site is published.
fn unready(one: &Waiting) -> Vec<Fault> {
    let site = one.shown.document.site();
    let site = site.filter(|_| one.shown.entity.state != State::Published);
    site.map(|site| site.unready()).unwrap_or_default()
}

/// The names that rest on nothing but what somebody knows.
fn known_names(feature: &Value) -> Value {
    let properties = &feature["properties"];
    let items = |name: &str| properties[name].as_array().into_iter().flatten();
    let is_knowledge = |key: &Value| {
        let mut sources = items("sources");
        let source = sources.find(|source| source["key"] == *key);
        source.is_none_or(|source| source["kind"] == "own_knowledge")
    };
    let is_known = |name: &&Value| {
        let keys = name["src"].as_array();
        keys.is_none_or(|keys| keys.iter().all(is_knowledge))
    };
    items("names").filter(is_known).cloned().collect()
}

/// The decisions that are open to whoever looks, each with the key that chooses it.
fn decisions(one: &Waiting, typed: &super::Fields) -> Value {
    let numbered = one.decisions.iter().zip(1..);
    numbered
        .map(|(row, key)| {
            let text = if row.how == How::Ask {
                "review.ask_to_withdraw"
            } else {
                of_decision(row.to)
            };
            json!({
                "to": row.to.id(),
                "text": text,
                "key": key,
                "is_chosen": typed.one("decision") == row.to.id(),
            })
        })
        .collect()
}

/// The form of how openly a site is shown; null for whoever may not change it, and of reports.
fn place(one: &Waiting, asked: &Asked, feature: &Value, call: &Call) -> Value {
    if one.shown.document.site().is_none() || !one.may_edit || feature.is_null() {
        return Value::Null;
    }
    let said = |name: &str| {
        let typed = asked.fields.all(SENSITIVITY).next();
        match typed {
            Some(_) => asked.fields.one(name).to_owned(),
            None => feature["properties"][name]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        }
    };
    let lang = language(&call.reader);
    let chosen = said(SENSITIVITY);
    let choices = Scheme::LocationSensitivity.concepts().map(|concept| {
        json!({
            "id": concept.id(),
            "text": concept.label(lang),
            "is_chosen": concept.id() == chosen,
        })
    });
    json!({
        "choices": choices.collect::<Vec<_>>(),
        "reason": said("location_sensitivity_reason"),
    })
}

fn listed(faults: &[Fault], lang: &str) -> Value {
    let all = faults.iter();
    all.map(|fault| json!({ "place": fault.place, "said": Said::of(fault, lang, |_| None) }))
        .collect()
}
