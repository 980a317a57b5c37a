//! Changes one property after the other, by PUT and by PATCH.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates;
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::coverage::parts;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
use crate::rule::Severity;

/// Properties that are changed by one operation.
const CHANGES: usize = 24;
/// Properties that a PATCH names as they are, until one is accepted.
const UNCHANGED: usize = 4;
/// So many properties that keep their old values are no longer ones that cannot be changed.
const LOST: usize = 2;
/// Properties that a PUT leaves out.
const OMITTED: usize = 8;

/// What came of the changes by one operation.
#[derive(Default)]
pub(super) struct Changed {
    /// Properties that were seen with their new values.
    pub kept: Vec<String>,
    /// Those of them that had another value before, and have the one that was asked for.
    pub moved: Vec<String>,
    pub lost: Vec<Lost>,
}

/// A property that keeps its old value.
pub(super) struct Lost {
    pub property: String,
    pub late: LateFinding,
    /// Whether the response, or the document, says that it has the new one, or what was asked for leaves no choice.
    pub is_sure: bool,
    /// Whether the document says that a change sets what it names.
    pub is_promised: bool,
    /// Whether null was asked for, which many programs take for nothing that was asked for.
    pub is_of_null: bool,
}

impl Lost {
    /// The value that was asked for.
    pub fn asked(&self) -> Option<Value> {
        self.late.case.values.as_ref()?.body.as_ref()?.1.get(&self.property).cloned()
    }
}

/// What is known of the time of the last change.
#[derive(Clone, Copy)]
enum Unmoved {
    /// It has moved whenever it was looked at.
    Never,
    /// It has not, and the next change comes more than a second later.
    Waited,
    Settled,
}

impl Changed {
    /// How many properties keep their old values, whatever they are given.
    fn fixed(&self) -> usize {
        self.lost.iter().map(|lost| &lost.property).collect::<HashSet<_>>().len()
    }

    fn is_enough(&self) -> bool {
        self.fixed() > LOST || self.kept.is_empty() && self.fixed() == LOST
    }
}

/// What is told of the properties that keep their old values. What cannot be changed may be left as it is, as long as nothing
/// says otherwise: the response, that another operation does change it, or that nothing can be changed at all.
pub(super) fn lost(all: Vec<Changed>) -> Vec<LateFinding> {
    let mut told = Vec::new();
    let moved: Vec<Vec<String>> = all.iter().map(|changed| changed.moved.clone()).collect();
    for (index, changed) in all.into_iter().enumerate() {
        let others = moved.iter().enumerate().filter(|(other, _)| *other != index).flat_map(|(_, names)| names);
        let changeable: HashSet<&String> = others.collect();
        let nothing_is_kept = changed.kept.is_empty() && changed.fixed() >= LOST;
        let Changed { kept, mut lost, .. } = changed;
        let most = if kept.is_empty() { 1 } else { LOST };
        for lost in &mut lost {
            // What has been set to another value may be unset.
            let is_kept = || kept.iter().any(|other| (*other == lost.property) == lost.is_of_null);
            lost.is_sure |= !lost.is_of_null && changeable.contains(&lost.property) || lost.is_promised && is_kept();
        }
        lost.sort_by_key(|lost| !lost.is_sure);
        for mut lost in lost.into_iter().take(most) {
            if !lost.is_sure && !nothing_is_kept {
                lost.late.finding.severity = lost.late.finding.severity.min(Severity::Warning);
            }
            told.push(lost.late);
        }
    }
    told
}

