//! Questions as they are put to a snapshot: the regions that they name are those that there are.

use std::borrow::Cow;
use std::sync::Arc;

use super::deadline::Deadline;
use super::snapshot::Snapshot;
use crate::domain::{
    Audience, Collection, Geometry, Layer, Value, Wrong, known_are, numbered, shortened,
};
use crate::query::cql2::Term;
use crate::query::{Parameters, Query};

impl Snapshot {
    /// Takes a question for features of a layer out of parameters; what is wrong with them is noted there.
    pub fn question(&self, layer: impl Into<Layer>, parameters: &mut Parameters) -> Query {
        let layer = layer.into();
        let outline = |code: &str| self.outline(code);
        let query = Query::parse_among(&outline, layer, self.audience(), parameters);
        if let Some(code) = &query.region
            && !self.region_codes().contains(code)
        {
            parameters.fault("region", self.no_region(code));
        }
        query
    }

    fn no_region(&self, code: &str) -> String {
        let codes: Vec<_> = self.region_codes().iter().map(String::as_str).collect();
        format!(
            "there is no region \"{code}\": {}",
            known_are(code, &codes),
            code = shortened(code)
        )
    }

    /// The outline of the region with a code.
    fn outline(&self, code: &str) -> Result<Geometry, Wrong> {
        let mut columns = numbered(Collection::Regions, Audience::Public);
        let (number, _) = columns
            .find(|(_, property)| property.name == "code")
            .expect("regions have a code");
        let found = self.parts(Collection::Regions).find_map(|part| {
            let column = part.segment.column(number)?;
            let rank = column.find(&Value::Text(code.to_owned())).ok()?;
            let row = column
                .rows_of(rank)
                .iter()
                .find(|row| !part.dead.contains(*row))?;
            part.segment.geometry(row)
        });
        found.map_or_else(
            || Err(Wrong(self.no_region(code))),
            |outline| Ok(outline.into_owned()),
        )
    }
}

/// The same question, with what is the same for all features worked out.
pub(super) fn settled<'q>(query: &'q Query, deadline: &Deadline) -> Cow<'q, Query> {
    match &query.condition {
        Some(condition) if condition.is_left() => {
            let condition = Term::clone(condition).settled(&|work| deadline.grants(work));
            Cow::Owned(Query {
                condition: Some(Arc::new(condition)),
                ..query.clone()
            })
        }
        _ => Cow::Borrowed(query),
    }
}
