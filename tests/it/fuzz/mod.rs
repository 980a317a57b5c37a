//! A bounded run of each fuzz target: the inputs of `tests/data/fuzz`, and what a fixed seed makes of them.
//! The long runs are those of `fuzz/`.

mod mutate;
mod targets;

use std::panic::catch_unwind;

use crate::support::command::root;
use mutate::{Chance, changed};

/// The inputs of a target, in the order of their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = root().join("tests/data/fuzz").join(name);
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).expect("a file")).collect()
}

/// A target: its corpus, how many changed inputs a run makes, and what is fed with them.
type Fed = (&'static str, usize, fn(&[u8]) -> bool);

const DOCUMENT: Fed = ("document", 200, targets::document);
const FIXTURES: Fed = ("fixtures", 600, targets::fixtures);
const CONFIG: Fed = ("config", 600, targets::config);
const KEPT: Fed = ("kept", 600, targets::kept);
const JUDGE: Fed = ("judge", 300, targets::judge);
const DIFF: Fed = ("diff", 150, targets::diff);
const ANSWER: Fed = ("answer", 300, targets::answer);

/// The first input that makes a target panic, of its corpus and of so many changed ones.
fn panics(inputs: &[Vec<u8>], times: usize, seed: u64, target: fn(&[u8]) -> bool) -> Option<String> {
    let mut chance = Chance(seed);
    let made = (0..times).map(|_| changed(inputs, &mut chance));
    let mut all = inputs.iter().cloned().chain(made);
    let culprit = all.find(|input| catch_unwind(|| target(input)).is_err())?;
    Some(culprit.escape_ascii().to_string())
}

fn assert_sound((name, times, target): Fed, seed: u64) {
    let inputs = corpus(name);
    let culprit = panics(&inputs, times, seed, target);
    assert_eq!(culprit, None, "{name}: put this into tests/data/fuzz/{name} once it is fixed");
    // Inputs that are refused at the door would try nothing.
    assert!(inputs.iter().any(|input| target(input)), "{name}: none of its inputs is taken");
}

#[test]
fn no_document_makes_it_panic() {
    assert_sound(DOCUMENT, 13);
}

#[test]
fn no_fixtures_make_it_panic() {
    assert_sound(FIXTURES, 13);
}

#[test]
fn no_config_makes_it_panic() {
    assert_sound(CONFIG, 13);
}

#[test]
fn no_kept_case_makes_it_panic() {
    assert_sound(KEPT, 13);
}

#[test]
fn no_response_makes_it_panic() {
    assert_sound(JUDGE, 13);
}

#[test]
fn no_pair_of_documents_makes_it_panic() {
    assert_sound(DIFF, 13);
}

#[test]
fn no_answer_makes_it_panic() {
    assert_sound(ANSWER, 13);
}

#[test]
#[ignore = "takes a minute"]
fn no_input_of_many_seeds_makes_it_panic() {
    for seed in 0..20 {
        [DOCUMENT, FIXTURES, CONFIG, KEPT, JUDGE, DIFF, ANSWER].into_iter().for_each(|fed| assert_sound(fed, seed));
    }
}

#[test]
fn a_panic_is_found_by_changing_what_makes_none() {
    let fussy = |bytes: &[u8]| {
        assert!(!bytes.windows(5).any(|window| window == b"1e999"));
        true
    };
    let inputs = [b"limit: 5\nname: a\n".to_vec()];
    assert!(panics(&inputs, 300, 13, fussy).is_some());
    assert_eq!(panics(&inputs, 0, 13, fussy), None);
    assert_eq!(panics(&inputs, 300, 13, |_| true), None);
}
