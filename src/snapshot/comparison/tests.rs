use std::time::Duration;

use super::*;
use crate::contract::Validators;
use crate::execute::{Masker, Response, SentRequest};
use crate::plan::{self, PlanInput, PlanOptions};
use crate::snapshot::Mode;
use crate::snapshot::Store;

const FILE: &str = "behaviour/t/make.snap";

/// An operation with three clauses of the body that can be broken, and three written cases, one of which sends what the
/// first clause's own case sends.
struct World {
    contract: Arc<Contract>,
    fixtures: Fixtures,
    cases: Vec<Case>,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let yaml = "openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://api.test'}]
paths:
  /things:
    post:
      operationId: make
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [a]
              properties: {a: {const: x}, b: {type: string, maxLength: 3}}
      responses: {'200': {description: fine}}
";
        let fixtures = "cases:
  - {name: documented, body: {a: x, b: yes}, status: 200}
  - {name: a is missing, body: {}, status: 400}
  - {name: a and b are missing, body: {c: 1}, status: 400}
";
        let document = crate::spec::Document::from_text("t.yaml".as_ref(), yaml.into(), Default::default());
        let contract = Arc::new(Contract::compile(document.expect("parses")).expect("compiles"));
        let file = crate::spec::SourceFile::parse("f.yaml".into(), "f.yaml".into(), fixtures.into()).expect("YAML");
        let fixtures = Fixtures::read(file, &|_| None).expect("reads");
        let validators = Validators::new(contract.schemas.clone());
        let options = PlanOptions { seed: 0, cases: Some(5), destructive: false };
        let cases = plan::plan(&PlanInput::new(&contract, &validators, &fixtures, options), 0).cases;
        Self { contract, fixtures, cases, folder: tempfile::tempdir().expect("temporary folder") }
    }

    fn store(&self) -> Store {
        Store::new(self.folder.path())
    }

    /// Runs the cases that the function answers with a status, and returns the causes of the findings.
    fn run(&self, update: Update, status: impl Fn(&str) -> Option<u16>) -> Vec<String> {
        let options = RecorderOptions {
            store: self.store(),
            contracts: vec![self.contract.name.clone()],
            mode: Mode::Shape,
            update,
            is_missing_an_error: false,
            secrets: Masker::new([]),
        };
        let mut comparison = Comparison::new(options, std::slice::from_ref(&self.contract)).expect("readable");
        comparison.start(&self.contract, "http://a.test");
        let mut causes = Vec::new();
        for case in &self.cases {
            let Some(status) = status(&case.name) else { continue };
            let exchange = Exchange {
                request: SentRequest {
                    curl: String::new(),
                    is_amended: false,
                    method: case.request.method.clone(),
                    url: format!("http://a.test{}", case.request.path),
                    headers: Vec::new(),
                    body: case.request.body.as_ref().map(|body| body.payload.bytes()),
                    variables: Vec::new(),
                },
                result: Ok(Response { status, ..Response::default() }),
                elapsed: Duration::ZERO,
                attempts: Default::default(),
            };
            let finding = comparison.case(&self.contract, &self.fixtures, case, &exchange).expect("readable");
            causes.extend(finding.map(|finding| {
                let (_, section) = finding.cause.split_once(&format!(" {FILE}#")).expect("the file and the section");
                section.to_owned()
            }));
        }
        comparison.end().expect("writable");
        causes
    }

    fn sections(&self) -> Vec<String> {
        let sections = self.store().sections(FILE.as_ref(), false).expect("readable");
        sections.iter().map(|section| section.name.clone()).collect()
    }

    fn waiting(&self) -> Vec<String> {
        let pending = self.store().pending().expect("readable");
        pending.into_iter().filter_map(|pending| pending.section).collect()
    }
}

const ALL: [&str; 8] = [
    "documented",
    "a-is-missing",
    "a-and-b-are-missing",
    "breaks-body-type",
    "breaks-body-a-const",
    "breaks-body-b-type",
    "breaks-body-b-maxLength",
    "breaks-request-required",
];

#[test]
fn each_exchange_has_one_section_in_the_order_of_the_plan() {
    let world = World::new();
    assert_eq!(world.run(Update::All, |_| Some(200)), [""; 0]);
    // Of `required`, the written case shows what the clause's own would; of `content`, nothing does.
    let sections = world.sections();
    assert_eq!(sections.iter().filter(|name| !name.ends_with("content")).collect::<Vec<_>>(), ALL.each_ref());
    assert_eq!(world.run(Update::New, |_| Some(200)), [""; 0]);
    assert_eq!(world.waiting(), [""; 0]);
}

#[test]
fn a_run_that_was_cut_short_says_nothing_of_the_cases_that_it_did_not_send() {
    let world = World::new();
    world.run(Update::All, |_| Some(200));
    let whole = world.sections();
    let first = |status| move |name: &str| matches!(name, "documented" | "a is missing").then_some(status);
    for update in [Update::No, Update::New, Update::All] {
        assert_eq!(world.run(update, first(200)), [""; 0]);
        assert_eq!((world.sections(), world.waiting()), (whole.clone(), Vec::new()));
    }
    assert_eq!(world.run(Update::New, first(201)), ["documented", "a-is-missing"]);
    assert_eq!(world.waiting(), ["documented", "a-is-missing"]);
    // What waits and was not seen again waits on; what agrees again does not.
    let last = |name: &str| (name == "a and b are missing").then_some(202);
    assert_eq!(world.run(Update::New, last), ["a-and-b-are-missing"]);
    assert_eq!(world.waiting(), ["documented", "a-is-missing", "a-and-b-are-missing"]);
    assert_eq!(world.run(Update::New, first(200)), [""; 0]);
    assert_eq!(world.waiting(), ["a-and-b-are-missing"]);
    assert_eq!(world.run(Update::All, last), [""; 0]);
    assert_eq!((world.sections(), world.waiting()), (whole, Vec::new()));
    assert_eq!(world.run(Update::No, |_| Some(200)), ["a-and-b-are-missing"]);
}

#[test]
fn a_case_that_comes_new_is_put_where_the_plan_has_it() {
    let world = World::new();
    world.run(Update::All, |name| (name != "a is missing").then_some(200));
    let without: Vec<_> = world.sections();
    assert!(!without.contains(&"a-is-missing".to_owned()));
    assert_eq!(world.run(Update::New, |_| Some(200)), ["a-is-missing"]);
    assert_eq!((world.sections(), world.waiting()), (without, vec!["a-is-missing".to_owned()]));
    let pending = world.store().pending().expect("readable").remove(0);
    assert_eq!(
        (pending.old.as_deref(), pending.node.as_deref()),
        (None, Some("t.yaml#/paths/~1things/post/requestBody/content/application~1json/schema/required/0"))
    );
    world.store().accept(&pending).expect("accepted");
    assert_eq!(world.sections()[..3], ALL[..3]);
    assert_eq!(world.waiting(), [""; 0]);
}
