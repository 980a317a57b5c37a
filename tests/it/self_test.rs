//! The harness finds the faults that are seeded into the reference target, and names the clause that each breaks.

use std::path::Path;

use conform::engine::Job;
use conform::fixtures::Fixtures;
use conform::self_test::{self, Mutant, SelfTestOptions};
use conform::spec::{Document, LoadOptions};
use serde_json::{Value, json};

use crate::support::PROVIDERS;
use crate::support::command::{conform, root};
use crate::support::contract::{compile_text, load};

fn job(name: &str) -> Job {
    let document =
        Document::load(Path::new(&format!("specs/{name}.yaml")), LoadOptions::default()).expect("a document");
    let fixtures = Fixtures::load(Path::new(&format!("fixtures/{name}.yaml"))).expect("fixtures");
    Job::compile(document, fixtures).expect("a contract")
}

fn jobs() -> Vec<Job> {
    PROVIDERS.map(job).into()
}

fn options(seed: u64) -> SelfTestOptions {
    SelfTestOptions { seed, cases: Some(100), at_once: std::thread::available_parallelism().map_or(1, usize::from) }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

/// Tries every fault with a seed: each is found as it should be, and the right targets are clean.
fn assert_all_found(seed: u64) {
    let (status, told) = self_test(&["--seed", &seed.to_string(), "--cases", "100"]);
    assert_eq!(status, Some(0), "seed {seed}: {told}");
}

#[test]
fn every_fault_is_found_by_the_clause_that_it_breaks() {
    assert_all_found(0);
}

#[test]
#[ignore = "takes minutes without optimisation"]
fn every_fault_is_found_whatever_the_seed() {
    (1..=10).for_each(assert_all_found);
}

#[test]
fn what_a_fault_breaks_is_in_the_document() {
    let jobs = jobs();
    for expected in self_test::faults(None) {
        let job = jobs.iter().find(|job| job.contract.name == expected.fault.provider).expect("a provider");
        let node = self_test::node(&job.contract, expected);
        assert!(job.contract.document.get(&node).is_some(), "{expected}: {}", node.pointer);
    }
}

/// A document that gives occasion to every perturbation.
const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{key: []}]
paths:
  /books/{book}/notes:
    put:
      operationId: write
      parameters:
        - {name: book, in: path, required: true, schema: {type: string, minLength: 2}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: integer, minimum: 1}, minItems: 1}}
        - {name: X-Trace, in: header, schema: {type: string, enum: [none, all]}}
      requestBody:
        required: true
        x-max-request-size: 100KB
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties:
                text: {type: string, minLength: 1, maxLength: 20}
                weight: {type: number, exclusiveMinimum: 0}
      responses:
        '201':
          description: written
          headers:
            X-Count: {required: true, schema: {type: integer, minimum: 0}}
          content:
            application/json:
              schema: {type: object, required: [id], properties: {id: {type: string, format: uuid}}}
        '400': {$ref: '#/components/responses/Error'}
        '401': {$ref: '#/components/responses/Error'}
        '404': {$ref: '#/components/responses/Error'}
        '413': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
  /books:
    get:
      operationId: list
      responses:
        '200': {description: the books}
        '400': {$ref: '#/components/responses/Error'}
        '401': {$ref: '#/components/responses/Error'}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: key}
  responses:
    Error:
      description: an error
      content:
        application/json:
          schema: {type: object, required: [error], properties: {error: {type: string}}}
"##;

#[test]
fn each_check_fires_for_a_stand_in_that_does_one_thing_wrong_and_none_for_a_sound_one() {
    let contract = compile_text(DOCUMENT);
    let staged = runtime().block_on(self_test::run_stand_in(contract, options(0))).expect("stand-ins that start");
    assert_eq!(staged.len(), Mutant::ALL.len() + 1);
    for stage in &staged {
        assert!(stage.has_passed(), "{stage:#?}");
        assert_eq!(stage.applied, stage.mutant.is_some(), "{stage:#?}");
    }
}

