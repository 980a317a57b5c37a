//! What a change does to conditional requests, where the document has them.

use std::sync::Arc;

use serde_json::Value;

use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::laws;
use crate::contract::ParameterLocation;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;

/// An entity tag that no server gives out.
const NEVER: &str = "\"conform-never-there\"";

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
}

impl Life<'_> {
    /// Whether conditions see a change: `values` are those by which `sent` has made what was `before` to what is `after`.
    pub(super) async fn conditions<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        values: &RequestValues,
        [before, sent, after]: [&Arc<Sent>; 3],
        found: &mut Vec<LateFinding>,
    ) {
        let tags = laws::tag(&stage.subject(before)).zip(laws::tag(&stage.subject(after)));
        let Some((was, is)) = tags.map(|(was, is)| (was.to_owned(), is.to_owned())) else { return };
        let finding = laws::judge_tags(&stage.subject(before), &stage.subject(sent), &stage.subject(after));
        if let Some(finding) = finding {
            return found.push(stage.late(finding, after, &[before, sent, after]));
        }
        let read = self.family.read;
        let plain = stage.baseline(read);
        if let Some(values) = plain.and_then(|plain| stage.under(read, &plain, ("If-None-Match", &is), 304))
            && let Some(again) = stage.send_on(read, &values, &self.one.resource, "what is known").await
        {
            let finding = laws::judge_not_modified(&stage.subject(&again));
            found.extend(finding.map(|finding| stage.late(finding, &again, &[after, &again])));
        }
        if was != is
            && let Some(stale) = stage.under(sent.operation, values, ("If-Match", &was), 412)
            && let Some(again) = stage.send_on(sent.operation, &stale, &self.one.resource, "on an old state").await
        {
            let finding = laws::judge_stale(&stage.subject(&again));
            found.extend(finding.map(|finding| stage.late(finding, &again, &[before, sent, &again])));
        }
    }

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
        let is_conditional = stage.described(change).parameters.iter().any(|parameter| {
            parameter.place == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case("If-Match")
        });
        if !is_conditional {
            return values.clone();
        }
        let looked = stage.look(self.family.read, &self.one.resource, "its present state", |_| None).await;
        let tag = looked.and_then(|(read, _)| laws::tag(&stage.subject(&read)).map(str::to_owned));
        let tag = tag.and_then(|tag| stage.under(change, values, ("If-Match", &tag), 412));
        tag.unwrap_or_else(|| values.clone())
    }
}
