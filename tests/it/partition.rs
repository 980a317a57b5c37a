//! Parts of a run: what they report together is what one run of all reports.

mod formats;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const PARTS: u32 = 4;
const KINDS: [&str; 5] = ["notes", "orders", "people", "rooms", "tags"];

/// Five families of four operations, which share their schemas.
fn document() -> String {
    let mut text = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n".to_owned();
    for kind in KINDS {
        text.push_str(&format!(
            "  /{kind}:
    get:
      operationId: list_{kind}
      parameters: [{{name: limit, in: query, schema: {{type: integer, minimum: 1, maximum: 50}}}}]
      responses:
        '200': {{description: some, content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Kept'}}}}}}}}}}
        '400': {{description: refused}}
    post:
      operationId: add_{kind}
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/New'}}}}}}}}
      responses:
        '201': {{description: made, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Kept'}}}}}}}}
        '400': {{description: refused}}
        '415': {{description: refused}}
  /{kind}/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer, minimum: 1}}}}]
    get:
      operationId: get_{kind}
      responses:
        '200': {{description: one, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Kept'}}}}}}}}
        '400': {{description: refused}}
        '404': {{description: none}}
    delete: {{operationId: drop_{kind}, responses: {{'204': {{description: gone}}, '400': {{description: refused}}, '404': {{description: none}}}}}}
"
        ));
    }
    text.push_str(
        "components:
  schemas:
    New:
      type: object
      required: [name]
      properties: {name: {type: string, minLength: 1, maxLength: 40}}
    Kept:
      type: object
      required: [id, name]
      properties: {id: {type: integer, minimum: 1}, name: {type: string, minLength: 1}}
",
    );
    text
}

type Store = BTreeMap<u64, String>;

/// Keeps the document, but takes names of any length everywhere, and dies of a limit of 0 at one place.
fn shop(stores: &mut BTreeMap<String, Store>, asked: &Asked) -> Response {
    let segments: Vec<&str> = asked.path.split('/').skip(1).collect();
    let Some(kind) = segments.first().filter(|kind| KINDS.contains(kind)) else { return empty(404) };
    let store = stores.entry((*kind).to_owned()).or_default();
    let shown = |(id, name): (&u64, &String)| json!({"id": id, "name": name});
    match (asked.method.as_str(), &segments[1..]) {
        ("GET", []) => {
            let given = asked.query.split('&').filter_map(|pair| pair.strip_prefix("limit=")).next_back();
            match given.map_or(Ok(50), str::parse::<i64>) {
                Ok(0) if *kind == "rooms" => empty(500),
                Ok(limit @ 1..=50) => {
                    let items: Vec<Value> = store.iter().rev().take(limit as usize).map(shown).collect();
                    answer(200, &items.into())
                }
                _ => empty(400),
            }
        }
        ("POST", []) if !asked.is_json() => empty(415),
        ("POST", []) => {
            let body = asked.json().unwrap_or_default();
            let Some(name) = body["name"].as_str().filter(|name| !name.is_empty()) else { return empty(400) };
            let id = store.keys().next_back().map_or(1, |last| last + 1);
            store.insert(id, name.to_owned());
            answer(201, &json!({"id": id, "name": name}))
        }
        (method, [id]) if matches!(method, "GET" | "DELETE") => {
            let Some(id) = id.parse::<u64>().ok().filter(|id| *id > 0 && !asked.path.contains('+')) else {
                return empty(400);
            };
            match (method, store.get(&id)) {
                (_, None) => empty(404),
                ("GET", Some(name)) => answer(200, &shown((&id, name))),
                _ => {
                    store.remove(&id);
                    empty(204)
                }
            }
        }
        (_, []) => not_allowed("GET, POST"),
        (_, [_]) => not_allowed("GET, DELETE"),
        _ => empty(404),
    }
}

/// What a run of a fresh server reports.
async fn shop_report(folder: &Path, file: &str, more: &[&str]) {
    let stores = Arc::new(Mutex::new(BTreeMap::new()));
    let url = serve_all(move |asked| shop(&mut stores.lock().expect("no panic"), asked)).await;
    let report = format!("json={file}");
    let fixed = ["api.yaml", "--target", &url, "--regressions", "off", "--cases", "10", "--concurrency", "1"];
    let output = run_beside(folder, &[&fixed[..], &["--report", &report, "--output", "text"], more].concat()).await;
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
}

fn read(folder: &Path, file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join(file)).expect(file)).expect("JSON")
}

fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// What a run has tested, found and exercised.
fn gist(report: &Value) -> BTreeSet<String> {
    let mut gist = BTreeSet::from([format!("verdict {}", report["verdict"]), format!("totals {}", report["totals"])]);
    for contract in items(report, "contracts") {
        for operation in items(contract, "operations") {
            let mut findings: Vec<&str> =
                items(operation, "findings").iter().filter_map(|finding| finding["fingerprint"].as_str()).collect();
            findings.sort_unstable();
            let [position, method, path, verdict, cases, clauses, statuses] =
                ["position", "method", "path", "verdict", "cases", "clauses", "statuses"].map(|name| &operation[name]);
            gist.insert(format!(
                "{} {position} {method} {path} {verdict} {cases} {clauses} {statuses} {findings:?}",
                contract["name"]
            ));
        }
        for cause in items(contract, "root_causes") {
            let [fingerprint, blames, operations, cases] =
                ["fingerprint", "blames", "operations", "cases"].map(|name| &cause[name]);
            let places: BTreeSet<String> =
                items(cause, "places").iter().map(|place| place["operation"].to_string()).collect();
            gist.insert(format!("{} {fingerprint} {blames} {operations} {cases} {places:?}", contract["name"]));
        }
        gist.insert(format!("left out {}", contract["left_out"]));
    }
    gist
}

