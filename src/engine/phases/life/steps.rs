//! The steps of one life.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::located::{self, Elsewhere};
use super::own::{Own, are_like, below, make, make_parents, make_two};
use super::stage::{Sent, Stage};
use crate::case::RequestValues;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::coverage::parts;
use crate::engine::judge::LateFinding;
use crate::engine::model::TestedContract;
use crate::resource::Family;

/// Goes through the life of a resource of a family: what the laws say of it.
pub(super) async fn live<T: Transport>(
    stage: &mut Stage<T>,
    families: &[Family],
    index: usize,
    others: &[Arc<TestedContract>],
) -> Vec<LateFinding> {
    let family = &families[index];
    let mut found = Vec::new();
    let mut parents = Vec::new();
    if let Some(parent) = family.parent {
        parents = make_parents(stage, families, parent).await;
        if parents.is_empty() {
            stage.coverage.left_out(parts::CREATION, "nothing that it stands below could be made");
            return found;
        }
    }
    let parent = parents.last().and_then(|chain: &Vec<Own>| chain.last());
    match make_two(stage, family, parent).await {
        Some((one, other)) => {
            let above = parents.last().into_iter().flatten().map(|parent| &parent.made);
            above.chain([&one.made]).for_each(|made| stage.begins_with(made));
            let children = families.iter().filter(|child| child.parent == Some(index)).collect();
            let parent = family.parent.map(|parent| &families[parent]);
            let life = Life { family, parent, one, other, children, families };
            life.go(stage, &parents, others, &mut found).await;
        }
        None => stage.coverage.left_out(parts::CREATION, "no two could surely be made"),
    }
    found.append(&mut stage.failed);
    found
}

pub(super) struct Life<'f> {
    pub family: &'f Family,
    /// The family of what it stands below.
    pub parent: Option<&'f Family>,
    /// Whose life it is.
    pub one: Own,
    /// One that stays as it is.
    pub other: Own,
    /// The families of what stands below it.
    pub children: Vec<&'f Family>,
    /// All families.
    pub families: &'f [Family],
}

