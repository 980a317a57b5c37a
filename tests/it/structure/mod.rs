//! The rules of the source tree that no compiler keeps: the order of the modules, and the length of a file.

mod order;
mod size;
mod source;

use std::fs;
use std::path::Path;

use crate::support::command::root;
use source::Sources;

/// What breaks a rule today and is to go. Nothing may be added.
const STILL_OPEN: &[&str] = &[
    "src/reference/seeded/mod.rs: reference imports check, and is to import nothing",
    "src/reference/telnyx.rs: has more than 400 lines",
    "src/report/json/model.rs: has more than 400 lines",
];

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
    let is_known = |violation: &&String| STILL_OPEN.contains(&violation.as_str());
    let new: Vec<&String> = told.iter().filter(|violation| !is_known(violation)).collect();
    assert!(new.is_empty(), "{new:#?}");
    let gone: Vec<&&str> =
        STILL_OPEN.iter().filter(|known| !told.iter().any(|violation| violation == *known)).collect();
    assert!(gone.is_empty(), "no longer true, take it out of STILL_OPEN: {gone:#?}");
}
