//! What has one place of its own: a setting, or the bytes of an upload. A PUT or a PATCH changes it, and what was there is
//! put back.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates::variants;
use super::own::{Own, make_parents, renamed};
use super::stage::{Sent, Stage};
use crate::case::{Intent, RequestValues};
use crate::check::{Subject, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
use crate::resource::Family;

/// A place that is read and replaced, by the positions of its operations.
pub(super) struct Place {
    pub(super) read: usize,
    /// A PUT, or a PATCH where there is none.
    pub(super) replace: usize,
    pub(super) delete: Option<usize>,
    /// Whether that is a PATCH.
    is_partial: bool,
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
        (parent.is_some() || !own.contains('{')).then_some(Place { read, replace, delete, is_partial, parent })
    };
    let is_put_at = |at: &str| operations.iter().any(|other| is_of(*other, "PUT") && path(*other) == at);
    let is_change =
        |operation: &usize| is_of(*operation, "PUT") || is_of(*operation, "PATCH") && !is_put_at(path(*operation));
    operations.iter().copied().filter(is_change).filter_map(place).collect()
}

impl Place {
    /// The operation that replaces it.
    pub(super) fn replace(&self) -> usize {
        self.replace
    }

    /// What the laws say of it.
    pub(super) async fn live<T: Transport>(&self, stage: &mut Stage<T>, families: &[Family]) -> Vec<LateFinding> {
        let mut found = Vec::new();
        let mut at = Resource { item: String::new(), variables: Vec::new() };
        let mut holder = None;
        if let Some(parent) = self.parent {
            let parents = make_parents(stage, families, parent).await;
            let Some(chain) = parents.into_iter().last() else { return found };
            chain.iter().for_each(|own: &Own| stage.begins_with(&own.made));
            let Some(own) = chain.into_iter().last() else { return found };
            at = renamed(&own.resource, &stage.described(self.replace).path);
            holder = Some((&families[parent], own));
        }
        let is_json =
            stage.baseline(self.replace).and_then(|values| values.body).is_some_and(|(_, body)| body.is_object());
        match (is_json, holder) {
            (true, _) => self.set(stage, &at, &mut found).await,
            (false, Some((family, own))) => self.upload(stage, &at, (family, &own), &mut found).await,
            // What others have stored as bytes could not be put back for sure.
            (false, None) => {}
        }
        found.append(&mut stage.failed);
        found
    }

    /// Sets one property, sees it there, and puts all back.
    async fn set<T: Transport>(&self, stage: &mut Stage<T>, at: &Resource, found: &mut Vec<LateFinding>) {
        let Some((mut before, _)) = stage.look(self.read, at, "what is there", |_| None).await else { return };
        let Some(shown) = laws::shown_by(&stage.subject(&before)) else { return };
        let Some((former, body)) = self.former(stage, at, &shown) else { return };
        let names: Vec<String> = body.keys().filter(|name| !is_server_made(name)).cloned().collect();
        let mut is_set = false;
        for name in names {
            // What a merge adds to an object of somebody else's would stay there.
            if self.is_partial && self.parent.is_none() && body[&name].is_object() {
                continue;
            }
            let values = self.other(stage, &former, &body, &name);
            let Some(values) = values else { continue };
            if is_set && self.is_partial {
                // What an earlier step has set is there still.
                let Some((now, _)) = stage.look(self.read, at, "what is there by now", |_| None).await else { break };
                before = now;
            }
            stage.put_back(self.replace, &former, at);
            let sent = stage.send_on(self.replace, &values, at, &format!("another `{name}`")).await;
            let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { continue };
            is_set = true;
            let tested = stage.tested.clone();
            let judge = |after: &Subject<'_>| {
                laws::judge_update(&before.subject(&tested), &sent.subject(&tested), after, &name)
            };
            if let Some((after, Some(finding))) = stage.look(self.read, at, "what is there now", judge).await {
                let mut late = stage.late(finding, &sent, &[&before, &sent, &after]);
                if !laws::repeats(&stage.subject(&sent), &name) {
                    late.finding.severity = late.finding.severity.min(crate::rule::Severity::Warning);
                }
                found.push(late);
            } else if self.is_partial {
                self.others_stay(stage, at, [&before, &sent], &name, found).await;
                self.all_stays(stage, at, (&former, &body), &name, found).await;
            }
        }
        if is_set {
            let _: Option<Arc<Sent>> = stage.send_on(self.replace, &former, at, "what was there").await;
        }
        stage.is_put_back();
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
        let judge = |after: &Subject<'_>| {
            let [before, sent] = [before, sent].map(|sent| sent.subject(&tested));
            laws::judge_patch(&shown, &before, &sent, after).or_else(|| laws::judge_within(&before, &sent, after, name))
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
            super::candidates::fits(stage, self.replace, super::candidates::with_body(former, *media, one))
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

    /// The request that puts back what is shown, if it surely does, and its body.
    fn former<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        shown: &Map<String, Value>,
    ) -> Option<(RequestValues, Map<String, Value>)> {
        let baseline = stage.baseline(self.replace)?;
        let (media, _) = baseline.body.clone()?;
        let names = super::candidates::properties(stage, self.replace, media);
        // What is not shown could not be put back.
        let body: Map<String, Value> =
            names.iter().map(|(name, _)| Some((name.clone(), shown.get(name)?.clone()))).collect::<Option<_>>()?;
        let values = RequestValues { body: Some((media, Value::Object(body.clone()))), ..baseline };
        let is_valid = |values: &RequestValues| {
            stage.tested.gate(self.replace).confirm(values.clone(), Intent::Valid, None).is_ok()
        };
        let values = at.put_into(stage.described(self.replace), &values).into_iter().find(is_valid)?;
        (!body.is_empty()).then_some((values, body))
    }

    /// The request with another value of one property.
    fn other<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        former: &RequestValues,
        body: &Map<String, Value>,
        name: &str,
    ) -> Option<RequestValues> {
        let (media, _) = former.body.clone()?;
        let all = variants(stage, (self.replace, media), name, &body[name]);
        all.into_iter().filter(|value| !value.is_null() && *value != body[name]).find_map(|value| {
            let mut body = if self.is_partial { Map::new() } else { body.clone() };
            body.insert(name.to_owned(), value);
            super::candidates::fits(stage, self.replace, super::candidates::with_body(former, media, body))
        })
    }
}

impl<T: Transport> Stage<T> {
    /// Those of the properties that a resource was read with that it still has so after a while: what moves by itself has
    /// moved again.
    pub(super) async fn unmoved<'n>(
        &mut self,
        read: &Sent,
        at: &Resource,
        mut properties: Vec<&'n String>,
    ) -> Vec<&'n String> {
        self.wait().await;
        let looked = self.look(read.operation, at, "what moves by itself", |_| None).await;
        let again = looked.and_then(|(again, _)| laws::shown_by(&self.subject(&again)));
        let (Some(shown), Some(again)) = (laws::shown_by(&self.subject(read)), again) else { return Vec::new() };
        properties.retain(|name| shown.get(*name) == again.get(*name));
        properties
    }
}
