//! Sends the cases of operations: a bounded number at once, handed back in the order of the cases.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt as _;
use futures_util::stream::{self, Stream, StreamExt as _};

use super::Transport;
pub(super) use super::completed::Completed;
use super::early::Early;
use super::evaluate::{self, Evaluation};
use super::fresh::{Fresh, Sent};
use super::keeper::Keeper;
use super::made::Resource;
use super::model::{PlannedOperation, TestedContract};
use super::pace::{Pace, Permit};
use super::patience::Timed;
use super::post::Post;
use super::task::Task;
use crate::case::Case;
use crate::execute::{Exchange, Failure};

/// Where an operation is. Steps of operations come one operation after the other.
#[derive(Debug)]
pub(super) struct Step {
    pub planned: Arc<PlannedOperation>,
    pub stage: Stage,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// Before its first case.
    Begin,
    /// A case by its position; what is early is still to be taken, and one of an operation that was given up in the meantime
    /// may be missing.
    Case(usize, Option<Box<Completed>>),
    /// After its last case.
    End,
}

/// What sends cases.
pub(super) struct Sender<T> {
    pub tested: Arc<TestedContract>,
    pub transport: Arc<T>,
    /// How many requests may be on their way at once, with large responses that were not evaluated yet.
    pub pace: Arc<Pace>,
    /// What deletes again what is made, if anything does.
    pub keeper: Option<Arc<Keeper>>,
    /// Whether what is more than enough is deleted as it goes.
    pub trims: bool,
    /// What keeps requests in step with the state of the target, if anything does.
    pub fresh: Option<Arc<Fresh>>,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        let Self { tested, transport, pace, keeper, trims, fresh } = self;
        let (tested, transport, pace) = (tested.clone(), transport.clone(), pace.clone());
        Self { tested, transport, pace, keeper: keeper.clone(), trims: *trims, fresh: fresh.clone() }
    }
}

impl<T: Transport> Sender<T> {
    /// Sends a case as soon as there is a permit, as often as the load asks for, and evaluates it.
    pub async fn send(&self, planned: &Arc<PlannedOperation>, case: &Case) -> Completed {
        let permit = self.pace.permit().await;
        self.send_with(permit, planned, case, false).await
    }

    /// Does so once, to see something again; `None` where too many of those were not answered in time.
    pub async fn send_again(&self, planned: &Arc<PlannedOperation>, case: &Case) -> Option<Completed> {
        let permit = self.pace.permit().await;
        if planned.is_too_late() {
            return None;
        }
        let completed = self.send_with(permit, planned, case, true).await;
        if matches!(completed.evaluation.exchange.result, Err(Failure::Timeout(_))) {
            planned.late.fetch_add(1, Ordering::Relaxed);
        }
        Some(completed)
    }

    async fn send_with(
        &self,
        permit: Permit,
        planned: &Arc<PlannedOperation>,
        case: &Case,
        is_hurried: bool,
    ) -> Completed {
        let permit = Arc::new(permit);
        let post = Post { permit: Some(&permit), ..self.post() };
        let change = match &self.fresh {
            Some(fresh) => fresh.beside.begin(case).await,
            None => None,
        };
        let Sent { timed, case: own, before } = match &self.fresh {
            // On the heap, as the phases are.
            Some(fresh) => Box::pin(fresh.send(&post, case, is_hurried)).await,
            None => Sent::alone(post.send(planned.operation, case, is_hurried).await, None),
        };
        drop(change);
        let Timed { exchange, sent_at, responded_at } = timed;
        let case = own.as_ref().unwrap_or(case);
        if let Some(keeper) = &self.keeper {
            keeper.note_deletion(case, &exchange);
        }
        // Before anybody else may send: what is too much must not grow meanwhile.
        for made in self.keeper.iter().filter(|_| self.trims).flat_map(|keeper| keeper.surplus()) {
            self.delete(made).await;
        }
        // The next request leaves while this response is evaluated, unless such responses could fill the memory.
        let _permit = evaluate::is_large(&exchange).then_some(permit);
        let in_flight = if is_refused(&exchange) { self.pace.lost() } else { Vec::new() };
        let mut evaluation = evaluate::evaluate(&self.tested, planned, case, exchange).await;
        blame(&mut evaluation, &in_flight);
        tell_before(&mut evaluation, before);
        if self.fresh.as_ref().is_some_and(|fresh| fresh.is_taken(case, &evaluation.exchange)) {
            evaluation.contested.clear();
        }
        let case = own.map(Arc::new);
        Completed { evaluation, of_sequence: Vec::new(), sent_at, responded_at, is_early: false, case }
    }

