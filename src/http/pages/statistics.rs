//! Statistics as a page: tables with a bar in each line, so that who sees no bars misses nothing.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::filters;
use super::frame::Frame;
use super::lookup::Lookup;
use super::templates::render;
use crate::catalogue::Snapshot;
use crate::domain::Collection;
use crate::http::Problem;
use crate::http::call::Call;

/// A bar of so many units stands for all sites that were counted.
const WHOLE: f64 = 100.0;

/// The page of statistics.
pub(in crate::http) async fn show(
    document: &Value,
    snapshot: &Snapshot,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(call);
    let lookup = Lookup::of(snapshot, call);
    let form = filters::of(Collection::Sites, "/statistics", &lookup, &frame);
    let mut page = document.clone();
    let sites = document["sites"].as_u64().unwrap_or_default();
    let tables = page["tables"].as_array_mut().into_iter().flatten();
    tables.for_each(|table| draw(table, sites));
    draw(&mut page["traditions"], sites);
    name_regions(&mut page["organizations"], &lookup.regions());
    page["form"] = form;
    page["whole"] = json!(WHOLE);
    super::answer(render("statistics.html", &frame, page), call).await
}

/// Adds to each line how long its bar is, and how deep it stands below broader ones.
fn draw(table: &mut Value, sites: u64) {
    let of_nothing = table["without"]["count"].as_u64();
    table["without"]["bar"] = json!(bar(of_nothing.unwrap_or_default(), sites));
    let mut depths: Vec<(String, usize)> = Vec::new();
    for line in table["values"].as_array_mut().into_iter().flatten() {
        let broader = line["broader"].as_str();
        let above = depths.iter().find(|(id, _)| Some(id.as_str()) == broader);
        let depth = above.map_or(0, |(_, depth)| depth + 1);
        let id = line["value"].as_str().unwrap_or_default();
        depths.push((id.to_owned(), depth));
        let count = line["count"].as_u64().unwrap_or_default();
        line["depth"] = depth.into();
        line["bar"] = json!(bar(count, sites));
    }
}

fn bar(count: u64, sites: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a bar is as exact as it is seen"
    )]
    let [count, sites] = [count, sites.max(1)].map(|number| number as f64);
    (count / sites * WHOLE * 10.0).round() / 10.0
}

/// Puts what regions are called beside their codes.
fn name_regions(organizations: &mut Value, named: &[Value]) {
    for organization in organizations.as_array_mut().into_iter().flatten() {
        for line in organization["regions"].as_array_mut().into_iter().flatten() {
            let region = named.iter().find(|region| region["code"] == line["value"]);
            line["region"] = region.cloned().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share_of_all_sites() {
        let mut table = json!({
            "values": [
                { "value": "religious_place", "broader": null, "count": 6 },
                { "value": "church", "broader": "religious_place", "count": 3 },
                { "value": "chapel", "broader": "church", "count": 1 },
                { "value": "mosque", "broader": "religious_place", "count": 3 },
            ],
            "without": { "count": 2 },
        });
        draw(&mut table, 8);
        let of = |name: &str| -> Vec<&Value> {
            let lines = table["values"].as_array().unwrap();
            lines.iter().map(|line| &line[name]).collect()
        };
        assert_eq!(of("bar"), [75.0, 37.5, 12.5, 37.5]);
        assert_eq!(of("depth"), [0, 1, 2, 1]);
        assert_eq!(table["without"]["bar"], 25.0);
        let mut nothing = json!({ "values": [], "without": { "count": 0 } });
        draw(&mut nothing, 0);
        assert_eq!(nothing["without"]["bar"], 0.0);
    }
}
