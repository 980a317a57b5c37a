//! Waits out 429 and 503 where the operation documents them.

use std::time::{Duration, SystemTime};

use super::Response;
use super::http_date::HttpDate;
use crate::case::Case;
use crate::contract::{Operation, StatusRange};

/// Repetitions of one request.
pub(super) const MAX_REPEATS: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long to wait before `case` is sent again; `None` where the response stands: it is neither 429 nor
/// 503, the operation documents that status by `default` at most, or the case was written to get it.
pub(super) fn wait(operation: &Operation, case: &Case, response: &Response, repeats: u32) -> Option<Duration> {
    let code = StatusRange::Code(response.status);
    let class = StatusRange::Class((response.status / 100) as u8);
    let documented = operation.responses.iter().any(|response| response.status == code || response.status == class);
    let wanted = case.expected.as_ref().is_some_and(|expected| expected.contains(&code));
    if !matches!(response.status, 429 | 503) || !documented || wanted || repeats >= MAX_REPEATS {
        return None;
    }
    let asked = response.header("retry-after").and_then(|value| retry_after(value, SystemTime::now()));
    let backoff = FIRST_WAIT * 2u32.pow(repeats);
    Some(asked.unwrap_or_default().max(backoff).min(LONGEST_WAIT))
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or an HTTP date.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than a number holds are more than are ever waited.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    // A date that has passed asks for no wait.
    Some(HttpDate::parse(value)?.time.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_all_three_forms_of_a_date() {
        let now = HttpDate::parse("Sun, 06 Nov 1994 08:49:35 GMT").expect("a date").time;
        let wait = |value| retry_after(value, now);
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(wait(date), Some(Duration::from_secs(2)), "{date}");
        }
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:30 GMT"), Some(Duration::ZERO));
        for other in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(other), None, "{other}");
        }
    }
}
