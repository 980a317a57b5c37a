//! Hooks: a program of the user's own before and after each request.

use std::process::Output;
use std::time::{Duration, Instant};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{signature: []}]
paths:
  /notes:
    get:
      operationId: list
      parameters: [{name: q, in: query, schema: {type: string, maxLength: 20}}]
      responses: {'200': {description: all}, '400': {description: no}, '401': {description: no}}
    post:
      operationId: create
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, minLength: 2}}}}}}
      responses: {'201': {description: made}, '400': {description: no}, '401': {description: no}, '415': {description: no}}
components:
  securitySchemes:
    signature: {type: apiKey, in: header, name: x-signature}
";

/// Signs each request as the server below wants it, and writes down what it is told.
const SIGN: &str = r#"
import base64, hashlib, hmac, json, sys
log = open("log.jsonl", "w")
for line in sys.stdin:
    message = json.loads(line)
    log.write(line)
    log.flush()
    answer = {"id": message["id"]}
    if message["event"] == "before-request" and message["intent"] != "unauthenticated":
        request = message["request"]
        body = request.get("body") or ""
        body = base64.b64decode(request["body_base64"]) if "body_base64" in request else body.encode()
        path = request["url"].split("/", 3)[3]
        signed = request["method"].encode() + b" /" + path.encode() + b"\n" + body
        answer["request"] = {"headers": {"X-Signature": hmac.new(b"key-of-the-client", signed, hashlib.sha256).hexdigest()}}
    print(json.dumps(answer), flush=True)
"#;

