//! Kept cases that a run does not send, since the document does not bear them out any more.

use std::collections::HashMap;
use std::sync::Arc;

use super::Job;
use super::model::TestedContract;
use super::planning::kept_case;
use crate::regression::Kept;

/// The ids of those of a job, each with the reason. What its selection leaves out is not looked at.
pub(crate) fn dropped(job: &Job) -> Vec<(&str, String)> {
    let own: Vec<&Kept> = job.regressions.iter().filter(|kept| kept.saved.contract == job.contract.name).collect();
    if own.is_empty() {
        return Vec::new();
    }
    let tested = TestedContract::new(job.contract.clone(), job.fixtures.clone(), Arc::default());
    let all = &job.contract.operations;
    let selected: HashMap<&str, usize> = job.operations().map(|index| (all[index].id.as_str(), index)).collect();
    let reason = |kept: &Kept| match selected.get(kept.saved.operation.as_str()) {
        Some(operation) => kept_case(&tested, *operation, &kept.saved).err(),
        None if all.iter().any(|operation| operation.id == kept.saved.operation) => None,
        None => Some(format!("the document has no operation `{}`", kept.saved.operation)),
    };
    own.into_iter().filter_map(|kept| Some((kept.id.as_str(), reason(kept)?))).collect()
}
