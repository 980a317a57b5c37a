//! Values that mean what the target has said they mean, such as where a page goes on.

use super::Subject;
use crate::case::Origin;
use crate::contract::{Parameter, ParameterLocation};
use crate::text::words;

/// Parameters that take what a response has given out.
const TOKENS: [&str; 10] = [
    "cursor",
    "nextcursor",
    "aftercursor",
    "pagetoken",
    "nextpagetoken",
    "nexttoken",
    "synctoken",
    "continuation",
    "continuationtoken",
    "pagecursor",
];
/// Whether a request has a made-up value where only one that a response has given out means anything.
pub(super) fn is_made_up(subject: &Subject<'_>) -> bool {
    let case = subject.case;
    let is_own = case.origin != Origin::Fixture && case.origin != Origin::Step;
    let sent = |parameter: &&Parameter| {
        parameter.place == ParameterLocation::Query
            && case.request.query.iter().any(|pair| pair.name == parameter.name && !pair.value.is_empty())
    };
    is_own && subject.operation.parameters.iter().filter(sent).any(|parameter| is_token(subject, parameter))
}

fn is_token(subject: &Subject<'_>, parameter: &Parameter) -> bool {
    let schemas = &subject.contract.schemas;
    let branches = schemas.with_branches(parameter.schema.as_slice()).collect::<Vec<_>>();
    let items: Vec<_> = branches.iter().filter_map(|id| schemas.get(*id).items).collect();
    let is_listed = branches.into_iter().chain(schemas.with_branches(&items)).any(|id| {
        let schema = schemas.get(id);
        schema.enum_values.is_some() || schema.const_value.is_some()
    });
    let said = parameter.description.as_deref().unwrap_or_default().to_ascii_lowercase();
    let is_given_out = ["next_cursor", "nextcursor", "next_page_token", "nextpagetoken", "next_token", "opaque"]
        .iter()
        .any(|word| said.contains(word));
    !is_listed && (TOKENS.contains(&words::plain(&parameter.name).as_str()) || is_given_out)
}
