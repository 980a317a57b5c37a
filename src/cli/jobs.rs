//! What is to be tested: contracts with their fixtures, as the command line selects them.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::error::list;
use super::providers::{PROVIDERS, Provider};
use super::run::RunArgs;
use super::{CliError, credentials, values};
use crate::contract::{CompileOptions, Contract};
use crate::engine::{Job, Selection};
use crate::finding::Finding;
use crate::fixtures::Fixtures;
use crate::lint;
use crate::spec::{Document, LoadOptions};

/// The jobs in the order in which they are to be done.
pub(super) fn select(args: &RunArgs) -> Result<Vec<Job>, CliError> {
    if !args.spec.is_empty() && args.target.is_none() {
        return Err(CliError::usage(
            "--spec needs a --target to test",
            "the built-in reference target keeps the five built-in contracts and no other; add --target URL",
        ));
    }
    let mut selected = contracts(args)?;
    put_credentials(args, &mut selected)?;
    let selection = selection(args, &selected)?;
    let job = |Selected { contract, faults, fixtures }| Job {
        selection: selection.clone(),
        faults: Arc::new(faults),
        ..Job::new(contract, fixtures)
    };
    let mut jobs: Vec<Job> = selected.into_iter().map(job).collect();
    // Of several contracts, only those with an operation that is named are tested.
    jobs.retain(|job| job.operations().next().is_some());
    Ok(jobs)
}

/// A contract with the document's own faults and what is known of the target.
struct Selected {
    contract: Contract,
    faults: Vec<Finding>,
    fixtures: Fixtures,
}

fn contracts(args: &RunArgs) -> Result<Vec<Selected>, CliError> {
    let mut names: Vec<&str> = args.provider.iter().map(String::as_str).collect();
    if names.is_empty() && args.spec.is_empty() {
        names = PROVIDERS.iter().map(|provider| provider.name).collect();
    }
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    let providers = names.into_iter().map(Provider::named).collect::<Result<Vec<_>, _>>()?;
    let own = match (&args.fixtures, providers.len() + args.spec.len()) {
        (None, _) => None,
        (Some(path), 1) => Some(Fixtures::load(path)?),
        (Some(_), count) => {
            return Err(CliError::usage(
                format!("--fixtures is for one contract, and {count} are selected"),
                "select one with --provider NAME or --spec FILE",
            ));
        }
    };
    let mut selected = Vec::new();
    for provider in providers {
        let fixtures = own.clone().map_or_else(|| provider.fixtures(), Ok)?;
        selected.push(compile(args, provider.document()?, fixtures)?);
    }
    let options = LoadOptions { allow_remote: args.allow_remote_refs, allow_outside: args.allow_outside_refs };
    for path in &args.spec {
        let found = compile(args, Document::load(path, options)?, own.clone().unwrap_or_default())?;
        if found.contract.operations.is_empty() {
            return Err(nothing_to_test(path, &found));
        }
        selected.push(found);
    }
    for Selected { contract, fixtures, .. } in &selected {
        fixtures.check(contract)?;
    }
    Ok(selected)
}

/// Compiles a document. Parameters that the fixtures or the command line hold a credential for carry credentials.
fn compile(args: &RunArgs, document: Document, fixtures: Fixtures) -> Result<Selected, CliError> {
    let named = args.credential.iter().filter_map(|text| Some(values::credential(text).ok()?.0.to_owned()));
    let options = CompileOptions { credentials: fixtures.credentials.keys().cloned().chain(named).collect() };
    let contract = Contract::compile_with(document, &options)?;
    Ok(Selected { faults: lint::findings(&contract), contract, fixtures })
}

fn nothing_to_test(path: &Path, found: &Selected) -> CliError {
    let faults: Vec<_> =
        found.faults.iter().take(10).map(|fault| format!("{}: {}", fault.place, fault.message)).collect();
    let help = if faults.is_empty() {
        "an operation is a method below `paths`".to_owned()
    } else {
        format!("what is wrong with it:\n{}", faults.join("\n"))
    };
    CliError::usage(format!("{} has no operation that could be tested", path.display()), help)
}

fn put_credentials(args: &RunArgs, selected: &mut [Selected]) -> Result<(), CliError> {
    if let Some(token) = &args.bearer {
        let mut used = false;
        for Selected { contract, fixtures, .. } in selected.iter_mut() {
            used |= credentials::bearer(contract, fixtures, token);
        }
        if !used {
            return Err(CliError::usage(
                "no selected contract asks for a bearer token",
                "send it regardless with --header 'Authorization: Bearer …', or use --credential SCHEME=VALUE",
            ));
        }
    }
    for text in &args.credential {
        let (scheme, value) = values::credential(text)
            .map_err(|told| CliError::usage(told, "for example --credential bearerAuth=\"$TOKEN\""))?;
        let mut used = false;
        for Selected { contract, fixtures, .. } in selected.iter_mut() {
            used |= credentials::credential(contract, fixtures, scheme, value);
        }
        if !used {
            return Err(credentials::unknown(scheme, selected.iter().map(|found| &found.contract)));
        }
    }
    Ok(())
}

/// The operations that `--operation` names, or all.
fn selection(args: &RunArgs, selected: &[Selected]) -> Result<Selection, CliError> {
    let operations = selected.iter().flat_map(|found| &found.contract.operations);
    let mut known: Vec<&str> = operations.map(|operation| operation.id.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    if let Some(unknown) = args.operation.iter().find(|id| known.binary_search(&id.as_str()).is_err()) {
        let help = format!("there are {}", list(known));
        return Err(CliError::usage(format!("there is no operation `{unknown}`"), help));
    }
    Ok(Selection::of(&args.operation))
}
