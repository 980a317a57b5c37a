//! What lets nobody in: credentials that are missing or wrong, whichever alternative a server takes them for.

use super::{Gate, Unsure};
use crate::case::RequestValues;
use crate::contract::{SchemeKind, SchemeRequirement};
use crate::wire::CredentialChange;

impl Gate<'_> {
    /// Whether the credentials that are sent are surely not enough.
    pub(super) fn changes_credentials(&self, values: &RequestValues) -> Result<(), Unsure> {
        let changed = &values.credentials.changed;
        let used = self.operation.security.get(values.credentials.alternative).map_or(&[][..], Vec::as_slice);
        if let Some((name, _)) = changed.iter().find(|(name, _)| !used.iter().any(|used| used.scheme == *name)) {
            return Err(Unsure::NoFault(format!("the operation does not ask for the credential `{name}`")));
        }
        if changed.is_empty() {
            return Err(Unsure::NoFault("its credentials are sent as they are".to_owned()));
        }
        let is_wrong = |used: &SchemeRequirement| {
            changed.iter().any(|(name, change)| *name == used.scheme && self.is_surely_wrong(used, change))
        };
        if !used.iter().any(is_wrong) {
            return Err(Unsure::NoFault("what is sent in place of its credentials may be right".to_owned()));
        }
        // What is left may be all that another alternative asks for.
        let is_right = |needed: &SchemeRequirement| used.iter().any(|used| used.kind == needed.kind && !is_wrong(used));
        match self.operation.security.iter().any(|schemes| schemes.iter().all(is_right)) {
            true => Err(Unsure::NoFault("the credentials that are left are enough".to_owned())),
            false => Ok(()),
        }
    }

    /// Whether a server cannot take what is sent in place of a credential for it.
    fn is_surely_wrong(&self, used: &SchemeRequirement, change: &CredentialChange) -> bool {
        let secret = self.fixtures.credentials.get(&used.scheme).map_or("", |secret| secret.value.as_str());
        match change {
            // A credential that is an optional parameter may be left out.
            CredentialChange::Missing | CredentialChange::Empty => {
                let mut parameters = self.operation.parameters.iter();
                parameters.all(|parameter| parameter.required || parameter.location != used.location)
            }
            // Many readers of base64 do without its padding, and read nothing after it (RFC 4648, section 3.2).
            CredentialChange::Truncated | CredentialChange::Extended => {
                used.kind == SchemeKind::Basic || !secret.ends_with('=')
            }
            CredentialChange::OtherCase => {
                // Names of users are often found in any case, and hexadecimal digits are the same in either.
                let cased = match used.kind {
                    SchemeKind::Basic => secret.split_once(':').map_or(secret, |(_, password)| password),
                    _ => secret,
                };
                let is_hexadecimal = secret.chars().all(|c| c.is_ascii_hexdigit() || !c.is_ascii_alphanumeric());
                cased.contains(|c: char| c.is_ascii_alphabetic()) && (used.kind == SchemeKind::Basic || !is_hexadecimal)
            }
            CredentialChange::Wrong | CredentialChange::WrongScheme | CredentialChange::Value(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::case::Intent;
    use crate::contract::{CompileOptions, Contract, Validators};
    use crate::fixtures::{Fixtures, Secret};
    use crate::spec::{Document, LoadOptions};
    use crate::wire::Credentials;

    /// Whether a request with these changes is surely let in by nobody; `carried` is a parameter with a credential.
    fn is_sure(
        operation: &Value,
        carried: &[&str],
        secret: &str,
        used: usize,
        changed: &[(&str, CredentialChange)],
    ) -> bool {
        let mut operation = operation.clone();
        operation["responses"] = json!({"204": {"description": "done"}});
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "components": {"securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "app": {"type": "apiKey", "in": "header", "name": "X-App"},
                "basic": {"type": "http", "scheme": "basic"},
                "login": {"type": "http", "scheme": "bearer"},
                "token": {"type": "oauth2", "flows": {}},
            }},
            "paths": {"/things": {"get": operation}},
        });
        let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
        let credentials = carried.iter().map(|name| (*name).to_owned()).collect();
        let contract = Contract::compile_with(
            document.expect("JSON"),
            &CompileOptions { credentials, ..CompileOptions::default() },
        );
        let contract = contract.expect("a contract");
        let validators = Validators::new(contract.schemas.clone());
        let mut fixtures = Fixtures::default();
        for scheme in ["key", "app", "basic", "login", "token"] {
            let secret = Secret { value: secret.to_owned(), variable: "SECRET".to_owned() };
            fixtures.credentials.insert(scheme.to_owned(), secret);
        }
        let operation = &contract.operations[0];
        let gate = Gate { contract: &contract, operation, validators: &validators, fixtures: &fixtures };
        let changed = changed.iter().map(|(name, change)| ((*name).to_owned(), change.clone())).collect();
        let values = RequestValues {
            parameters: operation.parameters.iter().map(|_| None).collect(),
            body: None,
            credentials: Credentials { alternative: used, changed },
            mutation: None,
        };
        gate.confirm(values, Intent::Unauthenticated, None).is_ok()
    }

    #[test]
    fn what_is_left_of_an_alternative_may_be_all_of_another() {
        let sure = |security: Value, used: usize, name: &str| {
            is_sure(&json!({"security": security}), &[], "secret", used, &[(name, CredentialChange::Missing)])
        };
        let nested = json!([{"key": []}, {"key": [], "app": []}]);
        assert!(!sure(nested.clone(), 1, "app"));
        assert!(sure(nested.clone(), 1, "key") && sure(nested, 0, "key"));
        let apart = json!([{"login": []}, {"key": [], "app": []}]);
        assert!(sure(apart.clone(), 1, "app") && sure(apart, 1, "key"));
        // One token may be good for both.
        assert!(!sure(json!([{"login": []}, {"token": [], "app": []}]), 1, "app"));
        let both = [("key", CredentialChange::Missing), ("app", CredentialChange::Missing)];
        assert!(is_sure(&json!({"security": [{"key": []}, {"key": [], "app": []}]}), &[], "secret", 1, &both));
    }

    #[test]
    fn a_credential_in_a_parameter_that_is_optional_may_be_missing_but_not_wrong() {
        for required in [true, false] {
            let operation = json!({"parameters": [
                {"name": "api_key", "in": "query", "required": required, "schema": {"type": "string"}},
            ]});
            let sure = |change| is_sure(&operation, &["api_key"], "secret", 0, &[("api_key", change)]);
            assert_eq!(sure(CredentialChange::Missing), required);
            assert_eq!(sure(CredentialChange::Empty), required);
            assert!(sure(CredentialChange::Wrong));
        }
    }

    #[test]
    fn a_change_that_may_leave_a_credential_right_is_not_sure() {
        use CredentialChange::{Extended, OtherCase, Truncated};
        for (scheme, secret, changes) in [
            ("key", "Secret1", [true, true, true]),
            ("key", "c2VjcmV0cw==", [false, false, true]),
            ("key", "5e27c0de-c0de-4c0d-8c0d-5e27c0dec0de", [true, true, false]),
            ("key", "12345", [true, true, false]),
            ("basic", "user:1234", [true, true, false]),
            ("basic", "user:pass=", [true, true, true]),
            ("basic", "user:cafe", [true, true, true]),
        ] {
            let operation = json!({"security": [{scheme: []}]});
            let sure =
                [Truncated, Extended, OtherCase].map(|change| is_sure(&operation, &[], secret, 0, &[(scheme, change)]));
            assert_eq!(sure, changes, "{scheme} {secret}");
        }
    }
}
