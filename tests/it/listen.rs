//! `--listen`: what the target sends by itself is received, answered and judged.

mod places;

use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::command::{folder_with, run, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Orders, version: '1'}
servers: [{url: /v1}]
components:
  schemas:
    Order: {type: object, required: [id, state], properties: {id: {type: integer, readOnly: true}, state: {enum: [new, paid]}}}
paths:
  /orders:
    post:
      operationId: addOrder
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [back], properties: {back: {type: string, format: uri}}}}}
      responses: {'202': {description: taken}, '400': {description: refused}, '415': {description: refused}}
      callbacks:
        paid:
          '{$request.body#/back}/paid':
            post:
              requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
              responses: {'204': {description: taken}}
        failed:
          '{$request.body#/back}/failed':
            post:
              requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
              responses: {'204': {description: taken}}
webhooks:
  orderChanged:
    put:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'202': {description: taken}}
";

/// What the server sends to whom, and what it was answered.
#[derive(Default)]
struct Sent {
    statuses: Vec<u16>,
}

/// Sends JSON to a URL of this machine, and notes the status.
async fn send(method: &'static str, url: String, body: Value, sent: Arc<Mutex<Sent>>) {
    let rest = url.strip_prefix("http://").expect("a URL");
    let (address, path) = rest.split_once('/').expect("a path");
    let Ok(mut stream) = tokio::net::TcpStream::connect(address).await else { return };
    let body = body.to_string();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    if stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    let mut answer = String::new();
    if stream.read_to_string(&mut answer).await.is_ok() {
        let status = answer.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
        sent.lock().expect("no panic").statuses.extend(status);
    }
}

/// A server that calls back with this order, and sends the other one to the webhook at this port.
async fn orders(order: Value, changed: Option<(u16, Value)>) -> (String, Arc<Mutex<Sent>>) {
    let sent: Arc<Mutex<Sent>> = Arc::default();
    let kept = sent.clone();
    let handle = move |asked: &Asked| -> Response {
        match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/v1/orders") if !asked.is_json() => empty(415),
            ("POST", "/v1/orders") => {
                let body = asked.json().unwrap_or_default();
                let Some(back) = body["back"].as_str().filter(|back| back.starts_with("http")) else {
                    return empty(400);
                };
                // What a tunnel would do.
                let tunnel = changed.as_ref().map(|(port, _)| format!("http://127.0.0.1:{port}/"));
                let back = &tunnel.map_or_else(|| back.to_owned(), |to| back.replace("http://listener.test/", &to));
                // Others than the listener are never called.
                if back.starts_with("http://127.0.0.1:") && back.contains("/callbacks/") {
                    tokio::spawn(send("POST", format!("{back}/paid"), order.clone(), kept.clone()));
                }
                if let Some((port, order)) = &changed {
                    let url = format!("http://127.0.0.1:{port}/anywhere");
                    tokio::spawn(send("PUT", url, order.clone(), kept.clone()));
                }
                answer(202, &json!({}))
            }
            (_, "/v1/orders") => not_allowed("POST"),
            _ => empty(404),
        }
    };
    (serve_all(handle).await, sent)
}

async fn listened(url: &str, more: &[&str]) -> (Option<i32>, Value, String) {
    listened_with("", url, more).await
}

/// With what `conform.toml` says.
async fn listened_with(configured: &str, url: &str, more: &[&str]) -> (Option<i32>, Value, String) {
    listened_of(DOCUMENT, configured, url, more).await
}

