//! What `conform diff` says of a changed snapshot of a contract.
//!
//! A snapshot is no document, so the one that it was made of is looked for in git: at HEAD, and where the snapshot itself
//! was last changed. It is the right one where its snapshot is the same, word for word.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::cli::load_args::LoadArgs;
use crate::cli::network_args::NetworkArgs;
use crate::cli::selection;
use crate::compare;
use crate::engine::Job;
use crate::finding::Finding;
use crate::snapshot::{self, Pending, Store};
use crate::spec::last_change;

/// Revisions that are looked at.
const MOST_REVISIONS: usize = 8;
/// Snapshots whose last change is asked for.
const MOST_QUESTIONS: usize = 64;

/// The changes of documents since their snapshots were made.
pub(super) struct Verdicts<'a> {
    jobs: &'a [Job],
    store: &'a Store,
    questions: usize,
    /// What is known of a contract at a revision.
    known: HashMap<(usize, String), Option<Old>>,
}

/// A document of an earlier revision.
struct Old {
    /// The name, the text and the operation of each snapshot.
    records: Vec<(PathBuf, String, String)>,
    /// What has changed since.
    changes: Vec<Finding>,
}

impl<'a> Verdicts<'a> {
    /// Of these contracts, whose snapshots are in `store`.
    pub fn new(jobs: &'a [Job], store: &'a Store) -> Self {
        Self { jobs, store, questions: 0, known: HashMap::new() }
    }

    /// The changes that a snapshot of a contract shows; `None` where the document that it was made of is not at hand.
    pub fn of(&mut self, pending: &Pending) -> Option<Vec<Finding>> {
        let folder = pending.name.iter().nth(1)?;
        let is_of = |job: &Job| folder == snapshot::folder(&job.contract).as_str();
        let job = self.jobs.iter().position(is_of)?;
        self.at(job, "HEAD", pending).or_else(|| {
            let revision = self.last_change(&pending.name)?;
            self.at(job, &revision, pending)
        })
    }

    fn last_change(&mut self, name: &Path) -> Option<String> {
        self.questions += 1;
        if self.questions > MOST_QUESTIONS {
            return None;
        }
        last_change(&self.store.path(name)).ok().flatten()
    }

    fn at(&mut self, job: usize, revision: &str, pending: &Pending) -> Option<Vec<Finding>> {
        let key = (job, revision.to_owned());
        if !self.known.contains_key(&key) {
            if self.known.len() >= MOST_REVISIONS * self.jobs.len() {
                return None;
            }
            self.known.insert(key.clone(), old(&self.jobs[job], revision));
        }
        let old = self.known.get(&key)?.as_ref()?;
        let is_it = |(name, text, _): &&(PathBuf, String, String)| {
            *name == pending.name && pending.old.as_deref().is_some_and(|old| snapshot::is_same(old, text))
        };
        let (_, _, operation) = old.records.iter().find(is_it)?;
        let is_of = |change: &&Finding| change.operation.as_ref().is_none_or(|name| name.id == *operation);
        Some(old.changes.iter().filter(is_of).cloned().collect())
    }
}

/// The document of a job as it was; `None` where git has none, or one that does not compile.
fn old(job: &Job, revision: &str) -> Option<Old> {
    let path = &job.contract.document.files()[0].path;
    let here = std::env::current_dir().ok()?;
    let path = path.strip_prefix(&here).unwrap_or(path);
    if path.is_absolute() {
        return None;
    }
    let spec = PathBuf::from(format!("{revision}:./{}", path.to_string_lossy().replace('\\', "/")));
    let document = LoadArgs::default().document(&spec, &NetworkArgs::default()).ok()?;
    let contract = selection::compile(document, &job.fixtures, &[]).ok()?;
    // At a revision a document is called by it, and its snapshots are those of the present one.
    let folder = snapshot::folder(&job.contract);
    let records = snapshot::contracts(&contract).into_iter().zip(&contract.operations).map(|(record, operation)| {
        let file = record.name.file_name().unwrap_or_default();
        (["contract", &folder].iter().collect::<PathBuf>().join(file), record.text, operation.id.clone())
    });
    let records = records.collect();
    Some(Old { records, changes: compare::compare(&contract, &job.contract).changes })
}
