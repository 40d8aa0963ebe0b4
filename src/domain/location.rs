//! Where a site is, and who may see what of it (vocabularies 1.1a).
//!
//! The public geometry is decided when the record is written and kept with it; nothing recomputes it for a request.

use super::reading::Test::{Other, There};
use super::{
    Audience, Cell, Concept, Crs84, FaultKind, Fields, Geometry, LangText, Node, Scheme, Sources,
};

/// How openly a place is shown, the most open first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitivity {
    /// To everybody, as it is.
    Exact,
    /// To the public, only the 0.1° cell that it is in.
    Generalised,
    /// To the public, no geometry at all.
    Restricted,
}

impl Sensitivity {
    /// The concept of the vocabulary.
    pub fn concept(self) -> Concept {
        let id = match self {
            Sensitivity::Exact => "exact",
            Sensitivity::Generalised => "generalised",
            Sensitivity::Restricted => "restricted",
        };
        Scheme::LocationSensitivity
            .find(id)
            .expect("a test compares the vocabulary with this enum")
    }

    fn of(concept: Concept) -> Sensitivity {
        Sensitivity::named(concept.id())
    }

    /// By the id of its concept.
    pub(super) fn named(id: &str) -> Sensitivity {
        match id {
            "exact" => Sensitivity::Exact,
            "generalised" => Sensitivity::Generalised,
            // Whatever else the vocabulary may come to hold: the strictest, until someone decides.
            _ => Sensitivity::Restricted,
        }
    }
}

/// What an editor says of a place.
#[derive(Clone, Debug)]
pub struct LocationDraft {
    /// The exact geometry.
    pub geometry: Option<Crs84<Geometry>>,
    /// Radius in metres with about 95 % confidence.
    pub accuracy_m: Option<f64>,
    /// How the coordinates came about.
    pub method: Option<Concept>,
    /// Where they come from.
    pub note: Option<String>,
    /// The sources of the coordinates.
    pub src: Vec<String>,
    /// How openly they are shown.
    pub sensitivity: Sensitivity,
    /// Why not exactly.
    pub sensitivity_reason: Option<String>,
    /// How to get there; always trusted.
    pub directions: Vec<LangText>,
    /// The coarse region of a site without a public geometry.
    pub public_region_code: Option<String>,
}

/// The largest accuracy that is a place at all, in metres.
const WORST_ACCURACY_M: u32 = 50_000;

impl LocationDraft {
    /// The location members of a site.
    pub fn read(
        fields: &Fields<'_>,
        geometry: Option<Crs84<Geometry>>,
        sources: &Sources,
    ) -> Option<LocationDraft> {
        let accuracy_m = fields.optional("location_accuracy_m", |node| {
            node.metres(Some(WORST_ACCURACY_M))
        });
        let method = fields.concept("location_method", Scheme::LocationMethod);
        // Also with one that has faults of its own: all are said at once.
        for name in ["location_accuracy_m", "location_method"] {
            let detail = "is required with a geometry";
            fields.demand(&[There("geometry")], &[There(name)], detail);
        }
        let sensitivity = fields
            .required("location_sensitivity", |node| {
                node.concept(Scheme::LocationSensitivity)
            })
            .map(Sensitivity::of);
        let sensitivity_reason = fields.text("location_sensitivity_reason");
        fields.demand(
            &[Other(
                "location_sensitivity",
                Scheme::LocationSensitivity,
                &["exact"],
            )],
            &[There("location_sensitivity_reason")],
            "is required unless the location is exact",
        );
        Some(LocationDraft {
            geometry,
            accuracy_m,
            method,
            note: fields.text("location_note"),
            src: sources.may_cite(fields, "location_src"),
            sensitivity_reason,
            directions: fields
                .optional("directions", LangText::read_list)
                .unwrap_or_default(),
            public_region_code: fields.text("public_region_code"),
            sensitivity: sensitivity?,
        })
    }
}

/// Where a site is. The exact geometry is private: [`Location::seen_by`] is the way to read it.
#[derive(Clone, Debug)]
pub struct Location {
    draft: LocationDraft,
    /// The cell that the public sees, or last saw; it is remembered while the place is shown otherwise, or not at all,
    /// so that a later one does not tell where the edge is.
    cell: Option<Cell>,
}

/// How far outside its cell a place must be before the cell follows it: otherwise an edit would reveal the edge.
const CELL_STAYS_WITHIN_M: f64 = 500.0;

impl Location {
    /// Decides what the public sees of a place, in the light of what it saw of it before.
    pub fn decide(draft: LocationDraft, before: Option<&Location>) -> Location {
        let seen = before.and_then(|location| location.cell);
        let cell = match &draft.geometry {
            Some(geometry) if draft.sensitivity == Sensitivity::Generalised => {
                let at = geometry.surface_point();
                let stays = |cell: &Cell| cell.distance_to(at).get() <= CELL_STAYS_WITHIN_M;
                seen.filter(stays).or_else(|| Some(Cell::holding(at)))
            }
            _ => seen,
        };
        Location { draft, cell }
    }

