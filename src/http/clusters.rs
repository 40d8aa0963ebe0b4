//! Clusters as GeoJSON: `GET /collections/{collection}/clusters?zoom=Z`, the same that tiles of that zoom have, for maps that
//! read no tiles.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderValue;
use serde_json::{Map, Value, json};

use super::Problem;
use super::asked::{PAGE_MAX, whole_number};
use super::beside::Turn;
use super::call::Call;
use super::carried::Carried;
use super::cluster::{self, ZOOM_MAX};
use super::here::Kept;
use super::negotiate::{self, HTML, JSON};
use super::reader::parse_lang;
use super::respond::{self, About, SLICE};
use super::tag::{Parts, date};
use super::tile_request::OF_PAGES;
use super::{layer, pages};
use crate::catalogue::{Cluster, Deadline, Gathered, Snapshot};
use crate::domain::{Crs, Fault, Faults, Instant, Languages, Layer};
use crate::formats::geojson::{self, Around, Writer};
use crate::formats::{Format, GEOJSON, Link, Showing};
use crate::query::{LIMIT_MAX, Parameters, Query, parameter_names, parse_as_of};
use crate::tiles::{MatrixSet, Tile};

/// The grid of which they are: that of most maps.
const WEB: MatrixSet = MatrixSet::WebMercatorQuad;

/// What clusters are asked for.
struct Asked {
    layer: Layer,
    zoom: u8,
    query: Query,
    as_of: Option<Instant>,
    format: Format,
    parameters: Kept,
}

/// `GET /collections/{collection}/clusters`.
pub(super) async fn show(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let asked = Arc::new(parse(layer, &call)?);
    let snapshot = call.snapshot_at(asked.as_of).await?;
    let gathered = {
        let (snapshot, asked) = (snapshot.clone(), asked.clone());
        let longest = call.state.longest_search;
        let gather = move |turn: Turn| {
            let deadline = Deadline::after(longest).with_pauses(SLICE, move || turn.pass_on());
            gather(&snapshot, &asked, &deadline)
        };
        call.state.beside.run_by_turns(gather).await?
    };
    let gathered = gathered.ok_or_else(Problem::too_slow)?;
    let most = asked.query.limit;
    if gathered.clusters.len() > most.get() {
        let detail = format!(
            "would give {} clusters, and {most} are given at most: ask for a smaller one, or within a bbox",
            gathered.clusters.len()
        );
        let place = "zoom".to_owned();
        return Err(Problem::parameters(Faults(vec![Fault::other(
            place, detail,
        )])));
    }
    let links = links(&asked, &call);
    let languages = call.reader.languages();
    if asked.format == HTML {
        let text = text(&snapshot, &asked, &gathered, languages, &links);
        let document: Value = serde_json::from_slice(&text).expect("it was written as JSON");
        let mut response = pages::document(&document, &call).await?;
        let (name, crs) = respond::content_crs(Crs::Crs84);
        let crs = HeaderValue::try_from(crs).expect("it is a URI in brackets");
        response.headers_mut().insert(name, crs);
        return Ok(response);
    }
    let about = about(&snapshot, &asked, &gathered, &links, &call);
    respond::answer(&about, &call, || {
        text(&snapshot, &asked, &gathered, languages, &links)
    })
    .await
}

/// Parses the parameters: all faults at once.
fn parse(layer: Layer, call: &Call) -> Result<Asked, Problem> {
    let request = &call.request;
    let mut parameters = Parameters::parse(request.query_string());
    parameters.refuse(OF_PAGES);
    let format = negotiate::format(request, &mut parameters, &[GEOJSON, HTML])?;
    parameters.take("lang", parse_lang);
    let as_of = layer
        .ours()
        .and_then(|_| parameters.take("as_of", parse_as_of));
    let had = parameters.has("zoom");
    let zoom = parameters.take("zoom", |text| whole_number(text, 0, ZOOM_MAX.into()));
    if zoom.is_none() && !had {
        parameters.fault(
            "zoom",
            format!("is required: that of the map, from 0 to {ZOOM_MAX}"),
        );
    }
    let query = call.snapshot().question(layer, &mut parameters);
    let mut offered = parameter_names(layer);
    offered.retain(|name| !OF_PAGES.contains(name));
    offered.extend(["zoom", "and every simple property of the collection"]);
    parameters.finish(&offered).map_err(Problem::parameters)?;
    let all = LIMIT_MAX.try_into().expect("it is above zero");
    Ok(Asked {
        layer,
        zoom: zoom
            .and_then(|zoom| u8::try_from(zoom).ok())
            .expect("without one there is a fault"),
        query: Query {
            limit: if format == HTML { PAGE_MAX } else { all },
            ..query
        },
        as_of,
        format,
        parameters: Kept::of(request),
    })
}

