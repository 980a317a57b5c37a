//! Whether what something names counts what names it: when that is made, acted on and deleted.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::named::{Place, make_naming, places};
use super::own::{Own, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::check::Subject;
use crate::check::laws::{self, Counter};
use crate::contract::Operation;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
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

    /// Whether numbers that have a place of their own (`/stats`) move with what they count. One that does not move when something
    /// is made may be an old one.
    pub(super) async fn totals<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        found: &mut Vec<LateFinding>,
    ) {
        let operations = stage.tested.contract.operations.iter().enumerate();
        let is_one = |(_, operation): &(usize, &Operation)| operation.method == "GET" && !operation.path.contains('{');
        let all: Vec<usize> = operations.filter(is_one).map(|(index, _)| index).collect();
        for read in all.into_iter().filter(|read| self.families.iter().all(|family| family.list != Some(*read))) {
            found.extend(self.total(stage, parents, read).await);
        }
    }

    async fn total<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        read: usize,
    ) -> Option<LateFinding> {
        let (family, nowhere) = (self.family, Resource { item: String::new(), variables: Vec::new() });
        let (delete, collection) = (family.delete?, noun(&family.item)?);
        stage.accepted.of(read).next()?;
        let (none, _) = stage.look(read, &nowhere, "what counts", |_| None).await?;
        let counters = laws::counters(&stage.subject(&none), ["", collection]);
        if !counters.iter().any(Counter::is_said) {
            return None;
        }
        let own = make(stage, family, parents.last().and_then(|chain| chain.last()), None).await?;
        let (shown, _) = stage.look(family.read, &own.resource, "what is counted", |_| None).await?;
        let shown = laws::shown_by(&stage.subject(&shown)).filter(|_| shown.is_success())?;
        let is_counted = |counter: &&Counter| counter.is_said() && counter.counts(&shown) == Some(true);
        let tested = stage.tested.clone();
        let judge = |before: &Arc<Sent>, act: &Arc<Sent>, after: &Subject<'_>, counter: &Counter, is: [bool; 2]| {
            laws::judge_counter([&before.subject(&tested), &act.subject(&tested), after], counter, is)
        };
        let unmoved = |after: &Subject<'_>| {
            let mut all = counters.iter().filter(is_counted);
            all.find_map(|counter| judge(&none, &own.made, after, counter, [false, true]))
        };
        let (before, _) = stage.look(read, &nowhere, "what counts", unmoved).await?;
        let is_moved =
            |counter: &&Counter| judge(&none, &own.made, &before.subject(&tested), counter, [false, true]).is_none();
        let moved: Vec<&Counter> = counters.iter().filter(is_counted).filter(is_moved).collect();
        let values = stage.baseline(delete).filter(|_| !moved.is_empty())?;
        let values = stage.on_state_of((family.read, &own.resource), delete, &values).await;
        let end = stage.send_on(delete, &values, &own.resource, "the end of what is counted").await?;
        let gone = stage.look(family.read, &own.resource, "after its end", |_| None).await?.0;
        if !end.is_success() || !matches!(gone.status(), Some(404 | 410)) {
            return None;
        }
        stage.deleted(&own.resource);
        let left =
            |after: &Subject<'_>| moved.iter().find_map(|counter| judge(&before, &end, after, counter, [true, false]));
        let (after, finding) = stage.look(read, &nowhere, "what counts, after that", left).await?;
        Some(stage.late_alone(finding?, &end, &[&none, &own.made, &before, &end, &after]))
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
        let mut own = make_naming(stage, (self.families, family), place, &named).await?;
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
            let Some(now) = self.counted_as(stage, &own, &counting).await else {
                // What is acted on may name another one now.
                own = make_naming(stage, (self.families, family), place, &counting.named).await?;
                shown = self.counted_as(stage, &own, &counting).await?;
                continue;
            };
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
