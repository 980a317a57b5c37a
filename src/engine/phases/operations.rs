//! Sends all cases of each operation, then shrinks its findings.

use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt as _};

use crate::case::{Case, Intent};
use crate::contract::Operation;
use crate::engine::base;
use crate::engine::contract_run::ContractRun;
use crate::engine::early::Early;
use crate::engine::event::Event;
use crate::engine::listener::ListenerError;
use crate::engine::looked_for;
use crate::engine::model::{PlannedOperation, is_destructive};
use crate::engine::neighbours::Held;
use crate::engine::operation::OperationRun;
use crate::engine::planning::PlanQueue;
use crate::engine::put_off::PutOff;
use crate::engine::scheduler::{Completed, Stage, Step, steps};
use crate::engine::sent;
use crate::engine::{RunOptions, Transport};

/// How operations follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The first cases of an operation may be sent while the last responses of those before it are awaited.
    Overlapping,
    /// Nothing of an operation is sent before all before it are finished, what makes their findings small included.
    OneByOne,
    /// Nor is a case sent before the one before it is answered: of two deletions of one thing, the first one succeeds.
    CaseByCase,
}

/// Tests the operations at the front of the queue, as far as they are `wanted`.
pub(super) async fn run<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    plans: &mut PlanQueue,
    order: Order,
    wanted: impl Fn(&Operation) -> bool,
) -> Result<(), ListenerError> {
    let contract = run.tested.contract.clone();
    let is_wanted = |operation: usize| wanted(&contract.operations[operation]);
    let most = match order {
        Order::Overlapping => usize::MAX,
        Order::OneByOne | Order::CaseByCase => 1,
    };
    let former = run.former.clone();
    while run.stopped.is_none() && plans.next().is_some_and(&is_wanted) {
        let upcoming = upcoming(plans, &is_wanted).map(|planned| former.check(planned));
        test(run, upcoming.take(most), order).await?;
    }
    Ok(())
}

/// The operations at the front of the queue, as far as they are wanted.
fn upcoming<'a>(
    plans: &'a mut PlanQueue,
    is_wanted: &'a impl Fn(usize) -> bool,
) -> impl Stream<Item = Arc<PlannedOperation>> + 'a {
    stream::unfold(plans, move |plans| async move { Some((plans.take_if(is_wanted).await?, plans)) })
}

/// Tests operations one after the other, until there is no point in going on.
async fn test<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    operations: impl Stream<Item = Arc<PlannedOperation>>,
    order: Order,
) -> Result<(), ListenerError> {
    let sender = run.sender.clone();
    let early = run.early.clone();
    let mut steps = pin!(steps(operations, &sender, &early, window(run.options, order)));
    let mut current = None;
    while let Some(Step { planned, stage }) = steps.next().await {
        match (stage, &mut current) {
            (Stage::Begin, _) => current = Some(begin(run, &planned)?),
            (Stage::Case(position, completed), Some(operation)) => {
                let completed = completed.map(|completed| *completed);
                if let Some(completed) = completed.or_else(|| early.take(&planned, position)) {
                    take(run, operation, &planned, planned.cases[position].clone(), completed)?;
                }
            }
            (Stage::Case(..), None) => {}
            (Stage::End, _) => {
                if let Some(operation) = current.take() {
                    end(run, operation, &planned, order).await?;
                }
            }
        }
        // Requests still on their way to a target that is given up are dropped with the steps.
        if run.stopped.is_some() {
            break;
        }
    }
    match current {
        Some(operation) => run.finish_operation(operation),
        None => Ok(()),
    }
}

/// Reports the repeated cases of an operation that the run did not get to.
pub(super) fn tell_early<T>(run: &mut ContractRun<'_, '_, T>, operation: usize) -> Result<(), ListenerError> {
    let Some((planned, steps)) = run.early.rest(operation) else { return Ok(()) };
    let mut operation = run.operation(&planned);
    for (position, completed) in steps {
        take(run, &mut operation, &planned, planned.cases[position].clone(), completed)?;
    }
    operation.close(&mut run.judges, run.listeners).map(drop)
}

/// How many cases may be on their way, or waiting for an earlier one.
fn window(options: &RunOptions, order: Order) -> usize {
    if order == Order::CaseByCase { 1 } else { options.concurrency.max(1) * 4 + 16 }
}

fn begin<T>(run: &mut ContractRun<'_, '_, T>, planned: &Arc<PlannedOperation>) -> Result<OperationRun, ListenerError> {
    let (contract, cases) = (run.tested.contract.clone(), planned.cases.len());
    run.listeners.on(&Event::OperationPlanned { contract, operation: planned.operation, cases })?;
    Ok(run.operation(planned))
}

fn take<T>(
    run: &mut ContractRun<'_, '_, T>,
    operation: &mut OperationRun,
    planned: &PlannedOperation,
    case: Arc<Case>,
    completed: Completed,
) -> Result<(), ListenerError> {
    let case = completed.case.clone().unwrap_or(case);
    // A response may have been received before the operation was given up.
    if planned.given_up.get().is_some() || planned.is_in_vain(&case) {
        return Ok(());
    }
    if !completed.is_early {
        run.listeners.on(&Event::Progress)?;
    }
    run.stopped = run.health.take(planned.operation, &case, &completed.evaluation.exchange, &run.sender.pace);
    run.writes.take(&run.tested.contract.operations[case.operation], &case, &completed.evaluation.exchange);
    if let (Intent::Valid, Ok(response)) = (case.intent, &completed.evaluation.exchange.result) {
        run.made.take(&run.tested, &case, response);
        run.pool.take(&run.tested, &case, response);
        if response.is_success() {
            run.let_in.take(&run.tested.contract.operations[case.operation], &case);
            Arc::get_mut(&mut run.accepted).into_iter().for_each(|accepted| accepted.take(&case));
        }
    }
    if operation.take(case, completed, &mut run.judges, run.listeners)? {
        // A second reason changes nothing.
        let _ = planned.given_up.set(());
    }
    if operation.is_in_vain() {
        planned.in_vain.get_or_init(|| ());
    }
    Ok(())
}

