//! Letters for map libraries: `/fonts/{fontstack}/{range}.pbf`, as styles name them by `glyphs`.

use std::sync::{LazyLock, OnceLock};

use actix_web::HttpResponse;

use super::base_map::keep;
use crate::domain::Audience;
use crate::formats::Format;
use crate::http::Problem;
use crate::http::asked::no_parameters;
use crate::http::call::Call;
use crate::http::respond::{self, About};
use crate::http::tag::Parts;
use crate::tiles::Font;

/// Letters as fields of distances.
const GLYPHS: Format = Format {
    names: &["pbf"],
    title: "letters",
    media_type: "application/x-protobuf",
    also: &["application/octet-stream"],
};

/// Letters of a range.
const RANGE: u16 = 256;

static FONT: LazyLock<Font> = LazyLock::new(Font::compiled_in);

/// Ranges that were asked for: drawing one takes tens of milliseconds.
static DRAWN: [OnceLock<Vec<u8>>; 256] = [const { OnceLock::new() }; 256];

/// `GET /fonts/{fontstack}/{range}`.
pub(in crate::http) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let [stack, range] =
        ["fontstack", "range"].map(|name| call.request.match_info().get(name).unwrap_or_default());
    // A stack names fonts to be tried one after the other; ours has to be one of them.
    let is_ours = stack.split(',').any(|name| name.trim() == Font::NAME);
    let first = first(range)
        .filter(|_| is_ours)
        .ok_or_else(Problem::not_found)?;
    no_parameters(&call.request, &[GLYPHS])?;
    let drawn = &DRAWN[usize::from(first / RANGE)];
    let drawn = call
        .state
        .beside
        .run(move || drawn.get_or_init(|| FONT.glyphs(first)))
        .await?;
    let mut parts = Parts::new(GLYPHS, Audience::Public);
    parts.number(first.into());
    let mut response =
        respond::answer(&About::fixed(GLYPHS, parts), &call, || drawn.clone()).await?;
    keep(&mut response, &call);
    Ok(response)
}

/// The first letter of a range, `256-511.pbf`; `None` if it is none.
fn first(range: &str) -> Option<u16> {
    let (first, last) = range.strip_suffix(".pbf")?.split_once('-')?;
    let number: u16 = first.parse().ok()?;
    let is_whole = number.is_multiple_of(RANGE) && number.to_string() == first;
    (is_whole && (number + (RANGE - 1)).to_string() == last).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_written_in_one_way_only() {
        assert_eq!(first("0-255.pbf"), Some(0));
        assert_eq!(first("65280-65535.pbf"), Some(65_280));
        for wrong in [
            "1-256.pbf",
            "0-256.pbf",
            "00-255.pbf",
            "0-255",
            "65536-65791.pbf",
            "-",
        ] {
            assert_eq!(first(wrong), None, "{wrong}");
        }
    }
}
