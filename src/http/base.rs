//! The base of links: what is configured, or what a trusted proxy says people see.
//!
//! Anybody can send these headers, so they count only from peers that the operator named, and only if they look like
//! what they should be: a link is followed with a token in hand.

use actix_web::HttpRequest;

use super::State;

/// Longer values are nobody's address.
const LONGEST: usize = 255;

/// The base of every link of an answer, without a slash at its end.
pub(super) fn base_url(request: &HttpRequest, state: &State) -> String {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let is_trusted = |ip| state.trusted_proxies.iter().any(|range| range.holds(ip));
    if !peer.is_some_and(is_trusted) {
        return state.base_url.clone();
    }
    let forwarded = last(request, "forwarded");
    let of = |member: &str, header: &str| match &forwarded {
        Some(element) => pair(element, member),
        None => last(request, header),
    };
    let scheme = of("proto", "x-forwarded-proto")
        .map(|scheme| scheme.to_ascii_lowercase())
        .filter(|scheme| ["http", "https"].contains(&scheme.as_str()));
    let host = of("host", "x-forwarded-host").filter(|host| is_host(host));
    // `Forwarded` has no word for it.
    let prefix = last(request, "x-forwarded-prefix").filter(|prefix| is_prefix(prefix));
    let (own_scheme, own_host) = state
        .base_url
        .split_once("://")
        .unwrap_or(("http", &state.base_url));
    let scheme = scheme.as_deref().unwrap_or(own_scheme);
    let host = host.as_deref().unwrap_or(own_host);
    let prefix = prefix.as_deref().unwrap_or_default().trim_end_matches('/');
    format!("{scheme}://{host}{prefix}")
}

/// The path before all paths of the registry.
pub(super) fn prefix(base_url: &str) -> &str {
    let (_, rest) = base_url.split_once("://").unwrap_or_default();
    rest.find('/').map_or("", |at| &rest[at..])
}

/// The last of a list: the nearest proxy wrote it; what stands before may come from anybody.
fn last(request: &HttpRequest, header: &str) -> Option<String> {
    let value = request.headers().get_all(header).last()?.to_str().ok()?;
    let mut is_quoted = false;
    let elements = value.split(|c| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    });
    elements.last().map(|element| element.trim().to_owned())
}

/// A value of an element of `Forwarded` (RFC 7239, 4), without its quotes.
fn pair(element: &str, name: &str) -> Option<String> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(given, _)| given.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    Some(bare.unwrap_or(value).to_owned())
}

/// `host`, `host:port`, `[address]` or `[address]:port`.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_name = |name: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.bytes().all(allowed)
    };
    let address = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_address = address.is_some_and(|one| one.parse::<std::net::Ipv6Addr>().is_ok());
    text.len() <= LONGEST && port.is_none_or(is_port) && (is_address || is_name(host))
}

/// A path that is written as it is meant.
fn is_prefix(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    text.len() <= LONGEST
        && text.starts_with('/')
        && !text.contains("//")
        && !text.contains("..")
        && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        let long = "a".repeat(LONGEST + 1);
        for (text, expected) in [
            ("example.org", true),
            ("example.org:8443", true),
            ("192.0.2.1", true),
            ("[2001:db8::1]", true),
            ("[2001:db8::1]:8443", true),
            ("", false),
            (":80", false),
            ("example.org:", false),
            ("example.org:99999", false),
            ("example.org:+1", false),
            ("example.org/path", false),
            ("user@example.org", false),
            ("example.org#", false),
            ("example org", false),
            ("a\u{1}b", false),
            ("<b>", false),
            ("2001:db8::1", false),
            ("[x]", false),
            (long.as_str(), false),
        ] {
            assert_eq!(is_host(text), expected, "{text}");
        }
    }

    #[test]
    fn a_prefix_is_a_path() {
        for (text, expected) in [
            ("/", true),
            ("/heritage", true),
            ("/heritage/v1/", true),
            ("heritage", false),
            ("//evil.example", false),
            ("/a//b", false),
            ("/a/../b", false),
            ("/a?b", false),
            ("/a#b", false),
            ("/a\tb", false),
            ("/%2e%2e", false),
            ("", false),
        ] {
            assert_eq!(is_prefix(text), expected, "{text}");
        }
    }
}
