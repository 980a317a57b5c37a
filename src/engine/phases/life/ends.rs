//! The end of a life: it is gone, here, in the list and below it, and nothing acts on it any more.

use std::sync::Arc;

use super::own::{Own, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::coverage::parts;
use crate::engine::judge::LateFinding;
use crate::resource::Family;

/// What stands below what is deleted.
struct Child<'f> {
    family: &'f Family,
    own: Own,
    read: Arc<Sent>,
    list: Option<Arc<Sent>>,
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
        for action in &family.actions {
            let before = stage.look(family.read, &one.resource, "before it is acted on", |_| None).await;
            let acted = self.act(stage, *action, "it is acted on").await;
            if let (Some((before, _)), Some(acted)) = (before, acted.filter(|acted| acted.status() == Some(200))) {
                let tested = stage.tested.clone();
                let judge =
                    |after: &Subject<'_>| laws::judge_action(&before.subject(&tested), &acted.subject(&tested), after);
                let looked = stage.look(family.read, &one.resource, "after it was acted on", judge).await;
                if let Some((after, Some(finding))) = looked {
                    found.push(stage.late(finding, &acted, &[&before, &acted, &after]));
                }
            }
            // A second time may be refused, and is no failure.
            self.act(stage, *action, "it is acted on again").await;
        }
        let Some(delete) = family.delete else {
            return stage.coverage.left_out(parts::DELETION, "there is no DELETE of it");
        };
        let children = self.make_children(stage).await;
        let Some((before, _)) = stage.look(family.read, &one.resource, "before it is deleted", |_| None).await else {
            return;
        };
        let Some((other_before, _)) = stage.look(family.read, &other.resource, "another one", |_| None).await else {
            return;
        };
        let Some(values) = stage.baseline(delete) else { return };
        let values = self.on_present(stage, delete, &values).await;
        let deleted = stage.send_on(delete, &values, &one.resource, "the end of it").await;
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
        if let Some(list) = family.list {
            let judge = |list: &Subject<'_>| {
                let [deleted, gone] = [&deleted, &gone].map(|sent| sent.subject(&tested));
                laws::judge_still_listed(&deleted, &gone, list, (&family.variable, &one.id))
            };
            if let Some((sent, Some(finding))) = stage.look(list, &one.resource, "the list", judge).await {
                found.push(stage.late(finding, &sent, &[&deleted, &gone, &sent]));
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
        let acts = self.after_the_end(stage, [&deleted, &gone], found).await;
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
    }

    /// Sends an action, if it is plain enough to be sure of.
    async fn act<T: Transport>(&self, stage: &mut Stage<T>, action: usize, name: &str) -> Option<Arc<Sent>> {
        let values = stage.baseline(action)?;
        let sent = stage.send_on(action, &values, &self.one.resource, name).await?;
        stage.coverage.went_through(parts::ACTIONS);
        Some(sent)
    }

    /// One of each kind below it, as it is read and listed.
    async fn make_children<T: Transport>(&self, stage: &mut Stage<T>) -> Vec<Child<'_>> {
        let mut children = Vec::new();
        for family in self.children.iter().copied() {
            let Some(own) = make(stage, family, Some(&self.one), None).await else {
                stage.coverage.left_out(parts::CHILDREN, "none could be made");
                continue;
            };
            let Some((read, _)) = stage.look(family.read, &own.resource, "what stands below it", |_| None).await else {
                continue;
            };
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
        [deleted, gone]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) -> Vec<Arc<Sent>> {
        let mut acts = Vec::new();
        let family = self.family;
        let put = family.replace.filter(|put| *put != family.create);
        for operation in family.delete.into_iter().chain(family.patch).chain(put).chain(family.actions.iter().copied())
        {
            let Some(values) = stage.baseline(operation) else { continue };
            let Some(sent) = stage.send_on(operation, &values, &self.one.resource, "after its end").await else {
                continue;
            };
            self.judge_act(stage, &sent, [deleted, gone], found).await;
            acts.push(sent);
        }
        acts
    }

    async fn judge_act<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        sent: &Arc<Sent>,
        [deleted, gone]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) {
        if !sent.is_success() || gone.is_success() {
            return;
        }
        let Some((still, _)) = stage.look(self.family.read, &self.one.resource, "after that", |_| None).await else {
            return;
        };
        let subjects = [deleted, gone, sent, &still].map(|sent| stage.subject(sent));
        let finding = laws::judge_afterlife(&subjects[0], &subjects[1], &subjects[2], &subjects[3]);
        found.extend(finding.map(|finding| stage.late(finding, sent, &[deleted, gone, sent, &still])));
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
