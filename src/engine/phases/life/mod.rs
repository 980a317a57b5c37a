//! Goes through the lives of resources that the run makes for it: they are made, read, listed, changed and deleted, one
//! request after the other. What these show together is held to the laws; what two lives show alike is a finding.

mod conditions;
mod lists;
mod own;
mod stage;
mod steps;

use std::collections::HashSet;
use std::sync::Arc;

use crate::engine::Transport;
use crate::engine::access::ends_access;
use crate::engine::contract_run::ContractRun;
use crate::engine::event::Event;
use crate::engine::judge::LateFinding;
use crate::engine::listener::ListenerError;
use crate::resource::{Family, families};
use crate::rule::Severity;
use stage::Stage;

/// When that is, for people.
const WHEN: &str = "in the life of a resource";
/// Families of resources whose lives are gone through.
const MOST: usize = 60;

/// Goes through one life of each family of resources, and looks into each list.
pub(in crate::engine) async fn run<T: Transport>(run: &mut ContractRun<'_, '_, T>) -> Result<(), ListenerError> {
    let operations: Vec<usize> = run.operations().collect();
    let mut families = families(&run.tested.contract, &run.tested.items, &operations);
    let ends_access = |operation: &usize| ends_access(&run.tested.contract.operations[*operation]);
    for family in &mut families {
        family.delete = family.delete.filter(|delete| !ends_access(delete));
    }
    for index in 0..families.len().min(MOST) {
        if run.stopped.is_some() {
            return Ok(());
        }
        let (mut found, is_lost) = one_life(run, &families, index, false).await?;
        // What shows once may be somebody else's doing. What is not there may be hidden by one of its values.
        if !found.is_empty() {
            let (again, _) = one_life(run, &families, index, is_lost).await?;
            keep_what_is_in(&mut found, &again);
        }
        tell(run, found)?;
    }
    for operation in operations {
        if run.stopped.is_some() {
            return Ok(());
        }
        let mut found = one_list(run, operation).await?;
        if !found.is_empty() {
            let again = one_list(run, operation).await?;
            keep_what_is_in(&mut found, &again);
        }
        tell(run, found)?;
    }
    Ok(())
}

fn keep_what_is_in(found: &mut Vec<LateFinding>, again: &[LateFinding]) {
    let causes: HashSet<&str> = again.iter().map(|late| late.finding.cause.as_str()).collect();
    found.retain(|late| causes.contains(late.finding.cause.as_str()));
}

/// What a life shows, and whether what was made was not there.
async fn one_life<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    families: &[Family],
    index: usize,
    is_plain: bool,
) -> Result<(Vec<LateFinding>, bool), ListenerError> {
    let mut stage = Stage::new(run);
    stage.is_plain = is_plain;
    let found = steps::live(&mut stage, families, index).await;
    let is_lost = stage.is_lost;
    count(run, stage)?;
    Ok((found, is_lost))
}

async fn one_list<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    operation: usize,
) -> Result<Vec<LateFinding>, ListenerError> {
    let mut stage = Stage::new(run);
    let found = lists::look(&mut stage, operation).await;
    count(run, stage)?;
    Ok(found)
}

/// Counts what was sent. Of a target that does not answer any more, nothing more is asked.
fn count<T: Transport>(run: &mut ContractRun<'_, '_, T>, stage: Stage<T>) -> Result<(), ListenerError> {
    if stage.is_dead {
        run.stopped.get_or_insert_with(|| "the target did not answer in the life of a resource".to_owned());
    }
    for (operation, requests) in stage.into_requests() {
        let contract = run.tested.contract.clone();
        run.listeners.on(&Event::SentLater { contract, operation, requests, fails: false, when: WHEN })?;
    }
    Ok(())
}

fn tell<T: Transport>(run: &mut ContractRun<'_, '_, T>, found: Vec<LateFinding>) -> Result<(), ListenerError> {
    for mut late in found {
        let operation = late.case.operation;
        let described = &run.tested.contract.operations[operation];
        let status = late.exchange.result.as_ref().ok().map(|response| response.status);
        let mut graded = vec![late.finding];
        run.tested.policy.grade(described, status, &mut graded);
        let Some(finding) = graded.pop() else { continue };
        let contract = run.tested.contract.clone();
        if run.options.strict || finding.severity == Severity::Error {
            run.habits.fail(operation);
            run.listeners.on(&Event::SentLater { contract, operation, requests: 0, fails: true, when: WHEN })?;
        }
        late.finding = finding;
        run.found_later(LateFinding { case: Arc::clone(&late.case), ..late })?;
    }
    Ok(())
}
