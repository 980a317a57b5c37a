//! Stand-ins with one small bug each, of the kinds that real servers and frameworks had: each takes just those invalid
//! requests that a careless implementation takes, or refuses the valid ones that it refuses.
//!
//! They answer nothing: that an accepted fault is reported is what [`Mutant::AcceptsInvalid`](super::Mutant) shows. What is
//! measured here is whether a plan holds a sure request that such a server treats wrongly.

mod bounds;
mod judge;
mod nodes;
mod pairs;
mod patterns;
mod places;
mod schemas;
mod texts;
mod unions;

use serde_json::Value;

use super::job_of;
use crate::case::{Case, Fault, Intent};
use crate::contract::{Contract, MediaType, Parameter, Schema, Schemas, Validators};
use crate::plan::{PlanInput, PlanOptions, plan};
use crate::self_test::SelfTestOptions;
use judge::{Judge, Seen};

/// One small bug.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lax {
    /// What the server does, as a sentence without its full stop.
    pub sentence: &'static str,
    pub change: Change,
}

/// How a careless server differs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// It has understood the schemas otherwise.
    Schemas(fn(&Schemas) -> Schemas),
    /// It overlooks some flaws.
    Overlooks(fn(&Site<'_>) -> bool, fn(&Flaw<'_>) -> bool),
    /// It takes what would be valid if one node were something else.
    Takes(fn(&Schema) -> bool, fn(&Value) -> Vec<Value>),
    /// It refuses what would be invalid if one node were something else.
    Refuses(fn(&Schema) -> bool, fn(&Value) -> Vec<Value>),
    /// It mends the text of a JSON body before it is parsed.
    Mends(fn(&str) -> Option<String>),
    /// It takes a body of this media type for one of the documented one.
    Media(fn(&str, &str) -> bool),
}

/// A schema at the place where it is used.
pub(super) struct Site<'a> {
    pub schema: &'a Schema,
    pub parameter: Option<&'a Parameter>,
    pub media: Option<&'a MediaType>,
    /// Whether it is that of the whole value.
    pub is_root: bool,
}

/// One thing that is wrong with a request.
pub(super) struct Flaw<'a> {
    pub parameter: Option<&'a Parameter>,
    pub media: Option<&'a MediaType>,
    pub keyword: String,
    /// The steps from the whole value to what is wrong.
    pub path: Vec<String>,
    /// The whole value, if there is one.
    pub root: Option<&'a Value>,
    /// The schema whose keyword is broken.
    pub schema: Option<&'a Schema>,
    /// The schema of the whole value.
    pub root_schema: Option<&'a Schema>,
}

impl Flaw<'_> {
    /// The positions in arrays on the way, each with the length of its array.
    fn positions(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.path.len()).filter_map(|at| {
            let pointer: String =
                self.path[..at].iter().map(|step| format!("/{}", crate::spec::escape(step))).collect();
            let items = self.root?.pointer(&pointer)?.as_array()?;
            Some((self.path[at].parse().ok()?, items.len()))
        })
    }
}

/// What a plan does against one small bug.
#[derive(Clone, Debug)]
pub struct LaxRun {
    /// What the server does wrong.
    pub sentence: &'static str,
    /// Whether the document gives it occasion to.
    pub applied: bool,
    /// How many requests it treats wrongly.
    pub differs: usize,
    /// The first of them that is sure to be reported: the operation and the case.
    pub found: Option<(String, String)>,
}

fn all() -> impl Iterator<Item = Lax> {
    let families: [&[Lax]; 8] =
        [bounds::ALL, patterns::ALL, schemas::ALL, unions::ALL, places::ALL, nodes::ALL, texts::ALL, pairs::ALL];
    families.into_iter().flatten().copied()
}

/// Whether the small bugs are found by a plan, in a stable order.
pub fn survey(contract: Contract, options: SelfTestOptions) -> Vec<LaxRun> {
    let job = job_of(contract);
    let contract = &job.contract;
    let validators = Validators::new(contract.schemas.clone());
    let planning = PlanOptions { seed: options.seed, cases: options.cases, destructive: false };
    let input = PlanInput::new(contract, &validators, &job.fixtures, planning);
    let mut judges: Vec<(Judge, LaxRun)> = all()
        .map(|lax| {
            let judge = Judge::new(contract, &validators, lax);
            let run = LaxRun { sentence: lax.sentence, applied: judge.applies(), differs: 0, found: None };
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
        Intent::Invalid(fault) => fault != Fault::TooLarge,
        _ => false,
    }
}
