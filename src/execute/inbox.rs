//! Takes requests that the target sends by itself, answers them, and keeps them.

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Request, Response, StatusCode, Uri};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Of a longer body nothing is kept.
const LONGEST_BODY: usize = 1 << 20;
/// Requests that are kept, and their bytes; more are answered.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 64 << 20;
/// Connections at once.
const CONNECTIONS: usize = 64;
/// How long the head of a request is waited for, and a connection is kept.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request of the target, with the status that it was answered with.
#[derive(Debug)]
pub struct Arrival<N> {
    /// The request.
    pub request: Request<Vec<u8>>,
    /// The status.
    pub answered: u16,
    /// What was made out of it when it came.
    pub note: N,
}

/// The status that a request is answered with, and what is made out of it.
pub type Answer<N> = Arc<dyn Fn(&Request<Vec<u8>>) -> (u16, N) + Send + Sync>;

/// What has arrived, in its order.
#[derive(Debug)]
struct Kept<N> {
    arrivals: Vec<Arc<Arrival<N>>>,
    bytes: usize,
    dropped: usize,
}

impl<N> Default for Kept<N> {
    fn default() -> Self {
        Self { arrivals: Vec::new(), bytes: 0, dropped: 0 }
    }
}

impl<N> Kept<N> {
    fn keep(&mut self, arrival: Arrival<N>) {
        let bytes = size(&arrival.request);
        if self.arrivals.len() == MOST || self.bytes + bytes > MOST_BYTES {
            self.dropped += 1;
            return;
        }
        self.bytes += bytes;
        self.arrivals.push(Arc::new(arrival));
    }
}

/// What a request takes of the memory, about.
fn size(request: &Request<Vec<u8>>) -> usize {
    let fields = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    request.uri().to_string().len() + fields.sum::<usize>() + request.body().len()
}

type Arrived<N> = Mutex<Kept<N>>;

/// A server that keeps what it gets. It ends with the runtime that it was started in.
#[derive(Clone)]
pub struct Inbox<N> {
    address: SocketAddr,
    arrived: Arc<Arrived<N>>,
}

impl<N> fmt::Debug for Inbox<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({})", self.address)
    }
}

impl<N: Send + Sync + 'static> Inbox<N> {
    /// Starts a server at an address; of port 0, the system chooses one.
    ///
    /// # Errors
    /// The address is in use, or not of this machine.
    pub async fn open(address: SocketAddr) -> io::Result<(Self, Opened)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((Self { address, arrived: Arc::default() }, Opened(listener)))
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers from now on what comes below this path, which arrivals lack; all else is answered 404, and forgotten.
    pub fn answer(&self, opened: Opened, below: &str, answer: Answer<N>) {
        let below: Arc<str> = below.into();
        tokio::spawn(accept(opened.0, (below, answer), self.arrived.clone()));
    }

    /// What has arrived, in its order.
    pub fn arrived(&self) -> Vec<Arc<Arrival<N>>> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).arrivals.clone()
    }

    /// How many more have arrived than were kept, or larger ones.
    pub fn dropped(&self) -> usize {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).dropped
    }
}

/// A server that does not answer yet.
#[derive(Debug)]
pub struct Opened(TcpListener);

/// The path that requests are below, and what makes the answer.
type Door<N> = (Arc<str>, Answer<N>);

async fn accept<N: Send + Sync + 'static>(listener: TcpListener, door: Door<N>, arrived: Arc<Arrived<N>>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = free.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (door, arrived) = (door.clone(), arrived.clone());
        tokio::spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, serve(stream, door, arrived)).await;
            drop(permit);
        });
    }
}

async fn serve<N: Send + Sync + 'static>(stream: TcpStream, door: Door<N>, arrived: Arc<Arrived<N>>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (door, arrived) = (door.clone(), arrived.clone());
        async move { Ok::<_, Infallible>(respond(request, &door, &arrived).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // What cannot be read is no request.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond<N>(request: Request<Incoming>, (below, answer): &Door<N>, arrived: &Arrived<N>) -> Response<String> {
    let (mut head, mut body) = request.into_parts();
    let Some(uri) = within(&head.uri, below) else { return response(404) };
    head.uri = uri;
    let kept = || arrived.lock().unwrap_or_else(PoisonError::into_inner);
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // What was cut off is no request.
        let Ok(frame) = frame else { return response(400) };
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > LONGEST_BODY {
            kept().dropped += 1;
            return response(413);
        }
        bytes.extend_from_slice(&data);
    }
    let request = Request::from_parts(head, bytes);
    let (answered, note) = answer(&request);
    kept().keep(Arrival { request, answered, note });
    response(answered)
}

/// The URI without the path that it is below; `None` where it is not.
fn within(uri: &Uri, below: &str) -> Option<Uri> {
    let path_and_query = uri.path_and_query()?.as_str();
    let rest = path_and_query.strip_prefix(below)?;
    match rest.as_bytes().first() {
        None => Some(Uri::from_static("/")),
        Some(b'/') => rest.parse().ok(),
        Some(b'?') => format!("/{rest}").parse().ok(),
        Some(_) => None,
    }
}

fn response(status: u16) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_path_is_known_without_it() {
        for (uri, below, within_it) in [
            ("/a/b/webhooks/x?y=1", "/a/b", Some("/webhooks/x?y=1")),
            ("/a/b", "/a/b", Some("/")),
            ("/a/b?y=1", "/a/b", Some("/?y=1")),
            ("/webhooks/x", "", Some("/webhooks/x")),
            ("/a/bc", "/a/b", None),
            ("/webhooks/x", "/a/b", None),
        ] {
            let found = within(&uri.parse().expect("a URI"), below).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), within_it, "{uri} {below}");
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let arrival = |bytes: usize| Arrival { request: Request::new(vec![0; bytes]), answered: 200, note: () };
        let (mut many, mut large) = (Kept::default(), Kept::default());
        (0..MOST + 3).for_each(|_| many.keep(arrival(1)));
        assert_eq!((many.arrivals.len(), many.dropped), (MOST, 3));
        (0..70).for_each(|_| large.keep(arrival(LONGEST_BODY)));
        assert!(large.arrivals.len() + large.dropped == 70 && large.bytes <= MOST_BYTES && large.dropped > 5);
    }
}
