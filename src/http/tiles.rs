//! Vector tiles: `…/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}` (OGC API - Tiles Part 1, 20-057), and the
//! same at addresses as map libraries count: zoom, column, row.
//!
//! A tile is made of what `Snapshot::search` finds for the reader, as a page of items is, or of the same, gathered into
//! clusters, so it holds nothing that a page does not.

use std::cell::Cell;
use std::num::NonZeroUsize;
use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use super::beside::Turn;
use super::call::Call;
use super::drawn_tiles::Known;
use super::negotiate::MVT;
use super::respond::{self, About, DEPENDS_ON, SLICE};
use super::tag::Parts;
use super::tile_request::{Of, TileRequest};
use super::{Problem, TileWork, cluster, layer};
use crate::catalogue::{Cluster, Deadline, Page, Snapshot};
use crate::domain::{Audience, Crs84, Languages, Layer, Scalar, Window};
use crate::formats::{Fit, Flat, Showing, Written, geometry};
use crate::query::Query;
use crate::tiles::{Drawn, MatrixSet, Tile, TileLayer, feature_number};

/// Bytes of a tile at most, before it is compressed.
const TILE_MAX: usize = 500_000;

/// Features of a layer at most. More never fit: each takes 30 bytes at least.
const FEATURES_MAX: NonZeroUsize = NonZeroUsize::new(TILE_MAX / 30).expect("it is above zero");

/// What is asked for by the version of the data never changes for whoever has it. In shared caches it lives as long as all that is
/// public: what is hidden later must not go on standing there (DESIGN 4).
const FOR_EVER: &str = "public, max-age=31536000, s-maxage=60, immutable";

/// `GET /collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`.
pub(super) async fn show(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let tile = by_row(&call.request)?;
    answer(Of::One(layer), tile, &call).await
}

/// `GET /collections/{collection}/tiles/WebMercatorQuad/xyz/{z}/{x}/{y}`.
pub(super) async fn show_by_column(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let tile = by_column(&call.request)?;
    answer(Of::One(layer), tile, &call).await
}

/// `GET /tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`.
pub(super) async fn show_all(call: Call) -> Result<HttpResponse, Problem> {
    let tile = by_row(&call.request)?;
    answer(Of::All, tile, &call).await
}

/// `GET /tiles/WebMercatorQuad/xyz/{z}/{x}/{y}`.
pub(super) async fn show_all_by_column(call: Call) -> Result<HttpResponse, Problem> {
    let tile = by_column(&call.request)?;
    answer(Of::All, tile, &call).await
}

/// The tile matrix set that an address names.
pub(super) fn matrix_set(request: &HttpRequest) -> Result<MatrixSet, Problem> {
    let id = request.match_info().get("tileMatrixSetId");
    id.and_then(MatrixSet::find).ok_or_else(Problem::not_found)
}

fn by_row(request: &HttpRequest) -> Result<Tile, Problem> {
    tile(
        request,
        matrix_set(request)?,
        ["tileMatrix", "tileRow", "tileCol"],
    )
}

/// The same as map libraries count.
pub(super) fn by_column(request: &HttpRequest) -> Result<Tile, Problem> {
    tile(request, MatrixSet::WebMercatorQuad, ["z", "y", "x"])
}

/// The tile that an address names; the steps are those of the matrix, the row and the column.
fn tile(request: &HttpRequest, set: MatrixSet, steps: [&str; 3]) -> Result<Tile, Problem> {
    let [matrix, row, col] = steps.map(|step| request.match_info().get(step).unwrap_or_default());
    Tile::parse(set, matrix, row, col).ok_or_else(Problem::not_found)
}

/// What tiles are made of today, in a word: what the public sees, and the code that draws it.
pub(super) fn version(snapshot: &Snapshot) -> String {
    let mut parts = Parts::new(MVT, Audience::Public);
    parts.instant(snapshot.changed_at());
    for layer in snapshot.layers() {
        parts.add(layer.id().as_bytes());
        layer::tell(&mut parts, layer);
    }
    parts.tag().bare().to_owned()
}

