//! The real `cargo insta` on the files of a run.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::folder::{Folder, SNAPSHOT, WAITING, asapp};

fn cargo_insta(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.arg("insta").args(arguments).arg("--workspace-root").arg(folder).current_dir(folder);
    command.env_remove("CI").output().expect("cargo starts")
}

#[test]
#[ignore = "needs cargo-insta; CI runs it"]
fn cargo_insta_sees_accepts_and_rejects() {
    let installed = Command::new(env!("CARGO")).args(["insta", "--version"]).output().expect("cargo starts");
    assert!(installed.status.success(), "cargo-insta is needed: cargo install cargo-insta --version '^1.49' --locked");
    let folder = Folder::with_snapshots();
    // cargo-insta works on packages of Cargo, as every user of it has one.
    fs::write(folder.root().join("Cargo.toml"), "[package]\nname = \"any\"\nedition = \"2024\"\n").expect("written");
    fs::create_dir(folder.root().join("src")).expect("a directory");
    fs::write(folder.root().join("src/lib.rs"), "").expect("written");
    // As in this repository: git is not to see what waits, cargo-insta is.
    fs::write(folder.root().join(".gitignore"), "*.snap.new\n").expect("written");

    folder.edit_section(SNAPSHOT, "no-credentials", "401 Unauthorized", "403 Forbidden");
    folder.remove_section(SNAPSHOT, "unknown-role");
    let edited = folder.text(SNAPSHOT);
    assert_eq!(asapp(&folder, &[], false).status, Some(1));
    let pending = cargo_insta(folder.root(), &["pending-snapshots"]);
    let told = String::from_utf8_lossy(&pending.stdout).replace('\\', "/");
    assert!(told.contains(&format!("snapshots/{SNAPSHOT}")), "{told}");

    assert!(cargo_insta(folder.root(), &["reject"]).status.success());
    assert_eq!((folder.waiting(), folder.text(SNAPSHOT)), (Vec::new(), edited));

    assert_eq!(asapp(&folder, &[], false).status, Some(1));
    assert_eq!(folder.waiting(), [WAITING]);
    assert!(cargo_insta(folder.root(), &["accept"]).status.success());
    assert_eq!(folder.files(), Folder::with_snapshots().files());
    assert_eq!(asapp(&folder, &[], true).status, Some(0));
}
