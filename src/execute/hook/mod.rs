//! A hook: a program of the user's own that is started once, and asked before and after each request. It reads and writes
//! lines of JSON.

mod answer;
mod process;
mod weigh;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::SetOnce;

use super::session::Trouble;
use super::{Exchange, Response};
use crate::case::Case;
use crate::contract::Operation;
pub(super) use answer::Change;
use process::Process;
pub(super) use weigh::is_amended;

/// What a hook is asked, by its name.
const EVENTS: [&str; 4] = ["before-run", "before-request", "after-response", "after-run"];
const BEFORE_REQUEST: &str = EVENTS[1];
const AFTER_RESPONSE: &str = EVENTS[2];

/// A hook that runs. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Hook(Arc<Running>);

#[derive(Debug)]
struct Running {
    process: Process,
    timeout: Duration,
    /// What it wants to be asked during the run; all of it where it does not say.
    wants: OnceLock<HashSet<String>>,
    broken: Arc<SetOnce<Trouble>>,
}

/// A request as a hook sees it.
pub(super) struct Shown<'a> {
    pub method: &'a str,
    pub url: String,
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: Option<&'a [u8]>,
}

impl Hook {
    /// Starts a program with its arguments. It has this long for each answer.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(command: &[String], timeout: Duration) -> Result<Self, Trouble> {
        let broken = Arc::<SetOnce<Trouble>>::default();
        let process = Process::start(command, broken.clone())?;
        Ok(Self(Arc::new(Running { process, timeout, wants: OnceLock::new(), broken })))
    }

    /// Says that a run begins.
    ///
    /// # Errors
    /// There is no answer, or it is none.
    pub async fn before_run(&self, target: &str, contracts: &[&str], seed: u64) -> Result<(), Trouble> {
        let told = json!({"target": target, "contracts": contracts, "seed": seed});
        let answer = self.ask(EVENTS[0], told).await?;
        let wants = answer::events(&answer, &EVENTS).map_err(|reason| self.breaks(EVENTS[0], &reason))?;
        if let Some(wants) = wants {
            // It is asked once.
            let _ = self.0.wants.set(wants);
        }
        Ok(())
    }

    /// Says how a run ended, and lets the program end.
    ///
    /// # Errors
    /// There is no answer, or it is none.
    pub async fn after_run(&self, outcome: &str) -> Result<(), Trouble> {
        if self.wants(EVENTS[3]) {
            self.ask(EVENTS[3], json!({"outcome": outcome})).await?;
        }
        Ok(())
    }

    /// Why it is of no use any more, if so.
    pub fn is_broken(&self) -> Option<&Trouble> {
        self.0.broken.get()
    }

    /// Waits until it is of no use any more.
    pub fn broken(&self) -> impl Future<Output = ()> + use<> {
        let broken = self.0.broken.clone();
        async move {
            broken.wait().await;
        }
    }

    /// What is to be changed of a request, if anything.
    ///
    /// # Errors
    /// There is no answer, or it is none.
    pub(super) async fn before_request(
        &self,
        operation: &Operation,
        case: &Case,
        request: &Shown<'_>,
    ) -> Result<Option<Change>, Trouble> {
        if !self.wants(BEFORE_REQUEST) {
            return Ok(None);
        }
        let told = json!({
            "operation": operation.id,
            "intent": case.intent.name(),
            "request": shown(request),
        });
        let answer = self.ask(BEFORE_REQUEST, told).await?;
        answer::change(&answer).map_err(|reason| self.breaks(BEFORE_REQUEST, &reason))
    }

    /// Shows a response.
    ///
    /// # Errors
    /// There is no answer, or it is none.
    pub(super) async fn after_response(
        &self,
        operation: &Operation,
        request: &Shown<'_>,
        result: &Exchange,
    ) -> Result<(), Trouble> {
        if !self.wants(AFTER_RESPONSE) {
            return Ok(());
        }
        let told = json!({
            "operation": operation.id,
            "request": shown(request),
            "response": result.result.as_ref().ok().map(response),
            "failure": result.result.as_ref().err().map(ToString::to_string),
        });
        self.ask(AFTER_RESPONSE, told).await.map(drop)
    }

    fn wants(&self, event: &str) -> bool {
        self.0.wants.get().is_none_or(|wants| wants.contains(event))
    }

    async fn ask(&self, event: &str, mut told: Value) -> Result<Value, Trouble> {
        if let Some(trouble) = self.is_broken() {
            return Err(trouble.clone());
        }
        told["event"] = event.into();
        let asked = self.0.process.ask(told);
        match tokio::time::timeout(self.0.timeout, asked).await {
            Ok(Some(answer)) => match answer::refusal(&answer) {
                Some(reason) => Err(self.breaks(event, &format!("says: {reason}"))),
                None => Ok(answer),
            },
            // Whoever reads its answers says why.
            Ok(None) => Err(self.0.broken.wait().await.clone()),
            Err(_) => Err(self.breaks(event, &format!("gave no answer within {:?}", self.0.timeout))),
        }
    }

    /// The hook is of no use any more; the first reason counts.
    fn breaks(&self, event: &str, reason: &str) -> Trouble {
        let help = "it reads a line of JSON and answers each with one, such as {}: see docs/hooks.md";
        let trouble = Trouble::ours(format!("the hook {} {reason} (asked `{event}`)", self.0.process.name()), help);
        let _ = self.0.broken.set(trouble);
        self.is_broken().cloned().unwrap_or_else(|| Trouble::ours("the hook is broken", help))
    }
}

fn shown(request: &Shown<'_>) -> Value {
    let mut headers = serde_json::Map::new();
    for (name, value) in &request.headers {
        match headers.get_mut(*name) {
            Some(Value::String(known)) => known.push_str(&format!(", {value}")),
            _ => drop(headers.insert((*name).to_owned(), (*value).into())),
        }
    }
    let mut shown = json!({"method": request.method, "url": request.url, "headers": headers});
    put_body(&mut shown, request.body);
    shown
}

fn response(response: &Response) -> Value {
    let headers: serde_json::Map<_, _> =
        response.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let mut shown = json!({"status": response.status, "headers": headers});
    put_body(&mut shown, Some(&response.body));
    shown
}

/// A body as text, or as base64 where it is none.
fn put_body(shown: &mut Value, body: Option<&[u8]>) {
    use base64::Engine as _;

    match body.map(std::str::from_utf8) {
        None => shown["body"] = Value::Null,
        Some(Ok(text)) => shown["body"] = text.into(),
        Some(Err(_)) => {
            let bytes = base64::engine::general_purpose::STANDARD.encode(body.unwrap_or_default());
            shown["body_base64"] = bytes.into();
        }
    }
}
