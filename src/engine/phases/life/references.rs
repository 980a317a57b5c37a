//! Names what nobody has made, or what is deleted, where the document says that this is refused.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates::{fits, properties, with_body};
use super::named::{Place, places};
use super::own::{Own, below, make};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::laws;
use crate::contract::Types;
use crate::engine::Transport;
use crate::engine::judge::LateFinding;
use crate::resource::Family;
use crate::wire;

/// Places that are tried.
const MOST: usize = 4;
/// Ids that are tried until there is nothing by one.
const TRIES: usize = 3;

/// What is named though it is not there, or not as it has to be.
struct Wrong<'m> {
    id: &'m Value,
    /// How it is read.
    read: &'m Arc<Sent>,
    /// What has made and deleted it, where anybody has.
    steps: Vec<Arc<Sent>>,
    /// What it lacks, where it is there.
    flag: Option<&'m str>,
}

impl Life<'_> {
    /// Whether a creation or a change takes the id of something that is not there in the place of one that is.
    pub(super) async fn references<T: Transport>(&self, stage: &mut Stage<T>, found: &mut Vec<LateFinding>) {
        let (own, contract) = (self.family, stage.tested.contract.clone());
        let all = [Some(own.create), own.patch, own.replace.filter(|put| *put != own.create)];
        let all: Vec<usize> = all.into_iter().flatten().collect();
        let mut left = MOST;
        for place in places(stage, self.families, own.create) {
            let refusing = |is_deleted: bool| -> Vec<usize> {
                let refuses = |operation: &usize| {
                    let described = &contract.operations[*operation];
                    laws::refuses_unknown(&contract, described, &place.naming(&Value::Null), is_deleted).is_some()
                };
                all.iter().copied().filter(refuses).collect()
            };
            let (unknown, deleted) = (refusing(false), refusing(true));
            if left == 0 {
                break;
            }
            if !deleted.is_empty() {
                left -= 1;
                found.extend(self.refer_wrongly(stage, &place, [&unknown, &deleted]).await.into_iter().flatten());
            }
            self.without_flags(stage, &place, &all, found).await;
        }
    }

    /// Names what is there, then what nobody has made, and then what was there before.
    async fn refer_wrongly<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        place: &Place<'_>,
        [unknown, deleted]: [&[usize]; 2],
    ) -> Option<Vec<LateFinding>> {
        let named = make(stage, place.named, None, None).await?;
        let (read, _) = stage.look(place.named.read, &named.resource, "what is named", |_| None).await?;
        let values = self.one.made.case.values.clone()?;
        let right = fits(stage, self.family.create, place.put_into(&values, &named.id)?)?;
        let right = stage.unlike(self.family.create, &right).unwrap_or(right);
        let control = stage.send(self.family.create, right, "what names something that is there").await?;
        if !read.is_success() || !control.is_success() {
            return None;
        }
        let mut found = Vec::new();
        if let Some((id, read)) = self.nothing(stage, place.named, &named.id).await {
            let wrong = Wrong { id: &id, read: &read, steps: Vec::new(), flag: None };
            for operation in unknown {
                found.extend(self.refer(stage, *operation, place, &wrong).await);
            }
        }
        if found.is_empty()
            && let Some((own, [end, read])) = self.deleted_one(stage, place.named).await
        {
            let wrong = Wrong { id: &own.id, read: &read, steps: vec![own.made.clone(), end], flag: None };
            for operation in deleted {
                found.extend(self.refer(stage, *operation, place, &wrong).await);
            }
        }
        Some(found)
    }

    /// Names what lacks a flag that it has to have.
    async fn without_flags<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        place: &Place<'_>,
        all: &[usize],
        found: &mut Vec<LateFinding>,
    ) -> Option<()> {
        let (named, contract) = (place.named, stage.tested.contract.clone());
        let fullest = stage.accepted.fullest(named.create)?.clone();
        let (media, body) = fullest.body.clone()?;
        for (flag, schema) in properties(stage, named.create, media) {
            let refuses = |operation: &&usize| {
                let described = &contract.operations[**operation];
                laws::refuses_without(&contract, described, &place.naming(&Value::Null), &flag).is_some()
            };
            let refusing: Vec<usize> = all.iter().filter(refuses).copied().collect();
            let is_flag = wire::expected_types(&contract.schemas, schema).intersects(Types::BOOLEAN);
            if !is_flag || refusing.is_empty() {
                continue;
            }
            let mut body = body.as_object()?.clone();
            body.insert(flag.clone(), Value::from(false));
            let values = fits(stage, named.create, with_body(&fullest, media, body))?;
            let own = make(stage, named, None, Some(&values)).await?;
            let (read, _) = stage.look(named.read, &own.resource, "what is named", |_| None).await?;
            let wrong = Wrong { id: &own.id, read: &read, steps: vec![own.made.clone()], flag: Some(&flag) };
            for operation in refusing {
                found.extend(self.refer(stage, operation, place, &wrong).await);
            }
        }
        Some(())
    }

    /// Makes one that nothing uses, and deletes it: how it was made, deleted and is read after that.
    async fn deleted_one<T: Transport>(&self, stage: &mut Stage<T>, family: &Family) -> Option<(Own, [Arc<Sent>; 2])> {
        let (delete, own) = (family.delete?, make(stage, family, None, None).await?);
        let (read, _) = stage.look(family.read, &own.resource, "what is to be deleted", |_| None).await?;
        let values = stage.baseline(delete).filter(|_| read.is_success())?;
        let values = stage.on_state_of((family.read, &own.resource), delete, &values).await;
        let end = stage.send_on(delete, &values, &own.resource, "the end of what is named").await?;
        if !end.is_success() || end.status() == Some(202) {
            return None;
        }
        stage.deleted(&own.resource);
        let (read, _) = stage.look(family.read, &own.resource, "after its end", |_| None).await?;
        matches!(read.status(), Some(404 | 410)).then_some((own, [end, read]))
    }

    /// An id like one that is there, by which reading finds nothing, and how that is answered.
    pub(super) async fn nothing<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        named: &Family,
        known: &Value,
    ) -> Option<(Value, Arc<Sent>)> {
        let read = stage.baseline(named.read)?;
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
        place: &Place<'_>,
        wrong: &Wrong<'_>,
    ) -> Option<LateFinding> {
        let is_creation = operation == self.family.create;
        let baseline: RequestValues = match is_creation {
            true => self.one.made.case.values.clone()?,
            false => stage.baseline(operation)?,
        };
        let (media, _) = baseline.body.clone()?;
        let property = place.property();
        let mut own = place.put(&self.made_of()?, wrong.id)?;
        if stage.described(operation).method == "PATCH" {
            own = Map::from_iter([own.remove_entry(&property)?]);
        }
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
        let is_shown = laws::shown_by(&stage.subject(&sent)).is_some_and(|shown| shown.contains_key(&property));
        if !is_shown && !is_creation && sent.is_success() {
            shown = stage.look(self.family.read, &self.one.resource, "what it names now", |_| None).await?.0;
        }
        let subjects = [wrong.read, &sent, &shown].map(|sent| stage.subject(sent));
        let (is_deleted, naming) = (!wrong.steps.is_empty(), place.naming(wrong.id));
        let finding = match wrong.flag {
            Some(flag) => laws::judge_without(subjects.each_ref(), &naming, flag)?,
            None => laws::judge_unknown(subjects.each_ref(), &naming, is_deleted)?,
        };
        let steps: Vec<&Arc<Sent>> = wrong.steps.iter().chain([wrong.read, &sent]).collect();
        Some(match is_creation {
            true => stage.late_alone(finding, &sent, &steps),
            false => stage.late(finding, &sent, &steps),
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
