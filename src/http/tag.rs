//! Tags and dates of answers, and whether a client already has what it asks for (RFC 9110, 8.8 and 13).
//!
//! A tag is strong: the same tag is the same bytes, on every instance. It is a hash of what an answer is made of, so that
//! none has to be written to see that the client has it.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{HeaderMap, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::coding::Coding;
use crate::domain::{Audience, Crs, Instant, Languages, Version};
use crate::formats::{Fit, Format, Link, Written};

/// What tells one answer from every other: SHA-256, cut to 128 bits, in base64url.
#[derive(Clone, Debug)]
pub(super) struct Tag(String);

/// What a tag is made of, part by part.
pub(super) struct Parts {
    audience: Audience,
    hasher: Sha256,
}

impl Parts {
    /// The parts that every answer has. The build stands for all code that writes.
    pub(super) fn new(format: Format, audience: Audience) -> Parts {
        let mut parts = Parts {
            audience,
            hasher: Sha256::new(),
        };
        parts.add(env!("HERITAGE_BUILD").as_bytes());
        parts.add(format.media_type.as_bytes());
        parts.add(&[u8::from(audience == Audience::Trusted)]);
        parts
    }

    /// One part, with its length: no two lists of parts run together into one.
    pub(super) fn add(&mut self, part: &[u8]) {
        self.hasher.update((part.len() as u64).to_be_bytes());
        self.hasher.update(part);
    }

    pub(super) fn number(&mut self, number: usize) {
        self.add(&(number as u64).to_be_bytes());
    }

    pub(super) fn instant(&mut self, instant: Option<Instant>) {
        let micros = instant.map(|instant| instant.micros().to_be_bytes());
        self.add(micros.as_ref().map_or(&[], |bytes| bytes));
    }

    /// All languages of a reader, in order: each decides about some label.
    pub(super) fn languages(&mut self, languages: &Languages) {
        self.number(languages.iter().count());
        for lang in languages.iter() {
            self.add(lang.to_string().as_bytes());
        }
    }

    /// The system of the coordinates.
    pub(super) fn crs(&mut self, crs: Crs) {
        self.add(crs.uri().as_bytes());
    }

    /// They hold the base of the links, and every parameter.
    pub(super) fn links(&mut self, links: &[Link]) {
        self.number(links.len());
        for link in links {
            self.add(link.rel.as_bytes());
            self.add(link.href.as_bytes());
            if let Some(posted) = &link.posted {
                self.add(&serde_json::to_vec(posted).expect("it is plain data"));
            }
        }
    }

    /// A feature, as this audience sees it, and how it fits. What the public may not see is in no part of a public tag.
    pub(super) fn feature(&mut self, feature: Written<'_>, fit: Fit) {
        self.add(feature.id.as_bytes());
        let distance = fit
            .distance
            .map(|metres| metres.get().to_bits().to_be_bytes());
        self.add(distance.as_ref().map_or(&[], |bytes| bytes));
        self.add(
            fit.tier
                .map(|tier| [tier.number()])
                .as_ref()
                .map_or(&[], |byte| byte),
        );
        match self.audience {
            Audience::Public => self.add(feature.digest()),
            Audience::Trusted => self.add(&feature.digest_of_all()),
        }
    }

    pub(super) fn tag(self) -> Tag {
        Tag(URL_SAFE_NO_PAD.encode(&self.hasher.finalize()[..16]))
    }

    /// The same for somebody who may change the record: its version stands before the hash, so that they can say which
    /// one they change, whatever form of it they read.
    pub(super) fn tag_of(self, version: Version) -> Tag {
        let Tag(hash) = self.tag();
        Tag(format!("v{version}.{hash}"))
    }
}

/// What a client has of an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Had {
    /// The one with this tag, which it named.
    Named(String),
    /// The one that it would get; it named a date, or any.
    Unnamed,
}

impl Tag {
    /// The hash alone, for addresses.
    pub(super) fn bare(&self) -> &str {
        &self.0
    }

    /// As a header says it, for the answer in a coding.
    pub(super) fn text(&self, coding: Coding) -> String {
        format!("\"{}{}\"", self.0, coding.suffix())
    }

    /// What a client has, if it already has what it asks for (RFC 9110, 13.2.2), in whatever coding: of what it names,
    /// that in the coding it wants now, or else the first that is this. Tags win over dates.
    pub(super) fn had(
        &self,
        headers: &HeaderMap,
        modified: Option<HttpDate>,
        coding: Coding,
    ) -> Option<Had> {
        let wanted = self.text(coding);
        if headers.contains_key(IF_NONE_MATCH) {
            let named = headers
                .get_all(IF_NONE_MATCH)
                .filter_map(|value| value.to_str().ok());
            let named = named.flat_map(|list| list.split(',')).map(str::trim);
            let these: Vec<&str> = named.filter_map(|one| self.named_by(one)).collect();
            let first = *these.first()?;
            return Some(if first == "*" {
                Had::Unnamed
            } else if these.contains(&wanted.as_str()) {
                Had::Named(wanted)
            } else {
                Had::Named(first.to_owned())
            });
        }
        let since = headers.get(IF_MODIFIED_SINCE)?.to_str().ok()?;
        let since: HttpDate = since.parse().ok()?;
        (modified? <= since).then_some(Had::Unnamed)
    }

    /// What of a list is this answer, in any coding; `W/` makes no difference to a reader.
    fn named_by<'a>(&self, one: &'a str) -> Option<&'a str> {
        if one == "*" {
            return Some(one);
        }
        let quoted = one.strip_prefix("W/").unwrap_or(one);
        let opaque = quoted.strip_prefix('"')?.strip_suffix('"')?;
        let suffix = opaque.strip_prefix(&self.0)?;
        Coding::is_suffix(suffix).then_some(quoted)
    }
}

/// The version that a strong tag for those who may change the record names.
pub(super) fn version_named(tag: &str) -> Option<Version> {
    let opaque = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (version, hash) = opaque.strip_prefix('v')?.split_once('.')?;
    let is_hash = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if hash.is_empty() || !hash.bytes().all(is_hash) {
        return None;
    }
    // As it is written, and in no other way: no sign, no zeros before it.
    let number: i32 = version.parse().ok()?;
    (number.to_string() == version).then_some(Version(number))
}

/// A moment in whole seconds, rounded down, as `Last-Modified` says it.
pub(super) fn date(instant: Instant) -> Option<HttpDate> {
    let seconds = u64::try_from(instant.micros()).ok()? / 1_000_000;
    Some((UNIX_EPOCH + Duration::from_secs(seconds)).into())
}
