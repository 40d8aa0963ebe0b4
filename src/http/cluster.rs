//! Clusters as they are told, in tiles and in GeoJSON: which layers have them, and what they say.

use super::tag::Parts;
use crate::catalogue::{Cluster, Grid};
use crate::domain::{Audience, Collection, Concept, Kind, Layer, Scheme, Value, properties};
use crate::tiles::Lines;

/// The last zoom of tiles at which features are gathered; after it each stands for itself.
pub(super) const ZOOM_MAX: u8 = 12;

/// The property by whose values features are counted.
pub(super) const BY: &str = "condition";

/// How many features a cluster is of.
const COUNT: &str = "point_count";

/// Whether what lies close together in a layer is gathered: regions are areas, and not small ones.
pub(super) fn is_gathered(layer: Layer) -> bool {
    layer != Layer::Ours(Collection::Regions)
}

/// The grid between these lines.
pub(super) fn grid(lines: &Lines) -> Grid {
    Grid::new(&lines.lons, &lines.lats, lines.width)
}

/// The names and titles of all that clusters of a layer may say.
pub(super) fn counts_of(layer: Layer) -> impl Iterator<Item = (String, String)> {
    let all = is_gathered(layer).then(|| (COUNT.to_owned(), "Features of a cluster".to_owned()));
    let has_conditions = properties(layer, Audience::Public)
        .iter()
        .any(|one| one.kind == Kind::Concept(Scheme::Condition));
    let conditions = has_conditions.then(|| Scheme::Condition.concepts());
    let of_conditions = conditions.into_iter().flatten().map(|condition| {
        let title = format!(
            "Features of a cluster in the condition {}",
            condition.label("en")
        );
        (name_of(condition), title)
    });
    all.into_iter().chain(of_conditions)
}

/// The member that tells how many features of a cluster have a condition.
fn name_of(condition: Concept) -> String {
    format!("{BY}_{}", condition.id())
}

/// What a cluster says: how many features it is of, and how many of them have each condition; of those that none has, nothing.
pub(super) fn counts(cluster: &Cluster) -> Vec<(String, i64)> {
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let of_conditions = cluster.counts.iter().filter_map(|(value, count)| {
        let Value::Concept(condition) = value else {
            return None;
        };
        Some((name_of(*condition), whole(*count)))
    });
    let all = (COUNT.to_owned(), whole(cluster.count));
    std::iter::once(all).chain(of_conditions).collect()
}

/// What tells a cluster from others: where it is, and of how many it is. It is the same in whatever tile it is seen.
pub(super) fn id(cluster: &Cluster) -> String {
    let (centre, count) = (cluster.centre, cluster.count);
    format!("{} {} {count}", centre.lon(), centre.lat())
}

/// Adds all that is told of a cluster to what an answer is known by.
pub(super) fn tell(parts: &mut Parts, cluster: &Cluster) {
    parts.add(id(cluster).as_bytes());
    let extent = cluster.extent;
    let sides = [extent.west(), extent.south(), extent.east(), extent.north()];
    for side in sides {
        parts.add(&side.to_le_bytes());
    }
    for (value, count) in &cluster.counts {
        parts.add(value.scalar_text().unwrap_or_default().as_bytes());
        parts.number(*count);
    }
}
