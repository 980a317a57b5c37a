//! The exact bytes of requests, and how they are shown.

use super::*;
use crate::execute::SentRequest;
use crate::wire::Credentials;
use crate::wire::{CredentialChange, QueryPair};

struct Spoken {
    /// The request line.
    line: String,
    /// Header fields in order, `host` aside.
    fields: Vec<String>,
    body: String,
    shown: SentRequest,
}

/// Sends a request and returns what was received.
async fn speak(prefix: &str, headers: Vec<(String, Secret)>, fixtures: &Fixtures, request: Request) -> Spoken {
    let server = Server::answering(OK).await;
    let target = server.url.join(prefix).expect("a URL");
    let contract = contract();
    let client = client_with(&target, PATIENT, headers);
    let (operation, case) = (&contract.operations[0], case(request));
    let exchange = client.send(operation, &case, fixtures).await;
    assert_eq!(exchange.result.map(|response| response.status), Ok(200));
    assert_eq!(client.show(operation, &case, fixtures), exchange.request);
    let request = server.requests().pop().expect("a request");
    let (head, body) = request.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines().map(str::to_owned);
    let line = lines.next().unwrap_or_default();
    let fields = lines.filter(|line| !line.starts_with("host: ")).collect();
    Spoken { line, fields, body: body.to_owned(), shown: exchange.request }
}

fn changed(alternative: usize, changes: &[(&str, CredentialChange)]) -> Request {
    let changed = changes.iter().map(|(name, change)| ((*name).to_owned(), change.clone())).collect();
    Request { credentials: Credentials { alternative, changed }, ..request() }
}

#[tokio::test]
async fn a_whole_request() {
    let pair = |name: &str, value: &str, reserved| QueryPair::new(name, value, reserved);
    let request = Request {
        path: "/items/%C3%A9%2F..%20a:b@c;d='e'".into(),
        query: vec![pair("a b", "ü&=/", false), pair("list", "x,y/z?'", true), pair("empty", "", false)],
        headers: vec![("X-Second".into(), "ü  b".into()), ("X-First".into(), "1".into())],
        cookies: vec![("c".into(), "1 2%".into()), ("d".into(), "3".into())],
        body: json_body(json!({"text": "é"})),
        ..changed(1, &[])
    };
    let spoken = speak("/", Vec::new(), &fixtures(), request).await;
    let target = "/base/items/%C3%A9%2F..%20a:b@c;d='e'?a%20b=%C3%BC%26%3D%2F&list=x,y/z?%27&empty=";
    assert_eq!(spoken.line, format!("POST {target} HTTP/1.1"));
    let version = env!("CARGO_PKG_VERSION");
    let fields = [
        "x-second: ü  b",
        "x-first: 1",
        "authorization: Bearer tok-En21",
        "cookie: c=1%202%25; d=3",
        "content-type: application/json",
        "accept: */*",
        &format!("user-agent: conform/{version}"),
        "content-length: 13",
    ];
    assert_eq!(spoken.fields, fields);
    assert_eq!(spoken.body, "{\"text\":\"é\"}");
    assert!(spoken.shown.url.ends_with(target), "{}", spoken.shown.url);
    let shown: Vec<String> = spoken.shown.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(shown, fields.map(|field| field.replace("tok-En21", "${TOKEN}")));
}

#[tokio::test]
async fn the_targets_prefix_replaces_the_servers() {
    for (prefix, line) in [("/", "/base/items"), ("/v2", "/v2/items"), ("/v2/x/", "/v2/x/items")] {
        let spoken = speak(prefix, Vec::new(), &fixtures(), request()).await;
        assert_eq!(spoken.line, format!("POST {line} HTTP/1.1"));
        assert!(spoken.fields.contains(&"content-length: 0".to_owned()), "{:?}", spoken.fields);
    }
    let spoken = speak("/", Vec::new(), &fixtures(), Request { method: "GET".into(), ..request() }).await;
    assert!(!spoken.fields.iter().any(|field| field.starts_with("content-")), "{:?}", spoken.fields);
}

