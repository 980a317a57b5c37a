//! The end of a life: it is gone, here, in the list and below it, and nothing acts on it any more.

use std::sync::Arc;

use super::own::{Own, make, nobody};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::coverage::parts;
use crate::engine::judge::LateFinding;
use crate::resource::{Family, noun};

/// What stands below what is deleted.
struct Child<'f> {
    family: &'f Family,
    own: Own,
    read: Arc<Sent>,
    list: Option<Arc<Sent>>,
}

/// The collections of what holds something, and of what it holds.
fn collections<'f>(holder: &'f Family, held: &'f Family) -> [&'f str; 2] {
    [holder, held].map(|family| noun(&family.item).unwrap_or_default())
}

impl Life<'_> {
    /// Acts on it, and deletes it: it is gone, and the other one and what it stands below are still there.
    pub(super) async fn end<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        witness: Option<(Own, Arc<Sent>)>,
        found: &mut Vec<LateFinding>,
    ) {
        let Self { family, one, other, .. } = self;
        self.acts(stage, found).await;
        let Some(delete) = family.delete else {
            return stage.coverage.left_out(parts::DELETION, "there is no DELETE of it");
        };
        let mut children = self.make_children(stage, found).await;
        let Some((before, _)) = stage.look(family.read, &one.resource, "before it is deleted", |_| None).await else {
            return;
        };
        let Some((other_before, _)) = stage.look(family.read, &other.resource, "another one", |_| None).await else {
            return;
        };
        let Some(values) = stage.baseline(delete) else { return };
        let holder = self.holder(stage, parents).await;
        let never = self.on_no_state(stage, delete, &values).await;
        let deleted = match never.clone() {
            Some(deleted) => Some(deleted),
            None => self.delete(stage, (delete, &values), &mut children).await,
        };
        let Some(deleted) = deleted.filter(|sent| sent.is_success()) else {
            return stage.coverage.left_out(parts::DELETION, "its DELETE was refused");
        };
        stage.deleted(&one.resource);
        stage.coverage.went_through(parts::DELETION);
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| laws::judge_gone(&before.subject(&tested), &deleted.subject(&tested), after);
        let Some((gone, finding)) = stage.look(family.read, &one.resource, "after its end", judge).await else {
            return;
        };
        found.extend(finding.map(|finding| stage.late(finding, &deleted, &[&deleted, &gone])));
        if never.is_some() {
            let finding = laws::judge_never(&stage.subject(&deleted), &stage.subject(&gone));
            found.extend(finding.map(|finding| stage.late(finding, &deleted, &[&deleted, &gone])));
        }
        if let (Some(holder), true) = (&holder, gone.status() == Some(404)) {
            self.counted(stage, parents, [holder, &deleted], found).await;
        }
        if let Some(list) = family.list {
            let judge = |list: &Subject<'_>| {
                let [deleted, gone] = [&deleted, &gone].map(|sent| sent.subject(&tested));
                laws::judge_still_listed(&deleted, &gone, list, (&family.variable, &one.id))
            };
            if let Some((sent, Some(finding))) = stage.look_through(list, &one.resource, "the list", judge).await {
                let page = sent.with(stage, |item| laws::has_id(item, &family.variable, &one.id));
                found.push(stage.late(finding, page, &[&deleted, &gone, page]));
            }
        }
        let mut others = vec![(other, &other_before)];
        others.extend(witness.as_ref().map(|(own, read)| (own, read)));
        for (other, before) in others {
            let judge =
                |after: &Subject<'_>| laws::judge_others(&before.subject(&tested), &deleted.subject(&tested), after);
            let looked = stage.look(family.read, &other.resource, "another one", judge).await;
            if let Some((other_after, Some(finding))) = looked {
                found.push(stage.late(finding, &deleted, &[&other.made, &deleted, &other_after]));
                break;
            }
        }
        for child in children {
            self.below_the_end(stage, child, [&deleted, &gone], found).await;
        }
        let acts = self.after_the_end(stage, &before, [&deleted, &gone], found).await;
        let set = other.body_of().unwrap_or_default();
        let judge = |after: &Subject<'_>| {
            let beside: Vec<_> = acts.iter().chain([&deleted]).map(|sent| sent.subject(&tested)).collect();
            laws::judge_state(&other_before.subject(&tested), after, &set, &beside)
        };
        if found.is_empty()
            && let Some((after, Some(finding))) = stage.look(family.read, &other.resource, "another one", judge).await
        {
            let mut steps = vec![&other.made, &deleted];
            steps.extend(&acts);
            steps.push(&after);
            found.push(stage.late(finding, &after, &steps));
        }
        self.above(stage, parents, &deleted, found).await;
        found.extend(self.end_of_nobody(stage, delete).await);
    }

    /// Deletes it, and before that what stands below it where it is refused for that.
    async fn delete<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        (delete, values): (usize, &RequestValues),
        children: &mut Vec<Child<'_>>,
    ) -> Option<Arc<Sent>> {
        let present = self.on_present(stage, delete, values).await;
        let mut deleted = stage.send_on(delete, &present, &self.one.resource, "the end of it").await?;
        if !deleted.is_success() && !stage.openers(delete).is_empty() {
            self.open(stage, delete).await;
            let present = self.on_present(stage, delete, values).await;
            deleted = stage.send_on(delete, &present, &self.one.resource, "the end of it").await?;
        }
        if deleted.status() != Some(409) || children.is_empty() {
            return Some(deleted);
        }
        for child in std::mem::take(children) {
            let Some(end) = child.family.delete else { continue };
            let Some(values) = stage.baseline(end) else { continue };
            let gone = stage.send_on(end, &values, &child.own.resource, "the end of what stands below it").await;
            if gone.is_some_and(|gone| gone.is_success()) {
                stage.deleted(&child.own.resource);
            }
        }
        let present = self.on_present(stage, delete, values).await;
        stage.send_on(delete, &present, &self.one.resource, "the end of it").await
    }

    /// What it stands below, where that counts the likes of it.
    async fn holder<T: Transport>(&self, stage: &mut Stage<T>, parents: &[Vec<Own>]) -> Option<Arc<Sent>> {
        let (parent, family) = (parents.last()?.last()?, self.parent?);
        let (read, _) = stage.look(family.read, &parent.resource, "what it stands below", |_| None).await?;
        (!laws::counters(&stage.subject(&read), collections(family, self.family)).is_empty()).then_some(read)
    }

    /// Whether what it stands below counts it no longer.
    async fn counted<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        [before, act]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) {
        let Some((parent, family)) = parents.last().and_then(|chain| chain.last()).zip(self.parent) else { return };
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| {
            let [before, act] = [before, act].map(|sent| sent.subject(&tested));
            laws::judge_count(&before, &act, after, collections(family, self.family))
        };
        let looked = stage.look(family.read, &parent.resource, "what it stood below", judge).await;
        if let Some((after, Some(finding))) = looked {
            found.push(stage.late(finding, act, &[before, act, &after]));
        }
    }

    /// One of each kind below it, as it is read and listed.
    async fn make_children<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) -> Vec<Child<'_>> {
        let mut children = Vec::new();
        for family in self.children.iter().copied() {
            let before =
                stage.look(self.family.read, &self.one.resource, "before there is more below it", |_| None).await;
            let Some(own) = make(stage, family, Some(&self.one), None).await else {
                stage.coverage.left_out(parts::CHILDREN, "none could be made");
                continue;
            };
            let Some((read, _)) = stage.look(family.read, &own.resource, "what stands below it", |_| None).await else {
                continue;
            };
            if let Some((before, _)) = before.filter(|_| read.is_success()) {
                let (tested, made) = (stage.tested.clone(), own.made.clone());
                let nouns = collections(self.family, family);
                let judge = |after: &Subject<'_>| {
                    laws::judge_count(&before.subject(&tested), &made.subject(&tested), after, nouns)
                };
                let looked = stage.look(self.family.read, &self.one.resource, "with more below it", judge).await;
                if let Some((after, Some(finding))) = looked {
                    found.push(stage.late(finding, &made, &[&before, &made, &after]));
                }
            }
            let list = match family.list {
                Some(list) => stage.look(list, &own.resource, "what stands below it", |_| None).await,
                None => None,
            };
            children.push(Child { family, own, read, list: list.map(|(list, _)| list) });
        }
        children
    }

    /// Whether what stood below it is gone with it, and no more can be made there.
    async fn below_the_end<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        child: Child<'_>,
        [deleted, gone]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) {
        let Child { family, own, read, list } = child;
        stage.coverage.went_through(parts::CHILDREN);
        let tested = stage.tested.clone();
        let id = (&*family.variable, &own.id);
        let reads = [Some((family.read, &read)), family.list.zip(list.as_ref())];
        for (operation, before) in reads.into_iter().flatten() {
            let judge = |after: &Subject<'_>| {
                let [before, deleted, gone] = [before, deleted, gone].map(|sent| sent.subject(&tested));
                laws::judge_orphan(&before, [&deleted, &gone], after, id)
            };
            let looked = stage.look(operation, &own.resource, "what stood below it", judge).await;
            if let Some((after, Some(finding))) = looked {
                found.push(stage.late(finding, &after, &[&own.made, deleted, gone, &after]));
                return;
            }
        }
        let Some(values) = own.made.case.values.clone() else { return };
        let Some(again) = stage.send(family.create, values, "one more below it").await else { return };
        self.judge_act(stage, &again, [deleted, gone], found).await;
    }

    /// Whether anything still acts on what is gone; what was sent for it.
    async fn after_the_end<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        before: &Arc<Sent>,
        [deleted, gone]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) -> Vec<Arc<Sent>> {
        let mut acts = Vec::new();
        let mut is_back = false;
        let family = self.family;
        let put = family.replace.filter(|put| *put != family.create);
        for operation in family.delete.into_iter().chain(family.patch).chain(put).chain(family.actions.iter().copied())
        {
            let Some(values) = stage.baseline(operation) else { continue };
            let Some(sent) = stage.send_on(operation, &values, &self.one.resource, "after its end").await else {
                continue;
            };
            let read = self.judge_act(stage, &sent, [deleted, gone], found).await;
            if let Some(read) = read.filter(|read| read.is_success() && !is_back) {
                is_back = true;
                let set = self.made_of().unwrap_or_default();
                let [was, missing, restore, now] = [before, gone, &sent, &read].map(|sent| stage.subject(sent));
                // What was accepted before it may have changed what is restored.
                let is_first = !acts.iter().any(|act: &Arc<Sent>| act.is_success());
                let finding = laws::judge_restored([&was, &missing], &restore, &now, &set).filter(|_| is_first);
                found.extend(finding.map(|finding| stage.late(finding, &sent, &[before, deleted, gone, &sent, &read])));
            }
            acts.push(sent);
        }
        // What was restored is deleted again.
        if let (true, Some(delete)) = (is_back, family.delete)
            && let Some(values) = stage.baseline(delete)
        {
            stage.send_on(delete, &values, &self.one.resource, "the end of what was restored").await;
        }
        acts
    }

    /// Whether it was accepted though nothing is there; how that is read then, if it was accepted.
    async fn judge_act<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        sent: &Arc<Sent>,
        [deleted, gone]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) -> Option<Arc<Sent>> {
        if !sent.is_success() || gone.is_success() {
            return None;
        }
        let (still, _) = stage.look(self.family.read, &self.one.resource, "after that", |_| None).await?;
        let subjects = [deleted, gone, sent, &still].map(|sent| stage.subject(sent));
        let finding = laws::judge_afterlife(&subjects[0], &subjects[1], &subjects[2], &subjects[3]);
        found.extend(finding.map(|finding| stage.late(finding, sent, &[deleted, gone, sent, &still])));
        Some(still)
    }

    /// Whether a DELETE finds what nobody has made.
    async fn end_of_nobody<T: Transport>(&self, stage: &mut Stage<T>, delete: usize) -> Option<LateFinding> {
        let (resource, missing) = nobody(stage, self.family, None).await.filter(|_| self.parent.is_none())?;
        let values = stage.baseline(delete).filter(|_| missing.status() == Some(404))?;
        let deleted = stage.send_on(delete, &values, &resource, "the end of what nobody has made").await?;
        let finding = laws::judge_nothing(&stage.subject(&missing), &stage.subject(&deleted))?;
        Some(stage.late_alone(finding, &deleted, &[&missing, &deleted]))
    }

    /// Whether what it stood below is still there.
    async fn above<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        deleted: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let Some(parent) = parents.last().and_then(|chain| chain.last()) else { return };
        let Some(family) = self.parent else { return };
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| laws::judge_parent_kept(&deleted.subject(&tested), after);
        if let Some((after, Some(finding))) =
            stage.look(family.read, &parent.resource, "what it stood below", judge).await
        {
            found.push(stage.late(finding, deleted, &[deleted, &after]));
        }
    }
}
