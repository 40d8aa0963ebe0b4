//! Problems as pages, for those who ask for pages: the same status and headers, and every fault.

use actix_web::HttpRequest;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue};
use actix_web::web::Data;

use super::frame::Frame;
use super::templates::render;
use super::texts::say;
use crate::formats::Format;
use crate::http::base::base_url;
use crate::http::negotiate::{self, HTML};
use crate::http::{Problem, State, policy, reader, respond};
use crate::query::{Parameters, pairs};

/// The form that problems have for programs.
const PROBLEM: Format = Format {
    names: &["json"],
    title: "a problem",
    media_type: "application/problem+json",
    also: &["application/json"],
};

/// An answer as it is, or as a page if it is a problem and a page is asked for.
pub(in crate::http) fn of_problem(answer: ServiceResponse) -> ServiceResponse {
    let problem = answer.response().error();
    let problem = problem.and_then(|error| error.as_error::<Problem>());
    let page = problem.and_then(|problem| page(problem, answer.request()));
    let Some((page, lang)) = page else {
        return answer;
    };
    let mut answer = answer.map_body(|_, _| BoxBody::new(page));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML.media_type));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang));
    for (name, value) in policy::of_pages() {
        headers.insert(name, value);
    }
    answer
}

/// The page of a problem, and its language; `None` for those who do not ask for one.
fn page(problem: &Problem, request: &HttpRequest) -> Option<(String, &'static str)> {
    if !wants_page(request) {
        return None;
    }
    let state = request.app_data::<Data<State>>()?;
    let base_url = base_url(request, state);
    let lang = respond::language_of(&reader::languages(request));
    let mut body = problem.told();
    let id = body["code"].as_str().unwrap_or_default().replace('-', "_");
    body["title"] = say(lang, &format!("{}{id}", "problem_kinds."), &[]).into();
    body["is_problem"] = true.into();
    for error in body["errors"].as_array_mut().into_iter().flatten() {
        let places = ["parameter", "pointer", "header"];
        let place = places.iter().find_map(|name| error[*name].as_str());
        error["place"] = place.unwrap_or_default().to_owned().into();
    }
    let frame = Frame::around(request, &base_url, lang);
    let page = render("problem.html", &frame, body).ok()?;
    Some((page, lang))
}

/// Whether who asks reads pages: by `f`, which may name a form that is not there, else by `Accept`.
fn wants_page(request: &HttpRequest) -> bool {
    let asked = pairs(request.query_string());
    let named = asked.iter().find(|(name, _)| name == "f");
    let named = named.map(|(_, name)| name.as_str());
    let accept = negotiate::accept(request);
    let none = &mut Parameters::default();
    let accepted = negotiate::format_of(accept, none, &[PROBLEM, HTML]);
    named == Some("html") || named != Some("json") && accepted.is_ok_and(|form| form == HTML)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::kind::Kind;

    #[test]
    fn every_kind_of_problem_has_a_title_in_every_language() {
        for kind in Kind::ALL {
            let (_, id, title) = kind.about();
            let key = format!("problem_kinds.{}", id.replace('-', "_"));
            assert_eq!(say("en", &key, &[]), title);
        }
    }
}
