//! Whether two sites may be one (vocabularies 2): as far as who asks is shown of both, since it is told of what they see.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    Audience, Centre, Concept, Crs84, Effort, Feature, Geometry, LonLat, Metres, NameKey, Scheme,
    Value, numbered,
};

/// Why two sites may be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// What speaks for it, the strongest first; never empty.
    pub because: Vec<Reason>,
    /// How far the places are from each other, where both have one and neither is too intricate to be measured.
    pub distance: Option<Metres>,
}

/// What speaks for two sites being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They have one identifier that fits both exactly.
    Identifier,
    /// They are as near as their places are known, and of types of one branch.
    Distance,
    /// They are near, and have one name, in whatever script; or of one of them no place is known, and the name is surely
    /// one, the types are of one branch and the regions are not others, as far as they are known.
    Name,
}

/// Sites nearer than this may be one, however well their places are known.
const CLOSE_M: f64 = 200.0;
/// Sites with one name that are farther from each other are two.
const SAME_NAME_WITHIN_M: f64 = 10_000.0;
/// No place is known worse.
const WORST_ACCURACY_M: f64 = 50_000.0;
/// How much is measured for one site: 100,000 edges. Anybody may propose a place that is made to take long.
const EFFORT: usize = 5_000_000;

/// A site, and what of it is compared with others.
#[derive(Debug)]
pub struct Candidate {
    /// The site, as somebody sees it.
    pub feature: Feature,
    /// What of it is compared.
    pub traits: Traits,
}

/// What of a site is compared with others.
#[derive(Debug, Default)]
pub struct Traits {
    place: Option<Placed>,
    accuracy_m: f64,
    branch: Option<Concept>,
    names: Vec<String>,
    keys: Vec<NameKey>,
    /// Codes of the regions in which it is.
    regions: Vec<String>,
    /// Scheme and value of those that fit exactly.
    identifiers: Vec<(String, String)>,
}

/// Where a site is, with what of it is compared again and again.
#[derive(Debug)]
struct Placed {
    geometry: Crs84<Geometry>,
    centre: LonLat,
    /// Of the centre.
    bounds: Centre,
    /// West, south, east, north, in degrees.
    bbox: [f64; 4],
}

impl Placed {
    fn new(geometry: Crs84<Geometry>) -> Placed {
        let (centre, extent) = (geometry.surface_point(), geometry.extent());
        Placed {
            centre,
            bounds: Centre::new(centre),
            bbox: [extent.west(), extent.south(), extent.east(), extent.north()],
            geometry,
        }
    }

    /// Another one is not nearer, in metres.
    fn at_least_to(&self, other: &Placed) -> f64 {
        let there = self.bounds.at_least(other.bbox);
        there.min(other.bounds.at_least(self.bbox))
    }

    /// How far another one is, from the middle of one to the nearest of the other; `None` where that takes too much effort.
    fn distance_to(&self, other: &Placed, effort: &mut Effort) -> Option<Metres> {
        let there = other.geometry.distance_with(self.centre, effort)?;
        let back = self.geometry.distance_with(other.centre, effort)?;
        Some(if back.get() < there.get() {
            back
        } else {
            there
        })
    }
}

impl Candidate {
    /// A site, as somebody sees it: of what they do not see, nothing is compared.
    pub fn new(feature: Feature) -> Candidate {
        let identifiers = match feature.value("identifiers") {
            Value::Json(identifiers) => exact_identifiers(&identifiers.to_value()),
            _ => vec![],
        };
        let traits = Traits {
            place: feature.geometry.clone().map(Placed::new),
            accuracy_m: match feature.value("location_accuracy_m") {
                Value::Number(metres) => *metres,
                _ => 0.0,
            },
            branch: match feature.value("site_type") {
                Value::Concept(site_type) => Some(broadest(*site_type)),
                _ => None,
            },
            identifiers,
            regions: match feature.value("region_codes") {
                Value::Texts(codes) => codes.clone(),
                _ => vec![],
            },
            ..Traits::named(match feature.value("names") {
                Value::Names(names) => names.iter().map(|name| name.text.clone()).collect(),
                _ => vec![],
            })
        };
        Candidate { feature, traits }
    }
}

