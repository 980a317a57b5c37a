//! Judges answers, the large ones away from the threads that receive others.

use std::sync::Arc;

use super::prepare::Prepared;
use crate::case::Case;
use crate::check::Sighting;
use crate::execute::Exchange;
use crate::finding::Finding;

/// Answers up to this many bytes are judged where they arrive, in well under a millisecond. To judge a larger
/// one takes long enough that answers which came in the meantime would be taken for late.
const SMALL: usize = 64 << 10;
/// Of a body only this many bytes are kept once it was judged: a run holds hundreds of exchanges.
const KEPT: usize = 4 << 20;

/// An exchange with what is wrong with it.
#[derive(Debug)]
pub(super) struct Judgement {
    /// Its body cut to what is kept.
    pub exchange: Exchange,
    /// Bytes of the body that came.
    pub read: usize,
    pub findings: Vec<Finding>,
    pub sighting: Sighting,
}

/// Whether judging takes a while.
pub(super) fn is_large(exchange: &Exchange) -> bool {
    size(exchange) > SMALL
}

/// Judges an exchange of a case of this plan. Of large ones, no more at once than leave a processor to the network.
pub(super) async fn judge(prepared: &Arc<Prepared>, plan: usize, case: &Case, exchange: Exchange) -> Judgement {
    if !is_large(&exchange) {
        return examine(prepared, plan, case, exchange);
    }
    let _turn = prepared.turns.acquire().await;
    let (prepared, case) = (prepared.clone(), case.clone());
    let judged = tokio::task::spawn_blocking(move || examine(&prepared, plan, &case, exchange)).await;
    // A check that panics is a fault of this program.
    judged.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn examine(prepared: &Prepared, plan: usize, case: &Case, mut exchange: Exchange) -> Judgement {
    let (findings, sighting) = prepared.examine(&prepared.plans[plan], case, &exchange);
    let read = size(&exchange);
    if let Ok(answer) = &mut exchange.outcome {
        answer.body.truncate(KEPT);
        answer.body.shrink_to_fit();
    }
    Judgement { exchange, read, findings, sighting }
}

fn size(exchange: &Exchange) -> usize {
    exchange.outcome.as_ref().map_or(0, |answer| answer.body.len())
}
