//! Runs made by hand, to see what outputs make of them.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "cli")]
use super::Format;
use super::Setting;
use crate::case::{Case, Fault, Intent, Origin};
use crate::check::rules;
use crate::contract::{Clause, ClauseId, Contract, StatusRange};
use crate::engine::{Event, Job, Listener, Listeners, OperationSummary, Outcome, ValidCases, Verdict};
use crate::execute::{Exchange, ExchangeLog, Failure, Masker, Response, SentRequest};
use crate::finding::Finding;
use crate::fixtures::{Fixtures, Secret};
use crate::rule::{Rule, Severity};
use crate::testing;

pub const TARGET: &str = "http://127.0.0.1:8080";

pub fn contract(name: &str) -> Arc<Contract> {
    let path = format!("specs/{name}.yaml");
    Arc::new(Contract::load(path.as_ref(), Default::default()).expect("the document compiles"))
}

pub fn setting() -> Setting {
    let secret = Secret { value: "hunter2-secret".into(), variable: "ASAPP_API_SECRET".into() };
    Setting {
        seed: 7,
        secrets: Masker::new([&secret]),
        hint: None,
        strict: false,
        partition: None,
        exchanges: ExchangeLog::default(),
    }
}

/// The report of a run in a format.
#[cfg(feature = "cli")]
pub fn written(format: Format, run: impl FnOnce(&mut dyn Listener)) -> String {
    let mut text = Vec::new();
    run(&mut *format.listener(&mut text, setting()));
    String::from_utf8(text).expect("UTF-8")
}

/// Fails on a report that shows what [`failing_run`] has of secrets and of controls.
#[cfg(feature = "cli")]
pub fn assert_clean(text: &str) {
    assert!(!text.contains("hunter2-secret"), "a secret came back and was shown");
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "a control character got through");
}

/// The clause of the first operation for which `wanted` holds.
pub fn clause(contract: &Contract, wanted: impl Fn(&Clause) -> bool) -> (ClauseId, Clause) {
    let (id, clause) = contract.operations[0]
        .clauses()
        .iter()
        .find(|(_, clause)| wanted(clause))
        .expect("the document has such a clause");
    (id, clause.clone())
}

pub fn case(index: usize, name: &str, intent: Intent, clause: Option<ClauseId>) -> Arc<Case> {
    Arc::new(Case {
        index,
        name: name.into(),
        origin: if clause.is_some() { Origin::Fault } else { Origin::Protocol },
        clause,
        ..testing::case(intent, testing::request("POST", "/conversation/v1/conversations/01BX5ZZ/messages"))
    })
}

pub fn exchange(body: &str, result: Result<(u16, &str), Failure>) -> Arc<Exchange> {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Arc::new(Exchange {
        request: SentRequest {
            curl: String::new(),
            is_amended: false,
            method: "POST".into(),
            url: format!("{TARGET}/conversation/v1/conversations/01BX5ZZ/messages"),
            headers: vec![
                field("asapp-api-id", "${ASAPP_API_ID}"),
                field("asapp-api-secret", "${ASAPP_API_SECRET}"),
                field("content-type", "application/json"),
            ],
            body: Some(body.as_bytes().to_vec()),
            variables: vec!["ASAPP_API_ID".into(), "ASAPP_API_SECRET".into()],
        },
        result: result.map(|(status, body)| Response {
            status,
            headers: vec![field("date", "Sat, 21 Nov 2026 07:00:00 GMT"), field("content-type", "application/json")],
            body: body.as_bytes().to_vec(),
            ..Response::default()
        }),
        elapsed: Duration::from_millis(3),
        attempts: Default::default(),
    })
}

pub fn finding(
    contract: &Contract,
    rule: &'static Rule,
    severity: Severity,
    clause: &Clause,
    message: &str,
) -> Finding {
    testing::finding(contract, rule, clause.location.clone(), clause.keyword, message)
        .with_severity(severity)
        .expecting("400 or 422, as documented")
}

pub fn summary(verdict: Verdict, cases: usize, unexercised: Vec<(ClauseId, String)>) -> OperationSummary {
    OperationSummary {
        operation: 0,
        verdict,
        cases,
        confirming: 0,
        clauses: 26,
        exercised: 26 - unexercised.len(),
        unexercised,
        valid: ValidCases { sent: 40, accepted: if verdict == Verdict::Untestable { 0 } else { 40 } },
        untestable: None,
        given_up: None,
        gaps: Vec::new(),
        statuses: vec![(StatusRange::Code(200), true), (StatusRange::Code(400), false)],
        throttled: if verdict == Verdict::Fails { 3 } else { 0 },
        elapsed: Duration::from_millis(214),
    }
}

