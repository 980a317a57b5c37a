//! Narrows what is tested to what has changed, or has failed before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::CliError;
use super::load_args::LoadArgs;
use super::selection_args::SelectionArgs;
use crate::compare;
use crate::contract::Contract;
use crate::engine::Job;
use crate::whole_file;

/// Leaves of each job what has changed and has failed, as far as that is asked for.
///
/// # Errors
/// There is no such revision or report.
pub(super) fn narrow(args: &SelectionArgs, load: &LoadArgs, jobs: &mut [Job]) -> Result<(), CliError> {
    for job in jobs {
        let mut among: Option<BTreeSet<String>> = None;
        let mut keep = |ids: BTreeSet<String>| {
            among = Some(match among.take() {
                Some(known) => known.intersection(&ids).cloned().collect(),
                None => ids,
            });
        };
        if let Some(revision) = &args.changed_since {
            keep(changed(revision, load, &job.contract)?);
        }
        if let Some(report) = &args.failed {
            keep(failed(report, &job.contract)?);
        }
        job.selection.among = among;
    }
    Ok(())
}

/// What is said where nothing is left.
pub(super) fn nothing(args: &SelectionArgs) -> Option<String> {
    let since = args.changed_since.as_ref().map(|revision| format!("no operation has changed since {revision}"));
    let failed = args.failed.as_ref().map(|report| format!("no operation failed by {}", report.display()));
    let reasons: Vec<String> = since.into_iter().chain(failed).collect();
    (!reasons.is_empty()).then(|| format!("nothing is tested: {}\n", reasons.join(", or ")))
}

/// The operations whose contract is another than at a revision.
fn changed(revision: &str, load: &LoadArgs, new: &Contract) -> Result<BTreeSet<String>, CliError> {
    let path = &new.document.files()[0].path;
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    if path.is_absolute() || !path.exists() {
        return Err(CliError::usage(
            format!("--changed-since asks for a document of this repository, and {} is none", path.display()),
            "name its file: conform openapi.yaml --changed-since main",
        ));
    }
    let spec = PathBuf::from(format!("{revision}:./{}", path.to_string_lossy().replace('\\', "/")));
    let old = Contract::compile(load.document(&spec, &super::network_args::NetworkArgs::default())?)?;
    let comparison = compare::compare(&old, new);
    let is_of = |operation: &crate::contract::Operation| {
        comparison.changes.iter().any(|change| match &change.operation {
            // What is no operation's is every one's.
            None => true,
            Some(name) => name.method == operation.method && name.path == operation.path,
        })
    };
    Ok(new.operations.iter().filter(|operation| is_of(operation)).map(|operation| operation.id.clone()).collect())
}

/// The operations that a report says failed.
fn failed(path: &Path, contract: &Contract) -> Result<BTreeSet<String>, CliError> {
    let wrong = |reason: &str| {
        CliError::usage(
            format!("--failed {}: {reason}", path.display()),
            "name the JSON of an earlier run: conform .. --report json=conform.json",
        )
    };
    let text = whole_file::read(path).map_err(|reason| wrong(&format!("cannot be read: {reason}")))?;
    let report: Value = serde_json::from_str(&text).map_err(|_| wrong("it is no JSON"))?;
    let contracts = report["contracts"].as_array().ok_or_else(|| wrong("it is no report of a run"))?;
    let own = contracts.iter().filter(|reported| reported["name"].as_str() == Some(&contract.name));
    let operations = own.flat_map(|reported| reported["operations"].as_array().into_iter().flatten());
    let failing = operations.filter(|operation| operation["verdict"] == "fails");
    Ok(failing.filter_map(|operation| operation["id"].as_str().map(str::to_owned)).collect())
}
