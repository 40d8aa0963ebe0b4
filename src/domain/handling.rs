//! How a record came, and what became of it: what the workflow says of it, never the sender's to say.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Account, Day, Fields, Id, Instant, Node, State};

/// The member of a document that holds [`Handling::as_sent`].
pub const AS_SENT: &str = "as_sent";

/// How a submission came, and what its workflow says of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Handling {
    /// The form's own id of the submission, which makes sending it again harmless. Internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// The form. Internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_id: Option<String>,
    /// Its version. Internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_version: Option<String>,
    /// `openrosa`, `api`, `web` or `import`. Internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_via: Option<String>,
    /// A short code that the submitter can quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The reviewer who has claimed it, while it is in review. Internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<Id<Account>>,
    /// Since when. Internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Instant>,
    /// The day on which it is published by itself, where a reviewer delays that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_after: Option<Day>,
    /// What was decided last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What the last correction was, since it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction_note: Option<String>,
    /// Why its organization asks a reviewer to withdraw it, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal_asked: Option<String>,
    /// What its organization made of it, if this version is its own and says more than it is shown. It reads that, and nobody
    /// else does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_sent: Option<Map<String, Value>>,
}

/// What a reviewer decided, and told the submitter. Who it was, only the log knows.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// The state it came to.
    pub decision: State,
    /// Why: one of [`REASONS`].
    pub reason: Option<&'static str>,
    /// What the submitter is told.
    pub message: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
}

const RECEIVED_VIA: [&str; 4] = ["openrosa", "api", "web", "import"];

/// Why something is not published, or no longer (vocabularies 1.4).
pub const REASONS: [&str; 9] = [
    "duplicate",
    "wrong_site",
    "no_evidence",
    "wording",
    "sensitive",
    "photo_privacy",
    "date_missing",
    "out_of_scope",
    "other",
];

impl Handling {
    /// The members by which it is kept in a document.
    pub(super) fn document(&self) -> Value {
        serde_json::to_value(self).expect("handling is plain data")
    }

    /// The members of a document that it is kept in.
    pub(super) fn read(fields: &Fields<'_>) -> Handling {
        Handling {
            instance_id: fields.text("instance_id"),
            form_id: fields.text("form_id"),
            form_version: fields.text("form_version"),
            received_via: fields.optional("received_via", |node| node.one_of(&RECEIVED_VIA)),
            receipt: fields.text("receipt"),
            claimed_by: fields.optional("claimed_by", Node::id),
            claimed_at: fields.optional("claimed_at", Node::instant),
            publish_after: fields.optional("publish_after", Node::day),
            review: fields.optional("review", Review::read),
            correction_note: fields.text("correction_note"),
            withdrawal_asked: fields.text("withdrawal_asked"),
            as_sent: fields.optional(AS_SENT, Node::object),
        }
    }
}

impl Review {
    fn read(node: &Node<'_>) -> Option<Review> {
        let fields = node.fields()?;
        let decision = fields.required("decision", Node::state);
        Some(Review {
            reason: fields.optional("reason", read_reason),
            message: fields.text("message"),
            decided_at: fields.optional("decided_at", Node::instant),
            decision: decision?,
        })
    }
}

/// One of [`REASONS`].
pub(super) fn read_reason(node: &Node<'_>) -> Option<&'static str> {
    let word = node.one_of(&REASONS)?;
    REASONS.into_iter().find(|reason| *reason == word)
}

/// Letters and digits of which none looks like another (Crockford's base 32).
const RECEIPT_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A short code that people can quote and read out: ten letters and digits in two groups, made of a random id.
///
/// ```
/// use heritage_registry::domain::receipt;
/// let id = uuid::uuid!("078f84d6-717d-4c21-b0b9-eefb0853a8f3");
/// assert_eq!(receipt(id), "0Y7R9-NKHFN");
/// ```
pub fn receipt(id: uuid::Uuid) -> String {
    let bits = id.as_u128() >> 78;
    let letter = |place: u32| {
        let five = usize::try_from((bits >> (5 * place)) & 31).expect("five bits fit");
        char::from(RECEIPT_LETTERS[five])
    };
    let group = |places: std::ops::Range<u32>| places.rev().map(letter).collect::<String>();
    format!("{}-{}", group(5..10), group(0..5))
}
