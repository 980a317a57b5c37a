//! The arguments that choose operations.

use std::path::PathBuf;

use clap::Args;

use super::CliError;
use crate::engine::{Job, Partition, Selection, Selector};
use crate::text::nearest::suggest;

/// Which operations of the contracts.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct SelectionArgs {
    /// Only the operation with this operationId
    #[arg(long, value_name = "ID")]
    pub operation: Vec<String>,
    /// Only operations that this names: path:GLOB, method:NAME, tag:NAME, operation:GLOB, or an id or a path alone;
    /// `*` stands for any characters. Those of --operation are tested, too
    #[arg(long, value_name = "WHAT", value_parser = Selector::parse)]
    pub include: Vec<Selector>,
    /// No operation that this names, written as for --include
    #[arg(long, value_name = "WHAT", value_parser = Selector::parse)]
    pub exclude: Vec<Selector>,
    /// No operation that the document calls deprecated
    #[arg(long)]
    pub exclude_deprecated: bool,
    /// Only operations whose contract differs from that of a revision of git, by the comparison of conform diff
    #[arg(long, value_name = "REVISION")]
    pub changed_since: Option<String>,
    /// Only operations that failed by this report, of --report json=FILE
    #[arg(long, value_name = "FILE")]
    pub failed: Option<PathBuf>,
    /// Send GET, HEAD, OPTIONS and TRACE alone, which only read
    #[arg(long)]
    pub safe: bool,
    /// Only one of several parts of the operations, such as hash:1/4, for runs on as many machines; `conform merge` joins
    /// their reports
    #[arg(long, value_name = "hash:K/N")]
    pub partition: Option<Partition>,
}

impl SelectionArgs {
    /// The choice among the operations of these jobs, without those that may do harm where that is asked for.
    ///
    /// # Errors
    /// When a name is that of no operation.
    pub fn selection(&self, jobs: &[Job], harmless: bool) -> Result<Selection, CliError> {
        let operations = jobs.iter().flat_map(|job| &job.contract.operations);
        let mut known: Vec<&str> = operations.map(|operation| operation.id.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        if let Some(unknown) = self.operation.iter().find(|id| known.binary_search(&id.as_str()).is_err()) {
            return Err(CliError::usage(format!("there is no operation `{unknown}`"), suggest(unknown, known, "")));
        }
        for (flag, selectors) in [("--include", &self.include), ("--exclude", &self.exclude)] {
            let names_none = |selector: &&Selector| {
                let names = |job: &Job| job.contract.operations.iter().any(|one| selector.names(&job.contract, one));
                !jobs.iter().any(names)
            };
            if let Some(selector) = selectors.iter().find(names_none) {
                let advice = selector.advice(jobs.iter().map(|job| &*job.contract));
                return Err(CliError::usage(format!("{flag} {} names no operation", selector.written()), advice));
            }
        }
        Ok(Selection {
            named: self.operation.iter().cloned().collect(),
            included: self.include.clone(),
            excluded: self.exclude.clone(),
            without_deprecated: self.exclude_deprecated,
            harmless,
            safe: self.safe,
            partition: self.partition,
            among: None,
            renewed: Default::default(),
            registered: Default::default(),
        })
    }
}
