//! Whether what something names counts what names it: when that is made, acted on and deleted.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::named::{Place, make_naming, places};
use super::own::{Own, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::check::Subject;
use crate::check::laws::{self, Counter};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::noun;

/// Kinds of what is named that are looked at.
const MOST: usize = 3;
/// Actions that are tried on what is counted.
const ACTIONS: usize = 4;

/// What is counted by what it names.
struct Counting<'c, 'f> {
    place: &'c Place<'f>,
    named: Own,
    counters: Vec<Counter>,
    /// What has brought it to where it is.
    steps: Vec<Arc<Sent>>,
}

impl Life<'_> {
    /// Whether counts move with what they count.
    pub(super) async fn counts<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let mut seen: Vec<&str> = Vec::new();
        let all = places(stage, self.families, self.family.create);
        for place in &all {
            if seen.len() < MOST && !seen.contains(&&*place.named.item) {
                seen.push(&place.named.item);
                found.extend(self.counts_at(stage, place).await);
            }
        }
    }

    /// What is made is counted by what it names at a place, and nothing else is: nobody else names that.
    async fn counts_at<T: Transport>(&self, stage: &mut Stage<T>, place: &Place<'_>) -> Option<LateFinding> {
        let family = self.family;
        let collections = [noun(&place.named.item)?, noun(&family.item)?];
        let named = make(stage, place.named, None, None).await?;
        let (none, _) = stage.look(place.named.read, &named.resource, "what counts", |_| None).await?;
        let counters = laws::counters(&stage.subject(&none), collections);
        if counters.is_empty() {
            return None;
        }
        let own = make_naming(stage, (self.families, family), place, &named).await?;
        let mut counting = Counting { place, steps: vec![named.made.clone()], named, counters };
        let mut shown = self.counted_as(stage, &own, &counting).await?;
        if let Err(late) = counting.moves(stage, [&none, &own.made], [None, Some(&shown)]).await? {
            return Some(*late);
        }
        for action in family.actions.iter().copied().take(ACTIONS) {
            let (before, _) = stage.look(place.named.read, &counting.named.resource, "what counts", |_| None).await?;
            let Some(values) = stage.baseline(action) else { continue };
            let values = stage.on_state_of((family.read, &own.resource), action, &values).await;
            let Some(acted) = stage.send_on(action, &values, &own.resource, "what is counted is acted on").await else {
                continue;
            };
            if !acted.is_success() {
                continue;
            }
            let now = self.counted_as(stage, &own, &counting).await?;
            if let Err(late) = counting.moves(stage, [&before, &acted], [Some(&shown), Some(&now)]).await? {
                return Some(*late);
            }
            shown = now;
        }
        let (delete, (before, _)) =
            (family.delete?, stage.look(place.named.read, &counting.named.resource, "what counts", |_| None).await?);
        let values = stage.baseline(delete)?;
        let values = stage.on_state_of((family.read, &own.resource), delete, &values).await;
        let end = stage.send_on(delete, &values, &own.resource, "the end of what is counted").await?;
        if !end.is_success() || end.status() == Some(202) {
            return None;
        }
        stage.deleted(&own.resource);
        let (gone, _) = stage.look(family.read, &own.resource, "after its end", |_| None).await?;
        if !matches!(gone.status(), Some(404 | 410)) {
            return None;
        }
        counting.moves(stage, [&before, &end], [Some(&shown), None]).await?.err().map(|late| *late)
    }

    /// What is counted, as it is read, as long as it still names what counts it.
    async fn counted_as<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        own: &Own,
        counting: &Counting<'_, '_>,
    ) -> Option<Map<String, Value>> {
        let (read, _) = stage.look(self.family.read, &own.resource, "what is counted", |_| None).await?;
        let shown = laws::shown_by(&stage.subject(&read)).filter(|_| read.is_success())?;
        laws::is_named_in(&shown, &counting.place.naming(&counting.named.id)).then_some(shown)
    }
}

impl Counting<'_, '_> {
    /// Whether the counts are right after an act, before and after which what is counted was shown so.
    async fn moves<T: Transport>(
        &mut self,
        stage: &mut Stage<T>,
        [before, act]: [&Arc<Sent>; 2],
        shown: [Option<&Map<String, Value>>; 2],
    ) -> Option<Result<(), Box<LateFinding>>> {
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| {
            self.counters.iter().find_map(|counter| {
                let [was, is] = shown.map(|shown| shown.map_or(Some(false), |shown| counter.counts(shown)));
                let subjects = [&before.subject(&tested), &act.subject(&tested), after];
                laws::judge_counter(subjects, counter, [was?, is?])
            })
        };
        let (after, finding) =
            stage.look(self.place.named.read, &self.named.resource, "what counts, after that", judge).await?;
        self.steps.push(act.clone());
        let Some(finding) = finding else { return Some(Ok(())) };
        let steps: Vec<&Arc<Sent>> = self.steps.iter().chain([&after]).collect();
        Some(Err(Box::new(stage.late_alone(finding, act, &steps))))
    }
}
