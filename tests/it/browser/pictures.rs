//! Pictures of the pages, for people to look at: `tests/pictures FOLDER` takes them.

use std::fs;
use std::path::PathBuf;

use super::{Registry, drawn};
use crate::harness::browser::Browser;

/// In three languages and two widths, each page of those that most people see.
#[test]
#[ignore = "it makes pictures, and tests nothing: tests/pictures runs it"]
fn take() {
    let folder = std::env::var_os("HERITAGE_PICTURES").expect("HERITAGE_PICTURES names a folder");
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    let registry = Registry::start();
    let site = |name: &str| format!("/collections/sites/items/{}?", registry.site(name));
    let pages = [
        ("map", "/?".to_owned()),
        (
            "map-shusha",
            "/?condition=&f=html#map=12.6/39.76/46.75".to_owned(),
        ),
        ("sites", "/collections/sites/items?".to_owned()),
        ("gandzasar", site("Gandzasar")),
        ("govhar-agha", site("Govhar%20Agha")),
        ("khudaferin", site("Khudaferin")),
        ("azykh", site("Azykh")),
        ("khojaly", site("Khojaly%20kurgan")),
    ];
    for (width, height) in [(1280, 1000), (390, 844)] {
        let browser = Browser::open(width, height, "en");
        for lang in ["en", "hy", "az"] {
            for (name, path) in &pages {
                let (path, place) = path
                    .split_once('#')
                    .map_or((path.as_str(), String::new()), |(path, place)| {
                        (path, format!("#{place}"))
                    });
                browser.go(&registry.at(&format!("{path}&lang={lang}{place}")));
                if name.starts_with("map") {
                    drawn(&browser);
                }
                let file = format!("{name}-{lang}-{width}.png");
                fs::write(folder.join(file), browser.picture()).unwrap();
            }
        }
    }
}
