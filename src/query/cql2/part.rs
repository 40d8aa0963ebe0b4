//! What has been read of a text so far.

use super::{Node, Op, What};

/// A node.
pub(super) struct Part {
    pub(super) node: Node,
    /// How many levels it has.
    pub(super) height: usize,
    /// Whether brackets of its own stand around it.
    pub(super) is_bracketed: bool,
}

impl Part {
    /// As it counts beside an operator: those within `AND` and `OR` that are the same are no level of their own.
    pub(super) fn within(mut self, op: Op) -> Part {
        if op.is_junction() && matches!(self.node.what, What::Call(inner, _) if inner == op) {
            self.height -= 1;
        }
        self
    }
}

/// What stands with an operator, or in a list.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) nodes: Vec<Node>,
    /// The levels of the highest.
    pub(super) height: usize,
}

impl Parts {
    pub(super) fn of<const N: usize>(parts: [Part; N]) -> Parts {
        let mut all = Parts {
            nodes: Vec::with_capacity(N),
            height: 0,
        };
        for part in parts {
            all.push(part);
        }
        all
    }

    pub(super) fn push(&mut self, part: Part) {
        self.nodes.push(part.node);
        self.height = self.height.max(part.height);
    }
}
