//! When things happened to a site, and what bounds that gives in years (vocabularies 1.3).

use serde::Serialize;

use super::reading::Test::There;
use super::{Concept, Edtf, LangText, Node, Scheme, Sources};

/// Something dated: a construction, a rebuilding, a destruction.
#[derive(Clone, Debug, Serialize)]
pub struct DatedPeriod {
    /// What is dated.
    pub kind: Concept,
    /// The date, as EDTF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edtf: Option<Edtf>,
    /// The epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Concept>,
    /// What the date rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Concept>,
    /// How sure it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Concept>,
    /// What else is said of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<LangText>,
    /// Where it was read.
    pub src: Vec<String>,
}

impl DatedPeriod {
    /// One dated period; at least one of `edtf` and `period`.
    pub fn read(node: &Node<'_>, sources: &Sources) -> Option<DatedPeriod> {
        let fields = node.fields()?;
        let kind = fields.required("kind", |node| node.concept(Scheme::DatingKind));
        let edtf = fields.optional("edtf", Node::edtf);
        let period = fields.concept("period", Scheme::Period);
        let detail = "says no date: give edtf, or period, or both";
        fields.demand(&[], &["edtf", "period"].map(There), detail);
        let basis = fields.concept("basis", Scheme::DatingBasis);
        let certainty = fields.concept("certainty", Scheme::Certainty);
        let note = fields
            .optional("note", LangText::read_list)
            .unwrap_or_default();
        let src = sources.cited(&fields);
        // Readers are shown the years.
        let is_read =
            edtf.is_some() == fields.has("edtf") && period.is_some() == fields.has("period");
        let (first, last) = years_of(edtf.as_ref(), period);
        for (name, year) in [("earliest_year", first), ("latest_year", last)] {
            let year = is_read.then(|| year.into());
            fields.optional(name, |node| node.computed(year.as_ref()));
        }
        Some(DatedPeriod {
            kind: kind?,
            edtf,
            period,
            basis,
            certainty,
            note,
            src,
        })
    }

    /// First and last year (astronomical): of the date where there is one, else of the epoch.
    pub fn years(&self) -> (Option<i64>, Option<i64>) {
        years_of(self.edtf.as_ref(), self.period)
    }
}

/// The periods in which anything is dated: that which is named where there is no date, else those whose years its years meet,
/// as far as it says both ends or one.
pub(super) fn periods(dating: &[DatedPeriod]) -> Vec<Concept> {
    let is_within = |dated: &DatedPeriod, period: Concept| {
        if dated.edtf.is_none() {
            return dated.period == Some(period);
        }
        let (first, last) = dated.years();
        let (Some(first), Some(last)) = (first.or(last), last.or(first)) else {
            return false;
        };
        // A period that is unknown has no years, and the latest has no last one.
        let (start, end) = period.years();
        start.is_some_and(|start| start <= last) && end.is_none_or(|end| first <= end)
    };
    let all = Scheme::Period.concepts();
    all.filter(|period| dating.iter().any(|dated| is_within(dated, *period)))
        .collect()
}

fn years_of(edtf: Option<&Edtf>, period: Option<Concept>) -> (Option<i64>, Option<i64>) {
    match (edtf, period) {
        (Some(edtf), _) => edtf.years(),
        (None, Some(period)) => period.years(),
        (None, None) => (None, None),
    }
}

/// First and last year of a site: over its constructions, or over everything dated where no construction is.
pub(super) fn years(dating: &[DatedPeriod]) -> (Option<i64>, Option<i64>) {
    let constructions: Vec<_> = dating
        .iter()
        .filter(|dated| dated.kind.id() == "construction")
        .collect();
    let counted = if constructions.is_empty() {
        dating.iter().collect()
    } else {
        constructions
    };
    let first = counted.iter().filter_map(|dated| dated.years().0).min();
    let last = counted.iter().filter_map(|dated| dated.years().1).max();
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(kind: &str, edtf: Option<&str>, period: Option<&str>) -> DatedPeriod {
        DatedPeriod {
            kind: Scheme::DatingKind.find(kind).unwrap(),
            edtf: edtf.map(|text| Edtf::parse(text).unwrap()),
            period: period.map(|id| Scheme::Period.find(id).unwrap()),
            basis: None,
            certainty: None,
            note: vec![],
            src: vec![],
        }
    }

    #[test]
    fn a_site_is_of_each_period_that_a_date_of_it_meets() {
        let found = |edtf: Option<&str>, period: Option<&str>| {
            let found = periods(&[dated("construction", edtf, period)]);
            found.iter().map(|one| one.id()).collect::<Vec<_>>()
        };
        assert_eq!(
            found(Some("1216/1238"), None),
            ["high_medieval", "late_medieval"]
        );
        assert_eq!(
            found(Some("1216"), Some("late_medieval")),
            ["high_medieval"]
        );
        assert_eq!(found(None, Some("late_medieval")), ["late_medieval"]);
        assert_eq!(found(None, Some("unknown_period")), ["unknown_period"]);
        assert_eq!(found(Some("2010"), None), ["since_1991"]);
        // Of what is open at one end, the other counts.
        assert_eq!(found(Some("../1885"), None), ["russian_empire"]);
        let rebuilt = [
            dated("construction", Some("12XX"), None),
            dated("rebuilding", Some("1868"), None),
        ];
        let ids: Vec<_> = periods(&rebuilt).iter().map(|one| one.id()).collect();
        assert_eq!(ids, ["high_medieval", "late_medieval", "russian_empire"]);
    }

    #[test]
    fn a_site_is_as_old_as_its_constructions() {
        let built = dated("construction", Some("12XX"), None);
        let rebuilt = dated("rebuilding", Some("1868"), None);
        let gone = dated("destruction", None, Some("soviet_period"));
        assert_eq!(
            years(&[built.clone(), rebuilt.clone(), gone.clone()]),
            (Some(1200), Some(1299))
        );
        assert_eq!(years(&[rebuilt, gone]), (Some(1868), Some(1991)));
        assert_eq!(years(&[]), (None, None));
    }

    #[test]
    fn years_before_our_era_are_astronomical() {
        assert_eq!(
            years(&[dated("construction", Some("-1499~/-0999~"), None)]),
            (Some(-1499), Some(-999))
        );
        assert_eq!(
            years(&[dated("use", None, Some("palaeolithic"))]),
            (Some(-1_800_000), Some(-10_000))
        );
    }
}
