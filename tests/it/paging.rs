//! Pages give every feature that stays exactly once, whatever comes and goes between them.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use heritage_registry::catalogue::{Catalogue, Page, Snapshot, Taken};
use heritage_registry::domain::{
    Audience, Collection, Holdings, Id, Instant, News, Seq, State, Version,
};
use heritage_registry::domain::{Entity, Site as DomainSite};
use heritage_registry::query::{Key, Parameters, Query};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Site, a_site, mark};

on_each_engine!(links_lead_through_all_pages_and_back, |app| {
    for index in 0..7 {
        app.given(a_site().with("location_accuracy_m", if index % 2 == 0 { 20 } else { 50 }));
    }
    for asked in ["", "&sortby=-location_accuracy_m", "&near=46.5,40"] {
        let all = app
            .anonymous()
            .get(&format!("/collections/sites/items?limit=100{asked}"))
            .ids();
        let first = app
            .anonymous()
            .get(&format!("/collections/sites/items?limit=3{asked}"));
        let second = app.anonymous().get(&first.link("next").unwrap());
        let third = app.anonymous().get(&second.link("next").unwrap());
        assert_eq!(
            [first.ids(), second.ids(), third.ids()].concat(),
            all,
            "{asked}"
        );
        assert_eq!((first.link("prev"), third.link("next")), (None, None));
        let back = app.anonymous().get(&third.link("prev").unwrap());
        assert_eq!(back.ids(), second.ids());
        assert_eq!(
            app.anonymous().get(&back.link("prev").unwrap()).ids(),
            first.ids()
        );
        assert!(
            [&first, &second, &third]
                .iter()
                .all(|page| page.json()["numberMatched"] == 7)
        );
        // A token stays good with another limit (checklist 5).
        let wider = first
            .link("next")
            .unwrap()
            .replace("limit=3", "limit=10000");
        assert_eq!(app.anonymous().get(&wider).ids(), all[3..]);
    }
});

/// What happens to a world between two pages.
#[derive(Clone, Debug)]
enum Event {
    Insert { id: u8, year: Option<i16>, at: u8 },
    Withdraw { id: u8 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let insert = (0..40_u8, proptest::option::of(-3_i16..3), 0..3_u8)
        .prop_map(|(id, year, at)| Event::Insert { id, year, at });
    let withdraw = (0..40_u8).prop_map(|id| Event::Withdraw { id });
    proptest::collection::vec(prop_oneof![3 => insert, 1 => withdraw], 0..12)
}

#[derive(Default)]
struct World {
    sites: BTreeMap<Uuid, (Option<i16>, u8)>,
    touched: BTreeSet<Uuid>,
}

impl World {
    fn happen(&mut self, events: &[Event]) {
        for event in events {
            let (Event::Insert { id, .. } | Event::Withdraw { id }) = event;
            let uuid = Uuid::from_u128(u128::from(*id) << 64 | 0x4000_8000_0000_0000_0000_0000);
            self.touched.insert(uuid);
            match event {
                Event::Insert { year, at, .. } => self.sites.insert(uuid, (*year, *at)),
                Event::Withdraw { .. } => self.sites.remove(&uuid),
            };
        }
    }

