//! Random sequences: interleavings of all operations of a family, against a model of what must be there. They are
//! strategies of proptest, and what shows something is simplified as any value of proptest is.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use super::candidates;
use super::own::{Own, make, make_parents};
use super::stage::{Sent, Stage};
use crate::case::RequestValues;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::finding::{Finding, digest};
use crate::resource::Family;
use crate::rule::Severity;

/// Steps of a sequence.
const STEPS: std::ops::RangeInclusive<usize> = 4..=9;
/// Shorter sequences that are tried in the place of one that shows something.
const SIMPLER: usize = 16;
/// So many newer ones may drive out the oldest, where only the newest are kept.
const NEWER: usize = 3;

/// One step; what it acts on is chosen among what there is then.
#[derive(Clone, Debug)]
enum Act {
    Make,
    Read(Index),
    List,
    Replace(Index, Index),
    Patch(Index, Index),
    Delete(Index),
    Action(Index, Index),
}

/// What the model knows of one resource.
struct Known {
    own: Own,
    /// How it was read last; nothing may change it but what the sequence sends.
    seen: Option<Arc<Sent>>,
    /// How many steps there were by then.
    seen_at: usize,
    /// What has deleted it.
    deleted: Option<Arc<Sent>>,
    /// Whether it was changed or acted upon: an archive or a draft need not be listed.
    is_touched: bool,
}

/// What so many sequences show.
pub(super) async fn live<T: Transport>(
    stage: &mut Stage<T>,
    families: &[Family],
    index: usize,
    seed: u64,
    count: usize,
) -> Vec<LateFinding> {
    let family = &families[index];
    let seed = digest(&[&seed.to_string(), &family.item]);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let strategy = vec(act(family), STEPS).prop_map(|acts| [vec![Act::Make], acts].concat());
    let mut parents = Vec::new();
    if let Some(parent) = family.parent {
        parents = make_parents(stage, families, parent).await;
        if parents.is_empty() {
            return Vec::new();
        }
    }
    let parent = parents.last().and_then(|chain: &Vec<Own>| chain.last());
    for _ in 0..count {
        let Ok(mut tree) = strategy.new_tree(&mut runner) else { return Vec::new() };
        let Some(mut shown) = run(stage, family, parent, &tree.current()).await else { continue };
        let cause = shown.finding.cause.clone();
        let is_same = |late: &LateFinding| late.finding.cause == cause;
        let mut simplest = None;
        let mut tried = 0;
        let mut is_simpler = tree.simplify();
        // The server has had its time once, and has it once more for the simplest of all.
        stage.is_hurried = true;
        while is_simpler && tried < SIMPLER {
            tried += 1;
            is_simpler = match run(stage, family, parent, &tree.current()).await.filter(is_same) {
                Some(_) => {
                    simplest = Some(tree.current());
                    tree.simplify()
                }
                None => tree.complicate(),
            };
        }
        stage.is_hurried = false;
        if let Some(simplest) = simplest
            && let Some(late) = run(stage, family, parent, &simplest).await.filter(is_same)
        {
            shown = late;
        }
        return vec![shown];
    }
    Vec::new()
}

fn act(family: &Family) -> impl Strategy<Value = Act> + use<> {
    let which = || any::<Index>();
    let mut acts = vec![Just(Act::Make).boxed(), which().prop_map(Act::Read).boxed()];
    let two = |act: fn(Index, Index) -> Act| (which(), which()).prop_map(move |(one, other)| act(one, other)).boxed();
    acts.extend(family.list.map(|_| Just(Act::List).boxed()));
    acts.extend(family.replace.map(|_| two(Act::Replace)));
    acts.extend(family.patch.map(|_| two(Act::Patch)));
    acts.extend(family.delete.map(|_| which().prop_map(Act::Delete).boxed()));
    acts.extend(family.actions.first().map(|_| two(Act::Action)));
    proptest::strategy::Union::new(acts)
}

/// Goes through a sequence: the first that is wrong, with all steps up to there.
async fn run<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    parent: Option<&Own>,
    acts: &[Act],
) -> Option<LateFinding> {
    let mut model = Model { family, known: Vec::new(), steps: Vec::new() };
    model.steps.extend(parent.map(|parent| parent.made.clone()));
    for act in acts {
        if let Some(late) = model.step(stage, parent, act).await {
            return Some(late);
        }
        if stage.is_dead {
            return None;
        }
        if let Some(mut late) = stage.failed.pop() {
            stage.failed.clear();
            late.finding.evidence.sequence = model.steps.iter().map(|sent| sent.exchange.clone()).collect();
            return Some(late);
        }
    }
    for index in 0..model.known.len() {
        if let Some(late) = model.read(stage, index).await {
            return Some(late);
        }
    }
    model.list(stage).await
}

