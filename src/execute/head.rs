//! Sends HEAD over a connection of its own, to see whether a body follows the response: nothing may (RFC 9110, section
//! 9.3.2). A client that keeps connections open closes this one without a word.

use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use http::HeaderMap;
use http::header::{CONNECTION, HOST, HeaderValue};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::Request;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use url::{Host, Position};

use super::Response;

/// How long a body is waited for where the target keeps the connection open, though it is asked to close it.
const GRACE: Duration = Duration::from_millis(200);

/// Why there is no response.
#[derive(Debug)]
pub(super) enum Error {
    Late,
    Connect(io::Error),
    Http(hyper::Error),
}

/// Whether a request is HEAD, without a body of its own, over a connection that can be looked into.
pub(super) fn is_asked_by(request: &Request) -> bool {
    request.method() == http::Method::HEAD && request.url().scheme() == "http" && request.body().is_none()
}

/// Sends the request, to another address than that of its URL if one is given.
pub(super) async fn send(request: &Request, address: Option<SocketAddr>) -> Result<Response, Error> {
    let (mut sender, mut connection) =
        http1::handshake(TokioIo::new(connect(request, address).await.map_err(Error::Connect)?))
            .await
            .map_err(Error::Http)?;
    let response = {
        let mut response = pin!(sender.send_request(composed(request)));
        let mut is_over = false;
        // It tells why it ended through the response.
        poll_fn(|context| {
            is_over = is_over || connection.poll_without_shutdown(context).is_ready();
            match response.as_mut().poll(context) {
                Poll::Pending if is_over => response.as_mut().poll(context),
                polled => polled,
            }
        })
        .await
        .map_err(Error::Http)?
    };
    let (status, headers) = (response.status().as_u16(), fields(response.headers()));
    drop(response);
    let http1::Parts { io, read_buf, .. } = connection.into_parts();
    let surplus = has_more(io.into_inner(), read_buf.to_vec()).await;
    Ok(Response { status, headers, surplus, ..Response::default() })
}

async fn connect(request: &Request, address: Option<SocketAddr>) -> io::Result<TcpStream> {
    if let Some(address) = address {
        return TcpStream::connect(address).await;
    }
    let url = request.url();
    let port = url.port_or_known_default().unwrap_or(80);
    match url.host() {
        Some(Host::Domain(name)) => TcpStream::connect((name, port)).await,
        Some(Host::Ipv4(address)) => TcpStream::connect((address, port)).await,
        Some(Host::Ipv6(address)) => TcpStream::connect((address, port)).await,
        None => Err(io::ErrorKind::AddrNotAvailable.into()),
    }
}

/// The request as it travels. It asks for the end of the connection, so that nothing has to be waited for.
fn composed(request: &Request) -> http::Request<String> {
    let mut composed = http::Request::new(String::new());
    *composed.method_mut() = request.method().clone();
    // A URL holds nothing that is no target of a request.
    *composed.uri_mut() = request.url()[Position::BeforePath..Position::AfterQuery].parse().unwrap_or_default();
    composed.headers_mut().clone_from(request.headers());
    let host = &request.url()[Position::BeforeHost..Position::AfterPort];
    if let Ok(host) = HeaderValue::from_str(host) {
        composed.headers_mut().entry(HOST).or_insert(host);
    }
    composed.headers_mut().entry(CONNECTION).or_insert(HeaderValue::from_static("close"));
    composed
}

/// Whether a body follows, and not another response, or an empty line (RFC 9112, section 2.2).
async fn has_more(mut stream: TcpStream, mut read: Vec<u8>) -> bool {
    let is_more = |read: &[u8]| read.iter().any(|byte| !b"\r\n".contains(byte));
    let more = async { while !is_more(&read) && stream.read_buf(&mut read).await.is_ok_and(|count| count > 0) {} };
    // Whatever was read by then counts.
    let _ = tokio::time::timeout(GRACE, more).await;
    is_more(&read) && !read.starts_with(b"HTTP/")
}

/// Fields whose lines are one list.
const LISTS: [&str; 13] = [
    "accept",
    "accept-patch",
    "accept-post",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "allow",
    "cache-control",
    "content-language",
    "link",
    "preference-applied",
    "vary",
    "www-authenticate",
];

/// The fields of a response; the lines of a list are joined (RFC 9110, section 5.3).
pub(super) fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        let mut known = all.iter_mut().filter(|(known, _)| known == name.as_str() && LISTS.contains(&name.as_str()));
        match known.next() {
            Some((_, list)) => {
                list.push_str(", ");
                list.push_str(&text);
            }
            None => all.push((name.as_str().to_owned(), text.into_owned())),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_list_are_one_and_others_stay_apart() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("allow", "GET"), ("set-cookie", "a=1"), ("allow", "PUT"), ("set-cookie", "b=2")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let found = fields(&headers);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, [("allow", "GET, PUT"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]);
    }
}
