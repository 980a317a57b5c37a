//! Tests against servers that are written out byte by byte.

mod coding;
mod curl;
mod failures;
mod head;
mod wire;

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::{Client, ClientOptions};
use crate::case::{Case, Intent};
use crate::contract::Contract;
use crate::fixtures::{Fixtures, Secret};
use crate::spec::{Document, LoadOptions};
use crate::testing;
use crate::wire::{Body, Payload, Request};

/// A server whose connections are all served by one function.
pub(super) struct Server {
    pub url: Url,
    /// Each request as it was received, in order.
    pub requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// One connection of a server, with its number, from 0.
pub(super) struct Connection {
    pub number: usize,
    stream: TcpStream,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    pub async fn start<F, S>(serve: S) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
        S: Fn(Connection) -> F + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(serve(Connection { number, stream, requests: Arc::clone(&kept) }));
            }
        });
        Self { url: Url::parse(&url).expect("a URL"), requests }
    }

    /// Answers every request with these bytes and keeps connections open.
    pub async fn answering(response: &'static str) -> Self {
        Self::start(move |mut connection| async move {
            while connection.read().await.is_some() {
                connection.write(response.as_bytes()).await;
            }
        })
        .await
    }

    pub fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().expect("no test panics with the lock");
        requests.iter().map(|request| String::from_utf8_lossy(request).into_owned()).collect()
    }
}

impl Connection {
    /// The next whole request; `None` when the client closes first.
    pub async fn read(&mut self) -> Option<String> {
        let mut bytes = self.read_head().await?;
        let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        let read = bytes.len();
        bytes.resize(read + length, 0);
        self.stream.read_exact(&mut bytes[read..]).await.ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.requests.lock().expect("no test panics with the lock").push(bytes);
        Some(text)
    }

    /// The head of the next request, its blank line included.
    pub async fn read_head(&mut self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            bytes.push(self.stream.read_u8().await.ok()?);
        }
        Some(bytes)
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        // A client that has gone is the client's business.
        let _ = self.stream.write_all(bytes).await;
    }
}

pub(super) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://example.com/base/'}]
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
    digest: {type: http, scheme: Digest}
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: k e y}
    cookie: {type: apiKey, in: cookie, name: session}
security: [{basic: []}, {bearer: []}, {digest: []}, {header: [], query: [], cookie: []}]
paths:
  /items:
    post:
      operationId: add
      parameters: [{name: X-Token, in: header, schema: {type: string}}]
      responses: {'200': {description: ok}, '429': {description: slow down}, 5XX: {description: broken}}
  /open:
    post:
      operationId: open
      security: []
      responses: {default: {description: anything}}
";

/// A contract of two operations: one with every kind of credential, one public.
pub(super) fn contract() -> Contract {
    let document = Document::from_text("spec.yaml".as_ref(), DOCUMENT.into(), LoadOptions::default());
    Contract::compile(document.expect("YAML")).expect("compiles")
}

pub(super) fn secret(value: &str, variable: &str) -> Secret {
    Secret { value: value.into(), variable: variable.into() }
}

/// Credentials for every scheme of the contract.
pub(super) fn fixtures() -> Fixtures {
    let secrets = [
        ("basic", "ada:pa ss", "PAIR"),
        ("bearer", "tok-En21", "TOKEN"),
        ("digest", "dig-est", "DIGEST"),
        ("header", "head-er", "HEADER"),
        ("query", "que ry&", "QUERY"),
        ("cookie", "coo kie", "COOKIE"),
    ];
    let credentials = secrets.map(|(name, value, variable)| (name.to_owned(), secret(value, variable)));
    Fixtures { credentials: credentials.into_iter().collect(), ..Fixtures::default() }
}

pub(super) fn request() -> Request {
    testing::request("POST", "/items")
}

pub(super) fn json_body(value: Value) -> Option<Body> {
    Some(Body { media_type: Some("application/json".into()), payload: Payload::Json(value) })
}

pub(super) fn large_body(size: u64) -> Option<Body> {
    let payload = Payload::Padded { value: json!({"a": 1}), size };
    Some(Body { media_type: Some("application/json".into()), payload })
}

pub(super) fn case(request: Request) -> Case {
    testing::case(Intent::Valid, request)
}

pub(super) fn client(target: &Url, timeout: Duration) -> Client {
    client_with(target, timeout, Vec::new())
}

pub(super) fn client_with(target: &Url, timeout: Duration, headers: Vec<(String, Secret)>) -> Client {
    Client::new(ClientOptions { headers, ..ClientOptions::new(target.clone(), timeout) }).expect("a client")
}

pub(super) const PATIENT: Duration = Duration::from_secs(10);
