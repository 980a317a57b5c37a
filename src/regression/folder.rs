//! The folder of failing cases: one file each, whose name is that of its cause.

use std::path::{Path, PathBuf};

use super::{Saved, yaml};
use crate::execute::Masker;
use crate::spec::{Weight, weigh_yaml};
use crate::text::slug;
use crate::whole_file;

/// Why the folder or a file in it cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum FolderError {
    /// The system refuses.
    #[error("cannot use {}: {reason}", path.display())]
    #[diagnostic(help("check the path and its permissions, or leave regressions out with `--regressions off`"))]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The file is no saved case.
    #[error("{}{place}: {reason}", path.display())]
    #[diagnostic(help("correct the file, or delete it"))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// `:line:column`, where it is known.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

/// A kept case.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its id: the name of its file.
    pub id: String,
    /// What is kept of it.
    pub saved: Saved,
}

/// The cases in a folder in the order of their file names; none where there is no folder.
///
/// # Errors
/// [`FolderError`], for the first file that cannot be read.
pub fn load(folder: &Path) -> Result<Vec<Kept>, FolderError> {
    let refused = |error: std::io::Error| FolderError::Refused { path: folder.to_owned(), reason: error.to_string() };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(refused)?.path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(|path| Ok(Kept { id: id(&path), saved: load_file(&path)? })).collect()
}

/// One case.
///
/// # Errors
/// [`FolderError`].
pub fn load_file(path: &Path) -> Result<Saved, FolderError> {
    let text = whole_file::read(path).map_err(|reason| FolderError::Refused { path: path.to_owned(), reason })?;
    weigh_yaml(&text, &mut Weight::default()).map_err(|reason| FolderError::Malformed {
        path: path.to_owned(),
        place: String::new(),
        reason,
    })?;
    serde_yaml::from_str(&text).map_err(|error| {
        if keeps_bytes(&text) {
            let reason = "an older version kept this case; delete it, and a run that still fails keeps it again";
            return FolderError::Malformed { path: path.to_owned(), place: String::new(), reason: reason.to_owned() };
        }
        let place = error.location().map(|place| format!(":{}:{}", place.line(), place.column())).unwrap_or_default();
        FolderError::Malformed { path: path.to_owned(), place, reason: error.to_string() }
    })
}

/// Whether a file has the form that held the bytes of a request in place of its values.
fn keeps_bytes(text: &str) -> bool {
    let members: Option<serde_yaml::Mapping> = serde_yaml::from_str(text).ok();
    members.is_some_and(|members| members.contains_key("method") && members.contains_key("path"))
}

/// Keeps a case under the fingerprint of its finding, variables in the place of secrets, and returns its id. A file that is there already stays as it is
/// where it says the same, so that two runs at once do no harm.
///
/// # Errors
/// [`FolderError::Refused`].
pub fn save(folder: &Path, saved: &Saved, fingerprint: &str, secrets: &Masker) -> Result<String, FolderError> {
    let name = format!("{}-{}-{}-{fingerprint}", slug(&saved.contract), slug(&saved.operation), slug(&saved.check),);
    let path = folder.join(format!("{name}.yaml"));
    let refused =
        |error: &dyn std::fmt::Display| FolderError::Refused { path: path.clone(), reason: error.to_string() };
    let text = yaml::write(&saved.masked(secrets)).map_err(|error| refused(&error))?;
    let text = secrets.text(&text);
    if whole_file::read(&path).is_ok_and(|known| known == text) {
        return Ok(name);
    }
    std::fs::create_dir_all(folder).map_err(|error| refused(&error))?;
    whole_file::write(&path, text.as_bytes()).map_err(|error| refused(&error))?;
    Ok(name)
}

