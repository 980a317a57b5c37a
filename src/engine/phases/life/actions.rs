//! Acts on what another action has brought into a state for which the document says that it is refused.

use std::sync::Arc;

use super::own::{Own, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;

/// Pairs of actions that are tried.
const MOST: usize = 8;

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
        // Who replays the response to a key that it knows has not acted.
        let is_replayed = |act: usize| contract.operations[act].idempotency_key().is_some();
        let refusing = actions
            .iter()
            .filter(|act| laws::may_refuse(&contract, &contract.operations[**act]) && !is_replayed(**act));
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
