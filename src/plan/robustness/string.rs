//! Texts of parameters that are no UTF-8, hold control characters, or are empty: what a value may hold in JSON, and what
//! HTTP lets be sent, reaches code that counts on neither.

use crate::case::{Mutation, RequestValues};
use crate::contract::{ClauseTarget, Direction, Parameter, ParameterLocation, Types};
use crate::plan::case_builder::CaseBuilder;
use crate::plan::planner::PlanBuilder;
use crate::wire;

/// What every parameter that is tried gets: databases fail on the one, decoders on the other.
const FOR_EACH: [(&str, &str); 2] = [("a NUL character", "x%00y"), ("a byte that is no UTF-8", "x%FFy")];

/// What only one parameter of an operation gets: who reads one of them reads them all.
const FOR_ONE: [(&str, &str); 4] = [
    ("half a character of UTF-8", "x%C3%28y"),
    ("an overlong NUL character", "x%C0%80y"),
    ("a line break", "x%0D%0Ay"),
    ("control characters", "x%01%1F%7Fy"),
];

/// A tab and letters beyond ASCII are all that a field may hold beside ASCII (RFC 9110, section 5.5).
const IN_HEADER: (&str, &str) = ("a tab and letters beyond ASCII", "x\tÿ");

/// The most parameters of a place that are tried.
const MOST: usize = 4;

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    // Nobody knows what a server that cuts a name short or replaces a part of it would delete.
    let deletes = planner.operation.method == "DELETE";
    let encoded = likeliest(planner, |place| match place {
        ParameterLocation::Path => !deletes,
        place => place == ParameterLocation::Query,
    });
    for (turn, index) in encoded.iter().enumerate() {
        let own = FOR_ONE.iter().skip(turn).step_by(encoded.len());
        for (what, text) in FOR_EACH.iter().chain(own) {
            send(planner, baseline, *index, what, text);
        }
    }
    for index in likeliest(planner, |place| place == ParameterLocation::Header) {
        let (what, text) = IN_HEADER;
        send(planner, baseline, index, what, text);
    }
    for index in likeliest(planner, |place| place == ParameterLocation::Query) {
        if !takes_nothing(planner, &planner.operation.parameters[index]) {
            send(planner, baseline, index, "nothing", "");
        }
    }
}

fn send(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, index: usize, what: &str, text: &str) {
    let Parameter { place, name, .. } = &planner.operation.parameters[index];
    let clause = planner.clauses.iter().find(|(_, clause)| clause.place == ClauseTarget::Parameter(index));
    let case = CaseBuilder::odd(format!("{place} parameter `{name}`: {what}")).about(clause.map(|(id, _)| id));
    let mutation = Mutation::Text { place: *place, name: name.clone(), encoded: text.to_owned() };
    planner.add(case, RequestValues { mutation: Some(mutation), ..baseline.clone() });
}

/// The parameters of these places whose text is likeliest to get far: those that take any text come first.
fn likeliest(planner: &PlanBuilder<'_>, is_wanted: impl Fn(ParameterLocation) -> bool) -> Vec<usize> {
    let parameters = planner.operation.parameters.iter().enumerate();
    let wanted = parameters
        .filter(|(_, parameter)| is_wanted(parameter.place) && !planner.operation.carries_credential(parameter));
    let mut found: Vec<(bool, usize)> =
        wanted.map(|(index, parameter)| (!takes_any_text(planner, parameter), index)).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, index)| index).take(MOST.min(planner.budget.ways)).collect()
}

fn takes_any_text(planner: &PlanBuilder<'_>, parameter: &Parameter) -> bool {
    parameter.schema.is_none_or(|schema| {
        let types = wire::expected_types(&planner.contract.schemas, schema);
        types.intersects(Types::STRING) && planner.validators.is_valid(schema, Direction::Request, &"any text".into())
    })
}

/// Whether a parameter without a text has a value all the same.
fn takes_nothing(planner: &PlanBuilder<'_>, parameter: &Parameter) -> bool {
    let is_valid = |schema| planner.validators.is_valid(schema, Direction::Request, &"".into());
    parameter.allow_empty || parameter.schema.is_none_or(is_valid)
}
