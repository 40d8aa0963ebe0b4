//! CQL2 JSON (21-065r2, 8.3), into the same tree as the text.

use serde_json::{Map, Value};

use super::error::{Size, check_bytes};
use super::geojson::read_shape;
use super::shape::check_bbox;
use super::words::check_function_name;
use super::{Error, JSON_BYTES_MAX, Node, Op, Place, What, instant};
use crate::domain::{known_are, parse_strictly, shortened};

/// Reads a filter in JSON, from its text. No member of an object may stand twice.
///
/// ```
/// use heritage_registry::query::cql2::parse_json;
///
/// let filter = parse_json(r#"{"op": "isNull", "args": [{"property": "region"}]}"#).unwrap();
/// assert_eq!(filter.to_string(), "region IS NULL");
///
/// let error = parse_json(r#"{"op": "isNull", "args": []}"#).unwrap_err();
/// assert_eq!(error.to_string(), "/args: isNull takes 1, and here are 0");
/// ```
///
/// # Errors
/// It is no JSON, no CQL2, or larger than the limits allow.
pub fn parse_json(text: &str) -> Result<Node, Error> {
    let whole = |detail| Error {
        place: Place::Pointer(String::new()),
        detail,
    };
    check_bytes(text.len(), JSON_BYTES_MAX).map_err(whole)?;
    let value = parse_strictly(text.as_bytes());
    let value = value.map_err(|error| whole(format!("it is no JSON that can be read: {error}")))?;
    read_json(&value)
}

/// Reads a filter in JSON that is part of a larger document; places count from the filter itself.
///
/// # Errors
/// It is no CQL2, or larger than the limits allow.
pub fn read_json(value: &Value) -> Result<Node, Error> {
    Reader::default().node(value)
}

/// Reads values, and knows where in the whole it is.
#[derive(Default)]
pub(super) struct Reader {
    pointer: String,
    pub(super) size: Size,
}

impl Reader {
    /// A fault of the value that is being read.
    pub(super) fn wrong(&self, detail: String) -> Error {
        Error {
            place: Place::Pointer(self.pointer.clone()),
            detail,
        }
    }

