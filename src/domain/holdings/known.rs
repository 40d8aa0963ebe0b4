//! Which other records an audience may know of: what no view may tell.

use uuid::Uuid;

use super::Holdings;
use crate::domain::{
    Actor, Audience, Collection, Deed, Document, Id, Organization, RecordRef, Sensitivity, Site,
    State,
};

impl Holdings {
    /// Of the organizations and sites that a site names, those that an audience may know of.
    pub(super) fn known_to(&self, audience: Audience, site: &Site) -> Vec<Uuid> {
        let organizations = site
            .details
            .organizations
            .iter()
            .map(|role| role.organization_id);
        let organizations = organizations
            .filter(|id| self.is_known(*id, audience))
            .map(Id::uuid);
        let related = site
            .details
            .relations
            .iter()
            .map(|relation| relation.site_id);
        let related = related
            .filter(|id| self.is_told(*id, audience))
            .map(Id::uuid);
        organizations.chain(related).collect()
    }

    /// The same of a site that is not published: who decides on it has to know what it names that is not published either.
    pub(super) fn known_in_submission(&self, audience: Audience, site: &Site) -> Vec<Uuid> {
        if audience == Audience::Public {
            return self.known_to(audience, site);
        }
        let organizations = site.details.organizations.iter();
        let related = site.details.relations.iter();
        organizations
            .map(|role| role.organization_id.uuid())
            .chain(related.map(|relation| relation.site_id.uuid()))
            .collect()
    }

    /// Whether an audience may be told that another site has to do with this one. An exact part would give away where
    /// a hidden whole is, so for the public both ends must agree: the site is exact, or its relations are released.
    pub(super) fn is_told(&self, id: Id<Site>, audience: Audience) -> bool {
        let is_open = |site: &Site| {
            audience == Audience::Trusted
                || site.location.sensitivity() == Sensitivity::Exact
                || site
                    .details
                    .public_fields
                    .iter()
                    .any(|field| field == "relations")
        };
        self.is_shown(id, audience) && self.site(id).is_some_and(|site| is_open(site))
    }

    /// Whether somebody may build on a record, by naming it in what they send: what is published, as far as they may know
    /// of it, and what their own organization proposed.
    pub fn is_open_to(&self, record: RecordRef, actor: &Actor) -> bool {
        let Some(held) = self.held.get(&record) else {
            return false;
        };
        let (own, audience) = (actor.account.organization, actor.audience());
        let is_published = held.entity.state == State::Published;
        match &held.document {
            Document::Site(site) => {
                let roles = site.details.organizations.iter();
                let looks_after = || roles.clone().any(|role| role.organization_id == own);
                let is_proposed =
                    held.entity.state == State::Proposed || held.entity.state == State::SentBack;
                (is_published && (is_listed(site, audience) || looks_after()))
                    || (is_proposed
                        && (site.proposed_by == Some(own) || actor.may(Deed::Review).is_ok()))
            }
            Document::Organization(organization) => {
                organization.id == own || self.is_known(organization.id, audience)
            }
            Document::Report(_) | Document::Region(_) => is_published,
        }
    }

    /// Whether an audience is shown a site at all.
    pub(super) fn is_shown(&self, id: Id<Site>, audience: Audience) -> bool {
        let entity = self.get(Collection::Sites.record(id.uuid()));
        entity.is_some_and(|entity| entity.state == State::Published)
            && self.site(id).is_some_and(|site| is_listed(site, audience))
    }

    pub(super) fn is_known(&self, id: Id<Organization>, audience: Audience) -> bool {
        let record = Collection::Organizations.record(id.uuid());
        self.held
            .get(&record)
            .is_some_and(|held| match &held.document {
                Document::Organization(organization) => {
                    held.entity.state == State::Published
                        && (audience == Audience::Trusted || organization.details.listed)
                }
                _ => false,
            })
    }

    /// Whether an audience may know what an organization proposed.
    pub(super) fn is_named(&self, id: Id<Organization>, audience: Audience) -> bool {
        let held = self.held.get(&Collection::Organizations.record(id.uuid()));
        let wishes = held.is_some_and(|held| match &held.document {
            Document::Organization(organization) => organization.details.show_as_contributor,
            _ => false,
        });
        self.is_known(id, audience) && (audience == Audience::Trusted || wishes)
    }
}

/// Whether an audience may know that a site exists.
pub(in crate::domain) fn is_listed(site: &Site, audience: Audience) -> bool {
    audience == Audience::Trusted
        || site.location.sensitivity() != Sensitivity::Restricted
        || site.details.public_listing == Some(true)
}
