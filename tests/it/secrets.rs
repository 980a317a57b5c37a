//! Nothing that a run writes holds a secret, in whatever spelling a target sends it back.

use std::path::{Path, PathBuf};
use std::process::Output;

use axum::response::IntoResponse as _;
use serde_json::json;

use crate::support::command::{self, folder_with};
use crate::support::served::{Asked, json as answer, serve_all};

const KEY: &str = "k3y+of<Ada>&Co/2026==";
const TOKEN: &str = "c00kie+0123456789/xyz";
/// What the target hands out.
const ACCESS: &str = "aCCess-T0ken-0123456789abcdef";
const SESSION: &str = "53ss10n-0123456789abcdef";

/// Writes a text in another way.
type Spell = fn(&str) -> String;

/// How the target writes a text at each path.
const SPELLINGS: [(&str, Spell); 9] = [
    ("plain", |text| text.replace('"', "\\\"")),
    ("dotnet", |text| each(text, |c| format!("\\u{:04X}", u32::from(c)))),
    ("units", |text| text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()),
    ("html", |text| each(text, |c| format!("&#{};", u32::from(c)))),
    ("named", |text| text.replace('&', "&amp;").replace('+', "&plus;").replace('<', "&lt;").replace('>', "&gt;")),
    ("percent", |text| each(text, |c| format!("%{:02x}", u32::from(c)))),
    ("twice", |text| each(text, |c| format!("%25{:02X}", u32::from(c)))),
    ("capitals", str::to_ascii_uppercase),
    ("base64", |text| {
        use base64::Engine as _;
        let encoded =
            base64::engine::general_purpose::STANDARD.encode(format!("key={text}, and what follows it in a line"));
        encoded.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\\r\\n")
    }),
];

fn each(text: &str, escape: impl Fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { escape(c) }).collect()
}

/// An operation for each spelling, and one that logs in.
fn document() -> String {
    let operation = |name: &str| {
        json!({"post": {
            "operationId": name,
            "security": [{"key": []}],
            "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                "text": {"type": "string", "maxLength": 20}}}}}},
            "responses": {
                "200": {"description": "fine", "content": {"application/json": {"schema": {"type": "object",
                    "required": ["count"], "properties": {"count": {"type": "integer"}, "note": {"type": "string"}}}}}},
                "400": {"description": "wrong"}, "401": {"description": "who?"},
            },
        }})
    };
    let names = ["login"].into_iter().chain(SPELLINGS.iter().map(|(name, _)| *name));
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Spellings", "version": "1"},
        "paths": names.map(|name| (format!("/{name}"), operation(name))).collect::<serde_json::Map<_, _>>(),
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    })
    .to_string()
}

/// Answers each request with what it was sent, in a body that breaks the document.
async fn target() -> String {
    serve_all(|asked: &Asked| {
        let sid = asked.header("cookie").strip_prefix("sid=").unwrap_or_default().to_owned();
        if asked.path == "/login" {
            let body = json!({"count": "one", "access_token": ACCESS, "page_token": "p-0123456789abcdef"});
            let cookie = [("set-cookie", format!("sid={SESSION}; Path=/"))];
            return (cookie, answer(200, &body)).into_response();
        }
        let Some((_, spell)) = SPELLINGS.iter().find(|(name, _)| asked.path == format!("/{name}")) else {
            return answer(404, &json!({}));
        };
        let (key, sid) = (spell(asked.header("x-key")), spell(&sid));
        let body = format!(r#"{{"count":"{ACCESS}","note":"{key} {sid}","seen":"{key}"}}"#);
        ([("content-type", "application/json")], body).into_response()
    })
    .await
}

/// All text that lies below a folder but for the document, with where it lies.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts.extend(self::texts(&path));
        } else if !path.ends_with("spellings.json") && !path.ends_with("key.txt") {
            texts.push((path.clone(), std::fs::read_to_string(&path).expect("UTF-8")));
        }
    }
    texts
}