/// The event that a contract is about to be tested.
pub fn started(contract: &Arc<Contract>) -> Event {
    Event::ContractStarted { job: Job::new(contract.clone(), Fixtures::default()), target: TARGET.into() }
}

/// Hands events to a listener, with the results that they come to.
struct Script<'a>(Listeners<'a>);

impl<'a> Script<'a> {
    fn new(listener: &'a mut dyn Listener) -> Self {
        Self(Listeners::new(setting().secrets, vec![listener]))
    }

    fn on(&mut self, event: Event) {
        self.0.on(&event).expect("the listener takes it");
    }

    fn start(&mut self, contract: &Arc<Contract>) {
        self.on(started(contract));
    }

    fn finish(&mut self, contract: &Arc<Contract>, summary: OperationSummary, untestable: Option<&str>) {
        self.on(Event::OperationFinished { contract: contract.clone(), summary });
        let untestable = untestable.map(str::to_owned);
        self.on(Event::ContractFinished { contract: contract.clone(), untestable });
    }

    fn end(&mut self, outcome: Outcome, interrupted: bool) {
        self.on(Event::RunFinished { outcome, interrupted, elapsed: Duration::from_millis(1_420) });
    }
}

/// Every contract is kept.
pub fn passing_run(listener: &mut dyn Listener, contracts: &[Arc<Contract>]) {
    let mut script = Script::new(listener);
    for contract in contracts {
        script.start(contract);
        for index in 0..412 {
            script.on(Event::CaseJudged {
                contract: contract.clone(),
                case: case(index, "valid", Intent::Valid, None),
                exchange: exchange("{}", Ok((200, "{}"))),
                findings: Vec::new(),
            });
        }
        script.finish(contract, summary(Verdict::Conforms, 412, Vec::new()), None);
    }
    script.end(Outcome::Conforms, false);
}

/// Nobody listens at the target.
pub fn untestable_run(listener: &mut dyn Listener) {
    let mut script = Script::new(listener);
    let contract = contract("ada");
    script.start(&contract);
    let reason = "cannot connect to 127.0.0.1:8080: connection refused";
    script.finish(&contract, summary(Verdict::Untestable, 0, Vec::new()), Some(reason));
    script.end(Outcome::Untestable, false);
}

/// A person presses Ctrl-C after one case.
pub fn interrupted_run(listener: &mut dyn Listener) {
    let mut script = Script::new(listener);
    let contract = contract("ada");
    script.start(&contract);
    script.on(Event::CaseJudged {
        contract,
        case: case(0, "valid", Intent::Valid, None),
        exchange: exchange("{}", Ok((200, "{}"))),
        findings: Vec::new(),
    });
    script.end(Outcome::Conforms, true);
}

