//! Functions that are not of the standard: whether they are called with what the table says, and what that comes to.

use super::buffer::{BUFFER_MAX_M, check_buffer, is_buffer};
use super::check::Checker;
use super::typed::{Typed, described, one_of};
use super::{Argument, FUNCTIONS, Function, Meaning, Node, Spelling, Term, What};
use crate::domain::{known_are, shortened};

impl Checker<'_> {
    /// What a function comes to.
    pub(super) fn function(&mut self, node: &Node, name: &str, parts: &[Node]) -> Option<Typed> {
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
            let names: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
            let known = known_are(name, &names);
            return self.error(
                &node.place,
                format!("\"{name}\" is no function: {known}", name = shortened(name)),
            );
        };
        let term = match function.meaning {
            Meaning::Buffer => self.buffer(node, function, parts)?,
            Meaning::Distance => {
                let [from, to] = self.arguments(node, function, parts);
                Term::Distance(Box::new([from?, to?]))
            }
            Meaning::Lower => {
                let [text] = self.arguments(node, function, parts);
                Term::Spelled(Spelling::Lower, text?.into())
            }
            Meaning::Region => return self.region(node, function, parts),
            Meaning::Upper => {
                let [text] = self.arguments(node, function, parts);
                Term::Spelled(Spelling::Upper, text?.into())
            }
            Meaning::Year => {
                let [time] = self.arguments(node, function, parts);
                Term::Year(time?.into())
            }
        };
        let term = self.fold(node, term)?;
        Some(Typed::new(term, function.returns))
    }

    fn region(&mut self, node: &Node, function: &Function, parts: &[Node]) -> Option<Typed> {
        self.check_count(node, function, parts.len());
        let part = parts.first()?;
        let What::Text(code) = &part.what else {
            return self.error(
                &part.place,
                "region takes a code that is written out, as 'az-2021-lachin'",
            );
        };
        let outline = (self.scope.outline)(code);
        self.geometry(part, outline)
    }

    fn buffer(&mut self, node: &Node, function: &Function, parts: &[Node]) -> Option<Term> {
        // Each would have more corners than the one before.
        if let Some(part) = parts.first()
            && let What::Function(inner, _) = &part.what
            && inner == function.name
        {
            return self.error(&part.place, "buffer takes no buffer: add their metres");
        }
        let [place, metres] = self.arguments(node, function, parts);
        if let Some(Term::Value(value)) = &metres
            && let Some(number) = value.number()
            && !is_buffer(number)
        {
            return self.error(
                &parts[1].place,
                format!("buffer takes metres, above 0 and up to {BUFFER_MAX_M}, not {number}"),
            );
        }
        if let (Some(Term::Fixed(fixed)), Some(Term::Value(value))) = (&place, &metres)
            && let Some(number) = value.number()
            && let Err(detail) = check_buffer(&fixed.geometry, number)
        {
            return self.error(&parts[0].place, detail);
        }
        Some(Term::Buffer(Box::new([place?, metres?])))
    }

    /// What a function takes: of each that is missing or does not fit, none.
    fn arguments<const N: usize>(
        &mut self,
        node: &Node,
        function: &Function,
        parts: &[Node],
    ) -> [Option<Term>; N] {
        self.check_count(node, function, parts.len());
        let mut terms = [const { None }; N];
        for (place, part) in parts.iter().enumerate() {
            let argument = function.arguments.get(place);
            let term = self.argument(function, argument, part);
            if let Some(wanted) = terms.get_mut(place) {
                *wanted = term;
            }
        }
        terms
    }

    /// One of those; `None` stands for one too many, of which nothing is known.
    fn argument(
        &mut self,
        function: &Function,
        argument: Option<&Argument>,
        part: &Node,
    ) -> Option<Term> {
        let value = self.single(part)?;
        let kinds = argument?.kinds;
        if kinds.iter().any(|kind| value.fits(*kind)) {
            return Some(value.term);
        }
        let (name, wanted, what) = (function.name, one_of(kinds), described(&value));
        self.error(&part.place, format!("{name} takes {wanted}, not {what}"))
    }

    fn check_count(&mut self, node: &Node, function: &Function, given: usize) {
        let (name, wanted) = (function.name, function.arguments.len());
        if wanted != given {
            let plural = if wanted == 1 { "" } else { "s" };
            self.error::<()>(
                &node.place,
                format!("{name} takes {wanted} argument{plural}, not {given}"),
            );
        }
    }
}
