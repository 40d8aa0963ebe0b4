//! From a tree that can be read to an expression that can be evaluated: properties are found, and types agree.
//!
//! Every fault is told, each where it stands. Where a list stands in place of a single value, as in `name LIKE '%vank'`, the
//! condition around it holds if it does for one of its values. Start at [`check`].

use std::borrow::Cow;
use std::sync::Arc;

use super::typed::{Typed, comparison, described};
use super::{
    Datum, Error, FUNCTIONS, Fixed, Moment, Node, Op, Pattern, Place, Shape, Spot, Stretch, Term,
    Type, Values, What,
};
use crate::domain::{Geometry, known_are};
use crate::query::Column;

/// What a filter may name.
pub struct Scope<'a> {
    /// The properties.
    pub columns: &'a [Column],
    /// The outline of the region with a code, or what is wrong with the code.
    pub outline: &'a dyn Fn(&str) -> Result<Geometry, String>,
    /// A geometry that was written in the CRS of the filter, in longitude and latitude; or what is wrong with it.
    pub geometry: &'a dyn Fn(&Shape) -> Result<Geometry, String>,
    /// The same of a box.
    pub bbox: &'a dyn Fn(&[f64]) -> Result<Geometry, String>,
}

/// The name of the geometry among the properties.
const GEOMETRY: &str = "geometry";

/// Checks an expression; all faults of it.
pub fn check(node: &Node, scope: &Scope<'_>) -> Result<Term, Vec<Error>> {
    let mut checker = Checker {
        scope,
        errors: vec![],
        lists: vec![],
    };
    match checker.condition(node) {
        Some(term) if checker.errors.is_empty() => Ok(term),
        _ => Err(checker.errors),
    }
}

struct Checker<'a> {
    scope: &'a Scope<'a>,
    errors: Vec<Error>,
    /// The lists that stand in place of single values in the condition that is being checked.
    lists: Vec<usize>,
}

