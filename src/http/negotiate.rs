//! In which form an answer is wanted: `f` wins over `Accept` (checklist 2).

use std::cmp::Reverse;

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

use super::Problem;
use super::kind::Kind;
use crate::domain::{Wrong, shortened};
use crate::formats::{FORMATS, Format};
use crate::query::Parameters;

/// JSON documents that are not features.
pub(super) const JSON: Format = Format {
    names: &["json"],
    title: "JSON",
    media_type: "application/json",
    also: &[],
};

/// JSON documents that say what their members mean.
pub(super) const JSON_LD: Format = Format {
    names: &["jsonld"],
    title: "JSON-LD",
    media_type: "application/ld+json",
    also: &[],
};

/// JSON documents, one on each line.
pub(super) const JSON_LINES: Format = Format {
    names: &["jsonl"],
    title: "lines of JSON",
    media_type: "application/jsonl",
    also: &["application/x-ndjson", "application/ndjson"],
};

/// JSON Schemas.
pub(super) const SCHEMA: Format = Format {
    names: &["json"],
    title: "JSON Schema",
    media_type: "application/schema+json",
    also: &["application/json"],
};

/// The API definition. The suite, QGIS and GDAL look for this very string.
pub(super) const OPENAPI: Format = Format {
    names: &["json"],
    title: "OpenAPI",
    media_type: "application/vnd.oai.openapi+json;version=3.0",
    also: &["application/json"],
};

/// The same in OpenAPI 3.1.
pub(super) const OPENAPI_3_1: Format = Format {
    names: &["json31"],
    title: "OpenAPI 3.1",
    media_type: "application/vnd.oai.openapi+json;version=3.1",
    also: &["application/json"],
};

/// Vector tiles.
pub(super) const MVT: Format = Format {
    names: &["mvt"],
    title: "a vector tile",
    media_type: "application/vnd.mapbox-vector-tile",
    also: &["application/x-protobuf"],
};

/// What map libraries are told of tiles (TileJSON 3.0.0).
pub(super) const TILEJSON: Format = Format {
    names: &["tilejson"],
    title: "TileJSON",
    media_type: "application/json",
    also: &[],
};

/// Pages for people.
pub(super) const HTML: Format = Format {
    names: &["html"],
    title: "HTML",
    media_type: "text/html",
    also: &[],
};

/// The forms of JSON documents.
pub(super) const DOCUMENT: &[Format] = &[JSON, HTML];

/// The forms of JSON documents that are linked data, too.
pub(super) const LINKED_DOCUMENT: &[Format] = &[JSON, JSON_LD, HTML];

/// The forms of JSON Schemas.
pub(super) const DOCUMENT_OF_SCHEMA: &[Format] = &[SCHEMA, HTML];

/// The forms of features: those that programs read, and pages.
pub(super) const OF_FEATURES: [Format; FORMATS.len() + 1] = {
    let mut all = [HTML; FORMATS.len() + 1];
    let mut place = 0;
    while place < FORMATS.len() {
        all[place] = FORMATS[place];
        place += 1;
    }
    all
};

/// The format asked for by `f`, else by `Accept`; the first of `offered` where neither says.
pub(super) fn format(
    request: &HttpRequest,
    parameters: &mut Parameters,
    offered: &[Format],
) -> Result<Format, Problem> {
    format_of(accept(request), parameters, offered)
}

/// The header that says in which formats an answer is wanted.
pub(super) fn accept(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(ACCEPT)?;
    header.to_str().ok()
}

/// The same, with what `Accept` says.
pub(super) fn format_of(
    accept: Option<&str>,
    parameters: &mut Parameters,
    offered: &[Format],
) -> Result<Format, Problem> {
    let had = parameters.has("f");
    let named = parameters.take("f", |name| {
        let found = offered
            .iter()
            .find(|format| format.names.contains(&name) || is_type(name, format));
        found.copied().ok_or_else(|| {
            let names: Vec<_> = offered
                .iter()
                .flat_map(|format| format.names)
                .copied()
                .collect();
            Wrong(format!(
                "there is no format \"{name}\" here: it is one of {}",
                names.join(", "),
                name = shortened(name)
            ))
        })
    });
    match named {
        Some(format) => Ok(format),
        // The fault is noted among the others.
        None if had => Ok(offered[0]),
        None => accept.map_or(Ok(offered[0]), |header| accepted(header, offered)),
    }
}

