//! Sets a value of one resource that is another's, where creations are refused for it: a value that there is only once.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidates::{fits, with_body};
use super::stage::{Sent, Stage};
use super::steps::Life;
use crate::case::RequestValues;
use crate::check::{Subject, laws};
use crate::engine::Transport;
use crate::engine::fresh::is_collision;
use crate::engine::judge::LateFinding;

/// Properties that are tried.
const MOST: usize = 2;

/// What a creation with the value of another resource came to, and without it.
struct Proof {
    /// The value that is another's.
    taken: Value,
    /// The creation that was refused for it.
    refused: Arc<Sent>,
}

impl<T: Transport> Stage<T> {
    fn may_be_taken(&self, operation: usize, property: &str) -> bool {
        laws::refuses_taken(&self.tested.contract, self.described(operation), property)
    }

    /// The properties of a body that a target is known to take only once, and those that are called like it.
    fn unique(&self, operation: usize, body: &Map<String, Value>) -> Vec<String> {
        let known = self.fresh.iter().flat_map(|fresh| fresh.unique_of(operation));
        let mut all: Vec<String> = known.filter_map(|at| Some(at.as_str().strip_prefix('/')?.to_owned())).collect();
        all.extend(
            body.keys().filter(|name| laws::is_called_unique(name) && !all.contains(name)).cloned().collect::<Vec<_>>(),
        );
        all.retain(|name| body.get(name).is_some_and(|value| value.is_string() || value.is_number()));
        all
    }
}

impl Life<'_> {
    /// Whether a change takes a value that a creation may not have.
    pub(super) async fn taken<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        read: &Arc<Sent>,
        found: &mut Vec<LateFinding>,
    ) {
        let family = self.family;
        let changes = [family.patch, family.replace.filter(|put| *put != family.create)];
        let Some(body) = self.made_of() else { return };
        for property in stage.unique(family.create, &body).into_iter().take(MOST) {
            let changes = changes.into_iter().flatten().filter(|change| stage.may_be_taken(*change, &property));
            let changes: Vec<usize> = changes.collect();
            if changes.is_empty() || !stage.may_be_taken(family.create, &property) {
                continue;
            }
            let Some(proof) = self.proof(stage, &property, &body).await else { continue };
            for change in &changes {
                if let Some(late) = self.take(stage, *change, &property, (&body, read), &proof).await {
                    found.push(late);
                    break;
                }
            }
        }
    }

    /// Whether a creation like that of this one is refused with the value of the other one, and accepted with one of its own.
    async fn proof<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        property: &str,
        body: &Map<String, Value>,
    ) -> Option<Proof> {
        let (create, made) = (self.family.create, self.one.made.case.values.clone()?);
        let taken = self.other.body_of()?.get(property).filter(|taken| body.get(property) != Some(taken)).cloned()?;
        let mut own = stage.unlike(create, &made).unwrap_or_else(|| made.clone());
        let of = |values: &RequestValues| values.body.as_ref().and_then(|(_, body)| body.get(property).cloned());
        if of(&own) == of(&made) {
            own = stage.texts().into_iter().find_map(|text| fits(stage, create, set(&own, property, text)?))?;
        }
        let refused = stage.send(create, set(&own, property, taken.clone())?, "the value of another one").await?;
        let refusal = refused.exchange.result.as_ref().ok()?;
        if !is_collision(refusal.status, &refusal.body) {
            return None;
        }
        let accepted = stage.send(create, own, "a value of its own").await?;
        accepted.is_success().then_some(Proof { taken, refused })
    }

    /// Sets it by a change, and puts back what was there.
    async fn take<T: Transport>(
        &self,
        stage: &mut Stage<T>,
        change: usize,
        property: &str,
        (body, read): (&Map<String, Value>, &Arc<Sent>),
        proof: &Proof,
    ) -> Option<LateFinding> {
        let (family, one, other) = (self.family, &self.one, &self.other);
        let baseline = stage.baseline(change)?;
        let (media, _) = baseline.body.clone()?;
        let is_patch = stage.described(change).method == "PATCH";
        let with = |value: &Value| {
            let mut all = if is_patch { Map::new() } else { body.clone() };
            all.insert(property.to_owned(), value.clone());
            with_body(&baseline, media, all)
        };
        let values = fits(stage, change, with(&proof.taken))?;
        let values = self.on_present(stage, change, &values).await;
        let sent = stage.send_on(change, &values, &one.resource, "the value of another one").await?;
        if !sent.is_success() || sent.status() == Some(202) {
            return None;
        }
        let (theirs, _) = stage.look(family.read, &other.resource, "the other one", |_| None).await?;
        let tested = stage.tested.clone();
        let judge = |after: &Subject<'_>| {
            let [refused, before, sent, theirs] =
                [&proof.refused, read, &sent, &theirs].map(|sent| sent.subject(&tested));
            laws::judge_taken_by_change(&refused, [&before, &sent, after], &theirs, property)
        };
        let (after, finding) = stage.look(family.read, &one.resource, "with the value of another one", judge).await?;
        if let Some(former) = body.get(property).and_then(|former| fits(stage, change, with(former))) {
            let former = self.on_present(stage, change, &former).await;
            stage.send_on(change, &former, &one.resource, "its own value").await;
        }
        finding.map(|finding| stage.late(finding, &sent, &[&other.made, &proof.refused, &sent, &after]))
    }
}

/// The values with another one of a property of the body.
fn set(values: &RequestValues, property: &str, value: Value) -> Option<RequestValues> {
    let mut values = values.clone();
    values.body.as_mut()?.1.as_object_mut()?.insert(property.to_owned(), value);
    Some(values)
}
