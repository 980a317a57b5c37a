//! What a run does not do to a target: a server that writes down what it gets is asked what that was.

use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{empty, json, not_allowed, serve_all};

/// A server that writes down the method and path of each request and answers with what `answer` says.
struct Recorder {
    url: String,
    got: Arc<Mutex<Vec<(String, String)>>>,
}

impl Recorder {
    async fn start(answer: impl Fn(&str, &str) -> u16 + Send + Sync + 'static) -> Self {
        let got: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let log = got.clone();
        let url = serve_all(move |asked| {
            log.lock().expect("no panic").push((asked.method.clone(), asked.path.clone()));
            let status = StatusCode::from_u16(answer(&asked.method, &asked.path)).expect("a status");
            (status, [(header::ALLOW, "GET, POST, PUT, DELETE")]).into_response()
        })
        .await;
        Self { url, got }
    }

    /// Runs the binary against it; the report.
    async fn run(&self, document: &str, fixtures: &str, more: &[&str]) -> Value {
        let folder = folder_with(&[("api.yaml", document), ("fixtures.yaml", fixtures)]);
        let inputs = ["--target", &self.url, "--spec", "api.yaml", "--fixtures", "fixtures.yaml"];
        let options = ["--cases", "20", "--regressions", "off", "--format", "json"];
        report::read(&run_beside(folder.path(), &[&inputs[..], &options, more].concat()).await)
    }

    /// What it got, each once, in order.
    fn got(&self) -> Vec<(String, String)> {
        let mut seen: Vec<(String, String)> = Vec::new();
        for request in self.got.lock().expect("no panic").iter() {
            if !seen.contains(request) {
                seen.push(request.clone());
            }
        }
        seen
    }

    /// The methods that it got, each once, sorted.
    fn methods(&self) -> Vec<String> {
        let mut methods: Vec<String> = self.got().into_iter().map(|(method, _)| method).collect();
        methods.sort();
        methods.dedup();
        methods
    }
}

const ACCOUNTS: &str = "\
openapi: 3.1.0
info: {title: Accounts, version: '1'}
paths:
  /accounts:
    get: {operationId: list, responses: {'204': {description: all}}}
";

