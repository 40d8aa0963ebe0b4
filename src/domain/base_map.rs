//! The light base map below the sites: rivers, lakes and places with all their names, and no borders.

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    Concept, Crs84, Fault, FaultKind, Faults, Geometry, Json, Lang, Languages, NameKey, Scheme,
    Script, ShownName, heads, label, label_of_others,
};

/// What the base map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A river.
    River,
    /// A lake or a reservoir.
    Lake,
    /// A town or a village, or what was one.
    Place,
}

impl Ground {
    /// Each of them, in the order in which they are drawn.
    pub const ALL: [Ground; 3] = [Ground::Lake, Ground::River, Ground::Place];

    /// The name of its layer.
    pub fn id(self) -> &'static str {
        match self {
            Ground::River => "river",
            Ground::Lake => "lake",
            Ground::Place => "place",
        }
    }
}

/// Something on the base map.
#[derive(Debug)]
pub struct Landmark {
    /// What it is.
    pub ground: Ground,
    /// How early it is shown, from 1, which is always, to 5.
    pub rank: u8,
    /// Where it is.
    pub geometry: Crs84<Geometry>,
    names: Vec<ShownName>,
    /// Of each name, whether it is but another spelling of one before it, of the same language and kind.
    is_respelled: Vec<bool>,
    /// Stands for the id that it has not: its place in the file, by which names of equal rank take turns
    /// ([`label_of_others`]).
    id: Uuid,
}

impl Landmark {
    /// Its label and the language of that; `None` of what has no name.
    ///
    /// The label is chosen as those of sites are, but where several names of that language are of one kind, they stand side
    /// by side, since a map that chose among them would take a side: `Khankendi / Stepanakert`. Of the spellings of one name
    /// there is the first.
    pub fn label(&self, languages: &Languages) -> Option<(String, &Lang)> {
        let heads = heads(&self.names);
        let place = label(&heads, label_of_others(&heads, self.id), languages)?;
        let chosen = &self.names[place];
        let equals = self.names.iter().zip(&self.is_respelled);
        let equals = equals.filter(|(name, is_respelled)| {
            !**is_respelled && (&name.lang, name.kind) == (&chosen.lang, chosen.kind)
        });
        let texts: Vec<&str> = equals.map(|(name, _)| name.text.as_str()).collect();
        Some((texts.join(" / "), &chosen.lang))
    }
}

/// Those of today, if there are any: a map is no history.
fn in_use(mut names: Vec<ShownName>) -> Vec<ShownName> {
    let of_today = |name: &ShownName| name.kind.is_none_or(|kind| kind.id() != "historical");
    if names.iter().any(of_today) {
        names.retain(of_today);
    }
    names
}

/// Of each name, whether one before it, of the same language and kind, is the same name.
fn respelled(names: &[ShownName]) -> Vec<bool> {
    let keys: Vec<NameKey> = names.iter().map(|name| NameKey::of(&name.text)).collect();
    let is_respelled = |place: usize| {
        let one = &names[place];
        names[..place].iter().zip(&keys).any(|(before, key)| {
            (&before.lang, before.kind) == (&one.lang, one.kind) && key.is_same_name(&keys[place])
        })
    };
    (0..names.len()).map(is_respelled).collect()
}

/// All of it, what is shown early first.
#[derive(Debug)]
pub struct BaseMap {
    /// What is on it.
    pub landmarks: Vec<Landmark>,
}

#[derive(Deserialize)]
struct File {
    features: Vec<FileFeature>,
}

#[derive(Deserialize)]
struct FileFeature {
    properties: FileProperties,
    geometry: serde_json::Value,
}

