//! When two texts are the same snapshot to insta.

use insta::TextSnapshotKind;
use insta::internals::TextSnapshotContents;

/// Whether they are.
pub(crate) fn is_same(old: &str, new: &str) -> bool {
    contents(old).matches_latest(&contents(new))
}

fn contents(text: &str) -> TextSnapshotContents {
    TextSnapshotContents::new(text.to_owned(), TextSnapshotKind::File)
}
