//! Holds every answer of every test against the API definition, and what was asked with it.
//!
//! What is answered to somebody without a credential must be in the definition for the public, and everything else in that
//! for those who are shown everything. A request that is to be no HTTP, or no request to this registry, says so by
//! [`OUTSIDE`] and a reason.

use std::fmt::Write;
use std::sync::LazyLock;

use actix_http::{HttpMessage as _, Payload, Request};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt;
use heritage_registry::domain::{Audience, Layer};
use heritage_registry::http;
use heritage_registry::query::pairs;
use serde_json::{Value, json};

use super::json_schema::refused;
use super::{Answer, BASE, ours};

/// A header with the reason why an answer is not held against the definition. The registry never sees it.
pub const OUTSIDE: &str = "x-outside-the-definition";

/// Headers that say how an answer travels, or that every answer has (CORS).
const OF_TRANSPORT: [&str; 5] = [
    "access-control-allow-origin",
    "access-control-expose-headers",
    "content-encoding",
    "content-length",
    "content-type",
];

/// A definition whose schemas are JSON Schemas, with its paths cut at their slashes.
struct Contract {
    whose: &'static str,
    document: Value,
    paths: Vec<(Vec<String>, String)>,
}

static PUBLIC: LazyLock<Contract> =
    LazyLock::new(|| Contract::of("the public", Audience::Public, &ours()));
static TRUSTED: LazyLock<Contract> =
    LazyLock::new(|| Contract::of("the trusted", Audience::Trusted, &ours()));

/// What was asked.
pub struct Asked {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    outside: bool,
}

impl Asked {
    /// Takes down a request, and gives it back as it came.
    pub async fn of(request: Request) -> (Asked, Request) {
        let (mut request, mut payload) = request.replace_payload(holding(Bytes::new()));
        let mut body = BytesMut::new();
        while let Some(piece) = payload.next().await {
            body.extend_from_slice(&piece.unwrap());
        }
        let body = body.freeze();
        let outside = request.headers_mut().remove(OUTSIDE).count() > 0;
        let asked = Asked {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: request.headers().clone(),
            body: body.clone(),
            outside,
        };
        let (request, _) = request.replace_payload(holding(body));
        (asked, request)
    }

    /// Fails unless the definition of these layers has this answer to it.
    pub fn held_against(&self, answer: &Answer, layers: &[Layer]) {
        if self.outside {
            return;
        }
        let is_known = [AUTHORIZATION, COOKIE];
        let is_public = !is_known.iter().any(|name| self.headers.contains_key(name));
        let of_these;
        let contract = if layers.len() > ours().len() {
            let (whose, audience) = if is_public {
                (PUBLIC.whose, Audience::Public)
            } else {
                (TRUSTED.whose, Audience::Trusted)
            };
            of_these = Contract::of(whose, audience, layers);
            &of_these
        } else if is_public {
            &*PUBLIC
        } else {
            &*TRUSTED
        };
        let wrong = contract.wrong(self, answer);
        if wrong.is_empty() {
            return;
        }
        let mut text = String::new();
        for one in wrong.iter().take(20) {
            write!(text, "\n    {one}").unwrap();
        }
        panic!(
            "the API definition for {} does not say this of {} {} → {}:{text}",
            contract.whose, self.method, self.path, answer.status
        );
    }
}

impl Contract {
    fn of(whose: &'static str, audience: Audience, layers: &[Layer]) -> Contract {
        let definition = http::definition(audience, audience, BASE, layers);
        let mut document = http::definition_in_3_1(definition);
        close_within(&mut document);
        let paths = document["paths"].as_object().unwrap().keys();
        let cut = |path: &String| (segments(path).map(str::to_owned).collect(), path.clone());
        Contract {
            whose,
            paths: paths.map(cut).collect(),
            document,
        }
    }

    /// What is at a place, or at the place that it refers to.
    fn resolved<'a>(&'a self, written: &'a Value) -> &'a Value {
        match written["$ref"].as_str() {
            Some(reference) => self
                .document
                .pointer(&reference[1..])
                .unwrap_or_else(|| panic!("{reference} leads nowhere")),
            None => written,
        }
    }

    /// The documented path that an address has.
    fn path(&self, address: &str) -> Option<&str> {
        let has = |pattern: &[String]| {
            let mut given = segments(address);
            let fits = pattern.iter().all(|one| {
                given
                    .next()
                    .is_some_and(|given| one.starts_with('{') || one == given)
            });
            fits && given.next().is_none()
        };
        let found = self.paths.iter().find(|(pattern, _)| has(pattern));
        found.map(|(_, path)| path.as_str())
    }

    /// Everything of an answer that the definition does not say.
    fn wrong(&self, asked: &Asked, answer: &Answer) -> Vec<String> {
        let method = match asked.method {
            Method::HEAD => "get".to_owned(),
            ref method => method.as_str().to_lowercase(),
        };
        let path = self.path(&asked.path);
        let item = path.map(|path| &self.document["paths"][path]);
        let operation = item.and_then(|item| item.get(&method));
        match operation {
            Some(operation) => self.wrong_of(operation, asked, answer),
            None => self.wrong_of_others(asked, answer),
        }
    }

