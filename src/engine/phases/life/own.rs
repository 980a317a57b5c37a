//! Makes the resources of a life. Those that the run can delete are deleted with all others at its end.

use std::sync::Arc;

use serde_json::Value;

use super::stage::{Sent, Stage};
use crate::case::RequestValues;
use crate::check::laws;
use crate::engine::Transport;
use crate::engine::ids;
use crate::engine::made::{Resource, parents};
use crate::plan::IMPROBABLE;
use crate::resource::{Family, aligned};

/// Requests that are tried to make one resource.
const TRIES: usize = 4;

/// What was made for a life.
pub(super) struct Own {
    pub resource: Resource,
    pub id: Value,
    pub made: Arc<Sent>,
    /// Whether it was made with the values that were asked for, but for names.
    is_like: bool,
    /// Whether the response surely says by which id it is read.
    pub is_named: bool,
}

impl Own {
    fn is_created(&self) -> bool {
        self.made.status() == Some(201)
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
    are_made(&one, &other).then_some((one, other))
}

async fn knows_all<T: Transport>(stage: &mut Stage<T>, family: &Family, parent: Option<&Own>) -> bool {
    let Some(values) = stage.baseline(family.read) else { return true };
    for text in IMPROBABLE {
        let ids = [text.parse::<u64>().ok().map(Value::from), Some(Value::from(text))];
        for id in ids.into_iter().flatten() {
            let resource = below(parent, family, stage, id);
            if let Some(sent) = stage.send_on(family.read, &values, &resource, "what nobody has made").await {
                return sent.is_success();
            }
        }
    }
    false
}

/// The resource of this id below a parent.
pub(super) fn below<T: Transport>(parent: Option<&Own>, family: &Family, stage: &Stage<T>, id: Value) -> Resource {
    let above = parent.map(|parent| renamed(&parent.resource, &stage.described(family.read).path));
    let mut variables = above.map(|above| above.variables).unwrap_or_default();
    variables.push((family.variable.clone(), id));
    Resource { item: family.item.clone(), variables }
}

/// What names a parent, by the names that the variables of this path have.
fn renamed(parent: &Resource, path: &str) -> Resource {
    let value = |name: &str| parent.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let named = aligned(&parent.item, path).filter_map(|(known, own)| Some((own.to_owned(), value(known)?)));
    Resource { item: parent.item.clone(), variables: named.collect() }
}

/// Makes a resource: with these values, where a server takes them twice, or else with some that it has taken before.
async fn make<T: Transport>(
    stage: &mut Stage<T>,
    family: &Family,
    parent: Option<&Own>,
    values: Option<&RequestValues>,
) -> Option<Own> {
    let known: Vec<RequestValues> = stage.accepted.of(family.create).cloned().collect();
    let plainest = known.first().filter(|_| stage.is_plain);
    let first = values.or(plainest).or(stage.accepted.fullest(family.create))?.clone();
    let mut all = vec![(first.clone(), true)];
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