struct Model<'f> {
    family: &'f Family,
    known: Vec<Known>,
    steps: Vec<Arc<Sent>>,
}

impl Model<'_> {
    async fn step<T: Transport>(
        &mut self,
        stage: &mut Stage<T>,
        parent: Option<&Own>,
        act: &Act,
    ) -> Option<LateFinding> {
        let family = self.family;
        let at = |index: &Index| if self.known.is_empty() { None } else { Some(index.index(self.known.len())) };
        match act {
            Act::Make => {
                let own = make(stage, family, parent, None).await?;
                self.steps.push(own.made.clone());
                // What is gone leaves its id to the next one where a store gives out the first that is free.
                self.known.retain(|known| known.own.id != own.id || known.deleted.is_none());
                if self.known.iter().any(|known| known.own.id == own.id) || !own.is_named {
                    return None;
                }
                self.known.push(Known { own, seen: None, seen_at: 0, deleted: None, is_touched: false });
                self.read(stage, self.known.len() - 1).await
            }
            Act::Read(index) => {
                let index = at(index)?;
                self.read(stage, index).await
            }
            Act::List => self.list(stage).await,
            Act::Replace(index, value) => {
                let index = at(index)?;
                self.change(stage, index, family.replace?, value).await
            }
            Act::Patch(index, value) => {
                let index = at(index)?;
                self.change(stage, index, family.patch?, value).await
            }
            Act::Action(index, which) => {
                let (index, action) = (at(index)?, family.actions[which.index(family.actions.len())]);
                let values = stage.baseline(action)?;
                self.send(stage, index, action, &values).await?;
                // What it does to the resource the document does not say.
                self.known[index].seen = None;
                self.known[index].is_touched = true;
                None
            }
            Act::Delete(index) => {
                let (index, delete) = (at(index)?, family.delete?);
                let values = stage.baseline(delete)?;
                let sent = self.send(stage, index, delete, &values).await?;
                if sent.is_success() && sent.status() != Some(202) && self.known[index].deleted.is_none() {
                    self.known[index].deleted = Some(sent);
                    let resource = self.known[index].own.resource.clone();
                    stage.deleted(&resource);
                }
                None
            }
        }
    }

    async fn send<T: Transport>(
        &mut self,
        stage: &mut Stage<T>,
        index: usize,
        operation: usize,
        values: &RequestValues,
    ) -> Option<Arc<Sent>> {
        let resource = self.known[index].own.resource.clone();
        let sent = stage.send_on(operation, values, &resource, "a step").await?;
        self.steps.push(sent.clone());
        Some(sent)
    }

    /// Changes a property, and takes what is read then for what it is.
    async fn change<T: Transport>(
        &mut self,
        stage: &mut Stage<T>,
        index: usize,
        change: usize,
        value: &Index,
    ) -> Option<LateFinding> {
        let known = &self.known[index];
        let before = known.seen.clone().filter(|_| known.deleted.is_none());
        let shown = before.as_ref().and_then(|seen| laws::shown_by(&stage.subject(seen)))?;
        let all = candidates::changes_of(stage, self.family, known.own.body_of(), change, &shown);
        let (_, values) = all.get(value.index(all.len().max(1)))?.clone();
        let sent = self.send(stage, index, change, &values).await?;
        if !sent.is_success() {
            return None;
        }
        self.known[index].seen = None;
        self.known[index].is_touched = true;
        self.read(stage, index).await
    }

    /// Reads one: it is as it was, or gone if it was deleted.
    async fn read<T: Transport>(&mut self, stage: &mut Stage<T>, index: usize) -> Option<LateFinding> {
        let (resource, known) = (self.known[index].own.resource.clone(), &self.known[index]);
        let (seen, deleted) = (known.seen.clone(), known.deleted.clone());
        let set = known.own.body_of().unwrap_or_default();
        let tested = stage.tested.clone();
        let beside: Vec<Arc<Sent>> = self.steps[known.seen_at..].to_vec();
        let judge = |read: &Subject<'_>| match (&deleted, &seen) {
            (Some(deleted), Some(seen)) => laws::judge_gone(&seen.subject(&tested), &deleted.subject(&tested), read),
            (None, Some(seen)) => {
                let beside: Vec<_> = beside.iter().map(|sent| sent.subject(&tested)).collect();
                laws::judge_state(&seen.subject(&tested), read, &set, &beside)
            }
            // One of its values may hide it.
            _ => None,
        };
        let (read, finding) = stage.look(self.family.read, &resource, "what is there", judge).await?;
        self.steps.push(read.clone());
        if read.is_success() && deleted.is_none() {
            self.known[index].seen = Some(read.clone());
            self.known[index].seen_at = self.steps.len();
        }
        let may_be_driven_out = deleted.is_none() && read.status() == Some(404) && self.is_oldest_of_many(index);
        let finding = finding.map(|finding| {
            let severity = if may_be_driven_out { Severity::Warning } else { finding.severity };
            finding.with_severity(severity)
        });
        finding.map(|finding| self.late(stage, finding, &read))
    }

    fn is_oldest_of_many(&self, index: usize) -> bool {
        let is_gone = |known: &Known| known.deleted.is_some() || known.seen.is_none();
        self.known[..index].iter().all(is_gone) && self.known.len() - index > NEWER
    }

    /// The list holds what is there, and not what is gone.
    async fn list<T: Transport>(&mut self, stage: &mut Stage<T>) -> Option<LateFinding> {
        let list = self.family.list?;
        let resource = self.known.first()?.own.resource.clone();
        let is_alike = self.known.iter().all(|known| known.own.is_like);
        let ids = |is_alive: bool| -> Vec<Value> {
            let all = self.known.iter().filter(|known| known.deleted.is_none() == is_alive);
            let all = all.filter(|known| !is_alive || !known.is_touched);
            all.filter(|known| known.seen.is_some()).map(|known| known.own.id.clone()).collect()
        };
        let (alive, dead) = (ids(true), ids(false));
        let deleted = self.known.iter().find_map(|known| known.deleted.clone());
        // What a soft delete has left is read as deleted, and may be listed so.
        let are_gone = self.are_gone(stage).await;
        let (tested, variable) = (stage.tested.clone(), &self.family.variable);
        let judge = |list: &Subject<'_>| {
            let dead: &[Value] = if are_gone { &dead } else { &[] };
            let alive: &[Value] = if is_alike { &alive } else { &[] };
            let deleted = deleted.as_ref().map(|deleted| deleted.subject(&tested));
            laws::judge_state_list(list, variable, [alive, dead], deleted.as_ref())
        };
        let (listed, finding) = stage.look_through(list, &resource, "the list", judge).await?;
        self.steps.extend(listed.pages.iter().cloned());
        finding.as_ref()?;
        // What is gone by itself is for reading to tell.
        let there = self.are_there(stage).await;
        let alive: Vec<Value> = if is_alike { there } else { Vec::new() };
        let dead: &[Value] = if are_gone { &dead } else { &[] };
        let deleted = deleted.as_ref().map(|deleted| deleted.subject(&tested));
        let finding =
            laws::judge_state_list(&stage.subject(&listed.joined), variable, [&alive, dead], deleted.as_ref());
        let page = listed.with(stage, |item| dead.iter().any(|id| laws::has_id(item, variable, id)));
        finding.map(|finding| self.late(stage, finding, page))
    }

    /// The ids of those that can still be read of all that were read and not deleted.
    async fn are_there<T: Transport>(&self, stage: &mut Stage<T>) -> Vec<Value> {
        let mut there = Vec::new();
        let is_listed = |known: &&Known| known.deleted.is_none() && known.seen.is_some() && !known.is_touched;
        for known in self.known.iter().filter(is_listed) {
            let looked = stage.look(self.family.read, &known.own.resource, "what is listed", |_| None).await;
            if looked.is_none_or(|(read, _)| !matches!(read.status(), Some(404 | 410))) {
                there.push(known.own.id.clone());
            }
        }
        there
    }

    async fn are_gone<T: Transport>(&mut self, stage: &mut Stage<T>) -> bool {
        for index in 0..self.known.len() {
            if self.known[index].deleted.is_none() {
                continue;
            }
            let resource = self.known[index].own.resource.clone();
            let looked = stage.look(self.family.read, &resource, "what is deleted", |_| None).await;
            if !looked.is_some_and(|(read, _)| matches!(read.status(), Some(404 | 410))) {
                return false;
            }
        }
        true
    }

    fn late<T: Transport>(&self, stage: &Stage<T>, finding: Finding, shown_by: &Arc<Sent>) -> LateFinding {
        let steps: Vec<&Arc<Sent>> = self.steps.iter().collect();
        stage.late_alone(finding, shown_by, &steps)
    }
}
