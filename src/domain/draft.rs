//! A draft of any kind: what somebody sent, well-formed and not yet accepted.

use std::sync::LazyLock;

use super::reading::{Members, shape_of};
use super::{Collection, Node, OrganizationDraft, RegionDraft, ReportDraft, SiteDraft};

/// A draft of any kind.
#[derive(Clone, Debug)]
pub enum Draft {
    /// An organization.
    Organization(Box<OrganizationDraft>),
    /// A region.
    Region(Box<RegionDraft>),
    /// A site.
    Site(Box<SiteDraft>),
    /// A condition report.
    Report(Box<ReportDraft>),
}

impl Draft {
    /// Reads a flat object with `geometry` among the other members.
    pub fn read(collection: Collection, node: &Node<'_>) -> Option<Draft> {
        Some(match collection {
            Collection::Organizations => {
                Draft::Organization(Box::new(OrganizationDraft::read(node)?))
            }
            Collection::Regions => Draft::Region(Box::new(RegionDraft::read(node)?)),
            Collection::Sites => Draft::Site(Box::new(SiteDraft::read(node)?)),
            Collection::ConditionReports => Draft::Report(Box::new(ReportDraft::read(node)?)),
        })
    }

    /// The members that a draft of a collection may have.
    pub fn members(collection: Collection) -> Vec<&'static str> {
        let members = &Draft::taken(collection).all;
        members.iter().map(|member| member.name).collect()
    }

    /// What a draft of a collection takes.
    pub(super) fn taken(collection: Collection) -> &'static Members {
        let at = Collection::ALL.iter().position(|one| *one == collection);
        &TAKEN[at.expect("it is one of all")]
    }

    /// The members that follow from who submits it, and never change.
    pub fn fixed(collection: Collection) -> &'static [&'static str] {
        match collection {
            Collection::ConditionReports => &["organization_id"],
            Collection::Organizations | Collection::Regions | Collection::Sites => &[],
        }
    }

    /// What kind it is.
    pub fn collection(&self) -> Collection {
        match self {
            Draft::Organization(_) => Collection::Organizations,
            Draft::Region(_) => Collection::Regions,
            Draft::Site(_) => Collection::Sites,
            Draft::Report(_) => Collection::ConditionReports,
        }
    }
}

/// What drafts take, asked of their readers once: it is not cheap, and every edit needs it.
static TAKEN: LazyLock<Vec<Members>> = LazyLock::new(|| {
    let taken = |collection| shape_of(|node| Draft::read(collection, node)).into_members();
    Collection::ALL.into_iter().map(taken).collect()
});
