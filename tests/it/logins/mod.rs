//! Credentials that are obtained: by a login, a grant of OAuth 2 or a command, and again when they are over.

mod accounts;
mod also;
mod entrance;
mod renewal;

use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::response::{Html, IntoResponse as _, Response};
use serde_json::json;

use crate::support::command::{folder_with, refused, run_beside};
use crate::support::served::{Asked, json as answer, not_allowed, serve_all};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{auth: []}]
paths:
  /login:
    post:
      operationId: logIn
      security: []
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [user, password], properties: {user: {type: string}, password: {type: string}}}}}}
      responses: {'200': {description: in}, '400': {description: no}, '401': {description: no}, '415': {description: no}}
  /notes:
    get:
      operationId: list
      parameters: [{name: q, in: query, schema: {type: string, maxLength: 20}}]
      responses: {'200': {description: all}, '400': {description: no}, '401': {description: no}}
components:
  securitySchemes:
    auth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}
";

/// What the server has handed out, and when.
#[derive(Default)]
struct Issued(Mutex<Vec<(String, Instant, usize)>>);

impl Issued {
    fn issue(&self) -> String {
        let mut all = self.0.lock().expect("no panic");
        let token = format!("t0ken-of-a-run-{:04}-abcdefgh", all.len());
        all.push((token.clone(), Instant::now(), 0));
        token
    }

    /// Whether a request has the newest token, no older than this and used no more often.
    fn lets_in(&self, asked: &Asked, lives: Duration, uses: usize) -> bool {
        let mut all = self.0.lock().expect("no panic");
        let given = asked.header("authorization").to_owned();
        all.last_mut().is_some_and(|(token, since, used)| {
            *used += 1;
            given == format!("Bearer {token}") && since.elapsed() < lives && *used <= uses
        })
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().expect("no panic").iter().map(|(token, ..)| token.clone()).collect()
    }
}

struct Target {
    url: String,
    issued: Arc<Issued>,
}

/// A server whose tokens are good for so long and so many requests; `fails` makes its list crash with the token.
async fn target(lives: Duration, uses: usize, fails: bool) -> Target {
    let issued: Arc<Issued> = Arc::default();
    let state = issued.clone();
    let url = serve_all(move |asked| respond(asked, &state, (lives, uses, fails))).await;
    Target { url, issued }
}

fn respond(asked: &Asked, issued: &Issued, (lives, uses, fails): (Duration, usize, bool)) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/login") => match asked.json() {
            _ if !asked.is_json() => answer(415, &json!({})),
            Some(body) if !body["user"].is_string() || !body["password"].is_string() => answer(400, &json!({})),
            Some(body) if body["user"] == "ada" && body["password"] == "pa55word-of-ada" => {
                answer(200, &json!({"data": {"token": issued.issue()}}))
            }
            Some(_) => answer(401, &json!({})),
            None => answer(400, &json!({})),
        },
        ("POST", "/token") => {
            let form = String::from_utf8_lossy(&asked.body).into_owned();
            // base64 of `me:s3cret-of-the-client`
            let is_known = asked.header("authorization") == "Basic bWU6czNjcmV0LW9mLXRoZS1jbGllbnQ=";
            match form.contains("grant_type=client_credentials") && is_known {
                true => answer(
                    200,
                    &json!({"access_token": issued.issue(), "token_type": "bearer", "expires_in": lives.as_secs()}),
                ),
                false => answer(401, &json!({"error": "invalid_client"})),
            }
        }
        (_, "/html") => Html("<title>Log in</title>").into_response(),
        (_, "/slow") => {
            std::thread::sleep(Duration::from_secs(2));
            answer(200, &json!({"access_token": "late"}))
        }
        ("GET" | "HEAD", "/notes") if !issued.lets_in(asked, lives, uses) => {
            let mut refusal = answer(401, &json!({}));
            refusal.headers_mut().insert("www-authenticate", "Bearer".parse().expect("a value"));
            refusal
        }
        ("GET" | "HEAD", "/notes") if fails => answer(500, &json!({"sent": asked.header("authorization")})),
        ("GET" | "HEAD", "/notes") if is_long(asked) => answer(400, &json!({})),
        ("GET" | "HEAD", "/notes") => answer(200, &json!({})),
        (_, "/notes") => not_allowed("GET"),
        _ => not_allowed("POST"),
    }
}

/// Whether the query breaks its `maxLength`.
fn is_long(asked: &Asked) -> bool {
    let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
    pairs.any(|(name, value)| name == "q" && value.chars().count() > 20)
}

async fn run(url: &str, credentials: &str, more: &[&str]) -> Output {
    let fixtures = format!("credentials:\n  auth: {credentials}\n");
    let folder = folder_with(&[("notes.yaml", NOTES), ("fixtures.yaml", &fixtures)]);
    let inputs = ["notes.yaml", "--target", url, "--fixtures", "fixtures.yaml", "--regressions", "off"];
    run_beside(folder.path(), &[&inputs[..], &["--operation", "list", "--format", "json"], more].concat()).await
}

const LOGIN: &str = "{login: {request: {method: POST, path: /login, json: {user: ada, password: pa55word-of-ada}}, token: 'body#/data/token'}}";
const GRANT: &str = "{oauth2: {grant: client_credentials, client_id: me, client_secret: s3cret-of-the-client}}";
const LONG: Duration = Duration::from_secs(3600);

