//! What answers with features say in their headers, since some formats can say it nowhere else: their links (RFC 8288),
//! how many features there are, and as what the answer is saved.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderName, HeaderValue, LINK};

use uuid::Uuid;

use super::layer::step;
use crate::catalogue::Page;
use crate::domain::Layer;
use crate::formats::{Form, Link};

/// Bytes of links that headers take at most: proxies take 4 to 8 kB of headers, and an address may be longer than that.
const LINKS_MAX: usize = 3_000;

/// Headers of whole answers.
#[derive(Debug, Default)]
pub(super) struct Carried(Vec<(HeaderName, HeaderValue)>);

impl Carried {
    /// Those of a page.
    pub(super) fn of_page(form: Form, page: &Page, links: &[Link]) -> Carried {
        let mut carried = Carried::default();
        carried.links(form, links);
        for (name, number) in [
            ("ogc-numbermatched", page.matched),
            ("ogc-numberreturned", page.len()),
        ] {
            let number = HeaderValue::from(number as u64);
            carried.0.push((HeaderName::from_static(name), number));
        }
        carried.file(form, page.layer().id());
        carried
    }

    /// Those of one feature.
    pub(super) fn of_feature(form: Form, layer: Layer, id: Uuid, links: &[Link]) -> Carried {
        let mut carried = Carried::default();
        carried.links(form, links);
        carried.file(form, &format!("{layer}-{}", step(layer, id)));
        carried
    }

    /// Says them with an answer.
    pub(super) fn say(&self, response: &mut HttpResponseBuilder) {
        for (name, value) in &self.0 {
            response.insert_header((name, value));
        }
    }

    /// All links; where they would be too long, those alone without which nobody could go on. Whoever reads headers follows
    /// links by GET: those that want more are said only where no body can say them.
    fn links(&mut self, form: Form, links: &[Link]) {
        let is_said = |link: &&Link| link.posted.is_none() || !form.holds_links();
        let links: Vec<Link> = links.iter().filter(is_said).cloned().collect();
        let all = written(links.iter());
        let text = if all.len() <= LINKS_MAX {
            all
        } else if form.holds_links() {
            return;
        } else {
            written(links.iter().filter(|link| link.rel != "alternate"))
        };
        let text = HeaderValue::from_str(&text).expect("links are percent-encoded");
        self.0.push((LINK, text));
    }

    fn file(&mut self, form: Form, name: &str) {
        if let Some(ending) = form.ending() {
            let text = format!("attachment; filename=\"{name}.{ending}\"");
            let text = HeaderValue::from_str(&text).expect("names are steps of addresses");
            self.0.push((CONTENT_DISPOSITION, text));
        }
    }
}

fn written<'a>(links: impl Iterator<Item = &'a Link>) -> String {
    let links = links.map(|link| {
        let Link {
            href,
            rel,
            media_type,
            title,
            posted,
        } = link;
        let text = format!("<{href}>; rel=\"{rel}\"; type=\"{media_type}\"; title=\"{title}\"");
        let Some(posted) = posted else {
            return text;
        };
        // Of all members only this is not known to whoever asked, and it is base64url.
        let cursor = posted.text("cursor");
        let cursor = cursor.map_or_else(String::new, |one| format!("; cursor=\"{one}\""));
        format!("{text}; method=\"POST\"{cursor}")
    });
    links.collect::<Vec<_>>().join(", ")
}
