//! A document: its files, and the target of every reference.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::{OverlayError, RefError, SpecError};
use super::fetch::read;
use super::model::{FileId, LoadOptions, Position, SourceLocation};
use super::named::{Resources, anchor};
use super::overlay::Overlay;
use super::path::{display, inside, leads_inside, normalise};
use super::pointer::Pointer;
use super::revision::Revision;
use super::size::Weight;
use super::source::SourceFile;

/// A document with the files that its references reach, as far as they were followed. The files are shared with its
/// clones.
#[derive(Clone, Debug)]
pub struct Document {
    files: Vec<Arc<SourceFile>>,
    by_address: HashMap<String, Result<FileId, String>>,
    weight: Weight,
    folder: PathBuf,
    options: LoadOptions,
    /// The schemas of each file that have an id, once one was asked for.
    resources: HashMap<FileId, Resources>,
    /// The revision that the files are of, where they are not those on the disk.
    revision: Option<Revision>,
}

impl Document {
    /// Loads the file at `path`.
    ///
    /// # Errors
    /// [`SpecError::Unreadable`] and [`SpecError::Syntax`].
    pub fn load(path: &Path, options: LoadOptions) -> Result<Self, SpecError> {
        let text = read(path).map_err(|reason| SpecError::Unreadable { path: display(path), reason })?;
        Self::from_text(path, text, options)
    }

    /// Loads the file at `path` of a revision that git knows, `path` as git takes it after `REVISION:`. What it refers to
    /// is of the same revision.
    ///
    /// # Errors
    /// [`SpecError::Unversioned`] and [`SpecError::Syntax`].
    pub fn load_revision(revision: &str, path: &str, options: LoadOptions) -> Result<Self, SpecError> {
        let unreadable = |reason| SpecError::Unversioned { path: format!("{revision}:{path}"), reason };
        let (revision, path) = Revision::at(revision, path).map_err(unreadable)?;
        let name = revision.name(&display(&path));
        let text = revision.read(&path).map_err(|reason| SpecError::Unversioned { path: name.clone(), reason })?;
        Self::new(path, name, text, options, Some(revision))
    }

    /// Takes a text that was read already; `path` names it and is where its references start.
    ///
    /// # Errors
    /// [`SpecError::Syntax`].
    pub fn from_text(path: &Path, text: String, options: LoadOptions) -> Result<Self, SpecError> {
        Self::new(path.to_owned(), display(path), text, options, None)
    }

    fn new(
        path: PathBuf,
        name: String,
        text: String,
        options: LoadOptions,
        revision: Option<Revision>,
    ) -> Result<Self, SpecError> {
        let folder = normalise(&path.parent().map_or_else(PathBuf::new, Path::to_owned));
        let by_address = HashMap::from([(display(&normalise(&path)), Ok(FileId(0)))]);
        let mut weight = Weight::default();
        let root = SourceFile::parse_part(path, name, text, &mut weight)?;
        let files = vec![Arc::new(root)];
        Ok(Self { files, by_address, weight, folder, options, resources: HashMap::new(), revision })
    }

    /// The document with the changes of an overlay made to its own file, before anything was resolved.
    ///
    /// # Errors
    /// [`OverlayError`].
    pub fn overlaid(mut self, overlay: &Overlay) -> Result<Self, OverlayError> {
        overlay.apply(&mut self.files[0])?;
        Ok(self)
    }

    /// The files, the document's own first.
    pub fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// One file.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The location of the document itself.
    pub fn root(&self) -> SourceLocation {
        SourceLocation::default()
    }

    /// The node at `location`.
    pub fn get(&self, location: &SourceLocation) -> Option<&Value> {
        self.file(location.file).get(&location.pointer)
    }

    /// `file:line:column` of a node (of its name, where it is a member).
    pub fn place(&self, location: &SourceLocation) -> String {
        let file = self.file(location.file);
        let Position { line, column } = file.key_span(&location.pointer).start;
        format!("{}:{line}:{column}", file.name)
    }

    /// Line and column of a node (of its name, where it is a member).
    pub fn position(&self, location: &SourceLocation) -> Position {
        self.file(location.file).key_span(&location.pointer).start
    }

