//! Names the build by what it is made of: for tags of answers, and for files that only the build can read that wrote them.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

fn main() {
    let mut hasher = DefaultHasher::new();
    // New files in these folders are noticed too: some are compiled in.
    for path in [
        "Cargo.lock",
        "Cargo.toml",
        "migrations",
        "openapi",
        "seed",
        "src",
    ] {
        println!("cargo::rerun-if-changed={path}");
        add(Path::new(path), &mut hasher);
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=HERITAGE_BUILD={:016x}", hasher.finish());
}

/// Adds a file, or all that is in a folder, by name and content.
fn add(path: &Path, hasher: &mut DefaultHasher) {
    hasher.write(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let all = fs::read_dir(path).expect("it is there");
        let mut all: Vec<_> = all
            .map(|entry| entry.expect("it is there").path())
            .collect();
        all.sort();
        for path in all {
            add(&path, hasher);
        }
    } else {
        let content = fs::read(path).expect("it is there");
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
}
