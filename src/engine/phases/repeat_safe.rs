//! Repeats one safe request of each operation before all other requests of the contract, to see whether reading has side
//! effects. The results are reported at their positions in the plan.

use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use super::reread::Read;
use crate::case::is_safe;
use crate::contract::Operation;
use crate::engine::Transport;
use crate::engine::contract_run::ContractRun;
use crate::engine::event::Event;
use crate::engine::judge::{Judges, StepFinding};
use crate::engine::listener::ListenerError;
use crate::engine::model::{PlannedOperation, TestedContract};
use crate::engine::planning::{PlanQueue, Planning};
use crate::engine::scheduler::{Completed, Sender};
use crate::engine::status::is_accepted;
use crate::engine::untestable;
use crate::execute::Failure;
use crate::plan::Extent;

/// Requests without a response after which a target is not worth a further wait here.
const PATIENCE: usize = 3;
/// Up to so many operations are tested one after the other, so that no other one can have changed what is read. More
/// would take too long: they are tested at once, as requests may be that change nothing.
const FEW: usize = 100;
/// So many operations whose paths name nothing are not all missing by chance.
const ABSENT: usize = 3;
/// Once the responses that wait for their turn have so many bytes, no more requests are repeated.
const MOST_HELD: usize = 48 << 20;

/// Sends the repeated cases of all safe operations, `concurrency` operations at once where there are many. Which of them
/// were answered well is handed on.
pub(super) async fn run<T: Transport>(run: &mut ContractRun<'_, '_, T>) -> Result<Vec<Read>, ListenerError> {
    let tested = run.tested.clone();
    let operations = &tested.contract.operations;
    let safe: Vec<usize> = run.operations().filter(|index| is_safe(&operations[*index].method)).collect();
    let at_once = if safe.len() <= FEW { 1 } else { run.options.concurrency.max(1) };
    let sender = run.sender.clone();
    let plans = PlanQueue::new(Planning { extent: Extent::Start, ..run.planning.clone() }, safe);
    let plans = stream::unfold(plans, async |mut plans| Some((plans.take_if(|_| true).await?, plans)));
    let sequences = plans.map(|planned| {
        let sender = sender.clone();
        async move { (repeat(&sender, &planned).await, planned) }
    });
    let mut sequences = pin!(sequences.buffered(at_once));
    let mut reads = Vec::new();
    let (mut failures, mut held) = (0, 0);
    let mut absence = Absence::default();
    let mut last_failure = None;
    while let Some((mut steps, planned)) = sequences.next().await {
        for step in &steps {
            run.listeners.on(&Event::Progress)?;
            last_failure = step.evaluation.exchange.result.as_ref().err().cloned();
            failures += match &step.evaluation.exchange.result {
                Ok(response) => {
                    held += response.body.len();
                    0
                }
                Err(Failure::Unreachable(_) | Failure::Insecure(_)) => PATIENCE,
                Err(_) => 1,
            };
        }
        judge(&run.tested, &mut run.judges, &planned, &mut steps);
        absence.take(&operations[planned.operation], &steps);
        if let [first, ..] = &steps[..]
            && is_accepted(&first.evaluation.exchange)
            && let Some([position, ..]) = planned.repeated
        {
            let case = &planned.cases[position];
            run.let_in.take(&run.tested.contract.operations[planned.operation], case);
            // What there is can be named by what comes next.
            if let Ok(response) = &first.evaluation.exchange.result {
                run.made.take(&run.tested, case, response);
                run.pool.take(&run.tested, case, response);
            }
        }
        reads.extend(Read::of(&planned, &steps));
        run.early.insert(&planned, steps);
        if failures >= PATIENCE || held > MOST_HELD || is_silent(&sender) {
            break;
        }
    }
    let target = &run.health.target;
    let silent = last_failure.filter(|_| is_silent(&sender)).map(|failure| untestable::unreachable(target, &failure));
    run.stopped = silent.or_else(|| absence.tell().map(|missing| untestable::absent(target, missing)));
    Ok(reads)
}

/// Whether the target has answered nothing in time, and was waited for long enough.
fn is_silent<T>(sender: &Sender<T>) -> bool {
    sender.pace.silence(|silence| silence.is_all())
}

/// Whether anything is where the document says. What a path names may well not be there.
#[derive(Default)]
struct Absence {
    missing: usize,
    is_there: bool,
}

impl Absence {
    fn take(&mut self, operation: &Operation, steps: &[Completed]) {
        let status = |step: &Completed| step.evaluation.exchange.result.as_ref().ok().map(|response| response.status);
        // What the document says of a 404 may be that nothing is there yet.
        let is_foretold = !operation.path.contains('{') && operation.response(404).is_some();
        let is_missing = steps.iter().map(status).all(|status| status == Some(404));
        self.is_there |= !is_missing || is_foretold && !steps.is_empty();
        self.missing += usize::from(is_missing && !steps.is_empty() && !operation.path.contains('{'));
    }

    /// How many are missing, if that says that nothing is there.
    fn tell(&self) -> Option<usize> {
        (!self.is_there && self.missing >= ABSENT).then_some(self.missing)
    }
}

/// Sends the repeated cases of an operation one after the other, as long as they are answered.
async fn repeat<T: Transport>(sender: &Sender<T>, planned: &Arc<PlannedOperation>) -> Vec<Completed> {
    let mut steps: Vec<Completed> = Vec::new();
    for position in planned.repeated.into_iter().flatten() {
        let completed = Completed { is_early: true, ..sender.send(planned, &planned.cases[position]).await };
        // What was not answered with a success has nothing to lose by being read.
        let goes_on = match &completed.evaluation.exchange.result {
            Ok(response) => !steps.is_empty() || response.is_success(),
            Err(_) => false,
        };
        steps.push(completed);
        if !goes_on {
            break;
        }
    }
    steps
}

/// Adds what the whole sequence shows to the steps that it belongs to, in place of what each refusal would show alone.
fn judge(tested: &TestedContract, judges: &mut Judges<'_, '_>, planned: &PlannedOperation, steps: &mut [Completed]) {
    let positions: Vec<usize> = planned.repeated.into_iter().flatten().collect();
    if steps.len() < positions.len() {
        return;
    }
    let cases = positions.iter().map(|position| &planned.cases[*position]);
    let subjects: Vec<_> = cases
        .zip(&*steps)
        .map(|(case, step)| tested.subject(planned.operation, case, &step.evaluation.exchange))
        .collect();
    for StepFinding { step, finding } in judges.after_sequence(&subjects) {
        for step in &mut steps[step..] {
            let evaluation = &mut step.evaluation;
            for findings in [&mut evaluation.findings, &mut evaluation.contested] {
                findings.retain(|known| !finding.rule.supersedes.contains(&known.rule));
            }
        }
        steps[step].of_sequence.push(finding);
    }
}
