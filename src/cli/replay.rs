//! `conform replay`: sends one kept case again and shows the whole exchange.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::error::list;
use super::providers::PROVIDERS;
use super::run::RunArgs;
use super::{CliError, Exit, jobs};
use crate::check::{Severity, Subject, judge};
use crate::contract::{Clauses, Validators};
use crate::execute::{Client, ClientOptions};
use crate::regression::{self, Saved};
use crate::report::{escape, escape_lines};

/// Arguments of `conform replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// A kept case: its file, or its name in the folder of --regressions
    case: PathBuf,
    #[command(flatten)]
    run: RunArgs,
}

/// Sends the case.
pub(super) fn run(args: &ReplayArgs) -> Result<Exit, CliError> {
    let saved = load(args)?;
    let run = &args.run;
    let mut selection = run.clone();
    if selection.provider.is_empty() && selection.spec.is_empty() {
        if !PROVIDERS.iter().any(|provider| provider.name == saved.contract) {
            return Err(wants_document(args, &saved));
        }
        selection.provider = vec![saved.contract.clone()];
    }
    let jobs = jobs::select(&selection)?;
    let found = jobs.iter().find_map(|job| {
        let same = |operation: &crate::contract::Operation| operation.id == saved.operation;
        let operation = job.contract.operations.iter().position(same)?;
        (job.contract.name == saved.contract).then_some((job, operation))
    });
    let Some((job, operation)) = found else {
        return Err(CliError::usage(
            format!("no selected contract is `{}` with an operation `{}`", saved.contract, saved.operation),
            "name the document with --spec, or the built-in contract with --provider",
        ));
    };
    let contract = &job.contract;
    let described = &contract.operations[operation];
    let clauses = Clauses::of(described, &contract.schemas);
    let validators = Validators::new(contract.schemas.clone());
    let case = saved.case(contract, operation, &clauses, &validators).map_err(|reason| {
        CliError::usage(format!("the case does not fit the document: {reason}"), "delete its file")
    })?;
    let headers = super::run::headers(run)?;
    let exchange = super::run::runtime()?.block_on(async {
        let (target, stop) = super::run::target(run).await?;
        let client = Client::new(ClientOptions { target, timeout: run.timeout, headers })
            .map_err(|error| CliError::system("cannot set up an HTTP client", error))?;
        let exchange = client.send(described, &case, &job.fixtures).await;
        drop(stop);
        Ok::<_, CliError>((client.masker(&job.fixtures), exchange))
    });
    let (masker, exchange) = exchange?;
    let sent = &exchange.sent;
    println!("{} {}", escape(&sent.method), escape(&sent.url));
    sent.headers.iter().for_each(|(name, value)| println!("{}: {}", escape(name), escape(value)));
    if let Some(body) = &sent.body {
        println!("\n{}", escape_lines(&masker.text(&String::from_utf8_lossy(body))));
    }
    match &exchange.outcome {
        Ok(answer) => {
            println!("\n{}", answer.status);
            for (name, value) in &answer.headers {
                println!("{}: {}", escape(name), escape(&masker.text(value)));
            }
            println!("\n{}", escape_lines(&masker.text(&String::from_utf8_lossy(&answer.body))));
        }
        Err(failure) => println!("\n{}", escape(&failure.to_string())),
    }
    println!("\n{}", sent.curl());
    let findings = judge(&Subject {
        contract,
        validators: &validators,
        operation: described,
        clauses: &clauses,
        fixtures: &job.fixtures,
        case: &case,
        exchange: &exchange,
        max_response_time: run.max_response_time,
    });
    println!();
    for finding in &findings {
        let place = contract.place(&finding.location);
        println!("{}  {}  {}", finding.check, escape(&place), escape(&finding.message));
    }
    let errors = findings.iter().any(|finding| run.strict || finding.severity == Severity::Error);
    println!("{}", if errors { "it fails still" } else { "it conforms" });
    Ok(if errors { Exit::Findings } else { Exit::Conforms })
}

/// The case is of a document that is not built in, and none is named.
fn wants_document(args: &ReplayArgs, saved: &Saved) -> CliError {
    let name = &saved.contract;
    let target = args.run.target.as_ref().map_or("URL", url::Url::as_str);
    CliError::usage(
        format!("{} is of the document `{name}`, operation `{}`", args.case.display(), saved.operation),
        format!(
            "name that document's file, which is called {name}.yaml or {name}.json: \
             conform replay {} --spec {name}.yaml --target {target}",
            args.case.display()
        ),
    )
}

/// Names the cases that there are.
fn no_case(path: &Path, folder: Option<&Path>) -> CliError {
    let kept = folder.map(regression::load).and_then(Result::ok).unwrap_or_default();
    let names = kept.iter().map(|kept| kept.id.as_str()).take(20);
    let help = match (folder, kept.is_empty()) {
        (Some(folder), false) => format!("in {} there are {}", folder.display(), list(names)),
        (Some(folder), true) => {
            format!("no case is kept in {}: give its file, or the folder with --regressions", folder.display())
        }
        (None, _) => "give its file, or the folder with --regressions".to_owned(),
    };
    CliError::usage(format!("there is no kept case {}", path.display()), help)
}

fn load(args: &ReplayArgs) -> Result<Arc<Saved>, CliError> {
    let named = |folder: &Path| folder.join(format!("{}.yaml", args.case.display()));
    let path = match (&args.case, args.run.regressions_folder()) {
        (path, _) if path.exists() => path.clone(),
        (_, Some(folder)) if named(folder).exists() => named(folder),
        (path, folder) => return Err(no_case(path, folder)),
    };
    Ok(Arc::new(regression::load_file(&path)?))
}
