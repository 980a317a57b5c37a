//! What a PUT leaves out, or leaves as it was, of what has one place of its own.

use serde_json::{Map, Value};

use super::candidates::{fits, with_body};
use super::changes::{Changed, Lost};
use super::own::make;
use super::places::Place;
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, is_server_made, laws};
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;

impl Place {
    /// Whether a PUT that is called a replacement replaces all that it leaves out.
    pub(super) async fn replaced<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        (former, body): (&RequestValues, &Map<String, Value>),
        found: &mut Vec<LateFinding>,
    ) {
        let Some((media, _)) = former.body.clone() else { return };
        let (mut least, mut values) = (body.clone(), None);
        for name in body.keys().filter(|name| !is_server_made(name)) {
            let mut less = least.clone();
            less.remove(name);
            if let Some(fine) = fits(stage, self.replace, with_body(former, media, less.clone())) {
                (least, values) = (less, Some(fine));
            }
        }
        let Some(values) = values else { return };
        let whole = stage.send_on(self.replace, former, at, "all of it").await;
        if !whole.is_some_and(|sent| sent.is_success()) {
            return;
        }
        let Some((before, _)) = stage.look(self.read, at, "all of it", |_| None).await else { return };
        let sent = stage.send_on(self.replace, &values, at, "as little as may be").await;
        let Some(sent) = sent.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { return };
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| {
            let [before, sent] = [&before, &sent].map(|sent| sent.subject(&tested));
            let mut left_out = body.keys().filter(|name| !least.contains_key(*name));
            left_out.find_map(|name| laws::judge_merged(&before, &sent, after, name))
        };
        if let Some((after, Some(finding))) = stage.look(self.read, at, "what is left", judge).await {
            found.push(stage.late(finding, &sent, &[&before, &sent, &after]));
        }
    }

    /// Whether a PATCH at the same path changes what the PUT has left as it was: then it can be changed.
    pub(super) async fn compare<T: Transport>(&self, stage: &mut Stage<T>, at: &Resource, changed: &mut Changed) {
        for lost in changed.lost.iter_mut().filter(|lost| !lost.is_sure) {
            let Some((asked, patch)) = lost.asked().zip(self.patch) else { continue };
            let Some(baseline) = stage.baseline(patch) else { continue };
            let Some((media, _)) = baseline.body else { continue };
            let alone = Map::from_iter([(lost.property.clone(), asked.clone())]);
            let Some(values) = fits(stage, patch, with_body(&baseline, media, alone)) else { continue };
            let sent = stage.send_on(patch, &values, at, "the same by a PATCH").await;
            if !sent.is_some_and(|sent| sent.is_success()) {
                continue;
            }
            let looked = stage.look(self.read, at, "what is there now", |_| None).await;
            let shown = looked.and_then(|(read, _)| laws::shown_by(&stage.subject(&read)));
            lost.is_sure = shown.is_some_and(|shown| shown.get(&lost.property) == Some(&asked));
        }
    }
}

impl Life<'_> {
    /// Whether a creation takes the value that a change has left out: then it is no matter of the server's own.
    pub(super) async fn takes<T: Transport>(&self, stage: &mut Stage<T>, lost: &Lost) -> bool {
        let taken = self.taken_at_creation(stage, &lost.property, lost.asked()).await;
        taken.unwrap_or_default()
    }

    async fn taken_at_creation<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        property: &str,
        asked: Option<Value>,
    ) -> Option<bool> {
        let (asked, mut values) = (asked?, self.one.made.case.values.clone()?);
        values.body.as_mut()?.1.as_object_mut()?.insert(property.to_owned(), asked.clone());
        let values = fits(stage, self.family.create, values)?;
        let own = make(stage, self.family, None, Some(&values)).await?;
        let (read, _) = stage.look(self.family.read, &own.resource, "what was made so", |_| None).await?;
        let shown = laws::shown_by(&stage.subject(&read))?;
        Some(own.body_of()?.get(property) == Some(&asked) && shown.get(property) == Some(&asked))
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
