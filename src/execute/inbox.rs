//! Takes requests that the target sends by itself, answers them, and keeps them.

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Of a longer body nothing is kept.
const LONGEST_BODY: usize = 1 << 20;
/// Requests that are kept; more are answered.
const MOST: usize = 1_000;
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

type Arrived<N> = Mutex<Vec<Arc<Arrival<N>>>>;

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

    /// Answers from now on.
    pub fn answer(&self, opened: Opened, answer: Answer<N>) {
        tokio::spawn(accept(opened.0, answer, self.arrived.clone()));
    }

    /// What has arrived, in its order.
    pub fn arrived(&self) -> Vec<Arc<Arrival<N>>> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A server that does not answer yet.
#[derive(Debug)]
pub struct Opened(TcpListener);

async fn accept<N: Send + Sync + 'static>(listener: TcpListener, answer: Answer<N>, arrived: Arc<Arrived<N>>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = free.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (answer, arrived) = (answer.clone(), arrived.clone());
        tokio::spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, serve(stream, answer, arrived)).await;
            drop(permit);
        });
    }
}

async fn serve<N: Send + Sync + 'static>(stream: TcpStream, answer: Answer<N>, arrived: Arc<Arrived<N>>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, arrived) = (answer.clone(), arrived.clone());
        async move { Ok::<_, Infallible>(respond(request, &answer, &arrived).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // What cannot be read is no request.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond<N>(request: Request<Incoming>, answer: &Answer<N>, arrived: &Arrived<N>) -> Response<String> {
    let (head, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // What was cut off is no request.
        let Ok(frame) = frame else { return response(400) };
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > LONGEST_BODY {
            return response(413);
        }
        bytes.extend_from_slice(&data);
    }
    let request = Request::from_parts(head, bytes);
    let (answered, note) = answer(&request);
    let mut arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
    if arrived.len() < MOST {
        arrived.push(Arc::new(Arrival { request, answered, note }));
    }
    response(answered)
}

fn response(status: u16) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response
}
