//! Names what nobody has made, where the document says that this is refused.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates::{fits, with_body};
use super::own::below;
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::laws;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::{Family, Noun, noun};

/// Properties that are tried.
const MOST: usize = 3;
/// Ids that are tried until there is nothing by one.
const TRIES: usize = 3;

impl Life<'_> {
    /// Whether a creation or a change takes the id of something that is not there in the place of one that is.
    pub(super) async fn references<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let Some(body) = self.made_of() else { return };
        let own = self.family;
        let all = [Some(own.create), own.patch, own.replace.filter(|put| *put != own.create)];
        let mut left = MOST;
        for (property, value) in body.iter().filter(|(_, value)| value.is_string() || value.is_number()) {
            let contract = stage.tested.contract.clone();
            let refuses = |operation: &usize| {
                laws::refuses_unknown(&contract, &contract.operations[*operation], property).is_some()
            };
            let operations: Vec<usize> = all.into_iter().flatten().filter(refuses).collect();
            let Some(named) = self.named_by(property).filter(|_| !operations.is_empty() && left > 0) else { continue };
            left -= 1;
            let Some((unknown, missing)) = self.nothing(stage, named, value).await else { continue };
            for operation in operations {
                let late = self.refer(stage, operation, (property, &unknown), (&body, &missing)).await;
                found.extend(late);
            }
        }
    }

    /// The kind of what a property names, where that stands below nothing.
    fn named_by(&self, property: &str) -> Option<&Family> {
        let name = Noun::of(property);
        let is_it = |family: &&Family| {
            let collection = noun(&family.item).unwrap_or_default();
            family.parent.is_none() && name.closeness(collection).is_some_and(|close| close <= 1)
        };
        self.families.iter().find(is_it).filter(|_| name.is_key && !name.is_bare())
    }

    /// An id like one that is there, by which reading finds nothing, and how that is answered.
    async fn nothing<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        named: &Family,
        known: &Value,
    ) -> Option<(Value, Arc<Sent>)> {
        let read = stage.baseline(named.read)?;
        let there = below(None, named, stage, known.clone());
        stage.send_on(named.read, &read, &there, "what is named").await.filter(|sent| sent.is_success())?;
        for id in stage.keys(Some(known)).into_iter().filter(|id| is_like(id, known)).take(TRIES) {
            let nowhere = below(None, named, stage, id.clone());
            let sent = stage.send_on(named.read, &read, &nowhere, "what nobody has made").await;
            if let Some(missing) = sent.filter(|sent| sent.status() == Some(404)) {
                return Some((id, missing));
            }
        }
        None
    }

    async fn refer<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        operation: usize,
        (property, unknown): (&str, &Value),
        (body, missing): (&Map<String, Value>, &Arc<Sent>),
    ) -> Option<LateFinding> {
        let is_creation = operation == self.family.create;
        let baseline: RequestValues = match is_creation {
            true => self.one.made.case.values.clone()?,
            false => stage.baseline(operation)?,
        };
        let (media, _) = baseline.body.clone()?;
        let is_patch = stage.described(operation).method == "PATCH";
        let mut own = if is_patch { Map::new() } else { body.clone() };
        own.insert(property.to_owned(), unknown.clone());
        let values = fits(stage, operation, with_body(&baseline, media, own))?;
        let name = "what names something that is not there";
        let sent = if is_creation {
            let values = stage.unlike(operation, &values).unwrap_or(values);
            stage.send(operation, values, name).await?
        } else {
            let values = self.on_present(stage, operation, &values).await;
            stage.send_on(operation, &values, &self.one.resource, name).await?
        };
        let mut shown = sent.clone();
        let is_shown = laws::shown_by(&stage.subject(&sent)).is_some_and(|shown| shown.contains_key(property));
        if !is_shown && !is_creation && sent.is_success() {
            shown = stage.look(self.family.read, &self.one.resource, "what it names now", |_| None).await?.0;
        }
        let subjects = [missing, &sent, &shown].map(|sent| stage.subject(sent));
        let finding = laws::judge_unknown(subjects.each_ref(), property)?;
        Some(match is_creation {
            true => stage.late_alone(finding, &sent, &[missing, &sent]),
            false => stage.late(finding, &sent, &[missing, &sent]),
        })
    }
}

/// Whether an id may be of the same kind as another one.
fn is_like(id: &Value, known: &Value) -> bool {
    let is_uuid = |text: &str| text.len() == 36 && text.matches('-').count() == 4;
    match (id, known) {
        (Value::String(id), Value::String(known)) => is_uuid(id) == is_uuid(known),
        (Value::Number(_), Value::Number(_)) => true,
        _ => false,
    }
}
