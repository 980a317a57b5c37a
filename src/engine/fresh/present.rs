//! Has requests name the present state of what they change.

use serde_json::Value;

use super::{Fresh, Sent, is_success};
use crate::case::{Case, Intent, RequestValues};
use crate::contract::ParameterLocation;
use crate::engine::Transport;
use crate::engine::made::Resource;
use crate::engine::post::Post;
use crate::finding::digest;

/// Times that a version is looked for in what is refused.
const LESSONS: usize = 4;

impl Fresh {
    /// The request on the present state of what it changes, where it says that of an earlier one.
    pub(super) async fn at_present<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Option<Case> {
        if !self.is_conditional(case) {
            return None;
        }
        let is_issued = |value: Option<&Value>| value.is_some_and(|it| self.state().has_issued(case.operation, it));
        let values = self.condition(post, case.operation, case.values.as_ref()?, is_issued).await?;
        if case.values.as_ref() == Some(&values) { None } else { self.remade(case, values) }
    }

    /// The case as it can be accepted now, where nothing else looks to that: with what its body names put there again, and the
    /// present version in its query and body. Its header fields stay.
    pub(in crate::engine) async fn in_step<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Option<Case> {
        self.restore_named(post, case).await;
        let (condition, values) = (self.conditions.get(&case.operation)?, case.values.as_ref()?);
        let is_issued = |value: &Value| self.state().has_issued(case.operation, value);
        if !condition.versions(values).any(is_issued) {
            return None;
        }
        let present = self.condition(post, case.operation, values, |value| value.is_some_and(is_issued)).await?;
        let present = condition.with_fields_of(present, values);
        if *values == present { None } else { self.remade(case, present) }
    }

    /// A valid case that was refused for a version that nobody has read, if it is accepted with the present one: then what it
    /// said is known to be one.
    pub(super) async fn with_version<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        is_hurried: bool,
    ) -> Option<Sent> {
        let (condition, values) = (self.conditions.get(&case.operation)?, case.values.as_ref()?);
        let is_open = case.intent == Intent::Valid
            && condition.versions(values).next().is_some()
            && !self.is_conditional(case)
            && self.state().vary(case.operation, digest(&["version"])) <= LESSONS;
        if !is_open {
            return None;
        }
        let present = self.condition(post, case.operation, values, |_| true).await?;
        let again = self.remade(case, condition.with_fields_of(present, values))?;
        if again.values.as_ref() == Some(values) {
            return None;
        }
        let timed = post.send(case.operation, &again, is_hurried).await;
        self.state().sent_beside(case.operation);
        if !is_success(&timed.exchange) {
            return None;
        }
        let mut state = self.state();
        condition.versions(values).for_each(|value| state.issue(case.operation, value));
        drop(state);
        Some(Sent::alone(timed, Some(again)))
    }

    /// Deletes what the run has made, in its present state where that must be named: the request that did, if there is one.
    pub(in crate::engine) async fn delete<T: Transport>(&self, post: &Post<'_, T>, made: Resource) -> Option<Case> {
        let deletion = post.deletion(&made);
        if let Some((planned, case)) = &deletion
            && let Some(values) = &case.values
            && let Some(present) = self.present(post, case.operation, values).await
            && let Some(present) = self.remade(case, present)
            && let Some(done) = post.delete_if(&made, (planned.clone(), present)).await
        {
            return Some(done);
        }
        // Who refuses what names the present state may take what names none.
        post.delete(made, deletion).await
    }

    /// The values with what the target says of the present state of what they change, wherever they can say it.
    pub(in crate::engine) async fn present<T: Transport>(
        &self,
        post: &Post<'_, T>,
        operation: usize,
        values: &RequestValues,
    ) -> Option<RequestValues> {
        self.condition(post, operation, values, |_| true).await
    }

    async fn condition<T: Transport>(
        &self,
        post: &Post<'_, T>,
        operation: usize,
        values: &RequestValues,
        is_wanted: impl Fn(Option<&Value>) -> bool,
    ) -> Option<RequestValues> {
        let condition = self.conditions.get(&operation).filter(|condition| condition.applies_to(values))?;
        let tested = &self.planning.tested;
        let show = self.start(condition.reading);
        let like = show.cases.iter().find(|case| case.intent == Intent::Valid)?;
        let described = &tested.contract.operations[operation];
        let path = described.parameters.iter().zip(&values.parameters);
        let path = path.filter(|(parameter, _)| parameter.place == ParameterLocation::Path);
        let variables = path.filter_map(|(parameter, value)| Some((parameter.name.clone(), value.clone()?))).collect();
        let named = Resource { item: described.path.clone(), variables };
        let reading = &tested.contract.operations[condition.reading];
        let all = named.put_into(reading, show.baseline.as_ref()?);
        let read = all.into_iter().find_map(|values| self.remade(like, values))?;
        let exchange = post.send(condition.reading, &read, true).await.exchange;
        self.state().sent_beside(condition.reading);
        let response = exchange.result.as_ref().ok().filter(|response| response.status == 200)?;
        let present = condition.put_into(values, response, is_wanted);
        let mut state = self.state();
        condition.held(&present).for_each(|value| state.issue(operation, value));
        Some(present)
    }

    /// Whether a case says of which state it is, in a word that was read.
    pub(super) fn is_conditional(&self, case: &Case) -> bool {
        let (Some(condition), Some(values)) = (self.conditions.get(&case.operation), &case.values) else {
            return false;
        };
        let state = self.state();
        condition.held(values).any(|value| state.has_issued(case.operation, value))
    }
}
