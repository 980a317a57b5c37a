//! What several requests show together, by the real binary: each law is broken by one server, and kept by its near twins.

mod server;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve_all;
use server::{DOCUMENT, Store, Ways};

/// The checks that fail, with the operation.
async fn errors(ways: Ways) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json", "--cases", "0"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    report::errors(&report).into_iter().map(|[check, _, pointer]| format!("{check} {pointer}")).collect()
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::Soft, Ways::Eventual] {
        assert_eq!(errors(ways).await, BTreeSet::new(), "{ways:?}");
    }
}

#[tokio::test]
async fn each_law_that_is_broken_is_told_at_the_operation_that_breaks_it() {
    const ITEM: &str = "/paths/~1projects~1{projectId}";
    let cases = [
        (Ways::LosesCreations, format!("lost-creation {ITEM}/get")),
        (Ways::CutsNotes, format!("not-kept {ITEM}/get")),
        (Ways::LosesUpdates, format!("lost-update {ITEM}/put")),
        (Ways::ErasesNotes, format!("patch-erases {ITEM}/patch")),
        (Ways::RefusesSecondPut, format!("put-once {ITEM}/put")),
        (Ways::ChangesAll, format!("other-changed {ITEM}/patch")),
        (Ways::KeepsDeleted, format!("not-gone {ITEM}/delete")),
        (Ways::DeletesMore, format!("other-changed {ITEM}/delete")),
        (Ways::ListsDeleted, "still-listed /paths/~1projects~1{project}~1tasks/get".to_owned()),
        (Ways::ListsLess, "not-listed /paths/~1projects~1{project}~1tasks/get".to_owned()),
        (Ways::IgnoresParent, "wrong-parent /paths/~1projects~1{project}~1tasks~1{taskId}/get".to_owned()),
        (Ways::LongPages, "page-size /paths/~1projects/get".to_owned()),
        (Ways::OverlappingPages, "page-overlap /paths/~1projects/get".to_owned()),
        (Ways::NoFilter, "unfiltered /paths/~1projects/get".to_owned()),
        (Ways::EmptyFilter, "unfiltered /paths/~1projects/get".to_owned()),
        (Ways::WrongOrder, "unsorted /paths/~1projects/get".to_owned()),
    ];
    let mut wrong = Vec::new();
    for (ways, expected) in cases {
        let found = errors(ways).await;
        if !found.iter().eq([&expected]) {
            wrong.push((ways, expected, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn of_a_mock_no_life_is_told() {
    let found = errors(Ways::Mock).await;
    assert!(found.iter().all(|found| found.starts_with("missing-resource")), "{found:?}");
}