    /// Reads a location as it was kept: the members of the draft, and the cell decided at the write.
    pub(super) fn kept(draft: LocationDraft, cell: Option<Cell>) -> Location {
        Location { draft, cell }
    }

    /// The place as that audience may see it.
    pub fn seen_by(&self, audience: Audience) -> Place {
        let (geometry, kind, accuracy_m) = match (audience, self.draft.sensitivity) {
            (Audience::Trusted, _) | (Audience::Public, Sensitivity::Exact) => (
                self.draft.geometry.clone(),
                GeometryKind::AsRecorded,
                self.draft.accuracy_m,
            ),
            (Audience::Public, Sensitivity::Generalised) => {
                let cell = self.cell.filter(|_| self.draft.geometry.is_some());
                (
                    cell.map(Cell::polygon),
                    GeometryKind::Cell,
                    Some(CELL_ACCURACY_M),
                )
            }
            (Audience::Public, Sensitivity::Restricted) => (None, GeometryKind::None, None),
        };
        if geometry.is_none() {
            return Place::NOWHERE;
        }
        Place {
            geometry,
            kind,
            accuracy_m,
        }
    }

    /// The same place, shown as strictly as this, in the coarse region of that code where no more is shown. The cell stays the
    /// one that it once had, else that which the public saw last, while the place is near it: two cells would tell of the
    /// edge between them.
    pub(super) fn closed_to(
        &self,
        sensitivity: Sensitivity,
        public_region_code: Option<String>,
        last: Option<Cell>,
    ) -> Location {
        let draft = LocationDraft {
            sensitivity,
            public_region_code,
            ..self.draft.clone()
        };
        let before = Location {
            draft: draft.clone(),
            cell: self.cell.or(last),
        };
        Location::decide(draft, Some(&before))
    }

    /// How openly it is shown.
    pub fn sensitivity(&self) -> Sensitivity {
        self.draft.sensitivity
    }

    /// Why not exactly.
    pub fn sensitivity_reason(&self) -> Option<&str> {
        self.draft.sensitivity_reason.as_deref()
    }

    /// How the coordinates came about.
    pub fn method(&self) -> Option<Concept> {
        self.draft.method
    }

    /// Where the coordinates come from.
    pub fn note(&self) -> Option<&str> {
        self.draft.note.as_deref()
    }

    /// The sources of the coordinates.
    pub fn src(&self) -> &[String] {
        &self.draft.src
    }

    /// How to get there; for the trusted only.
    pub fn directions(&self) -> &[LangText] {
        &self.draft.directions
    }

    /// The coarse region given to a site without a public geometry.
    pub fn public_region_code(&self) -> Option<&str> {
        self.draft.public_region_code.as_deref()
    }

    /// The whole of it as members of a document: everything, exactly. For the store and for nobody else.
    pub(super) fn document(&self) -> serde_json::Value {
        let draft = &self.draft;
        serde_json::json!({
            "geometry": draft.geometry.as_ref().map(Crs84::to_geojson),
            "location_accuracy_m": draft.accuracy_m,
            "location_method": draft.method,
            "location_note": draft.note,
            "location_src": draft.src,
            "location_sensitivity": draft.sensitivity.concept(),
            "location_sensitivity_reason": draft.sensitivity_reason,
            "directions": draft.directions,
            "public_region_code": draft.public_region_code,
            "public_cell": self.cell.map(|cell| serde_json::json!([cell.col(), cell.row()])),
        })
    }
}

/// The accuracy of a cell: half its diagonal, rounded up.
const CELL_ACCURACY_M: f64 = 7000.0;

/// Reads a cell as it was kept: `[column, row]`.
pub(super) fn read_cell(node: &Node<'_>) -> Option<Cell> {
    let numbers = node.list(Node::number)?;
    match numbers.as_slice() {
        [col, row] => {
            let whole =
                |number: f64| (number.fract() == 0.0 && number.abs() < 4000.0).then_some(number);
            let (col, row) = whole(*col)
                .zip(whole(*row))
                .or_else(|| node.fault(FaultKind::Other, "is not a column and a row"))?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole and small, checked above"
            )]
            Some(Cell::new(col as i32, row as i32))
        }
        _ => node.fault(FaultKind::Other, "is not a column and a row"),
    }
}

/// A place as one audience sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The geometry, if there is one for them.
    pub geometry: Option<Crs84<Geometry>>,
    /// What it is.
    pub kind: GeometryKind,
    /// Radius in metres with about 95 % confidence.
    pub accuracy_m: Option<f64>,
}

impl Place {
    /// No place, or none for this audience.
    pub const NOWHERE: Place = Place {
        geometry: None,
        kind: GeometryKind::None,
        accuracy_m: None,
    };
}

