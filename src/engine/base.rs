//! The base of an operation's cases where the target refuses the baseline: another valid request, which it accepts.
//!
//! What varies a refused request shows nothing: it is refused all the same.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::Transport;
use super::candidates::candidates;
use super::diverse::diverse;
use super::fresh::Fresh;
use super::made::Made;
use super::model::{PlannedOperation, TestedContract, is_destructive};
use super::planning::Planning;
use super::pool::Pool;
use super::scheduler::{Completed, Sender};
use super::tried::{Tried, case, judged, send};
use super::wanted;
use crate::case::{Case, Intent, Origin, RequestValues};
use crate::contract::{Operation, ParameterLocation};
use crate::fixtures::{Resource, ResourcePlace, WrittenBody};

/// Requests that are tried.
const MOST: usize = 24;
/// Requests of other shapes that are tried where the first ones were all refused, and the others not sent for that.
const SHAPES: usize = 16;

/// A base, with the exchange that has shown that it is accepted, where that was none of the operation's cases.
pub(super) struct Base {
    pub values: RequestValues,
    pub is_accepted: bool,
    pub tried: Option<(Arc<Case>, Completed)>,
}

/// A valid request that is accepted: of those that were accepted, what a person or the document wrote comes first; if
/// there are none, the baseline with the other ids of the fixtures, or with what the run has made, is tried. Where none of
/// them is accepted, one that got further than the door. Counts what it sends in vain.
pub(super) async fn find<T: Transport>(
    sender: &Sender<T>,
    planned: &Arc<PlannedOperation>,
    accepted: &[Arc<Case>],
    (made, pool): (&Made, &Pool),
    requests: &mut usize,
) -> Option<Base> {
    let tested = &sender.tested;
    let baseline = planned.like()?;
    let operation = &tested.contract.operations[planned.operation];
    // Where nobody knows whether the baseline is valid, what is accepted is the best that there is.
    let is_open = baseline.holds_unknown(operation, &tested.contract.schemas);
    let mut by_origin: Vec<&Arc<Case>> = accepted.iter().filter(|case| is_open || !case.doubtful).collect();
    by_origin.sort_by_key(|case| rank(case.origin));
    // That one request to it was written down is no leave to send a hundred.
    let is_free = |values: &RequestValues| tested.may_change(planned.operation, values, baseline);
    let known = by_origin.into_iter().filter_map(|case| values(tested, planned, case)).find(is_free);
    if let Some(values) = known {
        return Some(Base { values, is_accepted: true, tried: None });
    }
    if !accepted.is_empty() {
        return None;
    }
    // On the heap: the compiler nests what is awaited only so deep.
    if let Some((values, tried)) = Box::pin(wanted::find(sender, planned, baseline, requests)).await {
        return Some(Base { values, is_accepted: true, tried: Some(tried) });
    }
    if planned.in_vain.get().is_some() {
        let all = planned.cases.iter().filter(|case| case.intent == Intent::Valid && !case.doubtful);
        let all = all.filter_map(|case| values(tested, planned, case)).filter(is_free).collect();
        for values in diverse(all, SHAPES) {
            let Some(case) = case(tested, planned, values) else { continue };
            let (case, completed) = send(sender, planned, case).await;
            match judged(operation, &case, &completed) {
                Tried::Accepted(values) => {
                    return Some(Base { values, is_accepted: true, tried: Some((case, completed)) });
                }
                Tried::Dead => return None,
                _ => *requests += 1,
            }
        }
    }
    let own = candidates(tested, planned.operation, baseline, made, pool).into_iter().take(MOST);
    let all = variants(tested, planned.operation, baseline).into_iter().take(MOST).chain(own);
    let is_destructive = is_destructive(operation);
    // What was made last is needed by the fewest others.
    let all: Vec<RequestValues> = if is_destructive { all.rev().collect() } else { all.collect() };
    let mut inside = None;
    let mut is_for_state = false;
    for bare in all {
        let stated = match &sender.fresh {
            Some(fresh) => fresh.present(&sender.post(), planned.operation, &bare).await,
            None => None,
        };
        // Who refuses what names the present state may take what names none.
        let both = [stated, Some(bare)];
        for values in both.into_iter().flatten() {
            // What a template names may be anybody's.
            if planned.baseline.is_none() && !is_named(operation, &values, baseline) {
                break;
            }
            let Some(case) = case(tested, planned, values) else { continue };
            let (case, completed) = send(sender, planned, case).await;
            let status = completed.evaluation.exchange.status();
            is_for_state = is_for_state || matches!(status, Some(400 | 404 | 409 | 410 | 422 | 423));
            match judged(operation, &case, &completed) {
                Tried::Accepted(values) => {
                    return Some(Base { values, is_accepted: true, tried: Some((case, completed)) });
                }
                Tried::Inside(values) => {
                    inside.get_or_insert(Base { values, is_accepted: false, tried: None });
                }
                Tried::Denied => {}
                // Nobody is there to try more.
                Tried::Dead => return None,
            }
            *requests += 1;
            if status != Some(412) {
                break;
            }
        }
    }
    if !is_for_state {
        return inside;
    }
    let known = inside.as_ref().map_or(baseline, |base| &base.values).clone();
    let found = match (&sender.fresh, case(tested, planned, known)) {
        // On the heap: the compiler nests what is awaited only so deep.
        (Some(fresh), Some(known)) => Box::pin(in_another_state(sender, planned, (fresh, &known), requests)).await,
        _ => None,
    };
    found.or(inside)
}

