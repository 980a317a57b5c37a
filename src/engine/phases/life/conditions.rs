//! What a change does to conditional requests, where the document has them.

use std::sync::Arc;

use serde_json::Value;

use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::{Case, RequestValues};
use crate::check::laws;
use crate::contract::ParameterLocation;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;

/// An entity tag that no server gives out.
const NEVER: &str = "\"conform-never-there\"";
/// A time before anything was made (RFC 9110, section 5.6.7).
const LONG_AGO: &str = "Sat, 01 Jan 2000 00:00:00 GMT";

impl<T: Transport> Stage<T> {
    /// The request with a header field, if the operation documents that and the status of its failure.
    fn under(
        &self,
        operation: usize,
        values: &RequestValues,
        (field, tag): (&str, &str),
        status: u16,
    ) -> Option<RequestValues> {
        let described = self.described(operation);
        let is_it = |name: &str| name.eq_ignore_ascii_case(field);
        let mut parameters = described.parameters.iter();
        let index = parameters.position(|known| known.place == ParameterLocation::Header && is_it(&known.name))?;
        described.response(status)?;
        let mut values = values.clone();
        values.parameters[index] = Some(Value::from(tag));
        Some(values)
    }

    /// Whether reads see by times what is read `after` a change.
    async fn times(&mut self, (read, at): (usize, &Resource), after: &Arc<Sent>, found: &mut Vec<LateFinding>) {
        const FIELD: &str = "If-Modified-Since";
        let is = laws::last_modified(&self.subject(after)).map(str::to_owned);
        let times = [is.as_deref().map(|is| (is, true)), is.is_some().then_some((LONG_AGO, false))];
        for (time, is_known) in times.into_iter().flatten() {
            let Some(plain) = self.baseline(read) else { return };
            let Some(values) = self.under(read, &plain, (FIELD, time), 304) else { break };
            let Some(again) = self.send_on(read, &values, at, "what is known by its time").await else { break };
            let subject = self.subject(&again);
            let finding = if is_known {
                // What is new with each reading has been modified.
                laws::judge_not_modified(&subject, FIELD).filter(|_| laws::last_modified(&subject) == Some(time))
            } else {
                laws::judge_modified(&subject, FIELD)
            };
            found.extend(finding.map(|finding| self.late(finding, &again, &[after, &again])));
        }
    }

    /// Whether a change is accepted that rests on the state of long ago. Without a time of the last change there is nothing to
    /// compare (RFC 9110, section 13.1.4).
    async fn stale_time(
        &mut self,
        at: &Resource,
        values: &RequestValues,
        [sent, after]: [&Arc<Sent>; 2],
        found: &mut Vec<LateFinding>,
    ) {
        let change = sent.operation;
        let condition = ("If-Unmodified-Since", LONG_AGO);
        let Some(stale) = self.under(change, &self.unconditional(change, values), condition, 412) else { return };
        if laws::last_modified(&self.subject(after)).is_none() {
            return;
        }
        let Some(again) = self.send_on(change, &stale, at, "on a state of long ago").await else { return };
        let finding = laws::judge_stale_time(&self.subject(&again));
        found.extend(finding.map(|finding| self.late(finding, &again, &[after, &again])));
    }

    /// Whether a PUT that is to make what is not there takes what is there.
    async fn made_over(
        &mut self,
        at: &Resource,
        values: &RequestValues,
        sent: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let put = sent.operation;
        if self.described(put).method != "PUT" {
            return;
        }
        let Some(only) = self.under(put, &self.unconditional(put, values), ("If-None-Match", "*"), 412) else { return };
        let Some(again) = self.send_on(put, &only, at, "where nothing is").await else { return };
        let finding = laws::judge_made_over(&self.subject(&again));
        found.extend(finding.map(|finding| self.late(finding, &again, &[sent, &again])));
    }

    /// The request without a condition that comes before others (RFC 9110, section 13.2.2).
    fn unconditional(&self, operation: usize, values: &RequestValues) -> RequestValues {
        let mut values = values.clone();
        for (known, value) in self.described(operation).parameters.iter().zip(&mut values.parameters) {
            if known.place == ParameterLocation::Header && known.name.eq_ignore_ascii_case("If-Match") {
                *value = None;
            }
        }
        values
    }

    /// Whether conditions see a change of what `read` reads: `values` are those by which `sent` has made what was `before` to
    /// what is `after`.
    pub(super) async fn conditions(
        &mut self,
        (read, at): (usize, &Resource),
        values: &RequestValues,
        [before, sent, after]: [&Arc<Sent>; 3],
        found: &mut Vec<LateFinding>,
    ) {
        self.times((read, at), after, found).await;
        let known = found.len();
        self.tags((read, at), values, [before, sent, after], found).await;
        // What is accepted wrongly has changed it.
        if found.len() == known {
            self.stale_time(at, values, [sent, after], found).await;
        }
        if found.len() == known {
            found.extend(self.old_version(at, [before, sent, after]).await);
        }
        if found.len() == known {
            self.made_over(at, values, sent, found).await;
        }
    }

