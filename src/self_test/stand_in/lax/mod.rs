//! Stand-ins with one small bug each, of the kinds that real servers and frameworks had: each takes just those invalid
//! requests that a careless implementation takes, or refuses the valid ones that it refuses.
//!
//! They answer nothing: that an accepted fault is reported is what [`Mutant::AcceptsInvalid`](super::Mutant) shows. What is
//! measured here is whether a plan holds a sure request that such a server treats wrongly.

mod bounds;
mod judge;
mod meeting;
mod meetings;
mod member;
mod model;
mod nodes;
mod pairs;
mod patterns;
mod places;
mod schemas;
mod state;
mod texts;
mod unions;

use super::job_of;
use crate::case::{Case, Fault, Intent};
use crate::contract::{Contract, Validators};
use crate::plan::{PlanInput, PlanOptions, plan};
use crate::self_test::SelfTestOptions;
use judge::{Judge, Seen};
use model::{Change, Flaw, Lax, Site};

/// What a plan does against one small bug.
#[derive(Clone, Debug)]
pub struct LaxRun {
    /// What the server does wrong.
    pub sentence: &'static str,
    /// Whether two things must meet for it.
    pub is_meeting: bool,
    /// Whether the document gives it occasion to.
    pub applied: bool,
    /// How many requests it treats wrongly.
    pub differs: usize,
    /// The first of them that is sure to be reported: the operation and the case.
    pub found: Option<(String, String)>,
}

/// All small bugs, each with whether two things must meet for it.
fn all() -> impl Iterator<Item = (Lax, bool)> {
    let plain: [&[Lax]; 7] =
        [bounds::ALL, patterns::ALL, schemas::ALL, unions::ALL, places::ALL, nodes::ALL, texts::ALL];
    let plain = plain.into_iter().flatten().map(|lax| (*lax, false));
    plain.chain([pairs::ALL, meetings::ALL].into_iter().flatten().map(|lax| (*lax, true)))
}

/// Whether the small bugs are found by a plan, in a stable order.
pub fn survey(contract: Contract, options: SelfTestOptions) -> Vec<LaxRun> {
    let job = job_of(contract);
    let contract = &job.contract;
    let validators = Validators::new(contract.schemas.clone());
    let planning = PlanOptions { seed: options.seed, cases: options.cases, destructive: false };
    let input = PlanInput::new(contract, &validators, &job.fixtures, planning);
    let mut judges: Vec<(Judge, LaxRun)> = all()
        .map(|(lax, is_meeting)| {
            let judge = Judge::new(contract, &validators, lax);
            let run = LaxRun { sentence: lax.sentence, is_meeting, applied: judge.applies(), differs: 0, found: None };
            (judge, run)
        })
        .collect();
    for operation in 0..contract.operations.len() {
        let plan = plan(&input, operation);
        for case in &plan.cases {
            let seen = Seen::new(contract, &validators, &contract.operations[operation], case);
            let Some(seen) = seen else { continue };
            for (judge, run) in judges.iter_mut().filter(|(_, run)| run.applied) {
                if run.found.is_some() || !judge.differs(&seen) {
                    continue;
                }
                run.differs += 1;
                if is_sure(case) {
                    run.found = Some((contract.operations[operation].id.clone(), case.name.clone()));
                }
            }
        }
    }
    judges.into_iter().map(|(_, run)| run).collect()
}

/// Whether a wrong answer is a finding.
fn is_sure(case: &Case) -> bool {
    match case.intent {
        Intent::Valid => !case.doubtful,
        Intent::Invalid(fault) => !matches!(fault, Fault::TooLarge | Fault::NotAcceptable),
        _ => false,
    }
}
