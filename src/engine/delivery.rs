//! A request on its way that may make something: what comes of it is known even if nobody waits for it any more.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Transport;
use super::keeper::Keeper;
use super::model::TestedContract;
use super::pace::Permit;
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
    /// Held until it is over, whether anybody waits or not: the target is at work on it.
    permit: Option<Arc<Permit>>,
}

impl Delivery {
    pub fn new<T: Transport>(
        (transport, tested): (&Arc<T>, &Arc<TestedContract>),
        keeper: &Arc<Keeper>,
        permit: Option<&Arc<Permit>>,
        operation: usize,
        case: &Case,
    ) -> Self {
        let (transport, tested, case) = (transport.clone(), tested.clone(), Arc::new(case.clone()));
        let sent = case.clone();
        let sending: Sending = Box::pin(async move {
            let TestedContract { contract, fixtures, .. } = &*tested;
            transport.send(&contract.operations[operation], &sent, fixtures).await
        });
        Self {
            sending: Some(sending),
            has_begun: false,
            keeper: keeper.clone(),
            operation,
            case,
            permit: permit.cloned(),
        }
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
        let permit = self.permit.take();
        let arrival = runtime.spawn(async move {
            let exchange = sending.await;
            drop(permit);
            keeper.remember(operation, &case, &exchange);
        });
        self.keeper.expect(arrival);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::check::testing::{Bench, response, valid};
    use crate::engine::Job;
    use crate::engine::pace::Pace;
    use crate::engine::planning::Planning;
    use crate::engine::testing::Scripted;
    use crate::plan::{Extent, PlanOptions, plan};

    #[tokio::test]
    async fn a_request_that_nobody_waits_for_keeps_its_permit_until_it_is_over() {
        let Bench { contract, fixtures, .. } = Bench::messages();
        let job = Job::new(contract, fixtures);
        let tested = TestedContract::new(job.contract.clone(), job.fixtures.clone(), Arc::default());
        let tested = Arc::new(tested);
        let planning = Planning {
            tested: tested.clone(),
            planner: Arc::new(plan),
            options: PlanOptions { seed: 0, cases: Some(0), destructive: false },
            regressions: Arc::default(),
            extent: Extent::Whole,
            safe: false,
        };
        let keeper = Arc::new(Keeper::new(&job, &planning, false));
        let transport = Arc::new(Scripted::new(|_| (200, Ok(response(201, &json!({}))))));
        let pace = Pace::new(1, None, Duration::ZERO);
        for has_begun in [true, false] {
            let permit = Arc::new(pace.permit().await);
            let case = valid(json!({"text": "hello"}));
            let mut delivery = Delivery::new((&transport, &tested), &keeper, Some(&permit), 0, &case);
            if has_begun {
                let begun = poll_fn(|context| Poll::Ready(Pin::new(&mut delivery).poll(context).is_pending())).await;
                assert!(begun);
            }
            drop((delivery, permit));
            let mut next = Box::pin(pace.permit());
            let at_once = tokio::time::timeout(Duration::from_millis(20), &mut next).await.is_ok();
            assert_eq!(at_once, !has_begun);
            if has_begun {
                assert!(tokio::time::timeout(Duration::from_secs(10), next).await.is_ok());
            }
        }
    }
}
