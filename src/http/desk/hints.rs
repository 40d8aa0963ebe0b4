//! What helps to decide on a record: what to look at, what takes a side, what may be the same, what differs from before;
//! and which decisions are open.

use serde_json::{Value, json};

use super::controls::{Choice, Kind, Shown};
use super::forms::{Form, Wording};
use super::queue::row;
use super::review::{Asked, SENSITIVITY, SENSITIVITY_REASON};
use super::said::{Own, Said};
use super::short_form::ShortForm;
use super::words::{of_decision, of_likeness, of_reason, of_state};
use crate::catalogue::Snapshot;
use crate::domain::{
    Collection, Fault, How, Lang, MESSAGE_MAX, REASONS, Scheme, State, loaded_words,
};
use crate::http::call::Call;
use crate::http::layer::path_of_item;
use crate::http::pages::{Frame, Lookup, in_words, say};
use crate::http::respond::language;
use crate::http::waiting;
use crate::registry::{Double, Likely, Waiting};

/// Everything that the page says of a record, beside the record.
pub(super) fn of(one: &Waiting, asked: &Asked, snapshot: &Snapshot, call: &Call) -> Value {
    let (entity, lang) = (&one.shown.entity, language(&call.reader));
    let mut shown = row(one, snapshot, call);
    let feature = shown["feature"].clone();
    let differences = shown["compared_with"]["differences"].clone();
    let (lookup, frame) = (Lookup::of(snapshot, call), Frame::of(call));
    let of_form = Form::of(entity.collection).expect("what is submitted has a form");
    let wording = Wording::of(of_form, &lookup, &frame);
    let compared = one.compared.as_ref();
    let before = compared.map_or(Value::Null, |compared| {
        waiting::whole(&compared.feature, call)
    });
    shown["action"] = shown["path"].clone();
    shown["version"] = entity.version.0.into();
    shown["differences"] = json!(wording.differing(&differences, &before, &feature));
    shown["is_with_earlier"] = shown["compared_with"]["status"].is_string().into();
    shown["likely_same"] = one
        .likely
        .as_ref()
        .map(|likely| same(likely, &shown, &wording, call))
        .into();
    shown["doubles"] = one
        .doubles
        .iter()
        .map(|double| doubled(double, &feature, &lookup, lang))
        .collect();
    shown["marked"] = marked(&one.wording, &feature, &wording);
    shown["unready"] = listed(&unready(one), &wording, lang);
    shown["known_names"] = known_names(&feature);
    let form = ShortForm {
        fields: &asked.fields,
        faults: &asked.faults,
        lang,
    };
    let (place, decision) = (place(one, &form, &feature), decision(one, &form, &shown));
    shown["summary"] = json!(form.summary(&[&place, &decision], "review.decide"));
    shown["to_place"] = json!(place);
    shown["to_decide"] = json!(decision);
    shown["in_the_way"] = listed(&asked.in_the_way, &wording, lang);
    shown["refused"] = json!(asked.refused);
    shown["is_stale"] = asked.is_stale.into();
    shown
}

/// Sites that may be the same, with what speaks for it.
fn same(likely: &Likely, shown: &Value, wording: &Wording<'_>, call: &Call) -> Value {
    let told = shown["duplicates"].as_array().into_iter().flatten();
    let all = likely.others.iter().zip(told);
    all.map(|((likeness, other), told)| {
        let is_published = told["status"] == State::Published.id();
        let id = other.id;
        let path = if is_published {
            path_of_item(Collection::Sites, id)
        } else {
            format!("/desk/review/sites/{id}")
        };
        json!({
            "id": id,
            "label": told["label"],
            "path": path,
            "is_published": is_published,
            "because": likeness.because.iter().map(|because| of_likeness(*because)).collect::<Vec<_>>(),
            "distance": told["distance_m"],
            "differences": wording.differing(&told["differences"], &waiting::whole(other, call), &shown["feature"]),
        })
    })
    .collect()
}

/// A report of the same site, day and method as `feature`: it differs in who sent it, and where it stands.
fn doubled(double: &Double, feature: &Value, lookup: &Lookup<'_>, lang: &str) -> Value {
    let day = feature["properties"]["observed_on"].as_str();
    let date = in_words(lang, day.unwrap_or_default());
    let submitter = double.submitter.map(|id| id.to_string());
    let submitter = submitter.and_then(|id| lookup.label(Collection::Organizations, &id));
    json!({
        "title": say(lang, "report.title", &[("date", date)]),
        "path": format!("/desk/review/condition-reports/{}", double.id),
        "submitter": submitter,
        "state": of_state(double.state),
    })
}

