//! The address of what was asked, with its parameters, for links that repeat them.

use actix_web::HttpRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::call::Call;
use super::negotiate::{HTML, OF_FEATURES};
use crate::formats::{CSV, FORMATS, Form, Format, Link, OF_TABLES, Posted};

/// What stands in a query as it is.
pub(super) const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/');

/// A path with parameters.
pub(super) fn address<'a>(
    path: &str,
    parameters: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let written = parameters.map(|(name, value)| {
        let [name, value] = [name, value].map(|text| utf8_percent_encode(text, QUERY));
        format!("{name}={value}")
    });
    let written: Vec<_> = written.collect();
    if written.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", written.join("&"))
    }
}

/// The parameters of a request, for links that keep them.
#[derive(Debug)]
pub(super) enum Kept {
    /// As they stand in its address.
    Address(Vec<(String, String)>),
    /// The names of the members of its body. Whoever follows a link sends the others again, so that no answer is longer for
    /// a filter of a megabyte.
    Body(Vec<String>),
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::Address(Vec::new())
    }
}

impl Kept {
    pub(super) fn of(request: &HttpRequest) -> Kept {
        let mut kept = crate::query::pairs(request.query_string());
        kept.dedup();
        Kept::Address(kept)
    }

    pub(super) fn of_members(members: &Map<String, Value>) -> Kept {
        let given = members.iter().filter(|(_, value)| !value.is_null());
        Kept::Body(given.map(|(name, _)| name.clone()).collect())
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Kept::Address(pairs) => pairs.iter().any(|(given, _)| given == name),
            Kept::Body(names) => names.iter().any(|given| given == name),
        }
    }

    /// Whether the address says otherwise of a parameter.
    pub(super) fn contradicts(&self, name: &str, value: &str) -> bool {
        let Kept::Address(pairs) = self else {
            return self.has(name);
        };
        let mut given = pairs.iter().filter(|(given, _)| given == name);
        given.any(|(_, given)| given != value)
    }

    /// A path with the parameters of the address, without some and with others.
    pub(super) fn address(&self, path: &str, with: &[(&str, &str)], without: &[&str]) -> String {
        let kept: &[_] = match self {
            Kept::Address(pairs) => pairs,
            Kept::Body(_) => &[],
        };
        let kept = kept.iter();
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = kept.filter(|(name, _)| !without.contains(name));
        address(path, kept.chain(with.iter().copied()))
    }

    /// A link to the same path, with the parameters without some and with others.
    pub(super) fn link(&self, link: Link, with: &[(&str, &str)], without: &[&str]) -> Link {
        let Kept::Body(_) = self else {
            let href = self.address(&link.href, with, without);
            return Link { href, ..link };
        };
        let gone = without.iter().filter(|name| self.has(name));
        let gone = gone.map(|name| ((*name).to_owned(), Value::Null));
        let with = with.iter();
        let with = with.map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Link {
            posted: Some(Posted::again(gone.chain(with).collect())),
            ..link
        }
    }
}

/// An address of features, and the form in which it is asked for.
pub(super) struct Here<'a> {
    pub(super) path: &'a str,
    pub(super) parameters: &'a Kept,
    pub(super) form: Form,
    /// Whether a page is made of that form.
    pub(super) is_page: bool,
}

impl Here<'_> {
    /// The format of what is there.
    pub(super) fn format(&self) -> Format {
        if self.is_page {
            HTML
        } else {
            self.form.format()
        }
    }

    /// The name of the form, where `Accept` alone chose it: whoever follows a link may say nothing of forms.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let format = self.format();
        let is_named = self.parameters.has("f") || format == FORMATS[0];
        (!is_named).then(|| ("f", format.names[0])).into_iter()
    }

    /// The links to it, and to it in every form.
    pub(super) fn links(&self, title: &str, call: &Call) -> Vec<Link> {
        let itself = call.link(self.path, "self", self.format(), title);
        let with: Vec<_> = self.named().collect();
        let mut links = vec![self.parameters.link(itself, &with, &[])];
        // Pages are at addresses, and not for what is sent in a body.
        let forms = match self.parameters {
            Kept::Address(_) => &OF_FEATURES[..],
            Kept::Body(_) => FORMATS,
        };
        links.extend(forms.iter().map(|format| {
            let without: &[&str] = if *format == CSV {
                &["f"]
            } else {
                &["f", OF_TABLES[0], OF_TABLES[1]]
            };
            let title = format!("{title} as {}", format.title);
            let link = call.link(self.path, "alternate", *format, &title);
            let with = [("f", format.names[0])];
            self.parameters.link(link, &with, without)
        }));
        links
    }
}
