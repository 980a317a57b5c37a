//! The steps of one life.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::own::{Own, are_like, below, make_parents, make_two};
use super::stage::{Sent, Stage};
use crate::case::{Intent, RequestValues};
use crate::check::{Subject, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::Family;
use crate::rule::Severity;

/// Values of properties that are tried to change one.
const CHANGES: usize = 4;
/// So many properties that keep their old values are no longer ones that cannot be changed.
const LOST: usize = 2;

/// Goes through the life of a resource of a family: what the laws say of it.
pub(super) async fn live<T: Transport>(stage: &mut Stage<T>, families: &[Family], index: usize) -> Vec<LateFinding> {
    let family = &families[index];
    let mut found = Vec::new();
    let mut parents = Vec::new();
    if let Some(parent) = family.parent {
        parents = make_parents(stage, families, parent).await;
        if parents.is_empty() {
            return found;
        }
    }
    let parent = parents.last().and_then(|chain: &Vec<Own>| chain.last());
    if let Some((one, other)) = make_two(stage, family, parent).await {
        let above = parents.last().into_iter().flatten().map(|parent| &parent.made);
        above.chain([&one.made]).for_each(|made| stage.begins_with(made));
        let life = Life { family, one, other };
        life.go(stage, &parents, &mut found).await;
    }
    found.append(&mut stage.failed);
    found
}

pub(super) struct Life<'f> {
    pub family: &'f Family,
    /// Whose life it is.
    pub one: Own,
    /// One that stays as it is.
    other: Own,
}

