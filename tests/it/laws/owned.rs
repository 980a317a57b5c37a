//! Laws of what has an owner, of pages and totals, and of what stands below something, on a server of notes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::notes::{Store, Ways};
use super::notes_document::{DOCUMENT, FIXTURES};
use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve_all;

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(ways: Ways, fixtures: &str) -> BTreeSet<String> {
    told_of(DOCUMENT, ways, fixtures).await
}

async fn told_of(document: &str, ways: Ways, fixtures: &str) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    let folder = folder_with(&[("api.yaml", document), ("fixtures.yaml", fixtures)]);
    let options = ["--spec", "api.yaml", "--fixtures", "fixtures.yaml", "--target", &url, "--regressions", "off"];
    let report =
        report::read(&run_beside(folder.path(), &[&options[..], &["--format", "json", "--cases", "0"]].concat()).await);
    // Where a second DELETE takes all away, nothing is left to be deleted.
    if ways != Ways::DeletesAgain {
        assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    }
    let told = report::findings(&report).into_iter().map(|finding| {
        let text = |at: &str| finding.pointer(at).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        format!("{} {} {}", text("/severity"), text("/check"), text("/operation/id"))
    });
    told.collect()
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    let right = [Ways::Plain, Ways::Normalises, Ways::Clamps, Ways::Forbids, Ways::WholeSeconds, Ways::Soft];
    for ways in right {
        let mut told = told(ways, FIXTURES).await;
        told.retain(|told| told.starts_with("error"));
        assert_eq!(told, BTreeSet::new(), "{ways:?}");
    }
}

#[tokio::test]
async fn a_put_that_is_not_called_a_replacement_may_merge() {
    let updates = DOCUMENT.replace("operationId: replaceNote", "operationId: updateNote");
    let told = told_of(&updates, Ways::Merges, FIXTURES).await;
    assert!(told.contains("warning put-merges updateNote"), "{told:?}");
    assert!(!told.iter().any(|told| told.starts_with("error")), "{told:?}");
}

#[tokio::test]
async fn what_is_shared_is_nobody_s_own() {
    let shared = format!("{FIXTURES}shared: ['* /notes*']\n");
    for ways in [Ways::ReadByAll, Ways::ListedToAll, Ways::DeletedByAll] {
        assert_eq!(told(ways, &shared).await, BTreeSet::new(), "{ways:?}");
    }
    let administrator = FIXTURES.replace("token-of-bob", "token-of-root, sees_all: true");
    assert_eq!(told(Ways::Plain, &administrator).await, BTreeSet::new());
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 18] = [
    (Ways::WrongLocation, "error wrong-location addNote"),
    (Ways::WrongDefault, "error wrong-default addNote"),
    (Ways::SameId, "error same-id addNote"),
    (Ways::TakesTwice, "warning duplicate-taken addNote"),
    (Ways::CountsDeleted, "error wrong-total listNotes"),
    (Ways::SkipsItems, "error page-gap listNotes"),
    (Ways::CutsText, "error altered-value replaceNote"),
    (Ways::AnswersOld, "warning old-answer replaceNote"),
    (Ways::ListsOld, "error stale-list listNotes"),
    (Ways::MakesAnew, "error moved-time replaceNote"),
    (Ways::Merges, "error put-merges replaceNote"),
    (Ways::LosesByte, "error upload-differs getFile"),
    (Ways::ReadByAll, "error foreign-access getNote"),
    (Ways::ListedToAll, "error foreign-access listNotes"),
    (Ways::DeletedByAll, "error foreign-access dropNote"),
    (Ways::ClosesDeleted, "error acts-on-deleted closeNote"),
    (Ways::KeepsLines, "error orphaned getLine"),
    (Ways::DeletesAgain, "error wrong-state getNote"),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

/// Each law that is broken is told at the operation that breaks it, and no error else is.
async fn tell(broken: &[(Ways, &str)]) {
    let mut wrong = Vec::new();
    for (ways, law) in broken {
        let mut found = told(*ways, FIXTURES).await;
        found.retain(|told| told == law || told.starts_with("error"));
        if !found.iter().eq([law]) {
            wrong.push((ways, law, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn what_is_there_only_once_is_said_by_the_409() {
    let document = DOCUMENT.replacen(
        "'409': {description: taken}",
        "'409': {description: A note with this text already exists.}",
        1,
    );
    let told = told_of(&document, Ways::TakesTwice, FIXTURES).await;
    assert!(told.contains("error duplicate-taken addNote"), "{told:?}");
    let told = told_of(&document, Ways::Plain, FIXTURES).await;
    assert!(!told.iter().any(|told| told.starts_with("error")), "{told:?}");
    let document = document.replace("already exists", "already exists unless it is archived");
    let told = told_of(&document, Ways::TakesTwice, FIXTURES).await;
    assert!(!told.iter().any(|told| told.starts_with("error")), "{told:?}");
}

#[tokio::test]
async fn laws_of_what_is_made_and_listed_are_told() {
    tell(&BROKEN[..6]).await;
}

#[tokio::test]
async fn laws_of_changes_are_told() {
    tell(&BROKEN[6..12]).await;
}

#[tokio::test]
async fn laws_of_owners_and_of_the_end_are_told() {
    tell(&BROKEN[12..]).await;
}
