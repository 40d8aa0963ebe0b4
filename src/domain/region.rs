//! Regions (vocabularies 1.9): overlapping divisions, each used by somebody at some time; none is the one.

use serde_json::{Value, json};

use super::rights::read_licence;
use super::{
    Concept, Crs84, Edtf, FaultKind, Fields, Geometry, Handling, Id, LangText, Node, Scheme,
    SiteName, Source, Sources, Spelling,
};

/// A division used by somebody at some time.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its id.
    pub id: Id<Region>,
    /// What is recorded of it.
    pub details: RegionDraft,
    /// What was decided on it.
    pub handling: Handling,
}

/// What is recorded of a region.
#[derive(Clone, Debug)]
pub struct RegionDraft {
    /// How it is asked for: `az-2021-shusha`, `hist-khachen`.
    pub code: String,
    /// Its names.
    pub names: Vec<SiteName>,
    /// What kind of division it is.
    pub kind: Concept,
    /// Its outline: a polygon or several.
    pub geometry: Crs84<Geometry>,
    /// When it was in use.
    pub valid: Option<Edtf>,
    /// Who used it.
    pub authority: Option<String>,
    /// What the outline rests on.
    pub sources: Vec<Source>,
    /// The keys of the sources of the outline.
    pub src: Vec<String>,
    /// How good the outline is, in metres.
    pub boundary_accuracy_m: Option<f64>,
    /// What else must be known of the outline.
    pub boundary_note: Vec<LangText>,
    /// The code of the region that it is part of.
    pub part_of: Option<String>,
    /// Licence of the outline.
    pub licence: &'static str,
}

impl RegionDraft {
    /// A flat object with `geometry` among the other members.
    pub fn read(node: &Node<'_>) -> Option<RegionDraft> {
        RegionDraft::read_members(&node.fields()?)
    }

    fn read_members(fields: &Fields<'_>) -> Option<RegionDraft> {
        let sources = Sources::read(fields);
        let code = fields.required("code", read_code);
        let names = fields.some("names", |node| SiteName::read(node, &sources));
        let kind = fields.required("kind", |node| node.concept(Scheme::RegionKind));
        let geometry = fields.required("geometry", |node| {
            let detail = "is not that of an area: give a Polygon or MultiPolygon";
            node.geometry_of(&["Polygon", "MultiPolygon"], detail)
        });
        let valid = fields.optional("valid", Node::edtf);
        let authority = fields.text("authority");
        let src = sources.cited(fields);
        let boundary_accuracy_m = fields.optional("boundary_accuracy_m", |node| node.metres(None));
        let boundary_note = fields
            .optional("boundary_note", LangText::read_list)
            .unwrap_or_default();
        let part_of = fields.optional("part_of", |node| {
            let whole = read_code(node)?;
            if code.as_ref() == Some(&whole) {
                return node.fault(
                    FaultKind::Other,
                    "is the region itself: name the one that it is part of",
                );
            }
            Some(whole)
        });
        let licence = read_licence(fields);
        Some(RegionDraft {
            code: code?,
            names,
            kind: kind?,
            geometry: geometry?,
            valid,
            authority,
            sources: sources.into_list(),
            src,
            boundary_accuracy_m,
            boundary_note,
            part_of,
            licence,
        })
    }
}

impl Region {
    /// Reads the document of a region, as [`Region::document`] writes it.
    pub fn read(id: Id<Region>, node: &Node<'_>) -> Option<Region> {
        let fields = node.fields()?;
        let details = RegionDraft::read_members(&fields);
        let handling = Handling::read(&fields);
        Some(Region {
            id,
            details: details?,
            handling,
        })
    }

    /// The whole document that is kept.
    pub fn document(&self) -> Value {
        let details = &self.details;
        super::document::joined([
            json!({
                "code": details.code,
                "names": details.names,
                "kind": details.kind,
                "geometry": details.geometry.to_geojson(),
                "valid": details.valid,
                "authority": details.authority,
                "sources": details.sources,
                "src": details.src,
                "boundary_accuracy_m": details.boundary_accuracy_m,
                "boundary_note": details.boundary_note,
                "part_of": details.part_of,
                "licence": details.licence,
            }),
            self.handling.document(),
        ])
    }
}

static CODE: Spelling = Spelling::new(
    "^[a-z0-9-]{1,64}$",
    FaultKind::Misspelled,
    "a region's code: 1 to 64 of a-z, 0-9 and -, as az-2021-shusha",
);

fn read_code(node: &Node<'_>) -> Option<String> {
    node.spelled(&CODE).map(str::to_owned)
}
