//! What a page shows beside its record: labels and lists, out of the snapshot of the same request.

use serde::Serialize;
use serde_json::{Value, json};

use crate::catalogue::{Found, Snapshot};
use crate::domain::{Collection, Languages, Layer, RecordRef};
use crate::formats::{Showing, Written, geojson};
use crate::http::call::Call;
use crate::http::layer::path_of_item;
use crate::query::{Parameters, Selection};

/// Looks things up for one reader.
pub(in crate::http) struct Lookup<'a> {
    pub(in crate::http) snapshot: &'a Snapshot,
    pub(in crate::http) languages: &'a Languages,
}

/// What a record is called, and where it is: a report by its site and its date.
#[derive(Serialize)]
pub(in crate::http) struct Named {
    text: Value,
    lang: Value,
    observed_on: Value,
    path: String,
}

impl<'a> Lookup<'a> {
    /// For whoever asks.
    pub(in crate::http) fn of(snapshot: &'a Snapshot, call: &'a Call) -> Lookup<'a> {
        let languages = call.reader.languages();
        Lookup {
            snapshot,
            languages,
        }
    }

    /// What a record with these properties is called.
    pub(super) fn named(&self, record: RecordRef, properties: &Value) -> Named {
        let site = properties["site_id"].as_str();
        let site = site.and_then(|site| self.label(Collection::Sites, site));
        let (text, lang) = match site {
            Some(site) => (site["text"].clone(), site["lang"].clone()),
            None => (
                properties["label"].clone(),
                properties["label_lang"].clone(),
            ),
        };
        Named {
            text,
            lang,
            observed_on: properties["observed_on"].clone(),
            path: path_of_item(record.collection, record.id),
        }
    }

    /// What a record is called; `None` of what this reader does not see.
    pub(super) fn find(&self, record: RecordRef) -> Option<Named> {
        let Found::Here(written) = self.snapshot.find(record) else {
            return None;
        };
        let feature = self.read(record.collection.into(), written, None);
        Some(self.named(record, &feature["properties"]))
    }

    /// When somebody observed what a report says; `None` of what this reader does not see.
    pub(in crate::http) fn observed_on(&self, report: RecordRef) -> Option<String> {
        let named = self.find(report)?;
        named.observed_on.as_str().map(str::to_owned)
    }

    /// The features that a question of this program finds, and how many there are.
    pub(super) fn features(&self, collection: Collection, question: &str) -> (Vec<Value>, usize) {
        let mut parameters = Parameters::parse(question);
        let query = self.snapshot.question(collection, &mut parameters);
        // What this reader cannot ask for has no answer.
        if parameters.finish(&[]).is_err() {
            return (Vec::new(), 0);
        }
        let page = self.snapshot.search(collection, &query);
        let features = self.snapshot.features(&page);
        let read = features
            .map(|(written, _)| self.read(collection.into(), written, query.selection.as_ref()));
        (read.collect(), page.matched)
    }

    /// A feature as JSON.
    pub(super) fn read(
        &self,
        layer: Layer,
        written: Written<'_>,
        selection: Option<&Selection>,
    ) -> Value {
        let audience = self.snapshot.audience();
        let showing = Showing::new(layer, audience, self.languages, selection);
        let text = geojson::feature(written, &showing, &[]);
        serde_json::from_slice(&text).expect("a feature is JSON")
    }

    /// The label of a record with its language, and its path; `None` of what this reader does not see.
    pub(in crate::http) fn label(&self, collection: Collection, id: &str) -> Option<Value> {
        let record = collection.record(id.parse().ok()?);
        let Found::Here(written) = self.snapshot.find(record) else {
            return None;
        };
        let audience = self.snapshot.audience();
        let selection = Selection::parse(collection, audience, "label,label_lang").ok()?;
        let feature = self.read(collection.into(), written, Some(&selection));
        let properties = &feature["properties"];
        Some(json!({
            "text": properties["label"],
            "lang": properties["label_lang"],
            "path": path_of_item(collection, id),
        }))
    }

    /// All regions, by their codes.
    pub(in crate::http) fn regions(&self) -> Vec<Value> {
        let question = "properties=code,label,label_lang&limit=1000&sortby=code";
        let (regions, _) = self.features(Collection::Regions, question);
        let shown = regions.into_iter().map(|region| {
            let properties = &region["properties"];
            json!({
                "code": properties["code"],
                "text": properties["label"],
                "lang": properties["label_lang"],
                "path": path_of_item(Collection::Regions, region["id"].as_str().unwrap_or_default()),
            })
        });
        shown.collect()
    }
}
