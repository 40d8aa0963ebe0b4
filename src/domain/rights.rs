//! Under which licence a record is given, and whom to name (vocabularies 3.6).

use serde::Serialize;

use super::Fields;

/// Licences of records, SPDX ids, never translated.
const RECORD_LICENCES: [&str; 5] = [
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "LicenseRef-PublicDomain",
    "ODbL-1.0",
];

/// Whom to name where a record says nothing else.
pub(super) const CONTRIBUTORS: &str = "Contributors of the heritage registry";

/// Licence, rights holder and attribution of a record.
#[derive(Clone, Debug, Serialize)]
pub struct Rights {
    /// An SPDX id, of those that records may have.
    pub licence: &'static str,
    /// Who holds the rights.
    pub rights_holder: String,
    /// How to name them.
    pub attribution: String,
}

impl Rights {
    /// The members `licence`, `rights_holder`, `attribution`; by default CC BY 4.0 and the contributors.
    pub fn read(fields: &Fields<'_>) -> Rights {
        let rights_holder = fields
            .text("rights_holder")
            .unwrap_or_else(|| CONTRIBUTORS.to_owned());
        Rights {
            licence: read_licence(fields),
            attribution: fields
                .text("attribution")
                .unwrap_or_else(|| rights_holder.clone()),
            rights_holder,
        }
    }
}

/// The member `licence` alone, for records whose rights say no more.
pub(super) fn read_licence(fields: &Fields<'_>) -> &'static str {
    let licence = fields.optional("licence", |node| {
        let id = node.one_of(&RECORD_LICENCES)?;
        RECORD_LICENCES.into_iter().find(|known| *known == id)
    });
    licence.unwrap_or(RECORD_LICENCES[0])
}