/// Sends the cases of an operation once more, on a base that the target accepts, where it refused the baseline; on one that
/// got further than the door only if that is `enough`. The plan whose cases were sent, if there was such a base.
async fn second_round<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    operation: &mut OperationRun,
    planned: &Arc<PlannedOperation>,
    enough: bool,
) -> Result<Option<Arc<PlannedOperation>>, ListenerError> {
    if run.stopped.is_some() || !operation.needs_base() {
        return Ok(None);
    }
    let mut requests = 0;
    let found = base::find(&run.sender, planned, operation.accepted(), (&run.made, &run.pool), &mut requests).await;
    operation.also_sent(requests);
    let Some(found) = found.filter(|found| found.is_accepted || enough) else { return Ok(None) };
    let again = Arc::new(base::plan(&run.planning, planned, &found.values));
    operation.rebase(&again, found.is_accepted, &mut run.judges, run.listeners)?;
    if let Some((case, completed)) = found.tried {
        take(run, operation, &again, case, completed)?;
    }
    let sender = run.sender.clone();
    let none = Early::default();
    let is_in_turn = is_destructive(&run.tested.contract.operations[planned.operation]);
    let order = if is_in_turn { Order::CaseByCase } else { Order::OneByOne };
    let mut steps = pin!(steps(stream::iter([again.clone()]), &sender, &none, window(run.options, order)));
    while let Some(Step { stage, .. }) = steps.next().await {
        if let Stage::Case(position, Some(completed)) = stage {
            take(run, operation, &again, again.cases[position].clone(), *completed)?;
        }
        if run.stopped.is_some() {
            break;
        }
    }
    Ok(Some(again.clone()))
}

/// Sends the cases of an operation on other bases, until they vary what the target accepts: what is refused on the first one
/// with an empty list may be accepted with an item in it.
async fn rounds<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    operation: &mut OperationRun,
    planned: &Arc<PlannedOperation>,
    enough: bool,
) -> Result<Option<Arc<PlannedOperation>>, ListenerError> {
    let Some(second) = second_round(run, operation, planned, enough).await? else { return Ok(None) };
    if operation.accepted().is_empty() {
        return Ok(Some(second));
    }
    Ok(Some(second_round(run, operation, &second, true).await?.unwrap_or(second)))
}

async fn end<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    mut operation: OperationRun,
    planned: &Arc<PlannedOperation>,
    order: Order,
) -> Result<(), ListenerError> {
    let may_wait = order == Order::Overlapping && operation.accepted().is_empty() && operation.needs_base();
    let may_wait = may_wait && run.may_be_helped(planned.operation);
    if let Some(again) = rounds(run, &mut operation, planned, !may_wait).await? {
        return conclude(run, operation, &again).await;
    }
    if may_wait && run.stopped.is_none() {
        operation.put_off(&mut run.judges, run.listeners)?;
        run.put_off.push(PutOff { operation, planned: planned.clone(), progress: run.progress() });
        return Ok(());
    }
    conclude(run, operation, planned).await
}

/// Tests what was put off on what was made or opened since, as long as that makes or opens more.
pub(super) async fn again<T: Transport>(run: &mut ContractRun<'_, '_, T>) -> Result<(), ListenerError> {
    let mut put_off = std::mem::take(&mut run.put_off);
    loop {
        let mut rest = Vec::new();
        let before = run.progress();
        for PutOff { mut operation, planned, progress } in put_off {
            let now = run.progress();
            let found = match progress < now {
                true => rounds(run, &mut operation, &planned, false).await?,
                false => None,
            };
            match found {
                Some(again) => conclude(run, operation, &again).await?,
                None => rest.push(PutOff { operation, planned, progress: now }),
            }
        }
        put_off = rest;
        if run.progress() == before {
            break;
        }
    }
    for PutOff { mut operation, planned, .. } in put_off {
        let found = rounds(run, &mut operation, &planned, true).await?;
        conclude(run, operation, &found.unwrap_or(planned)).await?;
    }
    Ok(())
}

async fn conclude<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    mut operation: OperationRun,
    planned: &Arc<PlannedOperation>,
) -> Result<(), ListenerError> {
    // Nobody is there to show anything again.
    if run.stopped.is_some() {
        return run.finish_operation(operation);
    }
    let beside = run.sender.fresh.iter().flat_map(|fresh| fresh.sent_beside()).map(|(_, requests)| requests).sum();
    operation.also_sent(beside);
    let named = sent::find(&run.sender, &run.planning, planned, &mut run.made).await;
    operation.also_sent(named);
    let named = looked_for::find(&run.sender, &run.planning, planned, &mut run.made).await;
    operation.also_sent(named);
    let found = operation.close(&mut run.judges, run.listeners)?;
    found.shrink(&run.sender, planned, run.options.max_shrinks, run.listeners).await?;
    let neighbours = operation.neighbours();
    run.habits.take(&run.tested.contract, planned.operation, neighbours.accepted_values());
    let (all, requests) = neighbours.confirm(&run.sender, planned, run.options.max_shrinks).await;
    let (mut held, mut left_out) = (Vec::new(), Vec::new());
    for one in all {
        match one {
            Held::Finding(late) => held.push(late),
            Held::LeftOut(one) => left_out.push(one),
        }
    }
    operation.confirmed(held, requests, run.listeners)?;
    run.finish_but_for(operation, left_out)
}
