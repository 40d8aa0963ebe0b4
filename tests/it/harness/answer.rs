//! What came back.

use actix_web::http::header::{HeaderMap, HeaderValue};
use serde_json::Value;
use uuid::Uuid;

/// An answer of the registry.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    /// Whether the length of the body is said before it comes.
    pub has_length: bool,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn new(status: u16, headers: HeaderMap, has_length: bool, body: Vec<u8>) -> Answer {
        Answer {
            status,
            headers,
            has_length,
            body,
        }
    }

    /// A header; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// All headers, in the order of their names.
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        let all = self.headers.iter();
        let mut all: Vec<_> = all
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        all.sort_unstable();
        all
    }

    /// Fails unless it has that status.
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The features of a page, or those that were added.
    pub fn features(&self) -> Vec<Value> {
        assert!([200, 201].contains(&self.status), "{}", self.text());
        self.json()["features"].as_array().unwrap().clone()
    }

    /// The ids of the features of a page, in order.
    pub fn ids(&self) -> Vec<Uuid> {
        self.features()
            .iter()
            .map(|feature| feature["id"].as_str().unwrap().parse().unwrap())
            .collect()
    }

    /// One property of each feature of a page.
    pub fn column(&self, name: &str) -> Vec<Value> {
        self.features()
            .iter()
            .map(|feature| feature["properties"][name].clone())
            .collect()
    }

    /// The target of a link.
    pub fn link(&self, rel: &str) -> Option<String> {
        let json = self.json();
        let link = json["links"]
            .as_array()?
            .iter()
            .find(|link| link["rel"] == rel)?;
        Some(link["href"].as_str().unwrap().to_owned())
    }

    /// The links in its header: relation, address, type, title.
    pub fn header_links(&self) -> Vec<[String; 4]> {
        let links = self.header("link").split(", <");
        let links = links.filter(|link| !link.is_empty()).map(|link| {
            let (href, rest) = link.trim_start_matches('<').split_once('>').unwrap();
            let of = |name: &str| {
                let (_, rest) = rest.split_once(&format!("{name}=\"")).unwrap();
                rest.split('"').next().unwrap().to_owned()
            };
            [of("rel"), href.to_owned(), of("type"), of("title")]
        });
        links.collect()
    }

    /// Which problem it is: its status, and the end of its `type`.
    pub fn problem(&self) -> String {
        let json = self.json();
        let kind = json["type"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", self.text()));
        format!("{} {}", self.status, kind.rsplit(':').next().unwrap())
    }

    /// What a problem says is wrong, as `place: detail`.
    pub fn faults(&self) -> Vec<String> {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let json = self.json();
        let place = |error: &Value| {
            error["parameter"]
                .as_str()
                .or(error["pointer"].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| format!("{}: {}", place(error), error["detail"].as_str().unwrap()))
            .collect()
    }
}
