//! A folder of one's own with a copy of the repository's snapshots of ASAPP.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use tempfile::TempDir;

use crate::support::command::{Ended, conform, ended, root};
use crate::support::report;

/// The snapshot of ASAPP's behaviour.
pub const SNAPSHOT: &str = "behaviour/asapp/createMessage.snap";
/// What waits beside it.
pub const WAITING: &str = "behaviour/asapp/createMessage.snap.new";

pub struct Folder(TempDir);

impl Folder {
    /// Without snapshots.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("temporary folder"))
    }

    pub fn with_snapshots() -> Self {
        let folder = Self::empty();
        for kind in ["contract/asapp", "behaviour/asapp"] {
            let to = folder.path(kind);
            fs::create_dir_all(&to).expect("folder");
            for file in fs::read_dir(root().join("snapshots").join(kind)).expect("snapshots") {
                let file = file.expect("an entry").path();
                if file.extension().is_some_and(|extension| extension == "snap") {
                    fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copied");
                }
            }
        }
        folder
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// The path of a snapshot.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("snapshots").join(name)
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect(name);
    }

    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name}: {text}");
        self.write(name, &text.replace(from, to));
    }

    /// Edits a section of a snapshot.
    pub fn edit_section(&self, name: &str, section: &str, from: &str, to: &str) {
        let old = self.section(name, section);
        assert!(old.contains(from), "{name}: {old}");
        self.edit(name, &old, &old.replace(from, to));
    }

    /// Removes a section of a snapshot.
    pub fn remove_section(&self, name: &str, section: &str) {
        self.edit(name, &self.section(name, section), "");
    }

    /// A section of a snapshot with its heading.
    pub fn section(&self, name: &str, section: &str) -> String {
        let text = self.text(name);
        let start = text.find(&format!("\n{section}: ")).expect(section) + 1;
        let lines = text[start..].split_inclusive('\n');
        let is_within = |(index, line): &(usize, &str)| *index == 0 || line.starts_with("  ") || *line == "\n";
        lines.enumerate().take_while(is_within).map(|(_, line)| line).collect()
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect(name);
    }

    /// All files below the snapshots with their texts, in order.
    pub fn files(&self) -> Vec<(String, String)> {
        let base = self.path("");
        let mut folders = vec![base.clone()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&base).expect("below").to_string_lossy().replace('\\', "/");
                    files.push((name, fs::read_to_string(&path).expect("text")));
                }
            }
        }
        files.sort();
        files
    }

    /// The files that wait for review, and any others that are no snapshots.
    pub fn waiting(&self) -> Vec<String> {
        self.files().into_iter().map(|(name, _)| name).filter(|name| !name.ends_with(".snap")).collect()
    }
}

/// Runs ASAPP's contract in the folder, against the reference target if the arguments name no other.
pub fn asapp(folder: &Folder, arguments: &[&str], is_ci: bool) -> Ended {
    let mut command = conform(folder.root());
    if is_ci {
        command.env("CI", "true");
    }
    ended(command.args(["--provider", "asapp", "--cases", "0"]).args(arguments))
}

/// Runs `conform snapshots` in the folder.
pub fn snapshots(folder: &Folder, arguments: &[&str]) -> Ended {
    ended(conform(folder.root()).arg("snapshots").args(arguments))
}

/// The messages and diffs of the snapshot findings in a JSON report.
pub fn findings(report: &[u8]) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(report).expect("JSON");
    let snapshots = report::findings(&report).into_iter().filter(|finding| finding["check"] == "snapshot");
    snapshots.map(|finding| format!("{}\n{}", finding["message"], finding["diff"].as_str().unwrap_or(""))).collect()
}

/// `conform serve`, ended when it is dropped.
pub struct Served {
    child: Child,
    pub url: String,
}

impl Served {
    pub fn start() -> Self {
        let mut child = conform(root())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
        Self { child, url }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
