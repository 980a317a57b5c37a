//! Tests of policies.

use std::time::Duration;

use super::{Policy, PolicyError};
use crate::case::Intent;
use crate::check::testing::*;
use crate::rule::Severity;

fn parse(text: &str) -> Result<Policy, PolicyError> {
    super::file::parse("conform.toml", text, |text| {
        text.trim_end_matches('s').parse().map(Duration::from_secs).map_err(|_| "not a time".to_owned())
    })
}

/// A rule that switches off what it selects.
fn rule(selectors: &str) -> String {
    format!("[[rules]]\nseverity = \"off\"\n{selectors}")
}

/// The severity of a crash at `minLength` of the text, after this policy.
fn graded(text: &str) -> Option<Severity> {
    let bench = Bench::messages();
    let mut case = case(Intent::Valid);
    case.clause = Some(bench.clause("minLength", "text/minLength"));
    let mut findings = bench.judge(&case, Ok(refused(500)));
    parse(text).expect("a policy").grade(&bench.contract.operations[0], Some(500), &mut findings);
    findings.first().map(|finding| finding.severity)
}

#[test]
fn findings_are_graded_by_rule_operation_and_status() {
    assert_eq!(graded(""), Some(Severity::Error));
    assert_eq!(graded("[checks]\nserver-error = \"warning\""), Some(Severity::Warning));
    assert_eq!(graded("[checks]\nserver-error = \"off\""), None);
    let rule = |more: &str| rule(&format!("check = \"server-error\"\n{more}"));
    assert_eq!(graded(&rule("status = \"5XX\"")), None);
    assert_eq!(graded(&rule("status = \"503\"")), Some(Severity::Error));
    assert_eq!(graded(&rule("operation = \"create\"")), None);
    assert_eq!(graded(&rule("operation = \"post /rooms/{room}/messages\"")), None);
    assert_eq!(graded(&rule("operation = \"another\"")), Some(Severity::Error));
}

#[test]
fn findings_are_graded_by_clause_and_by_node_of_the_document() {
    for (selectors, is_selected) in [
        ("clause = \"minLength\"", true),
        ("clause = \"maxLength\"", false),
        ("clause = \"minLength\"\ncheck = \"leak\"", false),
        ("pointer = \"/components/schemas/Message/properties/text/minLength\"", true),
        ("pointer = \"/components/schemas/Message\"", true),
        ("pointer = \"#/components/schemas/*/properties/text\"", true),
        ("pointer = \"/components/schemas/Mess\"", false),
        ("pointer = \"/components/schemas/*/properties/id\"", false),
        ("pointer = \"/components/schemas/Message/properties/text/minLength/deeper\"", false),
    ] {
        let expected = if is_selected { None } else { Some(Severity::Error) };
        assert_eq!(graded(&rule(selectors)), expected, "{selectors}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, message, help) in [
        ("[checks]\n\nserver-eror = \"off\"", "conform.toml:3: there is no check `server-eror`", "`server-error`?"),
        ("[checks]\nexample-invalid = \"off\"", "conform.toml:2: there is no check `example-invalid`", "there are"),
        ("[checks]\necho = \"loud\"", "conform.toml:2: unknown variant `loud`", "there are `error`"),
        ("[[rules]]\nstatus = \"99\"\nseverity = \"off\"", "conform.toml:2: `99` is not a status", "4XX"),
        ("[[rules]]\npointer = \"a\"\nseverity = \"off\"", "conform.toml:2: `a` is not a JSON pointer", "/components"),
        ("\n[[rules]]\nseverity = \"off\"", "conform.toml:2: this rule is for everything", "name a check"),
        ("[[operations]]\noperation = \"a\"\ntimeout = \"soon\"", "conform.toml:3: not a time", "30s"),
        ("[[operations]]\noperation = \"a\"\nexpect = [\"9\"]", "conform.toml:3: `9` is not a status", "4XX"),
        (
            "[[operations]]\noperation = \"a\"\nexpct = []",
            "conform.toml:3: unknown field `expct`",
            "did you mean `expect`?",
        ),
        ("[checks]\necho = \"of\"", "conform.toml:2: unknown variant `of`", "did you mean `off`?"),
        ("[checks", "conform.toml:1", ""),
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(error.help.contains(help), "{}", error.help);
    }
    assert!(parse("target = \"an option of a run\"").is_ok());
}

#[test]
fn what_no_contract_has_is_an_error_with_its_line() {
    let bench = Bench::messages();
    let checked = |selectors: &str| parse(&rule(selectors)).expect("a policy").check(&[&bench.contract]);
    for (selectors, message, help) in [
        ("operation = \"creat\"", "conform.toml:3: there is no operation `creat`", "did you mean `create`?"),
        ("operation = \"GET /rooms\"", "conform.toml:3: there is no operation", "`POST /rooms/{room}/messages`"),
        (
            "clause = \"minLength\"\n[[operations]]\noperation = \"creat\"\ntimeout = \"1s\"",
            "conform.toml:5: there is no operation `creat`",
            "did you mean `create`?",
        ),
        ("clause = \"minLenght\"", "conform.toml:3: there is no clause `minLenght`", "did you mean `minLength`?"),
        (
            "check = \"echo\"\npointer = \"/components/schemas/Mesage/required\"",
            "conform.toml:4: no document has the node `/components/schemas/Mesage/required`",
            "did you mean `/components/schemas/Message/required`?",
        ),
        ("pointer = \"/*/nothing/of/the/kind\"", "conform.toml:3: no document has the node", "a JSON pointer"),
    ] {
        let error = checked(selectors).expect_err(selectors);
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(error.help.contains(help), "{}", error.help);
    }
    for there in [
        "operation = \"create\"",
        "clause = \"maxLength\"",
        "pointer = \"/components/schemas/*/properties/text\"",
        "pointer = \"/paths/*/post/parameters/*\"",
    ] {
        assert!(checked(there).is_ok(), "{there}");
    }
}

#[test]
fn what_is_expected_of_one_operation_is_no_finding_there() {
    let expected = |operation: &str, status: &str| {
        let bench = Bench::messages();
        let text = format!("[[operations]]\noperation = \"{operation}\"\nexpect = [\"{status}\"]\ntimeout = \"30s\"");
        let mut findings = bench.judge(&case(Intent::Valid), Ok(refused(418)));
        let policy = parse(&text).expect("a policy");
        policy.grade(&bench.contract.operations[0], Some(418), &mut findings);
        (findings.is_empty(), policy.timeouts(&bench.contract).next())
    };
    let late = Some(("create".to_owned(), Duration::from_secs(30)));
    assert_eq!(expected("create", "418"), (true, late.clone()));
    assert_eq!(expected("create", "419"), (false, late));
    assert_eq!(expected("another", "418"), (false, None));
}