/// `None` if it takes too long.
fn gather(snapshot: &Snapshot, asked: &Asked, deadline: &Deadline) -> Option<Gathered> {
    let extent = snapshot.extent(asked.layer).bbox;
    // Where nothing is anywhere, any grid is empty.
    let nowhere = Tile::new(WEB, asked.zoom, 0, 0).map(Tile::lines);
    let lines = extent.map(|extent| WEB.lines(asked.zoom, extent));
    let grid = cluster::grid(&lines.or(nowhere)?);
    snapshot.gather(asked.layer, &asked.query, &grid, cluster::BY, deadline)
}

fn links(asked: &Asked, call: &Call) -> Vec<Link> {
    let path = format!("/collections/{}/clusters", asked.layer);
    let itself = asked.parameters.address(&path, &[], &["f"]);
    let mut links = call.forms(&itself, GEOJSON, "These clusters");
    let whole = format!("/collections/{}", asked.layer);
    links.push(call.link(&whole, "collection", JSON, "The collection"));
    links
}

fn about(
    snapshot: &Snapshot,
    asked: &Asked,
    gathered: &Gathered,
    links: &[Link],
    call: &Call,
) -> About {
    let mut parts = Parts::new(asked.format, snapshot.audience());
    layer::tell(&mut parts, asked.layer);
    parts.languages(call.reader.languages());
    parts.links(links);
    parts.instant(snapshot.changed_at());
    for one in &gathered.clusters {
        cluster::tell(&mut parts, one);
    }
    parts.number(gathered.alone.matched);
    for (feature, fit) in snapshot.features(&gathered.alone) {
        parts.feature(feature, fit);
    }
    About {
        format: asked.format,
        tag: parts.tag(),
        // What is hidden today alters the past without a date, and a file when the registry is started again.
        modified: match (asked.as_of, asked.layer) {
            (None, Layer::Ours(_)) => snapshot.changed_at().and_then(date),
            _ => None,
        },
        crs: Some(Crs::Crs84),
        carried: Carried::default(),
    }
}

/// The clusters, and then the features that stand for themselves.
fn text(
    snapshot: &Snapshot,
    asked: &Asked,
    gathered: &Gathered,
    languages: &Languages,
    links: &[Link],
) -> Vec<u8> {
    let (clusters, alone) = (&gathered.clusters, &gathered.alone);
    let in_clusters: usize = clusters.iter().map(|one| one.count).sum();
    let mut out = Vec::new();
    geojson::begin(&mut out);
    for (place, one) in clusters.iter().enumerate() {
        out.extend((place > 0).then_some(b','));
        out.extend(feature(one).to_string().into_bytes());
    }
    let selection = asked.query.selection.as_ref();
    let showing = Showing::new(asked.layer, snapshot.audience(), languages, selection);
    let mut writer = Writer::new(&showing);
    for (place, (written, fit)) in snapshot.features(alone).enumerate() {
        out.extend((place > 0 || !clusters.is_empty()).then_some(b','));
        writer.feature(&mut out, written, fit, &[]);
    }
    let around = Around {
        links,
        changed_at: snapshot.changed_at(),
        matched: in_clusters + alone.matched,
        returned: clusters.len() + alone.len(),
    };
    geojson::end(&mut out, &around);
    out
}

/// A cluster as a feature: a point, with the box around what it is of, which a map may go to.
fn feature(cluster: &Cluster) -> Value {
    let (centre, extent) = (cluster.centre, cluster.extent);
    let counts = cluster::counts(cluster).into_iter();
    let properties = counts.map(|(name, count)| (name, count.into()));
    json!({
        "type": "Feature",
        "bbox": [extent.west(), extent.south(), extent.east(), extent.north()],
        "geometry": { "type": "Point", "coordinates": [centre.lon(), centre.lat()] },
        "properties": properties.collect::<Map<_, _>>(),
    })
}
