//! What a request for tiles asks for: of which layers, and of those which features; all that items take but pages, order
//! and forms.

use actix_web::HttpRequest;

use super::call::Call;
use super::here::Kept;
use super::reader::parse_lang;
use super::{Problem, negotiate};
use crate::catalogue::Snapshot;
use crate::domain::{Fault, Faults, Instant, Languages, Layer, Wrong, shortened};
use crate::formats::Format;
use crate::query::{Parameters, Query, parameter_names, parse_as_of};
use crate::tiles::Tile;

/// What is of pages of features and their forms, and of nothing else that features are asked for.
pub(super) const OF_PAGES: &[&str] = &[
    "bom",
    "crs",
    "cursor",
    "geometry-format",
    "limit",
    "located",
    "offset",
    "resultType",
    "sortby",
];

/// What says where, which is in the address of a tile.
const OF_BOXES: &[&str] = &["bbox", "bbox-crs"];

/// What tiles are of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    /// One layer.
    One(Layer),
    /// Everything that has places.
    All,
}

/// A request for tiles, or for what is to be known of them.
#[derive(Debug)]
pub(super) struct TileRequest {
    pub(super) of: Of,
    /// The layers in their order, and what is asked of each.
    pub(super) layers: Vec<(Layer, Query)>,
    /// The instant that is asked for; what stands today without one.
    pub(super) as_of: Option<Instant>,
    /// The version of the data that whoever asks was told.
    pub(super) version: Option<String>,
    pub(super) format: Format,
    pub(super) parameters: Kept,
}

impl TileRequest {
    /// Parses the parameters: all faults at once. `snapshot` is today's.
    pub(super) fn parse(
        of: Of,
        call: &Call,
        snapshot: &Snapshot,
        offered: &[Format],
    ) -> Result<TileRequest, Problem> {
        let request = &call.request;
        let mut format = offered[0];
        let (mut as_of, mut version) = (None, None);
        let (mut layers, mut faults) = (Vec::new(), Vec::new());
        for layer in of.layers(request, snapshot) {
            let mut parameters = Parameters::parse(request.query_string());
            parameters.refuse(OF_PAGES);
            parameters.refuse(OF_BOXES);
            format = negotiate::format(request, &mut parameters, offered)?;
            version = parameters.take_out("v", |text| Ok(text.to_owned()));
            parameters.take("lang", parse_lang);
            if layer.ours().is_some() {
                as_of = parameters.take("as_of", parse_as_of);
            }
            if let Of::All = of {
                parameters.take_out("collections", |text| picked(text, snapshot));
            }
            let query = snapshot.question(layer, &mut parameters);
            layers.push((layer, query));
            if let Err(Faults(more)) = parameters.finish(&of.offered(layer)) {
                // What is wrong with a parameter is told of once, however many layers it is wrong for.
                let told: Vec<String> =
                    faults.iter().map(|one: &Fault| one.place.clone()).collect();
                faults.extend(more.into_iter().filter(|one| !told.contains(&one.place)));
            }
        }
        Faults::check(faults).map_err(Problem::parameters)?;
        Ok(TileRequest {
            of,
            layers,
            as_of,
            version,
            format,
            parameters: Kept::of(request),
        })
    }

    /// The question that it puts for a tile, as a text that no other question has. The languages are those of the reader, whom
    /// `lang` tells of too; the version is of the answer, and of tiles there is one format.
    pub(super) fn question(&self, tile: Tile, languages: &Languages) -> String {
        let of = self.of.path();
        let (set, matrix, row, col) = (tile.set().id(), tile.matrix(), tile.row(), tile.col());
        let path = format!("{of}/{set}/{matrix}/{row}/{col}");
        let mut question = self.parameters.address(&path, &[], &["f", "lang", "v"]);
        for lang in languages.iter() {
            question.push(' ');
            question.push_str(lang.as_str());
        }
        question
    }
}

impl Of {
    /// The address of their tilesets.
    pub(super) fn path(self) -> String {
        match self {
            Of::One(layer) => format!("/collections/{layer}/tiles"),
            Of::All => "/tiles".to_owned(),
        }
    }

    /// Of which layers a request asks: of those that it names, or of all that have places, and a past if that is asked for.
    fn layers(self, request: &HttpRequest, snapshot: &Snapshot) -> Vec<Layer> {
        if let Of::One(layer) = self {
            return vec![layer];
        }
        let mut parameters = Parameters::parse(request.query_string());
        let is_of_the_past = parameters.has("as_of");
        let named = parameters.take("collections", |text| picked(text, snapshot));
        named.unwrap_or_else(|| {
            let has_past = |layer: &Layer| layer.ours().is_some() || !is_of_the_past;
            let all: Vec<_> = located(snapshot).filter(has_past).collect();
            // What is wrong with a request is told where nothing is anywhere, too.
            if all.is_empty() {
                snapshot.layers().filter(has_past).collect()
            } else {
                all
            }
        })
    }

    /// The parameters that messages name.
    fn offered(self, layer: Layer) -> Vec<&'static str> {
        let mut names = parameter_names(layer);
        names.retain(|name| !OF_PAGES.contains(name) && !OF_BOXES.contains(name));
        if let Of::All = self {
            names.push("collections");
        }
        names.push("v");
        names.sort_unstable();
        names.push("and every simple property of the collection");
        names
    }
}

/// The layers of which anything is anywhere.
pub(super) fn located(snapshot: &Snapshot) -> impl Iterator<Item = Layer> {
    let layers = snapshot.layers();
    layers.filter(|layer| snapshot.extent(*layer).bbox.is_some())
}

/// The layers that a list names, in its order, each once.
fn picked(text: &str, snapshot: &Snapshot) -> Result<Vec<Layer>, Wrong> {
    let mut layers: Vec<Layer> = Vec::new();
    for name in text.split(',') {
        let found = snapshot.layers().find(|layer| layer.id() == name);
        let layer = found.ok_or_else(|| {
            let names: Vec<_> = snapshot.layers().map(Layer::id).collect();
            Wrong(format!(
                "there is no collection \"{name}\": they are {}",
                names.join(", "),
                name = shortened(name)
            ))
        })?;
        if !layers.contains(&layer) {
            layers.push(layer);
        }
    }
    Ok(layers)
}
