//! Obtains the credentials that the fixtures say how to obtain.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::CliError;
use crate::check::is_secret;
use crate::contract::Operation;
use crate::engine::{Job, ends_account, ends_session};
use crate::execute::{ClientOptions, Masker, Session, Sessions, Trouble};
use crate::fixtures::{Fixtures, Login, ResourcePlace, Secret};
use crate::text::words;
use serde_json::Value;

/// Between two tries to reach who gives credentials.
const PAUSE: Duration = Duration::from_millis(200);

/// Obtains what is not given otherwise, and puts it into the fixtures. Who accepts no connections is waited for.
///
/// # Errors
/// The first that cannot be obtained.
pub(super) async fn log_in(
    jobs: &mut [Job],
    options: &ClientOptions,
    wait: Option<Duration>,
) -> Result<Vec<Session>, CliError> {
    let mut sessions = Vec::new();
    for job in jobs {
        // What a person has given comes first, also before what comes with a login.
        let given: HashSet<String> = job.fixtures.credentials.keys().cloned().collect();
        for (scheme, login) in job.fixtures.logins.clone() {
            if given.contains(&scheme) {
                continue;
            }
            let login = login.beside(|name| given.contains(name));
            let session = obtain(job, (&scheme, &login), options, wait).await;
            let session = session.map_err(|trouble| told(&job.fixtures, &scheme, trouble))?;
            take(job, &scheme, &session);
            know(job, &session, options);
            sessions.push(session);
        }
        let fixtures = job.fixtures.clone();
        for (index, identity) in fixtures.identities.iter().enumerate() {
            for (scheme, login) in &identity.logins {
                let login = &login.beside(|name| identity.credentials.contains_key(name));
                // The first one is the run's own, unless that is given otherwise.
                let own =
                    fixtures.logins.get(scheme).filter(|_| index == 0 && !fixtures.credentials.contains_key(scheme));
                let mut others: Vec<(String, Secret)> = Vec::new();
                let secret = match own.and_then(|_| job.fixtures.credentials.get(scheme)) {
                    Some(secret) => {
                        let also = login.also().filter_map(|name| job.fixtures.credentials.get_key_value(name));
                        others.extend(also.map(|(name, secret)| (name.clone(), secret.clone())));
                        secret.clone()
                    }
                    None => {
                        let session = Session::start(scheme, login, &job.contract, options).await;
                        let session = session.map_err(|trouble| told(&job.fixtures, scheme, trouble))?;
                        let session = session.of_identity(&identity.name);
                        let secret = session.secret();
                        others = session.also();
                        sessions.push(session);
                        secret
                    }
                };
                let credentials = &mut Arc::make_mut(&mut job.fixtures).identities[index].credentials;
                credentials.insert(scheme.clone(), secret);
                credentials.extend(others);
            }
        }
    }
    Ok(sessions)
}

/// Puts what was obtained into the fixtures.
pub(super) fn take(job: &mut Job, scheme: &str, session: &Session) {
    let fixtures = Arc::make_mut(&mut job.fixtures);
    fixtures.credentials.insert(scheme.to_owned(), session.secret());
    fixtures.credentials.extend(session.also());
    fixtures.secrets.extend(session.hidden());
}

/// Words of what is as good as a password.
const SECRET: [&str; 4] = ["pin", "otp", "passcode", "passphrase"];

/// What the login sends is what the operation that it is sent to takes, beside what the fixtures say themselves. What of it lets
/// somebody in is not shown, however short it is.
fn know(job: &mut Job, session: &Session, options: &ClientOptions) {
    let Some((operation, known)) = session.known(&job.contract, &options.target) else { return };
    let fixtures = Arc::make_mut(&mut job.fixtures);
    for resource in &known {
        let ResourcePlace::Body(at) = &resource.at else { continue };
        let name = at.member().unwrap_or_default();
        // Of a name or a number, others may have the same.
        if !is_secret(&name) && !words::of(&name).iter().any(|word| SECRET.contains(&word.as_str())) {
            continue;
        }
        let name = name.to_uppercase();
        let values = resource.existing.iter().filter(|value| !value.is_boolean());
        let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        fixtures.secrets.extend(values.map(|it| Secret { value: value(it), variable: format!("LOGIN_{name}") }));
    }
    fixtures.entrances.insert(operation);
    fixtures.resources.extend(known);
}

/// Obtains one.
///
/// # Errors
/// It cannot be obtained within the time that is waited.
pub(super) async fn obtain(
    job: &Job,
    (scheme, login): (&str, &Login),
    options: &ClientOptions,
    wait: Option<Duration>,
) -> Result<Session, Trouble> {
    let started = Instant::now();
    loop {
        match Session::start(scheme, login, &job.contract, options).await {
            Err(trouble) if trouble.is_unreachable && wait.is_some_and(|wait| started.elapsed() < wait) => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}

/// The error of a credential that cannot be obtained, at its place in the fixtures.
pub(super) fn told(fixtures: &Fixtures, scheme: &str, trouble: Trouble) -> CliError {
    let Trouble { is_ours, message, help, .. } = trouble;
    let message = format!("the credential `{scheme}` cannot be obtained: {message}");
    match fixtures.wrong_login(scheme, message.clone(), help.clone()) {
        Some(error) if is_ours => CliError::from(error),
        Some(error) => CliError::NoLogin(Box::new(error)),
        None => CliError::usage(message, help),
    }
}

/// All that was obtained, for the run of these jobs.
pub(super) fn sessions(obtained: Vec<Session>, secrets: Masker, jobs: &[Job]) -> Sessions {
    let ending = jobs.iter().flat_map(|job| {
        let registers = job.fixtures.logins.values().any(Login::registers);
        let is_ending = move |operation: &&Operation| ends_session(operation) || registers && ends_account(operation);
        job.contract.operations.iter().filter(is_ending)
    });
    Sessions::new(obtained, secrets).with_apart(ending.map(|operation| operation.id.clone()))
}

/// The error of a credential that could not be renewed, if there is one.
pub(super) fn broken(sessions: &Sessions, jobs: &[Job]) -> Option<CliError> {
    let (scheme, trouble) = sessions.is_broken()?;
    let job = jobs.iter().find(|job| job.fixtures.logins.contains_key(scheme))?;
    Some(told(&job.fixtures, scheme, trouble.clone()))
}
