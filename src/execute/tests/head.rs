//! What follows the response to HEAD.

use super::*;
use crate::execute::{Exchange, Failure};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\n";
const PAUSE: Duration = Duration::from_millis(20);

/// Sends HEAD to a server that writes these pieces, and then keeps the connection open or closes it.
async fn asked(pieces: &'static [&'static str], stays_open: bool) -> (Exchange, Server) {
    let server = Server::start(move |mut connection| async move {
        connection.read().await;
        for piece in pieces {
            connection.write(piece.as_bytes()).await;
            tokio::time::sleep(PAUSE).await;
        }
        if stays_open {
            tokio::time::sleep(PATIENT).await;
        }
    })
    .await;
    let exchange = send(&server.url, PATIENT).await;
    (exchange, server)
}

async fn send(url: &Url, timeout: Duration) -> Exchange {
    let case = case(Request { method: "HEAD".into(), ..request() });
    client(url, timeout).send(&contract().operations[0], &case, &fixtures()).await
}

#[tokio::test]
async fn a_body_is_noticed_however_it_arrives() {
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    const INTERIM: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 405 No\r\n\r\n{}";
    for pieces in [&["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"][..], &[HEAD, "hello"], &[CHUNKED], &[INTERIM]]
    {
        for stays_open in [false, true] {
            let (exchange, _) = asked(pieces, stays_open).await;
            assert!(exchange.result.expect("a response").surplus, "{pieces:?} {stays_open}");
        }
    }
}

#[tokio::test]
async fn nothing_an_empty_line_and_another_response_are_no_body() {
    const TIMEOUT: &str = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 2\r\n\r\nno";
    const INTERIM: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    for pieces in [&[HEAD][..], &[HEAD, "\r\n"], &[HEAD, TIMEOUT], &[INTERIM, HEAD]] {
        for stays_open in [false, true] {
            let (exchange, server) = asked(pieces, stays_open).await;
            let response = exchange.result.expect("a response");
            assert_eq!((response.status, response.surplus), (200, false), "{pieces:?} {stays_open}");
            assert_eq!(response.header("content-type"), Some("text/plain"));
            let requests = server.requests();
            let [request] = &*requests else { panic!("{requests:?}") };
            let host = format!("host: {}\r\n", server.url.authority());
            assert!(request.starts_with("HEAD /base/items") && request.contains(&host), "{request}");
            assert!(!request.contains("content-length"), "{request}");
        }
    }
}

#[tokio::test]
async fn what_goes_wrong_is_told_as_with_any_other_method() {
    let (exchange, server) = asked(&[], false).await;
    assert!(matches!(exchange.result, Err(Failure::Closed(_))), "{:?}", exchange.result);
    assert_eq!(server.requests().len(), 2, "once more on a new connection");
    let (exchange, _) = asked(&["SSH-2.0-OpenSSH_9.6\r\n\r\n"], true).await;
    assert!(matches!(exchange.result, Err(Failure::Garbage(_))), "{:?}", exchange.result);
    let hanging = Server::start(|mut connection| async move {
        connection.read().await;
        tokio::time::sleep(PATIENT).await;
    })
    .await;
    let result = send(&hanging.url, Duration::from_millis(100)).await.result;
    assert!(matches!(result, Err(Failure::Timeout(_))), "{result:?}");
    let refused = Url::parse("http://127.0.0.1:9/").expect("a URL");
    let result = send(&refused, PATIENT).await.result;
    assert!(matches!(result, Err(Failure::Unreachable(_))), "{result:?}");
}
