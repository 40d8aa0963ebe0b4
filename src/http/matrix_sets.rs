//! The tile matrix sets: `/tileMatrixSets` and `/tileMatrixSets/{tileMatrixSetId}` (OGC 17-083r4).

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::asked::no_parameters;
use super::call::Call;
use super::negotiate::{DOCUMENT, JSON};
use super::tiles::matrix_set;
use super::{Problem, respond};
use crate::tiles::{MatrixSet, TileMatrix};

/// `GET /tileMatrixSets`.
pub(super) async fn list(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let entry = |set: MatrixSet| {
        let link = call.link(&path(set), "self", JSON, set.title());
        json!({
            "id": set.id(),
            "title": set.title(),
            "uri": set.uri(),
            "crs": set.crs().uri(),
            "links": [link],
        })
    };
    let body = json!({
        "links": call.forms("/tileMatrixSets", JSON, "The tile matrix sets"),
        "tileMatrixSets": MatrixSet::ALL.map(entry),
    });
    respond::document(format, &body, None, &call).await
}

/// `GET /tileMatrixSets/{tileMatrixSetId}`.
pub(super) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let set = matrix_set(&call.request)?;
    let format = no_parameters(&call.request, DOCUMENT)?;
    let matrices: Vec<_> = set.matrices().map(|matrix| describe(set, matrix)).collect();
    let body = json!({
        "id": set.id(),
        "title": set.title(),
        "uri": set.uri(),
        "crs": set.crs().uri(),
        "orderedAxes": set.ordered_axes(),
        "wellKnownScaleSet": set.well_known_scale_set(),
        "tileMatrices": matrices,
        "links": call.forms(&path(set), JSON, set.title()),
    });
    respond::document(format, &body, None, &call).await
}

/// The address of a set.
pub(super) fn path(set: MatrixSet) -> String {
    format!("/tileMatrixSets/{}", set.id())
}

fn describe(set: MatrixSet, matrix: TileMatrix) -> Value {
    json!({
        "id": matrix.zoom.to_string(),
        "scaleDenominator": matrix.scale_denominator,
        "cellSize": matrix.cell_size,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": set.origin(),
        "tileWidth": 256,
        "tileHeight": 256,
        "matrixWidth": matrix.width,
        "matrixHeight": matrix.height,
    })
}
