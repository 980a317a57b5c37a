//! The response took longer than the configured limit.

use super::{Check, Finding, ResponseView, Rule, anchor};

/// The rule.
pub static RULE: Rule = Rule::check(
    "slow",
    "A response takes longer than `--max-response-time` or `conform.toml` allows.",
    "the team's own limit",
);

/// The check.
#[derive(Debug)]
pub struct Slow;

impl Check for Slow {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        let Some(limit) = subject.max_response_time.filter(|limit| subject.exchange.elapsed > *limit) else {
            return Vec::new();
        };
        // Times differ from run to run, so that the message leaves the measured one out.
        let message = format!("The response took longer than {limit:?} ({})", subject.case.name);
        vec![view.finding(&RULE, &anchor::operation(subject), message, "")]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn a_response_may_take_as_long_as_the_limit() {
        let mut bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, created()), [""; 0], "no limit");
        bench.max_response_time = Some(Duration::from_secs(60));
        assert_eq!(bench.checks(&case, created()), [""; 0]);
        bench.max_response_time = Some(Duration::ZERO);
        assert_eq!(bench.checks(&case, created()), ["slow"]);
    }
}
