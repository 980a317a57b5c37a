//! What is to be tested: contracts with their fixtures, as the command line selects them.

use std::collections::HashSet;
use std::path::Path;

use super::providers::{PROVIDERS, Provider};
use super::run::RunArgs;
use super::{CliError, credentials, values};
use crate::contract::Contract;
use crate::engine::Job;
use crate::fixtures::Fixtures;
use crate::lint;
use crate::text::nearest::suggest;

/// The jobs in the order in which they are to be done.
pub(super) fn select(args: &RunArgs) -> Result<Vec<Job>, CliError> {
    if !args.spec.is_empty() && args.target.is_none() {
        return Err(CliError::usage(
            "--spec needs a --target to test",
            "the built-in reference target keeps the five built-in contracts and no other; add --target URL",
        ));
    }
    let mut selected = contracts(args)?;
    if let Some(path) = &args.fixtures {
        let [(contract, fixtures)] = selected.as_mut_slice() else {
            return Err(CliError::usage(
                format!("--fixtures is for one contract, and {} are selected", selected.len()),
                "select one with --provider NAME or --spec FILE",
            ));
        };
        *fixtures = load_fixtures(path)?;
        fixtures.check(contract)?;
    }
    put_credentials(args, &mut selected)?;
    keep_operations(args, &mut selected)?;
    let job = |(contract, fixtures)| Job::new(contract, fixtures);
    Ok(selected.into_iter().map(job).collect())
}

fn contracts(args: &RunArgs) -> Result<Vec<(Contract, Fixtures)>, CliError> {
    let mut selected = Vec::new();
    let mut names: Vec<&str> = args.provider.iter().map(String::as_str).collect();
    if names.is_empty() && args.spec.is_empty() {
        names = PROVIDERS.iter().map(|provider| provider.name).collect();
    }
    let mut seen = HashSet::new();
    for name in names.into_iter().filter(|name| seen.insert(*name)) {
        let provider = Provider::named(name)?;
        let mut contract = provider.contract()?;
        lint::complete(&mut contract);
        let fixtures = if args.fixtures.is_some() { Fixtures::default() } else { provider.fixtures()? };
        fixtures.check(&contract)?;
        selected.push((contract, fixtures));
    }
    for path in &args.spec {
        let mut contract = Contract::load(path, args.references.load_options())?;
        lint::complete(&mut contract);
        if contract.operations.is_empty() {
            return Err(nothing_to_test(path, &contract));
        }
        selected.push((contract, Fixtures::default()));
    }
    Ok(selected)
}

fn load_fixtures(path: &Path) -> Result<Fixtures, CliError> {
    Ok(Fixtures::load(path)?)
}

fn nothing_to_test(path: &Path, contract: &Contract) -> CliError {
    let faults: Vec<_> = contract
        .diagnostics
        .iter()
        .take(10)
        .map(|fault| format!("{}: {}", contract.place(&fault.location), fault.message))
        .collect();
    let help = if faults.is_empty() {
        "an operation is a method below `paths`".to_owned()
    } else {
        format!("what is wrong with it:\n{}", faults.join("\n"))
    };
    CliError::usage(format!("{} has no operation that could be tested", path.display()), help)
}

fn put_credentials(args: &RunArgs, selected: &mut [(Contract, Fixtures)]) -> Result<(), CliError> {
    if let Some(token) = &args.bearer {
        let mut used = false;
        for (contract, fixtures) in selected.iter_mut() {
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
        for (contract, fixtures) in selected.iter_mut() {
            used |= credentials::credential(contract, fixtures, scheme, value);
        }
        if !used {
            return Err(credentials::unknown(scheme, selected.iter().map(|(contract, _)| contract)));
        }
    }
    Ok(())
}

/// Leaves only the operations that `--operation` names, if it names any.
fn keep_operations(args: &RunArgs, selected: &mut Vec<(Contract, Fixtures)>) -> Result<(), CliError> {
    if args.operation.is_empty() {
        return Ok(());
    }
    let known: HashSet<String> =
        selected.iter().flat_map(|(contract, _)| &contract.operations).map(|operation| operation.id.clone()).collect();
    if let Some(unknown) = args.operation.iter().find(|id| !known.contains(*id)) {
        let mut known: Vec<_> = known.iter().map(String::as_str).collect();
        known.sort_unstable();
        return Err(CliError::usage(format!("there is no operation `{unknown}`"), suggest(unknown, known, "")));
    }
    for (contract, _) in selected.iter_mut() {
        contract.operations.retain(|operation| args.operation.contains(&operation.id));
    }
    selected.retain(|(contract, _)| !contract.operations.is_empty());
    Ok(())
}