async fn answer(of: Of, tile: Tile, call: &Call) -> Result<HttpResponse, Problem> {
    let today = call.snapshot();
    let asked = TileRequest::parse(of, call, &today, &[MVT])?;
    let is_current = asked
        .version
        .as_ref()
        .is_some_and(|told| *told == version(&today));
    let snapshot = match asked.as_of {
        None => today,
        at => call.snapshot_at(at).await?,
    };
    let wanted = Wanted {
        snapshot,
        asked: Arc::new(asked),
        tile,
        call,
    };
    let (known, chosen) = wanted.known().await?;
    let work = Cell::new(match chosen {
        None => TileWork::Nothing,
        Some(_) => TileWork::Looking,
    });
    let mut response = if known.is_empty {
        HttpResponse::NoContent()
            .insert_header((CACHE_CONTROL, respond::caching(call)))
            .insert_header((VARY, DEPENDS_ON))
            .finish()
    } else {
        let about = About::tagged(MVT, known.tag.clone());
        let drawn = async || wanted.drawn(&known, chosen, &work).await;
        respond::answer_in_time(&about, call, drawn).await?
    };
    call.state.metrics.note_tile(work.get());
    if is_current && !call.reader.is_known() {
        let for_ever = HeaderValue::from_static(FOR_EVER);
        response.headers_mut().insert(CACHE_CONTROL, for_ever);
    }
    Ok(response)
}

/// A tile that is asked for. What is known of it, and itself, are kept of what the public asks.
struct Wanted<'c> {
    snapshot: Arc<Snapshot>,
    asked: Arc<TileRequest>,
    tile: Tile,
    call: &'c Call,
}

impl Wanted<'_> {
    /// What it is known by, and what is in it if that had to be looked at.
    async fn known(&self) -> Result<(Known, Option<Vec<Chosen>>), Problem> {
        let Call { state, reader, .. } = self.call;
        if reader.is_known() {
            let (known, chosen) = self.look().await?;
            return Ok((known, Some(chosen)));
        }
        let question = self.asked.question(self.tile, reader.languages());
        if let Some(known) = state.tiles.known(&question, &self.snapshot) {
            return Ok((known, None));
        }
        let (known, chosen) = self.look().await?;
        state.tiles.know(question, &self.snapshot, known.clone());
        Ok((known, Some(chosen)))
    }

    async fn look(&self) -> Result<(Known, Vec<Chosen>), Problem> {
        let state = &self.call.state;
        let (snapshot, asked, tile) = (self.snapshot.clone(), self.asked.clone(), self.tile);
        let longest = state.longest_search;
        let look = move |turn: Turn| {
            let deadline = Deadline::after(longest).with_pauses(SLICE, move || turn.pass_on());
            look(&snapshot, &asked, tile, &deadline)
        };
        let looked = state.beside.run_by_turns(look).await?;
        let (chosen, mut parts) = looked.ok_or_else(Problem::too_slow)?;
        parts.languages(self.call.reader.languages());
        let known = Known {
            tag: parts.tag(),
            is_empty: chosen.iter().all(Chosen::is_empty),
        };
        Ok((known, chosen))
    }

    /// The tile. What is in it is looked at again if it was known, and is no longer kept.
    async fn drawn(
        &self,
        known: &Known,
        chosen: Option<Vec<Chosen>>,
        work: &Cell<TileWork>,
    ) -> Result<Bytes, Problem> {
        let Call { state, reader, .. } = self.call;
        let kept = (!reader.is_known()).then(|| &*state.tiles);
        if let Some(drawn) = kept.and_then(|kept| kept.find(&known.tag)) {
            return Ok(drawn);
        }
        let chosen = match chosen {
            Some(chosen) => chosen,
            None => self.look().await?.1,
        };
        let (snapshot, asked, tile) = (self.snapshot.clone(), self.asked.clone(), self.tile);
        let languages = reader.languages().clone();
        let draw = move || draw(&snapshot, &asked, &chosen, tile, &languages);
        let drawn: Bytes = state.beside.run(draw).await?.into();
        work.set(TileWork::Drawing);
        if let Some(kept) = kept {
            kept.keep(&known.tag, drawn.clone());
        }
        Ok(drawn)
    }
}

