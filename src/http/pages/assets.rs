//! Stylesheets and scripts at addresses of their own, which change with what is in them, so that readers may keep them for
//! a year.

use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, HeaderValue, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::http::coding::Coding;
use crate::http::{Problem, State};

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// What a script may do that runs beside a page: what the page may, and the letters of scripts written from right to left
/// are joined by a library in WebAssembly.
const OF_WORKERS: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src *";

/// A file that pages load, and the name that it has at the end of its address.
pub(in crate::http) struct Asset {
    name: String,
    media_type: &'static str,
    text: &'static str,
    /// Its bytes in each coding that was asked for.
    coded: [OnceLock<Vec<u8>>; Coding::ALL.len()],
}

/// How pages look.
pub(in crate::http) static PAGES: LazyLock<Asset> =
    LazyLock::new(|| Asset::of("pages.css", CSS, include_str!("templates/pages.css")));

/// How the page of the API looks.
pub(in crate::http) static DEFINITION: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "definition.css",
        CSS,
        include_str!("templates/definition.css"),
    )
});

/// The library that draws maps, in the form that needs no code made at run time.
pub(in crate::http) static MAPLIBRE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "maplibre-gl.js",
        JAVASCRIPT,
        include_str!("map/maplibre-gl-csp.js"),
    )
});

/// What of it runs beside the page.
pub(in crate::http) static MAPLIBRE_WORKER: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "maplibre-gl-worker.js",
        JAVASCRIPT,
        include_str!("map/maplibre-gl-csp-worker.js"),
    )
});

/// How its buttons look.
pub(in crate::http) static MAPLIBRE_SHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::of("maplibre-gl.css", CSS, include_str!("map/maplibre-gl.css")));

/// What joins letters that are written from right to left.
pub(in crate::http) static RTL_TEXT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "rtl-text.js",
        JAVASCRIPT,
        include_str!("map/mapbox-gl-rtl-text.js"),
    )
});

/// Draws a map wherever a page has a place for one.
pub(in crate::http) static ATLAS: LazyLock<Asset> =
    LazyLock::new(|| Asset::of("atlas.js", JAVASCRIPT, include_str!("map/atlas.js")));

/// Fills the map and keeps the list beside it the same.
pub(in crate::http) static MAP: LazyLock<Asset> =
    LazyLock::new(|| Asset::of("map.js", JAVASCRIPT, include_str!("map/map.js")));

/// Keeps what people type into forms, among other things that forms can do with a script.
pub(in crate::http) static FORMS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "forms.js",
        JAVASCRIPT,
        include_str!("../desk/forms/forms.js"),
    )
});

/// Places a site on a map while it is typed.
pub(in crate::http) static PLACE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::of(
        "place.js",
        JAVASCRIPT,
        include_str!("../desk/forms/place.js"),
    )
});

/// All of them.
fn all() -> [&'static Asset; 10] {
    [
        &PAGES,
        &DEFINITION,
        &MAPLIBRE,
        &MAPLIBRE_WORKER,
        &MAPLIBRE_SHEET,
        &RTL_TEXT,
        &ATLAS,
        &MAP,
        &FORMS,
        &PLACE,
    ]
}

impl Asset {
    fn of(name: &str, media_type: &'static str, text: &'static str) -> Asset {
        let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..9]);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        Asset {
            name: format!("{stem}-{hash}.{ending}"),
            media_type,
            text,
            coded: Default::default(),
        }
    }

    /// Its path.
    pub(in crate::http) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }

    /// In a coding, made once and as small as it gets.
    fn coded(&'static self, coding: Coding) -> &'static [u8] {
        self.coded[coding as usize].get_or_init(|| coding.encode_once(self.text.as_bytes()))
    }
}

/// `GET /assets/{asset}`.
pub(in crate::http) async fn show(
    name: Path<String>,
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let found = all().into_iter().find(|asset| asset.name == *name);
    let asset = found.ok_or_else(Problem::not_found)?;
    let coding = Coding::wanted(request.headers());
    let body = state.beside.run(move || asset.coded(coding)).await?;
    let mut response = HttpResponse::Ok();
    if coding != Coding::Identity {
        response.insert_header((CONTENT_ENCODING, coding.name()));
    }
    Ok(response
        .content_type(asset.media_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((CONTENT_SECURITY_POLICY, OF_WORKERS))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(body))
}
