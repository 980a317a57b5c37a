//! Lines for curl, run by a real bash.

use super::*;
use crate::execute::SentRequest;
use crate::text::hidden::is_unseen;
use crate::wire::Credentials;
use crate::wire::{CredentialChange, QueryPair};

/// Runs a line with the credentials as variables; `None` where there is no curl.
async fn run(line: &str) -> Option<()> {
    let mut command = shell(line);
    for secret in fixtures().credentials.values() {
        command.env(&secret.variable, &secret.value);
    }
    let ran = tokio::task::spawn_blocking(move || command.output()).await.expect("bash is waited for");
    let output = ran.expect("bash runs");
    if output.status.code() == Some(127) {
        return None;
    }
    assert!(output.status.success(), "{line}: {output:?}");
    Some(())
}

fn shell(line: &str) -> std::process::Command {
    let mut command = std::process::Command::new("bash");
    // Nothing of the machine's own settings: no proxy, no `.curlrc`.
    command.args(["-c", line]).env("CURL_HOME", "/nonexistent").env("HOME", "/nonexistent").env("no_proxy", "*");
    command
}

/// Request line, header fields but those that any client adds, and body.
fn essence(request: &[u8]) -> (String, Vec<String>, Vec<u8>) {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    // A line may encode more of a secret than it must.
    let head = percent_encoding::percent_decode(&request[..end]).decode_utf8_lossy().into_owned();
    let mut lines = head.lines().map(str::to_owned);
    let line = lines.next().unwrap_or_default();
    let mut fields: Vec<String> = lines
        .map(|line| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())))
        .map(|field| field.map_or_else(String::new, |(name, value)| format!("{name}: {value}")))
        .filter(|field| !["host", "user-agent", "accept", "connection"].iter().any(|own| field.starts_with(own)))
        .collect();
    fields.sort();
    (line, fields, request[end + 4..].to_vec())
}

fn raw(bytes: &[u8]) -> Option<Body> {
    Some(Body { media_type: None, payload: Payload::Bytes(bytes.to_vec()) })
}

#[tokio::test]
async fn curl_sends_what_the_client_sends() {
    let auth = |alternative, scheme: &str, change| {
        let changed = vec![(scheme.to_owned(), change)];
        Request { credentials: Credentials { alternative, changed }, ..request() }
    };
    let bearer = |body| Request { body, credentials: Credentials { alternative: 1, changed: Vec::new() }, ..request() };
    let keys = || Request { credentials: Credentials { alternative: 3, changed: Vec::new() }, ..request() };
    let pair = QueryPair::new("q", "$(id) [a]{b}'\"", true);
    let mut repeated = b"{\"t\":\"".to_vec();
    repeated.extend([b'\\'; 9000]);
    repeated.extend(b"'\xc3\xa9\"}");
    let requests = [
        request(),
        bearer(json_body(json!({"text": "it's $HOME `id` \"x\" \\ ! é 👋\nb", "v": "${HOME}"}))),
        bearer(json_body(json!({"text": "pay\u{ad}pal \u{202e}x \u{2764}\u{fe0f} \u{e0041} \u{a0}\u{2028}"}))),
        bearer(raw("\u{feff}\u{200b}\u{e000}".as_bytes())),
        bearer(raw(b"\xff\xfe'\x01 !")),
        bearer(raw(b"a\0b")),
        bearer(raw(b"")),
        bearer(raw(b"@file")),
        bearer(raw(&repeated)),
        bearer(large_body(2 << 20)),
        bearer(json_body(json!({"secret": "tok-En21", "pair": "ada:pa ss"}))),
        Request { query: vec![pair], ..keys() },
        Request {
            query: vec![QueryPair::new("q\u{ad}", "\u{202e}\u{e0041}\u{fe0f}", true)],
            headers: vec![("x-note".into(), "pay\u{ad}pal \u{200b}\u{a0}.".into())],
            ..keys()
        },
        Request {
            headers: vec![("x-note".into(), "a \"b\" $c `d` \\ ! é".into()), ("accept".into(), "text/x".into())],
            cookies: vec![("c".into(), "1".into())],
            ..keys()
        },
        auth(0, "basic", CredentialChange::Truncated),
        auth(0, "basic", CredentialChange::Extended),
        auth(0, "basic", CredentialChange::OtherCase),
        auth(0, "basic", CredentialChange::WrongScheme),
        auth(0, "basic", CredentialChange::Wrong),
        auth(1, "bearer", CredentialChange::Empty),
        auth(1, "bearer", CredentialChange::Truncated),
        auth(1, "bearer", CredentialChange::OtherCase),
        auth(1, "bearer", CredentialChange::WrongScheme),
        auth(3, "header", CredentialChange::Empty),
        Request { method: "GET".into(), ..request() },
        Request { method: "PUT".into(), ..request() },
        Request { method: "HEAD".into(), ..request() },
    ];
    let contract = contract();
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let client = client(&server.url, PATIENT);
    for request in requests {
        let exchange = client.send(&contract.operations[0], &case(request), &fixtures()).await;
        assert_eq!(exchange.result.as_ref().map(|response| response.status), Ok(204));
        let line = exchange.request.curl();
        assert!(!line.contains(is_unseen) && line.len() < 12_000, "{line}");
        if run(&format!("{line} --silent")).await.is_none() {
            // The quoting is tested in `shell` by bash alone.
            eprintln!("no curl here: {line}");
            return;
        }
        let requests = server.requests.lock().expect("no test panics with the lock").clone();
        let [.., sent, again] = requests.as_slice() else { panic!("two requests") };
        let (sent, again) = (essence(sent), essence(again));
        assert_eq!(sent.0, again.0, "{line}");
        assert_eq!(sent.1, again.1, "{line}");
        assert!(sent.2 == again.2, "{line}: {} and {} bytes", sent.2.len(), again.2.len());
    }
}

