//! Finds out what must be done to a resource before an operation is accepted on it: actions, changes of its state, its end.
//! What opened an operation is done again for its later requests.

use std::sync::Arc;

use serde_json::Value;

use super::step::{Ready, Step, item};
use super::{Alone, Fresh, is_success, status};
use crate::case::{Case, RequestValues, is_safe};
use crate::check::{Sent as Words, says, says_state};
use crate::contract::{Operation, SchemaId, Types};
use crate::engine::Transport;
use crate::engine::made::{Resource, parents};
use crate::engine::post::Post;
use crate::execute::Exchange;
use crate::finding::digest;
use crate::resource::{is_at_or_below, is_same_shape};
use crate::text::words;

/// Steps that are tried before one request.
const STEPS: usize = 10;
/// Changes of the state among them.
const CHANGES: usize = 6;
/// Actions on what stands above that are tried as well.
const ABOVE: usize = 4;
/// Pairs of steps that are tried.
const PAIRS: usize = 8;
/// A step may need another one before it, and so on.
const DEPTH: usize = 3;
/// Flags that say it of a state, by the last words of their names.
const FLAGS: [&str; 3] = ["published", "active", "enabled"];

impl Fresh {
    /// Looks for what opens an operation that refuses a valid request: the request on something new for which that has been
    /// done, if anything opens it. One step is tried after the other, then two in a row where the refusal may be for the
    /// state, or a step has changed it.
    pub(in crate::engine) async fn open<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Option<Ready> {
        let turn = self.turn(Alone::Opening, case.operation);
        let _turn = turn.lock().await;
        let known = self.state().opener(case.operation);
        if let Some(steps) = known {
            return self.ready(post, case, &steps).await;
        }
        let body = case.values.as_ref()?.body.as_ref().map(|(_, body)| body.to_string()).unwrap_or_default();
        let is_new = |steps: &[Step]| {
            let names: Vec<String> = steps.iter().map(Step::name).collect();
            self.state().may_try(case.operation, digest(&[&names.join(" "), &body]))
        };
        let steps: Vec<Step> = self.steps(case).into_iter().filter(|step| is_new(std::slice::from_ref(step))).collect();
        if !is_new(&[]) && steps.is_empty() {
            return None;
        }
        let refusal = self.try_after(post, case, &[]).await?;
        if refusal.is_accepted {
            return self.opened(post, case, Vec::new()).await;
        }
        let is_for_state = matches!(refusal.status, Some(409 | 410 | 423));
        // What a PUT puts there again is no new one: what was done to it before may be the reason.
        if !refusal.is_of_new && !is_for_state {
            return None;
        }
        let mut first = Vec::new();
        for step in steps {
            let one = [step];
            let Some(tried) = self.try_after(post, case, &one).await else { continue };
            if tried.is_accepted {
                return self.opened(post, case, one.to_vec()).await;
            }
            let [step] = one;
            first.push((tried.said == refusal.said, step));
        }
        // Whatever has changed the refusal comes first.
        first.sort_by_key(|(is_same, _)| *is_same);
        let mut pairs = Vec::new();
        for (_, one) in first.iter().filter(|(is_same, _)| is_for_state || !is_same) {
            let others = self.steps(case).into_iter().filter(|other| other.name() != one.name());
            pairs.extend(others.map(|other| [one.clone(), other]));
        }
        for pair in pairs.into_iter().filter(|pair| is_new(pair)).take(PAIRS) {
            let tried = self.try_after(post, case, &pair).await;
            if tried.is_some_and(|tried| tried.is_accepted) {
                return self.opened(post, case, pair.to_vec()).await;
            }
        }
        None
    }

    /// Whether something must be done to a resource before an operation is accepted on it, as far as that is known.
    pub(super) fn needs_opening(&self, operation: usize) -> bool {
        self.state().opener(operation).is_some_and(|steps| !steps.is_empty())
    }