    /// Follows one reference that stands in the file `base`, loading its file if need be.
    ///
    /// # Errors
    /// [`RefError`], when the reference may not be followed or leads to nothing.
    pub fn resolve(&mut self, base: FileId, reference: &str) -> Result<SourceLocation, RefError> {
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let (file, of) = match self.resource(base, address) {
            Some(of) => (base, of),
            None => (self.file_of(base, address, reference)?, Pointer::root()),
        };
        let missing = || RefError::Missing { reference: reference.to_owned(), file: self.file(file).name.clone() };
        let below = |fragment: &str| Pointer::new(format!("{}{fragment}", of.as_str()));
        let fragment = percent_decode_str(fragment).decode_utf8().map_err(|_| missing())?;
        let pointer = if fragment.is_empty() || fragment.starts_with('/') {
            below(&fragment)
        } else {
            let holder = self.file(file).get(&of).ok_or_else(missing)?;
            anchor(holder, &of, &fragment).ok_or_else(missing)?
        };
        if self.file(file).get(&pointer).is_none() {
            // Some documents leave `%25`-style escapes or a trailing slash in their pointers.
            let raw = below(reference.split_once('#').map_or("", |(_, fragment)| fragment));
            if self.file(file).get(&raw).is_some() {
                return Ok(SourceLocation { file, pointer: raw });
            }
            return Err(missing());
        }
        Ok(SourceLocation { file, pointer })
    }

    /// The node of the file itself that an address means: the file, or a schema with that `$id`.
    fn resource(&mut self, file: FileId, address: &str) -> Option<Pointer> {
        if address.is_empty() {
            return Some(Pointer::root());
        }
        let source = &self.files[file.0 as usize];
        let known = self.resources.entry(file).or_insert_with(|| Resources::of(&source.value));
        known.find(address).cloned()
    }

