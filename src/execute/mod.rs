//! Sends cases over HTTP.

mod alteration;
mod coding;
mod connections;
mod credential;
mod curl;
mod exchange;
mod fetch;
mod head;
mod hook;
mod http_date;
mod inbox;
mod log;
mod mask;
mod network;
mod options;
mod request;
mod request_id;
mod room;
mod session;
mod shell;
mod shown_text;
mod stream;
mod transport;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

pub use exchange::{Attempts, Exchange, Failure, Response, SentRequest, StillCoded};
pub use fetch::fetch;
pub use hook::Hook;
pub(crate) use http_date::HttpDate;
pub use inbox::{Answer, Arrival, Inbox};
pub use log::{ExchangeLog, Logged};
pub use mask::Masker;
pub use network::{Network, Proxy, Resolved, is_of_this_machine};
pub use options::ClientOptions;
pub use request_id::RequestIds;
#[cfg(feature = "cli")]
pub(crate) use shell::quoted;

use crate::case::Case;
use crate::contract::{MediaRange, Operation, Parameter, ParameterLocation, PayloadKind};
use crate::fixtures::{Fixtures, Secret};
use crate::spec::marks;
use credential::header_name;
use request::{Composed, compose};
pub use room::Room;
use room::{Rooms, SMALL};
pub use session::{Session, Sessions, Trouble};
use transport::{MAX_BODY, Transport};

/// The most values of a response that is judged: each takes some hundred bytes.
const MOST_VALUES: usize = 200_000;
/// How often a request is sent again for a credential that was over. Others may have used up a new one meanwhile.
const RENEWALS: usize = 3;

/// Speaks to one target, over as many connections as there are requests at once.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
    options: ClientOptions,
    sessions: Sessions,
    /// The last one that was made, with the secrets that it hides: one contract's requests all need the same.
    masker: Arc<Mutex<(Vec<Secret>, Masker)>>,
}

impl Client {
    /// A client for one target.
    ///
    /// # Errors
    /// When the system gives no sockets or no randomness or, for an `https` target, no certificates.
    pub fn new(options: ClientOptions) -> Result<Self, reqwest::Error> {
        let transport = Transport::new(&options.target, options.timeout, &options.network)?;
        Ok(Self { transport, options, sessions: Sessions::default(), masker: Arc::default() })
    }

    /// The client with credentials that it renews.
    pub fn with_sessions(self, sessions: Sessions) -> Self {
        Self { sessions, ..self }
    }

    /// Sends one case, and again where a credential that was obtained is refused and another one is to be had.
    ///
    /// Each time takes at most the timeout, or twice that where a connection ends before any response, beside what it
    /// takes to obtain credentials.
    pub async fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Exchange {
        let sessions = &self.sessions;
        let own = match case.request.credentials.changed.is_empty() {
            true => sessions.own(operation, fixtures).await,
            false => None,
        };
        match own {
            Some(Ok(own)) => return self.send_once(operation, case, &own).await,
            Some(Err(trouble)) => return self.unsent(operation, case, fixtures, &trouble),
            None => {}
        }
        let sent = sessions.current(operation, fixtures).await;
        if let Some(trouble) = sessions.is_lost_for(operation, fixtures) {
            return self.unsent(operation, case, fixtures, trouble);
        }
        let mut sent = sent;
        for _ in 0..RENEWALS {
            let exchange = self.send_once(operation, case, &sent).await;
            let renewed = sessions.after(&exchange, (operation, case), (fixtures, &sent)).await;
            // That a credential is over is no refusal of the request.
            let is_refused = exchange.result.as_ref().is_ok_and(|response| response.status == 401);
            if let Some(trouble) = sessions.is_lost_for(operation, fixtures).filter(|_| is_refused) {
                return self.unsent(operation, case, fixtures, trouble);
            }
            match renewed {
                Some(renewed) => sent = renewed,
                None => return exchange,
            }
        }
        let exchange = self.send_once(operation, case, &sent).await;
        if exchange.result.as_ref().is_ok_and(|response| response.status == 401) {
            sessions.give_up(operation, fixtures);
        }
        exchange
    }

    /// What comes of a request whose credential cannot be had any more: nothing is known of it.
    fn unsent(&self, operation: &Operation, case: &Case, fixtures: &Fixtures, trouble: &Trouble) -> Exchange {
        Exchange {
            request: self.show(operation, case, fixtures),
            result: Err(Failure::Unsendable(trouble.message.clone())),
            elapsed: Duration::ZERO,
            attempts: Attempts::default(),
        }
    }

