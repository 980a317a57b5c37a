//! How the faults are tried.

use url::Url;

use crate::engine::RunOptions;
use crate::plan::PlanOptions;

/// How the faults are tried.
#[derive(Clone, Copy, Debug)]
pub struct SelfTestOptions {
    /// The seed of all that is left to chance.
    pub seed: u64,
    /// Random cases an operation; `None` for as many as [`PlanOptions::cases`] says.
    pub cases: Option<usize>,
    /// How many faults are tried at once, at least 1.
    pub at_once: usize,
}

/// As `conform run` does by default, with another target.
pub(super) fn run_options(target: Url, options: SelfTestOptions) -> RunOptions {
    let plan = PlanOptions { seed: options.seed, cases: options.cases, destructive: false };
    RunOptions { max_shrinks: 0, plan, ..RunOptions::new(target) }
}
