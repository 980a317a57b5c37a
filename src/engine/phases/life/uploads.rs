//! Bytes that are stored at a place of their own below a resource: they come back as they were sent, and are gone when they
//! are deleted, or what they stand below.

use std::sync::Arc;

use serde_json::Value;

use super::own::Own;
use super::places::Place;
use super::stage::{Sent, Stage};
use crate::case::{Mutation, RequestValues, as_text};
use crate::check::{Subject, laws};
use crate::contract::MediaRange;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
use crate::resource::{Family, noun};
use crate::wire::{Body, Payload};

/// Bytes of all values, which text is not: a byte order mark, both kinds of line breaks, no UTF-8, and NULs at the end; and
/// fewer of them, with white space at both ends.
fn samples() -> [Vec<u8>; 2] {
    let all: Vec<u8> = (0..=255).collect();
    let first = [b"\xef\xbb\xbf", &all[..], b"one\r\ntwo\nthree\r\xff\xfe\r\n\0\0"].concat();
    [first, b" \t\r\n+%20\xc3\x28\x80\0\x1a\r\n \n".to_vec()]
}

impl Place {
    /// Stores bytes, and reads them; deletes them, and at last what they stand below.
    pub(super) async fn upload<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        (family, own): (&Family, &Own),
        found: &mut Vec<LateFinding>,
    ) {
        let Some(before) = self.holder(stage, family, own).await else { return };
        let known = found.len();
        let stored = match self.store_bytes(stage, at, found).await {
            None => self.store_text(stage, at, found).await,
            stored => stored,
        };
        let Some((stored, read)) = stored.filter(|_| found.len() == known) else { return };
        let after = self.flagged(stage, (family, own), [&before, &stored], found).await;
        if let (Some(delete), Some(after)) = (self.delete, after) {
            let gone = self.delete(stage, (delete, at), [&stored, &read], found).await;
            if let Some(deleted) = gone {
                self.flagged(stage, (family, own), [&after, &deleted], found).await;
            }
            if found.len() > known {
                return;
            }
        }
        self.end_with_holder(stage, at, (family, own), &stored, found).await;
    }

    /// What it stands below, as it is read.
    async fn holder<T: Transport>(&self, stage: &mut Stage<T>, family: &Family, own: &Own) -> Option<Arc<Sent>> {
        let (read, _) = stage.look(family.read, &own.resource, "what it is stored below", |_| None).await?;
        read.is_success().then_some(read)
    }

    /// Whether what it stands below flags what `act` has done; how that is read then.
    async fn flagged<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        (family, own): (&Family, &Own),
        [before, act]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) -> Option<Arc<Sent>> {
        let (tested, path) = (stage.tested.clone(), stage.described(self.replace).path.clone());
        let place = noun(&path)?;
        let judge =
            |after: &Subject<'_>| laws::judge_flag(&before.subject(&tested), &act.subject(&tested), after, place);
        let (after, finding) = stage.look(family.read, &own.resource, "what it is stored below", judge).await?;
        found.extend(finding.map(|finding| stage.late(finding, act, &[before, act, &after])));
        Some(after)
    }

    /// Stores bytes of all kinds, where they may be any: what was stored last, and how it was read.
    async fn store_bytes<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        found: &mut Vec<LateFinding>,
    ) -> Option<(Arc<Sent>, Arc<Sent>)> {
        let body = stage.described(self.replace).body.clone()?;
        let is_free = |name: &str| MediaRange::parse(name).essence() == "application/octet-stream";
        let media = body.content.iter().position(|media| is_free(&media.name))?;
        let baseline = stage.baseline(self.replace)?;
        let mut last = None;
        for bytes in samples() {
            let (text, payload) = (as_text(&bytes), Payload::Bytes(bytes));
            let body = Body { media_type: Some("application/octet-stream".to_owned()), payload };
            let values = RequestValues {
                body: Some((media, Value::from(text))),
                mutation: Some(Mutation::Body(body)),
                ..baseline.clone()
            };
            last = self.store(stage, at, &values, found).await.or(last);
            if !found.is_empty() {
                break;
            }
        }
        last
    }

    /// Stores the longest text that was accepted.
    async fn store_text<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        found: &mut Vec<LateFinding>,
    ) -> Option<(Arc<Sent>, Arc<Sent>)> {
        let length =
            |values: &&RequestValues| values.body.as_ref().and_then(|(_, body)| body.as_str()).map_or(0, str::len);
        let longest = stage.accepted.of(self.replace).max_by_key(length).cloned();
        let values = longest.or_else(|| stage.baseline(self.replace))?;
        self.store(stage, at, &values, found).await
    }

    /// Stores something, and reads it.
    async fn store<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        values: &RequestValues,
        found: &mut Vec<LateFinding>,
    ) -> Option<(Arc<Sent>, Arc<Sent>)> {
        let sent = stage.send_on(self.replace, values, at, "an upload").await?;
        if !sent.is_success() || sent.status() == Some(202) {
            return None;
        }
        let tested = stage.tested.clone();
        let judge = |read: &Subject<'_>| laws::judge_upload(&sent.subject(&tested), read);
        let (read, finding) = stage.look(self.read, at, "what was uploaded", judge).await?;
        found.extend(finding.map(|finding| stage.late(finding, &read, &[&sent, &read])));
        read.is_success().then_some((sent, read))
    }

    /// Deletes what was stored: the DELETE, if it is gone then.
    async fn delete<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        (delete, at): (usize, &Resource),
        [stored, read]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) -> Option<Arc<Sent>> {
        let values = stage.baseline(delete)?;
        let deleted = stage.send_on(delete, &values, at, "the end of what was uploaded").await?;
        if !deleted.is_success() || deleted.status() == Some(202) {
            return None;
        }
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| {
            let [read, deleted] = [read, &deleted].map(|sent| sent.subject(&tested));
            laws::judge_gone(&read, &deleted, after)
        };
        let (gone, finding) = stage.look(self.read, at, "after its end", judge).await?;
        found.extend(finding.map(|finding| stage.late(finding, &deleted, &[stored, read, &deleted, &gone])));
        (gone.status() == Some(404)).then_some(deleted)
    }

    /// Stores the same once more, and deletes what it stands below: it is gone with it.
    async fn end_with_holder<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        at: &Resource,
        (family, own): (&Family, &Own),
        stored: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let Some((delete, values)) = family.delete.zip(stored.case.values.clone()) else { return };
        let Some((stored, before)) = self.store(stage, at, &values, found).await else { return };
        let Some(values) = stage.baseline(delete) else { return };
        let deleted = stage.send_on(delete, &values, &own.resource, "the end of what it is stored below").await;
        let Some(deleted) = deleted.filter(|sent| sent.is_success() && sent.status() != Some(202)) else { return };
        stage.deleted(&own.resource);
        let Some((gone, _)) = stage.look(family.read, &own.resource, "after its end", |_| None).await else { return };
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| {
            let [before, deleted, gone] = [&before, &deleted, &gone].map(|sent| sent.subject(&tested));
            laws::judge_orphan(&before, [&deleted, &gone], after, ("", &Value::Null))
        };
        if let Some((after, Some(finding))) = stage.look(self.read, at, "what stood below it", judge).await {
            found.push(stage.late(finding, &after, &[&stored, &deleted, &gone, &after]));
        }
    }
}