/// A document may leave faults without an occasion, but a server that keeps to it is clean.
#[test]
#[ignore = "takes a minute without optimisation"]
fn a_stand_in_that_is_sound_is_clean_whatever_the_document() {
    for name in
        ["bodies", "broken", "deep31", "every30", "forms2", "openapi30", "openapi31", "styles", "swagger2", "xml"]
    {
        let path = format!("tests/documents/{name}.yaml");
        let (_, told) = self_test(&["--spec", &path, "--cases", "100", "--format", "json"]);
        let report: Value = serde_json::from_str(&told).expect("JSON");
        let stages = report["stand_in"].as_array().expect("stand-ins");
        let sound = stages.iter().find(|stage| stage["perturbation"].is_null()).expect("a sound one");
        assert_eq!(sound["verdict"], "clean", "{name}: {sound:#}");
    }
}

/// How many small bugs a document gives occasion to, and those that a default run does not find.
fn small_bugs(contract: conform::Contract) -> (usize, Vec<&'static str>) {
    let runs = self_test::survey(contract, SelfTestOptions { cases: None, ..options(0) });
    let applied = runs.iter().filter(|run| run.applied);
    (applied.clone().count(), applied.filter(|run| run.found.is_none()).map(|run| run.sentence).collect())
}

#[test]
fn small_bugs_of_careless_servers_are_found_where_there_is_occasion() {
    for (name, least) in [("deep31", 140), ("every30", 104), ("forms2", 98)] {
        let (applied, missed) = small_bugs(load(&format!("tests/documents/{name}.yaml")));
        assert!(applied - missed.len() >= least, "{name}: all of {applied} but {missed:#?}");
    }
    let silent =
        "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {/a: {get: {responses: {'204': {description: no}}}}}}";
    assert_eq!(small_bugs(compile_text(silent)), (0, Vec::new()));
}

/// How many bugs for which two things must meet are found, of how many.
fn meetings(cases: Option<usize>) -> (usize, Vec<&'static str>) {
    let contract = load("tests/documents/meetings31.yaml");
    let runs = self_test::survey(contract, SelfTestOptions { cases, ..options(0) });
    let applied: Vec<_> = runs.iter().filter(|run| run.applied && run.is_meeting).collect();
    (applied.len(), applied.iter().filter(|run| run.found.is_none()).map(|run| run.sentence).collect())
}

#[test]
fn bugs_for_which_two_things_must_meet_are_found_without_chance() {
    let (applied, missed) = meetings(Some(0));
    assert!(applied >= 73, "{applied}");
    assert!(applied - missed.len() >= 62, "all of {applied} but {missed:#?}");
}

#[test]
fn chance_finds_some_of_the_others() {
    let missed = [Some(0), Some(300)].map(|cases| meetings(cases).1);
    assert!(missed[1].len() < missed[0].len(), "{missed:#?}");
}

fn self_test(arguments: &[&str]) -> (Option<i32>, String) {
    let done = conform(root()).arg("self-test").args(arguments).output().expect("the binary starts");
    let told = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8_lossy(&told).into_owned())
}

#[test]
fn the_command_shows_what_is_killed_and_fails() {
    let (status, told) = self_test(&["--fault", "respondent/ok"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("killed    respondent/ok") && told.contains("undocumented-status"), "{told}");
    // Two values must meet, without chance.
    let (status, told) = self_test(&["--fault", "example-ai/system-without-reply", "--cases", "0"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("killed    example-ai/system-without-reply"), "{told}");
    let (status, told) = self_test(&["--fault", "ada/size-unlimited", "--format", "json"]);
    let report: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((status, &report["faults"][0]["verdict"]), (Some(0), &json!("killed")), "{told}");
    let (status, told) = self_test(&["--fault", "ada/unknown"]);
    assert_eq!(status, Some(2), "{told}");
}