/// A request that is accepted on something new, or on something to which something has been done: what is there may be in
/// a state in which the operation cannot be called.
async fn in_another_state<T: Transport>(
    sender: &Sender<T>,
    planned: &Arc<PlannedOperation>,
    (fresh, known): (&Fresh, &Case),
    requests: &mut usize,
) -> Option<Base> {
    let post = sender.post();
    let operation = &sender.tested.contract.operations[planned.operation];
    for is_put in [true, false] {
        let anew = match is_put {
            true => fresh.put_anew(&post, known).await,
            false => fresh.open(&post, known).await.map(|ready| ready.case),
        };
        let Some(anew) = anew else { continue };
        let (case, completed) = send(sender, planned, anew).await;
        match judged(operation, &case, &completed) {
            Tried::Accepted(values) => {
                return Some(Base { values, is_accepted: true, tried: Some((case, completed)) });
            }
            Tried::Dead => return None,
            _ => *requests += 1,
        }
    }
    None
}

/// The cases of an operation on a base, without those that were sent before.
pub(super) fn plan(planning: &Planning, before: &PlannedOperation, base: &RequestValues) -> PlannedOperation {
    let sent: HashSet<&RequestValues> = before.cases.iter().filter_map(|case| case.values.as_ref()).collect();
    let mut planned = planning.plan_on(before.operation, Some(base));
    // What was made since by the name that the baseline has is tested as a whole.
    if before.baseline.as_ref() != Some(base) {
        let is_new = |case: &Arc<Case>| case.values.as_ref().is_some_and(|values| !sent.contains(values));
        let (new, again): (Vec<_>, Vec<_>) = planned.cases.into_iter().partition(is_new);
        planned.cases = new;
        let faults = again.iter().filter(|case| matches!(case.intent, Intent::Invalid(_)));
        planned.broken_before = faults.filter_map(|case| case.clause).collect();
    }
    planned.repeated = None;
    // One more was tried.
    let first = before.cases.len() + 1;
    for (position, case) in planned.cases.iter_mut().enumerate() {
        *case = Arc::new(Case { index: first + position, ..(**case).clone() });
    }
    planned
}

/// Whether all that the path of a request names is another thing than what a template names.
fn is_named(operation: &Operation, values: &RequestValues, template: &RequestValues) -> bool {
    let mut places = operation.parameters.iter().zip(values.parameters.iter().zip(&template.parameters));
    places.all(|(parameter, (value, known))| parameter.place != ParameterLocation::Path || value != known)
}

fn rank(origin: Origin) -> usize {
    let order = [Origin::Fixture, Origin::Example, Origin::Random, Origin::Boundary];
    order.iter().position(|known| *known == origin).unwrap_or(order.len())
}

/// The values of a case. One that a person wrote has none: they are what was written.
fn values(tested: &TestedContract, planned: &PlannedOperation, case: &Case) -> Option<RequestValues> {
    if let Some(values) = &case.values {
        return Some(values.clone()).filter(|values| values.mutation.is_none());
    }
    let written = tested.fixtures.cases.iter().find(|written| written.name == case.name)?;
    let operation = &tested.contract.operations[planned.operation];
    let mut values = planned.baseline.clone()?;
    if !values.take_written(operation, written).is_empty() {
        return None;
    }
    values.body = match &written.body {
        None => None,
        Some(WrittenBody::Json(value)) => Some((0, value.clone())),
        Some(WrittenBody::Text(_)) => return None,
    };
    let confirmed = tested.gate(planned.operation).confirm(values, Intent::Valid, None).ok()?;
    // Header fields and credentials of its own are no values.
    (*confirmed.request() == case.request).then(|| confirmed.values().clone())
}

/// The baseline with the other ids that the fixtures know: the second one everywhere, the third one .., then each alone.
fn variants(tested: &TestedContract, operation: usize, baseline: &RequestValues) -> Vec<RequestValues> {
    let described = &tested.contract.operations[operation];
    let resources = &tested.fixtures_of(operation).resources;
    let most = resources.iter().map(|resource| resource.existing.len()).max().unwrap_or(0);
    let mut found: Vec<RequestValues> = Vec::new();
    let mut add = |values: RequestValues| {
        if values != *baseline && !found.contains(&values) {
            found.push(values);
        }
    };
    for rank in 1..most {
        let mut values = baseline.clone();
        for resource in resources {
            let existing = resource.existing.get(rank).or(resource.existing.last());
            put(&mut values, described, resource, existing);
        }
        add(values);
    }
    for resource in resources {
        for existing in resource.existing.iter().skip(1) {
            let mut values = baseline.clone();
            put(&mut values, described, resource, Some(existing));
            add(values);
        }
    }
    found
}

/// Puts an id where its resource is named, if the request has such a place.
fn put(values: &mut RequestValues, operation: &Operation, resource: &Resource, id: Option<&Value>) {
    let Some(id) = id else { return };
    match &resource.at {
        ResourcePlace::Parameter(place, name) => {
            if let Some(index) = operation.parameter_position(*place, name)
                && values.parameters[index].is_some()
            {
                values.parameters[index] = Some(id.clone());
            }
        }
        ResourcePlace::Body(at) => {
            if let Some((_, body)) = &mut values.body
                && body.pointer(at.as_str()).is_some()
            {
                at.assign(body, id.clone());
            }
        }
    }
}
