//! Acts on a resource: an action changes what it is for, and leaves all else.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates;
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::check::{Subject, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::coverage::parts;
use crate::engine::judge::LateFinding;

/// Properties that get other values than their defaults.
const DEFAULTS: usize = 4;

impl Life<'_> {
    /// Sends each action twice.
    pub(super) async fn acts<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let mut actions = self.family.actions.clone();
        // What opens others comes before them.
        actions.sort_by_key(|action| stage.openers(*action).len());
        if let Some(change) = self.family.replace.or(self.family.patch).filter(|_| !actions.is_empty()) {
            self.refill(stage, change).await;
        }
        let mut given = Map::new();
        if !actions.is_empty() {
            self.leave_defaults(stage, &mut given).await;
        }
        for action in actions {
            self.open(stage, action).await;
            self.acted(stage, action, &mut given, found).await;
            // A second time may be refused, and is no failure.
            self.act(stage, action, "it is acted on again").await;
        }
    }

    /// Gives it other values than the defaults, which an action may set again; takes what is `given` so.
    async fn leave_defaults<T: Transport>(&self, stage: &mut Stage<T>, given: &mut Map<String, Value>) -> Option<()> {
        let change = self.family.patch.or(self.family.replace)?;
        let defaults = laws::defaults_of(&stage.subject(&self.one.made));
        let (read, _) = stage.look(self.family.read, &self.one.resource, "before it is acted on", |_| None).await?;
        let shown = laws::shown_by(&stage.subject(&read))?;
        let has_default =
            |name: &String| defaults.iter().any(|(own, value)| own == name && shown.get(name) == Some(value));
        let mut all = candidates::changes(stage, self, change, &shown);
        all.retain(|(name, _)| has_default(name) && !is_server_made(name));
        for (name, values) in all {
            if given.len() == DEFAULTS || given.contains_key(&name) {
                continue;
            }
            let asked = values.body.as_ref().and_then(|(_, body)| body.get(&name)).cloned();
            let values = self.on_present(stage, change, &values).await;
            let sent = stage.send_on(change, &values, &self.one.resource, "another value than the default").await;
            if let (Some(asked), true) = (asked, sent.is_some_and(|sent| sent.is_success())) {
                given.insert(name, asked);
            }
        }
        Some(())
    }

    /// Whether an action changes what its response says, and nothing else; takes what is `given` with it.
    async fn acted<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        action: usize,
        given: &mut Map<String, Value>,
        found: &mut Vec<LateFinding>,
    ) -> Option<()> {
        let Self { family, one, other, .. } = self;
        let looked = stage.look(family.read, &one.resource, "before it is acted on", |_| None).await;
        let other_before = stage.look(family.read, &other.resource, "another one", |_| None).await;
        let acted = self.act(stage, action, "it is acted on").await?;
        let before = looked.map(|(before, _)| before).filter(|before| before.is_success() && acted.is_success())?;
        let (tested, set) = (stage.tested.clone(), self.made_of().unwrap_or_default());
        let mut all = set.clone();
        all.extend(given.clone());
        let judge = |after: &Subject<'_>| {
            let [before, acted] = [&before, &acted].map(|sent| sent.subject(&tested));
            let lost = laws::judge_action(&before, &acted, after).filter(|_| acted.exchange.status() == Some(200));
            lost.or_else(|| laws::judge_acted(&set, [&before, &acted, after]))
                .or_else(|| laws::judge_stored([&before, &acted, after]))
                .or_else(|| laws::judge_taken_away(&all, &one.made.subject(&tested), [&before, &acted, after]))
        };
        let (after, finding) = stage.look(family.read, &one.resource, "after it was acted on", judge).await?;
        found.extend(finding.map(|finding| stage.late(finding, &acted, &[&before, &acted, &after])));
        let subjects = [&before, &acted, &after].map(|sent| stage.subject(sent));
        given.extend(laws::kept_of(&subjects[1], &subjects[2]));
        let finding = laws::judge_tags_of_state(subjects.each_ref());
        found.extend(finding.map(|finding| stage.late(finding, &after, &[&before, &acted, &after])));
        let (other_before, _) = other_before?;
        let judge = |other_after: &Subject<'_>| {
            let subjects = [&before, &acted, &after].map(|sent| sent.subject(&tested));
            laws::judge_acted_others(subjects.each_ref(), [&other_before.subject(&tested), other_after])
        };
        let (other_after, finding) = stage.look(family.read, &other.resource, "another one", judge).await?;
        found.extend(finding.map(|finding| stage.late(finding, &acted, &[&other.made, &acted, &other_after])));
        Some(())
    }

    /// Brings it into the state in which an operation is accepted.
    pub(super) async fn open<T: Transport>(&self, stage: &mut Stage<T>, operation: usize) {
        for (opener, values) in stage.openers(operation) {
            // What was done before may be refused now.
            stage.send_on(opener, &values, &self.one.resource, "what opens it").await;
        }
    }

    /// Sends an action, if it is plain enough to be sure of.
    async fn act<T: Transport>(&self, stage: &mut Stage<T>, action: usize, name: &str) -> Option<Arc<Sent>> {
        let values = stage.baseline(action)?;
        let sent = stage.send_on(action, &values, &self.one.resource, name).await?;
        stage.coverage.went_through(parts::ACTIONS);
        Some(sent)
    }
}