#[test]
fn a_line_that_a_person_reads() {
    let request = SentRequest {
        curl: String::new(),
        is_amended: false,
        method: "POST".into(),
        url: "https://example.com/v1/messages".into(),
        headers: vec![
            ("authorization".into(), "Bearer ${TOKEN}".into()),
            ("content-type".into(), "application/json".into()),
            ("accept".into(), "*/*".into()),
            ("content-length".into(), "15".into()),
        ],
        body: Some(b"{\"text\":\"it's\"}".to_vec()),
        variables: vec!["TOKEN".into()],
    };
    assert_eq!(
        request.curl(),
        "curl -X POST 'https://example.com/v1/messages' -H \"authorization: Bearer $TOKEN\" \
         -H 'content-type: application/json' --data-raw '{\"text\":\"it'\\''s\"}'"
    );
    let basic = vec![("authorization".into(), "Basic base64(${TOKEN})".into())];
    let get = SentRequest { method: "GET".into(), headers: basic, body: None, ..request.clone() };
    assert_eq!(get.curl(), "curl 'https://example.com/v1/messages' -u \"$TOKEN\"");
    let length = vec![("content-length".into(), "0".into())];
    let empty = SentRequest { headers: length, body: None, ..request.clone() };
    assert_eq!(empty.curl(), "curl -X POST 'https://example.com/v1/messages' -H 'content-length: 0'");
    let padded = [b"{}".as_slice(), &[b' '; 10_000]].concat();
    let large = SentRequest { headers: Vec::new(), body: Some(padded), ..request.clone() };
    assert_eq!(
        large.curl(),
        "{ printf %s '{}'; head -c 10000 /dev/zero | tr '\\0' '\\040'; } | curl -X POST \
         'https://example.com/v1/messages' -H 'content-type:' -H 'expect:' --data-binary @-"
    );
    let noise: Vec<u8> = (0..5000u32).map(|n| (n * n % 251) as u8).collect();
    let file = SentRequest { headers: Vec::new(), body: Some(noise), ..request };
    assert!(file.curl().ends_with("--data-binary @body.bin # body.bin: the 5000 bytes of the body, too many to show"));
}
