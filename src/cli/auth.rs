//! `conform auth`: tries the credentials, and says who gets in where.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Args, Command};

use super::connect::speak;
use super::run_args::RunArgs;
use super::tell::hide;
use super::{CliError, Exit, jobs, logins, natural, run, server};
use crate::case::{Case, Intent, is_safe};
use crate::contract::{Contract, Operation, SchemeKind, Validators};
use crate::engine::{self, Job};
use crate::execute::{Client, ClientOptions, Exchange, Sessions};
use crate::plan::{PlanInput, PlanOptions, plan};
use crate::report::{Output, escape};
use crate::wire::CredentialChange;

/// So many operations of a contract are tried.
const MOST: usize = 40;

const EVERYBODY: &str = ", and so does everybody without";

/// What `conform auth` is told.
#[derive(Args, Debug)]
pub(super) struct AuthArgs {
    #[command(flatten)]
    pub run: RunArgs,
}

/// The arguments that change what a run sends, or tells, but not who gets in.
const UNUSED: [&str; 30] = [
    "seed",
    "cases",
    "sequences",
    "destructive",
    "max_time",
    "max_findings",
    "fail_fast",
    "listen",
    "listen_url",
    "listen_for",
    "strict",
    "keep",
    "max_shrinks",
    "max_response_time",
    "baseline",
    "regressions",
    "snapshots",
    "snapshot_dir",
    "update_snapshots",
    "partition",
    "changed_since",
    "failed",
    "format",
    "output",
    "report",
    "min_coverage",
    "color",
    "verbose",
    "all_findings",
    "quiet",
];

/// The subcommand, whose help names only what it uses.
pub(super) fn subcommand(command: Command) -> Command {
    let is_unused = |argument: &Arg| UNUSED.contains(&argument.get_id().as_str());
    command.mut_args(|argument| if is_unused(&argument) { argument.hide(true) } else { argument })
}

/// What is known of the schemes of a contract.
#[derive(Default)]
struct Known {
    lines: Vec<String>,
    /// Those that a credential is there for.
    there: BTreeSet<String>,
    is_broken: bool,
}

/// Obtains what is to be obtained, and asks each operation that only reads.
pub(super) fn run(args: &AuthArgs, commands: &[String]) -> Result<Exit, CliError> {
    let args = natural::named(&args.run, commands)?;
    run::check(&args)?;
    let mut jobs = jobs::select(&args)?;
    let args = RunArgs { target: server::target(&args, &jobs)?, ..args };
    let (headers, policy) = (run::headers(&args)?, run::policy(&args, &mut jobs)?);
    let runtime = run::runtime()?;
    let (lines, exit) = runtime.block_on(async {
        let (options, _stop) = speak(&args, &jobs, (&policy, &headers)).await?;
        let mut obtained = Vec::new();
        let mut known = Vec::new();
        for job in &mut jobs {
            known.push(credentials(job, &options, &args, &mut obtained).await);
        }
        let secrets = engine::masker(&jobs, &headers);
        hide(secrets.clone());
        let client = Client::new(options).map_err(|error| CliError::system("cannot set up an HTTP client", error))?;
        let client = client.with_sessions(Sessions::new(obtained, secrets));
        let mut lines = Vec::new();
        let mut exit = Exit::Conforms;
        for (job, known) in jobs.iter().zip(known) {
            let (asked, refused) = ask(job, &known, &client).await;
            if known.is_broken || refused {
                exit = Exit::Untestable;
            }
            lines.push(job.contract.name.clone());
            lines.extend(known.lines);
            lines.extend(asked);
        }
        Ok::<_, CliError>((lines, exit))
    })?;
    let mut output = Output::new(std::io::stdout(), engine::masker(&jobs, &headers));
    lines.iter().for_each(|line| output.line(escape(line)));
    output.finish().map_err(|error| CliError::system("cannot write what was seen", error))?;
    Ok(exit)
}

