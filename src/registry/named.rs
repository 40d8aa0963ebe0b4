//! The other records that a draft names.

use serde_json::Value;

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

/// The same of what may be no draft, as far as it can be read.
pub(super) fn named_in(collection: Collection, members: &Value) -> Vec<(String, RecordRef)> {
    let id = |value: &Value| value.as_str()?.trim().parse().ok();
    let listed = |list: &'static str, member: &'static str, of: Collection| {
        let rows = members[list].as_array().into_iter().flatten().enumerate();
        rows.filter_map(move |(index, row)| {
            Some((
                format!("/{list}/{index}/{member}"),
                of.record(id(&row[member])?),
            ))
        })
    };
    match collection {
        Collection::Organizations | Collection::Regions => vec![],
        Collection::ConditionReports => {
            let site = id(&members["site_id"]);
            let site = site.map(|id| ("/site_id".to_owned(), Collection::Sites.record(id)));
            site.into_iter().collect()
        }
        Collection::Sites => listed(
            "organizations",
            "organization_id",
            Collection::Organizations,
        )
        .chain(listed("relations", "site_id", Collection::Sites))
        .collect(),
    }
}

/// The member of a draft in which a place lies.
pub(super) fn member_at(place: &str) -> &str {
    let below = place.trim_start_matches('/');
    below.split_once('/').map_or(below, |(member, _)| member)
}
