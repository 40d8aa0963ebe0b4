//! The cookie of a session: how it is called and kept by browsers.
//!
//! It is `Lax` and not `Strict`: a link in a mail to something that waits finds people signed in, while pages of others
//! make no browser send it with a form, a script or a picture.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, COOKIE, HeaderValue, SET_COOKIE};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

use crate::http::base::prefix;
use crate::registry::SESSION_HOURS;

/// What is to be said of the cookie in the answer to a request.
struct ToSay(HeaderValue);

/// The secret that a request shows.
pub(in crate::http) fn secret(request: &HttpRequest, base_url: &str) -> Option<String> {
    let name = name(base_url);
    let headers = request.headers().get_all(COOKIE);
    let headers = headers.filter_map(|header| header.to_str().ok());
    let mut pairs = headers.flat_map(|header| header.split(';'));
    pairs.find_map(|pair| {
        let (given, secret) = pair.trim().split_once('=')?;
        (given == name).then(|| secret.to_owned())
    })
}

/// Has the browser keep a secret as long as its session lasts.
pub(in crate::http) fn keep(request: &HttpRequest, base_url: &str, secret: &str) {
    say(request, base_url, secret, SESSION_HOURS * 3600);
}

/// Has the browser forget what it shows.
pub(in crate::http) fn forget(request: &HttpRequest, base_url: &str) {
    say(request, base_url, "", 0);
}

fn say(request: &HttpRequest, base_url: &str, secret: &str, seconds: i64) {
    let (name, prefix) = (name(base_url), prefix(base_url));
    let path = if prefix.is_empty() { "/" } else { prefix };
    let secure = if is_secure(base_url) { "; Secure" } else { "" };
    let cookie =
        format!("{name}={secret}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie);
    let cookie =
        cookie.expect("it is made of this program's words, a secret of its own and a path");
    request.extensions_mut().insert(ToSay(cookie));
}

/// What the cookie is called. With these beginnings, browsers take it from this very host alone, by https, and, with the
/// first, for all of it.
fn name(base_url: &str) -> &'static str {
    match (is_secure(base_url), prefix(base_url).is_empty()) {
        (true, true) => "__Host-session",
        (true, false) => "__Secure-session",
        (false, _) => "session",
    }
}

fn is_secure(base_url: &str) -> bool {
    base_url.starts_with("https://")
}

/// Says in an answer what became of the session of whoever asked. Nobody keeps such an answer for others.
pub(in crate::http) async fn tell(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut answer = next.call(request).await?;
    let to_say = answer.request().extensions_mut().remove::<ToSay>();
    if let Some(ToSay(cookie)) = to_say {
        let private = HeaderValue::from_static("private, no-store");
        answer.headers_mut().insert(CACHE_CONTROL, private);
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_cookie_is_kept_as_strictly_as_the_address_allows() {
        for (base_url, expected) in [
            (
                "https://registry.example.org",
                "__Host-session=a; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                "https://example.org/heritage",
                "__Secure-session=a; Path=/heritage; Max-Age=43200; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                "http://127.0.0.1:8080",
                "session=a; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax",
            ),
        ] {
            let request = TestRequest::default().to_http_request();
            keep(&request, base_url, "a");
            let ToSay(said) = request.extensions_mut().remove().unwrap();
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn a_secret_is_found_among_other_cookies_under_its_own_name_alone() {
        let base_url = "https://registry.example.org";
        for (cookies, expected) in [
            ("__Host-session=a", Some("a")),
            ("theme=dark; __Host-session=a; lang=hy", Some("a")),
            ("session=a", None),
            ("x__Host-session=a", None),
            ("__Host-session", None),
        ] {
            let request = TestRequest::default().insert_header((COOKIE, cookies));
            let found = secret(&request.to_http_request(), base_url);
            assert_eq!(found.as_deref(), expected, "{cookies}");
        }
    }
}
