//! Random cases: valid requests, and single faults in random values.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::budget::{Budget, Share};
use super::case_builder::CaseBuilder;
use super::faults::{Aim, confirm_body};
use super::planner::Planner;
use crate::case::{Fault, Intent, Origin, RequestValues};
use crate::contract::{Clause, ClauseId, ClauseTarget};

pub(super) fn add(planner: &mut Planner<'_>, baseline: &RequestValues, seed: u64) {
    let mut rng = rng(seed, &planner.contract.name, &planner.operation.id);
    let breakable: Vec<(ClauseId, Clause)> = planner
        .breakable()
        .filter(|(_, clause)| matches!(clause.place, ClauseTarget::Body(_)) && clause.site.is_some())
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
        let is_invalid = !breakable.is_empty() && rng.next_u64().is_multiple_of(3);
        let new = match is_invalid {
            true => invalid(planner, baseline, &breakable, &mut rng),
            false => valid(planner, baseline, &mut rng),
        };
        added += usize::from(new);
    }
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

fn valid(planner: &mut Planner<'_>, baseline: &RequestValues, rng: &mut TestRng) -> bool {
    let mut values = baseline.clone();
    for (index, parameter) in planner.operation.parameters.iter().enumerate() {
        let Some(schema) = parameter.schema else { continue };
        let is_fixed = planner.operation.carries_credential(parameter) || planner.resource(index).is_some();
        let is_fixed = is_fixed || planner.contract.schemas.leaves_values_open(schema);
        if is_fixed || (baseline.parameters[index].is_none() && rng.next_u64().is_multiple_of(2)) {
            continue;
        }
        let value = planner.parameter_generator(index).random(schema, rng);
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
        if let Some(schema) = media.schema
            && let Some(mut value) = planner.body_generator(media).random(schema, rng)
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
    planner: &mut Planner<'_>,
    baseline: &RequestValues,
    breakable: &[(ClauseId, Clause)],
    rng: &mut TestRng,
) -> bool {
    let (id, clause) = &breakable[(rng.next_u64() % breakable.len() as u64) as usize];
    let ClauseTarget::Body(index) = clause.place else { return false };
    let media = &planner.media()[index];
    let Some(schema) = media.schema else { return false };
    let found = planner.body_generator(media).random_faults(planner.clauses, clause, schema, rng);
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