    /// Where there is no operation, there is a problem, and OPTIONS is answered everywhere.
    fn wrong_of_others(&self, asked: &Asked, answer: &Answer) -> Vec<String> {
        if asked.method == Method::OPTIONS && answer.status == 204 {
            return vec![];
        }
        if answer.status < 400 {
            return vec!["there is no such operation".to_owned()];
        }
        // To browsers, problems are pages everywhere.
        if answer.header("content-type") == "text/html" {
            return vec![];
        }
        let schema = json!({ "$ref": "#/components/schemas/problem" });
        self.wrong_body(&schema, "application/problem+json", asked, answer)
    }

    fn wrong_of(&self, operation: &Value, asked: &Asked, answer: &Answer) -> Vec<String> {
        let documented = &operation["responses"][answer.status.to_string()];
        let response = self.resolved(documented);
        if !response.is_object() {
            return vec![format!("this status: {}", brief(&answer.body))];
        }
        let mut wrong = other_headers(response, answer);
        // Whoever asked for no more than that it was done gets no more (RFC 7240, 4.2).
        if answer.header("preference-applied") != "return=minimal" {
            wrong.extend(self.missing_headers(response, answer));
            wrong.extend(self.wrong_content(response, asked, answer));
        }
        if answer.status < 400 {
            // The page of the map asks for sites as `items` are asked for.
            let is_map = asked.path == "/" && answer.header("content-type") == "text/html";
            let sites = &self.document["paths"]["/collections/sites/items"]["get"];
            let operation = if is_map { sites } else { operation };
            wrong.extend(self.wrong_question(operation, asked));
        }
        wrong
    }

    fn wrong_content(&self, response: &Value, asked: &Asked, answer: &Answer) -> Vec<String> {
        let media_type = answer.header("content-type");
        match response["content"].as_object() {
            None if answer.body.is_empty() => vec![],
            None => vec!["it has no body there".to_owned()],
            Some(content) => match content.get(media_type) {
                None => vec![format!("this media type: {media_type}")],
                Some(said) => self.wrong_body(&said["schema"], media_type, asked, answer),
            },
        }
    }

    /// Promised headers that are not there.
    fn missing_headers(&self, response: &Value, answer: &Answer) -> Vec<String> {
        let promised = response["headers"].as_object().into_iter().flatten();
        promised
            .filter(|(_, header)| self.resolved(header)["required"] == true)
            .filter(|(name, _)| answer.header(name).is_empty())
            .map(|(name, _)| format!("the header {name} is promised, and not there"))
            .collect()
    }

    fn wrong_body(
        &self,
        schema: &Value,
        media_type: &str,
        asked: &Asked,
        answer: &Answer,
    ) -> Vec<String> {
        let given = answer.header("content-type");
        if given != media_type {
            return vec![format!("this media type: {given}")];
        }
        // Other tests unpack what is packed, and compare it with what is not.
        if asked.method == Method::HEAD || !answer.header("content-encoding").is_empty() {
            return vec![];
        }
        let body = match media_type.split(';').next().unwrap_or_default() {
            json if json == "application/json" || json.ends_with("+json") => answer.json(),
            _ => Value::from(String::from_utf8_lossy(&answer.body)),
        };
        self.refused(schema, &body)
    }

    /// Parameters and bodies that were taken.
    fn wrong_question(&self, operation: &Value, asked: &Asked) -> Vec<String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Vec<_> = parameters.map(|one| self.resolved(one)).collect();
        let is_known = |name: &str| {
            let mut known = parameters.iter();
            known.any(|one| one["in"] == "query" && one["name"] == name)
        };
        let unknown = pairs(&asked.query)
            .into_iter()
            .filter(|(name, _)| !is_known(name));
        let mut wrong: Vec<_> = unknown
            .map(|(name, _)| format!("the parameter {name}, which was taken"))
            .collect();
        if asked.body.is_empty() || asked.method.is_safe() {
            return wrong;
        }
        let media_type = asked.headers.get(CONTENT_TYPE);
        let media_type = media_type.map_or("", |value| value.to_str().unwrap());
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        match operation["requestBody"]["content"].get(essence.to_lowercase()) {
            None => wrong.push(format!("a body that is {media_type}, which was taken")),
            Some(said) => {
                let body = match essence {
                    "application/x-www-form-urlencoded" => {
                        let text = std::str::from_utf8(&asked.body).unwrap();
                        let fields = pairs(text).into_iter();
                        fields
                            .map(|(name, value)| (name, Value::from(value)))
                            .collect()
                    }
                    _ => serde_json::from_slice(&asked.body).unwrap(),
                };
                let refused = self.refused(&said["schema"], &body);
                let refused = refused.into_iter();
                wrong.extend(refused.map(|one| format!("in the body that was taken, {one}")));
            }
        }
        wrong
    }

    fn refused(&self, schema: &Value, value: &Value) -> Vec<String> {
        let refused = refused(schema, value, &self.document).into_iter();
        refused
            .map(|refusal| format!("{}: {}", refusal.pointer, refusal.wanted))
            .collect()
    }
}