#[derive(Deserialize)]
struct FileProperties {
    layer: Ground,
    rank: u8,
    names: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct FileName {
    text: String,
    lang: String,
    kind: String,
}

impl BaseMap {
    /// Reads `seed/basemap.geojson`; the faults of its features have their place there.
    pub fn parse(text: &[u8]) -> Result<BaseMap, Faults> {
        let whole = |error: serde_json::Error| {
            Faults(vec![Fault {
                place: String::new(),
                kind: FaultKind::Other,
                detail: error.to_string(),
            }])
        };
        let file: File = serde_json::from_slice(text).map_err(whole)?;
        let mut faults = Vec::new();
        let read = |(place, one): (usize, FileFeature)| {
            let path = format!("/features/{place}");
            let FileProperties { layer, rank, names } = one.properties;
            let geometry = Crs84::parse(&one.geometry, &format!("{path}/geometry"), &mut faults);
            let names: Vec<_> = names.iter().map(|name| shown(name)).collect();
            for (at, _) in names.iter().enumerate().filter(|(_, name)| name.is_none()) {
                faults.push(Fault {
                    place: format!("{path}/properties/names/{at}"),
                    kind: FaultKind::Other,
                    detail: "is a name with text, lang and kind".to_owned(),
                });
            }
            let names = in_use(names.into_iter().flatten().collect());
            Some(Landmark {
                ground: layer,
                rank,
                geometry: geometry?,
                is_respelled: respelled(&names),
                names,
                id: Uuid::from_u128(place as u128),
            })
        };
        let mut landmarks: Vec<Landmark> = file
            .features
            .into_iter()
            .enumerate()
            .filter_map(read)
            .collect();
        landmarks.sort_by_key(|one| (one.rank, one.ground));
        Faults::check(faults)?;
        Ok(BaseMap { landmarks })
    }
}

fn shown(json: &RawValue) -> Option<ShownName> {
    let name: FileName = serde_json::from_str(json.get()).ok()?;
    let kind: Concept = Scheme::NameKind.find(&name.kind)?;
    Some(ShownName {
        script: Script::of(&name.text).ok(),
        lang: Lang::parse(&name.lang).ok()?,
        text: name.text,
        kind: Some(kind),
        json: Json::of(&json),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(tags: &[&str]) -> Languages {
        Languages::new(tags.iter().map(|tag| Lang::parse(tag).unwrap()))
    }

    #[test]
    fn the_names_of_a_place_are_chosen_by_the_language_of_whoever_reads() {
        let map = BaseMap::parse(
            r#"{"features": [
                {"properties": {"layer": "place", "rank": 2, "names": [
                    {"text": "Şuşa", "lang": "az", "kind": "vernacular"},
                    {"text": "Շուշի", "lang": "hy", "kind": "vernacular"},
                    {"text": "Шуша", "lang": "ru", "kind": "vernacular"},
                    {"text": "Shusha", "lang": "en", "kind": "transliteration"}]},
                 "geometry": {"type": "Point", "coordinates": [46.75, 39.76]}},
                {"properties": {"layer": "river", "rank": 1, "names": []},
                 "geometry": {"type": "LineString", "coordinates": [[46, 39], [47, 40]]}}]}"#
                .as_bytes(),
        )
        .unwrap();
        let [river, place] = &map.landmarks[..] else {
            panic!("{map:?}")
        };
        assert_eq!(
            (river.ground, river.label(&languages(&["en"]))),
            (Ground::River, None)
        );
        let label = |tags: &[&str]| {
            place
                .label(&languages(tags))
                .map(|(text, lang)| format!("{text} {lang}"))
        };
        for (tags, expected) in [
            (&["hy"][..], "Շուշի hy"),
            (&["az", "hy"], "Şuşa az"),
            (&["ru-RU"], "Шуша ru"),
            (&["fr"], "Shusha en"),
            (&[], "Shusha en"),
        ] {
            assert_eq!(label(tags).as_deref(), Some(expected), "{tags:?}");
        }
    }

    #[test]
    fn of_names_that_rank_alike_a_map_chooses_none() {
        let map = BaseMap::parse(
            r#"{"features": [
                {"properties": {"layer": "place", "rank": 2, "names": [
                    {"text": "Xankəndi", "lang": "az", "kind": "vernacular"},
                    {"text": "Vararakn", "lang": "en", "kind": "historical"},
                    {"text": "Khankendi", "lang": "en", "kind": "transliteration"},
                    {"text": "Stepanakert", "lang": "en", "kind": "transliteration"},
                    {"text": "Xankendi", "lang": "en", "kind": "transliteration"},
                    {"text": "Степанакерт", "lang": "ru", "kind": "vernacular"},
                    {"text": "Ханкенди", "lang": "ru", "kind": "vernacular"}]},
                 "geometry": {"type": "Point", "coordinates": [46.75, 39.82]}}]}"#
                .as_bytes(),
        )
        .unwrap();
        for (tag, expected) in [
            ("az", "Xankəndi"),
            ("en", "Khankendi / Stepanakert"),
            ("fr", "Khankendi / Stepanakert"),
            ("ru", "Степанакерт / Ханкенди"),
        ] {
            let languages = languages(&[tag]);
            let label = map.landmarks[0].label(&languages).map(|(text, _)| text);
            assert_eq!(label.as_deref(), Some(expected), "{tag}");
        }
    }

    #[test]
    fn every_fault_of_the_file_has_its_place() {
        let faults = BaseMap::parse(
            br#"{"features": [{"properties": {"layer": "lake", "rank": 1, "names": [{"text": "A"}, {"text": "B", "lang": "en", "kind": "odd"}]},
                "geometry": {"type": "Point", "coordinates": [200, 1]}}]}"#,
        )
        .unwrap_err();
        let places: Vec<&str> = faults.0.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(places.len(), 3, "{places:?}");
        assert!(places.contains(&"/features/0/properties/names/1"));
        assert!(
            places
                .iter()
                .any(|place| place.starts_with("/features/0/geometry"))
        );
        assert!(BaseMap::parse(b"{").is_err());
    }
}
