//! Settings of property tests.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The same values in every run, until PROPTEST_RNG_SEED and PROPTEST_CASES ask for others.
pub fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_RNG_SEED") {
        Some(_) => default,
        None => ProptestConfig { cases, rng_seed: RngSeed::Fixed(0), ..default },
    }
}
