//! What a request goes out by, for whoever holds a permit to send one.

use std::sync::Arc;

use super::Transport;
use super::keeper::Keeper;
use super::made::Resource;
use super::model::{PlannedOperation, TestedContract};
use super::pace::{Pace, Permit};
use super::patience::{Errand, Timed};
use crate::case::Case;
use crate::execute::Exchange;

/// A request that deletes, with the plan of its operation.
pub(super) type Deletion = (Arc<PlannedOperation>, Case);

/// The way to the target.
pub(super) struct Post<'a, T> {
    pub transport: &'a Arc<T>,
    pub tested: &'a Arc<TestedContract>,
    pub pace: &'a Pace,
    pub keeper: Option<&'a Arc<Keeper>>,
    /// What it is sent with, where that is its own: a request that nobody waits for any more keeps it until it is over.
    pub permit: Option<&'a Arc<Permit>>,
}

impl<T: Transport> Post<'_, T> {
    /// Sends a case, as often as the load asks for, and remembers what it has made.
    pub async fn send(&self, operation: usize, case: &Case, is_hurried: bool) -> Timed {
        let Self { transport, tested, keeper, permit, .. } = *self;
        let errand = Errand { transport, tested, keeper, permit, operation, case, is_hurried, cleans_up: false };
        let timed = errand.run(self.pace).await;
        if let Some(keeper) = keeper {
            keeper.remember(operation, case, &timed.exchange);
        }
        timed
    }

    /// The request that deletes what the run has made, if there is one.
    pub fn deletion(&self, made: &Resource) -> Option<Deletion> {
        self.keeper?.deletion(made)
    }

    /// Deletes what the run has made by this request, if there is one: the request that did.
    pub async fn delete(&self, made: Resource, deletion: Option<Deletion>) -> Option<Case> {
        let keeper = self.keeper?;
        let number = keeper.number(&made);
        let exchange = match &deletion {
            Some(deletion) => Some(self.send_deletion(deletion).await),
            None => None,
        };
        keeper.settle(made, number, exchange.as_ref());
        deletion.map(|(_, case)| case)
    }

    /// Does so unless the state that the request names is said to be another one (412).
    pub async fn delete_if(&self, made: &Resource, deletion: Deletion) -> Option<Case> {
        let keeper = self.keeper?;
        let number = keeper.number(made);
        let exchange = self.send_deletion(&deletion).await;
        if exchange.status() == Some(412) {
            return None;
        }
        keeper.settle(made.clone(), number, Some(&exchange));
        Some(deletion.1)
    }

    async fn send_deletion(&self, (planned, case): &Deletion) -> Exchange {
        let Self { transport, tested, .. } = *self;
        let (is_hurried, cleans_up) = (true, true);
        let (keeper, permit) = (None, None);
        let operation = planned.operation;
        let errand = Errand { transport, tested, keeper, permit, operation, case, is_hurried, cleans_up };
        errand.run(self.pace).await.exchange
    }
}
