//! Makes the resources of a life. Those that the run can delete are deleted with all others at its end.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::stage::{Sent, Stage};
use crate::case::{Intent, RequestValues};
use crate::check::laws;
use crate::contract::{ParameterLocation, StatusRange};
use crate::engine::Transport;
use crate::engine::ids;
use crate::engine::made::{Resource, parents};
use crate::plan::IMPROBABLE;
use crate::resource::{Family, aligned};

/// Requests that are tried to make one resource.
const TRIES: usize = 5;

/// What was made for a life.
pub(super) struct Own {
    pub resource: Resource,
    pub id: Value,
    pub made: Arc<Sent>,
    /// Whether it was made with the values that were asked for, but for names.
    pub is_like: bool,
    /// Whether the response surely says by which id it is read.
    pub is_named: bool,
}

impl Own {
    fn is_created(&self) -> bool {
        self.made.status() == Some(201)
    }

    /// The properties with which it was made.
    pub fn body_of(&self) -> Option<Map<String, Value>> {
        self.made.case.values.as_ref()?.body.as_ref()?.1.as_object().cloned()
    }

    fn body(&self) -> Option<Vec<u8>> {
        self.made.case.request.body.as_ref().map(|body| body.payload.bytes())
    }
}

/// Two resources that differ in nothing but names.
pub(super) fn are_like(one: &Own, other: &Own) -> bool {
    one.is_like && other.is_like
}

/// Whether the run has surely made both: they have ids of their own, and were created, or asked for alike.
fn are_made(one: &Own, other: &Own) -> bool {
    one.id != other.id && (one.is_created() && other.is_created() || one.body() == other.body())
}

/// One parent or two, each with those above it that were made for it.
pub(super) async fn make_parents<T: Transport>(
    stage: &mut Stage<T>,
    families: &[Family],
    parent: usize,
) -> Vec<Vec<Own>> {
    let mut line = vec![parent];
    while let Some(above) = families[line[line.len() - 1]].parent {
        line.push(above);
    }
    line.reverse();
    let mut made: Vec<Vec<Own>> = Vec::new();
    for _ in 0..2 {
        let mut chain: Vec<Own> = Vec::new();
        for index in &line {
            match make(stage, &families[*index], chain.last(), None).await {
                Some(own) => chain.push(own),
                None => break,
            }
        }
        let is_another = |known: &Vec<Own>| match (known.last(), chain.last()) {
            (Some(known), Some(own)) => are_made(known, own),
            _ => false,
        };
        if chain.len() == line.len() && made.iter().all(is_another) {
            made.push(chain);
        }
    }
    made
}

/// Two resources that the run has surely made.
pub(super) async fn make_two<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    parent: Option<&Own>,
) -> Option<(Own, Own)> {
    // A mock has all that it is asked for.
    if knows_all(stage, family, parent).await {
        return None;
    }
    let other = make(stage, family, parent, None).await?;
    let same = other.made.case.values.clone();
    let one = make(stage, family, parent, same.as_ref()).await?;
    if one.id == other.id {
        one_id(stage, family, &other).await;
    }
    are_made(&one, &other).then_some((one, other))
}

/// Whether another creation, with the same name or with others, takes the place of what has this id already.
async fn one_id<T: Transport>(stage: &mut Stage<T>, family: &Family, first: &Own) {
    let (Some(values), Some(read)) = (first.made.case.values.clone(), stage.baseline(family.read)) else { return };
    let ways = [other_content(stage, family, first, &values), stage.renamed(family.create, &values)];
    for values in ways.into_iter().flatten() {
        let Some(second) = stage.send(family.create, values, "another one").await else { return };
        let Some(read) = stage.send_on(family.read, &read, &first.resource, "the first one").await else { return };
        let subjects = [&first.made, &second, &read].map(|sent| stage.subject(sent));
        // What is made under the id that the response names is the question, not what is made elsewhere.
        let is_there = laws::names(&subjects[1], &family.variable, &first.id);
        let finding = laws::judge_same(&subjects[0], &subjects[1], &subjects[2]).filter(|_| is_there);
        if let Some(finding) = finding {
            let late = stage.late(finding, &second, &[&first.made, &second, &read]);
            return stage.failed.push(late);
        }
    }
}

/// The same creation under the name that it gives, with another value of one property, where that may be refused.
fn other_content<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    first: &Own,
    values: &RequestValues,
) -> Option<RequestValues> {
    let create = family.create;
    stage.described(create).responses.iter().find(|known| known.status == StatusRange::Code(409))?;
    ids::sent(values, &family.variable).filter(|name| **name == first.id)?;
    let body = values.body.as_ref()?.1.as_object()?.clone();
    body.into_iter().filter(|(_, value)| *value != first.id).find_map(|(property, value)| {
        let others = match &value {
            Value::Bool(is) => vec![Value::from(!is)],
            Value::Number(number) => {
                let near = number.as_i64().into_iter().flat_map(|is| [is.saturating_add(1), is.saturating_sub(1)]);
                near.map(Value::from).collect()
            }
            Value::String(_) => stage.texts(),
            _ => Vec::new(),
        };
        others.into_iter().find_map(|other| {
            let mut values = values.clone();
            values.body.as_mut()?.1[&property] = other;
            let is_valid = stage.tested.gate(create).confirm(values.clone(), Intent::Valid, None).is_ok();
            is_valid.then_some(values)
        })
    })
}

