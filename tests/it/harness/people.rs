//! Who submits, and who decides.

use heritage_registry::domain::Role;
use uuid::Uuid;

use super::{App, an_organization};

/// The people of two organizations: who submits, and who might decide.
pub struct People {
    pub own: Uuid,
    pub contributor: String,
    pub colleague: String,
    pub reviewer: String,
    pub stranger: String,
    pub researcher: String,
}

impl People {
    pub fn of(app: &App) -> People {
        let [own, other] =
            ["Aragats Foundation", "Blue Shield"].map(|name| app.given(an_organization(name)));
        People {
            own,
            contributor: app.member(own, Role::Contributor),
            colleague: app.member(own, Role::Reviewer),
            reviewer: app.member(other, Role::Reviewer),
            stranger: app.member(other, Role::Contributor),
            researcher: app.member(other, Role::Researcher),
        }
    }

    /// Each by what they are to a submission of `own`, with their token.
    pub fn all(&self) -> [(&'static str, &str); 6] {
        [
            ("contributor", &self.contributor),
            ("colleague", &self.colleague),
            ("reviewer", &self.reviewer),
            ("admin", super::TOKEN),
            ("stranger", &self.stranger),
            ("researcher", &self.researcher),
        ]
    }
}