/// Of another document.
async fn listened_of(document: &str, configured: &str, url: &str, more: &[&str]) -> (Option<i32>, Value, String) {
    let folder = folder_with(&[("api.yaml", document), ("conform.toml", configured)]);
    let target = format!("{url}/v1");
    let fixed = ["api.yaml", "--target", &target, "--cases", "3", "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &[&fixed[..], more].concat()).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), report::read(&output), told)
}

/// The verdict and the reason of each operation that the target sends.
fn verdicts(report: &Value) -> Vec<(String, String, String)> {
    let sent = report["contracts"].as_array().expect("contracts").iter().find(|one| one["name"] == "api (sent)");
    let operations = sent.expect("what is sent")["operations"].as_array().expect("operations").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    operations
        .iter()
        .map(|one| {
            (
                format!("{} {}", text(&one["method"]), text(&one["path"])),
                text(&one["verdict"]),
                text(&one["untestable"]),
            )
        })
        .collect()
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_target_sends_is_received_answered_and_judged() {
    let right = json!({"id": 1, "state": "paid"});
    let port = free_port();
    let (url, sent) = orders(right.clone(), Some((port, right.clone()))).await;
    let listen = port.to_string();
    let (status, report, told) = listened(&url, &["--listen", &listen, "--listen-for", "1s"]).await;
    assert_eq!(status, Some(0), "{report:#}");
    assert!(told.contains(&format!("listening for PUT http://127.0.0.1:{port}/webhooks/orderChanged")), "{told}");
    assert!(!told.contains("not tested: callback"), "{told}");
    let verdicts = verdicts(&report);
    let of = |name: &str| verdicts.iter().find(|(of, ..)| of == name).expect(name).clone();
    assert_eq!(of("POST /callbacks/addOrder/paid").1, "conforms");
    assert_eq!(of("PUT /webhooks/orderChanged").1, "conforms");
    let (_, verdict, reason) = of("POST /callbacks/addOrder/failed");
    assert_eq!(verdict, "untestable");
    assert!(reason.contains("the target has sent none to http://127.0.0.1:"), "{reason}");
    let statuses = sent.lock().expect("no panic").statuses.clone();
    assert!(statuses.contains(&204) && statuses.contains(&202), "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 202 | 204)), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_its_document_is_a_finding_at_the_line_of_that() {
    let (url, _) = orders(json!({"id": 1, "state": "lost"}), None).await;
    let (status, report, _) = listened(&url, &["--listen", "0", "--listen-for", "300ms"]).await;
    assert_eq!(status, Some(1), "{report:#}");
    let found = report::findings(&report);
    let found: Vec<&Value> = found.iter().filter(|finding| finding["check"] == "received-invalid").collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["clause"]["pointer"], "/components/schemas/Order/properties/state/enum");
    assert_eq!(found[0]["operation"]["path"], "/callbacks/addOrder/paid");
    assert_eq!(found[0]["response"]["status"], 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_time_of_a_run_ends_the_waiting() {
    let (url, _) = orders(json!({"id": 1, "state": "paid"}), None).await;
    let started = std::time::Instant::now();
    let (_, report, _) = listened(&url, &["--listen", "0", "--listen-for", "10m", "--max-time", "5s"]).await;
    assert!(started.elapsed() < std::time::Duration::from_secs(60));
    assert_eq!(report["interrupted"], true, "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_about_what_is_received_counts_where_a_run_is_strict() {
    let (url, _) = orders(json!({"id": 1, "state": "lost"}), None).await;
    let configured = "[checks]\nreceived-invalid = \"warning\"\n";
    for (more, fails) in [(&[][..], "conforms"), (&["--strict"], "fails")] {
        let listen = [&["--listen", "0", "--listen-for", "300ms"], more].concat();
        let (_, report, _) = listened_with(configured, &url, &listen).await;
        let verdicts = verdicts(&report);
        let paid = verdicts.iter().find(|(name, ..)| name == "POST /callbacks/addOrder/paid");
        assert_eq!(paid.map(|(_, verdict, _)| verdict.as_str()), Some(fails), "{more:?}: {verdicts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_nothing_is_received_and_that_is_said() {
    let (url, sent) = orders(json!({"state": "lost"}), None).await;
    let (status, _, told) = listened(&url, &[]).await;
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("nothing here receives it; --listen ADDR does"), "{told}");
    assert!(sent.lock().expect("no panic").statuses.is_empty());
}

#[test]
fn an_address_that_cannot_be_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let target = format!("http://{}", crate::support::command::refused());
    let folder = folder_with(&[
        ("api.yaml", DOCUMENT),
        (
            "plain.yaml",
            "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get: {responses: {'204': {description: a}}}\n",
        ),
    ]);
    let run = |spec: &str, listen: &str| {
        run(
            folder.path(),
            &[spec, "--target", &target, "--regressions", "off", "--listen", listen, "--listen-for", "10ms"],
        )
    };
    let ended = run("api.yaml", &address);
    assert!(ended.status == Some(2) && ended.stderr.contains("cannot listen at"), "{}", ended.stderr);
    let ended = run("api.yaml", "a.test");
    assert!(ended.status == Some(2) && ended.stderr.contains("write a port"), "{}", ended.stderr);
    let ended = run("plain.yaml", "0");
    assert!(ended.status == Some(3) && ended.stderr.contains("nothing to listen for"), "{}", ended.stderr);
}
