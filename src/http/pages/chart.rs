//! The condition of a site over time, as a picture: a mark for each report, one row for each condition, so that nothing
//! depends on a colour.

use serde_json::{Value, json};

use super::templates::concept;
use crate::domain::Scheme;

/// The picture is as wide as a phone, and grows with the page: its letters stay readable on either.
const WIDTH: f64 = 360.0;
const LEFT: f64 = 128.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const ROW: f64 = 26.0;

/// At most so many years are written below.
const TICKS: i32 = 5;

/// The picture of these reports; null if none of them says a condition and a time. `current` is the one that counts today.
pub(super) fn of_reports(reports: &[Value], current: Option<&str>, lang: &str) -> Value {
    let told: Vec<(&str, Option<f64>, f64, &Value)> = reports
        .iter()
        .filter_map(|report| {
            let condition = report["condition"].as_str()?;
            let [start, end] = ["observed_start", "observed_end"].map(|name| time(&report[name]));
            let last = end.or(start)?;
            Some((condition, start, last, report))
        })
        .collect();
    // One report is said in words as well.
    if told.len() < 2 {
        return Value::Null;
    }
    let is_told = |id: &str| told.iter().any(|(condition, ..)| *condition == id);
    let rows: Vec<&'static str> = Scheme::Condition
        .concepts()
        .map(|one| one.id())
        .filter(|id| *id != "unknown" || is_told(id))
        .collect();
    let times = told
        .iter()
        .flat_map(|(_, start, last, _)| [start.unwrap_or(*last), *last]);
    let (first, last) = times.fold((f64::MAX, f64::MIN), |(first, last), time| {
        (first.min(time), last.max(time))
    });
    let (first, last) = (first.floor(), last.ceil().max(first.floor() + 1.0));
    let x = |time: f64| round(LEFT + (time - first) / (last - first) * (WIDTH - LEFT - RIGHT));
    let height = TOP + ROW * to_float(rows.len()) + 18.0;
    let y = |place: usize| TOP + ROW * to_float(place) + ROW / 2.0;
    let marks = told.iter().map(|(condition, start, last, report)| {
        let place = rows.iter().position(|id| id == condition).unwrap_or(0);
        json!({
            "from": start.map_or(LEFT, &x),
            "is_open": start.is_none(),
            "to": x(*last),
            "y": y(place),
            "path": report["path"],
            "is_current": report["id"].as_str().is_some_and(|id| current == Some(id)),
            "condition": condition,
            "observed_on": report["observed_on"],
            "method": report["method"],
        })
    });
    let lines = rows
        .iter()
        .enumerate()
        .map(|(place, id)| json!({ "y": y(place), "text": concept(lang, id, "condition") }));
    json!({
        "width": WIDTH,
        "height": height,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": height - 5.0,
        "rows": lines.collect::<Vec<_>>(),
        "ticks": ticks(first, last).map(|year| json!({ "x": x(f64::from(year)), "text": year })).collect::<Vec<_>>(),
        "marks": marks.collect::<Vec<_>>(),
    })
}

/// The years to be written, evenly apart.
fn ticks(first: f64, last: f64) -> impl Iterator<Item = i32> {
    let [first, last] = [first, last].map(|year| {
        #[expect(clippy::cast_possible_truncation, reason = "years of four digits")]
        let year = year as i32;
        year
    });
    let step = ((last - first) / TICKS + 1).max(1);
    (first..=last).step_by(usize::try_from(step).unwrap_or(1))
}

/// A day as a number of years.
fn time(day: &Value) -> Option<f64> {
    let mut parts = day.as_str()?.splitn(3, '-').map(str::parse::<f64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    Some(year + (month - 1.0) / 12.0 + (day - 1.0) / 372.0)
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
fn to_float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_has_its_place_in_time_and_its_row() {
        let report = |condition: &str, from: &str, to: &str| json!({ "id": to, "condition": condition, "observed_start": from, "observed_end": to });
        let reports = [
            report("destroyed", "2024-01-01", "2024-12-31"),
            report("good", "2004-01-01", "2004-01-01"),
        ];
        let chart = of_reports(&reports, Some("2024-12-31"), "en");
        let marks = chart["marks"].as_array().unwrap();
        assert_eq!(marks[1]["from"], LEFT);
        assert!(marks[0]["from"].as_f64() < marks[0]["to"].as_f64());
        assert!(marks[0]["y"].as_f64() > marks[1]["y"].as_f64());
        assert_eq!(
            (&marks[0]["is_current"], &marks[1]["is_current"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(chart["rows"].as_array().unwrap().len(), 5);
        assert!(chart["ticks"].as_array().unwrap().len() <= 6);
        assert_eq!(of_reports(&reports[..1], None, "en"), Value::Null);
    }

    #[test]
    fn what_began_at_an_unknown_time_is_open() {
        let reports = [
            json!({ "condition": "poor", "observed_start": null, "observed_end": "2022-12-31" }),
            json!({ "condition": "unknown", "observed_start": "2020-01-01", "observed_end": "2020-01-01" }),
        ];
        let chart = of_reports(&reports, None, "en");
        assert_eq!(chart["marks"][0]["is_open"], true);
        assert_eq!(chart["rows"].as_array().unwrap().len(), 6);
    }
}