    /// The requests by which an operation was opened, those of what opens them first.
    pub(in crate::engine) fn openers(&self, operation: usize) -> Vec<Case> {
        let mut found: Vec<Case> = Vec::new();
        let mut open = vec![(operation, DEPTH)];
        while let Some((operation, depth)) = open.pop() {
            for step in self.state().opener(operation).unwrap_or_default().into_iter().rev() {
                let Step::Request(case) = step else { continue };
                if depth > 1 && !found.iter().any(|known| known.operation == case.operation) {
                    open.push((case.operation, depth - 1));
                }
                found.insert(0, *case);
            }
        }
        found
    }

    /// Remembers what has opened an operation, and does it for another one.
    async fn opened<T: Transport>(&self, post: &Post<'_, T>, case: &Case, steps: Vec<Step>) -> Option<Ready> {
        self.state().open(case.operation, steps.clone());
        self.ready(post, case, &steps).await
    }

    /// What the request comes to on something new to which these steps have been done; `None` where that could not be made or
    /// done.
    async fn try_after<T: Transport>(&self, post: &Post<'_, T>, case: &Case, steps: &[Step]) -> Option<Tried> {
        let ready = self.ready(post, case, steps).await?;
        let exchange = post.send(case.operation, &ready.case, true).await.exchange;
        self.state().sent_beside(case.operation);
        let response = exchange.result.as_ref().ok()?;
        let said = (response.status, says(&response.body, &Words::of(&ready.case)));
        let is_of_new = ready.before.first().is_some_and(|made| made.request.method == "POST");
        Some(Tried { is_accepted: is_success(&exchange), is_of_new, status: status(&exchange), said })
    }

    /// The request on something new to which all that has been done.
    pub(super) async fn ready<T: Transport>(&self, post: &Post<'_, T>, case: &Case, steps: &[Step]) -> Option<Ready> {
        let described = &self.planning.tested.contract.operations[case.operation];
        let (item, depth) = item(&described.path)?;
        let anew = self.renew(post, case, depth).await?;
        // What a PUT has not surely made may be somebody's.
        let is_own = anew.made.request.method == "POST" || status(&anew.made) == Some(201);
        let there = Resource { item: item.to_owned(), variables: parents(described, &anew.case) };
        let mut before = vec![anew.made];
        for step in steps {
            before.extend(self.perform(post, &there, step, is_own, DEPTH).await?);
        }
        Some(Ready { case: anew.case, before })
    }

    /// Does a step to a resource, and before it what opens it; `None` if it is refused. What is not surely the run's own is not
    /// deleted, by whatever step.
    async fn perform<T: Transport>(
        &self,
        post: &Post<'_, T>,
        there: &Resource,
        step: &Step,
        is_own: bool,
        depth: usize,
    ) -> Option<Vec<Arc<Exchange>>> {
        let Step::Request(like) = step else {
            if !is_own {
                return None;
            }
            return self.delete(post, there.clone()).await.map(|_| Vec::new());
        };
        let mut before = Vec::new();
        let opener = self.state().opener(like.operation).filter(|_| depth > 0).unwrap_or_default();
        for step in &opener {
            // What was done before is refused, and need not be done again.
            before.extend(Box::pin(self.perform(post, there, step, is_own, depth - 1)).await.unwrap_or_default());
        }
        let described = &self.planning.tested.contract.operations[like.operation];
        let all = there.put_into(described, like.values.as_ref()?);
        let request = all.into_iter().find_map(|values| self.remade(like, values))?;
        let exchange = self.make(post, &request).await;
        let is_done = is_success(&exchange);
        before.push(Arc::new(exchange));
        is_done.then_some(before)
    }

