//! The phases of testing one contract, in their order. Each begins when the one before it is over; a new one is a file
//! here and a line in [`run`].

mod life;
mod operations;
mod repeat_safe;
mod reread;

use super::Transport;
use super::contract_run::ContractRun;
use super::listener::ListenerError;
use super::model::{is_destructive, is_maker};
use super::planning::PlanQueue;
use operations::Order;
pub(super) use operations::PutOff;
pub(super) use reread::Writes;

/// Goes through all phases. `plans` holds all operations in the order of [`super::contract_run`].
pub(super) async fn run<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    mut plans: PlanQueue,
) -> Result<(), ListenerError> {
    let (mut early, mut reads) = repeat_safe::run(run).await?;
    let tested = run.tested.clone();
    // What one makes decides what the next one can name.
    operations::run(run, &mut plans, &mut early, Order::OneByOne, |operation| is_maker(&tested.items, operation))
        .await?;
    operations::run(run, &mut plans, &mut early, Order::Overlapping, |operation| !is_destructive(operation)).await?;
    operations::again(run).await?;
    reread::run(run, &mut reads).await?;
    operations::run(run, &mut plans, &mut early, Order::CaseByCase, is_destructive).await?;
    reread::run(run, &mut reads).await?;
    life::run(run).await
}
