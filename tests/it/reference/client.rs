//! A server on a port of its own, and an HTTP client that can send what a well-behaved one cannot.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use conform::reference::{self, Store};
use serde_json::Value;
use tokio::sync::oneshot;

/// The reference target on a free port, until [`Server::stop`] or the end of the test.
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub fn start() -> Server {
        Server::with(Store::in_memory().expect("a store in memory"))
    }

    pub fn with(store: Store) -> Server {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        listener.set_nonblocking(true).expect("a non-blocking listener");
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                reference::serve(listener, store, async {
                    let _ = stopped.await;
                })
                .await
            })
        });
        Server { address, stop, thread }
    }

    /// Shuts down gracefully and waits until `serve` has returned.
    pub fn stop(self) {
        self.stop.send(()).expect("a running server");
        self.thread.join().expect("no panic").expect("a clean end");
    }

    pub fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
        // The body goes out after the head, without waiting for the server to acknowledge that.
        stream.set_nodelay(true).expect("no delay");
        Connection(BufReader::new(stream))
    }

    /// One request on a connection of its own.
    pub fn send(&self, request: &Request) -> Response {
        self.connect().send(request)
    }
}

/// A request, changed step by step from a good one.
#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }

    pub fn json(self, body: &Value) -> Request {
        self.body(body.to_string())
    }

    pub fn path(mut self, path: impl Into<String>) -> Request {
        self.path = path.into();
        self
    }

    pub fn method(mut self, method: &'static str) -> Request {
        self.method = method;
        self
    }

    pub fn without(mut self, name: &str) -> Request {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self
    }

    pub fn and(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The header `name` replaced.
    pub fn with(self, name: &str, value: &str) -> Request {
        self.without(name).and(name, value)
    }

    fn head(&self, framing: &str) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + framing + "\r\n\r\n"
    }
}

/// One connection, which stays open between requests.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn send(&mut self, request: &Request) -> Response {
        let head = request.head(&format!("content-length: {}", request.body.len()));
        self.write(head.as_bytes());
        self.write(&request.body);
        self.response(request.method)
    }

    /// The body in one chunk, its length not announced.
    pub fn send_chunked(&mut self, request: &Request) -> Response {
        self.write(request.head("transfer-encoding: chunked").as_bytes());
        self.write(format!("{:x}\r\n", request.body.len()).as_bytes());
        self.write(&request.body);
        self.write(b"\r\n0\r\n\r\n");
        self.response(request.method)
    }

    /// A body that ends one byte before its announced length, and then nothing more.
    pub fn send_cut_off(&mut self, request: &Request) -> Response {
        let head = request.head(&format!("content-length: {}", request.body.len() + 1));
        self.write(head.as_bytes());
        self.write(&request.body);
        self.0.get_ref().shutdown(Shutdown::Write).expect("a half-closed connection");
        self.response(request.method)
    }

    /// A body that ends before its announced length, on a connection that stays open.
    pub fn send_short(&mut self, request: &Request, announced: usize) -> Response {
        let head = request.head(&format!("content-length: {announced}"));
        self.write(head.as_bytes());
        self.write(&request.body);
        self.response(request.method)
    }

    /// The beginning of a request that never ends.
    pub fn stall(&mut self, request: &Request) {
        self.write(request.head("content-length: 100").as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).expect("a server that reads");
    }

    fn response(&mut self, method: &str) -> Response {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a status line");
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a header");
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
                None => break,
            }
        }
        let mut response = Response { status: status.expect("a status"), headers, body: Vec::new() };
        let length = response.header("content-length").and_then(|length| length.parse().ok());
        if method != "HEAD" {
            response.body.resize(length.expect("a length"), 0);
            self.0.read_exact(&mut response.body).expect("a whole body");
        }
        response
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        serde_json::from_slice(&self.body).expect("JSON")
    }
}
