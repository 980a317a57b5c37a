//! Sends what is refused for a fault on a resource on which the operation can be accepted: where the state is looked at first, a
//! refusal for the state would hide that the fault is not.

use super::Fresh;
use super::step::{Ready, item};
use crate::case::{Case, Fault, Intent, is_safe};
use crate::contract::StatusRange;
use crate::engine::Transport;
use crate::engine::made::{Resource, parents};
use crate::engine::post::Post;

impl Fresh {
    /// Whether a case has a fault of credentials or of its own, and is about an action that is accepted, and may be refused for
    /// the state.
    pub(super) fn needs_unspent(&self, case: &Case) -> bool {
        let tested = &self.planning.tested;
        let described = &tested.contract.operations[case.operation];
        let has_fault = match case.intent {
            Intent::Unauthenticated => true,
            Intent::Invalid(fault) => fault != Fault::PathParameter,
            _ => false,
        };
        let path = described.path.trim_end_matches('/');
        let is_action = !is_safe(&described.method)
            && described.method != "DELETE"
            && case.request.method == described.method
            && !path.ends_with('}')
            && item(path).is_some()
            && tested.items.of(path).next().is_none();
        let may_be_spent = || described.responses.iter().any(|known| known.status == StatusRange::Code(409));
        let was_accepted = || self.state().accepted.contains_key(&case.operation);
        has_fault
            && case.values.is_some()
            && is_action
            && (may_be_spent() && was_accepted() || self.needs_opening(case.operation))
    }

    /// The case on such a resource: on the one of the case before it, unless that was accepted.
    pub(super) async fn unspent<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Option<Ready> {
        let described = &self.planning.tested.contract.operations[case.operation];
        // What too much was made of may be deleted meanwhile.
        let known = {
            let state = self.state();
            state.unspent(case.operation).filter(|ready| state.gone_at(&ready.case.request.path).is_none())
        };
        if let Some(Ready { case: known, before }) = known {
            let there = Resource { item: described.path.clone(), variables: parents(described, &known) };
            let all = there.put_into(described, case.values.as_ref()?);
            return Some(Ready { case: all.into_iter().find_map(|values| self.remade(case, values))?, before });
        }
        let accepted = self.state().accepted.get(&case.operation).cloned();
        if self.state().opener(case.operation).is_none() {
            // What was accepted may have been so for what had been done there before.
            self.open(post, &accepted?).await?;
        }
        let steps = self.state().opener(case.operation)?;
        let ready = self.ready(post, case, &steps).await?;
        self.state().keep_unspent(ready.clone());
        Some(ready)
    }
}
