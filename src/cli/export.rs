//! Writing records into a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use serde_json::Value;
use uuid::Uuid;

use super::commands::{counted, open};
use super::progress;
use crate::catalogue::Snapshot;
use crate::config::Database;
use crate::domain::{Audience, Collection, Draft, Faults, Instant, Kind, Languages, Seq, returned};
use crate::files::{Form, Writer, write_whole};
use crate::formats::{Showing, Written, geojson};
use crate::query::{Parameters, Query, parameter_names, parse_as_of};
use crate::registry::Registry;

/// What is written where.
#[derive(Args, Debug)]
#[command(after_help = "\
Without --public the file has all that is recorded of what is published, hidden places and names of observers included,
and `import` takes it: nobody but its owner may read it. What the registry decides or computes is not in it.")]
pub(super) struct Export {
    /// sites, condition-reports, organizations or regions
    collection: Collection,
    /// GeoJSON (.geojson, .json), GeoJSON lines (.geojsonl, .jsonl, .ndjson) or a table (.csv, .tsv), by the ending of its name
    file: PathBuf,
    /// As it stood at an instant, 2026-05-01T12:00:00Z, or at the end of a day, 2026-05-01
    #[arg(long, value_name = "INSTANT", value_parser = parse_as_of)]
    as_of: Option<Instant>,
    /// Only what answers these parameters of /items: 'bbox=46.7,39.7,46.8,39.8&condition=destroyed'
    #[arg(
        long,
        value_name = "PARAMETERS",
        default_value = "",
        hide_default_value = true
    )]
    query: String,
    /// Only what fits this condition in CQL2: "condition = 'destroyed'"
    #[arg(long, value_name = "CQL2")]
    filter: Option<String>,
    /// As everybody may see it
    #[arg(long)]
    public: bool,
    /// Begin CSV with a byte order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    #[command(flatten)]
    database: Database,
}

/// Parameters of /items that are about pages.
const OF_PAGES: [&str; 5] = ["cursor", "limit", "offset", "properties", "resultType"];

/// Those that are about answers, or have an option of their own; files are in CRS84.
const OF_ANSWERS: [&str; 6] = ["as_of", "bom", "crs", "f", "geometry-format", "lang"];

/// Features that are in memory at once.
const BATCH: usize = 1000;

pub(super) fn export(asked: Export) -> anyhow::Result<()> {
    let form = Form::of(&asked.file)
        .map_err(|wrong| anyhow::anyhow!("{}: {wrong}", asked.file.display()))?;
    let (registry, actor) = open(&asked.database)?;
    let audience = if asked.public {
        Audience::Public
    } else {
        Audience::Trusted
    };
    let read = || snapshot(&registry, audience, asked.as_of);
    let (snapshot, at) = progress::during("reading", read)?;
    let query = query(&asked, &snapshot)?;
    let page = snapshot.search(asked.collection, &query);
    let found: Vec<Written<'_>> = snapshot.features(&page).map(|(one, _)| one).collect();

    let columns = if asked.public {
        let all = returned(asked.collection, audience);
        all.map(|(_, property)| property.name).collect()
    } else {
        let mut all = Draft::members(asked.collection);
        all.retain(|name| *name != "geometry");
        all
    };
    let is_table = matches!(form, Form::Csv | Form::Tsv);
    let named = || format!("{} cannot be written", asked.file.display());
    let writing = progress::bar("writing", found.len());
    write_whole(
        &asked.file,
        |file: &mut BufWriter<&File>| -> anyhow::Result<()> {
            if asked.bom && is_table {
                file.write_all("\u{FEFF}".as_bytes())?;
            }
            let mut writer = Writer::new(form, columns, file)?;
            for batch in found.chunks(BATCH) {
                let features = if asked.public {
                    as_shown(asked.collection, batch, is_table)?
                } else {
                    let ids: Vec<Uuid> = batch.iter().map(|one| one.id).collect();
                    registry.features_at(&actor, &ids, at)?
                };
                for feature in features {
                    writer.write(&feature).with_context(named)?;
                    writing.inc(1);
                }
            }
            writer.end().with_context(named)
        },
    )?;
    writing.finish_and_clear();
    say!("exported {}", counted(found.len(), asked.collection.id()));
    Ok(())
}

/// What an audience sees, now or then, and the place in the log at which it does.
fn snapshot(
    registry: &Registry,
    audience: Audience,
    at: Option<Instant>,
) -> anyhow::Result<(Arc<Snapshot>, Seq)> {
    let moment = at.map(|at| registry.moment(audience, at)).transpose()?;
    Ok(match moment {
        Some(None) => anyhow::bail!("--as-of: nothing was recorded yet then"),
        Some(Some(moment)) if !moment.is_now => {
            (registry.snapshot_at(moment.seq, audience)?, moment.seq)
        }
        _ => registry.snapshot(audience)?,
    })
}

/// The question, or all that is wrong with its parameters.
fn query(asked: &Export, snapshot: &Snapshot) -> anyhow::Result<Query> {
    let mut parameters = Parameters::parse(&asked.query);
    if let Some(filter) = &asked.filter {
        parameters.add("filter", filter);
    }
    for name in OF_PAGES {
        if parameters.has(name) {
            parameters.fault(name, "is of pages, and a file has all: leave it out");
        }
    }
    let query = snapshot.question(asked.collection, &mut parameters);
    let mut offered = parameter_names(asked.collection);
    offered.retain(|name| !OF_PAGES.contains(name) && !OF_ANSWERS.contains(name));
    offered.push("and every simple property of the collection");
    parameters.finish(&offered).map_err(|Faults(faults)| {
        let placed = faults.into_iter().map(|mut fault| {
            fault.place = match (fault.place.as_str(), &asked.filter) {
                ("filter", Some(_)) => "--filter".to_owned(),
                (name, _) => format!("--query {name}"),
            };
            fault
        });
        Faults(placed.collect())
    })?;
    let all = NonZeroUsize::new(snapshot.count(asked.collection));
    Ok(Query {
        limit: all.unwrap_or(NonZeroUsize::MIN),
        ..query
    })
}

/// Features as everybody reads them.
fn as_shown(
    collection: Collection,
    batch: &[Written<'_>],
    is_table: bool,
) -> anyhow::Result<Vec<Value>> {
    let languages = Languages::default();
    let showing = Showing::new(collection, Audience::Public, &languages, None);
    let values = batch.iter().map(|one| {
        let text = geojson::feature(*one, &showing, &[]);
        serde_json::from_slice(&text)
    });
    let mut values: Vec<Value> = values.collect::<Result<_, _>>()?;
    if is_table {
        // As in the tables of answers.
        let properties = returned(collection, Audience::Public);
        for (_, property) in properties.filter(|(_, one)| one.kind == Kind::Names) {
            for value in &mut values {
                let names = &mut value["properties"][property.name];
                let texts = names.as_array_mut().into_iter().flatten();
                texts.for_each(|name| *name = name["text"].take());
            }
        }
    }
    Ok(values)
}
