//! Snapshots from the outside: the real binary on the repository's own snapshots and on copies of them.

mod cargo_insta;
mod failures;
mod folder;
mod review;
mod story;
mod terminal;

use folder::{Folder, SNAPSHOT, WAITING, asapp, findings};

use crate::support::PROVIDERS;
use crate::support::command::{conform, root};

/// The messages of snapshot findings of a whole run in CI, with these arguments.
fn in_ci(arguments: &[&str]) -> Vec<String> {
    let output =
        conform(root()).env("CI", "true").args(["--format", "json"]).args(arguments).output().expect("it runs");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    findings(&output.stdout)
}

#[test]
fn the_reference_target_matches_every_snapshot() {
    assert_eq!(in_ci(&["--cases", "0"]), [""; 0]);
    // Nothing that a seed, a number of cases, or another order of answers changes is in them.
    assert_eq!(in_ci(&["--cases", "30", "--seed", "4711", "--concurrency", "3"]), [""; 0]);
}

#[test]
fn neither_ids_nor_keys_of_a_target_of_ones_own_are_in_them() {
    let output = conform(root())
        .env("CI", "true")
        .env("ASAPP_CONVERSATION_ID", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ")
        .env("ASAPP_API_SECRET", "hunter2-hunter2")
        .env("TELNYX_CONVERSATION_ID", "11111111-6e1a-4fe4-a799-aa6d9a6ab26e")
        .env("EXAMPLE_AI_CONVERSATION_ID", "con_another1")
        .env("RESPONDENT_CONVERSATION_UID", "64c0ffee0ddba11ca11ab1ff")
        .env("TZ", "Asia/Kathmandu")
        .args(["--format", "json", "--cases", "0"])
        .args(["--provider", "asapp", "--provider", "telnyx", "--provider", "respondent", "--provider", "example-ai"])
        .output()
        .expect("it runs");
    assert_eq!(findings(&output.stdout), [""; 0], "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_documents_oblige_to_what_their_snapshots_show_and_no_snapshot_is_left_over() {
    let listed = conform(root()).env("CI", "true").args(["snapshots", "list", "--verbose"]).output().expect("it runs");
    let told = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!((listed.status.code(), told.as_str()), (Some(0), "nothing waits for review\n"));
    let pruned = conform(root()).args(["snapshots", "prune", "--dry-run"]).output().expect("it runs");
    assert_eq!((pruned.status.code(), String::from_utf8_lossy(&pruned.stdout).as_ref()), (Some(0), ""));
}

#[test]
fn every_provider_has_both_kinds_and_no_secret_is_in_one() {
    for provider in PROVIDERS {
        for kind in ["contract", "behaviour"] {
            let folder = root().join("snapshots").join(kind).join(provider);
            let files: Vec<_> = std::fs::read_dir(&folder).expect(provider).collect();
            assert!(!files.is_empty(), "{}", folder.display());
            for file in files {
                let text = std::fs::read_to_string(file.expect("an entry").path()).expect("text");
                for secret in ["conform-asapp", "conform-ada", "KEY-conform", "conform-respondent", "sk_test_51"] {
                    assert!(!text.contains(secret), "{text}");
                }
            }
        }
    }
}

#[test]
fn a_difference_is_a_finding_with_a_diff_and_waits_for_review() {
    let folder = Folder::with_snapshots();
    folder.edit_section(SNAPSHOT, "no-credentials", "401 Unauthorized", "403 Forbidden");
    let ended = asapp(&folder, &[], false);
    assert_eq!(ended.status, Some(1), "{}{}", ended.stdout, ended.stderr);
    for told in
        ["snapshot · asapp createMessage", "-=> 403 Forbidden", "+=> 401 Unauthorized", "conform snapshots review"]
    {
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
    }
    assert_eq!(folder.waiting(), [WAITING]);
    // The one section that differs is the one difference of the files.
    folder.edit_section(SNAPSHOT, "no-credentials", "403 Forbidden", "401 Unauthorized");
    assert_eq!(folder.text(SNAPSHOT), folder.text(WAITING));
    // Once they agree again, nothing waits any more.
    assert_eq!(asapp(&folder, &[], false).status, Some(0));
    assert_eq!(folder.waiting(), [""; 0]);
}

#[test]
fn in_ci_nothing_is_written_and_a_missing_snapshot_is_a_finding() {
    let folder = Folder::with_snapshots();
    folder.remove_section(SNAPSHOT, "text-is-missing");
    folder.edit_section(SNAPSHOT, "no-credentials", "401", "403");
    let before = folder.files();
    let ended = asapp(&folder, &[], true);
    assert_eq!(ended.status, Some(1), "{}", ended.stdout);
    let missing = "There is no snapshot snapshots/behaviour/asapp/createMessage.snap#text-is-missing";
    assert!(ended.stdout.contains(missing), "{}", ended.stdout);
    assert_eq!(folder.files(), before);
    let refused = asapp(&folder, &["--update-snapshots", "all"], true);
    assert_eq!(refused.status, Some(2));
    assert!(refused.stderr.contains("CI"), "{}", refused.stderr);
}

#[test]
fn elsewhere_a_missing_snapshot_is_a_warning_and_recorded() {
    let folder = Folder::with_snapshots();
    folder.remove_section(SNAPSHOT, "text-is-missing");
    let before = folder.files();
    assert_eq!(asapp(&folder, &["--update-snapshots", "no"], false).status, Some(0));
    assert_eq!(folder.files(), before);
    let ended = asapp(&folder, &[], false);
    assert_eq!(ended.status, Some(0), "{}", ended.stdout);
    assert_eq!(folder.waiting(), [WAITING]);
    assert_eq!(asapp(&folder, &["--update-snapshots", "all"], false).status, Some(0));
    assert_eq!(folder.files(), Folder::with_snapshots().files());
}

#[test]
fn the_wording_of_errors_is_kept_where_it_is_asked_for() {
    let folder = Folder::with_snapshots();
    let exact = ["--snapshots", "exact", "--update-snapshots", "all"];
    assert_eq!(asapp(&folder, &exact, false).status, Some(0));
    let path = "exact/asapp/createMessage.snap";
    assert!(!folder.text(path).contains("[text]"), "{}", folder.text(path));
    assert_eq!(asapp(&folder, &["--snapshots", "exact"], true).status, Some(0));
    folder.edit_section(path, "no-credentials", "\"message\": \"", "\"message\": \"Please: ");
    assert_eq!(asapp(&folder, &["--snapshots", "exact"], true).status, Some(1));
    assert_eq!(asapp(&folder, &[], true).status, Some(0));
}

#[test]
fn another_target_is_compared_only_where_that_is_asked_for() {
    let folder = Folder::with_snapshots();
    folder.edit_section(SNAPSHOT, "no-credentials", "401 Unauthorized", "403 Forbidden");
    let target = folder::Served::start();
    let arguments = ["--target", target.url.as_str()];
    assert_eq!(asapp(&folder, &arguments, true).status, Some(0));
    for asked in [&["--snapshots", "shape"][..], &["--snapshot-dir", "snapshots"]] {
        let ended = asapp(&folder, &[&arguments, asked].concat(), true);
        assert_eq!(ended.status, Some(1), "{}", ended.stdout);
        assert_eq!(ended.stdout.matches("snapshot · asapp").count(), 1, "{}", ended.stdout);
    }
    assert_eq!(asapp(&folder, &["--snapshots", "off"], true).status, Some(0));
}

#[test]
fn a_team_says_how_grave_a_difference_is() {
    let folder = Folder::with_snapshots();
    folder.edit_section(SNAPSHOT, "no-credentials", "401 Unauthorized", "403 Forbidden");
    let rule = |status: &str| {
        format!(
            "[[rules]]\ncheck = \"snapshot\"\noperation = \"createMessage\"\nstatus = \"{status}\"\nseverity = \"off\""
        )
    };
    // What came decides, not what was recorded.
    for (policy, status, told) in [
        ("[checks]\nsnapshot = \"warning\"".to_owned(), 0, 1),
        ("[checks]\nsnapshot = \"off\"".to_owned(), 0, 0),
        (rule("401"), 0, 0),
        (rule("403"), 1, 1),
    ] {
        std::fs::write(folder.root().join("conform.toml"), &policy).expect("written");
        let ended = asapp(&folder, &["--format", "json"], true);
        assert_eq!(ended.status, Some(status), "{policy}: {}", ended.stdout);
        assert_eq!(folder::findings(ended.stdout.as_bytes()).len(), told, "{policy}: {}", ended.stdout);
    }
}
