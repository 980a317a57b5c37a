//! Changes and actions on a resource that has all it can have: what they do not name stays as it is.

use std::sync::{Arc, Mutex};

use super::desk_document::DOCUMENT;
use super::desk_server::{Store, Ways};
use crate::support::served::serve_all;

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(ways: Ways) -> Vec<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    super::told_at(&url, ("api.yaml", DOCUMENT), &ways).await
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::WholeSeconds] {
        assert_eq!(told(ways).await, [""; 0], "{ways:?}");
    }
    for ways in [Ways::Normalises, Ways::NoEmptyNotes, Ways::FixedCredit] {
        let told = told(ways).await;
        assert!(told.iter().all(|told| told.starts_with("warning ")), "{ways:?} {told:?}");
    }
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 17] = [
    (Ways::KeepsNotes, "error lost-update changeClient"),
    (Ways::ErasesTags, "error patch-erases changeClient"),
    (Ways::ErasesWithEmail, "error patch-erases changeClient"),
    (Ways::MergesNotes, "error put-merges putClient"),
    (
        Ways::MergesAndWantsFloor,
        "error rejected-valid addClient, error rejected-valid putClient, error put-merges putClient",
    ),
    (Ways::MergesAddress, "error put-merges putClient"),
    (Ways::ShallowAddress, "error patch-erases changeClient"),
    (Ways::SuspendErases, "error action-erases suspend"),
    (Ways::SuspendsAll, "error other-changed suspend"),
    (Ways::SuspendHides, "error action-erases suspend"),
    (Ways::SuspendKeepsTag, "error same-etag getClient"),
    (Ways::PatchTakesEmail, "error duplicate-set changeClient"),
    (Ways::PutTakesEmail, "error duplicate-set putClient"),
    (Ways::DeletesNobody, "error deletes-nothing dropClient"),
    (Ways::KeepsTime, "error moved-time putClient, error moved-time changeClient"),
    (Ways::TurnsTimeBack, "error moved-time putClient, error moved-time changeClient"),
    (Ways::MovesCreation, "error moved-time changeClient"),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

async fn tell(broken: &[(Ways, &str)]) {
    let mut wrong = Vec::new();
    for (ways, law) in broken {
        let mut found = told(*ways).await;
        found.dedup();
        if found.join(", ") != *law {
            wrong.push((ways, law, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn what_changes_leave_is_told() {
    tell(&BROKEN[..7]).await;
}

#[tokio::test]
async fn what_actions_leave_is_told() {
    tell(&BROKEN[7..11]).await;
}

#[tokio::test]
async fn values_that_are_taken_and_times_are_told() {
    tell(&BROKEN[11..]).await;
}