    /// What may be done to a thing before a request about it: it is deleted, another operation on it or below it is called, or
    /// a property that says its state is set, as far as a request of that was accepted. Actions come first.
    fn steps(&self, case: &Case) -> Vec<Step> {
        let operations = &self.planning.tested.contract.operations;
        let Some((item, depth)) = item(&operations[case.operation].path) else { return Vec::new() };
        let is_other = |other: &&Case| {
            let described = &operations[other.operation];
            let above: Vec<&str> = described.path.split('/').take(depth + 1).collect();
            let acts = other.operation != case.operation && !is_safe(&described.method) && described.method != "DELETE";
            acts && is_same_shape(&above.join("/"), item)
        };
        let mut others: Vec<Case> = self.state().accepted.values().filter(is_other).cloned().collect();
        let rank = |other: &Case| {
            let Operation { method, path, .. } = &operations[other.operation];
            (path.matches('/').count() != depth + 1 || method != "POST", other.operation)
        };
        others.sort_by_key(rank);
        let is_on_it = |other: &&Case| is_same_shape(&operations[other.operation].path, item);
        let changes: Vec<Step> =
            others.iter().filter(is_on_it).flat_map(|change| self.states(change)).take(CHANGES).collect();
        let deletion = (operations[case.operation].method != "DELETE").then_some(Step::Deletion);
        let others = others.iter().filter(|other| !is_on_it(other)).map(|other| Step::Request(Box::new(other.clone())));
        let own = deletion.into_iter().chain(others.chain(changes).take(STEPS));
        own.chain(self.steps_above(item).into_iter().take(ABOVE)).collect()
    }

    /// The actions on what an item stands below: a state of that may be what it needs.
    fn steps_above(&self, below: &str) -> Vec<Step> {
        let tested = &self.planning.tested;
        let acts = |other: &&Case| {
            let described = &tested.contract.operations[other.operation];
            let path = described.path.trim_end_matches('/');
            let above = item(path).filter(|(_, depth)| path.matches('/').count() == depth + 1).map(|(above, _)| above);
            described.method == "POST"
                && above.is_some_and(|above| below != above && is_at_or_below(below, above))
                && tested.items.of(path).next().is_none()
        };
        let mut found: Vec<Case> = self.state().accepted.values().filter(acts).cloned().collect();
        found.sort_by_key(|other| other.operation);
        found.into_iter().map(|other| Step::Request(Box::new(other))).collect()
    }

    /// The requests of a change by which a property that says a state gets each of its values.
    fn states(&self, change: &Case) -> Vec<Step> {
        let tested = &self.planning.tested;
        let (schemas, described) = (&tested.contract.schemas, &tested.contract.operations[change.operation]);
        let Some(values) = &change.values else { return Vec::new() };
        let Some((media, Value::Object(body))) = &values.body else { return Vec::new() };
        let schema = described.body.as_ref().and_then(|body| body.content.get(*media)?.schema);
        let all = schema.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
        let properties: Vec<(&String, SchemaId)> =
            all.flat_map(|id| schemas.get(id).properties.iter().map(|(name, id)| (name, *id))).collect();
        let mut found: Vec<Step> = Vec::new();
        for (name, id) in properties {
            let is_flag = || words::of(name).last().is_some_and(|word| FLAGS.contains(&word.as_str()));
            if !says_state(name) && !is_flag() {
                continue;
            }
            let own: Vec<SchemaId> = schemas.conjunction(&[id]).collect();
            let choices = own.iter().filter_map(|id| schemas.get(*id).enum_values.clone()).flatten();
            let mut choices: Vec<Value> = choices.filter(|choice| !choice.is_null()).collect();
            if own.iter().any(|id| schemas.get(*id).types == Some(Types::BOOLEAN)) {
                choices.extend([Value::from(true), Value::from(false)]);
            }
            for choice in choices {
                let alone = Value::Object([(name.clone(), choice.clone())].into_iter().collect());
                let mut beside = body.clone();
                beside.insert(name.clone(), choice);
                let bodies = match described.method.as_str() {
                    "PATCH" => vec![alone, Value::Object(beside)],
                    _ => vec![Value::Object(beside)],
                };
                let with = |body: Value| RequestValues { body: Some((*media, body)), ..values.clone() };
                let set = bodies.into_iter().find_map(|body| self.remade(change, with(body)));
                found.extend(set.map(|set| Step::Request(Box::new(set))));
            }
        }
        found
    }
}

/// What a request comes to.
struct Tried {
    is_accepted: bool,
    /// Whether what it is about was made anew by a POST.
    is_of_new: bool,
    status: Option<u16>,
    said: (u16, String),
}
