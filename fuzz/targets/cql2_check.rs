//! A filter in text is asked of each collection: it is refused, or it comes to something for whatever features there may be,
//! and to the opposite where it is negated.
#![no_main]

use std::borrow::Cow;
use std::sync::Arc;

use heritage_registry_fuzz::domain::{Audience, Bbox, Collection, Geometry, Instant, Window};
use heritage_registry_fuzz::in_time;
use heritage_registry_fuzz::query::cql2::{Datum, Moment, Stretch, Term, Values, parse_text};
use heritage_registry_fuzz::query::{Parameters, Query};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// A feature that has values of every type, and not only of that of the property; with 0, none at all.
struct Feature(usize);

impl Values for Feature {
    fn value(&self, number: usize) -> Datum<'_> {
        let text = |text: &'static str| Datum::Text(text.into());
        match self.0 * (number + self.0) % 8 {
            0 => Datum::Null,
            1 => text("Gəncəsər"),
            2 => Datum::Integer(1216),
            3 => Datum::Number(0.5),
            4 => Datum::Boolean(true),
            5 => {
                let instant = Instant::parse("2020-10-08T12:00:00Z").expect("it is one");
                Datum::Time(Stretch::at(Moment::Instant(instant)))
            }
            6 => Datum::List(vec![text("a"), text("Q1")]),
            _ => text("2020-10-08"),
        }
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        let window = |bbox: Bbox| Window::Box(bbox).in_degrees();
        let geometry = match self.0 {
            0 => return None,
            1 => geo::Point::new(46.75, 39.75).into(),
            2 => window(Bbox::new(46.0, 39.0, 47.0, 40.0).ok()?),
            _ => window(Bbox::new(-180.0, -90.0, 180.0, 90.0).ok()?),
        };
        Some(Cow::Owned(geometry))
    }
}

fn checked(collection: Collection, audience: Audience, filter: &Value) -> Option<Arc<Term>> {
    let members = json!({ "filter": filter });
    let mut asked = Parameters::of_members(members.as_object()?);
    let regions = |_: &str| Ok(geo::Point::new(46.75, 39.75).into());
    Query::parse_among(&regions, collection, audience, &mut asked).condition
}

fuzz_target!(|text: &str| {
    let Ok(tree) = parse_text(text) else {
        return;
    };
    let negated = json!({"op": "not", "args": [tree.to_json()]});
    for collection in Collection::ALL {
        for audience in [Audience::Public, Audience::Trusted] {
            let Some(term) = in_time(|| checked(collection, audience, &json!(text))) else {
                continue;
            };
            // It may be nested one level too deep.
            let opposite = checked(collection, audience, &negated);
            for feature in (0..4).map(Feature) {
                let holds = in_time(|| term.holds(&feature));
                if let Some(opposite) = &opposite {
                    let expected = holds.map(|is| !is);
                    assert_eq!(opposite.holds(&feature), expected, "{text}");
                }
            }
        }
    }
});