impl Checker<'_> {
    fn error<T>(&mut self, place: &Place, detail: impl Into<String>) -> Option<T> {
        self.errors.push(Error {
            place: place.clone(),
            detail: detail.into(),
        });
        None
    }

    /// Something that is true or false.
    fn condition(&mut self, node: &Node) -> Option<Term> {
        let outer = std::mem::take(&mut self.lists);
        let term = self.plain_condition(node);
        let lists = std::mem::replace(&mut self.lists, outer);
        let term = lists
            .into_iter()
            .fold(term?, |term, number| Term::Some(number, term.into()));
        Some(settled(term))
    }

    fn plain_condition(&mut self, node: &Node) -> Option<Term> {
        let (op, parts) = match &node.what {
            What::Boolean(is) => return Some(Term::Value(Datum::Boolean(*is))),
            What::Call(op, parts) => (*op, parts.as_slice()),
            _ => {
                let value = self.value(node)?;
                if value.is == Type::Boolean && !value.is_list {
                    return Some(value.term);
                }
                let what = described(&value);
                return self.error(
                    &node.place,
                    format!("{what} is nothing that holds or does not: compare it with something"),
                );
            }
        };
        match op {
            Op::And | Op::Or | Op::Not => {
                let terms: Vec<_> = parts.iter().map(|part| self.condition(part)).collect();
                let terms: Option<Vec<_>> = terms.into_iter().collect();
                Some(Term::Call(op, terms?))
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Gt | Op::Le | Op::Ge => self.comparison(op, parts),
            Op::IsNull => self.is_null(parts),
            Op::Like => self.like(parts),
            Op::Between => self.between(parts),
            Op::In => self.one_of(parts),
            Op::SContains
            | Op::SCrosses
            | Op::SDisjoint
            | Op::SEquals
            | Op::SIntersects
            | Op::SOverlaps
            | Op::STouches
            | Op::SWithin => self.relation(op, parts, is_geometry, "a geometry"),
            Op::TAfter | Op::TBefore | Op::TDisjoint | Op::TEquals | Op::TIntersects => {
                self.relation(op, parts, is_time, "a day, a moment or an interval")
            }
            Op::TContains
            | Op::TDuring
            | Op::TFinishedBy
            | Op::TFinishes
            | Op::TMeets
            | Op::TMetBy
            | Op::TOverlappedBy
            | Op::TOverlaps
            | Op::TStartedBy
            | Op::TStarts => self.relation(op, parts, is_interval, "an interval"),
            Op::AContainedBy | Op::AContains | Op::AEquals | Op::AOverlaps => {
                self.list_relation(op, parts)
            }
            Op::CaseI
            | Op::AccentI
            | Op::Plus
            | Op::Minus
            | Op::Times
            | Op::Divide
            | Op::Modulo
            | Op::Div
            | Op::Power => {
                let what = described(&self.value(node)?);
                self.error(
                    &node.place,
                    format!("{what} is nothing that holds or does not: compare it with something"),
                )
            }
        }
    }

    fn comparison(&mut self, op: Op, parts: &[Node]) -> Option<Term> {
        let [one, other] = self.values(parts)?;
        match comparison(op, one, other) {
            Ok(term) => Some(term),
            Err(detail) => self.error(&parts[1].place, detail),
        }
    }

    /// The two values that stand with an operator.
    fn values(&mut self, parts: &[Node]) -> Option<[Typed; 2]> {
        let values = [self.single(&parts[0]), self.single(&parts[1])];
        let [Some(one), Some(other)] = values else {
            return None;
        };
        Some([one, other])
    }

    fn is_null(&mut self, parts: &[Node]) -> Option<Term> {
        let term = match &parts[0].what {
            // Of a list, whether there is one.
            What::Property(_) => self.value(&parts[0])?.term,
            _ => self.single(&parts[0])?.term,
        };
        Some(Term::Call(Op::IsNull, vec![term]))
    }

    fn like(&mut self, parts: &[Node]) -> Option<Term> {
        let [text, pattern] = self.values(parts)?;
        if !text.is_text() {
            let what = described(&text);
            return self.error(
                &parts[0].place,
                format!("LIKE takes a text before it, not {what}"),
            );
        }
        match pattern.term {
            Term::Value(Datum::Text(pattern)) => {
                Some(Term::Like(text.term.into(), Pattern::new(&pattern)))
            }
            _ => self.error(
                &parts[1].place,
                "a pattern is a text that is written out, as '%vank', alone or in CASEI or ACCENTI",
            ),
        }
    }

    fn between(&mut self, parts: &[Node]) -> Option<Term> {
        let value = self.single(&parts[0]);
        let ends = [self.single(&parts[1]), self.single(&parts[2])];
        let [Some(low), Some(high)] = ends else {
            return None;
        };
        let value = value?;
        let ends = [(Op::Ge, low, &parts[1]), (Op::Le, high, &parts[2])];
        let terms = ends.map(|(op, end, at)| match comparison(op, value.clone(), end) {
            Ok(term) => Some(term),
            Err(detail) => self.error(&at.place, detail),
        });
        let terms: Option<Vec<_>> = terms.into_iter().collect();
        Some(Term::Call(Op::And, terms?))
    }

    fn one_of(&mut self, parts: &[Node]) -> Option<Term> {
        let value = self.single(&parts[0]);
        let What::Array(items) = &parts[1].what else {
            return self.error(&parts[1].place, "IN takes a list, as ('church', 'mosque')");
        };
        let items: Vec<_> = items.iter().map(|item| (self.single(item), item)).collect();
        let value = value?;
        let terms =
            items.into_iter().map(
                |(item, at)| match comparison(Op::Eq, value.clone(), item?) {
                    Ok(term) => Some(term),
                    Err(detail) => self.error(&at.place, detail),
                },
            );
        let terms: Vec<_> = terms.collect();
        let terms: Option<Vec<_>> = terms.into_iter().collect();
        Some(Term::Call(Op::Or, terms?))
    }

    /// A spatial or temporal operator.
    fn relation(
        &mut self,
        op: Op,
        parts: &[Node],
        fits: fn(&Typed) -> bool,
        wanted: &str,
    ) -> Option<Term> {
        let values = self.values(parts)?;
        for (value, part) in values.iter().zip(parts) {
            if !fits(value) {
                let what = described(value);
                self.error::<()>(
                    &part.place,
                    format!("{} takes {wanted}, not {what}", op.text()),
                );
            }
        }
        Some(Term::Call(op, values.map(|value| value.term).into()))
    }

    fn list_relation(&mut self, op: Op, parts: &[Node]) -> Option<Term> {
        let lists = [self.list(op, &parts[0]), self.list(op, &parts[1])];
        let [Some(one), Some(other)] = lists else {
            return None;
        };
        // An empty list of a filter fits every other.
        let is_empty = |list: &Typed| matches!(&list.term, Term::Array(items) if items.is_empty());
        if is_empty(&one) || is_empty(&other) {
            return Some(Term::Call(op, vec![one.term, other.term]));
        }
        if let Err(detail) = comparison(Op::Eq, one.item(), other.item()) {
            return self.error(&parts[1].place, detail);
        }
        let terms = [one.as_of(&other), other.as_of(&one)];
        let terms = terms.into_iter().zip(parts).map(|(term, part)| match term {
            Ok(term) => Some(term),
            Err(detail) => self.error(&part.place, detail),
        });
        let terms: Vec<_> = terms.collect();
        let terms: Option<Vec<_>> = terms.into_iter().collect();
        Some(Term::Call(op, terms?))
    }

    fn list(&mut self, op: Op, node: &Node) -> Option<Typed> {
        let value = match &node.what {
            What::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.single(item)).collect();
                let items: Option<Vec<_>> = items.into_iter().collect();
                let items = items?;
                let is = items.first().map_or(Type::Text, |first| first.is);
                if let Some(place) = items.iter().position(|item| item.is != is) {
                    let What::Array(nodes) = &node.what else {
                        return None;
                    };
                    return self.error(&nodes[place].place, "the values of a list are of one type");
                }
                Typed {
                    term: Term::Array(items.into_iter().map(|item| item.term).collect()),
                    is,
                    is_list: true,
                    kind: None,
                }
            }
            _ => self.value(node)?,
        };
        if value.is_list {
            return Some(value);
        }
        let what = described(&value);
        self.error(
            &node.place,
            format!("{} takes a list, as ('a', 'b'), not {what}", op.text()),
        )
    }

    /// A single value; a property that is a list stands for each of its values.
    fn single(&mut self, node: &Node) -> Option<Typed> {
        let value = self.value(node)?;
        if !value.is_list {
            return Some(value);
        }
        let Term::Property(number) = value.term else {
            return self.error(
                &node.place,
                "a list stands only after IN and in A_ operators",
            );
        };
        if !self.lists.contains(&number) {
            self.lists.push(number);
        }
        Some(Typed {
            term: Term::Element(number),
            is_list: false,
            ..value
        })
    }

    fn value(&mut self, node: &Node) -> Option<Typed> {
        let fixed = |value, is| Some(Typed::new(Term::Value(value), is));
        match &node.what {
            What::Property(name) => self.property(node, name),
            What::Text(text) => {
                use unicode_normalization::UnicodeNormalization;
                let text: String = text.nfc().collect();
                fixed(Datum::Text(text.into()), Type::Text)
            }
            What::Integer(number) => fixed(Datum::Integer(*number), Type::Integer),
            What::Number(number) => fixed(Datum::Number(*number), Type::Number),
            What::Boolean(is) => fixed(Datum::Boolean(*is), Type::Boolean),
            What::Date(day) => {
                let stretch = Stretch::at(Moment::Day(*day));
                fixed(Datum::Time(stretch), Type::Date)
            }
            What::Timestamp(instant) => {
                let stretch = Stretch::at(Moment::Instant(*instant));
                fixed(Datum::Time(stretch), Type::Timestamp)
            }
            What::Interval(ends) => self.interval(node, ends),
            What::Open => self.error(&node.place, "'..' is an end of an INTERVAL"),
            What::Geometry(shape) => {
                let geometry = (self.scope.geometry)(shape);
                self.geometry(node, geometry)
            }
            What::Bbox(numbers) => {
                let geometry = (self.scope.bbox)(numbers);
                self.geometry(node, geometry)
            }
            What::Array(_) => self.error(
                &node.place,
                "a list stands only after IN and in A_ operators",
            ),
            What::Function(name, parts) => self.function(node, name, parts),
            What::Call(op @ (Op::CaseI | Op::AccentI), parts) => {
                let text = self.single(&parts[0])?;
                if !text.is_text() {
                    let what = described(&text);
                    return self.error(
                        &parts[0].place,
                        format!("{} takes a text, not {what}", op.text()),
                    );
                }
                let term = settled(Term::Call(*op, vec![text.term]));
                Some(Typed::new(term, Type::Text))
            }
            What::Call(
                op @ (Op::Plus
                | Op::Minus
                | Op::Times
                | Op::Divide
                | Op::Modulo
                | Op::Div
                | Op::Power),
                parts,
            ) => self.calculation(*op, parts),
            What::Call(..) => Some(Typed::new(self.condition(node)?, Type::Boolean)),
        }
    }

    fn property(&mut self, node: &Node, name: &str) -> Option<Typed> {
        if name == GEOMETRY {
            return Some(Typed::new(Term::Geometry, Type::Geometry));
        }
        let columns = self.scope.columns.iter();
        let mut askable = columns.filter(|column| column.property.kind.is_simple());
        if let Some(column) = askable.clone().find(|column| column.property.name == name) {
            return Some(Typed::of(column.number, column.property.kind));
        }
        let mut names: Vec<_> = askable
            .by_ref()
            .map(|column| column.property.name)
            .collect();
        names.push(GEOMETRY);
        let known = known_are(name, &names);
        self.error(
            &node.place,
            format!("\"{name}\" is no property that can be asked for: {known}"),
        )
    }

    fn geometry(&mut self, node: &Node, geometry: Result<Geometry, String>) -> Option<Typed> {
        match geometry {
            Ok(geometry) => Some(Typed::new(
                Term::Fixed(Arc::new(Fixed::new(geometry))),
                Type::Geometry,
            )),
            Err(detail) => self.error(&node.place, detail),
        }
    }

    fn interval(&mut self, node: &Node, ends: &[Node; 2]) -> Option<Typed> {
        let mut end = |node: &Node| {
            if node.what == What::Open {
                return Some(None);
            }
            let value = self.single(node)?;
            if is_time(&value) {
                return Some(Some(Box::new(value.term)));
            }
            let what = described(&value);
            self.error(
                &node.place,
                format!("an end of an INTERVAL is a day, a moment or '..', not {what}"),
            )
        };
        let [start, end] = [end(&ends[0]), end(&ends[1])];
        let term = settled(Term::Interval(start?, end?));
        if matches!(term, Term::Value(Datum::Null)) {
            return self.error(&node.place, "this INTERVAL ends before it starts");
        }
        Some(Typed::new(term, Type::Interval))
    }

    fn function(&mut self, node: &Node, name: &str, parts: &[Node]) -> Option<Typed> {
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
            let names: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
            let known = known_are(name, &names);
            return self.error(&node.place, format!("\"{name}\" is no function: {known}"));
        };
        if function.arguments.len() != parts.len() {
            let (wanted, given) = (function.arguments.len(), parts.len());
            return self.error(
                &node.place,
                format!("{name} takes {wanted} arguments, not {given}"),
            );
        }
        if name == "region" {
            let What::Text(code) = &parts[0].what else {
                return self.error(
                    &parts[0].place,
                    "region takes a code that is written out, as 'az-2021-lachin'",
                );
            };
            let outline = (self.scope.outline)(code);
            return self.geometry(&parts[0], outline);
        }
        let values: Vec<_> = parts.iter().map(|part| self.single(part)).collect();
        let values: Option<Vec<_>> = values.into_iter().collect();
        let values = values?;
        for ((value, argument), part) in values.iter().zip(function.arguments).zip(parts) {
            if !argument.kinds.iter().any(|kind| value.fits(*kind)) {
                let what = described(value);
                let wanted = argument.description;
                self.error::<()>(
                    &part.place,
                    format!("this is {what}, and {name} takes here: {wanted}"),
                );
            }
        }
        if let Some((at, detail)) = super::places::beyond(name, &values) {
            return self.error(&parts[at].place, detail);
        }
        let terms = values.into_iter().map(|value| value.term).collect();
        Some(Typed::new(
            settled(Term::Function(function, terms)),
            function.returns,
        ))
    }

    fn calculation(&mut self, op: Op, parts: &[Node]) -> Option<Typed> {
        let values = self.values(parts)?;
        let is_whole = values.iter().all(|value| value.is == Type::Integer);
        for (value, part) in values.iter().zip(parts) {
            if !value.fits(Type::Number) {
                let what = described(value);
                self.error::<()>(
                    &part.place,
                    format!("{} takes numbers, not {what}", op.text()),
                );
            }
        }
        let is = if is_whole && !matches!(op, Op::Divide | Op::Power) {
            Type::Integer
        } else {
            Type::Number
        };
        let terms = values.map(|value| value.term).into();
        Some(Typed::new(settled(Term::Call(op, terms)), is))
    }
}

