//! A request on its way that may make something: what comes of it is known even if nobody waits for it any more.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Transport;
use super::keeper::Keeper;
use super::model::TestedContract;
use crate::case::Case;
use crate::execute::Exchange;

type Sending = Pin<Box<dyn Future<Output = Exchange> + Send>>;

/// Sends a case and waits for its response. Dropped once it has begun, it goes on without the one who waited, and hands what
/// comes of it to the keeper: an operation is given up, or a run ends, while the target makes what was asked for.
pub(super) struct Delivery {
    sending: Option<Sending>,
    has_begun: bool,
    keeper: Arc<Keeper>,
    operation: usize,
    case: Arc<Case>,
}

impl Delivery {
    pub fn new<T: Transport>(
        transport: &Arc<T>,
        tested: &Arc<TestedContract>,
        keeper: &Arc<Keeper>,
        operation: usize,
        case: &Case,
    ) -> Self {
        let (transport, tested, case) = (transport.clone(), tested.clone(), Arc::new(case.clone()));
        let sent = case.clone();
        let sending: Sending = Box::pin(async move {
            let TestedContract { contract, fixtures, .. } = &*tested;
            transport.send(&contract.operations[operation], &sent, fixtures).await
        });
        Self { sending: Some(sending), has_begun: false, keeper: keeper.clone(), operation, case }
    }
}

impl Future for Delivery {
    type Output = Exchange;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Exchange> {
        self.has_begun = true;
        let Some(sending) = &mut self.sending else { return Poll::Pending };
        let exchange = std::task::ready!(sending.as_mut().poll(context));
        self.sending = None;
        Poll::Ready(exchange)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        let Some(sending) = self.sending.take().filter(|_| self.has_begun) else { return };
        // Without a runtime nothing can arrive any more.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (keeper, operation, case) = (self.keeper.clone(), self.operation, self.case.clone());
        let arrival = runtime.spawn(async move {
            let exchange = sending.await;
            keeper.remember(operation, &case, &exchange);
        });
        self.keeper.expect(arrival);
    }
}
