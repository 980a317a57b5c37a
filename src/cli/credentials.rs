//! Credentials from the command line, put in the place of those in the fixtures.

use super::CliError;
use super::values;
use crate::contract::{Contract, ParameterLocation, SchemeKind};
use crate::fixtures::{Fixtures, Secret};
use crate::text::nearest::suggest;

/// The variable that holds the bearer token, here and in the commands that a report prints.
pub(super) const BEARER_VARIABLE: &str = "CONFORM_BEARER";

/// Uses `token` for every bearer scheme of the contract; false where it has none.
pub(super) fn bearer(contract: &Contract, fixtures: &mut Fixtures, token: &str) -> bool {
    let uses = contract.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    let schemes: Vec<_> = uses.filter(|used| used.kind == SchemeKind::Bearer).map(|used| used.scheme.clone()).collect();
    let secret = Secret { value: token.to_owned(), variable: BEARER_VARIABLE.to_owned() };
    for scheme in &schemes {
        fixtures.credentials.insert(scheme.clone(), secret.clone());
    }
    !schemes.is_empty()
}

/// Uses the value for the scheme or parameter of this name; false where the contract has none.
pub(super) fn credential(contract: &Contract, fixtures: &mut Fixtures, scheme: &str, value: &str) -> bool {
    let Some(name) = names(contract).into_iter().find(|name| name.eq_ignore_ascii_case(scheme)) else {
        return false;
    };
    let secret = Secret { value: value.to_owned(), variable: variable("CREDENTIAL", &name) };
    fixtures.credentials.insert(name, secret);
    true
}

/// No contract has a credential of this name.
pub(super) fn unknown<'a>(wanted: &str, contracts: impl IntoIterator<Item = &'a Contract>) -> CliError {
    let mut known: Vec<_> = contracts.into_iter().flat_map(names).collect();
    known.sort();
    known.dedup();
    let help = if known.is_empty() {
        "the document asks for no credentials; --header sends a field with every request".to_owned()
    } else {
        suggest(wanted, known.iter().map(String::as_str), "--header sends any other field")
    };
    CliError::usage(format!("no security scheme or header parameter is named `{wanted}`"), help)
}

/// A header field whose value no report shows, from `Name: value`.
pub(super) fn header(text: &str) -> Result<(String, Secret), CliError> {
    let (name, value) =
        values::field(text).map_err(|told| CliError::usage(told, "for example --header 'X-Tenant: blue'"))?;
    Ok((name.to_owned(), Secret { value: value.to_owned(), variable: variable("HEADER", name) }))
}

/// The names of all that may carry a credential: security schemes, and parameters outside the path.
fn names(contract: &Contract) -> Vec<String> {
    let mut names = Vec::new();
    for operation in &contract.operations {
        names.extend(operation.security.iter().flatten().map(|used| used.scheme.clone()));
        let parameters = operation.parameters.iter();
        names.extend(
            parameters
                .filter(|parameter| parameter.place != ParameterLocation::Path)
                .map(|parameter| parameter.name.clone()),
        );
    }
    names
}

/// `x-api-key` becomes `HEADER_X_API_KEY`.
fn variable(prefix: &str, name: &str) -> String {
    let name = name.to_ascii_uppercase();
    format!("{prefix}_{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::LoadOptions;

    fn contract(name: &str) -> Contract {
        Contract::load(format!("specs/{name}.yaml").as_ref(), LoadOptions::default()).expect("compiles")
    }

    #[test]
    fn a_token_is_for_bearer_schemes_alone() {
        let mut fixtures = Fixtures::default();
        assert!(bearer(&contract("ada"), &mut fixtures, "t0ken"));
        let secret = &fixtures.credentials["bearerAuth"];
        assert_eq!((secret.value.as_str(), secret.variable.as_str()), ("t0ken", BEARER_VARIABLE));
        assert!(!bearer(&contract("respondent"), &mut fixtures, "t0ken"));
    }

    #[test]
    fn a_credential_is_named_after_a_scheme_or_a_header_parameter() {
        let mut fixtures = Fixtures::default();
        assert!(credential(&contract("asapp"), &mut fixtures, "API-ID", "a"));
        assert!(credential(&contract("respondent"), &mut fixtures, "X-API-Key", "b"));
        assert_eq!(fixtures.credentials["x-api-key"].variable, "CREDENTIAL_X_API_KEY");
        assert!(!credential(&contract("asapp"), &mut fixtures, "x-api-key", "c"));
        assert_eq!(header("X-Tenant: blue").expect("a field").1.variable, "HEADER_X_TENANT");
    }
}