impl Life<'_> {
    async fn go<T: Transport>(&self, stage: &mut Stage<T>, parents: &[Vec<Own>], found: &mut Vec<LateFinding>) {
        let Self { family, one, .. } = self;
        let made = one.made.clone();
        let tested = stage.tested.clone();
        let judge = |read: &Subject<'_>| {
            let made = made.subject(&tested);
            let lost = laws::judge_readable(&made, read).filter(|_| one.is_named);
            lost.or_else(|| laws::judge_kept(&made, read))
        };
        let looked = stage.look(family.read, &one.resource, "what was just made", judge).await;
        let Some((read, finding)) = looked else { return };
        // Under an id of another kind, somebody else's may be read.
        if !laws::are_one(&stage.subject(&made), &stage.subject(&read)) {
            return;
        }
        found.extend(finding.map(|finding| stage.late(finding, &read, &[&read])));
        if !read.is_success() {
            stage.is_lost = true;
            return;
        }
        self.list(stage, found).await;
        self.foreign(stage, parents, &read, found).await;
        // A PUT leaves less to be erased.
        for change in [family.patch, family.replace].into_iter().flatten() {
            self.change(stage, change, found).await;
        }
        self.end(stage, found).await;
    }

    /// Whether a list that surely is whole holds both.
    async fn list<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let Some(list) = self.family.list else { return };
        if !are_like(&self.one, &self.other) {
            return;
        }
        let ids = [self.other.id.clone(), self.one.id.clone()];
        let (tested, made, variable) = (stage.tested.clone(), self.one.made.clone(), &self.family.variable);
        let judge = |list: &Subject<'_>| laws::judge_listed(&made.subject(&tested), list, variable, &ids);
        if let Some((sent, Some(finding))) = stage.look(list, &self.one.resource, "the list", judge).await {
            found.push(stage.late(finding, &sent, &[&self.other.made, &sent]));
        }
    }

    /// Whether it is to be seen below another parent.
    async fn foreign<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        read: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let [first, _, ..] = parents else { return };
        let Some(values) = stage.baseline(self.family.read) else { return };
        let resource = below(first.last(), self.family, stage, self.one.id.clone());
        let sent = stage.send_on(self.family.read, &values, &resource, "below another parent").await;
        let Some(sent) = sent else { return };
        let finding = laws::judge_parent(&stage.subject(read), &stage.subject(&sent));
        let mut steps: Vec<&Arc<Sent>> = first.iter().map(|parent| &parent.made).collect();
        steps.extend([read, &sent]);
        found.extend(finding.map(|finding| stage.late(finding, &sent, &steps)));
    }

    /// Changes one property by a PUT or PATCH.
    async fn change<T: Transport>(&self, stage: &mut Stage<T>, change: usize, found: &mut Vec<LateFinding>) {
        let Self { family, one, other } = self;
        let Some((before, _)) = stage.look(family.read, &one.resource, "before the change", |_| None).await else {
            return;
        };
        let Some((other_before, _)) = stage.look(family.read, &other.resource, "another one", |_| None).await else {
            return;
        };
        let Some(shown) = laws::shown_by(&stage.subject(&before)) else { return };
        let is_patch = stage.described(change).method == "PATCH";
        if is_patch {
            self.plain_patch(stage, change, &before, found).await;
        }
        let mut lost = Vec::new();
        for (property, values) in self.changes(stage, change, &shown, is_patch).into_iter().take(CHANGES) {
            let values = self.on_present(stage, change, &values).await;
            let sent = stage.send_on(change, &values, &one.resource, &format!("another `{property}`")).await;
            // A 202 promises nothing yet.
            let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
            let tested = stage.tested.clone();
            let judge = |after: &Subject<'_>| {
                laws::judge_update(&before.subject(&tested), &sent.subject(&tested), after, &property)
            };
            let looked = stage.look(family.read, &one.resource, "after the change", judge).await;
            let Some((after, finding)) = looked else { return };
            let steps = [&before, &sent, &after];
            if let Some(finding) = finding {
                lost.push(stage.late(finding, &sent, &steps));
                // What cannot be changed may be left as it is, as long as nothing says otherwise.
                if lost.len() < LOST && !laws::repeats(&stage.subject(&sent), &property) {
                    continue;
                }
                found.append(&mut lost.into_iter().take(1).collect());
                return;
            }
            let judge =
                |after: &Subject<'_>| laws::judge_others(&other_before.subject(&tested), &sent.subject(&tested), after);
            if let Some((other_after, Some(finding))) =
                stage.look(family.read, &other.resource, "another one", judge).await
            {
                found.push(stage.late(finding, &sent, &[&other.made, &sent, &other_after]));
            }
            self.conditions(stage, &values, steps, found).await;
            let values = self.on_present(stage, change, &values).await;
            if !is_patch && let Some(again) = stage.send_on(change, &values, &one.resource, "the same once more").await
            {
                let finding = laws::judge_repeated_put(&stage.subject(&sent), &stage.subject(&again));
                found.extend(finding.map(|finding| stage.late(finding, &again, &[&sent, &again])));
            }
            break;
        }
        // One of several is left as it was: it may be one that cannot be changed.
        for mut late in lost.into_iter().take(1) {
            late.finding.severity = late.finding.severity.min(Severity::Warning);
            found.push(late);
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
        for (name, value) in unchanged.take(CHANGES) {
            let body = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
            let values = RequestValues { body: Some((media, body)), ..baseline.clone() };
            let values = self.on_present(stage, patch, &values).await;
            let sent = stage.send_on(patch, &values, &self.one.resource, &format!("the same `{name}`")).await;
            let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
            let tested = stage.tested.clone();
            let judge =
                |after: &Subject<'_>| laws::judge_patch(&made, &before.subject(&tested), &sent.subject(&tested), after);
            let looked = stage.look(self.family.read, &self.one.resource, "after the change", judge).await;
            if let Some((after, Some(finding))) = looked {
                found.push(stage.late(finding, &sent, &[before, &sent, &after]));
            }
            return;
        }
    }

    fn made_of(&self) -> Option<Map<String, Value>> {
        self.one.made.case.values.as_ref()?.body.as_ref()?.1.as_object().cloned()
    }

    /// Valid requests of a PUT or PATCH that set one property to another value, by that property.
    fn changes<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        change: usize,
        shown: &Map<String, Value>,
        is_patch: bool,
    ) -> Vec<(String, RequestValues)> {
        let Some(baseline) = stage.baseline(change) else { return Vec::new() };
        let Some((media, Value::Object(whole))) = baseline.body.clone() else { return Vec::new() };
        let sources = [self.family.replace, self.family.patch, Some(self.family.create)];
        let mut names: Vec<String> = whole.keys().cloned().collect();
        for source in sources.into_iter().flatten() {
            for values in stage.accepted.of(source) {
                let body = values.body.as_ref().and_then(|(_, body)| body.as_object());
                names.extend(body.into_iter().flat_map(|body| body.keys().cloned()));
            }
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()) && shown.contains_key(name) && !is_server_made(name));
        // The other one was made with the same values.
        let made = self.made_of().unwrap_or_default();
        let is_new = |name: &str, value: &Value| {
            !value.is_null() && [shown.get(name), made.get(name)].iter().all(|known| *known != Some(value))
        };
        let mut found = Vec::new();
        for name in names {
            let accepted = stage.accepted.clone();
            let known = sources.into_iter().flatten().flat_map(|source| accepted.property(source, &name));
            for value in known.filter(|value| is_new(&name, value)) {
                let alone = Map::from_iter([(name.clone(), value.clone())]);
                let mut beside = whole.clone();
                beside.insert(name.clone(), value.clone());
                let bodies = if is_patch { vec![alone, beside] } else { vec![beside] };
                let valid = bodies.into_iter().find_map(|body| {
                    let values = RequestValues { body: Some((media, Value::Object(body))), ..baseline.clone() };
                    let gate = stage.tested.gate(change);
                    gate.confirm(values.clone(), Intent::Valid, None).is_ok().then_some(values)
                });
                if let Some(values) = valid {
                    found.push((name.clone(), values));
                    break;
                }
            }
        }
        found
    }

    /// Deletes it: it is gone, here and in the list, and the other one is still there.
    async fn end<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let Self { family, one, other } = self;
        let Some(delete) = family.delete else { return };
        let Some((before, _)) = stage.look(family.read, &one.resource, "before it is deleted", |_| None).await else {
            return;
        };
        let Some((other_before, _)) = stage.look(family.read, &other.resource, "another one", |_| None).await else {
            return;
        };
        let Some(values) = stage.baseline(delete) else { return };
        let values = self.on_present(stage, delete, &values).await;
        let deleted = stage.send_on(delete, &values, &one.resource, "the end of it").await;
        let Some(deleted) = deleted.filter(|sent| sent.is_success()) else { return };
        stage.deleted(&one.resource);
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| laws::judge_gone(&before.subject(&tested), &deleted.subject(&tested), after);
        let Some((gone, finding)) = stage.look(family.read, &one.resource, "after its end", judge).await else {
            return;
        };
        found.extend(finding.map(|finding| stage.late(finding, &deleted, &[&deleted, &gone])));
        if let Some(list) = family.list {
            let judge = |list: &Subject<'_>| {
                laws::judge_still_listed(
                    &deleted.subject(&tested),
                    &gone.subject(&tested),
                    list,
                    (&family.variable, &one.id),
                )
            };
            if let Some((sent, Some(finding))) = stage.look(list, &one.resource, "the list", judge).await {
                found.push(stage.late(finding, &sent, &[&deleted, &gone, &sent]));
            }
        }
        let judge =
            |after: &Subject<'_>| laws::judge_others(&other_before.subject(&tested), &deleted.subject(&tested), after);
        if let Some((other_after, Some(finding))) = stage.look(family.read, &other.resource, "another one", judge).await
        {
            found.push(stage.late(finding, &deleted, &[&other.made, &deleted, &other_after]));
        }
    }
}
