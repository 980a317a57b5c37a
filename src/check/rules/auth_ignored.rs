//! A request with missing or wrong credentials was accepted.

use crate::case::Intent;
use crate::finding::habit_key;
use crate::wire::CredentialChange;

use super::{Check, Finding, Pins, ResponseView, Rule, StatusVerdict, Subject, Weight, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::OpenDoor,
    pins: Pins::Request,
    clauses: &["security", "required"],
    ..Rule::check(
        "auth-ignored",
        "A request whose credentials are missing or wrong is accepted.",
        "OpenAPI 3.1, section 4.8.30; RFC 9110, section 11",
    )
};

/// The check.
#[derive(Debug)]
pub struct AuthIgnored;

impl Check for AuthIgnored {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        if subject.case.intent != Intent::Unauthenticated || view.verdict != StatusVerdict::Accepted {
            return Vec::new();
        }
        let changed = &subject.case.request.credentials.changed;
        let what: Vec<String> =
            changed.iter().map(|(scheme, change)| format!("`{scheme}` is {}", change.name())).collect();
        let what = if what.is_empty() { subject.case.name.clone() } else { what.join(" and ") };
        let message = format!("A {} was returned although {what}", view.response.status);
        let mut detail: Vec<String> =
            changed.iter().map(|(scheme, change)| format!("{scheme} {}", kind(change))).collect();
        detail.sort_unstable();
        let anchor = anchor::security(subject);
        let finding = view.finding(&RULE, &anchor, message, &detail.join(", "));
        let (manner, part_of) = habit(subject);
        let mut finding = finding.of_habit(manner).within(keys(part_of));
        finding.variant = match changed.as_slice() {
            [(_, change)] => Some(change.name().to_owned()),
            _ => None,
        };
        vec![finding]
    }
}

/// The keys of the habits that let such a request in: what it gets then is what it gets with the right credentials.
pub(super) fn that_let_in(subject: &Subject<'_>) -> Vec<String> {
    let (manner, part_of) = habit(subject);
    keys(part_of.into_iter().chain([manner]))
}

fn keys(manners: impl IntoIterator<Item = String>) -> Vec<String> {
    manners.into_iter().map(|manner| habit_key(&RULE, &manner)).collect()
}

/// What a target does that lets such a request in, and what it may do besides that brings this along: who asks for no
/// credentials takes any, and who takes any token takes it under any scheme.
fn habit(subject: &Subject<'_>) -> (String, Vec<String>) {
    let credentials = &subject.case.request.credentials;
    let asked = subject.operation.security.get(credentials.alternative).map_or(1, Vec::len);
    let changed = &credentials.changed;
    let everybody = "everybody".to_owned();
    if changed.is_empty() || changed.len() >= asked && changed.iter().all(|(_, change)| kind(change) == "absent") {
        return (everybody, Vec::new());
    }
    let mut schemes: Vec<&str> = changed.iter().map(|(scheme, _)| scheme.as_str()).collect();
    schemes.sort_unstable();
    let of = |kind: &str| format!("{} {kind}", schemes.join(", "));
    match changed.iter().map(|(_, change)| kind(change)).max().unwrap_or_default() {
        "scheme" => (of("scheme"), vec![everybody, of("absent"), of("altered")]),
        "altered" => (of("altered"), vec![everybody, of("absent")]),
        _ => (of("absent"), vec![everybody]),
    }
}

/// Changes that one and the same oversight lets through.
fn kind(change: &CredentialChange) -> &'static str {
    match change {
        CredentialChange::Missing | CredentialChange::Empty => "absent",
        CredentialChange::WrongScheme => "scheme",
        _ => "altered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::rule::Severity;

    #[test]
    fn wrong_credentials_must_not_be_let_in() {
        let bench = Bench::messages();
        for change in [CredentialChange::Missing, CredentialChange::Wrong, CredentialChange::WrongScheme] {
            let case = unauthenticated(change);
            assert_eq!(bench.found(&case, created()), [("auth-ignored", "/security/0/bearer".to_owned())]);
        }
    }

    #[test]
    fn a_401_or_403_is_right_and_warned_of_where_it_is_not_documented() {
        let case = unauthenticated(CredentialChange::Wrong);
        for status in [401, 403] {
            let warnings = Bench::messages().judge(&case, Ok(refused(status)));
            let reported: Vec<_> = warnings.iter().map(|finding| (finding.rule.id, finding.severity)).collect();
            assert_eq!(reported, [("undocumented-status", Severity::Warning)]);
            let documented = MESSAGES.replace("'409': {$ref", &format!("'{status}': {{$ref"));
            assert_eq!(Bench::of(&documented).checks(&case, refused(status)), [""; 0]);
        }
    }

    #[test]
    fn the_wrong_scheme_may_be_called_a_bad_request() {
        let bench = Bench::messages();
        assert_eq!(bench.checks(&unauthenticated(CredentialChange::WrongScheme), refused(400)), [""; 0]);
        assert_eq!(bench.checks(&unauthenticated(CredentialChange::Wrong), refused(400)), ["wrong-refusal"]);
    }

    #[test]
    fn a_key_in_a_parameter_may_be_called_missing() {
        let keyed = MESSAGES.replace("security: [{bearer: []}]", "").replace(
            "      requestBody:",
            "        - {name: x-key, in: header, required: true, schema: {type: string}}\n      requestBody:",
        );
        let bench = Bench::of(&keyed);
        let mut case = unauthenticated(CredentialChange::Missing);
        case.request.credentials.changed[0].0 = "x-key".to_owned();
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
        case.request.credentials.changed[0].1 = CredentialChange::Wrong;
        assert_eq!(bench.checks(&case, refused(400)), ["wrong-refusal"]);
        assert_eq!(bench.checks(&case, created()), ["auth-ignored"]);
    }

    #[test]
    fn who_lets_everybody_in_brings_the_rest_along() {
        let bench = Bench::messages();
        let found = |change| bench.judge(&unauthenticated(change), Ok(created())).remove(0);
        let everybody = found(CredentialChange::Missing).root_key();
        assert_eq!(found(CredentialChange::Empty).root_key(), everybody);
        for change in [CredentialChange::Wrong, CredentialChange::WrongScheme] {
            let other = found(change);
            assert_ne!(other.root_key(), everybody, "a token that is not looked at is another bug");
            assert_eq!(other.part_of.first(), Some(&everybody));
        }
    }
}
