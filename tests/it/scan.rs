//! The indexes answer as looking at everything does.
//!
//! The scan is how questions were answered at first: one feature after the other, in the order of ids.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use heritage_registry::catalogue::{Catalogue, Kept, Snapshot, Taken};
use heritage_registry::domain::{
    Audience, Change, Collection, Entity, Feature, Handling, Holdings, Id, Instant, Languages,
    Metres, NameWord, News, Organization, OrganizationDraft, RecordRef, Region, RegionDraft,
    Report, ReportDraft, Seq, Site as DomainSite, State, Tier, Value, Version, Weight, Window,
    numbered, read,
};
use heritage_registry::formats::{Fit, Showing, geojson};
use heritage_registry::query::{
    Column, Equality, FreeText, Key, Parameters, Query, Side, Times, has_names,
};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Fixture, a_region, a_report, a_site, mark};
use crate::written::plain;

/// What a page says: its features as GeoJSON, how many there are in all, and where it begins and ends.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    features: Vec<String>,
    matched: usize,
    next: Option<Key>,
    prev: Option<Key>,
}

/// The features of one audience, by id.
pub(crate) struct Scan {
    audience: Audience,
    features: BTreeMap<Collection, Vec<Feature>>,
}

impl Scan {
    pub(crate) fn of(holdings: &Holdings, audience: Audience) -> Scan {
        let mut features: BTreeMap<Collection, Vec<Feature>> = BTreeMap::new();
        for entity in holdings.entities() {
            if let Some(feature) = holdings.feature(entity.record(), audience) {
                features.entry(entity.collection).or_default().push(feature);
            }
        }
        for list in features.values_mut() {
            list.sort_unstable_by_key(|feature| feature.id);
        }
        Scan { audience, features }
    }

    fn search(&self, collection: Collection, query: &Query) -> Answer {
        let region = query.region.as_deref().zip(
            numbered(collection, self.audience)
                .find(|(_, property)| property.name == "region_codes")
                .map(|(number, _)| number),
        );
        let features = self.features.get(&collection).map_or(&[][..], |all| all);
        let named = query.text.as_ref().map(|text| named(features, text));
        let mut hits: Vec<Hit<'_>> = features
            .iter()
            .filter_map(|feature| hit(feature, query, region, named.as_ref()))
            .collect();
        hits.sort_by(|a, b| compare(&a.values, &b.values, query));
        let matched = hits.len();
        if query.count_only {
            hits.clear();
        }
        let (from, to) = window(&hits, query);
        let page = &hits[from..to];
        Answer {
            next: page
                .last()
                .filter(|_| to < hits.len())
                .map(|last| last.key(Side::After)),
            prev: page
                .first()
                .filter(|_| from > 0)
                .map(|first| first.key(Side::Before)),
            features: page
                .iter()
                .map(|hit| {
                    plain(
                        hit.feature,
                        self.audience,
                        &Languages::default(),
                        None,
                        hit.fit,
                    )
                })
                .collect(),
            matched,
        }
    }
}

struct Hit<'a> {
    feature: &'a Feature,
    fit: Fit,
    values: Vec<Value>,
}

impl Hit<'_> {
    fn id(&self) -> Uuid {
        self.feature.id
    }

    fn key(&self, side: Side) -> Key {
        Key {
            side,
            values: self.values.clone(),
            id: self.id(),
        }
    }
}

/// The first of the page among all in order, and the first after it.
fn window(hits: &[Hit<'_>], query: &Query) -> (usize, usize) {
    let limit = query.limit.get();
    let against = |hit: &Hit<'_>, key: &Key| {
        compare(&hit.values, &key.values, query).then_with(|| hit.id().cmp(&key.id))
    };
    match &query.page {
        None => {
            let from = query.offset.min(hits.len());
            (from, (from + limit).min(hits.len()))
        }
        Some(key) if key.side == Side::After => {
            let from = hits.partition_point(|hit| against(hit, key).is_le());
            (from, (from + limit).min(hits.len()))
        }
        Some(key) => {
            let to = hits.partition_point(|hit| against(hit, key).is_lt());
            (to.saturating_sub(limit), to)
        }
    }
}

