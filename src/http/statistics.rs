//! `GET /statistics`: how many sites there are of what, how they came to be recorded, and who looks after them.
//!
//! All of it is counted from one snapshot of whoever asks, and of the sites that answer what they ask. Where an address can
//! say what was counted, it leads there.

use std::sync::Arc;

use actix_web::HttpResponse;
use serde_json::Value;

use super::asked::without_empty;
use super::beside::Turn;
use super::call::Call;
use super::counts::{Counting, of_sites};
use super::here::Kept;
use super::negotiate::{self, DOCUMENT, HTML, JSON};
use super::pages::{self, Lookup};
use super::reader::parse_lang;
use super::respond::SLICE;
use super::{Problem, collections, respond};
use crate::catalogue::{Deadline, Snapshot};
use crate::domain::{Collection, Instant, Languages};
use crate::formats::{Format, Link};
use crate::query::{Parameters, Query, pairs, parameter_names, parse_instant};

/// What is of pages of features and of their forms: a number has neither.
const OF_PAGES: &[&str] = &[
    "bom",
    "crs",
    "cursor",
    "geometry-format",
    "limit",
    "offset",
    "properties",
    "resultType",
    "sortby",
];

/// What statistics are asked for.
struct Asked {
    query: Query,
    as_of: Option<Instant>,
    format: Format,
    parameters: Kept,
}

/// `GET /statistics`.
pub(super) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let asked = Arc::new(parse(&call)?);
    let snapshot = call.snapshot_at(asked.as_of).await?;
    let counted = {
        let (snapshot, asked) = (snapshot.clone(), asked.clone());
        let (languages, base_url) = (call.reader.languages().clone(), call.base_url.clone());
        let longest = call.state.longest_search;
        let count = move |turn: Turn| {
            let deadline = Deadline::after(longest).with_pauses(SLICE, move || turn.pass_on());
            count(&snapshot, &asked, &languages, &base_url, &deadline)
        };
        call.state.beside.run_by_turns(count).await?
    };
    let mut body = counted.ok_or_else(Problem::too_slow)?;
    body["links"] = serde_json::to_value(links(&asked, &call)).expect("links are plain data");
    if asked.format == HTML {
        return pages::statistics(&body, &snapshot, &call).await;
    }
    // What is hidden today alters the past without a date.
    let changed_at = snapshot.changed_at().filter(|_| asked.as_of.is_none());
    respond::document(asked.format, &body, changed_at, &call).await
}

/// Parses the parameters: all faults at once.
fn parse(call: &Call) -> Result<Asked, Problem> {
    let mut query = call.request.query_string().to_owned();
    let mut parameters = Parameters::parse(&query);
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    if format == HTML {
        query = without_empty(&query);
        parameters = Parameters::parse(&query);
        negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    }
    parameters.refuse(OF_PAGES);
    parameters.take("lang", parse_lang);
    let as_of = parameters.take("as_of", parse_instant);
    let question = call.snapshot().question(Collection::Sites, &mut parameters);
    let mut offered = parameter_names(Collection::Sites);
    offered.retain(|name| !OF_PAGES.contains(name));
    offered.push("and every simple property of sites");
    parameters.finish(&offered).map_err(Problem::parameters)?;
    Ok(Asked {
        query: question,
        as_of,
        format,
        parameters: Kept::Address(pairs(&query)),
    })
}

/// `None` if it takes too long.
fn count(
    snapshot: &Snapshot,
    asked: &Asked,
    languages: &Languages,
    base_url: &str,
    deadline: &Deadline,
) -> Option<Value> {
    let counted = snapshot.counted(Collection::Sites, &asked.query, deadline)?;
    let counting = Counting {
        lookup: Lookup {
            snapshot,
            languages,
        },
        lang: respond::language_of(languages),
        parameters: &asked.parameters,
        base_url,
    };
    Some(of_sites(&counted, &counting))
}

fn links(asked: &Asked, call: &Call) -> Vec<Link> {
    let itself = asked.parameters.address("/statistics", &[], &["f"]);
    let mut links = call.forms(&itself, JSON, "These statistics");
    links.push(call.link("/collections/sites", "collection", JSON, "The sites"));
    links.push(collections::licence_link());
    links
}
