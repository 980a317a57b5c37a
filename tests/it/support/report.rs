//! Reports in JSON.

use std::collections::BTreeSet;
use std::process::Output;

use serde_json::Value;

/// The report on stdout.
pub fn read(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The findings of all operations.
pub fn findings(report: &Value) -> Vec<Value> {
    let items = |value: &Value, key: &str| value[key].as_array().cloned().expect("an array");
    let operations = items(report, "contracts").into_iter().flat_map(|contract| items(&contract, "operations"));
    operations.flat_map(|operation| items(&operation, "findings")).collect()
}

/// Check, keyword and pointer of each error.
pub fn errors(report: &Value) -> Vec<[String; 3]> {
    let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = findings(report).into_iter().filter(|finding| finding["severity"] == "error");
    errors.map(|f| [&f["check"], &f["clause"]["keyword"], &f["clause"]["pointer"]].map(string)).collect()
}

/// Check and operation of each error.
pub fn wrong(report: &Value) -> BTreeSet<String> {
    let errors = findings(report).into_iter().filter(|finding| finding["severity"] == "error");
    errors
        .map(|finding| {
            let text = |at: &str| finding.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{} {}", text("/check"), text("/operation/id"))
        })
        .collect()
}

/// The ids of the operations that could not be tested.
pub fn untested(report: &Value) -> Vec<String> {
    let contracts = report["contracts"].as_array().cloned().unwrap_or_default();
    let operations =
        contracts.iter().flat_map(|contract| contract["operations"].as_array().cloned().unwrap_or_default());
    let untested = operations.filter(|operation| !operation["untestable"].is_null());
    untested.map(|operation| operation["id"].as_str().unwrap_or_default().to_owned()).collect()
}
