//! Servers of a few lines that write down the heads of what they get, with TLS or without.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::support::command::root;

/// A server that answers each request with the same status.
pub struct Peer {
    pub port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    pub fn start(tls: Option<Arc<ServerConfig>>, status: &'static str, delay: Duration) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").expect("a port"), tls, status, delay)
    }

    /// One without TLS at this port.
    pub fn at(port: u16, status: &'static str) -> Self {
        Self::on(TcpListener::bind(("127.0.0.1", port)).expect("the port"), None, status, Duration::ZERO)
    }

    fn on(listener: TcpListener, tls: Option<Arc<ServerConfig>>, status: &'static str, delay: Duration) -> Self {
        let port = listener.local_addr().expect("an address").port();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = heads.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, log) = (tls.clone(), log.clone());
                std::thread::spawn(move || match tls {
                    None => serve(stream, status, delay, &log),
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).expect("a connection");
                        serve(StreamOwned::new(connection, stream), status, delay, &log);
                    }
                });
            }
        });
        Self { port, heads }
    }

    /// The heads of all requests.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }
}

fn serve(stream: impl Read + Write, status: &str, delay: Duration, log: &Mutex<Vec<String>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if !matches!(stream.read_line(&mut head), Ok(1..)) {
                return;
            }
        }
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if stream.read_exact(&mut vec![0; length]).is_err() {
            return;
        }
        log.lock().expect("no panic").push(head.clone());
        std::thread::sleep(delay);
        let is_known = ["GET ", "HEAD ", "POST "].iter().any(|method| head.starts_with(method));
        let status = if is_known { status } else { "405 Method Not Allowed" };
        let answer = format!("HTTP/1.1 {status}\r\nallow: GET\r\ncontent-length: 0\r\n\r\n");
        if stream.get_mut().write_all(answer.as_bytes()).and_then(|()| stream.get_mut().flush()).is_err() {
            return;
        }
    }
}

/// TLS with the certificate of `tests/data/tls`; with `mutual`, for clients with one of the same authority alone.
pub fn tls(mutual: bool) -> Arc<ServerConfig> {
    let file = |name: &str| root().join("tests/data/tls").join(name);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authority = CertificateDer::from_pem_file(file("ca.pem")).expect("an authority");
    let mut roots = RootCertStore::empty();
    roots.add(authority).expect("is added");
    let builder = ServerConfig::builder_with_provider(provider.clone());
    let builder = builder.with_safe_default_protocol_versions().expect("versions");
    let builder = match mutual {
        false => builder.with_no_client_auth(),
        true => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let certificate = CertificateDer::from_pem_file(file("server.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("a key");
    Arc::new(builder.with_single_cert(vec![certificate], key).expect("they belong together"))
}
