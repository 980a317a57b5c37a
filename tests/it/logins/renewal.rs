//! Grants with a refresh token, tokens that say themselves how long they live, and sessions that are ended.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::response::Response;
use base64::Engine as _;
use serde_json::json;

use crate::support::command::{folder_with, refused, run_beside};
use crate::support::scripted::{self, Scripted};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{auth: []}]
paths:
  /notes:
    get:
      operationId: list
      parameters: [{name: q, in: query, schema: {type: string, maxLength: 20}}]
      responses: {'200': {description: all}, '400': {description: no}, '401': {description: no}}
  /logout:
    post: {operationId: logOut, responses: {'204': {description: out}, '401': {description: no}}}
components:
  securitySchemes:
    auth: {type: oauth2, flows: {password: {tokenUrl: /token, scopes: {}}}}
";

/// What a server of tokens does.
#[derive(Clone, Copy, Default)]
struct Ways {
    /// How many requests a token is good for.
    uses: usize,
    /// Whether tokens are JWTs that live so many seconds.
    jwt: Option<u64>,
    /// Whether a refresh token comes with each.
    refreshes: bool,
    /// How many tokens are handed out at most.
    most: usize,
}

#[derive(Default)]
struct State {
    /// Tokens that are good, with when they were issued and how often they were used.
    live: Vec<(String, Instant, usize)>,
    issued: usize,
    grants: Vec<String>,
}

struct Server {
    ways: Ways,
    state: Mutex<State>,
}

impl Server {
    async fn start(ways: Ways) -> (String, Arc<Self>) {
        let server = Arc::new(Self { ways, state: Mutex::default() });
        let state = server.clone();
        (serve_all(move |asked| state.respond(asked)).await, server)
    }

    fn grants(&self) -> Vec<String> {
        self.state.lock().expect("no panic").grants.clone()
    }

    fn respond(&self, asked: &Asked) -> Response {
        let mut state = self.state.lock().expect("no panic");
        match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/token") => {
                let form: Vec<(String, String)> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
                let get = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
                let right = match get("grant_type").as_deref() {
                    Some("password") => {
                        get("username").as_deref() == Some("ada")
                            && get("password").as_deref() == Some("pa55word-of-ada")
                    }
                    Some("refresh_token") => get("refresh_token")
                        .is_some_and(|token| token == format!("r3fresh-{:03}-abcdefgh", state.issued)),
                    _ => false,
                };
                if !right || state.issued >= self.ways.most {
                    return answer(400, &json!({"error": "invalid_grant"}));
                }
                state.issued += 1;
                state.grants.extend(get("grant_type"));
                let token = match self.ways.jwt {
                    None => format!("t0ken-{:03}-abcdefghijkl", state.issued),
                    Some(lives) => {
                        let claims = json!({"iat": 1_000_000, "exp": 1_000_000 + lives, "n": state.issued}).to_string();
                        format!("e30.{}.c2lnbmF0dXJl", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims))
                    }
                };
                state.live.push((token.clone(), Instant::now(), 0));
                let mut body = json!({"access_token": token});
                if self.ways.refreshes {
                    body["refresh_token"] = format!("r3fresh-{:03}-abcdefgh", state.issued).into();
                }
                answer(200, &body)
            }
            (method, path @ ("/notes" | "/logout")) => {
                let (uses, lives) = (self.ways.uses, self.ways.jwt.map_or(Duration::MAX, Duration::from_secs));
                let given = match asked.header("x-token") {
                    "" => asked.header("authorization").to_owned(),
                    token => format!("Bearer {token}"),
                };
                let found = state.live.iter_mut().position(|(token, since, used)| {
                    let is_it = given == format!("Bearer {token}");
                    *used += usize::from(is_it);
                    is_it && *used <= uses && since.elapsed() < lives
                });
                match (method, path, found) {
                    ("GET" | "HEAD", "/logout", _) | ("POST", "/notes", _) => not_allowed("GET, HEAD, POST"),
                    (_, _, None) if matches!(method, "GET" | "HEAD" | "POST") => empty(401),
                    ("POST", "/logout", Some(at)) => {
                        state.live.remove(at);
                        empty(204)
                    }
                    ("GET" | "HEAD", "/notes", _) => {
                        let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
                        let is_long = pairs.any(|(name, value)| name == "q" && value.chars().count() > 20);
                        if is_long { empty(400) } else { answer(200, &json!({})) }
                    }
                    _ => not_allowed("GET, HEAD, POST"),
                }
            }
            _ => empty(404),
        }
    }
}

const PASSWORD: &str = "{oauth2: {grant: password, username: ada, password: pa55word-of-ada}}";
const ALWAYS: Ways = Ways { uses: usize::MAX, jwt: None, refreshes: false, most: usize::MAX };