/// HMAC-SHA256 of a request as the program above makes it, by a program of the same kind.
fn is_signed(asked: &Asked) -> bool {
    use std::io::Write as _;

    let query = if asked.query.is_empty() { String::new() } else { format!("?{}", asked.query) };
    let mut signed = format!("{} {}{query}\n", asked.method, asked.path).into_bytes();
    signed.extend_from_slice(&asked.body);
    let mut child = std::process::Command::new("python3")
        .args(["-c", "import sys, hmac, hashlib\nprint(hmac.new(b'key-of-the-client', sys.stdin.buffer.read(), hashlib.sha256).hexdigest(), end='')"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 runs");
    child.stdin.take().expect("a pipe").write_all(&signed).expect("is written");
    let output = child.wait_with_output().expect("ends");
    String::from_utf8_lossy(&output.stdout) == asked.header("x-signature")
}

fn service(asked: &Asked) -> Response {
    if !matches!((asked.method.as_str(), asked.path.as_str()), ("GET" | "HEAD" | "POST", "/notes")) {
        return not_allowed("GET, HEAD, POST");
    }
    if !is_signed(asked) {
        return empty(401);
    }
    unsigned_service(asked)
}

fn unsigned_service(asked: &Asked) -> Response {
    if !matches!(asked.method.as_str(), "GET" | "HEAD" | "POST") {
        return not_allowed("GET, HEAD, POST");
    }
    if asked.method != "POST" {
        let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
        let is_long = pairs.any(|(name, value)| name == "q" && value.chars().count() > 20);
        return if is_long { empty(400) } else { answer(200, &json!({})) };
    }
    if !asked.is_json() {
        return empty(415);
    }
    let is_right = asked.json().is_some_and(|body| body["text"].as_str().is_some_and(|text| text.chars().count() > 1));
    if is_right { answer(201, &json!({})) } else { empty(400) }
}

async fn run_with(url: &str, hook: &str, program: &str, more: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = folder_with(&[("notes.yaml", NOTES), ("hook.py", program)]);
    let options =
        ["notes.yaml", "--target", url, "--regressions", "off", "--cases", "2", "--format", "json", "--hook", hook];
    (run_beside(folder.path(), &[&options[..], more].concat()).await, folder)
}

fn told(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_signs_requests_and_hears_of_responses() {
    let url = serve_all(service).await;
    let (output, folder) = run_with(&url, "python3 hook.py", SIGN, &["--verbose"]).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let operations = report["contracts"][0]["operations"].as_array().cloned().unwrap_or_default();
    assert!(operations.len() == 2 && operations.iter().all(|one| one["verdict"] == "conforms"), "{report}");
    let log = std::fs::read_to_string(folder.path().join("log.jsonl")).expect("is written");
    let messages: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let count = |event: &str| messages.iter().filter(|message| message["event"] == event).count();
    assert_eq!((count("before-run"), count("after-run")), (1, 1));
    assert!(count("before-request") > 10 && count("before-request") == count("after-response"), "{log}");
    assert_eq!(messages.first().map(|first| first["event"].clone()), Some("before-run".into()));
    assert_eq!(messages.last().map(|last| last["outcome"].clone()), Some("conforms".into()));
    assert!(messages.iter().any(|message| message["response"]["status"] == 201));
    // Without it, nobody gets in.
    let (output, _folder) =
        run_with(&url, "python3 -c 'import sys\nfor line in sys.stdin: print(\"{}\", flush=True)'", "", &[]).await;
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_may_be_a_script_of_a_shell() {
    let url = serve_all(|asked| {
        let right = asked.header("x-signature") == "from-a-shell";
        if right { unsigned_service(asked) } else { empty(401) }
    })
    .await;
    let script = "while read -r line; do case \"$line\" in *before-run*) echo '{\"events\": [\"before-request\"]}';; \
                  *unauthenticated*) echo '{}';; *) echo '{\"request\": {\"headers\": {\"x-signature\": \"from-a-shell\"}}}';; esac; done";
    let folder = folder_with(&[("notes.yaml", NOTES), ("hook.sh", script)]);
    let options = [
        "notes.yaml",
        "--target",
        &url,
        "--regressions",
        "off",
        "--cases",
        "0",
        "--hook",
        "sh hook.sh",
        "--include",
        "method:GET",
    ];
    let output = run_beside(folder.path(), &options).await;
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hook_changes_is_seen_by_the_checks() {
    // Takes the document's word for nothing.
    let lax = serve_all(|asked| match asked.method.as_str() {
        "GET" | "HEAD" => answer(200, &json!({})),
        "POST" => answer(201, &json!({"sent": asked.header("x-signature")})),
        _ => not_allowed("GET, HEAD, POST"),
    })
    .await;
    let with = |change: &str| {
        format!(
            "import json, sys\nfor line in sys.stdin:\n    message = json.loads(line)\n    answer = {{'id': message['id']}}\n    \
             if message['event'] == 'before-request':\n        answer['request'] = {change}\n    print(json.dumps(answer), flush=True)\n"
        )
    };
    let found = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let causes = report["contracts"][0]["root_causes"].as_array().cloned().unwrap_or_default();
        causes
            .iter()
            .map(|cause| (cause["example"]["check"].as_str().unwrap_or_default().to_owned(), cause.to_string()))
            .collect::<Vec<_>>()
    };
    // A header that the document does not speak of leaves what is wrong with the body as it is.
    let (output, _folder) = run_with(
        &lax,
        "python3 hook.py",
        &with("{'headers': {'x-date': 'now', 'x-signature': 's3cret-signature'}}"),
        &["--operation", "create"],
    )
    .await;
    let causes = found(&output);
    assert!(causes.iter().any(|(check, _)| check == "accepted-invalid"), "{}", told(&output));
    assert!(
        !told(&output).contains("s3cret-signature") && told(&output).contains("HOOK_X_SIGNATURE"),
        "{}",
        told(&output)
    );
    // A body that is put in place of all others is accepted rightly.
    let (output, _folder) = run_with(
        &lax,
        "python3 hook.py",
        &with("{'body': '{\"text\": \"right\"}', 'headers': {'content-type': 'application/json'}}"),
        &["--operation", "create"],
    )
    .await;
    assert_eq!(found(&output), [], "{}", told(&output));
    // So is a query.
    let (output, _folder) =
        run_with(&lax, "python3 hook.py", &with("{'query': {'q': 'short'}}"), &["--operation", "list"]).await;
    assert!(found(&output).iter().all(|(check, _)| check != "accepted-invalid"), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_is_of_no_use_ends_the_run() {
    let url = serve_all(unsigned_service).await;
    let after = |count: usize, then: &str| {
        format!(
            "import sys, time\nfor number, line in enumerate(sys.stdin):\n    if number >= {count}:\n        {then}\n    print('{{}}', flush=True)\n"
        )
    };
    for (hook, program, expected) in [
        ("python3 hook.py", after(5, "sys.exit(3)"), "the hook `python3` ended before the run did (exit status: 3)"),
        ("python3 hook.py", after(0, "sys.exit(0)"), "the hook `python3` ended before the run did (exit status: 0)"),
        ("python3 hook.py", after(5, "time.sleep(60)"), "the hook `python3` gave no answer within 8s"),
        (
            "python3 hook.py",
            after(5, "print('certainly', flush=True); continue"),
            "the hook `python3` wrote what is no answer: `certainly`",
        ),
        ("python3 hook.py", after(5, "print('{\"id\": 7000}', flush=True); continue"), "answered what was not asked"),
        ("python3 hook.py", after(5, "print('{\"requset\": {}}', flush=True); continue"), "did you mean `request`?"),
        (
            "python3 hook.py",
            after(5, "print('{\"error\": \"no key\"}', flush=True); continue"),
            "the hook `python3` says: no key",
        ),
        ("no-such-program-anywhere", String::new(), "the hook `no-such-program-anywhere` cannot be run"),
        ("python3 'hook.py", String::new(), "is no command"),
        ("", String::new(), "is no command"),
    ] {
        let started = Instant::now();
        let (output, _folder) =
            run_with(&url, hook, &program, &["--hook-timeout", if program.contains("sleep") { "8s" } else { "60s" }])
                .await;
        assert!(
            output.status.code() == Some(2) && told(&output).contains(expected),
            "{hook} {program}: {}",
            told(&output)
        );
        assert!(started.elapsed() < Duration::from_secs(90), "{:?}", started.elapsed());
    }
}