    async fn send_once(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Exchange {
        let masker = self.masker(fixtures);
        let mut composed = self.compose(operation, case, fixtures, &masker);
        if let Some(ids) = &self.options.request_ids {
            let (name, id) = ids.next();
            let is_it = |parameter: &Parameter| {
                parameter.place == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case(&name)
            };
            // What the document says of the field is what cases are about.
            if !operation.parameters.iter().any(is_it) {
                composed.put((name, id));
            }
        }
        let refused = self.ask_hook(&mut composed, operation, case).await.err();
        let request = composed.shown(&masker);
        let began = SystemTime::now();
        let unsent = |failure| ((Err(failure), false), Duration::ZERO);
        let ((result, is_cut), elapsed) = match (refused, composed.request()) {
            (Some(trouble), _) => unsent(Failure::Unsendable(trouble.message)),
            (None, Err(failure)) => unsent(failure),
            (None, Ok(mut composed)) => {
                *composed.timeout_mut() = self.options.timeouts.get(&operation.id).copied();
                self.connected(&composed).await
            }
        };
        let attempts = Attempts { is_cut, ..Attempts::default() };
        let result = decoded(result, &self.transport.rooms).await;
        let mut exchange = Exchange { request, result, elapsed, attempts };
        if let Some(hook) = &self.options.hook
            && let Err(trouble) = hook.after_response(operation, &composed.to_hook(), &exchange).await
        {
            exchange.result = Err(Failure::Unsendable(trouble.message));
        }
        if let Some(log) = &self.options.exchanges {
            log.note(began, &exchange);
        }
        exchange
    }

    /// Sends a request, again where nobody accepts the connection. The time is that of the last try.
    async fn connected(&self, request: &reqwest::Request) -> ((Result<Response, Failure>, bool), Duration) {
        let mut pause = Duration::from_millis(100);
        for _ in 0..self.options.retries {
            let started = Instant::now();
            let sent = self.transport.send(request).await;
            if !matches!(sent.0, Err(Failure::Unreachable(_))) {
                return (sent, started.elapsed());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let started = Instant::now();
        (self.transport.send(request).await, started.elapsed())
    }

    /// Has a hook change the request, if there is one.
    async fn ask_hook(&self, composed: &mut Composed, operation: &Operation, case: &Case) -> Result<(), Trouble> {
        let Some(hook) = &self.options.hook else { return Ok(()) };
        if let Some(change) = hook.before_request(operation, case, &composed.to_hook()).await? {
            let is_amended = hook::is_amended(operation, case, &change);
            let schemes = operation.security.iter().flatten().filter_map(|used| header_name(&used.kind));
            let carriers: Vec<String> = schemes.chain(["authorization", "cookie"].map(str::to_owned)).collect();
            for (_, secret) in composed.amend(change, is_amended).iter().filter(|(name, _)| carriers.contains(name)) {
                self.sessions.learn(secret);
            }
        }
        Ok(())
    }

    /// The request as it is shown, each secret as the variable that holds it.
    pub fn show(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> SentRequest {
        let masker = self.masker(fixtures);
        self.compose(operation, case, fixtures, &masker).shown(&masker)
    }

    /// Takes the secrets of this client and of `fixtures` out of what is shown, such as a response.
    pub fn masker(&self, fixtures: &Fixtures) -> Masker {
        let secrets = || self.options.headers.iter().map(|(_, secret)| secret).chain(fixtures.all_secrets());
        let mut last = self.masker.lock().unwrap_or_else(PoisonError::into_inner);
        if !last.0.iter().eq(secrets()) {
            *last = (secrets().cloned().collect(), Masker::new(secrets()));
        }
        last.1.clone()
    }

    fn compose(&self, operation: &Operation, case: &Case, fixtures: &Fixtures, masker: &Masker) -> Composed {
        compose(&self.options, operation, case, fixtures, masker)
    }
}

/// The response free of its content codings. To undo them may take a while: not on a thread that receives responses.
async fn decoded(result: Result<Response, Failure>, rooms: &Rooms) -> Result<Response, Failure> {
    let mut response = result?;
    if !coding::is_coded(&response) {
        return few(response);
    }
    if response.body.len() <= SMALL {
        // Nobody knows how much comes of it.
        response.room = rooms.enter().await;
    }
    let decoded = tokio::task::spawn_blocking(move || coding::decoded(response, MAX_BODY)).await;
    // A decoder that panics is a fault of this program.
    let decoded = decoded.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => Err(Failure::Closed(error.to_string())),
    });
    few(decoded?)
}

/// The response, where it does not have more values than can be judged; without room where it needs none.
fn few(mut response: Response) -> Result<Response, Failure> {
    if response.body.len() <= SMALL {
        response.room = Room::default();
    } else if may_be_json(&response) && values(&response.body) > MOST_VALUES {
        return Err(Failure::TooMany(MOST_VALUES));
    }
    Ok(response)
}

/// Whether it is read as JSON, by what it says itself or by what is documented.
fn may_be_json(response: &Response) -> bool {
    response.header("content-type").is_none_or(|name| MediaRange::parse(name).kind() == PayloadKind::Json)
}

/// The values of a JSON text, at most; nothing in any other text that does not begin like one.
fn values(body: &[u8]) -> usize {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let body = body.strip_prefix(MARK).unwrap_or(body);
    match body.trim_ascii_start().first() {
        Some(b'[' | b'{') => marks(body),
        _ => 0,
    }
}