fn is_geometry(value: &Typed) -> bool {
    value.is == Type::Geometry
}

fn is_time(value: &Typed) -> bool {
    matches!(value.is, Type::Date | Type::Timestamp | Type::Interval)
}

fn is_interval(value: &Typed) -> bool {
    value.is == Type::Interval
}

/// What is the same for all features is worked out once.
fn settled(term: Term) -> Term {
    struct Nothing;
    impl Values for Nothing {
        fn value(&self, _: usize) -> Datum<'_> {
            Datum::Null
        }
        fn geometry(&self) -> Option<Cow<'_, Geometry>> {
            None
        }
    }
    if matches!(term, Term::Value(_) | Term::Fixed(_) | Term::Array(_)) || !term.is_fixed() {
        return term;
    }
    match term.of(&Nothing, None) {
        Datum::Geometry(Spot::Of(geometry)) => {
            Term::Fixed(Arc::new(Fixed::new(geometry.into_owned())))
        }
        Datum::Text(text) => Term::Value(Datum::Text(text.into_owned().into())),
        Datum::Null => Term::Value(Datum::Null),
        Datum::Integer(number) => Term::Value(Datum::Integer(number)),
        Datum::Number(number) => Term::Value(Datum::Number(number)),
        Datum::Boolean(is) => Term::Value(Datum::Boolean(is)),
        Datum::Time(stretch) => Term::Value(Datum::Time(stretch)),
        Datum::Concept(_)
        | Datum::Branch(_)
        | Datum::Edtf(_)
        | Datum::List(_)
        | Datum::Geometry(Spot::Fixed(_)) => term,
    }
}