impl Life<'_> {
    async fn go<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        others: &[Arc<TestedContract>],
        found: &mut Vec<LateFinding>,
    ) {
        let Self { family, one, other, .. } = self;
        let made = one.made.clone();
        let tested = stage.tested.clone();
        let elsewhere = self.elsewhere(stage);
        let is_here = matches!(elsewhere, Elsewhere::Here);
        let judge = |read: &Subject<'_>| {
            let made = made.subject(&tested);
            let lost = laws::judge_readable(&made, read).filter(|_| one.is_named && is_here);
            let kept = lost.or_else(|| laws::judge_kept(&made, read)).or_else(|| laws::judge_members(&made, read));
            kept.or_else(|| laws::judge_default(&made, read))
        };
        if made.status() == Some(202) {
            stage.settle(family.read, &one.resource).await;
        }
        let looked = stage.look(family.read, &one.resource, "what was just made", judge).await;
        let Some((read, finding)) = looked else { return };
        // Under an id of another kind, somebody else's may be read.
        if !laws::are_one(&stage.subject(&made), &stage.subject(&read)) {
            return stage.coverage.left_out(parts::CREATION, "its id is not sure");
        }
        found.extend(finding.map(|finding| stage.late(finding, &read, &[&read])));
        if !read.is_success() {
            if let Elsewhere::There(operation, values) = elsewhere
                && let Some((there, finding)) = self.look_there(stage, operation, &values).await
            {
                found.extend(finding.map(|finding| stage.late(finding, &there, &[&there])));
            }
            stage.is_lost = true;
            return stage.coverage.left_out(parts::CREATION, "what was made is not there");
        }
        stage.coverage.went_through(parts::CREATION);
        let finding = laws::judge_taken(&stage.subject(&other.made), &stage.subject(&made));
        found.extend(finding.map(|finding| stage.late(finding, &made, &[&other.made])));
        let finding = laws::judge_creation(&stage.subject(&made), &stage.subject(&read));
        found.extend(finding.map(|finding| stage.late(finding, &made, &[&read])));
        self.location(stage, &read, found).await;
        self.leads_there(stage, &read, found).await;
        // Before anything else is made: a list may lack what was made last.
        self.list(stage, parents, found).await;
        let witness = self.plainest(stage, parents, found).await;
        if let Some((plain, _)) = &witness {
            let set = one.body_of().unwrap_or_default();
            let judge = |after: &Subject<'_>| {
                let beside = [plain.made.subject(&tested)];
                laws::judge_state(&read.subject(&tested), after, &set, &beside)
            };
            if let Some((after, Some(finding))) = stage.look(family.read, &one.resource, "as before", judge).await {
                return found.push(stage.late(finding, &after, &[&read, &plain.made, &after]));
            }
        }
        self.defaults(stage, parents, found).await;
        self.head(stage, found).await;
        self.foreign(stage, parents, &read, found).await;
        for actor in others {
            if self.somebody_else(stage, actor, found).await.is_break() {
                return;
            }
        }
        self.taken(stage, &read, found).await;
        self.references(stage, found).await;
        self.done(stage, found).await;
        self.changes(stage, found).await;
        if family.patch.or(family.replace).is_none() {
            stage.coverage.left_out(parts::CHANGES, "there is no PUT or PATCH of it");
        }
        self.end(stage, parents, witness, found).await;
        self.in_wrong_states(stage, parents, found).await;
        self.keyed(stage, found).await;
        self.used(stage, self.families, parents, found).await;
        self.counts(stage, found).await;
        self.totals(stage, parents, found).await;
        self.bulk(stage, found).await;
        // Last, since what is made may move all others.
        self.longest(stage, parents, found).await;
    }

    /// Whether the `Location` of the creation names what its body does.
    async fn location<T: Transport>(&self, stage: &mut Stage<T>, read: &Arc<Sent>, found: &mut Vec<LateFinding>) {
        let Self { family, one, .. } = self;
        let location = one.made.exchange.result.as_ref().ok().and_then(|response| response.header("location"));
        let path = location.and_then(|at| at.split(['?', '#']).next()).map(|at| at.trim_end_matches('/').to_owned());
        let Some((above, last)) = path.as_deref().and_then(|path| path.rsplit_once('/')) else { return };
        let id = one.id.as_str().map_or_else(|| one.id.to_string(), str::to_owned);
        let collection = one.made.case.request.path.trim_end_matches('/');
        if last == id || last.contains('%') || !above.ends_with(collection) || !one.is_named {
            return;
        }
        let Some(values) = stage.baseline(family.read) else { return };
        let mut resource = one.resource.clone();
        let Some((_, own)) = resource.variables.iter_mut().find(|(name, _)| *name == family.variable) else { return };
        *own = located::id(last);
        let Some(there) = stage.send_on(family.read, &values, &resource, "where `Location` leads").await else {
            return;
        };
        let [made, read, at] = [&one.made, read, &there].map(|sent| stage.subject(sent));
        let finding = laws::judge_location(&made, &read, &at, &one.id);
        found.extend(finding.map(|finding| stage.late(finding, &one.made, &[&there])));
    }

    /// Whether one that is made with the fewest properties has the documented defaults; it, as it is read.
    async fn plainest<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        found: &mut Vec<LateFinding>,
    ) -> Option<(Own, Arc<Sent>)> {
        let family = self.family;
        let properties = |values: &&RequestValues| {
            values.body.as_ref().and_then(|(_, body)| body.as_object()).map_or(usize::MAX, Map::len)
        };
        let values = stage.accepted.of(family.create).min_by_key(properties).cloned()?;
        let of_one = self.one.made.case.values.as_ref().map_or(0, |values| properties(&values));
        if properties(&&values) >= of_one {
            return None;
        }
        let parent = parents.last().and_then(|chain| chain.last());
        let plain = make(stage, family, parent, Some(&values)).await?;
        let (tested, made) = (stage.tested.clone(), plain.made.clone());
        let judge = |read: &Subject<'_>| laws::judge_default(&made.subject(&tested), read);
        let (read, finding) = stage.look(family.read, &plain.resource, "its defaults", judge).await?;
        found.extend(finding.map(|finding| stage.late_alone(finding, &made, &[&made, &read])));
        Some((plain, read))
    }

    /// Whether one with the longest values that were accepted keeps them.
    async fn longest<T: Transport>(&self, stage: &mut Stage<T>, parents: &[Vec<Own>], found: &mut Vec<LateFinding>) {
        let Some(values) = stage.accepted.longest(self.family.create) else { return };
        let parent = parents.last().and_then(|chain| chain.last());
        let Some(long) = make(stage, self.family, parent, Some(&values)).await else { return };
        let (tested, made) = (stage.tested.clone(), long.made.clone());
        let judge = |read: &Subject<'_>| laws::judge_kept(&made.subject(&tested), read);
        let Some((read, finding)) = stage.look(self.family.read, &long.resource, "long values", judge).await else {
            return;
        };
        found.extend(finding.map(|finding| stage.late_alone(finding, &made, &[&made, &read])));
    }

    /// Whether a list that surely is whole holds both, and a list elsewhere neither.
    async fn list<T: Transport>(&self, stage: &mut Stage<T>, parents: &[Vec<Own>], found: &mut Vec<LateFinding>) {
        let Some(list) = self.family.list else {
            return stage.coverage.left_out(parts::LIST, "there is no list of it");
        };
        let variable = &self.family.variable;
        if are_like(&self.one, &self.other) {
            let ids = [self.other.id.clone(), self.one.id.clone()];
            let (tested, made) = (stage.tested.clone(), self.one.made.clone());
            let judge = |list: &Subject<'_>| laws::judge_listed(&made.subject(&tested), list, variable, &ids);
            if let Some((sent, finding)) = stage.look_through(list, &self.one.resource, "the list", judge).await {
                match laws::is_whole(&stage.subject(&sent.joined)) {
                    true => stage.coverage.went_through(parts::LIST),
                    false => stage.coverage.left_out(parts::LIST, "it may not be whole"),
                }
                if let Some(finding) = finding {
                    let steps: Vec<&Arc<Sent>> = std::iter::once(&self.other.made).chain(&sent.pages).collect();
                    found.push(stage.late(finding, sent.with(stage, |_| false), &steps));
                }
            }
        }
        let [first, _, ..] = parents else { return };
        let Some(values) = stage.whole(list) else { return };
        let elsewhere = below(first.last(), self.family, stage, self.one.id.clone());
        let Some(sent) = stage.send_on(list, &values, &elsewhere, "the list below another parent").await else {
            return;
        };
        let finding = laws::judge_parent_list(&stage.subject(&sent), variable, &self.one.id);
        let mut steps: Vec<&Arc<Sent>> = first.iter().map(|parent| &parent.made).collect();
        steps.push(&sent);
        found.extend(finding.map(|finding| stage.late(finding, &sent, &steps)));
    }

    /// Whether it is to be seen below another parent.
    async fn foreign<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        parents: &[Vec<Own>],
        read: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let [first, _, ..] = parents else {
            if self.family.parent.is_some() {
                stage.coverage.left_out(parts::PARENT, "no second parent could be made");
            }
            return;
        };
        let Some(values) = stage.baseline(self.family.read) else { return };
        let resource = below(first.last(), self.family, stage, self.one.id.clone());
        let sent = stage.send_on(self.family.read, &values, &resource, "below another parent").await;
        let Some(sent) = sent else { return };
        stage.coverage.went_through(parts::PARENT);
        let finding = laws::judge_parent(&stage.subject(read), &stage.subject(&sent));
        let mut steps: Vec<&Arc<Sent>> = first.iter().map(|parent| &parent.made).collect();
        steps.extend([read, &sent]);
        match finding {
            Some(finding) => found.push(stage.late(finding, &sent, &steps)),
            None if sent.status() == Some(404) => self.acts_below_another(stage, parents, &sent, found).await,
            None => {}
        }
    }

    /// The body with which it was made.
    pub(super) fn made_of(&self) -> Option<Map<String, Value>> {
        self.one.body_of()
    }
}