fn id(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// In lower case, as some file systems ignore case.
fn slug(text: &str) -> String {
    slug::slug(&text.to_ascii_lowercase().replace('_', "-"), 40)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::Secret;

    fn saved() -> Saved {
        serde_yaml::from_str(
            "{contract: asapp, operation: createMessage, check: server-error, found: a 500, case: an emoji,
              intent: valid, parameters: [{in: path, name: id, value: b}], credentials: {changed: [[key, missing]]},
              body: {media_type: application/json, value: {text: \"👋\"}}}",
        )
        .expect("a case")
    }

    #[test]
    fn aliases_that_multiply_are_stopped_in_a_kept_case() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        let head = "contract: c\noperation: o\ncheck: k\nfound: f\ncase: c\nintent: valid\nbody:\n  media_type: application/json\n";
        let bomb = format!("  value: [&a {}, {}]\n", "x".repeat(100_000), vec!["*a"; 10_000].join(","));
        std::fs::write(&path, format!("{head}{bomb}")).expect("written");
        let error = load_file(&path).expect_err("too much").to_string();
        assert!(error.contains("copy more than"), "{error}");
        std::fs::write(&path, format!("{head}  value: [&a x, *a]\n")).expect("written");
        assert!(load_file(&path).is_ok());
    }

    #[test]
    fn what_is_saved_is_loaded_and_a_second_time_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().join("deep/er");
        assert_eq!(load(&at).expect("no folder is no error"), []);
        let save = |fingerprint| save(&at, &saved(), fingerprint, &Masker::default()).expect("is saved");
        let id = save("ba44fbaf34dc7d06");
        assert_eq!(save("ba44fbaf34dc7d06"), id);
        assert_ne!(save("5d4ed5fc506c64e8"), id);
        let loaded = load(&at).expect("is loaded");
        assert_eq!(loaded.len(), 2);
        assert!(loaded.contains(&Kept { id, saved: saved() }));
    }

    #[test]
    fn a_kept_case_holds_a_variable_in_the_place_of_a_secret_and_is_whole_again_when_it_is_sent() {
        let secret = Secret { value: "AC-0123456789:t0ken+of-mine".to_owned(), variable: "ACCOUNT".to_owned() };
        let (secrets, folder) = (Masker::new([&secret]), tempfile::tempdir().expect("a folder"));
        let mut case = saved();
        case.parameters[0].value = "AC-0123456789".into();
        case.found = "it says \"t0ken\\u002Bof-mine\"".to_owned();
        save(folder.path(), &case, "ba44fbaf34dc7d06", &secrets).expect("is saved");
        let kept = load(folder.path()).expect("is loaded").remove(0).saved;
        assert_eq!(
            (kept.parameters[0].value.as_str(), kept.found.as_str()),
            (Some("${ACCOUNT%%:*}"), "it says \"${ACCOUNT#*:}\"")
        );
        let revealed = kept.revealed(&secrets);
        assert_eq!(revealed.parameters[0].value, case.parameters[0].value);
        assert_eq!(Saved { found: case.found.clone(), ..revealed }, case);
        // What is no variable of this run's stays as it is.
        case.parameters[0].value = "${HOME} AC-01".into();
        assert_eq!(case.masked(&secrets).revealed(&secrets).parameters, case.parameters);
    }

    #[test]
    fn a_file_that_is_no_case_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("x.yaml"), "contract: a\nunknown: 1\n").expect("is written");
        let error = load(folder.path()).expect_err("no case").to_string();
        assert!(error.contains("x.yaml:") && error.contains("unknown"), "{error}");
    }

    #[test]
    fn a_body_that_is_larger_than_any_that_is_sent_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let case = |size: u64| {
            format!(
                "contract: a\noperation: b\ncheck: c\nfound: d\ncase: e\nintent: invalid\ninstead: !body\n  json: {{}}\n  \
                 size: {size}\n"
            )
        };
        let path = folder.path().join("x.yaml");
        std::fs::write(&path, case(40_000_000_000)).expect("is written");
        let error = load(folder.path()).expect_err("too large").to_string();
        assert!(error.contains("x.yaml:7:") && error.contains("67108864 bytes are the most"), "{error}");
        std::fs::write(&path, case(64 << 20)).expect("is written");
        load(folder.path()).expect("is sent");
    }

    #[test]
    fn a_case_of_an_older_version_is_named_as_such() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = "{contract: a, operation: b, check: c, found: d, case: e, intent: valid, method: GET, path: /}";
        std::fs::write(folder.path().join("x.yaml"), old).expect("is written");
        let error = load(folder.path()).expect_err("another form").to_string();
        assert!(error.contains("x.yaml: an older version kept this case; delete it"), "{error}");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("is written");
        let error = save(&file, &saved(), "ba44fbaf34dc7d06", &Masker::default());
        let error = error.expect_err("a file is in the way").to_string();
        assert!(error.starts_with("cannot use"), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
