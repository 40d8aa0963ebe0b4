//! What pages may do, as browsers are told (Content Security Policy, level 3).

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// What every page may do: nothing runs or is loaded but what the registry itself has at an address of its own, so that a
/// text that were not escaped could do no harm either.
const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of the page with the map where an operator named a style of others, which may be loaded from there.
pub(super) fn with(origins: &str) -> HeaderValue {
    let more = |kind: &str, policy: &str| {
        policy.replace(
            &format!("{kind} 'self'"),
            &format!("{kind} 'self' {origins}"),
        )
    };
    let policy = more("img-src", &more("connect-src", PAGES));
    HeaderValue::from_str(&policy).expect("origins are plain (MapStyle)")
}

/// The headers of every page. Whoever follows a link from one tells no other host where they come from; ours is told, since
/// browsers say `Origin: null` of forms on pages that tell nobody.
pub(super) fn of_pages() -> [(HeaderName, HeaderValue); 3] {
    [
        (CONTENT_SECURITY_POLICY, PAGES),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
}