    /// Deletes what the run has made. Whoever asks for it sees to it that not too much is in flight.
    pub async fn delete(&self, made: Resource) {
        let post = self.post();
        match &self.fresh {
            Some(fresh) => fresh.delete(&post, made).await.iter().for_each(|case| fresh.deleted(case)),
            None => {
                let deletion = post.deletion(&made);
                post.delete(made, deletion).await;
            }
        }
    }

    /// The way to the target, for whoever sees to it that not too much is in flight.
    pub fn post(&self) -> Post<'_, T> {
        let Self { tested, transport, pace, keeper, .. } = self;
        Post { transport, tested, pace, keeper: keeper.as_ref(), permit: None }
    }

    /// Puts a case on its way; nothing comes of it if its operation is given up first.
    fn start(&self, planned: &Arc<PlannedOperation>, position: usize) -> Task<Option<Completed>> {
        let (sender, planned, pace) = (self.clone(), planned.clone(), self.pace.clone());
        // Asked for here and not in the task: tasks start in any order, and cases are to leave in theirs.
        let mut permit = Box::pin(async move { pace.permit().await });
        let at_once = (&mut permit).now_or_never();
        Task::spawn(async move {
            let send = async {
                let permit = match at_once {
                    Some(permit) => permit,
                    None => permit.await,
                };
                sender.send_with(permit, &planned, &planned.cases[position], false).await
            };
            tokio::select! {
                biased;
                _ = planned.given_up.wait() => None,
                completed = send => Some(completed),
            }
        })
    }
}

fn is_refused(exchange: &Exchange) -> bool {
    matches!(exchange.result, Err(Failure::Unreachable(_)))
}

/// Of a target that is gone since these requests were in flight, one finding remains: that of the first of them, which
/// names the others. What was sent later found nobody, and shows nothing.
fn blame(evaluation: &mut Evaluation, in_flight: &[String]) {
    let Some((first, others)) = in_flight.split_first() else { return };
    let Exchange { request, attempts, .. } = &evaluation.exchange;
    if attempts.lost == 0 || format!("{} {}", request.method, request.url) != *first {
        return evaluation.findings.clear();
    }
    if !others.is_empty() {
        for finding in &mut evaluation.findings {
            finding.message.push_str(&format!("; in flight as well: {}", others.join(", ")));
        }
    }
}

/// Tells with each finding what has made and opened the resource that its request is about.
fn tell_before(evaluation: &mut Evaluation, before: Vec<Arc<Exchange>>) {
    let Evaluation { exchange, findings, contested, .. } = evaluation;
    if before.is_empty() || findings.is_empty() && contested.is_empty() {
        return;
    }
    let mut all = before;
    all.push(Arc::new(exchange.clone()));
    findings.iter_mut().chain(contested).for_each(|finding| finding.evidence.sequence.clone_from(&all));
}

/// Sends the cases of these operations and hands the steps back in order. `window` cases may be on their way, or
/// waiting for an earlier one: that is what is held in memory. What is `early` is not sent again.
pub(super) fn steps<'a, T: Transport>(
    operations: impl Stream<Item = Arc<PlannedOperation>> + 'a,
    sender: &'a Sender<T>,
    early: &'a Early,
    window: usize,
) -> impl Stream<Item = Step> + 'a {
    let begin_to_end = |planned: Arc<PlannedOperation>| {
        let cases = (0..planned.cases.len()).map(|position| Stage::Case(position, None));
        let stages: Vec<Stage> = std::iter::once(Stage::Begin).chain(cases).chain([Stage::End]).collect();
        stream::iter(stages.into_iter().map(move |stage| Step { planned: planned.clone(), stage }))
    };
    let start = |Step { planned, stage }: Step| {
        let mut task = None;
        if let Stage::Case(position, _) = stage {
            let is_worth_it = planned.given_up.get().is_none() && !planned.is_in_vain(&planned.cases[position]);
            if is_worth_it && !early.has(&planned, position) {
                task = Some(sender.start(&planned, position));
            }
        }
        async move {
            let completed = match task {
                Some(task) => task.await,
                None => None,
            };
            let stage = match stage {
                Stage::Case(position, _) => Stage::Case(position, completed.map(Box::new)),
                other => other,
            };
            Step { planned, stage }
        }
    };
    operations.flat_map(begin_to_end).map(start).buffered(window)
}
