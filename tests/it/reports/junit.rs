//! JUnit's XML, read by Python's own parser.

use serde_json::{Value, json};

use super::{MINIMUM, careful, careless, python, run};

const READ: &str = r#"
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
cases = [
    dict(case.attrib, outcome=[child.tag for child in case], text="".join(case.itertext()),
         message=[child.get("message") for child in case])
    for case in root.iter("testcase")
]
print(json.dumps({"root": root.tag, "suites": [suite.attrib for suite in root], "cases": cases}))
"#;

fn cases<'a>(read: &'a Value, outcome: &str) -> Vec<&'a Value> {
    let cases = read["cases"].as_array().expect("cases").iter();
    cases.filter(|case| case["outcome"].as_array().is_some_and(|all| all.contains(&json!(outcome)))).collect()
}

#[tokio::test]
async fn a_test_case_is_an_operation_and_a_rule() {
    let told = run(careless, &["--report", "junit=report.xml"]).await;
    let read = python(READ, &told.folder.path().join("report.xml"));
    let failures = cases(&read, "failure");
    assert!(!failures.is_empty(), "{read}");
    let invalid = failures.iter().find(|case| case["name"] == "accepted-invalid").expect("the rule is broken");
    assert_eq!(invalid["classname"], "api.GET /notes");
    assert_eq!(invalid["file"], "api.yaml");
    let line: usize = invalid["line"].as_str().expect("a line").parse().expect("a number");
    assert!((MINIMUM - 1..=MINIMUM).contains(&line), "{invalid}");
    let text = invalid["text"].as_str().expect("text");
    for part in ["request", "response", "reproduce", "curl", "<b>&amp;</b> ]]>"] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    let skipped = cases(&read, "skipped");
    assert_eq!(skipped.len(), 1, "{read}");
    assert_eq!(skipped[0]["classname"], "api.GET /closed");
    assert!(skipped[0]["message"][0].as_str().is_some_and(|reason| reason.contains("401")), "{}", skipped[0]);
    let suite = &read["suites"][0];
    assert_eq!(suite["tests"], read["cases"].as_array().map_or(0, Vec::len).to_string());
    assert_eq!((&suite["failures"], &suite["skipped"]), (&json!(failures.len().to_string()), &json!("1")));
}

#[tokio::test]
async fn a_server_that_keeps_the_document_passes_all_test_cases() {
    let told = run(careful, &["--report", "junit=report.xml"]).await;
    assert_eq!(told.status, Some(0), "{}", told.stdout);
    let read = python(READ, &told.folder.path().join("report.xml"));
    assert!(cases(&read, "failure").is_empty() && cases(&read, "skipped").is_empty(), "{read}");
    let of = |operation: &str| {
        let all = read["cases"].as_array().expect("cases").iter();
        all.filter(|case| case["classname"] == format!("api.GET {operation}")).count()
    };
    assert!(of("/notes") > 5 && of("/notes") == of("/closed"), "{read}");
}
