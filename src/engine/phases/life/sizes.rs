//! The largest page that a list may be asked for.

use serde_json::Value;

use crate::contract::{Operation, ParameterLocation, Schemas};
use crate::text::words::plain;

/// Names of parameters that limit a page.
pub(super) const SIZES: [&str; 9] =
    ["limit", "perpage", "pagesize", "size", "maxresults", "top", "first", "pagelimit", "count"];
/// The most items that are asked for at once.
const LARGEST: u64 = 1000;

/// The position of the parameter that limits a page, and the most that it is documented to take.
pub(super) fn largest(schemas: &Schemas, operation: &Operation) -> Option<(usize, Value)> {
    let mut all = operation.parameters.iter().enumerate();
    let (size, parameter) = all.find(|(_, parameter)| {
        parameter.place == ParameterLocation::Query && SIZES.contains(&&*plain(&parameter.name))
    })?;
    let known = schemas.conjunction(&[parameter.schema?]);
    let most = known.filter_map(|id| schemas.get(id).maximum.as_ref()?.as_u64()).min()?;
    Some((size, Value::from(most.min(LARGEST))))
}
