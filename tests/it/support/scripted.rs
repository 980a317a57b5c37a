//! A target that does with each request what a test says, over plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A request as it was received.
pub struct Asked {
    /// How many came before it.
    pub number: usize,
    /// How many are in flight, this one included.
    pub in_flight: usize,
    /// Method and target.
    pub line: String,
}

/// What comes of a request.
pub enum Act {
    /// These bytes.
    Answer(Vec<u8>),
    /// Nothing at all.
    Hang,
    /// The end of the connection.
    HangUp,
    /// The end of the server, connections and all, for so long; for good without a time.
    Die(Option<Duration>),
}

struct Shared {
    act: Box<dyn Fn(&Asked) -> Act + Send + Sync>,
    /// How long each answer takes.
    takes: Duration,
    count: AtomicUsize,
    in_flight: AtomicUsize,
    most: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
    /// When the server is to end, and until when.
    death: Mutex<Option<Option<Duration>>>,
    log: Mutex<Vec<(Instant, String)>>,
}

/// A scripted target.
pub struct Scripted {
    pub url: String,
    shared: Arc<Shared>,
}

impl Scripted {
    /// Answers after a millisecond or so.
    pub fn start(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        Self::slow(Duration::from_millis(2), act)
    }

    /// Answers after this time.
    pub fn slow(takes: Duration, act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"), takes, act)
    }

    /// Answers at this address.
    pub fn at(address: SocketAddr, takes: Duration, act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            act: Box::new(act),
            takes,
            count: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            streams: Mutex::default(),
            death: Mutex::default(),
            log: Mutex::default(),
        });
        let served = shared.clone();
        thread::spawn(move || serve(listener, address, &served));
        Self { url: format!("http://{address}"), shared }
    }

    /// The requests so far, with when they came.
    pub fn log(&self) -> Vec<(Instant, String)> {
        self.shared.log.lock().expect("no panic").clone()
    }

    /// The most that were in flight at once.
    pub fn most_in_flight(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }
}

fn serve(listener: TcpListener, address: SocketAddr, shared: &Arc<Shared>) {
    listener.set_nonblocking(true).expect("a mode");
    let mut listener = Some(listener);
    loop {
        if let Some(time) = shared.death.lock().expect("no panic").take() {
            drop(listener.take());
            for stream in shared.streams.lock().expect("no panic").drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
            let Some(time) = time else { return };
            thread::sleep(time);
            let again = TcpListener::bind(address).expect("the same port");
            again.set_nonblocking(true).expect("a mode");
            listener = Some(again);
        }
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((stream, _))) => {
                stream.set_nonblocking(false).expect("a mode");
                shared.streams.lock().expect("no panic").extend(stream.try_clone());
                let shared = shared.clone();
                thread::spawn(move || converse(&stream, &shared));
            }
            _ => thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn converse(mut stream: &TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    while let Some(line) = read_request(&mut reader) {
        let number = shared.count.fetch_add(1, Ordering::SeqCst);
        let in_flight = shared.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(in_flight, Ordering::SeqCst);
        shared.log.lock().expect("no panic").push((Instant::now(), line.clone()));
        let is_head = line.starts_with("HEAD ");
        let act = (shared.act)(&Asked { number, in_flight, line });
        match act {
            Act::Answer(bytes) => {
                thread::sleep(shared.takes);
                shared.in_flight.fetch_sub(1, Ordering::SeqCst);
                let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
                let length = if is_head { end.map_or(bytes.len(), |end| end + 4) } else { bytes.len() };
                if stream.write_all(&bytes[..length]).is_ok() {
                    continue;
                }
            }
            Act::Hang => {
                // It is in flight until the client has enough.
                let _ = reader.read(&mut [0]);
                shared.in_flight.fetch_sub(1, Ordering::SeqCst);
            }
            Act::HangUp => {
                thread::sleep(shared.takes);
                shared.in_flight.fetch_sub(1, Ordering::SeqCst);
            }
            Act::Die(time) => {
                shared.in_flight.fetch_sub(1, Ordering::SeqCst);
                *shared.death.lock().expect("no panic") = Some(time);
                // Until the server shuts this connection down.
                let _ = reader.read(&mut [0]);
            }
        }
        let _ = stream.shutdown(Shutdown::Both);
        return;
    }
}

/// Reads one request and gives its method and target; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let (mut length, mut first) = (0, None);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" {
            std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).ok()?;
            return first;
        }
        first.get_or_insert_with(|| line.trim_end().trim_end_matches(" HTTP/1.1").to_owned());
    }
}

/// A response of JSON with this status line and these more header fields, each with its line's end.
pub fn json(status: &str, more: &str, body: &str) -> Act {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n");
    Act::Answer((head + body).into_bytes())
}