/// The checks that an answer to all but GET breaks.
async fn checks(more: &[&str], answer: fn(&str) -> u16) -> (Vec<String>, Vec<String>) {
    let server = Recorder::start(move |method, _| if method == "GET" { 204 } else { answer(method) }).await;
    let report = server.run(ACCOUNTS, "resources: []\n", more).await;
    let checks = report::errors(&report).into_iter().map(|[check, ..]| check).collect();
    (checks, server.methods())
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_act_are_tried_only_when_asked_for() {
    let (found, methods) = checks(&[], |_| 405).await;
    assert_eq!(methods, ["CONFORM", "GET", "HEAD", "OPTIONS"]);
    // `Allow` names methods that the document does not have, which is no fault of a 405 to a method that nobody has.
    assert_eq!(found, [""; 0]);
    let (_, methods) = checks(&["--destructive"], |_| 405).await;
    assert_eq!(methods, ["CONFORM", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_takes_every_method_is_seen_without_those_that_act() {
    assert_eq!(checks(&[], |_| 200).await.0, ["wrong-method"]);
    assert_eq!(checks(&[], |_| 500).await.0, ["server-error"]);
    for refusal in [|_: &str| 400, |_: &str| 401, |_: &str| 404, |_: &str| 501] {
        assert_eq!(checks(&[], refusal).await.0, [""; 0]);
    }
    // What only DELETE shows is not seen by default.
    let only_delete = |method: &str| if method == "DELETE" { 204 } else { 405 };
    assert_eq!(checks(&[], only_delete).await.0, [""; 0]);
    assert!(checks(&["--destructive"], only_delete).await.0.contains(&"wrong-method".to_owned()));
}

const TREE: &str = "\
openapi: 3.1.0
info: {title: Tree, version: '1'}
paths:
  /shops:
    delete: {operationId: clear, responses: {'204': {description: gone}}}
    get: {operationId: list, responses: {'204': {description: all}}}
  /shops/{shop}:
    parameters: [{$ref: '#/components/parameters/shop'}]
    delete: {operationId: close, responses: {'204': {description: gone}}}
    put: {operationId: rename, responses: {'204': {description: renamed}}}
  /shops/{shop}/goods:
    parameters: [{$ref: '#/components/parameters/shop'}]
    delete: {operationId: empty, responses: {'204': {description: gone}}}
  /shops/{shop}/goods/{good}:
    parameters: [{$ref: '#/components/parameters/shop'}, {name: good, in: path, required: true, schema: {type: string}}]
    delete: {operationId: sell, responses: {'204': {description: gone}}}
    get: {operationId: show, responses: {'204': {description: one}}}
components:
  parameters: {shop: {name: shop, in: path, required: true, schema: {type: string}}}
";

#[tokio::test(flavor = "multi_thread")]
async fn what_deletes_comes_last_and_children_before_their_parents() {
    let server = Recorder::start(|_, _| 204).await;
    let fixtures = "resources: [{at: path.shop, existing: [corner]}, {at: path.good, existing: [bread]}]\n";
    server.run(TREE, fixtures, &["--max-shrinks", "0"]).await;
    let got = server.got();
    let first = got.iter().position(|(method, _)| method == "DELETE").expect("a DELETE");
    let deleted: Vec<&str> =
        got[first..].iter().filter(|(method, _)| method == "DELETE").map(|(_, path)| path.as_str()).collect();
    // All that there is, is deleted only when asked for.
    assert_eq!(deleted, ["/shops/corner/goods/bread", "/shops/corner/goods", "/shops/corner"]);
    let acts = |method: &str| matches!(method, "PUT" | "POST" | "PATCH");
    assert!(!got[first..].iter().any(|(method, _)| acts(method)), "{got:?}");
    let server = Recorder::start(|_, _| 204).await;
    server.run(TREE, fixtures, &["--max-shrinks", "0", "--operation", "clear"]).await;
    assert!(server.got().contains(&("DELETE".to_owned(), "/shops".to_owned())));
}

const ROOM: &str = "\
openapi: 3.1.0
info: {title: Room, version: '1'}
paths:
  /todos:
    get: {operationId: list, responses: {'204': {description: all}}}
    patch: {operationId: changeAll, responses: {'204': {description: changed}}}
    put: {operationId: replaceAll, responses: {'204': {description: replaced}}}
  /todos/{todo}:
    parameters: [{name: todo, in: path, required: true, schema: {type: string}}]
    patch: {operationId: change, responses: {'204': {description: changed}}}
  /settings:
    get: {operationId: settings, responses: {'204': {description: all}}}
    put: {operationId: set, responses: {'204': {description: set}}}
  /kernels:
    post: {operationId: start, responses: {'201': {description: started, content: {application/json: {schema: {type: object}}}}}}
  /kernels/{kernel}/restart:
    parameters: [{name: kernel, in: path, required: true, schema: {type: string}}]
    post: {operationId: restart, responses: {'204': {description: restarted}}}
  /__flush__:
    post: {operationId: create_flush, responses: {'204': {description: gone}}}
  /vault:
    post: {operationId: lock, tags: [wipe-out], responses: {'204': {description: gone}}}
  /flushes:
    post: {operationId: measureFlushes, responses: {'204': {description: measured}}}
";

/// What a server got that may change something, each once, and what the run says that it left out.
async fn acts(more: &[&str]) -> (Vec<String>, Value) {
    let server = Recorder::start(|_, _| 204).await;
    let fixtures = "resources: [{at: path.todo, existing: [milk]}, {at: path.kernel, existing: [k1]}]\n";
    let report = server.run(ROOM, fixtures, &[&["--max-shrinks", "0"], more].concat()).await;
    let acts = |method: &str| matches!(method, "PUT" | "POST" | "PATCH" | "DELETE");
    let got = server.got().into_iter().filter(|(method, path)| acts(method) && !path.contains("conform"));
    let mut got: Vec<String> = got.map(|(method, path)| format!("{method} {path}")).collect();
    got.sort();
    (got, report["contracts"][0]["left_out"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_or_destroys_more_than_what_was_named_is_left_out() {
    let (got, left_out) = acts(&[]).await;
    assert_eq!(left_out, json!(["PUT /todos", "PATCH /todos", "POST /__flush__", "POST /vault"]));
    // Near twins: an item, a thing that needs no id, an action on what was named, and other words.
    let wanted = ["PATCH /todos/milk", "POST /flushes", "POST /kernels", "POST /kernels/k1/restart", "PUT /settings"];
    assert!(wanted.iter().all(|wanted| got.iter().any(|got| got == wanted)), "{got:?}");
    for harm in ["PATCH /todos", "PUT /todos", "POST /__flush__", "POST /vault"] {
        assert!(!got.iter().any(|got| got == harm), "{got:?}");
    }
    let (got, left_out) = acts(&["--operation", "changeAll", "--operation", "create_flush"]).await;
    assert_eq!((got, left_out), (vec!["PATCH /todos".to_owned(), "POST /__flush__".to_owned()], json!([])));
    let (got, _) = acts(&["--destructive"]).await;
    assert!(["PUT /todos", "POST /vault"].iter().all(|wanted| got.iter().any(|got| got == wanted)), "{got:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safe_run_sends_nothing_that_acts() {
    let server = Recorder::start(|_, _| 204).await;
    // A person's own case, too, is not sent by a method that acts.
    let fixtures = "cases: [{name: by POST, operation: list, method: POST, status: 405}]\n";
    let report = server.run(TREE, fixtures, &["--safe"]).await;
    assert_eq!(server.methods(), ["GET", "HEAD", "OPTIONS"]);
    let left_out = &report["contracts"][0]["left_out"];
    let acting = ["DELETE /shops", "DELETE /shops/{shop}", "PUT /shops/{shop}", "DELETE /shops/{shop}/goods"];
    assert_eq!(left_out.as_array().map_or(0, Vec::len), 5, "{left_out}");
    assert!(acting.iter().all(|acting| left_out.as_array().expect("a list").contains(&json!(acting))), "{left_out}");
    assert_eq!(report["contracts"][0]["operations"].as_array().map(Vec::len), Some(2));
    // What reads is judged as ever.
    let server = Recorder::start(|method, _| if method == "GET" { 500 } else { 204 }).await;
    let report = server.run(TREE, "resources: []\n", &["--safe"]).await;
    assert!(report::errors(&report).iter().any(|[check, ..]| check == "server-error"), "{report}");
    // Without the flag, what acts is sent.
    let server = Recorder::start(|_, _| 204).await;
    server.run(TREE, fixtures, &[]).await;
    assert!(server.methods().iter().any(|method| method == "POST"), "{:?}", server.methods());
}

const LABELS: &str = "\
openapi: 3.1.0
info: {title: Labels, version: '1'}
paths:
  /labels:
    post:
      operationId: add
      responses:
        '201': {description: added, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}
  /labels/{label_id}:
    parameters: [{name: label_id, in: path, required: true, schema: {type: integer}}]
    delete: {operationId: drop, responses: {'204': {description: gone}, '404': {description: none}}}
  /labels/{label_id}/owners/{owner_ref}:
    parameters:
      - {name: label_id, in: path, required: true, schema: {type: integer}}
      - {name: owner_ref, in: path, required: true, schema: {type: integer}}
    put: {operationId: own, responses: {'204': {description: owned}, '404': {description: none}}}
  /prompts/{prompt_identifier}:
    parameters: [{name: prompt_identifier, in: path, required: true, schema: {type: integer}}]
    put: {operationId: write, responses: {'204': {description: written}, '404': {description: none}}}
    delete: {operationId: destroy, responses: {'204': {description: gone}, '404': {description: none}}}
";

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_one_kind_names_nothing_of_another() {
    let labels = Mutex::new((0, std::collections::BTreeSet::new()));
    let harm: Arc<Mutex<Vec<String>>> = Arc::default();
    let owned = Arc::new(Mutex::new(0));
    let (log, owners) = (harm.clone(), owned.clone());
    let url = serve_all(move |asked| {
        let (last, here) = &mut *labels.lock().expect("no panic");
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let number = |at: usize| parts.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
        match (asked.method.as_str(), &parts[..]) {
            ("POST", ["labels"]) => {
                *last += 1;
                here.insert(*last);
                json(201, &json!({"id": *last}))
            }
            (_, ["labels"]) => not_allowed("POST"),
            ("DELETE", ["labels", _]) => empty(if here.remove(&number(1)) { 204 } else { 404 }),
            (_, ["labels", _]) => not_allowed("DELETE"),
            ("PUT", ["labels", _, "owners", _]) if here.contains(&number(1)) && (1..500).contains(&number(3)) => {
                *owners.lock().expect("no panic") += 1;
                empty(204)
            }
            ("PUT", ["labels", _, "owners", _]) => empty(404),
            (_, ["labels", _, "owners", _]) => not_allowed("PUT"),
            // Somebody else's are there.
            ("PUT" | "DELETE", ["prompts", _]) if (1..500).contains(&number(1)) => {
                log.lock().expect("no panic").push(format!("{} {}", asked.method, asked.path));
                empty(204)
            }
            ("PUT" | "DELETE", ["prompts", _]) => empty(404),
            (_, ["prompts", _]) => not_allowed("PUT, DELETE"),
            _ => empty(404),
        }
    })
    .await;
    let folder = folder_with(&[("api.yaml", LABELS)]);
    let options = ["api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    assert_eq!(*harm.lock().expect("no panic"), [""; 0]);
    assert!(*owned.lock().expect("no panic") > 0, "what is in a label of our own may be named so");
    let tested = report["contracts"][0]["operations"].as_array().expect("operations").iter();
    let tested = tested.filter(|operation| operation["untestable"].is_null());
    let tested: Vec<&str> = tested.filter_map(|operation| operation["id"].as_str()).collect();
    assert_eq!(tested, ["add", "drop", "own"], "{report:#}");
}
