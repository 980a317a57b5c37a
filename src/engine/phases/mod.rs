//! The phases of testing one contract, in their order. Each begins when the one before it is over; a new one is a file
//! here and a line in [`all`].

mod life;
mod operations;
mod repeat_safe;
mod reread;

use std::pin::Pin;
use std::time::Duration;

use super::Transport;
use super::contract_run::ContractRun;
use super::listener::ListenerError;
use super::model::{is_destructive, is_last, is_maker};
use super::planning::PlanQueue;
use crate::contract::Operation;
use operations::Order;

/// How long what a run that is interrupted has made is being deleted.
const GRACE: Duration = Duration::from_secs(5);

/// Tests the contract, until `cancel` is ready: whether it was. `plans` holds all operations in the order of
/// [`super::contract_run`].
pub(super) async fn run<T: Transport>(
    mut run: ContractRun<'_, '_, T>,
    plans: PlanQueue,
    cancel: Pin<&mut impl Future<Output = ()>>,
) -> Result<bool, ListenerError> {
    run.start()?;
    let interrupted = tokio::select! {
        // On the heap: the compiler computes layouts only so deep, also for whoever calls this from elsewhere.
        result = Box::pin(all(&mut run, plans)) => {
            result?;
            false
        }
        () = cancel => true,
    };
    if interrupted {
        run.unfinished().into_iter().try_for_each(|operation| operations::tell_early(&mut run, operation))?;
    }
    run.decide()?;
    let grace = if interrupted { GRACE } else { Duration::MAX };
    // Who waits for the end waits no longer.
    let _ = tokio::time::timeout(grace, run.clear_up()).await;
    run.tell_made()?;
    if !interrupted {
        run.finish()?;
    }
    Ok(interrupted)
}

/// Goes through all phases.
async fn all<T: Transport>(run: &mut ContractRun<'_, '_, T>, mut plans: PlanQueue) -> Result<(), ListenerError> {
    let mut reads = repeat_safe::run(run).await?;
    run.read_former().await;
    let tested = run.tested.clone();
    // What one makes decides what the next one can name.
    operations::run(run, &mut plans, Order::OneByOne, |operation| is_maker(&tested, operation)).await?;
    let is_plain = |operation: &Operation| !is_destructive(operation) && !is_last(&tested, operation);
    operations::run(run, &mut plans, Order::Overlapping, is_plain).await?;
    operations::again(run).await?;
    reread::run(run, &mut reads).await?;
    operations::run(run, &mut plans, Order::CaseByCase, is_destructive).await?;
    // What ends a session or begins one.
    operations::run(run, &mut plans, Order::CaseByCase, |_| true).await?;
    reread::run(run, &mut reads).await?;
    // What a case has left of it shows less of what becomes of it.
    if run.stopped.is_none() {
        run.put_back().await;
    }
    life::run(run).await
}
