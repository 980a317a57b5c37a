//! Lists, accepts, rejects and prunes pending snapshots.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::contract::contracts;
use super::sections::{Sections, node_of};
use super::selection::{directory, planned};
use super::{Mode, Orphan, Pending, Record, SnapshotError, Store};
use crate::contract::Contract;
use crate::fixtures::Fixtures;

impl Store {
    /// All that wait for review, in the order of the files' names and of their sections.
    ///
    /// # Errors
    /// [`SnapshotError`] where a directory or a file cannot be read.
    pub fn pending(&self) -> Result<Vec<Pending>, SnapshotError> {
        let mut all = Vec::new();
        for file in self.names("")?.into_iter().filter(|name| name.extension() == Some(OsStr::new("new"))) {
            let name = file.with_extension("");
            let Some(waiting) = self.record(&name, true)? else { continue };
            if has_sections(&name) {
                all.extend(self.pending_sections(&waiting)?);
            } else {
                let old = self.read(&name)?;
                all.push(Pending { record: None, ..Pending::of(waiting, old) });
            }
        }
        Ok(all)
    }

    fn pending_sections(&self, waiting: &Record) -> Result<Vec<Pending>, SnapshotError> {
        let (old, new) = (self.sections(&waiting.name, false)?, self.sections_of(waiting)?);
        let pending = old.differences(&new).map(|section| Pending {
            name: waiting.name.clone(),
            section: Some(section.name.clone()),
            old: old.get(&section.name).map(|section| section.text.clone()),
            new: section.text.clone(),
            description: Some(section.description.clone()),
            node: node_of(section, Some(&waiting.node)),
            record: None,
        });
        Ok(pending.collect())
    }

    /// Makes what waits the snapshot. Other sections of the file wait on.
    ///
    /// # Errors
    /// [`SnapshotError`]; the snapshot is then as it was.
    pub fn accept(&self, pending: &Pending) -> Result<(), SnapshotError> {
        if let Some(record) = &pending.record {
            return self.write(record, false);
        }
        let Some(waiting) = self.record(&pending.name, true)? else { return Ok(()) };
        let Some(section) = &pending.section else { return self.write(&waiting, false) };
        let (old, new) = (self.sections(&pending.name, false)?, self.sections_of(&waiting)?);
        let accepted = new.iter().filter_map(|new| if new.name == *section { Some(new) } else { old.get(&new.name) });
        let accepted = old.clone().updated(accepted.cloned());
        self.write(&Record { text: accepted.to_string(), ..waiting.clone() }, false)?;
        // That has dropped what waits.
        if accepted.differences(&new).next().is_some() { self.write(&waiting, true) } else { Ok(()) }
    }

    /// Removes what waits. Other sections of the file wait on.
    ///
    /// # Errors
    /// [`SnapshotError`]; what waits is then as it was.
    pub fn reject(&self, pending: &Pending) -> Result<(), SnapshotError> {
        let Some(waiting) = self.record(&pending.name, true)? else { return Ok(()) };
        let Some(section) = &pending.section else { return self.drop_pending(&pending.name) };
        let (old, new) = (self.sections(&pending.name, false)?, self.sections_of(&waiting)?);
        let left = new.retain(|new| new.name != *section);
        match old.differences(&left).next() {
            Some(_) => self.write(&Record { text: left.to_string(), ..waiting }, true),
            None => self.drop_pending(&pending.name),
        }
    }

    /// What lies in the directories of a contract's snapshots and is made by no case any more, in the order of its names.
    ///
    /// # Errors
    /// [`SnapshotError`] where a directory or a file cannot be read.
    pub fn orphans(&self, contract: &Contract, fixtures: &Fixtures) -> Result<BTreeSet<Orphan>, SnapshotError> {
        let mut made: HashMap<PathBuf, Option<Vec<String>>> =
            contracts(contract).into_iter().map(|record| (record.name, None)).collect();
        for (file, sections) in planned(contract, fixtures) {
            for mode in Mode::EACH {
                made.insert(directory(mode, contract).join(&file), Some(sections.clone()));
            }
        }
        let folders: BTreeSet<&Path> = made.keys().filter_map(|name| name.parent()).collect();
        let mut orphans = BTreeSet::new();
        for folder in folders {
            for file in self.names(&folder.to_string_lossy())? {
                let is_pending = file.extension() == Some(OsStr::new("new"));
                let name = if is_pending { file.with_extension("") } else { file };
                match made.get(&name) {
                    None => {
                        orphans.insert(Orphan { name, section: None });
                    }
                    Some(None) => {}
                    Some(Some(made)) => {
                        let sections =
                            self.sections(&name, is_pending)?.retain(|section| !made.contains(&section.name));
                        orphans.extend(
                            sections
                                .iter()
                                .map(|section| Orphan { name: name.clone(), section: Some(section.name.clone()) }),
                        );
                    }
                }
            }
        }
        Ok(orphans)
    }

    /// Removes a file, or a section of one, from the snapshots and from what waits beside them.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn remove_orphan(&self, orphan: &Orphan) -> Result<(), SnapshotError> {
        let Some(section) = &orphan.section else { return self.remove(&orphan.name) };
        let left = |record: &Record| -> Result<Sections, SnapshotError> {
            Ok(self.sections_of(record)?.retain(|known| known.name != *section))
        };
        let waiting = self.record(&orphan.name, true)?;
        let old = match self.record(&orphan.name, false)? {
            None => Sections::default(),
            Some(record) => {
                let left = left(&record)?;
                if left.iter().next().is_none() {
                    self.remove(&orphan.name)?;
                } else {
                    self.write(&Record { text: left.to_string(), ..record }, false)?;
                }
                left
            }
        };
        let Some(waiting) = waiting else { return Ok(()) };
        let new = left(&waiting)?;
        match old.differences(&new).next() {
            Some(_) => self.write(&Record { text: new.to_string(), ..waiting }, true),
            None => self.drop_pending(&orphan.name),
        }
    }
}

impl Pending {
    /// A whole file that differs from its snapshot, whose text is `old`, and is not written anywhere.
    pub fn of(record: Record, old: Option<String>) -> Self {
        Self {
            name: record.name.clone(),
            section: None,
            old,
            new: record.text.clone(),
            description: Some(record.description.clone()),
            node: Some(record.node.clone()),
            record: Some(record),
        }
    }
}

/// Whether a file has a section for each case; that of a contract is one text.
fn has_sections(name: &Path) -> bool {
    !name.starts_with("contract")
}
