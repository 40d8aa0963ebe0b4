//! The API definition as a page that people read: made of the definition alone, without a script and without another host.
//!
//! Start at [`page`]; how it looks stands in `pages/`.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Value as Shown};
use serde_json::{Value, json};

use super::base::prefix;
use super::pages::DEFINITION;

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.add_filter("prose", |text: &str| Shown::from_safe_string(prose(text)));
    pages
        .add_template(
            "definition.html",
            include_str!("pages/templates/definition.html"),
        )
        .expect("a test reads it");
    pages
});

/// The page of a definition: what its reader may not see is not in it.
pub(super) fn page(definition: &Value) -> String {
    let page = Definition(definition);
    let template = PAGES.get_template("definition.html");
    let template = template.expect("it was added above");
    let text = template.render(Shown::from(Serde(page.shown())));
    text.expect("a test makes every page there is")
}

/// The methods, in the order in which people read of them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

struct Definition<'a>(&'a Value);

impl<'a> Definition<'a> {
    /// What the template shows.
    fn shown(&self) -> Value {
        let info = &self.0["info"];
        let documents = [
            ("/api", "OpenAPI 3.0"),
            ("/api?f=json31", "OpenAPI 3.1"),
            ("/", "Landing page"),
        ];
        let server = text(&self.0["servers"][0]["url"]);
        let documents = documents
            .map(|(path, title)| json!({ "href": format!("{server}{path}"), "text": title }));
        json!({
            "title": info["title"],
            "version": info["version"],
            "description": info["description"],
            "server": server,
            "documents": documents,
            // Without the host: the page works under whatever name it is reached.
            "sheet": format!("{}{}", prefix(server), DEFINITION.path()),
            "sections": items(&self.0["tags"]).map(|tag| self.section(tag)).collect::<Vec<_>>(),
            "schemas": members(&self.0["components"]["schemas"]).map(|(name, schema)| component(name, schema)).collect::<Vec<_>>(),
        })
    }

    /// What a reference leads to, or what is there itself.
    fn resolved(&self, written: &'a Value) -> &'a Value {
        let reference = written["$ref"].as_str();
        let found =
            reference.and_then(|reference| self.0.pointer(reference.trim_start_matches('#')));
        found.unwrap_or(written)
    }

    fn section(&self, tag: &'a Value) -> Value {
        let name = text(&tag["name"]);
        let of_path = |(path, item): (&'a String, &'a Value)| {
            METHODS.into_iter().filter_map(move |method| {
                let operation = item.get(method)?;
                items(&operation["tags"])
                    .any(|tag| tag == name)
                    .then(|| self.operation(path, method, operation))
            })
        };
        let operations: Vec<_> = members(&self.0["paths"]).flat_map(of_path).collect();
        json!({
            "name": name,
            "anchor": format!("section-{}", anchor(name)),
            "description": tag["description"],
            "operations": operations,
        })
    }

    fn operation(&self, path: &str, method: &str, operation: &'a Value) -> Value {
        let parameters = items(&operation["parameters"]).map(|written| {
            let parameter = self.resolved(written);
            let place = match text(&parameter["in"]) {
                "query" => String::new(),
                place => format!("in the {place}"),
            };
            json!({
                "name": parameter["name"],
                "is_required": parameter["required"],
                "place": place,
                "description": text(&parameter["description"]),
                "value": value(&parameter["schema"]),
                "example": parameter.get("example").map(written_out),
            })
        });
        let body = &operation["requestBody"]["content"];
        // Forms of one body are of one schema.
        let body_members = members(body)
            .next()
            .map(|(_, form)| rows_of(&form["schema"]));
        let answers = members(&operation["responses"]).map(|(status, written)| {
            let answer = self.resolved(written);
            let headers = members(&answer["headers"]).map(|(name, _)| name);
            json!({
                "status": status,
                "description": text(&answer["description"]),
                "bodies": bodies(&answer["content"]),
                "headers": headers.collect::<Vec<_>>(),
            })
        });
        let needs = operation.get("security").unwrap_or(&self.0["security"]);
        json!({
            "anchor": anchor(text(&operation["operationId"])),
            "method": method,
            "path": path,
            "summary": operation["summary"],
            "description": text(&operation["description"]),
            "security": who(needs),
            "parameters": parameters.collect::<Vec<_>>(),
            "bodies": bodies(body),
            "body_members": body_members,
            "answers": answers.collect::<Vec<_>>(),
        })
    }
}

fn component(name: &str, schema: &Value) -> Value {
    let example = schema.get("example");
    json!({
        "name": name,
        "anchor": schema_anchor(name),
        "description": text(&schema["description"]),
        "value": value(schema),
        "members": rows_of(schema),
        "example": example.map(|example| format!("{example:#}")),
    })
}

/// Who may ask, in words.
fn who(needs: &Value) -> &'static str {
    match needs.as_array().map(Vec::as_slice) {
        None | Some([]) => "For anybody.",
        Some(ways) if ways.iter().any(|way| way == &json!({})) => {
            "For anybody; with a token, as far as its role goes."
        }
        Some(_) => "With a token.",
    }
}

