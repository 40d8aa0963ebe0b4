//! Layers of files, read before anything is opened: a file that is at fault stops the start.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};

use crate::catalogue::Extras;
use crate::config::ExtraFile;
use crate::domain::{Extra, Fault, Faults, Feature, LayerDraft, Wrong};
use crate::files::read_layer;
use crate::store::{SQLITE, read_geopackage};

/// The layers of files, ready to be laid beside our collections; or everything that is wrong with any of them.
pub fn read_extras(files: &[ExtraFile]) -> Result<Extras, Faults> {
    let mut extras = Extras::default();
    let mut names = BTreeSet::new();
    let mut faults = Vec::new();
    for file in files {
        let wrong_name = match Extra::check_name(&file.name) {
            Ok(()) if !names.insert(&file.name) => {
                Err(Wrong("is given twice: choose another name".to_owned()))
            }
            other => other,
        };
        if let Err(Wrong(detail)) = wrong_name {
            let place = format!("--extra {}", file.name);
            faults.push(Fault::other(place, detail));
        }
        match read(file) {
            Ok((extra, features)) => extras.add(extra, &features),
            Err(Faults(found)) => faults.extend(found.into_iter().map(|fault| Fault {
                place: format!(
                    "--extra {}={}: {}",
                    file.name,
                    file.file.display(),
                    fault.place
                ),
                ..fault
            })),
        }
    }
    Faults::check(faults).map(|()| extras)
}

fn read(file: &ExtraFile) -> Result<(&'static Extra, Vec<Feature>), Faults> {
    Extra::lay(&file.name, draft(file)?)
}

/// What a file holds. Which form it has its beginning tells, whatever its name ends in.
fn draft(file: &ExtraFile) -> Result<LayerDraft, Faults> {
    let unread = |error: io::Error| one_fault("file", error.to_string());
    let mut beginning = Vec::new();
    let mut opened = File::open(&file.file)
        .map_err(unread)?
        .take(SQLITE.len() as u64);
    opened.read_to_end(&mut beginning).map_err(unread)?;
    match (&file.layer, beginning == SQLITE) {
        (layer, true) => read_geopackage(&file.file, layer.as_deref()),
        (None, false) => read_layer(&fs::read(&file.file).map_err(unread)?),
        (Some(layer), false) => {
            let detail = "is asked for, and GeoJSON has no layers: leave it out";
            Err(one_fault(&format!("#{layer}"), detail.to_owned()))
        }
    }
}

fn one_fault(place: &str, detail: String) -> Faults {
    let place = place.to_owned();
    Faults(vec![Fault::other(place, detail)])
}