fn hit<'a>(
    feature: &'a Feature,
    query: &Query,
    region: Option<(&str, usize)>,
    named: Option<&BTreeMap<Uuid, Tier>>,
) -> Option<Hit<'a>> {
    let geometry = feature.geometry.as_ref();
    let in_box = |window: &Window| geometry.is_none_or(|geometry| window.meets(geometry));
    let in_time = |times: Times| feature.time.is_none_or(|span| times.intersects(span));
    let in_region = |(code, column): (&str, usize)| match &feature.values[column] {
        Value::Texts(codes) => codes.iter().any(|one| one == code),
        _ => false,
    };
    let holds = (!query.located || geometry.is_some())
        && query
            .equalities
            .iter()
            .all(|one| one.holds(&feature.values[one.column.number]))
        && region.is_none_or(in_region)
        && query.datetime.is_none_or(in_time)
        && query.bbox.as_ref().is_none_or(in_box);
    if !holds {
        return None;
    }
    let distance = match query.near {
        None => None,
        Some(near) => {
            let distance = geometry?.distance_to(near.centre);
            if near.radius.is_some_and(|radius| distance > radius) {
                return None;
            }
            Some(distance)
        }
    };
    let tier = match named {
        None => None,
        Some(named) => Some(*named.get(&feature.id)?),
    };
    let values = if query.by_distance() {
        vec![distance.map(Metres::get).into()]
    } else if query.sort.is_empty()
        && let Some(tier) = tier
    {
        vec![f64::from(tier.number()).into()]
    } else {
        let keys = query.sort.iter();
        keys.map(|key| feature.values[key.column.number].clone())
            .collect()
    };
    Some(Hit {
        feature,
        fit: Fit { distance, tier },
        values,
    })
}

/// The features that have a name, each with its tier: tier after tier, until ten are found.
fn named(features: &[Feature], text: &FreeText) -> BTreeMap<Uuid, Tier> {
    let mut found = BTreeMap::new();
    for tier in Tier::ALL {
        if found.len() >= 10 {
            break;
        }
        for feature in features {
            let mut columns = numbered(feature.layer, Audience::Public);
            let (number, _) = columns.find(|(_, one)| one.name == "name").unwrap();
            let Value::Texts(names) = &feature.values[number] else {
                continue;
            };
            let mut words = vec![];
            for name in names {
                let of_name = NameWord::all_of(name);
                words.extend(of_name.windows(2).map(|two| two[0].joined(&two[1])));
                words.extend(of_name);
            }
            let asked: Vec<_> = text.words().iter().zip(text.weights()).collect();
            if has_all(&words, &asked, tier) {
                found.entry(feature.id).or_insert(tier);
            }
        }
    }
    found
}

/// Whether each of the words that are asked for, or it and the next as one, fits one of the words up to a tier.
fn has_all(words: &[NameWord], asked: &[(&NameWord, &Weight)], tier: Tier) -> bool {
    let has = |asked: &NameWord, tier| words.iter().any(|word| fits(asked, word, tier));
    match asked {
        [] => true,
        [(first, weight), rest @ ..] => {
            let is_missed = match weight {
                Weight::Full => false,
                Weight::Little => tier == Tier::OneEdit,
                Weight::None => true,
            };
            let as_one = |(next, _): &(&NameWord, _)| {
                let is_generic = first.generic().or(next.generic()).is_some();
                let up_to = if is_generic {
                    tier.min(Tier::Skeleton)
                } else {
                    tier
                };
                has(&first.joined(next), up_to)
            };
            (is_missed || has(first, tier)) && has_all(words, rest, tier)
                || rest.first().is_some_and(as_one) && has_all(words, &rest[1..], tier)
        }
    }
}

fn fits(asked: &NameWord, word: &NameWord, tier: Tier) -> bool {
    let (one, other) = (asked.key(), word.key());
    let sounds = |key: &str| key.chars().count();
    let bones = NameWord::skeleton_of(one);
    Tier::ALL
        .into_iter()
        .filter(|one| *one <= tier)
        .any(|tier| match tier {
            Tier::Letters => {
                asked.letters() == word.letters()
                    || asked.generic().is_some() && asked.generic() == word.generic()
            }
            Tier::Beginning => word.letters().starts_with(asked.letters()),
            Tier::Key => {
                one == other && !one.is_empty() || sounds(one) >= 4 && other.starts_with(one)
            }
            Tier::Skeleton => bones.is_some() && bones == NameWord::skeleton_of(other),
            Tier::OneEdit => sounds(one) >= 5 && sounds(other) >= 5 && edits(one, other) == 1,
        })
}

