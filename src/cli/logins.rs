//! Obtains the credentials that the fixtures say how to obtain.

use std::sync::Arc;

use super::CliError;
use crate::engine::Job;
use crate::execute::{ClientOptions, Session, Trouble};
use crate::fixtures::Fixtures;

/// Obtains what is not given otherwise, and puts it into the fixtures.
///
/// # Errors
/// The first that cannot be obtained.
pub(super) async fn log_in(jobs: &mut [Job], options: &ClientOptions) -> Result<Vec<Session>, CliError> {
    let mut sessions = Vec::new();
    for job in jobs {
        for (scheme, login) in job.fixtures.logins.clone() {
            if job.fixtures.credentials.contains_key(&scheme) {
                continue;
            }
            let session = Session::start(&scheme, &login, &job.contract, options).await;
            let session = session.map_err(|trouble| told(&job.fixtures, &scheme, trouble))?;
            Arc::make_mut(&mut job.fixtures).credentials.insert(scheme, session.secret());
            sessions.push(session);
        }
        let fixtures = job.fixtures.clone();
        for (index, identity) in fixtures.identities.iter().enumerate() {
            for (scheme, login) in &identity.logins {
                // The first one is the run's own, unless that is given otherwise.
                let own =
                    fixtures.logins.get(scheme).filter(|_| index == 0 && !fixtures.credentials.contains_key(scheme));
                let secret = match own.and_then(|_| job.fixtures.credentials.get(scheme)) {
                    Some(secret) => secret.clone(),
                    None => {
                        let session = Session::start(scheme, login, &job.contract, options).await;
                        let session = session.map_err(|trouble| told(&job.fixtures, scheme, trouble))?;
                        let session = session.of_identity(&identity.name);
                        let secret = session.secret();
                        sessions.push(session);
                        secret
                    }
                };
                Arc::make_mut(&mut job.fixtures).identities[index].credentials.insert(scheme.clone(), secret);
            }
        }
    }
    Ok(sessions)
}

/// The error of a credential that cannot be obtained, at its place in the fixtures.
pub(super) fn told(fixtures: &Fixtures, scheme: &str, trouble: Trouble) -> CliError {
    let Trouble { is_ours, message, help } = trouble;
    let message = format!("the credential `{scheme}` cannot be obtained: {message}");
    match fixtures.wrong_login(scheme, message.clone(), help.clone()) {
        Some(error) if is_ours => CliError::from(error),
        Some(error) => CliError::NoLogin(Box::new(error)),
        None => CliError::usage(message, help),
    }
}
