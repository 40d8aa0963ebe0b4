//! Conditions: what is true or false of a feature, and what the operators of the standard take.

use super::check::{Checker, is_time};
use super::typed::{Typed, comparison, described};
use super::{Datum, Node, Op, Pattern, Term, Type, What};

impl Checker<'_> {
    /// Something that is true or false.
    pub(super) fn condition(&mut self, node: &Node) -> Option<Term> {
        let outer = std::mem::take(&mut self.lists);
        let term = self.plain_condition(node);
        let lists = std::mem::replace(&mut self.lists, outer);
        let term = lists
            .into_iter()
            .fold(term?, |term, number| Term::Some(number, term.into()));
        self.settled(node, term)
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
    pub(super) fn values(&mut self, parts: &[Node]) -> Option<[Typed; 2]> {
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
}

fn is_geometry(value: &Typed) -> bool {
    value.is == Type::Geometry
}

fn is_interval(value: &Typed) -> bool {
    value.is == Type::Interval
}
