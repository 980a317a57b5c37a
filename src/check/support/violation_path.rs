//! Finds the node of a request that violates a clause, where the clause constrains any item.

use serde_json::Value;

use crate::case::Intent;
use crate::contract::{ClauseTarget, Direction, SchemaId, Violation};
use crate::wire::Payload;

use crate::check::Subject;

/// The message with the place that is meant, such as `/tags/2`, for that of the clause, `/tags/*`.
pub fn name(subject: &Subject<'_>, message: String) -> String {
    let (Some(id), Intent::Invalid(_)) = (subject.case.clause, subject.case.intent) else { return message };
    let instance = &subject.operation.clauses().get(id).instance;
    let any = format!("`{instance}`");
    if !instance.tokens().any(|token| token == "*") || !message.contains(&any) {
        return message;
    }
    match violation(subject) {
        Some(violation) => message.replace(&any, &format!("`{}`", violation.instance)),
        None => message,
    }
}

/// The value that breaks the case's clause, as the server sees it.
pub fn value<'a>(subject: &'a Subject<'_>) -> Option<&'a Value> {
    let (.., sent) = judged(subject)?;
    sent.pointer(violation(subject)?.instance.as_str())
}

/// The first breach of the case's clause in the value that was sent.
fn violation(subject: &Subject<'_>) -> Option<Violation> {
    let clause = subject.operation.clauses().get(subject.case.clause?);
    let (schema, value) = judged(subject)?;
    let violations = subject.validators.violations(schema, Direction::Request, value);
    first(violations, &|violation| {
        violation.location == clause.location && violation.instance.matches(&clause.instance)
    })
}

/// The value that the case's clause is part of, with its schema.
fn judged<'a>(subject: &'a Subject<'_>) -> Option<(SchemaId, &'a Value)> {
    let clause = subject.operation.clauses().get(subject.case.clause?);
    let sent = subject.case.request.body.as_ref().map(|body| &body.payload);
    match (&clause.place, sent) {
        (ClauseTarget::Body(index), Some(Payload::Json(value))) => {
            Some((subject.operation.body.as_ref()?.content.get(*index)?.schema?, value))
        }
        (ClauseTarget::Body(_) | ClauseTarget::Parameter(_), _) => {
            subject.case.generated.as_ref().map(|generated| (generated.schema, &generated.value))
        }
        _ => None,
    }
}

/// The first that is wanted, those of a union's branches included.
fn first(violations: Vec<Violation>, wanted: &dyn Fn(&Violation) -> bool) -> Option<Violation> {
    violations.into_iter().find_map(|mut violation| {
        let branches = std::mem::take(&mut violation.branches);
        let inner = || branches.into_iter().find_map(|branch| first(branch, wanted));
        if wanted(&violation) { Some(violation) } else { inner() }
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::*;
    use crate::wire::{Body, Payload};
    use serde_json::json;

    #[test]
    fn the_item_that_is_broken_is_named() {
        let tags = "properties:\n        tags: {type: array, items: {type: string, minLength: 2}}\n        text:";
        let bench = Bench::of(&MESSAGES.replacen("properties:\n        text:", tags, 1));
        let mut case = breaks(bench.clause("minLength", "tags/items/minLength"));
        let mut message = |tags| {
            let payload = Payload::Json(json!({"text": "hello", "tags": tags}));
            case.request.body = Some(Body { media_type: Some("application/json".to_owned()), payload });
            bench.judge(&case, Ok(created())).remove(0).message
        };
        assert!(message(json!(["long", "x"])).contains("minLength of the body at `/tags/1`"));
        assert!(message(json!(["x", "long"])).contains("minLength of the body at `/tags/0`"));
        // Whatever is not broken as the case says stays as it is.
        assert!(message(json!(["long"])).contains("`/tags/*`"));
    }
}
