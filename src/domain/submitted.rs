//! What a report that somebody submits has to have beside what every report has (vocabularies 1.4), and when it can have been
//! observed: read off its members each by itself, since all that is wrong is told at once, also of what is no report yet.

use serde_json::Value;

use super::{Concept, Day, Edtf, Fault, FaultKind, Scheme};

/// The fault of an observation that would be later than the day after `today`, of whatever has the members of a report.
pub fn observed_too_late(members: &Value, today: Day) -> Option<Fault> {
    let observed_on = Edtf::parse(members["observed_on"].as_str()?).ok()?;
    let first = observed_on.bounds().earliest?;
    (first > today.next()).then(|| Fault {
        place: "/observed_on".to_owned(),
        kind: FaultKind::TooLate(today),
        detail: format!("is after today, {today}: say when it was observed"),
    })
}

/// What is missing of a report that somebody submits, beside what every report has to have (vocabularies 1.4): an
/// import that cites what was published may lack it. `members` need not make a report: what else is wrong with them is
/// told elsewhere, and all of it at once.
pub fn incomplete_report(members: &Value) -> Vec<Fault> {
    let missing = |name: &str, detail: String| Fault {
        place: format!("/{name}"),
        kind: FaultKind::MissingWith("method"),
        detail,
    };
    let imagery = &members["imagery"];
    match members["method"].as_str().unwrap_or_default() {
        "field_visit" if members["access"].is_null() => {
            let ids: Vec<_> = Scheme::Access.concepts().map(Concept::id).collect();
            let detail = format!("is required for a field_visit: one of {}", ids.join(", "));
            vec![missing("access", detail)]
        }
        "satellite_imagery" if imagery.is_null() => {
            let detail = "is required for satellite_imagery".to_owned();
            vec![missing("imagery", detail)]
        }
        "satellite_imagery" if imagery.is_object() => {
            let of_it = [
                ("after_on", "is required: the date of the image"),
                ("provider", "is required: whose image it is"),
            ];
            let absent = of_it
                .into_iter()
                .filter(|(name, _)| imagery[*name].is_null());
            absent
                .map(|(name, detail)| missing(&format!("imagery/{name}"), detail.to_owned()))
                .collect()
        }
        "testimony"
            if matches!(
                members["testimony_consent"],
                Value::Null | Value::Bool(false)
            ) =>
        {
            vec![Fault {
                place: "/testimony_consent".to_owned(),
                kind: FaultKind::Consent,
                detail: "has to be true for testimony: without consent, do not send it".to_owned(),
            }]
        }
        _ => vec![],
    }
}
