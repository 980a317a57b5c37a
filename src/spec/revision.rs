//! Files of a revision, as git has them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::path::{display, normalise};
use crate::whole_file::{self, LARGEST};

/// A revision: a branch, a tag, a commit, or whatever else git knows one by.
#[derive(Clone, Debug)]
pub(super) struct Revision(Arc<str>);

impl Revision {
    /// The revision, and a path as seen from the top of the repository: one that begins with `.` is as seen from here.
    pub fn at(revision: &str, path: &str) -> Result<(Self, PathBuf), String> {
        if revision.is_empty() || revision.starts_with('-') || path.is_empty() {
            return Err("one of the two is missing".to_owned());
        }
        let prefix = match path.starts_with("./") || path.starts_with("../") {
            true => text(git(&["rev-parse", "--show-prefix"])?)?.trim_end().to_owned(),
            false => String::new(),
        };
        let path = normalise(&Path::new(&prefix).join(path));
        Ok((Self(revision.into()), path))
    }

    /// How a file of it is called.
    pub fn name(&self, path: &str) -> String {
        format!("{}:{path}", self.0)
    }

    /// The text of a file.
    pub fn read(&self, path: &Path) -> Result<String, String> {
        let object = self.name(&display(path));
        let size = text(git(&["cat-file", "-s", &object])?)?;
        if size.trim().parse::<u64>().is_ok_and(|size| size > LARGEST) {
            return Err(format!("it has {} octets; {LARGEST} are the most that is read", size.trim()));
        }
        whole_file::text(git(&["cat-file", "blob", &object])?)
    }
}

/// The commit that last changed a file, if git knows of one.
///
/// # Errors
/// In words: there is no git, or the file lies in no repository.
#[cfg(feature = "cli")]
pub fn last_change(path: &Path) -> Result<Option<String>, String> {
    let path = path.to_string_lossy();
    let commit = text(git(&["log", "-1", "--format=%H", "--", &path])?)?;
    Ok(Some(commit.trim().to_owned()).filter(|commit| !commit.is_empty()))
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "git answered with no text".to_owned())
}

/// What git writes. It asks nobody for a password.
fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .args(arguments)
        .stdin(Stdio::null())
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> =
        told.lines().map(|line| line.trim_start_matches("fatal: ").trim_start_matches("hint: ")).collect();
    Err(if lines.is_empty() { format!("git failed ({})", output.status) } else { format!("git: {}", lines.join("; ")) })
}
