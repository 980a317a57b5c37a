//! The rules of the source tree that no compiler keeps: the order of the modules, and the length of a file.

mod cycle;
mod gate;
mod imports;
mod licences;
mod order;
mod security;
mod size;
mod source;

use std::fs;
use std::path::Path;

use crate::support::command::root;
use source::Sources;

/// The Rust files below a folder of the repository.
fn read(folder: &str) -> Sources {
    fn walk(folder: &Path, sources: &mut Sources) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
                sources.insert(name, fs::read_to_string(&path).expect("UTF-8"));
            }
        }
    }
    let mut sources = Sources::new();
    walk(&root().join(folder), &mut sources);
    sources
}

#[test]
fn modules_keep_their_order_and_files_their_length() {
    let product = read("src");
    let mut told = order::violations(&product);
    told.extend(size::violations(&product));
    told.extend(size::violations(&read("tests")));
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn no_file_takes_from_one_that_takes_from_it() {
    let told = cycle::violations(&read("src"));
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn what_leaves_the_program_goes_through_the_gate_for_secrets() {
    let told = gate::violations(&read("src"));
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn the_tests_that_the_threat_model_names_are_there() {
    let text = fs::read_to_string(root().join("SECURITY.md")).expect("a file");
    let mut sources = read("src");
    sources.extend(read("tests/it"));
    assert!(security::count(&text) > 30, "it names next to none");
    let told = security::violations(&text, &sources);
    assert!(told.is_empty(), "{told:#?}");
}
