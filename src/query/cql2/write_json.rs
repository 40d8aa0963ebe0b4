//! A tree as CQL2 JSON.

use serde_json::{Value, json};

use super::geojson::write_shape;
use super::{Node, What};

impl Node {
    /// As CQL2 Text, on one line.
    pub fn to_text(&self) -> String {
        self.to_string()
    }

    /// As CQL2 JSON, which [`read_json`](super::read_json) reads as the same tree.
    ///
    /// ```
    /// use heritage_registry::query::cql2::parse_text;
    ///
    /// let json = parse_text("region IS NULL").unwrap().to_json();
    /// assert_eq!(json.to_string(), r#"{"args":[{"property":"region"}],"op":"isNull"}"#);
    /// ```
    pub fn to_json(&self) -> Value {
        match &self.what {
            What::Property(name) => json!({"property": name}),
            What::Text(text) => json!(text),
            What::Integer(number) => json!(number),
            What::Number(number) => json!(number),
            What::Boolean(value) => json!(value),
            What::Date(day) => json!({"date": day}),
            What::Timestamp(instant) => json!({"timestamp": instant}),
            What::Interval(ends) => json!({"interval": [end(&ends[0]), end(&ends[1])]}),
            What::Open => json!(".."),
            What::Geometry(shape) => write_shape(shape),
            What::Bbox(numbers) => json!({"bbox": numbers}),
            What::Array(nodes) => all(nodes),
            What::Call(op, args) => json!({"op": op.json(), "args": all(args)}),
            What::Function(name, args) => json!({"op": name, "args": all(args)}),
        }
    }
}

fn all(nodes: &[Node]) -> Value {
    nodes.iter().map(Node::to_json).collect()
}

/// An end of an interval: there, a date or a moment is a text.
fn end(node: &Node) -> Value {
    match &node.what {
        What::Date(day) => json!(day),
        What::Timestamp(instant) => json!(instant),
        _ => node.to_json(),
    }
}
