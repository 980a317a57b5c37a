//! Reads the text of a file, from the disk or, for a remote `$ref`, from the network.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect, retry};

use crate::whole_file::{self, LARGEST};

/// The longest wait for a remote file.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Reads a file, or fetches it where `path` is an `http` or `https` URL; the reason where it cannot be had.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let text = path.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        whole_file::text(fetch(&text)?)
    } else {
        whole_file::read(path)
    }
}

/// Fetches a remote file. It may block: documents are loaded before any engine runs. The thread is for callers that
/// are inside a runtime of their own, in which another cannot be started.
fn fetch(url: &str) -> Result<Vec<u8>, String> {
    let url = url.to_owned();
    let task = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
        runtime.block_on(async {
            let client = client().map_err(|e| e.to_string())?;
            let response = client.get(&url).send().await.map_err(|e| e.to_string())?;
            let mut response = response.error_for_status().map_err(|e| e.to_string())?;
            if response.status().is_redirection() {
                return Err(format!("it is answered with {}; redirects are not followed", response.status()));
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|e| e.to_string())? {
                if (bytes.len() + chunk.len()) as u64 > LARGEST {
                    return Err(format!("it has more than {LARGEST} octets, the most that is fetched"));
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes)
        })
    });
    task.join().unwrap_or_else(|_| Err("the fetch ended abnormally".into()))
}

/// A client that fetches what the reference names and nothing else: a redirect would lead where no reference does.
fn client() -> Result<Client, reqwest::Error> {
    // Once for the process; to find it installed already is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A system without certificates can still speak plain HTTP; TLS then fails where it is used.
    builder().build().or_else(|_| builder().tls_certs_only([]).build())
}

fn builder() -> ClientBuilder {
    Client::builder()
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .no_proxy()
        .http1_only()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::path::Path;

    use super::read;

    /// Answers one request with these bytes; the address it does so at.
    fn serve(answer: &'static str) -> String {
        serve_with(answer, 0)
    }

    /// The same, with so many MiB of spaces after it.
    fn serve_with(answer: &'static str, more: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let lines = BufReader::new(stream.try_clone().expect("the stream")).lines();
            lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
            stream.write_all(answer.as_bytes()).expect("written");
            // The reader may have hung up.
            let _ = (0..more).try_for_each(|_| stream.write_all(&[b' '; 1 << 20]));
        });
        format!("http://{address}/a.yaml")
    }

    #[test]
    fn a_remote_file_is_fetched_and_an_error_is_no_file() {
        let found = serve("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\na: 1");
        assert_eq!(read(Path::new(&found)).as_deref(), Ok("a: 1"));
        let missing = serve("HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\na: 1");
        assert!(read(Path::new(&missing)).is_err_and(|reason| reason.contains("404")));
    }

    #[test]
    fn a_remote_file_is_neither_followed_elsewhere_nor_read_without_end() {
        let elsewhere = serve("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 4\r\n\r\na: 1");
        assert!(read(Path::new(&elsewhere)).is_err_and(|reason| reason.contains("redirects are not followed")));
        let endless = serve_with("HTTP/1.1 200 OK\r\n\r\n", 1000);
        assert!(read(Path::new(&endless)).is_err_and(|reason| reason.contains("more than 67108864 octets")));
        let large = serve_with("HTTP/1.1 200 OK\r\n\r\n", 63);
        assert!(read(Path::new(&large)).is_ok());
    }

    #[tokio::test]
    async fn a_runtime_around_it_is_no_hindrance() {
        let found = serve("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\na: 1");
        assert_eq!(read(Path::new(&found)).as_deref(), Ok("a: 1"));
    }
}
