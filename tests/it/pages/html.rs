//! A strict reading of a page: every element is closed where it should be, and every value is quoted.

use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// A page, read.
#[derive(Debug, Default)]
pub struct Html {
    /// Each element with its attributes, in their order.
    pub elements: Vec<(String, Vec<(String, String)>)>,
    /// The text between them, of everything but data.
    pub text: String,
    /// What stands in scripts, as it stands there.
    pub data: Vec<String>,
    /// What stands in fields of several lines, in their order.
    pub lines: Vec<String>,
}

impl Html {
    /// Reads a page; fails where it is not well-formed.
    pub fn read(page: &str) -> Html {
        let mut html = Html::default();
        let mut rest = page
            .strip_prefix("<!doctype html>\n")
            .unwrap_or_else(|| panic!("no doctype: {}", brief(page)));
        let mut open: Vec<String> = Vec::new();
        let mut ids = BTreeSet::new();
        while !rest.is_empty() {
            let Some(at) = rest.find('<') else {
                html.push_text(rest);
                break;
            };
            html.push_text(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('/') {
                let (name, after) = after.split_once('>').expect("an end tag ends");
                assert_eq!(open.pop().as_deref(), Some(name), "{}", brief(rest));
                rest = after;
                continue;
            }
            let name: String = rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric())
                .collect();
            assert!(!name.is_empty(), "a < that begins nothing: {}", brief(rest));
            let (attributes, is_closed, after) = attributes(&rest[name.len()..]);
            rest = after;
            for (attribute, value) in &attributes {
                assert!(
                    attribute != "id" || ids.insert(value.clone()),
                    "{value} stands twice"
                );
            }
            if name == "script" {
                let (data, after) = rest.split_once("</script>").expect("a script ends");
                html.data.push(data.to_owned());
                rest = after;
            } else if name == "textarea" {
                let (lines, after) = rest.split_once("</textarea>").expect("a field ends");
                // The first line break is not of the text.
                let lines = lines.strip_prefix('\n').unwrap_or(lines);
                assert!(!lines.contains(['<', '>']), "{}", brief(lines));
                html.lines.push(unescaped(lines));
                rest = after;
            } else if !is_closed && !VOID.contains(&name.as_str()) {
                open.push(name.clone());
            }
            html.elements.push((name, attributes));
        }
        assert!(open.is_empty(), "never closed: {open:?}");
        html
    }

    fn push_text(&mut self, text: &str) {
        assert!(
            !text.contains('>'),
            "a > that ends nothing: {}",
            brief(text)
        );
        self.text.push_str(&unescaped(text));
    }

    /// The values of an attribute, of whatever element.
    pub fn values(&self, attribute: &str) -> Vec<&str> {
        let all = self.elements.iter().flat_map(|(_, attributes)| attributes);
        let found = all.filter(|(name, _)| name == attribute);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// A value of the first element with that name.
    pub fn of(&self, element: &str, attribute: &str) -> Option<&str> {
        let (_, attributes) = self.elements.iter().find(|(name, _)| name == element)?;
        let found = attributes.iter().find(|(name, _)| name == attribute);
        found.map(|(_, value)| value.as_str())
    }
}

type Attributes = Vec<(String, String)>;

/// The attributes of an element, whether it closes itself, and what follows it.
fn attributes(mut rest: &str) -> (Attributes, bool, &str) {
    let mut found: Attributes = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        if let Some(after) = trimmed.strip_prefix("/>") {
            return (found, true, after);
        }
        if let Some(after) = trimmed.strip_prefix('>') {
            return (found, false, after);
        }
        assert!(trimmed.len() < rest.len(), "no space: {}", brief(rest));
        let is_name = |c: &char| c.is_ascii_alphanumeric() || "-:".contains(*c);
        let name: String = trimmed.chars().take_while(is_name).collect();
        assert!(!name.is_empty(), "no attribute: {}", brief(trimmed));
        assert!(
            !found.iter().any(|(known, _)| *known == name),
            "{name} twice"
        );
        rest = &trimmed[name.len()..];
        let value = match rest.strip_prefix("=\"") {
            None => "",
            Some(after) => {
                let (value, after) = after.split_once('"').expect("a value ends");
                rest = after;
                assert!(!value.contains(['<', '>']), "{}", brief(value));
                value
            }
        };
        found.push((name, unescaped(value)));
    }
}

/// Text as it is read. Every `&` begins one of these.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece
            .split_once(';')
            .unwrap_or_else(|| panic!("a bare &: {piece}"));
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" | "#x27" => '\'',
            "#x2f" => '/',
            other => panic!("an entity &{other};"),
        });
        out.push_str(rest);
    }
    out
}

fn brief(text: &str) -> String {
    text.chars().take(120).collect()
}

#[test]
fn what_is_not_well_formed_is_found() {
    let read = |body: &str| {
        let page = format!("<!doctype html>\n{body}");
        std::panic::catch_unwind(|| Html::read(&page)).is_ok()
    };
    assert!(read("<p class=\"a\">b &amp; c<br><svg/></p>"));
    for body in [
        "<p>",
        "<p></div>",
        "<b><p></b></p>",
        "<p class=a></p>",
        "<p a=\"1\" a=\"2\"></p>",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "a & b",
        "a > b",
        "a < b",
    ] {
        assert!(!read(body), "{body}");
    }
}