/// ASAPP with two errors, one of them in several cases, a warning, a closed connection, and a hostile response.
pub fn failing_run(listener: &mut dyn Listener) {
    let mut script = Script::new(listener);
    let contract = contract("asapp");
    script.start(&contract);
    let (text_id, text) = clause(&contract, |clause| clause.subject.as_deref() == Some("text"));
    let (role_id, role) = clause(&contract, |clause| clause.keyword == "enum");
    let (format_id, _) = clause(&contract, |clause| clause.keyword == "format");
    let (_, status) = clause(&contract, |clause| clause.subject.as_deref() == Some("default"));
    let invalid = Intent::Invalid(Fault::Validation);
    let mut judged = |case: Arc<Case>, exchange: Arc<Exchange>, findings: Vec<Finding>| {
        script.on(Event::CaseJudged { contract: contract.clone(), case, exchange, findings });
    };

    let missing = "`text` is required, yet a request without it was accepted with 200";
    let long = format!(
        r#"{{"sender":{{"role":"agent","externalId":"{}"}},"timestamp":"2021-11-23T12:13:14.555Z","note":"{}"}}"#,
        "7".repeat(300),
        "\\u001b[2Jcleared",
    );
    let small = r#"{"sender":{"role":"agent","externalId":"123"},"timestamp":"2021-11-23T12:13:14.555Z"}"#;
    for (index, body) in [(3, long.as_str()), (17, small), (18, small)] {
        let case = case(index, "`text` is missing", invalid, Some(text_id));
        let finding = finding(&contract, &rules::accepted_invalid::RULE, Severity::Error, &text, missing);
        judged(case, exchange(body, Ok((200, r#"{"id":"01BX5ZZKBKACTAV9WEVGEMMVS1"}"#))), vec![finding]);
    }

    let hostile = "boom \u{1b}]0;owned\u{7} \u{9b}2J \u{202e}key hunter2-secret";
    let body = long.replace("agent", "supervisor");
    let case_role = case(40, "`role` is none of the enum", invalid, Some(role_id));
    let message = "the target answered 500 Internal Server Error to an invalid request";
    let crash = finding(&contract, &rules::server_error::RULE, Severity::Error, &role, message);
    judged(case_role, exchange(&body, Ok((500, hostile))), vec![crash]);

    let case_closed = case(41, "an emoji in `text`", Intent::Valid, Some(text_id));
    let closed = Failure::Closed("end of file before the header was whole".into());
    let message = "the connection was closed before the response was whole";
    let mut dropped = finding(&contract, &rules::server_error::RULE, Severity::Error, &status, message);
    dropped.expected = "200, as documented".into();
    dropped.cause.push_str(" closed");
    judged(case_closed, exchange(r#"{"text":"👋"}"#, Err(closed)), vec![dropped]);

    let case_method = case(50, "PUT on a path that has only POST", Intent::WrongMethod, None);
    let mut warning = finding(
        &contract,
        &rules::undocumented_status::RULE,
        Severity::Warning,
        &status,
        "405 is implied, not documented",
    );
    warning.expected = "405 or 404".into();
    judged(case_method, exchange("{}", Ok((405, ""))), vec![warning]);

    let unexercised = vec![(format_id, "no value of this format can be made".to_owned())];
    script.finish(&contract, summary(Verdict::Fails, 412, unexercised), None);
    script.end(Outcome::Fails, false);
}

/// A contract of 60 operations.
#[cfg(feature = "cli")]
pub fn wide_contract() -> Arc<Contract> {
    let paths: Vec<String> =
        (0..30).map(|n| format!("/organizations/{{organization}}/resources-of-kind-{n}")).collect();
    Arc::new(crate::testing::contract_of(&paths.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Five errors in each operation of a contract: one status that none documents, and four of their own.
#[cfg(feature = "cli")]
pub fn many_findings_run(listener: &mut dyn Listener, contract: &Arc<Contract>) {
    let mut script = Script::new(listener);
    script.start(contract);
    for (index, operation) in contract.operations.iter().enumerate() {
        let found = [
            (&rules::undocumented_status::RULE, "A 418 was returned, which is not documented".to_owned()),
            (&rules::response_schema::RULE, format!("`/id` of the 200 is no string, but a number ({index})")),
            (
                &rules::accepted_invalid::RULE,
                format!("A 200 was returned for a limit of {index}, which breaks `maximum`"),
            ),
            (&rules::auth_ignored::RULE, format!("A 200 was returned without credentials for kind {index}")),
            (&rules::server_error::RULE, format!("A 500 was returned for a valid request of kind {index}")),
        ];
        for (at, (rule, message)) in found.into_iter().enumerate() {
            let mut shown = testing::finding(contract, rule, operation.location.clone(), "responses", &message);
            shown = shown.with_severity(Severity::Error).expecting("200, 400 or 404, as documented");
            shown.operation = Some(crate::finding::OperationName::of(operation));
            shown.cause.push_str(&format!(" {index}"));
            let judged = case(at, "an example", Intent::Valid, None);
            let judged = Arc::new(Case { operation: index, ..(*judged).clone() });
            let exchange = exchange("{}", Ok((200, r#"{"id":7}"#)));
            script.on(Event::CaseJudged { contract: contract.clone(), case: judged, exchange, findings: vec![shown] });
        }
        let summary = OperationSummary { operation: index, ..summary(Verdict::Fails, 5, Vec::new()) };
        script.on(Event::OperationFinished { contract: contract.clone(), summary });
    }
    script.on(Event::ContractFinished { contract: contract.clone(), untestable: None });
    script.end(Outcome::Fails, false);
}
