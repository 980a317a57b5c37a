//! Examples, defaults and listed values that break the schemas that they stand beside.

use std::collections::HashSet;

use serde_json::Value;

use crate::contract::{
    Contract, Diagnostic, Direction, MediaType, PayloadKind, SchemaId, Types, Validators, Violation,
};
use crate::rule::Rule;
use crate::spec::{Pointer, SourceLocation};
use crate::text::list::one_of;
use crate::wire::interpretations;

/// An example or default that its schema refuses.
pub static EXAMPLE: Rule = Rule::lint(
    "example-invalid",
    "An example or a default breaks the schema that it stands beside.",
    "OpenAPI 3.1, sections 4.8.12.2.1, 4.8.14.1 and 4.8.24; JSON Schema 2020-12 Validation, sections 9.2 and 9.5",
);

/// A listed value of another type than the schema's.
pub static ENUM_TYPE: Rule = Rule::lint(
    "enum-type",
    "A value of `enum` is not of the `type` beside it, so that it is never allowed.",
    "JSON Schema 2020-12 Validation, sections 6.1.1 and 6.1.2",
);

/// Values of a list, or faults of one example, that are reported.
const MOST_NAMED: usize = 5;

/// Values of the document that its own schemas refuse.
pub(super) fn faults(contract: &Contract, validators: &Validators) -> Vec<Diagnostic> {
    let mut examples = Examples { contract, validators, seen: HashSet::new(), faults: Vec::new() };
    let mut roots = Vec::new();
    for operation in &contract.operations {
        for parameter in &operation.parameters {
            let text = !parameter.is_json();
            for (value, at) in &parameter.examples {
                examples.beside(parameter.schema, &[Direction::Request], text, value, at);
            }
            // What stands in a parameter's own schema travels as text, too.
            if let Some(schema) = parameter.schema {
                for (value, at) in contract.schemas.get(schema).examples.clone() {
                    examples.beside(Some(schema), &[Direction::Request], text, &value, &at);
                }
            }
            roots.extend(parameter.schema);
        }
        for media in operation.body.iter().flat_map(|body| &body.content) {
            examples.media(media, Direction::Request);
            roots.extend(media.schema);
        }
        for response in &operation.responses {
            for header in &response.headers {
                if let Some(schema) = header.schema {
                    for (value, at) in contract.schemas.get(schema).examples.clone() {
                        examples.beside(Some(schema), &[Direction::Response], true, &value, &at);
                    }
                }
                roots.extend(header.schema);
            }
            for media in response.content.iter().flatten() {
                examples.media(media, Direction::Response);
                roots.extend(media.schema);
            }
        }
    }
    for id in contract.schemas.reachable(&roots) {
        examples.schema(id);
    }
    examples.faults
}

struct Examples<'a> {
    contract: &'a Contract,
    validators: &'a Validators,
    seen: HashSet<SourceLocation>,
    faults: Vec<Diagnostic>,
}

impl Examples<'_> {
    fn media(&mut self, media: &MediaType, direction: Direction) {
        let json = media.kind() == PayloadKind::Json;
        for (value, at) in &media.examples {
            // A payload that is no JSON may be written out as a text.
            if json || !value.is_string() {
                self.beside(media.schema, &[direction], !json, value, at);
            }
        }
    }

    /// The values inside a schema object. A schema may serve both directions, and then either will do.
    fn schema(&mut self, id: SchemaId) {
        let schema = self.contract.schemas.get(id);
        for (value, at) in &schema.examples {
            self.beside(Some(id), &[Direction::Request, Direction::Response], false, value, at);
        }
        let (Some(values), Some(types)) = (&schema.enum_values, schema.types) else { return };
        // Values that another keyword narrows away are no fault; one of the wrong type beside `type` is.
        let is_wrong =
            |value: &&Value| !(types.contains(Types::of(value)) || value.is_null() && schema.nullability_ambiguous);
        let wrong: Vec<String> = values.iter().filter(is_wrong).take(MOST_NAMED).map(ToString::to_string).collect();
        let at = schema.location.join("enum");
        if !wrong.is_empty() && self.seen.insert(at.clone()) {
            let types = one_of(types.names());
            let message = format!("these values of `enum` are not of the type {types}: {}", wrong.join(", "));
            self.faults.push(Diagnostic::new(&ENUM_TYPE, at, message));
        }
    }

    /// One value beside a schema; a fault where no direction, and no reading of its text, makes it valid.
    fn beside(
        &mut self,
        schema: Option<SchemaId>,
        directions: &[Direction],
        text: bool,
        value: &Value,
        at: &SourceLocation,
    ) {
        let Some(schema) = schema else { return };
        if !self.seen.insert(at.clone()) || holds_reference(value) {
            return;
        }
        let mut forms = vec![value.clone()];
        if text {
            forms.extend(interpretations(value, Types::ANY).into_iter().flatten());
        }
        // An example of JSON is sometimes written out as a text.
        forms.extend(value.as_str().and_then(|text| serde_json::from_str(text).ok()));
        let valid =
            |form: &Value| directions.iter().any(|direction| self.validators.is_valid(schema, *direction, form));
        if forms.iter().any(valid) {
            return;
        }
        let Some(direction) = directions.first() else { return };
        let kind = if at.pointer.as_str().ends_with("/default") { "default" } else { "example" };
        for violation in self.validators.violations(schema, *direction, value).iter().take(MOST_NAMED) {
            let place = SourceLocation {
                file: at.file,
                pointer: Pointer::new(format!("{}{}", at.pointer.as_str(), violation.instance.as_str())),
            };
            let fault = Diagnostic::new(&EXAMPLE, place, self.message(kind, violation));
            self.faults.push(Diagnostic { manner: violation.keyword.to_string(), ..fault });
        }
    }

    fn message(&self, kind: &str, violation: &Violation) -> String {
        let by = self.contract.place(&violation.location);
        format!("the {kind} breaks its schema: {} (`{}` at {by})", violation.message, violation.keyword)
    }
}

/// A reference in place of a value is left to the tools that made it.
fn holds_reference(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.contains_key("$ref") || members.values().any(holds_reference),
        Value::Array(items) => items.iter().any(holds_reference),
        _ => false,
    }
}
