//! Reads a report of a part.

use std::path::Path;

use serde_json::Value;

use super::value::{items, number};
use crate::cli::CliError;
use crate::engine::Partition;
use crate::report::json::SCHEMA_VERSION;
use crate::whole_file;

/// A report, and which part it is of, if not of all.
pub(super) struct Part {
    /// Where it was read.
    pub file: String,
    pub report: Value,
    pub partition: Option<Partition>,
}

/// Reads one.
///
/// # Errors
/// It is no report of this version of the schema.
pub(super) fn report(path: &Path) -> Result<Part, CliError> {
    let file = path.display().to_string();
    let help = "give what `conform --report json=FILE` has written";
    let wrong = |reason: &str| CliError::usage(format!("{file} is no report of a run: {reason}"), help);
    let text = whole_file::read(path).map_err(|reason| wrong(&reason))?;
    let report: Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
    let version = number(&report, "schema_version");
    if version != u64::from(SCHEMA_VERSION) {
        return Err(wrong(&format!("its schema_version is {version}, and not {SCHEMA_VERSION}")));
    }
    let is_whole = report["contracts"].is_array()
        && report["verdict"].is_string()
        && items(&report, "contracts").iter().all(is_readable);
    if !is_whole {
        return Err(wrong("it lacks contracts or a verdict"));
    }
    let partition = report["partition"].as_str().map(str::parse).transpose();
    Ok(Part { file: file.clone(), partition: partition.map_err(|reason: String| wrong(&reason))?, report })
}

/// Whether what is joined of a contract has the form in which it is written.
fn is_readable(contract: &Value) -> bool {
    let of_objects = |name: &str| items(contract, name).iter().all(Value::is_object);
    let is_counted = |operation: &Value| operation["valid_cases"].is_object() || operation["valid_cases"].is_null();
    contract["operations"].is_array()
        && of_objects("operations")
        && of_objects("root_causes")
        && items(contract, "operations").iter().all(is_counted)
}
