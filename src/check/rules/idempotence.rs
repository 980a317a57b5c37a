//! A safe request is refused when it is repeated: reading it has consumed the resource.

use super::{Finding, ResponseView, Rule, Severity, StatusVerdict, Subject, anchor, rejected_valid};
use crate::check::status::{self, is_pinned};

/// The rule, by which [`judge_repeated`] judges several exchanges of one request.
pub static RULE: Rule = Rule {
    is_of_one_request: false,
    is_replayable: false,
    supersedes: &[&rejected_valid::RULE],
    clauses: &["operation"],
    ..Rule::check(
        "idempotence",
        "A safe request is accepted, and refused when it is sent again with nothing unsafe in between.",
        "RFC 9110, sections 9.2.1 and 9.2.2",
    )
};

/// Statuses that speak of the request or of what it names. All others may speak of the moment: of credentials that
/// ran out, of patience, of a server that is busy.
fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 404 | 405 | 406 | 409 | 410 | 422)
}

/// The finding of a safe request that was sent three times in a row, with no other request in between: the first
/// response was a documented success, the others were refusals. Otherwise the responses may differ.
///
/// A refusal followed by a success is a flaky target, not a consumed resource. Where no fixture names the resource,
/// another client may have deleted it, so the finding is a warning.
pub fn judge_repeated(first: &Subject<'_>, again: &Subject<'_>, last: &Subject<'_>) -> Option<Finding> {
    let status = |subject: &Subject<'_>| subject.exchange.result.as_ref().ok().map(|response| response.status);
    let (was, is) = (status(first)?, status(again).filter(|status| is_refusal(*status))?);
    let is_success = (200..300).contains(&was) && status::verdict(first, was).0.is_acceptable();
    if !is_success || !status(last).is_some_and(is_refusal) {
        return None;
    }
    let view = ResponseView::new(again, again.exchange.result.as_ref().ok()?);
    let is_sure = is_pinned(first) || view.verdict == StatusVerdict::Rejected;
    let severity = if is_sure { Severity::Error } else { Severity::Warning };
    let message = format!(
        "A {is} was returned for a safe request that had been answered with {was}, with nothing unsafe in between"
    );
    let expected = format!("{was} each time: {} changes nothing", again.operation.method);
    let finding = view.finding(&RULE, &anchor::operation(again), message, "");
    Some(finding.with_severity(severity).expecting(expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Intent;
    use crate::check::testing::*;
    use crate::execute::{Failure, Response};
    use serde_json::json;

    const ROOMS: &str = "\
openapi: 3.0.3
info: {title: Rooms, version: '1'}
paths:
  /rooms/{room}:
    get:
      parameters: [{name: room, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: a room}, '404': {description: none}, '429': {description: later}}
";

    /// The severity of what is found when these responses come one after the other.
    fn found(bench: &Bench, responses: [Result<Response, Failure>; 3]) -> Option<Severity> {
        let mut case = case(Intent::Valid);
        case.request.method = "GET".to_owned();
        let exchanges = responses.map(|response| bench.exchange(&case, response));
        let [first, again, last] = [0, 1, 2].map(|index| bench.subject(&case, &exchanges[index]));
        judge_repeated(&first, &again, &last).map(|finding| finding.severity)
    }

    fn statuses(bench: &Bench, statuses: [u16; 3]) -> Option<Severity> {
        let response = |status| if status == 200 { response(200, &json!({"at": status})) } else { refused(status) };
        found(bench, statuses.map(|status| Ok(response(status))))
    }

    #[test]
    fn what_was_read_must_still_be_there() {
        let bench = Bench::of(ROOMS);
        for refusal in [404, 410, 409, 400] {
            assert_eq!(statuses(&bench, [200, refusal, refusal]), Some(Severity::Error), "{refusal}");
        }
        assert_eq!(statuses(&bench, [200, 200, 200]), None);
        assert_eq!(statuses(&bench, [404, 404, 404]), None, "it was never there");
    }

    #[test]
    fn bodies_may_differ() {
        let ticks = [1, 2, 3].map(|tick| Ok(response(200, &json!({"tick": tick}))));
        assert_eq!(found(&Bench::of(ROOMS), ticks), None);
    }

    #[test]
    fn moods_and_the_moment_are_no_use() {
        let bench = Bench::of(ROOMS);
        assert_eq!(statuses(&bench, [200, 404, 200]), None);
        for status in [401, 403, 429, 500, 503] {
            assert_eq!(statuses(&bench, [200, status, status]), None, "{status}");
        }
        let lost = || Err(Failure::Closed("reset".to_owned()));
        assert_eq!(found(&bench, [Ok(response(200, &json!({}))), lost(), lost()]), None);
    }

    #[test]
    fn what_nobody_said_exists_may_be_taken_by_somebody_else() {
        let mut bench = Bench::of(ROOMS);
        bench.fixtures.resources.clear();
        assert_eq!(statuses(&bench, [200, 404, 404]), Some(Severity::Warning));
        assert_eq!(statuses(&bench, [200, 400, 400]), Some(Severity::Error));
    }
}