async fn knows_all<T: Transport>(stage: &mut Stage<T>, family: &Family, parent: Option<&Own>) -> bool {
    if stage.baseline(family.read).is_none() {
        return true;
    }
    nobody(stage, family, parent).await.is_some_and(|(_, read)| read.is_success())
}

/// What nobody has made, as it is read.
pub(super) async fn nobody<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    parent: Option<&Own>,
) -> Option<(Resource, Arc<Sent>)> {
    let values = stage.baseline(family.read)?;
    for text in IMPROBABLE {
        let ids = [text.parse::<u64>().ok().map(Value::from), Some(Value::from(text))];
        for id in ids.into_iter().flatten() {
            let resource = below(parent, family, stage, id);
            if let Some(read) = stage.send_on(family.read, &values, &resource, "what nobody has made").await {
                return Some((resource, read));
            }
        }
    }
    None
}

/// The resource of this id below a parent.
pub(super) fn below<T: Transport>(parent: Option<&Own>, family: &Family, stage: &Stage<T>, id: Value) -> Resource {
    let above = parent.map(|parent| renamed(&parent.resource, &stage.described(family.read).path));
    let mut variables = above.map(|above| above.variables).unwrap_or_default();
    variables.push((family.variable.clone(), id));
    Resource { item: family.item.clone(), variables }
}

/// What names a parent, by the names that the variables of this path have.
pub(super) fn renamed(parent: &Resource, path: &str) -> Resource {
    let value = |name: &str| parent.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let named = aligned(&parent.item, path).filter_map(|(known, own)| Some((own.to_owned(), value(known)?)));
    Resource { item: parent.item.clone(), variables: named.collect() }
}

/// Makes a resource: with these values, where a server takes them twice, or else with some that it has taken before.
pub(super) async fn make<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    parent: Option<&Own>,
    values: Option<&RequestValues>,
) -> Option<Own> {
    if stage.described(family.create).method == "PUT" {
        return put(stage, family, parent, values).await;
    }
    let known: Vec<RequestValues> = stage.accepted.of(family.create).cloned().collect();
    let plainest = known.first().filter(|_| stage.is_plain);
    let fullest = stage.accepted.fullest(family.create).cloned();
    let richest = stage.accepted.richest(family.create).filter(|richest| Some(richest) != fullest.as_ref());
    // Nobody has seen whether all of it is accepted together.
    let confirmed =
        |values: &RequestValues| stage.tested.gate(family.create).confirm(values.clone(), Intent::Valid, None);
    let richest = richest.filter(|values| confirmed(values).is_ok_and(|confirmed| !confirmed.is_doubtful()));
    let first = values.or(plainest).or(fullest.as_ref())?.clone();
    let mut all = Vec::new();
    if let Some(richest) = richest.filter(|_| values.is_none() && !stage.is_plain) {
        all.push((stage.unlike(family.create, &richest).unwrap_or(richest), true));
    }
    all.extend(stage.unlike(family.create, &first).map(|values| (values, true)));
    all.push((first.clone(), true));
    all.extend((0..2).filter_map(|_| Some((stage.renamed(family.create, &first)?, true))));
    all.extend(known.into_iter().map(|values| (values, false)));
    for (values, is_like) in all.into_iter().take(TRIES) {
        let values = match parent {
            Some(parent) => {
                let above = renamed(&parent.resource, &stage.described(family.create).path);
                above.put_into(stage.described(family.create), &values).into_iter().next()?
            }
            None => values,
        };
        let made = stage.send(family.create, values, "a resource of one's own").await?;
        if !made.is_success() {
            continue;
        }
        let response = made.exchange.result.as_ref().ok()?;
        let all = Resource::all_of(&stage.tested, &made.case, response);
        let shown = all.into_iter().find(|resource| resource.item == family.item);
        let Some(resource) = shown.or_else(|| named(stage, family, &made)) else { continue };
        let id = resource.variables.iter().find(|(name, _)| *name == family.variable)?.1.clone();
        let is_named = laws::names(&stage.subject(&made), &family.variable, &id);
        return Some(Own { resource, id, made, is_like, is_named });
    }
    None
}

/// Makes a resource by a PUT, under a key under which there is nothing.
async fn put<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    parent: Option<&Own>,
    values: Option<&RequestValues>,
) -> Option<Own> {
    let values = values.or(stage.accepted.fullest(family.create)).cloned().or_else(|| stage.baseline(family.create))?;
    let read = stage.baseline(family.read)?;
    let described = stage.described(family.create);
    let at = described.parameter_position(ParameterLocation::Path, &family.variable);
    let known = at.and_then(|at| values.parameters[at].clone());
    for id in stage.keys(known.as_ref()) {
        let resource = below(parent, family, stage, id.clone());
        let Some(before) = stage.send_on(family.read, &read, &resource, "what is to be made").await else { continue };
        if before.status() != Some(404) {
            return None;
        }
        let made = stage.send_on(family.create, &values, &resource, "a resource of one's own").await?;
        if made.is_success() {
            return Some(Own { resource, id, made, is_like: true, is_named: true });
        }
    }
    None
}

/// What a request has made under a name that nobody else gives, where the response does not show it.
fn named<T: Transport>(stage: &Stage<T>, family: &Family, made: &Sent) -> Option<Resource> {
    let id = ids::sent(made.case.values.as_ref()?, &family.variable)?.clone();
    if made.status() != Some(201) || !id.as_str().is_some_and(|text| stage.has_given(text)) {
        return None;
    }
    let mut variables = parents(stage.described(family.create), &made.case);
    variables.push((family.variable.clone(), id));
    Some(Resource { item: family.item.clone(), variables })
}
