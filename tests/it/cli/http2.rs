//! HTTP/2, where the target offers it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_rustls::TlsAcceptor;

use super::peer::tls;
use crate::support::command::{folder_with, root, run_beside};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get: {operationId: list, responses: {'204': {description: all}}}
";

/// A server with TLS that offers these protocols: its port, and the versions of the requests that it gets.
async fn serve(offered: &[&str]) -> (u16, Arc<Mutex<Vec<Version>>>) {
    let seen: Arc<Mutex<Vec<Version>>> = Arc::default();
    let mut config = (*tls(false)).clone();
    config.alpn_protocols = offered.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, log) = (acceptor.clone(), log.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let is_2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let answer = service_fn(move |request: Request<Incoming>| {
                    log.lock().expect("no panic").push(request.version());
                    let is_read = matches!(request.method().as_str(), "GET" | "HEAD");
                    let answer =
                        Response::builder().status(if is_read { 204 } else { 405 }).header("allow", "GET, HEAD");
                    std::future::ready(Ok::<_, Infallible>(answer.body(String::new()).expect("a response")))
                });
                let stream = TokioIo::new(stream);
                // Whoever hangs up has seen enough.
                let _ = match is_2 {
                    true => http2::Builder::new(TokioExecutor::new()).serve_connection(stream, answer).await,
                    false => http1::Builder::new().serve_connection(stream, answer).await,
                };
            });
        }
    });
    (port, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_spoken_where_it_is_offered_and_not_forbidden() {
    let ca = root().join("tests/data/tls/ca.pem").display().to_string();
    for (offered, more, version) in [
        (&["h2", "http/1.1"][..], None, Version::HTTP_2),
        (&["h2", "http/1.1"], Some("--http1"), Version::HTTP_11),
        (&["h2"], None, Version::HTTP_2),
        (&["http/1.1"], None, Version::HTTP_11),
        (&[], None, Version::HTTP_11),
    ] {
        let (port, seen) = serve(offered).await;
        let target = format!("https://localhost:{port}");
        let folder = folder_with(&[("notes.yaml", NOTES)]);
        let arguments = ["notes.yaml", "--target", &target, "--ca-file", &ca, "--cases", "0", "--regressions", "off"];
        let arguments: Vec<_> = arguments.into_iter().chain(["--report", "har=run.har"]).chain(more).collect();
        let output = run_beside(folder.path(), &arguments).await;
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{offered:?}: {told}");
        let seen = seen.lock().expect("no panic");
        assert!(!seen.is_empty() && seen.iter().all(|one| *one == version), "{offered:?}: {seen:?}");
        let har = std::fs::read_to_string(folder.path().join("run.har")).expect("a HAR");
        let har: serde_json::Value = serde_json::from_str(&har).expect("JSON");
        for entry in har["log"]["entries"].as_array().expect("entries") {
            assert_eq!(entry["response"]["httpVersion"], format!("{version:?}"), "{offered:?}: {entry}");
        }
    }
}
