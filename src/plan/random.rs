//! Random cases: valid requests, and single faults in random values.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::budget::{Budget, Share};
use super::case_builder::CaseBuilder;
use super::faults::{Aim, confirm_body};
use super::planner::PlanBuilder;
use crate::case::{Fault, Intent, Origin, RequestValues};
use crate::contract::{Clause, ClauseId, ClauseTarget};

/// Values of one random fault that are confirmed before it is given up.
const TRIES: usize = 4;

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, seed: u64) {
    let mut runners = Runners(rng(seed, &planner.contract.name, &planner.operation.id));
    let breakable: Vec<(ClauseId, Clause)> = planner
        .breakable()
        .filter(|(_, clause)| matches!(clause.place, ClauseTarget::Body(_)) && clause.site.is_some())
        // What no deterministic value breaks for sure is seldom broken by chance, and each try costs what a success does.
        .filter(|(id, _)| planner.list.breaks(*id))
        .map(|(id, clause)| (id, clause.clone()))
        .collect();
    // A contract with little to vary runs out of new requests: the tries are bounded.
    let cases = planner.budget.random;
    let mut added = 0;
    for _ in 0..cases.saturating_mul(3) {
        let is_full = added >= Budget::LEAST && planner.list.len() >= planner.budget.total;
        if added >= cases || is_full || !planner.has_room(Share::Rest) {
            break;
        }
        let mut runner = runners.next();
        let new = match !breakable.is_empty() && draw(&prop::bool::weighted(1.0 / 3.0), &mut runner) == Some(true) {
            true => invalid(planner, baseline, &breakable, &mut runner),
            false => valid(planner, baseline, &mut runner),
        };
        added += usize::from(new);
    }
}

/// A runner for each case: what one rejects is no loss to the next.
struct Runners(TestRng);

impl Runners {
    /// Rejected values of one case before it is given up.
    const REJECTS: u32 = 200;

    fn next(&mut self) -> TestRunner {
        let mut seed = [0u8; 32];
        self.0.fill_bytes(&mut seed);
        let config = Config { max_local_rejects: Self::REJECTS, failure_persistence: None, ..Config::default() };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
    }
}

/// A value of a strategy.
fn draw<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> Option<S::Value> {
    strategy.new_tree(runner).ok().map(|tree| tree.current())
}

/// The source of chance of one operation.
fn rng(seed: u64, contract: &str, operation: &str) -> TestRng {
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    for (index, byte) in contract.bytes().chain([0]).chain(operation.bytes()).enumerate() {
        let at = 8 + index % 24;
        bytes[at] = bytes[at].rotate_left(3) ^ byte;
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

fn valid(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, runner: &mut TestRunner) -> bool {
    let mut values = baseline.clone();
    for (index, parameter) in planner.operation.parameters.iter().enumerate() {
        let Some(schema) = parameter.schema else { continue };
        let is_fixed = planner.operation.carries_credential(parameter) || planner.resource(index).is_some();
        let is_fixed = is_fixed || planner.contract.schemas.leaves_values_open(schema);
        if is_fixed || (baseline.parameters[index].is_none() && draw(&any::<bool>(), runner) == Some(true)) {
            continue;
        }
        let generator = planner.parameter_generator(index);
        let value = planner.values(&generator).draw(schema, runner);
        if let Some(value) = value.filter(|value| planner.gate().is_valid_parameter(parameter, value)) {
            values.parameters[index] = Some(value);
        }
    }
    if planner.is_needlessly_long(baseline, &values) {
        values.parameters.clone_from(&baseline.parameters);
    }
    let mut generated = None;
    if let Some((index, _)) = &baseline.body {
        let media = &planner.media()[*index];
        let generator = planner.body_generator(media);
        if let Some(schema) = media.schema
            && let Some(mut value) = planner.values(&generator).draw(schema, runner)
        {
            planner.pin(&mut value, None);
            generated = planner.generated(schema, &value);
            values.body = Some((*index, value));
        }
    }
    let case = CaseBuilder::new("a random valid request", Origin::Random, Intent::Valid);
    planner.add(case.with_value(generated), values)
}

fn invalid(
    planner: &mut PlanBuilder<'_>,
    baseline: &RequestValues,
    breakable: &[(ClauseId, Clause)],
    runner: &mut TestRunner,
) -> bool {
    let Some(index) = draw(&any::<Index>(), runner) else { return false };
    let (id, clause) = index.get(breakable);
    let ClauseTarget::Body(index) = clause.place else { return false };
    let media = &planner.media()[index];
    let Some(schema) = media.schema else { return false };
    let generator = planner.body_generator(media);
    let found = planner.values(&generator).draw_faults(planner.clauses, clause, schema, runner).take(TRIES);
    let aim = Aim { id: *id, clause, fault: Fault::Validation };
    let Ok(found) = confirm_body(planner, baseline, aim, index, found, 1) else { return false };
    let Some((label, confirmed)) = found.into_iter().next() else { return false };
    let name = match clause.instance.as_str() {
        "" => format!("a random request: {label}"),
        at => format!("a random request: `{at}`: {label}"),
    };
    let mut case = CaseBuilder::new(name, Origin::Random, Intent::Invalid(Fault::Validation)).about(Some(*id));
    let value = confirmed.values().body.as_ref();
    case.generated = value.and_then(|(_, value)| planner.generated(schema, value));
    planner.add_confirmed(case, confirmed)
}
