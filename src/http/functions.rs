//! `GET /functions`: what filters may call (OGC API - Features Part 3, class Functions).

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::asked::no_parameters;
use super::call::Call;
use super::negotiate::{DOCUMENT, JSON};
use super::{Problem, respond};
use crate::query::cql2::{FUNCTIONS, Function, Type};

/// `GET /functions`.
pub(super) async fn list(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let functions: Vec<_> = FUNCTIONS.iter().map(describe).collect();
    let links = call.forms("/functions", JSON, "The functions");
    let body = json!({ "functions": functions, "links": links });
    respond::document(format, &body, None, &call).await
}

fn describe(function: &Function) -> Value {
    let arguments = function.arguments.iter().map(|argument| {
        json!({
            "title": argument.title,
            "description": argument.description,
            "type": names(argument.kinds),
        })
    });
    let arguments: Vec<_> = arguments.collect();
    json!({
        "name": function.name,
        "description": function.description,
        // Part 3 has the one name for them, the CQL2 standard the other.
        "arguments": arguments,
        "args": arguments,
        "returns": names(&[function.returns]),
    })
}

/// What types are called, each once.
fn names(types: &[Type]) -> Vec<&'static str> {
    let mut names: Vec<_> = types.iter().map(|one| one.id()).collect();
    names.dedup();
    names
}
