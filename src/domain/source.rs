//! What a record rests on: its sources, and the keys by which its parts cite them (vocabularies 1.6).

use serde::Serialize;

use super::reading::Test::{Other, There};
use super::{Concept, Edtf, FaultKind, Fields, Lang, LangText, Node, Scheme, Spelling, shortened};

/// A source of a record.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// Unique in the record: 1 to 32 of `a-z 0-9 _ -`.
    pub key: String,
    /// What it is.
    pub kind: Concept,
    /// Its title.
    pub title: Vec<LangText>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Edtf>,
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Page, figure or sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Its address on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its DOI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// Where a copy is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_url: Option<String>,
    /// When it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessed_on: Option<Edtf>,
    /// The language it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Its licence: an SPDX id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Whose view it is, where it states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement_by: Option<String>,
    /// What else must be known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Kinds that need no address: nothing of them is published.
const UNPUBLISHED: [&str; 3] = ["oral_testimony", "field_report", "own_knowledge"];

impl Source {
    /// One source.
    pub fn read(node: &Node<'_>) -> Option<Source> {
        let fields = node.fields()?;
        let key = fields.required("key", |node| node.spelled(&KEY).map(str::to_owned));
        let kind = fields.required("kind", |node| node.concept(Scheme::SourceKind));
        let title = fields.required("title", LangText::read_list);
        fields.demand(
            &[Other("kind", Scheme::SourceKind, &UNPUBLISHED)],
            &["url", "doi", "publisher", "locator"].map(There),
            "cannot be found by a reader: give url, doi, publisher or locator",
        );
        Some(Source {
            creator: fields.text("creator"),
            issued: fields.optional("issued", Node::edtf),
            publisher: fields.text("publisher"),
            locator: fields.text("locator"),
            url: fields.optional("url", Node::url),
            doi: fields.text("doi"),
            archived_url: fields.optional("archived_url", Node::url),
            accessed_on: fields.optional("accessed_on", Node::edtf),
            lang: fields.optional("lang", Node::lang),
            licence: fields.text("licence"),
            statement_by: fields.text("statement_by"),
            note: fields.text("note"),
            key: key?,
            kind: kind?,
            title: title?,
        })
    }
}

static KEY: Spelling = Spelling::new(
    "^[a-z0-9_-]{1,32}$",
    FaultKind::Misspelled,
    "a key: 1 to 32 of a-z, 0-9, _ and -",
);

/// The sources of a record while it is read: its parts may cite these and no others.
pub struct Sources(Vec<Source>);

impl Sources {
    /// The member `sources`, each key once.
    pub fn read(fields: &Fields<'_>) -> Sources {
        let read = fields.optional("sources", |node| {
            let sources = node.list(Source::read)?;
            for (index, source) in sources.iter().enumerate() {
                if sources[..index]
                    .iter()
                    .any(|before| before.key == source.key)
                {
                    node.fault::<()>(
                        FaultKind::Other,
                        format!(
                            "has the key \"{}\" twice: keys are unique in a record",
                            source.key
                        ),
                    );
                }
            }
            Some(sources)
        });
        Sources(read.unwrap_or_default())
    }

    /// The member `src` that must be there: at least one key.
    pub fn cited(&self, fields: &Fields<'_>) -> Vec<String> {
        fields.some("src", |node| self.key(node))
    }

    /// A list of keys that may be missing.
    pub fn may_cite(&self, fields: &Fields<'_>, name: &'static str) -> Vec<String> {
        fields.list(name, |node| self.key(node))
    }

    /// The sources themselves.
    pub fn into_list(self) -> Vec<Source> {
        self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn key(&self, node: &Node<'_>) -> Option<String> {
        let key = node.raw_text()?;
        if self.0.iter().any(|source| source.key == key) {
            return Some(key.to_owned());
        }
        // Not which there are: a reviewer may have added some that whoever asks is not shown.
        node.fault(
            FaultKind::UnknownSource,
            format!(
                "cites \"{key}\", which is not among the record's sources: list it in sources",
                key = shortened(key)
            ),
        )
    }
}