/// The statuses of valid requests, and the whole output, in which no secret is.
fn ended(output: &Output, target: &Target) -> (Option<i32>, String) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let secrets = ["pa55word-of-ada", "s3cret-of-the-client"].map(str::to_owned);
    for secret in target.issued.all().iter().chain(&secrets) {
        assert!(!text.contains(secret.as_str()), "{secret} in {text}");
    }
    (output.status.code(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_by_json_gives_the_token_of_the_run() {
    let by_operation =
        "{login: {operation: logIn, json: {user: ada, password: pa55word-of-ada}, token: 'body#/data/token'}}";
    for login in [LOGIN, by_operation] {
        let target = target(LONG, usize::MAX, false).await;
        let (status, text) = ended(&run(&target.url, login, &[]).await, &target);
        assert_eq!((status, target.issued.all().len()), (Some(0), 1), "{text}");
    }
    // What the target sends back of it is hidden.
    let target = target(LONG, usize::MAX, true).await;
    let (status, text) = ended(&run(&target.url, LOGIN, &[]).await, &target);
    assert!(status == Some(1) && text.contains("AUTH_TOKEN"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_lives_two_seconds_is_renewed_in_time() {
    let target = target(Duration::from_secs(2), usize::MAX, false).await;
    let (status, text) = ended(&run(&target.url, GRANT, &["--rate", "30"]).await, &target);
    assert_eq!(status, Some(0), "{text}");
    // A run of some seconds has several, and each as long as it lives.
    let count = target.issued.all().len();
    assert!((2..20).contains(&count), "{count}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_renewed_once_whoever_asks() {
    let by_uses = target(LONG, 25, false).await;
    let (status, text) = ended(&run(&by_uses.url, LOGIN, &[]).await, &by_uses);
    assert_eq!(status, Some(0), "{text}");
    assert!((2..20).contains(&by_uses.issued.all().len()), "{:?}", by_uses.issued.all());
    // What refuses every token is asked again once, and found out.
    let never = target(LONG, 0, false).await;
    let (status, text) = ended(&run(&never.url, LOGIN, &[]).await, &never);
    assert_eq!(status, Some(3), "{text}");
    assert!(never.issued.all().len() <= 4, "{:?}", never.issued.all());
    // A later token is hidden, too.
    let fails = target(LONG, 10, true).await;
    let (status, text) = ended(&run(&fails.url, LOGIN, &[]).await, &fails);
    assert!(status == Some(1) && fails.issued.all().len() > 1, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_gives_a_token() {
    let target = target(LONG, usize::MAX, false).await;
    let token = target.issued.issue();
    let (status, text) =
        ended(&run(&target.url, &format!("{{command: [printf, '%s\\n', {token}]}}"), &[]).await, &target);
    assert_eq!(status, Some(0), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gives_no_credential_is_told_with_its_line_and_what_to_do() {
    let target = target(LONG, usize::MAX, false).await;
    let down = format!("http://{}/token", refused());
    let grant = |url: &str| GRANT.replace("grant:", &format!("token_url: '{url}', grant:"));
    for (credentials, status, told) in [
        (grant("/html"), 3, &["answered 200 with no JSON (text/html", "none for programs"][..]),
        (grant(&down), 3, &["gave no answer: cannot connect", "start it, or check its address"]),
        (GRANT.replace("s3cret", "other"), 3, &["answered 401 (invalid_client)", "check the credentials"]),
        (LOGIN.replace("pa55word", "other"), 3, &["answered 401", "check the credentials"]),
        (LOGIN.replace("data/token", "token"), 2, &["there is no credential at body#/token", "say in `token`"]),
        (LOGIN.replace("/login", "/nothing"), 3, &["answered 405", "check the address"]),
        (GRANT.replace("client_credentials", "password"), 2, &["`username` is missing here"]),
        (GRANT.replace("client_credentials", "implicit"), 2, &["grant: client_credentials"]),
        (
            GRANT.replace("client_secret", "client_secrt"),
            2,
            &["unknown key `client_secrt`", "did you mean `client_secret`?"],
        ),
        ("{login: {operation: logInn, token: 'body#/token'}}".to_owned(), 2, &["did you mean `logIn`?"]),
        (
            "{login: {operation: logIn, token: token}}".to_owned(),
            2,
            &["`token` is no place of an answer", "header:NAME"],
        ),
        ("{login: {operation: logIn}}".to_owned(), 2, &["`token` is missing here"]),
        ("{login: {token: 'body#/token'}}".to_owned(), 2, &["one of `operation` and `request`"]),
        ("{logn: {}}".to_owned(), 2, &["did you mean `login`?"]),
        ("{command: []}".to_owned(), 2, &["a program and its arguments"]),
        ("{command: [sh, -c, 'exit 3']}".to_owned(), 2, &["the command `sh` failed", "run it in a shell"]),
        ("{command: [no-such-program]}".to_owned(), 2, &["the command `no-such-program` cannot be run"]),
        (grant("/slow"), 3, &["no whole response within 500ms", "--timeout"]),
        ("{command: [echo]}".to_owned(), 2, &["wrote no single line"]),
    ] {
        let (ended, text) = ended(&run(&target.url, &credentials, &["--timeout", "500ms"]).await, &target);
        assert_eq!(ended, Some(status), "{credentials}: {text}");
        // Lines are broken between words.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(text.contains("fixtures.yaml:2:"), "{text}");
        assert!(told.iter().all(|told| text.contains(told)), "{credentials}: {text}");
    }
}
