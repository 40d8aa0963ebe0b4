//! That a sensitivity was a mistake: from then on what a site was hidden as before no longer counts in its past (DESIGN 4).

use serde_json::{Value, json};

use super::{Fault, FaultKind, Faults, Node, Version};

/// From which version of a site on sensitivities count. It is kept with the site, in no view, and goes with every version
/// that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SensitivityReset {
    /// The version that says so, and the first that counts.
    pub version: Version,
    /// Why.
    pub reason: String,
}

impl SensitivityReset {
    /// What is asked for: `{"reason"}`.
    pub fn read_reason(node: &Node<'_>) -> Option<String> {
        node.fields()?.required("reason", Node::text)
    }

    /// What is said where it would change nothing.
    pub fn nothing() -> Faults {
        Faults(vec![Fault {
            place: String::new(),
            kind: FaultKind::Other,
            detail: "nothing to reset: in its past, the site was not hidden more strictly than it is today; loosen \
                     what is a mistake first"
                .to_owned(),
        }])
    }

    /// The member of a kept document.
    pub(super) fn read(node: &Node<'_>) -> Option<SensitivityReset> {
        let fields = node.fields()?;
        let version = fields.required("version", |node| {
            let number = node.raw().as_i64();
            let number = number.and_then(|number| i32::try_from(number).ok());
            number
                .map(Version)
                .or_else(|| node.fault(FaultKind::Other, "is not the number of a version"))
        });
        let reason = fields.required("reason", Node::text);
        Some(SensitivityReset {
            version: version?,
            reason: reason?,
        })
    }

    pub(super) fn document(&self) -> Value {
        json!({ "version": self.version.0, "reason": self.reason })
    }
}
