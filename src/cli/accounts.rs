//! Deletes the accounts that logins have made, where a document says how.

use std::time::Duration;

use crate::case::{Case, Intent};
use crate::contract::{Operation, SchemeRequirement, Validators};
use crate::engine::{Job, ends_account};
use crate::execute::{Client, ClientOptions, Session, Sessions};
use crate::plan::{Extent, PlanInput, PlanOptions, plan};

/// Whoever has ended a run does not wait longer.
const LONGEST: Duration = Duration::from_secs(5);

/// Deletes them, unless they are to be kept; in words, what stays.
pub(super) async fn clear_up(sessions: &Sessions, jobs: &[Job], options: ClientOptions, keep: bool) -> Option<String> {
    let all: usize = sessions.that_register().map(|session| session.accounts().len()).sum();
    // It renews nothing, and has no header field that may hold the credential of a person, so that each request is sent by the
    // account that it is for.
    let options = ClientOptions { headers: Vec::new(), ..options };
    let client = Client::new(options).ok().filter(|_| all > 0)?;
    let mut gone = 0;
    let deletions = async {
        for session in sessions.that_register().filter(|session| !keep && session.names_account()) {
            let Some((job, case)) = jobs.iter().find_map(|job| Some((job, deletion(job, session)?))) else { continue };
            for word in session.accounts() {
                gone += usize::from(delete(&client, job, &case, session, &word).await);
            }
        }
    };
    // What was not deleted in time is told.
    let _ = tokio::time::timeout(LONGEST, deletions).await;
    match all - gone {
        0 => None,
        1 => Some("left at the target: 1 account that a login has made\n".to_owned()),
        left => Some(format!("left at the target: {left} accounts that logins have made\n")),
    }
}

/// The request by which an account of the session deletes itself: with its credential alone, whatever else lets in there.
fn deletion(job: &Job, session: &Session) -> Option<Case> {
    let is_own =
        |uses: &Vec<SchemeRequirement>| !uses.is_empty() && uses.iter().all(|used| used.scheme == session.scheme());
    let alternative = |operation: &Operation| operation.security.iter().position(is_own);
    let is_it = |operation: &Operation| ends_account(operation) && alternative(operation).is_some();
    let operation = job.contract.operations.iter().position(is_it)?;
    let alternative = alternative(&job.contract.operations[operation])?;
    let input = PlanInput {
        contract: &job.contract,
        validators: &Validators::new(job.contract.schemas.clone()),
        fixtures: &job.fixtures,
        options: PlanOptions { seed: 0, cases: Some(0), destructive: true },
        extent: Extent::Start,
        base: None,
    };
    let is_right = |case: &Case| {
        case.intent == Intent::Valid && !case.doubtful && case.request.credentials.alternative == alternative
    };
    plan(&input, operation).cases.into_iter().find(is_right)
}

/// Whether the account of a word is gone.
async fn delete(client: &Client, job: &Job, case: &Case, session: &Session, word: &str) -> bool {
    let own = match session.as_account(word, &job.fixtures).await {
        Ok(own) => own,
        // Who is asked to come back later is still there.
        Err(trouble) => return trouble.is_refusal,
    };
    let exchange = client.send(&job.contract.operations[case.operation], case, &own).await;
    exchange.result.is_ok_and(|response| (200..300).contains(&response.status))
}