async fn run(url: &str, credentials: &str, more: &[&str]) -> (Option<i32>, String) {
    let fixtures = format!("credentials:\n  auth: {credentials}\n");
    let folder = folder_with(&[("notes.yaml", NOTES), ("fixtures.yaml", &fixtures)]);
    let inputs =
        ["notes.yaml", "--target", url, "--fixtures", "fixtures.yaml", "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &[&inputs[..], more].concat()).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    for secret in ["pa55word-of-ada", "t0ken-0", "r3fresh-0", "c2lnbmF0dXJl"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    (output.status.code(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_grant_logs_in_and_a_refresh_token_is_used_first() {
    let (url, server) = Server::start(ALWAYS).await;
    let (status, text) = run(&url, PASSWORD, &["--operation", "list"]).await;
    assert_eq!((status, server.grants()), (Some(0), vec!["password".to_owned()]), "{text}");
    // One that is over is got anew by the refresh token, each by the one that came with the last.
    let (url, server) = Server::start(Ways { uses: 25, refreshes: true, ..ALWAYS }).await;
    let (status, text) = run(&url, PASSWORD, &["--operation", "list"]).await;
    let grants = server.grants();
    assert!(status == Some(0) && grants.len() > 2 && grants[0] == "password", "{grants:?} {text}");
    assert!(grants[1..].iter().all(|grant| grant == "refresh_token"), "{grants:?}");
    // A refresh token alone begins with itself; one that is over says so.
    let refresh = |token: &str| format!("{{oauth2: {{grant: refresh_token, refresh_token: {token}}}}}");
    let (url, server) = Server::start(Ways { refreshes: true, ..ALWAYS }).await;
    let (status, text) = run(&url, &refresh("r3fresh-000-abcdefgh"), &["--operation", "list"]).await;
    assert_eq!((status, server.grants()), (Some(0), vec!["refresh_token".to_owned()]), "{text}");
    let (status, text) = run(&url, &refresh("r3fresh-old-abcdefgh"), &["--operation", "list"]).await;
    assert!(status == Some(3) && text.contains("invalid_grant"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_the_end_that_it_names_itself() {
    let (url, server) = Server::start(Ways { jwt: Some(2), ..ALWAYS }).await;
    let (status, text) = run(&url, PASSWORD, &["--operation", "list", "--rate", "30"]).await;
    let count = server.grants().len();
    assert!(status == Some(0) && (2..20).contains(&count), "{count} {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_has_a_login_of_its_own() {
    let (url, server) = Server::start(ALWAYS).await;
    let (status, text) = run(&url, PASSWORD, &[]).await;
    assert_eq!(status, Some(0), "{text}");
    let report: serde_json::Value =
        serde_json::from_str(text.split("\nnot tested").next().unwrap_or_default()).unwrap_or_default();
    let operations = report["contracts"][0]["operations"].as_array().cloned().unwrap_or_default();
    assert!(operations.iter().any(|one| one["id"] == "logOut" && one["verdict"] == "conforms"), "{text}");
    // The token of all others was good to the end.
    let live = server.state.lock().expect("no panic").live.first().map(|(token, ..)| token.clone());
    assert_eq!(live.as_deref(), Some("t0ken-001-abcdefghijkl"));
    // With a credential that is given, it would end what nobody can begin again: it is left out.
    let token = live.expect("a token");
    let folder = folder_with(&[("notes.yaml", NOTES)]);
    let output = run_beside(
        folder.path(),
        &["notes.yaml", "--target", &url, "--bearer", &token, "--regressions", "off", "--format", "json"],
    )
    .await;
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("\"left_out\": [\n        \"POST /logout\""), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_fails_leaves_no_findings_behind() {
    let (url, _server) = Server::start(Ways { uses: 20, most: 2, ..ALWAYS }).await;
    let (status, text) = run(&url, PASSWORD, &["--operation", "list"]).await;
    assert!(status == Some(3) && text.contains("cannot be obtained"), "{text}");
    assert!(!text.contains("rejected-valid"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_is_named_by_its_parameter_is_renewed() {
    let document = NOTES
        .replace("security: [{auth: []}]", "security: []")
        .replace("parameters: [", "parameters: [{name: X-Token, in: header, required: true, schema: {type: string}}, ");
    let (url, server) = Server::start(Ways { uses: 25, ..ALWAYS }).await;
    let command = "import json, sys, urllib.request\n\
                   body = b'grant_type=password&username=ada&password=pa55word-of-ada'\n\
                   print(json.load(urllib.request.urlopen(sys.argv[1] + '/token', body))['access_token'])\n";
    let fixtures = format!("credentials:\n  x-token: {{command: [python3, token.py, '{url}']}}\n");
    let folder = folder_with(&[("notes.yaml", &document), ("fixtures.yaml", &fixtures), ("token.py", command)]);
    let inputs =
        ["notes.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--regressions", "off", "--operation", "list"];
    let output = run_beside(folder.path(), &inputs).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(0) && server.grants().len() > 1, "{:?} {text}", server.grants());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_waited_for_as_the_target_is() {
    let address = refused();
    let url = format!("http://{address}");
    let late = address.clone();
    let server = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(1));
        Scripted::at(late.parse().expect("an address"), Duration::from_millis(2), |asked| {
            match asked.line.starts_with("POST /token") {
                true => scripted::json("200 OK", "", "{\"access_token\": \"t0ken-000-of-late\"}"),
                false => scripted::json("200 OK", "", "{}"),
            }
        })
    });
    let (status, text) = run(&url, PASSWORD, &["--operation", "list", "--wait", "20s", "--cases", "0"]).await;
    let _server = server.join().expect("no panic");
    assert!(matches!(status, Some(0 | 1)), "{text}");
    let (status, text) = run(&format!("http://{}", refused()), PASSWORD, &["--operation", "list"]).await;
    assert!(status == Some(3) && text.contains("gave no answer: cannot connect"), "{text}");
}