impl Traits {
    /// What can be compared of what somebody is about to send: members of a draft, any of which may be missing or wrong yet.
    pub fn of_members(members: &Map<String, Json>) -> Traits {
        let member = |name: &str| members.get(name).unwrap_or(&Json::Null);
        let names = member("names").as_array().into_iter().flatten();
        let site_type = member("site_type").as_str();
        let site_type = site_type.and_then(|id| Scheme::SiteType.find(id));
        Traits {
            place: Crs84::<Geometry>::parse(member("geometry"), "", &mut Vec::new())
                .map(Placed::new),
            accuracy_m: member("location_accuracy_m").as_f64().unwrap_or_default(),
            branch: site_type.map(broadest),
            identifiers: exact_identifiers(member("identifiers")),
            regions: member("public_region_code")
                .as_str()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            ..Traits::named(
                names
                    .filter_map(|name| Some(name["text"].as_str()?.to_owned()))
                    .collect(),
            )
        }
    }

    fn named(names: Vec<String>) -> Traits {
        Traits {
            keys: names.iter().map(|name| NameKey::of(name)).collect(),
            names,
            ..Traits::default()
        }
    }

    /// Its names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A point of its place, if one is known.
    pub fn centre(&self) -> Option<LonLat> {
        self.place.as_ref().map(|place| place.centre)
    }

    /// Its ids elsewhere that fit exactly, each with its scheme.
    pub fn identifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.identifiers.iter();
        all.map(|(scheme, value)| (scheme.as_str(), value.as_str()))
    }

    /// How far away another one may be, so that something may speak for it.
    pub fn reach(&self) -> Metres {
        let accuracy_m = self.accuracy_m.clamp(0.0, WORST_ACCURACY_M);
        let reach = (accuracy_m + WORST_ACCURACY_M).max(SAME_NAME_WITHIN_M);
        Metres::new(reach).expect("it is a length")
    }

    /// How many positions its place has.
    fn positions(&self) -> usize {
        let place = self.place.as_ref();
        place.map_or(0, |place| place.geometry.positions())
    }

    /// What speaks for the two being one that are so many metres from each other, if it is known how many.
    fn reasons(&self, other: &Traits, metres: Option<f64>) -> Vec<Reason> {
        let is_within = |reach| metres.is_some_and(|metres| metres <= reach);
        let known_to = CLOSE_M.max(self.accuracy_m + other.accuracy_m);
        let is_compatible = self.branch.is_some() && self.branch == other.branch;
        let reasons = [
            (Reason::Identifier, self.has_same_identifier(other)),
            (Reason::Distance, is_compatible && is_within(known_to)),
            (
                Reason::Name,
                match metres {
                    Some(_) => is_within(SAME_NAME_WITHIN_M) && self.has_same_name(other),
                    None => self.is_surely_named(other),
                },
            ),
        ];
        let held = reasons.into_iter();
        held.filter_map(|(reason, holds)| holds.then_some(reason))
            .collect()
    }

    fn has_same_name(&self, other: &Traits) -> bool {
        let is_same = |key: &NameKey| other.keys.iter().any(|other| key.is_same_name(other));
        self.keys.iter().any(is_same)
    }

    /// Whether names alone speak for the two being one: where no distance is known, more is asked of them.
    fn is_surely_named(&self, other: &Traits) -> bool {
        let is_same = |key: &NameKey| {
            other
                .keys
                .iter()
                .any(|other| key.is_surely_same_name(other))
        };
        let is_other_branch = self.branch.is_some()
            && other
                .branch
                .is_some_and(|branch| Some(branch) != self.branch);
        let is_within = |code: &String| other.regions.contains(code);
        let is_elsewhere = !self.regions.is_empty()
            && !other.regions.is_empty()
            && !self.regions.iter().any(is_within);
        !is_other_branch && !is_elsewhere && self.keys.iter().any(is_same)
    }

    fn has_same_identifier(&self, other: &Traits) -> bool {
        self.identifiers
            .iter()
            .any(|one| other.identifiers.contains(one))
    }
}

