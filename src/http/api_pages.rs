//! What the API definition says of pages: whatever can be read as a document by GET is a page too, and so is every problem.

use serde_json::{Value, json};

use super::negotiate::HTML;

/// The headers of a page.
const OF_PAGES: [&str; 3] = [
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
];

/// Adds pages to the answers of every GET whose `f` offers them, and to all problems.
pub(super) fn fill_pages(definition: &mut Value) {
    let shared = definition["components"]["parameters"].clone();
    let paths = definition["paths"].as_object_mut().into_iter().flatten();
    for (_, path) in paths {
        let Some(operation) = path.get_mut("get") else {
            continue;
        };
        let is_page = {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut offered = parameters.flat_map(|parameter| forms(parameter, &shared));
            offered.any(|name| name == HTML.names[0])
        };
        if is_page {
            fill(&mut operation["responses"]["200"]);
        }
    }
    let problems = definition["components"]["responses"].as_object_mut();
    for (_, response) in problems.into_iter().flatten() {
        if response["content"]
            .get("application/problem+json")
            .is_some()
        {
            fill(response);
            response["headers"]["Content-Language"] = reference("Content-Language-Of-Page");
        }
    }
}

/// The forms that a parameter offers, if it is that which chooses among them.
fn forms<'a>(parameter: &'a Value, shared: &'a Value) -> impl Iterator<Item = &'a Value> {
    let key = parameter["$ref"]
        .as_str()
        .and_then(|at| at.rsplit('/').next());
    let parameter = key.map_or(parameter, |key| &shared[key]);
    let names = (parameter["name"] == "f").then(|| parameter["schema"]["enum"].as_array());
    names.flatten().into_iter().flatten()
}

fn fill(response: &mut Value) {
    response["content"][HTML.media_type] = json!({ "schema": { "type": "string" } });
    for name in OF_PAGES {
        response["headers"][name] = reference(name);
    }
}

fn reference(header: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{header}") })
}
