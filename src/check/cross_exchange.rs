//! Checks that need several exchanges.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::{ResponseSpec, SchemaId, Schemas, StatusRange};

use super::rules::error_envelope;
use super::support::anchor::Anchor;
use super::support::response_view::{ResponseView, finding};
use crate::finding::Finding;
use crate::rule::Severity;

/// What one exchange adds to the whole; made where it is judged, so that its body is read once.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// The response that was received, by its position in the operation.
    response: Option<usize>,
    /// The names at the top of an error, with its documented schema if it has one.
    envelope: Option<(Option<SchemaId>, BTreeSet<String>)>,
    /// The finding that is due if they have nothing in common with those before.
    finding: Option<Box<Finding>>,
}

impl Observation {
    pub(super) fn of(view: &ResponseView<'_>) -> Self {
        let position =
            |wanted: &ResponseSpec| view.subject.operation.responses.iter().position(|r| r.status == wanted.status);
        let mut observation = Self { response: view.documented.and_then(position), ..Self::default() };
        let status = view.response.status;
        let response = view.documented.filter(|_| (400..600).contains(&status));
        if let (Some(response), Some(Value::Object(members))) = (response, view.payload.json())
            && !members.is_empty()
        {
            let schemas = &view.subject.contract.schemas;
            let schema = view.media.and_then(|media| media.schema).map(|schema| target(schemas, schema));
            let anchor = match schema {
                Some(schema) => Anchor::new(schemas.get(schema).location.clone(), "schema", ""),
                None => Anchor::new(response.location.clone(), "status", ""),
            };
            let names: BTreeSet<String> = members.keys().cloned().collect();
            let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "The body of this {status} has {}, and no key in common with the errors before",
                list.join(", ")
            );
            let of = if schema.is_some() { "of one schema" } else { "that the document leaves open" };
            let finding = finding(view.subject, &error_envelope::RULE, &anchor, message, &format!("shape {status}"))
                .with_severity(Severity::Warning)
                .of_habit(format!("{status} shape"))
                .expecting(format!("one shape for all errors {of}"));
            observation.envelope = Some((schema, names));
            observation.finding = Some(Box::new(finding));
        }
        observation
    }
}

/// What was seen of one contract so far.
#[derive(Debug, Default)]
pub struct CrossExchange {
    /// Received responses, as operation and position among its responses.
    seen: BTreeSet<(usize, usize)>,
    /// The names at the top of the errors of each documented schema, and of all that have none.
    envelopes: BTreeMap<Option<SchemaId>, BTreeSet<String>>,
}

impl CrossExchange {
    /// Takes the next exchange of an operation, in the order of the cases; returns what it shows together with
    /// those before it.
    ///
    /// Errors that the document gives one schema should have one shape, even where that schema leaves it
    /// open, and so should those that it gives none: with not one name in common, a caller cannot read both.
    pub fn take(&mut self, operation: usize, observation: Observation) -> Option<Finding> {
        self.seen.extend(observation.response.map(|response| (operation, response)));
        let (schema, names) = observation.envelope?;
        let known = self.envelopes.entry(schema).or_default();
        let is_foreign = !known.is_empty() && known.is_disjoint(&names);
        known.extend(names);
        observation.finding.filter(|_| is_foreign).map(|finding| *finding)
    }

    /// The documented statuses of an operation, and whether each was seen.
    pub fn statuses(&self, operation: usize, responses: &[ResponseSpec]) -> Vec<(StatusRange, bool)> {
        let seen = |position: usize| self.seen.contains(&(operation, position));
        responses.iter().enumerate().map(|(position, response)| (response.status, seen(position))).collect()
    }
}

/// The schema that a chain of references ends at.
fn target(schemas: &Schemas, mut id: SchemaId) -> SchemaId {
    // A chain that is no loop is shorter than the arena.
    for _ in 0..schemas.len() {
        match schemas.get(id).reference {
            Some(next) => id = next,
            None => break,
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::execute::Response;
    use crate::wire::CredentialChange;
    use serde_json::json;

    fn take(across: &mut CrossExchange, bench: &Bench, response: Response) -> Option<Finding> {
        let case = breaks(bench.clause("minLength", "text/minLength"));
        across.take(0, bench.examine(&case, Ok(response)).1)
    }

    #[test]
    fn errors_of_one_schema_have_a_name_in_common() {
        let bench = Bench::messages();
        let mut across = CrossExchange::default();
        assert!(take(&mut across, &bench, refused(400)).is_none());
        assert!(take(&mut across, &bench, response(400, &json!({"error": {"code": "a"}, "detail": "b"}))).is_none());
        assert!(take(&mut across, &bench, response(404, &json!({"detail": "b"}))).is_none());
        let finding = take(&mut across, &bench, response(404, &json!({"message": "gone"}))).expect("foreign");
        assert_eq!((finding.rule.id, finding.severity), ("error-envelope", Severity::Warning));
        assert_eq!(finding.place.location.pointer.as_str(), "/components/schemas/Error");
    }

    #[test]
    fn errors_without_a_schema_have_one_shape_of_their_own() {
        let open = MESSAGES.replace(
            "'409': {$ref: '#/components/responses/Error'}",
            "'401': {description: a}\n        '403': {description: b}",
        );
        let bench = Bench::of(&open);
        let mut across = CrossExchange::default();
        let mut take = |status, body| {
            let case = unauthenticated(CredentialChange::Wrong);
            across.take(0, bench.examine(&case, Ok(response(status, &body))).1)
        };
        assert!(take(401, json!({"detail": "who?"})).is_none());
        assert!(take(403, json!({"detail": "not you", "code": 1})).is_none());
        // The envelope of the others is none of theirs.
        assert!(take(404, json!({"error": {"code": "a"}})).is_none());
        let finding = take(403, json!({"message": "no"})).expect("foreign");
        assert_eq!((finding.rule.id, finding.severity), ("error-envelope", Severity::Warning));
        assert!(finding.place.location.pointer.as_str().ends_with("/responses/403"));
    }

    #[test]
    fn documented_statuses_are_ticked_off() {
        let bench = Bench::messages();
        let mut across = CrossExchange::default();
        take(&mut across, &bench, refused(400));
        let statuses = across.statuses(0, &bench.contract.operations[0].responses);
        let seen: Vec<String> = statuses.iter().filter(|(_, seen)| *seen).map(|(range, _)| range.to_string()).collect();
        assert_eq!((statuses.len(), seen), (4, vec!["400".to_owned()]));
    }
}