impl Life<'_> {
    /// Changes one property after the other, by PATCH and then by PUT, which leaves less to be erased.
    pub(super) async fn changes<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let mut all = Vec::new();
        for change in [self.family.patch, self.family.replace].into_iter().flatten() {
            let mut changed = self.change(stage, change, found).await;
            for lost in changed.lost.iter_mut().filter(|lost| lost.is_promised && !lost.is_sure) {
                lost.is_promised = self.takes(stage, lost).await;
            }
            all.push(changed);
        }
        found.append(&mut lost(all));
    }

    /// Gives it again what it was made with: earlier changes may have emptied it.
    pub(super) async fn refill<T: Transport>(&self, stage: &mut Stage<T>, change: usize) {
        let Some(values) = candidates::refilled(stage, self, change) else { return };
        let values = self.on_present(stage, change, &values).await;
        stage.send_on(change, &values, &self.one.resource, "what it was made with").await;
    }

    /// Changes one property after the other by a PUT or PATCH.
    async fn change<T: Transport>(&self, stage: &mut Stage<T>, change: usize, found: &mut Vec<LateFinding>) -> Changed {
        let mut changed = Changed::default();
        let Self { family, one, other, .. } = self;
        let is_patch = stage.described(change).method == "PATCH";
        if !is_patch {
            self.refill(stage, change).await;
        }
        let Some((mut before, _)) = stage.look(family.read, &one.resource, "before the change", |_| None).await else {
            return changed;
        };
        let Some((other_before, _)) = stage.look(family.read, &other.resource, "another one", |_| None).await else {
            return changed;
        };
        let Some(shown) = laws::shown_by(&stage.subject(&before)) else {
            stage.coverage.left_out(parts::CHANGES, "reading it shows no properties");
            return changed;
        };
        if is_patch {
            let known = found.len();
            self.plain_patch(stage, change, &before, found).await;
            if found.len() > known
                && let Some((now, _)) = stage.look(family.read, &one.resource, "before the change", |_| None).await
            {
                before = now;
            }
        }
        let (mut set, mut unmoved) = (self.made_of().unwrap_or_default(), Unmoved::Never);
        // Objects of which a member stays as it was.
        let mut partly: Vec<String> = Vec::new();
        for (property, values) in candidates::changes(stage, self, change, &shown).into_iter().take(CHANGES) {
            // What could not be set need not be unset.
            let asked = values.body.as_ref().and_then(|(_, body)| body.get(&property));
            let present = laws::shown_by(&stage.subject(&before)).and_then(|mut all| all.remove(&property));
            if asked == present.as_ref() {
                continue;
            }
            let values = self.on_present(stage, change, &values).await;
            let sent = stage.send_on(change, &values, &one.resource, &format!("another `{property}`")).await;
            if let Some(refused) = sent.as_ref().filter(|sent| sent.status() == Some(412))
                && let Some(late) = self.refused(stage, refused).await
            {
                found.push(late);
                break;
            }
            // A 202 promises nothing yet.
            let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
            // What stays as it was may have given its place to another one.
            if let Ok(response) = &sent.exchange.result
                && Resource::moved(&stage.tested, &sent.case, response).is_some()
            {
                return changed;
            }
            stage.coverage.went_through(parts::CHANGES);
            let tested = stage.tested.clone();
            let judge = |after: &Subject<'_>| {
                let (before, sent) = (before.subject(&tested), sent.subject(&tested));
                let create = &tested.contract.operations[family.create];
                let lost = laws::judge_update(&before, &sent, after, &property);
                let altered = || laws::judge_altered(&before, &sent, after, &property);
                let all = [&before, &sent, after];
                let within = || laws::judge_within(create, all, &property);
                let made = one.made.subject(&tested);
                let member = || laws::judge_member(Some(&made), all, &property);
                let merged = || {
                    laws::judge_merged_within(&before, &sent, after, &property)
                        .filter(|_| !is_patch && !partly.contains(&property))
                };
                let sums = || laws::judge_sum(all, &other_before.subject(&tested), &property);
                let times = || laws::judge_times(&before, &sent, after);
                let beside = || laws::judge_beside(&set, [&before, &sent, after], &property).filter(|_| is_patch);
                let set = lost.or_else(altered).or_else(within).or_else(member).or_else(merged);
                set.or_else(sums).or_else(times).or_else(beside)
            };
            let looked = stage.look(family.read, &one.resource, "after the change", judge).await;
            let Some((after, finding)) = looked.filter(|(after, _)| after.is_success()) else { return changed };
            let steps = [&before, &sent, &after];
            if let Some(finding) = finding {
                let subjects = steps.map(|sent| stage.subject(sent));
                let is_whole = laws::judge_member(None, subjects.each_ref(), &property).is_none();
                let is_lost = *finding.rule == laws::LOST_UPDATE && is_whole;
                partly.extend((!is_whole).then(|| property.clone()));
                let late = stage.late(finding, &sent, &steps);
                if is_lost {
                    let subject = stage.subject(&sent);
                    // What has been changed before can be, and a merge patch takes away what it gives as null.
                    let is_removed = laws::is_merge_patch(&subject) && changed.kept.contains(&property);
                    let is_chosen =
                        || laws::is_chosen(&stage.subject(&one.made), &subject, &stage.subject(&before), &property);
                    // What a creation has set is no value of the server's own.
                    let shown = laws::shown_by(&stage.subject(&one.made)).unwrap_or_default();
                    let is_set = || one.body_of().is_some_and(|made| made.get(&property) == shown.get(&property));
                    let is_replaced =
                        || property != family.variable && is_set() && laws::is_replaced(&subject, &property);
                    let is_replacement = property != family.variable
                        && laws::is_made_or_replaced(&stage.subject(&one.made), &subject, &property);
                    let is_promised = is_replacement || laws::is_promised(&subject, &property);
                    let is_sure = is_removed || laws::repeats(&subject, &property) || is_chosen() || is_replaced();
                    let asked = values.body.as_ref().and_then(|(_, body)| body.get(&property));
                    let is_of_null = asked.is_some_and(Value::is_null);
                    changed.lost.push(Lost { property, late, is_sure, is_promised, is_of_null });
                } else {
                    // Of one cause the surest is told.
                    match found.iter_mut().find(|known| known.finding.cause == late.finding.cause) {
                        Some(known) => known.finding.severity = known.finding.severity.max(late.finding.severity),
                        None => found.push(late),
                    }
                }
                if changed.is_enough() {
                    break;
                }
                before = after;
                continue;
            }
            let subjects = steps.map(|sent| stage.subject(sent));
            let finding = laws::judge_answer(&subjects[0], &subjects[1], &subjects[2], &property);
            found.extend(finding.map(|finding| stage.late(finding, &sent, &steps)));
            // It may have no fractions of a second: a change says something that follows after a whole one.
            let finding = laws::judge_unmoved(&subjects[0], &subjects[1], &subjects[2]);
            match (finding, unmoved) {
                (Some(_), Unmoved::Never) => {
                    stage.wait().await;
                    unmoved = Unmoved::Waited;
                }
                (Some(finding), Unmoved::Waited) => {
                    found.push(stage.late(finding, &sent, &steps));
                    unmoved = Unmoved::Settled;
                }
                (None, Unmoved::Waited) => unmoved = Unmoved::Settled,
                (None, Unmoved::Never) | (_, Unmoved::Settled) => {}
            }
            if changed.kept.is_empty() {
                self.beside(stage, (change, &values), (&property, steps), &other_before, found).await;
            }
            let value =
                |sent: &Arc<Sent>| laws::shown_by(&stage.subject(sent)).and_then(|mut all| all.remove(&property));
            let (was, is) = (value(&before), value(&after));
            let asked = values.body.as_ref().and_then(|(_, body)| body.get(&property));
            changed.moved.extend((was != is && asked == is.as_ref()).then(|| property.clone()));
            set.extend(is.map(|is| (property.clone(), is)));
            changed.kept.push(property);
            before = after;
        }
        if !is_patch && !changed.kept.is_empty() {
            self.omit(stage, (change, &changed.kept), &shown, found).await;
        }
        stage.coverage.left_out(parts::CHANGES, "no change of a property was accepted");
        changed
    }

    /// What a change that is to be seen does beside: to another one, to the list, to conditions, and when it is repeated.
    async fn beside<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        (change, values): (usize, &RequestValues),
        (property, steps): (&str, [&Arc<Sent>; 3]),
        other_before: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let Self { family, one, other, .. } = self;
        let ([before, sent, after], tested) = (steps, stage.tested.clone());
        let judge =
            |after: &Subject<'_>| laws::judge_others(&other_before.subject(&tested), &sent.subject(&tested), after);
        if let Some((other_after, Some(finding))) = stage.look(family.read, &other.resource, "another one", judge).await
        {
            found.push(stage.late(finding, sent, &[&other.made, sent, &other_after]));
        }
        if let Some(list) = family.list {
            let judge = |list: &Subject<'_>| {
                let subjects = [before, sent, after].map(|sent| sent.subject(&tested));
                laws::judge_stale_list(subjects.each_ref(), list, property, (&family.variable, &one.id))
            };
            if let Some((listed, Some(finding))) = stage.look_through(list, &one.resource, "the list", judge).await {
                let page = listed.with(stage, |item| laws::has_id(item, &family.variable, &one.id));
                found.push(stage.late(finding, page, &[before, sent, after, page]));
            }
        }
        stage.conditions((family.read, &one.resource), values, steps, found).await;
        let values = self.on_present(stage, change, values).await;
        let is_put = stage.described(change).method == "PUT";
        if is_put && let Some(again) = stage.send_on(change, &values, &one.resource, "the same once more").await {
            let finding = laws::judge_repeated_put(&stage.subject(sent), &stage.subject(&again));
            found.extend(finding.map(|finding| stage.late(finding, &again, &[sent, &again])));
        }
    }

    /// Whether a PUT replaces what it does not name, of what it has `changed`: what it cannot set it leaves as it is.
    async fn omit<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        (put, changed): (usize, &[String]),
        shown: &Map<String, Value>,
        found: &mut Vec<LateFinding>,
    ) {
        let (family, one) = (self.family, &self.one);
        let all = candidates::omissions(stage, self, put, shown).into_iter();
        for (property, [whole, without]) in all.filter(|(property, _)| changed.contains(property)).take(OMITTED) {
            let whole = self.on_present(stage, put, &whole).await;
            let set = stage.send_on(put, &whole, &one.resource, &format!("a `{property}`")).await;
            if !set.is_some_and(|sent| sent.is_success()) {
                continue;
            }
            let Some((before, _)) = stage.look(family.read, &one.resource, "with it", |_| None).await else { return };
            let asked = whole.body.as_ref().and_then(|(_, body)| body.get(&property));
            if laws::shown_by(&stage.subject(&before)).is_none_or(|shown| shown.get(&property) != asked) {
                continue;
            }
            let without = self.on_present(stage, put, &without).await;
            let sent = stage.send_on(put, &without, &one.resource, &format!("no `{property}`")).await;
            let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
            let tested = stage.tested.clone();
            let judge = |after: &Subject<'_>| {
                laws::judge_merged(&before.subject(&tested), &sent.subject(&tested), after, &property)
            };
            if let Some((after, Some(finding))) = stage.look(family.read, &one.resource, "without it", judge).await {
                return found.push(stage.late(finding, &sent, &[&before, &sent, &after]));
            }
        }
    }

    /// Whether a PATCH that changes nothing erases anything: what goes with a change may follow from it.
    async fn plain_patch<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        patch: usize,
        before: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let (Some(made), Some(shown)) = (self.made_of(), laws::shown_by(&stage.subject(before))) else { return };
        let Some(baseline) = stage.baseline(patch) else { return };
        let Some((media, Value::Object(_))) = baseline.body.clone() else { return };
        let unchanged = made.iter().filter(|(name, value)| !is_server_made(name) && shown.get(*name) == Some(*value));
        for (name, value) in unchanged.take(UNCHANGED) {
            let body = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
            let values = RequestValues { body: Some((media, body)), ..baseline.clone() };
            let values = self.on_present(stage, patch, &values).await;
            let sent = stage.send_on(patch, &values, &self.one.resource, &format!("the same `{name}`")).await;
            let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
            let tested = stage.tested.clone();
            let judge = |after: &Subject<'_>, set: &[&String]| {
                let [before, sent] = [before, &sent].map(|sent| sent.subject(&tested));
                laws::judge_patch(&made, &before, &sent, after)
                    .or_else(|| laws::judge_unchanged(set.iter().copied(), &before, &sent, after))
            };
            let set: Vec<&String> = made.keys().filter(|name| shown.get(*name) == made.get(*name)).collect();
            let (read, at) = (self.family.read, &self.one.resource);
            let looked = stage.look(read, at, "after the change", |after| judge(after, &set)).await;
            let Some((after, Some(_))) = looked else { return };
            let set = stage.unmoved(&after, at, set).await;
            if let Some(finding) = judge(&stage.subject(&after), &set) {
                found.push(stage.late(finding, &sent, &[before, &sent, &after]));
            }
            return;
        }
    }
}
