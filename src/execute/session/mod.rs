//! Credentials that are obtained: before a run, again when they are over, and once where the target refuses one.

mod accounts;
mod answer;
mod body;
mod command;
mod grant;
mod known;
mod request;
mod trouble;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::SetOnce;

use super::credential::is_called;
use super::mask::Masker;
use super::{ClientOptions, Exchange};
use crate::case::Case;
use crate::contract::{Contract, Operation};
use crate::fixtures::{Fixtures, Login, Secret, is_distinct};
use answer::TokenAnswer;
use request::Ask;
pub use trouble::Trouble;

/// Of its time, a credential has this much left when it is renewed, at most.
const MARGIN: Duration = Duration::from_secs(30);
/// Of credentials that others make, so many are remembered.
const MOST_LEARNT: usize = 100;

/// Where a credential comes from.
#[derive(Debug)]
enum Source {
    Command(Vec<String>),
    Request(Box<Ask>),
}

/// The credential of one scheme, for as long as the run goes.
#[derive(Debug)]
pub struct Session {
    scheme: String,
    /// What the fixtures hold, and stands for whatever is current.
    first: String,
    variable: String,
    source: Source,
    timeout: Duration,
    current: Mutex<Current>,
    /// Held by whoever renews it.
    turn: tokio::sync::Mutex<()>,
    /// Operations that refused a credential that was new: no other would help.
    hopeless: Mutex<HashSet<String>>,
}

#[derive(Clone, Debug)]
struct Current {
    value: String,
    lives: Option<Duration>,
    /// What the next one is got by, where the answer said.
    refresh: Option<String>,
    renew_at: Option<Instant>,
    /// Other credentials that came with it, by their names.
    also: Vec<(String, String)>,
    /// The word of the account that was made for it: what the run has made is that one's.
    word: Option<String>,
}

impl Current {
    fn of(answer: TokenAnswer) -> Self {
        let renew_at = answer.lives.and_then(|lives| Instant::now().checked_add(lives - MARGIN.min(lives / 5)));
        let TokenAnswer { token, lives, refresh, also, word } = answer;
        Self { value: token, lives, refresh, renew_at, also, word }
    }
}

impl Session {
    /// Obtains the credential of a scheme for the first time.
    ///
    /// # Errors
    /// Where it cannot be obtained.
    pub async fn start(
        scheme: &str,
        login: &Login,
        contract: &Contract,
        options: &ClientOptions,
    ) -> Result<Self, Trouble> {
        let source = match login {
            Login::Command(command) => Source::Command(command.clone()),
            Login::Request(request) => Source::Request(Box::new(Ask::login(request, contract, options)?)),
            Login::OAuth2(grant) => Source::Request(Box::new(Ask::grant(grant, scheme, contract, options)?)),
        };
        let current = Current::of(source.obtain(options.timeout).await?);
        Ok(Self {
            scheme: scheme.to_owned(),
            first: current.value.clone(),
            variable: variable(scheme),
            source,
            timeout: options.timeout,
            current: Mutex::new(current),
            turn: tokio::sync::Mutex::default(),
            hopeless: Mutex::default(),
        })
    }

    /// This session as that of an identity: reports name it after whose it is.
    #[must_use]
    pub fn of_identity(self, name: &str) -> Self {
        Self { variable: variable(&format!("{name}_{}", self.scheme)), ..self }
    }

    /// What the fixtures are to hold.
    pub fn secret(&self) -> Secret {
        Secret { value: self.first.clone(), variable: self.variable.clone() }
    }

    /// What else the fixtures are to hold, by the names of schemes or parameters.
    pub fn also(&self) -> Vec<(String, Secret)> {
        let current = self.current();
        current.also.iter().map(|(name, value)| (name.clone(), also(name, value))).collect()
    }

    /// Where it comes from, for people.
    pub fn from(&self) -> String {
        match &self.source {
            Source::Command(command) => format!("the command `{}`", command.first().map_or("", String::as_str)),
            Source::Request(ask) => ask.who().to_owned(),
        }
    }