/// How many letters have to be put in, left out or exchanged.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, a) in one.chars().enumerate() {
        let mut next = vec![above + 1];
        for (before, b) in other.iter().enumerate() {
            let exchanged = row[before] + usize::from(a != *b);
            next.push(exchanged.min(row[before + 1] + 1).min(next[before] + 1));
        }
        row = next;
    }
    row[other.len()]
}

fn compare(a: &[Value], b: &[Value], query: &Query) -> Ordering {
    let descending = query.sort.iter().map(|key| key.descending).chain([false]);
    let orders = a.iter().zip(b).zip(descending).map(|((a, b), descending)| {
        // Nulls last, in either direction.
        if descending && !a.is_null() && !b.is_null() {
            b.order(a)
        } else {
            a.order(b)
        }
    });
    orders.fold(Ordering::Equal, Ordering::then)
}

/// What a snapshot answers, in the form of the scan.
fn indexed(snapshot: &Snapshot, collection: Collection, query: &Query) -> Answer {
    let page = snapshot.search(collection, query);
    let languages = Languages::default();
    let showing = Showing::new(collection, snapshot.audience(), &languages, None);
    let write = |(feature, fit)| {
        let mut out = Vec::new();
        geojson::Writer::new(&showing).feature(&mut out, feature, fit, &[]);
        String::from_utf8(out).unwrap()
    };
    Answer {
        features: snapshot.features(&page).map(write).collect(),
        matched: page.matched,
        next: page.next,
        prev: page.prev,
    }
}

/// A log that grows in memory, and a catalogue that follows it.
struct World {
    log: Vec<Change>,
    /// The records as they stand, to decide what an edit follows.
    holdings: Holdings,
    catalogue: Catalogue,
    organizations: Vec<Uuid>,
    regions: Vec<Uuid>,
    sites: Vec<Uuid>,
    reports: Vec<Uuid>,
    /// Records whose views may be others than the catalogue shows.
    touched: BTreeSet<RecordRef>,
}

/// Numbers that say what happens, or what is asked.
type Dice = [u8; 8];

const PLACES: [(f64, f64); 6] = [
    (46.5318, 40.0573),
    (46.5318, 40.0574),
    (46.75, 39.76),
    (47.05, 39.65),
    (179.9, -16.5),
    (-179.9, -16.5),
];

/// Names that are near to each other in every tier, and the words of others.
const NAMES: [&str; 12] = [
    "Gandzasar",
    "Գանձասար",
    "Gandzasari vank",
    "Ganzasar",
    "Gəndzəsər monastırı",
    "Гундзасур",
    "Gandza Sar",
    "Upper Gandzasar church",
    "Yuxarı məscid",
    "St. Gandz",
    "Kandzas ar of Hakob",
    "Ջրաբերդ",
];

/// What is asked of them.
const TEXTS: [&str; 14] = [
    "gandzasar",
    "Գանձասար",
    "gandza sar",
    "gan",
    "g",
    "gandzasar church",
    "vank",
    "of monastery",
    "upper church",
    "hakob kandzasar",
    "Gəncəsar vəng",
    "kandz",
    "jraber",
    "of the",
];

impl World {
    fn new() -> World {
        World {
            log: vec![],
            holdings: Holdings::default(),
            // Parts of one row and more, so that few records make many parts.
            catalogue: Catalogue::of_levels(1),
            organizations: vec![],
            regions: vec![],
            sites: vec![],
            reports: vec![],
            touched: BTreeSet::new(),
        }
    }

    fn happen(&mut self, dice: Dice) {
        let [kind, which, rest @ .., flush] = dice;
        match kind % 11 {
            0 => self.write_organization(which, rest[0]),
            1 => self.write_region(which, rest[0]),
            2..=5 => self.write_site(which, rest),
            6 | 7 => self.write_report(which, rest),
            8 => self.withdraw(which),
            9 => drop(self.catalogue.merge()),
            _ => self.restart(),
        }
        if flush % 3 != 0 {
            self.follow();
        }
    }

    /// The catalogue goes on from what was kept of it.
    fn restart(&mut self) {
        let mut file = vec![];
        self.catalogue.keep().write(&mut file).unwrap();
        self.catalogue = Kept::read(&file[..]).unwrap().open();
    }

    fn follow(&mut self) {
        let news = News {
            touched: std::mem::take(&mut self.touched).into_iter().collect(),
            holdings: self.holdings.clone(),
        };
        let mut taken = Taken::default();
        taken.take(&news);
        self.catalogue.show(taken, mark(self.log.len()));
    }

