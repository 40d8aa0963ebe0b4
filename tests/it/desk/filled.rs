//! Forms as browsers fill them in and send them.

use serde_json::{Value, json};

use crate::harness::{Answer, Visitor};
use crate::pages::html::Html;
use crate::pages::safe;

/// The fields of a form, as a browser would send them: names and values, in their order.
pub type Fields = Vec<(String, String)>;

/// What a page has in its form for a record, as a browser would send it.
pub fn fields(html: &Html) -> Fields {
    let mut fields = Fields::new();
    let mut lines = html.lines.iter();
    let (mut is_in, mut select) = (false, None::<(String, Option<String>, bool)>);
    for (element, attributes) in &html.elements {
        let of = |wanted: &str| {
            let found = attributes.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        if element != "option" {
            fields.extend(
                select
                    .take()
                    .and_then(|(name, value, _)| Some((name, value?))),
            );
        }
        match element.as_str() {
            "form" => is_in = of("class").as_deref() == Some("record"),
            "footer" => is_in = false,
            _ if !is_in => {}
            "select" => select = Some((of("name").unwrap(), None, false)),
            "option" => {
                if let Some((_, value, is_chosen)) = &mut select {
                    let is_selected = of("selected").is_some();
                    if is_selected || value.is_none() && !*is_chosen {
                        (*value, *is_chosen) = (of("value"), is_selected);
                    }
                }
            }
            "textarea" => fields.push((of("name").unwrap(), lines.next().unwrap().clone())),
            "input" => {
                let is_sent = match of("type").as_deref() {
                    Some("radio" | "checkbox") => of("checked").is_some(),
                    _ => true,
                };
                if is_sent {
                    fields.push((of("name").unwrap(), of("value").unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    fields
}

/// The form of a page that is safe.
pub fn form_at(browser: &mut Visitor<'_>, path: &str) -> Fields {
    let answer = browser.get(path).expect(200);
    fields(&safe(path, &answer))
}

/// What a form says under a name.
pub fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let found = fields.iter().find(|(given, _)| given == name);
    found.map(|(_, value)| value.as_str())
}

/// Fills a field in, in the place of what stood there.
pub fn fill(fields: &mut Fields, name: &str, value: &str) {
    fields.retain(|(given, _)| given != name);
    fields.push((name.to_owned(), value.to_owned()));
}

/// Fills in everything that members of a draft say.
pub fn fill_all(fields: &mut Fields, members: &Value) {
    let mut said = Fields::new();
    write("", members, &mut said);
    fields.retain(|(name, _)| !said.iter().any(|(given, _)| given == name));
    fields.extend(said);
}

fn write(name: &str, value: &Value, fields: &mut Fields) {
    let below = |step: &dyn std::fmt::Display| match name {
        "" => step.to_string(),
        name => format!("{name}.{step}"),
    };
    match value {
        Value::Object(members) if members.contains_key("coordinates") => {
            for (place, part) in ["lon", "lat"].iter().enumerate() {
                write(&below(part), &value["coordinates"][place], fields);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                write(&below(member), value, fields);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (place, item) in items.iter().enumerate() {
                write(&below(&place), item, fields);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| write(name, item, fields)),
        Value::String(text) => fields.push((name.to_owned(), text.clone())),
        other => fields.push((name.to_owned(), other.to_string())),
    }
}

/// Sends a form.
pub fn send(browser: &mut Visitor<'_>, path: &str, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields)
}

/// Presses another button of it.
pub fn press(
    browser: &mut Visitor<'_>,
    path: &str,
    fields: &Fields,
    (name, value): (&str, &str),
) -> Answer {
    let mut fields = fields.clone();
    fill(&mut fields, name, value);
    send(browser, path, &fields)
}

/// The ids at which a page tells what is wrong.
pub fn faults(html: &Html) -> Vec<&str> {
    let ids = html.values("id").into_iter();
    ids.filter_map(|id| id.strip_suffix("-fault")).collect()
}

/// A report that says all that a report can say in its form.
pub fn whole_report() -> Value {
    let texts = |text: &str| json!([{"text": text, "lang": "en"}, {"text": "Տեքստ", "lang": "hy"}]);
    json!({
        "observed_on": "2026-11-20",
        "method": "photo_video",
        "access": "exterior",
        "condition": "poor",
        "confidence": "probable",
        "condition_trend": "declining",
        "compared_with": "2020-10",
        "damage_severity": "moderate",
        "damage_extent": "p11_30",
        "summary": texts("The dome was absent."),
        "damages": [
            {
                "component": "roof", "type": "collapse", "severity": "severe", "extent": "p31_60",
                "certainty": "certain", "cause": "intentional", "cause_certainty": "possible",
                "occurred": "2020-10-08/2021-04-12", "note": texts("Stones on the ground."),
                "attributions": [{"actor_text": "Somebody", "claimed_by": "A newspaper", "claimed_on": "2021", "src": ["photo"]}],
            },
            {"type": "crack", "certainty": "possible", "cause": "unknown"},
        ],
        "threats": [{"cause": "hostilities", "likelihood": "possible", "timeframe": "now", "certainty": "possible", "note": texts("Near a road.")}],
        "works": [{"kind": "conservation", "state": "in_progress", "note": texts("Scaffolding."), "src": ["photo"]}],
        "hazards": ["unstable_structure", "mine_uxo"],
        "hazard_note": texts("Loose stones."),
        "risk_level": "high",
        "priority": "emergency",
        "actions": ["monitoring", "documentation"],
        "next_visit_on": "2027-05",
        "imagery": {"provider": "A provider", "after_on": "2021-04-12", "before_on": "2020-10-08", "resolution_m": 0.5, "url": "https://example.org/image", "note": "Clear."},
        "testimony_consent": true,
        "sources": [{
            "key": "photo", "kind": "media", "title": texts("A photo"), "creator": "A photographer",
            "publisher": "A newspaper", "issued": "2021-04", "locator": "1", "url": "https://example.org/photo",
            "accessed_on": "2026-11-21", "lang": "en", "licence": "CC-BY-4.0", "statement_by": "The newspaper", "note": "Two of them.",
        }],
        "note_trusted": texts("For reviewers."),
        "organization_public": true,
    })
}

/// A site that says all that a site can say in its form to somebody who decides on none.
pub fn whole_site() -> Value {
    let texts = json!([{"text": "From the south.", "lang": "en"}]);
    json!({
        "names": [
            {"text": "Gandzasar Monastery", "lang": "en", "kind": "translation", "src": ["book"]},
            {"text": "Gandzasar", "lang": "hy", "kind": "transliteration", "transliteration_scheme": "iso-9985", "valid": "1900/..", "authority": "A library", "src": ["book", "visit"]},
        ],
        "site_type": "monastery",
        "other_types": ["church", "cemetery"],
        "geometry": {"type": "Point", "coordinates": [46.5318, 40.0573]},
        "location_method": "gnss_phone",
        "location_accuracy_m": 12.5,
        "location_note": "At the gate.",
        "location_src": ["visit"],
        "location_sensitivity": "restricted",
        "location_sensitivity_reason": "Unguarded.",
        "directions": texts,
        "descriptions": [{"text": "A monastery above a village.", "lang": "en", "src": ["book"]}],
        "dating": [{"kind": "construction", "edtf": "1216/1238", "basis": "inscription", "certainty": "certain", "note": texts, "src": ["book"]}],
        "associations": [{"tradition": "armenian_apostolic", "role": "user", "certainty": "certain", "claimed_by": "A book", "note": "Since then.", "src": ["book"]}],
        "current_function": "worship",
        "current_function_on": "2020",
        "designations": [{"kind": "state_register", "register": "A list", "authority": "A body", "reference": "1.2", "level": "world", "from": "1988", "until": "2020", "src": ["book"]}],
        "identifiers": [{"scheme": "wikidata", "value": "Q42", "match": "close"}, {"scheme": "other", "value": "7", "match": "exact", "label": "A book"}],
        "sources": [
            {"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "Its publisher", "doi": "10.1000/1"},
            {"key": "visit", "kind": "field_report", "title": [{"text": "A visit", "lang": "en"}]},
        ],
        "licence": "CC0-1.0",
        "rights_holder": "A foundation",
        "attribution": "A foundation, 2026",
    })
}