    /// How long it is good for, where that is known.
    pub fn lives(&self) -> Option<Duration> {
        self.current().lives
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hopeless(&self) -> MutexGuard<'_, HashSet<String>> {
        self.hopeless.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Obtains another one in the place of `old`, unless somebody else has done so.
    async fn renew(&self, old: &str) -> Result<Vec<Secret>, Trouble> {
        let _turn = self.turn.lock().await;
        let known = self.current().clone();
        if known.value != old {
            return Ok(Vec::new());
        }
        let mut new = Current::of(self.source.renew(&known, self.timeout).await?);
        let secret = Secret { value: new.value.clone(), variable: self.variable.clone() };
        // One that is not replaced stays good (RFC 6749, section 6).
        new.refresh = new.refresh.or(known.refresh);
        new.word = new.word.or(known.word);
        let secrets = std::iter::once(secret).chain(new.also.iter().map(|(name, value)| also(name, value))).collect();
        *self.current() = new;
        Ok(secrets)
    }

    /// What else nobody may see.
    pub fn hidden(&self) -> Option<Secret> {
        let value = self.current().refresh.clone().filter(|value| is_distinct(value))?;
        Some(Secret { value, variable: format!("{}_REFRESH", self.variable) })
    }
}

impl Source {
    /// Another one for the same account.
    async fn renew(&self, known: &Current, timeout: Duration) -> Result<TokenAnswer, Trouble> {
        let Self::Request(ask) = self else { return self.obtain(timeout).await };
        if let Some(token) = &known.refresh
            && let Some(answer) = ask.refresh(token).await
        {
            return Ok(answer);
        }
        ask.log_in(known.word.as_deref()).await
    }

    async fn obtain(&self, timeout: Duration) -> Result<TokenAnswer, Trouble> {
        match self {
            Self::Command(command) => command::run(command, timeout).await,
            Self::Request(ask) => ask.send().await,
        }
    }
}

/// `bearerAuth` becomes `BEARERAUTH_TOKEN`.
fn variable(scheme: &str) -> String {
    let name = scheme.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    format!("{}{name}_TOKEN", if name.starts_with(|c: char| c.is_ascii_digit()) { "_" } else { "" })
}

/// A credential that came with another one.
fn also(name: &str, value: &str) -> Secret {
    Secret { value: value.to_owned(), variable: variable(name) }
}

/// All that is obtained in a run.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    all: Arc<Vec<Session>>,
    /// Learns what is obtained later.
    secrets: Masker,
    broken: Arc<SetOnce<(String, Trouble)>>,
    learnt: Arc<Mutex<HashSet<String>>>,
    /// Operations that end the session that they are sent with, by their ids.
    apart: Arc<HashSet<String>>,
}

impl Sessions {
    /// Sessions whose later credentials `secrets` is to hide, too.
    pub fn new(all: Vec<Session>, secrets: Masker) -> Self {
        Self { all: Arc::new(all), secrets, broken: Arc::default(), learnt: Arc::default(), apart: Arc::default() }
    }

    /// The same, where each request of these operations has a login of its own, so that they end no other's.
    #[must_use]
    pub fn with_apart(self, operations: impl IntoIterator<Item = String>) -> Self {
        Self { apart: Arc::new(operations.into_iter().collect()), ..self }
    }

    /// The fixtures with credentials that no other request has, for an operation that ends what it is sent with; `None` for
    /// all others.
    ///
    /// # Errors
    /// There is none to be had. Those of the others are as they were.
    pub(super) async fn own(&self, operation: &Operation, fixtures: &Fixtures) -> Option<Result<Fixtures, Trouble>> {
        let sessions: Vec<&Session> = self.used(operation, fixtures).collect();
        if sessions.is_empty() || !self.apart.contains(&operation.id) {
            return None;
        }
        let mut own = self.put_into(fixtures).into_owned();
        for session in sessions {
            match session.source.obtain(session.timeout).await {
                Ok(answer) => {
                    let secret = Secret { value: answer.token, variable: session.variable.clone() };
                    self.secrets.add(&secret);
                    own.credentials.insert(session.scheme.clone(), secret);
                    for (name, value) in answer.also {
                        let secret = also(&name, &value);
                        self.secrets.add(&secret);
                        own.credentials.insert(name, secret);
                    }
                }
                Err(trouble) => return Some(Err(trouble)),
            }
        }
        Some(Ok(own))
    }