fn accepted(header: &str, offered: &[Format]) -> Result<Format, Problem> {
    let ranges: Vec<(f32, &str)> = header.split(',').map(weighted).collect();
    let weighed = offered
        .iter()
        .filter_map(|format| Some((weight(format, &ranges)?, format)));
    // Of equals the one that is offered first.
    let best = weighed.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, format)| *format).ok_or_else(|| {
        let types: Vec<_> = offered.iter().map(|format| format.media_type).collect();
        Problem::of(
            Kind::NoFormat,
            format!(
                "this is given as {}; ask for that, or leave Accept out",
                types.join(", ")
            ),
        )
    })
}

/// How much a format is wanted: by the range that names it most closely (RFC 9110, 12.5.1), then by how closely that is,
/// then by which was named first. `None` of what is not accepted.
fn weight(format: &Format, ranges: &[(f32, &str)]) -> Option<(f32, u8, Reverse<usize>)> {
    let places = ranges.iter().enumerate();
    let covering = places
        .filter_map(|(place, (q, range))| Some((closeness(range, format)?, Reverse(place), *q)));
    let (closeness, place, q) =
        covering.max_by_key(|(closeness, place, _)| (*closeness, *place))?;
    (q > 0.0).then_some((q, closeness, place))
}

/// How closely a range of `Accept` names a format: as it is, as something of its kind, as anything.
fn closeness(range: &str, format: &Format) -> Option<u8> {
    if is_type(range, format) {
        return Some(2);
    }
    let (kind, _) = format.media_type.split_once('/')?;
    match parts(range).0.split_once('/')? {
        ("*", "*") => Some(0),
        (of, "*") if of.eq_ignore_ascii_case(kind) => Some(1),
        _ => None,
    }
}

/// Whether a media type is that of a format or one that it also is. What both say of a parameter, as of `version`, must
/// be the same; what only one says does not matter (RFC 9110, 12.5.1).
fn is_type(name: &str, format: &Format) -> bool {
    let (bare, wanted) = parts(name);
    let own = std::iter::once(&format.media_type).chain(format.also);
    own.into_iter().any(|own| {
        let (own, given) = parts(own);
        let differs = |(name, value): &(&str, &str)| {
            let given = given
                .iter()
                .find(|(given, _)| given.eq_ignore_ascii_case(name));
            given.is_some_and(|(_, given)| !given.eq_ignore_ascii_case(value))
        };
        own.eq_ignore_ascii_case(bare) && !wanted.iter().any(differs)
    })
}

/// A media type without its parameters, and these.
fn parts(media_type: &str) -> (&str, Vec<(&str, &str)>) {
    let mut parts = media_type.split(';').map(str::trim);
    let bare = parts.next().unwrap_or_default();
    let parameters = parts.filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        Some((name.trim(), value.trim().trim_matches('"')))
    });
    (bare, parameters.collect())
}

/// An element of a header with its parameters, and its weight; one that is not a number is a refusal.
fn weighted(element: &str) -> (f32, &str) {
    let (_, parameters) = parts(element);
    let q = parameters
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("q"));
    (
        q.map_or(1.0, |(_, q)| q.parse().unwrap_or(0.0)),
        element.trim(),
    )
}