impl Likeness {
    /// Those that may be the same as a site, with why: what has the same identifier first, then the nearest.
    pub fn among<'a>(
        one: &Traits,
        others: impl Iterator<Item = &'a Candidate>,
    ) -> Vec<(Likeness, &'a Feature)> {
        let mut others: Vec<_> = others.collect();
        // What is soon measured comes first, so that nothing intricate uses up its effort.
        others.sort_by_key(|other| other.traits.positions());
        let mut effort = Effort::of(EFFORT);
        let likely = others.into_iter().filter_map(|other| {
            let likeness = Likeness::of(one, &other.traits, &mut effort)?;
            Some((likeness, &other.feature))
        });
        let mut likely: Vec<_> = likely.collect();
        likely.sort_by_key(|(likeness, other)| (likeness.order(), other.id));
        likely
    }

    /// Why these two sites may be one; `None` if nothing speaks for it.
    ///
    /// What takes more to be measured than is left of the effort counts as near as the boxes are: so one more may be found,
    /// and none is missed.
    fn of(one: &Traits, other: &Traits, effort: &mut Effort) -> Option<Likeness> {
        let places = one.place.as_ref().zip(other.place.as_ref());
        let at_least = places.map(|(here, there)| here.at_least_to(there));
        let because = one.reasons(other, at_least);
        if because.is_empty() {
            return None;
        }
        let distance = places.and_then(|(here, there)| here.distance_to(there, effort));
        let because = match distance {
            Some(distance) => one.reasons(other, Some(distance.get())),
            None => because,
        };
        (!because.is_empty()).then_some(Likeness { because, distance })
    }

    /// What is listed first: what has the same identifier, then the nearest.
    fn order(&self) -> impl Ord + use<> {
        let metres = self.distance.map_or(f64::MAX, Metres::get);
        // Lengths are not negative, so their bits are in their order.
        (
            !self.because.contains(&Reason::Identifier),
            metres.to_bits(),
        )
    }
}

impl Feature {
    /// A value by the name of its property; `Null` where the collection has none of that name.
    pub fn value(&self, name: &str) -> &Value {
        let mut all = numbered(self.layer, Audience::Trusted);
        let number = all.find(|(_, property)| property.name == name);
        number.map_or(&Value::Null, |(number, _)| &self.values[number])
    }
}

fn broadest(concept: Concept) -> Concept {
    concept.broader().map_or(concept, broadest)
}