    /// A case as it can be accepted now, unless it is another identity's, or to be what it is.
    pub(super) async fn in_step(&self, case: Case) -> Case {
        let Some(fresh) = self.fresh.as_ref().filter(|_| self.actor.is_none() && !self.keeps_keys) else { return case };
        // On the heap: the compiler nests what is awaited only so deep.
        Box::pin(fresh.in_step(&self.sender.post(), &case)).await.unwrap_or(case)
    }

    /// Whether a change is accepted once more under the version of before it, where the document says that it is refused.
    async fn old_version(&mut self, at: &Resource, [before, sent, after]: [&Arc<Sent>; 3]) -> Option<LateFinding> {
        laws::names_old_version(&self.subject(before), &self.subject(sent), &self.subject(after))?;
        let values = sent.case.values.clone()?;
        self.keeps_keys = true;
        let again = self.send_on(sent.operation, &values, at, "on an old version").await;
        self.keeps_keys = false;
        let again = again?;
        let finding = laws::judge_old_version(&self.subject(&again))?;
        Some(self.late(finding, &again, &[before, sent, after, &again]))
    }

    /// Whether conditions see a change by its tags.
    async fn tags(
        &mut self,
        (read, at): (usize, &Resource),
        values: &RequestValues,
        [before, sent, after]: [&Arc<Sent>; 3],
        found: &mut Vec<LateFinding>,
    ) {
        let tags = laws::tag(&self.subject(before)).zip(laws::tag(&self.subject(after)));
        let Some((was, is)) = tags.map(|(was, is)| (was.to_owned(), is.to_owned())) else { return };
        let finding = laws::judge_tags(&self.subject(before), &self.subject(sent), &self.subject(after));
        if let Some(finding) = finding {
            return found.push(self.late(finding, after, &[before, sent, after]));
        }
        let plain = self.baseline(read);
        if let Some(values) = plain.and_then(|plain| self.under(read, &plain, ("If-None-Match", &is), 304))
            && let Some(again) = self.send_on(read, &values, at, "what is known").await
        {
            let finding = laws::judge_not_modified(&self.subject(&again), "If-None-Match");
            found.extend(finding.map(|finding| self.late(finding, &again, &[after, &again])));
        }
        if was != is
            && let Some(plain) = self.baseline(read)
            && let Some(values) = self.under(read, &plain, ("If-None-Match", &was), 304)
            && let Some(again) = self.send_on(read, &values, at, "what was known").await
        {
            let finding = laws::judge_modified(&self.subject(&again), "If-None-Match");
            found.extend(finding.map(|finding| self.late(finding, &again, &[before, sent, &again])));
        }
        if was != is
            && let Some(stale) = self.under(sent.operation, values, ("If-Match", &was), 412)
            && let Some(again) = self.send_on(sent.operation, &stale, at, "on an old state").await
        {
            let finding = laws::judge_stale(&self.subject(&again));
            found.extend(finding.map(|finding| self.late(finding, &again, &[before, sent, &again])));
        }
    }
}

impl Life<'_> {
    /// Whether a change was refused for its condition, though that names the present state.
    pub(super) async fn refused<T: Transport>(&self, stage: &mut Stage<T>, refused: &Arc<Sent>) -> Option<LateFinding> {
        let read = self.family.read;
        let (before, _) = stage.look(read, &self.one.resource, "its present state", |_| None).await?;
        let values = refused.case.values.clone()?;
        let tag = laws::tag(&stage.subject(&before))?.to_owned();
        let values = stage.under(refused.operation, &values, ("If-Match", &tag), 412)?;
        let sent = stage.send_on(refused.operation, &values, &self.one.resource, "on the present state").await?;
        let (after, _) = stage.look(read, &self.one.resource, "the present state", |_| None).await?;
        let finding = laws::judge_refused(&stage.subject(&before), &stage.subject(&sent), &stage.subject(&after))?;
        Some(stage.late(finding, &sent, &[&before, &sent, &after]))
    }

    /// What has deleted it, though its condition names a state that was never there.
    pub(super) async fn on_no_state<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        delete: usize,
        values: &RequestValues,
    ) -> Option<Arc<Sent>> {
        let values = stage.under(delete, values, ("If-Match", NEVER), 412)?;
        let sent = stage.send_on(delete, &values, &self.one.resource, "on a state that was never there").await?;
        (sent.is_success() && sent.status() != Some(202)).then_some(sent)
    }

    /// The values of a change, on the present state of what it changes.
    pub(super) async fn on_present<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        change: usize,
        values: &RequestValues,
    ) -> RequestValues {
        stage.on_state_of((self.family.read, &self.one.resource), change, values).await
    }
}

impl<T: Transport> Stage<T> {
    /// The values of a change, on the present state of a resource.
    pub async fn on_state_of(
        &mut self,
        (read, resource): (usize, &Resource),
        change: usize,
        values: &RequestValues,
    ) -> RequestValues {
        let is_conditional = self.described(change).parameters.iter().any(|parameter| {
            parameter.place == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case("If-Match")
        });
        if !is_conditional {
            return values.clone();
        }
        let looked = self.look(read, resource, "its present state", |_| None).await;
        let tag = looked.and_then(|(read, _)| laws::tag(&self.subject(&read)).map(str::to_owned));
        let tag = tag.and_then(|tag| self.under(change, values, ("If-Match", &tag), 412));
        tag.unwrap_or_else(|| values.clone())
    }
}