/// The texts that take a side, each cut where the words begin and end that do.
fn marked(faults: &[Fault], feature: &Value, wording: &Wording<'_>) -> Value {
    let all = faults.iter().filter_map(|fault| {
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
        Some(json!({ "place": wording.place(&fault.place), "lang": lang, "parts": parts }))
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

/// The form by which whoever looks decides: none where no decision is open to them.
fn decision(one: &Waiting, form: &ShortForm<'_>, shown: &Value) -> Vec<Shown> {
    if one.decisions.is_empty() {
        return vec![];
    }
    let typed = |name: &str| form.fields.one(name);
    let say = |key: &str| say(form.lang, key, &[]);
    let decisions = one.decisions.iter().zip(1..).map(|(row, key)| {
        let text = if row.how == How::Ask {
            "review.ask_to_withdraw"
        } else {
            of_decision(row.to)
        };
        Choice {
            value: row.to.id().to_owned(),
            text: say(text),
            is_chosen: typed("decision") == row.to.id(),
            key: Some(key),
            ..Choice::default()
        }
    });
    let reasons = REASONS.iter().map(|id| Choice {
        value: (*id).to_owned(),
        text: say(of_reason(id)),
        is_chosen: typed("reason") == *id,
        ..Choice::default()
    });
    let (decisions, reasons) = (decisions.collect(), reasons.collect());
    let message = Kind::Lines {
        value: typed("message").to_owned(),
        rows: 5,
        longest: Some(MESSAGE_MAX),
        key: Some('m'),
    };
    let decision = Kind::Buttons { choices: decisions };
    let reason = Kind::Choice { choices: reasons };
    let mut controls = vec![
        form.control("decision", decision).demanded(),
        form.control("reason", reason)
            .with_hint(say("review.reason_hint")),
        form.control("message", message)
            .with_hint(say("review.message_hint")),
    ];
    if one.shown.entity.state.waits() {
        let day = Kind::Day {
            value: typed("publish_after").to_owned(),
        };
        let day = form.control("publish_after", day);
        controls.push(day.with_hint(say("review.publish_after_hint")));
    }
    if one.shown.document.site().is_some() {
        let into = Kind::Line {
            value: typed("into").to_owned(),
            input: None,
            longest: None,
            suggested: to_merge_into(shown),
        };
        let into = form.control("into", into);
        controls.push(into.with_hint(say("review.into_hint")));
    }
    controls
}

/// The published sites among those that may be the same.
fn to_merge_into(shown: &Value) -> Vec<Choice> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = shown["likely_same"].as_array().into_iter().flatten();
    let published = all.filter(|one| one["is_published"] == true);
    let suggested = published.map(|one| Choice {
        value: text(&one["id"]),
        text: text(&one["label"]),
        ..Choice::default()
    });
    suggested.collect()
}

/// The form of how openly a site is shown: none for whoever may not change it, and of reports.
fn place(one: &Waiting, form: &ShortForm<'_>, feature: &Value) -> Vec<Shown> {
    if one.shown.document.site().is_none() || !one.may_edit || feature.is_null() {
        return vec![];
    }
    let was_typed = form.fields.all(SENSITIVITY).next().is_some();
    let said = |name: &str| {
        let kept = feature["properties"][name].as_str().unwrap_or_default();
        if was_typed {
            form.fields.one(name)
        } else {
            kept
        }
    };
    let choices = Scheme::LocationSensitivity
        .concepts()
        .map(|concept| Choice {
            value: concept.id().to_owned(),
            text: concept.label(form.lang).to_owned(),
            is_chosen: concept.id() == said(SENSITIVITY),
            ..Choice::default()
        });
    let openness = Kind::Buttons {
        choices: choices.collect(),
    };
    let reason = Kind::line(said(SENSITIVITY_REASON));
    vec![
        form.control(SENSITIVITY, openness).demanded(),
        form.control(SENSITIVITY_REASON, reason),
    ]
}

fn listed(faults: &[Fault], wording: &Wording<'_>, lang: &str) -> Value {
    let all = faults.iter();
    all.map(|fault| {
        let own = Own::text(wording.place(&fault.place));
        json!({ "said": Said::of(fault, lang, &own, |_| None), "place": own.label })
    })
    .collect()
}
