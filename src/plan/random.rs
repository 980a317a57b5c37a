//! Random cases: valid requests, and single faults in random values.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::budget::{Budget, Share};
use super::case_builder::CaseBuilder;
use super::faults::{Aim, confirm_body, confirm_parameter, fault_of, of_parameter};
use super::is_of_request;
use super::planner::PlanBuilder;
use super::requests::Parts;
use crate::case::{Generated, Intent, Origin, RequestValues};
use crate::contract::{Clause, ClauseId, ClauseTarget};

/// Values of one random fault that are confirmed before it is given up.
const TRIES: usize = 4;

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, seed: u64) {
    let parts = Parts::of(planner, baseline);
    let mut runners = Runners(rng(seed, &planner.contract.name, &planner.operation.id));
    let breakable: Vec<(ClauseId, Clause)> = planner
        .breakable()
        .filter(|(_, clause)| is_of_request(&clause.place) && clause.site.is_some())
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
        let new = match !breakable.is_empty() && draw(&any::<bool>(), &mut runner) == Some(true) {
            true => invalid(planner, baseline, &parts, &breakable, &mut runner),
            false => valid(planner, baseline, &parts, &mut runner),
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

fn valid(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, parts: &Parts, runner: &mut TestRunner) -> bool {
    let Some(values) = request(planner, baseline, parts, runner) else { return false };
    let generated = values.media(planner.operation).and_then(|(media, value)| planner.generated(media.schema?, value));
    let case = CaseBuilder::new("a random valid request", Origin::Random, Intent::Valid);
    planner.add(case.with_value(generated), values)
}

/// A random request, which the gate may still refuse.
fn request(
    planner: &PlanBuilder<'_>,
    baseline: &RequestValues,
    parts: &Parts,
    runner: &mut TestRunner,
) -> Option<RequestValues> {
    let mut values = draw(&parts.values(), runner)?;
    for (index, plain) in baseline.parameters.iter().enumerate() {
        let parameter = &planner.operation.parameters[index];
        let own = values.parameters[index].as_ref();
        if own
            .is_some_and(|value| Some(value) != plain.as_ref() && !planner.gate().is_valid_parameter(parameter, value))
        {
            values.parameters[index].clone_from(plain);
        }
    }
    if planner.is_needlessly_long(baseline, &values) {
        values.parameters.clone_from(&baseline.parameters);
    }
    if let Some((_, value)) = &mut values.body {
        planner.pin(value, None);
    }
    Some(values)
}

/// A random request with one fault.
fn invalid(
    planner: &mut PlanBuilder<'_>,
    baseline: &RequestValues,
    parts: &Parts,
    breakable: &[(ClauseId, Clause)],
    runner: &mut TestRunner,
) -> bool {
    let Some(index) = draw(&any::<Index>(), runner) else { return false };
    let (id, clause) = index.get(breakable);
    // Half of the faults are alone: what is around them may be refused for itself.
    let is_alone = draw(&any::<bool>(), runner) != Some(true);
    let around = (!is_alone).then(|| request(planner, baseline, parts, runner)).flatten();
    let around = around.unwrap_or_else(|| baseline.clone());
    let aim = Aim { id: *id, clause, fault: fault_of(planner.operation, clause) };
    let found = match clause.place {
        ClauseTarget::Body(index) => {
            let media = &planner.media()[index];
            let Some(schema) = media.schema else { return false };
            let generator = planner.body_generator(media);
            let found = planner.values(&generator).draw_faults(planner.clauses, clause, schema, runner).take(TRIES);
            confirm_body(planner, &around, aim, index, found, 1)
        }
        ClauseTarget::Parameter(index) => {
            let Some(schema) = planner.operation.parameters[index].schema else { return false };
            let generator = planner.parameter_generator(index);
            let found = planner.values(&generator).draw_faults(planner.clauses, clause, schema, runner).take(TRIES);
            confirm_parameter(planner, &around, aim, index, schema, found, 1)
        }
        _ => return false,
    };
    let Some((label, confirmed)) = found.ok().and_then(|found| found.into_iter().next()) else { return false };
    let of = match clause.place {
        ClauseTarget::Parameter(index) => format!("{}: ", of_parameter(&planner.operation.parameters[index])),
        _ if clause.instance.as_str().is_empty() => String::new(),
        _ => format!("`{}`: ", clause.instance),
    };
    let name = format!("a random request: {of}{label}");
    let mut case = CaseBuilder::new(name, Origin::Random, Intent::Invalid(aim.fault)).about(Some(*id));
    case.generated = generated(planner, clause, confirmed.values());
    // What is drawn around it may be what is refused.
    case.is_surrounded = true;
    planner.add_confirmed(case, confirmed)
}

/// The value that a fault is in.
fn generated(planner: &PlanBuilder<'_>, clause: &Clause, values: &RequestValues) -> Option<Generated> {
    match clause.place {
        ClauseTarget::Parameter(index) => {
            planner.generated(planner.operation.parameters[index].schema?, values.parameters[index].as_ref()?)
        }
        _ => values.media(planner.operation).and_then(|(media, value)| planner.generated(media.schema?, value)),
    }
}
