//! Cases by chance: valid requests, and single faults in random surroundings.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::faults::{Confirmed, confirm_body};
use super::planner::{Entry, Planner};
use crate::case::RequestValues;
use crate::case::{Fault, Intent, Origin};
use crate::contract::{Clause, ClauseId, ClausePlace};

pub(super) fn add(planner: &mut Planner<'_>, base: &RequestValues, seed: u64) {
    let mut rng = rng(seed, &planner.contract.name, &planner.operation.id);
    let breakable: Vec<(ClauseId, Clause)> = planner
        .breakable()
        .filter(|(_, clause)| matches!(clause.place, ClausePlace::Body(_)) && clause.site.is_some())
        .map(|(id, clause)| (id, clause.clone()))
        .collect();
    // A contract with little to vary runs out of new requests: the tries are bounded.
    let cases = planner.budget.random;
    let mut added = 0;
    for _ in 0..cases.saturating_mul(3) {
        if added >= cases {
            break;
        }
        let is_invalid = !breakable.is_empty() && rng.next_u64().is_multiple_of(3);
        let new = match is_invalid {
            true => invalid(planner, base, &breakable, &mut rng),
            false => valid(planner, base, &mut rng),
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

fn valid(planner: &mut Planner<'_>, base: &RequestValues, rng: &mut TestRng) -> bool {
    let mut draft = base.clone();
    for (index, parameter) in planner.operation.parameters.iter().enumerate() {
        let Some(schema) = parameter.schema else { continue };
        let is_fixed = planner.is_credential(parameter) || planner.resource(index).is_some();
        if is_fixed || (base.parameters[index].is_none() && rng.next_u64().is_multiple_of(2)) {
            continue;
        }
        let value = planner.parameter_generator(index).random(schema, rng);
        if let Some(value) = value.filter(|value| planner.is_valid_parameter(parameter, value)) {
            draft.parameters[index] = Some(value);
        }
    }
    let mut generated = None;
    if let Some((index, _)) = &base.body {
        let media = &planner.media()[*index];
        if let Some(schema) = media.schema
            && let Some(mut value) = planner.body_generator(media).random(schema, rng)
        {
            planner.pin(&mut value, None);
            if !planner.is_valid(schema, &value) {
                return false;
            }
            generated = planner.generated(schema, &value);
            draft.body = Some((*index, value));
        }
    }
    let entry = Entry::new("a random valid request", Origin::Random, Intent::Valid);
    planner.add(entry.with_value(generated), &draft)
}

fn invalid(
    planner: &mut Planner<'_>,
    base: &RequestValues,
    breakable: &[(ClauseId, Clause)],
    rng: &mut TestRng,
) -> bool {
    let (id, clause) = &breakable[(rng.next_u64() % breakable.len() as u64) as usize];
    let ClausePlace::Body(index) = clause.place else { return false };
    let media = &planner.media()[index];
    let Some(schema) = media.schema else { return false };
    let found = planner.body_generator(media).random_faults(planner.clauses, clause, schema, rng);
    let confirmed = confirm_body(planner, *id, clause, index, found, 1).into_iter().next();
    let Some(Confirmed { label, value, also_broken }) = confirmed else { return false };
    let name = match clause.instance.as_str() {
        "" => format!("a random request: {label}"),
        at => format!("a random request: `{at}`: {label}"),
    };
    let mut entry = Entry::new(name, Origin::Random, Intent::Invalid(Fault::Validation)).about(Some(*id));
    entry.also_broken = also_broken;
    entry.generated = planner.generated(schema, &value);
    let mut draft = base.clone();
    draft.body = Some((index, value));
    planner.add(entry, &draft)
}
