//! Requests that write, as clients send them.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::Seq;
use serde_json::Value;
use uuid::Uuid;

use super::{Answer, App, Client};

/// Where a record is read and written.
pub fn address(collection: &str, id: Uuid) -> String {
    format!("/collections/{collection}/items/{id}")
}

/// A request to change what a tag names.
pub fn send(client: &Client<'_>, method: Method, path: &str, tag: &str, body: &Value) -> Answer {
    client.send(changing(method, tag, body), path)
}

/// The same, before it is sent.
pub fn changing(method: Method, tag: &str, body: &Value) -> TestRequest {
    let media_type = if method == Method::PATCH {
        "application/merge-patch+json"
    } else if method == Method::POST {
        "application/json"
    } else {
        "application/geo+json"
    };
    TestRequest::default()
        .method(method)
        .insert_header(("content-type", media_type))
        .insert_header(("if-match", tag))
        .set_payload(body.to_string())
}

pub fn put(client: &Client<'_>, path: &str, tag: &str, body: &Value) -> Answer {
    send(client, Method::PUT, path, tag, body)
}

pub fn patch(client: &Client<'_>, path: &str, tag: &str, body: &Value) -> Answer {
    send(client, Method::PATCH, path, tag, body)
}

pub fn delete(client: &Client<'_>, path: &str, tag: &str) -> Answer {
    client.send(TestRequest::delete().insert_header(("if-match", tag)), path)
}

/// A decision on a record.
pub fn review(client: &Client<'_>, path: &str, tag: &str, body: &Value) -> Answer {
    send(client, Method::POST, &format!("{path}/review"), tag, body)
}

/// A request to add something, with a key or without.
pub fn post(client: &Client<'_>, path: &str, key: Option<&str>, body: &Value) -> Answer {
    client.send(adding(key, body), path)
}

/// The same, before it is sent.
pub fn adding(key: Option<&str>, body: &Value) -> TestRequest {
    let mut request = TestRequest::post()
        .insert_header(("content-type", "application/geo+json"))
        .set_payload(body.to_string());
    if let Some(key) = key {
        request = request.insert_header(("idempotency-key", key));
    }
    request
}

/// What somebody reads, and its tag.
pub fn read(client: &Client<'_>, path: &str) -> (Value, String) {
    let answer = client.get(path).expect(200);
    (answer.json(), answer.header("etag").to_owned())
}

/// A feature of flat members, `geometry` among them.
pub fn feature(mut members: Value) -> Value {
    let geometry = members
        .as_object_mut()
        .and_then(|members| members.remove("geometry"));
    serde_json::json!({"type": "Feature", "geometry": geometry, "properties": members})
}

/// Where the log ends.
pub fn end(app: &App) -> Seq {
    app.parts.store.last_seq().unwrap()
}
