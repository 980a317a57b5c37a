//! Acts on what is in a state for which the document says that it is refused.

use std::sync::Arc;

use super::candidates::changes_of;
use super::own::{Own, make, renamed};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, laws};
use crate::contract::{Contract, ParameterLocation};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::{Noun, noun};

/// Pairs of actions that are tried.
const MOST: usize = 8;
/// States in which all else is tried: those after so many actions.
const STATES: usize = 5;

/// Whether a request names a key by which it is known again: who replays the response to it has not acted.
fn is_replayed(contract: &Contract, act: usize) -> bool {
    let mut parameters = contract.operations[act].parameters.iter();
    parameters.any(|one| one.place == ParameterLocation::Header && one.name.to_lowercase().contains("idempotency"))
}

impl Life<'_> {
    /// Whether an action is accepted after another one, or after itself, that has ended what it needs. Each time on one of its
    /// own.
    pub(super) async fn in_wrong_states<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        found: &mut Vec<LateFinding>,
    ) {
        let actions = &self.family.actions;
        let contract = stage.tested.contract.clone();
        let refusing = actions
            .iter()
            .filter(|act| laws::may_refuse(&contract, &contract.operations[**act]) && !is_replayed(&contract, **act));
        let twice = refusing.clone().map(|act| (*act, *act));
        let others = refusing.flat_map(|act| actions.iter().map(move |first| (*first, *act)));
        let pairs: Vec<(usize, usize)> = twice.chain(others.filter(|(first, act)| first != act)).collect();
        let mut told = Vec::new();
        for (first, act) in pairs.into_iter().take(MOST) {
            if told.contains(&act) {
                continue;
            }
            if let Some(late) = self.after_another(stage, parents, [first, act]).await {
                told.push(act);
                found.push(late);
            }
        }
        self.while_refused(stage, parents, told, found).await;
    }

    /// Whether anything is accepted in a state in which its documented 409 says that it is refused: as it is made, and after
    /// each action. What is refused leaves the state, so that all else is tried on the same one.
    async fn while_refused<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        mut told: Vec<usize>,
        found: &mut Vec<LateFinding>,
    ) {
        let (family, contract) = (self.family, stage.tested.contract.clone());
        let Some(collection) = noun(&family.item) else { return };
        // `orderId` says what an item of `purchaseOrders` is called.
        let key = Some(&*family.variable).filter(|name| Noun::of(name).is_key);
        let names: Vec<&str> = key.into_iter().chain([collection]).collect();
        let changes = family.patch.into_iter().chain(family.replace.filter(|put| *put != family.create));
        let below = self.children.iter().map(|child| child.create);
        let mut acts: Vec<usize> = family.actions.iter().copied().chain(changes).chain(below).collect();
        acts.retain(|act| {
            laws::may_name_a_state(&contract, &contract.operations[*act], &names) && !is_replayed(&contract, *act)
        });
        if acts.is_empty() {
            return;
        }
        let chain = parents.last();
        for first in std::iter::once(None).chain(family.actions.iter().copied().map(Some)).take(STATES) {
            let Some(own) = make(stage, family, chain.and_then(|chain| chain.last()), None).await else { return };
            let mut steps: Vec<Arc<Sent>> = chain.into_iter().flatten().map(|parent| parent.made.clone()).collect();
            steps.push(own.made.clone());
            if let Some(first) = first {
                for (opener, values) in stage.openers(first) {
                    steps.extend(stage.send_on(opener, &values, &own.resource, "what opens it").await);
                }
                let Some(values) = stage.baseline(first) else { continue };
                let mut sent = stage.send_on(first, &values, &own.resource, "it is acted on").await;
                // What brings it into the state that this needs may not be known yet.
                for other in family.actions.iter().copied().filter(|other| *other != first) {
                    if sent.as_ref().is_none_or(|sent| sent.status() != Some(409)) {
                        break;
                    }
                    let Some(opening) = stage.baseline(other) else { continue };
                    let opened = stage.send_on(other, &opening, &own.resource, "what may open it").await;
                    if let Some(opened) = opened.filter(|opened| opened.is_success()) {
                        steps.push(opened);
                        sent = stage.send_on(first, &values, &own.resource, "it is acted on").await;
                    }
                }
                let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
                steps.push(sent);
            }
            let Some((present, _)) = stage.look(family.read, &own.resource, "its state", |_| None).await else {
                return;
            };
            steps.push(present.clone());
            for act in acts.iter().copied() {
                let described = &contract.operations[act];
                if told.contains(&act) || !laws::is_refused_now(&contract, described, &names, &stage.subject(&present))
                {
                    continue;
                }
                let Some(values) = self.act_of(stage, act, (&own, &present)) else { continue };
                let at = renamed(&own.resource, &described.path);
                let Some(sent) = stage.send_on(act, &values, &at, "in a state that refuses it").await else { continue };
                let finding = laws::judge_now(&stage.subject(&present), &stage.subject(&sent), &names);
                if let Some(finding) = finding {
                    told.push(act);
                    steps.push(sent.clone());
                    found.push(stage.late_alone(finding, &sent, &steps.iter().collect::<Vec<_>>()));
                }
                if sent.is_success() {
                    break;
                }
            }
        }
    }

    /// A request that acts on a resource of this family, changes it, or makes something below it.
    fn act_of<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        act: usize,
        (own, present): (&Own, &Arc<Sent>),
    ) -> Option<RequestValues> {
        let family = self.family;
        if ![family.patch, family.replace].contains(&Some(act)) {
            return stage.baseline(act);
        }
        let shown = laws::shown_by(&stage.subject(present))?;
        let mut all = changes_of(stage, family, own.body_of(), act, &shown).into_iter();
        Some(all.next()?.1)
    }

    async fn after_another<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        [first, act]: [usize; 2],
    ) -> Option<LateFinding> {
        let chain = parents.last();
        let own = make(stage, self.family, chain.and_then(|chain| chain.last()), None).await?;
        let mut steps: Vec<Arc<Sent>> = chain.into_iter().flatten().map(|parent| parent.made.clone()).collect();
        steps.push(own.made.clone());
        for (opener, values) in stage.openers(act) {
            steps.extend(stage.send_on(opener, &values, &own.resource, "what opens it").await);
        }
        let (former, _) = stage.look(self.family.read, &own.resource, "before it is acted on", |_| None).await?;
        let values = stage.baseline(first)?;
        let ended = stage.send_on(first, &values, &own.resource, "it is acted on").await?;
        if !ended.is_success() || ended.status() == Some(202) {
            return None;
        }
        let (present, _) = stage.look(self.family.read, &own.resource, "after it was acted on", |_| None).await?;
        if !laws::has_another_state(&stage.subject(&former), &stage.subject(&present)) {
            return None;
        }
        let values = stage.baseline(act)?;
        let sent = stage.send_on(act, &values, &own.resource, "in a state that ends it").await?;
        let [was, now, acted]: [Subject<'_>; 3] = [&former, &present, &sent].map(|sent| stage.subject(sent));
        let finding = laws::judge_in_state(&was, &now, &acted)?;
        steps.extend([ended, present, sent.clone()]);
        Some(stage.late_alone(finding, &sent, &steps.iter().collect::<Vec<_>>()))
    }
}