/// For each layer, the features that may be drawn, and what the tile is made of, for its tag; `None` if they were not found
/// in time.
fn look(
    snapshot: &Snapshot,
    asked: &TileRequest,
    tile: Tile,
    deadline: &Deadline,
) -> Option<(Vec<Chosen>, Parts)> {
    let mut parts = Parts::new(MVT, snapshot.audience());
    parts.add(tile.set().id().as_bytes());
    for number in [tile.matrix().into(), tile.row(), tile.col()] {
        parts.number(number as usize);
    }
    let mut all = Vec::new();
    for (layer, query) in &asked.layers {
        let chosen = Chosen::of(snapshot, *layer, query, tile, deadline)?;
        parts.add(layer.id().as_bytes());
        layer::tell(&mut parts, *layer);
        let columns = query.selection.as_ref().map(|selection| &selection.columns);
        parts.number(columns.map_or(usize::MAX, Vec::len));
        columns
            .into_iter()
            .flatten()
            .for_each(|column| parts.number(*column));
        parts.number(chosen.page.matched);
        for (feature, _) in snapshot.features(&chosen.page) {
            parts.feature(feature, Fit::default());
        }
        chosen
            .clusters
            .iter()
            .for_each(|one| cluster::tell(&mut parts, one));
        all.push(chosen);
    }
    Some((all, parts))
}

/// What is drawn of a layer in a tile. Nothing else decides what a tile holds.
struct Chosen {
    clusters: Vec<Cluster>,
    /// The features that stand for themselves, as far as they may fit.
    page: Page,
}

impl Chosen {
    /// Of points, up to a zoom, what is gathered by the cells of the tile; else the features that a page of items has for its
    /// box, the first of their order.
    fn of(
        snapshot: &Snapshot,
        layer: Layer,
        query: &Query,
        tile: Tile,
        deadline: &Deadline,
    ) -> Option<Chosen> {
        let query = Query {
            limit: FEATURES_MAX,
            ..query.clone()
        };
        if tile.matrix() <= cluster::ZOOM_MAX && cluster::is_gathered(layer) {
            let grid = cluster::grid(&tile.lines()).within(tile.window());
            let gathered = snapshot.gather(layer, &query, &grid, cluster::BY, deadline)?;
            return Some(Chosen {
                clusters: gathered.clusters,
                page: gathered.alone,
            });
        }
        let query = Query {
            bbox: Some(Window::Box(tile.window())),
            located: true,
            ..query
        };
        Some(Chosen {
            clusters: Vec::new(),
            page: snapshot.search_for(layer, &query, deadline)?,
        })
    }

    fn is_empty(&self) -> bool {
        self.clusters.is_empty() && self.page.is_empty()
    }
}

/// The tile. Of the room that is left, each layer has an equal part.
fn draw(
    snapshot: &Snapshot,
    asked: &TileRequest,
    chosen: &[Chosen],
    tile: Tile,
    languages: &Languages,
) -> Vec<u8> {
    let mut out = Vec::new();
    for (place, ((layer, query), one)) in asked.layers.iter().zip(chosen).enumerate() {
        let room = (TILE_MAX - out.len()) / (chosen.len() - place);
        let selection = query.selection.as_ref();
        let showing = Showing::new(*layer, snapshot.audience(), languages, selection);
        let features = snapshot.features(&one.page).map(|(feature, _)| feature);
        draw_layer(one, features, &showing, tile, room, &mut out);
    }
    out
}

/// A layer of the tile: its clusters, and as many features as there is room for, with how many are left out.
fn draw_layer<'a>(
    chosen: &Chosen,
    features: impl Iterator<Item = Written<'a>>,
    showing: &'a Showing<'a>,
    tile: Tile,
    room: usize,
    out: &mut Vec<u8>,
) {
    let mut layer = TileLayer::new(chosen.page.layer().id());
    for one in &chosen.clusters {
        let centre = Crs84::point(one.centre);
        if let Some(drawn) = Drawn::in_tile(tile, centre.as_geo()) {
            let id = feature_number(&cluster::id(one));
            let counts = cluster::counts(one).into_iter();
            let counts = counts.map(|(name, count)| (name, Scalar::Integer(count)));
            let has_room = layer.add(id, &drawn, counts, room);
            debug_assert!(has_room, "there are a hundred cells at most");
        }
    }
    let (mut flat, mut done) = (Flat::new(showing), 0);
    for feature in features {
        // In a corner of the window, something may meet it that is too small to be drawn there.
        if let Some(drawn) = geometry(feature).and_then(|geometry| Drawn::in_tile(tile, &geometry))
        {
            let id = flat.id(feature);
            let number = feature_number(&id);
            if !layer.add(number, &drawn, flat.values(feature, id), room) {
                break;
            }
        }
        done += 1;
    }
    layer.finish(chosen.page.matched - done, out);
}