    /// Equal years, no years, equal distances and no places are all common.
    fn snapshot(&self) -> Arc<Snapshot> {
        let mut entities = Vec::new();
        for (id, (year, at)) in &self.sites {
            let dated = |year: &i16| json!([{"kind": "construction", "edtf": format!("{:04}", i32::from(*year) + 1500), "src": ["book"]}]);
            let site = a_site().with("dating", year.as_ref().map_or(json!([]), dated));
            let site = if *at == 0 {
                site.nowhere()
            } else {
                site.at(46.5 + f64::from(*at) / 10.0, 40.0)
            };
            entities.push(published(*id, &site));
        }
        let mut holdings = Holdings::default();
        let touched = entities.iter().map(Entity::record).collect();
        for entity in entities {
            holdings.fill(entity).unwrap();
        }
        let (catalogue, mut taken) = (Catalogue::default(), Taken::default());
        taken.take(&News { touched, holdings });
        catalogue.show(taken, mark(1));
        catalogue.snapshot(Audience::Public)
    }
}

fn published(id: Uuid, site: &Site) -> Entity {
    let document = DomainSite::accept(Id::new(id), site.draft(), None).document();
    let at = Instant::of_micros(0).unwrap();
    Entity {
        collection: Collection::Sites,
        id,
        version: Version(1),
        seq: Seq(1),
        state: State::Published,
        created_at: at,
        updated_at: at,
        published_at: Some(at),
        public_at: Some(at),
        public_since: Some(at),
        document: serde_json::value::to_raw_value(&document).unwrap(),
    }
}

const ORDERS: [&str; 6] = [
    "",
    "sortby=earliest_year",
    "sortby=-earliest_year",
    "near=46.6,40",
    "sortby=-earliest_year,location_accuracy_m",
    "near=46.6,40&sortby=earliest_year",
];

fn query(order: &str, limit: usize, page: Option<Key>) -> Query {
    let mut parameters = Parameters::parse(order);
    let mut query = Query::parse(Collection::Sites, Audience::Public, &mut parameters);
    parameters.finish(&[]).unwrap();
    query.limit = NonZeroUsize::new(limit).unwrap();
    // Through its text, as a client would send it.
    query.page = page.map(|key| {
        let text = key.text(&query.sort, query.lead());
        let mut again = Parameters::parse(&format!("{order}&cursor={text}"));
        let parsed = Query::parse(Collection::Sites, Audience::Public, &mut again);
        again.finish(&[]).unwrap();
        parsed.page.unwrap()
    });
    query
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_feature_that_stays_is_given_once(
        beginning in events(),
        between in proptest::collection::vec(events(), 0..8),
        limit in 1_usize..7,
        order in 0..ORDERS.len(),
    ) {
        let mut world = World::default();
        world.happen(&beginning);
        world.touched.clear();
        let started_with: BTreeSet<Uuid> = ids_of(&world.snapshot(), ORDERS[order]);
        let (mut given, mut page, mut between) = (Vec::new(), None, between.into_iter());
        loop {
            let snapshot = world.snapshot();
            let answer = snapshot.search(Collection::Sites, &query(ORDERS[order], limit, page));
            given.extend(ids(&snapshot, &answer));
            prop_assert!(answer.len() <= limit);
            let Some(next) = answer.next else { break };
            prop_assert!(given.len() < 1000, "the pages do not end");
            page = Some(next);
            world.happen(&between.next().unwrap_or_default());
        }
        for id in started_with.difference(&world.touched) {
            prop_assert_eq!(given.iter().filter(|one| *one == id).count(), 1, "{} of {:?}", id, &given);
        }
    }

    #[test]
    fn going_back_gives_the_pages_that_were_come_from(beginning in events(), limit in 1_usize..7, order in 0..ORDERS.len()) {
        let mut world = World::default();
        world.happen(&beginning);
        let snapshot = world.snapshot();
        let (mut pages, mut page) = (Vec::new(), None);
        loop {
            let answer = snapshot.search(Collection::Sites, &query(ORDERS[order], limit, page));
            pages.push(ids(&snapshot, &answer));
            if let (Some(prev), [.., before, _]) = (&answer.prev, pages.as_slice()) {
                let back = snapshot.search(Collection::Sites, &query(ORDERS[order], limit, Some(prev.clone())));
                prop_assert_eq!(&ids(&snapshot, &back), before);
            }
            let Some(next) = answer.next else { break };
            prop_assert!(pages.len() < 1000, "the pages do not end");
            page = Some(next);
        }
        let all: BTreeSet<_> = pages.concat().into_iter().collect();
        prop_assert_eq!(all.len(), pages.concat().len());
        prop_assert_eq!(all, ids_of(&snapshot, ORDERS[order]));
    }
}

fn ids_of(snapshot: &Snapshot, order: &str) -> BTreeSet<Uuid> {
    let all = snapshot.search(Collection::Sites, &query(order, 1000, None));
    ids(snapshot, &all).into_iter().collect()
}

fn ids(snapshot: &Snapshot, page: &Page) -> Vec<Uuid> {
    let features = snapshot.features(page);
    features.map(|(feature, _)| feature.id).collect()
}
