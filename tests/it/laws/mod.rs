//! What several requests show together, by the real binary: each law is broken by one server, and kept by its near twins.

mod batches;
mod bills;
mod books;
mod clinic;
mod desk;
mod desk_document;
mod desk_server;
mod document;
mod fleet;
mod homes;
mod homes_document;
mod labels;
mod notes;
mod notes_document;
mod orders;
mod owned;
mod parts;
mod press;
mod script;
mod server;
mod shelves;
mod tills;
mod wares;
mod wares_document;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve_all;
use document::DOCUMENT;
use server::{Store, Ways};

/// The laws that are broken, and the other checks that fail, with the operation.
async fn errors(ways: Ways) -> BTreeSet<String> {
    errors_with(ways, &[]).await
}

async fn errors_with(ways: Ways, more: &[&str]) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json", "--cases", "0"];
    let report = report::read(&run_beside(folder.path(), &[&options[..], more].concat()).await);
    assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    let errors = report::errors(&report).into_iter().map(|[check, _, pointer]| format!("{check} {pointer}"));
    let once = report::findings(&report).into_iter().filter(|finding| finding["check"] == "put-once");
    let once = once.map(|finding| format!("put-once {}", finding["clause"]["pointer"].as_str().unwrap_or_default()));
    errors.chain(once).collect()
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    let right = [Ways::FixedName, Ways::Numbered, Ways::GetsOrCreates, Ways::Hides];
    for ways in [Ways::Plain, Ways::Soft, Ways::Eventual].into_iter().chain(right) {
        assert_eq!(errors(ways).await, BTreeSet::new(), "{ways:?}");
    }
}

#[tokio::test]
async fn an_id_that_was_another_s_before_is_no_resurrection() {
    assert_eq!(errors_with(Ways::NextIds, &["--sequences", "20"]).await, BTreeSet::new());
}

/// A way to break each law, with the operation that breaks it.
const BROKEN: [(Ways, &str, &str); 19] = [
    (Ways::LosesCreations, "lost-creation", "~1{projectId}/get"),
    (Ways::CutsNotes, "not-kept", "~1{projectId}/get"),
    (Ways::LosesUpdates, "lost-update", "~1{projectId}/put"),
    (Ways::ErasesNotes, "patch-erases", "~1{projectId}/patch"),
    (Ways::RefusesSecondPut, "put-once", "~1{projectId}/put"),
    (Ways::ChangesAll, "other-changed", "~1{projectId}/patch"),
    (Ways::IgnoresState, "stale-change", "~1{projectId}/put"),
    (Ways::SameTag, "same-etag", "~1{projectId}/get"),
    (Ways::NoNotModified, "sent-again", "~1{projectId}/get"),
    (Ways::KeepsDeleted, "not-gone", "~1{projectId}/delete"),
    (Ways::DeletesMore, "other-changed", "~1{projectId}/delete"),
    (Ways::ListsDeleted, "still-listed", "~1{project}~1tasks/get"),
    (Ways::ListsLess, "not-listed", "~1{project}~1tasks/get"),
    (Ways::IgnoresParent, "wrong-parent", "~1{project}~1tasks~1{taskId}/get"),
    (Ways::LongPages, "page-size", "/get"),
    (Ways::OverlappingPages, "page-overlap", "/get"),
    (Ways::NoFilter, "unfiltered", "/get"),
    (Ways::EmptyFilter, "unfiltered", "/get"),
    (Ways::WrongOrder, "unsorted", "/get"),
];

/// The law in what is told: `error lost-update changePart`.
fn law(told: &'static str) -> Option<&'static str> {
    told.split(' ').nth(1)
}

/// What is told of a server at this address, of which all must be tested: how severe each finding is, its rule and its
/// operation.
async fn told_at(url: &str, (file, document): (&str, &str), ways: &impl Debug) -> Vec<String> {
    let folder = folder_with(&[(file, document)]);
    let options = ["--spec", file, "--target", url, "--regressions", "off", "--format", "json", "--cases", "0"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    let told = report::findings(&report).into_iter().map(|finding| {
        let text = |at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        format!("{} {} {}", text("/severity"), text("/check"), text("/operation/id"))
    });
    told.collect()
}

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN
        .iter()
        .map(|(_, law, _)| *law)
        .chain(owned::laws())
        .chain(parts::laws())
        .chain(press::laws())
        .chain(shelves::laws())
        .chain(orders::laws())
        .chain(wares::laws())
        .chain(desk::laws())
        .chain(homes::laws())
        .chain(bills::laws())
        .chain(tills::laws())
        .chain(clinic::laws())
        .chain(batches::laws())
}

/// Each law that is broken is told at the operation that breaks it, and nothing else is.
async fn tell(broken: &[(Ways, &str, &str)]) {
    let mut wrong = Vec::new();
    for (ways, law, at) in broken {
        let found = errors(*ways).await;
        if !found.iter().eq([&format!("{law} /paths/~1projects{at}")]) {
            wrong.push((ways, law, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn laws_of_what_is_made_and_set_are_told() {
    tell(&BROKEN[..5]).await;
}

#[tokio::test]
async fn laws_of_states_and_of_others_are_told() {
    tell(&BROKEN[5..9]).await;
}

#[tokio::test]
async fn laws_of_what_is_deleted_and_where_it_is_are_told() {
    tell(&BROKEN[9..14]).await;
}

#[tokio::test]
async fn laws_of_lists_are_told() {
    tell(&BROKEN[14..]).await;
}

#[tokio::test]
async fn of_a_mock_no_life_is_told() {
    let found = errors(Ways::Mock).await;
    assert!(found.iter().all(|found| found.starts_with("missing-resource")), "{found:?}");
}

/// Each law that is broken is told at the operation that breaks it, and nothing else is.
async fn tell_each<W: Copy + Debug>(broken: &[(W, &[&str])], told: impl AsyncFn(W) -> BTreeSet<String>) {
    let mut wrong = Vec::new();
    for (ways, laws) in broken {
        let found = told(*ways).await;
        if !found.iter().eq(*laws) {
            wrong.push((ways, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
