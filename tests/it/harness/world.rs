//! Snapshots as texts, to be compared whole.

use std::fmt::Write;

use heritage_registry::catalogue::Snapshot;
use heritage_registry::domain::{Collection, Languages};
use heritage_registry::formats::geojson::Around;
use heritage_registry::formats::{Form, Showing, page as written};
use heritage_registry::query::{Parameters, Query};

/// Everything that a snapshot can give to its audience.
pub fn everything(snapshot: &Snapshot) -> String {
    let mut world = format!(
        "{:?} {:?}\n",
        snapshot.changed_at(),
        snapshot.region_codes()
    );
    for one in Collection::ALL {
        let query = Query::parse(
            one,
            snapshot.audience(),
            &mut Parameters::parse("limit=10000"),
        );
        let page = snapshot.search(one, &query);
        assert_eq!(
            (page.matched, page.len()),
            (snapshot.count(one), snapshot.count(one))
        );
        let languages = Languages::default();
        let showing = Showing::new(one, snapshot.audience(), &languages, None);
        let features = snapshot.features(&page);
        let around = Around {
            links: &[],
            changed_at: None,
            matched: page.matched,
            returned: page.len(),
        };
        let text = String::from_utf8(written(Form::Geojson, features, &showing, &around)).unwrap();
        let (gone, extent) = (snapshot.gone(one), snapshot.extent(one));
        let digests: Vec<_> = snapshot
            .features(&page)
            .map(|(feature, _)| feature.digest())
            .collect();
        writeln!(world, "{text}\n{gone:?}\n{extent:?}\n{digests:?}").unwrap();
    }
    world
}
