//! Rows that several forms have: texts with their languages, names of sites, and sources.

use super::Control::{Choice, Cites, Date, Key, Lang, Line, Lines, Rows, Web};
use super::{Field, Labels, field};
use crate::domain::Scheme;

/// Texts, each in its language.
pub(super) const TEXTS: &[Field] = &[
    field("text", "form.text", Lines),
    field("lang", "site.language", Lang),
];

/// Titles: short texts, each in its language.
const TITLES: &[Field] = &[
    field("text", "form.text", Line),
    field("lang", "site.language", Lang),
];

/// Names of a site.
pub(super) const NAMES: &[Field] = &[
    field("text", "site.name", Line),
    field("lang", "site.language", Lang),
    field("kind", "site.kind", Choice(Labels::Of(Scheme::NameKind))).preset("vernacular"),
    field(
        "transliteration_scheme",
        "new_site.transliteration",
        Choice(Labels::Ids),
    )
    .aside(),
    field("valid", "new_site.valid", Date).aside(),
    field("authority", "new_site.authority", Line).aside(),
    CITED,
];

/// Sources. Their keys are given by the form.
pub(super) const SOURCES: &[Field] = &[
    field("key", "site.sources_short", Key),
    field("kind", "site.kind", Choice(Labels::Of(Scheme::SourceKind))),
    field("title", "form.source_title", Rows(TITLES)),
    field("creator", "form.creator", Line).aside(),
    field("publisher", "form.publisher", Line).aside(),
    field("issued", "form.issued", Date).aside(),
    field("locator", "form.locator", Line).hint("form.locator_hint"),
    field("url", "form.web", Web),
    field("doi", "form.doi", Line).aside(),
    field("archived_url", "form.archived", Web).aside(),
    field("accessed_on", "form.accessed", Date).aside(),
    field("lang", "form.source_lang", Line)
        .hint("form.source_lang_hint")
        .aside(),
    field("licence", "site.licence", Line)
        .hint("form.licence_hint")
        .aside(),
    field("statement_by", "form.statement_by", Line).aside(),
    field("note", "site.note", Line).aside(),
];

/// What something rests on.
pub(super) const CITED: Field = field("src", "site.sources_short", Cites);