fn bodies(content: &Value) -> Vec<Value> {
    let of_form = |(media_type, form): (&String, &Value)| json!({ "media_type": media_type, "value": value(&form["schema"]) });
    members(content).map(of_form).collect()
}

/// A row for each member of a schema, and for the members of these that have no schema of their own.
fn rows_of(schema: &Value) -> Vec<Value> {
    let mut rows = Vec::new();
    push_rows(schema, "", &mut rows);
    rows
}

fn push_rows(schema: &Value, before: &str, rows: &mut Vec<Value>) {
    let is_required = |name: &str| items(&schema["required"]).any(|required| required == name);
    for (name, member) in members(&schema["properties"]) {
        let at = format!("{before}{name}");
        let title = text(&member["title"]);
        let description = text(&member["description"]);
        rows.push(json!({
            "name": at,
            "is_required": is_required(name),
            "description": if description.is_empty() { title } else { description },
            "value": value(member),
            "example": member.get("example").map(written_out),
        }));
        push_rows(member, &format!("{at}."), rows);
        push_rows(&member["items"], &format!("{at}[]."), rows);
    }
}

/// What a schema says of a value: its kind, with links, its limits and its choices.
fn value(schema: &Value) -> Value {
    let of_one = if schema["items"]["enum"].is_array() {
        &schema["items"]
    } else {
        schema
    };
    let choices: Vec<_> = items(&of_one["enum"]).map(written_out).collect();
    json!({ "kind": kind(schema), "limits": limits(schema), "choices": choices })
}

fn kind(schema: &Value) -> Vec<Value> {
    let plain = |text: &str| json!({ "text": text });
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return vec![json!({ "text": name, "target": schema_anchor(name) })];
    }
    let several = items(&schema["anyOf"]).chain(items(&schema["allOf"]).take(1));
    let mut kind: Vec<_> = several
        .filter(|one| one["$ref"].is_string() || one["type"].is_string())
        .flat_map(|one| [vec![plain(" or ")], self::kind(one)].concat())
        .skip(1)
        .collect();
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => {
            kind = vec![plain("list of ")];
            kind.extend(self::kind(&schema["items"]));
        }
        (Some(name), Some(format)) => kind = vec![plain(&format!("{name} ({format})"))],
        (Some(name), None) => kind = vec![plain(name)],
        (None, _) if kind.is_empty() => kind = vec![plain("anything")],
        _ => {}
    }
    if schema["nullable"] == true {
        kind.push(plain(" or null"));
    }
    kind
}