#[tokio::test]
async fn each_change_of_an_authorization() {
    use CredentialChange::{Empty, Extended, Missing, OtherCase, Truncated, Value, Wrong, WrongScheme};
    let table = [
        (1, "bearer", None, "Bearer tok-En21", "Bearer ${TOKEN}"),
        (1, "bearer", Some(Missing), "", ""),
        (1, "bearer", Some(Empty), "Bearer", "Bearer"),
        (1, "bearer", Some(Wrong), "Bearer con-Fo01", "Bearer con-Fo01"),
        (1, "bearer", Some(Truncated), "Bearer tok-En2", "Bearer ${TOKEN%?}"),
        (1, "bearer", Some(Extended), "Bearer tok-En21x", "Bearer ${TOKEN}x"),
        (1, "bearer", Some(OtherCase), "Bearer TOK-eN21", "Bearer ${TOKEN~~}"),
        (1, "bearer", Some(WrongScheme), "Basic tok-En21", "Basic ${TOKEN}"),
        (1, "bearer", Some(Value("mine".into())), "Bearer mine", "Bearer mine"),
        (1, "bearer", Some(Value("tok-En21".into())), "Bearer tok-En21", "Bearer ${TOKEN}"),
        (0, "basic", None, "Basic YWRhOnBhIHNz", "Basic base64(${PAIR})"),
        (0, "basic", Some(Empty), "Basic", "Basic"),
        (0, "basic", Some(Wrong), "Basic Y29uOmZvIHJt", "Basic Y29uOmZvIHJt"),
        (0, "basic", Some(Truncated), "Basic YWRhOnBhIHM=", "Basic base64(${PAIR%?})"),
        (0, "basic", Some(Extended), "Basic YWRhOnBhIHNzeA==", "Basic base64(${PAIR}x)"),
        (0, "basic", Some(OtherCase), "Basic QURBOlBBIFNT", "Basic base64(${PAIR~~})"),
        (0, "basic", Some(WrongScheme), "Bearer YWRhOnBhIHNz", "Bearer base64(${PAIR})"),
        (2, "digest", None, "Digest dig-est", "Digest ${DIGEST}"),
        (2, "digest", Some(WrongScheme), "Bearer dig-est", "Bearer ${DIGEST}"),
    ];
    for (alternative, scheme, change, sent, shown) in table {
        let changes: Vec<_> = change.into_iter().map(|change| (scheme, change)).collect();
        let request = changed(alternative, &changes);
        let spoken = speak("/", Vec::new(), &fixtures(), request).await;
        let field = spoken.fields.iter().find_map(|field| field.strip_prefix("authorization: "));
        assert_eq!(field.unwrap_or(""), sent, "{changes:?}");
        let field = spoken.shown.headers.iter().find(|(name, _)| name == "authorization");
        assert_eq!(field.map_or("", |(_, value)| value), shown, "{changes:?}");
    }
}

#[tokio::test]
async fn keys_in_header_query_and_cookie_are_needed_together() {
    let spoken = speak("/", Vec::new(), &fixtures(), changed(3, &[])).await;
    assert_eq!(spoken.line, "POST /base/items?k%20e%20y=que%20ry%26 HTTP/1.1");
    assert_eq!(spoken.fields[..2], ["x-key: head-er", "cookie: session=coo%20kie"]);
    assert!(spoken.shown.url.ends_with("?k%20e%20y=percent(${QUERY})"), "{}", spoken.shown.url);
    assert_eq!(spoken.shown.headers[0].1, "${HEADER}");
    assert_eq!(spoken.shown.headers[1].1, "session=percent(${COOKIE})");
    let changes = [
        ("header", CredentialChange::Empty),
        ("query", CredentialChange::Missing),
        ("cookie", CredentialChange::Truncated),
    ];
    let spoken = speak("/", Vec::new(), &fixtures(), changed(3, &changes)).await;
    assert_eq!(spoken.line, "POST /base/items HTTP/1.1");
    assert_eq!(spoken.fields[..2], ["x-key: ", "cookie: session=coo%20ki"]);
}

