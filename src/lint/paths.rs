//! Faults of paths and their parameters.

use std::collections::HashMap;

use serde_json::Value;

use crate::contract::{Contract, Diagnostic, ParameterLocation, template_shape};
use crate::rule::Rule;

/// Paths that are one.
pub static PATH_TWICE: Rule = Rule::lint(
    "path-twice",
    "Two paths differ in the names of their parameters alone, so that they are one.",
    "OpenAPI 3.1, section 4.8.8.1",
);

/// A path parameter that is not required.
pub static PATH_PARAMETER_OPTIONAL: Rule =
    Rule::lint("path-parameter-optional", "A path parameter is not `required: true`.", "OpenAPI 3.1, section 4.8.12.2");

/// Paths that are one, and path parameters that are not required.
pub(super) fn faults(contract: &Contract) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let paths = contract.document.root().join("paths");
    let mut known: HashMap<String, &str> = HashMap::new();
    let written = contract.document.get(&paths).and_then(Value::as_object);
    for path in written.into_iter().flatten().map(|(path, _)| path).filter(|path| path.starts_with('/')) {
        match known.get(&template_shape(path)) {
            Some(first) => {
                let place = contract.place(&paths.join(first));
                let message = format!("the path is the same as `{first}` at {place}, but for the names of parameters");
                faults.push(Diagnostic::new(&PATH_TWICE, paths.join(path), message));
            }
            None => {
                known.insert(template_shape(path), path);
            }
        }
    }
    for parameter in contract.operations.iter().flat_map(|operation| &operation.parameters) {
        let stated = contract.document.get(&parameter.location);
        let documented = stated.is_some_and(|stated| stated.get("in").is_some());
        let required = stated.and_then(|stated| stated.get("required")) == Some(&Value::Bool(true));
        if parameter.place == ParameterLocation::Path && documented && !required {
            let message = format!("the path parameter `{}` must be `required: true`", parameter.name);
            let fault = Diagnostic::new(&PATH_PARAMETER_OPTIONAL, parameter.location.clone(), message);
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}
