//! Where `--listen` is reached: what requests name, who else may send, and what reports show of it.

use serde_json::{Value, json};

use super::{DOCUMENT, free_port, listened, listened_of, orders, verdicts};
use crate::support::command::{folder_with, run, run_beside};

const QUICK: [&str; 2] = ["--listen-for", "300ms"];

fn order() -> Value {
    json!({"id": 1, "state": "paid"})
}

/// The verdict and the reason of one operation that the target sends.
fn of(report: &Value, name: &str) -> (String, String) {
    let found = verdicts(report).into_iter().find(|(known, ..)| known == name).expect(name);
    (found.1, found.2)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_its_schema_refuses_is_in_no_request_and_that_is_told() {
    let plain = "{back: {type: string, format: uri}}";
    let (wrong, right) = ("{type: string, enum: ['https://a.test/back']}", "{type: string, pattern: '^https?://'}");
    for (schema, fits) in [(wrong, false), (right, true)] {
        let document = DOCUMENT.replace(plain, &format!("{{back: {schema}}}"));
        let (url, _) = orders(order(), None).await;
        let listen = [&["--listen", "0"][..], &QUICK].concat();
        let (_, report, told) = listened_of(&document, "", &url, &listen).await;
        // The place has a value all the same.
        let valid = &report["contracts"][0]["operations"][0]["valid_cases"];
        assert!(valid["accepted"].as_u64().is_some_and(|count| count > 0), "{schema}: {told} {report:#}");
        let (verdict, reason) = of(&report, "POST /callbacks/addOrder/paid");
        assert_eq!(verdict, if fits { "conforms" } else { "untestable" }, "{schema}: {reason}");
        assert_eq!(told.contains("no request can name the listener: `{$request.body#/back}/paid`"), !fits, "{told}");
        assert_eq!(reason.contains("no request can name ${CONFORM_LISTENER}"), !fits, "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_is_told_the_url_that_is_given() {
    let port = free_port();
    let (url, sent) = orders(order(), Some((port, order()))).await;
    let (listen, own) = (port.to_string(), format!("http://127.0.0.1:{port}/mine"));
    let listen = [&["--listen", &listen, "--listen-url", &own][..], &QUICK].concat();
    let (status, report, told) = listened(&url, &listen).await;
    assert_eq!(status, Some(0), "{told} {report:#}");
    assert!(told.contains(&format!("listening for PUT {own}/webhooks/orderChanged")), "{told}");
    assert_eq!(of(&report, "POST /callbacks/addOrder/paid").0, "conforms");
    // It was sent beside that path.
    assert_eq!(of(&report, "PUT /webhooks/orderChanged").0, "untestable");
    let statuses = sent.lock().expect("no panic").statuses.clone();
    assert!(statuses.contains(&204) && statuses.contains(&404) && !statuses.contains(&202), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_this_machine_only_what_was_told_the_path_is_received() {
    let port = free_port();
    let (url, sent) = orders(order(), Some((port, order()))).await;
    let listen = port.to_string();
    let listen = [&["--listen", &listen, "--listen-url", "http://listener.test"][..], &QUICK].concat();
    let (status, report, told) = listened(&url, &listen).await;
    assert_eq!(status, Some(0), "{told} {report:#}");
    let segment = told.split("http://listener.test/").nth(1).and_then(|rest| rest.split('/').next()).expect("a URL");
    assert_eq!(segment.len(), 16, "{told}");
    assert!(!report.to_string().contains(segment), "{report:#}");
    assert_eq!(of(&report, "POST /callbacks/addOrder/paid").0, "conforms");
    let (verdict, reason) = of(&report, "PUT /webhooks/orderChanged");
    assert_eq!(verdict, "untestable");
    assert!(reason.contains("the target has sent none to ${CONFORM_LISTENER}/webhooks/orderChanged"), "{reason}");
    let statuses = sent.lock().expect("no panic").statuses.clone();
    assert!(statuses.contains(&204) && statuses.contains(&404) && !statuses.contains(&202), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_not_kept_and_that_is_told() {
    for (size, is_kept) in [(2 << 20, false), (1000, true)] {
        let order = json!({"id": 1, "state": "paid", "more": "x".repeat(size)});
        let (url, _) = orders(order, None).await;
        let (_, report, told) = listened(&url, &[&["--listen", "0"][..], &QUICK].concat()).await;
        let verdict = of(&report, "POST /callbacks/addOrder/paid").0;
        assert_eq!(verdict, if is_kept { "conforms" } else { "untestable" }, "{told}");
        assert_eq!(told.contains("not kept"), !is_kept, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_to_two_places_are_two() {
    let plain = "properties: {back: {type: string, format: uri}}";
    let both = "properties: {back: {type: string, format: uri}, lost: {type: string, format: uri}}";
    let document = DOCUMENT.replace(plain, both).replace("{$request.body#/back}/failed", "{$request.body#/lost}/paid");
    let (url, _) = orders(order(), None).await;
    let listen = [&["--listen", "0"][..], &QUICK].concat();
    let (_, report, told) = listened_of(&document, "", &url, &listen).await;
    assert_eq!(of(&report, "POST /callbacks/addOrder/paid").0, "conforms", "{told}");
    assert_eq!(of(&report, "POST /callbacks/addOrder-2/paid").0, "untestable");
}

/// The report without times, the target's address, and how many callbacks came in time.
fn steady(mut report: Value, url: &str) -> String {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(members) => {
                let unsteady = ["started_at", "elapsed_ms", "latency", "cases", "requests", "valid_cases"];
                members.retain(|name, _| !unsteady.contains(&name.as_str()));
                members.values_mut().for_each(forget);
            }
            Value::Array(items) => {
                items.retain(|item| item["name"] != "date");
                items.iter_mut().for_each(forget);
            }
            _ => {}
        }
    }
    forget(&mut report);
    serde_json::to_string_pretty(&report).expect("JSON").replace(url, "TARGET")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_chance_is_in_no_report() {
    let mut reports = Vec::new();
    for _ in 0..2 {
        let (url, _) = orders(json!({"id": 1, "state": "lost"}), None).await;
        let listen = [&["--listen", "0", "--concurrency", "1"][..], &QUICK].concat();
        let (status, report, told) = listened(&url, &listen).await;
        assert_eq!(status, Some(1), "{told}");
        reports.push(steady(report, &url));
    }
    assert!(!reports[0].contains("127.0.0.1"), "{}", reports[0]);
    assert!(reports[0].contains("${CONFORM_LISTENER}/callbacks/addOrder/paid"), "{}", reports[0]);
    assert_eq!(reports[0], reports[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_a_run_that_listens_are_the_whole() {
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let ran = async |file: &str, more: &[&str]| {
        let (url, _) = orders(order(), None).await;
        let (target, report) = (format!("{url}/v1"), format!("json={file}"));
        let fixed = ["api.yaml", "--target", &target, "--cases", "3", "--regressions", "off", "--listen", "0"];
        let output = run_beside(folder.path(), &[&fixed[..], &QUICK, &["--report", &report], more].concat()).await;
        assert!(matches!(output.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    };
    // What the target sends is no operation that a run could exercise, and is counted for itself.
    ran("whole.json", &["--min-coverage", "operations=100", "--min-coverage", "received=30"]).await;
    ran("1.json", &["--partition", "hash:1/2"]).await;
    ran("2.json", &["--partition", "hash:2/2"]).await;
    let merge = ["merge", "1.json", "2.json", "--format", "json", "--output", "merged.json"];
    let limits = ["--min-coverage", "operations=100", "--min-coverage", "received=30"];
    let merged = run(folder.path(), &[&merge[..], &limits].concat());
    assert_eq!(merged.stderr, "");
    let merged = run(folder.path(), &[&merge[..], &["--min-coverage", "received=100"]].concat());
    assert!(merged.status == Some(1) && merged.stderr.contains("1 of 3 (33 %) of the received"), "{}", merged.stderr);
    let read = |file: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder.path().join(file)).expect(file)).expect("JSON")
    };
    let (whole, merged) = (read("whole.json"), read("merged.json"));
    assert_eq!(verdicts(&merged), verdicts(&whole));
    for name in ["passed", "failed", "untestable", "failing_operations"] {
        assert_eq!(merged["totals"][name], whole["totals"][name], "{name}");
    }
    let sent = |report: &Value| {
        let contracts = report["contracts"].as_array().expect("contracts").clone();
        contracts.into_iter().find(|contract| contract["sent"] == true).expect("what is sent")
    };
    assert_eq!(sent(&merged)["untested"], sent(&whole)["untested"]);
}

#[test]
fn a_url_without_an_address_is_refused_and_a_file_may_hold_both() {
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let ended = run(folder.path(), &["api.yaml", "--listen-url", "https://tunnel.test"]);
    assert!(ended.status == Some(2) && ended.stderr.contains("`--listen-url` without `--listen`"), "{}", ended.stderr);
    let given = ["api.yaml", "--listen", "0", "--listen-url"];
    let ended = run(folder.path(), &[&given[..], &["https://a:b@tunnel.test"]].concat());
    assert!(ended.status == Some(2) && ended.stderr.contains("holds credentials"), "{}", ended.stderr);
    let configured = "listen = 9000\nlisten-url = \"https://tunnel.test/mine\"\n";
    std::fs::write(folder.path().join("conform.toml"), configured).expect("written");
    let shown = run(folder.path(), &["config"]);
    assert_eq!(shown.status, Some(0), "{}", shown.stderr);
    let line = shown.stdout.lines().find(|line| line.contains("listen-url")).expect("the option");
    assert!(line.contains("https://tunnel.test/mine"), "{line}");
}
