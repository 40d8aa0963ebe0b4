//! The parameters of a request as members of an object of JSON: for what does not fit an address.

use serde_json::{Map, Value};

use super::filtering::FILTER_LANGS;
use super::parameters::{Given, Parameters};

/// Those that may be lists of numbers, in text separated by commas.
const NUMBERS: [&str; 2] = ["bbox", "near"];
/// Those that may be lists of texts.
const TEXTS: [&str; 3] = ["lang", "properties", "sortby"];

impl Parameters {
    /// Takes each member as the parameter of its name: a text as it stands in an address, a number, `true` or `false`;
    /// `bbox`, `near`, `lang`, `properties` and `sortby` also as lists, and `filter` as CQL2 JSON. A member that is null is
    /// not given. Faults are at JSON Pointers.
    ///
    /// ```
    /// use heritage_registry::query::Parameters;
    /// let members = serde_json::json!({"bbox": [46.7, 39.7, 46.8], "limits": 3});
    /// let mut asked = Parameters::of_members(members.as_object().unwrap());
    /// let numbers = asked.take("bbox", |text| Ok(text.split(',').count()));
    /// assert_eq!(numbers, Some(3));
    /// let faults = asked.finish(&["bbox", "limit"]).unwrap_err();
    /// assert_eq!(faults.0[0].place, "/limits");
    /// ```
    pub fn of_members(members: &Map<String, Value>) -> Parameters {
        let [text, json] = FILTER_LANGS;
        let given = members.iter().filter(|(_, value)| !value.is_null());
        let mut given: Vec<_> = given
            .map(|(name, value)| (name.clone(), of_member(name, value)))
            .collect();
        let is_tree = given
            .iter()
            .any(|(_, value)| matches!(value, Given::Tree(_)));
        if is_tree {
            match given.iter_mut().find(|(name, _)| name == "filter-lang") {
                None => given.push(("filter-lang".to_owned(), Given::Text(json.to_owned()))),
                Some((_, lang)) if *lang == Given::Text(text.to_owned()) => {
                    let detail = format!("is {json} where filter is no text");
                    *lang = Given::Wrong(String::new(), detail);
                }
                Some(_) => {}
            }
        }
        Parameters::of_pairs(given)
    }
}

fn of_member(name: &str, value: &Value) -> Given {
    let wrong = |within: String, detail: &str| Given::Wrong(within, detail.to_owned());
    let is_list = |names: &[&str]| names.contains(&name);
    match value {
        Value::Object(_) | Value::Bool(_) if name == "filter" => Given::Tree(value.to_string()),
        Value::String(text) => Given::Text(text.clone()),
        Value::Bool(_) | Value::Number(_) => Given::Text(value.to_string()),
        Value::Array(items) if is_list(&NUMBERS) => {
            list(items, |item| item.as_number().map(ToString::to_string))
                .unwrap_or_else(|place| wrong(place, "is a number"))
        }
        Value::Array(items) if is_list(&TEXTS) => {
            list(items, |item| item.as_str().map(str::to_owned))
                .unwrap_or_else(|place| wrong(place, "is a text"))
        }
        Value::Array(_) => wrong(String::new(), "is one value, and no list"),
        Value::Object(_) => wrong(
            String::new(),
            "is a text, a number, true or false, and no object",
        ),
        Value::Null => wrong(String::new(), "is null"),
    }
}

