//! Sends one request and reads its response, or says why there is none.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Request};
use url::Url;

use super::connections::Connections;
use super::head::{self, fields};
use super::room::{Room, Rooms, SMALL};
use super::{Failure, Network, Response, stream};

/// The largest body that is read.
pub(super) const MAX_BODY: usize = 16 << 20;
/// The octets that the fields of a response may have: usual clients and proxies take fewer, and all of them are kept.
const MAX_HEAD: usize = 128 << 10;
/// Bodies up to this size are sent at once, larger ones in pieces on a second try.
const AT_ONCE: usize = 64 << 10;

/// Two clients: one that keeps connections open, and one that opens a new one for each request.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    pooled: Client,
    fresh: Client,
    /// Of the first one.
    connections: Connections,
    timeout: Duration,
    network: Network,
    pub rooms: Rooms,
}

/// An attempt that failed.
struct Broken {
    failure: Failure,
    /// Not even the head of a response was received.
    unanswered: bool,
}

impl Transport {
    pub fn new(target: &Url, timeout: Duration, network: &Network) -> Result<Self, reqwest::Error> {
        let builder = || network.put_into(builder(timeout), target);
        let connections = Connections::default();
        let pooled = builder().pool_max_idle_per_host(usize::MAX).connector_layer(connections.clone()).build()?;
        let fresh = builder().pool_max_idle_per_host(0).build()?;
        Ok(Self { pooled, fresh, connections, timeout, network: network.clone(), rooms: Rooms::default() })
    }

    /// Sends `request`, and once more on a new connection if the first one ended before any response: a server
    /// may close an idle connection in the very moment in which it is used again (RFC 9112, section 9.3.1), or
    /// answer and close while a large body is still on its way. What the second attempt shows is the result; beside it,
    /// whether the first one ended on a connection that was opened in the meantime, with no such reason.
    pub async fn send(&self, request: &Request) -> (Result<Response, Failure>, bool) {
        let opened = self.connections.opened();
        let first = if head::is_asked_by(request) && self.network.proxy.is_none() {
            self.attempt_head(request).await
        } else {
            self.attempt(&self.pooled, copy(request, false)).await
        };
        let first = match first {
            Ok(response) => return (Ok(response), false),
            Err(broken) => broken,
        };
        if !first.unanswered || !matches!(first.failure, Failure::Closed(_) | Failure::Garbage(_)) {
            return (Err(first.failure), false);
        }
        let is_large = request.body().and_then(reqwest::Body::as_bytes).is_some_and(|bytes| bytes.len() > AT_ONCE);
        let is_cut = matches!(first.failure, Failure::Closed(_)) && self.connections.opened() > opened && !is_large;
        let second = self.attempt(&self.fresh, copy(request, true)).await.map_err(|second| match second.failure {
            // It was there a moment ago: that it hung up is what there is to say.
            Failure::Unreachable(_) => first.failure,
            failure => failure,
        });
        (second, is_cut)
    }

    async fn attempt_head(&self, request: &Request) -> Result<Response, Broken> {
        let time = self.time(request);
        let response = tokio::time::timeout(time, head::send(request, self.network.address(request.url()))).await;
        let broken = |failure| Broken { failure, unanswered: true };
        let mut response = response.unwrap_or(Err(head::Error::Late)).map_err(|error| {
            broken(match error {
                head::Error::Late => Failure::Timeout(time),
                head::Error::Connect(error) => Failure::Unreachable(error.to_string()),
                head::Error::Http(error) => lost(&error),
            })
        })?;
        response.headers = bounded(response.headers).map_err(|failure| Broken { failure, unanswered: false })?;
        Ok(response)
    }

    async fn attempt(&self, client: &Client, request: Request) -> Result<Response, Broken> {
        let time = self.time(&request);
        let response = client.execute(request).await;
        let response = response.map_err(|error| Broken { failure: failure(&error, time), unanswered: true })?;
        self.read(response, time).await.map_err(|failure| {
            let failure = match failure {
                Failure::Closed(reason) => Failure::CutOff(reason),
                failure => failure,
            };
            Broken { failure, unanswered: false }
        })
    }

    async fn read(&self, mut response: reqwest::Response, time: Duration) -> Result<Response, Failure> {
        let (status, version) = (response.status().as_u16(), response.version());
        let headers = bounded(fields(response.headers()))?;
        let mut body: Vec<u8> = Vec::new();
        let mut room = Room::default();
        // A stream may have no end: what has come of it is the response.
        let end = stream::is_stream(&headers).then(|| tokio::time::Instant::now() + stream::LONGEST);
        while let Some(chunk) = stream::next(&mut response, end).await.map_err(|error| failure(&error, time))? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(Failure::TooLarge(MAX_BODY));
            }
            if body.len() <= SMALL && body.len() + chunk.len() > SMALL {
                room = self.rooms.enter().await;
            }
            if body.len() + chunk.len() > body.capacity() {
                // No more than the largest body has.
                body.reserve_exact(body.len().max(chunk.len()).min(MAX_BODY - body.len()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body, version, still_coded: None, surplus: false, room })
    }

    /// How long a response to it is waited for.
    fn time(&self, request: &Request) -> Duration {
        request.timeout().copied().unwrap_or(self.timeout)
    }
}

/// The fields of a response, where they are not too large to be kept.
fn bounded(headers: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
    let octets = headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if octets > MAX_HEAD { Err(Failure::TooLarge(MAX_HEAD)) } else { Ok(headers) }
}

