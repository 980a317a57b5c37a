//! Credentials from the command line, put in the place of those in the fixtures.

use http::HeaderValue;

use super::run_args::BEARER_VARIABLE;
use super::{CliError, given, values};
use crate::contract::{Contract, ParameterLocation, SchemeKind};
use crate::fixtures::{Fixtures, Secret};
use crate::text::nearest::suggest;

/// The bearer token that `--bearer` names.
pub(super) fn token(written: &str) -> Result<Secret, CliError> {
    given::credential("--bearer", written, BEARER_VARIABLE.to_owned())
}

/// The scheme and its credential that `--credential` names. The variable is made of the name as it is written.
pub(super) fn named(text: &str) -> Result<(&str, Secret), CliError> {
    let (scheme, written) = values::credential(text)
        .map_err(|told| CliError::usage(told, "for example --credential bearerAuth=env:TOKEN"))?;
    Ok((scheme, given::credential(&format!("--credential {scheme}"), written, variable("CREDENTIAL", scheme))?))
}

/// Uses the token for every bearer scheme of the contract; false where it has none.
pub(super) fn bearer(contract: &Contract, fixtures: &mut Fixtures, secret: &Secret) -> bool {
    let uses = contract.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    let schemes: Vec<_> = uses.filter(|used| used.kind == SchemeKind::Bearer).map(|used| used.scheme.clone()).collect();
    for scheme in &schemes {
        fixtures.credentials.insert(scheme.clone(), secret.clone());
    }
    !schemes.is_empty()
}

/// Uses the credential for the scheme or parameter of this name; false where the contract has none.
pub(super) fn credential(contract: &Contract, fixtures: &mut Fixtures, scheme: &str, secret: &Secret) -> bool {
    let Some(name) = names(contract).into_iter().find(|name| name.eq_ignore_ascii_case(scheme)) else {
        return false;
    };
    fixtures.credentials.insert(name, secret.clone());
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
    let variable = variable("HEADER", name);
    // A field may well be empty.
    if value.is_empty() {
        return Ok((name.to_owned(), Secret { value: String::new(), variable }));
    }
    let secret = given::credential(&format!("--header {name}"), value, variable)?;
    HeaderValue::try_from(&secret.value).map_err(|_| {
        CliError::usage(
            format!("the value of `{name}` holds a character that no header field may hold"),
            "a header field is one line of text",
        )
    })?;
    Ok((name.to_owned(), secret))
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
        let token = token("t0ken").expect("a token");
        assert!(bearer(&contract("ada"), &mut fixtures, &token));
        let secret = &fixtures.credentials["bearerAuth"];
        assert_eq!((secret.value.as_str(), secret.variable.as_str()), ("t0ken", BEARER_VARIABLE));
        assert!(!bearer(&contract("respondent"), &mut fixtures, &token));
    }

    #[test]
    fn a_credential_is_named_after_a_scheme_or_a_header_parameter() {
        let mut fixtures = Fixtures::default();
        let mut put = |document: &str, text: &str| {
            let (name, secret) = named(text).expect("a credential");
            credential(&contract(document), &mut fixtures, name, &secret)
        };
        assert!(put("asapp", "API-ID=a"));
        assert!(put("respondent", "X-API-Key=b"));
        assert!(!put("asapp", "x-api-key=c"));
        assert_eq!(fixtures.credentials["x-api-key"].variable, "CREDENTIAL_X_API_KEY");
        assert_eq!(header("X-Tenant: blue").expect("a field").1.variable, "HEADER_X_TENANT");
    }
}
