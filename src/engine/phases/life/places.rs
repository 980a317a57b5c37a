//! What has one place of its own: a setting, or the bytes of an upload. A PUT or a PATCH changes it, and what was there is
//! put back.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::candidates::{fits, properties, variants, with_body};
use super::changes::{Changed, Lost, lost};
use super::members::names_all;
use super::own::{Own, make_parents, renamed};
use super::stage::{Sent, Stage};
use crate::case::{Intent, RequestValues};
use crate::check::{Subject, is_secret, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
use crate::resource::{Family, Noun};

/// A place that is read and replaced, by the positions of its operations.
pub(super) struct Place {
    pub(super) read: usize,
    /// A PUT or a PATCH.
    pub(super) replace: usize,
    pub(super) delete: Option<usize>,
    /// Whether that is a PATCH.
    is_partial: bool,
    /// A PATCH at the path of the PUT.
    pub(super) patch: Option<usize>,
    /// What puts all of it back: a PUT at the same path, or else what changes it.
    restore: usize,
    /// The family of what it stands below, by its position.
    parent: Option<usize>,
}

/// The places of these operations that are no items of a collection.
pub(super) fn places<T: Transport>(stage: &Stage<T>, families: &[Family], operations: &[usize]) -> Vec<Place> {
    let path = |operation: usize| stage.described(operation).path.trim_end_matches('/');
    let is_of = |operation: usize, method: &str| stage.described(operation).method == method;
    let place = |replace: usize| {
        let own = path(replace);
        let find = |method: &str| operations.iter().copied().find(|other| is_of(*other, method) && path(*other) == own);
        let (read, delete) = (find("GET")?, find("DELETE"));
        let (above, last) = own.rsplit_once('/')?;
        if last.starts_with('{') {
            return None;
        }
        let parent = families.iter().rposition(|family| family.item == above);
        let is_partial = !is_of(replace, "PUT");
        let put = operations.iter().copied().find(|other| is_of(*other, "PUT") && path(*other) == own);
        let restore = put.unwrap_or(replace);
        let patch = find("PATCH").filter(|_| !is_partial);
        let is_one = parent.is_some() || !own.contains('{');
        is_one.then_some(Place { read, replace, delete, is_partial, patch, restore, parent })
    };
    let is_change = |operation: &usize| is_of(*operation, "PUT") || is_of(*operation, "PATCH");
    operations.iter().copied().filter(is_change).filter_map(place).collect()
}

impl Place {
    /// The operation that replaces it, and what puts all of it back.
    pub(super) fn changes(&self) -> [usize; 2] {
        [self.replace, self.restore]
    }

    /// What the laws say of it.
    pub(super) async fn live<T: Transport>(&self, stage: &mut Stage<T>, families: &[Family]) -> Vec<LateFinding> {
        let mut found = Vec::new();
        let (mut at, mut beside) = (Resource { item: String::new(), variables: Vec::new() }, None);
        let mut holder = None;
        if let Some(parent) = self.parent {
            let mut parents = make_parents(stage, families, parent).await;
            let path = stage.described(self.replace).path.clone();
            let place = |chain: &Vec<Own>| chain.last().map(|own| renamed(&own.resource, &path));
            let Some(own) = parents.last().and_then(place) else { return found };
            parents.last().into_iter().flatten().for_each(|own| stage.begins_with(&own.made));
            beside = parents.first().filter(|_| parents.len() > 1).and_then(place);
            at = own;
            let Some(own) = parents.pop().and_then(|chain| chain.into_iter().last()) else { return found };
            holder = Some((&families[parent], own));
        }
        let is_json =
            stage.baseline(self.replace).and_then(|values| values.body).is_some_and(|(_, body)| body.is_object());
        match (is_json, holder) {
            (true, _) => self.set(stage, &at, beside.as_ref(), &mut found).await,
            (false, Some((family, own))) => self.upload(stage, &at, (family, &own), &mut found).await,
            // What others have stored as bytes could not be put back for sure.
            (false, None) => {}
        }
        found.append(&mut stage.failed);
        found
    }

    /// Sets one property after the other, sees it there, and puts all back. What is at the same place `beside` it stays.
    async fn set<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        beside: Option<&Resource>,
        found: &mut Vec<LateFinding>,
    ) {
        let Some((mut before, _)) = stage.look(self.read, at, "what is there", |_| None).await else { return };
        let Some(shown) = laws::shown_by(&stage.subject(&before)) else { return };
        let Some((former, body)) = self.former(stage, self.replace, at, &shown) else { return };
        let whole = if self.restore == self.replace { None } else { self.former(stage, self.restore, at, &shown) };
        let can_replace = whole.is_some() || self.parent.is_some();
        let (restore, back) = whole.map_or((self.replace, former.clone()), |(whole, _)| (self.restore, whole));
        let names: Vec<String> = body.keys().filter(|name| !is_server_made(name)).cloned().collect();
        let (mut is_set, mut changed) = (false, Changed::default());
        for name in names {
            // What a merge adds to an object of somebody else's would stay there.
            if self.is_partial && !can_replace && body[&name].is_object() {
                continue;
            }
            for (variant, values) in self.others(stage, &former, &body, &name).into_iter().enumerate() {
                // What an earlier step has set is there still.
                if is_set && (self.is_partial || variant > 0) {
                    let looked = stage.look(self.read, at, "what is there by now", |_| None).await;
                    let Some((now, _)) = looked else { break };
                    before = now;
                }
                stage.put_back(restore, &back, at);
                let theirs = match beside.filter(|_| !is_set) {
                    Some(beside) => stage.look(self.read, beside, "the same of another one", |_| None).await,
                    None => None,
                };
                let sent = stage.send_on(self.replace, &values, at, &format!("another `{name}`")).await;
                let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
                let is_first = !std::mem::replace(&mut is_set, true);
                let Some(after) = self.seen(stage, at, [&before, &sent], &name, (&mut changed, found)).await else {
                    continue;
                };
                if is_first {
                    stage.conditions((self.read, at), &values, [&before, &sent, &after], found).await;
                }
                if let Some((beside, (theirs, _))) = beside.zip(theirs).filter(|_| !self.is_shared(stage)) {
                    self.elsewhere(stage, beside, [&theirs, &sent], found).await;
                }
                if self.is_partial {
                    self.others_stay(stage, at, [&before, &sent], &name, found).await;
                    self.all_stays(stage, at, (&former, &body), &name, found).await;
                }
            }
        }
        if !changed.kept.is_empty() && laws::is_replacement(stage.described(self.replace)) && !self.is_partial {
            self.replaced(stage, at, (&former, &body), found).await;
        }
        // What the PUT does not set, it cannot put back: that is tried only on what the run has made.
        if self.parent.is_some() {
            self.compare(stage, at, &mut changed).await;
        }
        let is_back = match is_set {
            true => stage.send_on(restore, &back, at, "what was there").await.is_some_and(|sent| sent.is_success()),
            false => true,
        };
        // What was refused is tried once more at the end.
        if is_back {
            stage.is_put_back();
        }
        found.append(&mut lost(vec![changed]));
    }

    /// What is there after a property was set, if it is as it was asked for.
    async fn seen<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        [before, sent]: [&Arc<Sent>; 2],
        name: &str,
        (changed, found): (&mut Changed, &mut Vec<LateFinding>),
    ) -> Option<Arc<Sent>> {
        let tested = stage.tested.clone();
        // Of settings, a PUT changes what it names wherever it does not say that it is all of them.
        let is_replacement = !self.is_partial && laws::is_replacement(stage.described(self.replace));
        let judge = |after: &Subject<'_>| {
            let [before, sent] = [before, sent].map(|sent| sent.subject(&tested));
            let all = [&before, &sent, after];
            let lost = laws::judge_update(&before, &sent, after, name);
            let merged = || laws::judge_merged_within(&before, &sent, after, name).filter(|_| is_replacement);
            lost.or_else(|| laws::judge_altered(&before, &sent, after, name))
                .or_else(|| laws::judge_member(None, all, name))
                .or_else(merged)
        };
        let (after, finding) = stage.look(self.read, at, "what is there now", judge).await?;
        let Some(finding) = finding else {
            let finding =
                laws::judge_answer(&stage.subject(before), &stage.subject(sent), &stage.subject(&after), name);
            found.extend(finding.map(|finding| stage.late(finding, sent, &[before, sent, &after])));
            changed.kept.push(name.to_owned());
            return Some(after);
        };
        let all = [before, sent, &after].map(|sent| stage.subject(sent));
        let is_lost = *finding.rule == laws::LOST_UPDATE && laws::judge_member(None, all.each_ref(), name).is_none();
        let is_sure = laws::repeats(&all[1], name);
        let late = stage.late(finding, sent, &[before, sent, &after]);
        match is_lost {
            true => changed.lost.push(Lost {
                property: name.to_owned(),
                late,
                is_sure,
                is_promised: false,
                is_of_null: false,
            }),
            false => found.push(late),
        }
        None
    }

    /// Whether it may be one thing that several name: its own name is that of a collection (`/orders/{id}/customer`).
    fn is_shared<T: Transport>(&self, stage: &Stage<T>) -> bool {
        let last = stage.described(self.replace).path.rsplit('/').next().unwrap_or_default();
        let own = Noun::of(last).text();
        let mut segments = stage.tested.contract.operations.iter().flat_map(|operation| operation.path.split('/'));
        let is_plural = |segment: &str| segment != last && !segment.starts_with('{') && Noun::of(segment).text() == own;
        segments.any(is_plural)
    }

    /// Whether a change leaves what is at the same place of another one, which was read before it.
    async fn elsewhere<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        beside: &Resource,
        [theirs, sent]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) {
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| laws::judge_others(&theirs.subject(&tested), &sent.subject(&tested), after);
        if let Some((after, Some(finding))) = stage.look(self.read, beside, "the same of another one", judge).await {
            found.push(stage.late(finding, sent, &[theirs, sent, &after]));
        }
    }

    /// Whether a PATCH leaves what it does not name.
    async fn others_stay<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        [before, sent]: [&Arc<Sent>; 2],
        name: &str,
        found: &mut Vec<LateFinding>,
    ) {
        let Some(shown) = laws::shown_by(&stage.subject(before)) else { return };
        let tested = stage.tested.clone();
        let whole = self.restore;
        let judge = |after: &Subject<'_>| {
            let [before, sent] = [before, sent].map(|sent| sent.subject(&tested));
            laws::judge_patch(&shown, &before, &sent, after)
                .or_else(|| laws::judge_within(&tested.contract.operations[whole], [&before, &sent, after], name))
        };
        if let Some((after, Some(finding))) = stage.look(self.read, at, "what it leaves", judge).await {
            found.push(stage.late(finding, sent, &[before, sent, &after]));
        }
    }

    /// Whether all stays, once `name` was set, where a PATCH gives another property the value that it has.
    async fn all_stays<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        (former, body): (&RequestValues, &Map<String, Value>),
        name: &str,
        found: &mut Vec<LateFinding>,
    ) {
        let Some((before, _)) = stage.look(self.read, at, "what was set", |_| None).await else { return };
        let (Some(shown), Some((media, _))) = (laws::shown_by(&stage.subject(&before)), &former.body) else { return };
        let same = body.keys().filter(|other| *other != name && !is_server_made(other)).find_map(|other| {
            let value = shown.get(other).filter(|value| !value.is_object() && !value.is_null())?.clone();
            let one = Map::from_iter([(other.clone(), value)]);
            fits(stage, self.replace, with_body(former, *media, one))
        });
        let Some(same) = same else { return };
        let sent = stage.send_on(self.replace, &same, at, "nothing new").await;
        let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { return };
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>, set: &[&String]| {
            let [before, sent] = [&before, &sent].map(|sent| sent.subject(&tested));
            laws::judge_unchanged(set.iter().copied(), &before, &sent, after)
        };
        let set = Vec::from_iter(body.keys());
        let looked = stage.look(self.read, at, "what it leaves", |after| judge(after, &set)).await;
        let Some((after, Some(_))) = looked else { return };
        let set = stage.unmoved(&after, at, set).await;
        if let Some(finding) = judge(&stage.subject(&after), &set) {
            found.push(stage.late(finding, &sent, &[&before, &sent, &after]));
        }
    }

    /// The request of an operation that puts back what is shown, if it surely does, and its body.
    fn former<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        operation: usize,
        at: &Resource,
        shown: &Map<String, Value>,
    ) -> Option<(RequestValues, Map<String, Value>)> {
        let baseline = stage.baseline(operation)?;
        let (media, _) = baseline.body.clone()?;
        let mut names = properties(stage, operation, media);
        // What is not shown could not be put back: nobody knows it. A PUT leaves out what is not there.
        let can_replace = !stage.described(operation).method.eq("PATCH") || self.restore != self.replace;
        let is_unset = |name: &str| can_replace && self.shows(stage, name);
        let schemas = &stage.tested.contract.schemas;
        let is_hidden =
            |name: &str, id| is_secret(name) || schemas.conjunction(&[id]).any(|id| schemas.get(id).write_only);
        names.retain(|(name, id)| {
            shown.contains_key(name) || is_hidden(name, *id) || self.parent.is_none() && !is_unset(name)
        });
        let body: Map<String, Value> =
            names.iter().map(|(name, _)| Some((name.clone(), shown.get(name)?.clone()))).collect::<Option<_>>()?;
        let values = RequestValues { body: Some((media, Value::Object(body.clone()))), ..baseline };
        let is_valid =
            |values: &RequestValues| stage.tested.gate(operation).confirm(values.clone(), Intent::Valid, None).is_ok();
        let values = at.put_into(stage.described(operation), &values).into_iter().find(is_valid)?;
        (!body.is_empty()).then_some((values, body))
    }

    /// Whether what is read is documented to show a property.
    fn shows<T: Transport>(&self, stage: &Stage<T>, name: &str) -> bool {
        let schemas = &stage.tested.contract.schemas;
        let response = stage.described(self.read).response(200);
        let media = response.into_iter().flat_map(|response| response.content.iter().flatten());
        let all: Vec<_> = media.filter_map(|media| media.schema).collect();
        schemas.with_branches(&all).any(|id| schemas.get(id).properties.contains_key(name))
    }

    /// Requests with another value of one property; of an object, with another one of a member and of all.
    fn others<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        former: &RequestValues,
        body: &Map<String, Value>,
        name: &str,
    ) -> Vec<RequestValues> {
        let Some((media, _)) = former.body.clone() else { return Vec::new() };
        let was = &body[name];
        let all = variants(stage, (self.replace, media), name, was);
        let other = |value: &Value| {
            let mut body = if self.is_partial { Map::new() } else { body.clone() };
            body.insert(name.to_owned(), value.clone());
            fits(stage, self.replace, with_body(former, media, body))
        };
        // What is empty now is known by what was accepted before.
        let known: Vec<Value> = stage.accepted.property(self.replace, name).cloned().collect();
        let all = all.into_iter().chain(known.into_iter().filter(|_| was.is_null()));
        let new: Vec<Value> = all.filter(|value| !value.is_null() && value != was).collect();
        // What is empty shows little of what becomes of it.
        let (some, none): (Vec<&Value>, Vec<&Value>) = new.iter().partition(|value| **value != json!([]));
        let found = |is_whole: bool| {
            some.iter().filter(|value| names_all(value, was) == is_whole).find_map(|value| other(value))
        };
        let both = [!self.is_partial, self.is_partial].map(found);
        let mut all: Vec<RequestValues> = both.into_iter().flatten().collect();
        all.extend(none.into_iter().find_map(other).filter(|_| all.is_empty()));
        all
    }
}
