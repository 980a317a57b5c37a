//! Which requests of a plan make more than enough.

use super::model::TestedContract;
use crate::case::{Case, Intent, Origin};
use crate::plan::Plan;

/// Resources of one collection that are there at once, as far as they can be deleted.
pub(super) const MOST: usize = 40;

/// Leaves out random valid requests that would make more than enough of what the document has no way to delete.
pub(super) fn thin_out(plan: &mut Plan, tested: &TestedContract) {
    let operation = &tested.contract.operations[plan.operation];
    let mut items = tested.items.of(&operation.path).map(|item| item.template.as_str()).peekable();
    let is_deleted = |item: &str| {
        let mut all = tested.contract.operations.iter();
        all.any(|other| other.method == "DELETE" && other.path.trim_end_matches('/') == item)
    };
    if operation.method != "POST" || items.peek().is_none() || items.any(is_deleted) {
        return;
    }
    let is_chance = |case: &Case| case.origin == Origin::Random;
    let planned = plan.cases.iter().filter(|case| case.intent == Intent::Valid && !is_chance(case)).count();
    let mut left = MOST.saturating_sub(planned);
    plan.cases.retain(|case| {
        let is_spare = case.intent == Intent::Valid && is_chance(case);
        let stays = !is_spare || left > 0;
        left -= usize::from(is_spare && stays);
        stays
    });
}
