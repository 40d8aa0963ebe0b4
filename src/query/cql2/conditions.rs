//! Conditions: what is true or false of a feature, and what the operators of the standard take.

use super::check::{Checker, all_or_none, is_time};
use super::typed::{Typed, compare, described};
use super::{ComparisonOp, Datum, Node, Op, Pattern, Term, Type, What};

impl Checker<'_> {
    /// Something that is true or false.
    pub(super) fn condition(&mut self, node: &Node) -> Option<Term> {
        let outer = std::mem::take(&mut self.lists);
        let term = self.plain_condition(node);
        let lists = std::mem::replace(&mut self.lists, outer);
        let term = lists
            .into_iter()
            .fold(term?, |term, number| Term::Some(number, term.into()));
        self.fold(node, term)
    }

    fn plain_condition(&mut self, node: &Node) -> Option<Term> {
        let (op, parts) = match &node.what {
            What::Boolean(is) => return Some(Term::Value(Datum::Boolean(*is))),
            What::Call(op, parts) => (*op, parts.as_slice()),
            _ => return self.truth(node),
        };
        match op {
            Op::And => self.conditions(parts).map(Term::And),
            Op::Or => self.conditions(parts).map(Term::Or),
            Op::Not => Some(Term::Not(self.condition(&parts[0])?.into())),
            Op::Comparison(op) => {
                let [one, other] = self.values(parts)?;
                self.comparison(op, one, other, &parts[1])
            }
            Op::IsNull => self.is_null(&parts[0]),
            Op::Like => self.like(parts),
            Op::Between => self.between(parts),
            Op::In => self.one_of(parts),
            Op::Spatial(spatial) => {
                let pair = self.relation(op, parts, is_geometry, "a geometry")?;
                Some(Term::Spatial(spatial, pair))
            }
            Op::Temporal(temporal) => {
                let pair = if temporal.is_of_intervals() {
                    self.relation(op, parts, is_interval, "an interval")?
                } else {
                    self.relation(op, parts, is_time, "a day, a moment or an interval")?
                };
                Some(Term::Temporal(temporal, pair))
            }
            Op::Array(array) => {
                let pair = self.lists(op, parts)?;
                Some(Term::Lists(array, Box::new(pair)))
            }
            Op::CaseI | Op::AccentI | Op::Arithmetic(_) => self.truth(node),
        }
    }

    /// A value that is true or false.
    fn truth(&mut self, node: &Node) -> Option<Term> {
        let value = self.value(node)?;
        if value.is == Type::Boolean && !value.is_list {
            return Some(value.term);
        }
        let what = described(&value);
        self.error(
            &node.place,
            format!("{what} is nothing that holds or does not: compare it with something"),
        )
    }

    fn conditions(&mut self, parts: &[Node]) -> Option<Vec<Term>> {
        all_or_none(parts.iter().map(|part| self.condition(part)))
    }

    /// Two values compared, the second of which stands there.
    fn comparison(
        &mut self,
        op: ComparisonOp,
        one: Typed,
        other: Typed,
        at: &Node,
    ) -> Option<Term> {
        if self.is_full() {
            return None;
        }
        match compare(op, one, other) {
            Ok(term) => Some(term),
            Err(detail) => self.error(&at.place, detail),
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

    fn is_null(&mut self, part: &Node) -> Option<Term> {
        let term = match &part.what {
            // Of a list, whether there is one.
            What::Property(_) => self.value(part)?.term,
            _ => self.single(part)?.term,
        };
        Some(Term::IsNull(term.into()))
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
        let values = [0, 1, 2].map(|place| self.single(&parts[place]));
        let [Some(value), Some(low), Some(high)] = values else {
            return None;
        };
        let ends = [
            (ComparisonOp::Ge, low, &parts[1]),
            (ComparisonOp::Le, high, &parts[2]),
        ];
        let terms = ends.map(|(op, end, at)| self.comparison(op, value.clone(), end, at));
        all_or_none(terms.into_iter()).map(Term::And)
    }

    fn one_of(&mut self, parts: &[Node]) -> Option<Term> {
        let value = self.single(&parts[0]);
        let What::Array(items) = &parts[1].what else {
            return self.error(&parts[1].place, "IN takes a list, as ('church', 'mosque')");
        };
        let items: Vec<_> = items.iter().map(|item| (self.single(item), item)).collect();
        let value = value?;
        let terms = items
            .into_iter()
            .map(|(item, at)| self.comparison(ComparisonOp::Eq, value.clone(), item?, at));
        all_or_none(terms).map(Term::Or)
    }

    /// What stands with a spatial or temporal operator.
    fn relation(
        &mut self,
        op: Op,
        parts: &[Node],
        fits: fn(&Typed) -> bool,
        wanted: &str,
    ) -> Option<Box<[Term; 2]>> {
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
        Some(Box::new(values.map(|value| value.term)))
    }

    fn lists(&mut self, op: Op, parts: &[Node]) -> Option<[Term; 2]> {
        let lists = [self.list(op, &parts[0]), self.list(op, &parts[1])];
        let [Some(one), Some(other)] = lists else {
            return None;
        };
        // An empty list of a filter fits every other.
        let is_empty = |list: &Typed| matches!(&list.term, Term::Array(items) if items.is_empty());
        if is_empty(&one) || is_empty(&other) {
            return Some([one.term, other.term]);
        }
        self.comparison(ComparisonOp::Eq, one.item(), other.item(), &parts[1])?;
        let [first, second] = [
            (one.as_of(&other), &parts[0]),
            (other.as_of(&one), &parts[1]),
        ]
        .map(|(term, part)| match term {
            Ok(term) => Some(term),
            Err(detail) => self.error(&part.place, detail),
        });
        Some([first?, second?])
    }

    fn list(&mut self, op: Op, node: &Node) -> Option<Typed> {
        let What::Array(nodes) = &node.what else {
            let value = self.value(node)?;
            if value.is_list {
                return Some(value);
            }
            let what = described(&value);
            return self.error(
                &node.place,
                format!("{} takes a list, as ('a', 'b'), not {what}", op.text()),
            );
        };
        let items = all_or_none(nodes.iter().map(|item| self.single(item)))?;
        let is = items.first().map_or(Type::Text, |first| first.is);
        let odd = items.iter().zip(nodes).filter(|(item, _)| item.is != is);
        let odd: Vec<_> = odd.map(|(_, node)| node).collect();
        for node in &odd {
            self.error::<()>(&node.place, "the values of a list are of one type");
        }
        if !odd.is_empty() {
            return None;
        }
        Some(Typed {
            term: Term::Array(items.into_iter().map(|item| item.term).collect()),
            is,
            is_list: true,
            kind: None,
        })
    }
}

fn is_geometry(value: &Typed) -> bool {
    value.is == Type::Geometry
}

fn is_interval(value: &Typed) -> bool {
    value.is == Type::Interval
}
