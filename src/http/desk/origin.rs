//! From which page a form was sent: those of others may not send any (cross-site request forgery, CSRF).

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};

/// Whether a page of this registry sent a form, as the browser says: by `Sec-Fetch-Site` (Fetch Metadata) and by `Origin`,
/// of which every browser sends one. What says neither is from nowhere that we know.
pub(super) fn is_ours(request: &HttpRequest, base_url: &str) -> bool {
    let header = |name: &str| {
        let value = request.headers().get(name)?;
        Some(value.to_str().unwrap_or("null"))
    };
    let site = header("sec-fetch-site");
    let site = site.map(|site| ["same-origin", "none"].contains(&site));
    // A page works under whatever name it is reached, so that of the request will do.
    let host = header(HOST.as_str());
    let origin = header(ORIGIN.as_str()).map(|origin| {
        let (_, named) = origin.split_once("://").unwrap_or_default();
        origin == origin_of(base_url) || host == Some(named)
    });
    site.or(origin) == Some(true) && origin != Some(false)
}

/// The scheme and the host of an address.
fn origin_of(base_url: &str) -> &str {
    let host_at = base_url.find("://").map_or(0, |at| at + 3);
    let end = base_url[host_at..].find('/');
    end.map_or(base_url, |end| &base_url[..host_at + end])
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_is_taken_from_our_own_pages_alone() {
        let ours = "https://registry.example.org";
        for (site, origin, expected) in [
            (Some("same-origin"), Some(ours), true),
            (Some("same-origin"), None, true),
            (None, Some(ours), true),
            (None, Some("http://127.0.0.1:8080"), true),
            (None, None, false),
            (Some("cross-site"), Some(ours), false),
            (Some("same-site"), None, false),
            (
                Some("same-origin"),
                Some("https://other.example.org"),
                false,
            ),
            (None, Some("null"), false),
            (
                None,
                Some("https://registry.example.org.example.com"),
                false,
            ),
            (None, Some("http://registry.example.org"), false),
        ] {
            let mut request = TestRequest::default().insert_header((HOST, "127.0.0.1:8080"));
            for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                if let Some(value) = value {
                    request = request.insert_header((name, value));
                }
            }
            let found = is_ours(&request.to_http_request(), "https://registry.example.org/a");
            assert_eq!(found, expected, "{site:?} {origin:?}");
        }
    }
}
