//! The light map below the sites, from the seed: rivers, lakes and places with names in the reader's language, and no borders.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use serde_json::json;

use crate::domain::{Audience, BaseMap, Ground, Landmark, Languages, Scalar};
use crate::http::asked::no_parameters;
use crate::http::call::Call;
use crate::http::negotiate::{JSON, MVT};
use crate::http::respond::{self, About, DEPENDS_ON};
use crate::http::tag::Parts;
use crate::http::{Problem, tiles};
use crate::registry;
use crate::tiles::{Drawn, Tile, TileLayer};

/// The last zoom of its tiles: what it shows is known no better. Libraries draw closer ones from these.
const ZOOM_MAX: u8 = 12;

/// Bytes of a layer at most; all of the world takes less.
const LAYER_MAX: usize = 500_000;

const DESCRIPTION: &str = "What lies around the sites, with names and without borders.";

/// Whom to name under the map, each with an address that says more, if there is one.
pub(super) const CREDITS: [(&str, Option<&str>); 3] = [
    (
        "Who's On First",
        Some("https://whosonfirst.org/docs/licenses/"),
    ),
    ("GeoNames (CC BY 4.0)", None),
    ("Natural Earth", None),
];

/// How long whoever has it may keep it: it changes only with the program.
const FOR_A_DAY: &str = "public, max-age=86400";

pub(super) static BASE_MAP: LazyLock<BaseMap> =
    LazyLock::new(|| registry::base_map().expect("a test reads it"));

/// `GET /base-map`.
pub(in crate::http) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    no_parameters(&call.request, &[JSON])?;
    let languages = languages(&call);
    let layers = Ground::ALL.map(|ground| {
        json!({
            "id": ground.id(),
            "description": DESCRIPTION,
            "minzoom": 0,
            "maxzoom": ZOOM_MAX,
            "fields": { "name": "String", "rank": "Number" },
        })
    });
    let body = json!({
        "tilejson": "3.0.0",
        "name": "Rivers, lakes and places",
        "description": DESCRIPTION,
        "attribution": attribution(),
        "scheme": "xyz",
        "tiles": [format!("{}/base-map/{{z}}/{{x}}/{{y}}{languages}", call.base_url)],
        "minzoom": 0,
        "maxzoom": ZOOM_MAX,
        "vector_layers": layers,
    });
    respond::json(&body, None, &call).await
}

/// The credits as map libraries show them.
fn attribution() -> String {
    let credits = CREDITS.map(|(name, href)| match href {
        Some(href) => format!(r#"<a href="{href}" rel="noreferrer">{name}</a>"#),
        None => name.to_owned(),
    });
    credits.join(", ")
}

/// `GET /base-map/{z}/{x}/{y}`.
pub(in crate::http) async fn tile(call: Call) -> Result<HttpResponse, Problem> {
    let tile = tiles::by_column(&call.request)?;
    if tile.matrix() > ZOOM_MAX {
        return Err(Problem::not_found());
    }
    no_parameters(&call.request, &[MVT])?;
    let languages = call.reader.languages().clone();
    let drawn = call
        .state
        .beside
        .run(move || draw(tile, &languages))
        .await?;
    let mut response = if drawn.is_empty() {
        HttpResponse::NoContent()
            .insert_header((VARY, DEPENDS_ON))
            .insert_header((CACHE_CONTROL, respond::caching(&call)))
            .finish()
    } else {
        let mut parts = Parts::new(MVT, Audience::Public);
        parts.add(&drawn);
        respond::answer(&About::fixed(MVT, parts), &call, || drawn).await?
    };
    keep(&mut response, &call);
    Ok(response)
}

/// The languages of a reader, as the end of an address.
pub(super) fn languages(call: &Call) -> String {
    let all: Vec<String> = call
        .reader
        .languages()
        .iter()
        .map(ToString::to_string)
        .collect();
    if all.is_empty() {
        String::new()
    } else {
        format!("?lang={}", all.join(","))
    }
}

/// Lets whoever is unknown keep what changes only with the program.
pub(super) fn keep(response: &mut HttpResponse, call: &Call) {
    if !call.reader.is_known() {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_A_DAY));
    }
}

/// A tile of it; empty where nothing is.
fn draw(tile: Tile, languages: &Languages) -> Vec<u8> {
    let mut out = Vec::new();
    for ground in Ground::ALL {
        let mut layer = TileLayer::new(ground.id());
        let shown = BASE_MAP.landmarks.iter().enumerate();
        let shown = shown.filter(|(_, one)| one.ground == ground && is_shown(one, tile.matrix()));
        for (number, one) in shown {
            if let Some(drawn) = Drawn::in_tile(tile, one.geometry.as_geo()) {
                let name = one.label(languages).map(|(name, _)| name);
                let name = name.map(|name| ("name", Scalar::Text(name.into())));
                let rank = ("rank", Scalar::Integer(one.rank.into()));
                let is_in = layer.add(
                    number as u64,
                    &drawn,
                    name.into_iter().chain([rank]),
                    LAYER_MAX,
                );
                debug_assert!(is_in, "all of it takes less");
            }
        }
        layer.finish(0, &mut out);
    }
    out
}

/// Whether something is on maps of a zoom: the more of the world they show, the less of each place.
fn is_shown(landmark: &Landmark, zoom: u8) -> bool {
    let from = match (landmark.ground, landmark.rank) {
        (_, ..=1) => 0,
        (Ground::Lake | Ground::River, _) | (Ground::Place, 2) => 6,
        (Ground::Place, 3) => 8,
        (Ground::Place, 4) => 9,
        (Ground::Place, _) => 10,
    };
    zoom >= from
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;
    use crate::tiles::MatrixSet;

    #[test]
    fn all_of_the_world_fits_a_tile() {
        let tile = Tile::new(MatrixSet::WebMercatorQuad, 0, 0, 0).unwrap();
        let drawn = draw(tile, &Languages::default());
        assert!((100..LAYER_MAX).contains(&drawn.len()), "{}", drawn.len());
        let far = Tile::new(MatrixSet::WebMercatorQuad, 10, 0, 0).unwrap();
        assert!(draw(far, &Languages::default()).is_empty());
    }

    #[test]
    fn places_have_their_names_in_the_language_of_the_reader() {
        let tile = Tile::holding(MatrixSet::WebMercatorQuad, 12, 46.75, 39.76).unwrap();
        let has = |lang: &str, name: &str| {
            let languages = Languages::new(vec![Lang::parse(lang).unwrap()]);
            let drawn = draw(tile, &languages);
            drawn
                .windows(name.len())
                .any(|part| part == name.as_bytes())
        };
        for (lang, name) in [("az", "Şuşa"), ("hy", "Շուշի"), ("ru", "Шуша")] {
            assert!(has(lang, name), "{lang}");
        }
        assert!(!has("az", "Շուշի"));
    }
}