/// What the credential of each scheme is, and where it comes from.
async fn credentials(
    job: &mut Job,
    options: &ClientOptions,
    args: &RunArgs,
    obtained: &mut Vec<crate::execute::Session>,
) -> Known {
    let mut known = Known::default();
    let mut schemes: Vec<(String, SchemeKind)> = schemes(&job.contract).into_iter().collect();
    // What a login gives beside its own credential is there after it.
    schemes.sort_by_key(|(scheme, _)| !job.fixtures.logins.contains_key(scheme));
    let mut beside: BTreeMap<String, String> = BTreeMap::new();
    for (scheme, kind) in schemes {
        if kind == SchemeKind::MutualTls {
            let shown = if args.network.client_cert.is_some() { "--client-cert" } else { "nothing: add --client-cert" };
            known.lines.push(format!("  {scheme}: {shown}"));
            continue;
        }
        if let Some(secret) = job.fixtures.credentials.get(&scheme) {
            known.lines.push(match beside.get(&scheme) {
                Some(login) => format!("  {scheme}: comes with {login}"),
                None => format!("  {scheme}: given, as ${{{}}}", secret.variable),
            });
            known.there.insert(scheme);
            continue;
        }
        let is_given = |name: &str| job.fixtures.credentials.contains_key(name);
        let Some(login) = job.fixtures.logins.get(&scheme).map(|login| login.beside(is_given)) else {
            known.lines.push(format!(
                "  {scheme}: nothing is known; --credential {scheme}=env:NAME gives one, or `credentials` in fixtures"
            ));
            continue;
        };
        match logins::obtain(job, (&scheme, &login), options, args.wait).await {
            Ok(session) => {
                let lives = session.lives().map(|lives| format!(", good for {lives:?}")).unwrap_or_default();
                known.lines.push(format!("  {scheme}: obtained by {}{lives}", session.from()));
                logins::take(job, &scheme, &session);
                beside.extend(session.also().into_iter().map(|(name, _)| (name, scheme.clone())));
                obtained.push(session);
                known.there.insert(scheme);
            }
            Err(trouble) => {
                known.is_broken = true;
                known.lines.push(format!("  {scheme}: cannot be obtained: {}; {}", trouble.message, trouble.help));
            }
        }
    }
    if known.lines.is_empty() {
        known.lines.push("  the document asks for no credentials".to_owned());
    }
    known
}

/// The schemes that operations ask for, by their names.
fn schemes(contract: &Contract) -> BTreeMap<String, SchemeKind> {
    let used = contract.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    used.map(|used| (used.scheme.clone(), used.kind.clone())).collect()
}

/// Who gets in where, and whether nobody does.
async fn ask(job: &Job, known: &Known, client: &Client) -> (Vec<String>, bool) {
    let validators = Validators::new(job.contract.schemas.clone());
    let options = PlanOptions { seed: 0, cases: Some(0), destructive: false };
    let input = PlanInput::new(&job.contract, &validators, &job.fixtures, options);
    let is_known = |used: &Vec<crate::contract::SchemeRequirement>| {
        used.iter().all(|used| known.there.contains(&used.scheme) || used.kind == SchemeKind::MutualTls)
    };
    let of_interest = |index: &usize| {
        let operation = &job.contract.operations[*index];
        is_safe(&operation.method) && !operation.security.is_empty() && operation.security.iter().any(is_known)
    };
    let chosen: Vec<usize> = job.operations().filter(of_interest).collect();
    let (mut lines, mut let_in, mut refused) = (Vec::new(), 0, 0);
    for index in chosen.iter().take(MOST) {
        let operation = &job.contract.operations[*index];
        let plan = plan(&input, *index);
        let valid = plan.cases.iter().find(|case| case.is_plainest);
        let Some(valid) = valid.or_else(|| plan.cases.iter().find(|case| case.intent == Intent::Valid)) else {
            continue;
        };
        let exchange = client.send(operation, valid, &job.fixtures).await;
        let status = exchange.result.as_ref().ok().map(|response| response.status);
        let others = match plan.cases.iter().find(|case| is_of_nobody(case)) {
            Some(case) => nobody(&client.send(operation, case, &job.fixtures).await),
            None => "",
        };
        // Where everybody gets in, it shows nothing of a credential.
        match status {
            Some(401) => refused += 1,
            _ if others == EVERYBODY => {}
            _ => let_in += 1,
        }
        lines.push(format!(
            "    {} {}: {}{others}",
            operation.method,
            operation.path,
            with(operation, valid, &exchange)
        ));
    }
    if chosen.len() > MOST {
        lines.push(format!("    and {} more that only read", chosen.len() - MOST));
    }
    if chosen.is_empty() && !known.there.is_empty() {
        lines.push("    no operation that only reads asks for them: `conform` tries the others".to_owned());
    }
    (lines, refused > 0 && let_in == 0)
}

fn is_of_nobody(case: &Case) -> bool {
    let changed = &case.request.credentials.changed;
    case.intent == Intent::Unauthenticated
        && !changed.is_empty()
        && changed.iter().all(|(_, change)| *change == CredentialChange::Missing)
}

fn with(operation: &Operation, case: &Case, exchange: &Exchange) -> String {
    let used = operation.security.get(case.request.credentials.alternative).into_iter().flatten();
    let who = used.map(|used| used.scheme.clone()).collect::<Vec<_>>().join(" and ");
    match &exchange.result {
        Err(failure) => format!("no answer: {failure}"),
        Ok(response) => match response.status {
            401 => format!("{who} is refused (401)"),
            403 => format!("{who} is known, and may not (403)"),
            404 => format!("{who} gets in, and there is nothing (404)"),
            status @ 500.. => format!("{who} meets a failure ({status})"),
            status => format!("{who} gets in ({status})"),
        },
    }
}

fn nobody(exchange: &Exchange) -> &'static str {
    match exchange.result.as_ref().map(|response| response.status) {
        Ok(401 | 403) => ", and nobody does without",
        Ok(200..=399) => EVERYBODY,
        _ => "",
    }
}