    fn id(&self) -> Uuid {
        // Not in the order of time.
        let turned =
            (self.log.len() as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        uuid::Builder::from_random_bytes(turned.to_be_bytes()).into_uuid()
    }

    fn put(&mut self, record: RecordRef, state: State, document: &serde_json::Value) {
        let before = self.holdings.get(record);
        let seq = self.log.len() + 1;
        let change = Change {
            seq: Seq(i64::try_from(seq).unwrap()),
            public_seq: None,
            at: Instant::of_micros(i64::try_from(seq).unwrap() * 1_000_000).unwrap(),
            command: Id::new(Uuid::nil()),
            actor: Id::new(Uuid::nil()),
            collection: record.collection,
            id: record.id,
            version: Version(before.map_or(1, |entity| entity.version.0 + 1)),
            state,
            document: serde_json::value::to_raw_value(document).unwrap(),
        };
        let entity = Entity::after(before, &change);
        self.touched.insert(record);
        self.touched.extend(self.holdings.rest_on(record));
        self.holdings.put(entity).unwrap();
        self.touched.extend(self.holdings.rest_on(record));
        self.log.push(change);
    }

    /// One that there is, or a new one.
    fn chosen(ids: &mut Vec<Uuid>, which: u8, new: Uuid, most: usize) -> Uuid {
        let place = usize::from(which) % most;
        if place < ids.len() {
            return ids[place];
        }
        ids.push(new);
        new
    }

    fn write_organization(&mut self, which: u8, a: u8) {
        let new = self.id();
        let id = World::chosen(&mut self.organizations, which, new, 3);
        let body = json!({"names": [{"text": "Blue Shield", "lang": "en"}], "kind": "ngo", "listed": a.is_multiple_of(2), "show_as_contributor": true});
        let draft = read(&body, "", OrganizationDraft::read).unwrap();
        let document = Organization {
            id: Id::new(id),
            details: draft,
            handling: Handling::default(),
        }
        .document();
        self.put(
            Collection::Organizations.record(id),
            State::Published,
            &document,
        );
    }

    fn write_region(&mut self, which: u8, a: u8) {
        let new = self.id();
        let id = World::chosen(&mut self.regions, which, new, 2);
        let code = format!(
            "hist-{}",
            self.regions.iter().position(|one| *one == id).unwrap()
        );
        let (lon, lat) = PLACES[usize::from(a) % 4];
        let Fixture::Region(body) = a_region(&code, lon, lat) else {
            unreachable!()
        };
        let draft = read(&body, "", RegionDraft::read).unwrap();
        let document = Region {
            id: Id::new(id),
            details: draft,
            handling: Handling::default(),
        }
        .document();
        self.put(Collection::Regions.record(id), State::Published, &document);
    }

    fn write_site(&mut self, which: u8, [place, time, kind, hidden, other]: [u8; 5]) {
        let new = self.id();
        let id = World::chosen(&mut self.sites, which, new, 24);
        let site = a_site().with(
            "site_type",
            ["monastery", "chapel", "mosque", "bridge"][usize::from(kind) % 4],
        );
        let site = match usize::from(place ^ other) % 16 {
            which if which < NAMES.len() => site.named(NAMES[which], "en"),
            _ => site,
        };
        let (lon, lat) = PLACES[usize::from(place) % PLACES.len()];
        let site = match place % 16 {
            0 | 1 => site.nowhere(),
            2 => site.shaped(json!({"type": "LineString", "coordinates": [[lon, lat], [lon, lat + 0.2]]})),
            3 => site.shaped(json!({"type": "Polygon", "coordinates": [[[lon, lat], [lon, lat - 0.1], [lon - 0.1, lat], [lon, lat]]]})),
            _ => site.at(lon, lat),
        };
        let edtf = ["1216/1238", "1500", "../1400", "1700/..", "18XX", "-0200"];
        let site = match edtf.get(usize::from(time) % 8) {
            Some(edtf) => site.with(
                "dating",
                json!([{"kind": "construction", "edtf": edtf, "src": ["book"]}]),
            ),
            None => site.with("dating", json!([])),
        };
        let site = match hidden % 6 {
            0 => site.generalised().with("public_label", "A ruin"),
            1 => site.restricted(),
            2 => site.restricted().with("public_listing", true),
            _ => site,
        };
        let site = match (other % 4, self.organizations.first(), self.sites.first()) {
            (0, Some(organization), _) => site.with("organizations", json!([{"organization_id": organization.to_string(), "role": "custodian", "src": ["book"]}])),
            (1, _, Some(whole)) if *whole != id => site.with("relations", json!([{"site_id": whole.to_string(), "kind": "part_of"}])),
            (2, ..) => site.with("location_accuracy_m", f64::from(other)),
            _ => site,
        };
        let record = Collection::Sites.record(id);
        let before = self.holdings.site(Id::new(id)).map(|site| (**site).clone());
        let document = DomainSite::accept(Id::new(id), site.draft(), before.as_ref()).document();
        self.put(record, State::Published, &document);
    }

    fn write_report(&mut self, which: u8, [site, condition, observed, ..]: [u8; 5]) {
        let (Some(site), Some(organization)) = (
            self.sites
                .get(usize::from(site) % self.sites.len().max(1))
                .copied(),
            self.organizations
                .get(usize::from(site) % self.organizations.len().max(1))
                .copied(),
        ) else {
            return;
        };
        let new = self.id();
        let id = World::chosen(&mut self.reports, which, new, 6);
        let report = a_report(site)
            .with("organization_id", organization.to_string())
            .with("organization_public", observed % 2 == 0)
            .with(
                "condition",
                ["good", "fair", "destroyed"][usize::from(condition) % 3],
            )
            .with(
                "observed_on",
                ["2020-10", "2023-10-01", "2024"][usize::from(observed) % 3],
            );
        let details = read(&report.0, "", ReportDraft::read).unwrap();
        let document = Report {
            id: Id::new(id),
            details,
            handling: Handling::default(),
        }
        .document();
        let state =
            [State::Published, State::Published, State::Submitted][usize::from(condition / 3) % 3];
        self.put(Collection::ConditionReports.record(id), state, &document);
    }

    fn withdraw(&mut self, which: u8) {
        let all = self.sites.iter().map(|id| Collection::Sites.record(*id));
        let all: Vec<_> = all
            .chain(
                self.reports
                    .iter()
                    .map(|id| Collection::ConditionReports.record(*id)),
            )
            .collect();
        let Some(record) = all.get(usize::from(which) % all.len().max(1)) else {
            return;
        };
        let document =
            serde_json::from_str(self.holdings.get(*record).unwrap().document.get()).unwrap();
        self.put(*record, State::Withdrawn, &document);
    }

    /// The records as the log alone tells them.
    fn rebuilt(&self) -> Holdings {
        let mut holdings = Holdings::default();
        for change in &self.log {
            let entity = Entity::after(holdings.get(change.record()), change);
            holdings.put(entity).unwrap();
        }
        holdings
    }
}

/// A question: every parameter may stand beside every other.
fn question(
    scan: &Scan,
    collection: Collection,
    [what, space, time, value, order, limit, near, hits]: Dice,
) -> Query {
    let mut asked = vec![format!("limit={}", 1 + limit % 5)];
    let (lon, lat) = PLACES[usize::from(space) % PLACES.len()];
    match space % 7 {
        0 => asked.push(format!("bbox={},{},{lon},{lat}", lon - 0.1, lat - 0.05)),
        1 => asked.push("bbox=-180,-90,180,90".to_owned()),
        2 => asked.push("bbox=179,-20,-179,-10".to_owned()),
        3 => asked.push(format!("bbox={lon},{lat},{lon},{lat}")),
        _ => {}
    }
    if what % 4 == 0 {
        asked.push("located=true".to_owned());
    }
    match time % 6 {
        0 => asked.push("datetime=1300-01-01/1550-01-01".to_owned()),
        1 => asked.push("datetime=../1216-01-01".to_owned()),
        2 => asked.push("datetime=1800-06-01".to_owned()),
        // The day after one of the datings.
        3 => asked.push("datetime=1239-01-01/1240-01-01".to_owned()),
        _ => {}
    }
    if has_names(collection) && order.wrapping_add(time) % 3 == 0 {
        let text = TEXTS[usize::from(time ^ value) % TEXTS.len()];
        asked.push(format!("q={text}"));
    }
    match near % 5 {
        0 => asked.push(format!("near={lon},{lat}")),
        1 => asked.push("near=46.6,40&radius=20000".to_owned()),
        _ => {}
    }
    let columns: Vec<_> = numbered(collection, scan.audience).collect();
    let sortable: Vec<_> = columns
        .iter()
        .filter(|(_, property)| property.kind.is_sortable())
        .collect();
    let sort = |dice: u8| {
        let (_, property) = sortable[usize::from(dice / 2) % sortable.len()];
        format!(
            "{}{}",
            if dice.is_multiple_of(2) { "-" } else { "" },
            property.name
        )
    };
    match order % 4 {
        0 => asked.push(format!("sortby={}", sort(order))),
        1 if sort(order)[..] != sort(value)[..] => {
            let (first, second) = (sort(order), sort(value));
            if first.trim_start_matches('-') != second.trim_start_matches('-') {
                asked.push(format!("sortby={first},{second}"));
            }
        }
        _ => {}
    }
    if limit % 3 == 0 {
        asked.push(format!("offset={}", hits % 7));
    }
    if hits % 8 == 0 {
        asked.push("resultType=hits".to_owned());
    }
    let mut parameters = Parameters::parse(&asked.join("&"));
    let mut query = Query::parse(collection, scan.audience, &mut parameters);
    parameters.finish(&[]).unwrap();
    if collection != Collection::Organizations && what % 3 == 0 {
        query.region = Some(format!("hist-{}", what % 2));
    }
    // Values that some feature has, so that something is found.
    let features = scan
        .features
        .get(&collection)
        .map_or(&[][..], Vec::as_slice);
    let dice = [value, value.wrapping_mul(7)];
    for dice in dice.into_iter().take(usize::from(value % 3)) {
        let simple: Vec<_> = columns
            .iter()
            .filter(|(_, property)| property.kind.is_simple())
            .collect();
        let (number, property) = *simple[usize::from(dice) % simple.len()];
        let feature = features.get(usize::from(dice / 3) % features.len().max(1));
        let value = match feature.map(|feature| &feature.values[number]) {
            Some(Value::Texts(texts)) => texts.first().into(),
            Some(Value::Concepts(concepts)) => concepts.first().copied().into(),
            Some(Value::Concept(concept)) if dice % 2 == 0 => {
                concept.broader().unwrap_or(*concept).into()
            }
            Some(value) => value.clone(),
            None => Value::Null,
        };
        if !value.is_null() {
            query.equalities.push(Equality {
                column: Column { number, property },
                value,
            });
        }
    }
    query
}

/// How many worlds: `CASES=10000` for a long look.
fn cases() -> u32 {
    option_env!("CASES")
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(256)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_that_followed_answers_as_a_scan_of_one_rebuilt_from_the_log(
        events in proptest::collection::vec(any::<Dice>(), 1..60),
        questions in proptest::collection::vec((0..6_usize, any::<Dice>()), 1..12),
    ) {
        let mut world = World::new();
        for event in events {
            world.happen(event);
        }
        world.follow();
        let holdings = world.rebuilt();
        for audience in Audience::ALL {
            let scan = Scan::of(&holdings, audience);
            let snapshot = world.catalogue.snapshot(audience);
            for (collection, dice) in &questions {
                // Half of the questions are about sites.
                let collection = Collection::ALL.get(*collection).copied().unwrap_or(Collection::Sites);
                let mut query = question(&scan, collection, *dice);
                for _ in 0..4 {
                    let (expected, found) = (scan.search(collection, &query), indexed(&snapshot, collection, &query));
                    prop_assert_eq!(&found, &expected, "{:?} {:?}", audience, query);
                    // On to the next page; and back in the end.
                    let turn = expected.next.filter(|_| dice[0] % 3 != 2).or(expected.prev);
                    let Some(key) = turn else { break };
                    query.page = Some(key);
                    query.offset = 0;
                }
            }
        }
    }
}

#[test]
fn the_names_of_large_parts_are_in_order_before_anybody_asks() {
    let mut world = World::new();
    let write = |world: &mut World, sites: std::ops::Range<u8>| {
        sites.for_each(|site| world.write_site(site, [4, 0, 0, 5, 3]));
        world.follow();
    };
    let are_in_order = |world: &World| {
        let snapshot = world.catalogue.snapshot(Audience::Public);
        snapshot.has_names_in_order(&[Collection::Sites])
    };
    write(&mut world, 0..16);
    assert!(!are_in_order(&world));
    world.catalogue.prepare();
    assert!(are_in_order(&world));
    // New ones, which are merged with those; whoever merges puts names in order as well.
    write(&mut world, 16..24);
    assert!(!are_in_order(&world));
    assert!(world.catalogue.merge());
    assert!(are_in_order(&world));
    world.restart();
    assert!(are_in_order(&world));
}
