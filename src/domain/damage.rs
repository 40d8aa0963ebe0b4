//! What a report lists: damages, threats and works (vocabularies 1.4, 1.5).
//!
//! Damage is observed, responsibility is claimed: who is said to have done it stands in attributions and nowhere else.

use serde::Serialize;

use super::reading::Test::{There, Word};
use super::{Attachment, Concept, Edtf, Id, LangText, Node, Scheme, Sources};

/// One effect seen on one component.
#[derive(Clone, Debug, Serialize)]
pub struct Damage {
    /// The part of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<Concept>,
    /// The effect seen.
    #[serde(rename = "type")]
    pub effect: Concept,
    /// How severe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Concept>,
    /// How much of the component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extent: Option<Concept>,
    /// How sure it is that the effect exists.
    pub certainty: Concept,
    /// The cause; `unknown` where none is given.
    pub cause: Concept,
    /// How sure the cause is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause_certainty: Option<Concept>,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred: Option<Edtf>,
    /// What was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<LangText>,
    /// Photos of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Id<Attachment>>,
    /// Who is said to have done it, by whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributions: Vec<Attribution>,
}

/// A claim of who did it: always with who claims it, and where.
#[derive(Clone, Debug, Serialize)]
pub struct Attribution {
    /// Who is said to have done it, in the claimant's words.
    pub actor_text: String,
    /// Who says so.
    pub claimed_by: String,
    /// When they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_on: Option<Edtf>,
    /// Where it was read.
    pub src: Vec<String>,
}

/// Something that has not happened yet.
#[derive(Clone, Debug, Serialize)]
pub struct Threat {
    /// What may cause it.
    pub cause: Concept,
    /// How likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Concept>,
    /// How soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<Concept>,
    /// What was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<LangText>,
    /// How sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Concept>,
}

/// Works seen at a site, whatever their quality.
#[derive(Clone, Debug, Serialize)]
pub struct Works {
    /// What is done.
    pub kind: Concept,
    /// How far it is.
    pub state: Concept,
    /// What was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<LangText>,
    /// Where it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub src: Vec<String>,
}

impl Damage {
    /// One damage. A claim of intent needs how sure it is, and who makes it.
    pub fn read(node: &Node<'_>, sources: &Sources) -> Option<Damage> {
        let fields = node.fields()?;
        let component = fields.concept("component", Scheme::Component);
        let effect = fields.required("type", |node| node.concept(Scheme::DamageType));
        let severity = fields.concept("severity", Scheme::DamageSeverity);
        let extent = fields.concept("extent", Scheme::DamageExtent);
        let certainty = fields.required("certainty", |node| node.concept(Scheme::Certainty));
        let cause = fields
            .concept("cause", Scheme::Cause)
            .or_else(|| Scheme::Cause.find("unknown"));
        let cause_certainty = fields.concept("cause_certainty", Scheme::Certainty);
        let occurred = fields.optional("occurred", Node::edtf);
        let note = fields
            .optional("note", LangText::read_list)
            .unwrap_or_default();
        let attachments = fields.list("attachments", |node| node.id());
        let attributions = fields.list("attributions", |node| Attribution::read(node, sources));
        for (name, detail) in [
            (
                "cause_certainty",
                "is required for the cause intentional: say how sure it is",
            ),
            (
                "attributions",
                "is required for the cause intentional, which is a claim: say who makes it",
            ),
        ] {
            fields.demand(&[Word("cause", &["intentional"])], &[There(name)], detail);
        }
        Some(Damage {
            component,
            effect: effect?,
            severity,
            extent,
            certainty: certainty?,
            cause: cause?,
            cause_certainty,
            occurred,
            note,
            attachments,
            attributions,
        })
    }
}

impl Attribution {
    fn read(node: &Node<'_>, sources: &Sources) -> Option<Attribution> {
        let fields = node.fields()?;
        let actor_text = fields.required("actor_text", Node::text);
        let claimed_by = fields.required("claimed_by", Node::text);
        let claimed_on = fields.optional("claimed_on", Node::edtf);
        let src = sources.cited(&fields);
        Some(Attribution {
            actor_text: actor_text?,
            claimed_by: claimed_by?,
            claimed_on,
            src,
        })
    }
}

impl Threat {
    /// One threat.
    pub fn read(node: &Node<'_>) -> Option<Threat> {
        let fields = node.fields()?;
        let cause = fields.required("cause", |node| node.concept(Scheme::Cause));
        let likelihood = fields.concept("likelihood", Scheme::Likelihood);
        let timeframe = fields.concept("timeframe", Scheme::Timeframe);
        let note = fields
            .optional("note", LangText::read_list)
            .unwrap_or_default();
        let certainty = fields.concept("certainty", Scheme::Certainty);
        Some(Threat {
            cause: cause?,
            likelihood,
            timeframe,
            note,
            certainty,
        })
    }
}

impl Works {
    /// One kind of works.
    pub fn read(node: &Node<'_>, sources: &Sources) -> Option<Works> {
        let fields = node.fields()?;
        let kind = fields.required("kind", |node| node.concept(Scheme::WorksKind));
        let state = fields.required("state", |node| node.concept(Scheme::WorksState));
        let note = fields
            .optional("note", LangText::read_list)
            .unwrap_or_default();
        let src = sources.may_cite(&fields, "src");
        Some(Works {
            kind: kind?,
            state: state?,
            note,
            src,
        })
    }
}
