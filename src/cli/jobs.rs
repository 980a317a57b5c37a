//! What a run tests: contracts with their fixtures and credentials, and the choice of their operations.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::providers::{PROVIDERS, Provider};
use super::run_args::RunArgs;
use super::selection::Sources;
use super::{CliError, credentials, narrow, values};
use crate::contract::Contract;
use crate::engine::{Because, Job, Selection};
use crate::fixtures::Fixtures;
use crate::lint;

/// The jobs in the order in which they are to be done.
pub(super) fn select(args: &RunArgs) -> Result<Vec<Job>, CliError> {
    let mut jobs = sources(args)?.jobs()?;
    for job in &mut jobs {
        job.faults = Arc::new(lint::findings(&job.contract));
    }
    if let Some(empty) = jobs.iter().find(|job| job.contract.operations.is_empty()) {
        return Err(nothing_to_test(empty));
    }
    put_credentials(args, &mut jobs)?;
    let selection = args.selection.selection(&jobs, !args.destructive)?;
    for job in &mut jobs {
        let logins = job.fixtures.logins.keys().filter(|scheme| !job.fixtures.credentials.contains_key(*scheme));
        let (mut renewed, mut registered) = (BTreeSet::new(), BTreeSet::new());
        for scheme in logins {
            let login = &job.fixtures.logins[scheme];
            // What comes with a credential is as new as that, where it is not given.
            let is_given = |scheme: &&String| job.fixtures.credentials.contains_key(*scheme);
            let own = || std::iter::once(scheme).chain(login.also().filter(|scheme| !is_given(scheme))).cloned();
            renewed.extend(own());
            registered.extend(own().filter(|_| login.registers()));
        }
        job.selection = Selection { renewed, registered, ..selection.clone() };
    }
    narrow::narrow(&args.selection, &args.load, &mut jobs)?;
    // A part may have nothing to do.
    if args.selection.partition.is_none()
        && jobs.iter().all(|job| job.operations().next().is_none())
        && let Some((left_out, because)) = jobs.iter().find_map(|job| job.left_out().next())
        && because != Because::MayHarm
    {
        return Err(CliError::usage(
            format!("no operation is left to test: {} {} is left out, too", left_out.method, left_out.path),
            because.help(),
        ));
    }
    // Of several contracts, only those with an operation that is named are tested.
    jobs.retain(|job| job.operations().next().is_some() || job.left_out().next().is_some());
    Ok(jobs)
}

fn sources(args: &RunArgs) -> Result<Sources<'_>, CliError> {
    let mut providers = Provider::all_named(&args.provider)?;
    if providers.is_empty() && args.spec.is_empty() {
        providers = PROVIDERS.iter().collect();
    }
    let named = args.credential.iter().filter_map(|text| Some(values::credential(text).ok()?.0.to_owned()));
    Ok(Sources {
        providers,
        documents: args.load.documents(&args.spec, &args.network)?,
        fixtures: args.fixtures.as_deref(),
        credentials: named.collect(),
    })
}

fn nothing_to_test(job: &Job) -> CliError {
    let faults: Vec<_> =
        job.faults.iter().take(10).map(|fault| format!("{}: {}", fault.place, fault.message)).collect();
    let help = if faults.is_empty() {
        "an operation is a method below `paths`".to_owned()
    } else {
        format!("what is wrong with it:\n{}", faults.join("\n"))
    };
    let name = &job.contract.document.files()[0].name;
    CliError::usage(format!("{name} has no operation that could be tested"), help)
}

/// Puts the credentials of the command line in the place of those in the fixtures.
fn put_credentials(args: &RunArgs, jobs: &mut [Job]) -> Result<(), CliError> {
    let mut put = |put: &dyn Fn(&Contract, &mut Fixtures) -> bool| {
        let used = jobs.iter_mut().map(|job| put(&job.contract, Arc::make_mut(&mut job.fixtures)));
        used.fold(false, |any, used| any | used)
    };
    let token = args.bearer.as_deref().map(credentials::token).transpose()?;
    if let Some(token) = &token
        && !put(&|contract, fixtures| credentials::bearer(contract, fixtures, token))
    {
        return Err(CliError::usage(
            "no selected contract asks for a bearer token",
            "send it regardless with --header 'Authorization: Bearer …', or use --credential SCHEME=VALUE",
        ));
    }
    for text in &args.credential {
        let (scheme, secret) = credentials::named(text)?;
        if !put(&|contract, fixtures| credentials::credential(contract, fixtures, scheme, &secret)) {
            return Err(credentials::unknown(scheme, jobs.iter().map(|job| &*job.contract)));
        }
    }
    Ok(())
}