/// Joins the parts, and holds them to the whole.
fn is_whole(folder: &Path, status: Option<i32>) -> Value {
    let parts: Vec<String> = (1..=PARTS).map(|part| format!("part-{part}.json")).collect();
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let joined = run(folder, &[&["merge", "--format", "json", "--output", "merged.json"], &names[..]].concat());
    assert_eq!((joined.status, joined.stderr.as_str()), (status, ""));
    let (merged, whole) = (read(folder, "merged.json"), read(folder, "whole.json"));
    let (one, other) = (gist(&merged), gist(&whole));
    let differ: Vec<&String> = one.symmetric_difference(&other).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    merged
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_a_stateful_api_are_the_whole() {
    let folder = folder_with(&[("api.yaml", &document())]);
    shop_report(folder.path(), "whole.json", &[]).await;
    let mut tested = Vec::new();
    for part in 1..=PARTS {
        let file = format!("part-{part}.json");
        shop_report(folder.path(), &file, &["--partition", &format!("hash:{part}/{PARTS}")]).await;
        let report = read(folder.path(), &file);
        assert_eq!(report["partition"], format!("hash:{part}/{PARTS}"));
        tested.push(items(&report["contracts"][0], "operations").len());
    }
    assert_eq!(tested.iter().sum::<usize>(), 20);
    assert!(tested.iter().filter(|count| **count > 0).count() > 1, "{tested:?}");
    let merged = is_whole(folder.path(), Some(1));
    // One bug of a shared schema is one, in whatever parts it shows.
    let shared = items(&merged["contracts"][0], "root_causes").iter().filter(|cause| cause["operations"] == 5);
    assert_eq!(shared.count(), 1);
    let text = run(folder.path(), &["merge", "part-1.json", "part-2.json", "part-3.json", "part-4.json"]);
    assert!(text.stdout.contains("FAIL  operations: "), "{}", text.stdout);
}

#[test]
fn the_parts_of_the_five_contracts_are_the_whole() {
    let folder = folder_with(&[]);
    let fixed = ["--cases", "5", "--regressions", "off", "--output", "text"];
    let report = |file: &str, more: &[&str]| {
        let report = format!("json={file}");
        let ended = run(folder.path(), &[&fixed[..], &["--report", &report], more].concat());
        assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""), "{file}");
    };
    report("whole.json", &[]);
    for part in 1..=PARTS {
        report(&format!("part-{part}.json"), &["--partition", &format!("hash:{part}/{PARTS}")]);
    }
    is_whole(folder.path(), Some(0));
}

#[test]
fn what_is_not_the_whole_is_refused() {
    let report = |partition: &str, seed: u64, path: &str| {
        let operations = json!([{"method": "GET", "path": path, "verdict": "conforms"}]);
        let mut report = json!({
            "schema_version": 3, "seed": seed, "verdict": "conforms", "totals": {},
            "contracts": [{"name": "api", "file": "api.yaml", "operations": operations}],
        });
        if !partition.is_empty() {
            report["partition"] = partition.into();
        }
        report.to_string()
    };
    let (first, second) = (report("hash:1/2", 0, "/a"), report("hash:2/2", 0, "/b"));
    let folder = folder_with(&[
        ("1.json", &first),
        ("2.json", &second),
        ("same.json", &report("hash:2/2", 0, "/a")),
        ("seed.json", &report("hash:2/2", 7, "/b")),
        ("whole.json", &report("", 0, "/b")),
        ("other.json", &report("", 0, "/c")),
        ("old.json", r#"{"schema_version": 1}"#),
        ("text.json", "PASS"),
    ]);
    for (reports, told) in [
        (&["1.json"][..], "part 2 of 2 is missing"),
        (&["1.json", "1.json", "2.json"], "are both part 1 of 2"),
        (&["1.json", "same.json"], "GET /a stands in same.json"),
        (&["1.json", "seed.json"], "different seeds"),
        (&["1.json", "2.json", "whole.json"], "whole.json is none of 2 parts"),
        (&["old.json"], "its schema_version is 1"),
        (&["text.json"], "is no report of a run"),
        (&["nowhere.json"], "no such file"),
    ] {
        let ended = run(folder.path(), &[&["merge"], reports].concat());
        let words: Vec<&str> = ended.stderr.split_whitespace().filter(|word| *word != "│").collect();
        assert_eq!(ended.status, Some(2), "{reports:?}: {}", ended.stdout);
        assert!(words.join(" ").contains(told), "{reports:?}: {}", ended.stderr);
    }
    for reports in [&["2.json", "1.json"], &["whole.json", "other.json"]] {
        assert_eq!(run(folder.path(), &[&["merge"], &reports[..]].concat()).status, Some(0), "{reports:?}");
    }
}
