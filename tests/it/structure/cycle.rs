//! No file takes anything from one that takes something from it, through however many others.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Import, Modules, imports, words};
use super::source::{Sources, parts};

/// The names that each file takes from each other one. What it hands on without using it is not taken.
type Uses = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn uses(sources: &Sources) -> Uses {
    let parts = parts(sources);
    let all: Vec<Vec<Import>> = parts.iter().map(|(_, part)| imports(&part.module, part.tokens.clone())).collect();
    let files: BTreeMap<&[String], &str> = parts.iter().map(|(path, part)| (part.module.as_slice(), *path)).collect();
    let modules = Modules::new(parts.iter().zip(&all).map(|((_, part), all)| (part.module.as_slice(), all.as_slice())));
    let mut uses = Uses::new();
    for ((path, part), all) in parts.iter().zip(&all) {
        let words = words(part.tokens.clone());
        let is_used =
            |import: &Import| !import.is_public || import.alias.as_ref().is_some_and(|name| words.contains(name));
        for import in all.iter().filter(|import| is_used(import)) {
            let Some((owner, name)) = modules.owner(&part.module, import) else { continue };
            if let Some(other) = files.get(owner.as_slice()).filter(|other| *other != path) {
                let taken = uses.entry((*path).to_owned()).or_default();
                taken.entry((*other).to_owned()).or_default().insert(name);
            }
        }
    }
    uses
}

/// All files that a file takes something from, directly or not.
fn reach<'a>(uses: &'a Uses, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for other in uses.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(other.as_str()) {
                open.push(other);
            }
        }
    }
    reached
}

/// What is taken from a file that takes something back.
pub fn violations(sources: &Sources) -> Vec<String> {
    let uses = uses(sources);
    let reach: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (file.as_str(), reach(&uses, file))).collect();
    let mut told = Vec::new();
    for (file, others) in &uses {
        let returns = |other: &str| reach.get(other).is_some_and(|back| back.contains(file.as_str()));
        for (other, names) in others.iter().filter(|(other, _)| returns(other)) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            told.push(format!("{file} takes {} from {other}", names.join(", ")));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        violations(&files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn files_that_take_from_each_other_are_told_however_it_is_written() {
        for (parent, child) in [
            (
                "mod run; pub struct Options; pub fn start() { run::run(&Options) }",
                "use super::Options; pub fn run() {}",
            ),
            ("mod run; use run::run; pub struct Options;", "pub fn run(_: &super::Options) {}"),
            (
                "mod run; pub use run::run; pub struct Options; fn f() { run() }",
                "use crate::a::{self, Options}; pub fn run() {}",
            ),
            (
                "mod run; use self::run as r; pub struct Options; fn f() { r::run() }",
                "use crate::a; pub fn run(_: a::Options) {}",
            ),
        ] {
            let expected = ["src/a/mod.rs takes run from src/a/run.rs", "src/a/run.rs takes Options from src/a/mod.rs"];
            assert_eq!(told(&[("src/a/mod.rs", parent), ("src/a/run.rs", child)]), expected, "{parent} {child}");
        }
    }

    #[test]
    fn a_longer_way_round_is_told() {
        let files = [
            ("src/a/mod.rs", "mod b; mod c; mod d; pub use b::B; pub use c::C;"),
            ("src/a/b.rs", "use super::c::C; pub struct B(C);"),
            ("src/a/c.rs", "pub struct C(super::d::D);"),
            ("src/a/d.rs", "use super::B; pub struct D(B);"),
        ];
        let expected = [
            "src/a/b.rs takes C from src/a/c.rs",
            "src/a/c.rs takes D from src/a/d.rs",
            "src/a/d.rs takes B from src/a/b.rs",
        ];
        assert_eq!(told(&files), expected);
    }

    #[test]
    fn one_direction_is_not_nor_what_is_handed_on_or_only_of_tests() {
        for (parent, run, options) in [
            (
                "mod run; mod options; pub use options::Options; pub use run::run;",
                "use super::Options; pub fn run() {}",
                "pub struct Options;",
            ),
            (
                "mod run; pub mod options; pub use run::run; pub struct Job;",
                "use super::{Job, options}; fn f(_: options::Options) {}",
                "pub struct Options;",
            ),
            (
                "mod run; mod options; fn f() { run::run() }",
                "use super::options::Options; pub fn run() {}",
                "#[cfg(test)] mod tests { use super::super::run::run; }",
            ),
            (
                "mod run; mod options; fn f() { run::run() }",
                "// super::f\n/// [`super::f`]\npub(super) fn run() { self.f(); other::f() }",
                "use options::Options; use ::run::run;",
            ),
        ] {
            let files = [("src/a/mod.rs", parent), ("src/a/run.rs", run), ("src/a/options.rs", options)];
            assert_eq!(told(&files), [""; 0], "{parent} {run} {options}");
        }
    }
}
