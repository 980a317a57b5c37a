//! `conform self-test`: measures the harness.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::colour::ColourChoice;
use super::providers::{PROVIDERS, Provider};
use super::selection::Sources;
use super::values::{self, Seed};
use super::{CliError, Exit};
use crate::contract::Contract;
use crate::engine::Job;
use crate::parallel;
use crate::self_test::{self, SelfTestOptions, StandInRun, Trial};
use crate::spec::LoadOptions;
use crate::text::nearest::suggest;

/// What `conform self-test` is told.
#[derive(Args, Debug)]
pub(super) struct SelfTestArgs {
    /// Only the faults of this provider; those of all five by default
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// Only the fault of this name, for example telnyx/role-optional
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// Test with a stand-in for this document's server in place of the reference target
    #[arg(long, value_name = "FILE", conflicts_with_all = ["provider", "fault"])]
    spec: Option<PathBuf>,
    /// The seed of all that is left to chance: a number, or `random`
    #[arg(long, value_name = "N", default_value = "0", value_parser = values::seed)]
    seed: Seed,
    /// Random cases an operation, on top of those that follow from the contract
    /// [default: 100, fewer where the document or the operation is large]
    #[arg(long, value_name = "N", value_parser = values::count)]
    cases: Option<usize>,
    /// How to report: for people or for machines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: SelfTestFormat,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColourChoice,
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SelfTestFormat {
    /// A table
    Text,
    /// One JSON document
    Json,
}

/// Tries every fault, and fails if one survives.
pub(super) fn run(args: &SelfTestArgs) -> Result<Exit, CliError> {
    let mut faults = self_test::faults(args.fault.as_deref());
    let is_of = |provider: &str| args.provider.is_empty() || args.provider.iter().any(|name| name == provider);
    faults.retain(|expected| is_of(expected.fault.provider));
    if let (Some(name), true) = (&args.fault, faults.is_empty()) {
        let provider = name.split('/').next().unwrap_or_default();
        let own = self_test::faults(None).into_iter().filter(|expected| expected.fault.provider == provider);
        let own: Vec<String> = own.map(ToString::to_string).collect();
        let help = match own.as_slice() {
            [] => "a fault is named after its provider, for example telnyx/role-optional".to_owned(),
            own => suggest(name, own.iter().map(String::as_str), ""),
        };
        return Err(CliError::usage(format!("there is no fault `{name}`"), help));
    }
    let seed = args.seed.value();
    let options = SelfTestOptions { seed, cases: args.cases, at_once: parallel::processors() };
    let paint = args.color.paint(&std::io::stdout());
    let failed = |error| CliError::system("the self-test cannot be run", error);
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| CliError::system("cannot start the async runtime", error))?;
    let (told, is_good) = if let Some(path) = &args.spec {
        let contract = Contract::load(path, LoadOptions::default())?;
        let staged = runtime.block_on(self_test::run_stand_in(contract, options)).map_err(failed)?;
        let told = match args.format {
            SelfTestFormat::Text => {
                let lax = self_test::survey(Contract::load(path, LoadOptions::default())?, options);
                self_test::stand_in_text(&staged, paint) + &self_test::lax_text(&lax, paint)
            }
            SelfTestFormat::Json => format!("{:#}\n", self_test::stand_in_json(&staged, seed)),
        };
        (told, staged.iter().all(StandInRun::has_passed))
    } else {
        let trials = runtime.block_on(self_test::run(&jobs(args)?, &faults, options)).map_err(failed)?;
        let told = match args.format {
            SelfTestFormat::Text => self_test::text(&trials, paint),
            SelfTestFormat::Json => format!("{:#}\n", self_test::json(&trials, seed)),
        };
        (told, trials.iter().all(Trial::has_passed))
    };
    std::io::stdout().write_all(told.as_bytes()).map_err(|error| CliError::system("cannot write the report", error))?;
    Ok(if is_good { Exit::Conforms } else { Exit::Findings })
}

fn jobs(args: &SelfTestArgs) -> Result<Vec<Job>, CliError> {
    let mut providers = Provider::all_named(&args.provider)?;
    if providers.is_empty() {
        providers = PROVIDERS.iter().collect();
    }
    providers.retain(|provider| args.fault.as_ref().is_none_or(|fault| fault.split('/').next() == Some(provider.name)));
    Sources { providers, ..Sources::default() }.jobs()
}