/// The secrets that a text shows.
fn shown(text: &str) -> Vec<String> {
    let mut forms = vec![ACCESS.to_owned(), SESSION.to_owned()];
    for secret in [KEY, TOKEN] {
        forms
            .extend(SPELLINGS.iter().map(|(_, spell)| spell(secret)).map(|text| text[..text.len().min(60)].to_owned()));
        forms.extend(
            SPELLINGS.iter().map(|(_, spell)| serde_json::Value::from(spell(secret)).to_string().replace('"', "")),
        );
    }
    // What no spelling changes much is the longest word.
    forms.extend(["0123456789/xyz", "k3y+of", "K3Y+OF", "c00kie", "C00KIE"].map(str::to_owned));
    forms.retain(|form| text.contains(form.as_str()));
    forms
}

fn assert_hidden(what: &str, text: &str) {
    assert!(!text.is_empty(), "{what} is empty");
    assert_eq!(shown(text), [""; 0], "{what} shows them:\n{text}");
}

async fn conform(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = command::conform(folder);
    command.args(arguments).env("TEST_COOKIE", format!("sid={TOKEN}"));
    tokio::task::spawn_blocking(move || command.output().expect("the binary starts")).await.expect("no panic")
}

#[tokio::test]
async fn no_secret_leaves_the_program_in_whatever_spelling() {
    let url = target().await;
    let folder = folder_with(&[("spellings.json", &document()), ("key.txt", &format!("{KEY}\n"))]);
    let credentials = ["--credential", "key=@key.txt", "--header", "Cookie: env:TEST_COOKIE"];
    let standard = [&["--target", &url, "--spec", "spellings.json"][..], &credentials].concat();
    let with = |more: &[&'static str]| -> Vec<&str> { [standard.as_slice(), &["--cases", "5"], more].concat() };
    for more in [
        &["--update-snapshots", "all", "--verbose"][..],
        &["--update-snapshots", "new", "--snapshots", "exact"],
        &["--snapshots", "off"],
        &["--format", "json", "--output", "report.json"],
        &["--format", "json", "--max-shrinks", "0"],
        &["--report", "json=a.report", "--report", "junit=b.report", "--report", "sarif=c.report"],
        &["--report", "github=d.report", "--report", "gitlab=e.report", "--report", "markdown=f.report"],
        &["--report", "html=g.report", "--report", "har=h.report", "--report", "ndjson=i.report"],
        &["--report", "coverage=j.report", "--report", "badge=k.report", "--report", "allure=allure-results"],
    ] {
        let ended = conform(folder.path(), &with(more)).await;
        let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert_eq!(ended.status.code(), Some(1), "{out}{err}");
        assert_hidden(&format!("{more:?}"), &format!("{out}{err}-"));
        if !more.contains(&"--output") {
            assert!(out.contains("CREDENTIAL_KEY") && out.contains("[secret]"), "{out}");
        }
    }
    let files = texts(folder.path());
    files.iter().for_each(|(path, text)| assert_hidden(&path.display().to_string(), text));
    let among = |part: &str| files.iter().filter(|(path, _)| path.to_string_lossy().contains(part)).count();
    assert!(among("behaviour") >= 9 && among("conform-regressions") >= 9 && among("report.json") == 1, "{files:#?}");
    assert_eq!(among(".report"), 11, "{files:#?}");
    assert!(among("allure-results") > 0, "{files:#?}");
    // What is no secret stays.
    assert!(files.iter().any(|(path, text)| path.ends_with("report.json") && text.contains("p-0123456789abcdef")));
    for (path, _) in files.iter().filter(|(path, _)| path.to_string_lossy().contains("conform-regressions")) {
        let ended =
            conform(folder.path(), &[&["replay", path.to_str().expect("a path")], standard.as_slice()].concat()).await;
        let told = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
        // What another operation would hand out was not handed out this time.
        let is_login = path.to_string_lossy().contains("login");
        assert_hidden("replay", &if is_login { told } else { told.replace(ACCESS, "") });
        assert_eq!(ended.status.code(), Some(1));
    }
}
