//! Stylesheets at addresses of their own, which change with what is in them, so that readers may keep them for a year.

use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::http::Problem;
use crate::http::coding::Coding;

/// A stylesheet, and the name that it has at the end of its address.
pub(in crate::http) struct Sheet {
    name: String,
    text: &'static str,
}

/// How pages look.
pub(in crate::http) static PAGES: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of("pages", include_str!("templates/pages.css")));

/// How the page of the API looks.
pub(in crate::http) static DEFINITION: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of("definition", include_str!("templates/definition.css")));

impl Sheet {
    fn of(name: &str, text: &'static str) -> Sheet {
        let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..9]);
        Sheet {
            name: format!("{name}-{hash}.css"),
            text,
        }
    }

    /// Its path.
    pub(in crate::http) fn path(&self) -> String {
        format!("/sheets/{}", self.name)
    }
}

/// `GET /sheets/{sheet}`.
pub(in crate::http) async fn show(
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let sheets = [&*PAGES, &*DEFINITION];
    let sheet = sheets.into_iter().find(|sheet| sheet.name == *name);
    let sheet = sheet.ok_or_else(Problem::not_found)?;
    let coding = Coding::wanted(request.headers());
    let mut response = HttpResponse::Ok();
    if coding != Coding::Identity {
        response.insert_header((CONTENT_ENCODING, coding.name()));
    }
    Ok(response
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(match coding {
            Coding::Identity => sheet.text.as_bytes().to_vec(),
            coding => coding.encode(sheet.text.as_bytes()),
        }))
}
