//! A start goes on from the kept catalogue, and never from one that is not of this log.

use std::path::{Path, PathBuf};

use heritage_registry::app::{Parts, catch_up, keep};
use heritage_registry::catalogue::{Found, Kept};
use heritage_registry::domain::{Audience, Clock, Collection, Ids, Languages};
use heritage_registry::formats::{Showing, geojson};
use heritage_registry::registry::Seed;
use heritage_registry::store::Place;
use tempfile::TempDir;
use uuid::Uuid;

use crate::harness::{App, Engine, a_report, a_site, everything};

/// A registry with a site, and a file where its catalogue is kept.
struct Case<'a> {
    app: &'a App,
    site: Uuid,
    file: PathBuf,
    _folder: TempDir,
}

impl Case<'_> {
    fn of(app: &App) -> Case<'_> {
        let folder = tempfile::tempdir().unwrap();
        let site = app.given(a_site().with("attribution", "as it was kept"));
        let file = folder.path().join("new/registry.catalogue");
        keep(&file, &app.parts.catalogue).unwrap();
        Case {
            app,
            site,
            file,
            _folder: folder,
        }
    }

    /// What a start shows of the site.
    fn shown(&self) -> String {
        text(&started(&self.app.place(), &self.file), self.site)
    }

    /// Changes what is read from the database, but not what was kept.
    fn tamper(&self) {
        self.app.execute(
            "UPDATE entities SET document = replace(document, 'as it was kept', 'read again')",
        );
    }
}

fn started(place: &Place, file: &Path) -> Parts {
    let (clock, ids) = (Clock::system(), Ids::random());
    Parts::open(
        place,
        Some(file),
        clock,
        ids,
        Seed::of([]),
        None,
        heritage_registry::registry::Rules::default(),
    )
    .unwrap()
}

fn text(parts: &Parts, site: Uuid) -> String {
    let snapshot = parts.catalogue.snapshot(Audience::Public);
    let Found::Here(feature) = snapshot.find(Collection::Sites.record(site)) else {
        panic!("the site is not there");
    };
    let languages = Languages::default();
    let showing = Showing::new(Collection::Sites, Audience::Public, &languages, None);
    String::from_utf8(geojson::feature(feature, &showing, &[])).unwrap()
}

on_each_engine!(a_start_goes_on_from_the_kept_catalogue, |app| {
    let case = Case::of(app);
    case.tamper();
    assert!(case.shown().contains("as it was kept"));
    let later = app.given(a_site());
    let parts = started(&app.place(), &case.file);
    assert!(text(&parts, case.site).contains("as it was kept"));
    assert!(text(&parts, later).contains("Feature"));
});

on_each_engine!(a_start_from_it_shows_what_reading_everything_shows, |app| {
    let sites: Vec<Uuid> = (0..30).map(|_| app.given(a_site())).collect();
    app.given(a_site().generalised().with("public_label", "A ruin"));
    app.given(a_report(sites[0]));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registry.catalogue");
    app.withdraw(Collection::Sites.record(sites[1]));
    keep(&file, &app.parts.catalogue).unwrap();
    app.withdraw(Collection::Sites.record(sites[2]));
    let kept = started(&app.place(), &file);
    let read = started(&app.place(), &folder.path().join("none"));
    for audience in Audience::ALL {
        let of = |parts: &Parts| everything(&parts.catalogue.snapshot(audience));
        assert_eq!(of(&kept), of(&read));
    }
});

on_each_engine!(a_file_of_something_else_is_not_used, |app| {
    let case = Case::of(app);
    case.tamper();
    let whole = std::fs::read(&case.file).unwrap();
    let other_app = App::fresh(Engine::Sqlite);
    // Ids in tests are counted: its commands are to have others.
    other_app.new_id();
    let of_other_log = std::fs::read(Case::of(&other_app).file).unwrap();
    let middle = whole.len() / 2;
    let mut damaged = whole.clone();
    damaged[middle] ^= 1;
    let cases: [(&str, &[u8]); 4] = [
        ("another log", &of_other_log),
        ("cut off", &whole[..middle]),
        ("damaged", &damaged),
        ("empty", &[]),
    ];
    for (what, bytes) in cases {
        std::fs::write(&case.file, bytes).unwrap();
        assert!(case.shown().contains("read again"), "{what}");
    }
});

on_each_engine!(
    a_log_that_is_not_the_one_that_was_followed_is_read_anew,
    |app| {
        let [lost, hidden] = [0, 1].map(|_| app.given(a_site()));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.catalogue");
        let parts = started(&app.place(), &file);
        let shown = |parts: &Parts, site| {
            let found = parts.catalogue.snapshot(Audience::Public);
            matches!(found.find(Collection::Sites.record(site)), Found::Here(_))
        };
        assert!(shown(&parts, lost) && shown(&parts, hidden));
        // As if a backup had been brought in under the running program, and the log had gone on from it.
        app.execute(&format!(
        "UPDATE changes SET command_id = (SELECT command_id FROM changes WHERE seq = 1) WHERE seq = {}",
        parts.catalogue.mark().seq
    ));
        app.execute("UPDATE entities SET state = 'withdrawn' WHERE seq > 1");
        catch_up(&parts.store, &parts.catalogue).unwrap();
        assert!(!shown(&parts, lost) && !shown(&parts, hidden));
        keep(&file, &parts.catalogue).unwrap();
        assert!(!shown(&started(&app.place(), &file), hidden));
    }
);

#[test]
fn nothing_is_made_of_a_file_with_a_wrong_byte() {
    let app = App::fresh(Engine::Sqlite);
    app.given(a_site());
    app.given(a_site().generalised().with("public_label", "A ruin"));
    let bytes = |kept: &Kept| {
        let mut bytes = vec![];
        kept.write(&mut bytes).unwrap();
        bytes
    };
    let file = bytes(&app.parts.catalogue.keep());
    assert_eq!(bytes(&Kept::read(&file[..]).unwrap()), file);
    for place in (0..file.len()).step_by(13) {
        assert!(Kept::read(&file[..place]).is_err(), "cut off at {place}");
        let mut damaged = file.clone();
        damaged[place] ^= 0x10;
        // Not every bit of the packing says something.
        let read = Kept::read(&damaged[..]);
        assert!(
            read.is_err() || read.is_ok_and(|kept| bytes(&kept) == file),
            "wrong at {place}"
        );
    }
}
