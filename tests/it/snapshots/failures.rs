//! What goes wrong around snapshots: the path is told, the status is 2, and no file is half written.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::folder::{Folder, SNAPSHOT, asapp, snapshots};
use crate::support::command::{Ended, binary, ended, without_environment};

fn told(ended: &Ended, what: &[&str]) {
    assert_eq!(ended.status, Some(2), "{}{}", ended.stdout, ended.stderr);
    // A long line is broken where it may be.
    let stderr: String = ended.stderr.chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
    for what in what {
        let what: String = what.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(stderr.contains(&what), "{what}: {}", ended.stderr);
    }
}

#[test]
fn conflict_markers_are_told_with_their_line_before_anything_is_sent() {
    let folder = Folder::with_snapshots();
    let merged = "<<<<<<< ours\n  => 401 Unauthorized\n=======\n  => 403\n>>>>>>> theirs";
    folder.edit_section(SNAPSHOT, "no-credentials", "  => 401 Unauthorized", merged);
    let line = folder.text(SNAPSHOT).lines().position(|line| line.starts_with("<<<")).expect("a marker") + 1;
    let ended = asapp(&folder, &[], false);
    let marker = format!("snapshots/behaviour/asapp/createMessage.snap:{line}: conflict markers");
    told(&ended, &[&marker, "resolve the conflict"]);
    assert_eq!(ended.stdout, "");
    assert_eq!(folder.waiting(), [""; 0]);
    // Recording anew resolves it.
    assert_eq!(asapp(&folder, &["--update-snapshots", "all"], false).status, Some(0));
    assert_eq!(folder.files(), Folder::with_snapshots().files());
}

#[test]
fn a_file_that_is_no_snapshot_is_told() {
    let twice = "---\nsource: a\n---\na: b\n\n  POST /\n\na: b\n\n  POST /\n";
    for text in ["", "hello\n", "---\nnever ends\n", "---\n: : [\n---\ntext\n", "---\nsource: a\n---\nPOST /\n", twice]
    {
        let folder = Folder::with_snapshots();
        folder.write(SNAPSHOT, text);
        told(&asapp(&folder, &[], true), &["createMessage.snap is no insta snapshot"]);
    }
    let folder = Folder::with_snapshots();
    fs::write(folder.path(SNAPSHOT), b"---\nsource: a\n---\n\xff\n").expect("written");
    told(&asapp(&folder, &[], true), &["cannot read snapshots/behaviour/asapp/createMessage.snap"]);
}

#[test]
fn a_file_in_the_place_of_a_directory_and_the_other_way_round() {
    let folder = Folder::empty();
    fs::write(folder.root().join("snapshots"), "a file").expect("written");
    told(&asapp(&folder, &["--snapshots", "shape"], false), &["snapshots/behaviour/asapp"]);
    let folder = Folder::with_snapshots();
    folder.remove(SNAPSHOT);
    fs::create_dir(folder.path(SNAPSHOT)).expect("a directory");
    told(&asapp(&folder, &[], false), &["createMessage.snap"]);
    let folder = Folder::with_snapshots();
    folder.remove(SNAPSHOT);
    fs::create_dir_all(folder.path(&format!("{SNAPSHOT}.new"))).expect("a directory");
    told(&asapp(&folder, &[], false), &["cannot write", "createMessage.snap.new"]);
    assert_eq!(folder.waiting(), [""; 0]);
}

/// A limit of no bytes on files, its signal ignored, fails every write as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let folder = Folder::with_snapshots();
    folder.edit(SNAPSHOT, "401", "403");
    let before = folder.files();
    for update in ["new", "all"] {
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
        let mut command = without_environment(Command::new("bash"), folder.root());
        let arguments = ["--provider", "asapp", "--cases", "0", "--update-snapshots", update];
        command.args(["-c", script]).arg(binary()).args(arguments);
        told(&ended(&mut command), &["cannot write snapshots/behaviour/asapp/createMessage.snap"]);
        assert_eq!(folder.files(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_directory_that_is_read_only_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let permit = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    let folder = Folder::with_snapshots();
    folder.edit(SNAPSHOT, "401", "403");
    let before = folder.files();
    let closed = folder.path("behaviour/asapp");
    permit(&closed, 0o555);
    let probe = closed.join("probe");
    let ended = match fs::write(&probe, "") {
        // Nothing is closed to root, so the binary runs as a user that is nobody, from where that user may run it.
        Ok(()) => {
            fs::remove_file(&probe).expect("removed");
            let copy = folder.root().join("conform");
            fs::copy(binary(), &copy).expect("copied");
            permit(folder.root(), 0o755);
            let mut command = without_environment(Command::new(copy), folder.root());
            ended(command.uid(65_534).args(["--provider", "asapp", "--cases", "0"]))
        }
        Err(_) => asapp(&folder, &[], false),
    };
    permit(&closed, 0o755);
    told(&ended, &["cannot write snapshots/behaviour/asapp", "ermission denied"]);
    assert_eq!(folder.files(), before);
}

#[test]
fn two_runs_at_once_leave_whole_files() {
    let folder = Folder::empty();
    let run = || asapp(&folder, &["--update-snapshots", "all"], false);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(run)).collect();
        for ended in runs {
            let ended = ended.join().expect("no panic");
            assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
        }
    });
    assert_eq!(snapshots(&folder, &["accept", "--provider", "asapp"]).status, Some(0));
    assert_eq!(folder.files(), Folder::with_snapshots().files());
}
