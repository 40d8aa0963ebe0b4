//! The pages of the real catalogue: what a record does not say is not there, and everything else is in words.

use heritage_registry::registry::Seed;

use super::{browser, safe};
use crate::harness::{App, Engine};

/// The paths of all records of a collection.
fn paths(app: &App, collection: &str) -> Vec<String> {
    let list = format!("/collections/{collection}/items?limit=1000");
    let list = app.anonymous().get(&list).expect(200).json();
    let ids = list["features"].as_array().unwrap().iter();
    ids.map(|one| {
        format!(
            "/collections/{collection}/items/{}",
            one["id"].as_str().unwrap()
        )
    })
    .collect()
}

#[test]
fn no_page_of_a_record_shows_an_id_or_a_gap_in_place_of_words() {
    let app = App::with_seed(Engine::Sqlite, Seed::compiled_in());
    let mut wrong = Vec::new();
    for collection in ["sites", "condition-reports", "organizations", "regions"] {
        for path in paths(&app, collection) {
            let path = format!("{path}?lang=az");
            let html = safe(&path, &browser(&app).get(&path).expect(200));
            let words = html.text.split_whitespace();
            // What templates make of nothing, of a list taken for a text, and of a concept without a label.
            let is_wrong = |word: &&str| {
                let word = word.trim_matches([',', ';', '.', ':', '(', ')']);
                let is_id = word.contains('_')
                    && word
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                ["None", "none", "null", "undefined", "[]", "{}"].contains(&word) || is_id
            };
            wrong.extend(words.filter(is_wrong).map(|word| format!("{path}: {word}")));
            if html.text.contains("; a; ") || html.text.contains("; e; ") {
                wrong.push(format!("{path}: letters of a word"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
