//! `conform snapshots` without a terminal.

use super::folder::{Folder, SNAPSHOT, WAITING, asapp, snapshots};

/// A folder in which two sections of a snapshot of behaviour and one of a contract wait.
fn waiting() -> Folder {
    let folder = Folder::with_snapshots();
    folder.edit_section(SNAPSHOT, "no-credentials", "401 Unauthorized", "403 Forbidden");
    folder.edit_section(SNAPSHOT, "text-is-empty", "400 Bad Request", "422 Unprocessable Content");
    folder.edit("contract/asapp/createMessage.snap", "minLength 1", "minLength 2");
    assert_eq!(asapp(&folder, &[], false).status, Some(1));
    folder
}

#[test]
fn what_waits_is_listed_accepted_and_rejected() {
    let folder = waiting();
    for arguments in [&[][..], &["list"], &["list", "--provider", "asapp"]] {
        let listed = snapshots(&folder, arguments);
        assert_eq!(listed.status, Some(1), "{}", listed.stderr);
        let listed: Vec<_> = listed.stdout.lines().map(|line| line.split("  ").next().unwrap_or_default()).collect();
        let file = "changed snapshots/behaviour/asapp/createMessage.snap";
        let expected = [&format!("{file}#text-is-empty"), &format!("{file}#no-credentials")];
        assert_eq!(listed[..2], expected);
        assert_eq!(listed[2..], ["changed snapshots/contract/asapp/createMessage.snap"]);
    }
    let verbose = snapshots(&folder, &["list", "--verbose"]);
    assert!(verbose.stdout.contains("-=> 403 Forbidden\n+=> 401 Unauthorized"), "{}", verbose.stdout);
    assert!(verbose.stdout.contains("-  /text minLength 2\n+  /text minLength 1"), "{}", verbose.stdout);
    let unknown = snapshots(&folder, &["accept", "nothing-like-it"]);
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("nothing-like-it"));
    assert_eq!(snapshots(&folder, &["accept", "contract/"]).status, Some(0));
    assert_eq!(folder.waiting(), [WAITING]);
    // A section alone: what it said before, and what other sections say, stays.
    let before = folder.text(SNAPSHOT);
    let accepted = snapshots(&folder, &["accept", "text-is-empty"]);
    let expected = "accepted snapshots/behaviour/asapp/createMessage.snap#text-is-empty\n";
    assert_eq!((accepted.status, accepted.stdout.as_str()), (Some(0), expected));
    assert_eq!(folder.waiting(), [WAITING]);
    folder.edit_section(SNAPSHOT, "text-is-empty", "400 Bad Request", "422 Unprocessable Content");
    assert_eq!(folder.text(SNAPSHOT), before);
    assert_eq!(snapshots(&folder, &["reject"]).status, Some(0));
    assert_eq!((folder.waiting(), folder.text(SNAPSHOT)), (Vec::new(), before));
    assert_eq!(asapp(&folder, &[], false).status, Some(1));
    assert_eq!(snapshots(&folder, &["accept"]).status, Some(0));
    assert_eq!(folder.files(), Folder::with_snapshots().files());
    assert_eq!(snapshots(&folder, &[]).status, Some(0));
}

#[test]
fn listing_writes_nothing() {
    let folder = waiting();
    // As from an earlier version, which wrote what a document obliges to while it listed.
    folder.write("contract/asapp/createMessage.snap.new", &folder.text("contract/asapp/createMessage.snap"));
    let before = folder.files();
    for arguments in [&[][..], &["list"], &["list", "--verbose"], &["list", "--provider", "asapp"]] {
        let listed = snapshots(&folder, arguments);
        assert_eq!(listed.status, Some(1), "{}", listed.stderr);
        assert!(listed.stdout.contains("changed snapshots/contract/asapp/createMessage.snap"), "{}", listed.stdout);
        assert_eq!(folder.files(), before, "{arguments:?}");
    }
    let folder = Folder::empty();
    let listed = snapshots(&folder, &["list", "--provider", "asapp"]);
    assert_eq!(listed.stdout.lines().count(), 1, "{}", listed.stdout);
    assert!(listed.stdout.starts_with("new     snapshots/contract/asapp/createMessage.snap"), "{}", listed.stdout);
    assert!(!folder.path("").exists(), "a folder was made");
}