/// Why there is no response, where none came within this time.
fn failure(error: &reqwest::Error, time: Duration) -> Failure {
    if error.is_timeout() {
        return Failure::Timeout(time);
    }
    let reason = reason(error);
    if error.is_builder() {
        return Failure::Unsendable(reason);
    }
    if error.is_connect() {
        return match causes(error).find_map(tls) {
            Some(message) => Failure::Insecure(message),
            None => Failure::Unreachable(reason),
        };
    }
    lost(error)
}

/// What an error says of a connection that was there.
fn lost(error: &(dyn Error + 'static)) -> Failure {
    let reason = reason(error);
    // Since TLS 1.3 a client hears of it only once it has sent something.
    if let Some(alert) = causes(error).find_map(refused) {
        return Failure::Insecure(alert);
    }
    for cause in causes(error) {
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            if error.is_parse() {
                return Failure::Garbage(reason);
            }
            if error.is_user() {
                return Failure::Unsendable(reason);
            }
        }
        // hyper's word for a chunk that is none (RFC 9112, section 7.1).
        if let Some(error) = cause.downcast_ref::<io::Error>()
            && matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
        {
            return Failure::Garbage(reason);
        }
    }
    Failure::Closed(reason)
}

/// What all header fields of a response may take over HTTP/2, so that the limit of all versions decides.
const HEADER_LIST: u32 = 1 << 20;
/// What may be on its way of one response over HTTP/2, and of all: one that waits to be read must not hold up the others.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 64 << 20;

/// A client without redirects or cookies, and without proxies of the environment. It speaks HTTP/2 where TLS
/// offers it (RFC 9113, section 3.2) and else HTTP/1.1, and leaves bodies as they are.
fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    // Once for the process; to find it installed already is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(timeout)
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .no_proxy()
        .tcp_nodelay(true)
        .http2_max_header_list_size(HEADER_LIST)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
}

/// The request once more. In `pieces`, a large body leaves pauses in which an early response is noticed before
/// writing on into a connection that the server has closed, whose reset would hide the response.
fn copy(request: &Request, pieces: bool) -> Request {
    let mut copy = Request::new(request.method().clone(), request.url().clone());
    *copy.headers_mut() = request.headers().clone();
    *copy.timeout_mut() = request.timeout().copied();
    let bytes = request.body().and_then(reqwest::Body::as_bytes);
    *copy.body_mut() = bytes.map(|bytes| match pieces && bytes.len() > AT_ONCE {
        false => reqwest::Body::from(bytes.to_vec()),
        true => {
            // At most 256 pieces: the pauses add up to well under a second.
            let size = AT_ONCE.max(bytes.len().div_ceil(256));
            let chunks: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            let paced = futures_util::stream::unfold((chunks.into_iter(), 0), |(mut chunks, sent)| async move {
                match sent {
                    0 => {}
                    1 => tokio::time::sleep(Duration::from_millis(50)).await,
                    _ => tokio::time::sleep(Duration::from_millis(1)).await,
                }
                chunks.next().map(|chunk| (Ok::<_, io::Error>(chunk), (chunks, sent + 1)))
            });
            reqwest::Body::wrap_stream(paced)
        }
    });
    copy
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What to do about a target that wants a certificate of the client, or another one (RFC 8446, section 6.2).
fn refused(cause: &(dyn Error + 'static)) -> Option<String> {
    use rustls::AlertDescription::{AccessDenied, BadCertificate, CertificateExpired, CertificateRequired};
    use rustls::AlertDescription::{CertificateUnknown, UnknownCA};

    let wanted = match error_of_tls(cause)? {
        rustls::Error::AlertReceived(CertificateRequired) => "asks for a certificate of the client",
        rustls::Error::AlertReceived(
            AccessDenied | BadCertificate | CertificateExpired | CertificateUnknown | UnknownCA,
        ) => "does not take the client's certificate",
        _ => return None,
    };
    Some(format!("the target {wanted}: name one with --client-cert FILE, and its key with --client-key FILE"))
}

/// An error of TLS, however it is wrapped.
fn error_of_tls<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    // An I/O error names what lies beneath the thing that it holds, and not that itself.
    let held = std::iter::successors(Some(cause), |&cause| {
        cause.downcast_ref::<io::Error>()?.get_ref().map(|held| held as &(dyn Error + 'static))
    });
    held.into_iter().find_map(|cause| cause.downcast_ref::<rustls::Error>())
}

/// What went wrong with TLS and what to do about it, if this is an error of TLS.
fn tls(cause: &(dyn Error + 'static)) -> Option<String> {
    Some(match error_of_tls(cause)? {
        rustls::Error::InvalidCertificate(error) => format!(
            "the certificate is not trusted ({error}); the variable SSL_CERT_FILE may name a file of authorities to trust, and so may --ca-file; --insecure takes any"
        ),
        rustls::Error::InvalidMessage(_) => "no TLS is spoken there; is it http, and not https?".to_owned(),
        other => other.to_string(),
    })
}

/// The innermost cause: the outer ones only repeat that a request failed, and name its URL.
fn reason(error: &(dyn Error + 'static)) -> String {
    let innermost = causes(error).last().map(ToString::to_string).unwrap_or_default();
    // Nothing lies beneath an error of reqwest's own, and it would print the URL.
    let own = causes(error).last().is_some_and(|cause| cause.is::<reqwest::Error>());
    if own { "the HTTP client cannot send it".to_owned() } else { innermost }
}
