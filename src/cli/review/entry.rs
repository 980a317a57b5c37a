//! What there is to decide: causes, and what differs only by them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::verdict::Verdicts;
use crate::compare::Effect;
use crate::finding::Finding;
use crate::snapshot::{self, Pending};

/// One thing to decide.
#[derive(Debug)]
pub(super) struct Entry<'p> {
    /// What differs in the same lines: one section of behaviour, or the snapshots of a contract's operations.
    pub causes: Vec<&'p Pending>,
    /// What differs only because of it.
    pub effects: Vec<&'p Pending>,
    /// What `conform diff` says, where that is known.
    pub changes: Option<Vec<Finding>>,
    /// What can be accepted together.
    pub kind: Kind,
}

/// What entries have in common that a person may accept together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A contract that has changed in this way.
    Contract(Effect),
    /// A contract of which is not known what has changed.
    UnknownContract,
    /// An operation without a snapshot of its contract.
    NewContract,
    /// Behaviour that differs in these lines.
    Behaviour(Vec<String>),
    /// Behaviour without a snapshot.
    NewBehaviour,
}

impl Kind {
    /// Its place in a review: causes come first, and what breaks a client before the rest.
    fn rank(&self) -> usize {
        match self {
            Self::Contract(effect) => *effect as usize,
            Self::UnknownContract => 3,
            Self::NewContract => 4,
            Self::Behaviour(_) => 5,
            Self::NewBehaviour => 6,
        }
    }

    /// How several are called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Contract(Effect::Breaking) => "breaking changes",
            Self::Contract(Effect::Unknown) => "unknown changes",
            Self::Contract(Effect::Compatible) => "compatible changes",
            Self::UnknownContract => "changed contracts",
            Self::NewContract => "new contracts",
            Self::Behaviour(_) => "that differ in these lines",
            Self::NewBehaviour => "new ones of behaviour",
        }
    }
}

impl<'p> Entry<'p> {
    fn of_contract(causes: Vec<&'p Pending>, verdicts: &mut Verdicts<'_>) -> Self {
        let first = causes[0];
        if first.old.is_none() {
            return Self { causes, effects: Vec::new(), changes: None, kind: Kind::NewContract };
        }
        let changes = verdicts.of(first);
        let worst = |changes: &Vec<Finding>| changes.iter().map(Effect::of).min().unwrap_or(Effect::Compatible);
        let kind = changes.as_ref().map_or(Kind::UnknownContract, |changes| Kind::Contract(worst(changes)));
        Self { causes, effects: Vec::new(), changes, kind }
    }

    fn of_behaviour(pending: &'p Pending) -> Self {
        let kind = match &pending.old {
            Some(_) => Kind::Behaviour(changed_lines(pending)),
            None => Kind::NewBehaviour,
        };
        Self { causes: vec![pending], effects: Vec::new(), changes: None, kind }
    }

    /// All that is decided with it.
    pub fn all(&self) -> impl Iterator<Item = &'p Pending> {
        self.causes.iter().chain(&self.effects).copied()
    }

    /// Whether behaviour differs only by this change of its operation's contract: in the words that it takes away and
    /// adds, or, at the very clause that has changed, in the request alone.
    fn explains(&self, pending: &Pending) -> bool {
        let file = |pending: &Pending| pending.name.iter().skip(1).collect::<PathBuf>();
        let Some(cause) = self.causes.iter().find(|cause| cause.old.is_some() && file(cause) == file(pending)) else {
            return false;
        };
        let is_of_clause = self.changes.iter().flatten().any(|change| is_at(change, pending));
        let Some(old) = &pending.old else { return is_of_clause };
        if is_of_clause && answer(old) == answer(&pending.new) {
            return true;
        }
        let (gone, come) = words_changed(old, &pending.new);
        let (cause_gone, cause_come) = words_changed(cause.old.as_deref().unwrap_or_default(), &cause.new);
        let is_change = !(gone.is_empty() && come.is_empty());
        is_change && gone.is_subset(&cause_gone) && come.is_subset(&cause_come)
    }
}

/// What there is to decide, causes first.
pub(super) fn entries<'p>(waiting: &'p [Pending], verdicts: &mut Verdicts<'_>) -> Vec<Entry<'p>> {
    let (contracts, behaviour): (Vec<&Pending>, Vec<&Pending>) =
        waiting.iter().partition(|pending| pending.section.is_none());
    let mut same: Vec<(Vec<String>, Vec<&Pending>)> = Vec::new();
    for pending in contracts {
        let lines = if pending.old.is_some() { changed_lines(pending) } else { Vec::new() };
        match same.iter_mut().find(|(known, _)| !lines.is_empty() && *known == lines) {
            Some((_, all)) => all.push(pending),
            None => same.push((lines, vec![pending])),
        }
    }
    let mut entries: Vec<Entry<'p>> =
        same.into_iter().map(|(_, causes)| Entry::of_contract(causes, verdicts)).collect();
    for pending in behaviour {
        match entries.iter_mut().find(|entry| entry.explains(pending)) {
            Some(cause) => cause.effects.push(pending),
            None => entries.push(Entry::of_behaviour(pending)),
        }
    }
    // The order of files is kept within a kind.
    entries.sort_by_key(|entry| entry.kind.rank());
    entries
}

/// The lines that differ, each behind `-` or `+`. How many clauses there are follows from the others.
fn changed_lines(pending: &Pending) -> Vec<String> {
    let diff = snapshot::diff(pending.old.as_deref().unwrap_or(""), &pending.new);
    let is_change = |line: &&str| line.starts_with(['-', '+']) && !line[1..].starts_with("clauses: ");
    diff.lines().filter(is_change).map(str::to_owned).collect()
}

/// Whether behaviour is that at a node that has changed, or at a part of it.
fn is_at(change: &Finding, pending: &Pending) -> bool {
    let Some((_, node)) = pending.node.as_deref().and_then(|node| node.split_once('#')) else { return false };
    let is_within =
        |pointer: &str| node.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let keyword = &change.place.keyword;
    let places = std::iter::once(&change.place).chain(change.related.iter().map(|related| &related.place));
    places.map(|place| place.location.pointer.as_str()).any(|pointer| {
        let is_keyword = pointer.rsplit('/').next() == Some(keyword.as_str());
        is_within(&if is_keyword { pointer.to_owned() } else { format!("{pointer}/{keyword}") })
    })
}

/// What the target has answered.
fn answer(section: &str) -> Option<&str> {
    section.split_once("\n=> ").map(|(_, answer)| answer)
}

type Words = BTreeSet<String>;

/// The words that are there more often in the one and in the other.
fn words_changed(old: &str, new: &str) -> (Words, Words) {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (text, step) in [(old, -1), (new, 1)] {
        let lines = text.lines().filter(|line| !line.starts_with("clauses: "));
        lines.flat_map(words).for_each(|word| *counts.entry(word).or_default() += step);
    }
    let changed = |is_it: fn(i64) -> bool| {
        counts.iter().filter(|(_, count)| is_it(**count)).map(|(word, _)| word.clone()).collect()
    };
    (changed(|count| count < 0), changed(|count| count > 0))
}

/// The texts in quotes and the words between them.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        match index % 2 {
            1 => words.push(part.to_owned()),
            _ => words.extend(
                part.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.'))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned),
            ),
        }
    }
    words
}