#[test]
fn where_nothing_waits_that_is_said() {
    for folder in [Folder::with_snapshots(), Folder::empty()] {
        let before = folder.files();
        for arguments in [&[][..], &["list"], &["list", "--verbose"]] {
            let listed = snapshots(&folder, arguments);
            assert_eq!((listed.status, listed.stdout.as_str()), (Some(0), "nothing waits for review\n"));
        }
        assert_eq!(folder.files(), before);
    }
}

#[test]
fn what_a_document_obliges_to_is_accepted_and_cannot_be_rejected() {
    let folder = waiting();
    let rejected = snapshots(&folder, &["reject", "contract/"]);
    assert_eq!(rejected.status, Some(0), "{}", rejected.stderr);
    let told = "the document still obliges to snapshots/contract/asapp/createMessage.snap\n";
    assert_eq!(rejected.stdout, told);
    assert_eq!(snapshots(&folder, &["list"]).stdout.lines().count(), 3);
    assert_eq!(snapshots(&folder, &["accept", "contract/"]).status, Some(0));
    assert_eq!(snapshots(&folder, &["list"]).stdout.lines().count(), 2);
}

#[test]
fn what_no_case_makes_is_named_and_removed() {
    let folder = Folder::with_snapshots();
    let (text, gone) = (folder.text(SNAPSHOT), folder.section(SNAPSHOT, "no-credentials").replacen("no-", "gone-", 1));
    folder.write(SNAPSHOT, &format!("{text}\n{gone}"));
    folder.write(WAITING, &format!("{text}\n{}", gone.replacen("gone-", "waiting-", 1)));
    for orphan in ["behaviour/asapp/gone.snap", "behaviour/asapp/old.case.snap", "contract/asapp/gone.snap"] {
        folder.write(orphan, &text);
    }
    folder.write("behaviour/asapp/gone.snap.new", &text);
    let named = snapshots(&folder, &["prune", "--dry-run"]);
    let expected = "orphan snapshots/behaviour/asapp/createMessage.snap#gone-credentials
orphan snapshots/behaviour/asapp/createMessage.snap#waiting-credentials
orphan snapshots/behaviour/asapp/gone.snap
orphan snapshots/behaviour/asapp/old.case.snap
orphan snapshots/contract/asapp/gone.snap
";
    assert_eq!((named.status, named.stdout.as_str()), (Some(0), expected));
    assert_eq!(folder.waiting().len(), 2);
    let removed = snapshots(&folder, &["prune"]);
    assert_eq!((removed.status, removed.stdout), (Some(0), expected.replace("orphan", "removed")));
    assert_eq!(folder.files(), Folder::with_snapshots().files());
}

#[test]
fn a_section_that_no_case_makes_changes_no_run() {
    let folder = Folder::with_snapshots();
    let gone = folder.section(SNAPSHOT, "no-credentials").replacen("no-", "gone-", 1);
    folder.write(SNAPSHOT, &format!("{}\n{gone}", folder.text(SNAPSHOT)));
    let before = folder.files();
    for update in ["new", "all"] {
        let ended = asapp(&folder, &["--update-snapshots", update], false);
        assert_eq!(ended.status, Some(0), "{}", ended.stdout);
        assert!(!ended.stdout.contains("snapshot ·"), "{}", ended.stdout);
        assert_eq!(folder.files(), before);
    }
}

#[test]
fn a_document_of_ones_own_has_snapshots_too() {
    let folder = Folder::empty();
    let document = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get: {operationId: a, responses: {'200': {description: fine}}}\n";
    std::fs::write(folder.root().join("mine.yaml"), document).expect("written");
    let listed = snapshots(&folder, &["list", "--spec", "mine.yaml"]);
    assert_eq!(listed.status, Some(1), "{}", listed.stderr);
    assert!(listed.stdout.contains("new     snapshots/contract/mine/a.snap"), "{}", listed.stdout);
    assert_eq!(snapshots(&folder, &["accept", "--spec", "mine.yaml"]).status, Some(0));
    assert_eq!(snapshots(&folder, &["list", "--spec", "mine.yaml"]).status, Some(0));
    assert!(folder.text("contract/mine/a.snap").contains("GET /a"));
}
