//! Schemas that no value satisfies.

use std::collections::HashSet;

use jsonschema::canonical::{self, Satisfiability};
use serde_json::Value;

use crate::contract::{Contract, Diagnostic, Direction, SchemaId, Schemas, Validators, emit};
use crate::generate::Generator;
use crate::rule::Rule;
use crate::wire::Channel;

/// A schema that allows nothing.
pub static UNSATISFIABLE: Rule = Rule::lint(
    "schema-unsatisfiable",
    "No value satisfies a schema.",
    "JSON Schema 2020-12 Core, section 7.6; JSON Schema 2020-12 Validation, section 6",
);

/// The algebra of schemas is asked about schemas of at most this many parts.
const LARGEST: usize = 200;

/// Schemas that allow nothing in either direction, the innermost of each nest.
pub(super) fn faults(contract: &Contract, validators: &Validators) -> Vec<Diagnostic> {
    let schemas = &contract.schemas;
    let generators = [Direction::Request, Direction::Response]
        .map(|direction| (direction, Generator::new(validators, direction, Channel::PAYLOAD)));
    let empty: Vec<SchemaId> = applied(contract)
        .into_iter()
        .filter(|id| !is_meant(schemas, *id))
        .filter(|id| {
            // Making a value is cheap, and the algebra is asked only where none could be made.
            generators.iter().all(|(_, generator)| generator.minimal_of(&vec![*id]).is_none())
                && generators.iter().all(|(direction, _)| is_empty(schemas, *id, *direction))
        })
        .collect();
    // What holds an empty schema is empty because of it; of a cycle, the first is reported.
    let is_cause = |(index, id): &(usize, &SchemaId)| {
        let below = schemas.reachable(&[**id]);
        !empty.iter().enumerate().any(|(other_index, other)| {
            let is_below = other_index != *index && below.contains(other);
            is_below && (other_index < *index || !schemas.reachable(&[*other]).contains(id))
        })
    };
    empty
        .iter()
        .enumerate()
        .filter(is_cause)
        .map(|(_, id)| {
            let location = schemas.get(*id).location.clone();
            Diagnostic::new(&UNSATISFIABLE, location, "no value satisfies this schema")
        })
        .collect()
}

fn is_empty(schemas: &Schemas, id: SchemaId, direction: Direction) -> bool {
    if schemas.reachable(&[id]).len() > LARGEST {
        return false;
    }
    let schema = canonical::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .offline()
        .canonicalize(&emit(schemas, id, direction));
    schema.is_ok_and(|schema| schema.satisfiability() == Satisfiability::No)
}

/// Whether a schema says in so many words that nothing is allowed: `false`, `not: {}`. Where readers disagree on
/// null, nothing is sure.
fn is_meant(schemas: &Schemas, id: SchemaId) -> bool {
    let schema = schemas.get(id);
    let allows_all = |not: SchemaId| match emit(schemas, not, Direction::Response) {
        Value::Object(members) => members.is_empty(),
        other => other == Value::Bool(true),
    };
    // A list of values none of which is of the type is reported as that.
    let listed = schema.enum_values.is_some();
    schema.boolean == Some(false) || listed || schema.nullability_ambiguous || schema.not.is_some_and(allows_all)
}

/// The schemas that values are held to, those behind `not`, `if` and `contains` left out.
fn applied(contract: &Contract) -> Vec<SchemaId> {
    let mut roots: Vec<SchemaId> = Vec::new();
    for operation in &contract.operations {
        roots.extend(operation.parameters.iter().filter_map(|parameter| parameter.schema));
        roots.extend(operation.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema));
        for response in &operation.responses {
            roots.extend(response.headers.iter().filter_map(|header| header.schema));
            roots.extend(response.content.iter().flatten().filter_map(|media| media.schema));
        }
    }
    let schemas = &contract.schemas;
    let mut seen: HashSet<SchemaId> = HashSet::new();
    let mut order = Vec::new();
    let mut queue: Vec<SchemaId> = roots.into_iter().rev().collect();
    while let Some(id) = queue.pop() {
        if !seen.insert(id) {
            continue;
        }
        order.push(id);
        let below = schemas.children(id).into_iter().filter(|(steps, _)| {
            let keyword = steps.first().map_or("", String::as_str);
            !matches!(keyword, "not" | "if" | "then" | "else" | "contains" | "propertyNames" | "dependentSchemas")
        });
        queue.extend(below.map(|(_, child)| child));
        queue.extend(schemas.get(id).reference);
    }
    order
}
