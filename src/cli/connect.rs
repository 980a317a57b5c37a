//! What comes before the first request of a case: the target, the hook and the credentials.

use tokio::sync::oneshot;
use url::Url;

use super::run_args::RunArgs;
use super::tell::hide;
use super::{CliError, embedded, hook, logins};
use crate::check::Policy;
use crate::engine::{self, Job};
use crate::execute::{ClientOptions, Session};
use crate::fixtures::Secret;

/// How the target is spoken to, and by which credentials.
pub(super) struct Connected {
    pub client: ClientOptions,
    /// Stops the reference target when it is dropped.
    pub stop: Option<oneshot::Sender<()>>,
    pub sessions: Vec<Session>,
}

/// How the target is spoken to, before anybody has logged in.
///
/// # Errors
/// What is named cannot be used, or the hook is of no use.
pub(super) async fn speak(
    args: &RunArgs,
    jobs: &[Job],
    (policy, headers): (&Policy, &[(String, Secret)]),
) -> Result<(ClientOptions, Option<oneshot::Sender<()>>), CliError> {
    let (target, stop) = target(args).await?;
    let mut client = args.network.client_options(target, args.timeout, headers.to_vec())?;
    client.timeouts = jobs.iter().flat_map(|job| policy.timeouts(&job.contract)).collect();
    hide(engine::masker(jobs, headers));
    client.hook = hook::start(args)?;
    if let Some(hook) = &client.hook {
        let contracts: Vec<&str> = jobs.iter().map(|job| job.contract.name.as_str()).collect();
        hook.before_run(client.target.as_str(), &contracts, args.seed.value()).await.map_err(hook::told)?;
    }
    Ok((client, stop))
}

/// Makes ready all that requests need; the fixtures get the credentials that are obtained.
///
/// # Errors
/// As [`speak`], or a credential cannot be obtained.
pub(super) async fn connect(
    args: &RunArgs,
    jobs: &mut [Job],
    with: (&Policy, &[(String, Secret)]),
) -> Result<Connected, CliError> {
    let (client, stop) = speak(args, jobs, with).await?;
    let sessions = logins::log_in(jobs, &client, args.wait).await?;
    Ok(Connected { client, stop, sessions })
}

/// The target that the arguments name, or the reference target, which stops when the sender is dropped.
async fn target(args: &RunArgs) -> Result<(Url, Option<oneshot::Sender<()>>), CliError> {
    match &args.target {
        Some(target) => Ok((target.clone(), None)),
        None => embedded::start().await.map(|(url, stop)| (url, Some(stop))),
    }
}
