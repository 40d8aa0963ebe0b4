//! Where one signs in, and the way back from there to what was asked for.

use actix_web::HttpRequest;

use crate::http::here::address;

/// Where one signs in.
pub(in crate::http) const SIGN_IN: &str = "/desk/sign-in";
/// The parameter that says where one is led to.
pub(in crate::http) const NEXT: &str = "next";
/// A longer address is not led back to: that of signing in has a limit, too.
const NEXT_MAX: usize = 2000;

/// The path at which one signs in, and is led back from to what was asked for.
pub(in crate::http) fn sign_in_address(request: &HttpRequest) -> String {
    let asked = asked_path(request);
    let is_read = request.method().is_safe() && request.path() != SIGN_IN;
    if is_read && asked.len() <= NEXT_MAX && is_own_path(&asked) {
        address(SIGN_IN, [(NEXT, asked.as_str())].into_iter())
    } else {
        SIGN_IN.to_owned()
    }
}

/// The path that was asked for, with its parameters.
pub(in crate::http) fn asked_path(request: &HttpRequest) -> String {
    let asked = request.uri().path_and_query();
    asked.map_or_else(String::new, ToString::to_string)
}

/// Whether an address is a path of ours: after `//` or `/\` browsers read a host, and what is no address goes nowhere.
pub(in crate::http) fn is_own_path(address: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    address.starts_with('/') && !address.starts_with("//") && address.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_to_paths_of_ours_alone() {
        for (address, expected) in [
            ("/desk/queue", true),
            ("/collections/sites/items?q=%D5%80&lang=hy#names", true),
            ("", false),
            ("work", false),
            ("//evil.example", false),
            ("///evil.example", false),
            ("/\\evil.example", false),
            ("\\\\evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("/a\r\nSet-Cookie: a=b", false),
            ("/\t/evil.example", false),
            ("/Հ", false),
        ] {
            assert_eq!(is_own_path(address), expected, "{address:?}");
        }
    }
}
