//! A small target that keeps its contract, or does one thing otherwise.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};

use crate::support::served::serve;

pub const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{bearer: []}]
paths:
  /rooms/{room}:
    parameters: [{$ref: '#/components/parameters/Room'}]
    get:
      operationId: room
      responses:
        '200':
          description: a room
          content: {application/json: {schema: {type: object, required: [room], properties: {room: {type: string}}}}}
        '401': {$ref: '#/components/responses/Error'}
        '403': {$ref: '#/components/responses/Error'}
        '404': {$ref: '#/components/responses/Error'}
  /rooms/{room}/name:
    parameters: [{$ref: '#/components/parameters/Room'}]
    get:
      operationId: name
      responses:
        '200':
          description: its name
          content: {application/json: {schema: {type: object}}, text/plain: {schema: {type: string}}}
        '401': {$ref: '#/components/responses/Error'}
        '403': {$ref: '#/components/responses/Error'}
        '404': {$ref: '#/components/responses/Error'}
  /rooms/{room}/notes:
    parameters: [{$ref: '#/components/parameters/Room'}]
    post:
      operationId: write
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
      responses:
        '201':
          description: written
          headers: {X-Count: {required: true, schema: {type: integer, minimum: 0}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
        '202': {description: to be written}
        '400': {$ref: '#/components/responses/Error'}
        '401': {$ref: '#/components/responses/Error'}
        '403': {$ref: '#/components/responses/Error'}
        '404': {$ref: '#/components/responses/Error'}
        '409': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
        '422': {$ref: '#/components/responses/Error'}
        '503': {$ref: '#/components/responses/Error'}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  parameters: {Room: {name: room, in: path, required: true, schema: {type: string}}}
  responses:
    Error:
      description: an error
      content:
        application/json:
          schema: {type: object, required: [error], properties: {error: {type: string}}}
  schemas:
    Note:
      type: object
      required: [text]
      properties:
        id: {type: string, readOnly: true}
        text: {type: string, minLength: 1, maxLength: 20}
        secret: {type: string, writeOnly: true}
"##;

pub const FIXTURES: &str = "\
credentials: {bearer: token-of-the-tests}
resources: [{at: path.room, existing: [lobby], missing: [attic]}]
cases: [{name: a plain note, operation: write, body: {text: plain, secret: hush}, status: 201}]
";

/// A target with its one behaviour, in words.
pub struct Target {
    behaviour: &'static str,
    requests: AtomicUsize,
    readers: AtomicUsize,
}

/// What is answered, before it is written.
struct Reply {
    status: u16,
    body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Target {
    /// Its address.
    pub async fn start(behaviour: &'static str) -> String {
        let target = Arc::new(Self { behaviour, requests: AtomicUsize::new(0), readers: AtomicUsize::new(0) });
        let router = Router::new().fallback(answer).with_state(target);
        serve(router).await
    }

    fn does(&self, behaviour: &str) -> bool {
        self.behaviour == behaviour
    }

    fn reply(&self, method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Reply {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (room, allowed) = match parts.as_slice() {
            ["rooms", room] | ["rooms", room, "name"] => (*room, Method::GET),
            ["rooms", room, "notes"] => (*room, Method::POST),
            _ => return self.refuse(404),
        };
        if *method != allowed && !(self.does("takes every method for POST") && *method != Method::GET) {
            if self.does("says 404 to another method") {
                return self.refuse(404);
            }
            return Reply { headers: vec![("allow", allowed.to_string())], ..self.refuse(405) };
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_known = match self.does("takes any bearer token") {
            true => header("authorization").starts_with("Bearer "),
            false => header("authorization") == "Bearer token-of-the-tests",
        };
        if !is_known {
            return match self.does("forbids in place of asking who it is") {
                true => self.refuse(403),
                false => Reply { headers: vec![("www-authenticate", "Bearer".to_owned())], ..self.refuse(401) },
            };
        }
        if room != "lobby" && !self.does("has every room") {
            return self.refuse(if self.does("forbids what does not exist") { 403 } else { 404 });
        }
        match allowed {
            Method::GET if path.ends_with("/name") => self.name(room, header("accept")),
            Method::GET => self.room(room),
            _ => self.note(header("content-type"), body),
        }
    }

    /// As text where the request asks for that.
    fn name(&self, room: &str, accept: &str) -> Reply {
        let asks =
            (accept.starts_with("text/") || accept.contains("json;q=0,")) && !self.does("writes JSON to everybody");
        match asks || accept.contains("*/*") && self.does("writes text where both will do") {
            true => Reply { headers: vec![("content-type", "text/plain".to_owned())], ..self.say(200, json!(room)) },
            false => self.say(200, json!({"name": room})),
        }
    }

    fn room(&self, room: &str) -> Reply {
        let readers = self.readers.fetch_add(1, Ordering::SeqCst);
        match readers {
            1.. if self.does("shows a room once") => self.refuse(404),
            _ => self.say(200, json!({"room": room, "readers": readers})),
        }
    }

    fn note(&self, media_type: &str, body: &Bytes) -> Reply {
        let is_json =
            media_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/json"));
        if !is_json && !self.does("takes JSON under any name") {
            return self.refuse(if self.does("calls another media type a bad request") { 400 } else { 415 });
        }
        let invalid = match self.behaviour {
            "says 409 to what is invalid" => 409,
            "calls what is invalid 422" => 422,
            _ => 400,
        };
        let Ok(Value::Object(note)) = serde_json::from_slice::<Value>(body) else { return self.refuse(invalid) };
        let Some(text) = note.get("text").and_then(Value::as_str) else { return self.refuse(invalid) };
        let is_long = text.chars().count() > 20 && !self.does("takes a text of any length");
        if text.is_empty() || is_long || note.get("secret").is_some_and(|secret| !secret.is_string()) {
            return self.refuse(invalid);
        }
        if self.does("fails on letters beyond ASCII") && !text.is_ascii() {
            return self.refuse(500);
        }
        if self.does("takes short texts alone") && text.len() > 10 {
            return self.refuse(400);
        }
        if self.does("knows some texts already") && text.len() > 10 {
            return self.refuse(409);
        }
        self.written(text, &note)
    }

    fn written(&self, text: &str, note: &serde_json::Map<String, Value>) -> Reply {
        let count = match self.behaviour {
            "counts below zero" => -1,
            _ => i64::from(!self.does("counts nothing")),
        };
        let id = match (self.behaviour, note.get("id")) {
            ("makes ids that are numbers", _) => json!(7),
            ("takes the id from the note", Some(id)) => id.clone(),
            _ => json!("n7"),
        };
        let text = if self.does("trims texts") { text.trim() } else { text };
        let mut written = json!({"id": id, "text": text});
        if let Some(secret) = note.get("secret") {
            match self.behaviour {
                "sends secrets back" => written["secret"] = secret.clone(),
                "says that there is a secret" => written["has_secret"] = json!(true),
                _ => {}
            }
        }
        let reply = match self.behaviour {
            "says 200 in place of 201" => self.say(200, written),
            "takes notes for later" => Reply { body: None, ..self.say(202, Value::Null) },
            "takes notes for later and calls it an error" => self.say(202, json!({"error": "not now"})),
            "takes notes for later and says so" => self.say(202, json!({"id": id})),
            _ => self.say(201, written),
        };
        Reply { headers: vec![("x-count", count.to_string())], ..reply }
    }

    fn say(&self, status: u16, mut body: Value) -> Reply {
        if self.does("adds members") && body.is_object() {
            body["added"] = json!(["more"]);
        }
        Reply { status, body: Some(body), headers: Vec::new() }
    }

    fn refuse(&self, status: u16) -> Reply {
        let code = match self.behaviour {
            "has errors without a code" => return self.say(status, json!({"message": "no"})),
            "shows where it failed" => {
                "Traceback (most recent call last):\n  File \"/srv/app/notes.py\", line 3, in write"
            }
            "says which line is wrong" => "the file is not there, see line 3 of the note in app.py",
            _ => "no",
        };
        self.say(status, json!({"error": code}))
    }

    fn write(&self, reply: Reply) -> Response {
        let mut response = Response::builder().status(reply.status);
        if let Some(Value::String(text)) = &reply.body {
            let text = text.clone();
            for (name, value) in reply.headers {
                response = response.header(name, value);
            }
            return response.body(Body::from(text)).expect("a response");
        }
        for (name, value) in reply.headers {
            response = response.header(name, value);
        }
        let Some(body) = reply.body else { return response.body(Body::empty()).expect("a response") };
        let media_type = match self.behaviour {
            "calls its JSON a page" => "text/html",
            "adds a profile to its media type" => "Application/JSON; profile=\"notes\"",
            _ => "application/json",
        };
        let text = match self.behaviour {
            "forgets the last brace" => body.to_string().trim_end_matches('}').to_owned(),
            "writes JSON in lines" => format!("\n{body:#}\r\n"),
            _ => body.to_string(),
        };
        if self.does("says gzip and sends none") || self.does("packs its answers with gzip") {
            let bytes =
                if self.does("packs its answers with gzip") { gzip(text.as_bytes()) } else { text.into_bytes() };
            let response = response.header("content-type", media_type).header("content-encoding", "gzip");
            return response.body(Body::from(bytes)).expect("a response");
        }
        let (start, rest) = text.as_bytes().split_at(text.len() / 2);
        let (start, rest) = (Bytes::copy_from_slice(start), Bytes::copy_from_slice(rest));
        let body = match self.behaviour {
            "sends its answers in pieces" => {
                Body::from_stream(stream::iter([start, rest].map(Ok::<_, std::io::Error>)))
            }
            "cuts long answers off" if text.len() > 35 => {
                Body::from_stream(stream::iter([Ok(start), Err(std::io::Error::other("gone"))]))
            }
            _ => Body::from(text),
        };
        response.header("content-type", media_type).body(body).expect("a response")
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

async fn answer(State(target): State<Arc<Target>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let number = target.requests.fetch_add(1, Ordering::SeqCst);
    if target.does("takes its time") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    if target.does("is busy for a moment") && number % 10 == 9 && head.method == Method::POST {
        return target.write(Reply { headers: vec![("retry-after", "0".to_owned())], ..target.refuse(503) });
    }
    let reply = target.reply(&head.method, head.uri.path(), &head.headers, &body);
    target.write(reply)
}

/// How a body and its `Content-Length` go together.
#[derive(Clone, Copy, Debug)]
pub enum Wire {
    Right,
    TooShort,
    TooLong,
    InvalidUtf8,
    BodyToHead,
}

/// A target that writes its answers byte by byte: it shows the lobby to whoever has the token.
pub fn raw(wire: Wire) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut request = Vec::new();
                let mut piece = [0; 4096];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut piece) {
                        Ok(0) | Err(_) => return,
                        Ok(count) => request.extend_from_slice(&piece[..count]),
                    }
                }
                let text = String::from_utf8_lossy(&request);
                let (status, body) = match () {
                    () if !text.starts_with("GET ") => ("405 Method Not Allowed", br#"{"error":"no"}"#.to_vec()),
                    () if !text.contains("authorization: Bearer token-of-the-tests\r\n") => {
                        ("401 Unauthorized", br#"{"error":"no"}"#.to_vec())
                    }
                    () if !text.starts_with("GET /rooms/lobby ") => ("404 Not Found", br#"{"error":"no"}"#.to_vec()),
                    () => match wire {
                        Wire::InvalidUtf8 => ("200 OK", b"{\"room\":\"\xff\"}".to_vec()),
                        _ => ("200 OK", br#"{"room":"lobby"}"#.to_vec()),
                    },
                };
                let length = match wire {
                    Wire::TooShort if status == "200 OK" => body.len() - 3,
                    Wire::TooLong if status == "200 OK" => body.len() + 3,
                    _ => body.len(),
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nallow: GET\r\nwww-authenticate: Bearer\r\nconnection: close\r\n\r\n"
                );
                let body = if text.starts_with("HEAD ") && !matches!(wire, Wire::BodyToHead) { &[][..] } else { &body };
                let _ = stream.write_all(&[head.as_bytes(), body].concat());
            });
        }
    });
    format!("http://{address}")
}
