//! What the body of a response says outright of its success: `{"success": false}`, `{"status": "error"}`.

use serde_json::Value;

use crate::execute::Exchange;

/// A body of more bytes says more than that.
const MOST: usize = 64 << 10;
/// Members that say it by a truth.
const TRUTHS: [&str; 4] = ["ok", "success", "succeeded", "successful"];
/// Members that say it by a word.
const NAMES: [&str; 3] = ["outcome", "result", "status"];
/// Words for a success.
const GOOD: [&str; 4] = ["ok", "succeeded", "success", "successful"];
/// Words for a failure.
const BAD: [&str; 5] = ["error", "fail", "failed", "failure", "ko"];

/// The members that say it, with what they say.
pub(super) fn says(exchange: &Exchange) -> Vec<(String, bool)> {
    let body = exchange.result.as_ref().ok().map(|response| &response.body[..]).filter(|body| body.len() <= MOST);
    let Some(Value::Object(members)) = body.and_then(|body| serde_json::from_slice(body).ok()) else {
        return Vec::new();
    };
    let said = |(name, value): (String, Value)| {
        let known = name.to_ascii_lowercase();
        let good = match &value {
            Value::Bool(truth) if TRUTHS.contains(&known.as_str()) => *truth,
            Value::String(word) if NAMES.contains(&known.as_str()) => {
                let word = word.to_ascii_lowercase();
                let is_good = GOOD.contains(&word.as_str());
                (is_good || BAD.contains(&word.as_str())).then_some(is_good)?
            }
            _ => return None,
        };
        Some((name, good))
    };
    members.into_iter().filter_map(said).collect()
}