    /// Hides a credential that somebody else has made: the first ones, since one that signs is another each time.
    pub(super) fn learn(&self, secret: &Secret) {
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        if learnt.len() < MOST_LEARNT && is_distinct(&secret.value) && learnt.insert(secret.value.clone()) {
            self.secrets.add(secret);
        }
    }

    /// Whether one cannot, and why.
    pub fn is_broken(&self) -> Option<&(String, Trouble)> {
        self.broken.get()
    }

    /// Why a credential that the operation asks for cannot be had any more, if so.
    pub(super) fn is_lost_for(&self, operation: &Operation, fixtures: &Fixtures) -> Option<&Trouble> {
        let (scheme, trouble) = self.is_broken()?;
        self.used(operation, fixtures).any(|session| session.scheme == *scheme).then_some(trouble)
    }

    /// Waits until a credential cannot be obtained any more: the scheme and the reason.
    pub fn broken(&self) -> impl Future<Output = (String, Trouble)> + use<> {
        let broken = self.broken.clone();
        async move { broken.wait().await.clone() }
    }

    /// The fixtures with what is current.
    pub(super) async fn current<'f>(&self, operation: &Operation, fixtures: &'f Fixtures) -> Cow<'f, Fixtures> {
        for session in self.used(operation, fixtures) {
            let current = session.current().clone();
            if current.renew_at.is_some_and(|at| at <= Instant::now()) {
                self.renew(session, &current.value).await;
            }
        }
        self.put_into(fixtures)
    }

    /// The fixtures to send a request with once more, where it was refused for a credential that is over.
    pub(super) async fn after<'f>(
        &self,
        exchange: &Exchange,
        (operation, case): (&Operation, &Case),
        (fixtures, sent): (&'f Fixtures, &Fixtures),
    ) -> Option<Cow<'f, Fixtures>> {
        let is_refused = exchange.result.as_ref().is_ok_and(|response| response.status == 401);
        if !is_refused || !case.request.credentials.changed.is_empty() {
            return None;
        }
        let mut is_new = false;
        for session in self.used(operation, fixtures) {
            let old = &sent.credentials[&session.scheme].value;
            if !session.hopeless().contains(&operation.id) {
                self.renew(session, old).await;
            }
            let is_other = session.current().value != *old;
            // The same again is of no use, however often it is asked for.
            if !is_other {
                session.hopeless().insert(operation.id.clone());
            }
            is_new |= is_other;
        }
        is_new.then(|| self.put_into(fixtures))
    }

    /// Learns that a new credential was of no use either.
    pub(super) fn give_up(&self, operation: &Operation, fixtures: &Fixtures) {
        for session in self.used(operation, fixtures) {
            session.hopeless().insert(operation.id.clone());
        }
    }

    async fn renew(&self, session: &Session, old: &str) {
        match session.renew(old).await {
            Ok(secrets) => secrets.iter().chain(&session.hidden()).for_each(|secret| self.secrets.add(secret)),
            // The first one is told.
            Err(trouble) => {
                let _ = self.broken.set((session.scheme.clone(), trouble));
            }
        }
    }

    fn of<'s>(&'s self, fixtures: &'s Fixtures) -> impl Iterator<Item = &'s Session> {
        let is_its = |session: &&Session| {
            fixtures.credentials.get(&session.scheme).is_some_and(|secret| secret.value == session.first)
        };
        self.all.iter().filter(is_its)
    }

    fn used<'s>(&'s self, operation: &'s Operation, fixtures: &'s Fixtures) -> impl Iterator<Item = &'s Session> {
        let is_used =
            |session: &&Session| operation.security.iter().flatten().any(|used| is_called(used, &session.scheme));
        self.of(fixtures).filter(is_used)
    }

    fn put_into<'f>(&self, fixtures: &'f Fixtures) -> Cow<'f, Fixtures> {
        let mut put = Cow::Borrowed(fixtures);
        for session in self.of(fixtures) {
            let current = session.current().clone();
            if current.value != session.first {
                let secret = Secret { value: current.value, variable: session.variable.clone() };
                let credentials = &mut put.to_mut().credentials;
                credentials.insert(session.scheme.clone(), secret);
                credentials.extend(current.also.iter().map(|(name, value)| (name.clone(), also(name, value))));
            }
        }
        put
    }
}
