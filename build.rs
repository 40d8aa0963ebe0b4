//! New files in these folders are compiled in too: without this, only changes to those already there are noticed.

fn main() {
    for folder in ["migrations", "seed"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
