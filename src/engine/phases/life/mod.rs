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
    let families = families(&run.tested.contract, &run.tested.items, &operations);
    for index in 0..families.len().min(MOST) {
        if run.stopped.is_some() {
            return Ok(());
        }
        let mut found = one_life(run, &families, index).await?;
        // What shows once may be somebody else's doing.
        if !found.is_empty() {
            let again: HashSet<String> =
                one_life(run, &families, index).await?.into_iter().map(|late| late.finding.cause).collect();
            found.retain(|late| again.contains(&late.finding.cause));
        }
        tell(run, found)?;
    }
    for operation in operations {
        if run.stopped.is_some() {
            return Ok(());
        }
        let mut stage = Stage::new(run);
        let found = lists::look(&mut stage, operation).await;
        let requests = stage.into_requests();
        count(run, requests)?;
        tell(run, found)?;
    }
    Ok(())
}

async fn one_life<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    families: &[Family],
    index: usize,
) -> Result<Vec<LateFinding>, ListenerError> {
    let mut stage = Stage::new(run);
    let found = steps::live(&mut stage, families, index).await;
    let requests = stage.into_requests();
    count(run, requests)?;
    Ok(found)
}

fn count<T: Transport>(run: &mut ContractRun<'_, '_, T>, requests: Vec<(usize, usize)>) -> Result<(), ListenerError> {
    for (operation, requests) in requests {
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