    /// Reads something within this value: a member by its name, or an item by its index.
    pub(super) fn within<T>(
        &mut self,
        step: impl std::fmt::Display,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&step.to_string());
        let result = read(self);
        self.pointer.truncate(length);
        result
    }

    pub(super) fn enter(&mut self) -> Result<(), Error> {
        self.size.enter().map_err(|wrong| self.wrong(wrong))
    }

    fn node(&mut self, value: &Value) -> Result<Node, Error> {
        self.enter()?;
        let counted = self.size.add_node();
        counted.map_err(|wrong| self.wrong(wrong))?;
        let what = match value {
            Value::Null => {
                let detail =
                    "null is no value of CQL2: ask with {\"op\": \"isNull\", \"args\": […]}";
                return Err(self.wrong(detail.to_owned()));
            }
            Value::Bool(value) => What::Boolean(*value),
            Value::Number(number) => self.number(number)?,
            Value::String(text) => What::Text(text.clone()),
            Value::Array(items) => What::Array(self.nodes(items)?),
            Value::Object(members) => self.object(members)?,
        };
        self.size.leave();
        Ok(Node {
            what,
            place: Place::Pointer(self.pointer.clone()),
        })
    }

    fn nodes(&mut self, items: &[Value]) -> Result<Vec<Node>, Error> {
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| self.within(index, |reader| reader.node(item)))
            .collect()
    }

    fn number(&self, number: &serde_json::Number) -> Result<What, Error> {
        if let Some(integer) = number.as_i64() {
            return Ok(What::Integer(integer));
        }
        let finite = number.as_f64().filter(|number| number.is_finite());
        let finite = finite.ok_or_else(|| self.wrong(format!("{number} is too large")))?;
        Ok(What::Number(finite))
    }

    fn object(&mut self, members: &Map<String, Value>) -> Result<What, Error> {
        const KINDS: [&str; 7] = [
            "op",
            "property",
            "date",
            "timestamp",
            "interval",
            "bbox",
            "type",
        ];
        // A geometry may have a box of its own.
        let is_kind = |kind: &&str| members.contains_key(*kind);
        let kind = if members.contains_key("type") {
            "type"
        } else if let Some(kind) = KINDS.into_iter().find(|kind| is_kind(kind)) {
            kind
        } else {
            let known = KINDS.join(", ");
            let found = members.keys().next().map_or_else(
                || "and it is empty".to_owned(),
                |name| format!("not {:?}", shortened(name)),
            );
            return Err(self.wrong(format!("an object has one of {known}, {found}")));
        };
        let value = &members[kind];
        if kind == "type" {
            return read_shape(self, members).map(What::Geometry);
        }
        if kind == "op" {
            self.check_members(members, &["op", "args"])?;
            return self.operation(value, members.get("args"));
        }
        self.check_members(members, &[kind])?;
        self.within(kind, |reader| match kind {
            "property" => match reader.text(value)? {
                "" => Err(reader.wrong("a name has a letter at least".to_owned())),
                name => Ok(What::Property(name.to_owned())),
            },
            "date" => reader.moment(value, |text| instant::date(text).map(What::Date)),
            "timestamp" => {
                reader.moment(value, |text| instant::timestamp(text).map(What::Timestamp))
            }
            "bbox" => reader.bbox(value),
            _ => reader.interval(value),
        })
    }

    /// Refuses a member that is none of these: what it would have changed is not known here.
    pub(super) fn check_members(
        &self,
        members: &Map<String, Value>,
        known: &[&str],
    ) -> Result<(), Error> {
        let other = members.keys().find(|name| !known.contains(&name.as_str()));
        match other {
            None => Ok(()),
            Some(name) => Err(self.wrong(format!(
                "{:?} does not belong here: {}",
                shortened(name),
                known_are(name, known)
            ))),
        }
    }

    fn operation(&mut self, op: &Value, args: Option<&Value>) -> Result<What, Error> {
        let (name, op) = self.within("op", |reader| {
            let name = reader.text(op)?;
            let op = Op::ALL.iter().find(|op| op.json() == name).copied();
            if op.is_none() {
                check_function_name(name).map_err(|wrong| reader.wrong(wrong))?;
            }
            Ok((name, op))
        })?;
        let Some(args) = args else {
            return Err(self.wrong("args is missing: an array of what stands with op".to_owned()));
        };
        self.within("args", |reader| {
            let items = reader.array(args)?;
            match op {
                None => Ok(What::Function(name.to_owned(), reader.nodes(items)?)),
                Some(op) => {
                    let args = reader.args(op, items)?;
                    What::call(op, args).map_err(|wrong| reader.wrong(wrong))
                }
            }
        })
    }

    fn args(&mut self, op: Op, items: &[Value]) -> Result<Vec<Node>, Error> {
        if op == Op::In
            && let Some(list) = items.get(1)
        {
            self.within(1, |reader| reader.array(list).map(|_| ()))?;
        }
        self.nodes(items)
    }

    fn moment(
        &self,
        value: &Value,
        read: impl Fn(&str) -> Result<What, String>,
    ) -> Result<What, Error> {
        read(self.text(value)?).map_err(|wrong| self.wrong(wrong))
    }

    fn bbox(&mut self, value: &Value) -> Result<What, Error> {
        let items = self.array(value)?;
        check_bbox(items.len()).map_err(|wrong| self.wrong(wrong))?;
        let items = items.iter().enumerate();
        let numbers: Result<_, _> = items
            .map(|(index, item)| self.within(index, |reader| reader.float(item)))
            .collect();
        numbers.map(What::Bbox)
    }

    fn interval(&mut self, value: &Value) -> Result<What, Error> {
        let [from, to] = self.array(value)? else {
            return Err(self.wrong("an interval has two ends".to_owned()));
        };
        let from = self.within(0, |reader| reader.end(from))?;
        let to = self.within(1, |reader| reader.end(to))?;
        Ok(What::Interval(Box::new([from, to])))
    }

    fn end(&mut self, value: &Value) -> Result<Node, Error> {
        let mut node = self.node(value)?;
        if let What::Text(text) = &node.what {
            node.what = instant::end(text).map_err(|wrong| self.wrong(wrong))?;
        }
        instant::check_end(&node.what).map_err(|wrong| self.wrong(wrong))?;
        Ok(node)
    }

    fn text<'v>(&self, value: &'v Value) -> Result<&'v str, Error> {
        let text = value.as_str();
        text.ok_or_else(|| self.wrong(format!("expected a text, found {}", kind_of(value))))
    }

    pub(super) fn array<'v>(&self, value: &'v Value) -> Result<&'v [Value], Error> {
        let items = value.as_array().map(Vec::as_slice);
        items.ok_or_else(|| self.wrong(format!("expected an array, found {}", kind_of(value))))
    }

    pub(super) fn float(&self, value: &Value) -> Result<f64, Error> {
        let number = value.as_f64().filter(|number| number.is_finite());
        number.ok_or_else(|| self.wrong(format!("expected a number, found {}", kind_of(value))))
    }
}

