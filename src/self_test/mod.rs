//! Measures the harness: runs it against the reference target with one seeded fault at a time, and says which faults it
//! finds and whether what it says of them is right.

mod expectations;
mod options;
mod report;
mod stand_in;
mod trial;

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

pub use expectations::Expectation;
pub use options::SelfTestOptions;
pub use report::{json, lax_text, stand_in_json, stand_in_text, text};
pub use stand_in::{LaxRun, Mutant, StandInRun, run as run_stand_in, survey};
pub use trial::{Catch, SelfTestError, Trial, names, node};

use crate::contract::Validators;
use crate::engine::{Job, Planner};
use crate::plan::{self, Plan, PlanInput, PlanOptions};

/// Tries the target without a fault, and with each of these faults, that belong to the contracts of `jobs`; in this
/// order.
///
/// Must be called inside a tokio runtime.
///
/// # Errors
///
/// [`SelfTestError`], where a reference target cannot be started.
pub async fn run(
    jobs: &[Job],
    faults: &[&'static Expectation],
    options: SelfTestOptions,
) -> Result<Vec<Trial>, SelfTestError> {
    let planned: Vec<_> = jobs.iter().map(|job| (job, planner(job, options))).collect();
    let trials = planned.iter().flat_map(|(job, planner)| {
        let own = faults.iter().filter(|expected| expected.fault.provider == job.contract.name);
        let each = std::iter::once(None).chain(own.map(|expected| Some(*expected)));
        each.map(move |expected| trial::run(job, planner.clone(), expected, options))
    });
    let done: Vec<_> = stream::iter(trials).buffered(options.at_once.max(1)).collect().await;
    done.into_iter().collect()
}

/// A planner that has planned already: a plan depends on nothing but the contract, the fixtures and the options.
fn planner(job: &Job, options: SelfTestOptions) -> Arc<dyn Planner> {
    let validators = Validators::new(job.contract.schemas.clone());
    let options = PlanOptions { seed: options.seed, cases: options.cases, destructive: false };
    let input = PlanInput::new(&job.contract, &validators, &job.fixtures, options);
    let plan = |operation| plan::plan(&input, operation);
    let plans: Vec<Plan> = (0..job.contract.operations.len()).map(plan).collect();
    Arc::new(move |_: &PlanInput<'_>, operation: usize| plans[operation].clone())
}

/// Every fault, or those of this name, with what is to be found about it.
pub fn faults(name: Option<&str>) -> Vec<&'static Expectation> {
    expectations::all().filter(|expected| name.is_none_or(|name| expected.to_string() == name)).collect()
}
