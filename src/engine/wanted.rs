//! A request that is accepted once its fields are what the refusals of others ask for.

use std::sync::Arc;

use serde_json::Value;

use super::Transport;
use super::model::PlannedOperation;
use super::scheduler::{Completed, Sender};
use super::tried::{Tried, case, judged, send};
use super::wants::{self, Want, is_missing, meant};
use crate::case::{Case, Intent, RequestValues};
use crate::contract::PayloadKind;
use crate::spec::Pointer;

/// Refusals that are learnt from, one after the other.
const ROUNDS: usize = 5;

/// What is accepted, with the exchange that shows it. Counts what is sent in vain. Where a refusal asks for nothing that
/// can be told from its words, there is nothing.
pub(super) async fn find<T: Transport>(
    sender: &Sender<T>,
    planned: &Arc<PlannedOperation>,
    baseline: &RequestValues,
    requests: &mut usize,
) -> Option<(RequestValues, (Arc<Case>, Completed))> {
    // What a template names may be anybody's.
    planned.baseline.as_ref()?;
    let operation = &sender.tested.contract.operations[planned.operation];
    let (media, _) = baseline.media(operation)?;
    if !matches!(media.kind(), PayloadKind::Json | PayloadKind::Form) {
        return None;
    }
    let mut asked = vec![baseline.clone()];
    let mut known: Vec<RequestValues> = Vec::new();
    for _ in 0..ROUNDS {
        let mut refused = None;
        for values in std::mem::take(&mut asked) {
            if known.contains(&values) {
                continue;
            }
            known.push(values.clone());
            let Some(tried) = case(&sender.tested, planned, values.clone()) else { continue };
            let (sent, completed) = send(sender, planned, tried).await;
            *requests += 1;
            match judged(operation, &sent, &completed) {
                Tried::Accepted(values) => return Some((values, (sent, completed))),
                Tried::Inside(_) => {}
                Tried::Denied | Tried::Dead => return None,
            }
            let Ok(response) = &completed.evaluation.exchange.result else { return None };
            if matches!(response.status, 400 | 422) {
                refused.get_or_insert((values, wants::of(&response.body)));
            }
        }
        let (values, wanted) = refused?;
        asked = others(planned, &values, &wanted);
        if asked.is_empty() {
            return None;
        }
    }
    None
}

/// The request as its refusal wants it: the first value that each reason asks for, the second one ..
fn others(planned: &PlannedOperation, values: &RequestValues, wanted: &[Want]) -> Vec<RequestValues> {
    let Some((_, body)) = &values.body else { return Vec::new() };
    let places = wanted.iter().filter_map(|want| {
        let place = want.place(body)?;
        let present = body.pointer(place.as_str());
        if present.is_none() && is_missing(&want.reason) {
            return documented(planned, want).map(|(place, value)| (place, vec![value]));
        }
        let asked = meant(&want.reason, present);
        (!asked.is_empty()).then_some((place, asked))
    });
    let places: Vec<(Pointer, Vec<Value>)> = places.collect();
    let most = places.iter().map(|(_, asked)| asked.len()).max().unwrap_or_default();
    let other = |rank: usize| {
        let mut values = values.clone();
        let (_, body) = values.body.as_mut()?;
        for (place, asked) in &places {
            let value = asked.get(rank).or(asked.last())?;
            place.assign(body, value.clone());
        }
        Some(values)
    };
    (0..most).filter_map(other).collect()
}

/// What another valid request has of a field that one lacks, under the name that the document gives it.
fn documented(planned: &PlannedOperation, want: &Want) -> Option<(Pointer, Value)> {
    let valid = planned.cases.iter().filter(|case| case.intent == Intent::Valid && !case.doubtful);
    let mut bodies = valid.filter_map(|case| case.values.as_ref()?.body.as_ref());
    bodies.find_map(|(_, body)| {
        let place = want.place(body)?;
        let value = body.pointer(place.as_str())?.clone();
        Some((place, value))
    })
}
