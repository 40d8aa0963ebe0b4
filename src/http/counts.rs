//! What statistics tell of sites: tables of counts, each line with what is counted, how many, and the address at which they are.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::here::Kept;
use super::layer::path_of_item;
use super::pages::Lookup;
use crate::catalogue::Counted;
use crate::domain::{self, Collection, Concept, Scheme};

/// The properties of whose values there are tables.
const TABLES: [(&str, Scheme); 4] = [
    ("condition", Scheme::Condition),
    ("condition_method", Scheme::Method),
    ("location_method", Scheme::LocationMethod),
    ("site_type", Scheme::SiteType),
];

/// A site is in need if it has one of these.
const IN_NEED: [(&str, Scheme, &[&str]); 4] = [
    ("condition", Scheme::Condition, &["poor", "very_bad"]),
    ("damage_severity", Scheme::DamageSeverity, &["severe"]),
    ("risk_level", Scheme::RiskLevel, &["high", "very_high"]),
    (
        "priority",
        Scheme::Priority,
        &["emergency", "urgent", "high"],
    ),
];

/// The roles in which an organization looks after a site, and the properties that name it.
const LOOKING_AFTER: [(&str, &str); 2] =
    [("custodian", "custodian_ids"), ("monitor", "monitor_ids")];

/// What counts are told with.
pub(super) struct Counting<'a> {
    pub(super) lookup: Lookup<'a>,
    pub(super) lang: &'static str,
    /// What was asked: whatever is counted is asked beside it.
    pub(super) parameters: &'a Kept,
    pub(super) base_url: &'a str,
}

/// Everything that is told of these sites.
pub(super) fn of_sites(sites: &Counted<'_>, counting: &Counting<'_>) -> Value {
    let mut tables: Vec<Value> = TABLES
        .iter()
        .map(|(property, scheme)| {
            let lines = counting.concepts(sites, property, *scheme);
            counting.table(sites, property, lines)
        })
        .collect();
    let years = counting.years(sites);
    tables.insert(2, counting.table(sites, "condition_observed_on", years));
    tables.push(counting.table(sites, "region_codes", counting.regions(sites)));
    let traditions = counting.traditions(sites);
    json!({
        "sites": sites.number(),
        "tables": tables,
        "traditions": counting.table(sites, "traditions", traditions),
        "needs": counting.needs(sites),
        "organizations": counting.organizations(sites),
    })
}

