//! The quiet moment before all other requests of a contract: each safe request is sent several times in a row, to see
//! whether reading changes what is read.

use std::collections::BTreeMap;

use tokio::sync::Semaphore;

use super::Transport;
use super::flight::{Landed, Ticket, send};
use super::prepare::{Planned, Prepared};
use crate::check::judge_repeated;
use crate::execute::Failure;

/// Requests without an answer after which a target is not worth a further wait here.
const PATIENCE: usize = 3;

/// Sends the repeated cases of all operations, one request at a time. `arrived` is called for each answer.
pub(super) async fn ask_repeatedly<T: Transport>(
    prepared: &Prepared,
    transport: &T,
    mut arrived: impl FnMut(),
) -> BTreeMap<Ticket, Landed> {
    let permits = Semaphore::new(1);
    let mut all = BTreeMap::new();
    let mut failures = 0;
    for (plan, planned) in prepared.plans.iter().enumerate() {
        let mut row: Vec<Landed> = Vec::new();
        for case in planned.repeated.into_iter().flatten() {
            let landed = Landed { is_early: true, ..send(prepared, transport, &permits, (plan, case)).await };
            arrived();
            let outcome = &landed.exchange.outcome;
            failures += usize::from(outcome.is_err());
            let is_gone = matches!(outcome, Err(Failure::Unreachable(_)));
            // What was not answered with a success has nothing to lose by being read.
            let is_success = outcome.as_ref().is_ok_and(|answer| (200..300).contains(&answer.status));
            let is_first = row.is_empty();
            row.push(landed);
            if is_gone {
                failures = PATIENCE;
            }
            if failures >= PATIENCE || is_first && !is_success {
                break;
            }
        }
        judge(prepared, planned, &mut row);
        let cases = planned.repeated.into_iter().flatten();
        all.extend(cases.zip(row).map(|(case, landed)| ((plan, case), landed)));
        if failures >= PATIENCE {
            break;
        }
    }
    all
}

/// Adds what a whole row shows to its second exchange, in place of what each refusal would show alone.
fn judge(prepared: &Prepared, planned: &Planned, row: &mut [Landed]) {
    let ([first, again, last], Some(cases)) = (row, planned.repeated) else { return };
    let [one, two, three] = cases.map(|case| &*planned.cases[case]);
    let subject = |case, landed| prepared.subject(planned, case, landed);
    let (one, two, three) =
        (subject(one, &first.exchange), subject(two, &again.exchange), subject(three, &last.exchange));
    let Some(finding) = judge_repeated(&one, &two, &three) else { return };
    for landed in [&mut *again, last] {
        landed.findings.retain(|finding| finding.check != "rejected-valid");
    }
    again.together.push(finding);
}