fn exact_identifiers(identifiers: &Json) -> Vec<(String, String)> {
    let all = identifiers.as_array().into_iter().flatten();
    let exact = all.filter(|one| one["match"] == "exact");
    exact
        .filter_map(|one| {
            Some((
                one["scheme"].as_str()?.to_owned(),
                one["value"].as_str()?.to_owned(),
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        Cell, Collection, Entity, Holdings, Id, Instant, Seq, Site, SiteDraft, State, Version, read,
    };

    /// A published site as the public sees it: name, type, longitude, accuracy; at 40° north, where 0.001° is 85 m.
    fn a_site(name: &str, site_type: &str, lon: Option<f64>, accuracy_m: f64) -> Candidate {
        let mut body = json!({
            "names": [{"text": name, "lang": "en", "kind": "vernacular", "src": ["book"]}],
            "site_type": site_type,
            "location_sensitivity": "exact",
            "sources": [{"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "A"}],
        });
        if let Some(lon) = lon {
            body["geometry"] = json!({"type": "Point", "coordinates": [lon, 40.0]});
            body["location_accuracy_m"] = json!(accuracy_m);
            body["location_method"] = json!("dataset");
        }
        let draft = read(&body, "", SiteDraft::read).unwrap();
        let id = Uuid::from_u128(1);
        let document = Site::accept(Id::new(id), draft, None).document();
        let at = Instant::of_micros(0).unwrap();
        let entity = Entity {
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
        };
        let record = entity.record();
        let mut holdings = Holdings::default();
        holdings.fill(entity).unwrap();
        Candidate::new(holdings.feature(record, Audience::Public).unwrap())
    }

    #[test]
    fn what_is_near_of_one_branch_or_has_one_name_may_be_one() {
        use Reason::{Distance, Name};
        let site = a_site("Gandzasar", "monastery", Some(46.5), 50.0);
        for (other, expected) in [
            (
                a_site("Another", "church", Some(46.502), 50.0),
                vec![Distance],
            ),
            (a_site("Another", "church", Some(46.503), 50.0), vec![]),
            (
                a_site("Another", "church", Some(46.503), 300.0),
                vec![Distance],
            ),
            (a_site("Another", "bridge", Some(46.5), 50.0), vec![]),
            (
                a_site("Gandzasar fortress", "fortress", Some(46.55), 50.0),
                vec![Name],
            ),
            (
                a_site("Kantsasar", "church", Some(46.5), 50.0),
                vec![Distance, Name],
            ),
            (a_site("Gandzasar", "monastery", Some(46.63), 50.0), vec![]),
            (a_site("Kantsasar", "church", None, 0.0), vec![Name]),
            (
                a_site("Gandzisir", "monastery", Some(46.5), 50.0),
                vec![Distance, Name],
            ),
            (a_site("Gandzisir", "monastery", None, 0.0), vec![]),
            (a_site("Gandzasar", "bridge", None, 0.0), vec![]),
            (a_site("Monastery", "monastery", None, 0.0), vec![]),
        ] {
            let because = |one: &Candidate, other: &Candidate| {
                let likeness = Likeness::of(&one.traits, &other.traits, &mut Effort::of(EFFORT));
                likeness.map_or(vec![], |one| one.because)
            };
            assert_eq!(
                because(&site, &other),
                expected,
                "{:?}",
                other.feature.title
            );
            assert_eq!(because(&other, &site), expected, "the other way round");
        }
    }

    /// A line of 1000 positions that goes up and down 11 km, some 8 m farther east each time.
    fn a_zigzag(west: f64) -> Placed {
        let at = |n: u32| [west + f64::from(n) * 1e-4, 40.0 + f64::from(n % 2) * 0.1];
        let line =
            json!({"type": "LineString", "coordinates": (0..1000).map(at).collect::<Vec<_>>()});
        Placed::new(Crs84::parse(&line, "", &mut vec![]).unwrap())
    }

    fn a_monastery(name: &str, place: Placed) -> Traits {
        Traits {
            place: Some(place),
            branch: Scheme::SiteType.find("monastery").map(broadest),
            ..Traits::named(vec![name.to_owned()])
        }
    }

    #[test]
    fn intricate_places_are_measured_where_something_depends_on_it_and_as_far_as_the_effort_goes() {
        let site = a_monastery("Gandzasar", a_zigzag(46.5));
        let with = |steps: usize, other: &Traits| {
            let mut effort = Effort::of(steps);
            let likeness = Likeness::of(&site, other, &mut effort);
            let found = likeness.map(|one| (one.because, one.distance.is_some()));
            (found, effort == Effort::of(steps))
        };
        let beside = a_monastery("Another", a_zigzag(46.500_05));
        let is_near = |is_measured| Some((vec![Reason::Distance], is_measured));
        assert_eq!(with(200_000, &beside), (is_near(true), false));
        assert_eq!(with(20_000, &beside), (is_near(false), true));
        // Their boxes tell that they are too far, and nothing is measured.
        let far = a_monastery("Gandzasar", a_zigzag(46.8));
        assert_eq!(with(200_000, &far), (None, true));
        let of_other_kind = Traits {
            branch: None,
            ..a_monastery("Another", a_zigzag(46.5))
        };
        assert_eq!(with(200_000, &of_other_kind), (None, true));
    }

    #[test]
    fn what_is_made_to_take_long_takes_no_effort_from_the_rest_and_is_not_left_out() {
        let site = a_site("Gandzasar", "monastery", Some(46.55), 50.0);
        let mut others: Vec<Candidate> = (0..150)
            .map(|_| {
                let mut other = a_site("Another", "church", Some(46.55), 50.0);
                other.traits.place = Some(a_zigzag(46.5));
                other
            })
            .collect();
        let mut cell = a_site("A cell", "church", Some(46.55), 50.0);
        cell.traits.place = Some(Placed::new(Cell::new(465, 400).polygon()));
        cell.feature.id = Uuid::from_u128(2);
        others.push(cell);
        let likely = Likeness::among(&site.traits, others.iter());
        assert_eq!(likely.len(), 151);
        let measured = likely.iter().filter(|(one, _)| one.distance.is_some());
        let measured: Vec<Uuid> = measured.map(|(_, other)| other.id).collect();
        assert!(measured.contains(&Uuid::from_u128(2)));
        let measured = measured.len();
        assert!((2..=101).contains(&measured), "{measured}");
    }
}