/// What the geometry in an answer is. `AsRecorded` does not say precise: many are village centres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeometryKind {
    /// The recorded geometry.
    AsRecorded,
    /// The cell that the site is in.
    Cell,
    /// There is none.
    None,
}

impl GeometryKind {
    /// The ids of all kinds.
    pub const IDS: &'static [&'static str] = &[
        GeometryKind::AsRecorded.id(),
        GeometryKind::Cell.id(),
        GeometryKind::None.id(),
    ];

    /// The id in documents.
    pub const fn id(self) -> &'static str {
        match self {
            GeometryKind::AsRecorded => "as_recorded",
            GeometryKind::Cell => "cell",
            GeometryKind::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;

    fn at(lon: f64, lat: f64, sensitivity: Sensitivity) -> LocationDraft {
        LocationDraft {
            geometry: Some(Crs84::point(LonLat::new(lon, lat).unwrap())),
            accuracy_m: Some(20.0),
            method: Scheme::LocationMethod.find("gnss_phone"),
            note: None,
            src: vec![],
            sensitivity,
            sensitivity_reason: None,
            directions: vec![],
            public_region_code: None,
        }
    }

    #[test]
    fn the_enum_and_the_vocabulary_agree() {
        let ids: Vec<_> = Scheme::LocationSensitivity
            .concepts()
            .map(|concept| Sensitivity::of(concept).concept())
            .collect();
        assert_eq!(
            ids,
            Scheme::LocationSensitivity.concepts().collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_public_sees_the_cell_of_a_generalised_place_and_nothing_of_a_restricted_one() {
        let hidden = Location::decide(at(46.7563, 39.7512, Sensitivity::Generalised), None);
        let place = hidden.seen_by(Audience::Public);
        assert_eq!(
            (place.kind, place.accuracy_m),
            (GeometryKind::Cell, Some(7000.0))
        );
        assert_eq!(place.geometry, Some(Cell::new(467, 397).polygon()));
        let place = Location::decide(at(46.7563, 39.7512, Sensitivity::Restricted), None)
            .seen_by(Audience::Public);
        assert_eq!(
            place,
            Place {
                geometry: None,
                kind: GeometryKind::None,
                accuracy_m: None
            }
        );
    }

    #[test]
    fn the_trusted_see_the_place_as_recorded() {
        for sensitivity in [
            Sensitivity::Exact,
            Sensitivity::Generalised,
            Sensitivity::Restricted,
        ] {
            let draft = at(46.7563, 39.7512, sensitivity);
            let place = Location::decide(draft.clone(), None).seen_by(Audience::Trusted);
            assert_eq!(
                (place.geometry, place.kind),
                (draft.geometry, GeometryKind::AsRecorded)
            );
        }
    }

    #[test]
    fn the_cell_follows_a_place_only_when_it_is_more_than_500_m_outside() {
        let inside = Location::decide(at(46.799, 39.75, Sensitivity::Generalised), None);
        // At this latitude 0.001° of longitude is 86 m.
        let near = Location::decide(at(46.805, 39.75, Sensitivity::Generalised), Some(&inside));
        assert_eq!(near.cell, Some(Cell::new(467, 397)));
        let far = Location::decide(at(46.806, 39.75, Sensitivity::Generalised), Some(&near));
        assert_eq!(far.cell, Some(Cell::new(468, 397)));
    }

    #[test]
    fn a_kept_cell_is_read_back_as_it_was() {
        let inside = Location::decide(at(46.799, 39.75, Sensitivity::Generalised), None);
        let near = Location::decide(at(46.805, 39.75, Sensitivity::Generalised), Some(&inside));
        let again = Location::kept(near.draft.clone(), near.cell);
        assert_eq!(
            again.seen_by(Audience::Public),
            near.seen_by(Audience::Public)
        );
    }

    #[test]
    fn the_cell_is_remembered_while_the_place_is_hidden() {
        let inside = Location::decide(at(46.799, 39.75, Sensitivity::Generalised), None);
        let near = Location::decide(at(46.803, 39.75, Sensitivity::Generalised), Some(&inside));
        for sensitivity in [Sensitivity::Restricted, Sensitivity::Exact] {
            let between = Location::decide(at(46.803, 39.75, sensitivity), Some(&near));
            let again =
                Location::decide(at(46.803, 39.75, Sensitivity::Generalised), Some(&between));
            assert_eq!(again.cell, Some(Cell::new(467, 397)), "{sensitivity:?}");
        }
        let nowhere = LocationDraft {
            geometry: None,
            ..at(0.0, 0.0, Sensitivity::Generalised)
        };
        let between = Location::decide(nowhere, Some(&near));
        assert_eq!(between.seen_by(Audience::Public).geometry, None);
        let again = Location::decide(at(46.803, 39.75, Sensitivity::Generalised), Some(&between));
        assert_eq!(again.cell, Some(Cell::new(467, 397)));
    }
}
