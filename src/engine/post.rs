//! What a request goes out by, for whoever holds a permit to send one.

use super::Transport;
use super::keeper::Keeper;
use super::made::Resource;
use super::model::TestedContract;
use super::pace::Pace;
use super::patience::{Errand, Timed};
use crate::case::Case;

/// The way to the target.
pub(super) struct Post<'a, T> {
    pub transport: &'a T,
    pub tested: &'a TestedContract,
    pub pace: &'a Pace,
    pub keeper: Option<&'a Keeper>,
}

impl<T: Transport> Post<'_, T> {
    /// Sends a case, as often as the load asks for.
    pub async fn send(&self, operation: usize, case: &Case, is_hurried: bool) -> Timed {
        let Self { transport, tested, .. } = *self;
        Errand { transport, tested, operation, case, is_hurried, cleans_up: false }.run(self.pace).await
    }

    /// Deletes what the run has made: the request that did, if there is one.
    pub async fn delete(&self, made: Resource) -> Option<Case> {
        let Self { transport, tested, keeper, .. } = *self;
        let keeper = keeper?;
        let (deletion, number) = (keeper.deletion(&made), keeper.number(&made));
        let exchange = match &deletion {
            Some((planned, case)) => {
                let operation = planned.operation;
                let errand = Errand { transport, tested, operation, case, is_hurried: true, cleans_up: true };
                Some(errand.run(self.pace).await.exchange)
            }
            None => None,
        };
        keeper.settle(made, number, exchange.as_ref());
        deletion.map(|(_, case)| case)
    }
}