/// Closes every schema below a place: what has members has no others. Clients are not told so, since they are to pass over
/// what they do not know; here it finds what nobody documented.
fn close_within(at: &mut Value) {
    for (name, member) in at.as_object_mut().into_iter().flatten() {
        match name.as_str() {
            "schema" => close(member),
            "schemas" => member.as_object_mut().unwrap().values_mut().for_each(close),
            "example" | "examples" => {}
            _ => close_within(member),
        }
    }
    at.as_array_mut()
        .into_iter()
        .flatten()
        .for_each(close_within);
}

fn close(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    let says = |keyword| keywords.contains_key(keyword);
    // Beside `allOf`, others say what there is.
    if says("properties") && says("type") && !says("additionalProperties") && !says("allOf") {
        keywords.insert("additionalProperties".to_owned(), false.into());
    }
    for (keyword, rule) in keywords {
        match keyword.as_str() {
            "properties" => rule.as_object_mut().unwrap().values_mut().for_each(close),
            "anyOf" => rule.as_array_mut().unwrap().iter_mut().for_each(close),
            "items" | "additionalProperties" => close(rule),
            _ => {}
        }
    }
}

fn holding(body: Bytes) -> Payload {
    let (_, mut payload) = actix_http::h1::Payload::create(true);
    payload.unread_data(body);
    payload.into()
}

/// Headers that nobody promised.
fn other_headers(response: &Value, answer: &Answer) -> Vec<String> {
    let promised = response["headers"].as_object();
    let is_promised = |name: &str| {
        let mut promised = promised.into_iter().flatten();
        promised.any(|(said, _)| said.eq_ignore_ascii_case(name))
    };
    let given = answer.headers().into_iter();
    given
        .filter(|(name, _)| !OF_TRANSPORT.contains(&name.as_str()) && !is_promised(name))
        .map(|(name, value)| format!("the header {name}: {value}"))
        .collect()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
}

fn brief(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(300).collect()
}

#[test]
fn what_the_definition_does_not_say_is_found() {
    use actix_web::http::header::HeaderValue;

    let asked = |method: Method, query: &str, body: &str| Asked {
        method,
        path: "/accounts".to_owned(),
        query: query.to_owned(),
        headers: HeaderMap::from_iter([(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )]),
        body: Bytes::copy_from_slice(body.as_bytes()),
        outside: false,
    };
    let answer = |status, media_type, more: &'static str, body: &Value| {
        let said = [
            ("cache-control", "private, no-store"),
            ("content-language", "en"),
            ("content-type", media_type),
            ("etag", "\"a\""),
            (if more.is_empty() { "vary" } else { more }, "Accept"),
        ];
        let said = said.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let body = body.to_string().into_bytes();
        Answer::new(status, HeaderMap::from_iter(said), true, body)
    };
    let id = "078f84d6-717d-4c21-b0b9-eefb0853a8f3";
    let mut account = json!({
        "id": id, "name": "a", "organization_id": id, "role": "admin",
        "created_at": "2026-11-25T00:00:00Z", "disabled_at": null,
    });
    let good = json!({ "accounts": [account] });
    account["colour"] = "red".into();
    let bad = json!({ "accounts": [account] });
    let json = "application/json";
    let found = |asked: &Asked, answer: &Answer| TRUSTED.wrong(asked, answer);
    let get = asked(Method::GET, "lang=hy", "");
    assert_eq!(found(&get, &answer(200, json, "", &good)), [""; 0]);
    for (asked, answer, wrong) in [
        (&get, answer(202, json, "", &good), "this status: "),
        (
            &get,
            answer(200, "text/plain", "", &good),
            "this media type: text/plain",
        ),
        (
            &get,
            answer(200, json, "", &bad),
            "/accounts/0/colour: nothing is taken here",
        ),
        (
            &get,
            answer(200, json, "x-vary", &good),
            "the header x-vary: Accept",
        ),
        (
            &asked(Method::GET, "colour=red", ""),
            answer(200, json, "", &good),
            "the parameter colour, which was taken",
        ),
        (
            &asked(Method::PUT, "", ""),
            answer(200, json, "", &good),
            "there is no such operation",
        ),
        (
            &asked(Method::PUT, "", ""),
            answer(405, json, "", &good),
            "this media type: application/json",
        ),
    ] {
        let found = found(asked, &answer);
        assert!(found[0].starts_with(wrong), "{found:#?} {wrong}");
    }
    let outside = Asked {
        outside: true,
        ..asked(Method::GET, "", "")
    };
    outside.held_against(&answer(202, json, "", &good), &ours());
    let missing = found(&get, &answer(200, json, "etag", &good));
    assert_eq!(missing, ["the header Vary is promised, and not there"]);
    let post = asked(Method::POST, "", r#"{"name": "a", "colour": "red"}"#);
    let wrong = found(&post, &answer(201, json, "", &bad["accounts"][0]));
    for one in ["/colour: nothing is taken here", "/role: it is required"] {
        let one = format!("in the body that was taken, {one}");
        assert!(wrong.contains(&one), "{wrong:#?}");
    }
}
