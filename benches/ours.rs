//! How this program answers, in process: the one place of the benches that names the catalogue and the formats.

use std::sync::Arc;

use heritage_registry::app::catch_up;
use heritage_registry::catalogue::{Catalogue, Deadline, Found, Grid, Snapshot};
use heritage_registry::domain::{Audience, Collection, Languages};
use heritage_registry::formats::geojson::{self, Around};
use heritage_registry::formats::{self, Form, Showing};
use heritage_registry::query::{FreeText, Parameters, Query};
use heritage_registry::store::Store;
use uuid::Uuid;

/// The snapshot of the public, and a reader without a language.
pub struct Ours {
    snapshot: Arc<Snapshot>,
    languages: Languages,
}

impl Ours {
    /// What the public sees of a catalogue at this moment.
    pub fn of(catalogue: &Catalogue) -> Ours {
        Ours {
            snapshot: catalogue.snapshot(Audience::Public),
            languages: Languages::default(),
        }
    }

    /// A catalogue of all that a database holds.
    pub fn catalogue(store: &Store) -> Catalogue {
        let catalogue = Catalogue::default();
        Ours::follow(&catalogue, store);
        catalogue
    }

    /// Shows what was written since.
    pub fn follow(catalogue: &Catalogue, store: &Store) {
        catch_up(store, catalogue).expect("a made-up world is not corrupt");
    }

    /// The answer to a query string about sites.
    pub fn page(&self, asked: &str) -> Vec<u8> {
        self.page_and_next(asked).0
    }

    /// The answer, and the cursor of the page after it.
    pub fn page_and_next(&self, asked: &str) -> (Vec<u8>, Option<String>) {
        let query = self.question(asked);
        let page = self.snapshot.search(Collection::Sites, &query);
        let showing = self.showing();
        let around = Around {
            links: &[],
            changed_at: self.snapshot.changed_at(),
            matched: page.matched,
            returned: page.len(),
        };
        let features = self.snapshot.features(&page);
        let body = formats::page(Form::Geojson, features, &showing, &around);
        let next = page.next.map(|key| key.text(&query.sort, query.lead()));
        (body, next)
    }

    /// A site by its id, without links.
    pub fn item(&self, id: Uuid) -> Option<Vec<u8>> {
        match self.snapshot.find(Collection::Sites.record(id)) {
            Found::Here(feature) => Some(geojson::feature(feature, &self.showing(), &[])),
            Found::Gone | Found::Nothing => None,
        }
    }

    /// What is suggested to somebody who has typed so much.
    pub fn suggest(&self, typed: &str) -> Vec<u8> {
        let text = FreeText::parse_typed(typed).expect("benches ask well-formed questions");
        let found = self.snapshot.suggest(&[Collection::Sites], &text, 10);
        let texts: Vec<&str> = found.iter().map(|one| one.text).collect();
        texts.join("\n").into_bytes()
    }

    /// How many sites lie in the cells of a grid around all of them, as wide and as high as that in degrees; also by how their
    /// place was found.
    pub fn gathered(&self, asked: &str, step: f64) -> Vec<u8> {
        let around = self.snapshot.extent(Collection::Sites).bbox;
        let around = around.expect("sites are somewhere");
        let lines = |low: f64, high: f64| -> Vec<f64> {
            let first = (low / step).floor();
            let lines = std::iter::successors(Some(first), |line| Some(line + 1.0));
            let lines = lines.map(|line| line * step);
            let mut lines: Vec<f64> = lines.take_while(|line| *line <= high).collect();
            lines.push(lines.last().expect("there is one") + step);
            lines
        };
        let (lons, lats) = (
            lines(around.west(), around.east()),
            lines(around.south(), around.north()),
        );
        let grid = Grid::new(&lons, &lats, step);
        let query = self.question(asked);
        let (snapshot, ever) = (&self.snapshot, Deadline::default());
        let found = snapshot.gather(Collection::Sites, &query, &grid, "location_method", &ever);
        let found = found.expect("it has no deadline");
        let in_cells: usize = found.clusters.iter().map(|cluster| cluster.count).sum();
        (in_cells + found.alone.matched).to_string().into_bytes()
    }

    fn question(&self, asked: &str) -> Query {
        let mut parameters = Parameters::parse(asked);
        let query = self.snapshot.question(Collection::Sites, &mut parameters);
        parameters
            .finish(&[])
            .expect("benches ask well-formed questions");
        query
    }

    fn showing(&self) -> Showing<'_> {
        Showing::new(Collection::Sites, Audience::Public, &self.languages, None)
    }
}
