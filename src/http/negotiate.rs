//! In which form an answer is wanted: `f` wins over `Accept` (checklist 2).

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

use super::Problem;
use super::kind::Kind;
use crate::domain::Wrong;
use crate::formats::Format;
use crate::query::Parameters;

/// JSON documents that are not features.
pub(super) const JSON: Format = Format {
    names: &["json"],
    media_type: "application/json",
};

/// JSON documents, one on each line.
pub(super) const JSON_LINES: Format = Format {
    names: &["jsonl"],
    media_type: "application/jsonl",
};

/// JSON Schemas.
pub(super) const SCHEMA: Format = Format {
    names: &["json"],
    media_type: "application/schema+json",
};

/// The API definition. The suite, QGIS and GDAL look for this very string.
pub(super) const OPENAPI: Format = Format {
    names: &["json"],
    media_type: "application/vnd.oai.openapi+json;version=3.0",
};

/// The format asked for by `f`, else by `Accept`; the first of `offered` where neither says.
pub(super) fn format(
    request: &HttpRequest,
    parameters: &mut Parameters,
    offered: &[Format],
) -> Result<Format, Problem> {
    let had = parameters.has("f");
    let named = parameters.take("f", |name| {
        let found = offered
            .iter()
            .find(|format| format.names.contains(&name) || format.media_type == name);
        found.copied().ok_or_else(|| {
            let names: Vec<_> = offered
                .iter()
                .flat_map(|format| format.names)
                .copied()
                .collect();
            Wrong(format!(
                "there is no format \"{name}\" here: it is one of {}",
                names.join(", ")
            ))
        })
    });
    match named {
        Some(format) => Ok(format),
        // The fault is noted among the others.
        None if had => Ok(offered[0]),
        None => accepted(request, offered),
    }
}

fn accepted(request: &HttpRequest, offered: &[Format]) -> Result<Format, Problem> {
    let Some(header) = request
        .headers()
        .get(ACCEPT)
        .and_then(|header| header.to_str().ok())
    else {
        return Ok(offered[0]);
    };
    let wanted = by_weight(header);
    let found = wanted
        .iter()
        .find_map(|range| offered.iter().find(|format| covers(range, format)));
    found.copied().ok_or_else(|| {
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

/// What a header asks for, best first, without what it refuses by `q=0` (RFC 9110, 12.4.2).
pub(super) fn by_weight(header: &str) -> Vec<&str> {
    let weighted = |part: &'_ str| -> f32 {
        let q = part
            .split(';')
            .find_map(|parameter| parameter.trim().strip_prefix("q="));
        q.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0))
    };
    let wanted = header.split(',').map(|part| {
        (
            weighted(part),
            part.split(';').next().unwrap_or_default().trim(),
        )
    });
    let mut parts: Vec<(f32, &str)> = wanted.filter(|(weight, _)| *weight > 0.0).collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.into_iter().map(|(_, wanted)| wanted).collect()
}

/// Every form here is JSON, so a client that takes `application/json` takes it.
fn covers(range: &str, format: &Format) -> bool {
    let bare = format.media_type.split(';').next().unwrap_or_default();
    ["*/*", "application/*", "application/json", bare].contains(&range)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::formats::FORMATS;

    fn asked(accept: &str, query: &str) -> Option<&'static str> {
        let request = TestRequest::default()
            .insert_header((ACCEPT, accept))
            .to_http_request();
        let mut parameters = Parameters::parse(query);
        let format = format(&request, &mut parameters, FORMATS).ok()?;
        parameters.finish(&[]).ok()?;
        Some(format.media_type)
    }

    #[test]
    fn f_wins_over_accept() {
        let geojson = Some("application/geo+json");
        for (accept, query, expected) in [
            ("*/*", "", geojson),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "", geojson),
            ("application/json", "", geojson),
            ("text/html", "", None),
            ("text/html", "f=json", geojson),
            ("application/geo+json;q=0", "", None),
            ("*/*", "f=geojson", geojson),
            ("*/*", "f=application/geo%2Bjson", geojson),
            ("*/*", "f=pdf", None),
        ] {
            assert_eq!(asked(accept, query), expected, "{accept} {query}");
        }
    }
}
