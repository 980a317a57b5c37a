//! The quiet moment before all other requests of a contract: each safe request is sent several times in a row, to see
//! whether reading changes what is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use tokio::sync::Semaphore;

use super::Transport;
use super::flight::{Landed, Ticket, send};
use super::prepare::{Planned, Prepared};
use crate::check::judge_repeated;
use crate::execute::Failure;

/// Requests without an answer after which a target is not worth a further wait here.
const PATIENCE: usize = 3;
/// Up to so many operations are asked one after the other, so that no other one can have changed what is read. More
/// would take too long: they are asked at once, as requests may be that change nothing.
const FEW: usize = 100;

/// Sends the repeated cases of all operations, `concurrency` operations at once where there are many. `arrived` is
/// called for each answer.
pub(super) async fn ask_repeatedly<T: Transport>(
    prepared: &Arc<Prepared>,
    transport: &T,
    concurrency: usize,
    mut arrived: impl FnMut(),
) -> BTreeMap<Ticket, Landed> {
    let rows: Vec<_> = prepared.plans.iter().enumerate().filter_map(|(plan, p)| Some((plan, p.repeated?))).collect();
    let at_once = if rows.len() <= FEW { 1 } else { concurrency.max(1) };
    let permits = Semaphore::new(at_once);
    let rows = rows
        .into_iter()
        .map(async |(plan, cases)| (plan, cases, row(prepared, transport, &permits, plan, cases).await));
    let mut rows = stream::iter(rows).buffered(at_once);
    let mut all = BTreeMap::new();
    let mut failures = 0;
    while let Some((plan, cases, row)) = rows.next().await {
        row.iter().for_each(|_| arrived());
        let unanswered = row.iter().filter_map(|landed| landed.exchange.outcome.as_ref().err());
        failures += unanswered
            .map(|f| if matches!(f, Failure::Unreachable(_) | Failure::Insecure(_)) { PATIENCE } else { 1 })
            .sum::<usize>();
        all.extend(cases.into_iter().zip(row).map(|(case, landed)| ((plan, case), landed)));
        if failures >= PATIENCE {
            break;
        }
    }
    all
}

/// Sends the cases of one operation one after the other, as long as they are answered, and judges them.
async fn row<T: Transport>(
    prepared: &Arc<Prepared>,
    transport: &T,
    permits: &Semaphore,
    plan: usize,
    cases: [usize; 3],
) -> Vec<Landed> {
    let mut row: Vec<Landed> = Vec::new();
    for case in cases {
        let landed = Landed { is_early: true, ..send(prepared, transport, permits, (plan, case)).await };
        // What was not answered with a success has nothing to lose by being read.
        let goes_on = match &landed.exchange.outcome {
            Ok(answer) => !row.is_empty() || (200..300).contains(&answer.status),
            Err(_) => false,
        };
        row.push(landed);
        if !goes_on {
            break;
        }
    }
    judge(prepared, &prepared.plans[plan], cases, &mut row);
    row
}

/// Adds what a whole row shows to its second exchange, in place of what each refusal would show alone.
fn judge(prepared: &Prepared, planned: &Planned, cases: [usize; 3], row: &mut [Landed]) {
    let [first, again, last] = row else { return };
    let [one, two, three] = cases.map(|case| &*planned.cases[case]);
    let subject = |case, landed| prepared.subject(planned, case, landed);
    let (one, two, three) =
        (subject(one, &first.exchange), subject(two, &again.exchange), subject(three, &last.exchange));
    let mut found: Vec<_> = judge_repeated(&one, &two, &three).into_iter().collect();
    prepared.grade(planned, &again.exchange, &mut found);
    if found.is_empty() {
        return;
    }
    for landed in [&mut *again, last] {
        landed.findings.retain(|known| !found.iter().any(|finding| finding.rule.supersedes.contains(&known.rule)));
    }
    again.together = found;
}