fn limits(schema: &Value) -> String {
    let is_exclusive = schema["exclusiveMinimum"] == true;
    let least = if is_exclusive {
        "more than"
    } else {
        "at least"
    };
    let limits = [
        ("minimum", least, ""),
        ("maximum", "at most", ""),
        ("minItems", "at least", " of them"),
        ("maxItems", "at most", " of them"),
        ("maxLength", "at most", " characters"),
        ("default", "without it,", ""),
    ];
    let said = limits.into_iter().filter_map(|(keyword, before, after)| {
        let limit = schema.get(keyword)?;
        Some(format!("{before} {}{after}", written_out(limit)))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// A value as it would be sent: a list with commas, a text without quotes.
fn written_out(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written_out).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// The text as part of an address, the same for the same text.
fn anchor(text: &str) -> String {
    let kept = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    text.chars().map(kept).collect()
}

fn schema_anchor(name: &str) -> String {
    format!("schema-{}", anchor(name))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// A description as HTML: of `CommonMark` it has paragraphs, code and strong words, and no more is written in ours.
fn prose(text: &str) -> String {
    let mut html = String::new();
    for paragraph in text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
    {
        html.push_str("<p>");
        for (number, piece) in paragraph.trim().split('`').enumerate() {
            if number % 2 == 1 {
                html.push_str("<code>");
                push_escaped(piece, &mut html);
                html.push_str("</code>");
            } else {
                for (number, piece) in piece.split("**").enumerate() {
                    if number > 0 {
                        html.push_str(if number % 2 == 1 {
                            "<strong>"
                        } else {
                            "</strong>"
                        });
                    }
                    push_escaped(piece, &mut html);
                }
            }
        }
        html.push_str("</p>");
    }
    html
}

fn push_escaped(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_written_as_paragraphs_code_and_strong_words() {
        for (written, expected) in [
            ("", ""),
            ("One.\n\nTwo\nlines.\n", "<p>One.</p><p>Two\nlines.</p>"),
            (
                "**Names.** `a<b` & 'c'",
                "<p><strong>Names.</strong> <code>a&lt;b</code> &amp; &#39;c&#39;</p>",
            ),
            ("`**`", "<p><code>**</code></p>"),
            (
                "<script>alert(\"1\")</script>",
                "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</p>",
            ),
        ] {
            assert_eq!(prose(written), expected, "{written}");
        }
    }

    #[test]
    fn nothing_of_a_definition_is_taken_for_html() {
        let evil = "<evil>\"'&";
        let definition = json!({
            "info": { "title": evil, "version": evil, "description": evil },
            "servers": [{ "url": evil }],
            "tags": [{ "name": evil, "description": evil }],
            "paths": { evil: { "get": {
                "tags": [evil], "operationId": evil, "summary": evil, "description": evil,
                "parameters": [{ "name": evil, "in": evil, "description": evil, "example": evil,
                    "schema": { "type": evil, "format": evil, "enum": [evil], "default": evil } }],
                "requestBody": { "content": { evil: { "schema": { "properties": { evil: {} } } } } },
                "responses": { evil: { "description": evil, "headers": { evil: {} },
                    "content": { evil: { "schema": { "$ref": evil } } } } },
            } } },
            "components": { "schemas": { evil: { "type": evil, "description": evil, "example": evil } } },
        });
        let page = page(&definition);
        assert!(!page.contains("<evil"), "{page}");
        assert!(page.matches("&lt;evil&gt;").count() > 20, "{page}");
    }

    #[test]
    fn a_kind_says_what_a_value_is() {
        for (schema, expected) in [
            (json!({}), "anything"),
            (
                json!({ "type": "string", "format": "uuid", "nullable": true }),
                "string (uuid) or null",
            ),
            (
                json!({ "type": "array", "items": { "$ref": "#/components/schemas/link" } }),
                "list of link",
            ),
            (
                json!({ "anyOf": [{ "$ref": "#/a/b" }, { "type": "object" }] }),
                "b or object",
            ),
            (json!({ "allOf": [{ "$ref": "#/a/b" }] }), "b"),
            (
                json!({ "type": "object", "allOf": [{ "anyOf": [] }] }),
                "object",
            ),
        ] {
            let parts = kind(&schema);
            let said: String = parts.iter().map(|part| text(&part["text"])).collect();
            assert_eq!(said, expected, "{schema}");
        }
    }
}
