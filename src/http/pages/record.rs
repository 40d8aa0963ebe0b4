//! The page of a record: a site, a report, an organization, a region.

use serde_json::{Map, Value, json};

use super::frame::Frame;
use super::lookup::Lookup;
use super::templates::render;
use super::texts::say;
use super::{chart, dates, linked_data};
use crate::domain::{Collection, NONE_SEEN, RecordRef, Scheme};
use crate::http::layer::path_of_item;
use crate::http::map;

/// So many records are listed on the page of another, and so many sites for each role of an organization. How many there are is
/// said beside them; all of them are where the link leads.
const LISTED: usize = 50;

/// So many sites of an organization are read, to tell which it has which role at. At others it may have other roles, and the
/// page of one with more says so.
const READ: usize = 1000;

/// The page of a record.
pub(super) fn page(
    record: RecordRef,
    feature: &Value,
    as_of: Option<String>,
    edit: Option<String>,
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> Result<String, minijinja::Error> {
    let (template, mut page) = shown(record, feature, as_of, lookup, frame);
    page["edit"] = edit.into();
    render(template, frame, page)
}

/// The template of a record, and what it shows.
pub(super) fn shown(
    record: RecordRef,
    feature: &Value,
    as_of: Option<String>,
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> (&'static str, Value) {
    let properties = &feature["properties"];
    let addresses = frame.addresses();
    let download = |name: &str| addresses.to(&frame.here(&["f"], &[("f", name)]));
    let path = path_of_item(record.collection, record.id);
    let is_past = as_of.is_some();
    let status = properties["status"].as_str();
    let mut page = json!({
        "title": properties["label"],
        "title_lang": properties["label_lang"],
        "id": record.id.to_string(),
        "p": properties,
        "geometry": feature["geometry"],
        "numbers": numbers(&properties["sources"]),
        "versions": format!("{path}/versions"),
        "permanent": frame.permanent(&path),
        "geojson": download("json"),
        "csv": download("csv"),
        "json_type": "application/geo+json",
        "as_of": as_of,
        "is_published": status.is_none_or(|status| ["active", "inactive", "published"].contains(&status)),
    });
    let (template, more) = match record.collection {
        Collection::Sites => (
            "site.html",
            of_site(record, feature, is_past, lookup, frame),
        ),
        Collection::ConditionReports => ("report.html", of_report(properties, lookup, frame)),
        Collection::Organizations => ("organization.html", of_organization(record, lookup)),
        Collection::Regions => ("region.html", of_region(feature, lookup)),
    };
    let members = page.as_object_mut().expect("it is one");
    members.extend(more);
    if record.collection == Collection::Sites {
        let data = linked_data::of_site(feature, &frame.permanent(&path));
        members.insert("linked_data".to_owned(), data.into());
    }
    (template, page)
}

/// The numbers of sources, by their keys.
fn numbers(sources: &Value) -> Value {
    let keys = items(sources).filter_map(|source| source["key"].as_str());
    let numbered = keys
        .enumerate()
        .map(|(place, key)| (key.to_owned(), json!(place + 1)));
    numbered.collect::<Map<_, _>>().into()
}

fn of_site(
    record: RecordRef,
    feature: &Value,
    is_past: bool,
    lookup: &Lookup<'_>,
    frame: &Frame<'_>,
) -> Map<String, Value> {
    let (id, properties) = (record.id, &feature["properties"]);
    let coordinates = &feature["geometry"]["coordinates"];
    let is_near = map::is_near(properties);
    // What is published today says nothing of another day.
    let (reports, count) = if is_past {
        (Vec::new(), 0)
    } else {
        let question = format!("site_id={id}&sortby=-observed_end&limit={LISTED}");
        lookup.features(Collection::ConditionReports, &question)
    };
    let rows = reports.iter().map(row_of_report).collect::<Vec<_>>();
    let current = properties["condition_report_id"].as_str();
    let codes: Vec<&str> = items(&properties["region_codes"])
        .chain(Some(&properties["public_region_code"]))
        .filter_map(Value::as_str)
        .collect();
    let mut regions = lookup.regions();
    regions.retain(|region| codes.iter().any(|code| region["code"] == *code));
    members(json!({
        "hazards": hazards(&rows),
        "reports": rows,
        "report_count": count,
        "current_path": current.map(|id| path_of_item(Collection::ConditionReports, id)),
        "all_reports": format!("/collections/condition-reports/items?site_id={id}"),
        "box": linked_data::bounds(coordinates),
        "on_map": linked_data::bounds(coordinates).map(|[west, south, east, north]| {
            let [lat, lon] = [f64::midpoint(south, north), f64::midpoint(west, east)];
            let zoom = if is_near { 10 } else { 14 };
            format!("/#map={zoom}/{lat}/{lon}")
        }),
        "is_near": is_near,
        "map": map::around(feature, lookup.languages),
        "chart": chart::of_reports(&rows, current, frame.lang),
        "regions": regions,
        "named": named(properties, lookup),
    }))
}

fn of_report(properties: &Value, lookup: &Lookup<'_>, frame: &Frame<'_>) -> Map<String, Value> {
    let observed = properties["observed_on"].as_str().unwrap_or_default();
    let date = dates::in_words(frame.lang, observed);
    let site = properties["site_id"].as_str();
    let compared = properties["compared_with"].as_str();
    let site = site.and_then(|site| lookup.label(Collection::Sites, site));
    let observer = properties["organization_id"].as_str();
    let observer = observer.and_then(|id| lookup.label(Collection::Organizations, id));
    let is_report = compared.is_some_and(|one| one.parse::<uuid::Uuid>().is_ok());
    let has_attributions =
        items(&properties["damages"]).any(|damage| items(&damage["attributions"]).next().is_some());
    members(json!({
        "has_attributions": has_attributions,
        "title": say(frame.lang, "report.title", &[("date", date)]),
        "title_lang": frame.lang,
        "site": site,
        "observer": observer,
        "compared_path": compared.filter(|_| is_report).map(|id| path_of_item(Collection::ConditionReports, id)),
    }))
}

fn of_organization(record: RecordRef, lookup: &Lookup<'_>) -> Map<String, Value> {
    let id = record.id;
    let question = format!(
        "organization_ids={id}&limit={READ}&properties=label,label_lang,site_type,organizations"
    );
    let (sites, site_count) = lookup.features(Collection::Sites, &question);
    let roles = roles(&id.to_string(), &sites);
    let question = format!("organization_id={id}&sortby=-observed_end&limit={LISTED}");
    let (reports, report_count) = lookup.features(Collection::ConditionReports, &question);
    let reports = reports.iter().map(|report| {
        let mut row = row_of_report(report);
        let site = report["properties"]["site_id"].as_str();
        row["site"] = site
            .and_then(|site| lookup.label(Collection::Sites, site))
            .unwrap_or_default();
        row
    });
    members(json!({
        "reports": reports.collect::<Vec<_>>(),
        "report_count": report_count,
        "all_reports": format!("/collections/condition-reports/items?organization_id={id}"),
        "roles": roles,
        "site_count": site_count,
        "sites_read": sites_read(site_count),
        "all_sites": format!("/collections/sites/items?organization_ids={id}"),
    }))
}

/// How many sites of an organization its roles are told of, if that is not all.
fn sites_read(count: usize) -> Option<usize> {
    (count > READ).then_some(READ)
}

/// The roles that an organization has at these sites, in the order of the vocabulary, each with how many sites it has it at,
/// the first of them with since when, and how many are not listed.
fn roles(id: &str, sites: &[Value]) -> Vec<Value> {
    let in_role = |role: &str, site: &Value| {
        let all = items(&site["properties"]["organizations"]);
        let here = all.filter(|one| one["organization_id"] == id && one["role"] == role);
        let times: Vec<Value> = here.map(|one| json!([one["from"], one["until"]])).collect();
        (!times.is_empty()).then(|| {
            let mut row = row_of_site(site);
            row["times"] = times.into();
            row
        })
    };
    let all = Scheme::OrgRole.concepts().map(|role| {
        let mut sites: Vec<Value> = sites
            .iter()
            .filter_map(|site| in_role(role.id(), site))
            .collect();
        let count = sites.len();
        sites.truncate(LISTED);
        (role.id(), count, sites)
    });
    all.filter(|(_, count, _)| *count > 0)
        .map(|(role, count, sites)| {
            let more = count - sites.len();
            json!({ "role": role, "count": count, "sites": sites, "more": more })
        })
        .collect()
}

fn of_region(feature: &Value, lookup: &Lookup<'_>) -> Map<String, Value> {
    let properties = &feature["properties"];
    let code = properties["code"].as_str().unwrap_or_default();
    let question = format!("region={code}&limit={LISTED}&properties=label,label_lang,site_type");
    let (sites, count) = lookup.features(Collection::Sites, &question);
    let mut regions = lookup.regions();
    regions.retain(|region| region["code"] == properties["part_of"]);
    members(json!({
        "sites": sites.iter().map(row_of_site).collect::<Vec<_>>(),
        "site_count": count,
        "all_sites": format!("/collections/sites/items?region={code}"),
        "part_of": regions.first(),
        "map": map::around(feature, lookup.languages),
    }))
}

/// The dangers that reports tell of, each with the latest of them; `rows` have the latest first.
fn hazards(rows: &[Value]) -> Vec<Value> {
    let mut told: Vec<Value> = Vec::new();
    for row in rows {
        for hazard in items(&row["hazards"]).filter(|one| *one != NONE_SEEN) {
            if told.iter().all(|one| one["hazard"] != *hazard) {
                let [observed_on, path] = [&row["observed_on"], &row["path"]];
                told.push(json!({ "hazard": hazard, "observed_on": observed_on, "path": path }));
            }
        }
    }
    told
}

fn row_of_report(report: &Value) -> Value {
    let mut row = report["properties"].clone();
    row["path"] = path(Collection::ConditionReports, report);
    row["id"] = report["id"].clone();
    row
}

fn row_of_site(site: &Value) -> Value {
    let mut row = site["properties"].clone();
    row["path"] = path(Collection::Sites, site);
    row
}

fn path(collection: Collection, feature: &Value) -> Value {
    let id = feature["id"].as_str().unwrap_or_default();
    path_of_item(collection, id).into()
}

/// The labels of all organizations and sites that a site names, by their ids.
fn named(properties: &Value, lookup: &Lookup<'_>) -> Map<String, Value> {
    let organizations = items(&properties["organizations"])
        .filter_map(|one| Some((Collection::Organizations, one["organization_id"].as_str()?)));
    let sites = items(&properties["relations"])
        .filter_map(|one| Some((Collection::Sites, one["site_id"].as_str()?)));
    let proposer = properties["proposed_by_organization_id"].as_str();
    let proposer = proposer.map(|id| (Collection::Organizations, id));
    let all = organizations.chain(sites).chain(proposer);
    let labelled =
        all.filter_map(|(collection, id)| Some((id.to_owned(), lookup.label(collection, id)?)));
    labelled.collect()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_role_all_sites_are_counted_and_the_first_are_listed() {
        let site = |number: usize| {
            let role = if number == 0 { "funder" } else { "custodian" };
            let role = json!({ "organization_id": "us", "role": role });
            json!({ "id": number.to_string(), "properties": { "organizations": [role] } })
        };
        let sites: Vec<Value> = (0..=LISTED + 2).map(site).collect();
        let told: Vec<_> = roles("us", &sites)
            .into_iter()
            .map(|one| {
                let listed = items(&one["sites"]).count();
                (
                    one["role"].clone(),
                    one["count"].clone(),
                    listed,
                    one["more"].clone(),
                )
            })
            .collect();
        let expected = [
            (json!("custodian"), json!(LISTED + 2), LISTED, json!(2)),
            (json!("funder"), json!(1), 1, json!(0)),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn where_not_all_sites_were_read_it_is_told_how_many() {
        assert_eq!(sites_read(READ), None);
        assert_eq!(sites_read(READ + 1), Some(READ));
    }
}
