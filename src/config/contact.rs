//! How whoever runs the registry is reached.

use std::str::FromStr;

/// Where people write who have a correction or a question: an e-mail address, or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An e-mail address.
    Mail(String),
    /// A page, by its https address.
    Page(String),
}

impl Contact {
    /// What a link leads to.
    pub fn href(&self) -> String {
        match self {
            Contact::Mail(address) => format!("mailto:{address}"),
            Contact::Page(url) => url.clone(),
        }
    }

    /// What people read.
    pub fn text(&self) -> &str {
        match self {
            Contact::Mail(text) | Contact::Page(text) => text,
        }
    }
}

impl FromStr for Contact {
    type Err = String;

    fn from_str(text: &str) -> Result<Contact, String> {
        let text = text.trim();
        let wrong = || {
            "write an e-mail address, as office@example.org, or an address that begins with https://".to_owned()
        };
        // What has a meaning of its own in a link, or in none of both, is in neither.
        let is_plain = |b: u8| b.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&b);
        if !text.bytes().all(is_plain) {
            return Err(wrong());
        }
        if let Some(rest) = text.strip_prefix("https://") {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let is_host = !host.is_empty() && !host.contains('@');
            return is_host
                .then(|| Contact::Page(text.to_owned()))
                .ok_or_else(wrong);
        }
        let is_local = |b: u8| b.is_ascii_alphanumeric() || b"._+-".contains(&b);
        let is_domain = |domain: &str| {
            let mut parts = domain.split('.');
            let is_part = |part: &str| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            };
            domain.contains('.') && parts.all(is_part)
        };
        match text.split_once('@') {
            Some((local, domain))
                if !local.is_empty() && local.bytes().all(is_local) && is_domain(domain) =>
            {
                Ok(Contact::Mail(text.to_owned()))
            }
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_address_to_write_to_or_a_page() {
        for (text, href) in [
            ("office@example.org", "mailto:office@example.org"),
            (" a.b+c@sub.example.org ", "mailto:a.b+c@sub.example.org"),
            (
                "https://example.org/contact?x=1",
                "https://example.org/contact?x=1",
            ),
        ] {
            let contact: Contact = text.parse().unwrap();
            assert_eq!(contact.href(), href, "{text}");
            assert_eq!(contact.text(), text.trim());
        }
        for wrong in [
            "",
            "office",
            "office@example",
            "@example.org",
            "a@b@example.org",
            "office@example..org",
            "Office <office@example.org>",
            "office@example.org?subject=x",
            "http://example.org",
            "https://",
            "https://user@example.org",
            "https://example.org/\"x",
            "javascript:alert(1)",
            "mailto:office@example.org",
        ] {
            let message = wrong.parse::<Contact>().unwrap_err();
            assert!(message.contains("office@example.org"), "{wrong}");
        }
    }
}