    fn file_of(&mut self, base: FileId, address: &str, reference: &str) -> Result<FileId, RefError> {
        let base_path = self.file(base).path.clone();
        let base_url = url::Url::parse(&base_path.to_string_lossy()).ok().filter(|url| url.has_host());
        let remote = match (url::Url::parse(address), base_url) {
            (Ok(url), _) if matches!(url.scheme(), "http" | "https") => Some(url.to_string()),
            (Err(_), Some(base)) => base.join(address).ok().map(|url| url.to_string()),
            _ => None,
        };
        let is_remote = remote.is_some();
        let (key, path) = match remote {
            Some(url) if !self.options.allow_remote => {
                return Err(RefError::Remote { reference: format!("{reference} ({url})") });
            }
            Some(url) => (url.clone(), PathBuf::from(url)),
            None => {
                let address =
                    percent_decode_str(address.trim_start_matches("file://")).decode_utf8_lossy().into_owned();
                let path = normalise(&base_path.parent().unwrap_or(Path::new("")).join(address));
                // Links are followed on the disk alone.
                let is_inside =
                    || inside(&self.folder, &path) && (self.revision.is_some() || leads_inside(&self.folder, &path));
                if !self.options.allow_outside && !is_inside() {
                    return Err(RefError::Outside { reference: reference.to_owned() });
                }
                (display(&path), path)
            }
        };
        if let Some(known) = self.by_address.get(&key) {
            return known.clone().map_err(|reason| RefError::Unloadable { reference: reference.to_owned(), reason });
        }
        let of_revision = self.revision.as_ref().filter(|_| !is_remote);
        let (text, name) = match of_revision {
            Some(revision) => (revision.read(&path), revision.name(&key)),
            None => (read(&path), key.clone()),
        };
        let weight = &mut self.weight;
        let before = weight.clone();
        let parsed = text.and_then(|text| {
            weight.add_text(&text)?;
            SourceFile::parse_part(path, name, text, weight).map_err(|error| error.to_string())
        });
        let loaded = parsed.map(|file| {
            self.files.push(Arc::new(file));
            FileId(self.files.len() as u32 - 1)
        });
        // What was not taken weighs nothing.
        if loaded.is_err() {
            self.weight = before;
        }
        self.by_address.insert(key, loaded.clone());
        loaded.map_err(|reason| RefError::Unloadable { reference: reference.to_owned(), reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_link_leads_out_of_the_folder_no_more_than_a_path_does() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let inner = folder.path().join("api");
        std::fs::create_dir(&inner).expect("a folder");
        for (path, text) in [("api/root.yaml", "openapi: 3.1.0\n"), ("api/a.yaml", "x: 1\n"), ("secret.yaml", "x: 1\n")]
        {
            std::fs::write(folder.path().join(path), text).expect("write");
        }
        std::os::unix::fs::symlink("../secret.yaml", inner.join("out.yaml")).expect("a link");
        std::os::unix::fs::symlink("a.yaml", inner.join("in.yaml")).expect("a link");
        let mut document = Document::load(&inner.join("root.yaml"), LoadOptions::default()).expect("loads");
        assert!(matches!(document.resolve(FileId(0), "out.yaml"), Err(RefError::Outside { .. })));
        assert!(document.resolve(FileId(0), "in.yaml").is_ok());
    }

    #[test]
    fn references_reach_files_below_the_folder_and_no_others() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let inner = folder.path().join("api");
        std::fs::create_dir_all(inner.join("parts")).expect("folders");
        std::fs::write(inner.join("root.yaml"), "openapi: 3.1.0\n").expect("write");
        std::fs::write(inner.join("parts/a.yaml"), "x: {y: 1}\nz: {$anchor: here}\n").expect("write");
        std::fs::write(folder.path().join("secret.yaml"), "x: 1\n").expect("write");
        let mut document = Document::load(&inner.join("root.yaml"), LoadOptions::default()).expect("loads");
        let found = document.resolve(FileId(0), "parts/a.yaml#/x/y").expect("found");
        assert_eq!(document.get(&found), Some(&serde_json::json!(1)));
        let anchored = document.resolve(FileId(0), "parts/a.yaml#here").expect("anchored");
        assert_eq!(anchored.pointer.as_str(), "/z");
        assert!(matches!(document.resolve(FileId(0), "../secret.yaml"), Err(RefError::Outside { .. })));
        assert!(matches!(document.resolve(FileId(0), "parts/b.yaml"), Err(RefError::Unloadable { .. })));
        assert!(matches!(document.resolve(FileId(0), "#/nope"), Err(RefError::Missing { .. })));
        assert!(matches!(document.resolve(FileId(0), "http://example.com/a.yaml"), Err(RefError::Remote { .. })));
    }

    #[test]
    fn files_that_are_referred_to_weigh_together() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let part = format!("{{\"x\": [{}]}}", vec!["1"; 900_000].join(","));
        for name in ["a.json", "b.json", "c.json"] {
            std::fs::write(folder.path().join(name), &part).expect("write");
        }
        let root = folder.path().join("root.yaml");
        std::fs::write(&root, "openapi: 3.1.0\n").expect("write");
        let mut document = Document::load(&root, LoadOptions::default()).expect("loads");
        assert!(document.resolve(FileId(0), "a.json#/x/0").is_ok());
        assert!(document.resolve(FileId(0), "b.json#/x/0").is_ok());
        assert!(document.resolve(FileId(0), "a.json#/x/1").is_ok(), "it is read once");
        let error = document.resolve(FileId(0), "c.json#/x/0").expect_err("too much");
        assert!(error.to_string().contains("too many values"), "{error}");
    }

    #[test]
    fn a_reference_may_name_a_schema_of_its_own_file_by_its_id() {
        let text = "openapi: 3.1.0\nn: {$id: 'https://example.com/n', $defs: {a: {$anchor: here}}}\n";
        let document = Document::from_text(Path::new("t.yaml"), text.to_owned(), LoadOptions::default());
        let mut document = document.expect("a document");
        let mut at = |reference: &str| document.resolve(FileId(0), reference).map(|found| found.pointer);
        assert_eq!(at("https://example.com/n").expect("the schema").as_str(), "/n");
        assert_eq!(at("https://example.com/n#/$defs/a").expect("below it").as_str(), "/n/$defs/a");
        assert_eq!(at("https://example.com/n#here").expect("its anchor").as_str(), "/n/$defs/a");
        assert!(matches!(at("https://example.com/n#there"), Err(RefError::Missing { .. })));
        assert!(matches!(at("https://example.com/m"), Err(RefError::Remote { .. })));
    }
}
