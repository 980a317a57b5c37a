//! A response to HEAD has a body.

use super::{Check, Finding, ResponseView, Rule, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::check(
        "head-body",
        "A body follows the response to HEAD, where the next response is read.",
        "RFC 9110, section 9.3.2",
    )
};

/// The check.
#[derive(Debug)]
pub struct HeadBody;

impl Check for HeadBody {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if !view.response.surplus {
            return Vec::new();
        }
        let message = format!(
            "A body follows the {} that answers HEAD: who keeps the connection open reads it as the next response",
            view.response.status
        );
        let finding = view.finding(&RULE, &anchor::operation(view.subject), message, "");
        vec![finding.of_habit("body").expecting("the head of the response alone")]
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Intent;
    use crate::check::testing::*;
    use crate::execute::Response;

    #[test]
    fn nothing_may_follow_the_answer_to_head() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = "HEAD".to_owned();
        for status in [200, 405] {
            let answer = |surplus| Response { surplus, ..raw(status, "application/json", b"") };
            assert_eq!(bench.checks(&case, answer(true)), ["head-body"], "{status}");
            assert_eq!(bench.checks(&case, answer(false)), [""; 0], "{status}");
        }
    }
}
