//! The other records that a draft names.

use crate::domain::{Collection, Draft, Id, Organization, RecordRef, Site};

/// What a draft names, and in which member.
pub(super) fn named_by(draft: &Draft) -> Vec<(String, RecordRef)> {
    let organization = |id: Id<Organization>| Collection::Organizations.record(id.uuid());
    let site = |id: Id<Site>| Collection::Sites.record(id.uuid());
    match draft {
        Draft::Organization(_) | Draft::Region(_) => vec![],
        Draft::Report(report) => {
            let site = report.site_id.map(|id| ("/site_id".to_owned(), site(id)));
            let observed = (
                "/organization_id".to_owned(),
                organization(report.organization_id),
            );
            site.into_iter().chain([observed]).collect()
        }
        Draft::Site(draft) => {
            let details = &draft.details;
            let organizations = details.organizations.iter().enumerate();
            let related = details.relations.iter().enumerate();
            organizations
                .map(|(index, role)| {
                    (
                        format!("/organizations/{index}/organization_id"),
                        organization(role.organization_id),
                    )
                })
                .chain(related.map(|(index, relation)| {
                    (
                        format!("/relations/{index}/site_id"),
                        site(relation.site_id),
                    )
                }))
                .collect()
        }
    }
}

/// The member of a draft in which a place lies.
pub(super) fn member_at(place: &str) -> &str {
    let below = place.trim_start_matches('/');
    below.split_once('/').map_or(below, |(member, _)| member)
}