/// What a header asks for, best first, without what it refuses by `q=0` (RFC 9110, 12.4.2), and without parameters.
pub(super) fn by_weight(header: &str) -> Vec<&str> {
    let wanted = header.split(',').map(weighted);
    let mut elements: Vec<(f32, &str)> = wanted.filter(|(weight, _)| *weight > 0.0).collect();
    elements.sort_by(|a, b| b.0.total_cmp(&a.0));
    let elements = elements.into_iter();
    elements.map(|(_, element)| parts(element).0).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(accept: &str, query: &str) -> Option<&'static str> {
        asked_of(FORMATS, accept, query)
    }

    fn asked_of(offered: &[Format], accept: &str, query: &str) -> Option<&'static str> {
        let request = TestRequest::default()
            .insert_header((ACCEPT, accept))
            .to_http_request();
        let mut parameters = Parameters::parse(query);
        let format = format(&request, &mut parameters, offered).ok()?;
        parameters.finish(&[]).ok()?;
        Some(format.media_type)
    }

    #[test]
    fn f_wins_over_accept_and_accept_is_read_as_the_standard_has_it() {
        let [geojson, csv, sequence, lines] =
            [0, 1, 2, 3].map(|place: usize| Some(FORMATS[place].media_type));
        for (accept, query, expected) in [
            ("*/*", "", geojson),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "", geojson),
            ("text/plain, */*; q=0.01", "", geojson),
            ("application/json", "", geojson),
            ("APPLICATION/GEO+JSON", "", geojson),
            ("application/*", "", geojson),
            ("text/*", "", csv),
            ("text/csv", "", csv),
            ("text/csv; header=present; charset=utf-8", "", csv),
            ("text/csv;q=0.5, */*;q=0.1", "", csv),
            ("*/*, text/csv", "", csv),
            ("text/csv, application/geo+json", "", csv),
            ("application/geo+json, text/csv", "", geojson),
            ("text/csv;q=0.5, application/json", "", geojson),
            ("*/*, application/geo+json;q=0", "", csv),
            ("application/geo+json-seq", "", sequence),
            ("application/json-seq", "", sequence),
            ("application/x-ndjson", "", lines),
            ("application/jsonl;q=0.2", "", lines),
            ("text/html", "", None),
            ("image/*", "", None),
            ("text", "", None),
            ("text/html", "f=json", geojson),
            ("application/geo+json;q=0", "", None),
            ("text/csv;q=0, text/*", "", None),
            ("text/csv;q=lots", "", None),
            ("*/*", "f=geojson", geojson),
            ("*/*", "f=application/geo%2Bjson", geojson),
            ("*/*", "f=csv", csv),
            ("*/*", "f=text/csv", csv),
            ("*/*", "f=text/csv;header=present", csv),
            ("*/*", "f=geojsonseq", sequence),
            ("*/*", "f=jsonl", lines),
            ("*/*", "f=pdf", None),
        ] {
            assert_eq!(asked(accept, query), expected, "{accept} {query}");
        }
    }

    #[test]
    fn what_is_said_of_a_media_type_decides_between_forms() {
        let offered = &[OPENAPI, OPENAPI_3_1, HTML];
        let [old, new, page] = [OPENAPI, OPENAPI_3_1, HTML].map(|form| Some(form.media_type));
        // What QGIS sends.
        let qgis = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json";
        for (accept, query, expected) in [
            ("*/*", "", old),
            (qgis, "", old),
            ("application/json", "", old),
            ("application/vnd.oai.openapi+json", "", old),
            ("application/vnd.oai.openapi+json;version=3.1", "", new),
            (
                "application/vnd.oai.openapi+json; version=\"3.1\"; q=0.5",
                "",
                new,
            ),
            ("application/vnd.oai.openapi+json;version=3.2", "", None),
            ("application/*", "", old),
            ("text/*", "", page),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "", page),
            ("text/html;q=0.1, application/json", "", old),
            ("text/html", "f=json31", new),
            ("*/*", "f=html", page),
            (
                "*/*",
                "f=application/vnd.oai.openapi%2Bjson;version=3.1",
                new,
            ),
        ] {
            assert_eq!(
                asked_of(offered, accept, query),
                expected,
                "{accept} {query}"
            );
        }
    }
}