/// A list as text, or the place of the first that cannot stand in it.
fn list(items: &[Value], text: impl Fn(&Value) -> Option<String>) -> Result<Given, String> {
    let texts = items.iter().enumerate();
    let texts: Result<Vec<_>, _> = texts
        .map(|(place, item)| text(item).ok_or_else(|| format!("/{place}")))
        .collect();
    Ok(Given::Text(texts?.join(",")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Audience, Collection, Fault, Faults};
    use crate::query::Query;

    fn asked(members: &Value) -> Result<Query, Vec<String>> {
        let mut asked = Parameters::of_members(members.as_object().unwrap());
        let (of, audience) = (Collection::Sites, Audience::Public);
        let query = Query::parse(of, audience, &mut asked);
        match asked.finish(&["bbox", "filter", "limit"]) {
            Ok(()) => Ok(query),
            Err(Faults(faults)) => Err(faults.iter().map(Fault::to_string).collect()),
        }
    }

    #[test]
    fn members_are_what_the_same_parameters_are_in_an_address() {
        let query = asked(&json!({
            "bbox": [46, 39.5, 48.25, 41],
            "near": [46.75, 39.75],
            "radius": 1500.5,
            "limit": 7,
            "located": true,
            "properties": ["label", "geometry"],
            "sortby": ["-earliest_year", "site_type"],
            "condition": "destroyed",
            "earliest_year": 1216,
            "filter": {"op": "isNull", "args": [{"property": "condition"}]},
            "offset": null,
        }));
        let mut same = Parameters::parse(
            "bbox=46,39.5,48.25,41&near=46.75,39.75&radius=1500.5&limit=7&located=true&properties=label,geometry&sortby=-earliest_year,site_type&condition=destroyed&earliest_year=1216",
        );
        let mut query = query.unwrap();
        assert!(query.condition.take().is_some());
        let same = Query::parse(Collection::Sites, Audience::Public, &mut same);
        assert_eq!(format!("{query:?}"), format!("{same:?}"));
    }

    #[test]
    fn a_filter_is_text_or_json_as_it_is_or_in_a_text() {
        for filter in [
            json!({"filter": "condition IS NULL"}),
            json!({"filter": "condition IS NULL", "filter-lang": "cql2-text"}),
            json!({"filter": {"op": "isNull", "args": [{"property": "condition"}]}}),
            json!({"filter": {"op": "isNull", "args": [{"property": "condition"}]}, "filter-lang": "cql2-json"}),
            json!({"filter": r#"{"op": "isNull", "args": [{"property": "condition"}]}"#, "filter-lang": "cql2-json"}),
            json!({"filter": false}),
        ] {
            assert!(asked(&filter).unwrap().condition.is_some(), "{filter}");
        }
    }

    #[test]
    fn every_fault_is_at_its_pointer() {
        let tree = json!({"op": "=", "args": [{"property": "conditon"}, "none"]});
        for (members, expected) in [
            (
                json!({"limits": 3}),
                "/limits: is not a parameter of this resource: did you mean limit?",
            ),
            (
                json!({"filters": {"op": "not"}}),
                "/filters: is not a parameter of this resource: did you mean filter?",
            ),
            (json!({"a/b~c": [{}]}), "/a~1b~0c: is not a parameter"),
            (
                json!({"limit": "x"}),
                "/limit: limit is a whole number from 1",
            ),
            (json!({"limit": [7]}), "/limit: is one value, and no list"),
            (
                json!({"limit": {"is": 7}}),
                "/limit: is a text, a number, true or false, and no object",
            ),
            (json!({"bbox": [1, 2, 3]}), "/bbox: a box has 4 numbers"),
            (json!({"bbox": [1, 2, "3", 4]}), "/bbox/2: is a number"),
            (json!({"bbox": "1,2,3,x"}), "/bbox: \"x\" is not a number"),
            (json!({"sortby": ["label", 1]}), "/sortby/1: is a text"),
            (
                json!({"properties": []}),
                "/properties: \"\" is not a property",
            ),
            (
                json!({"filter": ["a"]}),
                "/filter: is one value, and no list",
            ),
            (json!({"filter": tree}), "/filter/args/0: "),
            (
                json!({"filter": tree.to_string(), "filter-lang": "cql2-json"}),
                "/filter: at /args/0: ",
            ),
            (
                json!({"filter": "conditon = 'none'"}),
                "/filter: at character 1: ",
            ),
            (
                json!({"filter": tree, "filter-lang": "cql2-text"}),
                "/filter-lang: is cql2-json where filter is no text",
            ),
            (
                json!({"filter": tree, "filter-lang": "sql"}),
                "/filter-lang: \"sql\" is not one of",
            ),
        ] {
            let faults = asked(&members).unwrap_err();
            assert!(
                faults.len() == 1 && faults[0].starts_with(expected),
                "{members}: {faults:?}"
            );
        }
        let all = asked(&json!({"limit": [], "bbox": [], "nope": 1, "filter": tree}));
        assert_eq!(all.unwrap_err().len(), 4);
    }
}