impl Counting<'_> {
    /// The address of the sites that have something besides, unless what was asked stands in its way.
    fn href(&self, with: &[(&str, &str)]) -> Option<String> {
        let has_filter = with.iter().any(|(name, _)| *name == "filter");
        let is_read = !has_filter || !self.parameters.contradicts("filter-lang", "cql2-text");
        let mut with_names: Vec<&str> = with.iter().map(|(name, _)| *name).collect();
        with_names.push("f");
        let stands = |(name, value): &(&str, &str)| !self.parameters.contradicts(name, value);
        (is_read && with.iter().all(stands)).then(|| {
            let path = "/collections/sites/items";
            let address = self.parameters.address(path, with, &with_names);
            format!("{}{address}", self.base_url)
        })
    }

    fn line(&self, value: &str, label: &str, count: usize, with: &[(&str, &str)]) -> Value {
        json!({ "value": value, "label": label, "count": count, "href": self.href(with) })
    }

    /// The lines of a property, and how many sites have nothing of it.
    fn table(&self, sites: &Counted<'_>, property: &str, lines: Vec<Value>) -> Value {
        let nothing = format!("{property} IS NULL");
        json!({
            "property": property,
            "values": lines,
            "without": {
                "count": sites.lacking(property).number(),
                "href": self.href(&[("filter", &nothing)]),
            },
        })
    }

    /// The concepts that any site has, in the order of their tree; each counts for those that are broader, too, as it does
    /// where sites are asked for.
    fn concepts(&self, sites: &Counted<'_>, property: &str, scheme: Scheme) -> Vec<Value> {
        let tree = scheme.tree().into_iter();
        let lines = tree.filter_map(|(_, one)| {
            let count = sites.having(property, &one.into()).number();
            (count > 0).then(|| {
                let (id, label) = (one.id(), one.label(self.lang));
                let mut line = self.line(id, label, count, &[(property, id)]);
                line["broader"] = one.broader().map(Concept::id).into();
                line
            })
        });
        lines.collect()
    }

    /// In which year each was last observed: that of the last day that the date may mean, or of the first where the last is
    /// not known, as reports are compared.
    fn years(&self, sites: &Counted<'_>) -> Vec<Value> {
        // How many, and whether the last day of any is not known.
        let mut years: BTreeMap<i64, (usize, bool)> = BTreeMap::new();
        for (value, count) in sites.by("condition_observed_on") {
            let domain::Value::Edtf(date) = value else {
                continue;
            };
            let (first, last) = date.years();
            if let Some(year) = last.or(first) {
                let (number, has_open) = years.entry(year).or_default();
                *number += count;
                *has_open |= last.is_none();
            }
        }
        let lines = years.into_iter().map(|(year, (count, has_open))| {
            let mut filter = last_in(year);
            if has_open {
                filter = format!("({filter}) OR ({})", open_since(year));
            }
            let year = year.to_string();
            self.line(&year, &year, count, &[("filter", &filter)])
        });
        lines.collect()
    }

    /// The regions that any of them is in, by their codes, with what each is called.
    fn regions(&self, sites: &Counted<'_>) -> Vec<Value> {
        let named = self.lookup.regions();
        let lines = sites.by("region_codes").into_iter().map(|(value, count)| {
            let code = value.scalar_text().unwrap_or_default();
            let region = named.iter().find(|region| region["code"] == code);
            let label = region.and_then(|region| region["text"].as_str());
            let mut line = self.line(&code, label.unwrap_or(&code), count, &[("region", &code)]);
            line["label_lang"] = region.map(|region| region["lang"].clone()).into();
            line
        });
        lines.collect()
    }

    /// The traditions that somebody claims for any of them, each with how its sites came to be recorded.
    fn traditions(&self, sites: &Counted<'_>) -> Vec<Value> {
        let mut lines = self.concepts(sites, "traditions", Scheme::Tradition);
        for line in &mut lines {
            let id = line["value"].as_str().unwrap_or_default();
            let Some(tradition) = Scheme::Tradition.find(id) else {
                continue;
            };
            let of_it = sites.having("traditions", &tradition.into());
            for property in ["condition_method", "location_method"] {
                line[property] = json!({
                    "values": self.methods(&of_it, property),
                    "without": of_it.lacking(property).number(),
                });
            }
        }
        lines
    }

    fn methods(&self, sites: &Counted<'_>, property: &str) -> Vec<Value> {
        let counts = sites.by(property).into_iter();
        let methods = counts.filter_map(|(value, count)| match value {
            domain::Value::Concept(one) => Some((one, count)),
            _ => None,
        });
        methods
            .map(|(one, count)| json!({ "value": one.id(), "label": one.label(self.lang), "count": count }))
            .collect()
    }

    /// Which of them are in need, and which of those nobody looks after, also by region.
    fn needs(&self, sites: &Counted<'_>) -> Value {
        let having = IN_NEED.iter().flat_map(|(property, scheme, ids)| {
            let concepts = ids.iter().filter_map(|id| scheme.find(id));
            concepts.map(|one| sites.having(property, &one.into()))
        });
        let in_need = having.reduce(|all, more| all.or(&more));
        let in_need = in_need.expect("there are needs");
        let alone = LOOKING_AFTER
            .iter()
            .fold(in_need.clone(), |rest, (_, property)| {
                rest.lacking(property)
            });
        let conditions =
            IN_NEED.map(|(property, _, ids)| format!("{property} IN ('{}')", ids.join("','")));
        let need = format!("({})", conditions.join(" OR "));
        let nobody = LOOKING_AFTER.map(|(_, property)| format!("{property} IS NULL"));
        let of_nobody = format!("{need} AND {}", nobody.join(" AND "));
        let mut regions = self.regions(&in_need);
        for line in &mut regions {
            let code = line["value"].as_str().unwrap_or_default().to_owned();
            let there = alone.having("region_codes", &code.as_str().into());
            line["href"] = self.href(&[("region", &code), ("filter", &need)]).into();
            line["of_nobody"] = json!({
                "count": there.number(),
                "href": self.href(&[("region", &code), ("filter", &of_nobody)]),
            });
        }
        json!({
            "filter": need,
            "count": in_need.number(),
            "href": self.href(&[("filter", &need)]),
            "of_nobody": { "count": alone.number(), "href": self.href(&[("filter", &of_nobody)]) },
            "regions": regions,
        })
    }

    /// The organizations that look after any of them, by their ids: in which roles, how many sites, and in which regions.
    fn organizations(&self, sites: &Counted<'_>) -> Vec<Value> {
        let named = LOOKING_AFTER
            .iter()
            .flat_map(|(_, property)| sites.by(property));
        let mut ids: Vec<String> = named.filter_map(|(value, _)| value.scalar_text()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.iter().map(|id| self.organization(sites, id)).collect()
    }

    fn organization(&self, sites: &Counted<'_>, id: &str) -> Value {
        let value = domain::Value::Text(id.to_owned());
        let of_roles =
            LOOKING_AFTER.map(|(role, property)| (role, property, sites.having(property, &value)));
        let roles = of_roles.iter().filter(|(_, _, sites)| sites.number() > 0);
        let roles = roles.map(|(role, property, sites)| {
            let label = Scheme::OrgRole
                .find(role)
                .map_or(*role, |one| one.label(self.lang));
            self.line(role, label, sites.number(), &[(property, id)])
        });
        let roles: Vec<Value> = roles.collect();
        let all = of_roles
            .into_iter()
            .map(|(_, _, sites)| sites)
            .reduce(|all, more| all.or(&more));
        let all = all.expect("there are roles");
        let regions = all.by("region_codes").into_iter();
        let regions: Vec<Value> = regions
            .map(|(value, count)| json!({ "value": value.scalar_text(), "count": count }))
            .collect();
        let label = self
            .lookup
            .label(Collection::Organizations, id)
            .unwrap_or_default();
        json!({
            "id": id,
            "label": label["text"],
            "label_lang": label["lang"],
            "href": format!("{}{}", self.base_url, path_of_item(Collection::Organizations, id)),
            "count": all.number(),
            "roles": roles,
            "regions": regions,
        })
    }
}

/// The condition that the last day of an observation is in a year.
fn last_in(year: i64) -> String {
    let before = |year: i64| format!("T_BEFORE(condition_observed_on,DATE('{year:04}-01-01'))");
    format!("NOT {} AND {}", before(year), before(year + 1))
}

/// The condition that it is not known, and the first is in that year.
fn open_since(year: i64) -> String {
    let after = |year: i64| format!("T_AFTER(condition_observed_on,DATE('{year:04}-12-31'))");
    let has_end = "T_BEFORE(condition_observed_on,DATE('9999-12-31'))";
    format!(
        "NOT {has_end} AND {} AND NOT {}",
        after(year - 1),
        after(year)
    )
}
