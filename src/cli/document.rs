//! A document that is looked at without a target: `conform plan` and `conform explain`.

use std::path::PathBuf;

use clap::Args;

use super::load_args::LoadArgs;
use super::network_args::NetworkArgs;
use super::providers::PROVIDERS;
use super::selection::Sources;
use super::selection_args::SelectionArgs;
use super::values::{self, Seed};
use super::{CliError, narrow};
use crate::contract::Validators;
use crate::engine::Job;
use crate::plan::{Plan, PlanInput, PlanOptions, plan};

/// Which document, and how its cases are made.
#[derive(Args, Debug)]
pub(super) struct DocumentArgs {
    /// An OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2; YAML or JSON): a file, a URL, - for stdin, or
    /// REVISION:PATH of git; or the name of a built-in contract
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// Credentials, resource ids and written cases for the document
    #[arg(long, value_name = "FILE")]
    fixtures: Option<PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
    /// The seed of all that is left to chance: a number, or `random`
    #[arg(long, value_name = "N", default_value = "0", value_parser = values::seed)]
    seed: Seed,
    /// Random cases an operation, on top of those that follow from the contract
    /// [default: 100, fewer where the document or the operation is large]
    #[arg(long, value_name = "N", value_parser = values::count)]
    cases: Option<usize>,
    /// Make also the cases that a run sends with `--destructive` alone
    #[arg(long)]
    destructive: bool,
    #[command(flatten)]
    load: LoadArgs,
}

/// A document, ready to be planned operation by operation.
pub(super) struct Planned {
    pub job: Job,
    validators: Validators,
    options: PlanOptions,
}

impl DocumentArgs {
    /// Loads what the arguments name. A file comes before a built-in contract of the same name.
    ///
    /// # Errors
    /// When the document or the fixtures cannot be used, or an operation is not there.
    pub fn load(&self) -> Result<Planned, CliError> {
        let built_in = PROVIDERS.iter().find(|provider| self.spec.as_os_str() == provider.name && !self.spec.exists());
        let documents = match built_in {
            Some(_) => Vec::new(),
            None => vec![self.load.document(&self.spec, &NetworkArgs::default())?],
        };
        let sources = Sources {
            documents,
            providers: built_in.into_iter().collect(),
            fixtures: self.fixtures.as_deref(),
            credentials: Vec::new(),
        };
        let mut jobs = sources.jobs()?;
        let selection = self.selection.selection(&jobs, false)?;
        let mut jobs = vec![Job { selection, ..jobs.remove(0) }];
        narrow::narrow(&self.selection, &self.load, &mut jobs)?;
        let job = jobs.remove(0);
        let validators = Validators::new(job.contract.schemas.clone());
        let options = PlanOptions { seed: self.seed.value(), cases: self.cases, destructive: self.destructive };
        Ok(Planned { job, validators, options })
    }
}

impl Planned {
    /// The operations that are looked at, by their position in the contract.
    pub fn operations(&self) -> Vec<usize> {
        self.job.operations().collect()
    }

    /// Plans one operation.
    pub fn plan(&self, operation: usize) -> Plan {
        let input = PlanInput::new(&self.job.contract, &self.validators, &self.job.fixtures, self.options);
        plan(&input, operation)
    }
}
