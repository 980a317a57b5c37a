//! What is read of a report.

use serde_json::Value;

/// The items of an array; none where it is something else.
pub(super) fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// A number; 0 where it is something else.
pub(super) fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_default()
}

/// A text; empty where it is something else.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// Whether the operations of a contract are what the target sends, which each part of a run may receive.
pub(super) fn is_sent(contract: &Value) -> bool {
    contract["sent"] == true
}