/// What kind of JSON it is, for a message.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_text;
    use super::*;

    #[test]
    fn what_is_written_in_json_means_the_same_in_text() {
        for (json, text) in [
            ("true", "TRUE"),
            (r#"{"property":"a"}"#, "a"),
            (
                r#"{"op":"and","args":[true,{"op":"and","args":[false,{"op":"or","args":[true,false]}]}]}"#,
                "TRUE AND FALSE AND (TRUE OR FALSE)",
            ),
            (
                r#"{"op":"not","args":[{"op":"in","args":[{"property":"a"},[]]}]}"#,
                "a NOT IN ()",
            ),
            (
                r#"{"op":"between","args":[1,-0,1e2]}"#,
                "1 BETWEEN -0 AND 100.0",
            ),
            (
                r#"{"op":"=","args":[9223372036854775807,9223372036854775808]}"#,
                "9223372036854775807 = 9223372036854775808",
            ),
            (
                r#"{"op":"a_equals","args":[[1],[[2]]]}"#,
                "A_EQUALS((1), ((2,),))",
            ),
            (r#"{"op":"f","args":[[1],"it's"]}"#, "f((1,), 'it''s')"),
            (
                r#"{"op":"t_finishedBy","args":[{"date":"2020-01-01"},{"timestamp":"2020-01-01T00:00:00Z"}]}"#,
                "T_FINISHEDBY(DATE('2020-01-01'), TIMESTAMP('2020-01-01T00:00:00Z'))",
            ),
            (
                r#"{"interval":["..",{"op":"now","args":[]}]}"#,
                "INTERVAL('..', now())",
            ),
            (
                r#"{"interval":[{"date":"2020-01-01"},{"property":"a"}]}"#,
                "INTERVAL('2020-01-01', a)",
            ),
            (r#"{"bbox":[1,2,3,4]}"#, "BBOX(1,2,3,4)"),
            (
                r#"{"type":"Point","coordinates":[1,2,3],"bbox":[1,2,3,1,2,3]}"#,
                "POINT Z(1 2 3)",
            ),
            (
                r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2]]}]}"#,
                "GEOMETRYCOLLECTION(MULTIPOINT((1 2)))",
            ),
        ] {
            assert_eq!(parse_json(json), parse_text(text), "{json}");
        }
    }

    #[test]
    fn a_fault_is_shown_by_a_pointer_to_it() {
        for (json, place, detail) in [
            (
                "",
                "",
                "it is no JSON that can be read: EOF while parsing a value at line 1 column 0",
            ),
            (
                "{\"op\":",
                "",
                "it is no JSON that can be read: EOF while parsing a value at line 1 column 6",
            ),
            (
                r#"{"property":"a","property":"b"}"#,
                "",
                "it is no JSON that can be read: the member \"property\" stands twice at line 1 column 26",
            ),
            (
                "1e999",
                "",
                "it is no JSON that can be read: number out of range at line 1 column 5",
            ),
            (
                "null",
                "",
                "null is no value of CQL2: ask with {\"op\": \"isNull\", \"args\": […]}",
            ),
            (
                "{}",
                "",
                "an object has one of op, property, date, timestamp, interval, bbox, type, and it is empty",
            ),
            (
                r#"{"prop":"a"}"#,
                "",
                "an object has one of op, property, date, timestamp, interval, bbox, type, not \"prop\"",
            ),
            (
                r#"{"property":"a","x":1}"#,
                "",
                "\"x\" does not belong here: known are property",
            ),
            (
                r#"{"op":"=","arg":[1,2]}"#,
                "",
                "\"arg\" does not belong here: did you mean args? Known are op, args",
            ),
            (
                r#"{"op":"="}"#,
                "",
                "args is missing: an array of what stands with op",
            ),
            (
                r#"{"op":"=","args":{}}"#,
                "/args",
                "expected an array, found an object",
            ),
            (
                r#"{"op":"=","args":[1]}"#,
                "/args",
                "= takes 2, and here are 1",
            ),
            (
                r#"{"op":"and","args":[true]}"#,
                "/args",
                "and takes 2 or more, and here are 1",
            ),
            (
                r#"{"op":1,"args":[]}"#,
                "/op",
                "expected a text, found a number",
            ),
            (r#"{"op":"","args":[]}"#, "/op", "a function has a name"),
            (
                r#"{"op":"AND","args":[true,true]}"#,
                "/op",
                "no function is called AND: did you mean the operator \"and\" of JSON, AND in text?",
            ),
            (
                r#"{"op":"date","args":[]}"#,
                "/op",
                "no function is called date: it is a word of CQL2",
            ),
            (
                r#"{"op":"not","args":[{"op":"=","args":[1,null]}]}"#,
                "/args/0/args/1",
                "null is no value of CQL2: ask with {\"op\": \"isNull\", \"args\": […]}",
            ),
            (
                r#"{"op":"in","args":[1,2]}"#,
                "/args/1",
                "expected an array, found a number",
            ),
            (
                r#"{"property":""}"#,
                "/property",
                "a name has a letter at least",
            ),
            (
                r#"{"property":["a"]}"#,
                "/property",
                "expected a text, found an array",
            ),
            (
                r#"{"date":"2020"}"#,
                "/date",
                "\"2020\" is not a date: write year, month and day, as 2020-10-08",
            ),
            (
                r#"{"timestamp":true}"#,
                "/timestamp",
                "expected a text, found true or false",
            ),
            (
                r#"{"interval":[".."]}"#,
                "/interval",
                "an interval has two ends",
            ),
            (
                r#"{"interval":["..",1]}"#,
                "/interval/1",
                "an end of an interval is a date, a moment, '..', a property or a function",
            ),
            (
                r#"{"bbox":[1,2,3]}"#,
                "/bbox",
                "a box has 4 numbers, or 6 with heights, not 3",
            ),
            (
                r#"{"bbox":[1,2,3,"4"]}"#,
                "/bbox/3",
                "expected a number, found a text",
            ),
            (
                r#"{"type":"Pont","coordinates":[1,2]}"#,
                "/type",
                "\"Pont\" is not known here: did you mean Point? It is one of Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon, GeometryCollection",
            ),
            (r#"{"type":"Point"}"#, "", "coordinates is missing"),
            (
                r#"{"type":"Point","coordinates":[1,2],"crs":{}}"#,
                "",
                "\"crs\" does not belong here: known are type, coordinates, bbox",
            ),
            (
                r#"{"type":"Point","coordinates":[1]}"#,
                "/coordinates",
                "a position has 2 numbers, or 3 with a height, not 1",
            ),
            (
                r#"{"type":"Point","coordinates":[1,2,3,4]}"#,
                "/coordinates",
                "a position has 2 numbers, or 3 with a height, not 4",
            ),
            (
                r#"{"type":"Point","coordinates":[1,null]}"#,
                "/coordinates/1",
                "expected a number, found null",
            ),
            (
                r#"{"type":"LineString","coordinates":[[1,2],[1,2,3]]}"#,
                "/coordinates/1",
                "all positions of a geometry have a height, or none has",
            ),
            (
                r#"{"type":"MultiLineString","coordinates":[[[1,2],[1,2]],[[1,2]]]}"#,
                "/coordinates/1",
                "a line has 2 positions or more",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[1,0]]]}"#,
                "/coordinates/0",
                "a ring ends where it begins",
            ),
            (
                r#"{"type":"MultiPoint","coordinates":[]}"#,
                "/coordinates",
                "a geometry of a filter is not empty",
            ),
            (
                r#"{"type":"GeometryCollection","geometries":[1]}"#,
                "/geometries/0",
                "expected a geometry, found a number",
            ),
            (
                r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,"2"]}]}"#,
                "/geometries/0/coordinates/1",
                "expected a number, found a text",
            ),
        ] {
            let error = parse_json(json).expect_err(json);
            let expected = (Place::Pointer(place.to_owned()), detail);
            assert_eq!((error.place, error.detail.as_str()), expected, "{json}");
        }
    }

    #[test]
    fn nodes_know_where_they_stand() {
        let filter =
            parse_json(r#"{"op":"=","args":[{"op":"f","args":[1]},{"interval":["..",".."]}]}"#);
        let What::Call(_, args) = filter.unwrap().what else {
            panic!("it is =");
        };
        let What::Function(_, inner) = &args[0].what else {
            panic!("it is a function");
        };
        let What::Interval(ends) = &args[1].what else {
            panic!("it is an interval");
        };
        let places = [&args[0], &inner[0], &args[1], &ends[1]].map(|node| node.place.to_string());
        assert_eq!(
            places,
            ["/args/0", "/args/0/args/0", "/args/1", "/args/1/interval/1"]
        );
    }
}