#[tokio::test]
async fn a_scheme_without_a_credential_sends_nothing_unless_it_must_be_wrong() {
    for (change, sent) in [(None, None), (Some(CredentialChange::Wrong), Some("Bearer conform-wrong-credential"))] {
        let changes: Vec<_> = change.into_iter().map(|change| ("bearer", change)).collect();
        let spoken = speak("/", Vec::new(), &Fixtures::default(), changed(1, &changes)).await;
        let field = spoken.fields.iter().find_map(|field| field.strip_prefix("authorization: "));
        assert_eq!(field, sent);
    }
}

#[tokio::test]
async fn a_header_of_the_command_line_replaces_a_credential_but_never_mends_a_wrong_one() {
    let options = || {
        let header = |name: &str, value: &str, variable: &str| (name.to_owned(), secret(value, variable));
        vec![header("Authorization", "Bearer mine", "AUTHORIZATION"), header("X-Trace", "on-and-on", "X_TRACE")]
    };
    let authorization = |spoken: &Spoken| {
        spoken.fields.iter().filter(|field| field.starts_with("authorization")).cloned().collect::<Vec<_>>()
    };
    let spoken = speak("/", options(), &fixtures(), changed(1, &[])).await;
    assert_eq!(authorization(&spoken), ["authorization: Bearer mine"]);
    assert!(spoken.fields.contains(&"x-trace: on-and-on".to_owned()));
    assert_eq!(spoken.shown.headers[0], ("authorization".to_owned(), "${AUTHORIZATION}".to_owned()));
    let spoken = speak("/", options(), &fixtures(), changed(1, &[("bearer", CredentialChange::Missing)])).await;
    assert_eq!(authorization(&spoken), Vec::<String>::new());
    assert!(spoken.fields.contains(&"x-trace: on-and-on".to_owned()));
    // Nor when the wrong credential is one of another alternative.
    let spoken = speak("/", options(), &fixtures(), changed(3, &[("header", CredentialChange::Wrong)])).await;
    assert_eq!(authorization(&spoken), Vec::<String>::new());
}

#[tokio::test]
async fn a_secret_is_shown_nowhere_even_where_it_does_not_belong() {
    let request = Request {
        path: "/items/tok-En21".into(),
        query: vec![QueryPair::new("q", "que ry&", false)],
        headers: vec![("x-note".into(), "head-er".into())],
        cookies: vec![("n".into(), "dig-est".into())],
        body: json_body(json!({"text": "tok-En21 and TOK-eN21"})),
        ..changed(1, &[])
    };
    let spoken = speak("/", Vec::new(), &fixtures(), request).await;
    assert!(spoken.body.contains("tok-En21"));
    let shown = format!("{:?}{}", spoken.shown, spoken.shown.curl());
    for secret in ["tok-En21", "TOK-eN21", "que%20ry", "que ry", "head-er", "dig-est"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    let body = spoken.shown.body.expect("a body");
    assert_eq!(String::from_utf8_lossy(&body), "{\"text\":\"${TOKEN} and ${TOKEN~~}\"}");
    assert!(spoken.shown.url.ends_with("/items/${TOKEN}?q=percent(${QUERY})"), "{}", spoken.shown.url);
}

#[tokio::test]
async fn a_short_secret_leaves_what_only_holds_it_as_it_is() {
    let request = Request {
        path: "/items/dig-estive/dig-est".into(),
        query: vec![QueryPair::new("q", "dig-est-ed", false)],
        headers: vec![("x-note".into(), "no dig-est here".into())],
        body: json_body(json!({"text": "dig-est"})),
        ..changed(1, &[])
    };
    let shown = speak("/", Vec::new(), &fixtures(), request).await.shown;
    assert!(shown.url.ends_with("/items/dig-estive/${DIGEST}?q=dig-est-ed"), "{}", shown.url);
    assert_eq!(shown.headers[0].1, "no dig-est here");
    assert_eq!(shown.body.as_deref(), Some(&br#"{"text":"dig-est"}"#[..]));
}
